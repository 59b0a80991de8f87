/*
 * lock.h
 *	  Locks by which those who write take turns.
 *
 * Advisory locks would do, but any role that may connect can take them, and
 * stop everybody.  These are locks on objects that are not there: below our
 * extension's catalog, with a sub-object, of which an extension has none.  No
 * SQL command takes such a lock, so only what calls us does.  Deadlocks are
 * found, lock_timeout and statement_timeout hold, and pg_locks shows them (locktype
 * object, classid pg_extension, the low four bits of objsubid the number in
 * lock.def).  Called by store, baseline_sql, upkeep_sql and lock_sql.
 */
#ifndef TRK_LOCK_H
#define TRK_LOCK_H

#include "trk.h"

typedef enum TrkLock
{
#define TRK_LOCK(name, number) TRK_LOCK_##name = number,
#include "lock.def"
#undef TRK_LOCK
} TrkLock;

/*
 * Hold this lock until the transaction ends.  Of the key 44 bits count: keys
 * that have the same take turns.
 */
extern void trk_lock(TrkLock lock, uint64 key);

#endif							/* TRK_LOCK_H */

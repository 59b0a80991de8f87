/*
 * lock.h
 *	  Locks that serialize writers.
 *
 * Advisory locks would do the same, but any role that may connect could take
 * them and block everybody.  These are heavyweight locks on objects that do
 * not exist: sub-objects of this extension in pg_extension, which has none.
 * No SQL command takes such a lock, so only the functions of this extension
 * do.  Deadlocks are detected, lock_timeout and statement_timeout apply, and
 * pg_locks shows the locks (locktype object, classid pg_extension; the low
 * four bits of objsubid are the number in lock.def).
 *
 * Called by load.c, record.c, baseline_sql.c, upkeep_sql.c and lock_sql.c.
 */
#ifndef TRK_LOCK_H
#define TRK_LOCK_H

#include "base/trk.h"

typedef enum TrkLock
{
#define TRK_LOCK(name, number) TRK_LOCK_##name = number,
#include "store/lock.def"
#undef TRK_LOCK
} TrkLock;

/*
 * Take this lock until the end of the transaction.  Only 44 bits of the key
 * are used; keys that agree in them block each other, which is harmless.
 */
extern void trk_lock(TrkLock lock, uint64 key);

#endif							/* TRK_LOCK_H */

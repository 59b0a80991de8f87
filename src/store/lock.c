/*
 * lock.c
 *	  Locks that serialize writers (see lock.h).
 */
#include "base/trk.h"

#include "access/xlog.h"
#include "catalog/pg_extension.h"
#include "store/lock.h"
#include "miscadmin.h"
#include "storage/lock.h"

/* The low bits of objsubid that hold the number of the lock. */
#define TRK_LOCK_BITS	4

#define TRK_LOCK(name, number) \
	StaticAssertDecl(number > 0 && number < 1 << TRK_LOCK_BITS, "number of lock " #name);
#include "store/lock.def"
#undef TRK_LOCK

/*
 * On a standby no such lock can be taken, so nothing is done: the write that
 * follows fails there with a better message.
 */
void
trk_lock(TrkLock lock, uint64 key)
{
	LOCKTAG		tag;

	if (RecoveryInProgress())
		return;
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ExtensionRelationId, (uint32) key,
					   (uint16) ((key >> 32 << TRK_LOCK_BITS) | lock));
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/*
 * lock.c
 *	  Locks by which those who write take turns.
 */
#include "base/trk.h"

#include "access/xlog.h"
#include "catalog/pg_extension.h"
#include "store/lock.h"
#include "miscadmin.h"
#include "storage/lock.h"

/* Bits of objsubid that say which lock it is. */
#define TRK_LOCK_BITS	4

#define TRK_LOCK(name, number) \
	StaticAssertDecl(number > 0 && number < 1 << TRK_LOCK_BITS, "number of lock " #name);
#include "store/lock.def"
#undef TRK_LOCK

/*
 * A standby takes no such locks; what follows is refused there, and with a
 * better message.
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

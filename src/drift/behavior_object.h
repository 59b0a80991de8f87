/*
 * behavior_object.h
 *	  at_behavior as an expanded object, on which the aggregate works.  Called
 *	  by behavior_sql.c.
 */
#ifndef TRK_BEHAVIOR_OBJECT_H
#define TRK_BEHAVIOR_OBJECT_H

#include "drift/behavior.h"

/* Make an empty state in a memory context of its own below the parent. */
extern TrkBehavior *trk_behavior_new(MemoryContext parent);

/* Return the state in a datum that may be changed in place, else NULL. */
extern TrkBehavior *trk_behavior_writable(Datum datum);

/*
 * Return the state in a datum for reading.  It may be sorted, but its content
 * must not be changed.
 */
extern TrkBehavior *trk_behavior_view(Datum datum, MemoryContext parent);

/*
 * Return the state in a datum for writing: the object itself when it may be
 * changed, else a copy below the parent.
 */
extern TrkBehavior *trk_behavior_own(Datum datum, MemoryContext parent);

static inline Datum
trk_behavior_datum(TrkBehavior *behavior)
{
	return EOHPGetRWDatum(&behavior->hdr);
}

#endif							/* TRK_BEHAVIOR_OBJECT_H */

/*
 * behavior_object.h
 *	  at_behavior as an expanded object, which is what an aggregate works on.
 */
#ifndef TRK_BEHAVIOR_OBJECT_H
#define TRK_BEHAVIOR_OBJECT_H

#include "drift/behavior.h"

/* Make an empty state whose memory belongs to the parent. */
extern TrkBehavior *trk_behavior_new(MemoryContext parent);

/* Return the state behind a datum that may be changed, or NULL when it may not. */
extern TrkBehavior *trk_behavior_writable(Datum datum);

/* Return the state behind a datum, to be read or put in order but not changed. */
extern TrkBehavior *trk_behavior_view(Datum datum, MemoryContext parent);

/*
 * Return a state that may be changed: the one behind the datum, or a copy that
 * belongs to the parent.
 */
extern TrkBehavior *trk_behavior_own(Datum datum, MemoryContext parent);

static inline Datum
trk_behavior_datum(TrkBehavior *behavior)
{
	return EOHPGetRWDatum(&behavior->hdr);
}

#endif							/* TRK_BEHAVIOR_OBJECT_H */

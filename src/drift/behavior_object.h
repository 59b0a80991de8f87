/*
 * behavior_object.h
 *	  at_conduct as an expanded object, which is what an aggregate works on.
 */
#ifndef TRK_BEHAVIOR_OBJECT_H
#define TRK_BEHAVIOR_OBJECT_H

#include "drift/behavior.h"

/* Make an empty state whose memory belongs to the parent. */
extern TrkConduct *trk_conduct_new(MemoryContext parent);

/* Return the state behind a datum that may be changed, or NULL when it may not. */
extern TrkConduct *trk_conduct_writable(Datum datum);

/* Return the state behind a datum, to be read or put in order but not changed. */
extern TrkConduct *trk_conduct_view(Datum datum, MemoryContext parent);

/*
 * Return a state that may be changed: the one behind the datum, or a copy that
 * belongs to the parent.
 */
extern TrkConduct *trk_conduct_own(Datum datum, MemoryContext parent);

static inline Datum
trk_conduct_datum(TrkConduct *conduct)
{
	return EOHPGetRWDatum(&conduct->hdr);
}

#endif							/* TRK_BEHAVIOR_OBJECT_H */

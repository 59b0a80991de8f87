/*
 * behavior.h
 *	  A state of at_behavior: how an agent behaved over some events, in all
 *	  dimensions at once.
 *
 * Runs and dimensions have numbers in the order in which they came.  Putting the
 * state in order sorts them by their bytes, so that the stored form is the same
 * for the same events in any order.
 */
#ifndef TRK_BEHAVIOR_H
#define TRK_BEHAVIOR_H

#include "base/trk.h"

#include "base/compat.h"
#include "drift/behavior_slippage.h"
#include "utils/expandeddatum.h"

/* A dimension with more labels keeps one count of all of them. */
#define TRK_BEHAVIOR_LABELS	1000

typedef struct TrkBehavior
{
	ExpandedObjectHeader hdr;
	TrkCellBounds bounds;
	int64		events;
	TrkDict		runs;
	TrkDict		names;			/* dimension, NUL, label */
	TrkSeen   **seen;			/* by number of the name */
	int64		room;
	TrkSeen   **by_dimension;	/* those without a label */
	int64	   *labels;			/* how many labels a dimension has */
	TrkLinks	links;
	Oid			type_oid[64];	/* event types seen, by their low bits */
	int			type_number[64];
	StringInfoData flat;		/* the bytes, while it is flattened */
} TrkBehavior;

/* Make an empty state in a context of its own, which hdr has already. */
extern void trk_behavior_init(TrkBehavior *behavior);

/* Add all of another state. */
extern void trk_behavior_merge(TrkBehavior *behavior, const TrkBehavior *other);

/* Set the bounds; raises an error when the state has others already. */
extern void trk_behavior_bound(TrkBehavior *behavior, int64 max_values, int64 max_categories);

/* Return a dimension, which is made when it is new. */
extern TrkSeen *trk_behavior_seen(TrkBehavior *behavior, int dimension, const char *label, Size len);

/* Return a dimension, or NULL when nothing was seen of it. */
extern TrkSeen *trk_behavior_find(const TrkBehavior *behavior, int dimension, const char *label,
								 Size len);

/* Sort runs, categories, cells and dimensions, and compute slippage. */
extern void trk_behavior_settle(TrkBehavior *behavior);

/* Keep only the dimensions that are wanted, an array by number. */
extern void trk_behavior_restrict(TrkBehavior *behavior, const bool *wanted);

#endif							/* TRK_BEHAVIOR_H */

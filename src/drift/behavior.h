/*
 * behavior.h
 *	  The state of at_behavior: how an agent behaved during some events, in all
 *	  dimensions at once.
 *
 * Runs and dimensions are numbered in the order in which they were first seen.
 * Sorting a state numbers them by their bytes, so that the stored form does
 * not depend on the order of the events.
 */
#ifndef TRK_BEHAVIOR_H
#define TRK_BEHAVIOR_H

#include "base/trk.h"

#include "base/agg_state.h"
#include "drift/behavior_slippage.h"

/* A dimension with more labels than this has one count of all of them. */
#define TRK_BEHAVIOR_LABELS	1000

typedef struct TrkBehavior
{
	TrkAggObject object;
	TrkCellBounds bounds;
	int64		events;
	TrkDict		runs;
	TrkDict		names;			/* the key of a dimension: its name, NUL, its label */
	TrkDimensionData **dims;	/* the dimensions, indexed by the number of the name */
	int64		room;
	TrkDimensionData **by_dimension;	/* the dimensions without a label */
	int64	   *labels;			/* number of labels of a dimension */
	TrkLinks	links;
	Oid			type_oid[64];	/* event types that were seen, indexed by the low bits of their
								 * oids */
	int			type_number[64];
	StringInfoData flat;		/* the stored form, while the state is flattened */
} TrkBehavior;

/* Make a zeroed object, with a memory context of its own, the empty state. */
extern void trk_behavior_init(void *state);

/* Add all data of another state. */
extern void trk_behavior_merge(void *state, const void *from);

/* Set the bounds; raise an ERROR when the state already has other ones. */
extern void trk_behavior_bound(TrkBehavior *behavior, int64 max_values, int64 max_categories);

/* Return a dimension, which is added if it is new. */
extern TrkDimensionData *trk_behavior_dim(TrkBehavior *behavior, int dimension, const char *label, Size len);

/* Sort runs, categories, cells and dimensions, and compute slippage. */
extern void trk_behavior_settle(TrkBehavior *behavior);

/*
 * Keep only the dimensions for which wanted, indexed by their number, is set.
 */
extern void trk_behavior_restrict(TrkBehavior *behavior, const bool *wanted);

#endif							/* TRK_BEHAVIOR_H */

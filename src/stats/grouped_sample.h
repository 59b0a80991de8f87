/*
 * grouped_sample.h
 *	  The type at_grouped_sample: float8 values with the number of the sample
 *	  to which they belong.  It is the state of the aggregates that compare
 *	  samples.  Called by grouped_sample_sql.c.
 *
 * In an aggregate it is an expanded object that grows in place.  The stored
 * form is flat, with samples by number and values ascending, so that states
 * with equal contents have equal bytes whatever the order of the rows was.
 */
#ifndef TRK_GROUPED_SAMPLE_H
#define TRK_GROUPED_SAMPLE_H

#include "base/agg_state.h"
#include "stats/sample_test.h"

#define TRK_GROUPED_SAMPLE_FORMAT	1

/* The most NaN that a state read from outside may claim to have. */
#define TRK_MAX_TOTAL_NAN	(INT64CONST(1) << 53)

/* One sample. */
typedef struct TrkGroup
{
	int32		label;
	int64		n;
	int64		room;
	double	   *v;
} TrkGroup;

typedef struct TrkGroupedSample
{
	TrkAggObject object;
	int64		nan;			/* number of values that were NaN */
	int			n;				/* number of samples, which are sorted by label */
	int			room;
	TrkGroup   *groups;
} TrkGroupedSample;

extern const TrkAggType trk_grouped_sample_type;

/* Add n values to a sample; NaN are only counted. */
extern void trk_grouped_sample_add(TrkGroupedSample *grouped, int32 label, const double *values, int64 n);

/*
 * Add one value when there may be no free place for it, or no sample of this
 * label yet.
 */
extern void trk_grouped_sample_add_new(TrkGroupedSample *grouped, int32 label, double x);

/*
 * Add one value.  The frequent case, in which the sample of the label is where
 * it is expected and has space, is inline.
 */
static inline void
trk_grouped_sample_add_one(TrkGroupedSample *grouped, int32 label, double x)
{
	TrkGroup   *group = grouped->groups + label;

	if (label >= 0 && label < grouped->n && group->label == label && group->n < group->room &&
		x == x)
		group->v[group->n++] = x;
	else
		trk_grouped_sample_add_new(grouped, label, x);
}

/*
 * Sort and return the sample with this label; it is empty when there is none.
 */
extern TrkValues trk_grouped_sample_values(TrkGroupedSample *grouped, int32 label);

#endif							/* TRK_GROUPED_SAMPLE_H */

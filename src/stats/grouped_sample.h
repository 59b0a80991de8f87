/*
 * grouped_sample.h
 *	  at_grouped_sample: float8 values by the number of the sample they belong
 *	  to; state of the aggregates that compare samples.  Called by
 *	  grouped_sample_sql.c.
 *
 * In an aggregate it is an expanded object that grows in place; stored it is
 * flat: samples by number, values ascending, so that equal contents are equal
 * bytes whatever the order of the rows.
 */
#ifndef TRK_GROUPED_SAMPLE_H
#define TRK_GROUPED_SAMPLE_H

#include "base/compat.h"
#include "stats/sample_test.h"
#include "utils/expandeddatum.h"

#define TRK_GROUPED_SAMPLE_FORMAT	1

/* The most NaN that a state from outside may claim to have seen. */
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
	ExpandedObjectHeader hdr;
	int64		nan;			/* values that were NaN */
	int			n;				/* samples, by label */
	int			room;
	TrkGroup   *groups;
} TrkGroupedSample;

/* An empty one whose memory belongs to the parent. */
extern TrkGroupedSample *trk_grouped_sample_new(MemoryContext parent);

/*
 * The state in an argument: the object itself when it may be changed, or a
 * copy that belongs to the parent; a flat one is checked.
 */
extern TrkGroupedSample *trk_grouped_sample_own(Datum datum, MemoryContext parent);

/* The object itself when the datum is one that may be changed, else NULL. */
extern TrkGroupedSample *trk_grouped_sample_writable(Datum datum);

/* Add n values of a sample; NaN are counted only. */
extern void trk_grouped_sample_add(TrkGroupedSample *grouped, int32 label, const double *values, int64 n);

/* The same of one value, which may need space or a new sample. */
extern void trk_grouped_sample_add_new(TrkGroupedSample *grouped, int32 label, double x);

/* Add one value; mostly there is a sample with space, in its label's place. */
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

/* Add all of another. */
extern void trk_grouped_sample_merge(TrkGroupedSample *grouped, const TrkGroupedSample *other);

/* A sample with its values sorted; empty when there is none of this label. */
extern TrkValues trk_grouped_sample_values(TrkGroupedSample *grouped, int32 label);

static inline Datum
trk_grouped_sample_datum(TrkGroupedSample *grouped)
{
	return EOHPGetRWDatum(&grouped->hdr);
}

#endif							/* TRK_GROUPED_SAMPLE_H */

/*
 * sketch.h
 *	  The type at_sketch: how many float8 values lie in each of a fixed set of
 *	  logarithmic buckets.  So quantiles are known to 1 % of their value, and
 *	  merging is exact in any order.  Called by sketch_sql.c.
 *
 * A bucket is the sign, the exponent and the first six bits of the mantissa:
 * there are 64 to an octave, and the middle of a bucket is at most 1/128 from
 * its values.  Zero and magnitudes below 2^-1028 share bucket 0.  In an
 * aggregate a sketch is an expanded object with a window of counts; the stored
 * form has the used buckets only.
 */
#ifndef TRK_SKETCH_H
#define TRK_SKETCH_H

#include "base/trk.h"

#include "base/agg_state.h"

#define TRK_SKETCH_FORMAT	1

/*
 * Bits of a double's magnitude that are not part of the bucket, and the bucket
 * of infinity.
 */
#define TRK_SKETCH_SHIFT	46
#define TRK_SKETCH_LAST		(0x7ff << 6)

/* The largest relative distance of a value from the middle of its bucket. */
#define TRK_SKETCH_ERROR	(1.0 / 128)

typedef struct TrkSketch
{
	TrkAggObject object;
	int64		n;				/* number of values */
	int64		nan;			/* number of NaN, which do not count in n */
	double		min;			/* exact; 0 when there are no values */
	double		max;
	int			low;			/* the bucket of counts[0] */
	int			width;			/* number of counts; 0: there are none */
	int64	   *counts;
} TrkSketch;

extern const TrkAggType trk_sketch_type;

/* Add one value. */
extern void trk_sketch_add(TrkSketch *sketch, double x);

/* Add to the count of a bucket.  The caller updates min and max. */
extern void trk_sketch_add_bucket(TrkSketch *sketch, int bucket, int64 count);

/* Return the middle of a bucket. */
extern double trk_sketch_middle(int bucket);

/*
 * Return the quantile q: the smallest value whose cumulative share is at least
 * q.  It is NaN in an empty sketch.
 */
extern double trk_sketch_quantile(const TrkSketch *sketch, double q);

/* Return the value at this rank, counted from 1. */
extern double trk_sketch_value(const TrkSketch *sketch, double rank);

/*
 * Return whether the sketch is consistent: min and max must lie in its
 * outermost buckets.
 */
extern bool trk_sketch_check(const TrkSketch *sketch);

#endif							/* TRK_SKETCH_H */

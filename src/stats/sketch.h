/*
 * sketch.h
 *	  at_sketch: how many float8 values lie in each of a fixed set of
 *	  logarithmic buckets, so that quantiles are known to 1 % of their value
 *	  and merging is exact and in any order.  Called by sketch_sql.c.
 *
 * A bucket is sign, exponent and the first six bits of the mantissa: 64 to an
 * octave, the middle of one at most 1/128 from its values.  Zero and what is
 * smaller than 2^-1028 share bucket 0.  In an aggregate a sketch is an
 * expanded object, a window of counts; stored it is the buckets in use.
 */
#ifndef TRK_SKETCH_H
#define TRK_SKETCH_H

#include "base/trk.h"

#include "base/compat.h"
#include "utils/expandeddatum.h"

#define TRK_SKETCH_FORMAT	1

/* Bits of the magnitude below a bucket, and the bucket of infinity. */
#define TRK_SKETCH_SHIFT	46
#define TRK_SKETCH_LAST		(0x7ff << 6)

/* How far the middle of a bucket is from its values at most, as a share. */
#define TRK_SKETCH_ERROR	(1.0 / 128)

typedef struct TrkSketch
{
	ExpandedObjectHeader hdr;
	int64		n;				/* values */
	int64		nan;			/* values that were NaN, not among n */
	double		min;			/* exact; of no values: 0 */
	double		max;
	int			low;			/* counts[0] is this bucket's */
	int			width;			/* 0: no counts */
	int64	   *counts;
} TrkSketch;

/* An empty one whose memory belongs to the parent. */
extern TrkSketch *trk_sketch_new(MemoryContext parent);

/* The object itself when the datum is one that may be changed, else NULL. */
extern TrkSketch *trk_sketch_writable(Datum datum);

/* That, or a copy that belongs to the parent; a flat one is checked. */
extern TrkSketch *trk_sketch_own(Datum datum, MemoryContext parent);

/* One more value. */
extern void trk_sketch_add(TrkSketch *sketch, double x);

/* Add to a bucket's count; the caller keeps min and max. */
extern void trk_sketch_add_bucket(TrkSketch *sketch, int bucket, int64 count);

/* Add all of another, which is a datum of any form; a flat one is checked. */
extern void trk_sketch_merge(TrkSketch *sketch, Datum datum);

/* Take other extremes into account. */
extern void trk_sketch_extend(TrkSketch *sketch, double min, double max);

/* The middle of a bucket. */
extern double trk_sketch_middle(int bucket);

/* The quantile q (smallest value whose share is at least q); NaN of no values. */
extern double trk_sketch_quantile(const TrkSketch *sketch, double q);

/* The value of this rank, from 1. */
extern double trk_sketch_value(const TrkSketch *sketch, double rank);

/* Is it sound: do min and max lie in its outermost buckets? */
extern bool trk_sketch_check(const TrkSketch *sketch);

static inline Datum
trk_sketch_datum(TrkSketch *sketch)
{
	return EOHPGetRWDatum(&sketch->hdr);
}

#endif							/* TRK_SKETCH_H */

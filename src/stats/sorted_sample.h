/*
 * sorted_sample.h
 *	  Sorted float8 values with multiplicities, their quantiles and tail means.
 *	  Pure; called by the files of statistics and by the state at_sample.
 */
#ifndef TRK_DISTRIBUTION_H
#define TRK_DISTRIBUTION_H

#include "base/trk.h"

#include <math.h>

/*
 * Rows are in ascending order.  A row is a value and, with width 2, its
 * multiplicity (a 64-bit integer in the next word).  With width 1 a value is
 * repeated.
 */
typedef union TrkWord
{
	int64		i;
	uint64		u;
	double		r;
} TrkWord;

/*
 * Interpolate between two values, low <= high, also when their distance
 * overflows.
 */
static inline double
trk_between(double low, double high, double share)
{
	double		distance = high - low;

	if (low == high || isinf(low))
		return low;
	return isfinite(distance) || isinf(high) ? low + share * distance : low * (1 - share) + high * share;
}

typedef struct TrkSample
{
	const TrkWord *rows;
	int64		n_rows;
	int			width;			/* 1 or 2 */
	int64		n;				/* number of values, counted with multiplicity */
} TrkSample;

/*
 * Sort n values; scratch needs space for as many.  No value may be NaN; -0
 * becomes 0.
 */
extern void trk_sort_values(TrkWord *values, TrkWord *scratch, int64 n);

/*
 * Sort n unsigned numbers.  The result is in words or in scratch, whichever is
 * returned.
 */
extern TrkWord *trk_sort_words(TrkWord *words, TrkWord *scratch, int64 n);

/* Make a sample of n sorted values. */
extern TrkSample trk_sample_of_sorted(const TrkWord *values, int64 n);

/*
 * Return the quantile for 0 <= q <= 1: cont interpolates (type 7 of Hyndman
 * and Fan, 1996), disc is the smallest value whose cumulative share is at
 * least q.  It is NaN in an empty sample.
 */
extern double trk_quantile_cont(const TrkSample *sample, double q);
extern double trk_quantile_disc(const TrkSample *sample, double q);

/*
 * Return the mean of the lowest share of the values: with a fractional weight
 * on the value at the boundary (Acerbi and Tasche, 2002), or of the lowest
 * floor(share (n - 1)) + 1 whole values.
 */
extern double trk_tail_mean(const TrkSample *sample, double share);
extern double trk_tail_mean_whole(const TrkSample *sample, double share);

/* Figures of the two tails of a sample; see the functions above. */
typedef struct TrkTails
{
	double		low;			/* the quantile of the share, interpolated */
	double		high;			/* the quantile of 1 - share */
	double		mean;			/* tail means of the lowest share */
	double		mean_whole;
} TrkTails;

/*
 * Compute the tails of n finite values in any order, without sorting all of
 * them.  The share is below a half; scratch needs space for TRK_TAILS_ROOM(n)
 * words.
 */
#define TRK_TAILS_ROOM(n)	(2 * (n) + 65536)
extern void trk_tails(const double *values, int64 n, double share, TrkWord *scratch,
					  TrkTails *tails);

static inline int64
trk_sample_count(const TrkSample *sample, int64 row)
{
	return sample->width == 2 ? sample->rows[2 * row + 1].i : 1;
}

static inline double
trk_sample_value(const TrkSample *sample, int64 row)
{
	return sample->rows[sample->width * row].r;
}

#endif							/* TRK_DISTRIBUTION_H */

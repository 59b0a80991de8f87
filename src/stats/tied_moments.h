/*
 * tied_moments.h
 *	  Mean and variance of a two-sample statistic that sums squared differences
 *	  of two distribution functions, given the ties of the pooled values.  Pure;
 *	  called by sample_test.c and sample_shift.c.
 *
 * Where nothing changed, each choice of n of the N pooled values is equally
 * likely to be the first sample.  The statistic is the sum over the groups of
 * ties of w Y^2, where Y is a count of values of the first sample less what is
 * expected of it: those before the group are counted whole, those of the group
 * as a whole (TRK_TIES_END) or half (TRK_TIES_MIDDLE).  Its first two moments
 * follow from the moments of sampling without replacement up to the fourth.
 */
#ifndef TRK_TIED_MOMENTS_H
#define TRK_TIED_MOMENTS_H

#include "base/trk.h"

/*
 * A variance of so little of the squared mean without ties is rounding: all ways
 * give one value.
 */
#define TRK_NO_VARIANCE		1e-12

typedef enum TrkTiesCount
{
	TRK_TIES_END,
	TRK_TIES_MIDDLE
} TrkTiesCount;

typedef struct TrkTiedMoments
{
	double		size;			/* of both samples */
	TrkTiesCount count;
	double		m2;				/* moments of the members: E x^2 */
	double		m11;			/* E x y of two of them, and so on */
	double		m4;
	double		m31;
	double		m22;
	double		m211;
	double		m1111;
	double		mean;
	double		square;			/* E of the statistic's square */
	double		sum;			/* of w C2 over the groups so far */
	double		sum_squares;	/* of w C1^2 */
} TrkTiedMoments;

/* Start with samples of n and m values. */
extern void trk_tied_moments_start(TrkTiedMoments *t, TrkTiesCount count, double n, double m);

/* The next group of `size` values, `before` of them smaller, with its weight. */
extern void trk_tied_moments_add(TrkTiedMoments *t, double before, double size, double weight);

/* The variance of what was added; the mean is in t->mean. */
extern double trk_tied_moments_variance(const TrkTiedMoments *t);

#endif							/* TRK_TIED_MOMENTS_H */

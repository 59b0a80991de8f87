/*
 * tied_moments.h
 *	  Mean and variance of a two-sample statistic that sums squared differences
 *	  of two distribution functions, given the ties of the pooled values.
 *	  Pure; called by sample_test.c and sample_shift.c.
 *
 * If nothing changed, each choice of n of the N pooled values is equally
 * likely to be the first sample.  The statistic is the sum over the groups of
 * ties of w Y^2, where Y is a count of values of the first sample minus its
 * expectation: values before the group are counted with weight one, those of
 * the group with weight one (TRK_TIES_END) or one half (TRK_TIES_MIDDLE).  Its
 * first two moments follow from the moments of sampling without replacement up
 * to the fourth.
 */
#ifndef TRK_TIED_MOMENTS_H
#define TRK_TIED_MOMENTS_H

#include "base/trk.h"

/*
 * A variance below this share of the squared mean without ties is rounding
 * error: all choices give the same value.
 */
#define TRK_NO_VARIANCE		1e-12

typedef enum TrkTiesCount
{
	TRK_TIES_END,
	TRK_TIES_MIDDLE
} TrkTiesCount;

typedef struct TrkTiedMoments
{
	double		size;			/* number of values of both samples */
	TrkTiesCount count;
	double		m2;				/* moments of the members: E x^2, ... */
	double		m11;			/* ... E x y of two of them, and so on */
	double		m4;
	double		m31;
	double		m22;
	double		m211;
	double		m1111;
	double		mean;
	double		square;			/* expectation of the statistic's square */
	double		sum;			/* sum of w C2 over the groups so far */
	double		sum_squares;	/* sum of w C1^2 */
} TrkTiedMoments;

/* Start with samples of n and m values. */
extern void trk_tied_moments_start(TrkTiedMoments *t, TrkTiesCount count, double n, double m);

/*
 * Add the next group of `size` values, with `before` smaller values, and its
 * weight.
 */
extern void trk_tied_moments_add(TrkTiedMoments *t, double before, double size, double weight);

/* Return the variance of what was added; the mean is in t->mean. */
extern double trk_tied_moments_variance(const TrkTiedMoments *t);

#endif							/* TRK_TIED_MOMENTS_H */

/*
 * moments.h
 *	  Count, mean, central moments and extremes of float8 values, which are
 *	  added one by one or merged.  Pure; called by the files of statistics and
 *	  by the state at_moments, whose fixed part is this struct.
 *
 * Values that are not finite are counted and left out.  Figures that are not
 * defined are NaN.
 */
#ifndef TRK_MOMENTS_H
#define TRK_MOMENTS_H

#include "base/trk.h"

#include <math.h>

/* The layout of a state: 64-bit integers first, then float8 (see state.h). */
typedef struct TrkMoments
{
	int64		n;				/* number of finite values */
	int64		nan;
	int64		pos_inf;
	int64		neg_inf;
	double		mean;
	double		mean_rest;		/* the low-order part of mean */
	double		m2;				/* sums of powers of deviations from the mean */
	double		m3;
	double		m4;
	double		min;
	double		max;
} TrkMoments;

extern void trk_moments_init(TrkMoments *m);
extern void trk_moments_merge(TrkMoments *m, const TrkMoments *other);

extern double trk_mean(const TrkMoments *m);
extern double trk_var_pop(const TrkMoments *m);
extern double trk_var_samp(const TrkMoments *m);
extern double trk_skew_pop(const TrkMoments *m);
extern double trk_kurt_excess_pop(const TrkMoments *m);
extern double trk_skew_samp(const TrkMoments *m);
extern double trk_kurt_excess_samp(const TrkMoments *m);

/*
 * Add n values.  The moments of each block of values are computed and merged,
 * because that needs no division for each value.  The deviations of a constant
 * series stay exactly zero.
 */
extern void trk_moments_add(TrkMoments *m, const double *values, int64 n);

#endif							/* TRK_MOMENTS_H */

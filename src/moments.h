/*
 * moments.h
 *	  Count, mean, central moments and extremes of float8 values, one by one
 *	  or merged.  Pure; called by the rooms of statistics and by the state
 *	  at_moments, whose fixed part is this struct.
 *
 * Values that are not finite are counted and left out.  Figures that are not
 * defined are NaN.
 */
#ifndef TRK_MOMENTS_H
#define TRK_MOMENTS_H

#include "trk.h"

#include <math.h>

/* 64-bit integers first, then float8: the layout of a state (see state.h). */
typedef struct TrkMoments
{
	int64		n;				/* finite values */
	int64		nan;
	int64		pos_inf;
	int64		neg_inf;
	double		mean;
	double		mean_rest;		/* what does not fit in mean */
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

/* Count a value that is not finite. */
extern void trk_moments_add_special(TrkMoments *m, double x);

/* Move the mean; sums of two doubles, so that a large offset costs nothing. */
static inline void
trk_moments_move(TrkMoments *m, double d)
{
	double		sum = m->mean + d;
	double		moved = sum - m->mean;
	double		rest = m->mean_rest + ((m->mean - (sum - moved)) + (d - moved));

	m->mean = sum + rest;
	m->mean_rest = isfinite(m->mean) ? rest - (m->mean - sum) : 0;
}

/*
 * One more value (Welford's update, to the fourth moment).  A constant series
 * keeps deviations of exactly zero.
 */
static inline void
trk_moments_add(TrkMoments *m, double x)
{
	double		n1 = (double) m->n;
	double		n;
	double		delta;
	double		d;
	double		d2;
	double		t;

	if (unlikely(!isfinite(x)))
	{
		trk_moments_add_special(m, x);
		return;
	}
	if (m->n++ == 0)
		m->min = m->max = x;
	else if (x < m->min)
		m->min = x;
	else if (x > m->max)
		m->max = x;
	n = n1 + 1;
	delta = x - m->mean - m->mean_rest;
	d = delta / n;
	d2 = d * d;
	t = delta * d * n1;
	trk_moments_move(m, d);
	m->m4 += t * d2 * (n * n - 3 * n + 3) + 6 * d2 * m->m2 - 4 * d * m->m3;
	m->m3 += t * d * (n - 2) - 3 * d * m->m2;
	m->m2 += t;
}

#endif							/* TRK_MOMENTS_H */

/*
 * moments.c
 *	  Merging moments, and the figures made from them (see moments.h).
 *
 * Merging is the pairwise formula of Chan, Golub and LeVeque, for the third
 * and fourth moments as given by Pebay (2008).
 */
#include "moments.h"

/* No values yet. */
void
trk_moments_init(TrkMoments *m)
{
	memset(m, 0, sizeof(*m));
}

/* See moments.h. */
void
trk_moments_add_special(TrkMoments *m, double x)
{
	if (isnan(x))
		m->nan++;
	else if (x > 0)
		m->pos_inf++;
	else
		m->neg_inf++;
}

/* Merge the values' powers; both sides have some. */
static void
merge_powers(TrkMoments *a, const TrkMoments *b)
{
	double		na = (double) a->n;
	double		nb = (double) b->n;
	double		n = na + nb;
	double		delta = (b->mean - a->mean) + (b->mean_rest - a->mean_rest);
	double		d = delta / n;
	double		d2 = d * d;
	double		m2 = a->m2 + b->m2 + delta * d * na * nb;
	double		m3 = a->m3 + b->m3 + delta * d2 * na * nb * (na - nb) +
		3 * d * (na * b->m2 - nb * a->m2);

	a->m4 += b->m4 + delta * d * d2 * na * nb * (na * na - na * nb + nb * nb) +
		6 * d2 * (na * na * b->m2 + nb * nb * a->m2) +
		4 * d * (na * b->m3 - nb * a->m3);
	a->m3 = m3;
	a->m2 = m2;
	trk_moments_move(a, d * nb);
	a->min = Min(a->min, b->min);
	a->max = Max(a->max, b->max);
	a->n += b->n;
}

/* Add all of other's values. */
void
trk_moments_merge(TrkMoments *m, const TrkMoments *other)
{
	int64		nan = m->nan + other->nan;
	int64		pos_inf = m->pos_inf + other->pos_inf;
	int64		neg_inf = m->neg_inf + other->neg_inf;

	if (m->n == 0)
		*m = *other;
	else if (other->n > 0)
		merge_powers(m, other);
	m->nan = nan;
	m->pos_inf = pos_inf;
	m->neg_inf = neg_inf;
}

/* Arithmetic mean. */
double
trk_mean(const TrkMoments *m)
{
	return m->n > 0 ? m->mean : NAN;
}

/* Variance, divisor n. */
double
trk_var_pop(const TrkMoments *m)
{
	return m->n > 0 ? m->m2 / (double) m->n : NAN;
}

/* Variance, divisor n - 1. */
double
trk_var_samp(const TrkMoments *m)
{
	return m->n > 1 ? m->m2 / (double) (m->n - 1) : NAN;
}

/* Population skewness g1. */
double
trk_skew_pop(const TrkMoments *m)
{
	double		n = (double) m->n;
	double		var = trk_var_pop(m);

	return m->m2 > 0 ? m->m3 / n / (var * sqrt(var)) : NAN;
}

/* Population excess kurtosis g2. */
double
trk_kurt_excess_pop(const TrkMoments *m)
{
	double		n = (double) m->n;
	double		var = trk_var_pop(m);

	return m->m2 > 0 ? m->m4 / n / (var * var) - 3 : NAN;
}

/* Sample skewness G1. */
double
trk_skew_samp(const TrkMoments *m)
{
	double		n = (double) m->n;

	return m->n > 2 ? trk_skew_pop(m) * sqrt(n * (n - 1)) / (n - 2) : NAN;
}

/* Sample excess kurtosis G2. */
double
trk_kurt_excess_samp(const TrkMoments *m)
{
	double		n = (double) m->n;

	return m->n > 3 ?
		(n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * trk_kurt_excess_pop(m) + 6) : NAN;
}

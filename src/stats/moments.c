/*
 * moments.c
 *	  Collects and merges moments, and computes figures from them (see
 *	  moments.h).
 *
 * Moments are merged by the pairwise formula of Chan, Golub and LeVeque, and
 * the third and fourth moments as given by Pebay (2008).  The moments of a
 * block are computed about its mean, in two passes.
 */
#include "base/trk.h"

#include "stats/moments.h"

/* Values of a block: enough to make the cost of merging small. */
#define BLOCK	64

/* Begin without values. */
void
trk_moments_init(TrkMoments *m)
{
	memset(m, 0, sizeof(*m));
}

/* Count a value that is not finite. */
static void
add_special(TrkMoments *m, double x)
{
	if (isnan(x))
		m->nan++;
	else if (x > 0)
		m->pos_inf++;
	else
		m->neg_inf++;
}

/*
 * Add d to the mean, which is a sum of two doubles so that a large offset of
 * the values costs no digits.
 */
static void
move_mean(TrkMoments *m, double d)
{
	double		sum = m->mean + d;
	double		moved = sum - m->mean;
	double		rest = m->mean_rest + ((m->mean - (sum - moved)) + (d - moved));

	m->mean = sum + rest;
	m->mean_rest = isfinite(m->mean) ? rest - (m->mean - sum) : 0;
}

/* Merge the sums of powers; both sides must have values. */
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
	move_mean(a, d * nb);
	a->min = Min(a->min, b->min);
	a->max = Max(a->max, b->max);
	a->n += b->n;
}

/* Add all values of another state. */
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

/*
 * Compute mean and extremes of a block.  The mean is its first value plus the
 * mean deviation from that.  Returns false when a value, or the sum, is not
 * finite.
 */
static bool
block_mean(TrkMoments *b, const double *x, int n, double *deviation)
{
	double		sum = 0;

	b->n = n;
	b->min = b->max = x[0];
	for (int i = 1; i < n; i++)
	{
		sum += x[i] - x[0];
		b->min = x[i] < b->min ? x[i] : b->min;
		b->max = x[i] > b->max ? x[i] : b->max;
	}
	*deviation = sum / n;
	b->mean = x[0];
	b->mean_rest = 0;
	move_mean(b, *deviation);
	return isfinite(sum) && isfinite(x[0]);
}

/* Compute the sums of powers of the deviations from a block's mean. */
static void
block_powers(TrkMoments *b, const double *x, int n, double deviation)
{
	double		m1 = 0;
	double		m2 = 0;
	double		m3 = 0;
	double		m4 = 0;

	for (int i = 0; i < n; i++)
	{
		double		d = (x[i] - x[0]) - deviation;
		double		d2 = d * d;

		m1 += d;
		m2 += d2;
		m3 += d2 * d;
		m4 += d2 * d2;
	}
	/* the mean deviation was rounded; correct for the rest */
	m2 -= m1 * m1 / n;
	b->m2 = m2 > 0 || isnan(m2) ? m2 : 0;
	b->m3 = m3;
	b->m4 = m4;
}

/*
 * Count the values of a block that are not finite, and copy the others; return
 * how many.
 */
static int
take_out_specials(TrkMoments *m, const double *x, int n, double *finite)
{
	int			kept = 0;

	for (int i = 0; i < n; i++)
		if (isfinite(x[i]))
			finite[kept++] = x[i];
		else
			add_special(m, x[i]);
	return kept;
}

/* Add the values of one block. */
static void
add_block(TrkMoments *m, const double *x, int n)
{
	TrkMoments	b = {0};
	double		finite[BLOCK];
	double		deviation;

	if (!block_mean(&b, x, n, &deviation))
	{
		n = take_out_specials(m, x, n, finite);
		if (n == 0)
			return;
		x = finite;
		block_mean(&b, x, n, &deviation);
	}
	block_powers(&b, x, n, deviation);
	trk_moments_merge(m, &b);
}

/*
 * Add n values.  The moments of each block of values are computed and merged,
 * because that needs no division for each value.  The deviations of a
 * constant series stay exactly zero.
 */
void
trk_moments_add(TrkMoments *m, const double *values, int64 n)
{
	for (int64 i = 0; i < n; i += BLOCK)
		add_block(m, values + i, (int) Min(n - i, BLOCK));
}

/* Return the arithmetic mean. */
double
trk_mean(const TrkMoments *m)
{
	return m->n > 0 ? m->mean : NAN;
}

/* Return the variance with divisor n. */
double
trk_var_pop(const TrkMoments *m)
{
	return m->n > 0 ? m->m2 / (double) m->n : NAN;
}

/* Return the variance with divisor n - 1. */
double
trk_var_samp(const TrkMoments *m)
{
	return m->n > 1 ? m->m2 / (double) (m->n - 1) : NAN;
}

/* Return the population skewness g1. */
double
trk_skew_pop(const TrkMoments *m)
{
	double		n = (double) m->n;
	double		var = trk_var_pop(m);

	return m->m2 > 0 ? m->m3 / n / (var * sqrt(var)) : NAN;
}

/* Return the population excess kurtosis g2. */
double
trk_kurt_excess_pop(const TrkMoments *m)
{
	double		n = (double) m->n;
	double		var = trk_var_pop(m);

	return m->m2 > 0 ? m->m4 / n / (var * var) - 3 : NAN;
}

/* Return the sample skewness G1. */
double
trk_skew_samp(const TrkMoments *m)
{
	double		n = (double) m->n;

	return m->n > 2 ? trk_skew_pop(m) * sqrt(n * (n - 1)) / (n - 2) : NAN;
}

/* Return the sample excess kurtosis G2. */
double
trk_kurt_excess_samp(const TrkMoments *m)
{
	double		n = (double) m->n;

	return m->n > 3 ?
		(n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * trk_kurt_excess_pop(m) + 6) : NAN;
}

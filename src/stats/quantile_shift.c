/*
 * quantile_shift.c
 *	  Shift of a quantile between two samples (see sample_test.h).
 *
 * Sources: order statistics as bounds of a quantile, with ranks from the
 * binomial distribution; the interval of the shift is combined from those of
 * both sides as Newcombe (1998) does for shares.
 */
#include "base/trk.h"

#include "stats/sample_test.h"

#include "stats/sorted_sample.h"

/* The probability outside a 95 % interval, on each side. */
#define TAIL	0.025

/* Return P(X <= k) of n trials with probability q. */
static double
binomial_cdf(int64 k, int64 n, double q)
{
	if (k < 0)
		return 0;
	return k >= n ? 1 : trk_beta_tail((double) (n - k), (double) (k + 1), 1 - q, q).p;
}

/*
 * Compute the ranks of the values that bound a 95 % interval of the quantile
 * q of n values.  A rank is 0 or n + 1 where there is no bound.
 */
void
trk_quantile_ranks(int64 n, double q, int64 *low, int64 *high)
{
	int64		from = 0;
	int64		to = n;

	/* find the most values that may lie below the lower bound */
	while (from < to)
	{
		int64		middle = from + (to - from + 1) / 2;

		if (binomial_cdf(middle - 1, n, q) <= TAIL)
			from = middle;
		else
			to = middle - 1;
	}
	*low = from;

	/* find the fewest that must lie below or at the upper bound */
	to = n + 1;
	from = 1;
	while (from < to)
	{
		int64		middle = from + (to - from) / 2;

		if (trk_binomial_sf((double) (middle - 1), (double) n, q).p <= TAIL)
			to = middle;
		else
			from = middle + 1;
	}
	*high = from;
}

/*
 * Return the bounds of a quantile; NaN where the sample is too small for a
 * bound.
 */
static void
quantile_bounds(const TrkValues *values, double q, double *low, double *high)
{
	int64		first;
	int64		last;

	trk_quantile_ranks(values->n, q, &first, &last);
	*low = first > 0 ? values->v[first - 1] : NAN;
	*high = last <= values->n ? values->v[last - 1] : NAN;
}

/* Return the quantile by interpolation (type 7). */
static double
quantile(const TrkValues *values, double q)
{
	double		at = (double) (values->n - 1) * q;
	int64		i = (int64) at;
	double		low;
	double		high;

	if (values->n == 0)
		return NAN;
	low = values->v[i];
	high = values->v[Min(i + 1, values->n - 1)];
	return at == (double) i ? low : trk_between(low, high, at - (double) i);
}

/* Compare the quantile q of both samples: shift, ratio and 95 % intervals. */
void
trk_quantile_shift(const TrkValues *b, const TrkValues *o, double q, TrkQuantileShift *s)
{
	s->baseline = quantile(b, q);
	s->observed = quantile(o, q);
	quantile_bounds(b, q, &s->baseline_lo, &s->baseline_hi);
	quantile_bounds(o, q, &s->observed_lo, &s->observed_hi);
	trk_quantile_compare(s);
}

/*
 * Compute shift and ratio, with their intervals, when the quantiles of both
 * sides and their intervals are already set.
 */
void
trk_quantile_compare(TrkQuantileShift *s)
{
	s->shift = s->observed - s->baseline;
	s->shift_lo = s->shift - hypot(s->observed - s->observed_lo, s->baseline_hi - s->baseline);
	s->shift_hi = s->shift + hypot(s->observed_hi - s->observed, s->baseline - s->baseline_lo);
	s->ratio = s->baseline > 0 ? s->observed / s->baseline : NAN;
}

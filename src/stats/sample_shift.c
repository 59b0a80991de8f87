/*
 * sample_shift.c
 *	  The Anderson-Darling test of k samples, distances in the unit of the
 *	  values, Welch's test, bins (see sample_test.h).
 *
 * Sources: F.  W.  Scholz and M.  A.  Stephens, "K-sample Anderson-Darling
 * tests" (1987), equations 4 and 7; Welch (1947); Hedges (1981).
 */
#include "base/trk.h"

#include "stats/sample_test.h"

#include "stats/tied_moments.h"

/* The interquartile range of the standard normal distribution. */
#define NORMAL_IQR	1.3489795003921634

/*
 * Count in all samples the values equal to the least one not yet passed, and
 * pass them.
 */
static int64
next_group(const TrkValues *samples, int k, int64 *at, int64 *count)
{
	double		least = NAN;
	int64		total = 0;

	for (int s = 0; s < k; s++)
		if (at[s] < samples[s].n && !(samples[s].v[at[s]] >= least))
			least = samples[s].v[at[s]];
	for (int s = 0; s < k; s++)
	{
		count[s] = 0;
		while (at[s] < samples[s].n && samples[s].v[at[s]] == least)
		{
			at[s]++;
			count[s]++;
		}
		total += count[s];
	}
	return total;
}

/* Compute the statistic with mid-ranks. */
static double
anderson_darling_statistic(const TrkValues *samples, int k, int64 *at, int64 *count, double n)
{
	double		sum = 0;
	double		below = 0;
	double		l;

	memset(at, 0, sizeof(int64) * k);
	while ((l = (double) next_group(samples, k, at, count)) > 0)
	{
		double		middle = below + l / 2;
		double		weight = middle * (n - middle) - n * l / 4;

		below += l;
		for (int s = 0; s < k && weight > 0; s++)
		{
			double		ni = (double) samples[s].n;
			double		off = n * ((double) at[s] - (double) count[s] / 2) - ni * middle;

			sum += l / n * off * off / weight / ni;
		}
	}
	return (n - 1) / n * sum;
}

/* Return the variance of the statistic when the distributions are equal. */
static double
anderson_darling_variance(double inverse_sizes, double k, int64 n)
{
	double		dn = (double) n;
	double		h = 0;
	double		g = 0;
	double		a;
	double		b;
	double		c;
	double		d;

	/* g = sum over i < j < n of 1/((n - i) j): h grows as i decreases */
	for (int64 i = n - 1; i > 0; i--)
	{
		g += h / (double) (n - i);
		h += 1 / (double) i;
	}
	a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse_sizes;
	b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse_sizes - 8 * h + 4 * g - 6;
	c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse_sizes + 4 * h;
	d = (2 * h + 6) * k * k - 4 * h * k;
	return (((a * dn + b) * dn + c) * dn + d) / ((dn - 1) * (dn - 2) * (dn - 3));
}

/*
 * Convert the statistic of two samples with ties to one without: it gets the
 * same distance from the mean, in standard deviations, as it has given the
 * ties.  Returns 0 where the ties leave it only one value.
 */
static double
anderson_darling_untied(const TrkValues *samples, double a2, double variance)
{
	double		n = (double) samples[0].n;
	double		m = (double) samples[1].n;
	double		all = n + m;
	double		given_ties;
	bool		tied = false;
	TrkTies		ties;
	TrkTiedMoments moments;

	trk_tied_moments_start(&moments, TRK_TIES_MIDDLE, n, m);
	trk_ties_start(&ties, &samples[0], &samples[1]);
	while (trk_ties_next(&ties))
	{
		double		l = (double) (ties.a + ties.b);
		double		before = (double) (ties.i + ties.j) - l;
		double		middle = before + l / 2;
		double		weight = middle * (all - middle) - all * l / 4;

		tied |= l > 1;
		if (weight > 0)
			trk_tied_moments_add(&moments, before, l, (all - 1) * all * l / (weight * n * m));
	}
	if (!tied)
		return a2;
	given_ties = trk_tied_moments_variance(&moments);
	if (given_ties <= TRK_NO_VARIANCE)
		return 0;
	return 1 + (a2 - moments.mean) * sqrt(variance / given_ties);
}

/* Return whether all values of all samples are equal. */
static bool
all_equal(const TrkValues *samples, int k)
{
	for (int s = 0; s < k; s++)
		if (samples[s].v[0] != samples[0].v[0] ||
			samples[s].v[samples[s].n - 1] != samples[0].v[0])
			return false;
	return true;
}

/*
 * The Anderson-Darling test of k samples.  Its p is known for two samples
 * only.
 */
void
trk_anderson_darling(const TrkValues *samples, int k, MemoryContext context,
					 TrkAndersonDarling *test)
{
	int64		n = 0;
	double		inverse_sizes = 0;
	double		variance;
	int64	   *at;

	test->a2 = test->standardized = NAN;
	test->p = trk_tail_of(NAN);
	for (int s = 0; s < k; s++)
	{
		if (samples[s].n == 0)
			return;
		n += samples[s].n;
		inverse_sizes += 1 / (double) samples[s].n;
	}
	if (k < 2)
		return;
	at = MemoryContextAllocHuge(context, 2 * sizeof(int64) * k);
	test->a2 = anderson_darling_statistic(samples, k, at, at + k, (double) n);
	pfree(at);
	variance = n > 3 ? anderson_darling_variance(inverse_sizes, k, n) : NAN;
	if (all_equal(samples, k))
		test->p = trk_tail_of(1);
	else
	{
		test->standardized = (test->a2 - (k - 1)) / sqrt(variance);
		if (k == 2)
			test->p = trk_anderson_darling_k2_sf(n > 3 ?
												 anderson_darling_untied(samples, test->a2, variance) : test->a2);
	}
}

/*
 * Compute the Wasserstein and the energy distance between two samples, and
 * the shift of the median.
 */
void
trk_wasserstein(const TrkValues *b, const TrkValues *o, TrkWasserstein *w)
{
	double		nm = (double) b->n * (double) o->n;
	double		w1 = 0;
	double		energy = 0;
	double		share = 0;
	double		last = 0;
	TrkTies		ties;

	w->iqr_baseline = trk_values_quantile(b, 3, 4) - trk_values_quantile(b, 1, 4);
	w->median_shift = trk_values_quantile(o, 1, 2) - trk_values_quantile(b, 1, 2);
	w->w1 = w->energy_distance = w->w1_over_robust_scale = NAN;
	if (nm == 0 || !trk_values_are_finite(b) || !trk_values_are_finite(o))
		return;
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
	{
		double		step = share == 0 ? 0 : ties.value - last;

		w1 += fabs(share) * step;
		energy += share * share * step;
		share = (double) (ties.i * o->n - ties.j * b->n) / nm;
		last = ties.value;
	}
	w->w1 = w1;
	w->energy_distance = sqrt(2 * energy);
	if (w->iqr_baseline > 0)
		w->w1_over_robust_scale = w1 / (w->iqr_baseline / NORMAL_IQR);
}

/*
 * A mean as the sum of a value and a shift, and the squared deviations from
 * it.
 */
typedef struct Centre
{
	double		origin;
	double		shift;
	double		squares;		/* zero when all values are equal */
} Centre;

/*
 * Compute the mean and squared deviations of the values multiplied by scale.
 */
static Centre
centre_of(const TrkValues *values, double scale)
{
	Centre		c = {scale * values->v[values->n / 2], 0, 0};
	double		sum = 0;
	double		lost = 0;
	double		rest = 0;

	for (int64 i = 0; i < values->n; i++)
	{
		double		x = scale * values->v[i] - c.origin - lost;
		double		next = sum + x;

		lost = (next - sum) - x;
		sum = next;
	}
	c.shift = sum / (double) values->n;
	for (int64 i = 0; i < values->n; i++)
	{
		double		x = scale * values->v[i] - c.origin - c.shift;

		c.squares += x * x;
		rest += x;
	}
	c.squares = Max(0, c.squares - rest * rest / (double) values->n);
	return c;
}

/*
 * Return a power of two by which values are multiplied so that their squares
 * neither overflow nor underflow; 1 for all but extreme values.
 */
static double
scale_of(const TrkValues *b, const TrkValues *o)
{
	double		low = fabs(Min(b->v[0], o->v[0]));
	double		high = fabs(Max(b->v[b->n - 1], o->v[o->n - 1]));
	double		most = Max(low, high);

	if (most > 1e100)
		return ldexp(1, -600);
	return most < 1e-100 ? ldexp(1, 600) : 1;
}

/* Return the t with P(T > t) = 0.025, by bisection. */
static double
t_975(double df)
{
	double		low = 0;
	double		high = 13;

	while (trk_t_sf(high, df).p > 0.025)
		high *= 2;
	for (int i = 0; i < 100 && high - low > 1e-14 * high; i++)
	{
		double		t = (low + high) / 2;

		if (trk_t_sf(t, df).p > 0.025)
			low = t;
		else
			high = t;
	}
	return (low + high) / 2;
}

/* Compute Welch's t from the squared standard errors of the means. */
static void
welch_test(double e1, double df1, double e2, double df2, TrkWelch *test)
{
	double		error = sqrt(e1 + e2);
	double		c = e1 / (e1 + e2);
	double		half;

	test->t = test->mean_diff / error;
	test->df = 1 / (c * c / df1 + (1 - c) * (1 - c) / df2);
	test->p = trk_tail_times(2, trk_t_sf(fabs(test->t), test->df));
	half = error * t_975(test->df);
	test->mean_diff_lo = test->mean_diff - half;
	test->mean_diff_hi = test->mean_diff + half;
}

/* Set the result of a test that is not defined. */
static void
welch_undefined(TrkWelch *test)
{
	test->t = test->df = test->mean_diff = test->hedges_g = NAN;
	test->mean_diff_lo = test->mean_diff_hi = NAN;
	test->p = trk_tail_of(NAN);
}

/*
 * Complete the test from the difference of the means, degrees of freedom and
 * sums of squares.
 */
static void
welch_of(double df1, double s1, double df2, double s2, TrkWelch *test)
{
	if (df1 == 0 || df2 == 0 || !isfinite(test->mean_diff) || !isfinite(s1 + s2))
		return;
	if (s1 + s2 == 0)
	{
		test->p = trk_tail_of(test->mean_diff == 0 ? 1 : 0);
		return;
	}
	welch_test(s1 / df1 / (df1 + 1), df1, s2 / df2 / (df2 + 1), df2, test);
	test->hedges_g = test->mean_diff / sqrt((s1 + s2) / (df1 + df2)) *
		(1 - 3 / (4 * (df1 + df2) - 1));
}

/*
 * Welch's t test of two samples, with the difference of the means and Hedges'
 * g.
 */
void
trk_welch(const TrkValues *b, const TrkValues *o, TrkWelch *test)
{
	double		scale;
	Centre		centre_b;
	Centre		centre_o;

	welch_undefined(test);
	if (b->n == 0 || o->n == 0 || !trk_values_are_finite(b) || !trk_values_are_finite(o))
		return;
	scale = scale_of(b, o);
	centre_b = centre_of(b, scale);
	centre_o = centre_of(o, scale);
	test->mean_diff = (centre_o.origin - centre_b.origin) + (centre_o.shift - centre_b.shift);
	welch_of((double) b->n - 1, centre_b.squares, (double) o->n - 1, centre_o.squares, test);
	test->mean_diff /= scale;
	test->mean_diff_lo /= scale;
	test->mean_diff_hi /= scale;
}

/* Welch's t test when only the moments of both sides are known. */
void
trk_welch_moments(const TrkMoments *b, const TrkMoments *o, TrkWelch *test)
{
	welch_undefined(test);
	if (b->n == 0 || o->n == 0 || b->pos_inf + b->neg_inf + o->pos_inf + o->neg_inf > 0)
		return;
	test->mean_diff = (o->mean - b->mean) + (o->mean_rest - b->mean_rest);
	welch_of((double) b->n - 1, b->m2, (double) o->n - 1, o->m2, test);
}

/* Count the values of a sample in the bins between the edges. */
static void
count_bins(const TrkValues *values, const double *edges, int n_edges, int64 *counts)
{
	int64		i = 0;

	for (int bin = 0; bin <= n_edges; bin++)
	{
		int64		from = i;

		while (i < values->n && (bin == n_edges || values->v[i] <= edges[bin]))
			i++;
		counts[bin] = i - from;
	}
}

/*
 * Count both samples in bins between quantiles of the baseline.  Equal edges
 * are merged, and bins that are empty on both sides are dropped.
 */
void
trk_bin(const TrkValues *b, const TrkValues *o, int bins, TrkBins *r)
{
	r->n = 0;
	r->n_edges = trk_quantile_edges(b, bins, r->edges);
	count_bins(b, r->edges, r->n_edges, r->baseline);
	count_bins(o, r->edges, r->n_edges, r->observed);
	for (int i = 0; i <= r->n_edges; i++)
		if (r->baseline[i] > 0 || r->observed[i] > 0)
		{
			r->baseline[r->n] = r->baseline[i];
			r->observed[r->n++] = r->observed[i];
		}
}

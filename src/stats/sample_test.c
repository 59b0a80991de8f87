/*
 * sample_test.c
 *	  The Kolmogorov-Smirnov test and the tests by ranks (see sample_test.h).
 *
 * Sources: the conditional distribution of the Kolmogorov-Smirnov statistic
 * given ties as in Schroeer and Trenkler (1995); Mann and Whitney (1947) with
 * mid-ranks; T.  W.  Anderson (1962) for Cramer-von Mises.
 */
#include "base/trk.h"

#include "stats/sample_test.h"

#include "stats/tied_moments.h"

/* Return, by rank, where groups of ties end. */
static bool *
tie_ends(const TrkValues *b, const TrkValues *o, MemoryContext context)
{
	bool	   *ends = MemoryContextAllocHuge(context, b->n + o->n + 1);
	TrkTies		ties;

	memset(ends, 0, b->n + o->n + 1);
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
		ends[ties.i + ties.j] = true;
	return ends;
}

/*
 * Compute the statistic as an integer, the largest |i m - j n|, and the size
 * of the largest group of ties.
 */
static int64
ks_statistic(const TrkValues *b, const TrkValues *o, int64 *widest, TrkKs *test)
{
	double		nm = (double) b->n * (double) o->n;
	int64		plus = 0;
	int64		minus = 0;
	int64		largest = -1;
	TrkTies		ties;

	*widest = 1;
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
	{
		int64		off = ties.i * o->n - ties.j * b->n;

		*widest = Max(*widest, ties.a + ties.b);
		plus = Max(plus, off);
		minus = Max(minus, -off);
		if (Max(off, -off) > largest)
		{
			largest = Max(off, -off);
			test->location = ties.value;
		}
	}
	test->d_plus = (double) plus / nm;
	test->d_minus = (double) minus / nm;
	test->d = Max(test->d_plus, test->d_minus);
	return largest;
}

/* Compute exact p values, if that is not too expensive. */
static void
ks_exact(const TrkValues *b, const TrkValues *o, int64 h, int64 widest, double exact_cells,
		 MemoryContext context, TrkKs *test)
{
	bool		in_range = true;

	test->has_ties = widest > 1;
	test->exact = test->exact_ignoring_ties = trk_tail_of(NAN);
	if (trk_smirnov_cells(b->n, o->n, h, 1) <= exact_cells)
		in_range = trk_smirnov_sf(b->n, o->n, h, NULL, context, &test->exact_ignoring_ties);
	if (!test->has_ties)
		test->exact = test->exact_ignoring_ties;
	else if (trk_smirnov_cells(b->n, o->n, h, widest) <= exact_cells)
	{
		bool	   *ends = tie_ends(b, o, context);

		in_range = trk_smirnov_sf(b->n, o->n, h, ends, context, &test->exact);
		pfree(ends);
	}
	test->p = isnan(test->exact.p) ? test->asymptotic : test->exact;
	if (!in_range)
		test->p.log10 = test->asymptotic.log10;
}

/*
 * The two-sample Kolmogorov-Smirnov test.  Its p is exact when that takes at
 * most exact_cells lattice points, else asymptotic.
 */
void
trk_ks(const TrkValues *b, const TrkValues *o, double exact_cells, MemoryContext context,
	   TrkKs *test)
{
	double		n = (double) b->n;
	double		m = (double) o->n;
	int64		h;
	int64		widest;

	test->d = test->d_plus = test->d_minus = test->location = NAN;
	test->exact = test->exact_ignoring_ties = test->asymptotic = test->p = trk_tail_of(NAN);
	test->has_ties = false;
	if (b->n == 0 || o->n == 0)
		return;
	h = ks_statistic(b, o, &widest, test);
	test->asymptotic = trk_kolmogorov_sf(sqrt(n * m / (n + m)) * test->d);
	ks_exact(b, o, h, widest, exact_cells, context, test);
}

/*
 * Return twice the rank sum of the first sample, and the sum of t^3 - t over
 * the ties.
 */
static int64
rank_sum(const TrkValues *b, const TrkValues *o, double *tie_term)
{
	int64		sum = 0;
	TrkTies		ties;

	*tie_term = 0;
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
	{
		int64		end = ties.i + ties.j;
		int64		t = ties.a + ties.b;

		sum += ties.a * (2 * end - t + 1);
		*tie_term += (double) t * (double) (t - 1) * (double) (t + 1);
	}
	return sum;
}

/*
 * Compute the distribution of the doubled rank sum of k values chosen from
 * all, as probabilities.  The index is the doubled rank sum minus its least
 * possible value.
 */
static double *
rank_sum_law(const TrkValues *b, const TrkValues *o, int64 k, int64 sums, MemoryContext context)
{
	Size		size = sizeof(double) * (k + 1) * (sums + 1);
	double	   *ways = MemoryContextAllocHuge(context, size);
	TrkTies		ties;

	memset(ways, 0, size);
	ways[0] = 1;
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
	{
		int64		rank = 2 * (ties.i + ties.j) - (ties.a + ties.b) + 1;

		for (int64 copy = 0; copy < ties.a + ties.b; copy++)
			for (int64 c = k; c > 0; c--)
			{
				double	   *to = ways + c * (sums + 1);
				double	   *from = ways + (c - 1) * (sums + 1);

				for (int64 s = sums; s >= rank; s--)
					to[s] += from[s - rank];
			}
		TRK_CHECK_INTERRUPTS();
	}
	return ways;
}

/*
 * Compute exact p values: among all ways to choose the smaller sample, the
 * share of those whose rank sum is at least as extreme.
 */
static void
mann_whitney_exact(const TrkValues *b, const TrkValues *o, int64 rank_sum_b,
				   MemoryContext context, TrkMannWhitney *test)
{
	int64		n = b->n + o->n;
	bool		first = b->n <= o->n;
	int64		k = Min(b->n, o->n);
	int64		all = n * (n + 1);
	int64		got = first ? rank_sum_b : all - rank_sum_b;
	int64		sums = k * (2 * n - k + 1);
	int64		mean = k * (n + 1);
	double	   *ways = rank_sum_law(b, o, k, sums, context);
	double	   *law = ways + k * (sums + 1);
	double		total = 0;
	double		low = 0;
	double		high = 0;
	double		far = 0;

	for (int64 s = 0; s <= sums; s++)
	{
		total += law[s];
		low += s <= got ? law[s] : 0;
		high += s >= got ? law[s] : 0;
		far += Max(s - mean, mean - s) >= Max(got - mean, mean - got) ? law[s] : 0;
	}
	test->exact_two_sided = Min(1, far / total);
	test->exact_greater = Min(1, (first ? low : high) / total);
	test->exact_less = Min(1, (first ? high : low) / total);
	pfree(ways);
}

/*
 * Compute p by the normal approximation. off is U of the observed side minus
 * its mean.
 */
static void
mann_whitney_normal(double off, double variance, TrkMannWhitney *test)
{
	double		sd = sqrt(variance);

	test->z = -off / sd;
	test->two_sided = trk_tail_times(2, trk_normal_tail((fabs(off) - 0.5) / sd));
	test->two_sided_no_cc = Min(1, 2 * trk_normal_tail(fabs(off) / sd).p);
	test->greater = trk_normal_tail((off - 0.5) / sd).p;
	test->less = trk_normal_tail((-off - 0.5) / sd).p;
}

/*
 * The Mann-Whitney U test, by the normal approximation with a correction for
 * ties, and exact for small samples.
 */
void
trk_mann_whitney(const TrkValues *b, const TrkValues *o, MemoryContext context,
				 TrkMannWhitney *test)
{
	double		n1 = (double) b->n;
	double		n2 = (double) o->n;
	double		n = n1 + n2;
	double		tie_term;
	double		variance;
	int64		ranks;

	test->u_baseline = test->u_observed = test->auc = test->cliffs_delta = test->z = NAN;
	test->two_sided = trk_tail_of(NAN);
	test->two_sided_no_cc = test->greater = test->less = NAN;
	test->exact_two_sided = test->exact_greater = test->exact_less = NAN;
	if (b->n == 0 || o->n == 0)
		return;
	ranks = rank_sum(b, o, &tie_term);
	test->u_baseline = (double) (ranks - b->n * (b->n + 1)) / 2;
	test->u_observed = (double) (2 * b->n * o->n + b->n * (b->n + 1) - ranks) / 2;
	test->auc = test->u_observed / (n1 * n2);
	test->cliffs_delta = (test->u_observed - test->u_baseline) / (n1 * n2);
	variance = n1 * n2 / 12 * ((n + 1) - tie_term / (n * (n - 1)));
	if (tie_term == n * (n - 1) * (n + 1))
	{
		test->two_sided = trk_tail_of(1);
		test->two_sided_no_cc = test->greater = test->less = 1;
	}
	else
		mann_whitney_normal((test->u_observed - test->u_baseline) / 2, variance, test);
	if (b->n * o->n <= TRK_MANN_WHITNEY_EXACT)
		mann_whitney_exact(b, o, ranks, context, test);
}

/*
 * Add to a sum with compensation: *lost collects the rounding errors
 * (Neumaier).
 */
static inline void
add_exactly(double *sum, double *lost, double x)
{
	double		next = *sum + x;

	*lost += fabs(*sum) >= fabs(x) ? (*sum - next) + x : (x - next) + *sum;
	*sum = next;
}

/* Compute mean and variance when there are no ties (Anderson, 1962). */
static void
cramer_von_mises_moments(double n, double m, double *mean, double *variance)
{
	double		all = n + m;

	*mean = (1 + 1 / all) / 6;
	*variance = (all + 1) * (4 * n * m * all - 3 * (n * n + m * m) - 2 * n * m) /
		(45 * all * all * 4 * n * m);
}

/*
 * The Cramer-von Mises test.  T is the sum over all values of (F - G)^2,
 * averaged over just below and at the value, times nm/(n + m)^2.  Given ties,
 * its mean and variance are taken over all ways to divide the values into two
 * samples of these sizes.
 */
void
trk_cramer_von_mises(const TrkValues *b, const TrkValues *o, TrkCramerVonMises *test)
{
	double		n = (double) b->n;
	double		m = (double) o->n;
	double		all = n + m;
	double		scale = all * all * n * m;
	double		sum = 0;
	double		lost = 0;
	bool		tied = false;
	double		mean;
	double		variance;
	double		least;
	TrkTies		ties;
	TrkTiedMoments moments;

	test->t = test->t_normalised = NAN;
	test->p = trk_tail_of(NAN);
	if (n == 0 || m == 0)
		return;
	trk_tied_moments_start(&moments, TRK_TIES_END, n, m);
	trk_ties_start(&ties, b, o);
	while (trk_ties_next(&ties))
	{
		double		off = (double) (ties.i * o->n - ties.j * b->n);
		double		size = (double) (ties.a + ties.b);

		tied |= ties.a + ties.b > 1;
		add_exactly(&sum, &lost, size * off * off);
		trk_tied_moments_add(&moments, (double) (ties.i + ties.j) - size, size,
							 size / (n * m));
	}
	test->t = (sum + lost) / scale;
	cramer_von_mises_moments(n, m, &mean, &variance);
	least = TRK_NO_VARIANCE * mean * mean;
	if (tied)
	{
		mean = moments.mean;
		variance = trk_tied_moments_variance(&moments);
	}
	if (variance <= least)
	{
		test->p = trk_tail_of(1);
		return;
	}
	test->t_normalised = 1.0 / 6 + (test->t - mean) / sqrt(45 * variance);
	test->p = trk_cramer_von_mises_sf(test->t_normalised);
}

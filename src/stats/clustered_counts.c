/*
 * clustered_counts.c
 *	  Tests of two proportions, and of counts that are clustered in runs (see
 *	  category_test.h).
 *
 * Sources: Wilson's interval and Newcombe's (1998, method 10) hybrid interval
 * of a difference; the first-order correction of J.  N.  K.  Rao and A.  J.
 * Scott (1981).
 */
#include "base/trk.h"

#include "stats/category_test.h"

/* Compute Wilson's 95 % interval of x out of n. */
static void
wilson(double x, double n, double bounds[2])
{
	double		z2 = TRK_Z975 * TRK_Z975;
	double		p = x / n;
	double		middle = p + z2 / (2 * n);
	double		half = TRK_Z975 * sqrt(p * (1 - p) / n + z2 / (4 * n * n));

	if (n == 0)
	{
		bounds[0] = bounds[1] = NAN;
		return;
	}
	bounds[0] = x == 0 ? 0 : (middle - half) / (1 + z2 / n);
	bounds[1] = x == n ? 1 : (middle + half) / (1 + z2 / n);
}

/*
 * Compare two proportions: z test, Cohen's h, Wilson's interval of each and
 * Newcombe's interval of their difference.
 */
void
trk_proportion(int64 x1, int64 n1, int64 x2, int64 n2, TrkProportion *t)
{
	double		d1 = (double) n1;
	double		d2 = (double) n2;
	double		p1 = (double) x1 / d1;
	double		p2 = (double) x2 / d2;
	double		x = (double) x1 + (double) x2;
	double		n = d1 + d2;
	double		variance = x / n * ((n - x) / n) * (1 / d1 + 1 / d2);

	t->diff = (double) ((TrkInt128) x2 * n1 - (TrkInt128) x1 * n2) / d1 / d2;
	t->z = variance > 0 ? t->diff / sqrt(variance) : NAN;
	t->p = variance > 0 ? trk_tail_times(2, trk_normal_tail(fabs(t->z))) : trk_tail_of(1);
	t->cohens_h = trk_cohens_h(p1, p2);
	wilson((double) x1, d1, t->wilson[0]);
	wilson((double) x2, d2, t->wilson[1]);
	t->newcombe[0] = t->diff - hypot(p2 - t->wilson[1][0], t->wilson[0][1] - p1);
	t->newcombe[1] = t->diff + hypot(t->wilson[1][1] - p2, p1 - t->wilson[0][0]);
	if (n1 == 0 || n2 == 0)
		t->p = trk_tail_of(NAN);
}

/* Return the number of runs with at least one decision. */
static int64
count_runs(const TrkRuns *runs)
{
	int64		n = 0;

	for (int64 r = 0; r < runs->runs; r++)
		n += runs->sizes[r] > 0;
	return n;
}

/*
 * Return by which factor the variance of a category exceeds that of
 * independent decisions. c is its count among all n of the side.
 */
static double
category_effect(const TrkRuns *runs, int64 clusters, int k, int j, int64 c, int64 n)
{
	double		dn = (double) n;
	double		p = (double) c / dn;
	double		sum = 0;

	if (c == 0 || c == n || clusters < 2)
		return 1;
	for (int64 r = 0; r < runs->runs; r++)
	{
		double		off = (double) ((TrkInt128) runs->counts[r * k + j] * n -
									(TrkInt128) runs->sizes[r] * c) / dn;

		sum += off * off;
	}
	return sum / dn * ((double) clusters / (double) (clusters - 1)) / (p * (1 - p));
}

/*
 * Pearson's test of counts whose observations depend on each other within a
 * run.  The statistic is divided by the design effect.  The table holds the
 * sums over the runs.
 */
void
trk_chi2_clustered(const TrkTable *t, const TrkRuns runs[2], TrkClustered *test)
{
	double		n1 = (double) t->n1;
	double		n2 = (double) t->n2;
	double		n = n1 + n2;
	double		sum = 0;

	for (int side = 0; side < 2; side++)
		test->runs[side] = count_runs(&runs[side]);
	trk_chi2(t, &test->naive);
	for (int j = 0; j < t->k && trk_table_is_defined(t); j++)
	{
		double		c = (double) t->baseline[j] + (double) t->observed[j];

		if (c > 0)
			sum += (1 - c / n) *
				(category_effect(&runs[0], test->runs[0], t->k, j, t->baseline[j], t->n1) * n2 +
				 category_effect(&runs[1], test->runs[1], t->k, j, t->observed[j], t->n2) * n1);
		TRK_CHECK_INTERRUPTS();
	}
	test->design_effect = t->used > 1 ? sum / n / (t->used - 1) : 1;
	if (!trk_table_is_defined(t))
		test->design_effect = NAN;
	test->statistic = test->naive.statistic / fmax(1, test->design_effect);
	test->effective_n = trk_table_is_defined(t) ? n / fmax(1, test->design_effect) : NAN;
	test->p = test->naive.dof > 0 ? trk_chi2_sf(test->statistic, test->naive.dof) :
		test->naive.p;
}

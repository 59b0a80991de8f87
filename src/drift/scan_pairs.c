/*
 * scan_pairs.c
 *	  Compares two sides that worked on the same cases: the differences within
 *	  pairs of runs of the same name (see scan_pairs.h).
 *
 * The test is Wilcoxon's signed-rank test of the differences between the runs'
 * means, with mid-ranks and without differences of zero.  It is exact, given
 * the ties, up to EXACT_MOST differences, and uses the normal approximation
 * beyond.
 */
#include "base/trk.h"

#include "drift/scan_pairs.h"

/* The fewest pairs for a test, and the most for its exact distribution. */
#define PAIRS_LEAST		10
#define EXACT_MOST		50

/* qsort() comparator: differences by their size. */
static int
compare_sizes(const void *a, const void *b)
{
	double		x = fabs(*(const double *) a);
	double		y = fabs(*(const double *) b);

	return x < y ? -1 : x > y;
}

/*
 * Compute twice the mid-ranks of n differences that are sorted by size.
 * Returns the sum of the ranks of positive ones; *ties is the sum of t^3 - t
 * of ties.
 */
static int64
rank_sizes(const double *d, int n, int *ranks, double *ties)
{
	int64		positive = 0;

	*ties = 0;
	for (int i = 0; i < n;)
	{
		int			end = i;
		double		t;

		while (end < n && fabs(d[end]) == fabs(d[i]))
			end++;
		t = end - i;
		*ties += t * t * t - t;
		for (int j = i; j < end; j++)
		{
			/* twice the average of the ranks from i + 1 to end */
			ranks[j] = i + 1 + end;
			if (d[j] > 0)
				positive += ranks[j];
		}
		i = end;
	}
	return positive;
}

/*
 * Return P(sum of randomly signed ranks >= least), for at most EXACT_MOST
 * ranks.
 */
static double
exact_tail(const int *ranks, int n, int64 least)
{
	int64		total = 0;
	double	   *share;
	double		tail = 0;

	for (int i = 0; i < n; i++)
		total += ranks[i];
	share = palloc0(sizeof(double) * (total + 1));
	share[0] = 1;
	for (int i = 0; i < n; i++)
		for (int64 s = total; s >= 0; s--)
			share[s] = share[s] / 2 + (s >= ranks[i] ? share[s - ranks[i]] / 2 : 0);
	for (int64 s = total; s >= Max(least, 0); s--)
		tail += share[s];
	pfree(share);
	return tail;
}

/* Return the least p that the signs of n differences can have. */
static double
least_p(int n)
{
	return n <= EXACT_MOST ? ldexp(1, 1 - n) : 0;
}

/* Test n differences, none of which is zero. */
static TrkTail
signed_rank(double *d, int n, double *statistic)
{
	int		   *ranks = palloc(sizeof(int) * Max(n, 1));
	double		dn = n;
	double		ties;
	double		mean = dn * (dn + 1) / 2;	/* the mean of twice the sum */
	int64		positive;
	double		variance;
	TrkTail		p;

	qsort(d, n, sizeof(double), compare_sizes);
	positive = rank_sizes(d, n, ranks, &ties);
	*statistic = (double) positive / 2;
	variance = dn * (dn + 1) * (2 * dn + 1) / 24 - ties / 48;
	if (n == 0)
		p = trk_tail_of(1);
	else if (n <= EXACT_MOST)
	{
		int64		far = Max(positive, (int64) (2 * mean) - positive);

		p = trk_tail_of(fmin(1, 2 * exact_tail(ranks, n, far)));
	}
	else
		p = trk_tail_times(2, trk_normal_tail(fmax(0, fabs((double) positive - mean) / 2 - 0.5) /
											  sqrt(variance)));
	pfree(ranks);
	return p;
}

/*
 * Test the differences between the runs' means, if all runs that have values
 * come in pairs. sums and counts of values are by run, for each side.
 */
void
trk_scan_pairs(const TrkScan *scan, double *const sums[2], int64 *const counts[2],
			   TrkScanTest *test)
{
	int64		pairs = 0;
	int64		singles = 0;
	int			n = 0;
	double	   *d;

	if (scan->pairs == NULL)
		return;
	d = palloc_extended(sizeof(double) * (scan->sides[0]->runs.n + 1), MCXT_ALLOC_HUGE);
	for (int64 run = 0; run < scan->sides[0]->runs.n; run++)
	{
		int64		other = scan->pairs[run];

		if (counts[0][run] == 0)
			continue;
		if (other < 0 || counts[1][other] == 0)
		{
			singles++;
			continue;
		}
		pairs++;
		d[n] = sums[1][other] / (double) counts[1][other] - sums[0][run] / (double) counts[0][run];
		if (!isfinite(d[n]))
			singles++;
		n += d[n] != 0;
	}
	for (int64 run = 0; run < scan->sides[1]->runs.n; run++)
		singles += counts[1][run] > 0;

	/*
	 * it is a comparison of pairs only if all runs on both sides are in pairs
	 */
	if (singles == pairs && pairs >= PAIRS_LEAST && pairs <= PG_INT32_MAX)
	{
		test->test = "signed_rank";
		test->p = signed_rank(d, n, &test->statistic);
		test->dof = -1;
		test->insufficient = false;
		test->least_p = least_p(n);
		if (n == 0)
			trk_scan_cannot_differ(test);
	}
	pfree(d);
}

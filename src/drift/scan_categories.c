/*
 * scan_categories.c
 *	  Compares the categories of two sides: pooling of rare ones, the test that
 *	  fits, effect with interval, new and lost categories (see
 *	  scan_categories.h).
 */
#include "base/trk.h"

#include "drift/scan_categories.h"
#include "drift/scan_pairs.h"

#include "stats/category_test.h"

/* Sums of the cells of both sides. */
typedef struct Sums
{
	int64	   *of[2];			/* counts by side and category */
	int64		n[2];
	int64		runs[2];		/* number of runs with an observation */
	bool		single;			/* no run has more than one observation */
} Sums;

/* Compute the sums of one side. */
static void
sum_side(const TrkCounted *side, int k, int which, Sums *sums)
{
	int64	   *in_run = palloc_extended(sizeof(int64) * (side->n_runs + 1),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	sums->of[which] = palloc0(sizeof(int64) * Max(k, 1));
	sums->n[which] = sums->runs[which] = 0;
	for (int64 i = 0; i < side->n_cells; i++)
	{
		const TrkCell *cell = &side->cells[i];

		if (side->category[i] < 0)
			continue;
		sums->of[which][side->category[i]] += cell->count;
		sums->n[which] += cell->count;
		sums->runs[which] += in_run[cell->run] == 0;
		in_run[cell->run] += cell->count;
		sums->single = sums->single && in_run[cell->run] == 1;
	}
	pfree(in_run);
}

/* A category and its counts on both sides. */
typedef struct Column
{
	int			category;
	int64		n;
} Column;

/* qsort() comparator: columns by their sums, equal ones by name. */
static int
compare_columns(const void *a, const void *b)
{
	const Column *x = a;
	const Column *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->category - y->category;
}

/*
 * Return whether expected counts are large enough (Cochran, 1954) when the
 * first m of k columns are merged: all at least 1, and four in five at least
 * 5.
 */
static bool
is_large_enough(const Column *columns, int k, int m, const Sums *sums)
{
	double		n = (double) sums->n[0] + (double) sums->n[1];
	int64		pooled = 0;
	int			small = 0;
	int			cells = 2 * (k - m + (m > 0));

	for (int j = 0; j < m; j++)
		pooled += columns[j].n;
	for (int j = Max(m - 1, 0); j < k; j++)
	{
		double		c = (double) (m > 0 && j == m - 1 ? pooled : columns[j].n);

		for (int side = 0; side < 2; side++)
		{
			double		expected = c * ((double) sums->n[side] / n);

			if (expected < 1)
				return false;
			small += expected < 5;
		}
	}
	return 5 * small <= cells;
}

/*
 * Pool the rare categories.  Sets to[] to the column of each category in the
 * table that is tested, or -1 for categories that were not seen.  Returns the
 * number of columns; if any were pooled, they are the first column.
 */
static int
pool(int k, const Sums *sums, int *to, bool *pooled)
{
	Column	   *columns = palloc(sizeof(Column) * Max(k, 1));
	int			used = 0;
	int			m = 0;

	for (int j = 0; j < k; j++)
	{
		to[j] = -1;
		if (sums->of[0][j] + sums->of[1][j] > 0)
			columns[used++] = (Column) {j, sums->of[0][j] + sums->of[1][j]};
	}
	qsort(columns, used, sizeof(Column), compare_columns);
	if (used > TRK_SCAN_CATEGORIES)
		m = used - TRK_SCAN_CATEGORIES + 1;
	while (used - Max(m - 1, 0) > 2 && !is_large_enough(columns, used, m, sums))
		m = Max(m + 1, 2);
	*pooled = m > 0;
	for (int j = 0; j < used; j++)
		to[columns[j].category] = j < m ? 0 : j - Max(m - 1, 0);
	pfree(columns);
	return used - Max(m - 1, 0);
}

/* Return the counts of one side by run and column. */
static TrkRuns
matrix(const TrkCounted *side, const int *to, int k, int64 n_runs)
{
	int		   *row = palloc_extended(sizeof(int) * (side->n_runs + 1), MCXT_ALLOC_HUGE);
	int64	   *counts = palloc_extended(sizeof(int64) * (n_runs * k + 1),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64	   *sizes = palloc_extended(sizeof(int64) * (n_runs + 1),
										MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			rows = 0;

	memset(row, -1, sizeof(int) * (side->n_runs + 1));
	for (int64 i = 0; i < side->n_cells; i++)
	{
		const TrkCell *cell = &side->cells[i];

		if (side->category[i] < 0)
			continue;
		if (row[cell->run] < 0)
			row[cell->run] = rows++;
		counts[(int64) row[cell->run] * k + to[side->category[i]]] += cell->count;
		sizes[row[cell->run]] += cell->count;
	}
	pfree(row);
	return (TrkRuns) {counts, n_runs, sizes};
}

/* Return how many runs of a side have an observation in a column. */
static int64
runs_with(const TrkRuns *runs, int k, int column)
{
	int64		n = 0;

	for (int64 r = 0; r < runs->runs; r++)
		n += runs->counts[r * k + column] > 0;
	return n;
}

/* Return the p of Fisher's test for x of n. */
static TrkTail
fisher(const int64 x[2], const int64 n[2])
{
	TrkFisher	f;

	trk_fisher(x[0], n[0] - x[0], x[1], n[1] - x[1], &f);
	return f.two_sided;
}

/* Return this p when as many as possible of t observations are on one side. */
static double
fisher_extreme(int64 t, const int64 n[2], int side)
{
	int64		x[2];

	x[side] = Min(t, n[side]);
	x[1 - side] = t - x[side];
	return fisher(x, n).p;
}

/*
 * Return the least p that Fisher's test can have with the margins of these
 * counts: that of the table at one of the two ends.
 */
static double
fisher_least(const int64 x[2], const int64 n[2])
{
	return fmin(fisher_extreme(x[0] + x[1], n, 0), fisher_extreme(x[0] + x[1], n, 1));
}

/* Compute Cohen's h of two shares of runs: x of n on each side. */
static void
effect_of_runs(const TrkScan *scan, const int64 x[2], TrkScanTest *test)
{
	const int64 *n = test->runs;
	double		error = sqrt(1 / (double) n[0] + 1 / (double) n[1]);

	test->effect_name = "cohens_h";
	test->effect = trk_cohens_h((double) x[0] / (double) n[0], (double) x[1] / (double) n[1]);
	test->effect_lo = fmax(-TRK_PI, test->effect - TRK_Z975 * error);
	test->effect_hi = fmin(TRK_PI, test->effect + TRK_Z975 * error);
	test->mde = sqrt(trk_scan_noncentrality(scan, 1)) * error;
}

/*
 * Compare two shares of runs by Fisher's exact test. x counts the runs that
 * have the property, n all runs, on each side.
 */
void
trk_scan_shares(const TrkScan *scan, const int64 x[2], const int64 n[2], TrkScanTest *test)
{
	test->test = "fisher_runs";
	test->p = fisher(x, n);
	test->least_p = fisher_least(x, n);
	test->n[0] = test->runs[0] = n[0];
	test->n[1] = test->runs[1] = n[1];
	effect_of_runs(scan, x, test);
	if (x[0] + x[1] == 0 || x[0] + x[1] == n[0] + n[1])
		trk_scan_cannot_differ(test);
}

/* Test observations that are clustered in runs. */
static void
test_clusters(const TrkTable *table, const TrkRuns runs[2], TrkScanTest *test)
{
	TrkClustered clustered;
	int64		with[2];
	int64		of[2] = {runs[0].runs, runs[1].runs};
	int			rare = table->baseline[0] + table->observed[0] <=
	table->baseline[table->k - 1] + table->observed[table->k - 1] ? 0 : table->k - 1;

	trk_chi2_clustered(table, runs, &clustered);
	test->test = "chi2_clustered";
	test->statistic = clustered.statistic;
	test->dof = clustered.naive.dof;
	test->p = clustered.p;
	test->min_expected = clustered.naive.min_expected;
	test->design_effect = fmax(1, clustered.design_effect);
	test->insufficient = Min(of[0], of[1]) < TRK_SCAN_RUNS;
	if (table->used == 2 && table->k == 2 && test->min_expected < 5)
	{
		/*
		 * too few runs for the asymptotic test, so compare in how many runs each occurs
		 */
		for (int side = 0; side < 2; side++)
			with[side] = runs_with(&runs[side], table->k, rare);
		test->test = "fisher_runs";
		test->statistic = NAN;
		test->dof = -1;
		test->p = fisher(with, of);
		test->least_p = fisher_least(with, of);
	}
	else if ((double) Min(test->n[0], test->n[1]) < TRK_SCAN_LEAST * test->design_effect)
		test->insufficient = true;
}

/* Test independent observations. */
static void
test_independent(const TrkTable *table, TrkScanTest *test)
{
	TrkChi2		chi2;

	trk_chi2(table, &chi2);
	test->test = "chi2";
	test->statistic = chi2.statistic;
	test->dof = chi2.dof;
	test->p = chi2.p;
	test->min_expected = chi2.min_expected;
	if (table->used == 2 && table->k == 2)
	{
		int64		x[2] = {table->baseline[0], table->observed[0]};

		test->test = "fisher";
		test->statistic = NAN;
		test->dof = -1;
		test->p = fisher(x, test->n);
		test->least_p = fisher_least(x, test->n);
	}
	else
		test->insufficient = Min(test->n[0], test->n[1]) < TRK_SCAN_LEAST;
}

/*
 * Compute the interval of the change in the share that grew most, with the
 * effective sample sizes.
 */
static void
interval_of_gain(const TrkTable *table, TrkScanTest *test)
{
	int64		x[2] = {0, 0};
	int64		n[2];
	TrkProportion proportion;

	for (int j = 0; j < table->k; j++)
		if (trk_table_change(table, j) < 0)
		{
			x[0] += table->baseline[j];
			x[1] += table->observed[j];
		}
	for (int side = 0; side < 2; side++)
	{
		n[side] = Max(1, llrint((double) test->n[side] / test->design_effect));
		x[side] = Min(n[side], llrint((double) x[side] / test->design_effect));
	}
	trk_proportion(x[0], n[0], x[1], n[1], &proportion);
	test->effect_lo = Max(0, Min(test->effect, proportion.newcombe[0]));
	test->effect_hi = Min(1, Max(test->effect, proportion.newcombe[1]));
}

/*
 * Compute the effect: the share of decisions that moved to other categories.
 */
static void
effect_of_categories(const TrkScan *scan, const TrkTable *table, TrkScanTest *test)
{
	TrkDivergence d;
	double		inverse = 1 / (double) test->n[0] + 1 / (double) test->n[1];

	trk_divergence(table, &d);
	test->effect_name = "tvd";
	test->effect = d.tvd;
	interval_of_gain(table, test);
	if (table->used > 1)
		test->mde = Min(1, sqrt(trk_scan_noncentrality(scan, table->used - 1) *
								test->design_effect * inverse) / 2);
}

/* Compute Cohen's h of the share of the first category. */
static void
effect_of_share(const TrkScan *scan, const TrkCounting *counting, const TrkTable *table,
				TrkScanTest *test)
{
	double		error = sqrt(test->design_effect *
							 (1 / (double) test->n[0] + 1 / (double) test->n[1]));
	double		b = (double) table->baseline[0] * counting->weights[0];
	double		o = (double) table->observed[0] * counting->weights[1];

	test->effect_name = "cohens_h";
	test->effect = trk_cohens_h(b / (b + (double) table->baseline[1]),
								o / (o + (double) table->observed[1]));
	test->effect_lo = fmax(-TRK_PI, test->effect - TRK_Z975 * error);
	test->effect_hi = fmin(TRK_PI, test->effect + TRK_Z975 * error);
	test->mde = sqrt(trk_scan_noncentrality(scan, 1)) * error;
}

/* Count in how many runs of a side each category was seen. */
static int64 *
runs_by_category(const TrkCounted *side, int k)
{
	int64	   *runs = palloc0(sizeof(int64) * Max(k, 1));
	uint32	   *last = palloc0(sizeof(uint32) * Max(k, 1));

	/* the cells of a category are adjacent, and sorted by run */
	for (int64 i = 0; i < side->n_cells; i++)
	{
		int			j = side->category[i];

		if (j < 0 || last[j] == side->cells[i].run + 1)
			continue;
		last[j] = side->cells[i].run + 1;
		runs[j]++;
	}
	pfree(last);
	return runs;
}

/* qsort() comparator: ascending doubles. */
static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* Test the categories that are on one side only, each against all others. */
static void
appeared_or_gone(const TrkCounting *counting, const Sums *sums, TrkScanTest *test)
{
	int64	   *runs[2];
	double	   *p = palloc(sizeof(double) * Max(counting->k, 1));
	int			m = 0;

	for (int side = 0; side < 2; side++)
		runs[side] = sums->single ? sums->of[side] :
			runs_by_category(&counting->sides[side], counting->k);
	for (int j = 0; j < counting->k; j++)
	{
		int64		x[2] = {runs[0][j], runs[1][j]};

		if ((x[0] == 0) == (x[1] == 0))
			continue;
		trk_scan_flag(test, x[0] == 0 ? "new_category" : "lost_category");
		p[m++] = fisher(x, sums->single ? sums->n : sums->runs).p;
		TRK_CHECK_INTERRUPTS();
	}
	qsort(p, m, sizeof(double), compare_doubles);
	for (int i = 0; i < m; i++)
		test->category_p = fmin(test->category_p, p[i] * m / (i + 1));	/* fmin ignores NaN */
	pfree(p);
}

/* Return how many categories were seen on either side. */
static int
count_used(const TrkCounting *counting, const Sums *sums)
{
	int			used = 0;

	for (int j = 0; j < counting->k; j++)
		used += sums->of[0][j] + sums->of[1][j] > 0;
	return used;
}

/*
 * The categories that could be on one side only, with the p that each would
 * have.
 */
typedef struct OneSided
{
	int64	   *of[2];			/* number of runs (or values) with the category, by side */
	const int64 *n;
	double	   *p[2];			/* by the side that would have all of it; above 1: not possible */
	double		least;			/* the least p of those that are on one side */
	double		possible;		/* the least p that any could have */
	int			category;		/* the category with the least p that was seen, or -1 */
} OneSided;

/* Compute the p of each category if one side, or the other, had all of it. */
static void
extremes(const TrkCounting *counting, OneSided *o)
{
	o->category = -1;
	o->least = o->possible = 2;
	for (int side = 0; side < 2; side++)
		o->p[side] = palloc(sizeof(double) * counting->k);
	for (int j = 0; j < counting->k; j++)
	{
		int64		t = o->of[0][j] + o->of[1][j];

		for (int side = 0; side < 2; side++)
		{
			double		p = t > 0 && t <= o->n[side] ? fisher_extreme(t, o->n, side) : 2;

			o->p[side][j] = p;
			o->possible = fmin(o->possible, p);
			if (o->of[side][j] == t && p < o->least)
			{
				o->least = p;
				o->category = j;
			}
		}
		TRK_CHECK_INTERRUPTS();
	}
}

/*
 * Return an upper bound of the probability that any category is on one side
 * only with a p of at most x: the sum, over the categories, of the greatest p
 * up to x that their runs can have.
 */
static double
any_at_most(const OneSided *o, int k, double x)
{
	double		sum = 0;

	for (int j = 0; j < k; j++)
	{
		double		most = 0;

		for (int side = 0; side < 2; side++)
			if (o->p[side][j] <= x)
				most = fmax(most, o->p[side][j]);
		sum += most;
	}
	return fmin(1, sum);
}

/*
 * Return whether a category is rare enough that finding it on one side only is
 * neither mere chance nor certain evidence.
 */
static bool
has_rare(const OneSided *o, int k, double alpha)
{
	for (int j = 0; j < k; j++)
		for (int side = 0; side < 2; side++)
			if (o->p[side][j] <= alpha && o->p[side][j] >= TRK_SCAN_RARE)
				return true;
	return false;
}

/* Describe the most significant category in the test. */
static void
describe_one_sided(const TrkScan *scan, const TrkCounting *counting, const OneSided *o,
				   TrkScanTest *test)
{
	int64		x[2] = {0, 0};

	test->note = "none is on one side only";
	for (int side = 0; side < 2; side++)
	{
		test->n[side] = test->runs[side] = o->n[side];
		if (o->category >= 0)
			x[side] = o->of[side][o->category];
	}
	effect_of_runs(scan, x, test);
	if (o->category < 0)
		return;
	test->note = psprintf("%s in " INT64_FORMAT " of " INT64_FORMAT " -> " INT64_FORMAT " of "
						  INT64_FORMAT, counting->names[o->category], x[0], o->n[0], x[1], o->n[1]);
	trk_scan_flag(test, x[0] == 0 ? "new_category" : "lost_category");
}

/*
 * Test the categories that occur on one side only, by the number of runs that
 * have them.  *category is set to the most significant of them, or -1.
 * Returns false when there are too few categories to need a test of their
 * own.
 */
bool
trk_scan_one_sided(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test,
				   int *category)
{
	Sums		sums = {.single = true};
	OneSided	o;

	for (int side = 0; side < 2; side++)
		sum_side(&counting->sides[side], counting->k, side, &sums);
	/* for two categories the test of their shares is enough */
	if (sums.n[0] == 0 || sums.n[1] == 0 || count_used(counting, &sums) < 3)
		return false;
	o.n = sums.single ? sums.n : sums.runs;
	for (int side = 0; side < 2; side++)
		o.of[side] = sums.single ? sums.of[side] :
			runs_by_category(&counting->sides[side], counting->k);
	extremes(counting, &o);
	if (o.possible > 1)
		return false;
	test->test = sums.single ? "fisher" : "fisher_runs";
	test->p = trk_tail_of(o.category < 0 ? 1 : any_at_most(&o, counting->k, o.least));
	test->category_p = test->p.p;
	test->least_p = any_at_most(&o, counting->k, o.possible);
	if (!has_rare(&o, counting->k, scan->alpha))
		test->stake = TRK_SCAN_STAKE;
	describe_one_sided(scan, counting, &o, test);
	*category = o.category;
	return true;
}

/* Return the category whose share grew most, or -1. */
static int
most_gained(const TrkCounting *counting, const Sums *sums)
{
	int			most = -1;
	double		change = 0;
	TrkTable	table;

	(void) trk_table_init(&table, sums->of[0], sums->of[1], counting->k);
	for (int j = 0; j < counting->k; j++)
		if (trk_table_change(&table, j) < change)
		{
			change = trk_table_change(&table, j);
			most = j;
		}
	return most;
}

/* Make the note about the shares that changed most. */
static const char *
note_shares(const TrkCounting *counting, const Sums *sums)
{
	StringInfoData note;
	bool	   *told = palloc0(sizeof(bool) * Max(counting->k, 1));
	TrkTable	table;

	initStringInfo(&note);
	(void) trk_table_init(&table, sums->of[0], sums->of[1], counting->k);
	for (int i = 0; i < (counting->is_share ? 1 : 3); i++)
	{
		int			most = -1;

		for (int j = 0; j < (counting->is_share ? 1 : counting->k); j++)
			if (!told[j] && (most < 0 || fabs(trk_table_change(&table, j)) >
							 fabs(trk_table_change(&table, most))))
				most = j;
		if (most < 0 || (i > 0 && trk_table_change(&table, most) == 0))
			break;
		told[most] = true;
		appendStringInfo(&note, "%s%s %.3g -> %.3g", i > 0 ? ", " : "", counting->names[most],
						 (double) sums->of[0][most] / (double) sums->n[0],
						 (double) sums->of[1][most] / (double) sums->n[1]);
	}
	return note.data;
}

/* Test the table after pooling, and compute the effect. */
static void
test_table(const TrkScan *scan, const TrkCounting *counting, const Sums *sums, TrkScanTest *test)
{
	int		   *to = palloc(sizeof(int) * Max(counting->k, 1));
	bool		pooled = false;
	int			k = counting->k;
	int64	   *of[2];
	TrkTable	table;

	for (int j = 0; j < k; j++)
		to[j] = j;
	if (!counting->is_share)
		k = pool(counting->k, sums, to, &pooled);
	if (pooled)
		trk_scan_flag(test, "pooled");
	for (int side = 0; side < 2; side++)
	{
		of[side] = palloc0(sizeof(int64) * Max(k, 1));
		for (int j = 0; j < counting->k; j++)
			if (to[j] >= 0)
				of[side][to[j]] += sums->of[side][j];
	}
	(void) trk_table_init(&table, of[0], of[1], k);
	if (sums->single)
		test_independent(&table, test);
	else
	{
		TrkRuns		runs[2];

		for (int side = 0; side < 2; side++)
			runs[side] = matrix(&counting->sides[side], to, k, sums->runs[side]);
		test_clusters(&table, runs, test);
		for (int side = 0; side < 2; side++)
		{
			pfree((void *) runs[side].counts);
			pfree((void *) runs[side].sizes);
		}
	}
	if (counting->is_share)
		effect_of_share(scan, counting, &table, test);
	else
		effect_of_categories(scan, &table, test);
}

/* Test the share of the first category in pairs of runs. */
static void
test_pairs(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test)
{
	double	   *sums[2];
	int64	   *counts[2];

	for (int side = 0; side < 2; side++)
	{
		const TrkCounted *counted = &counting->sides[side];

		sums[side] = palloc_extended(sizeof(double) * (counted->n_runs + 1),
									 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		counts[side] = palloc_extended(sizeof(int64) * (counted->n_runs + 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (int64 i = 0; i < counted->n_cells; i++)
			if (counted->category[i] >= 0)
			{
				counts[side][counted->cells[i].run] += counted->cells[i].count;
				if (counted->category[i] == 0)
					sums[side][counted->cells[i].run] += counted->cells[i].count;
			}
	}
	trk_scan_pairs(scan, sums, counts, test);
	for (int side = 0; side < 2; side++)
	{
		pfree(sums[side]);
		pfree(counts[side]);
	}
}

/*
 * Test whether the shares of categories differ, and compute the effect.
 * *gain is set to the category whose share grew most, or -1.
 */
void
trk_scan_counts(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test, int *gain)
{
	Sums		sums = {.single = true};

	*gain = -1;
	for (int side = 0; side < 2; side++)
	{
		sum_side(&counting->sides[side], counting->k, side, &sums);
		test->n[side] = sums.n[side];
		test->runs[side] = sums.runs[side];
	}
	if (sums.n[0] == 0 || sums.n[1] == 0)
		return;
	test_table(scan, counting, &sums, test);
	if (counting->k == 2 && scan->pairs != NULL)
		test_pairs(scan, counting, test);
	if (!counting->is_share)
		appeared_or_gone(counting, &sums, test);
	if (!test->insufficient && count_used(counting, &sums) < 2)
		trk_scan_cannot_differ(test);
	*gain = most_gained(counting, &sums);
	test->note = note_shares(counting, &sums);
	if (test->insufficient)
		test->p = trk_tail_of(NAN);
}

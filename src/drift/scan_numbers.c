/*
 * scan_numbers.c
 *	  Compares the numbers of two sides: are they larger or smaller, are they
 *	  distributed differently (see scan_numbers.h).
 *
 * Sources: Mann and Whitney (1947) with mid-ranks.  For values that are
 * clustered in runs, the design effect is the variance of placements between
 * runs, as Obuchowski (1997) computes it for areas under curves, divided by
 * that of DeLong, DeLong and Clarke-Pearson (1988) for independent values.
 * The interval of Cliff's delta is the asymmetric one of Feng and Cliff
 * (2004).
 */
#include "base/trk.h"

#include "drift/scan_categories.h"
#include "drift/scan_numbers.h"
#include "drift/scan_pairs.h"

#include "stats/sample_test.h"

/*
 * The most lattice points of the exact test of one dimension.  They take some
 * ten milliseconds; a scan has many dimensions.
 */
#define KS_CELLS	2e6

/* The number of bins in which shapes are compared. */
#define SHAPE_BINS	10

/*
 * Up to this many distinct values, each seen at least this often on average,
 * are compared as categories.
 */
#define DISCRETE_MOST	100
#define DISCRETE_TIMES	10

/*
 * Read the numbers of a dimension from one side.  With coarse, they are
 * rounded to the precision of a sketch, because the other side is stored as
 * one and ties must be comparable.
 */
void
trk_numbers_init(TrkNumbers *numbers, const TrkBehavior *behavior, const TrkDimensionData *dim, bool coarse)
{
	bool	   *taken = palloc0(behavior->runs.n + 1);

	numbers->cells = trk_dim_numbers(dim, behavior->runs.n, coarse, &numbers->n_cells);
	numbers->n_runs = behavior->runs.n;
	numbers->n = 0;
	numbers->single = true;
	numbers->coarse = coarse;
	for (int64 i = 0; i < numbers->n_cells; i++)
	{
		const TrkCell *cell = &numbers->cells[i];

		numbers->n += cell->count;
		numbers->single = numbers->single && cell->count == 1 && !taken[cell->run];
		taken[cell->run] = true;
	}
	pfree(taken);
}

/* Return the values one by one, for the tests of samples. */
static TrkValues
values_of(const TrkNumbers *numbers)
{
	double	   *v = palloc_extended(sizeof(double) * (numbers->n + 1), MCXT_ALLOC_HUGE);
	TrkValues	values = {v, 0, 0};

	for (int64 i = 0; i < numbers->n_cells; i++)
		for (uint32 c = 0; c < numbers->cells[i].count; c++)
			v[values.n++] = trk_number_of_key(numbers->cells[i].key);
	return values;
}

/*
 * Sums of placements.  The placement of a value is the share of the other side
 * that is below or above it.
 */
typedef struct Placements
{
	double		auc;			/* probability that an observed value is greater than one of the
								 * baseline */
	double		independent;	/* its variance if values are independent */
	double		clustered;		/* its variance if only runs are independent */
	double		df;				/* degrees of freedom of the clustered variance */
	double		ties;			/* sum of t^3 - t over the ties */
	int64		runs[2];
	int64		values;			/* number of distinct values */
} Placements;

/*
 * A walk through the groups of equal values, which gives the share of the
 * other side below a value (half of it where equal).
 */
typedef struct Walk
{
	const TrkNumbers *sides;
	int64		at[2];
	int64		before[2];
	int64		count[2];		/* values in the current group of ties, by side */
	int64		first[2];		/* the first cell of the group, by side */
} Walk;

/* Move to the next group of equal values. */
static bool
next_ties(Walk *w)
{
	uint64		key = PG_UINT64_MAX;

	if (w->at[0] == w->sides[0].n_cells && w->at[1] == w->sides[1].n_cells)
		return false;
	for (int side = 0; side < 2; side++)
		if (w->at[side] < w->sides[side].n_cells)
			key = Min(key, w->sides[side].cells[w->at[side]].key);
	for (int side = 0; side < 2; side++)
	{
		w->before[side] += w->count[side];
		w->count[side] = 0;
		w->first[side] = w->at[side];
		for (; w->at[side] < w->sides[side].n_cells &&
			 w->sides[side].cells[w->at[side]].key == key; w->at[side]++)
			w->count[side] += w->sides[side].cells[w->at[side]].count;
	}
	return true;
}

/*
 * Compute U of the observed side divided by the product of the sizes, the sum
 * of t^3 - t, and the number of distinct values.
 */
static void
area(const TrkNumbers sides[2], Placements *p)
{
	Walk		w = {.sides = sides};
	double		u = 0;

	p->ties = 0;
	p->values = 0;
	while (next_ties(&w))
	{
		double		t = (double) w.count[0] + (double) w.count[1];

		u += (double) w.count[1] * ((double) w.before[0] + (double) w.count[0] / 2);
		p->ties += t * t * t - t;
		p->values++;
	}
	p->auc = u / (double) sides[0].n / (double) sides[1].n;
}

/* Compute the variances of the area from the deviations of placements. */
static void
variances(const TrkNumbers sides[2], Placements *p)
{
	Walk		w = {.sides = sides};
	double	   *sums[2];
	double		squares[2] = {0, 0};
	double		clustered[2] = {0, 0};

	for (int side = 0; side < 2; side++)
		sums[side] = palloc_extended(sizeof(double) * (sides[side].n_runs + 1),
									 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	while (next_ties(&w))
		for (int side = 0; side < 2; side++)
		{
			double		below = (double) w.before[1 - side] + (double) w.count[1 - side] / 2;
			double		share = below / (double) sides[1 - side].n;
			double		off = (side == 1 ? share : 1 - share) - p->auc;

			squares[side] += (double) w.count[side] * off * off;
			for (int64 i = w.first[side]; i < w.at[side]; i++)
				sums[side][sides[side].cells[i].run] += off * sides[side].cells[i].count;
		}
	for (int side = 0; side < 2; side++)
	{
		double		n = (double) sides[side].n;
		double		runs = (double) p->runs[side];

		for (int64 r = 0; r < sides[side].n_runs; r++)
			clustered[side] += sums[side][r] * sums[side][r];
		clustered[side] *= runs / Max(runs - 1, 1) / (n * n);
		squares[side] /= n * Max(n - 1, 1);
		pfree(sums[side]);
	}
	p->independent = squares[0] + squares[1];
	p->clustered = clustered[0] + clustered[1];
	p->df = p->clustered * p->clustered /
		(clustered[0] * clustered[0] / fmax(1, (double) p->runs[0] - 1) +
		 clustered[1] * clustered[1] / fmax(1, (double) p->runs[1] - 1));
}

/* Return how many runs have a value. */
static int64
count_runs(const TrkNumbers *numbers)
{
	bool	   *taken = palloc0(numbers->n_runs + 1);
	int64		n = 0;

	for (int64 i = 0; i < numbers->n_cells; i++)
	{
		n += !taken[numbers->cells[i].run];
		taken[numbers->cells[i].run] = true;
	}
	pfree(taken);
	return n;
}

/* Compute the interval of Cliff's delta with this standard error. */
static void
interval_of_delta(double delta, double se, TrkScanTest *test)
{
	double		t = TRK_Z975 * se;
	double		root = t * sqrt((1 - delta * delta) * (1 - delta * delta) + t * t);
	double		by = 1 - delta * delta + t * t;

	test->effect_lo = by > 0 ? fmax(-1, (delta - delta * delta * delta - root) / by) : delta;
	test->effect_hi = by > 0 ? fmin(1, (delta - delta * delta * delta + root) / by) : delta;
}

/*
 * Return the least p of an exact rank test without ties, which all values of
 * one side have when they are the smallest ones.
 */
static double
least_exact_p(int64 n1, int64 n2)
{
	double		b = (double) n1;
	double		o = (double) n2;

	return fmin(1, 2 * exp(lgamma(b + 1) + lgamma(o + 1) - lgamma(b + o + 1)));
}

/*
 * Test numbers of which each run has at most one: Mann-Whitney, exact for
 * small samples.
 */
static void
test_single(const TrkNumbers sides[2], TrkScanTest *test)
{
	TrkValues	b = values_of(&sides[0]);
	TrkValues	o = values_of(&sides[1]);
	TrkMannWhitney mw;

	trk_mann_whitney(&b, &o, CurrentMemoryContext, &mw);
	test->test = "mann_whitney";
	test->statistic = mw.u_observed;
	test->p = isnan(mw.exact_two_sided) ? mw.two_sided : trk_tail_of(mw.exact_two_sided);
	test->insufficient = isnan(mw.exact_two_sided) &&
		Min(sides[0].n, sides[1].n) < TRK_SCAN_LEAST;
	if (!isnan(mw.exact_two_sided))
		test->least_p = least_exact_p(b.n, o.n);
	pfree(b.v);
	pfree(o.v);
}

/*
 * Test numbers that are clustered in runs: the normal deviate is corrected by
 * the design effect.
 */
static void
test_clustered(const TrkNumbers sides[2], const Placements *p, TrkScanTest *test)
{
	double		n1 = (double) sides[0].n;
	double		n2 = (double) sides[1].n;
	double		n = n1 + n2;
	double		variance = (n + 1 - p->ties / n / (n - 1)) / 12 / n1 / n2;
	double		z = variance > 0 ? (p->auc - 0.5) / sqrt(variance * test->design_effect) : 0;

	test->test = "mann_whitney_clustered";
	test->statistic = z;
	test->p = variance > 0 ? trk_tail_times(2, trk_t_sf(fabs(z), p->df > 0 ? p->df : 1)) :
		trk_tail_of(1);
	test->insufficient = Min(p->runs[0], p->runs[1]) < TRK_SCAN_RUNS ||
		Min(n1, n2) < TRK_SCAN_LEAST * test->design_effect;
}

/* Test the means of runs in pairs. */
static void
test_pairs(const TrkScan *scan, const TrkNumbers sides[2], TrkScanTest *test)
{
	double	   *sums[2];
	int64	   *counts[2];

	for (int side = 0; side < 2; side++)
	{
		sums[side] = palloc_extended(sizeof(double) * (sides[side].n_runs + 1),
									 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		counts[side] = palloc_extended(sizeof(int64) * (sides[side].n_runs + 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		for (int64 i = 0; i < sides[side].n_cells; i++)
		{
			const TrkCell *cell = &sides[side].cells[i];

			sums[side][cell->run] += trk_number_of_key(cell->key) * cell->count;
			counts[side][cell->run] += cell->count;
		}
	}
	trk_scan_pairs(scan, sums, counts, test);
	for (int side = 0; side < 2; side++)
	{
		pfree(sums[side]);
		pfree(counts[side]);
	}
}

/* Make the note about how the median moved. */
static const char *
note_medians(const TrkNumbers sides[2])
{
	return psprintf("median %.6g -> %.6g",
					trk_cells_quantile(sides[0].cells, sides[0].n_cells, 0.5),
					trk_cells_quantile(sides[1].cells, sides[1].n_cells, 0.5));
}

/*
 * Return whether values are discrete: at least one number in four repeats
 * another one.
 */
static bool
is_discrete(const Placements *p, double n)
{
	return (double) p->values < 0.75 * n;
}

/*
 * Test whether the observed numbers are larger or smaller than those of the
 * baseline.  Returns whether there are only few distinct values.
 */
bool
trk_scan_location(const TrkScan *scan, const TrkNumbers sides[2], TrkScanTest *test)
{
	bool		single = sides[0].single && sides[1].single;
	double		n1 = (double) sides[0].n;
	double		n2 = (double) sides[1].n;
	Placements	p;

	for (int side = 0; side < 2; side++)
	{
		test->n[side] = sides[side].n;
		test->runs[side] = p.runs[side] = count_runs(&sides[side]);
		if (sides[side].coarse)
			trk_scan_flag(test, "sketch");
	}
	if (sides[0].n == 0 || sides[1].n == 0)
		return false;
	area(sides, &p);
	variances(sides, &p);
	test->design_effect = single || !(p.independent > 0) ? 1 :
		fmax(1, p.clustered / p.independent);
	if (single)
		test_single(sides, test);
	else
		test_clustered(sides, &p, test);
	if (scan->pairs != NULL)
		test_pairs(scan, sides, test);
	test->effect_name = "cliffs_delta";
	test->effect = 2 * p.auc - 1;
	interval_of_delta(test->effect, 2 * sqrt(fmax(p.independent, single ? 0 : p.clustered)), test);
	test->mde = fmin(1, sqrt(trk_scan_noncentrality(scan, 1) * test->design_effect *
							 (n1 + n2 + 1) / 3 / n1 / n2));
	if (is_discrete(&p, n1 + n2))
		trk_scan_flag(test, "discrete");
	for (int side = 0; side < 2; side++)
		if (isinf(trk_number_of_key(sides[side].cells[0].key)) ||
			isinf(trk_number_of_key(sides[side].cells[sides[side].n_cells - 1].key)))
			trk_scan_flag(test, "nonfinite");
	test->note = note_medians(sides);
	if (test->insufficient)
		test->p = trk_tail_of(NAN);
	else if (p.values == 1)
		trk_scan_cannot_differ(test);
	return is_discrete(&p, n1 + n2);
}

/*
 * Compare independent values that are known exactly, by Kolmogorov-Smirnov.
 * Returns false when the values have no scale in which a distance could be
 * given.
 */
static bool
shape_of_values(const TrkNumbers sides[2], TrkScanTest *test)
{
	TrkValues	b = values_of(&sides[0]);
	TrkValues	o = values_of(&sides[1]);
	TrkKs		ks;
	TrkWasserstein w = {.w1_over_robust_scale = NAN};

	if (trk_values_are_finite(&b) && trk_values_are_finite(&o))
		trk_wasserstein(&b, &o, &w);
	if (isfinite(w.w1_over_robust_scale))
	{
		trk_ks(&b, &o, KS_CELLS, CurrentMemoryContext, &ks);
		test->test = "ks";
		test->statistic = ks.d;
		test->p = ks.p;
		test->insufficient = isnan(ks.exact.p) && Min(b.n, o.n) < TRK_SCAN_LEAST;
		if (!isnan(ks.exact.p))
			test->least_p = least_exact_p(b.n, o.n);
		test->effect_name = "w1_robust";
		test->effect = w.w1_over_robust_scale;
		test->note = psprintf("largest difference of shares %.3g at %.6g", ks.d, ks.location);
	}
	pfree(b.v);
	pfree(o.v);
	return isfinite(w.w1_over_robust_scale);
}

/*
 * Compute upper edges of bins that hold equal shares of both sides together.
 */
static int
pooled_edges(const TrkNumbers sides[2], double *edges)
{
	Walk		w = {.sides = sides};
	double		n = (double) sides[0].n + (double) sides[1].n;
	double		below = 0;
	int			target = 1;
	int			k = 0;

	while (next_ties(&w))
	{
		int			side = w.count[0] > 0 ? 0 : 1;

		below += (double) w.count[0] + (double) w.count[1];
		if (below * SHAPE_BINS < n * target || below == n)
			continue;
		edges[k++] = trk_number_of_key(sides[side].cells[w.first[side]].key);
		while (below * SHAPE_BINS >= n * target)
			target++;
	}
	return k;
}

/* Return the number of distinct values if there are at most most, else -1. */
static int
distinct_values(const TrkNumbers sides[2], double *values, int most)
{
	Walk		w = {.sides = sides};
	int			k = 0;

	while (next_ties(&w))
	{
		int			side = w.count[0] > 0 ? 0 : 1;

		if (k == most)
			return -1;
		values[k++] = trk_number_of_key(sides[side].cells[w.first[side]].key);
	}
	return k;
}

/*
 * Count the numbers in bins; the bin of a number is the first whose upper edge
 * is not below it.
 */
static void
count_bins(const TrkNumbers *side, const double *edges, int n, TrkCounted *counted)
{
	int			at = 0;

	counted->cells = side->cells;
	counted->n_cells = side->n_cells;
	counted->n_runs = side->n_runs;
	counted->category = palloc_extended(sizeof(int) * (side->n_cells + 1), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < side->n_cells; i++)
	{
		double		x = trk_number_of_key(side->cells[i].key);

		while (at < n && x > edges[at])
			at++;
		counted->category[i] = at;
	}
}

/*
 * Compare the counts between edges, or of distinct values if all of them are
 * given.
 */
static void
shape_of_bins(const TrkScan *scan, const TrkNumbers sides[2], const double *edges, int n,
			  bool values, TrkScanTest *test)
{
	TrkCounting counting = {.k = values ? n : n + 1, .weights = {1, 1}};
	int			gain;

	counting.names = palloc(sizeof(char *) * (n + 1));
	for (int j = 0; j < n; j++)
		counting.names[j] = psprintf(values ? "%.6g" : "up to %.6g", edges[j]);
	counting.names[n] = n > 0 ? psprintf("above %.6g", edges[n - 1]) : "all";
	for (int side = 0; side < 2; side++)
		count_bins(&sides[side], edges, n, &counting.sides[side]);
	trk_scan_counts(scan, &counting, test, &gain);
	for (int side = 0; side < 2; side++)
		pfree(counting.sides[side].category);
}

/* Test whether the numbers of the two sides are distributed differently. */
void
trk_scan_shape(const TrkScan *scan, const TrkNumbers sides[2], bool discrete, TrkScanTest *test)
{
	double		edges[DISCRETE_MOST];
	int64		most = Min(DISCRETE_MOST, (sides[0].n + sides[1].n) / DISCRETE_TIMES);
	int			n = discrete ? distinct_values(sides, edges, (int) most) : -1;

	for (int side = 0; side < 2; side++)
	{
		test->n[side] = sides[side].n;
		test->runs[side] = count_runs(&sides[side]);
		if (sides[side].coarse)
			trk_scan_flag(test, "sketch");
	}
	if (n > 0)
		shape_of_bins(scan, sides, edges, n, true, test);
	else if (!sides[0].single || !sides[1].single || sides[0].coarse || sides[1].coarse ||
			 !shape_of_values(sides, test))
		shape_of_bins(scan, sides, edges, pooled_edges(sides, edges), false, test);
	if (test->insufficient)
		test->p = trk_tail_of(NAN);
}

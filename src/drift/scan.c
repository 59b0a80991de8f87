/*
 * scan.c
 *	  Compares the behavior of two sides, dimension by dimension.
 */
#include "base/trk.h"

#include "drift/scan.h"
#include "drift/scan_categories.h"
#include "drift/scan_numbers.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* The tests so far. */
typedef struct Tests
{
	TrkScanTest *tests;
	int64		n;
	int64		room;
} Tests;

/* A dimension on both sides; one of them may be NULL. */
typedef struct Pair
{
	const TrkScan *scan;
	const TrkDimensionData *dim[2];
	const TrkDimensionData *any;	/* the one that is not NULL */
} Pair;

/* Add a new test of a dimension. */
static TrkScanTest *
new_test(Tests *tests, const Pair *pair, const char *aspect)
{
	TrkScanTest *test;

	if (tests->n == tests->room)
	{
		tests->room = Max(64, 2 * tests->room);
		tests->tests = tests->tests == NULL ? palloc(sizeof(TrkScanTest) * tests->room) :
			repalloc_huge(tests->tests, sizeof(TrkScanTest) * tests->room);
	}
	test = &tests->tests[tests->n++];
	trk_scan_test_init(test, pair->any, aspect);
	return test;
}

/* Return whether both sides have details, and not only counts. */
static bool
is_told(const Pair *pair)
{
	return (pair->dim[0] == NULL || !pair->dim[0]->overflow) &&
		(pair->dim[1] == NULL || !pair->dim[1]->overflow);
}

/*
 * Add the test of a dimension of which a side has only counts; it is
 * insufficient.
 */
static void
too_many(const Pair *pair, Tests *tests)
{
	TrkScanTest *test = new_test(tests, pair, NULL);

	for (int side = 0; side < 2; side++)
		test->n[side] = pair->dim[side] == NULL ? 0 : pair->dim[side]->n;
	test->insufficient = true;
	trk_scan_flag(test, "too_many_categories");
}

/*
 * Adjust the test for sampling.  Returns false when the sampling rates make a
 * test impossible.
 */
static bool
bear_sampling(const Pair *pair, TrkScanTest *test)
{
	const double *rates = pair->scan->rates;

	if (pair->any->def->thinned == TRK_WHOLE || (rates[0] == 1 && rates[1] == 1))
		return true;
	if (rates[0] == rates[1])
	{
		trk_scan_flag(test, "sampled");
		return true;
	}
	trk_scan_flag(test, "sample_rate_changed");
	test->insufficient = true;
	test->p = trk_tail_of(NAN);
	return false;
}

/* Flag the sides that are empty, so that nothing can be compared. */
static void
flag_empty(TrkScanTest *test)
{
	if (test->n[0] == 0)
		trk_scan_flag(test, "empty_baseline");
	if (test->n[1] == 0)
		trk_scan_flag(test, "empty_observed");
	if (test->n[0] == 0 || test->n[1] == 0)
		test->insufficient = true;
}

/* Compare in how many runs of both sides the dimension occurs at all. */
static void
compare_presence(const Pair *pair, Tests *tests, const TrkScanTest *main)
{
	int64		x[2];
	int64		n[2];
	TrkScanTest *test;

	/*
	 * an order may be older than the events in the window, so a fill without one says nothing
	 */
	if (pair->any->def->kind == TRK_DIM_SLIPPAGE)
		return;
	for (int side = 0; side < 2; side++)
	{
		n[side] = pair->scan->sides[side]->runs.n;
		x[side] = pair->dim[side] == NULL || main->n[side] == 0 ? 0 :
			trk_dim_runs(pair->scan->sides[side], pair->dim[side]);
	}
	if (n[0] == 0 || n[1] == 0 || !is_told(pair))
		return;
	test = new_test(tests, pair, "runs");
	trk_scan_shares(pair->scan, x, n, test);
	test->note = psprintf("share of runs %.3g -> %.3g", (double) x[0] / (double) n[0],
						  (double) x[1] / (double) n[1]);
	bear_sampling(pair, test);
	trk_scan_flag(test, x[0] == 0 ? "empty_baseline" : "empty_observed");
}

/*
 * The union of the categories of both sides, and where those of each side are
 * in it.
 */
typedef struct Union
{
	const char **names;
	int			k;
	int		   *place[2];		/* position in the union, by side and category */
} Union;

/* Build the union of both sides' categories, which are sorted. */
static void
unite_categories(const Pair *pair, Union *u)
{
	int64		at[2] = {0, 0};
	int64		n[2];

	for (int side = 0; side < 2; side++)
	{
		n[side] = pair->dim[side] == NULL ? 0 : pair->dim[side]->categories.n;
		u->place[side] = palloc0(sizeof(int) * (n[side] + 2));
	}
	u->names = palloc(sizeof(char *) * (n[0] + n[1] + 1));
	for (u->k = 0; at[0] < n[0] || at[1] < n[1]; u->k++)
	{
		const TrkEntry *e[2];
		int			cmp;

		for (int side = 0; side < 2; side++)
			e[side] = at[side] < n[side] ? &pair->dim[side]->categories.entries[at[side]] : NULL;
		cmp = e[0] == NULL ? 1 : e[1] == NULL ? -1 : trk_entry_compare(e[0], e[1]);
		u->names[u->k] = pnstrdup(e[cmp > 0]->s, e[cmp > 0]->len);
		if (cmp <= 0)
			u->place[0][at[0]++] = u->k;
		if (cmp >= 0)
			u->place[1][at[1]++] = u->k;
	}
}

/* Allocate space for the cells of a side and their categories. */
static void
init_counted(const Pair *pair, int side, TrkCounted *counted)
{
	const TrkDimensionData *dim = pair->dim[side];

	counted->cells = dim == NULL ? NULL : dim->cells;
	counted->n_cells = dim == NULL ? 0 : dim->n_cells;
	counted->n_runs = pair->scan->sides[side]->runs.n;
	counted->category = palloc_extended(sizeof(int) * (counted->n_cells + 1), MCXT_ALLOC_HUGE);
}

/* Free what init_counted() allocated. */
static void
free_counted(TrkCounting *counting)
{
	pfree(counting->sides[0].category);
	pfree(counting->sides[1].category);
}

/*
 * Set example events of a category, from the side that has a larger share of
 * it.
 */
static void
take_examples(const Pair *pair, const Union *u, int category, TrkScanTest *test)
{
	for (int side = 1; side >= 0; side--)
	{
		const TrkDimensionData *dim = pair->dim[side];

		for (int64 i = 0; dim != NULL && i < dim->categories.n; i++)
			if (u->place[side][i] == category)
			{
				test->examples = dim->about[i].examples;
				return;
			}
	}
}

/* Put "true" first, because its share is what a FLAG is compared by. */
static void
order_flag(Union *u)
{
	if (u->k == 1 && u->names[0][0] == 'f')
	{
		u->names[1] = u->names[0];
		u->names[0] = "true";
		for (int side = 0; side < 2; side++)
			u->place[side][0] = 1;
	}
	else if (u->k == 1)
		u->names[1] = "false";
	else
	{
		const char *first = u->names[0];

		u->names[0] = u->names[1];
		u->names[1] = first;
		for (int side = 0; side < 2; side++)
		{
			u->place[side][0] = 1 - u->place[side][0];
			u->place[side][1] = 1 - u->place[side][1];
		}
	}
	u->k = 2;
}

/*
 * Test the categories that only one side has, if they need a test of their
 * own.
 */
static void
compare_one_sided(const Pair *pair, Tests *tests, const TrkCounting *counting, const Union *u)
{
	TrkScanTest *test = new_test(tests, pair, "categories");
	int			category;

	if (!trk_scan_one_sided(pair->scan, counting, test, &category))
	{
		tests->n--;
		return;
	}
	bear_sampling(pair, test);
	if (category >= 0)
		take_examples(pair, u, category, test);
}

/* Compare a dimension of kind CATEGORY or FLAG. */
static void
compare_categories(const Pair *pair, Tests *tests)
{
	TrkScanTest *test = new_test(tests, pair, NULL);
	TrkCounting counting = {.weights = {1, 1}, .is_share = pair->any->def->kind == TRK_DIM_FLAG};
	Union		u;
	int			gain;

	unite_categories(pair, &u);
	if (counting.is_share && u.k > 0)
		order_flag(&u);
	counting.k = u.k;
	counting.names = u.names;
	for (int side = 0; side < 2; side++)
	{
		TrkCounted *counted = &counting.sides[side];

		init_counted(pair, side, counted);
		for (int64 i = 0; i < counted->n_cells; i++)
			counted->category[i] = u.place[side][counted->cells[i].key - 1];

		/*
		 * approvals are sampled, but blocks are always stored: weight them so that shares are
		 * comparable
		 */
		if (counting.is_share && pair->any->def->thinned == TRK_BIASED)
			counting.weights[side] = 1 / pair->scan->rates[side];
	}
	trk_scan_counts(pair->scan, &counting, test, &gain);
	flag_empty(test);
	bear_sampling(pair, test);
	if (gain >= 0)
		take_examples(pair, &u, gain, test);
	if (pair->dim[0] == NULL || pair->dim[1] == NULL)
		compare_presence(pair, tests, test);
	else if (!counting.is_share)
		compare_one_sided(pair, tests, &counting, &u);
	free_counted(&counting);
}

/* How often a label was seen on both sides. */
typedef struct Label
{
	int			label;
	int64		n;
} Label;

/* qsort() comparator: the most frequent labels first, then by name. */
static int
compare_labels(const void *a, const void *b)
{
	const Label *x = a;
	const Label *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->label - y->label;
}

/*
 * Return the counts of events by run of a side, for the event type of a
 * dimension.
 */
static const TrkDimensionData *
events_of(const Pair *pair, int side)
{
	return pair->scan->sides[side]->by_dimension[trk_dimension_of_events(pair->any->def->event)];
}

/*
 * Divide the events of each run in two categories: those counted in with[],
 * which is overwritten, and the others.
 */
static TrkCell *
some_cells(const Pair *pair, int side, int64 *with, TrkCounted *counted)
{
	const TrkDimensionData *events = events_of(pair, side);
	int64		runs = pair->scan->sides[side]->runs.n;
	int64		room = runs + (events == NULL ? 0 : events->n_cells) + 1;
	TrkCell    *cells = palloc_extended(sizeof(TrkCell) * room, MCXT_ALLOC_HUGE);
	int64		n = 0;

	counted->category = palloc_extended(sizeof(int) * room, MCXT_ALLOC_HUGE);
	for (int64 run = 0; run < runs; run++)
		if (with[run] > 0)
		{
			counted->category[n] = 0;
			cells[n++] = (TrkCell) {1, (uint32) run, (uint32) Min(with[run], PG_UINT32_MAX)};
		}
	for (int64 i = 0; events != NULL && i < events->n_cells; i++)
	{
		int64		left = events->cells[i].count - with[events->cells[i].run];

		if (left <= 0)
			continue;
		counted->category[n] = 1;
		cells[n++] = (TrkCell) {2, events->cells[i].run, (uint32) left};
	}
	counted->cells = cells;
	counted->n_cells = n;
	counted->n_runs = runs;
	pfree(with);
	return cells;
}

/*
 * Return how often each run of a side has a label, or any value when label is
 * negative.
 */
static int64 *
count_in_runs(const Pair *pair, int side, const Union *u, int label)
{
	const TrkDimensionData *dim = pair->dim[side];
	int64	   *with = palloc_extended(sizeof(int64) * (pair->scan->sides[side]->runs.n + 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int64 i = 0; dim != NULL && i < dim->n_cells; i++)
		if (label < 0 || u->place[side][dim->cells[i].key - 1] == label)
			with[dim->cells[i].run] += dim->cells[i].count;
	return with;
}

/* Compare the share of events that have a label. */
static void
compare_label(const Pair *pair, Tests *tests, const Union *u, int label)
{
	TrkScanTest *test = new_test(tests, pair, NULL);
	const char *names[2] = {u->names[label], "without it"};
	TrkCounting counting = {.k = 2, .weights = {1, 1}, .is_share = true, .names = names};
	TrkCell    *cells[2];
	int			gain;

	test->dimension = psprintf("%s[%s]", test->of, u->names[label]);
	for (int side = 0; side < 2; side++)
		cells[side] = some_cells(pair, side, count_in_runs(pair, side, u, label),
								 &counting.sides[side]);
	trk_scan_counts(pair->scan, &counting, test, &gain);
	free_counted(&counting);
	pfree(cells[0]);
	pfree(cells[1]);
	flag_empty(test);
	bear_sampling(pair, test);
	take_examples(pair, u, label, test);
}

/*
 * Compare a dimension of kind LABELS: one test for each of the most frequent
 * labels.
 */
static void
compare_all_labels(const Pair *pair, Tests *tests)
{
	Union		u;
	Label	   *labels;

	unite_categories(pair, &u);
	labels = palloc(sizeof(Label) * (u.k + 1));
	for (int j = 0; j < u.k; j++)
		labels[j] = (Label) {j, 0};
	for (int side = 0; side < 2; side++)
		for (int64 i = 0; pair->dim[side] != NULL && i < pair->dim[side]->n_cells; i++)
			labels[u.place[side][pair->dim[side]->cells[i].key - 1]].n +=
				pair->dim[side]->cells[i].count;
	qsort(labels, u.k, sizeof(Label), compare_labels);
	for (int j = 0; j < u.k && j < TRK_SCAN_LABELS; j++)
	{
		compare_label(pair, tests, &u, labels[j].label);
		if (u.k > TRK_SCAN_LABELS)
			trk_scan_flag(&tests->tests[tests->n - 1], "too_many_labels");
	}
}

/* Compare numbers, of events or of runs. */
static void
compare_numbers(const Pair *pair, Tests *tests)
{
	int64		first = tests->n;
	TrkScanTest *test = new_test(tests, pair, NULL);
	TrkDimensionData none[2];
	TrkNumbers	sides[2];
	bool		discrete;
	bool		coarse = false;

	/*
	 * if one side is stored with 1 % resolution, reduce the other side to the same, so that ties
	 * are comparable
	 */
	for (int side = 0; side < 2; side++)
		if (pair->dim[side] != NULL && trk_dim_is_coarse(pair->dim[side]))
			coarse = true;
	for (int side = 0; side < 2; side++)
	{
		trk_dim_init(&none[side], pair->any->def, &pair->scan->sides[side]->bounds);
		trk_numbers_init(&sides[side], pair->scan->sides[side],
						 pair->dim[side] == NULL ? &none[side] : pair->dim[side], coarse);
	}
	discrete = trk_scan_location(pair->scan, sides, test);
	flag_empty(test);
	bear_sampling(pair, test);
	if (pair->dim[1] != NULL)
		test->examples = test->effect < 0 ? pair->dim[1]->low : pair->dim[1]->high;
	if (test->n[0] == 0 || test->n[1] == 0)
	{
		if (pair->dim[0] == NULL || pair->dim[1] == NULL)
			compare_presence(pair, tests, &tests->tests[first]);
		return;
	}
	test = new_test(tests, pair, "shape");
	trk_scan_shape(pair->scan, sides, discrete, test);
	bear_sampling(pair, test);
}

/* Compare how often the value is missing. */
static void
compare_missing(const Pair *pair, Tests *tests)
{
	static const char *names[2] = {"missing", "there"};
	TrkCounting counting = {.k = 2, .weights = {1, 1}, .is_share = true, .names = names};
	TrkCell    *cells[2];
	TrkScanTest *test;
	int			gain;

	if (pair->dim[0] == NULL || pair->dim[1] == NULL ||
		(pair->dim[0]->missing == 0 && pair->dim[1]->missing == 0))
		return;
	test = new_test(tests, pair, "missing");
	for (int side = 0; side < 2; side++)
	{
		cells[side] = some_cells(pair, side, count_in_runs(pair, side, NULL, -1),
								 &counting.sides[side]);
		for (int64 i = 0; i < counting.sides[side].n_cells; i++)
			counting.sides[side].category[i] = 1 - counting.sides[side].category[i];
	}
	trk_scan_counts(pair->scan, &counting, test, &gain);
	free_counted(&counting);
	pfree(cells[0]);
	pfree(cells[1]);
	flag_empty(test);
	bear_sampling(pair, test);
	if (pair->dim[0]->rejected > 0 || pair->dim[1]->rejected > 0)
		trk_scan_flag(test, "rejected_values");
}

/* Run all tests of a dimension. */
static void
compare(const Pair *pair, Tests *tests)
{
	int64		n = 0;

	for (int side = 0; side < 2; side++)
		if (pair->dim[side] != NULL)
		{
			if (pair->dim[side]->aside)
				return;
			n += pair->dim[side]->n;
		}
	if (n == 0 || pair->any->def->kind == TRK_DIM_RUN_EVENTS)
		return;
	if (!is_told(pair))
	{
		too_many(pair, tests);
		return;
	}
	switch (pair->any->def->kind)
	{
		case TRK_DIM_CATEGORY:
		case TRK_DIM_FLAG:
			compare_categories(pair, tests);
			break;
		case TRK_DIM_LABELS:
			compare_all_labels(pair, tests);
			return;
		default:
			compare_numbers(pair, tests);
	}
	if (pair->any->def->kind < TRK_DIM_RUN_SUM && pair->any->def->kind != TRK_DIM_SLIPPAGE)
		compare_missing(pair, tests);
}

/* Compare all dimensions; returns the tests. */
TrkScanTest *
trk_scan(const TrkScan *scan, int64 *n)
{
	const TrkBehavior *b = scan->sides[0];
	const TrkBehavior *o = scan->sides[1];
	Tests		tests = {0};
	int64		at[2] = {0, 0};

	/* names are sorted on both sides, so merge them */
	while (at[0] < b->names.n || at[1] < o->names.n)
	{
		Pair		pair = {scan};
		int			cmp;

		for (int side = 0; side < 2; side++)
			if (at[side] < scan->sides[side]->names.n)
				pair.dim[side] = scan->sides[side]->dims[at[side]];
		if (pair.dim[0] == NULL || pair.dim[1] == NULL)
			cmp = pair.dim[0] == NULL ? 1 : -1;
		else
			cmp = trk_entry_compare(&b->names.entries[at[0]], &o->names.entries[at[1]]);
		if (cmp < 0)
			pair.dim[1] = NULL;
		else if (cmp > 0)
			pair.dim[0] = NULL;
		at[0] += cmp <= 0;
		at[1] += cmp >= 0;
		pair.any = pair.dim[0] != NULL ? pair.dim[0] : pair.dim[1];
		compare(&pair, &tests);
		CHECK_FOR_INTERRUPTS();
	}
	*n = tests.n;
	return tests.tests;
}

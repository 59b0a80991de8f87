/*
 * category_counts_test_sql.c
 *	  Tests over category counts: at_chi2, at_g_test, at_divergence,
 *	  at_categories, at_fisher, at_proportion, at_chi2_clustered, at_cmh_test.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/category_counts.h"

#include "stats/category_test_sql.h"
#include "base/hide_context.h"
#include "utils/builtins.h"

/*
 * The most runs times categories of a clustered test, which builds a matrix of
 * 8 bytes a cell.
 */
#define MOST_CELLS	INT64CONST(100000000)

/* The counts of both sides over the categories that either side has. */
typedef struct Sides
{
	int			k;
	int64	   *counts[2];
	Datum	   *names;
} Sides;

/* Return the counts of a merged, sorted state of two sides. */
static void
sides_of(TrkCategoryCounts *state, Sides *sides)
{
	Size		n = (Size) Max(state->n, 1);

	trk_category_counts_sort(state);
	sides->k = (int) state->n;
	sides->counts[0] = palloc(sizeof(int64) * n);
	sides->counts[1] = palloc(sizeof(int64) * n);
	sides->names = palloc(sizeof(Datum) * n);
	for (int j = 0; j < sides->k; j++)
	{
		const TrkCategoryCountsEntry *e = &state->entries[j];

		sides->counts[0][j] = e->counts[0];
		sides->counts[1][j] = e->counts[1];
		sides->names[j] = PointerGetDatum(cstring_to_text_with_len(e->key, (int) e->len));
	}
}

/* Combine two states of one side each to one of two sides. */
static TrkCategoryCounts *
two_sided(FunctionCallInfo fcinfo, const TrkCategoryCountsKind *one, const TrkCategoryCountsKind *both)
{
	TrkCategoryCounts *state = trk_category_counts_new(both);

	for (int side = 0; side < 2; side++)
	{
		TrkCategoryCounts *from = trk_category_counts_argument(fcinfo, side, one);

		trk_category_counts_add_null(state, side, from->nulls[0]);
		for (int64 i = 0; i < from->n; i++)
			trk_category_counts_add(state, from->entries[i].key, from->entries[i].len, side,
									from->entries[i].counts[0]);
	}
	return state;
}

/* Set up a table of a state of two sides. */
static void
table_of_sides(TrkCategoryCounts *state, Sides *sides, TrkTable *table)
{
	sides_of(state, sides);
	trk_table_of(table, sides->counts[0], sides->counts[1], sides->k);
}

/* Set up a table of two states of one side each. */
static void
table_of_states(FunctionCallInfo fcinfo, Sides *sides, TrkTable *table)
{
	table_of_sides(two_sided(fcinfo, &trk_counts_kind, &trk_sided_counts_kind), sides, table);
}

/* at_<test>(at_counts, at_counts) and at_<test>(at_sided_counts). */
#define COUNTS_FUNCTIONS(test) \
TRK_HIDE_CONTEXT_FUNCTION(at_##test##_counts); \
static Datum \
at_##test##_counts_body(PG_FUNCTION_ARGS) \
{ \
	Sides		sides; \
	TrkTable	table; \
\
	if (trk_has_null_data(fcinfo, 2)) \
		PG_RETURN_NULL(); \
	table_of_states(fcinfo, &sides, &table); \
	return trk_##test##_row(fcinfo, &table); \
} \
PG_FUNCTION_INFO_V1(at_##test##_sides); \
Datum \
at_##test##_sides(PG_FUNCTION_ARGS) \
{ \
	Sides		sides; \
	TrkTable	table; \
\
	table_of_sides(trk_category_counts_argument(fcinfo, 0, &trk_sided_counts_kind), &sides, &table); \
	return trk_##test##_row(fcinfo, &table); \
}

COUNTS_FUNCTIONS(chi2)
COUNTS_FUNCTIONS(g)
COUNTS_FUNCTIONS(divergence)

PG_FUNCTION_INFO_V1(at_categories_counts);
/* at_categories(baseline at_counts, observed at_counts) returns setof at_named_category_result */
Datum
at_categories_counts(PG_FUNCTION_ARGS)
{
	Sides		sides;
	TrkTable	table;

	table_of_states(fcinfo, &sides, &table);
	trk_category_rows(fcinfo, &table, sides.names);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(at_categories_sides);
/* at_categories(counts at_sided_counts) returns setof at_named_category_result */
Datum
at_categories_sides(PG_FUNCTION_ARGS)
{
	Sides		sides;
	TrkTable	table;

	table_of_sides(trk_category_counts_argument(fcinfo, 0, &trk_sided_counts_kind), &sides, &table);
	trk_category_rows(fcinfo, &table, sides.names);
	return (Datum) 0;
}

/*
 * How often a category was seen on each side, and how many rows each side has.
 */
typedef struct Share
{
	int64		count[2];
	int64		n[2];
} Share;

/* Return the share of a category in a table of counts. */
static Share
share_of(const Sides *sides, const TrkTable *table, const char *category, Size len)
{
	Share		share = {{0, 0}, {table->n1, table->n2}};

	for (int j = 0; j < sides->k; j++)
	{
		text	   *name = DatumGetTextPP(sides->names[j]);

		if (VARSIZE_ANY_EXHDR(name) == len && memcmp(VARDATA_ANY(name), category, len) == 0)
		{
			share.count[0] = sides->counts[0][j];
			share.count[1] = sides->counts[1][j];
		}
	}
	return share;
}

/* Return the share of the category in the third argument. */
static Share
share_of_states(FunctionCallInfo fcinfo)
{
	Sides		sides;
	TrkTable	table;
	text	   *category = PG_GETARG_TEXT_PP(2);

	table_of_states(fcinfo, &sides, &table);
	return share_of(&sides, &table, VARDATA_ANY(category), VARSIZE_ANY_EXHDR(category));
}

/* Return the share of outcomes that are true. */
static Share
share_of_outcomes(FunctionCallInfo fcinfo)
{
	Sides		sides;
	TrkTable	table;

	table_of_sides(trk_category_counts_argument(fcinfo, 0, &trk_sided_counts_kind), &sides, &table);
	return share_of(&sides, &table, "true", 4);
}

/* Return the row of Fisher's test of a share. */
static Datum
fisher_share(FunctionCallInfo fcinfo, Share x)
{
	return trk_fisher_row(fcinfo, x.count[1], x.n[1] - x.count[1], x.count[0],
						  x.n[0] - x.count[0]);
}

/* Return the row of the test of two proportions for a share. */
static Datum
proportion_share(FunctionCallInfo fcinfo, Share x)
{
	return trk_proportion_row(fcinfo, x.count[0], x.n[0], x.count[1], x.n[1]);
}

/* at_<test>(at_counts, at_counts, category) and at_<test>_outcomes(at_sided_counts). */
#define SHARE_FUNCTIONS(test) \
TRK_HIDE_CONTEXT_FUNCTION(at_##test##_counts); \
static Datum \
at_##test##_counts_body(PG_FUNCTION_ARGS) \
{ \
	return test##_share(fcinfo, share_of_states(fcinfo)); \
} \
PG_FUNCTION_INFO_V1(at_##test##_sides); \
Datum \
at_##test##_sides(PG_FUNCTION_ARGS) \
{ \
	return test##_share(fcinfo, share_of_outcomes(fcinfo)); \
}

SHARE_FUNCTIONS(fisher)
SHARE_FUNCTIONS(proportion)

/* Return the counts by category of a state by run and category. */
static TrkCategoryCounts *
categories_of(const TrkCategoryCounts *counts)
{
	TrkCategoryCounts *categories = trk_category_counts_new(&trk_counts_kind);

	for (int64 i = 0; i < counts->n; i++)
	{
		const TrkCategoryCountsEntry *e = &counts->entries[i];
		const char *category = (const char *) memchr(e->key, '\0', e->len) + 1;

		trk_category_counts_add(categories, category, e->key + e->len - category, 0, 0);
	}
	trk_category_counts_sort(categories);
	return categories;
}

/* Return the number of a category. */
static int
category_number(const TrkCategoryCounts *categories, const char *category, Size len)
{
	int64		low = 0;
	int64		high = categories->n;

	while (low < high)
	{
		int64		middle = (low + high) / 2;
		const TrkCategoryCountsEntry *e = &categories->entries[middle];
		int			cmp = memcmp(e->key, category, Min(e->len, len));

		if (cmp < 0 || (cmp == 0 && e->len < len))
			low = middle + 1;
		else
			high = middle;
	}
	return (int) low;
}

/* Return the number of runs; keys are sorted by run. */
static int64
count_runs(const TrkCategoryCounts *counts)
{
	int64		runs = 0;

	for (int64 i = 0; i < counts->n; i++)
		if (i == 0 || strcmp(counts->entries[i].key, counts->entries[i - 1].key) != 0)
			runs++;
	return runs;
}

/* Return one side as a matrix of counts by run and category. */
static TrkRuns
runs_of(const TrkCategoryCounts *state, const TrkCategoryCounts *categories, int side)
{
	int64		k = categories->n;
	int64		rows = count_runs(state);
	int64	   *counts;
	int64		r = -1;

	if (k > 0 && rows > MOST_CELLS / k)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many runs and categories")));
	counts = palloc_extended(sizeof(int64) * Max(rows * k, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 i = 0; i < state->n; i++)
	{
		const TrkCategoryCountsEntry *e = &state->entries[i];
		const char *category = (const char *) memchr(e->key, '\0', e->len) + 1;

		if (i == 0 || strcmp(e->key, state->entries[i - 1].key) != 0)
			r++;
		counts[r * k + category_number(categories, category, e->key + e->len - category)] =
			e->counts[side];
	}
	return (TrkRuns) {counts, rows, NULL};
}

/* A test of counts by run and category that returns its result row. */
typedef Datum (*RunsTest) (FunctionCallInfo fcinfo, const TrkRuns runs[2], int k);

/* Run such a test on a state of two sides. */
static Datum
test_runs(FunctionCallInfo fcinfo, TrkCategoryCounts *counts, RunsTest test)
{
	TrkCategoryCounts *categories;
	TrkRuns		runs[2];

	trk_category_counts_sort(counts);
	categories = categories_of(counts);
	runs[0] = runs_of(counts, categories, 0);
	runs[1] = runs_of(counts, categories, 1);
	return test(fcinfo, runs, (int) categories->n);
}

/* at_<test>(at_cluster_counts, at_cluster_counts) and at_<test>(at_sided_cluster_counts). */
#define RUNS_FUNCTIONS(name, row) \
PG_FUNCTION_INFO_V1(name##_counts); \
Datum \
name##_counts(PG_FUNCTION_ARGS) \
{ \
	return test_runs(fcinfo, two_sided(fcinfo, &trk_cluster_counts_kind, \
									   &trk_sided_cluster_counts_kind), row); \
} \
PG_FUNCTION_INFO_V1(name##_sides); \
Datum \
name##_sides(PG_FUNCTION_ARGS) \
{ \
	return test_runs(fcinfo, trk_category_counts_argument(fcinfo, 0, &trk_sided_cluster_counts_kind), row); \
}

RUNS_FUNCTIONS(at_chi2_clustered, trk_clustered_row)
RUNS_FUNCTIONS(at_cmh_test, trk_strata_row)

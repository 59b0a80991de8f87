/*
 * tally_sql.c
 *	  SQL functions over at_counts and its kin: transitions, constructors,
 *	  tests over states.
 */
#include "tally.h"

#include "arrays.h"
#include "catalog/pg_type.h"
#include "drift_counts_sql.h"
#include "utils/builtins.h"

/* Runs times categories of a clustered test. */
#define MOST_CELLS	INT64CONST(100000000)

/* The state of an aggregate, or a new one. */
static TrkTally *
state_argument(FunctionCallInfo fcinfo, const TrkTallyKind *kind)
{
	MemoryContext context;
	TrkTally   *tally = PG_ARGISNULL(0) ? NULL : trk_tally_writable(PG_GETARG_DATUM(0));

	if (tally != NULL)
		return tally;
	if (!AggCheckCallContext(fcinfo, &context))
		context = CurrentMemoryContext;
	if (PG_ARGISNULL(0))
		return trk_tally_new(kind, context);
	return trk_tally_own(kind, PG_GETARG_DATUM(0), context);
}

/* A state to read. */
static TrkTally *
tally_argument(FunctionCallInfo fcinfo, int arg, const TrkTallyKind *kind)
{
	TrkTally   *tally = trk_tally_own(kind, PG_GETARG_DATUM(arg), CurrentMemoryContext);

	trk_tally_sort(tally);
	return tally;
}

/* Add a text, or a null. */
static void
add_text(TrkTally *tally, FunctionCallInfo fcinfo, int arg, int side, int64 count)
{
	text	   *t;

	if (PG_ARGISNULL(arg))
	{
		trk_tally_add_null(tally, side, count);
		return;
	}
	t = PG_GETARG_TEXT_PP(arg);
	trk_tally_add(tally, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), side, count);
	PG_FREE_IF_COPY(t, arg);
}

/* Add a run and a category; one that is null counts as null. */
static void
add_pair(TrkTally *tally, text *run, text *category, int side, int64 count)
{
	StringInfoData key;

	initStringInfo(&key);
	appendBinaryStringInfo(&key, VARDATA_ANY(run), (int) VARSIZE_ANY_EXHDR(run));
	appendStringInfoChar(&key, '\0');
	appendBinaryStringInfo(&key, VARDATA_ANY(category), (int) VARSIZE_ANY_EXHDR(category));
	trk_tally_add(tally, key.data, key.len, side, count);
	pfree(key.data);
}

/* The same of arguments: run after category. */
static void
add_pair_arguments(TrkTally *tally, FunctionCallInfo fcinfo, int arg, int side)
{
	if (PG_ARGISNULL(arg) || PG_ARGISNULL(arg + 1))
		trk_tally_add_null(tally, side, 1);
	else
		add_pair(tally, PG_GETARG_TEXT_PP(arg + 1), PG_GETARG_TEXT_PP(arg), side, 1);
}

PG_FUNCTION_INFO_V1(at_counts_add);
/* at_counts_add(at_counts, category text) returns at_counts */
Datum
at_counts_add(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = state_argument(fcinfo, &trk_counts_kind);

	add_text(tally, fcinfo, 1, 0, 1);
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

PG_FUNCTION_INFO_V1(at_counts_add_weighted);
/* at_counts_add(at_counts, category text, weight bigint) returns at_counts */
Datum
at_counts_add_weighted(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = state_argument(fcinfo, &trk_counts_kind);

	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(trk_tally_datum(tally));
	if (PG_GETARG_INT64(2) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a weight must not be negative")));
	add_text(tally, fcinfo, 1, 0, PG_GETARG_INT64(2));
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

PG_FUNCTION_INFO_V1(at_sided_counts_add);
/* at_sided_counts_add(at_sided_counts, category text, is_observed boolean) returns at_sided_counts */
Datum
at_sided_counts_add(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = state_argument(fcinfo, &trk_sided_counts_kind);

	if (!PG_ARGISNULL(2))
		add_text(tally, fcinfo, 1, PG_GETARG_BOOL(2), 1);
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

PG_FUNCTION_INFO_V1(at_cluster_counts_add);
/* at_cluster_counts_add(at_cluster_counts, category text, run_id text) returns at_cluster_counts */
Datum
at_cluster_counts_add(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = state_argument(fcinfo, &trk_cluster_counts_kind);

	add_pair_arguments(tally, fcinfo, 1, 0);
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

PG_FUNCTION_INFO_V1(at_sided_cluster_counts_add);
/*
 * at_sided_cluster_counts_add(at_sided_cluster_counts, category text,
 * run_id text, is_observed boolean) returns at_sided_cluster_counts
 */
Datum
at_sided_cluster_counts_add(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = state_argument(fcinfo, &trk_sided_cluster_counts_kind);

	if (!PG_ARGISNULL(3))
		add_pair_arguments(tally, fcinfo, 1, PG_GETARG_BOOL(3));
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

/* Merge two states of a kind; a null is the empty one. */
static Datum
merge(FunctionCallInfo fcinfo, const TrkTallyKind *kind)
{
	TrkTally   *tally = state_argument(fcinfo, kind);

	if (!PG_ARGISNULL(1))
		trk_tally_merge(tally, trk_tally_own(kind, PG_GETARG_DATUM(1), CurrentMemoryContext));
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

/* at_<type>_merge(state, other): both merged. */
#define MERGE_FUNCTION(type) \
PG_FUNCTION_INFO_V1(at_##type##_merge); \
Datum \
at_##type##_merge(PG_FUNCTION_ARGS) \
{ \
	return merge(fcinfo, &trk_##type##_kind); \
}

MERGE_FUNCTION(counts)
MERGE_FUNCTION(cluster_counts)
MERGE_FUNCTION(sided_counts)
MERGE_FUNCTION(sided_cluster_counts)

/* The elements of a text[] of this length. */
static Datum *
texts_argument(FunctionCallInfo fcinfo, int arg, int n, bool **nulls)
{
	Datum	   *elements;
	int			count;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(arg), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, nulls, &count);
	if (count != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("arrays must have the same length")));
	return elements;
}

PG_FUNCTION_INFO_V1(at_counts_of);
/* at_counts_of(categories text[], counts bigint[]) returns at_counts */
Datum
at_counts_of(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = trk_tally_new(&trk_counts_kind, CurrentMemoryContext);
	int			n;
	int64	   *counts = trk_counts_argument(fcinfo, 1, &n);
	bool	   *nulls;
	Datum	   *categories = texts_argument(fcinfo, 0, n, &nulls);

	for (int i = 0; i < n; i++)
	{
		text	   *t = nulls[i] ? NULL : DatumGetTextPP(categories[i]);

		if (t == NULL)
			trk_tally_add_null(tally, 0, counts[i]);
		else
			trk_tally_add(tally, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), 0, counts[i]);
	}
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

PG_FUNCTION_INFO_V1(at_cluster_counts_of);
/*
 * at_cluster_counts_of(categories text[], run_ids text[], counts bigint[])
 * returns at_cluster_counts
 */
Datum
at_cluster_counts_of(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = trk_tally_new(&trk_cluster_counts_kind, CurrentMemoryContext);
	int			n;
	int64	   *counts = trk_counts_argument(fcinfo, 2, &n);
	bool	   *no_category;
	bool	   *no_run;
	Datum	   *categories = texts_argument(fcinfo, 0, n, &no_category);
	Datum	   *runs = texts_argument(fcinfo, 1, n, &no_run);

	for (int i = 0; i < n; i++)
		if (no_category[i] || no_run[i])
			trk_tally_add_null(tally, 0, counts[i]);
		else
			add_pair(tally, DatumGetTextPP(runs[i]), DatumGetTextPP(categories[i]), 0, counts[i]);
	PG_RETURN_DATUM(trk_tally_datum(tally));
}

/* Counts of two sides over the categories of both. */
typedef struct Sides
{
	int			k;
	int64	   *counts[2];
	Datum	   *names;
} Sides;

/* The counts of a merged, sorted state of two sides. */
static void
sides_of(TrkTally *tally, Sides *sides)
{
	Size		n = (Size) Max(tally->n, 1);

	trk_tally_sort(tally);
	sides->k = (int) tally->n;
	sides->counts[0] = palloc(sizeof(int64) * n);
	sides->counts[1] = palloc(sizeof(int64) * n);
	sides->names = palloc(sizeof(Datum) * n);
	for (int j = 0; j < sides->k; j++)
	{
		const TrkTallyEntry *e = &tally->entries[j];

		sides->counts[0][j] = e->counts[0];
		sides->counts[1][j] = e->counts[1];
		sides->names[j] = PointerGetDatum(cstring_to_text_with_len(e->key, (int) e->len));
	}
}

/* Two states of one side each as one of two sides. */
static TrkTally *
two_sided(FunctionCallInfo fcinfo, const TrkTallyKind *one, const TrkTallyKind *both)
{
	TrkTally   *tally = trk_tally_new(both, CurrentMemoryContext);

	for (int side = 0; side < 2; side++)
	{
		TrkTally   *from = tally_argument(fcinfo, side, one);

		trk_tally_add_null(tally, side, from->nulls[0]);
		for (int64 i = 0; i < from->n; i++)
			trk_tally_add(tally, from->entries[i].key, from->entries[i].len, side,
						  from->entries[i].counts[0]);
	}
	return tally;
}

/* A table of a state of two sides. */
static void
table_of_sides(TrkTally *tally, Sides *sides, TrkTable *table)
{
	sides_of(tally, sides);
	trk_table_of(table, sides->counts[0], sides->counts[1], sides->k);
}

/* at_<test>(at_counts, at_counts) and at_<test>(at_sided_counts). */
#define COUNTS_FUNCTIONS(test) \
PG_FUNCTION_INFO_V1(at_##test##_counts); \
Datum \
at_##test##_counts(PG_FUNCTION_ARGS) \
{ \
	Sides		sides; \
	TrkTable	table; \
\
	table_of_sides(two_sided(fcinfo, &trk_counts_kind, &trk_sided_counts_kind), \
				   &sides, &table); \
	return trk_##test##_row(fcinfo, &table); \
} \
PG_FUNCTION_INFO_V1(at_##test##_sides); \
Datum \
at_##test##_sides(PG_FUNCTION_ARGS) \
{ \
	Sides		sides; \
	TrkTable	table; \
\
	table_of_sides(tally_argument(fcinfo, 0, &trk_sided_counts_kind), &sides, &table); \
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

	table_of_sides(two_sided(fcinfo, &trk_counts_kind, &trk_sided_counts_kind), &sides, &table);
	trk_category_rows(fcinfo, &table, sides.names);
	return (Datum) 0;
}

/* The categories of a state by run and category, without runs. */
static TrkTally *
categories_of(const TrkTally *tally)
{
	TrkTally   *categories = trk_tally_new(&trk_counts_kind, CurrentMemoryContext);

	for (int64 i = 0; i < tally->n; i++)
	{
		const TrkTallyEntry *e = &tally->entries[i];
		const char *category = (const char *) memchr(e->key, '\0', e->len) + 1;

		trk_tally_add(categories, category, e->key + e->len - category, 0, 0);
	}
	trk_tally_sort(categories);
	return categories;
}

/* The number of a category. */
static int
category_number(const TrkTally *categories, const char *category, Size len)
{
	int64		low = 0;
	int64		high = categories->n;

	while (low < high)
	{
		int64		middle = (low + high) / 2;
		const TrkTallyEntry *e = &categories->entries[middle];
		int			cmp = memcmp(e->key, category, Min(e->len, len));

		if (cmp < 0 || (cmp == 0 && e->len < len))
			low = middle + 1;
		else
			high = middle;
	}
	return (int) low;
}

/* How many runs there are: keys are sorted by run. */
static int64
count_runs(const TrkTally *tally)
{
	int64		runs = 0;

	for (int64 i = 0; i < tally->n; i++)
		if (i == 0 || strcmp(tally->entries[i].key, tally->entries[i - 1].key) != 0)
			runs++;
	return runs;
}

/* One side as a matrix of run by category. */
static TrkRuns
runs_of(const TrkTally *tally, const TrkTally *categories, int side)
{
	int64		k = categories->n;
	int64		rows = count_runs(tally);
	int64	   *counts;
	int64		r = -1;

	if (k > 0 && rows > MOST_CELLS / k)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many runs and categories")));
	counts = palloc_extended(sizeof(int64) * Max(rows * k, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 i = 0; i < tally->n; i++)
	{
		const TrkTallyEntry *e = &tally->entries[i];
		const char *category = (const char *) memchr(e->key, '\0', e->len) + 1;

		if (i == 0 || strcmp(e->key, tally->entries[i - 1].key) != 0)
			r++;
		counts[r * k + category_number(categories, category, e->key + e->len - category)] =
			e->counts[side];
	}
	return (TrkRuns) {counts, rows, NULL};
}

/* The clustered test of a state of two sides. */
static Datum
clustered(FunctionCallInfo fcinfo, TrkTally *tally)
{
	TrkTally   *categories;
	TrkRuns		runs[2];

	trk_tally_sort(tally);
	categories = categories_of(tally);
	runs[0] = runs_of(tally, categories, 0);
	runs[1] = runs_of(tally, categories, 1);
	return trk_clustered_row(fcinfo, runs, (int) categories->n);
}

PG_FUNCTION_INFO_V1(at_chi2_clustered_counts);
/* at_chi2_clustered(at_cluster_counts, at_cluster_counts) returns at_chi2_clustered_result */
Datum
at_chi2_clustered_counts(PG_FUNCTION_ARGS)
{
	return clustered(fcinfo, two_sided(fcinfo, &trk_cluster_counts_kind,
									   &trk_sided_cluster_counts_kind));
}

PG_FUNCTION_INFO_V1(at_chi2_clustered_sides);
/* at_chi2_clustered(at_sided_cluster_counts) returns at_chi2_clustered_result */
Datum
at_chi2_clustered_sides(PG_FUNCTION_ARGS)
{
	return clustered(fcinfo, tally_argument(fcinfo, 0, &trk_sided_cluster_counts_kind));
}

PG_FUNCTION_INFO_V1(at_describe_counts);
/* at_describe(at_counts) returns setof at_share_result */
Datum
at_describe_counts(PG_FUNCTION_ARGS)
{
	TrkTally   *tally = tally_argument(fcinfo, 0, &trk_counts_kind);
	double		total = 0;

	for (int64 i = 0; i < tally->n; i++)
		total += (double) tally->entries[i].counts[0];
	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < tally->n; i++)
	{
		const TrkTallyEntry *e = &tally->entries[i];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put(&row, PointerGetDatum(cstring_to_text_with_len(e->key, (int) e->len)));
		trk_put_int(&row, e->counts[0]);
		trk_put_float(&row, (double) e->counts[0] / total);
		trk_composite_store(&row, fcinfo);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(at_null_count);
/* at_null_count(at_counts) returns bigint */
Datum
at_null_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(tally_argument(fcinfo, 0, &trk_counts_kind)->nulls[0]);
}

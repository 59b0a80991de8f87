/*
 * category_counts_sql.c
 *	  SQL functions over category counts: transition functions, constructors,
 *	  descriptions.  The tests are in category_counts_test_sql.c.
 */
#include "base/trk.h"

#include "stats/category_counts.h"

#include "stats/arrays.h"
#include "catalog/pg_type.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "utils/builtins.h"

/* Add a text, or a NULL. */
static void
add_text(TrkCategoryCounts *counts, FunctionCallInfo fcinfo, int arg, int side, int64 count)
{
	text	   *t;

	if (PG_ARGISNULL(arg))
	{
		trk_category_counts_add_null(counts, side, count);
		return;
	}
	t = PG_GETARG_TEXT_PP(arg);
	trk_category_counts_add(counts, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), side, count);
}

/* Add a run and a category; if either is NULL, the row counts as NULL. */
static void
add_pair(TrkCategoryCounts *counts, text *run, text *category, int side, int64 count)
{
	Size		run_len = VARSIZE_ANY_EXHDR(run);
	Size		len = run_len + 1 + VARSIZE_ANY_EXHDR(category);
	char	   *key = MemoryContextAlloc(trk_agg_context(counts), len);

	memcpy(key, VARDATA_ANY(run), run_len);
	key[run_len] = '\0';
	memcpy(key + run_len + 1, VARDATA_ANY(category), VARSIZE_ANY_EXHDR(category));
	trk_category_counts_add(counts, key, len, side, count);
	pfree(key);
}

/* Add a category and its run, which are arguments in this order. */
static void
add_pair_arguments(TrkCategoryCounts *counts, FunctionCallInfo fcinfo, int arg, int side)
{
	if (PG_ARGISNULL(arg) || PG_ARGISNULL(arg + 1))
		trk_category_counts_add_null(counts, side, 1);
	else
		add_pair(counts, PG_GETARG_TEXT_PP(arg + 1), PG_GETARG_TEXT_PP(arg), side, 1);
}

TRK_HIDE_CONTEXT_FUNCTION(at_counts_add);
/* _at_counts_add(at_counts, category text) returns at_counts */
static Datum
at_counts_add_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_counts_kind.agg);

	add_text(counts, fcinfo, 1, 0, 1);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

TRK_HIDE_CONTEXT_FUNCTION(at_counts_add_weighted);
/* _at_counts_add(at_counts, category text, weight bigint) returns at_counts */
static Datum
at_counts_add_weighted_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_counts_kind.agg);

	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(trk_agg_datum(counts));
	if (PG_GETARG_INT64(2) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a weight must not be negative")));
	add_text(counts, fcinfo, 1, 0, PG_GETARG_INT64(2));
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

TRK_HIDE_CONTEXT_FUNCTION(at_sided_counts_add);
/* _at_sided_counts_add(at_sided_counts, category text, is_observed boolean) returns at_sided_counts */
static Datum
at_sided_counts_add_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_sided_counts_kind.agg);

	if (!PG_ARGISNULL(2))
		add_text(counts, fcinfo, 1, PG_GETARG_BOOL(2), 1);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

PG_FUNCTION_INFO_V1(at_sided_counts_add_outcome);
/* _at_sided_counts_add(at_sided_counts, outcome boolean, is_observed boolean) returns at_sided_counts */
Datum
at_sided_counts_add_outcome(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_sided_counts_kind.agg);

	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(trk_agg_datum(counts));
	if (PG_ARGISNULL(1))
		trk_category_counts_add_null(counts, PG_GETARG_BOOL(2), 1);
	else
		trk_category_counts_add(counts, PG_GETARG_BOOL(1) ? "true" : "false",
								PG_GETARG_BOOL(1) ? 4 : 5, PG_GETARG_BOOL(2), 1);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

TRK_HIDE_CONTEXT_FUNCTION(at_cluster_counts_add);
/* _at_cluster_counts_add(at_cluster_counts, category text, run_id text) returns at_cluster_counts */
static Datum
at_cluster_counts_add_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_cluster_counts_kind.agg);

	add_pair_arguments(counts, fcinfo, 1, 0);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

TRK_HIDE_CONTEXT_FUNCTION(at_sided_cluster_counts_add);
/*
 * _at_sided_cluster_counts_add(at_sided_cluster_counts, category text,
 * run_id text, is_observed boolean) returns at_sided_cluster_counts
 */
static Datum
at_sided_cluster_counts_add_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_sided_cluster_counts_kind.agg);

	if (!PG_ARGISNULL(3))
		add_pair_arguments(counts, fcinfo, 1, PG_GETARG_BOOL(3));
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

TRK_HIDE_CONTEXT_FUNCTION(at_sided_cluster_counts_add_stratum);
/*
 * _at_sided_cluster_counts_add(at_sided_cluster_counts, category text,
 * is_observed boolean, stratum text) returns at_sided_cluster_counts
 */
static Datum
at_sided_cluster_counts_add_stratum_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *counts = trk_agg_own(fcinfo, &trk_sided_cluster_counts_kind.agg);

	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(trk_agg_datum(counts));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		trk_category_counts_add_null(counts, PG_GETARG_BOOL(2), 1);
	else
		add_pair(counts, PG_GETARG_TEXT_PP(3), PG_GETARG_TEXT_PP(1), PG_GETARG_BOOL(2), 1);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

/* at_<type>_merge(state, other): both merged. */
TRK_AGG_MERGE_FUNCTION(at_counts_merge, &trk_counts_kind.agg)
TRK_AGG_MERGE_FUNCTION(at_cluster_counts_merge, &trk_cluster_counts_kind.agg)
TRK_AGG_MERGE_FUNCTION(at_sided_counts_merge, &trk_sided_counts_kind.agg)
TRK_AGG_MERGE_FUNCTION(at_sided_cluster_counts_merge, &trk_sided_cluster_counts_kind.agg)

/* Return the elements of a text[] that must have this length. */
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

TRK_HIDE_CONTEXT_FUNCTION(at_counts_of);
/* at_counts_of(categories text[], counts bigint[]) returns at_counts */
static Datum
at_counts_of_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *state = trk_category_counts_new(&trk_counts_kind);
	int			n;
	int64	   *counts = trk_counts_argument(fcinfo, 1, &n);
	bool	   *nulls;
	Datum	   *categories = texts_argument(fcinfo, 0, n, &nulls);

	for (int i = 0; i < n; i++)
	{
		text	   *t = nulls[i] ? NULL : DatumGetTextPP(categories[i]);

		if (t == NULL)
			trk_category_counts_add_null(state, 0, counts[i]);
		else
			trk_category_counts_add(state, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), 0, counts[i]);
	}
	PG_RETURN_DATUM(trk_agg_datum(state));
}

TRK_HIDE_CONTEXT_FUNCTION(at_cluster_counts_of);
/*
 * at_cluster_counts_of(categories text[], run_ids text[], counts bigint[])
 * returns at_cluster_counts
 */
static Datum
at_cluster_counts_of_body(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *state = trk_category_counts_new(&trk_cluster_counts_kind);
	int			n;
	int64	   *counts = trk_counts_argument(fcinfo, 2, &n);
	bool	   *no_category;
	bool	   *no_run;
	Datum	   *categories = texts_argument(fcinfo, 0, n, &no_category);
	Datum	   *runs = texts_argument(fcinfo, 1, n, &no_run);

	for (int i = 0; i < n; i++)
		if (no_category[i] || no_run[i])
			trk_category_counts_add_null(state, 0, counts[i]);
		else
			add_pair(state, DatumGetTextPP(runs[i]), DatumGetTextPP(categories[i]), 0, counts[i]);
	PG_RETURN_DATUM(trk_agg_datum(state));
}

PG_FUNCTION_INFO_V1(at_describe_counts);
/* at_describe(at_counts) returns setof at_share_result */
Datum
at_describe_counts(PG_FUNCTION_ARGS)
{
	TrkCategoryCounts *state = trk_category_counts_argument(fcinfo, 0, &trk_counts_kind);
	double		total = 0;

	for (int64 i = 0; i < state->n; i++)
		total += (double) state->entries[i].counts[0];
	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < state->n; i++)
	{
		const TrkCategoryCountsEntry *e = &state->entries[i];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text_len(&row, e->key, e->len);
		trk_put_int(&row, e->counts[0]);
		trk_put_float(&row, (double) e->counts[0] / total);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(at_null_count);
/* _at_null_count(at_counts) returns bigint */
Datum
at_null_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(trk_category_counts_argument(fcinfo, 0, &trk_counts_kind)->nulls[0]);
}

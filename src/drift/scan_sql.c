/*
 * scan_sql.c
 *	  The SQL function that compares two behaviors, _at_behavior_tests().
 *
 * put_test() is the list of the columns of at_test in C, and the type in
 * sql/drift/detect.sql the one in SQL.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "drift/behavior_io.h"
#include "drift/scan.h"
#include "drift/scan_judge.h"
#include "stats/arrays.h"
#include "stats/figures.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/* The arguments of _at_behavior_tests(), by their position. */
enum
{
	ARG_BASELINE,
	ARG_OBSERVED,
	ARG_ALPHA,
	ARG_POWER,
	ARG_BASELINE_RATE,
	ARG_OBSERVED_RATE,
	ARG_PAIRED,
	ARG_PRIMARY_DIMENSIONS,
	ARG_INFORMATION,
	ARG_LOOK,
	ARG_FLAGS,
	ARG_BOUNDS
};

/* Set the columns of one test. */
static void
put_test(TrkComposite *row, const TrkScanTest *t)
{
	static const char *const levels[] = {"insufficient", "none", "low", "medium", "high"};

	trk_put_text(row, t->dimension);
	trk_put_text(row, t->test);
	trk_put_float(row, t->statistic);
	t->dof < 0 ? trk_put_null(row) : trk_put_int(row, t->dof);
	trk_put_tail(row, t->p);
	trk_put_float(row, t->q);
	trk_put_text(row, t->effect_name);
	trk_put_float(row, t->effect);
	trk_put_float(row, t->effect_lo);
	trk_put_float(row, t->effect_hi);
	trk_put_int(row, t->n[0]);
	trk_put_int(row, t->n[1]);
	trk_put_float(row, t->min_expected);
	trk_put_float(row, t->mde);
	trk_put_enum(row, levels[t->level]);
	trk_put(row, trk_flags_array(t));
	trk_put_text(row, t->bound);
	trk_put(row, trk_examples_array(&t->examples));
	trk_put_int(row, t->runs[0]);
	trk_put_int(row, t->runs[1]);
	trk_put_float(row, t->design_effect);
	trk_put_text(row, isnan(t->weight) ? NULL : t->is_primary ? "primary" : "secondary");
	trk_put_float(row, t->weight);
	trk_put_float(row, t->category_p);
	trk_put_float(row, t->least_p);
	trk_put_float(row, t->stake);
	trk_put_text(row, t->note);
}

/*
 * Return an argument that is the share of events which sampling kept; 1 when
 * it is NULL.
 */
static double
rate_argument(FunctionCallInfo fcinfo, int arg)
{
	double		rate = PG_ARGISNULL(arg) ? 1 : PG_GETARG_FLOAT8(arg);

	if (!(rate > 0 && rate <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a sample rate must be greater than 0 and at most 1")));
	return rate;
}

/*
 * Return for each run of the baseline the number of the observed run with the
 * same name, or -1.
 */
static int64 *
pair_runs(const TrkBehavior *baseline, const TrkBehavior *observed)
{
	int64	   *pairs = palloc_extended(sizeof(int64) * (baseline->runs.n + 1), MCXT_ALLOC_HUGE);

	for (int64 run = 0; run < baseline->runs.n; run++)
		pairs[run] = trk_dict_find(&observed->runs, baseline->runs.entries[run].s,
								   baseline->runs.entries[run].len);
	return pairs;
}

/* Return the scan of the arguments. */
static TrkScan
scan_arguments(FunctionCallInfo fcinfo)
{
	TrkScan		scan = {.alpha = PG_GETARG_FLOAT8(ARG_ALPHA), .power = PG_GETARG_FLOAT8(ARG_POWER)};

	if (!(scan.alpha > 0 && scan.alpha < 1 && scan.power > scan.alpha && scan.power < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("alpha and power must be between 0 and 1, power the greater")));
	for (int side = 0; side < 2; side++)
	{
		scan.sides[side] = trk_behavior_arg(fcinfo, ARG_BASELINE + side);
		scan.rates[side] = rate_argument(fcinfo, ARG_BASELINE_RATE + side);
	}
	if (!PG_ARGISNULL(ARG_PAIRED) && PG_GETARG_BOOL(ARG_PAIRED))
		scan.pairs = pair_runs(scan.sides[0], scan.sides[1]);
	scan.noncentrality = palloc0(sizeof(double) * (TRK_SCAN_CATEGORIES + 1));
	return scan;
}

/* Return which dimensions are looked at first by default. */
static const bool *
primary_by_default(void)
{
	bool	   *primary = palloc(sizeof(bool) * trk_dimension_count);

	for (int i = 0; i < trk_dimension_count; i++)
		primary[i] = trk_dimensions[i].rank == TRK_PRIMARY;
	return primary;
}

/* Return the flags that all tests get. */
static const char **
flags_argument(FunctionCallInfo fcinfo, int *n)
{
	const char **flags;
	Datum	   *texts;
	bool	   *nulls;

	*n = 0;
	if (PG_ARGISNULL(ARG_FLAGS))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(ARG_FLAGS), TEXTOID, -1, false, TYPALIGN_INT,
					  &texts, &nulls, n);
	if (*n > TRK_SCAN_GIVEN_FLAGS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at most %d flags can be given", TRK_SCAN_GIVEN_FLAGS)));
	flags = palloc(sizeof(char *) * (*n + 1));
	for (int i = 0; i < *n; i++)
		flags[i] = nulls[i] ? "" : TextDatumGetCString(texts[i]);
	return flags;
}

/* Read a value of at_level_bound. */
static void
read_bound(HeapTupleHeader row, TupleDesc desc, TrkLevelBound *bound)
{
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};
	Datum		values[6];
	bool		nulls[6];

	if (desc->natts != lengthof(values))
		elog(ERROR, "a bound has %d members", desc->natts);
	heap_deform_tuple(&tuple, desc, values, nulls);
	for (int i = 0; i < lengthof(values); i++)
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a bound must not have nulls")));
	bound->dimension = TextDatumGetCString(values[0]);
	bound->effect_name = TextDatumGetCString(values[1]);
	bound->low = DatumGetFloat8(values[2]);
	bound->medium = DatumGetFloat8(values[3]);
	bound->high = DatumGetFloat8(values[4]);
	bound->shown = TextDatumGetCString(values[5]);
}

/* Return the bounds of levels. */
static const TrkLevelBound *
bounds_argument(FunctionCallInfo fcinfo, int *n)
{
	TrkLevelBound *bounds;
	ArrayType  *array;
	TupleDesc	desc;
	Datum	   *rows;
	bool	   *nulls;

	*n = 0;
	if (PG_ARGISNULL(ARG_BOUNDS))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(ARG_BOUNDS);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &rows, &nulls, n);
	bounds = palloc(sizeof(TrkLevelBound) * (*n + 1));
	desc = lookup_rowtype_tupdesc(ARR_ELEMTYPE(array), -1);
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a bound must not be null")));
		read_bound(DatumGetHeapTupleHeader(rows[i]), desc, &bounds[i]);
	}
	ReleaseTupleDesc(desc);
	return bounds;
}

/* Return what the tests are judged by. */
static TrkJudging
judging_arguments(FunctionCallInfo fcinfo, TrkLooks *looks)
{
	TrkJudging	judging = {.alpha = PG_GETARG_FLOAT8(ARG_ALPHA)};

	judging.primary = PG_ARGISNULL(ARG_PRIMARY_DIMENSIONS) ? primary_by_default() :
		trk_dimensions_argument(fcinfo, ARG_PRIMARY_DIMENSIONS);
	if (!PG_ARGISNULL(ARG_INFORMATION))
	{
		*looks = trk_looks_argument(fcinfo, ARG_INFORMATION,
									PG_ARGISNULL(ARG_LOOK) ? 1 : PG_GETARG_INT32(ARG_LOOK),
									TRK_LOOKS_SHAPE);
		judging.looks = looks;
	}
	judging.flags = flags_argument(fcinfo, &judging.n_flags);
	judging.bounds = bounds_argument(fcinfo, &judging.n_bounds);
	return judging;
}

TRK_HIDE_CONTEXT_FUNCTION(at_behavior_tests);
/*
 * _at_behavior_tests(baseline at_behavior, observed at_behavior, alpha float8,
 * power float8, baseline_rate float8, observed_rate float8, paired boolean,
 * primary_dimensions text[], information float8[], look int, flags text[],
 * bounds at_level_bound[]) returns setof at_test
 */
static Datum
at_behavior_tests_body(PG_FUNCTION_ARGS)
{
	TrkScan		scan;
	TrkJudging	judging;
	TrkLooks	looks;
	TrkScanTest *tests;
	int64		n;

	trk_refuse_null_args(fcinfo, ARG_BASELINE, ARG_POWER + 1);
	scan = scan_arguments(fcinfo);
	judging = judging_arguments(fcinfo, &looks);
	InitMaterializedSRF(fcinfo, 0);
	tests = trk_scan(&scan, &n);
	trk_scan_judge(&judging, tests, n);
	for (int64 i = 0; i < n; i++)
	{
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		put_test(&row, &tests[i]);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

/*
 * sample_compare_sql.c
 *	  SQL functions that compare values given as arrays: at_ks_test,
 *	  at_mann_whitney, at_anderson_darling, at_cramer_von_mises,
 *	  at_wasserstein, at_welch, at_psi, at_quantile_shift.
 */
#include "base/trk.h"

#include "stats/arrays.h"
#include "stats/category_test_sql.h"
#include "stats/sample_compare_sql.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/* The most bins of a histogram that a comparison makes. */
#define MOST_BINS	10000

/*
 * The most lattice points of an exact test; it would take seconds with more.
 */
#define MOST_STEPS	1e9

/*
 * Set the last columns of every row: the sizes, and the number of values left
 * out.
 */
static void
put_sizes(TrkComposite *row, const TrkValues *b, const TrkValues *o)
{
	trk_put_int(row, b->n);
	trk_put_int(row, o->n);
	trk_put_int(row, b->nan + o->nan);
}

/* Return how many lattice points the method in the third argument allows. */
static double
ks_steps(FunctionCallInfo fcinfo)
{
	char	   *method = PG_NARGS() < 3 ? "auto" : text_to_cstring(PG_GETARG_TEXT_PP(2));

	if (strcmp(method, "auto") == 0)
		return TRK_KS_EXACT_CELLS;
	if (strcmp(method, "exact") == 0)
		return MOST_STEPS;
	if (strcmp(method, "asymptotic") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method of the test"),
				 errhint("Methods are auto, exact and asymptotic.")));
	return 0;
}

/* Return the result row of at_ks_test (Kolmogorov-Smirnov) for two samples. */
Datum
trk_ks_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	double		steps = ks_steps(fcinfo);
	TrkKs		test;
	TrkComposite row;

	trk_ks(b, o, steps, CurrentMemoryContext, &test);
	if (steps == MOST_STEPS && !isnan(test.d) && isnan(test.exact.p))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("samples are too large for an exact test")));
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.d);
	trk_put_float(&row, test.d_plus);
	trk_put_float(&row, test.d_minus);
	trk_put_float(&row, test.location);
	if (isnan(test.d))
		trk_put_null(&row);
	else
		trk_put_bool(&row, test.has_ties);
	trk_put_float(&row, test.exact.p);
	trk_put_float(&row, test.exact_ignoring_ties.p);
	trk_put_float(&row, test.asymptotic.p);
	trk_put_tail(&row, test.p);
	put_sizes(&row, b, o);
	return trk_composite_datum(&row);
}

/* Return the result row of at_mann_whitney for two samples. */
Datum
trk_mann_whitney_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	TrkMannWhitney test;
	TrkComposite row;

	trk_mann_whitney(b, o, CurrentMemoryContext, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.u_baseline);
	trk_put_float(&row, test.u_observed);
	trk_put_float(&row, test.auc);
	trk_put_float(&row, test.cliffs_delta);
	trk_put_float(&row, test.z);
	trk_put_tail(&row, test.two_sided);
	trk_put_float(&row, test.two_sided_no_cc);
	trk_put_float(&row, test.greater);
	trk_put_float(&row, test.less);
	trk_put_float(&row, test.exact_two_sided);
	trk_put_float(&row, test.exact_greater);
	trk_put_float(&row, test.exact_less);
	put_sizes(&row, b, o);
	return trk_composite_datum(&row);
}

/* Return the result row of at_cramer_von_mises for two samples. */
Datum
trk_cramer_von_mises_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	TrkCramerVonMises test;
	TrkComposite row;

	trk_cramer_von_mises(b, o, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.t);
	trk_put_float(&row, test.t_normalised);
	trk_put_tail(&row, test.p);
	put_sizes(&row, b, o);
	return trk_composite_datum(&row);
}

/* Return the result row of at_wasserstein for two samples. */
Datum
trk_wasserstein_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	TrkWasserstein w;
	TrkComposite row;

	trk_wasserstein(b, o, &w);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, w.w1);
	trk_put_float(&row, w.w1_over_robust_scale);
	trk_put_float(&row, w.energy_distance);
	trk_put_float(&row, w.median_shift);
	trk_put_float(&row, w.iqr_baseline);
	trk_put_bool(&row, !trk_values_are_finite(b) || !trk_values_are_finite(o));
	put_sizes(&row, b, o);
	return trk_composite_datum(&row);
}

/* Set the columns of Welch's test, without the sizes. */
static void
put_welch(TrkComposite *row, const TrkWelch *test, bool nonfinite)
{
	trk_put_float(row, test->t);
	trk_put_float(row, test->df);
	trk_put_tail(row, test->p);
	trk_put_float(row, test->mean_diff);
	trk_put_float(row, test->mean_diff_lo);
	trk_put_float(row, test->mean_diff_hi);
	trk_put_float(row, test->hedges_g);
	trk_put_bool(row, nonfinite);
}

/* Return the result row of at_welch for two samples. */
Datum
trk_welch_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	TrkWelch	test;
	TrkComposite row;

	trk_welch(b, o, &test);
	trk_composite_begin(&row, fcinfo);
	put_welch(&row, &test, !trk_values_are_finite(b) || !trk_values_are_finite(o));
	put_sizes(&row, b, o);
	return trk_composite_datum(&row);
}

/*
 * Return the result row of at_welch when only the moments of both sides are
 * known.
 */
Datum
trk_welch_moments_row(FunctionCallInfo fcinfo, const TrkMoments *b, const TrkMoments *o)
{
	int64		infinite[2] = {b->pos_inf + b->neg_inf, o->pos_inf + o->neg_inf};
	TrkWelch	test;
	TrkComposite row;

	trk_welch_moments(b, o, &test);
	trk_composite_begin(&row, fcinfo);
	put_welch(&row, &test, infinite[0] + infinite[1] > 0);
	trk_put_int(&row, b->n + infinite[0]);
	trk_put_int(&row, o->n + infinite[1]);
	trk_put_int(&row, b->nan + o->nan);
	return trk_composite_datum(&row);
}

/*
 * Return the result row of at_anderson_darling for k samples; nan is the
 * number of values that were left out.
 */
Datum
trk_samples_row(FunctionCallInfo fcinfo, const TrkValues *samples, int k, int64 nan)
{
	TrkAndersonDarling test;
	TrkComposite row;
	int64		n = 0;

	for (int i = 0; i < k; i++)
		n += samples[i].n;
	trk_anderson_darling(samples, k, CurrentMemoryContext, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.a2);
	trk_put_float(&row, test.standardized);
	trk_put_tail(&row, test.p);
	trk_put_int(&row, k);
	trk_put_int(&row, n);
	trk_put_int(&row, nan);
	return trk_composite_datum(&row);
}

/* Return the result row of at_anderson_darling for two samples. */
Datum
trk_anderson_darling_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	TrkValues	samples[2] = {*b, *o};

	return trk_samples_row(fcinfo, samples, 2, b->nan + o->nan);
}

/*
 * Return how many bins an argument asks for; the default is ten, which is
 * usual for PSI.
 */
int
trk_bins_argument(FunctionCallInfo fcinfo, int arg)
{
	int			bins = PG_NARGS() > arg ? PG_GETARG_INT32(arg) : 10;

	if (bins < 2 || bins > MOST_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must be from 2 to %d", MOST_BINS)));
	return bins;
}

/*
 * Return the result row of at_psi for two samples.  Bins lie between
 * quantiles of the baseline.
 */
Datum
trk_psi_values_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o)
{
	int			bins = trk_bins_argument(fcinfo, 2);
	TrkBins		binned;
	TrkTable	table;

	binned.edges = palloc(sizeof(double) * bins);
	binned.baseline = palloc(sizeof(int64) * bins);
	binned.observed = palloc(sizeof(int64) * bins);
	trk_bin(b, o, bins, &binned);
	trk_table_of(&table, binned.baseline, binned.observed, binned.n);
	return trk_psi_row(fcinfo, binned.edges, binned.n_edges, &table, b->nan + o->nan);
}

/*
 * Return the quantiles that an argument asks for; one outside 0 to 1 is an
 * ERROR.
 */
double *
trk_quantiles_argument(FunctionCallInfo fcinfo, int arg, int64 *n)
{
	double	   *q = trk_floats_argument(fcinfo, arg, n, NULL);

	for (int64 i = 0; i < *n; i++)
		if (!(q[i] >= 0 && q[i] <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a quantile is from 0 to 1")));
	return q;
}

/* Add one result row of at_quantile_shift to the function's set. */
void
trk_quantile_row(FunctionCallInfo fcinfo, double q, const TrkQuantileShift *s)
{
	TrkComposite row;

	trk_composite_begin_set(&row, fcinfo);
	trk_put_float(&row, q);
	trk_put_float(&row, s->baseline);
	trk_put_float(&row, s->observed);
	trk_put_float(&row, s->shift);
	trk_put_float(&row, s->shift_lo);
	trk_put_float(&row, s->shift_hi);
	trk_put_float(&row, s->ratio);
	trk_put_float(&row, s->baseline_lo);
	trk_put_float(&row, s->baseline_hi);
	trk_put_float(&row, s->observed_lo);
	trk_put_float(&row, s->observed_hi);
	trk_composite_store(&row);
}

/*
 * Return the result rows of at_quantile_shift, one for each quantile in this
 * argument.
 */
void
trk_quantile_rows(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o, int arg)
{
	int64		n;
	double	   *q = trk_quantiles_argument(fcinfo, arg, &n);

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < n; i++)
	{
		TrkQuantileShift s;

		trk_quantile_shift(b, o, q[i], &s);
		trk_quantile_row(fcinfo, q[i], &s);
	}
}

/* Return the values of an array argument, sorted. */
static TrkValues
values_argument(FunctionCallInfo fcinfo, int arg)
{
	int64		n;
	int64		nulls;
	double	   *v = trk_floats_argument(fcinfo, arg, &n, &nulls);
	TrkValues	values;

	trk_values_init(&values, v, n, CurrentMemoryContext);
	return values;
}

/* Run a test on two array arguments. */
static Datum
test_arrays(FunctionCallInfo fcinfo, TrkSampleTest test)
{
	TrkValues	b;
	TrkValues	o;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	b = values_argument(fcinfo, 0);
	o = values_argument(fcinfo, 1);
	return test(fcinfo, &b, &o);
}

TRK_HIDE_CONTEXT_FUNCTION(at_ks_test);
/* at_ks_test(baseline float8[], observed float8[]) returns at_ks_result */
static Datum
at_ks_test_body(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_ks_row);
}

PG_FUNCTION_INFO_V1(at_mann_whitney);
/* at_mann_whitney(baseline float8[], observed float8[]) returns at_mann_whitney_result */
Datum
at_mann_whitney(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_mann_whitney_row);
}

PG_FUNCTION_INFO_V1(at_cramer_von_mises);
/* at_cramer_von_mises(baseline float8[], observed float8[]) returns at_cramer_von_mises_result */
Datum
at_cramer_von_mises(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_cramer_von_mises_row);
}

PG_FUNCTION_INFO_V1(at_wasserstein);
/* at_wasserstein(baseline float8[], observed float8[]) returns at_wasserstein_result */
Datum
at_wasserstein(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_wasserstein_row);
}

PG_FUNCTION_INFO_V1(at_welch);
/* at_welch(baseline float8[], observed float8[]) returns at_welch_result */
Datum
at_welch(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_welch_row);
}

PG_FUNCTION_INFO_V1(at_anderson_darling_arrays);
/* at_anderson_darling(baseline float8[], observed float8[]) returns at_anderson_darling_result */
Datum
at_anderson_darling_arrays(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_anderson_darling_row);
}

PG_FUNCTION_INFO_V1(at_psi);
/* at_psi(baseline float8[], observed float8[], bins int) returns at_psi_result */
Datum
at_psi(PG_FUNCTION_ARGS)
{
	return test_arrays(fcinfo, trk_psi_values_row);
}

PG_FUNCTION_INFO_V1(at_quantile_shift);
/*
 * at_quantile_shift(baseline float8[], observed float8[], q float8[]) returns
 * setof at_quantile_shift_result
 */
Datum
at_quantile_shift(PG_FUNCTION_ARGS)
{
	TrkValues	b;
	TrkValues	o;

	if (trk_has_null_data(fcinfo, 2))
		return trk_no_rows(fcinfo);
	b = values_argument(fcinfo, 0);
	o = values_argument(fcinfo, 1);
	trk_quantile_rows(fcinfo, &b, &o, 2);
	return (Datum) 0;
}

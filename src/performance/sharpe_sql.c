/*
 * sharpe_sql.c
 *	  The SQL function at_sharpe_test.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "performance/rates.h"
#include "stats/figures.h"

/* The arguments of at_sharpe_test behind the rates. */
typedef struct SharpeOptions
{
	double		benchmark;		/* ratio per period */
	double		confidence;
	double		trials;			/* NaN when it is not known how many there were */
	double		variance;
} SharpeOptions;

/* Return the argument number n, or NaN for NULL. */
static double
optional_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NAN : PG_GETARG_FLOAT8(n);
}

/* Read and check the arguments behind the rates. */
static SharpeOptions
sharpe_options(FunctionCallInfo fcinfo)
{
	SharpeOptions o = {
		.benchmark = PG_GETARG_FLOAT8(3), .confidence = PG_GETARG_FLOAT8(4),
		.trials = optional_argument(fcinfo, 5), .variance = optional_argument(fcinfo, 6)
	};

	if (!(o.confidence > 0 && o.confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must be above 0 and below 1")));
	if (!isfinite(o.benchmark))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("benchmark_sharpe must be finite")));
	if (o.trials < 1 || isinf(o.trials) || o.variance < 0 || isinf(o.variance))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("trials must be at least 1 and trials_variance at least 0")));
	return o;
}

/* Put the columns of at_sharpe_figures into a row. */
static void
put_sharpe(TrkComposite *row, const TrkSharpe *s, const SharpeOptions *o)
{
	double		best = isnan(o->trials) ? NAN : trk_expected_best_sharpe(o->trials, o->variance);

	trk_put_int(row, s->n);
	trk_put_figure(row, s->ratio);
	trk_put_figure(row, s->skew);
	trk_put_figure(row, s->kurt_excess);
	trk_put_figure(row, trk_sharpe_error(s));
	trk_put_figure(row, trk_sharpe_probability(s, o->benchmark));
	trk_put_figure(row, trk_min_track_record(s, o->benchmark, o->confidence));
	trk_put_figure(row, best);
	trk_put_figure(row, trk_sharpe_probability(s, best));
}

PG_FUNCTION_INFO_V1(at_sharpe_test);
/*
 * at_sharpe_test(at_moments, periods, risk_free, benchmark_sharpe, confidence,
 * trials, trials_variance) returns at_sharpe_figures
 */
Datum
at_sharpe_test(PG_FUNCTION_ARGS)
{
	TrkComposite row;
	TrkState   *state;
	TrkMoments	moments;
	TrkRates	rates;
	SharpeOptions options;
	TrkSharpe	estimate;

	trk_refuse_null_args(fcinfo, 1, 4);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = trk_state_arg(fcinfo, 0, &at_moments_type);
	moments = trk_state_moments(state);
	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_ONLY, &at_moments_type, state);
	options = sharpe_options(fcinfo);
	estimate = trk_sharpe_estimate(&moments, &rates);
	trk_composite_begin(&row, fcinfo);
	put_sharpe(&row, &estimate, &options);
	return trk_composite_datum(&row);
}

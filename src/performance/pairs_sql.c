/*
 * pairs_sql.c
 *	  The type at_pairs, and the SQL functions over returns against a
 *	  benchmark.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "performance/return_states.h"

static const char *const pairs_names[] = {
	"n", "special", "wins", "up", "down", "ruined", "mean_r", "mean_b", "m2_r", "m2_b",
	"c_rb", "mean_d", "m2_d", "log_r", "log_b", "log_up_r", "log_up_b", "log_down_r",
	"log_down_b"
};

/* Check a state: counts must be valid, and sums of squares not negative. */
static bool
pairs_check(const TrkState *state)
{
	const TrkPairs *p = trk_state_as(const TrkPairs, state);

	return p->n >= 0 && p->special >= 0 && p->wins >= 0 && p->up >= 0 && p->down >= 0 &&
		p->ruined >= 0 && p->wins <= p->n && p->up <= p->n && p->down <= p->n - p->up &&
		p->ruined <= p->n && !(p->m2_r < 0) && !(p->m2_b < 0) && !(p->m2_d < 0);
}

const TrkStateType at_pairs_type = {
	.agg = TRK_STATE_AGG("at_pairs"), .version = 1, .ints = 6, .reals = 13, .names = pairs_names,
	.check = pairs_check
};

TRK_STATE_IO(at_pairs)

PG_FUNCTION_INFO_V1(at_pairs_add);
/* _at_pairs_add(at_pairs, ret, benchmark, [periods, rate]) returns at_pairs */
Datum
at_pairs_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_pairs_type);

	if (PG_NARGS() > 3)
		state = trk_state_set_args(fcinfo, 3, PG_NARGS() - 3, &at_pairs_type, state);
	trk_pairs_add(trk_state_as(TrkPairs, state), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_pairs_merge);
/* _at_pairs_merge(at_pairs, at_pairs) returns at_pairs */
Datum
at_pairs_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_pairs_type);
	TrkState   *other = trk_state_arg(fcinfo, 1, &at_pairs_type);

	state = trk_state_merge_args(&at_pairs_type, state, other);
	trk_pairs_merge(trk_state_as(TrkPairs, state), trk_state_as(TrkPairs, other));
	PG_RETURN_POINTER(state);
}

/* Make a state of the pairs of two arrays. */
static TrkState *
pairs_of_arrays(FunctionCallInfo fcinfo)
{
	TrkState   *state = trk_state_new(&at_pairs_type, 0, 0, 0);
	double	   *returns;
	double	   *benchmark;
	int64		n = trk_float8_pairs(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1),
									 &returns, &benchmark);

	for (int64 i = 0; i < n; i++)
		trk_pairs_add(trk_state_as(TrkPairs, state), returns[i], benchmark[i]);
	return state;
}

PG_FUNCTION_INFO_V1(at_pairs_of);
/* at_pairs_of(float8[], float8[]) returns at_pairs */
Datum
at_pairs_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(pairs_of_arrays(fcinfo));
}

/* Return a row of at_benchmark_figures. */
static Datum
benchmark_datum(FunctionCallInfo fcinfo, const TrkState *state, const TrkRates *rates)
{
	const TrkPairs *pairs = trk_state_as(const TrkPairs, state);
	TrkComposite row;
	TrkBenchmark b;

	trk_benchmark(pairs, rates, &b);
	trk_composite_begin(&row, fcinfo);
#define PUT(name)	trk_put_figure(&row, b.name);
	TRK_BENCHMARK_COLUMNS(PUT);
#undef PUT
	trk_put_int(&row, pairs->n);
	trk_put_int(&row, pairs->special);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_benchmark);
/* at_benchmark(at_pairs, periods, risk_free) returns at_benchmark_figures; final function */
Datum
at_benchmark(PG_FUNCTION_ARGS)
{
	TrkState   *state;
	TrkRates	rates;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	state = trk_state_arg(fcinfo, 0, &at_pairs_type);
	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_pairs_type, state);
	return benchmark_datum(fcinfo, state, &rates);
}

PG_FUNCTION_INFO_V1(at_benchmark_of);
/* at_benchmark(float8[], float8[], periods, risk_free) returns at_benchmark_figures */
Datum
at_benchmark_of(PG_FUNCTION_ARGS)
{
	TrkRates	rates;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	rates = trk_rates(fcinfo, 2, TRK_RISK_FREE_THEN_MAR, &at_pairs_type, NULL);
	return benchmark_datum(fcinfo, pairs_of_arrays(fcinfo), &rates);
}

/* Defines a function that returns one column of at_benchmark_figures. */
#define BENCHMARK_FUNCTION(name, column) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkState   *state; \
		TrkRates	rates; \
		TrkBenchmark b; \
		if (trk_has_null_data(fcinfo, 1)) \
			PG_RETURN_NULL(); \
		state = trk_state_arg(fcinfo, 0, &at_pairs_type); \
		rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_pairs_type, state); \
		trk_benchmark(trk_state_as(const TrkPairs, state), &rates, &b); \
		TRK_RETURN_FIGURE(b.column); \
	}

/* NAME(at_pairs, ...) returns float8; and as final functions */
BENCHMARK_FUNCTION(at_beta, beta)
BENCHMARK_FUNCTION(at_alpha, alpha_annual_geometric)
BENCHMARK_FUNCTION(at_information_ratio, information_ratio)
BENCHMARK_FUNCTION(at_tracking_error, tracking_error_annual)
BENCHMARK_FUNCTION(at_up_capture, up_capture)
BENCHMARK_FUNCTION(at_down_capture, down_capture)

/*
 * sample_figures_sql.c
 *	  Figures of returns that are computed from their distribution, in any
 *	  order.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "performance/rates.h"
#include "stats/figures.h"

/* Return the finite values of the sample in the first argument. */
static TrkSample
finite_sample(FunctionCallInfo fcinfo, TrkState **state)
{
	TrkSample	sample;

	*state = at_sample_type.settle(trk_state_arg(fcinfo, 0, &at_sample_type));
	sample = trk_state_sample(*state);
	while (sample.n_rows > 0 && isinf(trk_sample_value(&sample, 0)))
	{
		sample.n -= trk_sample_count(&sample, 0);
		sample.rows += sample.width;
		sample.n_rows--;
	}
	while (sample.n_rows > 0 && isinf(trk_sample_value(&sample, sample.n_rows - 1)))
		sample.n -= trk_sample_count(&sample, --sample.n_rows);
	return sample;
}

/*
 * Defines a function of a sample of returns with periods and rates, in this
 * order.
 */
#define SAMPLE_FUNCTION(name, order, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkState   *state; \
		TrkSample	s; \
		TrkRates	rates; \
		if (trk_has_null_data(fcinfo, 1)) \
			PG_RETURN_NULL(); \
		s = finite_sample(fcinfo, &state); \
		rates = trk_rates(fcinfo, 1, order, &at_sample_type, state); \
		(void) rates; \
		TRK_RETURN_FIGURE(figure); \
	}

/* NAME(at_sample, ...) returns float8; and as final functions */
SAMPLE_FUNCTION(at_total_return, TRK_MAR_ONLY, trk_total_return(&s))
SAMPLE_FUNCTION(at_ann_return, TRK_MAR_ONLY, trk_ann_return(&s, rates.periods))
SAMPLE_FUNCTION(at_downside_deviation, TRK_MAR_ONLY, trk_downside_deviation(&s, &rates))
SAMPLE_FUNCTION(at_sortino, TRK_MAR_ONLY, trk_sortino(&s, &rates))
SAMPLE_FUNCTION(at_omega, TRK_MAR_ONLY, trk_omega(&s, &rates))
SAMPLE_FUNCTION(at_tail_ratio, TRK_MAR_ONLY, trk_tail_ratio(&s))
SAMPLE_FUNCTION(at_gain_to_pain, TRK_MAR_ONLY, trk_gain_to_pain(&s))
SAMPLE_FUNCTION(at_hit_rate, TRK_MAR_ONLY, trk_hit_rate(&s))

/* Defines a function of a sample of returns and a share. */
#define SHARE_FUNCTION(name, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkState   *state; \
		TrkSample	s; \
		double		share; \
		if (trk_has_null_data(fcinfo, 1)) \
			PG_RETURN_NULL(); \
		s = finite_sample(fcinfo, &state); \
		share = PG_NARGS() > 1 ? PG_GETARG_FLOAT8(1) : \
			state->n_args > 0 ? trk_state_args(&at_sample_type, state)[0].r : 0.05; \
		trk_check_share(share, "share"); \
		TRK_RETURN_FIGURE(figure); \
	}

SHARE_FUNCTION(at_value_at_risk, trk_quantile_cont(&s, share))
SHARE_FUNCTION(at_expected_shortfall, trk_tail_mean(&s, share))

/*
 * moments_figures_sql.c
 *	  Figures of returns that are computed from their moments alone.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "performance/rates.h"
#include "stats/figures.h"

/* Declare the moments in the first argument as m; return when there are none. */
#define MOMENTS(state) \
	TrkState   *state; \
	TrkMoments	moments; \
	const TrkMoments *m = &moments; \
	if (trk_has_null_data(fcinfo, 1)) \
		PG_RETURN_NULL(); \
	state = trk_state_arg(fcinfo, 0, &at_moments_type); \
	moments = trk_state_moments(state)

/* Defines a function of the moments alone. */
#define MOMENT_FUNCTION(name, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		MOMENTS(state); \
		TRK_RETURN_FIGURE(figure); \
	}

/* Defines a function of the moments, with periods and rates. */
#define MOMENT_RATE_FUNCTION(name, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkRates	rates; \
		MOMENTS(state); \
		rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_moments_type, state); \
		TRK_RETURN_FIGURE(figure); \
	}

/* NAME(at_moments, ...) returns float8; and as final functions */
MOMENT_RATE_FUNCTION(at_volatility, trk_volatility(m, rates.periods))
MOMENT_RATE_FUNCTION(at_sharpe, trk_sharpe(m, &rates))
MOMENT_RATE_FUNCTION(at_kelly, trk_kelly(m, &rates))
MOMENT_RATE_FUNCTION(at_psr, trk_psr(m, &rates, rates.mar))

/* Return the share in the second argument; the default is five percent. */
static double
share_argument(FunctionCallInfo fcinfo)
{
	double		share = PG_NARGS() > 1 ? PG_GETARG_FLOAT8(1) : 0.05;

	trk_check_share(share, "share");
	return share;
}

MOMENT_FUNCTION(at_value_at_risk_gauss, trk_var_gauss(m, share_argument(fcinfo)))
MOMENT_FUNCTION(at_value_at_risk_cornish_fisher, trk_var_cornish_fisher(m, share_argument(fcinfo)))

/*
 * moments_sql.c
 *	  The type at_moments and what is made from it alone.
 */
#include "trk.h"

#include "statistics.h"

static const char *const moments_names[] = {
	"n", "nan", "pos_inf", "neg_inf", "mean", "mean_rest", "m2", "m3", "m4", "min", "max"
};

/* Counts are counts, and sums of even powers are not negative. */
static bool
moments_check(const TrkState *state)
{
	const TrkMoments *m = trk_state_as(const TrkMoments, state);

	return m->n >= 0 && m->nan >= 0 && m->pos_inf >= 0 && m->neg_inf >= 0 &&
		!(m->m2 < 0) && !(m->m4 < 0) && (m->n == 0 || m->min <= m->max);
}

const TrkStateType at_moments_type = {
	.name = "at_moments",.version = 1,.ints = 4,.reals = 7,.names = moments_names,
	.check = moments_check
};

TRK_STATE_IO(at_moments)

PG_FUNCTION_INFO_V1(at_moments_add);
/* at_moments_add(at_moments, value, [periods, rate]) returns at_moments */
Datum
at_moments_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_moments_type);

	if (PG_NARGS() > 2)
		state = trk_state_set_args(fcinfo, 2, PG_NARGS() - 2, &at_moments_type, state);
	trk_moments_add(trk_state_as(TrkMoments, state), PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_moments_merge);
/* at_moments_merge(at_moments, at_moments) returns at_moments */
Datum
at_moments_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_moments_type);
	TrkState   *other = trk_state_arg(fcinfo, 1, &at_moments_type);

	state = trk_state_merge_args(&at_moments_type, state, other);
	trk_moments_merge(trk_state_as(TrkMoments, state), trk_state_as(TrkMoments, other));
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_moments_of);
/* at_moments_of(float8[]) returns at_moments */
Datum
at_moments_of(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_new(&at_moments_type, 0, 0, 0);
	int64		n;
	double	   *values = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &n);

	for (int64 i = 0; i < n; i++)
		trk_moments_add(trk_state_as(TrkMoments, state), values[i]);
	PG_RETURN_POINTER(state);
}

/* The moments in the first argument. */
#define MOMENTS(state) \
	TrkState   *state = trk_state_arg(fcinfo, 0, &at_moments_type); \
	const TrkMoments *m = trk_state_as(const TrkMoments, state)

PG_FUNCTION_INFO_V1(at_describe);
/* at_describe(at_moments) returns at_moment_figures */
Datum
at_describe(PG_FUNCTION_ARGS)
{
	TrkFigures	out = {0};

	MOMENTS(state);

	trk_figure_count(&out, m->n);
	trk_figure(&out, trk_mean(m));
	trk_figure(&out, m->n > 0 ? m->min : NAN);
	trk_figure(&out, m->n > 0 ? m->max : NAN);
	trk_figure(&out, trk_var_pop(m));
	trk_figure(&out, trk_var_samp(m));
	trk_figure(&out, trk_skew_pop(m));
	trk_figure(&out, trk_kurt_excess_pop(m));
	trk_figure(&out, trk_skew_samp(m));
	trk_figure(&out, trk_kurt_excess_samp(m));
	trk_figure_count(&out, m->nan);
	trk_figure_count(&out, m->pos_inf);
	trk_figure_count(&out, m->neg_inf);
	return trk_figures_datum(fcinfo, &out);
}

/* A function of the moments alone. */
#define MOMENT_FUNCTION(name, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		MOMENTS(state); \
		TRK_RETURN_FIGURE(figure); \
	}

/* The same with periods and rates. */
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
MOMENT_FUNCTION(at_skewness_pop, trk_skew_pop(m))
MOMENT_FUNCTION(at_skewness_samp, trk_skew_samp(m))
MOMENT_FUNCTION(at_kurtosis_excess_pop, trk_kurt_excess_pop(m))
MOMENT_FUNCTION(at_kurtosis_excess_samp, trk_kurt_excess_samp(m))
MOMENT_RATE_FUNCTION(at_volatility, trk_volatility(m, rates.periods))
MOMENT_RATE_FUNCTION(at_sharpe, trk_sharpe(m, &rates))
MOMENT_RATE_FUNCTION(at_kelly, trk_kelly(m, &rates))
MOMENT_RATE_FUNCTION(at_psr, trk_psr(m, &rates, rates.mar))

/* The share in the second argument, or five percent. */
static double
share_argument(FunctionCallInfo fcinfo)
{
	double		share = PG_NARGS() > 1 ? PG_GETARG_FLOAT8(1) : 0.05;

	trk_check_share(share, "share");
	return share;
}

MOMENT_FUNCTION(at_var_gauss, trk_var_gauss(m, share_argument(fcinfo)))
MOMENT_FUNCTION(at_var_cornish_fisher, trk_var_cornish_fisher(m, share_argument(fcinfo)))

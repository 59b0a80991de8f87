/*
 * rates.c
 *	  Periods per year and annual rates as arguments of SQL functions.
 */
#include "base/trk.h"

#include "performance/rates.h"

/* Raise an ERROR unless an annual rate is a number above -1. */
static void
check_rate(double rate, const char *name)
{
	if (!(rate > -1 && isfinite(rate)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a number above -1", name),
				 errdetail("Rates are annual: 0.03 is three percent.")));
}

/* Read periods and rates from the arguments, or from those the aggregate had. */
TrkRates
trk_rates(FunctionCallInfo fcinfo, int first, TrkRateOrder order,
		  const TrkStateType *type, const TrkState *state)
{
	double		args[TRK_STATE_MAX_ARGS] = {252, 0, 0, 0};
	int			n = Min(PG_NARGS() - first, TRK_STATE_MAX_ARGS);
	TrkRates	rates;

	for (int i = 0; i < n; i++)
		args[i] = PG_GETARG_FLOAT8(first + i);
	if (n <= 0 && state != NULL)
		for (int i = 0; i < state->n_args; i++)
			args[i] = trk_state_args(type, state)[i].r;
	rates.periods = args[0];
	rates.risk_free = order == TRK_MAR_ONLY ? 0 : args[1];
	rates.mar = order == TRK_RISK_FREE_ONLY ? 0 : order == TRK_MAR_ONLY ? args[1] : args[2];
	if (!(rates.periods > 0 && isfinite(rates.periods)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods_per_year must be a number above zero")));
	check_rate(rates.risk_free, "risk_free_annual");
	check_rate(rates.mar, "mar_annual");
	return rates;
}

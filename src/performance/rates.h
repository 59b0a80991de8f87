/*
 * rates.h
 *	  Periods per year and annual rates as arguments of SQL functions.
 *
 * Called by the files behind the SQL functions of performance.
 */
#ifndef TRK_RATES_H
#define TRK_RATES_H

#include "fmgr.h"
#include "performance/returns.h"
#include "stats/state.h"

/* The meaning of the float8 arguments from first on. */
typedef enum TrkRateOrder
{
	TRK_RISK_FREE_THEN_MAR,		/* periods, risk_free, mar */
	TRK_RISK_FREE_ONLY,			/* periods, risk_free */
	TRK_MAR_ONLY				/* periods, mar */
} TrkRateOrder;

/*
 * Return periods and rates from SQL arguments; or in a final function, which
 * has only the state, those that the aggregate had.  The defaults are 252
 * periods a year (trading days) and rates of zero.
 */
extern TrkRates trk_rates(FunctionCallInfo fcinfo, int first, TrkRateOrder order,
						  const TrkStateType *type, const TrkState *state);

#endif							/* TRK_RATES_H */

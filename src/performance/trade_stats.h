/*
 * trade_stats.h
 *	  Statistics of closed trades, and the internal rate of return of flows.
 *	  Pure; called by the files behind the SQL functions.
 */
#ifndef TRK_TRADE_STATS_H
#define TRK_TRADE_STATS_H

#include "performance/returns.h"

/* Counts and money; figures that are not defined are NaN. */
typedef struct TrkTradeStats
{
	int64		n;
	int64		wins;
	int64		losses;
	int64		breakeven;
	double		gross_profit;
	double		gross_loss;		/* negative */
	double		net;
	double		win_rate;		/* by all trades */
	double		win_rate_decisive;	/* by wins and losses */
	double		avg_win;
	double		avg_loss;		/* negative */
	double		payoff;
	double		profit_factor;
	double		expectancy;
	double		expectancy_r;	/* in average losses */
	double		sd;
	double		sqn;
	double		sqn_capped;
	double		kelly;
	double		largest_win;
	double		largest_loss;
	int64		max_win_streak;
	int64		max_loss_streak;
	int64		current_streak; /* negative: losses */
	int64		risk_n;			/* trades with a planned risk above zero */
	double		expectancy_risk;	/* in planned risks */
	double		sqn_risk;
	double		sqn_risk_capped;
} TrkTradeStats;

/*
 * Statistics of n finite results in order of closing.  risks is NULL, or has
 * the planned risk of each (NaN: none).
 */
extern void trk_trade_stats(const double *pnl, const double *risks, int64 n,
							TrkTradeStats *out);

/*
 * The annual rate at which flows (positive: to the investor) at years have a
 * present value of zero; NaN without a change of sign or a root in
 * (-0.999999, 1e12).  Of several roots the one nearest to zero.
 */
extern double trk_xirr(const double *years, const double *amounts, int64 n);

#endif							/* TRK_TRADE_STATS_H */

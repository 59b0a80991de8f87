/*
 * trade_stats.h
 *	  Statistics of closed trades, and the internal rate of return of cash
 *	  flows.  Pure; called by the files behind the SQL functions.
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
	double		win_rate;		/* share of all trades */
	double		win_rate_decisive;	/* share of wins and losses */
	double		avg_win;
	double		avg_loss;		/* negative */
	double		payoff;
	double		profit_factor;
	double		expectancy;
	double		expectancy_r;	/* in units of the average loss */
	double		sd;
	double		sqn;
	double		sqn_capped;
	double		kelly;
	double		largest_win;
	double		largest_loss;
	int64		max_win_streak;
	int64		max_loss_streak;
	int64		current_streak; /* negative: a streak of losses */
	int64		risk_n;			/* number of trades with a planned risk above zero */
	double		expectancy_risk;	/* in units of the planned risk */
	double		sqn_risk;
	double		sqn_risk_capped;
} TrkTradeStats;

/*
 * Compute the statistics of n finite results in order of closing. risks is
 * NULL, or has the planned risk of each result (NaN if there is none).
 */
extern void trk_trade_stats(const double *pnl, const double *risks, int64 n,
							TrkTradeStats *out);

/*
 * Return the annual rate at which the cash flows (positive: to the investor)
 * at these times in years have a present value of zero.  It is NaN without a
 * change of sign or without a root in (-0.999999, 1e12).  Of several roots it
 * is the one nearest to zero.
 */
extern double trk_xirr(const double *years, const double *amounts, int64 n);

#endif							/* TRK_TRADE_STATS_H */

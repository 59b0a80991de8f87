/*
 * sharpe.h
 *	  How much an estimated Sharpe ratio can be trusted: standard error,
 *	  probability, track record, and the best of many trials.  Pure; called by
 *	  the figures of returns.
 *
 * All ratios are per period and not annualized.  Figures that are not defined
 * are NaN.
 */
#ifndef TRK_SHARPE_H
#define TRK_SHARPE_H

#include "base/trk.h"

/* An estimated Sharpe ratio, and the moments that its error depends on. */
typedef struct TrkSharpe
{
	int64		n;				/* number of returns */
	double		ratio;			/* excess mean divided by sample deviation */
	double		skew;			/* of the population: g1 */
	double		kurt_excess;	/* of the population: g2 */
} TrkSharpe;

extern double trk_sharpe_error(const TrkSharpe *s);

/* Return the probability that the true ratio is above benchmark. */
extern double trk_sharpe_probability(const TrkSharpe *s, double benchmark);

/*
 * Return how many returns are needed to be sure, with this confidence, that the
 * true ratio is above benchmark; NaN unless the estimate is above it.
 */
extern double trk_min_track_record(const TrkSharpe *s, double benchmark, double confidence);

/*
 * Return the greatest ratio to expect among independent trials without any
 * skill, whose ratios have this variance.
 */
extern double trk_expected_best_sharpe(double trials, double variance);

#endif							/* TRK_SHARPE_H */

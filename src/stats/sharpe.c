/*
 * sharpe.c
 *	  How much an estimated Sharpe ratio can be trusted (see sharpe.h).
 *
 * The error is that of Mertens (2002), which needs no normal returns.  What
 * follows from it is from Bailey and Lopez de Prado: The Sharpe Ratio Efficient
 * Frontier (2012) has the probability and the minimum track record length, The
 * Deflated Sharpe Ratio (2014) the correction for the number of trials.
 */
#include "base/trk.h"

#include "stats/sharpe.h"

#include "stats/special_normal.h"

#include <math.h>

#define EULER_GAMMA		0.57721566490153286061
#define EULER_E			2.71828182845904523536

/*
 * Return the variance of the estimate times n - 1: for normal returns
 * 1 + ratio^2 / 2.
 */
static double
spread(const TrkSharpe *s)
{
	double		v = 1 - s->skew * s->ratio + (s->kurt_excess + 2) / 4 * s->ratio * s->ratio;

	return v > 0 ? v : NAN;
}

/* Return the standard error of the estimate. */
double
trk_sharpe_error(const TrkSharpe *s)
{
	return s->n > 1 ? sqrt(spread(s) / (double) (s->n - 1)) : NAN;
}

/* Return the probability that the true ratio is above benchmark. */
double
trk_sharpe_probability(const TrkSharpe *s, double benchmark)
{
	return trk_normal_cdf((s->ratio - benchmark) / trk_sharpe_error(s));
}

/* Return the number of returns at which the probability reaches confidence. */
double
trk_min_track_record(const TrkSharpe *s, double benchmark, double confidence)
{
	/* up to a half any record is long enough */
	double		z = Max(0, trk_normal_quantile(confidence));
	double		excess = s->ratio - benchmark;

	return excess > 0 ? 1 + spread(s) * (z / excess) * (z / excess) : NAN;
}

/*
 * Return the expected maximum of normal draws with mean zero, in the
 * approximation of the paper.  Quantiles near one are taken from the lower
 * tail, where they keep all digits.
 */
double
trk_expected_best_sharpe(double trials, double variance)
{
	double		draws;

	if (trials <= 1)
		return 0;
	draws = (1 - EULER_GAMMA) * trk_normal_quantile(1 / trials) +
		EULER_GAMMA * trk_normal_quantile(1 / (trials * EULER_E));
	/* the approximation is below zero for less than about one and a half draws */
	return sqrt(variance) * Max(0, -draws);
}

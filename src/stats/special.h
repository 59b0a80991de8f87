/*
 * special.h
 *	  Special functions of the statistics: upper tails of the reference
 *	  distributions.  Each is computed directly (never as 1 - cdf) and together
 *	  with its decimal logarithm, which stays finite where the probability
 *	  underflows.
 *
 * Pure: uses libm and nothing else.  Called by the files of drift and
 * statistics and by the SQL functions at_*_sf.  A NaN argument gives NaN.
 */
#ifndef TRK_SPECIAL_H
#define TRK_SPECIAL_H

#include <math.h>

#include "base/trk.h"

/* For exact differences of products of counts. */
typedef __int128 TrkInt128;

#define TRK_LN10	2.302585092994045684
#define TRK_LN2		0.693147180559945309
#define TRK_PI		3.141592653589793238

/* The 97.5 % point of the normal distribution. */
#define TRK_Z975	1.959963984540054236

/* A probability; log10 is finite when p is 0 by underflow. */
typedef struct TrkTail
{
	double		p;
	double		log10;
} TrkTail;

/* Make a tail of a probability that did not underflow, or of 1 - q. */
extern TrkTail trk_tail_of(double p);
extern TrkTail trk_tail_complement(double q);

/* Make a tail of exp(log_scale) * factor; the product may underflow. */
extern TrkTail trk_tail_scaled(double log_scale, double factor);

/* Return the sum of two tails, or k times a tail, at most 1. */
extern TrkTail trk_tail_sum(TrkTail a, TrkTail b);
extern TrkTail trk_tail_times(double k, TrkTail t);

/* Compute d - log1p(d) without cancellation for small d. */
extern double trk_log1p_minus(double d);

/*
 * Compute (1 + d) log1p(d) - d, which is the deviance of x = m (1 + d) from m,
 * divided by m.
 */
extern double trk_deviance(double d);

/* Return log Gamma(a) minus Stirling's approximation of it. */
extern double trk_stirling_error(double a);

/*
 * The chi-square distribution with df > 0 degrees of freedom: upper tail,
 * quantile, and the upper tail of the noncentral distribution.
 */
extern TrkTail trk_chi2_sf(double x, double df);
extern double trk_chi2_quantile(double alpha, double df);
extern TrkTail trk_noncentral_chi2_sf(double x, double df, double lambda);

/*
 * Return the noncentrality at which a chi-square test at level alpha has this
 * power.
 */
extern double trk_noncentrality(double df, double alpha, double power);

extern TrkTail trk_normal_tail(double z);

/*
 * The regularized incomplete beta function I_x(a, b), where y is 1 - x, and
 * distributions that are computed from it.
 */
extern TrkTail trk_beta_tail(double a, double b, double x, double y);
extern TrkTail trk_t_sf(double t, double df);
extern TrkTail trk_f_sf(double x, double df1, double df2);

/*
 * Return P(X > k) for the number X of successes in n trials of probability p.
 */
extern TrkTail trk_binomial_sf(double k, double n, double p);

/*
 * Limit distributions of the statistics of Kolmogorov, Anderson-Darling (two
 * samples) and Cramer-von Mises.
 */
extern TrkTail trk_kolmogorov_sf(double x);
extern TrkTail trk_anderson_darling_k2_sf(double x);
extern TrkTail trk_cramer_von_mises_sf(double x);

/*
 * Tails of the hypergeometric distribution, given the margins of a 2 x 2
 * table.
 */
typedef struct TrkFisher
{
	TrkTail		two_sided;
	TrkTail		less;			/* the first cell is at most as observed */
	TrkTail		greater;		/* the first cell is at least as observed */
} TrkFisher;

extern void trk_fisher(int64 a, int64 b, int64 c, int64 d, TrkFisher *fisher);

/*
 * Return P(X > k), where n items are drawn without replacement out of all
 * items and X of them are marked.
 */
extern TrkTail trk_hypergeometric_sf(int64 k, int64 n, int64 marked, int64 all);

/* Draw from that distribution, by a uniform random number between 0 and 1. */
extern int64 trk_hypergeometric_draw(int64 n, int64 marked, int64 all, double u);

/*
 * Compute the exact P(D >= h/(n m)) of the two-sample Kolmogorov-Smirnov
 * statistic.  If ends is given, D may be read only at places s (1 .. n + m
 * values in order) with ends[s], which is false inside a group of ties.
 * Returns false when the probability is below 1e-500, which is out of range.
 */
extern bool trk_smirnov_sf(int64 n, int64 m, int64 h, const bool *ends,
						   MemoryContext context, TrkTail *tail);

/*
 * Return how many cells that takes; widest is the size of the largest group of
 * ties.
 */
extern double trk_smirnov_cells(int64 n, int64 m, int64 h, int64 widest);

#endif							/* TRK_SPECIAL_H */

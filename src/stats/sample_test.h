/*
 * sample_test.h
 *	  Compares two samples of numbers.  Pure; called by the SQL functions over
 *	  values.
 *
 * The second sample is the observed one.  Figures that are not defined are
 * NaN.  Infinite values have ranks like others.  A sample has at most
 * TRK_MAX_SAMPLE values, so that products of sizes and ranks are exact.
 */
#ifndef TRK_DRIFT_SAMPLE_H
#define TRK_DRIFT_SAMPLE_H

#include "stats/moments.h"
#include "stats/two_samples.h"

/*
 * The most lattice points of an exact Kolmogorov-Smirnov test; they take a
 * quarter of a second.
 */
#define TRK_KS_EXACT_CELLS	5e7

/* Mann-Whitney is exact up to this product of the sample sizes. */
#define TRK_MANN_WHITNEY_EXACT	2500

/* The largest sample. */
#define TRK_MAX_SAMPLE	(INT64CONST(1) << 28)

typedef struct TrkKs
{
	double		d;
	double		d_plus;			/* where the baseline's cumulative share is larger */
	double		d_minus;
	double		location;		/* the value at which the difference is largest */
	bool		has_ties;
	TrkTail		exact;			/* given the ties; NaN when too large to compute */
	TrkTail		exact_ignoring_ties;
	TrkTail		asymptotic;
	TrkTail		p;				/* the best of the three */
} TrkKs;

/* The p is exact when that takes at most exact_cells lattice points. */
extern void trk_ks(const TrkValues *b, const TrkValues *o, double exact_cells,
				   MemoryContext context, TrkKs *test);

typedef struct TrkMannWhitney
{
	double		u_baseline;
	double		u_observed;
	double		auc;			/* probability that an observed value is greater than one of the
								 * baseline */
	double		cliffs_delta;
	double		z;
	TrkTail		two_sided;
	double		two_sided_no_cc;
	double		greater;		/* one-sided p: observed values are greater */
	double		less;
	double		exact_two_sided;	/* NaN when too large to compute */
	double		exact_greater;
	double		exact_less;
} TrkMannWhitney;

extern void trk_mann_whitney(const TrkValues *b, const TrkValues *o, MemoryContext context,
							 TrkMannWhitney *test);

typedef struct TrkCramerVonMises
{
	double		t;
	double		t_normalised;
	TrkTail		p;
} TrkCramerVonMises;

extern void trk_cramer_von_mises(const TrkValues *b, const TrkValues *o, TrkCramerVonMises *test);

typedef struct TrkAndersonDarling
{
	double		a2;
	double		standardized;
	TrkTail		p;				/* only for two samples */
} TrkAndersonDarling;

/* The test of k samples. */
extern void trk_anderson_darling(const TrkValues *samples, int k, MemoryContext context,
								 TrkAndersonDarling *test);

typedef struct TrkWasserstein
{
	double		w1;
	double		w1_over_robust_scale;
	double		energy_distance;
	double		median_shift;
	double		iqr_baseline;
} TrkWasserstein;

extern void trk_wasserstein(const TrkValues *b, const TrkValues *o, TrkWasserstein *w);

typedef struct TrkWelch
{
	double		t;
	double		df;
	TrkTail		p;
	double		mean_diff;
	double		mean_diff_lo;	/* 95 % interval */
	double		mean_diff_hi;
	double		hedges_g;
} TrkWelch;

extern void trk_welch(const TrkValues *b, const TrkValues *o, TrkWelch *test);

/* Welch's test from moments alone. */
extern void trk_welch_moments(const TrkMoments *b, const TrkMoments *o, TrkWelch *test);

/*
 * Counts of both sides in bins between quantiles of the baseline.  Equal edges
 * are merged, and bins that are empty on both sides are dropped. edges,
 * baseline and observed need space for as many numbers as bins were asked for.
 */
typedef struct TrkBins
{
	double	   *edges;
	int64	   *baseline;
	int64	   *observed;
	int			n_edges;
	int			n;				/* number of bins left */
} TrkBins;

extern void trk_bin(const TrkValues *b, const TrkValues *o, int bins, TrkBins *result);

/* A quantile of both sides, with 95 % intervals. */
typedef struct TrkQuantileShift
{
	double		baseline;
	double		observed;
	double		shift;			/* observed minus baseline */
	double		shift_lo;
	double		shift_hi;
	double		ratio;			/* only for positive baselines */
	double		baseline_lo;
	double		baseline_hi;
	double		observed_lo;
	double		observed_hi;
} TrkQuantileShift;

extern void trk_quantile_shift(const TrkValues *b, const TrkValues *o, double q,
							   TrkQuantileShift *shift);

/*
 * Compute the ranks of the values that bound a quantile of n values; a rank is
 * 0 or n + 1 where there is no bound.  And compute shift and ratio, with
 * intervals, when the quantiles of both sides are already set.
 */
extern void trk_quantile_ranks(int64 n, double q, int64 *low, int64 *high);
extern void trk_quantile_compare(TrkQuantileShift *shift);

#endif							/* TRK_DRIFT_SAMPLE_H */

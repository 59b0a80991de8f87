/*
 * sample_test.h
 *	  Comparing two samples of numbers.  Pure; called by the SQL functions over
 *	  values.
 *
 * The second sample is the observed one.  What is undefined is NaN.  Infinite
 * values have their rank.  A sample has at most TRK_MAX_SAMPLE values, so that
 * products of sizes and ranks are exact.
 */
#ifndef TRK_DRIFT_SAMPLE_H
#define TRK_DRIFT_SAMPLE_H

#include "stats/moments.h"
#include "stats/two_samples.h"

/* Lattice points an exact Kolmogorov-Smirnov test may walk: a quarter second. */
#define TRK_KS_EXACT_CELLS	5e7

/* Products of sizes up to which Mann-Whitney is exact. */
#define TRK_MANN_WHITNEY_EXACT	2500

/* The largest sample. */
#define TRK_MAX_SAMPLE	(INT64CONST(1) << 28)

typedef struct TrkKs
{
	double		d;
	double		d_plus;			/* where the baseline's share is larger */
	double		d_minus;
	double		location;		/* the value at which it is largest */
	bool		has_ties;
	TrkTail		exact;			/* given the ties; NaN when too large */
	TrkTail		exact_ignoring_ties;
	TrkTail		asymptotic;
	TrkTail		p;				/* the best of these */
} TrkKs;

/* Exact when that takes at most so many lattice points. */
extern void trk_ks(const TrkValues *b, const TrkValues *o, double exact_cells,
				   MemoryContext context, TrkKs *test);

typedef struct TrkMannWhitney
{
	double		u_baseline;
	double		u_observed;
	double		auc;			/* an observed value is the greater */
	double		cliffs_delta;
	double		z;
	TrkTail		two_sided;
	double		two_sided_no_cc;
	double		greater;		/* observed values are */
	double		less;
	double		exact_two_sided;	/* NaN when too large */
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
	TrkTail		p;				/* of two samples */
} TrkAndersonDarling;

/* k samples. */
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

/* The same from moments. */
extern void trk_welch_moments(const TrkMoments *b, const TrkMoments *o, TrkWelch *test);

/*
 * Counts of both sides in bins between quantiles of the baseline, equal edges
 * merged, bins empty on both sides dropped.  edges, baseline and observed have
 * room for bins numbers.
 */
typedef struct TrkBins
{
	double	   *edges;
	int64	   *baseline;
	int64	   *observed;
	int			n_edges;
	int			n;				/* bins left */
} TrkBins;

extern void trk_bin(const TrkValues *b, const TrkValues *o, int bins, TrkBins *result);

/* A quantile on both sides, with 95 % intervals. */
typedef struct TrkQuantileShift
{
	double		baseline;
	double		observed;
	double		shift;			/* observed less baseline */
	double		shift_lo;
	double		shift_hi;
	double		ratio;			/* of positive baselines */
	double		baseline_lo;
	double		baseline_hi;
	double		observed_lo;
	double		observed_hi;
} TrkQuantileShift;

extern void trk_quantile_shift(const TrkValues *b, const TrkValues *o, double q,
							   TrkQuantileShift *shift);

/*
 * Ranks of the values that bound a quantile of n: 0 and n + 1 where there is
 * none; and the shift and ratio, with intervals, of what is known of both sides.
 */
extern void trk_quantile_ranks(int64 n, double q, int64 *low, int64 *high);
extern void trk_quantile_compare(TrkQuantileShift *shift);

#endif							/* TRK_DRIFT_SAMPLE_H */

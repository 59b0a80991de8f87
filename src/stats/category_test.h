/*
 * category_test.h
 *	  Compares two vectors of counts over the same categories: tests of
 *	  homogeneity, distances, one category against the rest, clustered counts,
 *	  two proportions.  Pure; called by the SQL functions over counts.
 *
 * Figures that are not defined are NaN.  Counts must not be negative, and the
 * total of each side is at most 2^62.  Categories that are empty on both sides
 * are ignored.
 */
#ifndef TRK_DRIFT_COUNTS_H
#define TRK_DRIFT_COUNTS_H

#include "stats/special.h"

/* The largest total of a side: products of two totals fit in 128 bits. */
#define TRK_MAX_TOTAL	(INT64CONST(1) << 62)

/* Two sides of k categories. */
typedef struct TrkTable
{
	const int64 *baseline;
	const int64 *observed;
	int			k;
	int			used;			/* categories that are not empty */
	int64		n1;
	int64		n2;
} TrkTable;

/*
 * Set up a table: the totals and the number of used categories.  Returns false
 * when a total is too large.
 */
extern bool trk_table_init(TrkTable *table, const int64 *baseline, const int64 *observed, int k);

/*
 * Return baseline[j] n2 - observed[j] n1, which has the sign and size of a
 * category's change.
 */
static inline double
trk_table_change(const TrkTable *t, int j)
{
	return (double) ((TrkInt128) t->baseline[j] * t->n2 - (TrkInt128) t->observed[j] * t->n1);
}

/* Return whether both sides have observations. */
static inline bool
trk_table_is_defined(const TrkTable *t)
{
	return t->n1 > 0 && t->n2 > 0;
}

typedef struct TrkChi2
{
	double		statistic;
	int			dof;
	TrkTail		p;
	double		cramers_v;
	double		cramers_v_corrected;
	double		min_expected;
	int64		cells_expected_lt5;
	double		statistic_yates;	/* for two categories only */
	double		p_yates;
} TrkChi2;

extern void trk_chi2(const TrkTable *table, TrkChi2 *test);

/* Compute Pearson's statistic without its p. */
extern double trk_pearson(const TrkTable *table);

/* How the p of a table is computed. */
typedef enum TrkChi2Method
{
	TRK_CHI2_PEARSON,
	TRK_CHI2_G,
	TRK_CHI2_FISHER,			/* for two categories only */
	TRK_CHI2_MC,				/* by Monte Carlo, among random tables with the same margins */
	TRK_CHI2_AUTO				/* Pearson or Fisher, after rare categories are pooled */
} TrkChi2Method;

/*
 * The largest total for which random tables are drawn, and their number.  With
 * 9999 of them the smallest p is 1/10000.
 */
#define TRK_MC_TOTAL	INT64CONST(100000000)
#define TRK_MC_TABLES	9999

/* Scratch memory for pooling: one entry for each category. */
typedef struct TrkPool
{
	int64		baseline;
	int64		observed;
	int			category;
} TrkPool;

/*
 * Merge the rarest categories into one, the first of the new table, until
 * expected counts are large enough for Pearson's test: at least 1, and at
 * least 5 in four of five cells (Cochran, 1954).  Stops at two categories.
 * Returns how many were merged. pool and the counts need space for k entries.
 */
extern int	trk_pool_rare(const TrkTable *table, TrkPool *pool, int64 *baseline,
						  int64 *observed, TrkTable *pooled);

/*
 * Estimate the p of a table of at most TRK_MC_TOTAL observations by Monte
 * Carlo.
 */
extern double trk_chi2_random(const TrkTable *table, TrkPool *pool, int64 *baseline,
							  int64 *observed, uint64 seed);

/*
 * Fisher's exact test of the two used categories of a table.  The first cell
 * is that of the observed side.
 */
extern void trk_fisher_of(const TrkTable *table, TrkFisher *fisher);

typedef struct TrkG
{
	double		statistic;
	int			dof;
	TrkTail		p;
} TrkG;

extern void trk_g(const TrkTable *table, TrkG *test);

typedef struct TrkDivergence
{
	double		psi_raw;
	double		psi_smoothed_half;
	TrkTail		psi_p;
	double		psi_expected;	/* its expected value when there is no drift */
	double		js_bits;
	double		js_distance;
	double		kl;
	double		hellinger;
	double		tvd;
	double		linf;
	double		entropy_baseline;
	double		entropy_observed;
} TrkDivergence;

extern void trk_divergence(const TrkTable *table, TrkDivergence *d);

/* One category against the rest. */
typedef struct TrkCategory
{
	double		baseline_share;
	double		observed_share;
	double		delta;
	double		cohens_h;
	double		adj_residual;
	double		fisher_p;
} TrkCategory;

extern void trk_category(const TrkTable *table, int j, TrkCategory *category);

extern double trk_cohens_h(double share1, double share2);

typedef struct TrkProportion
{
	double		diff;
	double		z;
	TrkTail		p;
	double		cohens_h;
	double		wilson[2][2];	/* [side][lower, upper] */
	double		newcombe[2];
} TrkProportion;

extern void trk_proportion(int64 x1, int64 n1, int64 x2, int64 n2, TrkProportion *test);

/* Counts by run and category, row by row; sizes are the sums of the rows. */
typedef struct TrkRuns
{
	const int64 *counts;
	int64		runs;
	const int64 *sizes;			/* only trk_chi2_clustered() needs it */
} TrkRuns;

typedef struct TrkClustered
{
	TrkChi2		naive;
	double		design_effect;
	double		statistic;		/* divided by the design effect, which is taken as at least 1 */
	TrkTail		p;
	double		effective_n;
	int64		runs[2];		/* number of runs with at least one decision */
} TrkClustered;

/* The table holds the sums over the runs. */
extern void trk_chi2_clustered(const TrkTable *table, const TrkRuns runs[2], TrkClustered *test);

/*
 * The input of the Cochran-Mantel-Haenszel test: strata, each a table of the
 * same k categories.
 */
typedef struct TrkStrata
{
	const int64 *baseline;		/* stratum after stratum */
	const int64 *observed;
	int			strata;
	int			k;
} TrkStrata;

typedef struct TrkStratified
{
	double		statistic;
	int			dof;
	TrkTail		p;
	int			strata;			/* number of strata that have both sides */

	/*
	 * for two categories: the odds of the first one, observed relative to baseline
	 */
	double		odds_ratio;		/* common to all strata, by Mantel and Haenszel */
	double		odds_ratio_lo;	/* 95 % interval */
	double		odds_ratio_hi;
	double		breslow_day;	/* test of equal odds ratios in all strata */
	double		tarone;			/* the same with Tarone's correction */
	int			homogeneity_dof;
	TrkTail		homogeneity_p;	/* p of the corrected statistic */
} TrkStratified;

/*
 * The sides of a stratum must sum to at most 2^62. scratch needs space for (k
 * + 2) k numbers.
 */
extern void trk_stratified(const TrkStrata *strata, double *scratch, TrkStratified *test);

#endif							/* TRK_DRIFT_COUNTS_H */

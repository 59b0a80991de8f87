/*
 * category_test.h
 *	  Comparing two vectors of counts over the same categories: tests of
 *	  homogeneity, distances, one category against the rest, clustered counts,
 *	  two proportions.  Pure; called by the SQL functions over counts.
 *
 * What is undefined is NaN.  Counts are not negative and each side's total is
 * at most 2^62; categories empty on both sides do not count.
 */
#ifndef TRK_DRIFT_COUNTS_H
#define TRK_DRIFT_COUNTS_H

#include "stats/special.h"

/* The largest total of a side. */
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

/* Sets used and the totals; false when one is too large. */
extern bool trk_table_init(TrkTable *table, const int64 *baseline, const int64 *observed, int k);

/* baseline[j] n2 - observed[j] n1: the sign and size of a category's change. */
static inline double
trk_table_change(const TrkTable *t, int j)
{
	return (double) ((TrkInt128) t->baseline[j] * t->n2 - (TrkInt128) t->observed[j] * t->n1);
}

/* Is there anything to compare? */
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
	double		statistic_yates;	/* of two categories */
	double		p_yates;
} TrkChi2;

extern void trk_chi2(const TrkTable *table, TrkChi2 *test);

/* Pearson's statistic alone. */
extern double trk_pearson(const TrkTable *table);

/* How the p of a table is found. */
typedef enum TrkChi2Method
{
	TRK_CHI2_PEARSON,
	TRK_CHI2_G,
	TRK_CHI2_FISHER,			/* two categories */
	TRK_CHI2_MC,				/* among random tables of the same margins */
	TRK_CHI2_AUTO				/* Pearson or Fisher, rare categories pooled */
} TrkChi2Method;

/* The largest table of which random ones are drawn, and how many are. */
#define TRK_MC_TOTAL	INT64CONST(100000000)
#define TRK_MC_TABLES	9999

/* Space that pooling needs: one for each category. */
typedef struct TrkPool
{
	int64		baseline;
	int64		observed;
	int			category;
} TrkPool;

/*
 * Make expected counts large enough for Pearson's test: at least 1, and 5 in
 * four of five cells.  The rarest categories become one, the first of the new
 * table, until that is so or two are left; returns how many.  pool has room
 * for the table's k categories, the counts too.
 */
extern int	trk_pool_rare(const TrkTable *table, TrkPool *pool, int64 *baseline,
						  int64 *observed, TrkTable *pooled);

/* P of a table of at most TRK_MC_TOTAL observations among random tables. */
extern double trk_chi2_random(const TrkTable *table, TrkPool *pool, int64 *baseline,
							  int64 *observed, uint64 seed);

/* Fisher's test of a table's two used categories: the observed side's first. */
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
	double		psi_expected;	/* without drift */
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
	double		wilson[2][2];	/* side; lower, upper */
	double		newcombe[2];
} TrkProportion;

extern void trk_proportion(int64 x1, int64 n1, int64 x2, int64 n2, TrkProportion *test);

/* Counts by run and category, row by row; sizes are the sums of the rows. */
typedef struct TrkRuns
{
	const int64 *counts;
	int64		runs;
	const int64 *sizes;			/* needed by trk_chi2_clustered */
} TrkRuns;

typedef struct TrkClustered
{
	TrkChi2		naive;
	double		design_effect;
	double		statistic;		/* over the effect, floored at 1 */
	TrkTail		p;
	double		effective_n;
	int64		runs[2];		/* with at least one decision */
} TrkClustered;

/* table holds the sums over the runs. */
extern void trk_chi2_clustered(const TrkTable *table, const TrkRuns runs[2], TrkClustered *test);

/* Cochran, Mantel and Haenszel over strata, each a table of the same k. */
typedef struct TrkStrata
{
	const int64 *baseline;		/* stratum by stratum */
	const int64 *observed;
	int			strata;
	int			k;
} TrkStrata;

typedef struct TrkStratified
{
	double		statistic;
	int			dof;
	TrkTail		p;
	int			strata;			/* that have both sides */

	/* of two categories: odds of the first, observed to baseline */
	double		odds_ratio;		/* common to the strata, by Mantel and Haenszel */
	double		odds_ratio_lo;	/* 95 % interval */
	double		odds_ratio_hi;
	double		breslow_day;	/* is it the same in all strata? */
	double		tarone;			/* the same, corrected */
	int			homogeneity_dof;
	TrkTail		homogeneity_p;	/* of the corrected one */
} TrkStratified;

/*
 * Every stratum's sides must sum to at most 2^62.  scratch has space for
 * (k + 2) k numbers.
 */
extern void trk_stratified(const TrkStrata *strata, double *scratch, TrkStratified *test);

#endif							/* TRK_DRIFT_COUNTS_H */

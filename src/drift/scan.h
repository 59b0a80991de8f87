/*
 * drift_scan.h
 *	  Comparing how an agent behaved with how it behaves: every dimension of two
 *	  at_conduct, each with the test that fits its kind and size.  Called by
 *	  conduct_sql.c.
 *
 * drift_scan.c walks over the dimensions, drift_scan_counts.c compares
 * categories, drift_scan_numbers.c numbers, drift_scan_pairs.c runs in pairs.
 *
 * Runs are clusters: what happens in one run is not independent.  Where every
 * run has at most one observation tests are those of independent observations,
 * exact where there are two categories; else those of clusters, which need
 * TRK_SCAN_RUNS runs on each side.
 */
#ifndef TRK_DRIFT_SCAN_H
#define TRK_DRIFT_SCAN_H

#include "drift/behavior.h"
#include "stats/special.h"

/* Fewer clusters on a side are insufficient. */
#define TRK_SCAN_RUNS		20

/* As are fewer observations (effective ones, in clusters), unless a test is exact. */
#define TRK_SCAN_LEAST		30

/* Categories of a test: the least frequent of more are one. */
#define TRK_SCAN_CATEGORIES	50

/* Labels that are tested, the most frequent. */
#define TRK_SCAN_LABELS		50

/*
 * Where every category that may be on one side only is so common that its p
 * would then be less than TRK_SCAN_RARE, the row of these takes TRK_SCAN_STAKE of
 * a row's weight: it needs no more.
 */
#define TRK_SCAN_RARE		1e-5
#define TRK_SCAN_STAKE		0.01

#define TRK_SCAN_FLAGS		12

typedef struct TrkScan
{
	double		alpha;
	double		power;
	double		rates[2];		/* shares of events that sampling kept */
	TrkConduct *sides[2];		/* baseline, observed; settled */
	int64	   *pairs;			/* of a baseline's run the observed run of its name or
								 * -1; NULL: runs are not paired */
	double	   *noncentrality;	/* by degrees of freedom, 0: not known yet */
} TrkScan;

/* What is NaN is not defined. */
typedef struct TrkScanTest
{
	const char *of;				/* the dimension */
	const char *dimension;		/* the same, and what of it is tested */
	const char *aspect;			/* what of it, NULL: itself */
	const char *test;
	double		statistic;
	int			dof;			/* -1: none */
	TrkTail		p;
	const char *effect_name;
	double		effect;
	double		effect_lo;		/* 95 % interval */
	double		effect_hi;
	int64		n[2];
	int64		runs[2];
	double		min_expected;
	double		design_effect;
	double		mde;			/* the least effect that is found with the power asked for */
	double		category_p;		/* adjusted, of the clearest new or lost category */
	double		least_p;		/* the counts and sizes of both sides together allow no
								 * smaller p; 0: not bounded */
	double		stake;			/* the share of a row's weight that it takes */
	bool		insufficient;
	const char *flags[TRK_SCAN_FLAGS];
	int			n_flags;
	TrkExamples examples;
	const char *note;
} TrkScanTest;

/* All tests. */
extern TrkScanTest *trk_scan(const TrkScan *scan, int64 *n);

/* A dimension's name with its label and an aspect (or NULL). */
extern const char *trk_dimension_label(const TrkSeen *seen, const char *aspect);

/* Runs in which a dimension was seen. */
extern int64 trk_seen_runs(const TrkConduct *conduct, const TrkSeen *seen);

/* The noncentrality at which a test of so many degrees has the scan's power. */
extern double trk_scan_noncentrality(const TrkScan *scan, int dof);

/* An empty test; a flag is set once. */
extern void trk_scan_test_init(TrkScanTest *test, const TrkSeen *seen, const char *aspect);
extern void trk_scan_flag(TrkScanTest *test, const char *flag);

/* All values of both sides are the same: there is nothing to test. */
extern void trk_scan_cannot_differ(TrkScanTest *test);

/* text[] of flags, in order, and of event ids. */
extern Datum trk_flags_array(const TrkScanTest *test);
extern Datum trk_examples_array(const TrkExamples *examples);

/* --- drift_scan_counts.c */

/* One side's cells and the category of each, -1 for none. */
typedef struct TrkCounted
{
	const TrkCell *cells;
	int64		n_cells;
	int		   *category;
	int64		n_runs;			/* of the whole side */
} TrkCounted;

typedef struct TrkCounting
{
	TrkCounted	sides[2];
	int			k;
	const char **names;			/* of the categories */
	double		weights[2];		/* of the first category, for its shares; else 1 */
	bool		is_share;		/* two categories, and the first is what is asked about */
} TrkCounting;

/* Test and effect; *gain is the category whose share grew most, or -1. */
extern void trk_scan_counts(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test,
							int *gain);

/*
 * Categories that are on one side only, by the runs that have them; *category
 * is the clearest of them, or -1.  False when the categories are too few to need
 * a test of their own.
 */
extern bool trk_scan_one_sided(const TrkScan *scan, const TrkCounting *counting,
							   TrkScanTest *test, int *category);

/* Fisher's test of two shares of runs. */
extern void trk_scan_shares(const TrkScan *scan, const int64 x[2], const int64 n[2],
							TrkScanTest *test);

/* --- drift_scan_numbers.c */

/* Numbers of one side in order, with runs. */
typedef struct TrkNumbers
{
	const TrkCell *cells;
	int64		n_cells;
	int64		n;				/* with counts */
	int64		n_runs;			/* of the whole side */
	bool		single;			/* one a run at most */
	bool		coarse;
} TrkNumbers;

/* The numbers of a dimension; coarse: to the precision of a sketch. */
extern void trk_numbers_init(TrkNumbers *numbers, const TrkConduct *conduct, const TrkSeen *seen,
							 bool coarse);

/* Are they larger or smaller?  Returns whether they are few distinct values. */
extern bool trk_scan_location(const TrkScan *scan, const TrkNumbers sides[2], TrkScanTest *test);

/* Are they distributed differently? */
extern void trk_scan_shape(const TrkScan *scan, const TrkNumbers sides[2], bool discrete,
						   TrkScanTest *test);

/* --- drift_scan_pairs.c */

/*
 * The test of the differences of the runs' means, if all runs with values are in
 * pairs; sums of values and their counts are by run.
 */
extern void trk_scan_pairs(const TrkScan *scan, double *const sums[2], int64 *const counts[2],
						   TrkScanTest *test);

#endif							/* TRK_DRIFT_SCAN_H */

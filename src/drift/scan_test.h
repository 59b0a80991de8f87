/*
 * scan_test.h
 *	  A scan and one test of it: bounds, parts, and how they are shown.  Called
 *	  by the other files of the scan.
 */
#ifndef TRK_SCAN_TEST_H
#define TRK_SCAN_TEST_H

#include "drift/behavior.h"
#include "stats/special.h"

/* With fewer clusters on a side, a test is marked insufficient. */
#define TRK_SCAN_RUNS		20

/*
 * With fewer (effective) observations on a side, a test is marked insufficient
 * unless it is exact.
 */
#define TRK_SCAN_LEAST		30

/* The most categories of a test; the least frequent of more are merged. */
#define TRK_SCAN_CATEGORIES	50

/* The most labels that are tested; they are the most frequent ones. */
#define TRK_SCAN_LABELS		50

/*
 * If every category that could be on one side only is so common that its p
 * would then be below TRK_SCAN_RARE, the test of these gets only
 * TRK_SCAN_STAKE of a row's weight, which is enough for it.
 */
#define TRK_SCAN_RARE		1e-5
#define TRK_SCAN_STAKE		0.01

/* The most flags of a test, and of those that a caller gives to all tests. */
#define TRK_SCAN_FLAGS		24
#define TRK_SCAN_GIVEN_FLAGS	8

/* The levels of a change, in the order of at_drift_level. */
typedef enum TrkLevel
{
	TRK_LEVEL_INSUFFICIENT,
	TRK_LEVEL_NONE,
	TRK_LEVEL_LOW,
	TRK_LEVEL_MEDIUM,
	TRK_LEVEL_HIGH
} TrkLevel;

typedef struct TrkScan
{
	double		alpha;
	double		power;
	double		rates[2];		/* shares of events that sampling kept, by side */
	TrkBehavior *sides[2];		/* baseline and observed; both are sorted */
	int64	   *pairs;			/* for each run of the baseline the observed run of the same name
								 * or -1; NULL: runs are not paired */
	double	   *noncentrality;	/* cache by degrees of freedom; 0: not computed yet */
} TrkScan;

/*
 * One test.  Figures that are not defined are NaN.  The members from
 * is_primary on are set by scan_judge.c, the others by scan.c.
 */
typedef struct TrkScanTest
{
	const TrkDimension *def;	/* the dimension, without its label */
	const char *of;				/* the dimension */
	const char *dimension;		/* the dimension, and which part of it is tested */
	const char *aspect;			/* the aspect; NULL: the dimension itself */
	const char *test;
	double		statistic;
	int			dof;			/* -1: there are none */
	TrkTail		p;
	const char *effect_name;
	double		effect;
	double		effect_lo;		/* 95 % interval */
	double		effect_hi;
	int64		n[2];
	int64		runs[2];
	double		min_expected;
	double		design_effect;
	double		mde;			/* minimum detectable effect: the least that is found with the
								 * required power */
	double		category_p;		/* adjusted p of the most significant new or lost category */
	double		least_p;		/* the least p that is possible with the counts and sizes of both
								 * sides together; 0: not bounded */
	double		stake;			/* the share of a row's weight that the test takes */
	bool		insufficient;
	const char *flags[TRK_SCAN_FLAGS];
	int			n_flags;
	TrkExamples examples;
	const char *note;
	bool		is_primary;
	double		weight;			/* in the adjustment; NaN: it is not tested */
	double		q;				/* p adjusted for all tests of the scan */
	TrkLevel	level;
	const char *bound;			/* the effects of the levels, as shown; NULL: none */
} TrkScanTest;

/* Return a dimension's name with its label and an aspect (or NULL). */
extern const char *trk_dimension_label(const TrkDimensionData *dim, const char *aspect);

/* Return in how many runs a dimension was seen. */
extern int64 trk_dim_runs(const TrkBehavior *behavior, const TrkDimensionData *dim);

/*
 * Return the noncentrality at which a test with these degrees of freedom has
 * the scan's power.
 */
extern double trk_scan_noncentrality(const TrkScan *scan, int dof);

/* Initialize an empty test; and set a flag, unless it is set already. */
extern void trk_scan_test_init(TrkScanTest *test, const TrkDimensionData *dim, const char *aspect);
extern void trk_scan_flag(TrkScanTest *test, const char *flag);

/*
 * Note that all values of both sides are equal, so that there is nothing to
 * test.
 */
extern void trk_scan_cannot_differ(TrkScanTest *test);

/* Return the flags, or the ids of example events, as text[]. */
extern Datum trk_flags_array(const TrkScanTest *test);
extern Datum trk_examples_array(const TrkExamples *examples);

#endif							/* TRK_SCAN_TEST_H */

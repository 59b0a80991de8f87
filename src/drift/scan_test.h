/*
 * scan_test.h
 *	  A scan and one test of it: bounds, parts, and how they are shown.
 *
 * Called by the other files of the scan.
 */
#ifndef TRK_SCAN_TEST_H
#define TRK_SCAN_TEST_H

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
	TrkBehavior *sides[2];		/* baseline, observed; settled */
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

/* A dimension's name with its label and an aspect (or NULL). */
extern const char *trk_dimension_label(const TrkSeen *seen, const char *aspect);

/* Runs in which a dimension was seen. */
extern int64 trk_seen_runs(const TrkBehavior *behavior, const TrkSeen *seen);

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

#endif							/* TRK_SCAN_TEST_H */

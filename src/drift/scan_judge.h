/*
 * scan_judge.h
 *	  Judges all tests of a scan together: how much each counts, q, and the
 *	  level of the change.  Called by scan_sql.c.
 */
#ifndef TRK_SCAN_JUDGE_H
#define TRK_SCAN_JUDGE_H

#include "drift/scan_test.h"
#include "stats/detector.h"

/* Effects from which a change is of a level, for a dimension. */
typedef struct TrkLevelBound
{
	const char *dimension;		/* a dimension, or a test's; empty: all */
	const char *effect_name;
	double		low;
	double		medium;
	double		high;
	const char *shown;			/* how the bound is shown with a test */
} TrkLevelBound;

typedef struct TrkJudging
{
	double		alpha;			/* the share of false findings that is accepted */
	const bool *primary;		/* whether a dimension is looked at first, by number */
	const TrkLooks *looks;		/* at growing data, of which this is one; or NULL */
	const TrkLevelBound *bounds;	/* of those that fit a test the first counts */
	int			n_bounds;
	const char **flags;			/* flags that all tests get */
	int			n_flags;
} TrkJudging;

/* Set weight, q, level, bound and flags of each test. */
extern void trk_scan_judge(const TrkJudging *judging, TrkScanTest *tests, int64 n);

#endif							/* TRK_SCAN_JUDGE_H */

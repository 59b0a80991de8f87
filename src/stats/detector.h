/*
 * detector.h
 *	  Correction of p values for multiple tests and for repeated looks, and
 *	  detectors that read values in order.  Pure; called by the SQL functions
 *	  over them.
 */
#ifndef TRK_DRIFT_ORDER_H
#define TRK_DRIFT_ORDER_H

#include "stats/special.h"

typedef enum TrkAdjust
{
	TRK_ADJUST_BH,				/* Benjamini and Hochberg */
	TRK_ADJUST_BY,				/* Benjamini and Yekutieli */
	TRK_ADJUST_HOLM,
	TRK_ADJUST_BONFERRONI
} TrkAdjust;

/* Adjust n p values in place. order is scratch memory for n numbers. */
extern void trk_p_adjust(double *p, int64 n, TrkAdjust method, int64 *order);

/*
 * Adjust n p values, each divided by its weight.  Weights are scaled to a mean
 * of 1; at least one must be positive.
 */
extern void trk_p_adjust_weighted(double *p, const double *weights, int64 n, TrkAdjust method,
								  int64 *order);

/* The share of a scan's level that is spent on primary rows. */
#define TRK_PRIMARY_SHARE	0.9

/*
 * The data on which a row's weight depends.  It must not depend on how the two
 * sides differ, or the adjusted p would be wrong.
 */
typedef struct TrkWeighed
{
	bool		is_primary;
	int64		group;			/* the rows of a group share its weight */
	double		least_p;		/* the least p that the row can have; NaN: there is no test */
	double		stake;			/* the row's relative part of the group's weight; above 0 */
	double		weight;			/* result: mean 1 over the rows that are tested, NaN for the others */
} TrkWeighed;

extern void trk_weigh(TrkWeighed *rows, int64 n, double alpha, double primary_share);

/*
 * Adjust a two-sided p of one of several looks (numbered from 0) at growing
 * data.  The result is the probability, when nothing changed, that any look
 * exceeds the bounds that pass through this one. information says how much
 * data each look has, in any unit, ascending.  The bounds, in normal deviates,
 * fall with information to the power shape - 1/2: with shape 1/2 they are the
 * same at all looks, with 0 the first look needs the strongest evidence.
 */
#define TRK_LOOKS	50

/* The shape of the bounds of a scan, and of at_repeated_p() by default. */
#define TRK_LOOKS_SHAPE	0.3

typedef struct TrkLooks
{
	const double *information;
	int			n;
	int			look;
	double		shape;
} TrkLooks;

extern double trk_repeated_p(double p, const TrkLooks *looks);

/*
 * The states of the detectors: 64-bit integers first, then float8, which is
 * the layout of a state (see state.h).  Values larger than this limit are
 * skipped, so that sums of squares stay finite.
 */
#define TRK_LARGEST_VALUE	1e150

/* The test of Page and Hinkley, for changes in both directions. */
typedef struct TrkPageHinkley
{
	int64		min_instances;	/* values that are needed before the first alarm */
	int64		n;				/* values since the last alarm */
	int64		seen;			/* all values, including skipped ones */
	int64		skipped;		/* values that were skipped, and NULLs */
	double		delta;			/* tolerated change, in the unit of the values */
	double		threshold;		/* sum at which an alarm is raised */
	double		alpha;			/* forgetting factor of the sums */
	double		mean;
	double		up;
	double		down;
} TrkPageHinkley;

/*
 * The tabular CUSUM in both directions, relative to the mean and deviation of
 * a warm-up.
 */
typedef struct TrkCusum
{
	int64		warmup;			/* number of values from which mean and deviation are estimated */
	int64		n;				/* values since the last alarm */
	int64		seen;
	int64		skipped;
	double		slack;			/* tolerated change, in standard deviations */
	double		threshold;		/* in standard deviations */
	double		mean;
	double		m2;				/* sum of squared deviations in the warm-up */
	double		up;
	double		down;
} TrkCusum;

/*
 * Feed one more value.  Returns 1 for an alarm upwards, -1 for one downwards,
 * else 0.
 */
extern int	trk_page_hinkley(TrkPageHinkley *d, double x);
extern int	trk_cusum(TrkCusum *d, double x);

#endif							/* TRK_DRIFT_ORDER_H */

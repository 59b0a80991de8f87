/*
 * detector.h
 *	  Correction for many tests and for looking more than once, and detectors
 *	  that read values in order.
 *	  Pure; called by the SQL functions over them.
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

/* Adjust n probabilities in place; order has space for n numbers. */
extern void trk_p_adjust(double *p, int64 n, TrkAdjust method, int64 *order);

/*
 * The same of weighted probabilities: p over its weight, weights scaled to a
 * mean of 1 (at least one is above 0).
 */
extern void trk_p_adjust_weighted(double *p, const double *weights, int64 n, TrkAdjust method,
								  int64 *order);

/* The share of a scan's level that goes to primary rows. */
#define TRK_PRIMARY_SHARE	0.9

/* What a row's weight depends on: nothing that tells how the two sides differ. */
typedef struct TrkWeighed
{
	bool		is_primary;
	int64		group;			/* rows of a group share its weight */
	double		least_p;		/* that the row can have; NaN: there is no test */
	double		stake;			/* the share of a group's weight that it takes, above 0 */
	double		weight;			/* out: mean 1 over the rows that are tested, NaN for others */
} TrkWeighed;

extern void trk_weigh(TrkWeighed *rows, int64 n, double alpha, double primary_share);

/*
 * A two-sided p of one of several looks (from 0) at growing data as that of all
 * of them: the probability that any is beyond the bounds, in normal deviates,
 * that pass through this one, when nothing changed.  Information is how much
 * there is at each look, in any unit, ascending; bounds fall with its power
 * shape - 1/2: at 1/2 they are the same at all looks, at 0 the first must be the
 * clearest.
 */
#define TRK_LOOKS	50

typedef struct TrkLooks
{
	const double *information;
	int			n;
	int			look;
	double		shape;
} TrkLooks;

extern double trk_repeated_p(double p, const TrkLooks *looks);

/*
 * What detectors remember: 64-bit integers first, then float8, which is the
 * layout of a state (see state.h).  Values larger than this are left out, so
 * that sums of squares stay finite.
 */
#define TRK_LARGEST_VALUE	1e150

/* Page's and Hinkley's test, both sides. */
typedef struct TrkPageHinkley
{
	int64		min_instances;	/* values before the first alarm */
	int64		n;				/* since the last alarm */
	int64		seen;			/* places, of values left out too */
	int64		skipped;		/* values left out, and nulls */
	double		delta;			/* change that is tolerated, in the values' unit */
	double		threshold;		/* of a sum, for an alarm */
	double		alpha;			/* what a sum keeps at each step */
	double		mean;
	double		up;
	double		down;
} TrkPageHinkley;

/* Tabular CUSUM, both sides, against the mean and deviation of a warm-up. */
typedef struct TrkCusum
{
	int64		warmup;			/* values from which mean and deviation are taken */
	int64		n;				/* since the last alarm */
	int64		seen;
	int64		skipped;
	double		slack;			/* tolerated change, in deviations */
	double		threshold;		/* in deviations */
	double		mean;
	double		m2;				/* sum of squared deviations in the warm-up */
	double		up;
	double		down;
} TrkCusum;

/* One more value: 1 for an alarm upwards, -1 downwards, else 0. */
extern int	trk_page_hinkley(TrkPageHinkley *d, double x);
extern int	trk_cusum(TrkCusum *d, double x);

#endif							/* TRK_DRIFT_ORDER_H */

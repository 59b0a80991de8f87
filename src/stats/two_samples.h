/*
 * two_samples.h
 *	  Sorted float8 values of one side of a comparison, and a walk through the
 *	  groups of ties of two sides.  Pure; called by sample_test.c and the SQL
 *	  functions over values.
 */
#ifndef TRK_VALUES_H
#define TRK_VALUES_H

#include "stats/special.h"

typedef struct TrkValues
{
	double	   *v;				/* ascending, without -0 and NaN */
	int64		n;
	int64		nan;			/* number of NaN, which are left out */
} TrkValues;

/*
 * Sort n values in place and set up a sample of them.  Scratch memory comes
 * from the context and is freed.
 */
extern void trk_values_init(TrkValues *values, double *v, int64 n, MemoryContext context);

/* Return whether all values are finite. */
static inline bool
trk_values_are_finite(const TrkValues *values)
{
	return values->n == 0 || (isfinite(values->v[0]) && isfinite(values->v[values->n - 1]));
}

/*
 * Return the quantile i/parts by interpolation (type 7); it is NaN in an empty
 * sample.
 */
extern double trk_values_quantile(const TrkValues *values, int64 i, int64 parts);

/*
 * Compute the edges between bins that hold equal shares of the values.  Equal
 * edges are merged; returns how many are left.
 */
extern int	trk_quantile_edges(const TrkValues *values, int bins, double *edges);

/*
 * A group of equal values: a of them are in the first side, b in the second.
 */
typedef struct TrkTies
{
	const TrkValues *first;
	const TrkValues *second;
	int64		i;				/* values of the first side up to here */
	int64		j;
	int64		a;
	int64		b;
	double		value;
} TrkTies;

/*
 * Start before the first group; and move to the next group, which returns
 * false at the end.
 */
extern void trk_ties_start(TrkTies *ties, const TrkValues *first, const TrkValues *second);
extern bool trk_ties_next(TrkTies *ties);

#endif							/* TRK_VALUES_H */

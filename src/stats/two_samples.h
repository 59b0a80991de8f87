/*
 * two_samples.h
 *	  Sorted float8 values of one side of a comparison, and walks over the
 *	  groups of ties of two sides.  Pure; called by sample_test.c and the SQL
 *	  functions over values.
 */
#ifndef TRK_VALUES_H
#define TRK_VALUES_H

#include "stats/special.h"

typedef struct TrkValues
{
	double	   *v;				/* ascending, -0 as 0, no NaN */
	int64		n;
	int64		nan;			/* values that were NaN */
} TrkValues;

/* Take n values in any order, in place; scratch comes from the context and is freed. */
extern void trk_values_init(TrkValues *values, double *v, int64 n, MemoryContext context);

/* Is any value infinite? */
static inline bool
trk_values_are_finite(const TrkValues *values)
{
	return values->n == 0 || (isfinite(values->v[0]) && isfinite(values->v[values->n - 1]));
}

/* The quantile i/parts, interpolated (type 7); NaN of no values. */
extern double trk_values_quantile(const TrkValues *values, int64 i, int64 parts);

/* Edges between bins of equal shares of the values, equal ones once: how many. */
extern int	trk_quantile_edges(const TrkValues *values, int bins, double *edges);

/* Values equal to one another on both sides: a of the first, b of the second. */
typedef struct TrkTies
{
	const TrkValues *first;
	const TrkValues *second;
	int64		i;				/* of the first side up to here */
	int64		j;
	int64		a;
	int64		b;
	double		value;
} TrkTies;

/* Start before the first group; go to the next, false at the end. */
extern void trk_ties_start(TrkTies *ties, const TrkValues *first, const TrkValues *second);
extern bool trk_ties_next(TrkTies *ties);

#endif							/* TRK_VALUES_H */

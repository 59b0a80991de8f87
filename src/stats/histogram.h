/*
 * histogram.h
 *	  at_histogram: how many float8 values lie between fixed edges.  Called by
 *	  histogram_sql.c.
 *
 * Bins are closed on the right, the outer ones open: n edges, ascending, bound
 * n + 1 bins.  One chunk of memory of fixed size that is a valid varlena at
 * every moment; in an aggregate it is changed in place.
 */
#ifndef TRK_HISTOGRAM_H
#define TRK_HISTOGRAM_H

#include "base/trk.h"

#include "base/compat.h"

#define TRK_HISTOGRAM_FORMAT	1

/* Edges: more are no summary. */
#define TRK_HISTOGRAM_EDGES	10000

typedef struct TrkHistogram
{
	int32		vl_len_;
	int16		format;
	int16		n_edges;
	int64		nan;			/* values that were NaN, in no bin */
	double		edges[FLEXIBLE_ARRAY_MEMBER];	/* then the counts, as int64 */
} TrkHistogram;

static inline Size
trk_histogram_size(int n_edges)
{
	return offsetof(TrkHistogram, edges) + sizeof(double) * n_edges + sizeof(int64) * (n_edges + 1);
}

static inline int64 *
trk_histogram_counts(const TrkHistogram *h)
{
	return (int64 *) (h->edges + h->n_edges);
}

/*
 * An empty one with these edges in a context: they must be numbers in ascending
 * order, equal ones are merged.
 */
extern TrkHistogram *trk_histogram_new(const double *edges, int64 n, MemoryContext context);

/* Is this, but for its header, well-formed? */
extern bool trk_histogram_check(const TrkHistogram *h, Size size);

/* One more value; add all of another, whose edges must be the same. */
extern void trk_histogram_add(TrkHistogram *h, double x);
extern void trk_histogram_merge(TrkHistogram *h, const TrkHistogram *other);

/* An error unless both have the same edges. */
extern void trk_histogram_match(const TrkHistogram *a, const TrkHistogram *b);

#endif							/* TRK_HISTOGRAM_H */

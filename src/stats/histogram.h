/*
 * histogram.h
 *	  The type at_histogram: how many float8 values lie between fixed edges.
 *	  Called by histogram_sql.c.
 *
 * Bins are closed on the right and the outer ones are open, so n ascending
 * edges bound n + 1 bins.  A histogram is one varlena of fixed size that is
 * valid at every moment; in an aggregate it is changed in place.
 */
#ifndef TRK_HISTOGRAM_H
#define TRK_HISTOGRAM_H

#include "base/trk.h"

#include "base/agg_state.h"

#define TRK_HISTOGRAM_FORMAT	1

/* The most edges; a histogram with more would not summarize anything. */
#define TRK_HISTOGRAM_EDGES	10000

typedef struct TrkHistogram
{
	int32		vl_len_;
	int16		format;
	int16		n_edges;
	int64		nan;			/* number of NaN, which are in no bin */
	double		edges[FLEXIBLE_ARRAY_MEMBER];	/* followed by the counts, as int64 */
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

extern const TrkAggType trk_histogram_type;

/*
 * Make an empty histogram with these edges.  Edges must be numbers in ascending
 * order; equal ones are merged.
 */
extern TrkHistogram *trk_histogram_new(const double *edges, int64 n);

/* Return whether the bytes are a well-formed histogram. */
extern bool trk_histogram_check(const TrkHistogram *h);

/*
 * Count one more value; or add the counts of another histogram, which must
 * have the same edges.
 */
extern void trk_histogram_add(TrkHistogram *h, double x);
extern void trk_histogram_merge(TrkHistogram *h, const TrkHistogram *other);

/* Raise an ERROR unless both have the same edges. */
extern void trk_histogram_match(const TrkHistogram *a, const TrkHistogram *b);

#endif							/* TRK_HISTOGRAM_H */

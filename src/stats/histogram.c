/*
 * histogram.c
 *	  Counts of values between edges (see histogram.h).
 */
#include "base/trk.h"

#include "stats/histogram.h"

#include <math.h>

#include "common/int.h"

/*
 * Make an empty histogram with these edges.  Edges must be numbers in ascending
 * order; equal ones are merged.
 */
TrkHistogram *
trk_histogram_new(const double *edges, int64 n)
{
	TrkHistogram *h;

	if (n > TRK_HISTOGRAM_EDGES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a histogram has at most %d edges", TRK_HISTOGRAM_EDGES)));
	h = palloc0(trk_histogram_size((int) n));
	h->format = TRK_HISTOGRAM_FORMAT;
	for (int64 i = 0; i < n; i++)
	{
		double		edge = edges[i] + 0.0;

		if (isnan(edge) || (i > 0 && edge < edges[i - 1]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("edges must be numbers in ascending order")));
		if (h->n_edges == 0 || edge > h->edges[h->n_edges - 1])
			h->edges[h->n_edges++] = edge;
	}
	memset(trk_histogram_counts(h), 0, sizeof(int64) * (h->n_edges + 1));
	SET_VARSIZE(h, trk_histogram_size(h->n_edges));
	return h;
}

/* Return whether the bytes are a well-formed histogram. */
bool
trk_histogram_check(const TrkHistogram *h)
{
	Size		size = VARSIZE(h);

	if (size < offsetof(TrkHistogram, edges) || h->format != TRK_HISTOGRAM_FORMAT ||
		h->n_edges < 0 || h->n_edges > TRK_HISTOGRAM_EDGES ||
		size != trk_histogram_size(h->n_edges) || h->nan < 0)
		return false;
	for (int i = 0; i < h->n_edges; i++)
		if (isnan(h->edges[i]) || (i > 0 && h->edges[i] <= h->edges[i - 1]))
			return false;
	for (int i = 0; i <= h->n_edges; i++)
		if (trk_histogram_counts(h)[i] < 0)
			return false;
	return true;
}

/* TrkAggType: return whether the bytes can be read. */
static bool
check(const TrkAggType *type, const struct varlena *flat)
{
	return trk_histogram_check((const TrkHistogram *) flat);
}

const TrkAggType trk_histogram_type = {.name = "at_histogram", .check = check};

/* Raise the ERROR for a count that would overflow. */
static void
too_many_values(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("histogram counts too many values")));
}

/* Increment a count. */
static void
count_one(int64 *count)
{
	if (unlikely(*count == PG_INT64_MAX))
		too_many_values();
	++*count;
}

/* Count one more value. */
void
trk_histogram_add(TrkHistogram *h, double x)
{
	int			low = 0;
	int			high = h->n_edges;

	if (isnan(x))
	{
		count_one(&h->nan);
		return;
	}
	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (h->edges[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	count_one(&trk_histogram_counts(h)[low]);
}

/* Raise an ERROR unless both histograms have the same edges. */
void
trk_histogram_match(const TrkHistogram *a, const TrkHistogram *b)
{
	bool		same = a->n_edges == b->n_edges;

	for (int i = 0; same && i < a->n_edges; i++)
		same = a->edges[i] == b->edges[i];
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("histograms have different edges")));
}

/* Add the counts of another histogram, which must have the same edges. */
void
trk_histogram_merge(TrkHistogram *h, const TrkHistogram *other)
{
	bool		over;

	trk_histogram_match(h, other);
	over = pg_add_s64_overflow(h->nan, other->nan, &h->nan);
	for (int i = 0; i <= h->n_edges; i++)
		over |= pg_add_s64_overflow(trk_histogram_counts(h)[i], trk_histogram_counts(other)[i],
									&trk_histogram_counts(h)[i]);
	if (over)
		too_many_values();
}

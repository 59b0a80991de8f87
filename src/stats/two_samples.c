/*
 * two_samples.c
 *	  Sorted values of one side of a comparison (see two_samples.h).
 */
#include "base/trk.h"

#include "stats/two_samples.h"

#include "stats/sorted_sample.h"

/*
 * Return whether the values are sorted already, as those of a stored state
 * are.
 */
static bool
is_sorted(const double *v, int64 n)
{
	for (int64 i = 1; i < n; i++)
		if (v[i - 1] > v[i])
			return false;
	return true;
}

/*
 * Sort n values in place and set up a sample of them.  NaN are counted and
 * left out.  Scratch memory comes from the context and is freed.
 */
void
trk_values_init(TrkValues *values, double *v, int64 n, MemoryContext context)
{
	TrkWord    *scratch;

	values->v = v;
	values->n = 0;
	for (int64 i = 0; i < n; i++)
		if (!isnan(v[i]))
			v[values->n++] = v[i] + 0.0;
	values->nan = n - values->n;
	if (is_sorted(v, values->n))
		return;
	scratch = MemoryContextAllocHuge(context, sizeof(TrkWord) * Max(values->n, 1));
	trk_sort_values((TrkWord *) v, scratch, values->n);
	pfree(scratch);
}

/*
 * Return the quantile i/parts by interpolation (type 7 of Hyndman and Fan);
 * it is NaN in an empty sample.
 */
double
trk_values_quantile(const TrkValues *values, int64 i, int64 parts)
{
	int64		steps = (values->n - 1) * i;
	int64		at = steps / parts;
	double		low;

	if (values->n == 0)
		return NAN;
	low = values->v[at];
	if (steps % parts == 0)
		return low;
	return trk_between(low, values->v[at + 1], (double) (steps % parts) / (double) parts);
}

/*
 * Compute the edges between bins that hold equal shares of the values.  Equal
 * edges are merged; returns how many are left.
 */
int
trk_quantile_edges(const TrkValues *values, int bins, double *edges)
{
	int			n = 0;

	for (int i = 1; i < bins && values->n > 0; i++)
	{
		double		edge = trk_values_quantile(values, i, bins);

		if (n == 0 || edge > edges[n - 1])
			edges[n++] = edge;
	}
	return n;
}

/*
 * Start to walk through the groups of equal values in both samples together;
 * trk_ties_next() moves to the first group.
 */
void
trk_ties_start(TrkTies *ties, const TrkValues *first, const TrkValues *second)
{
	ties->first = first;
	ties->second = second;
	ties->i = ties->j = ties->a = ties->b = 0;
	ties->value = NAN;
}

/* Return how many of the values from i on are equal to x. */
static inline int64
equal_from(const TrkValues *values, int64 i, double x)
{
	int64		end = i;

	while (end < values->n && values->v[end] == x)
		end++;
	return end - i;
}

/* Move to the next group of equal values; return false after the last. */
bool
trk_ties_next(TrkTies *ties)
{
	const TrkValues *a = ties->first;
	const TrkValues *b = ties->second;

	if (ties->i == a->n && ties->j == b->n)
		return false;
	if (((ties->i + ties->j) & 0xfff) == 0)
		TRK_CHECK_INTERRUPTS();
	if (ties->j == b->n || (ties->i < a->n && a->v[ties->i] <= b->v[ties->j]))
		ties->value = a->v[ties->i];
	else
		ties->value = b->v[ties->j];
	ties->a = equal_from(a, ties->i, ties->value);
	ties->b = equal_from(b, ties->j, ties->value);
	ties->i += ties->a;
	ties->j += ties->b;
	return true;
}

/*
 * drift_order.c
 *	  Correction for many tests, ordered detectors (see drift_order.h).
 *
 * Sources: Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001), Holm
 * (1979); Page (1954), Hinkley (1971); CUSUM as in Montgomery, Introduction to
 * Statistical Quality Control.
 */
#include "stats/detector.h"

/* Restore the heap of p[order[..]] below position i. */
static void
sift(const double *p, int64 *order, int64 i, int64 n)
{
	int64		moved = order[i];

	for (;;)
	{
		int64		child = 2 * i + 1;

		if (child >= n)
			break;
		if (child + 1 < n && p[order[child + 1]] > p[order[child]])
			child++;
		if (p[order[child]] <= p[moved])
			break;
		order[i] = order[child];
		i = child;
	}
	order[i] = moved;
}

/* The ranks of p, ascending. */
static void
sort_order(const double *p, int64 *order, int64 n)
{
	for (int64 i = 0; i < n; i++)
		order[i] = i;
	for (int64 i = n / 2; i-- > 0;)
	{
		if (i % 4096 == 0)
			TRK_CHECK_INTERRUPTS();
		sift(p, order, i, n);
	}
	for (int64 end = n - 1; end > 0; end--)
	{
		int64		top = order[0];

		if (end % 4096 == 0)
			TRK_CHECK_INTERRUPTS();
		order[0] = order[end];
		order[end] = top;
		sift(p, order, 0, end);
	}
}

/* See drift_order.h. */
void
trk_p_adjust(double *p, int64 n, TrkAdjust method, int64 *order)
{
	double		best = method == TRK_ADJUST_HOLM ? 0 : 1;
	double		factor = (double) n;

	sort_order(p, order, n);
	if (method == TRK_ADJUST_BONFERRONI)
	{
		for (int64 i = 0; i < n; i++)
			p[i] = Min(1, factor * p[i]);
		return;
	}
	if (method == TRK_ADJUST_HOLM)
	{
		for (int64 i = 0; i < n; i++)
			p[order[i]] = best = Min(1, Max(best, p[order[i]] * (double) (n - i)));
		return;
	}
	if (method == TRK_ADJUST_BY)
	{
		double		harmonic = 0;

		for (int64 i = n; i > 0; i--)
			harmonic += 1 / (double) i;
		factor *= harmonic;
	}
	for (int64 i = n; i-- > 0;)
		p[order[i]] = best = Min(best, p[order[i]] * (factor / (double) (i + 1)));
}

/* See drift_order.h. */
int
trk_page_hinkley(TrkPageHinkley *d, double x)
{
	int			alarm;

	d->n++;
	d->mean += (x - d->mean) / (double) d->n;
	d->up = Max(0, d->alpha * d->up + (x - d->mean - d->delta));
	d->down = Max(0, d->alpha * d->down + (d->mean - x - d->delta));
	if (d->n < d->min_instances)
		return 0;
	alarm = d->up >= d->threshold ? 1 : d->down >= d->threshold ? -1 : 0;
	if (alarm != 0)
	{
		d->n = 0;
		d->mean = d->up = d->down = 0;
	}
	return alarm;
}

/* See drift_order.h. */
int
trk_cusum(TrkCusum *d, double x)
{
	double		sd;
	double		old = d->mean;
	int			alarm;

	d->n++;
	if (d->n <= d->warmup)
	{
		d->mean += (x - old) / (double) d->n;
		d->m2 += (x - old) * (x - d->mean);
		return 0;
	}
	if (d->n == d->warmup + 1)
		d->up = d->down = 0;
	sd = sqrt(d->m2 / (double) (d->warmup - 1));
	d->up = Max(0, d->up + x - d->mean - d->slack * sd);
	d->down = Max(0, d->down + d->mean - x - d->slack * sd);
	alarm = d->up > d->threshold * sd ? 1 : d->down > d->threshold * sd ? -1 : 0;
	if (alarm != 0)
	{
		d->n = 0;
		d->mean = d->m2 = 0;
	}
	return alarm;
}

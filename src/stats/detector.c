/*
 * detector.c
 *	  Corrects p values for multiple tests and repeated looks; detectors over
 *	  ordered values (see detector.h).
 *
 * Sources: Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001), Holm
 * (1979); weights for them: Genovese, Roeder and Wasserman (2006); leaving out
 * tests that cannot have a small p: Tarone (1990), Gilbert (2005); repeated
 * looks: Armitage, McPherson and Rowe (1969), with the bounds of Wang and
 * Tsiatis (1987); tests over growing samples: Jennison and Turnbull (1997);
 * Page (1954), Hinkley (1971); CUSUM as in Montgomery, Introduction to
 * Statistical Quality Control.
 */
#include "base/trk.h"

#include "stats/detector.h"

#include "stats/special_normal.h"

/* Heapsort: restore the heap of p[order[..]] below position i. */
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

/* Set order to the indexes of p, by ascending p. */
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

/*
 * Adjust n p values for multiple testing, in place. order is scratch memory
 * for n numbers.
 */
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

/*
 * Holm's step-down procedure over p values that were divided by weights of
 * mean 1.
 */
static void
holm_weighted(double *p, const double *weights, double mean, int64 n, int64 *order)
{
	double		left = (double) n;
	double		best = 0;

	sort_order(p, order, n);
	for (int64 i = 0; i < n; i++)
	{
		int64		at = order[i];

		p[at] = best = isinf(p[at]) ? 1 : Min(1, Max(best, p[at] * left));
		left -= weights[at] / mean;
	}
}

/*
 * Adjust n p values as trk_p_adjust() does, after each was divided by its
 * weight.  Weights are scaled to a mean of 1; at least one must be positive.
 */
void
trk_p_adjust_weighted(double *p, const double *weights, int64 n, TrkAdjust method, int64 *order)
{
	double		mean = 0;

	for (int64 i = 0; i < n; i++)
		mean += weights[i] / (double) n;
	for (int64 i = 0; i < n; i++)
		p[i] = weights[i] > 0 ? p[i] / (weights[i] / mean) : INFINITY;
	if (method == TRK_ADJUST_HOLM)
		holm_weighted(p, weights, mean, n, order);
	else
		trk_p_adjust(p, n, method, order);
}

/*
 * Compute the weights of the rows that are still tested, as shares of the
 * level.  The rows of a group must follow on one another.
 */
static void
share_out(TrkWeighed *rows, int64 n, double primary_share)
{
	double		sums[2] = {0, 0};
	double		shares[2] = {1 - primary_share, primary_share};

	for (int64 first = 0, end; first < n; first = end)
	{
		int64		tested = 0;

		for (end = first; end < n && rows[end].group == rows[first].group &&
			 rows[end].is_primary == rows[first].is_primary; end++)
			tested += !isnan(rows[end].weight);
		for (int64 i = first; i < end; i++)
			if (!isnan(rows[i].weight))
			{
				rows[i].weight = rows[i].stake / (double) tested;
				sums[rows[i].is_primary] += rows[i].weight;
			}
	}
	for (int family = 0; family < 2; family++)
		if (sums[1 - family] == 0)
			shares[family] = 1;
	for (int64 i = 0; i < n; i++)
		rows[i].weight *= shares[rows[i].is_primary] / sums[rows[i].is_primary];
}

/*
 * Compute the weights of the rows of a scan: primary rows share primary_share
 * of the level, the others the rest.  A row that could not become significant
 * under its weight even with its least possible p is left out, and its weight
 * goes to the others.
 */
void
trk_weigh(TrkWeighed *rows, int64 n, double alpha, double primary_share)
{
	int64		tested = 0;

	for (int64 i = 0; i < n; i++)
	{
		rows[i].weight = isnan(rows[i].least_p) ? NAN : 0;
		tested += !isnan(rows[i].least_p);
	}
	for (;;)
	{
		int64		worst = -1;

		TRK_CHECK_INTERRUPTS();
		share_out(rows, n, primary_share);
		/* remove the row that is furthest from ever being significant first */
		for (int64 i = 0; i < n; i++)
			if (rows[i].least_p > alpha * rows[i].weight &&
				(worst < 0 || rows[i].least_p * rows[worst].weight >
				 rows[worst].least_p * rows[i].weight))
				worst = i;
		if (worst < 0)
			break;
		rows[worst].weight = NAN;
		tested--;
	}
	for (int64 i = 0; i < n; i++)
		rows[i].weight *= (double) tested;
}

/*
 * Points between the bounds at a look, for Simpson's rule, which needs an even
 * number of steps.
 */
#define LOOK_STEPS	800

/*
 * The density of the sum at a look, given that it has stayed within its bounds
 * so far.
 */
typedef struct Look
{
	double		bound;			/* bound of the sum: z times the square root of its information */
	int			steps;
	double		density[LOOK_STEPS + 1];
} Look;

/* Return the position of a point, and its weight in Simpson's rule. */
static double
look_point(const Look *look, int i)
{
	return look->bound * (2 * (double) i / look->steps - 1);
}

static double
look_weight(const Look *look, int i)
{
	double		step = 2 * look->bound / look->steps;

	return step / 3 * (i == 0 || i == look->steps ? 1 : i % 2 == 1 ? 4 : 2);
}

/*
 * Return how many steps are small compared with the deviation of what a look
 * adds.
 */
static int
look_steps(double bound, double deviation)
{
	double		steps = 2 * bound / (deviation / 4);

	return 2 * (int) fmin(LOOK_STEPS / 2, fmax(16, ceil(steps / 2)));
}

/*
 * Return the density at a point of the next look, before its bounds are
 * applied.
 */
static double
density_at(const Look *look, double x, double deviation)
{
	double		sum = 0;

	for (int i = 0; i <= look->steps; i++)
	{
		double		z = (x - look_point(look, i)) / deviation;

		sum += look_weight(look, i) * look->density[i] * exp(-z * z / 2);
	}
	return sum / deviation / sqrt(2 * TRK_PI);
}

/*
 * Return the probability of exceeding the bounds for the first time at the
 * next look.
 */
static double
exit_at(const Look *look, double bound, double deviation)
{
	double		sum = 0;

	for (int i = 0; i <= look->steps; i++)
	{
		double		x = look_point(look, i);

		sum += look_weight(look, i) * look->density[i] *
			(trk_normal_sf((bound - x) / deviation) + trk_normal_sf((bound + x) / deviation));
	}
	return sum;
}

/*
 * Set up the first look. deviation is the standard deviation of what the next
 * look adds.
 */
static void
first_look(Look *look, double bound, double information, double deviation)
{
	double		sd = sqrt(information);

	look->bound = bound;
	look->steps = look_steps(bound, deviation);
	for (int i = 0; i <= look->steps; i++)
	{
		double		x = look_point(look, i) / sd;

		look->density[i] = exp(-x * x / 2) / sd / sqrt(2 * TRK_PI);
	}
}

/*
 * Compute the next look from the part of the one before that stayed within its
 * bounds.
 */
static void
next_look(const Look *before, Look *look, double bound, double added, double deviation)
{
	look->bound = bound;
	look->steps = look_steps(bound, deviation);
	for (int i = 0; i <= look->steps; i++)
		look->density[i] = density_at(before, look_point(look, i), added);
}

/*
 * Adjust the p of one of several looks at growing data for all looks.  The
 * result is the probability, when nothing changed, that any look crosses
 * bounds through this one.
 */
double
trk_repeated_p(double p, const TrkLooks *looks)
{
	double		t[TRK_LOOKS];
	double		bound[TRK_LOOKS];	/* bound of the sum: the normal deviate times the square root
									 * of t */
	Look		at[2];
	double		z = -trk_normal_quantile(p / 2);
	double		any;
	int			n = 0;

	if (!(p > 0 && p < 1))
		return p;
	/* skip looks that add no information */
	for (int i = 0; i < looks->n; i++)
		if (n == 0 || looks->information[i] > t[n - 1])
		{
			t[n] = looks->information[i];
			bound[n] = z * sqrt(t[n]) *
				pow(t[n] / looks->information[looks->look], looks->shape - 0.5);
			n++;
		}
	any = 2 * trk_normal_sf(bound[0] / sqrt(t[0]));
	if (n > 1)
		first_look(&at[0], bound[0], t[0], sqrt(t[1] - t[0]));
	for (int k = 1; k < n; k++)
	{
		double		added = sqrt(t[k] - t[k - 1]);

		TRK_CHECK_INTERRUPTS();
		any += exit_at(&at[(k - 1) % 2], bound[k], added);
		if (k + 1 < n)
			next_look(&at[(k - 1) % 2], &at[k % 2], bound[k], added,
					  Min(added, sqrt(t[k + 1] - t[k])));
	}
	/* with a single look the result is p itself */
	return n == 1 ? p : fmin(1, fmax(p, any));
}

/*
 * Feed one more value to Page and Hinkley's test.  Returns 1 for an alarm
 * upwards, -1 for one downwards, else 0.
 */
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

/*
 * Feed one more value to the tabular CUSUM.  The first values set the mean
 * and the deviation.  Returns 1 for an alarm upwards, -1 for one downwards,
 * else 0.
 */
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

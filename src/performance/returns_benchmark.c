/*
 * returns_benchmark.c
 *	  Returns against a benchmark (see returns.h).
 */
#include "base/trk.h"

#include "performance/returns.h"

/* Add to the sums of log growth; a loss of everything is minus infinity. */
static void
add_logs(TrkPairs *pairs, double r, double b)
{
	double		log_r;
	double		log_b;

	if (r < -1 || b < -1)
	{
		pairs->ruined++;
		return;
	}
	log_r = log1p(r);
	log_b = log1p(b);
	pairs->log_r += log_r;
	pairs->log_b += log_b;
	if (b > 0)
	{
		pairs->log_up_r += log_r;
		pairs->log_up_b += log_b;
	}
	else if (b < 0)
	{
		pairs->log_down_r += log_r;
		pairs->log_down_b += log_b;
	}
}

/* Add one more pair. */
void
trk_pairs_add(TrkPairs *pairs, double r, double b)
{
	double		n;
	double		d_r = r - pairs->mean_r;
	double		d_b = b - pairs->mean_b;
	double		d_d = (r - b) - pairs->mean_d;

	if (!isfinite(r) || !isfinite(b))
	{
		pairs->special++;
		return;
	}
	n = (double) ++pairs->n;
	pairs->wins += r > b;
	pairs->up += b > 0;
	pairs->down += b < 0;
	pairs->mean_r += d_r / n;
	pairs->mean_b += d_b / n;
	pairs->mean_d += d_d / n;
	pairs->m2_r += d_r * (r - pairs->mean_r);
	pairs->m2_b += d_b * (b - pairs->mean_b);
	pairs->m2_d += d_d * (r - b - pairs->mean_d);
	pairs->c_rb += d_r * (b - pairs->mean_b);
	add_logs(pairs, r, b);
}

/* Merge means and sums of products; both sides have pairs. */
static void
merge_moments(TrkPairs *a, const TrkPairs *b)
{
	double		na = (double) a->n;
	double		nb = (double) b->n;
	double		w = na * nb / (na + nb);
	double		d_r = b->mean_r - a->mean_r;
	double		d_b = b->mean_b - a->mean_b;
	double		d_d = b->mean_d - a->mean_d;

	a->m2_r += b->m2_r + d_r * d_r * w;
	a->m2_b += b->m2_b + d_b * d_b * w;
	a->m2_d += b->m2_d + d_d * d_d * w;
	a->c_rb += b->c_rb + d_r * d_b * w;
	a->mean_r += d_r * nb / (na + nb);
	a->mean_b += d_b * nb / (na + nb);
	a->mean_d += d_d * nb / (na + nb);
}

/* Add all of other's pairs. */
void
trk_pairs_merge(TrkPairs *pairs, const TrkPairs *other)
{
	if (pairs->n == 0)
	{
		int64		special = pairs->special;

		*pairs = *other;
		pairs->special += special;
		return;
	}
	if (other->n > 0)
		merge_moments(pairs, other);
	pairs->n += other->n;
	pairs->special += other->special;
	pairs->wins += other->wins;
	pairs->up += other->up;
	pairs->down += other->down;
	pairs->ruined += other->ruined;
	pairs->log_r += other->log_r;
	pairs->log_b += other->log_b;
	pairs->log_up_r += other->log_up_r;
	pairs->log_up_b += other->log_up_b;
	pairs->log_down_r += other->log_down_r;
	pairs->log_down_b += other->log_down_b;
}

/* Return a ratio; it is NaN when the divisor is zero. */
static inline double
ratio(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* Return the annual growth over n periods. */
static double
annual_growth(double log_growth, int64 n, double periods)
{
	return n > 0 ? expm1(log_growth * periods / (double) n) : NAN;
}

/* Compute the regression on the benchmark. */
static void
regression(const TrkPairs *p, const TrkRates *rates, TrkBenchmark *out)
{
	double		rf = trk_period_rate(rates->risk_free, rates->periods);
	double		alpha;

	out->beta = p->n > 1 ? ratio(p->c_rb, p->m2_b) : NAN;
	alpha = p->mean_r - rf - out->beta * (p->mean_b - rf);
	out->alpha_per_period = alpha;
	out->alpha_annual_arithmetic = alpha * rates->periods;
	out->alpha_annual_geometric = alpha > -1 ? expm1(log1p(alpha) * rates->periods) : NAN;
	out->correlation = p->n > 1 ? ratio(p->c_rb, sqrt(p->m2_r) * sqrt(p->m2_b)) : NAN;
	if (fabs(out->correlation) > 1)
		out->correlation = out->correlation > 0 ? 1 : -1;
	out->r_squared = out->correlation * out->correlation;
	out->treynor = ratio((p->mean_r - rf) * rates->periods, out->beta);
}

/* Compute all columns of at_benchmark from the pairs of returns. */
void
trk_benchmark(const TrkPairs *p, const TrkRates *rates, TrkBenchmark *out)
{
	double		periods = rates->periods;

	regression(p, rates, out);
	out->tracking_error_annual = p->n > 1 ?
		sqrt(p->m2_d / (double) (p->n - 1)) * sqrt(periods) : NAN;
	out->information_ratio = ratio(p->mean_d * periods, out->tracking_error_annual);
	out->batting_average = ratio((double) p->wins, (double) p->n);
	out->active_return_annual_geometric = out->up_capture = out->down_capture = NAN;
	if (p->ruined > 0)
		return;
	out->active_return_annual_geometric = annual_growth(p->log_r, p->n, periods) -
		annual_growth(p->log_b, p->n, periods);
	out->up_capture = ratio(annual_growth(p->log_up_r, p->up, periods),
							annual_growth(p->log_up_b, p->up, periods));
	out->down_capture = ratio(annual_growth(p->log_down_r, p->down, periods),
							  annual_growth(p->log_down_b, p->down, periods));
}

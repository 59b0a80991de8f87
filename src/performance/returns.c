/*
 * returns.c
 *	  Statistics of period returns (see returns.h).
 */
#include "base/trk.h"

#include "performance/returns.h"

#include "stats/special_normal.h"

/* A ratio; not defined when the divisor is zero. */
static inline double
ratio(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* Convert an annual rate to a rate per period, geometrically. */
double
trk_period_rate(double annual, double periods)
{
	return annual == 0 ? 0 : expm1(log1p(annual) / periods);
}

/* The growth of a year from a sum of logarithms over n periods. */
static double
annualised_log(double log_growth, int64 n, double periods)
{
	return n > 0 ? expm1(log_growth * periods / (double) n) : NAN;
}

/* Volatility of a year. */
double
trk_volatility(const TrkMoments *m, double periods)
{
	return sqrt(trk_var_samp(m)) * sqrt(periods);
}

/* The Sharpe ratio of one period. */
static double
period_sharpe(const TrkMoments *m, const TrkRates *rates)
{
	return ratio(trk_mean(m) - trk_period_rate(rates->risk_free, rates->periods),
				 sqrt(trk_var_samp(m)));
}

/* Sharpe ratio of a year. */
double
trk_sharpe(const TrkMoments *m, const TrkRates *rates)
{
	return period_sharpe(m, rates) * sqrt(rates->periods);
}

/*
 * Probabilistic Sharpe ratio (Bailey and Lopez de Prado, 2012): the probability
 * that the true ratio of a period is above the benchmark's.
 */
double
trk_psr(const TrkMoments *m, const TrkRates *rates, double benchmark_sharpe)
{
	double		sr = period_sharpe(m, rates);
	double		spread = 1 - trk_skew_pop(m) * sr +
		(trk_kurt_excess_pop(m) + 2) / 4 * sr * sr;

	return spread > 0 ?
		trk_normal_cdf((sr - benchmark_sharpe) * sqrt((double) (m->n - 1)) / sqrt(spread)) :
		NAN;
}

/* Quantile of a normal distribution with these moments. */
double
trk_var_gauss(const TrkMoments *m, double share)
{
	return trk_mean(m) + trk_normal_quantile(share) * sqrt(trk_var_samp(m));
}

/* The same, with skewness and kurtosis (Cornish and Fisher, 1938). */
double
trk_var_cornish_fisher(const TrkMoments *m, double share)
{
	double		z = trk_normal_quantile(share);
	double		g1 = trk_skew_pop(m);
	double		g2 = trk_kurt_excess_pop(m);
	double		h = z + (z * z - 1) * g1 / 6 + (z * z * z - 3 * z) * g2 / 24 -
		(2 * z * z * z - 5 * z) * g1 * g1 / 36;

	return trk_mean(m) + h * sqrt(trk_var_pop(m));
}

/* Kelly fraction of a continuous process: excess mean by variance. */
double
trk_kelly(const TrkMoments *m, const TrkRates *rates)
{
	return ratio(trk_mean(m) - trk_period_rate(rates->risk_free, rates->periods),
				 trk_var_samp(m));
}

/* Sum of log(1 + r), with compensation; NaN below -1, -inf at -1. */
static double
log_growth(const TrkSample *sample)
{
	double		sum = 0;
	double		lost = 0;

	if (sample->n == 0 || trk_sample_value(sample, 0) < -1)
		return NAN;
	if (trk_sample_value(sample, 0) == -1)
		return -INFINITY;
	for (int64 row = 0; row < sample->n_rows; row++)
	{
		double		x = (double) trk_sample_count(sample, row) *
			log1p(trk_sample_value(sample, row)) - lost;
		double		t = sum + x;

		lost = (t - sum) - x;
		sum = t;
	}
	return sum;
}

/* Growth over all periods. */
double
trk_total_return(const TrkSample *sample)
{
	return expm1(log_growth(sample));
}

/* Growth of a year. */
double
trk_ann_return(const TrkSample *sample, double periods)
{
	return annualised_log(log_growth(sample), sample->n, periods);
}

/* Sums of what lies below and above a threshold, and of squares below. */
typedef struct Partial
{
	double		below;
	double		above;
	double		squares;
	double		sum;
	int64		higher;
} Partial;

/* Add a value, by its distance from the threshold, so many times. */
static inline void
add_partial(Partial *p, double d, int64 count)
{
	double		times = (double) count;

	p->sum += times * d;
	if (d < 0)
	{
		p->below -= times * d;
		p->squares += times * d * d;
	}
	else if (d > 0)
	{
		p->above += times * d;
		p->higher += count;
	}
}

/* Partial sums around a threshold. */
static Partial
partial_sums(const TrkSample *sample, double threshold)
{
	Partial		p = {0, 0, 0, 0, 0};

	for (int64 row = 0; row < sample->n_rows; row++)
		add_partial(&p, trk_sample_value(sample, row) - threshold,
					trk_sample_count(sample, row));
	return p;
}

/* The threshold of one period. */
static double
period_mar(const TrkRates *rates)
{
	return trk_period_rate(rates->mar, rates->periods);
}

/* Downside deviation of a year: all periods in the divisor. */
static double
downside_deviation(const Partial *p, int64 n, const TrkRates *rates)
{
	return n > 0 ? sqrt(p->squares / (double) n) * sqrt(rates->periods) : NAN;
}

/*
 * Return the annualized downside deviation: the root of the mean squared
 * shortfall below the minimum acceptable return.
 */
double
trk_downside_deviation(const TrkSample *sample, const TrkRates *rates)
{
	Partial		p = partial_sums(sample, period_mar(rates));

	return downside_deviation(&p, sample->n, rates);
}

/* Sortino ratio of a year. */
static double
sortino(const Partial *p, int64 n, const TrkRates *rates)
{
	return n > 1 ? ratio(p->sum / (double) n * sqrt(rates->periods),
						 sqrt(p->squares / (double) n)) : NAN;
}

/*
 * Return the annualized Sortino ratio: the mean excess over the minimum
 * acceptable return, divided by the downside deviation.
 */
double
trk_sortino(const TrkSample *sample, const TrkRates *rates)
{
	Partial		p = partial_sums(sample, period_mar(rates));

	return sortino(&p, sample->n, rates);
}

/* Omega: gains over the threshold by shortfalls below it. */
double
trk_omega(const TrkSample *sample, const TrkRates *rates)
{
	Partial		p = partial_sums(sample, period_mar(rates));

	return ratio(p.above, p.below);
}

/* The 95th percentile by the 5th, both without sign. */
double
trk_tail_ratio(const TrkSample *sample)
{
	return ratio(fabs(trk_quantile_cont(sample, 0.95)),
				 fabs(trk_quantile_cont(sample, 0.05)));
}

/* Sum of returns by the sum of the negative ones, without sign. */
double
trk_gain_to_pain(const TrkSample *sample)
{
	Partial		p = partial_sums(sample, 0);

	return ratio(p.sum, p.below);
}

/* Share of returns above zero. */
double
trk_hit_rate(const TrkSample *sample)
{
	return ratio((double) partial_sums(sample, 0).higher, (double) sample->n);
}

/* Returns that are looked at together. */
#define CHUNK	1024

/* What is collected along the returns, in order. */
typedef struct Along
{
	TrkMoments	moments;
	Partial		by_mar;			/* around the acceptable return, and around zero */
	Partial		by_zero;
	int64		n;
	int64		ruined;			/* returns below -1 */
	int64		lost;			/* returns of -1 */
	double		depth;			/* below the high, as a fraction of it */
	double		worst;			/* of these the greatest, squares, sum */
	double		squares;
	double		depths;
	double		growth;			/* sum of log(1 + r), and what does not fit */
	double		rest;
	double		mean_y;			/* of that sum at each period */
	double		m2_y;
	double		c_xy;			/* with the period's number */
} Along;

/* Depths below the high; not one less the wealth, which loses small ones. */
static void
add_depths(Along *a, const double *returns, int n)
{
	for (int i = 0; i < n; i++)
	{
		double		depth = a->depth * (1 + returns[i]) - returns[i];
		double		down = depth > TRK_DRAWDOWN_EPSILON ? depth : 0;

		a->depth = depth < 0 ? 0 : depth;
		a->worst = Max(a->worst, down);
		a->squares += down * down;
		a->depths += down;
	}
}

/* Log growth, which is written to y at each period. */
static void
add_growth(Along *a, const double *returns, int n, double *y)
{
	for (int i = 0; i < n; i++)
	{
		double		x;
		double		sum;

		if (returns[i] > -1)
		{
			x = log1p(returns[i]) + a->rest;
			sum = a->growth + x;
			a->rest = x - (sum - a->growth);
			a->growth = sum;
		}
		else if (returns[i] < -1)
			a->ruined++;
		else
			a->lost++;
		y[i] = a->growth;
	}
}

/* Covariance of log growth and the period's number, merged from a chunk's. */
static void
add_regression(Along *a, const double *y, int n)
{
	double		before = (double) a->n;
	double		share = before * n / (before + n);
	double		mean = 0;
	double		m2 = 0;
	double		c = 0;
	double		delta;

	for (int i = 0; i < n; i++)
		mean += y[i] - y[0];
	mean = y[0] + mean / n;
	for (int i = 0; i < n; i++)
	{
		double		d = y[i] - mean;

		m2 += d * d;
		c += d * (i - (n - 1) / 2.0);
	}
	delta = mean - a->mean_y;
	a->m2_y += m2 + delta * delta * share;
	/* the mean numbers are half the sum of both counts apart */
	a->c_xy += c + delta * (before + n) / 2 * share;
	a->mean_y += delta * n / (before + n);
}

/* Collect all of it. */
static void
walk_along(Along *a, const double *returns, int64 n, const TrkRates *rates)
{
	double		mar = period_mar(rates);
	double		y[CHUNK];

	memset(a, 0, sizeof(*a));
	trk_moments_init(&a->moments);
	for (int64 at = 0; at < n; at += CHUNK)
	{
		const double *chunk = returns + at;
		int			count = (int) Min(n - at, CHUNK);

		trk_moments_add(&a->moments, chunk, count);
		for (int i = 0; i < count; i++)
			add_partial(&a->by_zero, chunk[i], 1);
		if (mar != 0)
			for (int i = 0; i < count; i++)
				add_partial(&a->by_mar, chunk[i] - mar, 1);
		add_depths(a, chunk, count);
		add_growth(a, chunk, count, y);
		add_regression(a, y, count);
		a->n += count;
	}
	if (mar == 0)
		a->by_mar = a->by_zero;
}

/* R squared of cumulative log growth on the period's number. */
static double
stability(const Along *a)
{
	double		n = (double) a->n;
	double		m2_x = n * (n * n - 1) / 12;

	return a->n > 1 && a->ruined + a->lost == 0 ?
		ratio(a->c_xy * a->c_xy, m2_x * a->m2_y) : NAN;
}

/* The figures of what was collected. */
static void
path_figures(const Along *a, const TrkRates *rates, TrkPerformance *out)
{
	double		n = (double) a->n;

	out->downside_deviation_ann = downside_deviation(&a->by_mar, a->n, rates);
	out->sortino = sortino(&a->by_mar, a->n, rates);
	out->omega = ratio(a->by_mar.above, a->by_mar.below);
	out->hit_rate = ratio((double) a->by_zero.higher, n);
	out->gain_to_pain = ratio(a->by_zero.sum, a->by_zero.below);
	if (a->n == 0)
		return;
	out->worst = a->moments.min;
	out->best = a->moments.max;
	if (a->ruined > 0)
		return;
	out->total_return = a->lost > 0 ? -1 : expm1(a->growth);
	out->ann_return = a->lost > 0 ? -1 : annualised_log(a->growth, a->n, rates->periods);
	out->max_drawdown = a->worst > 0 ? -a->worst : 0;
	out->ulcer_index = sqrt(a->squares / n);
	out->pain_index = a->depths / n;
	out->stability_r2 = stability(a);
	out->calmar = ratio(out->ann_return, fabs(out->max_drawdown));
}

/* The figures of the two tails. */
static void
tail_figures(const double *returns, int64 n, TrkWord *scratch, TrkPerformance *out)
{
	TrkTails	tails;

	if (n == 0)
		return;
	trk_tails(returns, n, 0.05, scratch, &tails);
	out->var_hist_05 = tails.low;
	out->cvar_05 = tails.mean;
	out->cvar_05_empyrical = tails.mean_whole;
	out->tail_ratio = ratio(fabs(tails.high), fabs(tails.low));
}

/* The figures of the moments. */
static void
moment_figures(const TrkMoments *m, const TrkRates *rates, TrkPerformance *out)
{
	out->mean = trk_mean(m);
	out->sd = sqrt(trk_var_samp(m));
	out->ann_volatility = trk_volatility(m, rates->periods);
	out->sharpe = trk_sharpe(m, rates);
	out->var_gauss_05 = trk_var_gauss(m, 0.05);
	out->var_cornish_fisher_05 = trk_var_cornish_fisher(m, 0.05);
	out->skew_pop = trk_skew_pop(m);
	out->kurt_excess_pop = trk_kurt_excess_pop(m);
	out->skew_samp = trk_skew_samp(m);
	out->kurt_excess_samp = trk_kurt_excess_samp(m);
	out->psr_zero = trk_psr(m, rates, 0);
	out->kelly_continuous = trk_kelly(m, rates);
}

/*
 * Compute all columns of at_performance for n finite returns in order.
 * scratch has space for TRK_TAILS_ROOM(n) words.
 */
void
trk_performance(const double *returns, int64 n, TrkWord *scratch,
				const TrkRates *rates, TrkPerformance *out)
{
	double	   *column = (double *) out;
	Along		along;

	for (Size i = 0; i < sizeof(*out) / sizeof(double); i++)
		column[i] = NAN;
	walk_along(&along, returns, n, rates);
	moment_figures(&along.moments, rates, out);
	path_figures(&along, rates, out);
	tail_figures(returns, n, scratch, out);
}

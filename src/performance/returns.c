/*
 * returns.c
 *	  Statistics of period returns (see returns.h).
 */
#include "base/trk.h"

#include "performance/returns.h"

#include "stats/special_normal.h"

/* Return a ratio; it is NaN when the divisor is zero. */
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

/* Return the annual growth from a sum of logarithms over n periods. */
static double
annualised_log(double log_growth, int64 n, double periods)
{
	return n > 0 ? expm1(log_growth * periods / (double) n) : NAN;
}

/* Return the annualized volatility. */
double
trk_volatility(const TrkMoments *m, double periods)
{
	return sqrt(trk_var_samp(m)) * sqrt(periods);
}

/* Return the Sharpe ratio of one period. */
static double
period_sharpe(const TrkMoments *m, const TrkRates *rates)
{
	return ratio(trk_mean(m) - trk_period_rate(rates->risk_free, rates->periods),
				 sqrt(trk_var_samp(m)));
}

/* Return the annualized Sharpe ratio. */
double
trk_sharpe(const TrkMoments *m, const TrkRates *rates)
{
	return period_sharpe(m, rates) * sqrt(rates->periods);
}

/* Return the Sharpe ratio of one period with the moments that its error needs. */
TrkSharpe
trk_sharpe_estimate(const TrkMoments *m, const TrkRates *rates)
{
	return (TrkSharpe)
	{
		.n = m->n, .ratio = period_sharpe(m, rates), .skew = trk_skew_pop(m),
			.kurt_excess = trk_kurt_excess_pop(m)
	};
}

/* Return the probabilistic Sharpe ratio (see trk_sharpe_probability()). */
double
trk_psr(const TrkMoments *m, const TrkRates *rates, double benchmark_sharpe)
{
	TrkSharpe	s = trk_sharpe_estimate(m, rates);

	return trk_sharpe_probability(&s, benchmark_sharpe);
}

/* Return the quantile of a normal distribution with these moments. */
double
trk_var_gauss(const TrkMoments *m, double share)
{
	return trk_mean(m) + trk_normal_quantile(share) * sqrt(trk_var_samp(m));
}

/*
 * Return the quantile corrected for skewness and kurtosis (Cornish and Fisher,
 * 1938).
 */
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

/*
 * Return the Kelly fraction of a continuous process: excess mean divided by
 * variance.
 */
double
trk_kelly(const TrkMoments *m, const TrkRates *rates)
{
	return ratio(trk_mean(m) - trk_period_rate(rates->risk_free, rates->periods),
				 trk_var_samp(m));
}

/*
 * Return the sum of log(1 + r), with compensation; NaN with a return below -1,
 * -inf with one of -1.
 */
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

/* Return the growth over all periods. */
double
trk_total_return(const TrkSample *sample)
{
	return expm1(log_growth(sample));
}

/* Return the annualized growth. */
double
trk_ann_return(const TrkSample *sample, double periods)
{
	return annualised_log(log_growth(sample), sample->n, periods);
}

/*
 * Sums of the distances below and above a threshold, and of the squares of
 * those below.
 */
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

/* Compute the sums around a threshold. */
static Partial
partial_sums(const TrkSample *sample, double threshold)
{
	Partial		p = {0, 0, 0, 0, 0};

	for (int64 row = 0; row < sample->n_rows; row++)
		add_partial(&p, trk_sample_value(sample, row) - threshold,
					trk_sample_count(sample, row));
	return p;
}

/* Return the minimum acceptable return of one period. */
static double
period_mar(const TrkRates *rates)
{
	return trk_period_rate(rates->mar, rates->periods);
}

/* Return the annualized downside deviation; the divisor counts all periods. */
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

/* Return Omega: gains above the threshold divided by shortfalls below it. */
double
trk_omega(const TrkSample *sample, const TrkRates *rates)
{
	Partial		p = partial_sums(sample, period_mar(rates));

	return ratio(p.above, p.below);
}

/* Return the 95th percentile divided by the 5th, without signs. */
double
trk_tail_ratio(const TrkSample *sample)
{
	return ratio(fabs(trk_quantile_cont(sample, 0.95)),
				 fabs(trk_quantile_cont(sample, 0.05)));
}

/*
 * Return the sum of returns divided by the sum of the negative ones, without
 * sign.
 */
double
trk_gain_to_pain(const TrkSample *sample)
{
	Partial		p = partial_sums(sample, 0);

	return ratio(p.sum, p.below);
}

/* Return the share of returns above zero. */
double
trk_hit_rate(const TrkSample *sample)
{
	return ratio((double) partial_sums(sample, 0).higher, (double) sample->n);
}

/* Returns that are looked at together. */
#define CHUNK	1024

/* What is collected in one pass over the ordered returns. */
typedef struct Along
{
	TrkMoments	moments;
	Partial		by_mar;			/* sums around the acceptable return, and around zero */
	Partial		by_zero;
	int64		n;
	int64		ruined;			/* number of returns below -1 */
	int64		lost;			/* number of returns of -1 */
	double		depth;			/* current depth below the high, as a fraction of it */
	double		worst;			/* the largest depth, the sum of squares and the sum of depths */
	double		squares;
	double		depths;
	double		growth;			/* sum of log(1 + r), and its low-order part */
	double		rest;
	double		mean_y;			/* mean of that sum over the periods */
	double		m2_y;
	double		c_xy;			/* its covariance with the number of the period */
} Along;

/*
 * Update the depths below the high.  A depth is not computed as one minus
 * wealth, which would lose the digits of small ones.
 */
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

/* Add the log growth, and write it to y for each period. */
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

/* Merge the covariance of log growth and period number of a chunk. */
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
	/* the means of the period numbers differ by half the sum of both counts */
	a->c_xy += c + delta * (before + n) / 2 * share;
	a->mean_y += delta * n / (before + n);
}

/* Do the pass over all returns. */
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

/*
 * Return R squared of the regression of cumulative log growth on the period
 * number.
 */
static double
stability(const Along *a)
{
	double		n = (double) a->n;
	double		m2_x = n * (n * n - 1) / 12;

	return a->n > 1 && a->ruined + a->lost == 0 ?
		ratio(a->c_xy * a->c_xy, m2_x * a->m2_y) : NAN;
}

/* Compute the figures of what was collected. */
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

/* Compute the figures of the two tails. */
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

/* Compute the figures of the moments. */
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

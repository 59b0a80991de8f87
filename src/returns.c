/*
 * returns.c
 *	  Statistics of period returns (see returns.h).
 */
#include "returns.h"

#include "special_normal.h"

/* A ratio; not defined when the divisor is zero. */
static inline double
ratio(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* See returns.h. */
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

/* Partial sums around a threshold. */
static Partial
partial_sums(const TrkSample *sample, double threshold)
{
	Partial		p = {0, 0, 0, 0, 0};

	for (int64 row = 0; row < sample->n_rows; row++)
	{
		double		count = (double) trk_sample_count(sample, row);
		double		d = trk_sample_value(sample, row) - threshold;

		p.sum += count * d;
		if (d < 0)
		{
			p.below -= count * d;
			p.squares += count * d * d;
		}
		else if (d > 0)
		{
			p.above += count * d;
			p.higher += trk_sample_count(sample, row);
		}
	}
	return p;
}

/* The threshold of one period. */
static double
period_mar(const TrkRates *rates)
{
	return trk_period_rate(rates->mar, rates->periods);
}

/* Downside deviation of a year: all periods in the divisor. */
double
trk_downside_deviation(const TrkSample *sample, const TrkRates *rates)
{
	Partial		p = partial_sums(sample, period_mar(rates));

	return sample->n > 0 ? sqrt(p.squares / (double) sample->n) * sqrt(rates->periods) : NAN;
}

/* Sortino ratio of a year. */
double
trk_sortino(const TrkSample *sample, const TrkRates *rates)
{
	double		n = (double) sample->n;
	Partial		p = partial_sums(sample, period_mar(rates));

	return sample->n > 1 ?
		ratio(p.sum / n * sqrt(rates->periods), sqrt(p.squares / n)) : NAN;
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

/* Drawdown figures over all periods. */
static void
path_figures(const double *returns, int64 n, TrkPerformance *out)
{
	double		level = 1;		/* wealth by its high */
	double		worst = 0;
	double		squares = 0;
	double		sum = 0;

	for (int64 i = 0; i < n; i++)
	{
		double		down;

		level *= 1 + returns[i];
		if (returns[i] < -1)
			return;
		if (level > 1)
			level = 1;
		down = level < 1 - TRK_DRAWDOWN_EPSILON ? 1 - level : 0;
		worst = Max(worst, down);
		squares += down * down;
		sum += down;
	}
	if (n == 0)
		return;
	out->max_drawdown = worst > 0 ? -worst : 0;
	out->ulcer_index = sqrt(squares / (double) n);
	out->pain_index = sum / (double) n;
}

/* R squared of cumulative log growth on the period's number. */
static double
stability(const double *returns, int64 n)
{
	double		y = 0;
	double		mean_y = 0;
	double		m2_y = 0;
	double		c_xy = 0;
	double		m2_x = (double) n * ((double) n * (double) n - 1) / 12;

	for (int64 i = 0; i < n; i++)
	{
		double		delta;
		double		x = (double) i;

		if (!(returns[i] > -1))
			return NAN;
		y += log1p(returns[i]);
		delta = y - mean_y;
		mean_y += delta / (x + 1);
		m2_y += delta * (y - mean_y);
		/* the mean of the earlier numbers is (i - 1) / 2 */
		c_xy += delta * x / 2;
	}
	return n > 1 ? ratio(c_xy * c_xy, m2_x * m2_y) : NAN;
}

/* The figures that are read off the sorted returns. */
static void
sample_figures(const TrkSample *s, const TrkRates *rates, TrkPerformance *out)
{
	out->total_return = trk_total_return(s);
	out->ann_return = trk_ann_return(s, rates->periods);
	out->downside_deviation_ann = trk_downside_deviation(s, rates);
	out->sortino = trk_sortino(s, rates);
	out->omega = trk_omega(s, rates);
	out->var_hist_05 = trk_quantile_cont(s, 0.05);
	out->cvar_05 = trk_tail_mean(s, 0.05);
	out->cvar_05_empyrical = trk_tail_mean_whole(s, 0.05);
	out->tail_ratio = trk_tail_ratio(s);
	out->hit_rate = trk_hit_rate(s);
	out->gain_to_pain = trk_gain_to_pain(s);
	if (s->n > 0)
	{
		out->worst = trk_sample_value(s, 0);
		out->best = trk_sample_value(s, s->n_rows - 1);
	}
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

/* See returns.h. */
void
trk_performance(const double *returns, int64 n, const TrkWord *sorted,
				const TrkRates *rates, TrkPerformance *out)
{
	TrkSample	sample = trk_sample_of_sorted(sorted, n);
	TrkMoments	m;
	double	   *column = (double *) out;

	for (Size i = 0; i < sizeof(*out) / sizeof(double); i++)
		column[i] = NAN;
	trk_moments_init(&m);
	for (int64 i = 0; i < n; i++)
		trk_moments_add(&m, returns[i]);
	moment_figures(&m, rates, out);
	sample_figures(&sample, rates, out);
	path_figures(returns, n, out);
	out->stability_r2 = stability(returns, n);
	out->calmar = ratio(out->ann_return, fabs(out->max_drawdown));
}

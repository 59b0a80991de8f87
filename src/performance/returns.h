/*
 * returns.h
 *	  Statistics of simple period returns, alone and against a benchmark.
 *	  Pure; called by the files behind the SQL functions.
 *
 * Figures that are not defined are NaN (NULL in SQL).  Rates are annual here,
 * and are converted to rates per period geometrically.
 */
#ifndef TRK_RETURNS_H
#define TRK_RETURNS_H

#include "performance/drawdown.h"
#include "stats/moments.h"
#include "stats/sharpe.h"
#include "stats/sorted_sample.h"

typedef struct TrkRates
{
	double		periods;		/* per year */
	double		risk_free;		/* annual */
	double		mar;			/* minimum acceptable return, annual */
} TrkRates;

/* The columns of at_performance, in order. */
#define TRK_PERFORMANCE_COLUMNS(X) \
	X(total_return) X(ann_return) X(mean) X(sd) X(ann_volatility) X(sharpe) \
	X(downside_deviation_ann) X(sortino) X(omega) X(max_drawdown) X(calmar) \
	X(var_hist_05) X(cvar_05) X(cvar_05_empyrical) X(var_gauss_05) \
	X(var_cornish_fisher_05) X(tail_ratio) X(skew_pop) X(kurt_excess_pop) \
	X(skew_samp) X(kurt_excess_samp) X(psr_zero) X(stability_r2) X(ulcer_index) \
	X(pain_index) X(best) X(worst) X(hit_rate) X(gain_to_pain) X(kelly_continuous)

#define TRK_PERFORMANCE_FIELD(name)		double name;
typedef struct TrkPerformance
{
	TRK_PERFORMANCE_COLUMNS(TRK_PERFORMANCE_FIELD)
} TrkPerformance;

/*
 * Compute all columns of at_performance for n finite returns in order. scratch
 * needs space for TRK_TAILS_ROOM(n) words.
 */
extern void trk_performance(const double *returns, int64 n, TrkWord *scratch,
							const TrkRates *rates, TrkPerformance *out);

/* Convert an annual rate to a rate per period. */
extern double trk_period_rate(double annual, double periods);

/* Figures that need the moments alone. */
extern double trk_sharpe(const TrkMoments *m, const TrkRates *rates);
extern double trk_volatility(const TrkMoments *m, double periods);
extern TrkSharpe trk_sharpe_estimate(const TrkMoments *m, const TrkRates *rates);
extern double trk_psr(const TrkMoments *m, const TrkRates *rates, double benchmark_sharpe);
extern double trk_var_gauss(const TrkMoments *m, double share);
extern double trk_var_cornish_fisher(const TrkMoments *m, double share);
extern double trk_kelly(const TrkMoments *m, const TrkRates *rates);

/* Figures of the distribution, for which the order does not matter. */
extern double trk_total_return(const TrkSample *sample);
extern double trk_ann_return(const TrkSample *sample, double periods);
extern double trk_downside_deviation(const TrkSample *sample, const TrkRates *rates);
extern double trk_sortino(const TrkSample *sample, const TrkRates *rates);
extern double trk_omega(const TrkSample *sample, const TrkRates *rates);
extern double trk_tail_ratio(const TrkSample *sample);
extern double trk_gain_to_pain(const TrkSample *sample);
extern double trk_hit_rate(const TrkSample *sample);

/*
 * Sums over pairs of a return and the benchmark's return of the same period.
 * This is the layout of a state (see state.h).
 */
typedef struct TrkPairs
{
	int64		n;
	int64		special;		/* number of pairs with a value that is not finite */
	int64		wins;			/* number of returns above the benchmark */
	int64		up;				/* number of periods with the benchmark above zero */
	int64		down;			/* number of periods with the benchmark below zero */
	int64		ruined;			/* number of pairs with a value below -1 */
	double		mean_r;
	double		mean_b;
	double		m2_r;
	double		m2_b;
	double		c_rb;			/* sum of products of deviations */
	double		mean_d;			/* mean of the difference */
	double		m2_d;
	double		log_r;			/* sums of log(1 + r) */
	double		log_b;
	double		log_up_r;
	double		log_up_b;
	double		log_down_r;
	double		log_down_b;
} TrkPairs;

/* The columns of at_benchmark, in order. */
#define TRK_BENCHMARK_COLUMNS(X) \
	X(beta) X(alpha_per_period) X(alpha_annual_arithmetic) X(alpha_annual_geometric) \
	X(correlation) X(r_squared) X(tracking_error_annual) X(information_ratio) \
	X(active_return_annual_geometric) X(up_capture) X(down_capture) \
	X(batting_average) X(treynor)

typedef struct TrkBenchmark
{
	TRK_BENCHMARK_COLUMNS(TRK_PERFORMANCE_FIELD)
} TrkBenchmark;

extern void trk_pairs_add(TrkPairs *pairs, double r, double b);
extern void trk_pairs_merge(TrkPairs *pairs, const TrkPairs *other);
extern void trk_benchmark(const TrkPairs *pairs, const TrkRates *rates, TrkBenchmark *out);

#endif							/* TRK_RETURNS_H */

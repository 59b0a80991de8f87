/*
 * test_sharpe.c
 *	  How much a Sharpe ratio can be trusted, against values of 20 digits
 *	  (mpmath), without the server.
 */
#include "stats/sharpe.h"
#include "tap.h"

#include <math.h>

/* Are two numbers the same within a relative error? */
static bool
near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fabs(b);
}

/*
 * The example of Bailey and Lopez de Prado (2014): 1250 daily returns, a ratio
 * of 2.5 a year, skewness -3, kurtosis 10, the best of 100 trials whose ratios
 * of a year have a variance of one half.
 */
static void
test_example(void)
{
	TrkSharpe	s = {.n = 1250, .ratio = 0.1581138830084189666, .skew = -3, .kurt_excess = 7};
	double		best = trk_expected_best_sharpe(100, 0.002);

	ok(near(trk_sharpe_error(&s), 0.035006480573830015774, 1e-14), "standard error");
	ok(near(trk_sharpe_probability(&s, 0), 0.99999685950789764898, 1e-14), "probability above zero");
	ok(near(trk_min_track_record(&s, 0, 0.95), 166.64328867653560102, 1e-13), "track record");
	ok(near(best, 0.11317200186513202887, 1e-13), "best of 100 trials");
	ok(near(trk_sharpe_probability(&s, best), 0.90039683444939096156, 1e-13), "deflated");
}

/* The best of few trials and of very many. */
static void
test_trials(void)
{
	static const double best[][2] = {
		{1, 0}, {2, 0.51975534428059392454}, {10, 1.5745983013457500307},
		{1e6, 4.8678600378373049154}, {1e15, 8.0123940878287309957}
	};

	for (Size i = 0; i < lengthof(best); i++)
		ok(near(trk_expected_best_sharpe(best[i][0], 1), best[i][1], 1e-13),
		   "best of %g trials", best[i][0]);
	ok(trk_expected_best_sharpe(50, 0) == 0, "trials that are all the same");
	ok(isnan(trk_expected_best_sharpe(2, NAN)), "an unknown variance");
	ok(trk_expected_best_sharpe(1.1, 1) == 0, "little more than one trial has no luck");
}

/* Ratios that have no error, or no track record. */
static void
test_undefined(void)
{
	TrkSharpe	one = {.n = 1, .ratio = NAN, .skew = NAN, .kurt_excess = NAN};
	TrkSharpe	below = {.n = 50, .ratio = 0.1, .skew = 0, .kurt_excess = 0};
	TrkSharpe	skewed = {.n = 50, .ratio = 1, .skew = 2, .kurt_excess = 1};

	ok(isnan(trk_sharpe_error(&one)) && isnan(trk_sharpe_probability(&one, 0)), "one return");
	ok(isnan(trk_min_track_record(&one, 0, 0.95)), "no track record of one return");
	ok(isnan(trk_min_track_record(&below, 0.1, 0.95)), "no track record at the benchmark");
	ok(trk_min_track_record(&below, 0.05, 0.5) == 1, "no more than one for a confidence of a half");
	ok(trk_min_track_record(&below, 0.05, 0.05) == 1, "nor for one below it");
	ok(isnan(trk_sharpe_error(&skewed)), "moments for which the error is not defined");
}

int
main(void)
{
	test_example();
	test_trials();
	test_undefined();
	return done_testing();
}

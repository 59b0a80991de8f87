/*
 * test_drift.c
 *	  Special functions and comparisons under sanitizers: known values, and
 *	  arguments at the edges of their ranges.
 */
#include "stats/category_test.h"
#include "stats/detector.h"
#include "stats/sample_test.h"
#include "tap.h"

/* Is a number within a relative error of what it should be? */
static bool
near(double got, double expected, double relative)
{
	return fabs(got - expected) <= relative * fabs(expected);
}

/* Tails whose values are known in closed form or from tables. */
static void
test_tails(void)
{
	ok(near(trk_chi2_sf(10, 2).p, exp(-5), 1e-14), "chi-square with 2 degrees is exponential");
	ok(near(trk_chi2_sf(20999795060.98468, 2.1e10).p, 0.84134474607313028, 1e-13) &&
	   near(trk_chi2_sf(2.1e10, 2.1e10).p, 0.49999870224066485, 1e-13) &&
	   near(trk_chi2_sf(21001229634.091915, 2.1e10).p, 9.8727962684591202e-10, 1e-12) &&
	   near(trk_chi2_sf(21006148170.459576, 2.1e10).p, 5.3570628973797708e-198, 1e-11) &&
	   near(trk_chi2_sf(1000001341640786.5, 1e15).p, 4.908689229215901e-198, 1e-11),
	   "chi-square with many degrees, by quadrature");
	ok(near(trk_chi2_sf(1e18, 1e18).p, 0.5, 1e-9) && trk_chi2_sf(1e300, 1e300).p == 0.5 &&
	   trk_chi2_sf(1, 1e300).p == 1 && trk_chi2_sf(1e300, 1e30).p == 0,
	   "chi-square with as many degrees as there are");
	ok(near(trk_chi2_sf(1.99999999e10, 2e10).p, trk_chi2_sf(1.99999999e10, 2.0000000001e10).p, 1e-4),
	   "chi-square: both forms meet");
	ok(near(trk_chi2_sf(2000, 2).log10, -1000 / log(10), 1e-14), "its logarithm stays finite");
	ok(near(trk_t_sf(1, 1).p, 0.25, 1e-14), "Student with 1 degree is Cauchy");
	ok(near(trk_normal_tail(TRK_Z975).p, 0.025, 1e-14), "the normal 97.5 %% point");
	ok(near(trk_beta_tail(2, 1, 0.3, 0.7).p, 0.09, 1e-14), "incomplete beta of (2, 1)");
	ok(near(trk_binomial_sf(1, 2, 0.5).p, 0.25, 1e-14), "binomial");
	ok(near(trk_f_sf(1, 2, 2).p, 0.5, 1e-14), "F of equal degrees at 1");
	ok(near(trk_chi2_quantile(0.05, 1), TRK_Z975 * TRK_Z975, 1e-13), "chi-square quantile");
	ok(near(trk_noncentral_chi2_sf(5, 2, 0).p, trk_chi2_sf(5, 2).p, 1e-14), "no noncentrality");
	ok(near(trk_noncentrality(1, 0.05, 0.8), 7.848860509326414, 1e-9), "80 %% power");
}

/* Everywhere from far below to far above, nothing breaks and tails fall. */
static void
test_ranges(void)
{
	static const double dfs[] = {1, 1.5, 2, 3, 19, 20, 21, 1000, 1e6, 2.1e10, 1e18, 1e300};

	for (int i = 0; i < (int) lengthof(dfs); i++)
	{
		TrkTail		last = {1, 0};
		bool		falling = true;

		for (double x = 1e-300; x < 1e300; x *= 7)
		{
			TrkTail		t = trk_chi2_sf(x, dfs[i]);

			falling = falling && t.p <= last.p * (1 + 1e-12) && t.log10 <= last.log10 + 1e-12;
			last = t;
		}
		ok(falling, "chi-square with %g degrees falls", dfs[i]);
	}
	ok(isnan(trk_chi2_sf(NAN, 1).p) && isnan(trk_t_sf(1, NAN).p) &&
	   isnan(trk_kolmogorov_sf(NAN).p) && isnan(trk_cramer_von_mises_sf(NAN).p), "NaN stays NaN");
	ok(near(trk_anderson_darling_k2_sf(0.499999).p, trk_anderson_darling_k2_sf(0.5).p, 1e-5) &&
	   near(trk_cramer_von_mises_sf(0.0999999).p, trk_cramer_von_mises_sf(0.1).p, 1e-5) &&
	   near(trk_kolmogorov_sf(0.9999999).p, trk_kolmogorov_sf(1).p, 1e-5), "both forms meet");
}

/* Exact laws. */
static void
test_exact(void)
{
	TrkFisher	fisher;
	TrkTail		tail;
	bool		ends[5] = {false, false, true, false, true};

	trk_fisher(3, 1, 1, 3, &fisher);
	ok(near(fisher.two_sided.p, 34.0 / 70, 1e-12), "the lady tasting tea");
	trk_fisher(INT64CONST(1) << 60, INT64CONST(1) << 60, INT64CONST(1) << 60,
			   INT64CONST(1) << 60, &fisher);
	ok(fisher.two_sided.p == 1, "a table too large for sums");
	ok(trk_smirnov_sf(2, 4, 8, NULL, NULL, &tail) && near(tail.p, 2.0 / 15, 1e-14),
	   "two against four, apart");
	ok(trk_smirnov_sf(2, 2, 4, ends, NULL, &tail) && near(tail.p, 1.0 / 3, 1e-14), "with ties");
	ok(trk_smirnov_sf(2, 2, 0, NULL, NULL, &tail) && tail.p == 1, "no difference");
}

/* Comparisons of nothing, of one value, of equal values. */
static void
test_small_samples(void)
{
	double		one[1] = {1};
	double		same[3] = {5, 5, 5};
	double		none[1] = {NAN};
	TrkValues	a;
	TrkValues	b;
	TrkValues	empty;
	TrkKs		ks;
	TrkMannWhitney mw;
	TrkCramerVonMises cvm;
	TrkWasserstein w;
	TrkWelch	welch;
	TrkQuantileShift shift;

	trk_values_init(&a, one, 1, NULL);
	trk_values_init(&b, same, 3, NULL);
	trk_values_init(&empty, none, 1, NULL);
	ok(empty.n == 0 && empty.nan == 1, "NaN is counted, not kept");
	trk_ks(&a, &empty, TRK_KS_EXACT_CELLS, NULL, &ks);
	trk_mann_whitney(&empty, &a, NULL, &mw);
	trk_cramer_von_mises(&empty, &empty, &cvm);
	trk_wasserstein(&empty, &a, &w);
	trk_welch(&a, &empty, &welch);
	trk_quantile_shift(&empty, &a, 0.5, &shift);
	ok(isnan(ks.p.p) && isnan(mw.z) && isnan(cvm.t) && isnan(w.w1) && isnan(welch.t) &&
	   isnan(shift.shift), "nothing is undefined");
	trk_ks(&b, &b, TRK_KS_EXACT_CELLS, NULL, &ks);
	trk_mann_whitney(&b, &b, NULL, &mw);
	trk_cramer_von_mises(&b, &b, &cvm);
	trk_welch(&b, &b, &welch);
	ok(ks.p.p == 1 && mw.two_sided.p == 1 && cvm.p.p == 1 && welch.p.p == 1,
	   "equal constants do not differ");
}

/* Sorting by digits. */
static void
test_sort(void)
{
	double		v[1000];
	TrkValues	values;
	bool		sorted = true;

	for (int i = 0; i < 1000; i++)
		v[i] = i % 7 == 0 ? -0.0 : ldexp((double) (i * 7919 % 1009) - 500, i % 600 - 300);
	v[3] = INFINITY;
	v[4] = -INFINITY;
	trk_values_init(&values, v, 1000, NULL);
	for (int i = 1; i < 1000; i++)
		sorted = sorted && v[i - 1] <= v[i];
	ok(sorted && values.n == 1000 && v[0] == -INFINITY && v[999] == INFINITY, "sorted");
}

/* Rare categories become one; random tables keep the margins. */
static void
test_methods(void)
{
	int64		b[] = {100, 100, 100, 100, 3, 2, 1, 0};
	int64		o[] = {110, 95, 90, 105, 1, 2, 3, 0};
	int64		pb[8];
	int64		po[8];
	TrkPool		pool[8];
	TrkTable	table;
	TrkTable	pooled;
	double		p;
	int64		sum = 0;

	ok(trk_table_init(&table, b, o, 8) && table.used == 7, "an empty category is not used");
	ok(trk_pool_rare(&table, pool, pb, po, &pooled) == 3 && pooled.k == 5 && pb[0] == 6 &&
	   po[0] == 6 && pooled.n1 == table.n1 && pooled.n2 == table.n2, "three rare ones are pooled");
	p = trk_chi2_random(&table, pool, pb, po, 3);
	ok(p > 0.5 && p < 1 && p == trk_chi2_random(&table, pool, pb, po, 3), "a seed gives the same p");
	for (int i = 0; i < 1000; i++)
		sum += trk_hypergeometric_draw(10, 30, 100, (i + 0.5) / 1000);
	ok(sum > 2950 && sum < 3050, "draws have their mean");
	ok(trk_hypergeometric_draw(5, 5, 5, 0.5) == 5 && trk_hypergeometric_draw(0, 5, 9, 0.5) == 0 &&
	   trk_hypergeometric_draw(8, 5, 9, 0.9999) >= 4, "draws that are certain");
	ok(trk_table_init(&table, b, o, 0) && trk_pool_rare(&table, pool, pb, po, &pooled) == 0,
	   "no categories");
}

/* Strata: one by one and degenerate. */
static void
test_strata(void)
{
	int64		b[] = {80, 20, 10, 40, 5, 0};
	int64		o[] = {20, 30, 5, 95, 0, 0};
	double		scratch[3 * 5];
	TrkStrata	two = {b, o, 3, 2};
	TrkStrata	three = {b, o, 2, 3};
	TrkStrata	none = {b, o, 0, 0};
	TrkStratified test;

	trk_stratified(&two, scratch, &test);
	ok(test.strata == 2 && test.dof == 1 && near(test.odds_ratio, 0.17910447761194, 1e-10) &&
	   test.odds_ratio_lo < test.odds_ratio && test.odds_ratio < test.odds_ratio_hi &&
	   test.homogeneity_dof == 1 && test.tarone <= test.breslow_day, "two strata of two categories");
	trk_stratified(&three, scratch, &test);
	ok(test.dof == 2 && isnan(test.odds_ratio) && isnan(test.tarone), "of three");
	trk_stratified(&none, scratch, &test);
	ok(test.strata == 0 && isnan(test.statistic), "of none");
}

/* The noncentral chi-square law from its middle to its ends. */
static void
test_noncentral(void)
{
	static const double lambdas[] = {1e-3, 1, 50, 1e4, 1e8};
	bool		falling = true;
	bool		rising = true;

	for (int i = 0; i < (int) lengthof(lambdas); i++)
	{
		double		last = 0;

		for (double x = 1e-3; x < 1e300; x *= 3)
		{
			TrkTail		t = trk_noncentral_chi2_sf(x, 3, lambdas[i]);

			double		slack = 1e-9 * fmax(1, -t.log10);

			falling = falling && (x == 1e-3 || t.log10 <= last + slack) && t.p >= 0 && t.p <= 1;
			rising = rising && t.log10 >= trk_chi2_sf(x, 3).log10 - slack;
			last = t.log10;
		}
	}
	ok(falling, "the noncentral tail falls");
	ok(rising, "and is above the central one");
}

/* A p of many looks is between that of one and that of all of them added up. */
static void
test_looks(void)
{
	double		information[TRK_LOOKS];
	TrkLooks	looks = {information, 8, 0, 0.5};
	bool		between = true;
	bool		rising = true;
	bool		bounded = true;
	double		last = 0;

	for (int i = 0; i < TRK_LOOKS; i++)
		information[i] = i + 1;
	for (double p = 1e-300; p < 1; p *= 2e5)
	{
		double		all = trk_repeated_p(p, &looks);

		between = between && all >= p && all <= fmin(1, looks.n * p);
		rising = rising && all >= last;
		last = all;
	}
	ok(between, "at the same p at each look");
	ok(rising, "it rises with p");
	looks.shape = 0;
	for (looks.look = 0; looks.look < looks.n; looks.look++)
		for (double p = 1e-300; p < 1; p *= 1e30)
			bounded = bounded && trk_repeated_p(p, &looks) >= p && trk_repeated_p(p, &looks) <= 1;
	ok(bounded, "any look, bounds that fall");
	looks.n = TRK_LOOKS;
	looks.look = 0;
	information[0] = information[1] = 1e-300;
	information[TRK_LOOKS - 1] = 1e300;
	ok(trk_repeated_p(0.01, &looks) >= 0.01, "information of any size");
	looks.n = 1;
	looks.look = 0;
	ok(trk_repeated_p(0.01, &looks) == 0.01 && trk_repeated_p(0, &looks) == 0, "one look");
}

/* Weights have a mean of 1, whatever is left out. */
static void
test_weights(void)
{
	TrkWeighed	rows[40];
	double		sum = 0;
	int			tested = 0;

	for (int i = 0; i < (int) lengthof(rows); i++)
		rows[i] = (TrkWeighed) {i < 15, i / 4, i % 5 == 0 ? NAN : i % 3 == 0 ? 0.01 * i : 0, i % 7 == 0 ? 0.01 : 1, 0};
	trk_weigh(rows, lengthof(rows), 0.05, TRK_PRIMARY_SHARE);
	for (int i = 0; i < (int) lengthof(rows); i++)
		if (!isnan(rows[i].weight))
		{
			sum += rows[i].weight;
			tested++;
		}
	ok(near(sum, tested, 1e-12) && tested > 20 && tested < 32, "weights of %d rows", tested);
	for (int i = 0; i < (int) lengthof(rows); i++)
		rows[i].least_p = 1;
	trk_weigh(rows, lengthof(rows), 0.05, TRK_PRIMARY_SHARE);
	ok(isnan(rows[0].weight) && isnan(rows[39].weight), "of none");
	trk_weigh(rows, 0, 0.05, TRK_PRIMARY_SHARE);
	ok(true, "of no rows");
}

/* Run all. */
int
main(void)
{
	test_tails();
	test_ranges();
	test_exact();
	test_small_samples();
	test_sort();
	test_methods();
	test_strata();
	test_noncentral();
	test_looks();
	test_weights();
	return done_testing();
}

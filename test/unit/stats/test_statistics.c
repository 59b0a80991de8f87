/*
 * test_statistics.c
 *	  Moments, sorting, quantiles, tails, drawdown segments and the normal
 *	  distribution without the server.
 */
#include "performance/drawdown.h"
#include "stats/moments.h"
#include "stats/sorted_sample.h"
#include "stats/special_normal.h"
#include "tap.h"

/* Are two numbers the same within a relative error? */
static bool
near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fabs(b);
}

/* The normal distribution against values of 30 digits. */
static void
test_normal(void)
{
	static const double sf[][2] = {
		{0, 0.5}, {1, 0.158655253931457051}, {5, 2.86651571879193912e-7},
		{-3, 0.998650101968369905}, {10, 7.61985302416052607e-24},
		{20, 2.75362411860623370e-89}, {37.5, 4.60535300958195484e-308}
	};
	double		p;

	for (Size i = 0; i < lengthof(sf); i++)
		ok(near(trk_normal_sf(sf[i][0]), sf[i][1], 1e-13), "tail above %g", sf[i][0]);
	ok(near(trk_normal_quantile(0.05), -1.64485362695147271, 1e-14), "quantile of 5 %%");
	ok(near(trk_normal_quantile(0.975), 1.95996398454005423, 1e-14), "quantile of 97.5 %%");
	ok(trk_normal_quantile(0.5) == 0 || fabs(trk_normal_quantile(0.5)) < 1e-15, "median");
	for (p = 1e-300; p < 0.5; p *= 1e10)
		ok(near(trk_normal_cdf(trk_normal_quantile(p)), p, 1e-11), "quantile of %g and back", p);
	ok(isnan(trk_normal_quantile(-1)) && isnan(trk_normal_quantile(NAN)), "no probability");
	ok(isinf(trk_normal_quantile(0)) && isinf(trk_normal_quantile(1)), "the ends");
}

/* A sequence that looks random and is always the same. */
static double
next_value(uint64 *seed)
{
	*seed = *seed * UINT64CONST(6364136223846793005) + UINT64CONST(1442695040888963407);
	return (double) (int64) (*seed >> 20) / 1e9 - 8000;
}

/* Sorting, of few and of many. */
static void
test_sort(void)
{
	static const int64 sizes[] = {0, 1, 2, 47, 48, 49, 1000, 100000};

	for (Size s = 0; s < lengthof(sizes); s++)
	{
		int64		n = sizes[s];
		TrkWord    *values = malloc(sizeof(TrkWord) * (2 * n + 1));
		uint64		seed = 1;
		bool		sorted = true;

		for (int64 i = 0; i < n; i++)
			values[i].r = i % 7 == 0 ? -0.0 : i % 11 == 0 ? -INFINITY : next_value(&seed);
		trk_sort_values(values, values + n, n);
		for (int64 i = 1; i < n; i++)
			sorted = sorted && values[i - 1].r <= values[i].r;
		ok(sorted, "%d values sorted", (int) n);
		free(values);
	}
}

/* A constant series has a variance of exactly zero, however it is merged. */
static void
test_constants(void)
{
	static const double x = 0.01;
	static const double special[] = {NAN, -INFINITY};
	TrkMoments	a;
	TrkMoments	b;

	trk_moments_init(&a);
	trk_moments_init(&b);
	for (int i = 0; i < 1000; i++)
		trk_moments_add(i % 3 ? &a : &b, &x, 1);
	trk_moments_merge(&a, &b);
	ok(a.n == 1000 && a.m2 == 0 && a.mean == 0.01, "moments of a constant");
	trk_moments_add(&a, special, 2);
	ok(a.n == 1000 && a.nan == 1 && a.neg_inf == 1, "what is not finite is counted");
}

/* A value of one of some distributions. */
static double
value_of(int kind, int64 i, uint64 *seed)
{
	double		x = next_value(seed) / 1e6;

	switch (kind)
	{
		case 0:
			return x;
		case 1:
			return 0.01 + x / 1e6;	/* all with the same leading bits */
		case 2:
			return i % 10 == 0 ? -0.5 : 0.25;	/* few different values */
		case 3:
			return i % 3 == 0 ? 0.0 : -0.0;
		default:
			return i % 1000 == 0 ? x * 1e300 : x;
	}
}

/* Tails of many values are those of the sorted values. */
static void
test_tails(void)
{
	static const int64 sizes[] = {1, 2, 20, 21, 1000, 16384, 16400, 16401, 100000};

	for (int kind = 0; kind < 5; kind++)
		for (Size s = 0; s < lengthof(sizes); s++)
		{
			int64		n = sizes[s];
			double	   *values = malloc(sizeof(double) * n);
			TrkWord    *scratch = malloc(sizeof(TrkWord) * TRK_TAILS_ROOM(n));
			uint64		seed = (uint64) kind;
			TrkSample	sample;
			TrkTails	tails;
			double		low;
			double		high;

			for (int64 i = 0; i < n; i++)
				values[i] = value_of(kind, i, &seed);
			trk_tails(values, n, 0.05, scratch, &tails);
			for (int64 i = 0; i < n; i++)
				scratch[i].r = values[i];
			trk_sort_values(scratch, scratch + n, n);
			sample = trk_sample_of_sorted(scratch, n);
			low = trk_quantile_cont(&sample, 0.05);
			high = trk_quantile_cont(&sample, 0.95);
			ok(tails.low == low && tails.high == high &&
			   near(tails.mean, trk_tail_mean(&sample, 0.05), 1e-10) &&
			   near(tails.mean_whole, trk_tail_mean_whole(&sample, 0.05), 1e-10),
			   "tails of %d values, kind %d", (int) n, kind);
			free(values);
			free(scratch);
		}
}

/* Moments in blocks are those of two passes over all values. */
static void
test_moments(void)
{
	static const int64 sizes[] = {1, 2, 63, 64, 65, 1000};

	for (Size s = 0; s < lengthof(sizes); s++)
	{
		double		values[1000];
		int64		n = sizes[s];
		uint64		seed = 7;
		double		mean = 0;
		double		m2 = 0;
		double		m4 = 0;
		TrkMoments	m;

		for (int64 i = 0; i < n; i++)
			mean += (values[i] = 1e6 + next_value(&seed) / 1e6) / (double) n;
		for (int64 i = 0; i < n; i++)
		{
			m2 += pow(values[i] - mean, 2);
			m4 += pow(values[i] - mean, 4);
		}
		trk_moments_init(&m);
		trk_moments_add(&m, values, n);
		ok(m.n == n && near(m.mean, mean, 1e-14) && fabs(m.m2 - m2) <= 1e-6 * m2 + 1e-18 &&
		   fabs(m.m4 - m4) <= 1e-6 * m4 + 1e-18, "moments of %d values far from zero", (int) n);
	}
}

/* Any split into two segments gives the same drawdowns. */
static void
test_segments(void)
{
	static const double returns[] = {0.25, -0.2, 0.25, 0, -0.2, 0.1, -0.15, 0.6, -0.05, 0.02, 0.05};
	int			n = lengthof(returns);
	TrkDrawdown whole;
	TrkStep		steps[lengthof(returns) + 1];
	int64		n_steps = 1;

	trk_drawdown_init(&whole, steps);
	for (int i = 0; i < n; i++)
		n_steps = trk_drawdown_add(&whole, steps, n_steps, returns[i]);
	for (int cut = 0; cut <= n; cut++)
	{
		TrkDrawdown part[2];
		TrkStep		part_steps[2][2 * lengthof(returns) + 2];
		int64		part_n[2] = {1, 1};
		bool		same;

		trk_drawdown_init(&part[0], part_steps[0]);
		trk_drawdown_init(&part[1], part_steps[1]);
		for (int i = 0; i < n; i++)
		{
			int			w = i >= cut;

			part_n[w] = trk_drawdown_add(&part[w], part_steps[w], part_n[w], returns[i]);
		}
		part_n[0] = trk_drawdown_append(&part[0], part_steps[0], part_n[0], &part[1],
										part_steps[1], part_n[1]);
		same = part_n[0] == n_steps && part[0].n == whole.n;
		for (int64 i = 0; same && i < n_steps; i++)
			same = part_steps[0][i].high_at == steps[i].high_at &&
				part_steps[0][i].low_at == steps[i].low_at &&
				near(part_steps[0][i].low, steps[i].low, 1e-14);
		ok(same, "segments cut at %d", cut);
	}
}

int
main(void)
{
	test_normal();
	test_sort();
	test_constants();
	test_moments();
	test_tails();
	test_segments();
	return done_testing();
}

/*
 * strata.c
 *	  Tests of counts in strata (see category_test.h).
 *
 * Sources: the generalized test of Cochran, Mantel and Haenszel as in Agresti,
 * Categorical Data Analysis, 8.4, without continuity correction; the common
 * odds ratio of Mantel and Haenszel (1959), its variance by Robins, Breslow
 * and Greenland (1986); homogeneity of odds ratios by Breslow and Day (1980)
 * with the correction of Tarone (1985).
 */
#include "base/trk.h"

#include "stats/category_test.h"

/* A variance below this is rounding error, when variances are scaled to 1. */
#define NO_VARIANCE	1e-9

/* Return the observations of both sides, exactly. */
static inline TrkInt128
table_size(const TrkTable *t)
{
	return (TrkInt128) t->n1 + t->n2;
}

/* Return the observations of a category on both sides, exactly. */
static inline TrkInt128
column_size(const TrkTable *t, int j)
{
	return (TrkInt128) t->baseline[j] + t->observed[j];
}

/*
 * Add a stratum to the vector u of differences from expectation, of the
 * observed side, and to their covariance matrix v.
 */
static void
add_stratum(const TrkTable *t, double *u, double *v)
{
	TrkInt128	all = table_size(t);
	double		n = (double) all;
	double		scale = (double) t->n1 / n * ((double) t->n2 / n) / (n - 1);

	for (int i = 0; i < t->k; i++)
	{
		TrkInt128	ci = column_size(t, i);

		if (ci == 0)
			continue;
		u[i] -= trk_table_change(t, i) / n;
		v[i * t->k + i] += scale * (double) ci * (double) (all - ci);
		for (int j = 0; j < i; j++)
			v[i * t->k + j] -= scale * (double) ci * (double) column_size(t, j);
		TRK_CHECK_INTERRUPTS();
	}
}

/*
 * Scale every category that varies to a variance of 1, and fill the upper half
 * of the matrix.
 */
static void
standardise(double *u, double *v, int k, double *sd)
{
	for (int i = 0; i < k; i++)
	{
		sd[i] = sqrt(v[i * k + i]);
		u[i] = sd[i] > 0 ? u[i] / sd[i] : 0;
		for (int j = 0; j < i; j++)
			v[i * k + j] = v[j * k + i] =
				sd[i] > 0 && sd[j] > 0 ? v[i * k + j] / sd[i] / sd[j] : 0;
		v[i * k + i] = sd[i] > 0;
	}
}

/* Return the category with the most variance left, or -1 when none has any. */
static int
next_pivot(const double *v, int k)
{
	int			best = -1;
	double		most = NO_VARIANCE;

	for (int i = 0; i < k; i++)
		if (v[i * k + i] > most)
		{
			best = i;
			most = v[i * k + i];
		}
	return best;
}

/*
 * Compute u' V^- u by elimination, the largest variance first, where V is
 * positive semidefinite of order k and u is in its range.  The rank goes to
 * *rank.
 */
static double
quadratic_form(double *u, double *v, int k, int *rank)
{
	double		sum = 0;
	int			p;

	*rank = 0;
	while ((p = next_pivot(v, k)) >= 0)
	{
		double		pivot = v[p * k + p];

		(*rank)++;
		sum += u[p] * u[p] / pivot;
		for (int r = 0; r < k; r++)
		{
			double		f = v[r * k + p] / pivot;

			if (r == p || v[r * k + r] <= 0)
				continue;
			u[r] -= f * u[p];
			for (int c = 0; c < k; c++)
				v[r * k + c] -= f * v[p * k + c];
		}
		for (int c = 0; c < k; c++)
			v[p * k + c] = v[c * k + p] = 0;
		TRK_CHECK_INTERRUPTS();
	}
	return sum;
}

/*
 * A stratum of two categories: a and b are of the observed side, c and d of
 * the baseline.
 */
typedef struct Square
{
	double		a;
	double		b;
	double		c;
	double		d;
	double		n;
} Square;

/* Sums over the strata for the common odds ratio. */
typedef struct OddsSums
{
	double		r;				/* sum of ad/n */
	double		s;				/* sum of bc/n */
	double		pr;				/* sums with p = (a+d)/n and q = (b+c)/n */
	double		ps_qr;
	double		qs;
} OddsSums;

/*
 * Return a stratum as a square; false when it says nothing about the odds
 * ratio.
 */
static bool
square_of(const TrkTable *t, Square *x)
{
	*x = (Square)
	{
		(double) t->observed[0], (double) t->observed[1],
			(double) t->baseline[0], (double) t->baseline[1], (double) table_size(t)
	};
	return x->a + x->c > 0 && x->b + x->d > 0;
}

/* Add a stratum to the sums. */
static void
add_odds(const Square *x, OddsSums *sums)
{
	double		r = x->a * (x->d / x->n);
	double		s = x->b * (x->c / x->n);
	double		p = (x->a + x->d) / x->n;
	double		q = (x->b + x->c) / x->n;

	sums->r += r;
	sums->s += s;
	sums->pr += p * r;
	sums->ps_qr += p * s + q * r;
	sums->qs += q * s;
}

/* Compute the common odds ratio and its 95 % interval. */
static void
common_odds(const OddsSums *x, TrkStratified *test)
{
	double		half = TRK_Z975 * sqrt(x->pr / (2 * x->r * x->r) + x->ps_qr / (2 * x->r * x->s) +
									   x->qs / (2 * x->s * x->s));

	test->odds_ratio = x->s > 0 ? x->r / x->s : x->r > 0 ? INFINITY : NAN;
	test->odds_ratio_lo = test->odds_ratio_hi = NAN;
	if (x->r > 0 && x->s > 0)
	{
		test->odds_ratio_lo = exp(log(test->odds_ratio) - half);
		test->odds_ratio_hi = exp(log(test->odds_ratio) + half);
	}
}

/*
 * Return the first cell for which a table with these margins has this odds
 * ratio: the root, between the bounds of the cell, of (1 - odds) x^2 + b x -
 * odds row column = 0.
 */
static double
expected_cell(const Square *x, double odds)
{
	double		row = x->a + x->b;
	double		column = x->a + x->c;
	double		rest = x->d - x->a; /* other row minus column */
	double		q = 1 - odds;
	double		b = rest + odds * (row + column);
	double		root = sqrt(fmax(0, b * b + 4 * q * odds * row * column));

	/*
	 * the form in which nothing cancels; b is negative only for odds below 1
	 */
	return b >= 0 ? 2 * odds * row * column / (b + root) : (root - b) / (2 * q);
}

/* Test whether all strata have the same odds ratio. */
static void
homogeneity(const TrkStrata *s, TrkStratified *test)
{
	double		sum = 0;
	double		off_sum = 0;
	double		variance_sum = 0;
	int			n = 0;

	for (int i = 0; i < s->strata; i++)
	{
		TrkTable	t;
		Square		x;
		double		a;
		double		off;
		double		variance;

		trk_table_init(&t, s->baseline + (Size) i * 2, s->observed + (Size) i * 2, 2);
		if (!trk_table_is_defined(&t) || !square_of(&t, &x))
			continue;
		a = expected_cell(&x, test->odds_ratio);
		off = x.a - a;
		variance = 1 / (1 / a + 1 / (x.a + x.b - a) + 1 / (x.a + x.c - a) + 1 / (x.d - x.a + a));
		sum += off * off / variance;
		off_sum += off;
		variance_sum += variance;
		n++;
	}
	if (n < 2)
		return;
	test->breslow_day = sum;
	test->tarone = fmax(0, sum - off_sum * off_sum / variance_sum);
	test->homogeneity_dof = n - 1;
	test->homogeneity_p = trk_chi2_sf(test->tarone, n - 1);
}

/* Set the result of a test that is not defined. */
static void
undefined(TrkStratified *test)
{
	test->statistic = test->odds_ratio = test->odds_ratio_lo = test->odds_ratio_hi = NAN;
	test->breslow_day = test->tarone = NAN;
	test->p = test->homogeneity_p = trk_tail_of(NAN);
	test->dof = test->homogeneity_dof = test->strata = 0;
}

/*
 * Compute the Cochran-Mantel-Haenszel test over strata and, for two
 * categories, the common odds ratio with tests of its homogeneity.  The sides
 * of a stratum may sum to at most 2^62; scratch has space for (k + 2) k
 * numbers.
 */
void
trk_stratified(const TrkStrata *s, double *scratch, TrkStratified *test)
{
	double	   *u = scratch;
	double	   *sd = scratch + s->k;
	double	   *v = scratch + 2 * s->k;
	OddsSums	odds = {0};

	memset(scratch, 0, sizeof(double) * (s->k + 2) * s->k);
	undefined(test);
	for (int i = 0; i < s->strata; i++)
	{
		TrkTable	t;
		Square		x;

		trk_table_init(&t, s->baseline + (Size) i * s->k, s->observed + (Size) i * s->k, s->k);
		if (!trk_table_is_defined(&t))
			continue;
		test->strata++;
		add_stratum(&t, u, v);
		if (s->k == 2 && square_of(&t, &x))
			add_odds(&x, &odds);
	}
	if (test->strata == 0)
		return;
	standardise(u, v, s->k, sd);
	test->statistic = quadratic_form(u, v, s->k, &test->dof);
	test->p = test->dof > 0 ? trk_chi2_sf(test->statistic, test->dof) : trk_tail_of(1);
	if (s->k == 2)
		common_odds(&odds, test);
	if (test->odds_ratio > 0 && isfinite(test->odds_ratio))
		homogeneity(s, test);
}

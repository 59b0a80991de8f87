/*
 * category_test.c
 *	  Compares two vectors of counts (see category_test.h).
 *
 * Differences of shares are computed from integers, so that no digits are lost
 * when two large tables are nearly equal.
 */
#include "base/trk.h"

#include "stats/category_test.h"

/*
 * Set up a table of two sides of k counts: the totals and the number of used
 * categories.  Returns false when a total exceeds TRK_MAX_TOTAL.
 */
bool
trk_table_init(TrkTable *table, const int64 *baseline, const int64 *observed, int k)
{
	table->baseline = baseline;
	table->observed = observed;
	table->k = k;
	table->used = 0;
	table->n1 = table->n2 = 0;
	for (int j = 0; j < k; j++)
	{
		if (baseline[j] > TRK_MAX_TOTAL - table->n1 || observed[j] > TRK_MAX_TOTAL - table->n2)
			return false;
		table->n1 += baseline[j];
		table->n2 += observed[j];
		if (baseline[j] > 0 || observed[j] > 0)
			table->used++;
	}
	return true;
}

/* Return the observations of a category on both sides. */
static double
column(const TrkTable *t, int j)
{
	return (double) t->baseline[j] + (double) t->observed[j];
}

/* Compute the smallest expected count, and how many are below 5. */
static void
expected_counts(const TrkTable *t, TrkChi2 *test)
{
	double		n = (double) t->n1 + (double) t->n2;

	test->min_expected = INFINITY;
	test->cells_expected_lt5 = 0;
	for (int j = 0; j < t->k; j++)
	{
		double		c = column(t, j);
		double		e1 = c * ((double) t->n1 / n);
		double		e2 = c * ((double) t->n2 / n);

		if (c == 0)
			continue;
		test->min_expected = Min(test->min_expected, Min(e1, e2));
		test->cells_expected_lt5 += (e1 < 5) + (e2 < 5);
	}
}

/* Bergsma's correction of Cramer's V for two rows (W.  Bergsma, 2013). */
static double
corrected_v(double statistic, double n, double k)
{
	double		phi2 = Max(0, statistic / n - (k - 1) / (n - 1));
	double		columns = k - (k - 1) * (k - 1) / (n - 1);
	double		rows = 2 - 1 / (n - 1);
	double		least = Min(columns - 1, rows - 1);

	if (phi2 == 0)
		return 0;
	return least > 0 ? sqrt(phi2 / least) : NAN;
}

/* Yates's continuity correction for two categories. */
static void
yates(const TrkTable *t, TrkChi2 *test)
{
	double		n = (double) t->n1 + (double) t->n2;
	double		product = (double) t->n1 * (double) t->n2;
	double		change = 0;

	for (int j = 0; j < t->k; j++)
	{
		if (column(t, j) == 0)
			continue;
		change = Max(0, fabs(trk_table_change(t, j)) - n / 2);
		product *= column(t, j);
	}
	test->statistic_yates = change * change / product * n;
	test->p_yates = trk_chi2_sf(test->statistic_yates, 1).p;
}

/* Set the result for a table in which a side has no observations. */
static void
chi2_undefined(TrkChi2 *test)
{
	test->statistic = test->cramers_v = test->cramers_v_corrected = NAN;
	test->min_expected = test->statistic_yates = test->p_yates = NAN;
	test->p = trk_tail_of(NAN);
	test->dof = 0;
	test->cells_expected_lt5 = 0;
}

/* Compute Pearson's chi-square statistic of homogeneity, without its p. */
double
trk_pearson(const TrkTable *t)
{
	double		sum = 0;

	for (int j = 0; j < t->k; j++)
	{
		double		change = trk_table_change(t, j);

		if (column(t, j) > 0)
			sum += change / (double) t->n1 / column(t, j) * (change / (double) t->n2);
	}
	return sum;
}

/*
 * Pearson's test of homogeneity with its effect sizes, and Yates' correction
 * where there are two categories.
 */
void
trk_chi2(const TrkTable *t, TrkChi2 *test)
{
	double		n = (double) t->n1 + (double) t->n2;
	double		sum;

	chi2_undefined(test);
	if (!trk_table_is_defined(t))
		return;
	sum = trk_pearson(t);
	test->statistic = sum;
	test->dof = t->used - 1;
	test->p = test->dof > 0 ? trk_chi2_sf(sum, test->dof) : trk_tail_of(1);
	test->cramers_v = sqrt(sum / n);
	test->cramers_v_corrected = corrected_v(sum, n, t->used);
	expected_counts(t, test);
	if (t->used == 2)
		yates(t, test);
}

/*
 * The G test (likelihood ratio) of homogeneity.  Terms are deviances, so that
 * small changes do not cancel.
 */
void
trk_g(const TrkTable *t, TrkG *test)
{
	double		n = (double) t->n1 + (double) t->n2;
	double		sum = 0;

	test->statistic = NAN;
	test->dof = 0;
	test->p = trk_tail_of(NAN);
	if (!trk_table_is_defined(t))
		return;
	for (int j = 0; j < t->k; j++)
	{
		double		c = column(t, j);
		double		e1 = c * ((double) t->n1 / n);
		double		e2 = c * ((double) t->n2 / n);
		double		off = trk_table_change(t, j) / n;

		if (c > 0)
			sum += e1 * trk_deviance(off / e1) + e2 * trk_deviance(-off / e2);
	}
	test->statistic = 2 * sum;
	test->dof = t->used - 1;
	test->p = test->dof > 0 ? trk_chi2_sf(2 * sum, test->dof) : trk_tail_of(1);
}

/* Return p log2(p) for p = c / n. */
static double
entropy_term(int64 c, int64 n)
{
	double		p = (double) c / (double) n;

	if (c == 0)
		return 0;
	return p * (p > 0.5 ? log1p(-(double) (n - c) / (double) n) : log(p)) / TRK_LN2;
}

/*
 * Compute the PSI with half an observation added to each category of both
 * sides, so that it is defined for empty categories.
 */
static void
smoothed_psi(const TrkTable *t, TrkDivergence *d)
{
	double		k = t->used;
	double		n1 = (double) t->n1 + k / 2;
	double		n2 = (double) t->n2 + k / 2;
	double		sum = 0;

	for (int j = 0; j < t->k; j++)
	{
		/* (b + 1/2) n2 - (o + 1/2) n1, in which the integer parts are exact */
		double		change = trk_table_change(t, j) +
		(k * (double) (t->baseline[j] - t->observed[j]) + (double) (t->n2 - t->n1)) / 2;
		double		q = ((double) t->observed[j] + 0.5) / n2;
		double		off = change / n1 / n2;

		if (column(t, j) > 0)
			sum += off * log1p(off / q);
	}
	d->psi_smoothed_half = sum;
	d->psi_expected = (k - 1) * (1 / (double) t->n1 + 1 / (double) t->n2);
	d->psi_p = k > 1 ? trk_chi2_sf(sum / (1 / (double) t->n1 + 1 / (double) t->n2), k - 1) :
		trk_tail_of(1);
}

/* Add a category's contribution to the distances. */
static void
add_distances(const TrkTable *t, int j, TrkDivergence *d)
{
	double		p = (double) t->baseline[j] / (double) t->n1;
	double		q = (double) t->observed[j] / (double) t->n2;
	double		off = trk_table_change(t, j) / (double) t->n1 / (double) t->n2;
	double		root = off / (sqrt(p) + sqrt(q));
	double		rel = off / (p + q);

	if (column(t, j) == 0)
		return;
	d->psi_raw += p == 0 || q == 0 ? INFINITY : off * log1p(off / q);
	d->kl += q == 0 ? INFINITY : q * trk_deviance(off / q);
	d->js_bits += (p + q) / 4 * (trk_deviance(rel) + trk_deviance(-rel)) / TRK_LN2;
	d->hellinger += root * root / 2;
	d->tvd += fabs(off) / 2;
	d->linf = Max(d->linf, fabs(off));
	d->entropy_baseline -= entropy_term(t->baseline[j], t->n1);
	d->entropy_observed -= entropy_term(t->observed[j], t->n2);
}

/*
 * Compute the distances between the two distributions: PSI, Jensen-Shannon,
 * Kullback-Leibler, Hellinger, total variation and others.
 */
void
trk_divergence(const TrkTable *t, TrkDivergence *d)
{
	double		start = trk_table_is_defined(t) ? 0 : NAN;

	d->psi_raw = d->kl = d->js_bits = d->hellinger = d->tvd = d->linf = start;
	d->entropy_baseline = d->entropy_observed = d->js_distance = start;
	d->psi_smoothed_half = d->psi_expected = start;
	d->psi_p = trk_tail_of(NAN);
	if (!trk_table_is_defined(t))
		return;
	for (int j = 0; j < t->k; j++)
		add_distances(t, j, d);
	d->js_bits = Min(d->js_bits, 1);
	d->js_distance = sqrt(d->js_bits);
	d->hellinger = sqrt(Min(d->hellinger, 1));
	d->tvd = Min(d->tvd, 1);
	smoothed_psi(t, d);
}

/*
 * Cohen's h: the difference of two shares after the arcsine transformation,
 * which makes the variance independent of the share (Cohen, 1988).
 */
double
trk_cohens_h(double share1, double share2)
{
	return 2 * (asin(sqrt(share2)) - asin(sqrt(share1)));
}

/*
 * Compare one category with all others: shares, effect size, adjusted
 * residual and Fisher's p.
 */
void
trk_category(const TrkTable *t, int j, TrkCategory *c)
{
	double		n1 = (double) t->n1;
	double		n2 = (double) t->n2;
	double		n = n1 + n2;
	double		all = column(t, j);
	double		change = trk_table_change(t, j);
	TrkFisher	fisher;

	c->baseline_share = t->n1 > 0 ? (double) t->baseline[j] / n1 : NAN;
	c->observed_share = t->n2 > 0 ? (double) t->observed[j] / n2 : NAN;
	c->delta = trk_table_is_defined(t) ? (0 - change) / n1 / n2 : NAN;
	c->cohens_h = trk_cohens_h(c->baseline_share, c->observed_share);
	c->adj_residual = c->fisher_p = NAN;
	if (!trk_table_is_defined(t) || all == 0)
		return;
	c->adj_residual = all < n ? (0 - change) / n / sqrt(all * (n2 / n) * (n1 / n) * (1 - all / n)) : 0;
	trk_fisher(t->observed[j], t->n2 - t->observed[j], t->baseline[j],
			   t->n1 - t->baseline[j], &fisher);
	c->fisher_p = fisher.two_sided.p;
}

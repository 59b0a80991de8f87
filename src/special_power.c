/*
 * special_power.c
 *	  Quantiles of the chi-square distribution, its noncentral kind, and the
 *	  noncentrality that a test sees with a wanted power (see special.h).
 *
 * Source: the noncentral distribution as a Poisson mixture of central ones
 * (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2,
 * chapter 29).  From one term to the next the tail grows by the term of its
 * own recurrence, so a sum needs one incomplete gamma function; all terms are
 * positive.
 */
#include "special.h"

/* Terms that are this much smaller than the sum no longer matter. */
#define NEGLIGIBLE	1e-18

/* A term grown beyond this is scaled down, with all that was summed. */
#define LARGE		1e200

/* See special.h.  By bisection: it is called once for many tests. */
double
trk_chi2_quantile(double alpha, double df)
{
	double		low = 0;
	double		high = df + 10;

	while (trk_chi2_sf(high, df).p > alpha)
		high *= 2;
	for (int i = 0; i < 200 && high - low > 1e-15 * high; i++)
	{
		double		x = (low + high) / 2;

		if (trk_chi2_sf(x, df).p > alpha)
			low = x;
		else
			high = x;
	}
	return (low + high) / 2;
}

/* log of the Poisson probability of k. */
static double
log_poisson(double k, double mean)
{
	if (k == 0)
		return -mean;
	return -trk_stirling_error(k) - k * trk_log1p_minus((mean - k) / k) -
		0.5 * log(2 * TRK_PI * k);
}

/* Where the terms start, and where they end. */
static void
mixture_range(double a, double h, double mean, double *first, double *last)
{
	/* the largest term lies between the Poisson mode and this */
	double		far = (sqrt(a * a + 4 * h * mean) - a) / 2;
	double		low = fmin(mean, far);
	double		high = fmax(mean, far);

	*first = floor(fmax(0, low - 10 * sqrt(low) - 10));
	*last = ceil(high + 10 * sqrt(high) + 60);
}

/* See special.h. */
TrkTail
trk_noncentral_chi2_sf(double x, double df, double lambda)
{
	double		mean = lambda / 2;
	double		h = x / 2;
	double		first;
	double		last;
	double		a;
	double		growth;
	double		term = 1;
	double		sum = 0;
	double		log_scale;
	TrkTail		t;

	if (isnan(x + df + lambda))
		return trk_tail_of(NAN);
	if (lambda == 0 || x <= 0 || isinf(x))
		return trk_chi2_sf(x, df);
	mixture_range(df / 2, h, mean, &first, &last);
	a = df / 2 + first;
	t = trk_chi2_sf(x, 2 * a);
	log_scale = log_poisson(first, mean) + t.log10 * TRK_LN10;
	/* h^a exp(-h) / Gamma(a + 1) over the tail: by how much the next is larger */
	growth = exp(log_poisson(a, h) - t.log10 * TRK_LN10);
	for (double k = first; k <= last; k++)
	{
		sum += term;
		if (k > mean && term < NEGLIGIBLE * sum && growth * mean < k)
			break;
		term *= mean / (k + 1) * (1 + growth);
		growth *= h / ((a + (k - first) + 1) * (1 + growth));
		if (term > LARGE)
		{
			log_scale += log(LARGE);
			sum /= LARGE;
			term /= LARGE;
		}
	}
	t = trk_tail_scaled(log_scale, sum);
	return t.p < 1 ? t : trk_tail_of(1);
}

/* See special.h.  By the Illinois variant of the rule of false position. */
double
trk_noncentrality(double df, double alpha, double power)
{
	double		x = trk_chi2_quantile(alpha, df);
	double		low = 0;
	double		high = 1;
	double		at_low = alpha - power;
	double		at_high;
	int			side = 0;

	while ((at_high = trk_noncentral_chi2_sf(x, df, high).p - power) < 0)
	{
		low = high;
		at_low = at_high;
		high *= 2;
	}
	for (int i = 0; i < 200 && high - low > 1e-14 * high; i++)
	{
		double		lambda = (low * at_high - high * at_low) / (at_high - at_low);
		double		at = trk_noncentral_chi2_sf(x, df, lambda).p - power;

		if (at == 0 || lambda <= low || lambda >= high)
			return lambda;
		if (at > 0)
		{
			high = lambda;
			at_high = at;
			at_low *= side == 1 ? 0.5 : 1;
			side = 1;
		}
		else
		{
			low = lambda;
			at_low = at;
			at_high *= side == -1 ? 0.5 : 1;
			side = -1;
		}
	}
	return (low + high) / 2;
}

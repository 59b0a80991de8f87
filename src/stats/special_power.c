/*
 * special_power.c
 *	  Quantiles of the chi-square distribution, the noncentral chi-square
 *	  distribution, and the noncentrality at which a test has a given power
 *	  (see special.h).
 *
 * Source: the noncentral distribution as a Poisson mixture of central ones
 * (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2,
 * chapter 29).  From one term to the next the tail grows by the term of its
 * own recurrence, so a sum needs only one incomplete gamma function; all terms
 * are positive.
 */
#include "base/trk.h"

#include "stats/special.h"

/* Terms that are smaller than the sum by this factor are negligible. */
#define NEGLIGIBLE	1e-18

/* Beyond this and four times the mean, a tail is below 1e-300. */
#define FAR			1e9

/* When a term exceeds this, it and the sum are scaled down. */
#define LARGE		1e200

/*
 * Return the chi-square value whose upper tail is alpha.  Bisection is fast
 * enough, since one call serves many tests.
 */
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

/* Return the logarithm of the Poisson probability of k. */
static double
log_poisson(double k, double mean)
{
	if (k == 0)
		return -mean;
	return -trk_stirling_error(k) - k * trk_log1p_minus((mean - k) / k) -
		0.5 * log(2 * TRK_PI * k);
}

/*
 * Return the growth of the tail when the degrees of freedom increase from 2a
 * by two, divided by the tail: the term h^a exp(-h) / Gamma(a + 1) of its
 * recurrence.
 */
static double
tail_growth(double a, double h)
{
	return exp(log_poisson(a, h) - trk_chi2_sf(2 * h, 2 * a).log10 * TRK_LN10);
}

/*
 * Find bounds of the position of the largest term; terms rise before and fall
 * after it.
 */
static void
largest_term(double a, double h, double mean, double *low, double *high)
{
	/*
	 * between the Poisson mode, and the mode if the tail were its first term
	 */
	double		far = (sqrt(a * a + 4 * h * mean) - a) / 2;

	*low = floor(fmin(mean, far));
	*high = ceil(fmax(mean, far));
	while (*high - *low > sqrt(*high) + 1)
	{
		double		k = floor((*low + *high) / 2);

		if (mean / (k + 1) * (1 + tail_growth(a + k, h)) > 1)
			*low = k;
		else
			*high = k;
	}
}

/*
 * Compute the logarithm of a tail that underflows and has too many terms, by
 * the saddle-point method.
 */
static TrkTail
far_tail(double x, double df, double lambda)
{
	double		y = (hypot(df, 2 * sqrt(lambda) * sqrt(x)) - df) / (2 * lambda);
	double		s = (1 - 1 / y) / 2;
	double		k = lambda * s * y + df / 2 * log(y);
	double		variance = 4 * lambda * y + 2 * df; /* divided by y squared */
	TrkTail		t = {0, (k - s * x - log(s * y * sqrt(2 * TRK_PI * variance))) / TRK_LN10};

	return t;
}

/* Compute the upper tail of the noncentral chi-square distribution. */
TrkTail
trk_noncentral_chi2_sf(double x, double df, double lambda)
{
	double		mean = lambda / 2;
	double		h = x / 2;
	double		low;
	double		high;
	double		first;
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
	if (x > FAR && x > 4 * (df + lambda))
		return far_tail(x, df, lambda);
	largest_term(df / 2, h, mean, &low, &high);
	first = floor(fmax(0, low - 10 * sqrt(high) - 10));
	a = df / 2 + first;
	log_scale = log_poisson(first, mean) + trk_chi2_sf(x, 2 * a).log10 * TRK_LN10;
	growth = tail_growth(a, h);
	for (double k = first; k <= high || term > NEGLIGIBLE * sum; k++)
	{
		sum += term;
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

/*
 * Return the noncentrality at which a chi-square test at level alpha has this
 * power, by the Illinois variant of the method of false position.
 */
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

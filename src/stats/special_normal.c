/*
 * special_normal.c
 *	  The standard normal distribution (see special_normal.h).
 *
 * Tails come from erfc(), corrected for the rounding of its argument, which
 * alone would cost the far tail three digits.  Quantiles start from a rational
 * approximation (Abramowitz and Stegun, 26.2.23) and are refined by Halley
 * steps on the tail.
 */
#include "base/trk.h"

#include "stats/special_normal.h"

#include <math.h>

/* 1/sqrt(2) as a sum of two doubles, sqrt(2/pi) and sqrt(2 pi) */
#define SQRT1_2_HIGH	0.70710678118654752440
#define SQRT1_2_LOW		(-4.833646656726457e-17)
#define TWO_OVER_SQRT_PI	1.12837916709551257390
#define SQRT_2_PI		2.50662827463100050242

/* Compute P(Z > z) of the normal distribution. */
double
trk_normal_sf(double z)
{
	double		t = z * SQRT1_2_HIGH;
	double		rest = fma(z, SQRT1_2_HIGH, -t) + z * SQRT1_2_LOW;

	if (isnan(z) || isinf(z) || fabs(z) > 39)
		return isnan(z) ? z : z > 0 ? 0 : 1;
	return 0.5 * (erfc(t) - TWO_OVER_SQRT_PI * exp(-t * t) * rest);
}

/* Compute P(Z <= z) of the normal distribution. */
double
trk_normal_cdf(double z)
{
	return trk_normal_sf(-z);
}

/* Return the z >= 0 with P(Z > z) = p, for 0 < p <= 1/2. */
static double
upper_quantile(double p)
{
	double		t = sqrt(-2 * log(p));
	double		z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
	(1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));

	for (int i = 0; i < 4; i++)
	{
		double		density = exp(-z * z / 2) / SQRT_2_PI;
		double		step = (trk_normal_sf(z) - p) / density;

		z += step / (1 - z * step / 2);
	}
	return z;
}

/* Return the z for which P(Z <= z) = p. */
double
trk_normal_quantile(double p)
{
	if (!(p >= 0 && p <= 1))
		return NAN;
	if (p == 0 || p == 1)
		return p == 0 ? -INFINITY : INFINITY;
	return p <= 0.5 ? -upper_quantile(p) : upper_quantile(1 - p);
}

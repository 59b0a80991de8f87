/*
 * special.c
 *	  Probabilities with their logarithm; the chi-square and normal
 *	  distributions (see special.h).
 *
 * Sources: the incomplete gamma function by its power series below the mean
 * and by Legendre's continued fraction above (Abramowitz and Stegun 6.5.29,
 * 6.5.31), its prefactor in the saddle-point form of C.  Loader, "Fast and
 * accurate computation of binomial probabilities" (2000).
 */
#include "base/trk.h"

#include "stats/special.h"

#include <float.h>

/* 2/sqrt(pi), log(sqrt(2 pi)) */
#define TWO_OVER_SQRT_PI	1.128379167095512574
#define LOG_SQRT_2PI		0.918938533204672742

/* sqrt(1/2) as a sum of two doubles */
#define SQRT_HALF_HI		0.70710678118654757
#define SQRT_HALF_LO		(-4.8336466567264567e-17)

/*
 * Half the degrees of freedom from which on an asymptotic expansion is exact
 * enough.
 */
#define MANY_DEGREES		1e10

/* Below this a probability is a denormal number and has lost digits. */
#define SMALLEST_NORMAL		DBL_MIN

/* Make a tail of a probability that did not underflow. */
TrkTail
trk_tail_of(double p)
{
	TrkTail		t = {p > 1 ? 1 : p, p > 1 ? 0 : log10(p)};

	return t;
}

/* Make a tail of 1 - q. */
TrkTail
trk_tail_complement(double q)
{
	TrkTail		t = {q < 0 ? 1 : 1 - q, q < 0 ? 0 : log1p(-q) / TRK_LN10};

	return t;
}

/*
 * Make a tail of exp(log_scale) * factor.  The product may underflow; its
 * logarithm stays finite.
 */
TrkTail
trk_tail_scaled(double log_scale, double factor)
{
	double		half = exp(log_scale / 2);
	TrkTail		t = {half * factor * half, 0};

	if (t.p > 1)
		t.p = 1;
	if (t.p >= SMALLEST_NORMAL)
		t.log10 = log10(t.p);
	else
		t.log10 = (log_scale + log(factor)) / TRK_LN10;
	return t;
}

/* Return the sum of two tails, at most 1. */
TrkTail
trk_tail_sum(TrkTail a, TrkTail b)
{
	TrkTail		t = {Min(a.p + b.p, 1), 0};
	double		high = Max(a.log10, b.log10);
	double		low = Min(a.log10, b.log10);

	if (t.p >= SMALLEST_NORMAL)
		t.log10 = log10(t.p);
	else
		t.log10 = high + log1p(pow(10, low - high)) / TRK_LN10;
	return t;
}

/* Return k times a tail, at most 1. */
TrkTail
trk_tail_times(double k, TrkTail t)
{
	if (isnan(t.p) || k * t.p < 1)
	{
		t.p *= k;
		t.log10 += log10(k);
		return t;
	}
	t.p = 1;
	t.log10 = 0;
	return t;
}

/* Compute d - log1p(d) without cancellation for small d. */
double
trk_log1p_minus(double d)
{
	double		v = d / (2 + d);
	double		v2 = v * v;
	double		sum = 0;
	double		power = 1;

	if (d < -0.5 || d > 1)
		return d - log1p(d);

	/* log1p(d) = 2 (v + v^3/3 + v^5/5 + ...), and d - 2 v = d v */
	for (int k = 3; power > 1e-18; k += 2)
	{
		sum += power / k;
		power *= v2;
	}
	return d * v - 2 * v * v2 * sum;
}

/*
 * Compute (1 + d) log1p(d) - d, which is the deviance of x = m (1 + d) from
 * m, divided by m.
 */
double
trk_deviance(double d)
{
	if (d <= -1)
		return 1;
	if (d < -0.5 || d > 1)
		return (1 + d) * log1p(d) - d;
	return d * d - (1 + d) * trk_log1p_minus(d);
}

/*
 * Compute the error of Stirling's formula: log Gamma(a) minus its
 * approximation.
 */
double
trk_stirling_error(double a)
{
	double		r = 1 / a;
	double		r2 = r * r;

	if (a < 16)
		return lgamma(a) - ((a - 0.5) * log(a) - a + LOG_SQRT_2PI);
	return r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680 -
																	  r2 * (1.0 / 1188 - r2 * (691.0 / 360360 - r2 / 156))))));
}

/* Return erfc(y + r) / 2 for a small r. */
static double
half_erfc(double y, double r)
{
	return (erfc(y) - r * TWO_OVER_SQRT_PI * exp(-y * y)) / 2;
}

/*
 * Return the logarithm of the normal tail far out, by its continued fraction.
 */
static double
log_normal_sf(double z)
{
	double		f = z;

	for (int k = 40; k > 0; k--)
		f = z + k / f;
	return -z * z / 2 - LOG_SQRT_2PI - log(f);
}

/* Compute the upper tail P(Z > z) of the normal distribution. */
TrkTail
trk_normal_tail(double z)
{
	double		y = z * SQRT_HALF_HI;
	double		r = fma(z, SQRT_HALF_HI, -y) + z * SQRT_HALF_LO;
	TrkTail		t;

	if (z < 0)
		return trk_tail_complement(trk_normal_tail(-z).p);
	if (z < 37.5 || isnan(z))
		return trk_tail_of(half_erfc(y, r));
	t.log10 = isinf(z) ? -INFINITY : log_normal_sf(z) / TRK_LN10;
	t.p = erfc(y) / 2;
	return t;
}

/* One degree of freedom: the tail is twice the normal tail of sqrt(x). */
static TrkTail
chi2_sf_1(double x)
{
	double		y = sqrt(x / 2);
	double		r = y > 0 ? fma(-y, y, x / 2) / (2 * y) : 0;

	if (x > 1400)
		return trk_tail_times(2, trk_normal_tail(sqrt(x)));
	if (x < 0.4)
		return trk_tail_complement(erf(y));
	return trk_tail_of(2 * half_erfc(y, r));
}

/* Compute x^a exp(-x) / Gamma(a), as a logarithm and a factor. */
static void
gamma_prefactor(double a, double x, double *log_scale, double *factor)
{
	if (a < 10 && x < 1e6)
	{
		*log_scale = -x;
		*factor = pow(x, a) / tgamma(a);
		return;
	}
	*log_scale = -trk_stirling_error(a) - a * trk_log1p_minus((x - a) / a);
	*factor = sqrt(a / (2 * TRK_PI));
}

/*
 * Compute the lower incomplete gamma function divided by its prefactor, by its
 * power series.
 */
static double
gamma_series(double a, double x)
{
	double		term = 1 / a;
	double		sum = term;

	for (double k = 1; term > sum * 1e-17; k++)
	{
		term *= x / (a + k);
		sum += term;
	}
	return sum;
}

/*
 * Compute the upper incomplete gamma function divided by its prefactor, by its
 * continued fraction.
 */
static double
gamma_fraction(double a, double x)
{
	double		b = x + 1 - a;
	double		c = 1e300;
	double		d = 1 / b;
	double		f = d;

	for (double k = 1;; k++)
	{
		double		an = k * (a - k);
		double		step;

		b += 2;
		d = an * d + b;
		c = b + an / c;
		d = 1 / (d == 0 ? 1e-300 : d);
		step = (c == 0 ? 1e-300 : c) * d;
		f *= step;
		if (fabs(step - 1) < 2e-16 || k > 1e7)
			return f;
	}
}

/* Return the density divided by the upper tail of the normal distribution. */
static double
normal_hazard(double z)
{
	double		f = z;

	if (z < 30)
		return exp(-z * z / 2 - LOG_SQRT_2PI) / trk_normal_tail(z).p;
	for (int k = 40; k > 0; k--)
		f = z + k / f;
	return f;
}

/*
 * Compute the upper tail for many degrees of freedom and x near the mean,
 * where series and fraction converge slowly: the normal tail with the first
 * term of Temme's uniform expansion (1979).  The next term is smaller by a
 * factor of about 1 / a.
 */
static TrkTail
gamma_tail_large(double a, double x)
{
	double		mu = (x - a) / a;
	double		eta = copysign(sqrt(2 * trk_log1p_minus(mu)), mu);
	double		z = fabs(eta) * sqrt(a);
	double		c = fabs(eta) < 0.01 ?
	-1.0 / 3 + eta * (1.0 / 12 + eta * (-2.0 / 135 + eta * (1.0 / 864 + eta / 2835))) :
	1 / mu - 1 / eta;
	double		share = c / sqrt(a) * normal_hazard(z);
	TrkTail		t = trk_normal_tail(z);

	if (mu < 0)
		return trk_tail_complement(t.p * (1 - share));
	t.p *= 1 + share;
	t.log10 += log1p(share) / TRK_LN10;
	return t;
}

/*
 * Compute the upper tail of the chi-square distribution with df > 0 degrees
 * of freedom.
 */
TrkTail
trk_chi2_sf(double x, double df)
{
	double		a = df / 2;
	double		log_scale;
	double		factor;

	if (isnan(x) || isnan(df))
		return trk_tail_of(NAN);
	if (x <= 0)
		return trk_tail_of(1);
	if (isinf(x))
		return trk_tail_of(0);
	if (df == 1)
		return chi2_sf_1(x);
	x /= 2;
	if (df == 2)
		return trk_tail_scaled(-x, 1);
	if (a > MANY_DEGREES && fabs(x - a) < a / 2)
		return gamma_tail_large(a, x);
	gamma_prefactor(a, x, &log_scale, &factor);
	if (x < a + 1)
		return trk_tail_complement(trk_tail_scaled(log_scale, factor * gamma_series(a, x)).p);
	return trk_tail_scaled(log_scale, factor * gamma_fraction(a, x));
}

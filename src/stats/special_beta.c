/*
 * special_beta.c
 *	  The incomplete beta function and the distributions computed from it (see
 *	  special.h).
 *
 * Sources: the continued fraction of Didonato and Morris (1992, ACM TOMS 18,
 * 360), which is the even part of Abramowitz and Stegun's 26.5.8, by Lentz's
 * method; the prefactor in Loader's saddle-point form, so that no digits are
 * lost with large parameters; beyond these, Temme (1996, Special Functions,
 * 11.3.3).
 */
#include "base/trk.h"

#include "stats/special.h"

/*
 * Parameters from which on the first terms of Temme's expansion are exact to
 * the last digits.
 */
#define TEMME	1e13

/*
 * Compute a log(a / m) + m - a for m = a (1 + d), which measures how far a is
 * from its mean m.
 */
static double
deviation(double a, double m, double d)
{
	return a * (d < -0.5 ? d - log(m / a) : trk_log1p_minus(d));
}

/*
 * Compute a - (a + b) x, which is how far x is below the mean a / (a + b).  It
 * is computed from the smaller one of x and its complement y, which is known
 * more precisely.
 */
static double
from_mean(double a, double b, double x, double y)
{
	return x < y ? fma(-(a + b), x, a) : fma(a + b, y, -b);
}

/*
 * Compute the logarithm of x^a y^b / B(a, b), split into a logarithm and a
 * factor for accuracy.
 */
static double
beta_prefactor(double a, double b, double x, double y, double *factor)
{
	double		n = a + b;
	double		off = from_mean(a, b, x, y);	/* n x = a - off */

	*factor = sqrt(a / n * b / (2 * TRK_PI));
	return trk_stirling_error(n) - trk_stirling_error(a) - trk_stirling_error(b)
		- deviation(a, n * x, -off / a) - deviation(b, n * y, off / b);
}

/* Compute the continued fraction of I_x(a, b), divided by the prefactor. */
static double
beta_fraction(double a, double b, double x, double y)
{
	double		off = from_mean(a, b, x, y);
	double		f = a / (a + 1) * (off + 1);
	double		c = f;
	double		d = 0;

	for (double k = 1; k < 1e7; k++)
	{
		double		s = a + 2 * k - 1;
		double		w = k * (b - k) * x / s;
		double		numerator = (a + k - 1) / s * (a + b + k - 1) * x * w;
		double		denominator = k + w + (a + k) / (s + 2) * (off + 1 + k * (1 + y));
		double		step;

		d = 1 / (denominator + numerator * d);
		c = denominator + numerator / c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 2e-16)
			break;
	}
	return 1 / f;
}

/*
 * Compute I_x(a, b) for parameters so large that two terms of Temme's
 * expansion are exact: a normal tail and a correction. off is a - (a + b) x,
 * which cannot be computed from the rounded sum of two such parameters.
 */
static TrkTail
beta_of_large(double a, double b, double x, double y, double off)
{
	double		n = a + b;
	double		unlikely = deviation(a, n * x, -off / a) + deviation(b, n * y, off / b);
	double		z = copysign(sqrt(2 * fmax(unlikely, 0)), off);
	double		spread = sqrt(a / n * b);	/* standard deviation of the count */
	double		second = fabs(z) > 1e-2 ? 1 / z - spread / off : (a - b) / n / spread / 3;
	TrkTail		tail = trk_normal_tail(z);

	if (tail.p == 0)
		return tail;
	return trk_tail_of(tail.p - exp(-z * z / 2) / sqrt(2 * TRK_PI) * second);
}

/*
 * Compute the regularized incomplete beta function I_x(a, b).  The caller
 * passes y = 1 - x, which it knows more precisely.
 */
TrkTail
trk_beta_tail(double a, double b, double x, double y)
{
	double		factor;
	double		log_scale;

	if (isnan(a + b + x + y))
		return trk_tail_of(NAN);
	if (x <= 0)
		return trk_tail_of(0);
	if (y <= 0)
		return trk_tail_of(1);
	if (x > (a + 1) / (a + b + 2))
		return trk_tail_complement(trk_beta_tail(b, a, y, x).p);
	if (a > TEMME && b > TEMME)
		return beta_of_large(a, b, x, y, from_mean(a, b, x, y));
	log_scale = beta_prefactor(a, b, x, y, &factor);
	return trk_tail_scaled(log_scale, factor * beta_fraction(a, b, x, y));
}

/* Compute the upper tail of Student's t distribution. */
TrkTail
trk_t_sf(double t, double df)
{
	double		r = t / sqrt(df);
	double		x;
	double		y;

	if (isnan(t) || isnan(df))
		return trk_tail_of(NAN);
	if (isinf(df))
		return trk_normal_tail(t);
	if (t == 0)
		return trk_tail_of(0.5);
	if (t < 0)
		return trk_tail_complement(trk_t_sf(-t, df).p);
	if (fabs(r) > 1e150)
		return isinf(t) ? trk_tail_of(0) :
			trk_tail_scaled(-df * log(r), exp(lgamma((df + 1) / 2) - lgamma(df / 2)) /
							(sqrt(TRK_PI) * df));
	x = df / (df + t * t);
	y = t * t / (df + t * t);
	return trk_tail_times(0.5, trk_beta_tail(df / 2, 0.5, x, y));
}

/* Compute the upper tail of the F distribution. */
TrkTail
trk_f_sf(double x, double df1, double df2)
{
	double		sum = df1 * x + df2;

	if (isnan(x + df1 + df2))
		return trk_tail_of(NAN);
	if (x <= 0)
		return trk_tail_of(1);
	if (isinf(sum))
		return trk_tail_of(0);
	return trk_beta_tail(df2 / 2, df1 / 2, df2 / sum, df1 * x / sum);
}

/*
 * Compute P(X > k) for the number X of successes in n trials of probability
 * p.
 */
TrkTail
trk_binomial_sf(double k, double n, double p)
{
	k = floor(k);
	if (isnan(k + n + p))
		return trk_tail_of(NAN);
	if (k < 0)
		return trk_tail_of(1);
	if (k >= n)
		return trk_tail_of(0);
	if (k > TEMME && n - k > TEMME)
		return beta_of_large(k + 1, n - k, p, 1 - p, fma(-n, p, k) + (1 - p));
	return trk_beta_tail(k + 1, n - k, p, 1 - p);
}

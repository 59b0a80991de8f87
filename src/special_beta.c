/*
 * special_beta.c
 *	  The incomplete beta function and the distributions made from it
 *	  (see special.h).
 *
 * Sources: continued fraction of Abramowitz and Stegun 26.5.8 by Lentz's
 * method; the prefactor in Loader's saddle-point form, so that large parameters
 * lose nothing.
 */
#include "special.h"

/* a log(a / m) + m - a for m = a (1 + d): how far a is from its mean m. */
static double
deviation(double a, double m, double d)
{
	return a * (d < -0.5 ? d - log(m / a) : trk_log1p_minus(d));
}

/* log of x^a y^b / B(a, b), split for accuracy into a logarithm and a factor. */
static double
beta_prefactor(double a, double b, double x, double y, double *factor)
{
	double		n = a + b;
	double		da = (b * x - a * y) / a;	/* n x = a (1 + da) */
	double		db = (a * y - b * x) / b;

	*factor = sqrt(a / n * b / (2 * TRK_PI));
	return trk_stirling_error(n) - trk_stirling_error(a) - trk_stirling_error(b)
		- deviation(a, n * x, da) - deviation(b, n * y, db);
}

/* The continued fraction of I_x(a, b), over the prefactor and times a. */
static double
beta_fraction(double a, double b, double x)
{
	double		c = 1;
	double		d = 1 / (1 - (a + b) * x / (a + 1));
	double		f = d;

	for (double k = 1; k < 1e7; k++)
	{
		double		even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
		double		odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
		double		step;

		d = 1 / (1 + even * d);
		c = 1 + even / c;
		f *= c * d;
		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 2e-16)
			break;
	}
	return f;
}

/* See special.h. */
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
	log_scale = beta_prefactor(a, b, x, y, &factor);
	return trk_tail_scaled(log_scale, factor * beta_fraction(a, b, x) / a);
}

/* See special.h. */
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

/* See special.h. */
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

/* See special.h. */
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
	return trk_beta_tail(k + 1, n - k, p, 1 - p);
}

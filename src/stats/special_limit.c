/*
 * special_limit.c
 *	  Limit distributions of the goodness-of-fit statistics (see special.h).
 *
 * Kolmogorov: the alternating series for large arguments, its theta transform
 * for small ones.  Anderson-Darling and Cramer-von Mises are quadratic forms
 * in independent normals, sum Z_j^2/mu_j with mu_j = j(j+1) and (j pi)^2.
 * Their tails are Smirnov's sum of integrals over (mu_1, mu_2), (mu_3, mu_4),
 * ..., whose integrands have inverse square roots at both ends, so
 * Gauss-Chebyshev quadrature converges geometrically.  For small arguments the
 * distribution function is computed by the series of T.  W.  Anderson and D.
 * A.  Darling (1952).
 */
#include "base/trk.h"

#include "stats/special.h"

/*
 * The differences between the two forms; s is the variable in which the
 * intervals have equal distances.
 */
typedef struct Form
{
	double		half_gap;		/* half the length of an interval in s */
	double		first;			/* its lower end */
	double		period;			/* from one interval to the next */
	double		rate;			/* the exponent is -x rate (s^2 - first^2) ... */
	double		lead;			/* ... - x lead */
	double		shift;			/* the density is in sqrt(s^2 - shift) */
} Form;

static const Form anderson_darling = {1, 3, 4, 0.125, 1, 1};
static const Form cramer_von_mises = {TRK_PI / 2, TRK_PI, 2 * TRK_PI, 0.5,
TRK_PI * TRK_PI / 2, 0};

/* Return the smooth part of the integrand. */
static double
form_density(const Form *form, double s)
{
	if (form->shift != 0)
		return s / sqrt(TRK_PI * (s * s - form->shift));
	return 2 / (TRK_PI * sqrt(s));
}

/* Compute one of Smirnov's integrals, without exp(-x lead). */
static double
smirnov_integral(const Form *form, double x, int interval)
{
	double		low = form->first + form->period * interval;
	int			nodes = 64 + (int) (16 * sqrt(x));
	double		sum = 0;

	for (int k = 0; k < nodes; k++)
	{
		double		angle = TRK_PI * (2 * k + 1) / (2 * nodes);
		double		up = 2 * sin(angle / 2) * sin(angle / 2);	/* 1 + w */
		double		down = 2 * cos(angle / 2) * cos(angle / 2); /* 1 - w */
		double		s = low + form->half_gap * up;
		double		more = s - form->first;
		double		cosine = sin(TRK_PI / 2 * Min(up, down));

		sum += exp(-x * form->rate * more * (s + form->first)) *
			form_density(form, s) * sqrt(up * down / cosine);
	}
	return sum * form->half_gap * TRK_PI / nodes;
}

/* Compute the tail by Smirnov's formula. */
static TrkTail
smirnov_formula(const Form *form, double x)
{
	double		sum = 0;

	for (int k = 0; k < 1000; k++)
	{
		double		integral = smirnov_integral(form, x, k);

		sum += k % 2 == 0 ? integral : -integral;
		if (integral < 1e-18 * sum)
			break;
	}
	return trk_tail_scaled(-x * form->lead, sum);
}

/* Compute the upper tail of Kolmogorov's limit distribution. */
TrkTail
trk_kolmogorov_sf(double x)
{
	double		square = x * x;
	double		rest = fma(x, x, -square);
	double		sum = 0;

	if (isnan(x))
		return trk_tail_of(NAN);
	if (x <= 0)
		return trk_tail_of(1);
	if (x < 1)
	{
		for (int k = 1; k < 20; k += 2)
			sum += exp(-k * k * TRK_PI * TRK_PI / (8 * square));
		return trk_tail_complement(sqrt(2 * TRK_PI) / x * sum);
	}
	if (isinf(square))
		return trk_tail_of(0);
	/* the terms divided by the first one */
	for (int k = 1; k < 12; k++)
		sum += (k % 2 == 1 ? 2 : -2) * exp(-2 * (k * k - 1) * square);
	return trk_tail_scaled(-2 * square, sum * (1 - 2 * rest));
}

/* Return the limit distribution function of Anderson-Darling for small x. */
static double
anderson_darling_cdf(double x)
{
	double		sum = 0;
	double		binomial = 1;	/* the binomial coefficient of -1/2 over j */

	for (int j = 0; j < 6; j++)
	{
		double		t = (4 * j + 1) * TRK_PI;
		double		scale = 2 * sqrt(x) / t;
		double		integral = exp(x / 8) / 2;

		for (int k = 1; k <= 72; k++)
		{
			double		v = k / 8.0;
			double		w = v * scale;

			integral += exp(x / (8 * (w * w + 1)) - v * v / 2);
		}
		sum += binomial * (4 * j + 1) * exp(-t * t / (8 * x)) * integral * scale / 8;
		binomial *= -(j + 0.5) / (j + 1);
	}
	return sqrt(2 * TRK_PI) / x * sum;
}

/*
 * Compute the upper tail of the limit distribution of the Anderson-Darling
 * statistic of two samples.
 */
TrkTail
trk_anderson_darling_k2_sf(double x)
{
	if (isnan(x))
		return trk_tail_of(NAN);
	if (x <= 1e-3)
		return trk_tail_of(1);
	if (isinf(x))
		return trk_tail_of(0);
	if (x < 0.5)
		return trk_tail_complement(anderson_darling_cdf(x));
	return smirnov_formula(&anderson_darling, x);
}

/* Return exp(y) times the Bessel function K_1/4(y). */
static double
bessel_k_quarter(double y)
{
	double		step = 1 / (4 * sqrt(y) + 4);
	double		sum = 0.5;

	for (int k = 1;; k++)
	{
		double		t = k * step;
		double		s = sinh(t / 2);
		double		term = exp(-2 * y * s * s) * cosh(t / 4);

		sum += term;
		if (term < 1e-18)
			return sum * step;
	}
}

/* Return the limit distribution function of Cramer-von Mises for small x. */
static double
cramer_von_mises_cdf(double x)
{
	double		sum = 0;
	double		binomial = 1;

	for (int j = 0; j < 8; j++)
	{
		double		y = (4 * j + 1) * (4 * j + 1) / (16 * x);

		sum += binomial * sqrt(4 * j + 1) * exp(-2 * y) * bessel_k_quarter(y);
		binomial *= (j + 0.5) / (j + 1);
	}
	return sum / (TRK_PI * sqrt(x));
}

/*
 * Compute the upper tail of the limit distribution of the Cramer-von Mises
 * statistic.
 */
TrkTail
trk_cramer_von_mises_sf(double x)
{
	if (isnan(x))
		return trk_tail_of(NAN);
	if (x <= 1e-4)
		return trk_tail_of(1);
	if (isinf(x))
		return trk_tail_of(0);
	if (x < 0.1)
		return trk_tail_complement(cramer_von_mises_cdf(x));
	return smirnov_formula(&cramer_von_mises, x);
}

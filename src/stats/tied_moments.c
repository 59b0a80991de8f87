/*
 * tied_moments.c
 *	  Moments of squared differences of distribution functions, given ties
 *	  (see tied_moments.h).
 *
 * A value of the first sample is q = m/N, one of the second -p = -n/N, so that
 * all sum to zero.  The moments of several of them are symmetric functions of
 * the power sums of all (sampling from a finite population, as in Cochran,
 * "Sampling Techniques", 2.15).
 */
#include "base/trk.h"

#include "stats/tied_moments.h"

/* Sums of the powers of the weights with which values are counted. */
typedef struct Counted
{
	double		c1;
	double		c2;
	double		c3;
	double		c4;
} Counted;

/*
 * Start with samples of n and m values: compute the moments of one, two, three
 * and four of their members.
 */
void
trk_tied_moments_start(TrkTiedMoments *t, TrkTiesCount count, double n, double m)
{
	double		all = n + m;
	double		pq = n / all * (m / all);
	double		p2 = all * pq;
	double		p4 = all * pq * (1 - 3 * pq);
	double		pairs = all * (all - 1);

	memset(t, 0, sizeof(*t));
	t->size = all;
	t->count = count;
	t->m2 = p2 / all;
	t->m11 = -p2 / pairs;
	t->m4 = p4 / all;
	t->m31 = -p4 / pairs;
	t->m22 = (p2 * p2 - p4) / pairs;
	/* fewer values have no three or four members */
	if (all > 2)
		t->m211 = (2 * p4 - p2 * p2) / (pairs * (all - 2));
	if (all > 3)
		t->m1111 = (3 * p2 * p2 - 6 * p4) / (pairs * (all - 2) * (all - 3));
}

/*
 * Return the sums of weights of a count up to a group: each value before it
 * has weight one.
 */
static Counted
counted(const TrkTiedMoments *t, double before, double size)
{
	double		part = t->count == TRK_TIES_MIDDLE ? 0.5 : 1;
	Counted		c = {before + part * size, before + part * part * size,
		before + part * part * part * size, before + part * part * part * part * size
	};

	return c;
}

/*
 * Return the expectation of the fourth power of a count.  The patterns of
 * equal members among four values are counted from sums over all, minus those
 * in which more are equal.
 */
static double
fourth_power(const TrkTiedMoments *t, const Counted *c)
{
	double		three = 4 * (c->c3 * c->c1 - c->c4);
	double		two_two = 3 * (c->c2 * c->c2 - c->c4);
	double		two = 6 * (c->c2 * c->c1 * c->c1 - 2 * c->c3 * c->c1 - c->c2 * c->c2 + 2 * c->c4);
	double		all = c->c1 * c->c1 * c->c1 * c->c1;

	return c->c4 * t->m4 + three * t->m31 + two_two * t->m22 + two * t->m211 +
		(all - c->c4 - three - two_two - two) * t->m1111;
}

/*
 * Return the sum, over the groups before, of w E C^2 D^2, where D counts every
 * value that C counts with weight one.  It is linear in the sums of w C2 and w
 * C1^2.
 */
static double
earlier_groups(const TrkTiedMoments *t, const Counted *d)
{
	double		c2 = t->sum;
	double		c11 = t->sum_squares;
	double		three = 2 * (c2 * d->c1 - c2) + 2 * (c11 - c2);
	double		two_two = c2 * d->c2 - c2 + 2 * (c11 - c2);
	double		two = c2 * d->c1 * d->c1 - 2 * c2 * d->c1 - c2 * d->c2 + 2 * c2 +
	d->c2 * c11 - 2 * c11 - d->c2 * c2 + 2 * c2 +
	4 * (c11 * d->c1 - c2 * d->c1 - 2 * c11 + 2 * c2);
	double		all = c11 * d->c1 * d->c1;

	return c2 * t->m4 + three * t->m31 + two_two * t->m22 + two * t->m211 +
		(all - c2 - three - two_two - two) * t->m1111;
}

/* Add the next group of ties, with its weight. */
void
trk_tied_moments_add(TrkTiedMoments *t, double before, double size, double weight)
{
	Counted		c = counted(t, before, size);

	t->mean += weight * (c.c2 * t->m2 + (c.c1 * c.c1 - c.c2) * t->m11);
	t->square += weight * (weight * fourth_power(t, &c) + 2 * earlier_groups(t, &c));
	t->sum += weight * c.c2;
	t->sum_squares += weight * c.c1 * c.c1;
}

/* Return the variance of what was added. */
double
trk_tied_moments_variance(const TrkTiedMoments *t)
{
	return t->square - t->mean * t->mean;
}

/*
 * special_exact.c
 *	  Exact conditional distributions: the hypergeometric distribution of a 2 x
 *	  2 table and that of the Kolmogorov-Smirnov statistic (see special.h).
 */
#include "base/trk.h"

#include "stats/special.h"

/*
 * Probabilities whose relative difference is below this are taken as equal:
 * equally probable tables differ by rounding only.
 */
#define TIE_SLACK	1e-7

/*
 * The largest total for which exact sums are used; with more they would take
 * seconds, and the normal distribution is indistinguishable.
 */
#define LARGEST_TABLE	((double) ((int64) 1 << 40))

/*
 * The margins of a table: k of row1 are in column 1, which has column1 in
 * total.
 */
typedef struct Margins
{
	double		row1;
	double		row2;
	double		column1;
	double		low;			/* bounds of k */
	double		high;
	double		mode;
} Margins;

/*
 * Return the logarithm of the binomial probability of x out of n, where p + q
 * is 1.
 */
static double
log_binomial(double x, double n, double p, double q)
{
	if (x == 0)
		return n == 0 ? 0 : n * (p < 0.1 ? log1p(-p) : log(q));
	if (x == n)
		return n * (q < 0.1 ? log1p(-q) : log(p));
	return trk_stirling_error(n) - trk_stirling_error(x) - trk_stirling_error(n - x)
		- x * trk_log1p_minus((n * p - x) / x)
		- (n - x) * trk_log1p_minus((n * q - (n - x)) / (n - x))
		+ 0.5 * log(n / (2 * TRK_PI * x * (n - x)));
}

/* Return the logarithm of the hypergeometric probability of k. */
static double
log_hypergeometric(const Margins *m, double k)
{
	double		n = m->row1 + m->row2;
	double		p = m->column1 / n;
	double		q = (n - m->column1) / n;

	return log_binomial(k, m->row1, p, q) + log_binomial(m->column1 - k, m->row2, p, q)
		- log_binomial(m->column1, n, p, q);
}

/* Return the probability of k + 1 divided by that of k. */
static double
step_up(const Margins *m, double k)
{
	return (m->row1 - k) * (m->column1 - k) / ((k + 1) * (m->row2 - m->column1 + k + 1));
}

/*
 * Return the sum of the probabilities from k away from the mode (step is 1 or
 * -1), divided by the probability of k.
 */
static double
tail_ratio(const Margins *m, double k, int step)
{
	double		term = 1;
	double		sum = 1;

	while (term > sum * 1e-18 && k != (step > 0 ? m->high : m->low))
	{
		if (step > 0)
			term *= step_up(m, k);
		else
			term *= k * (m->row2 - m->column1 + k) /
				((m->row1 - k + 1) * (m->column1 - k + 1));
		sum += term;
		k += step;
	}
	return sum;
}

/* Return the tail from k away from the mode. */
static TrkTail
tail_from(const Margins *m, double k, int step)
{
	return trk_tail_scaled(log_hypergeometric(m, k), tail_ratio(m, k, step));
}

/*
 * Find the value on the other side of the mode, nearest to it, whose
 * probability is at most bound; return false when there is none.
 */
static bool
opposite(const Margins *m, int step, double bound, double *k)
{
	double		inside = m->mode;
	double		outside = step > 0 ? m->high : m->low;

	if (log_hypergeometric(m, outside) > bound)
		return false;
	while (fabs(outside - inside) > 1)
	{
		double		middle = floor((inside + outside) / 2);

		if (log_hypergeometric(m, middle) > bound)
			inside = middle;
		else
			outside = middle;
	}
	*k = outside;
	return true;
}

/* Compute the bounds and the most probable value. */
static void
find_mode(Margins *m)
{
	m->low = Max(0, m->column1 - m->row2);
	m->high = Min(m->row1, m->column1);
	m->mode = floor((m->row1 + 1) * (m->column1 + 1) / (m->row1 + m->row2 + 2));
	m->mode = Max(m->low, Min(m->high, m->mode));
}

/* Set the result for margins that allow only one table. */
static void
fisher_trivial(TrkFisher *fisher)
{
	fisher->two_sided = fisher->less = fisher->greater = trk_tail_of(1);
}

/*
 * Compute the tails by the normal distribution, for tables too large for exact
 * sums.
 */
static void
fisher_normal(const Margins *m, double a, TrkFisher *fisher)
{
	double		n = m->row1 + m->row2;
	double		mean = m->row1 * (m->column1 / n);
	double		z = (a - mean) / sqrt(mean * (m->row2 / n) * ((n - m->column1) / n));

	fisher->greater = trk_normal_tail(z);
	fisher->less = trk_normal_tail(-z);
	fisher->two_sided = trk_tail_times(2, trk_normal_tail(fabs(z)));
}

/* Fisher's exact test of the 2 x 2 table [[a, b], [c, d]]. */
void
trk_fisher(int64 a, int64 b, int64 c, int64 d, TrkFisher *fisher)
{
	Margins		m = {(double) a + b, (double) c + d, (double) a + c};
	double		n = m.row1 + m.row2;
	double		bound;
	double		other;
	int			step;
	TrkTail		beyond;
	TrkTail		rest;

	if (m.row1 == 0 || m.row2 == 0 || m.column1 == 0 || m.column1 == n)
	{
		fisher_trivial(fisher);
		return;
	}
	if (n > LARGEST_TABLE)
	{
		fisher_normal(&m, (double) a, fisher);
		return;
	}
	find_mode(&m);
	step = a >= m.mode ? 1 : -1;
	beyond = tail_from(&m, (double) a, step);
	beyond = trk_tail_times(1, beyond);
	bound = log_hypergeometric(&m, (double) a);
	rest = trk_tail_complement(Max(beyond.p - exp(bound), 0));
	fisher->greater = step > 0 ? beyond : rest;
	fisher->less = step > 0 ? rest : beyond;

	bound += TIE_SLACK;
	fisher->two_sided = beyond;
	if (log_hypergeometric(&m, m.mode) <= bound)
		fisher->two_sided = trk_tail_of(1);
	else if (opposite(&m, -step, bound, &other))
		fisher->two_sided = trk_tail_sum(beyond, tail_from(&m, other, -step));
}

/*
 * Compute P(X > k), where n items are drawn without replacement out of all
 * items and X of them are marked.
 */
TrkTail
trk_hypergeometric_sf(int64 k, int64 n, int64 marked, int64 all)
{
	int64		low = Max(0, n - (all - marked));
	TrkFisher	fisher;

	if (k < low)
		return trk_tail_of(1);
	if (k >= Min(n, marked))
		return trk_tail_of(0);
	k++;
	trk_fisher(k, n - k, marked - k, all - n - (marked - k), &fisher);
	return fisher.greater;
}

/*
 * Draw from the hypergeometric distribution, by a uniform random number u
 * between 0 and 1.  The probability of one value after another is subtracted
 * from u, from the mode to both sides, until nothing is left.
 */
int64
trk_hypergeometric_draw(int64 n, int64 marked, int64 all, double u)
{
	Margins		m = {(double) n, (double) (all - n), (double) marked};
	double		up;
	double		down;
	double		p_up;
	double		p_down;

	if (n == 0 || marked == 0)
		return 0;
	if (n == all || marked == all)
		return Min(n, marked);
	find_mode(&m);
	up = down = m.mode;
	p_up = p_down = exp(log_hypergeometric(&m, m.mode));
	u -= p_up;
	while (u > 0 && (up < m.high || down > m.low))
	{
		if (up < m.high)
		{
			p_up *= step_up(&m, up);
			u -= p_up;
			if (u <= 0)
				return (int64) up + 1;
			up++;
		}
		if (down > m.low)
		{
			down--;
			p_down /= step_up(&m, down);
			u -= p_down;
			if (u <= 0)
				return (int64) down;
		}
	}
	return (int64) m.mode;
}

/*
 * Return how many cells trk_smirnov_sf() has to walk through; widest is the
 * size of the largest group of ties.
 */
double
trk_smirnov_cells(int64 n, int64 m, int64 h, int64 widest)
{
	double		width = 2 * ((double) h / ((double) n + m) + Max(widest - 1, 0));

	return ((double) n + m) * (Min(width, (double) Min(n, m)) + 1);
}

/*
 * Compute the exact P(D >= h/(n m)) of the two-sample Kolmogorov-Smirnov
 * statistic.  It counts lattice paths from (0, 0) to (n, m), all equally
 * probable: b(i, j), the probability that a path at (i, j) has touched the
 * bounds |i m - j n| >= h, is (i b(i-1, j) + j b(i, j-1)) / (i + j) between
 * the bounds and 1 outside.  All terms are positive, so nothing cancels.  The
 * walk goes by diagonals s = i + j, each computed in place.  Only diagonals
 * that end a group of ties are compared with the bounds. 1 is stored as
 * 2^1000 to gain range.
 */
bool
trk_smirnov_sf(int64 n, int64 m, int64 h, const bool *ends, MemoryContext context, TrkTail *tail)
{
	const double one = ldexp(1, 1000);
	double	   *b = MemoryContextAllocHuge(context, sizeof(double) * (n + 2));
	double	   *at = b + 1;		/* at[-1] is read, but has weight 0 */
	int64		low = 0;
	int64		high = 0;
	double		result;

	for (int64 i = -1; i <= n; i++)
		at[i] = i <= 0 ? 0 : one;
	for (int64 s = 1; s <= n + m; s++)
	{
		double		ds = (double) s;

		low = Max(low, s - m);
		high = Min(high + 1, Min(s, n));
		for (int64 i = high; i >= low; i--)
			at[i] = ((double) i * at[i - 1] + (double) (s - i) * at[i]) / ds;
		if ((s & 255) == 0)
			TRK_CHECK_INTERRUPTS();
		if (ends != NULL && !ends[s])
			continue;
		for (; low <= high && s * n - low * (n + m) >= h; low++)
			at[low] = one;
		for (; high >= low && high * (n + m) - s * n >= h; high--)
			at[high] = one;
	}
	result = h <= 0 ? one : at[n];
	pfree(b);
	/* rounding may make the sum slightly larger than 1 */
	result = Min(result, one);
	tail->p = ldexp(result, -1000);
	tail->log10 = tail->p > 1e-300 ? log10(tail->p) :
		log10(result) - 1000 * (TRK_LN2 / TRK_LN10);
	return result > 0;
}

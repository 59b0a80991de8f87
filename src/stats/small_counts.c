/*
 * small_counts.c
 *	  Tables with small expected counts: pooling of rare categories, Monte
 *	  Carlo tests (see category_test.h).
 *
 * Sources: the rule of W.  G.  Cochran (1954) for expected counts.  Random
 * tables have the margins of the observed one, as permuting the labels of the
 * sides would give; they are drawn category by category from the
 * hypergeometric distribution.
 */
#include "base/trk.h"

#include "stats/category_test.h"

/*
 * qsort() comparator: the rarest categories first, equal ones in their order.
 */
static int
compare_rare(const void *a, const void *b)
{
	const TrkPool *x = a;
	const TrkPool *y = b;
	uint64		cx = (uint64) x->baseline + (uint64) x->observed;
	uint64		cy = (uint64) y->baseline + (uint64) y->observed;

	if (cx != cy)
		return cx < cy ? -1 : 1;
	return x->category < y->category ? -1 : x->category > y->category;
}

/* List the categories that are not empty, the rarest first. */
static void
sort_rare(const TrkTable *t, TrkPool *pool)
{
	int			n = 0;

	for (int j = 0; j < t->k; j++)
		if (t->baseline[j] > 0 || t->observed[j] > 0)
			pool[n++] = (TrkPool) {t->baseline[j], t->observed[j], j};
	qsort(pool, n, sizeof(TrkPool), compare_rare);
}

/* Count how many of a category's two expected counts are below a bound. */
static int
expected_below(const TrkTable *t, double count, double bound)
{
	double		n = (double) t->n1 + (double) t->n2;

	return (count * ((double) t->n1 / n) < bound) + (count * ((double) t->n2 / n) < bound);
}

/* Return the observations of a category. */
static double
pool_size(const TrkPool *category)
{
	return (double) category->baseline + (double) category->observed;
}

/* Return how many of the rarest categories must be merged; 0 for none. */
static int
count_rare(const TrkTable *t, const TrkPool *pool)
{
	int			below = 0;
	double		sum = 0;

	for (int j = 0; j < t->used; j++)
		below += expected_below(t, pool_size(&pool[j]), 5);
	if (t->used <= 2 ||
		(expected_below(t, pool_size(&pool[0]), 1) == 0 && 5 * (int64) below <= 2 * (int64) t->used))
		return 0;
	for (int rare = 1; rare < t->used; rare++)
	{
		int			left = t->used - rare + 1;

		sum += pool_size(&pool[rare - 1]);
		below -= expected_below(t, pool_size(&pool[rare - 1]), 5);
		if (rare < 2)
			continue;
		if (left == 2 ||
			(expected_below(t, sum, 1) == 0 &&
			 expected_below(t, pool_size(&pool[rare]), 1) == 0 &&
			 5 * (int64) (below + expected_below(t, sum, 5)) <= 2 * (int64) left))
			return rare;
	}
	return 0;
}

/*
 * Merge the rarest categories into one, the first of the new table, until
 * expected counts are large enough for Pearson's test: at least 1, and at
 * least 5 in four of five cells (Cochran, 1954).  Stops at two categories.
 * Returns how many were merged. pool and the counts have space for k entries.
 */
int
trk_pool_rare(const TrkTable *t, TrkPool *pool, int64 *baseline, int64 *observed,
			  TrkTable *pooled)
{
	int			rare;
	int			k = 0;

	sort_rare(t, pool);
	rare = count_rare(t, pool);
	if (rare > 0)
		baseline[k] = observed[k] = 0;
	for (int j = 0; j < rare; j++)
	{
		baseline[k] += pool[j].baseline;
		observed[k] += pool[j].observed;
	}
	k = rare > 0;
	for (int j = rare; j < t->used; j++, k++)
	{
		baseline[k] = pool[j].baseline;
		observed[k] = pool[j].observed;
	}
	trk_table_init(pooled, baseline, observed, k);
	return rare;
}

/*
 * Return the next random number from 0 to 1 (splitmix64 by Steele, Lea and
 * Flood).
 */
static double
next_share(uint64 *state)
{
	uint64		z = (*state += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	z ^= z >> 31;
	return ((double) (z >> 11) + 0.5) / 9007199254740992.0;
}

/* Draw a random table with these margins, the rarest categories first. */
static void
random_table(const TrkTable *t, const TrkPool *pool, int64 *baseline, int64 *observed,
			 uint64 *state)
{
	int64		left = t->n1;	/* observations of the baseline that are left */
	int64		all = t->n1 + t->n2;

	for (int j = 0; j < t->used; j++)
	{
		int64		c = pool[j].baseline + pool[j].observed;

		baseline[j] = trk_hypergeometric_draw(c, left, all, next_share(state));
		observed[j] = c - baseline[j];
		left -= baseline[j];
		all -= c;
	}
}

/*
 * Estimate the p of a table by Monte Carlo: its rank among random tables with
 * the same margins.  The table may have at most TRK_MC_TOTAL observations.
 */
double
trk_chi2_random(const TrkTable *t, TrkPool *pool, int64 *baseline, int64 *observed, uint64 seed)
{
	/* equally extreme tables may differ by rounding */
	double		bound = trk_pearson(t) * (1 - 1e-9);
	int			hits = 1;

	sort_rare(t, pool);
	for (int i = 0; i < TRK_MC_TABLES; i++)
	{
		TrkTable	random;

		random_table(t, pool, baseline, observed, &seed);
		trk_table_init(&random, baseline, observed, t->used);
		hits += trk_pearson(&random) >= bound;
		TRK_CHECK_INTERRUPTS();
	}
	return (double) hits / (TRK_MC_TABLES + 1);
}

/*
 * Fisher's exact test of the two used categories of a table.  The first cell
 * is that of the observed side.
 */
void
trk_fisher_of(const TrkTable *t, TrkFisher *fisher)
{
	int			first = 0;

	while (first < t->k - 1 && t->baseline[first] == 0 && t->observed[first] == 0)
		first++;
	if (t->k == 0)
		trk_fisher(0, t->n2, 0, t->n1, fisher);
	else
		trk_fisher(t->observed[first], t->n2 - t->observed[first], t->baseline[first],
				   t->n1 - t->baseline[first], fisher);
}

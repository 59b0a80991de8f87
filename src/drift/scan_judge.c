/*
 * scan_judge.c
 *	  Judges all tests of a scan together (see scan_judge.h).
 *
 * Weights are those of trk_weigh(), q is that of Benjamini and Hochberg (1995)
 * with weights (Genovese, Roeder and Wasserman 2006).  A p of one of several
 * looks counts as that of all of them (trk_repeated_p()).
 */
#include "base/trk.h"

#include "drift/scan_judge.h"

#include <math.h>

/* A test that is weighed, and its number. */
typedef struct Weighed
{
	TrkWeighed	row;
	const TrkScanTest *test;
	int64		number;
} Weighed;

/* Compare aspects by their bytes; a dimension itself comes last. */
static int
compare_aspects(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

/* Compare tests by dimension, then by aspect. */
static int
compare_groups(const TrkScanTest *a, const TrkScanTest *b)
{
	int			cmp = strcmp(a->def->name, b->def->name);

	return cmp != 0 ? cmp : compare_aspects(a->aspect, b->aspect);
}

/* qsort() comparator: primary tests first, then by group, then by number. */
static int
compare_weighed(const void *a, const void *b)
{
	const Weighed *x = a;
	const Weighed *y = b;
	int			cmp = (int) y->row.is_primary - (int) x->row.is_primary;

	if (cmp == 0)
		cmp = compare_groups(x->test, y->test);
	if (cmp == 0)
		cmp = x->number < y->number ? -1 : 1;
	return cmp;
}

/*
 * Return whether a test is primary.  Shapes and what is missing are not,
 * because other rows tell of them as a rule.
 */
static bool
is_primary(const TrkJudging *judging, const TrkScanTest *test)
{
	return judging->primary[test->def - trk_dimensions] &&
		(test->aspect == NULL ||
		 (strcmp(test->aspect, "shape") != 0 && strcmp(test->aspect, "missing") != 0));
}

/* Return a p as that of all looks; NaN stays. */
static double
p_of_looks(const TrkJudging *judging, double p)
{
	return judging->looks == NULL || isnan(p) ? p : trk_repeated_p(p, judging->looks);
}

/* Set the family and the weight of each test. */
static void
weigh(const TrkJudging *judging, TrkScanTest *tests, int64 n)
{
	Weighed    *weighed = palloc_extended(sizeof(Weighed) * (n + 1), MCXT_ALLOC_HUGE);
	TrkWeighed *rows = palloc_extended(sizeof(TrkWeighed) * (n + 1), MCXT_ALLOC_HUGE);
	int64		group = 0;

	for (int64 i = 0; i < n; i++)
	{
		TrkScanTest *test = &tests[i];

		test->is_primary = is_primary(judging, test);
		weighed[i] = (Weighed)
		{
			{
				.is_primary = test->is_primary, .stake = test->stake
			}, test, i
		};
		weighed[i].row.least_p = test->insufficient || isnan(test->p.p) ? NAN :
			p_of_looks(judging, test->least_p);
	}
	qsort(weighed, n, sizeof(Weighed), compare_weighed);
	for (int64 i = 0; i < n; i++)
	{
		group += i > 0 && compare_groups(weighed[i - 1].test, weighed[i].test) != 0;
		rows[i] = weighed[i].row;
		rows[i].group = group;
	}
	trk_weigh(rows, n, judging->alpha, TRK_PRIMARY_SHARE);
	for (int64 i = 0; i < n; i++)
		tests[weighed[i].number].weight = rows[i].weight;
	pfree(weighed);
	pfree(rows);
}

/* Set q of each test that has a weight. */
static void
adjust(const TrkJudging *judging, TrkScanTest *tests, int64 n)
{
	double	   *p = palloc_extended(sizeof(double) * (n + 1), MCXT_ALLOC_HUGE);
	double	   *weights = palloc_extended(sizeof(double) * (n + 1), MCXT_ALLOC_HUGE);
	int64	   *order = palloc_extended(sizeof(int64) * (n + 1), MCXT_ALLOC_HUGE);
	int64		tested = 0;

	for (int64 i = 0; i < n; i++)
		if (!isnan(tests[i].weight))
		{
			p[tested] = p_of_looks(judging, tests[i].p.p);
			weights[tested++] = tests[i].weight;
		}
	trk_p_adjust_weighted(p, weights, tested, TRK_ADJUST_BH, order);
	tested = 0;
	for (int64 i = 0; i < n; i++)
		tests[i].q = isnan(tests[i].weight) ? NAN : p[tested++];
	pfree(p);
	pfree(weights);
	pfree(order);
}

/* Return the bound that counts for a test, or NULL. */
static const TrkLevelBound *
bound_of(const TrkJudging *judging, const TrkScanTest *test)
{
	if (test->effect_name == NULL)
		return NULL;
	for (int i = 0; i < judging->n_bounds; i++)
	{
		const TrkLevelBound *bound = &judging->bounds[i];

		if (strcmp(bound->effect_name, test->effect_name) == 0 &&
			(bound->dimension[0] == '\0' || strcmp(bound->dimension, test->def->name) == 0 ||
			 strcmp(bound->dimension, test->of) == 0 ||
			 strcmp(bound->dimension, test->dimension) == 0))
			return bound;
	}
	return NULL;
}

/* Return the level of a test. */
static TrkLevel
level_of(const TrkJudging *judging, const TrkScanTest *test, const TrkLevelBound *bound)
{
	double		effect = bound == NULL ? NAN : fabs(test->effect);

	if (test->insufficient)
		return TRK_LEVEL_INSUFFICIENT;
	/* what cannot differ has not changed */
	if (isnan(test->p.p))
		return TRK_LEVEL_NONE;
	if (isnan(test->q))
		return TRK_LEVEL_INSUFFICIENT;
	if (test->q > judging->alpha)
		return TRK_LEVEL_NONE;
	if (bound != NULL && effect >= bound->high)
		return TRK_LEVEL_HIGH;
	if ((bound != NULL && effect >= bound->medium) || test->category_p <= judging->alpha)
		return TRK_LEVEL_MEDIUM;
	return bound != NULL && effect >= bound->low ? TRK_LEVEL_LOW : TRK_LEVEL_NONE;
}

/*
 * Return whether a test that shows no change could have missed one: its
 * interval has an effect that would be of a level.
 */
static bool
is_underpowered(const TrkJudging *judging, const TrkScanTest *test, const TrkLevelBound *bound)
{
	return test->level == TRK_LEVEL_NONE && test->q > judging->alpha && test->dof != 0 &&
		bound != NULL && (fabs(test->effect_lo) >= bound->low || fabs(test->effect_hi) >= bound->low);
}

/*
 * Return whether a test shows that values are missing more or less often than
 * before in the dimension of another one.
 */
static bool
shows_missing(const TrkJudging *judging, const TrkScanTest *test, const TrkScanTest *of)
{
	return test->aspect != NULL && strcmp(test->aspect, "missing") == 0 &&
		test->q <= judging->alpha && strcmp(test->of, of->of) == 0;
}

/* Set level, bound and flags of a test. */
static void
judge(const TrkJudging *judging, TrkScanTest *tests, int64 n, TrkScanTest *test)
{
	const TrkLevelBound *bound = bound_of(judging, test);

	test->level = level_of(judging, test, bound);
	test->bound = bound == NULL ? NULL : bound->shown;
	for (int i = 0; i < judging->n_flags; i++)
		trk_scan_flag(test, judging->flags[i]);
	if (test->level == TRK_LEVEL_INSUFFICIENT)
		trk_scan_flag(test, "insufficient");
	if (isnan(test->weight) && !test->insufficient)
		trk_scan_flag(test, "not_tested");
	if (is_underpowered(judging, test, bound))
		trk_scan_flag(test, "underpowered");
	for (int64 i = 0; i < n; i++)
		if (shows_missing(judging, &tests[i], test))
			trk_scan_flag(test, "missing_drift");
	if (test->effect_name != NULL && bound == NULL)
		trk_scan_flag(test, "no_bound");
}

/* Set weight, q, level, bound and flags of each test. */
void
trk_scan_judge(const TrkJudging *judging, TrkScanTest *tests, int64 n)
{
	weigh(judging, tests, n);
	adjust(judging, tests, n);
	for (int64 i = 0; i < n; i++)
		judge(judging, tests, n, &tests[i]);
}

/*
 * scan_test.c
 *	  One test of a scan: its parts, and how they are shown.
 */
#include "base/trk.h"

#include "catalog/pg_type.h"
#include "drift/scan_test.h"
#include "store/id.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Return a dimension's name with its label and an aspect (or NULL). */
const char *
trk_dimension_label(const TrkDimensionData *dim, const char *aspect)
{
	StringInfoData name;

	initStringInfo(&name);
	appendStringInfoString(&name, dim->def->name);
	if (dim->label_len > 0)
		appendStringInfo(&name, "[%s]", pnstrdup(dim->label, dim->label_len));
	if (aspect != NULL)
		appendStringInfo(&name, " (%s)", aspect);
	return name.data;
}

/* Return in how many runs a dimension was seen. */
int64
trk_dim_runs(const TrkBehavior *behavior, const TrkDimensionData *dim)
{
	bool	   *taken = palloc0(behavior->runs.n + 1);
	int64		n = 0;

	for (int64 i = 0; i < dim->n_cells; i++)
	{
		n += !taken[dim->cells[i].run];
		taken[dim->cells[i].run] = true;
	}
	pfree(taken);
	return n;
}

/*
 * Return the noncentrality at which a test with these degrees of freedom has
 * the scan's power; it is cached.
 */
double
trk_scan_noncentrality(const TrkScan *scan, int dof)
{
	double	   *known = &scan->noncentrality[Min(dof, TRK_SCAN_CATEGORIES)];

	if (*known == 0)
		*known = trk_noncentrality(dof, scan->alpha, scan->power);
	return *known;
}

/* Initialize an empty test of a dimension, or of an aspect of it. */
void
trk_scan_test_init(TrkScanTest *test, const TrkDimensionData *dim, const char *aspect)
{
	memset(test, 0, sizeof(TrkScanTest));
	test->def = dim->def;
	test->of = trk_dimension_label(dim, NULL);
	test->dimension = trk_dimension_label(dim, aspect);
	test->aspect = aspect;
	test->stake = 1;
	test->test = "none";
	test->dof = -1;
	test->p = trk_tail_of(NAN);
	test->statistic = test->effect = test->effect_lo = test->effect_hi = NAN;
	test->min_expected = test->mde = test->category_p = NAN;
	test->weight = test->q = NAN;
	test->design_effect = 1;
}

/* Set a flag, unless it is set already. */
void
trk_scan_flag(TrkScanTest *test, const char *flag)
{
	for (int i = 0; i < test->n_flags; i++)
		if (strcmp(test->flags[i], flag) == 0)
			return;
	Assert(test->n_flags < TRK_SCAN_FLAGS);
	test->flags[test->n_flags++] = flag;
}

/*
 * Note that all values of both sides are equal, so that there is nothing to
 * test.
 */
void
trk_scan_cannot_differ(TrkScanTest *test)
{
	test->test = "none";
	test->statistic = test->effect_lo = test->effect_hi = test->mde = NAN;
	test->dof = -1;
	test->p = trk_tail_of(NAN);
	test->least_p = 1;
}

/* Return the flags as text[], in order. */
Datum
trk_flags_array(const TrkScanTest *test)
{
	Datum		texts[TRK_SCAN_FLAGS];

	for (int i = 0; i < test->n_flags; i++)
		texts[i] = CStringGetTextDatum(test->flags[i]);
	return PointerGetDatum(construct_array(texts, test->n_flags, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Return the ids of example events as text[]. */
Datum
trk_examples_array(const TrkExamples *examples)
{
	Datum		texts[TRK_EXAMPLES];

	for (int i = 0; i < examples->n; i++)
	{
		struct varlena *id = palloc(VARHDRSZ + examples->of[i].len);
		text	   *t;

		SET_VARSIZE(id, VARHDRSZ + examples->of[i].len);
		memcpy(VARDATA(id), examples->of[i].s, examples->of[i].len);
		t = palloc(VARHDRSZ + trk_id_text_size(id));
		SET_VARSIZE(t, VARHDRSZ + trk_id_write(id, VARDATA(t)));
		texts[i] = PointerGetDatum(t);
	}
	return PointerGetDatum(construct_array(texts, examples->n, TEXTOID, -1, false, TYPALIGN_INT));
}

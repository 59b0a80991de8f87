/*
 * figures.c
 *	  Arguments and results of the SQL functions of statistics.
 */
#include "base/trk.h"

#include "catalog/pg_type.h"
#include "stats/figures.h"

/*
 * Set the next column to a float8, or to NULL when the figure is not finite.
 * A negative zero becomes zero.
 */
void
trk_put_figure(TrkComposite *row, double figure)
{
	trk_put_nullable(row, Float8GetDatum(figure == 0 ? 0 : figure), !isfinite(figure));
}

/* Set the next two columns to a probability p and its decimal logarithm. */
void
trk_put_tail(TrkComposite *row, TrkTail tail)
{
	trk_put_float(row, tail.p);
	trk_put_float(row, tail.log10);
}

/* Return the elements of a one-dimensional array. */
static int
elements(ArrayType *array, Datum **values, bool **nulls)
{
	int			n;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("array must have one dimension")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  values, nulls, &n);
	return n;
}

/* Return the elements of a float8[] that are not NULL. */
double *
trk_float8s(ArrayType *array, int64 *n)
{
	Datum	   *values;
	bool	   *nulls;
	int			all = elements(array, &values, &nulls);
	double	   *out = palloc(sizeof(double) * Max(all, 1));

	*n = 0;
	for (int i = 0; i < all; i++)
		if (!nulls[i])
			out[(*n)++] = DatumGetFloat8(values[i]);
	return out;
}

/*
 * Return the elements of two float8[] of the same length as pairs, without
 * the pairs in which either is NULL.
 */
int64
trk_float8_pairs(ArrayType *a, ArrayType *b, double **as, double **bs)
{
	Datum	   *values[2];
	bool	   *nulls[2];
	int			all = elements(a, &values[0], &nulls[0]);
	int64		n = 0;

	if (elements(b, &values[1], &nulls[1]) != all)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays must have the same length")));
	*as = palloc(sizeof(double) * Max(all, 1));
	*bs = palloc(sizeof(double) * Max(all, 1));
	for (int i = 0; i < all; i++)
		if (!nulls[0][i] && !nulls[1][i])
		{
			(*as)[n] = DatumGetFloat8(values[0][i]);
			(*bs)[n++] = DatumGetFloat8(values[1][i]);
		}
	return n;
}

/* Raise an ERROR unless the number is between 0 and 1. */
void
trk_check_share(double share, const char *name)
{
	if (!(share >= 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between 0 and 1", name)));
}

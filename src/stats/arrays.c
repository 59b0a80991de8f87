/*
 * arrays.c
 *	  Converts between SQL arrays and C arrays (see arrays.h).
 */
#include "base/trk.h"

#include "stats/arrays.h"

#include <math.h>

#include "catalog/pg_type.h"

/* Raise an ERROR about an argument, which is named by its position. */
pg_noreturn static void
bad_argument(int arg, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument %d %s", arg + 1, what)));
}

/* Return the elements of a bigint[], which must not be NULL or negative. */
static int64 *
counts_of(ArrayType *array, int arg, int *n)
{
	int64	   *counts = (int64 *) ARR_DATA_PTR(array);

	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (array_contains_nulls(array))
		bad_argument(arg, "has a count that is null");
	for (int i = 0; i < *n; i++)
		if (counts[i] < 0)
			bad_argument(arg, "has a count that is negative");
	return counts;
}

/*
 * Return the numbers of a one-dimensional bigint[] argument.  NULL elements
 * and negative numbers are an ERROR.
 */
int64 *
trk_counts_argument(FunctionCallInfo fcinfo, int arg, int *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);

	if (ARR_NDIM(array) > 1)
		bad_argument(arg, "must have one dimension");
	return counts_of(array, arg, n);
}

/*
 * Return the numbers of a two-dimensional bigint[] argument, row by row, as
 * trk_counts_argument() does.
 */
int64 *
trk_matrix_argument(FunctionCallInfo fcinfo, int arg, int *rows, int *columns)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	int			n;
	int64	   *counts = counts_of(array, arg, &n);

	if (n > 0 && ARR_NDIM(array) != 2)
		bad_argument(arg, "must have two dimensions, run and category");
	*rows = n > 0 ? ARR_DIMS(array)[0] : 0;
	*columns = n > 0 ? ARR_DIMS(array)[1] : 0;
	return counts;
}

/*
 * Return the numbers of a float8[] argument, in order.  NULL elements are
 * left out and counted in *nulls; they are an ERROR when nulls is NULL.
 */
double *
trk_floats_argument(FunctionCallInfo fcinfo, int arg, int64 *n, int64 *nulls)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	int			items = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	double	   *data = (double *) ARR_DATA_PTR(array);
	double	   *values = palloc_extended(sizeof(double) * (Size) Max(items, 1),
										 MCXT_ALLOC_HUGE);
	bits8	   *bitmap = ARR_NULLBITMAP(array);

	if (nulls == NULL && array_contains_nulls(array))
		bad_argument(arg, "has a value that is null");
	*n = 0;
	for (int i = 0; i < items; i++)
		if (bitmap == NULL || (bitmap[i / 8] & (1 << (i % 8))) != 0)
			values[(*n)++] = *data++;
	if (nulls != NULL)
		*nulls = items - *n;
	return values;
}

/* Make a float8[] of these numbers. */
Datum
trk_float_array(const double *values, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		elements[i] = Float8GetDatum(values[i]);
	return PointerGetDatum(construct_array(elements, n, FLOAT8OID, sizeof(float8),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Make a bigint[] of these numbers. */
Datum
trk_int64_array(const int64 *values, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		elements[i] = Int64GetDatum(values[i]);
	return PointerGetDatum(construct_array(elements, n, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/*
 * Return the looks at growing data whose information is a float8[] argument;
 * look is the number of this one, from 1.
 */
TrkLooks
trk_looks_argument(FunctionCallInfo fcinfo, int arg, int look, double shape)
{
	int64		n;
	double	   *information = trk_floats_argument(fcinfo, arg, &n, NULL);

	if (n < 1 || n > TRK_LOOKS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("information must have 1 to %d elements", TRK_LOOKS)));
	for (int64 i = 0; i < n; i++)
		if (!(information[i] > 0 && isfinite(information[i])) ||
			(i > 0 && information[i] < information[i - 1]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("information must be greater than zero and not decrease")));
	if (look < 1 || look > n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("look must be from 1 to the number of elements of information")));
	if (!(shape >= 0 && shape <= 0.5))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shape must be from 0 to 0.5")));
	return (TrkLooks) {information, (int) n, look - 1, shape};
}

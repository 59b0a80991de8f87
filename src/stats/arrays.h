/*
 * arrays.h
 *	  Converts between SQL arrays and C arrays, with checks.  Called by the SQL
 *	  functions of the statistics.
 */
#ifndef TRK_ARRAYS_H
#define TRK_ARRAYS_H

#include "base/trk.h"

#include "base/compat.h"
#include "stats/detector.h"
#include "utils/array.h"

/*
 * Return the numbers of a one-dimensional bigint[] argument.  NULL elements
 * and negative numbers are an ERROR.
 */
extern int64 *trk_counts_argument(FunctionCallInfo fcinfo, int arg, int *n);

/*
 * Return the numbers of a two-dimensional bigint[] argument, row by row, with
 * the same checks.
 */
extern int64 *trk_matrix_argument(FunctionCallInfo fcinfo, int arg, int *rows, int *columns);

/*
 * Return the numbers of a float8[] argument, in order.  NULL elements are left
 * out and counted in *nulls; they are an ERROR when nulls is NULL.
 */
extern double *trk_floats_argument(FunctionCallInfo fcinfo, int arg, int64 *n, int64 *nulls);

/*
 * Return the looks at growing data whose information is a float8[] argument;
 * look is the number of this one, from 1.  Numbers out of range are an ERROR.
 */
extern TrkLooks trk_looks_argument(FunctionCallInfo fcinfo, int arg, int look, double shape);

/* Make a float8[] or a bigint[] of these numbers. */
extern Datum trk_float_array(const double *values, int n);
extern Datum trk_int64_array(const int64 *values, int n);

#endif							/* TRK_ARRAYS_H */

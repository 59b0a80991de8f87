/*
 * arrays.h
 *	  SQL arrays as C arrays, checked.  Called by the SQL functions of the
 *	  statistics.
 */
#ifndef TRK_ARRAYS_H
#define TRK_ARRAYS_H

#include "base/trk.h"

#include "base/compat.h"
#include "utils/array.h"

/* Numbers of a bigint[] of one dimension: none null, none negative. */
extern int64 *trk_counts_argument(FunctionCallInfo fcinfo, int arg, int *n);

/* The same of two dimensions, row by row. */
extern int64 *trk_matrix_argument(FunctionCallInfo fcinfo, int arg, int *rows, int *columns);

/*
 * Numbers of a float8[], in order; nulls are left out and counted when asked
 * for, else refused.
 */
extern double *trk_floats_argument(FunctionCallInfo fcinfo, int arg, int64 *n, int64 *nulls);

/* A float8[] and a bigint[] of these numbers. */
extern Datum trk_float_array(const double *values, int n);
extern Datum trk_int64_array(const int64 *values, int n);

#endif							/* TRK_ARRAYS_H */

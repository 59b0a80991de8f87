/*
 * compare_sql.h
 *	  The SQL functions by which a type is compared: sql/store/compare.sql.in
 *	  makes operators and operator classes of them.
 */
#ifndef TRK_COMPARE_SQL_H
#define TRK_COMPARE_SQL_H

#include "base/compat.h"
#include "fmgr.h"

/* Define one function that returns whether a comparison of its arguments holds. */
#define TRK_COMPARISON_FUNCTION(name, compare, operator) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(compare(fcinfo) operator 0); \
	}

/*
 * Define <prefix>_lt, _le, _eq, _ne, _ge, _gt and the btree comparison function
 * <prefix>_cmp.  compare is a function of the call's FunctionCallInfo that
 * returns a number below, equal to or above 0.
 */
#define TRK_COMPARISON_FUNCTIONS(prefix, compare) \
	TRK_COMPARISON_FUNCTION(prefix##_lt, compare, <) \
	TRK_COMPARISON_FUNCTION(prefix##_le, compare, <=) \
	TRK_COMPARISON_FUNCTION(prefix##_eq, compare, ==) \
	TRK_COMPARISON_FUNCTION(prefix##_ne, compare, !=) \
	TRK_COMPARISON_FUNCTION(prefix##_ge, compare, >=) \
	TRK_COMPARISON_FUNCTION(prefix##_gt, compare, >) \
	PG_FUNCTION_INFO_V1(prefix##_cmp); \
	Datum \
	prefix##_cmp(PG_FUNCTION_ARGS) \
	{ \
		int			order = compare(fcinfo); \
\
		PG_RETURN_INT32(order < 0 ? -1 : order > 0 ? 1 : 0); \
	}

#endif							/* TRK_COMPARE_SQL_H */

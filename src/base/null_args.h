/*
 * null_args.h
 *	  What NULL means as an argument of an SQL function.
 *
 * An argument that is data may be NULL: then there is no answer, and the result is
 * NULL or has no rows.  An option is not: a call that sets it to NULL is a mistake,
 * which must not look like an answer.  A function with options is therefore not
 * STRICT, and calls trk_has_null_data() first; a function that acts or checks calls
 * trk_refuse_null_args() for what it cannot do without.
 */
#ifndef TRK_NULL_ARGS_H
#define TRK_NULL_ARGS_H

#include "base/trk.h"

#include "fmgr.h"

/*
 * Raise null_value_not_allowed when one of n arguments is NULL, the first of which is
 * number first counted from 0.  The error names the last of those that are, as
 * options come last.
 */
extern void trk_refuse_null_args(FunctionCallInfo fcinfo, int first, int n);

/*
 * Return whether one of the first n_data arguments is NULL.  All others are options,
 * of which none may be.
 */
extern bool trk_has_null_data(FunctionCallInfo fcinfo, int n_data);

/* Return a set without rows from a function that returns its rows materialized. */
extern Datum trk_no_rows(FunctionCallInfo fcinfo);

#endif							/* TRK_NULL_ARGS_H */

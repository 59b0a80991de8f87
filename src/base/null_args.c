/*
 * null_args.c
 *	  What NULL means as an argument of an SQL function.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "base/hide_context.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

/* Return the name of an input argument of a function as the catalog has it. */
static char *
argument_name(Oid function, int arg)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Datum		names;
	Datum		modes;
	bool		no_names;
	bool		no_modes;
	char	  **inputs;
	int			n;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	names = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargnames, &no_names);
	modes = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargmodes, &no_modes);
	n = no_names ? 0 : get_func_input_arg_names(names, no_modes ? (Datum) 0 : modes, &inputs);
	ReleaseSysCache(tuple);
	return arg < n && inputs[arg] != NULL ? inputs[arg] : psprintf("$%d", arg + 1);
}

/* Raise the error for an argument of this name. */
static void
refuse_null(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("argument \"%s\" must not be null", name)));
}

void
trk_refuse_null_args(FunctionCallInfo fcinfo, int first, int n)
{
	for (int i = first + n - 1; i >= first; i--)
		if (PG_ARGISNULL(i))
			refuse_null(argument_name(fcinfo->flinfo->fn_oid, i));
}

bool
trk_has_null_data(FunctionCallInfo fcinfo, int n_data)
{
	trk_refuse_null_args(fcinfo, n_data, PG_NARGS() - n_data);
	for (int i = 0; i < n_data; i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}

Datum
trk_no_rows(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_refuse_nulls);
/*
 * _at_refuse_nulls(names text[], VARIADIC "any"): the same for functions in PL/pgSQL,
 * which pass the names of arguments, and these in the same order.
 */
static Datum
at_refuse_nulls_body(PG_FUNCTION_ARGS)
{
	Datum	   *names;
	int			n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &names, NULL, &n);
	if (n != PG_NARGS() - 1)
		elog(ERROR, "%d names for %d arguments", n, PG_NARGS() - 1);
	for (int i = 0; i < n; i++)
		if (PG_ARGISNULL(i + 1))
			refuse_null(TextDatumGetCString(names[i]));
	PG_RETURN_VOID();
}

/*
 * at_plpgsql.c
 *	  The language at_plpgsql: PL/pgSQL whose errors show nothing of the
 *	  arguments of a function.  Also conversions of texts for its functions,
 *	  because those of the server quote the text in errors.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "base/compat.h"
#include "contract/contract.h"
#include "fmgr.h"
#include "base/install_schema.h"
#include "base/hide_context.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

TRK_HIDE_CONTEXT_FUNCTION(at_plpgsql_call_handler);
PG_FUNCTION_INFO_V1(at_plpgsql_validator);
TRK_HIDE_CONTEXT_FUNCTION(at_environment_of);
TRK_HIDE_CONTEXT_FUNCTION(at_time_of);

/* Return a function of PL/pgSQL's library, which is looked up once. */
static PGFunction
plpgsql_function(PGFunction *cached, const char *name)
{
	if (*cached == NULL)
		*cached = load_external_function("$libdir/plpgsql", name, true, NULL);
	return *cached;
}

/*
 * Run a function in PL/pgSQL.  Its errors, and those that the server raises in
 * it, are logged without the statement, the outer error contexts and bound
 * parameters.  If the schema was renamed, no function runs.
 */
static Datum
at_plpgsql_call_handler_body(PG_FUNCTION_ARGS)
{
	static PGFunction handler;

	trk_check_install_schema(get_func_namespace(fcinfo->flinfo->fn_oid));
	return plpgsql_function(&handler, "plpgsql_call_handler") (fcinfo);
}

/*
 * Check a function when it is created, as PL/pgSQL does.  The server checks,
 * by the oid in fcinfo, that the validator belongs to the language, and it
 * does.
 */
Datum
at_plpgsql_validator(PG_FUNCTION_ARGS)
{
	static PGFunction validator;

	return plpgsql_function(&validator, "plpgsql_validator") (fcinfo);
}

/* _at_environment_of(text): the value of at_environment that a text names */
static Datum
at_environment_of_body(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	int			i = trk_enum_lookup(TRK_ENUM_environment, VARDATA_ANY(name),
									VARSIZE_ANY_EXHDR(name));
	HeapTuple	tuple = NULL;
	Oid			value;

	if (i >= 0)
		tuple = SearchSysCache2(ENUMTYPOIDNAME,
								ObjectIdGetDatum(get_func_rettype(fcinfo->flinfo->fn_oid)),
								CStringGetDatum(trk_enum_value(TRK_ENUM_environment, i)));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("unknown environment"),
				 errhint("SELECT value FROM at_enums() WHERE enumeration = 'environment' lists them.")));
	value = ((Form_pg_enum) GETSTRUCT(tuple))->oid;
	ReleaseSysCache(tuple);
	PG_RETURN_OID(value);
}

/*
 * _at_time_of(text): a time as the server reads it.  The server's error
 * message would quote the text, so it is replaced; any other error, such as a
 * cancel, is passed on.
 */
static Datum
at_time_of_body(PG_FUNCTION_ARGS)
{
	char	   *value = text_to_cstring(PG_GETARG_TEXT_PP(0));
	volatile Datum result = (Datum) 0;

	PG_TRY();
	{
		result = DirectFunctionCall3(timestamptz_in, CStringGetDatum(value),
									 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("a text is no time, or out of range")));
	}
	PG_END_TRY();
	return result;
}

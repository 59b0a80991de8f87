/*
 * install_schema.c
 *	  Checks whether the extension is still in the schema whose name is in the
 *	  bodies of its functions.
 *
 * ALTER EXTENSION refuses to move the extension to another schema, but ALTER
 * SCHEMA ... RENAME cannot be prevented.  After it some functions would work
 * and others would not find the store, so all of them raise an error that says
 * what happened.
 */
#include "base/trk.h"

#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "base/install_schema.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* the schema whose name was checked; InvalidOid when that is not known */
static Oid	checked_schema = InvalidOid;

/*
 * Syscache callback: a schema has changed, perhaps this one, so check again.
 */
static void
forget_schema(Datum arg, int cache, uint32 hash)
{
	checked_schema = InvalidOid;
}

/*
 * Return the function that returns the schema's name at installation;
 * InvalidOid before it is created.
 */
static Oid
name_function(Oid nsp)
{
	oidvector  *no_arguments = buildoidvector(NULL, 0);

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum("_at_install_schema"),
						   PointerGetDatum(no_arguments), ObjectIdGetDatum(nsp));
}

/*
 * Raise an ERROR unless the schema still has its name at installation.  Its
 * present name is looked up last: the call may accept invalidations, and the
 * result is kept until the next one.
 */
static void
compare_names(Oid nsp, Oid function)
{
	char	   *installed = text_to_cstring(DatumGetTextPP(OidFunctionCall0(function)));
	char	   *name = get_namespace_name(nsp);

	if (name == NULL || strcmp(quote_identifier(name), installed) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the schema of extension agent_tracker was renamed"),
			 errdetail("Its functions name the schema that they were installed in."),
			 errhint("Give it its name back: ALTER SCHEMA %s RENAME TO %s.",
					 quote_identifier(name), installed)));
}

void
trk_check_install_schema(Oid nsp)
{
	static bool registered = false;
	Oid			function;

	if (likely(nsp == checked_schema))
		return;
	if (!registered)
		CacheRegisterSyscacheCallback(NAMESPACEOID, forget_schema, (Datum) 0);
	registered = true;
	function = name_function(nsp);
	if (!OidIsValid(function))
		return;					/* the extension is being created or dropped */
	compare_names(nsp, function);
	checked_schema = nsp;
}

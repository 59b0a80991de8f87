/*
 * lock_sql.c
 *	  The locks for functions in PL/pgSQL, and what takes a lock only when it is
 *	  free.  They are for the store's owner, and for a writer what takes the lock
 *	  of scans.
 */
#include "base/trk.h"

#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "base/compat.h"
#include "fmgr.h"
#include "store/lock.h"
#include "miscadmin.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(at_lock_store);
PG_FUNCTION_INFO_V1(at_lock_load);
PG_FUNCTION_INFO_V1(at_lock_rollups);
PG_FUNCTION_INFO_V1(at_summarize);
TRK_HIDE_CONTEXT_FUNCTION(at_lock_scan);

/* _at_lock_store(): those who make or upgrade the store take turns. */
Datum
at_lock_store(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_STORE, 0);
	PG_RETURN_VOID();
}

/*
 * An error for all but the store's owner, who need not be the extension's, and so
 * may have no privilege to execute what others may not.
 */
static void
check_owner(FunctionCallInfo fcinfo)
{
	Oid			relid = get_relname_relid("at_event", get_func_namespace(fcinfo->flinfo->fn_oid));

	if (!OidIsValid(relid) || !trk_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, "at_event");
}

/* _at_lock_load(): bulk loads and those who make partitions take turns. */
Datum
at_lock_load(PG_FUNCTION_ARGS)
{
	check_owner(fcinfo);
	trk_lock(TRK_LOCK_LOAD, 0);
	PG_RETURN_VOID();
}

/* _at_lock_rollups(): those who refresh the rollups or drop partitions take turns. */
Datum
at_lock_rollups(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_ROLLUPS, 0);
	PG_RETURN_VOID();
}

/*
 * _at_summarize(index): summarize what is new in a BRIN index of the store.  Whoever
 * holds a lock against it, as REINDEX CONCURRENTLY does, may be waiting for this
 * transaction, so it is not waited for.
 */
Datum
at_summarize(PG_FUNCTION_ARGS)
{
	Oid			index = PG_GETARG_OID(0);
	Oid			table = IndexGetRelation(index, true);
	Datum		ranges;

	check_owner(fcinfo);
	if (!OidIsValid(table) || !ConditionalLockRelationOid(table, ShareUpdateExclusiveLock))
		PG_RETURN_INT32(0);
	ranges = DirectFunctionCall1(brin_summarize_new_values, ObjectIdGetDatum(index));
	UnlockRelationOid(table, ShareUpdateExclusiveLock);
	PG_RETURN_DATUM(ranges);
}

/* _at_lock_scan(baseline): scans of a baseline take turns. */
static Datum
at_lock_scan_body(PG_FUNCTION_ARGS)
{
	text	   *baseline;

	trk_refuse_null_args(fcinfo, 0, 1);
	baseline = PG_GETARG_TEXT_PP(0);
	trk_lock(TRK_LOCK_SCAN,
			 hash_bytes_extended((const unsigned char *) VARDATA_ANY(baseline),
								 VARSIZE_ANY_EXHDR(baseline), 0));
	PG_RETURN_VOID();
}

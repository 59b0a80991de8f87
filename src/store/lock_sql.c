/*
 * lock_sql.c
 *	  The locks for functions in PL/pgSQL, and work that is done only when a
 *	  lock is free.  Only the store's owner may call them; a writer may take
 *	  the lock of scans.
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

/* _at_lock_store(): serialize sessions that make or upgrade the store */
Datum
at_lock_store(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_STORE, 0);
	PG_RETURN_VOID();
}

/*
 * Raise an ERROR unless the caller is the owner of the store.  The owner need
 * not be the owner of the extension, so EXECUTE privileges alone cannot
 * express this.
 */
static void
check_owner(FunctionCallInfo fcinfo)
{
	Oid			relid = get_relname_relid("at_event", get_func_namespace(fcinfo->flinfo->fn_oid));

	if (!OidIsValid(relid) || !trk_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, "at_event");
}

/* _at_lock_load(): serialize bulk loads and those who make partitions */
Datum
at_lock_load(PG_FUNCTION_ARGS)
{
	check_owner(fcinfo);
	trk_lock(TRK_LOCK_LOAD, 0);
	PG_RETURN_VOID();
}

/*
 * _at_lock_rollups(): serialize those who refresh the rollups or drop
 * partitions
 */
Datum
at_lock_rollups(PG_FUNCTION_ARGS)
{
	trk_lock(TRK_LOCK_ROLLUPS, 0);
	PG_RETURN_VOID();
}

/*
 * _at_summarize(index): summarize new ranges of a BRIN index of the store.
 * The index is skipped when another session holds a conflicting lock, as
 * REINDEX CONCURRENTLY does, because that session may be waiting for this
 * transaction.
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

/* _at_lock_scan(baseline): serialize scans of a baseline */
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

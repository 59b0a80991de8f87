/*
 * store.c
 *	  Finds the store, prepares and runs statements, and makes partitions.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "base/install_schema.h"
#include "base/isotime.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "store/store.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* The types of the extension that statements have as parameters. */
static const char *const param_types[TRK_PARAM_TYPES] = {
	[TRK_PARAM_EVENT_TYPE] = "at_event_type",
	[TRK_PARAM_ENVIRONMENT] = "at_environment",
	[TRK_PARAM_EVIDENCE] = "at_evidence",
	[TRK_PARAM_ID] = "at_id",
	[TRK_PARAM_KEY] = "at_key",
	[TRK_PARAM_ENVELOPE] = "at_envelope",
	[TRK_PARAM_DRIFT_LEVEL] = "at_drift_level",
	[TRK_PARAM_TESTS] = "_at_test",
};

/* Parameters: the times that need a partition. */
static TrkStatement make_partitions_stmt = {
	"SELECT %1$s.at_make_partitions($1)",
	1, {TIMESTAMPTZARRAYOID}
};

/*
 * There is one store per backend, because an extension exists once in a
 * database.
 */
static TrkStore trk_store;

/*
 * Relcache callback: partitions or columns may have been dropped, so forget
 * which are known to exist.
 */
static void
store_invalidate(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == trk_store.event_relid)
	{
		memset(trk_store.months, 0, sizeof(trk_store.months));
		trk_store.whole = false;
	}
}

/* Initialize this file.  Called once, when the library is loaded. */
void
trk_store_init(void)
{
	CacheRegisterRelcacheCallback(store_invalidate, (Datum) 0);
}

/* Return the oid of an enum label in the extension's schema. */
static Oid
enum_label(Oid type, const char *label)
{
	HeapTuple	tuple = SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(type),
										CStringGetDatum(label));
	Oid			oid;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "enumeration value \"%s\" is missing: library and extension differ in version",
			 label);
	oid = ((Form_pg_enum) GETSTRUCT(tuple))->oid;
	ReleaseSysCache(tuple);
	return oid;
}

/* Return the oid of a type of the extension. */
Oid
trk_store_type(const TrkStore *store, const char *name)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum(name), ObjectIdGetDatum(store->nsp));

	if (!OidIsValid(type))
		elog(ERROR, "type \"%s\" is missing: library and extension differ in version", name);
	return type;
}

/* Return the oid of a function of the extension, by the types of its arguments. */
Oid
trk_store_function(const TrkStore *store, const char *name, int nargs, const Oid *types)
{
	oidvector  *args = buildoidvector(types, nargs);
	Oid			function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
										   CStringGetDatum(name), PointerGetDatum(args),
										   ObjectIdGetDatum(store->nsp));

	if (!OidIsValid(function))
		elog(ERROR, "function \"%s\" is missing: library and extension differ in version", name);
	return function;
}

/* Look up the enum values of which rows are made. */
static void
store_load_enums(TrkStore *store)
{
	Oid			type = trk_store_type(store, "at_event_type");
	int			n = trk_enum_count(TRK_ENUM_environment);

	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		store->event_types[i] = enum_label(type, trk_event_type_name(i));
	type = trk_store_type(store, "at_environment");
	store->environments = MemoryContextAlloc(TopMemoryContext, sizeof(Oid) * n);
	for (int i = 0; i < n; i++)
		store->environments[i] = enum_label(type, trk_enum_value(TRK_ENUM_environment, i));
}

/* Return the value of at_environment that a text names. */
Datum
trk_store_environment(const TrkStore *store, const text *name)
{
	int			i = trk_enum_lookup(TRK_ENUM_environment, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (i < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("unknown environment"),
				 errhint("SELECT value FROM at_enums() WHERE enumeration = 'environment' lists them.")));
	return ObjectIdGetDatum(store->environments[i]);
}

/*
 * Forget a store that was dropped or replaced by another one.  A load that is
 * running, if its own lines caused that, continues with the new store.
 */
static void
store_forget(TrkStore *store)
{
	for (TrkStatement *stmt = store->prepared; stmt != NULL; stmt = stmt->next)
	{
		SPI_freeplan(stmt->plan);
		stmt->plan = NULL;
	}
	if (store->environments != NULL)
		pfree(store->environments);
	memset(store, 0, sizeof(TrkStore));
}

/*
 * Return whether the caller may make the store, which the owner of the
 * extension may.
 */
static bool
may_create_store(void)
{
	bool		isnull;
	Datum		may;

	if (SPI_execute("SELECT pg_catalog.pg_has_role(extowner, 'USAGE')"
					" FROM pg_catalog.pg_extension"
					" WHERE extname OPERATOR(pg_catalog.=) 'agent_tracker'",
					true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		return false;
	may = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return !isnull && DatumGetBool(may);
}

/*
 * Raise the ERROR for a store that is incomplete: DROP EXTENSION ... CASCADE
 * drops all columns of the extension's types, and a user may have renamed a
 * table.
 */
static void
store_damaged(Oid nsp, const char *damage)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the store is damaged: %s", damage),
			 errhint("Give a table that was renamed its name back; or SELECT %s.at_drop_store()"
					 " drops what is left of the store, with all its rows.",
					 quote_identifier(get_namespace_name(nsp)))));
}

/* Make the missing store, or raise an ERROR that says why not. */
static void
store_create(Oid nsp, bool for_write)
{
	bool		may = false;

	if (OidIsValid(get_relname_relid("at_store", nsp)))
		store_damaged(nsp, "table at_event is missing");
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (for_write)
		may = may_create_store();
	if (!may)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("agent_tracker has no store in this database"),
				 errhint("The owner of the extension makes it with SELECT %s.at_create_store().",
						 quote_identifier(get_namespace_name(nsp)))));
	SPI_execute(psprintf("SELECT %s.at_create_store()",
						 quote_identifier(get_namespace_name(nsp))), false, 0);
	SPI_finish();
	AcceptInvalidationMessages();	/* another session may have made it while this one waited for
									 * the lock */
	ereport(NOTICE,
			(errmsg("agent_tracker made its store in schema \"%s\"",
					get_namespace_name(nsp))));
}

/*
 * Open the store in a schema.  Catalog changes of other sessions are accepted
 * first: in a transaction that already holds a lock on at_event, taking locks
 * does not do that.
 */
static TrkStore *
open_schema(Oid nsp, bool for_write)
{
	TrkStore   *store = &trk_store;
	Oid			relid;

	AcceptInvalidationMessages();
	trk_check_install_schema(nsp);
	relid = get_relname_relid("at_event", nsp);
	if (!OidIsValid(relid))
	{
		store_create(nsp, for_write);
		relid = get_relname_relid("at_event", nsp);
		if (!OidIsValid(relid))
			elog(ERROR, "at_create_store made no table at_event");
	}
	if (store->nsp == nsp && store->event_relid == relid && store->whole)
		return store;
	if (get_attnum(relid, "event_id") == InvalidAttrNumber)
		store_damaged(nsp, "columns of at_event are missing");
	store->whole = true;
	if (store->nsp == nsp && store->event_relid == relid)
		return store;
	store_forget(store);
	store->whole = true;
	store->nsp = nsp;
	store_load_enums(store);
	store->event_relid = relid;
	return store;
}

/*
 * Open the store in the schema of the calling function.  If it is missing,
 * for_write makes it, with a NOTICE, when the caller owns the extension;
 * otherwise a missing store is an ERROR with a hint.
 */
TrkStore *
trk_store_open(FunctionCallInfo fcinfo, bool for_write)
{
	return open_schema(get_func_namespace(fcinfo->flinfo->fn_oid), for_write);
}

/* Fill in the types of a statement's parameters. */
static void
statement_types(const TrkStore *store, const TrkStatement *stmt, Oid types[TRK_MAX_PARAMS])
{
	for (int i = 0; i < stmt->nargs; i++)
	{
		Oid			type = stmt->args[i];

		types[i] = type < TRK_PARAM_TYPES ?
			trk_store_type(store, param_types[type]) : type;
	}
}

/*
 * Return the plan of a statement, which is prepared once per backend.  SPI
 * must be connected.
 */
SPIPlanPtr
trk_store_plan(TrkStore *store, TrkStatement *stmt)
{
	if (stmt->plan == NULL)
	{
		const char *schema = quote_identifier(get_namespace_name(store->nsp));
		Oid			types[TRK_MAX_PARAMS];
		SPIPlanPtr	plan;

		statement_types(store, stmt, types);
		plan = SPI_prepare_cursor(psprintf(stmt->text, schema), stmt->nargs, types,
								  stmt->options != 0 ? stmt->options : CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL)
			elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
		SPI_keepplan(plan);
		stmt->plan = plan;
		stmt->next = store->prepared;
		store->prepared = stmt;
	}
	return stmt->plan;
}

/*
 * Return the role that owns the store.  It is found by the name of a table, as
 * the statements find their tables, because the store may have been made anew
 * since it was opened.
 */
static Oid
store_owner(const TrkStore *store)
{
	HeapTuple	tuple = SearchSysCache1(RELOID,
										ObjectIdGetDatum(get_relname_relid("at_event", store->nsp)));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "the store is gone");
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Switch to the store's owner. */
void
trk_store_enter(const TrkStore *store, TrkStoreScope *scope)
{
	trk_store_enter_pinned(store, scope, true);
}

/* Switch to the store's owner, and to his search_path if it is to be pinned. */
void
trk_store_enter_pinned(const TrkStore *store, TrkStoreScope *scope, bool pinned)
{
	GetUserIdAndSecContext(&scope->user, &scope->context);
	scope->settings = pinned ? NewGUCNestLevel() : 0;
	if (pinned)
		(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	SetUserIdAndSecContext(store_owner(store),
						   scope->context | SECURITY_LOCAL_USERID_CHANGE);
}

/* Switch back to the caller. */
void
trk_store_leave(const TrkStoreScope *scope)
{
	SetUserIdAndSecContext(scope->user, scope->context);
	if (scope->settings != 0)
		AtEOXact_GUC(true, scope->settings);
}

/* Run a statement with the privileges of the current role. */
void
trk_store_run_entered(TrkStore *store, TrkStatement *stmt, Datum *values, const char *nulls,
					  int expected)
{
	int			rc = SPI_execute_plan(trk_store_plan(store, stmt), values, nulls, false, 0);

	if (rc != expected)
		elog(ERROR, "statement \"%s\" of the store gave %s", stmt->text,
			 SPI_result_code_string(rc));
}

/*
 * Run a statement as the store's owner.  An error ends the transaction or
 * subtransaction, which switches back to the caller.
 */
void
trk_store_run(TrkStore *store, TrkStatement *stmt, Datum *values, const char *nulls,
			  int expected)
{
	TrkStoreScope scope;

	trk_store_enter(store, &scope);
	trk_store_run_entered(store, stmt, values, nulls, expected);
	trk_store_leave(&scope);
}

/* Check rows of a table of the store against the caller's policies. */
void
trk_store_check(TrkStore *store, const char *table, const TrkPendingRows *rows)
{
	Oid			relid = get_relname_relid(table, store->nsp);

	if (OidIsValid(relid))
		trk_policies_check(relid, rows);
}

/*
 * Return the month slot of a time: the number of its month, or one of the two
 * slots TRK_MONTH_BEFORE and TRK_MONTH_AFTER for times outside the months.
 */
int
trk_month_of(int64 occurred_at)
{
	int64		days = occurred_at / USECS_PER_DAY;
	int			year,
				month,
				day;

	if (occurred_at < 0)
		return TRK_MONTH_BEFORE;
	trk_days_to_date(days, &year, &month, &day);
	if (year > TRK_LAST_YEAR)
		return TRK_MONTH_AFTER;
	return (year - TRK_FIRST_YEAR) * 12 + month - 1;
}

/* Return the first moment of the month with this slot. */
int64
trk_month_begin(int month)
{
	if (month == TRK_MONTH_BEFORE)
		return DT_NOBEGIN;
	if (month == TRK_MONTH_AFTER)
		month = TRK_MONTHS;
	return trk_date_to_days(TRK_FIRST_YEAR + month / 12, month % 12 + 1, 1) * USECS_PER_DAY;
}

/* Call at_make_partitions() with the times that need a partition. */
static void
store_make_partitions(TrkStore *store, const int64 *times, int n)
{
	Datum	   *elems = palloc(sizeof(Datum) * n);
	Datum		arg;

	for (int i = 0; i < n; i++)
		elems[i] = TimestampTzGetDatum(times[i]);
	arg = PointerGetDatum(construct_array(elems, n, TIMESTAMPTZOID, sizeof(TimestampTz),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	trk_store_run(store, &make_partitions_stmt, &arg, NULL, SPI_OK_SELECT);
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Make sure that partitions exist for these times.  The lock is the one that
 * INSERT takes: it prevents partitions from being dropped or detached, and
 * taking it makes this backend see those that were.
 */
void
trk_store_ensure_partitions(TrkStore *store, const int64 *times, int n)
{
	bool		asked[TRK_MONTH_SLOTS] = {false};
	int64	   *missing = NULL;
	int			nmissing = 0;

	LockRelationOid(store->event_relid, RowExclusiveLock);
	for (int i = 0; i < n; i++)
	{
		int			month = trk_month_of(times[i]);

		if (store->months[month] || asked[month])
			continue;
		if (missing == NULL)
			missing = palloc(sizeof(int64) * n);
		missing[nmissing++] = times[i];
		asked[month] = true;
	}
	if (missing == NULL)
		return;
	store_make_partitions(store, missing, nmissing);
	for (int i = 0; i < nmissing; i++)
		store->months[trk_month_of(missing[i])] = true;
	pfree(missing);
}

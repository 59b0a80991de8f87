/*
 * upkeep_sql.c
 *	  SQL functions that keep the store up to date: derived data, evidence,
 *	  partitions, its version and its key.
 *
 * All of it is derived from the store alone, so it runs as the store's owner,
 * whoever calls.  A role to which the owner grants such a function needs no
 * privilege on the tables, and triggers that others put on these tables run
 * with the rights of the owner and not with those of a superuser who calls.
 *
 * The work is done in PL/pgSQL, in functions that are called from here without
 * a check of EXECUTE privileges, because the store's owner need not be the
 * extension's.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "store/lock.h"
#include "store/store.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Makes the partitions of this month and the next two. */
static TrkStatement make_next_partitions_stmt = {
	"SELECT %1$s.at_make_partitions(ARRAY[pg_catalog.now(),"
	" pg_catalog.now() OPERATOR(pg_catalog.+) '1 month'::pg_catalog.interval,"
	" pg_catalog.now() OPERATOR(pg_catalog.+) '2 months'::pg_catalog.interval])",
	0
};

/* Parameters: first day, end day. */
static TrkStatement delete_rollups_stmt = {
	"DELETE FROM %1$s.at_evidence_daily"
	" WHERE day OPERATOR(pg_catalog.>=) $1 AND day OPERATOR(pg_catalog.<) $2",
	2, {DATEOID, DATEOID}
};

/* Notes the version of the store. */
static TrkStatement update_store_version_stmt = {
	"UPDATE %1$s.at_store SET version = %1$s._at_store_version()",
	0
};

/*
 * Makes the key of pseudonyms, unless there is one.  gen_random_uuid() has 122
 * bits from the server's strong random source.
 */
static TrkStatement insert_identity_key_stmt = {
	"INSERT INTO %1$s.at_identity_key (key)"
	" SELECT pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
	" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
	" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"
	" OPERATOR(pg_catalog.||) pg_catalog.uuid_send(pg_catalog.gen_random_uuid()))"
	" WHERE NOT EXISTS (SELECT FROM %1$s.at_identity_key)",
	0
};

TRK_HIDE_CONTEXT_FUNCTION(at_refresh);
TRK_HIDE_CONTEXT_FUNCTION(at_mark_stale);
TRK_HIDE_CONTEXT_FUNCTION(at_keep_facts);
TRK_HIDE_CONTEXT_FUNCTION(at_rebuild_trades);
TRK_HIDE_CONTEXT_FUNCTION(at_rebuild_evidence);
TRK_HIDE_CONTEXT_FUNCTION(at_upkeep);
TRK_HIDE_CONTEXT_FUNCTION(at_forget_rollups);
TRK_HIDE_CONTEXT_FUNCTION(at_write_store_version);
TRK_HIDE_CONTEXT_FUNCTION(at_write_identity_key);

/* Run a part of the work that has no arguments. */
static Datum
run_part(const TrkStore *store, const char *name)
{
	return OidFunctionCall0(trk_store_function(store, name, 0, NULL));
}

/*
 * Act as the owner of the store until trk_store_leave(), and take the lock
 * that serializes all refreshes of derived data.
 */
static TrkStore *
begin_refresh(FunctionCallInfo fcinfo, TrkStoreScope *scope)
{
	TrkStore   *store = trk_store_open(fcinfo, false);

	trk_store_enter(store, scope);
	trk_lock(TRK_LOCK_ROLLUPS, 0);
	return store;
}

/* What a refresh counts, in the order of the columns of at_refresh(). */
enum
{
	COUNT_DAYS,
	COUNT_ROWS,
	COUNT_RUNS,
	COUNT_FILLS,
	COUNT_POSITIONS,
	COUNT_LEGS,
	COUNTS
};

/* Take the first n columns of the row that a part of the work returned. */
static void
take_counts(Datum result, Datum *counts, int n)
{
	HeapTupleHeader row = DatumGetHeapTupleHeader(result);
	bool		isnull;

	for (int i = 0; i < n; i++)
		counts[i] = GetAttributeByNum(row, (AttrNumber) (i + 1), &isnull);
}

/*
 * Bring all derived data up to date and set its counts.  The stale runs that are
 * seen first are forgotten at the end; those that come in between stay, and are
 * computed once more the next time.
 */
static void
refresh(const TrkStore *store, Datum counts[COUNTS])
{
	Oid			tids = TIDARRAYOID;
	Datum		marks = run_part(store, "_at_read_stale");

	if (ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(marks)), ARR_DIMS(DatumGetArrayTypeP(marks))) == 0)
	{
		for (int i = 0; i < COUNTS; i++)
			counts[i] = Int64GetDatum(0);
		return;
	}
	take_counts(run_part(store, "_at_write_rollups"), &counts[COUNT_DAYS], 2);
	take_counts(run_part(store, "_at_write_trades"), &counts[COUNT_FILLS], 3);
	(void) run_part(store, "_at_write_hours_and_days");
	counts[COUNT_RUNS] = run_part(store, "_at_write_runs");
	(void) run_part(store, "_at_write_performance");
	(void) OidFunctionCall1(trk_store_function(store, "_at_forget_stale", 1, &tids), marks);
	(void) run_part(store, "_at_write_current");
}

/* at_refresh(): days, rows, runs, fills, positions, legs */
static Datum
at_refresh_body(PG_FUNCTION_ARGS)
{
	TrkStoreScope scope;
	TrkStore   *store = begin_refresh(fcinfo, &scope);
	Datum		counts[COUNTS];
	TrkComposite row;

	refresh(store, counts);
	trk_store_leave(&scope);
	trk_composite_begin(&row, fcinfo);
	for (int i = 0; i < COUNTS; i++)
		trk_put(&row, counts[i]);
	return trk_composite_datum(&row);
}

/* at_mark_stale(project, since, until): runs and days marked */
static Datum
at_mark_stale_body(PG_FUNCTION_ARGS)
{
	TrkStoreScope scope;
	TrkStore   *store = trk_store_open(fcinfo, false);
	Oid			types[3] = {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		result;

	trk_refuse_null_args(fcinfo, 0, 3);
	trk_store_enter(store, &scope);
	result = OidFunctionCall3(trk_store_function(store, "_at_write_stale", 3, types), PG_GETARG_DATUM(0),
							  PG_GETARG_DATUM(1), PG_GETARG_DATUM(2));
	trk_store_leave(&scope);
	return result;
}

/* _at_keep_facts(since, until) */
static Datum
at_keep_facts_body(PG_FUNCTION_ARGS)
{
	static const char *const parts[] = {
		"_at_write_kept_performance", "_at_write_dropped_runs", "_at_write_kept_hours_and_days"
	};
	TrkStoreScope scope;
	TrkStore   *store = trk_store_open(fcinfo, false);
	Oid			types[2] = {TIMESTAMPTZOID, TIMESTAMPTZOID};

	trk_refuse_null_args(fcinfo, 0, 2);
	trk_store_enter(store, &scope);
	for (int i = 0; i < (int) lengthof(parts); i++)
		(void) OidFunctionCall2(trk_store_function(store, parts[i], 2, types), PG_GETARG_DATUM(0),
								PG_GETARG_DATUM(1));
	trk_store_leave(&scope);
	PG_RETURN_VOID();
}

/* at_rebuild_trades(): fills taken from events */
static Datum
at_rebuild_trades_body(PG_FUNCTION_ARGS)
{
	TrkStoreScope scope;
	TrkStore   *store = begin_refresh(fcinfo, &scope);
	Datum		counts[COUNTS];

	(void) run_part(store, "_at_forget_trades");
	refresh(store, counts);
	trk_store_leave(&scope);
	return counts[COUNT_FILLS];
}

/* at_rebuild_evidence(max_rows): events whose evidence was computed again */
static Datum
at_rebuild_evidence_body(PG_FUNCTION_ARGS)
{
	TrkStoreScope scope;
	TrkStore   *store = trk_store_open(fcinfo, false);
	Oid			type = INT8OID;
	Datum		result;

	trk_refuse_null_args(fcinfo, 0, 1);
	if (PG_GETARG_INT64(0) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must be greater than zero")));
	trk_store_enter(store, &scope);
	result = OidFunctionCall1(trk_store_function(store, "_at_write_evidence", 1, &type), PG_GETARG_DATUM(0));
	trk_store_leave(&scope);
	return result;
}

/* Connect to SPI, and run a statement as the store's owner. */
static void
run_statement(FunctionCallInfo fcinfo, TrkStatement *stmt, Datum *values, int expected)
{
	TrkStore   *store = trk_store_open(fcinfo, false);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	trk_store_run(store, stmt, values, NULL, expected);
}

/* at_upkeep(): partitions made */
static Datum
at_upkeep_body(PG_FUNCTION_ARGS)
{
	bool		isnull;
	Datum		made;

	run_statement(fcinfo, &make_next_partitions_stmt, NULL, SPI_OK_SELECT);
	made = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	return made;
}

/* _at_forget_rollups(first_day, end_day) */
static Datum
at_forget_rollups_body(PG_FUNCTION_ARGS)
{
	Datum		days[2] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};

	trk_refuse_null_args(fcinfo, 0, 2);
	run_statement(fcinfo, &delete_rollups_stmt, days, SPI_OK_DELETE);
	SPI_finish();
	PG_RETURN_VOID();
}

/* _at_write_store_version() */
static Datum
at_write_store_version_body(PG_FUNCTION_ARGS)
{
	run_statement(fcinfo, &update_store_version_stmt, NULL, SPI_OK_UPDATE);
	SPI_finish();
	PG_RETURN_VOID();
}

/* _at_write_identity_key() */
static Datum
at_write_identity_key_body(PG_FUNCTION_ARGS)
{
	run_statement(fcinfo, &insert_identity_key_stmt, NULL, SPI_OK_INSERT);
	SPI_finish();
	PG_RETURN_VOID();
}

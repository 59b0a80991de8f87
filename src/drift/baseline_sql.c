/*
 * baseline_sql.c
 *	  The SQL functions at_create_behavior_profile(), at_create_baseline() and
 *	  those that add to the history of baselines.
 *
 * The data is read by SQL functions that run as the caller, and is passed on
 * to caller_rows.h here.  So nobody can store a behavior that he made up.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "store/caller_rows.h"
#include "store/lock.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/* Parameters: the arguments of at_create_behavior_profile(). */
static TrkStatement new_profile_stmt = {
	"SELECT n.* FROM %1$s._at_new_behavior_profile($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) n",
	10, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTARRAYOID,
	FLOAT8OID, INT8OID, INT8OID}
};

/* Parameters: profile. */
static TrkStatement find_profile_stmt = {
	"SELECT p.*, p.project, p.profile_id FROM %1$s.at_behavior_profile p"
	" WHERE p.profile_id OPERATOR(pg_catalog.=) $1",
	1, {TEXTOID}
};

/* Parameters: the arguments of at_create_baseline(). */
static TrkStatement new_baseline_stmt = {
	"SELECT n.* FROM %1$s._at_new_baseline($1, $2, $3) n",
	3, {TEXTOID, TEXTOID, TEXTOID}
};

/* Parameters: baseline, approver. */
static TrkStatement new_approval_stmt = {
	"SELECT n.* FROM %1$s._at_new_approval($1, $2) n",
	2, {TEXTOID, TEXTOID}
};

/* Parameters: baseline. */
static TrkStatement new_activation_stmt = {
	"SELECT n.* FROM %1$s._at_new_activation($1) n",
	1, {TEXTOID}
};

/* Parameters: baseline. */
static TrkStatement new_deactivation_stmt = {
	"SELECT n.* FROM %1$s._at_new_deactivation($1) n",
	1, {TEXTOID}
};

/*
 * Parameters: project, baseline.  Result: time and number of the next status,
 * which comes after the last one even if the clock was set back.
 */
static TrkStatement next_status_stmt = {
	"SELECT greatest(pg_catalog.clock_timestamp(), pg_catalog.max(s.changed_at)"
	" OPERATOR(pg_catalog.+) '1 microsecond'::pg_catalog.interval),"
	" coalesce(pg_catalog.max(s.step) FILTER (WHERE s.baseline_id OPERATOR(pg_catalog.=) $2), 0)"
	" OPERATOR(pg_catalog.+) 1"
	" FROM %1$s.at_baseline_status s WHERE s.project OPERATOR(pg_catalog.=) $1",
	2, {TEXTOID, TEXTOID}
};

TRK_HIDE_CONTEXT_FUNCTION(at_create_behavior_profile);
TRK_HIDE_CONTEXT_FUNCTION(at_delete_behavior_profile);
TRK_HIDE_CONTEXT_FUNCTION(at_create_baseline);
TRK_HIDE_CONTEXT_FUNCTION(at_approve_baseline);
TRK_HIDE_CONTEXT_FUNCTION(at_activate_baseline);
TRK_HIDE_CONTEXT_FUNCTION(at_deactivate_baseline);

/*
 * Connect to SPI, and read rows by a statement whose parameters are the
 * arguments of the call.
 */
static TrkStore *
read_by_arguments(FunctionCallInfo fcinfo, TrkStatement *stmt, TrkReadRows *read)
{
	TrkStore   *store = trk_store_open(fcinfo, false);
	Datum	   *values = palloc(sizeof(Datum) * PG_NARGS());
	char	   *nulls = palloc(PG_NARGS() + 1);

	for (int i = 0; i < PG_NARGS(); i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	trk_caller_rows_read(store, stmt, values, nulls, read);
	return store;
}

/*
 * Copy a text of a row into the caller's context, so that it survives
 * SPI_finish().
 */
static Datum
text_to_return(const TrkReadRows *read, int row, const char *column)
{
	bool		isnull;
	struct varlena *value = (struct varlena *)
	DatumGetPointer(trk_caller_rows_value(read, row, column, &isnull));
	Size		size = VARSIZE_ANY(value);
	void	   *copy = SPI_palloc(size);

	memcpy(copy, value, size);
	return PointerGetDatum(copy);
}

/* at_create_behavior_profile(project, agent_id, ...): returns its id */
static Datum
at_create_behavior_profile_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;
	TrkStore   *store;
	Datum		id;

	/* the window and the options; build_id and dimensions may be null */
	trk_refuse_null_args(fcinfo, 7, 3);
	trk_refuse_null_args(fcinfo, 0, 5);
	store = read_by_arguments(fcinfo, &new_profile_stmt, &read);
	id = text_to_return(&read, 0, "profile_id");
	trk_caller_rows_insert(store, "at_behavior_profile", true, &read);
	SPI_finish();
	return id;
}

/* at_delete_behavior_profile(profile): returns whether it existed */
static Datum
at_delete_behavior_profile_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;
	TrkStore   *store;
	uint64		deleted;

	trk_refuse_null_args(fcinfo, 0, 1);
	store = read_by_arguments(fcinfo, &find_profile_stmt, &read);
	deleted = trk_caller_rows_delete(store, "at_behavior_profile", &read);
	SPI_finish();
	PG_RETURN_BOOL(deleted > 0);
}

/* at_create_baseline(profile, kind, description): returns its id */
static Datum
at_create_baseline_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;
	TrkStore   *store;
	Datum		id;

	trk_refuse_null_args(fcinfo, 0, 2);
	store = read_by_arguments(fcinfo, &new_baseline_stmt, &read);
	id = text_to_return(&read, 0, "baseline_id");
	trk_caller_rows_insert(store, "at_baseline", true, &read);
	SPI_finish();
	return id;
}

/*
 * Add a row that was read to the history of a baseline.  Its time and number
 * depend on the whole history, which the store's owner sees; then the whole
 * row is checked against the caller's policies.
 */
static void
add_status(TrkStore *store, const TrkReadRows *read, int row)
{
	static const char *columns[] = {"project", "baseline_id", "status", "approver", "changed_by",
	"changed_at", "step"};
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, NAMEOID, TIMESTAMPTZOID, INT4OID};
	Datum		values[lengthof(columns)];
	bool		nulls[lengthof(columns)] = {false};
	TrkReadRows status = {lengthof(columns), 1, columns, types, values, nulls};

	for (int i = 0; i < lengthof(columns) - 2; i++)
		values[i] = trk_caller_rows_value(read, row, columns[i], &nulls[i]);
	trk_store_run(store, &next_status_stmt, values, NULL, SPI_OK_SELECT);
	for (int i = 1; i <= 2; i++)
		values[lengthof(columns) - 3 + i] = SPI_getbinval(SPI_tuptable->vals[0],
														  SPI_tuptable->tupdesc, i, &nulls[lengthof(columns) - 3 + i]);
	trk_caller_rows_insert(store, "at_baseline_status", false, &status);
}

/*
 * Add the row that a statement returns for the arguments of the call to the
 * history of baselines.  A lock serializes these calls, so that only one
 * baseline is active.  The caller must call SPI_finish().
 */
static void
change_status(FunctionCallInfo fcinfo, TrkStatement *stmt, TrkReadRows *read)
{
	TrkStore   *store;

	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	trk_lock(TRK_LOCK_BASELINES, 0);
	store = read_by_arguments(fcinfo, stmt, read);
	for (int row = 0; row < read->count; row++)
		add_status(store, read, row);
}

/* at_approve_baseline(baseline, approver) */
static Datum
at_approve_baseline_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;

	change_status(fcinfo, &new_approval_stmt, &read);
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * at_activate_baseline(baseline): returns the one that was active before; if
 * that is the same, nothing is added
 */
static Datum
at_activate_baseline_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;
	int			count;
	Datum		before = (Datum) 0;

	change_status(fcinfo, &new_activation_stmt, &read);
	count = read.count;
	if (count > 1)
		before = text_to_return(&read, 0, "baseline_id");
	SPI_finish();
	if (count == 0)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (count == 1)
		PG_RETURN_NULL();
	return before;
}

/* at_deactivate_baseline(baseline): returns whether it was active */
static Datum
at_deactivate_baseline_body(PG_FUNCTION_ARGS)
{
	TrkReadRows read;
	int			count;

	change_status(fcinfo, &new_deactivation_stmt, &read);
	count = read.count;
	SPI_finish();
	PG_RETURN_BOOL(count > 0);
}

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
read_by_arguments(FunctionCallInfo fcinfo, TrkStatement stmt, TrkReadRows *read)
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
	store = read_by_arguments(fcinfo, TRK_STMT_NEW_PROFILE, &read);
	id = text_to_return(&read, 0, "profile_id");
	trk_caller_rows_insert(store, "at_behavior_profile", TRK_STMT_INSERT_PROFILE, &read);
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
	store = read_by_arguments(fcinfo, TRK_STMT_FIND_PROFILE, &read);
	deleted = trk_caller_rows_delete(store, "at_behavior_profile", TRK_STMT_DELETE_PROFILE, &read);
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
	store = read_by_arguments(fcinfo, TRK_STMT_NEW_BASELINE, &read);
	id = text_to_return(&read, 0, "baseline_id");
	trk_caller_rows_insert(store, "at_baseline", TRK_STMT_INSERT_BASELINE, &read);
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
	trk_store_run(store, TRK_STMT_NEXT_STATUS, values, NULL, SPI_OK_SELECT);
	for (int i = 1; i <= 2; i++)
		values[lengthof(columns) - 3 + i] = SPI_getbinval(SPI_tuptable->vals[0],
														  SPI_tuptable->tupdesc, i, &nulls[lengthof(columns) - 3 + i]);
	trk_caller_rows_insert(store, "at_baseline_status", TRK_STMT_INSERT_STATUS, &status);
}

/*
 * Add the row that a statement returns for the arguments of the call to the
 * history of baselines.  A lock serializes these calls, so that only one
 * baseline is active.  The caller must call SPI_finish().
 */
static void
change_status(FunctionCallInfo fcinfo, TrkStatement stmt, TrkReadRows *read)
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

	change_status(fcinfo, TRK_STMT_NEW_APPROVAL, &read);
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

	change_status(fcinfo, TRK_STMT_NEW_ACTIVATION, &read);
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

	change_status(fcinfo, TRK_STMT_NEW_DEACTIVATION, &read);
	count = read.count;
	SPI_finish();
	PG_RETURN_BOOL(count > 0);
}

/*
 * row_set.c
 *	  Passes sets of rows to a statement (see row_set.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "funcapi.h"
#include "store/row_set.h"

/*
 * Make an empty set with space for capacity rows, in the current memory
 * context.
 */
void
trk_rows_init(TrkRowSet *rows, int natts, int capacity)
{
	rows->natts = natts;
	rows->capacity = capacity;
	rows->count = 0;
	rows->values = palloc(sizeof(Datum) * natts * capacity);
	rows->nulls = palloc(sizeof(bool) * natts * capacity);
	rows->order = NULL;
}

/* Check the rows against the caller's policies. */
void
trk_rows_check(TrkStore *store, const char *table, const TrkRowSet *rows,
			   const char *const *columns)
{
	TrkPendingRows pending = {columns, rows->natts, rows->count, rows->values, rows->nulls};

	trk_store_check(store, table, &pending);
}

/*
 * The set that the running statement reads.  SQL has no way to pass a pointer,
 * so the statement gets a number, which is valid for one execution only.
 */
static TrkRowSet *live_rows = NULL;
static int64 live_handle = 0;

/*
 * Run a statement that reads these rows; its only parameter is the number by
 * which it finds them.  SPI must be connected.  An unexpected SPI result is
 * an error.
 */
void
trk_rows_run(TrkStore *store, TrkStatement *stmt, TrkRowSet *rows, int expected)
{
	static int64 last_handle = 0;
	TrkRowSet  *outer_rows = live_rows;
	int64		outer_handle = live_handle;
	Datum		arg;

	PG_TRY();
	{
		live_rows = rows;
		live_handle = ++last_handle;
		arg = Int64GetDatum(live_handle);
		trk_store_run(store, stmt, &arg, NULL, expected);
	}
	PG_FINALLY();
	{
		live_rows = outer_rows;
		live_handle = outer_handle;
	}
	PG_END_TRY();
}

/*
 * Run a statement as trk_rows_run() does, on only n of the rows, in the given
 * order.
 */
void
trk_rows_run_some(TrkStore *store, TrkStatement *stmt, const TrkRowSet *rows,
				  const int *order, int n, int expected)
{
	TrkRowSet	some = *rows;

	some.order = order;
	some.count = n;
	trk_rows_run(store, stmt, &some, expected);
}

PG_FUNCTION_INFO_V1(at_rows);
/*
 * _at_pending_events(handle), _at_pending_rejects(handle): return the rows of
 * the statement that trk_rows_run() is running
 */
Datum
at_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TrkRowSet  *rows = live_rows;

	if (rows == NULL || PG_GETARG_INT64(0) != live_handle)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no load is waiting for these rows"),
				 errhint("This function is part of at_ingest_jsonl() and not called by itself.")));
	InitMaterializedSRF(fcinfo, 0);
	if (rsinfo->setDesc->natts != rows->natts)
		elog(ERROR, "row set has %d columns, not %d", rows->natts, rsinfo->setDesc->natts);
	for (int i = 0; i < rows->count; i++)
	{
		int			row = rows->order == NULL ? i : rows->order[i];

		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc,
							 trk_row_values(rows, row), trk_row_nulls(rows, row));
	}
	return (Datum) 0;
}

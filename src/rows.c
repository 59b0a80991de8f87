/*
 * rows.c
 *	  Sets of rows into a statement (see rows.h).
 */
#include "trk.h"

#include "compat.h"
#include "funcapi.h"
#include "rows.h"

/* Room for capacity rows, in the current memory context. */
void
trk_rows_init(TrkRowSet *rows, int natts, int capacity)
{
	rows->natts = natts;
	rows->capacity = capacity;
	rows->count = 0;
	rows->values = palloc(sizeof(Datum) * natts * capacity);
	rows->nulls = palloc(sizeof(bool) * natts * capacity);
}

PG_FUNCTION_INFO_V1(at_rows);
/*
 * at_pending_events(internal), at_pending_rejects(internal): the rows of a
 * TrkRowSet.  SQL cannot make an argument for it.
 */
Datum
at_rows(PG_FUNCTION_ARGS)
{
	TrkRowSet  *rows = (TrkRowSet *) PG_GETARG_POINTER(0);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	if (rsinfo->setDesc->natts != rows->natts)
		elog(ERROR, "row set has %d columns, not %d", rows->natts, rsinfo->setDesc->natts);
	for (int i = 0; i < rows->count; i++)
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc,
							 trk_row_values(rows, i), trk_row_nulls(rows, i));
	return (Datum) 0;
}

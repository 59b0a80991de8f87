/*
 * composite.c
 *	  Builds composite result rows (see composite.h).
 */
#include "base/trk.h"

#include "stats/composite.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

/* Begin a row of the function's composite result type. */
void
trk_composite_begin(TrkComposite *row, FunctionCallInfo fcinfo)
{
	if (get_call_result_type(fcinfo, NULL, &row->desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	row->desc = BlessTupleDesc(row->desc);
	row->n = 0;
}

/*
 * Begin a row of the set that a set-returning function is building, after
 * InitMaterializedSRF().
 */
void
trk_composite_begin_set(TrkComposite *row, FunctionCallInfo fcinfo)
{
	row->desc = ((ReturnSetInfo *) fcinfo->resultinfo)->setDesc;
	row->n = 0;
}

/* Set the next column to this datum. */
void
trk_put(TrkComposite *row, Datum value)
{
	Assert(row->n < TRK_COMPOSITE_COLUMNS);
	row->nulls[row->n] = false;
	row->values[row->n++] = value;
}

/* Set the next column to NULL. */
void
trk_put_null(TrkComposite *row)
{
	Assert(row->n < TRK_COMPOSITE_COLUMNS);
	row->values[row->n] = (Datum) 0;
	row->nulls[row->n++] = true;
}

/* Set the next column to a float8, or to NULL when the value is NaN. */
void
trk_put_float(TrkComposite *row, double value)
{
	if (isnan(value))
		trk_put_null(row);
	else
		trk_put(row, Float8GetDatum(value));
}

/* Set the next two columns to a probability p and its decimal logarithm. */
void
trk_put_tail(TrkComposite *row, TrkTail tail)
{
	trk_put_float(row, tail.p);
	trk_put_float(row, tail.log10);
}

/* Set the next column to a bigint or an integer, whichever it is. */
void
trk_put_int(TrkComposite *row, int64 value)
{
	if (TupleDescAttr(row->desc, row->n)->attlen == sizeof(int32))
		trk_put(row, Int32GetDatum((int32) value));
	else
		trk_put(row, Int64GetDatum(value));
}

/* Set the next column to a text. */
void
trk_put_text(TrkComposite *row, const char *value)
{
	trk_put(row, CStringGetTextDatum(value));
}

/* Return the finished row as a datum; all columns must have been set. */
Datum
trk_composite_datum(TrkComposite *row)
{
	if (row->n != row->desc->natts)
		elog(ERROR, "row type has %d columns instead of %d", row->desc->natts, row->n);
	return HeapTupleGetDatum(heap_form_tuple(row->desc, row->values, row->nulls));
}

/*
 * Add the finished row to the function's set; all columns must have been set.
 */
void
trk_composite_store(TrkComposite *row, FunctionCallInfo fcinfo)
{
	if (row->n != row->desc->natts)
		elog(ERROR, "row type has %d columns instead of %d", row->desc->natts, row->n);
	tuplestore_putvalues(((ReturnSetInfo *) fcinfo->resultinfo)->setResult, row->desc,
						 row->values, row->nulls);
}

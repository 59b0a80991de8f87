/*
 * text_rows.c
 *	  Rows of a set-returning function whose values are given in text form.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/text_rows.h"
#include "executor/tuptable.h"

/* Start the rows of a set-returning function. */
void
trk_text_rows_begin(TrkTextRows *rows, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	rows->result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->input = TupleDescGetAttInMetadata(rows->result->setDesc);
}

/* Add a row, its values in text form. */
void
trk_text_rows_add(TrkTextRows *rows, const char *const *values)
{
	HeapTuple	tuple = BuildTupleFromCStrings(rows->input, (char **) values);

	tuplestore_puttuple(rows->result->setResult, tuple);
	heap_freetuple(tuple);
}

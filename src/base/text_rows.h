/*
 * text_rows.h
 *	  Rows of a set-returning function whose values are given in text form.
 *	  Called by SQL functions that show short lists, for which the cost of the
 *	  conversion does not matter.
 */
#ifndef TRK_TEXT_ROWS_H
#define TRK_TEXT_ROWS_H

#include "base/trk.h"

#include "funcapi.h"

typedef struct TrkTextRows
{
	ReturnSetInfo *result;
	AttInMetadata *input;
} TrkTextRows;

/* Start the rows of a set-returning function. */
extern void trk_text_rows_begin(TrkTextRows *rows, FunctionCallInfo fcinfo);

/* Add a row: one text, or NULL, for each column. */
extern void trk_text_rows_add(TrkTextRows *rows, const char *const *values);

#endif							/* TRK_TEXT_ROWS_H */

/*
 * contract_sql.h
 *	  Rows whose values are given in text form.
 *
 * Called by contract_sql.c and contract_selftest.c: short lists, where the
 * detour over text costs nothing that matters.
 */
#ifndef TRK_CONTRACT_SQL_H
#define TRK_CONTRACT_SQL_H

#include "contract/contract.h"
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

#endif							/* TRK_CONTRACT_SQL_H */

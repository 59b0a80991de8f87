/*
 * facts_out.h
 *	  Rows that functions of this module return.  Called by the files of its SQL
 *	  functions.
 */
#ifndef TRK_FACTS_OUT_H
#define TRK_FACTS_OUT_H

#include "base/arena.h"
#include "funcapi.h"

#define TRK_FACTS_COLUMNS	40

/* A row whose columns are set in order. */
typedef struct TrkFactsRow
{
	ReturnSetInfo *rsinfo;
	int			n;
	Datum		values[TRK_FACTS_COLUMNS];
	bool		nulls[TRK_FACTS_COLUMNS];
} TrkFactsRow;

/* Begin a row of the running function, which returns a materialized set. */
extern void trk_facts_row_begin(TrkFactsRow *row, FunctionCallInfo fcinfo);

/* Set the next column. */
extern void trk_facts_datum(TrkFactsRow *row, Datum value);
extern void trk_facts_null(TrkFactsRow *row);

/* The same with a text; one of length 0 is NULL. */
extern void trk_facts_text(TrkFactsRow *row, TrkText text);
extern void trk_facts_cstring(TrkFactsRow *row, const char *text);

/* The same with an identifier (at_id), allocated in the arena. */
extern void trk_facts_id(TrkFactsRow *row, TrkText text, TrkArena *arena);

/* The same with a number of milliseconds and the like; below zero is NULL. */
extern void trk_facts_float(TrkFactsRow *row, double value);

/* The same with an array of texts. */
extern void trk_facts_texts(TrkFactsRow *row, const TrkText *texts, int n);

/* The same with the names of the bits that are set in flags. */
extern void trk_facts_flags(TrkFactsRow *row, uint32 flags, const char *const *names, int n);

/* Return the row type of a composite type of the extension, by its schema and name. */
extern TupleDesc trk_facts_tupdesc(Oid nsp, const char *type);

/* Add the row, all of whose columns are set, to the result. */
extern void trk_facts_row_store(TrkFactsRow *row);

#endif							/* TRK_FACTS_OUT_H */

/*
 * row_set.h
 *	  Sets of rows on their way from C into a statement.
 *
 * Filled by ingest and record; read by at_rows(), the C function behind
 * _at_pending_events(bigint) and _at_pending_rejects(bigint).
 */
#ifndef TRK_ROWS_H
#define TRK_ROWS_H

#include "store/store.h"

typedef struct TrkRowSet
{
	int			natts;
	int			capacity;
	int			count;
	Datum	   *values;			/* capacity * natts */
	bool	   *nulls;
	const int  *order;			/* which rows a statement reads; NULL: all */
} TrkRowSet;

extern void trk_rows_init(TrkRowSet *rows, int natts, int capacity);

/*
 * Run a statement that reads these rows: its only parameter is their handle.
 * SPI must be connected.
 */
extern void trk_rows_run(TrkStore *store, TrkStatement stmt, TrkRowSet *rows,
						 int expected);

/* The same with only these n rows, in this order. */
extern void trk_rows_run_some(TrkStore *store, TrkStatement stmt, const TrkRowSet *rows,
							  const int *order, int n, int expected);

/* Let the caller's policies judge them as rows of a table of the store. */
extern void trk_rows_check(TrkStore *store, const char *table, const TrkRowSet *rows,
						   const char *const *columns);

/* Values and nulls of row i. */
static inline Datum *
trk_row_values(TrkRowSet *rows, int i)
{
	return rows->values + (Size) i * rows->natts;
}

static inline bool *
trk_row_nulls(TrkRowSet *rows, int i)
{
	return rows->nulls + (Size) i * rows->natts;
}

#endif							/* TRK_ROWS_H */

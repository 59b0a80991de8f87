/*
 * row_set.h
 *	  Passes sets of rows from C to a statement.  Filled by ingest and record;
 *	  read by at_rows(), the C function behind _at_pending_events(bigint) and
 *	  _at_pending_rejects(bigint).
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
	const int  *order;			/* the rows that a statement reads, in order; NULL: all */
} TrkRowSet;

extern void trk_rows_init(TrkRowSet *rows, int natts, int capacity);

/*
 * Run a statement that reads these rows.  Its only parameter is a number that
 * identifies the set.  SPI must be connected.
 */
extern void trk_rows_run(TrkStore *store, TrkStatement *stmt, TrkRowSet *rows,
						 int expected);

/* Run a statement that reads only these n rows, in this order. */
extern void trk_rows_run_some(TrkStore *store, TrkStatement *stmt, const TrkRowSet *rows,
							  const int *order, int n, int expected);

/* Check the rows against the caller's policies for a table of the store. */
extern void trk_rows_check(TrkStore *store, const char *table, const TrkRowSet *rows,
						   const char *const *columns);

/* Return the values, or the null flags, of row i. */
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

/*
 * caller_rows.h
 *	  Rows that are read as the caller and stored as the store's owner.
 *
 * What profiles, baselines and findings are made of, a function in SQL reads by
 * the caller's privileges and policies.  Nobody but C hands its rows on: they are
 * judged by the caller's policies on the table that they are for, and the
 * statement that stores them runs as the store's owner, so that the caller needs
 * no privilege to write the table and cannot write rows of his own.
 *
 * Called by baseline_sql, drift_record_sql, mapping_sync and reference_sync, within SPI;
 * rows last until SPI_finish().
 */
#ifndef TRK_CALLER_ROWS_H
#define TRK_CALLER_ROWS_H

#include "store/store.h"

/* Rows that a statement gave; types are those of the columns. */
typedef struct TrkReadRows
{
	int			natts;
	int			count;
	const char **columns;
	Oid		   *types;
	Datum	   *values;			/* count times natts */
	bool	   *nulls;
} TrkReadRows;

/* Read rows by a statement, as the caller. */
extern void trk_caller_rows_read(TrkStore *store, TrkStatement stmt, Datum *values, const char *nulls,
						  TrkReadRows *read);

/*
 * Read rows of a table by a statement as the store's owner, for a caller who needs
 * no privilege on it: those whose columns, which come first, his policies for
 * SELECT let him see.  So many more columns follow those of the table.
 */
extern void trk_caller_rows_read_owned(TrkStore *store, const char *table, TrkStatement stmt,
								Datum *values, const char *nulls, int more, TrkReadRows *read);

/* The value of a column, by its name, and whether it is null. */
extern Datum trk_caller_rows_value(const TrkReadRows *read, int row, const char *column, bool *isnull);

/* The first columns of these rows. */
extern void trk_caller_rows_columns(const TrkReadRows *read, int n, TrkReadRows *first);

/*
 * Store rows in a table by a statement whose parameters are their columns, when the
 * caller's policies for INSERT let them in; an error when they do not.  Returns
 * how many were stored, which may be fewer when the statement says so.
 */
extern uint64 trk_caller_rows_insert(TrkStore *store, const char *table, TrkStatement stmt,
							  const TrkReadRows *read);

/*
 * Change rows of a table.  Those that were read have the row as it was, all of
 * its columns, and then the parameters of the statement: named as what they
 * change, the key of the row among them.  As the server does it, rows that the
 * caller's policies for UPDATE do not let him change are left as they are, and
 * it is an error when they do not allow what a row would become.  Sets in
 * changed, which has space for all rows that were read, which were; returns how
 * many.
 */
extern uint64 trk_caller_rows_update(TrkStore *store, const char *table, TrkStatement stmt,
							  const TrkReadRows *read, bool *changed);

/*
 * An error when the caller's policies do not let him put a row in the place of what
 * a statement reads as the store's owner, as ON CONFLICT DO UPDATE does; more is
 * the number of columns, after those of the table, that say what is to change.
 */
extern void trk_caller_rows_check_replaced(TrkStore *store, const char *table, TrkStatement stmt,
									Datum *values, const char *nulls, int more);

/* Delete rows that were read as for an update, by the policies for DELETE. */
extern uint64 trk_caller_rows_delete(TrkStore *store, const char *table, TrkStatement stmt,
							  const TrkReadRows *read);

#endif							/* TRK_CALLER_ROWS_H */

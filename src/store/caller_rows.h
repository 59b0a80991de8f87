/*
 * caller_rows.h
 *	  Reads rows with the privileges of the caller and stores them as the owner
 *	  of the store.
 *
 * The data of profiles, baselines and findings is read by SQL functions that
 * run with the privileges and policies of the caller.  Only C code passes the
 * rows on: they are checked by the caller's policies on the target table, and
 * the statement that stores them runs as the owner of the store.  So the
 * caller needs no privilege to write the table, and cannot write rows that he
 * made up.
 *
 * Called by baseline_sql.c, scan_record_sql.c, mapping_sync.c and
 * journal_sync.c, connected to SPI; the rows are valid until SPI_finish().
 */
#ifndef TRK_CALLER_ROWS_H
#define TRK_CALLER_ROWS_H

#include "store/store.h"

/* Rows that a statement returned; types are the types of the columns. */
typedef struct TrkReadRows
{
	int			natts;
	int			count;
	const char **columns;
	Oid		   *types;
	Datum	   *values;			/* count times natts */
	bool	   *nulls;
} TrkReadRows;

/*
 * Run a statement that reads rows, as the caller.  A column of a composite type
 * stands for its columns.
 */
extern void trk_caller_rows_read(TrkStore *store, TrkStatement *stmt, Datum *values, const char *nulls,
								 TrkReadRows *read);

/*
 * Read rows of a table as the store's owner, for a caller who needs no
 * privilege on the table.  Only the rows that his policies for SELECT let him
 * see are returned.  The statement returns all columns of the table first,
 * then more further columns.
 */
extern void trk_caller_rows_read_owned(TrkStore *store, const char *table, TrkStatement *stmt,
									   Datum *values, const char *nulls, int more, TrkReadRows *read);

/* Return the value of a column, found by its name, and whether it is NULL. */
extern Datum trk_caller_rows_value(const TrkReadRows *read, int row, const char *column, bool *isnull);

/* Copy the first n columns of these rows. */
extern void trk_caller_rows_columns(const TrkReadRows *read, int n, TrkReadRows *first);

/*
 * Store rows in a table; the columns of the rows are named as those of the
 * table.  Raises an ERROR when the caller's policies for INSERT do not accept
 * them.  Returns how many rows were stored, which may be fewer when
 * skip_conflicts is set (ON CONFLICT DO NOTHING).
 */
extern uint64 trk_caller_rows_insert(TrkStore *store, const char *table, bool skip_conflicts,
									 const TrkReadRows *read);

/*
 * Update rows of a table.  Each row that was read has first all columns of the
 * row as it is now, then those that are given: n_keys of the row's key, and
 * those that change, named as in the table.  As in the server, rows that the
 * caller's policies for UPDATE hide are left unchanged, and a row that may not
 * become what it would is an ERROR.  Returns the number of rows that were
 * updated.
 */
extern uint64 trk_caller_rows_update(TrkStore *store, const char *table, int n_keys,
									 const TrkReadRows *read);

/*
 * Raise an ERROR when the caller's policies do not allow him to replace the
 * rows that a statement reads as the store's owner, as ON CONFLICT DO UPDATE
 * would. more is the number of columns, after those of the table, that say
 * what is to change.
 */
extern void trk_caller_rows_check_replaced(TrkStore *store, const char *table, TrkStatement *stmt,
										   Datum *values, const char *nulls, int more);

/*
 * Delete rows that were read as for an update, of which only the key is given,
 * according to the policies for DELETE.
 */
extern uint64 trk_caller_rows_delete(TrkStore *store, const char *table, const TrkReadRows *read);

#endif							/* TRK_CALLER_ROWS_H */

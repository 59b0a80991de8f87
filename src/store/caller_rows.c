/*
 * caller_rows.c
 *	  Reads rows with the privileges of the caller and stores them as the owner
 *	  of the store (see caller_rows.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_class.h"
#include "store/caller_rows.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

/* Allocate space for count rows of natts columns. */
static void
make_room(TrkReadRows *read, int natts, int count)
{
	read->natts = natts;
	read->count = count;
	read->columns = palloc(sizeof(char *) * natts);
	read->types = palloc(sizeof(Oid) * natts);
	read->values = palloc(sizeof(Datum) * natts * Max(count, 1));
	read->nulls = palloc(sizeof(bool) * natts * Max(count, 1));
}

/* Take the rows that the last statement returned out of SPI. */
static void
take_rows(TrkReadRows *read)
{
	TupleDesc	desc = SPI_tuptable->tupdesc;

	make_room(read, desc->natts, (int) SPI_processed);
	for (int i = 0; i < read->natts; i++)
	{
		read->columns[i] = NameStr(TupleDescAttr(desc, i)->attname);
		read->types[i] = TupleDescAttr(desc, i)->atttypid;
	}
	for (int row = 0; row < read->count; row++)
		heap_deform_tuple(SPI_tuptable->vals[row], desc, read->values + row * read->natts,
						  read->nulls + row * read->natts);
}

/* Return the rows in the form in which policies are applied to them. */
static TrkPendingRows
pending(const TrkReadRows *read)
{
	return (TrkPendingRows) {read->columns, read->natts, read->count, read->values, read->nulls};
}

/* Return the oid of a table of the store. */
static Oid
table_of(const TrkStore *store, const char *table)
{
	Oid			relid = get_relname_relid(table, store->nsp);

	if (!OidIsValid(relid))
		elog(ERROR, "the store has no table \"%s\"", table);
	return relid;
}

/* Run a statement that reads rows, as the caller. */
void
trk_caller_rows_read(TrkStore *store, TrkStatement *stmt, Datum *values, const char *nulls,
			  TrkReadRows *read)
{
	trk_store_run_entered(store, stmt, values, nulls, SPI_OK_SELECT);
	take_rows(read);
}

/* Return the number of a column, from 0. */
static int
column_number(const TrkReadRows *read, const char *column)
{
	for (int i = 0; i < read->natts; i++)
		if (strcmp(read->columns[i], column) == 0)
			return i;
	elog(ERROR, "the rows have no column \"%s\"", column);
}

/* Return the value of a column, found by its name. */
Datum
trk_caller_rows_value(const TrkReadRows *read, int row, const char *column, bool *isnull)
{
	int			i = row * read->natts + column_number(read, column);

	*isnull = read->nulls[i];
	return read->values[i];
}

/*
 * Copy n columns from column from on, either of all rows or of those with
 * wanted[row] set.
 */
static void
slice(const TrkReadRows *read, int from, int n, const bool *wanted, TrkReadRows *result)
{
	int			count = 0;

	make_room(result, n, read->count);
	memcpy(result->columns, read->columns + from, sizeof(char *) * n);
	memcpy(result->types, read->types + from, sizeof(Oid) * n);
	for (int row = 0; row < read->count; row++)
	{
		int			at = row * read->natts + from;

		if (wanted != NULL && !wanted[row])
			continue;
		memcpy(result->values + count * n, read->values + at, sizeof(Datum) * n);
		memcpy(result->nulls + count * n, read->nulls + at, sizeof(bool) * n);
		count++;
	}
	result->count = count;
}

/*
 * Read rows of a table as the store's owner, and remove those that the
 * caller's policies hide.
 */
void
trk_caller_rows_read_owned(TrkStore *store, const char *table, TrkStatement *stmt, Datum *values,
					const char *nulls, int more, TrkReadRows *read)
{
	TrkReadRows all;
	TrkReadRows own;
	TrkPendingRows rows;
	bool	   *seen;

	trk_store_run(store, stmt, values, nulls, SPI_OK_SELECT);
	take_rows(&all);
	slice(&all, 0, all.natts - more, NULL, &own);
	rows = pending(&own);
	seen = palloc(sizeof(bool) * Max(all.count, 1));
	trk_policies_filter(table_of(store, table), ACL_SELECT_CHR, &rows, seen);
	slice(&all, 0, all.natts, seen, read);
}

/* Copy the first n columns of the rows. */
void
trk_caller_rows_columns(const TrkReadRows *read, int n, TrkReadRows *first)
{
	slice(read, 0, n, NULL, first);
}

/*
 * Raise an ERROR unless the parameters of a statement have the types of the
 * columns of these rows.
 */
static void
check_fit(TrkStore *store, TrkStatement *stmt, const TrkReadRows *read)
{
	SPIPlanPtr	plan = trk_store_plan(store, stmt);
	bool		fits = SPI_getargcount(plan) == read->natts;

	for (int i = 0; fits && i < read->natts; i++)
		fits = SPI_getargtypeid(plan, i) == read->types[i];
	if (!fits)
		elog(ERROR, "statement \"%s\" of the store does not fit its rows", stmt->text);
}

/*
 * Run a statement for each row, as the store's owner.  Returns how many rows
 * of the table it changed.
 */
static uint64
run_for_rows(TrkStore *store, TrkStatement *stmt, const TrkReadRows *read, int expected)
{
	TrkStoreScope scope;
	char	   *nulls = palloc(read->natts + 1);
	uint64		touched = 0;

	check_fit(store, stmt, read);
	trk_store_enter(store, &scope);
	for (int row = 0; row < read->count; row++)
	{
		int			at = row * read->natts;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < read->natts; i++)
			nulls[i] = read->nulls[at + i] ? 'n' : ' ';
		trk_store_run_entered(store, stmt, read->values + at, nulls, expected);
		touched += SPI_processed;
	}
	trk_store_leave(&scope);
	return touched;
}

/* Store rows that the caller's policies for INSERT accept. */
uint64
trk_caller_rows_insert(TrkStore *store, const char *table, TrkStatement *stmt, const TrkReadRows *read)
{
	TrkPendingRows rows = pending(read);

	trk_policies_check(table_of(store, table), &rows);
	return run_for_rows(store, stmt, read, SPI_OK_INSERT);
}

/*
 * Split rows that were read for a change: keep those that the caller may
 * change or delete, once as they are now and once as the columns that say what
 * is to change.
 */
static void
take_apart(Oid relid, char command, const TrkReadRows *read, int more, bool *allowed,
		   TrkReadRows *old, TrkReadRows *given)
{
	int			columns = read->natts - more;
	TrkReadRows all;
	TrkPendingRows rows;

	slice(read, 0, columns, NULL, &all);
	rows = pending(&all);
	trk_policies_filter(relid, command, &rows, allowed);
	slice(read, 0, columns, allowed, old);
	slice(read, columns, more, allowed, given);
}

/* Overwrite columns of the rows with the given new values. */
static void
put_into(const TrkReadRows *given, TrkReadRows *rows)
{
	for (int i = 0; i < given->natts; i++)
	{
		int			place = column_number(rows, given->columns[i]);

		for (int row = 0; row < rows->count; row++)
		{
			rows->values[row * rows->natts + place] = given->values[row * given->natts + i];
			rows->nulls[row * rows->natts + place] = given->nulls[row * given->natts + i];
		}
	}
}

/*
 * Return the new values for those rows that the caller may change.  Raises an
 * ERROR when the policies do not allow what a row would become.
 */
static void
judge_changes(Oid relid, const TrkReadRows *read, int more, bool *changed, TrkReadRows *given)
{
	TrkReadRows new;
	TrkPendingRows rows;

	take_apart(relid, ACL_UPDATE_CHR, read, more, changed, &new, given);
	put_into(given, &new);
	rows = pending(&new);
	trk_policies_check_changed(relid, &rows);
}

/* Update the rows that the caller may change. */
uint64
trk_caller_rows_update(TrkStore *store, const char *table, TrkStatement *stmt, const TrkReadRows *read,
				bool *changed)
{
	TrkReadRows given;

	judge_changes(table_of(store, table), read, SPI_getargcount(trk_store_plan(store, stmt)),
				  changed, &given);
	return run_for_rows(store, stmt, &given, SPI_OK_UPDATE);
}

/* Raise an ERROR when the caller may not replace these rows. */
void
trk_caller_rows_check_replaced(TrkStore *store, const char *table, TrkStatement *stmt, Datum *values,
						const char *nulls, int more)
{
	TrkReadRows read;
	TrkReadRows given;
	bool	   *changed;

	trk_store_run(store, stmt, values, nulls, SPI_OK_SELECT);
	take_rows(&read);
	changed = palloc(sizeof(bool) * Max(read.count, 1));
	judge_changes(table_of(store, table), &read, more, changed, &given);
	if (given.count < read.count)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("new row violates row-level security policy (USING expression) for table \"%s\"",
						table)));
}

/* Delete the rows that the caller may delete. */
uint64
trk_caller_rows_delete(TrkStore *store, const char *table, TrkStatement *stmt, const TrkReadRows *read)
{
	bool	   *allowed = palloc(sizeof(bool) * Max(read->count, 1));
	TrkReadRows old;
	TrkReadRows given;

	take_apart(table_of(store, table), ACL_DELETE_CHR, read,
			   SPI_getargcount(trk_store_plan(store, stmt)), allowed, &old, &given);
	return run_for_rows(store, stmt, &given, SPI_OK_DELETE);
}

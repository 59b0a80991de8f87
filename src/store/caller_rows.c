/*
 * caller_rows.c
 *	  Reads rows with the privileges of the caller and stores them as the owner
 *	  of the store (see caller_rows.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "store/caller_rows.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/typcache.h"

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

/*
 * Return the row type of a column, or NULL when it is none.  The caller
 * releases it.
 */
static TupleDesc
row_type(TupleDesc desc, int i)
{
	Form_pg_attribute attr = TupleDescAttr(desc, i);

	return type_is_rowtype(attr->atttypid) && attr->atttypid != RECORDOID ?
		lookup_rowtype_tupdesc(attr->atttypid, attr->atttypmod) : NULL;
}

/* Take the columns of a row value, or as many NULLs. */
static void
take_row_value(Datum value, bool isnull, TupleDesc desc, Datum *values, bool *nulls)
{
	HeapTupleData tuple = {0};

	memset(nulls, true, sizeof(bool) * desc->natts);
	if (isnull)
		return;
	tuple.t_data = DatumGetHeapTupleHeader(value);
	tuple.t_len = HeapTupleHeaderGetDatumLength(tuple.t_data);
	heap_deform_tuple(&tuple, desc, values, nulls);
}

/* Replace a column of a row type by the columns of the type. */
static void
expand_column(TrkReadRows *read, int at, TupleDesc desc)
{
	TrkReadRows all;
	int			more = desc->natts - 1;

	make_room(&all, read->natts + more, read->count);
	for (int i = 0; i < all.natts; i++)
	{
		int			from = i < at ? i : i - more;

		if (i >= at && i < at + desc->natts)
		{
			all.columns[i] = pstrdup(NameStr(TupleDescAttr(desc, i - at)->attname));
			all.types[i] = TupleDescAttr(desc, i - at)->atttypid;
			continue;
		}
		all.columns[i] = read->columns[from];
		all.types[i] = read->types[from];
	}
	for (int row = 0; row < read->count; row++)
	{
		Datum	   *values = all.values + row * all.natts;
		bool	   *nulls = all.nulls + row * all.natts;
		const Datum *old_values = read->values + row * read->natts;
		const bool *old_nulls = read->nulls + row * read->natts;
		int			behind = read->natts - at - 1;

		memcpy(values, old_values, sizeof(Datum) * at);
		memcpy(nulls, old_nulls, sizeof(bool) * at);
		take_row_value(old_values[at], old_nulls[at], desc, values + at, nulls + at);
		memcpy(values + at + desc->natts, old_values + at + 1, sizeof(Datum) * behind);
		memcpy(nulls + at + desc->natts, old_nulls + at + 1, sizeof(bool) * behind);
	}
	*read = all;
}

/*
 * Take the rows that the last statement returned out of SPI.  A column of a
 * composite type stands for its columns.
 */
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
	for (int i = desc->natts - 1; i >= 0; i--)
	{
		TupleDesc	type = row_type(desc, i);

		if (type == NULL)
			continue;
		expand_column(read, i, type);
		ReleaseTupleDesc(type);
	}
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

/* A statement over rows with these columns whose plan is kept for later calls. */
typedef struct RowStatement
{
	struct RowStatement *next;
	SPIPlanPtr	plan;
	char	   *text;
	Oid		   *types;			/* of the parameters, which are the columns */
	int			n;
} RowStatement;

/*
 * The statements of this backend.  There is one for each table and set of
 * columns; more can only be left after the extension was created again, with
 * other types.  Plans beyond this number are not kept.
 */
#define MOST_STATEMENTS		32

static RowStatement *statements;
static int	n_statements;

/* Keep a plan. */
static void
keep_statement(const char *text, const TrkReadRows *read, SPIPlanPtr plan)
{
	RowStatement *new = MemoryContextAlloc(TopMemoryContext, sizeof(RowStatement));

	new->text = MemoryContextStrdup(TopMemoryContext, text);
	new->types = MemoryContextAlloc(TopMemoryContext, sizeof(Oid) * read->natts);
	memcpy(new->types, read->types, sizeof(Oid) * read->natts);
	new->n = read->natts;
	new->plan = plan;
	new->next = statements;
	statements = new;
	n_statements++;
	SPI_keepplan(plan);
}

/*
 * Return the plan of a statement whose parameters are the columns of the rows,
 * which is prepared once per backend.
 */
static SPIPlanPtr
row_plan(const char *text, const TrkReadRows *read)
{
	SPIPlanPtr	plan;

	for (const RowStatement *s = statements; s != NULL; s = s->next)
		if (s->n == read->natts && strcmp(s->text, text) == 0 &&
			memcmp(s->types, read->types, sizeof(Oid) * s->n) == 0)
			return s->plan;
	plan = SPI_prepare(text, read->natts, read->types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (n_statements < MOST_STATEMENTS)
		keep_statement(text, read, plan);
	return plan;
}

/*
 * Run a statement for each row, as the store's owner; its parameters are the
 * columns of the row.  Returns how many rows of the table it changed.
 */
static uint64
run_for_rows(TrkStore *store, const char *text, const TrkReadRows *read, int expected)
{
	TrkStoreScope scope;
	SPIPlanPtr	plan;
	char	   *nulls = palloc(read->natts + 1);
	uint64		touched = 0;

	if (read->count == 0)
		return 0;
	trk_store_enter(store, &scope);
	plan = row_plan(text, read);
	for (int row = 0; row < read->count; row++)
	{
		int			at = row * read->natts;
		int			rc;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < read->natts; i++)
			nulls[i] = read->nulls[at + i] ? 'n' : ' ';
		rc = SPI_execute_plan(plan, read->values + at, nulls, false, 0);
		if (rc != expected)
			elog(ERROR, "statement \"%s\" of the store gave %s", text, SPI_result_code_string(rc));
		touched += SPI_processed;
	}
	trk_store_leave(&scope);
	return touched;
}

/* Begin the text of a statement over a table of the store. */
static void
begin_statement(StringInfo text, const TrkStore *store, const char *verb, const char *table)
{
	initStringInfo(text);
	appendStringInfo(text, "%s %s", verb,
					 quote_qualified_identifier(get_namespace_name(store->nsp), table));
}

/* Append "name = $number" for columns from one on, as assignments or as conditions. */
static void
append_columns(StringInfo text, const TrkReadRows *read, int from, int end, const char *before,
			   const char *between, const char *equals)
{
	for (int i = from; i < end; i++)
		appendStringInfo(text, "%s%s %s $%d", i == from ? before : between,
						 quote_identifier(read->columns[i]), equals, i + 1);
}

/* Store rows that the caller's policies for INSERT accept. */
uint64
trk_caller_rows_insert(TrkStore *store, const char *table, bool skip_conflicts,
					   const TrkReadRows *read)
{
	TrkPendingRows rows = pending(read);
	StringInfoData text;

	trk_policies_check(table_of(store, table), &rows);
	begin_statement(&text, store, "INSERT INTO", table);
	for (int i = 0; i < read->natts; i++)
		appendStringInfo(&text, "%s%s", i == 0 ? " (" : ", ", quote_identifier(read->columns[i]));
	for (int i = 0; i < read->natts; i++)
		appendStringInfo(&text, "%s$%d", i == 0 ? ") VALUES (" : ", ", i + 1);
	appendStringInfo(&text, ")%s", skip_conflicts ? " ON CONFLICT DO NOTHING" : "");
	return run_for_rows(store, text.data, read, SPI_OK_INSERT);
}

/* Return how many columns of the rows come after all those of the table. */
static int
columns_after(Oid relid, const TrkReadRows *read)
{
	Relation	rel = table_open(relid, AccessShareLock);
	int			n = read->natts;

	for (int i = 0; i < RelationGetNumberOfAttributes(rel); i++)
		n -= !TupleDescAttr(RelationGetDescr(rel), i)->attisdropped;
	table_close(rel, AccessShareLock);
	return n;
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
trk_caller_rows_update(TrkStore *store, const char *table, int n_keys, const TrkReadRows *read)
{
	Oid			relid = table_of(store, table);
	bool	   *changed = palloc(sizeof(bool) * Max(read->count, 1));
	TrkReadRows given;
	StringInfoData text;

	judge_changes(relid, read, columns_after(relid, read), changed, &given);
	begin_statement(&text, store, "UPDATE", table);
	append_columns(&text, &given, n_keys, given.natts, " SET ", ", ", "=");
	append_columns(&text, &given, 0, n_keys, " WHERE ", " AND ", "OPERATOR(pg_catalog.=)");
	return run_for_rows(store, text.data, &given, SPI_OK_UPDATE);
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
trk_caller_rows_delete(TrkStore *store, const char *table, const TrkReadRows *read)
{
	Oid			relid = table_of(store, table);
	bool	   *allowed = palloc(sizeof(bool) * Max(read->count, 1));
	TrkReadRows old;
	TrkReadRows given;
	StringInfoData text;

	take_apart(relid, ACL_DELETE_CHR, read, columns_after(relid, read), allowed, &old, &given);
	begin_statement(&text, store, "DELETE FROM", table);
	append_columns(&text, &given, 0, given.natts, " WHERE ", " AND ", "OPERATOR(pg_catalog.=)");
	return run_for_rows(store, text.data, &given, SPI_OK_DELETE);
}

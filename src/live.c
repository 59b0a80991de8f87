/*
 * live.c
 *	  Rows of the user's tables (see live.h).
 *
 * A table is read through a cursor, some rows at a time, so that memory does
 * not grow with it.  Rows without an order have a pass of their own: one
 * condition for both would keep the server from using an index.
 */
#include "trk.h"

#include "compat.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "caught.h"
#include "encoding.h"
#include "executor/spi.h"
#include "live.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* Rows fetched at a time; a row of a journal can have megabytes. */
#define TRK_LIVE_ROWS		64

/* The column of the table with this name, or InvalidAttrNumber. */
static AttrNumber
trk_live_column(Oid relid, const char *name)
{
	AttrNumber	attno = get_attnum(relid, name);

	return attno > 0 ? attno : InvalidAttrNumber;
}

/*
 * Does the server see to it that the column is never null?  It believes what a
 * foreign table says, lets children of an ordinary table differ from it and,
 * from PostgreSQL 18, a constraint be NOT VALID.
 */
static bool
trk_column_not_null(Oid relid, AttrNumber attno)
{
	Relation	rel = table_open(relid, AccessShareLock);
	char		kind = rel->rd_rel->relkind;
	bool		not_null = attno <= RelationGetNumberOfAttributes(rel) &&
		trk_attr_not_null(RelationGetDescr(rel), attno - 1) &&
		(kind == RELKIND_PARTITIONED_TABLE ||
		 (kind == RELKIND_RELATION && !has_subclass(relid)));

	table_close(rel, AccessShareLock);
	return not_null;
}

/* Does a valid, whole btree index of the table begin with the column? */
static bool
trk_column_indexed(Oid relid, AttrNumber attno)
{
	Relation	rel = table_open(relid, AccessShareLock);
	List	   *indexes = RelationGetIndexList(rel);
	bool		found = false;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		found |= index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indisvalid &&
			index->rd_index->indkey.values[0] == attno &&
			heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	table_close(rel, AccessShareLock);
	return found;
}

/* See live.h. */
bool
trk_is_readable_kind(Oid relid)
{
	switch (get_rel_relkind(relid))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			return true;
		default:
			return false;
	}
}

/* What is known of the order column. */
static void
trk_live_order(TrkLiveTable *table, const char *column)
{
	AttrNumber	attno = trk_live_column(table->relid, column);
	Oid			type = attno == InvalidAttrNumber ? InvalidOid :
		get_atttype(table->relid, attno);

	if (!OidIsValid(type) || !OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr))
		return;
	table->order = pstrdup(quote_identifier(column));
	table->order_type = getBaseType(type);
	table->order_is_time = table->order_type == TIMESTAMPTZOID ||
		table->order_type == TIMESTAMPOID || table->order_type == DATEOID;
	table->order_not_null = trk_column_not_null(table->relid, attno);
	switch (get_rel_relkind(table->relid))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_MATVIEW:
			table->order_indexed = trk_column_indexed(table->relid, attno);
			break;
		default:
			break;
	}
}

/*
 * The columns that are used, when they are all that a row's events need: its
 * id is never null, so that no digest of the whole row stands in for it.
 */
static void
trk_live_columns(TrkLiveTable *table, const char *const *columns)
{
	AttrNumber	id = trk_live_column(table->relid, "id");
	StringInfoData list;
	bool		readable = true;

	if (id == InvalidAttrNumber || !trk_column_not_null(table->relid, id))
		return;
	initStringInfo(&list);
	for (; *columns != NULL; columns++)
	{
		AttrNumber	attno = trk_live_column(table->relid, *columns);

		if (attno == InvalidAttrNumber)
			continue;
		appendStringInfo(&list, "%st.%s", list.len > 0 ? ", " : "",
						 quote_identifier(*columns));
		readable &= pg_attribute_aclcheck(table->relid, attno, GetUserId(),
										  ACL_SELECT) == ACLCHECK_OK;
	}
	table->by_columns = true;
	table->columns = list.data;
	table->readable |= readable;
}

/* See live.h. */
void
trk_live_find(TrkLiveTable *table, Oid nsp, const char *name,
			  const char *order_column, const char *const *columns)
{
	memset(table, 0, sizeof(*table));
	table->name = quote_qualified_identifier(get_namespace_name(nsp), name);
	table->relid = get_relname_relid(name, nsp);
	if (!OidIsValid(table->relid) || !trk_is_readable_kind(table->relid))
	{
		table->relid = InvalidOid;
		return;
	}
	table->readable = pg_class_aclcheck(table->relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
	trk_live_order(table, order_column);
	trk_live_columns(table, columns);
}

/* Run it; false when it ended with an error, which the table keeps. */
static bool
trk_live_run(TrkLiveTable *table, TrkCaughtFn fn, void *arg)
{
	ErrorData  *error = NULL;

	/* a query that runs in parallel can have no subtransaction */
	if (IsInParallelMode())
		fn(arg);
	else
		error = trk_catch(fn, arg, true);
	if (error == NULL)
		return true;
	if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
		table->readable = false;
	table->sqlstate = error->sqlerrcode;
	FreeErrorData(error);
	return false;
}

/* Run a query. */
static void
trk_live_execute(void *query)
{
	SPI_execute(query, true, 0);
}

/* See live.h. */
bool
trk_live_opens(TrkLiveTable *table)
{
	return IsInParallelMode() ||
		trk_live_run(table, trk_live_execute, psprintf("SELECT FROM %s LIMIT 0", table->name));
}

/*
 * The order column as a time with time zone; dates go further than times, a
 * date beyond these is as good as infinity, and null is null.
 */
static const char *
trk_live_moment(const TrkLiveTable *table, const char *order)
{
	if (table->order_type == TIMESTAMPTZOID)
		return order;
	if (table->order_type == DATEOID)
		return psprintf("CASE WHEN %s OPERATOR(pg_catalog.<) '294277-01-01'::pg_catalog.date"
						" THEN pg_catalog.timezone('UTC', %s::pg_catalog.timestamp)"
						" ELSE 'infinity'::pg_catalog.timestamptz END", order, order);
	return psprintf("pg_catalog.timezone('UTC', %s::pg_catalog.timestamp)", order);
}

/* The time $1 as the order column has it: so its index serves. */
static const char *
trk_live_since(const TrkLiveTable *table)
{
	switch (table->order_type)
	{
		case TIMESTAMPOID:
			return "pg_catalog.timezone('UTC', $1)";
		case DATEOID:
			return "pg_catalog.timezone('UTC', $1)::pg_catalog.date";
		default:
			return "$1";
	}
}

/*
 * The query of one pass: rows that have an order, that have none, or both.  Of
 * a composite with some fields IS NULL and IS NOT NULL are both false.
 */
static char *
trk_live_query(const TrkLiveTable *table, Oid extension, const TrkLiveRange *range,
			   bool with_order, bool without_order)
{
	const char *order = table->order == NULL ? NULL : psprintf("t.%s", table->order);
	StringInfoData query;

	initStringInfo(&query);
	/* a bare t would be a column of this name, where there is one */
	appendStringInfo(&query, "SELECT %s.at_row_json(%s.*)",
					 quote_identifier(get_namespace_name(extension)),
					 table->by_columns ? "r" : "t");
	if (table->order_is_time)
		appendStringInfo(&query, ", %s", trk_live_moment(table, order));
	appendStringInfo(&query, " FROM %s t", table->name);
	if (table->by_columns)
		appendStringInfo(&query, ", LATERAL (SELECT %s) r", table->columns);
	if (with_order && range->has_since && table->order_is_time)
		appendStringInfo(&query, " WHERE %s OPERATOR(pg_catalog.>=) %s", order,
						 trk_live_since(table));
	else if (with_order && !without_order)
		appendStringInfo(&query, " WHERE %s IS DISTINCT FROM NULL", order);
	else if (without_order && !with_order)
		appendStringInfo(&query, " WHERE %s IS NOT DISTINCT FROM NULL", order);
	if (with_order && order != NULL && range->newest_first)
		appendStringInfo(&query, " ORDER BY %s DESC", order);
	if (range->limit >= 0)
		appendStringInfo(&query, " LIMIT $2");
	return query.data;
}

/* Hand the rows that were fetched to the reader. */
static void
trk_live_rows(const TrkLiveTable *table, TrkArena *arena, TrkLiveRowFn fn, void *state)
{
	SPITupleTable *rows = SPI_tuptable;
	MemoryContext converted = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker rows",
													ALLOCSET_SMALL_SIZES);

	for (uint64 i = 0; i < rows->numvals; i++)
	{
		TrkLiveRow	row = {.has_order = false};
		bool		isnull;
		Datum		json = SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull);
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		trk_arena_reset(arena);
		MemoryContextReset(converted);
		old = MemoryContextSwitchTo(converted);
		row.json = trk_text_arg(DatumGetTextPP(json));
		MemoryContextSwitchTo(old);
		if (table->order_is_time)
		{
			row.order = DatumGetTimestampTz(SPI_getbinval(rows->vals[i], rows->tupdesc,
														  2, &isnull));
			row.has_order = !isnull;
		}
		fn(state, arena, &row);
	}
	MemoryContextDelete(converted);
	SPI_freetuptable(rows);
}

/* One pass over the rows. */
typedef struct TrkLivePass
{
	const char *query;
	const TrkLiveRange *range;
	int64		limit;
	Portal		portal;
} TrkLivePass;

/* Begin it. */
static void
trk_live_open(void *arg)
{
	TrkLivePass *pass = arg;
	Oid			types[] = {TIMESTAMPTZOID, INT8OID};
	Datum		values[] = {TimestampTzGetDatum(pass->range->since), Int64GetDatum(pass->limit)};

	pass->portal = SPI_cursor_open_with_args(NULL, pass->query, 2, types, values, NULL,
											 pass->range->stable, CURSOR_OPT_NO_SCROLL);
}

/* The next rows. */
static void
trk_live_fetch(void *arg)
{
	SPI_cursor_fetch(((TrkLivePass *) arg)->portal, true, TRK_LIVE_ROWS);
}

/* Run one pass; returns how many rows it had. */
static int64
trk_live_pass(TrkLiveTable *table, const char *query, const TrkLiveRange *range,
			  int64 limit, TrkLiveRowFn fn, void *state)
{
	TrkLivePass pass = {query, range, limit};
	int64		count = 0;
	TrkArena	arena;

	if (!trk_live_run(table, trk_live_open, &pass))
		return 0;
	trk_arena_init(&arena, CurrentMemoryContext, 64 * 1024);
	while (trk_live_run(table, trk_live_fetch, &pass) && SPI_processed > 0)
	{
		count += (int64) SPI_processed;
		trk_live_rows(table, &arena, fn, state);
	}
	SPI_cursor_close(pass.portal);
	trk_arena_free(&arena);
	return count;
}

/* See live.h. */
int64
trk_live_read(TrkLiveTable *table, Oid extension, const TrkLiveRange *range,
			  TrkLiveRowFn fn, void *state)
{
	bool		two_passes = table->order != NULL && !table->order_not_null &&
		(range->newest_first || (range->has_since && table->order_is_time));
	int64		count;

	table->sqlstate = 0;
	count = trk_live_pass(table, trk_live_query(table, extension, range, true, !two_passes),
						  range, range->limit, fn, state);
	if (two_passes && table->sqlstate == 0 && (range->limit < 0 || count < range->limit))
		count += trk_live_pass(table, trk_live_query(table, extension, range, false, true),
							   range, range->limit - count, fn, state);
	return count;
}

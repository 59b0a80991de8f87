/*
 * table_reader.c
 *	  Reads the rows of users' tables (see table_reader.h).
 *
 * The rows of a table are stored in a tuplestore, which uses a file beyond
 * some kilobytes, before they are passed on: the subtransaction in which they
 * are read cannot write and is rolled back, which ends its cursors.  Rows
 * without an order are read by a query of their own, because with one
 * condition for both the server could not use an index.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "import/table_reader.h"
#include "miscadmin.h"
#include "import/readonly.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* Memory for rows that were read; more goes into a file. */
#define TRK_READER_KBYTES		256

/* Return the column of the table with this name, or InvalidAttrNumber. */
static AttrNumber
live_column(Oid relid, const char *name)
{
	AttrNumber	attno = get_attnum(relid, name);

	return attno > 0 ? attno : InvalidAttrNumber;
}

/*
 * Return whether the server guarantees that the column is never NULL.  It does
 * not for foreign tables, whose declarations it trusts, for children of an
 * ordinary table, which may differ from it, and, from PostgreSQL 18 on, for a
 * constraint that is NOT VALID.
 */
static bool
column_not_null(Oid relid, AttrNumber attno)
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

/*
 * Return whether a valid btree index over the whole table begins with the
 * column.
 */
static bool
column_indexed(Oid relid, AttrNumber attno)
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

/*
 * Return whether the relation is a table, a view or another kind from which
 * rows can be read.
 */
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

/* Look up the order column. */
static void
live_order(TrkReaderTable *table, const char *column)
{
	AttrNumber	attno = live_column(table->relid, column);
	Oid			type = attno == InvalidAttrNumber ? InvalidOid :
	get_atttype(table->relid, attno);

	if (!OidIsValid(type) || !OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr))
		return;
	table->order = pstrdup(quote_identifier(column));
	table->order_type = getBaseType(type);
	table->order_is_time = table->order_type == TIMESTAMPTZOID ||
		table->order_type == TIMESTAMPOID || table->order_type == DATEOID;
	table->order_not_null = column_not_null(table->relid, attno);
	switch (get_rel_relkind(table->relid))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_MATVIEW:
			table->order_indexed = column_indexed(table->relid, attno);
			break;
		default:
			break;
	}
}

/* Return whether the caller may read a column. */
static bool
column_readable(Oid relid, AttrNumber attno)
{
	return pg_attribute_aclcheck(relid, attno, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/*
 * List the columns that are used, if the events of a row need no others: the
 * id must never be NULL, because otherwise a digest of the whole row is used
 * instead.
 */
static void
live_columns(TrkReaderTable *table, const char *order_column, const char *const *columns)
{
	AttrNumber	id = live_column(table->relid, "id");
	AttrNumber	order = live_column(table->relid, order_column);
	StringInfoData list;
	bool		readable = order == InvalidAttrNumber || column_readable(table->relid, order);

	if (id == InvalidAttrNumber || !column_not_null(table->relid, id))
		return;
	initStringInfo(&list);
	for (; *columns != NULL; columns++)
	{
		AttrNumber	attno = live_column(table->relid, *columns);

		if (attno == InvalidAttrNumber)
			continue;
		appendStringInfo(&list, "%st.%s", list.len > 0 ? ", " : "",
						 quote_identifier(*columns));
		readable &= column_readable(table->relid, attno);
	}
	table->by_columns = true;
	table->columns = list.data;
	table->readable |= readable;
}

/* Return the owner of the relation. */
static Oid
relation_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Look up a table of a schema. columns, terminated by NULL, are those that
 * the reader uses; other columns are left out if rows have an id that cannot
 * be NULL.  This runs no code of users.
 */
void
trk_reader_find(TrkReaderTable *table, Oid nsp, const char *name,
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
	table->owner = relation_owner(table->relid);
	table->readable = pg_class_aclcheck(table->relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
	live_order(table, order_column);
	live_columns(table, order_column, columns);
	if (!table->readable)
		return;
	table->refusal = trk_reader_refusal(table->relid, GetUserId(), table->owner);
	table->readable = table->refusal == NULL;
}

/* A query of the table, and where its rows go. */
typedef struct TrkReaderQuery
{
	const TrkReaderTable *table;
	const char *text;
	const TrkReaderRange *range;	/* NULL: the query has no parameters */
	int64		limit;
	Tuplestorestate *rows;		/* the rows go here; NULL: they are only counted */
	uint64		count;
} TrkReaderQuery;

/*
 * Lock the table, and check that it still exists: it was looked up without a
 * lock.
 */
static void
live_lock(const TrkReaderTable *table)
{
	LockRelationOid(table->relid, AccessShareLock);
	if (relation_owner(table->relid) != table->owner)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table is no longer there, or has another owner")));
}

/*
 * Return the parameters of a query: the time at which it begins, and the
 * limit.
 */
static ParamListInfo
live_parameters(const TrkReaderQuery *query, const Oid types[2])
{
	ParamListInfo params = makeParamList(2);

	params->params[0].value = TimestampTzGetDatum(query->range->since);
	params->params[1].value = Int64GetDatum(query->limit);
	for (int i = 0; i < 2; i++)
	{
		params->params[i].isnull = false;
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = types[i];
	}
	return params;
}

/* Run the query (called within trk_read_only()). */
static void
live_execute(void *arg)
{
	TrkReaderQuery *query = arg;
	Oid			types[] = {TIMESTAMPTZOID, INT8OID};
	SPIExecuteOptions options = {.read_only = query->range == NULL || query->range->stable};
	MemoryContext context = CurrentMemoryContext;
	SPIPlanPtr	plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	live_lock(query->table);
	plan = SPI_prepare(query->text, query->range == NULL ? 0 : 2, types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (query->range != NULL)
		options.params = live_parameters(query, types);
	if (query->rows != NULL)
	{
		options.dest = CreateDestReceiver(DestTuplestore);
		SetTuplestoreDestReceiverParams(options.dest, query->rows, context, false, NULL, NULL);
	}
	SPI_execute_plan_extended(plan, &options);
	query->count = SPI_processed;
	SPI_finish();
}

/* Run it; false when it ended with an error, which the table keeps. */
static bool
live_run(TrkReaderTable *table, TrkReaderQuery *query)
{
	ErrorData  *error = trk_read_only(table->owner, "pg_catalog", live_execute, query);

	if (error == NULL)
		return true;
	if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
		table->readable = false;
	table->sqlstate = error->sqlerrcode;
	FreeErrorData(error);
	return false;
}

/*
 * Return whether the table can be opened.  If a privilege is missing for what
 * a view reads, or row security refuses, the table is marked as not readable;
 * on other errors as failed.
 */
bool
trk_reader_opens(TrkReaderTable *table)
{
	TrkReaderQuery query = {table, psprintf("SELECT FROM %s LIMIT 0", table->name)};

	return live_run(table, &query);
}

/*
 * Return whether the table has rows.  If that cannot be read, the table is
 * marked as not readable or failed.
 */
bool
trk_reader_has_rows(TrkReaderTable *table)
{
	TrkReaderQuery query = {table, psprintf("SELECT FROM %s LIMIT 1", table->name)};

	return live_run(table, &query) && query.count > 0;
}

/*
 * Return the expression for the order column as a timestamptz.  Dates have a
 * larger range; a date beyond that of times becomes an infinity.  NULL stays
 * NULL.
 */
static const char *
live_moment(const TrkReaderTable *table, const char *order)
{
	if (table->order_type == TIMESTAMPTZOID)
		return order;
	if (table->order_type == DATEOID)
		return psprintf("CASE WHEN %s OPERATOR(pg_catalog.>=) '294277-01-01'::pg_catalog.date"
						" THEN 'infinity'::pg_catalog.timestamptz"
						" ELSE pg_catalog.timezone('UTC', %s::pg_catalog.timestamp) END", order, order);
	return psprintf("pg_catalog.timezone('UTC', %s::pg_catalog.timestamp)", order);
}

/*
 * Return the expression for the time $1 in the type of the order column, so
 * that an index on it can be used.
 */
static const char *
live_since(const TrkReaderTable *table)
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
 * Return the query of one pass: rows that have an order, rows that have none,
 * or both.  (For a composite value with some NULL fields, IS NULL and IS NOT
 * NULL are both false.)
 */
static char *
live_query(const TrkReaderTable *table, const TrkReaderRange *range, bool with_order,
		   bool without_order)
{
	const char *order = table->order == NULL ? NULL : psprintf("t.%s", table->order);
	StringInfoData query;

	initStringInfo(&query);
	/* a bare t would be a column of this name, if there is one */
	appendStringInfo(&query, "SELECT pg_catalog.row_to_json(%s.*), %s",
					 table->by_columns ? "r" : "t", table->order_is_time ?
					 live_moment(table, order) : "NULL::pg_catalog.timestamptz");
	appendStringInfo(&query, " FROM %s t", table->name);
	if (table->by_columns)
		appendStringInfo(&query, ", LATERAL (SELECT %s) r", table->columns);
	if (with_order && range->has_since && table->order_is_time)
		appendStringInfo(&query, " WHERE %s OPERATOR(pg_catalog.>=) %s", order,
						 live_since(table));
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

/* Return the descriptor of the rows: their JSON, and their order. */
static TupleDesc
live_desc(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(2);

	TupleDescInitEntry(desc, 1, "row", JSONOID, -1, 0);
	TupleDescInitEntry(desc, 2, "order_at", TIMESTAMPTZOID, -1, 0);
	return desc;
}

/* Pass the rows that were read to the reader; return how many. */
static int64
live_rows(Tuplestorestate *rows, TrkReaderRowFn fn, void *state)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(live_desc(), &TTSOpsMinimalTuple);
	MemoryContext converted = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker rows",
													ALLOCSET_SMALL_SIZES);
	TrkArena	arena;
	int64		count = 0;

	trk_arena_init(&arena, CurrentMemoryContext, 64 * 1024);
	for (; tuplestore_gettupleslot(rows, true, false, slot); count++)
	{
		TrkReaderRow row = {.has_order = false};
		bool		isnull;
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		trk_arena_reset(&arena);
		MemoryContextReset(converted);
		old = MemoryContextSwitchTo(converted);
		row.json = trk_text_arg(DatumGetTextPP(slot_getattr(slot, 1, &isnull)));
		MemoryContextSwitchTo(old);
		row.order = DatumGetTimestampTz(slot_getattr(slot, 2, &isnull));
		row.has_order = !isnull;
		fn(state, &arena, &row);
	}
	trk_arena_free(&arena);
	MemoryContextDelete(converted);
	ExecDropSingleTupleTableSlot(slot);
	return count;
}

/* Run one pass; returns how many rows it had, of one that failed those before. */
static int64
live_pass(TrkReaderTable *table, const char *text, const TrkReaderRange *range,
		  int64 limit, TrkReaderRowFn fn, void *state)
{
	TrkReaderQuery query = {table, text, range, limit};
	int64		count;

	query.rows = tuplestore_begin_heap(false, false, Min(work_mem, TRK_READER_KBYTES));
	(void) live_run(table, &query);
	count = live_rows(query.rows, fn, state);
	tuplestore_end(query.rows);
	return count;
}

/*
 * Read the rows and call fn for each; return their number. fn may connect to
 * SPI and write.  An error in what a view computes may show values: it ends
 * the reading, and only its SQLSTATE is stored in the table.
 */
int64
trk_reader_read(TrkReaderTable *table, const TrkReaderRange *range, TrkReaderRowFn fn, void *state)
{
	bool		two_passes = table->order != NULL && !table->order_not_null &&
	(range->newest_first || (range->has_since && table->order_is_time));
	int64		count;

	table->sqlstate = 0;
	count = live_pass(table, live_query(table, range, true, !two_passes), range,
					  range->limit, fn, state);
	if (two_passes && table->sqlstate == 0 && (range->limit < 0 || count < range->limit))
		count += live_pass(table, live_query(table, range, false, true), range,
						   range->limit - count, fn, state);
	return count;
}

/*
 * mapping_live.c
 *	  Runs the query of a mapping's source and returns its rows.
 *
 * A query is parsed by itself and never put into a larger one, so that nothing
 * in it (a parenthesis, a comment, a semicolon) can end that.  Its rows are
 * kept in a tuplestore, beyond work_mem in a file, until they are stored: the
 * subtransaction they are read in cannot write, and its cursors end with it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "funcapi.h"
#include "import/table_reader.h"
#include "import/mapping_live.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "import/readonly.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/regproc.h"
#include "utils/varlena.h"

/*
 * A source that is being read.  The executor passes its rows to the receiver.
 */
typedef struct TrkMapReading
{
	DestReceiver receiver;		/* must be the first member */
	const TrkMapSource *source;
	bool		running;		/* the query has been parsed and planned, and is running */
	TupleDesc	desc;			/* descriptor of the query's rows, with its column names */
	MemoryContext row_context;
	Tuplestorestate *rows;
	TupleDesc	rows_desc;
} TrkMapReading;

/* Raise the ERROR about a query that is not acceptable. */
static void
query_error(const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION),
			 errmsg("%s", why)));
}

/*
 * Convert a text of the mapping to a C string in the encoding of the database.
 */
static char *
server_cstring(TrkText text)
{
	TrkValue	value;
	TrkText		converted;

	trk_json_set_string(&value, text.s, text.len);
	converted = trk_server_string(&value);
	return pnstrdup(converted.s, converted.len);
}

/* Add the column that a path begins with, when the relation has it. */
static void
use_column(Bitmapset **used, Oid relid, const TrkMapPath *path)
{
	AttrNumber	attno;

	if (path->nsteps == 0 || !trk_server_can_hold(path->steps[0].s, path->steps[0].len))
		return;
	attno = get_attnum(relid, server_cstring(path->steps[0]));
	if (attno > 0)
		*used = bms_add_member(*used, attno);
}

/*
 * Return the columns of a relation that are read: only those that are used, if
 * rows have a key of their own, so that the others need no privilege and cost
 * nothing; else all, because the whole row may be its key.
 */
static const char *
relation_columns(const TrkMapSource *source, Oid relid)
{
	Bitmapset  *used = NULL;
	StringInfoData list;
	int			attno = -1;

	if (source->nkeys == 0)
		return "*";
	for (int i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		use_column(&used, relid, &source->parts[i].path);
	for (uint32 i = 0; i < source->nkeys; i++)
		use_column(&used, relid, &source->keys[i]);
	for (uint32 i = 0; i < source->nfields; i++)
		use_column(&used, relid, &source->fields[i].path);
	if (bms_is_empty(used))
		return "*";
	initStringInfo(&list);
	while ((attno = bms_next_member(used, attno)) >= 0)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 quote_identifier(get_attname(relid, (AttrNumber) attno, false)));
	return list.data;
}

/* Return the query that reads a relation. */
static char *
relation_query(const TrkMapSource *source)
{
	const char *name = server_cstring(source->relation);
	List	   *names = textToQualifiedNameList(cstring_to_text(name));
	Oid			relid = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, false);

	if (!trk_is_readable_kind(relid))
		query_error("a relation is a table or a view");
	return psprintf("SELECT %s FROM %s", relation_columns(source, relid),
					quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
											   get_rel_name(relid)));
}

/* Raise an ERROR unless the text is one SELECT and nothing else. */
static void
check_statement(const char *text)
{
	List	   *statements = raw_parser(text, RAW_PARSE_DEFAULT);

	if (list_length(statements) != 1)
		query_error("a query is one statement");
	if (!IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
		query_error("a query is a SELECT, a VALUES or a TABLE");
}

/* Raise an ERROR unless a prepared query only reads. */
static void
check_plan(SPIPlanPtr plan)
{
	List	   *sources = SPI_plan_get_plan_sources(plan);
	CachedPlanSource *source = linitial(sources);
	Query	   *query;

	if (list_length(sources) != 1 || list_length(source->query_list) != 1 ||
		source->resultDesc == NULL)
		query_error("a query gives rows, and makes no table of them");
	query = linitial_node(Query, source->query_list);
	if (query->commandType != CMD_SELECT || query->hasModifyingCTE || query->rowMarks != NIL)
		query_error("a query only reads: it neither writes nor locks rows");
}

/*
 * Prepare the query of a source, and check that it only reads.  *text is set
 * to the query.  Must be called within trk_read_only(), connected to SPI.
 */
SPIPlanPtr
trk_mapping_prepare(const TrkMapSource *source, const char **text)
{
	SPIPlanPtr	plan;

	if (source->query.len > 0)
	{
		*text = server_cstring(source->query);
		check_statement(*text);
	}
	else
		*text = relation_query(source);
	plan = SPI_prepare(*text, 0, NULL);
	if (plan == NULL)
		query_error("a query is a SELECT, a VALUES or a TABLE");
	check_plan(plan);
	return plan;
}

/* DestReceiver startup callback: note the descriptor of the rows. */
static void
reading_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	TrkMapReading *reading = (TrkMapReading *) self;

	reading->desc = CreateTupleDescCopy(desc);
	BlessTupleDesc(reading->desc);
}

/* DestReceiver callback for each row: store it as JSON. */
static bool
reading_receive(TupleTableSlot *slot, DestReceiver *self)
{
	TrkMapReading *reading = (TrkMapReading *) self;
	MemoryContext old = MemoryContextSwitchTo(reading->row_context);
	bool		isnull = false;
	HeapTuple	tuple;
	Datum		json;

	CHECK_FOR_INTERRUPTS();
	slot_getallattrs(slot);
	/* the descriptor of the slot may have other column names than the query */
	tuple = heap_form_tuple(reading->desc, slot->tts_values, slot->tts_isnull);
	json = DirectFunctionCall1(row_to_json, HeapTupleGetDatum(tuple));
	tuplestore_putvalues(reading->rows, reading->rows_desc, &json, &isnull);
	MemoryContextSwitchTo(old);
	MemoryContextReset(reading->row_context);
	return true;
}

/* DestReceiver shutdown callback; there is nothing to do. */
static void
reading_shutdown(DestReceiver *self)
{
}

/* Run the query of a source (called within trk_read_only()). */
static void
run_source(void *arg)
{
	TrkMapReading *reading = arg;
	SPIExecuteOptions options = {0};
	const char *text;
	SPIPlanPtr	plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = trk_mapping_prepare(reading->source, &text);
	reading->running = true;
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &reading->receiver;
	SPI_execute_plan_extended(plan, &options);
	SPI_finish();
}

/*
 * Read the rows of a source as JSON texts, one in each tuple of *desc.  The
 * tuplestore is in the caller's context and uses at most kbytes of memory.
 * Raises an ERROR when the source cannot be read.
 */
Tuplestorestate *
trk_mapping_rows(const TrkMapSource *source, const TrkMapOwner *owner, int kbytes,
				 TupleDesc *desc)
{
	TrkMapReading reading = {.source = source};
	ErrorData  *error;

	reading.receiver.receiveSlot = reading_receive;
	reading.receiver.rStartup = reading_startup;
	reading.receiver.rShutdown = reading_shutdown;
	reading.receiver.rDestroy = reading_shutdown;
	reading.receiver.mydest = DestNone;
	reading.row_context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker source row",
												ALLOCSET_DEFAULT_SIZES);
	reading.rows_desc = CreateTemplateTupleDesc(1);
	TupleDescInitEntry(reading.rows_desc, 1, "row", JSONOID, -1, 0);
	reading.rows = tuplestore_begin_heap(false, false, kbytes);
	error = trk_read_only(owner->role, owner->search_path, run_source, &reading);
	MemoryContextDelete(reading.row_context);
	if (error != NULL)
		ereport(ERROR,
				(errcode(error->sqlerrcode),
				 errmsg("%s of the mapping cannot be read", source->at),
				 errdetail_internal("%s.", trk_read_only_reason(error, source->query.len > 0 ?
																source->query : source->relation,
																reading.running)),
				 errhint("at_check_mapping() checks sources; what the detail does not show may hold values of rows.")));
	*desc = reading.rows_desc;
	return reading.rows;
}

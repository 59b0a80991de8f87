/*
 * run_events.c
 *	  Reads stored events run by run.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/text.h"
#include "facts/run_events.h"
#include "json/encoding.h"
#include "lib/stringinfo.h"
#include "store/id.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Rows fetched at a time. */
#define FETCH_ROWS		1000

/* The columns of a query in order. */
enum
{
	COL_PROJECT,
	COL_AGENT_ID,
	COL_ENVIRONMENT,
	COL_RUN_ID,
	COL_OCCURRED_AT,
	COL_EVENT_TYPE,
	COL_EVENT_ID,
	COL_SPAN_ID,
	COL_PARENT_SPAN_ID,
	COL_PAYLOAD,
	COLUMNS
};

/* The state of a read. */
typedef struct Reader
{
	TrkStore   *store;
	const TrkRunConsumer *consumer;
	StringInfoData run;			/* project, agent, run id and environment of the current run */
	StringInfoData next;		/* those of the event */
	bool		in_run;
	MemoryContext row;			/* reset for each row */
} Reader;

/* Return the number of an enumeration's value among n. */
static int
enum_number(const Oid *values, int n, Oid value)
{
	for (int i = 0; i < n; i++)
		if (values[i] == value)
			return i;
	elog(ERROR, "unknown value of an enumeration: library and extension differ in version");
	return 0;
}

/* Return the number of an environment by its value in SQL. */
int
trk_run_environment(const TrkStore *store, Oid value)
{
	return enum_number(store->environments, trk_enum_count(TRK_ENUM_environment), value);
}

/* Return the text of an identifier, of length 0 for NULL. */
static TrkText
id_of(Datum datum, bool isnull)
{
	TrkText		result = {"", 0};
	struct varlena *id;
	char	   *out;

	if (isnull)
		return result;
	id = PG_DETOAST_DATUM_PACKED(datum);
	out = palloc(trk_id_text_size(id) + 1);
	result.len = trk_id_write(id, out);
	result.s = out;
	return result;
}

/* Convert a row to an event. */
static void
read_row(Reader *reader, HeapTuple tuple, TupleDesc desc, TrkRunEvent *event)
{
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS];

	heap_deform_tuple(tuple, desc, values, nulls);
	event->project = trk_text_content(DatumGetTextPP(values[COL_PROJECT]));
	event->agent_id = trk_text_content(DatumGetTextPP(values[COL_AGENT_ID]));
	event->environment = trk_run_environment(reader->store, DatumGetObjectId(values[COL_ENVIRONMENT]));
	event->run_id = id_of(values[COL_RUN_ID], false);
	event->at = DatumGetInt64(values[COL_OCCURRED_AT]);
	event->type = enum_number(reader->store->event_types, TRK_EVENT_TYPES,
							  DatumGetObjectId(values[COL_EVENT_TYPE]));
	event->event_id = id_of(values[COL_EVENT_ID], false);
	event->span_id = id_of(values[COL_SPAN_ID], nulls[COL_SPAN_ID]);
	event->parent_span_id = id_of(values[COL_PARENT_SPAN_ID], nulls[COL_PARENT_SPAN_ID]);
	event->payload = nulls[COL_PAYLOAD] ? NULL : DatumGetJsonbP(values[COL_PAYLOAD]);
}

/* Write what tells a run from others; a zero byte ends each part. */
static void
write_key(StringInfo key, const TrkRunEvent *event)
{
	resetStringInfo(key);
	appendBinaryStringInfo(key, event->project.s, (int) event->project.len);
	appendStringInfoChar(key, '\0');
	appendBinaryStringInfo(key, event->run_id.s, (int) event->run_id.len);
	appendStringInfoChar(key, '\0');
	appendBinaryStringInfo(key, event->agent_id.s, (int) event->agent_id.len);
	appendStringInfoChar(key, '\0');
	appendStringInfoChar(key, (char) event->environment);
}

/* Pass an event on, ending and beginning runs. */
static void
pass_on(Reader *reader, const TrkRunEvent *event)
{
	const TrkRunConsumer *consumer = reader->consumer;
	StringInfoData other;

	write_key(&reader->next, event);
	if (!reader->in_run || reader->next.len != reader->run.len ||
		memcmp(reader->next.data, reader->run.data, reader->run.len) != 0)
	{
		if (reader->in_run)
			consumer->end(consumer->state);
		reader->in_run = true;
		other = reader->run;
		reader->run = reader->next;
		reader->next = other;
		consumer->begin(consumer->state, event);
	}
	consumer->add(consumer->state, event);
}

/* Pass on the rows that were fetched. */
static void
pass_rows(Reader *reader, SPITupleTable *rows, uint64 n)
{
	MemoryContext old = MemoryContextSwitchTo(reader->row);

	for (uint64 i = 0; i < n; i++)
	{
		TrkRunEvent event;

		CHECK_FOR_INTERRUPTS();
		read_row(reader, rows->vals[i], rows->tupdesc, &event);
		pass_on(reader, &event);
		MemoryContextReset(reader->row);
	}
	MemoryContextSwitchTo(old);
}

/* Run a query with the rights of the caller and pass its events on. */
void
trk_run_events_read(TrkStore *store, const char *query, const char *list, int nargs,
					const Oid *types, const Datum *values, const char *nulls,
					const TrkRunConsumer *consumer)
{
	Reader		reader = {store, consumer};
	char	   *text = psprintf(query, quote_identifier(get_namespace_name(store->nsp)), list);
	Portal		portal;

	initStringInfo(&reader.run);
	initStringInfo(&reader.next);
	reader.row = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker run event",
									   ALLOCSET_DEFAULT_SIZES);
	portal = SPI_cursor_open_with_args(NULL, text, nargs, unconstify(Oid *, types),
									   unconstify(Datum *, values), nulls, true, 0);
	for (;;)
	{
		SPITupleTable *rows;

		SPI_cursor_fetch(portal, true, FETCH_ROWS);
		rows = SPI_tuptable;
		if (SPI_processed == 0)
			break;
		pass_rows(&reader, rows, SPI_processed);
		SPI_freetuptable(rows);
	}
	if (reader.in_run)
		consumer->end(consumer->state);
	SPI_cursor_close(portal);
	MemoryContextDelete(reader.row);
}

/*
 * event_source.c
 *	  Reads the events of a json[] argument or of the store, one at a time.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "store/event_out.h"
#include "store/event_source.h"
#include "store/store.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Rows that are fetched at a time. */
#define TRK_FETCH_ROWS		256

/* project, agent_id, environment, since, until, run_id */
#define TRK_FILTERS			6

struct TrkEventSource
{
	Datum		array;
	bool		has_array;
	TrkStore   *store;			/* NULL for a source of an array */
	Datum		filter[TRK_FILTERS];
	char		nulls[TRK_FILTERS + 1];
	MemoryContext scratch;		/* reset for every event */
	TrkArena	arena;			/* reset for every event */
};

/* Reads stored rows in arrival order; %1$s is the quoted schema. */
static const char stored_events[] =
"SELECT occurred_at, event_type, environment, project, agent_id, run_id, event_id,"
" span_id, parent_span_id, idempotency_key, symbols, envelope, payload"
" FROM %1$s.at_event"
" WHERE ($1 IS NULL OR project OPERATOR(pg_catalog.=) $1)"
" AND ($2 IS NULL OR agent_id OPERATOR(pg_catalog.=) $2)"
" AND ($3 IS NULL OR environment OPERATOR(pg_catalog.=) $3)"
" AND ($4 IS NULL OR occurred_at OPERATOR(pg_catalog.>=) $4)"
" AND ($5 IS NULL OR occurred_at OPERATOR(pg_catalog.<) $5)"
" AND ($6 IS NULL OR run_id OPERATOR(%1$s.=) $6::%1$s.at_id)"
" ORDER BY ingested_at, batch_id, line_no, key_digest";

/* Make a source without events, in the current memory context. */
static TrkEventSource *
make_source(void)
{
	TrkEventSource *source = palloc0(sizeof(TrkEventSource));

	source->scratch = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker event",
											ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&source->arena, CurrentMemoryContext, 64 * 1024);
	return source;
}

/*
 * Make a source of the events in a json[] argument.  NULL is taken as the
 * empty array.
 */
TrkEventSource *
trk_source_array(FunctionCallInfo fcinfo, int arg)
{
	TrkEventSource *source = make_source();

	source->has_array = !PG_ARGISNULL(arg);
	if (source->has_array)
		source->array = PointerGetDatum(PG_GETARG_ARRAYTYPE_P(arg));
	return source;
}

/*
 * Make a source of the stored events that match the arguments from arg on:
 * project, agent_id, environment, since (inclusive), until (exclusive), and
 * run_id where the function has it.  A NULL argument matches everything.
 */
TrkEventSource *
trk_source_store(FunctionCallInfo fcinfo, int arg, bool has_run)
{
	TrkEventSource *source = make_source();

	source->store = trk_store_open(fcinfo, false);
	for (int i = 0; i < TRK_FILTERS; i++)
	{
		source->nulls[i] = (i == 5 && !has_run) || PG_ARGISNULL(arg + i) ? 'n' : ' ';
		if (source->nulls[i] == 'n')
			continue;
		source->filter[i] = i == 2 ?
			trk_store_environment(source->store, PG_GETARG_TEXT_PP(arg + i)) :
			PG_GETARG_DATUM(arg + i);
	}
	return source;
}

/* Free the memory of the last event. */
static void
next_event(TrkEventSource *source)
{
	CHECK_FOR_INTERRUPTS();
	MemoryContextReset(source->scratch);
	trk_arena_reset(&source->arena);
}

/* Call fn for the elements of the array. */
static void
each_in_array(TrkEventSource *source, TrkEventFn fn, void *state)
{
	ArrayIterator iterator = array_create_iterator(DatumGetArrayTypeP(source->array), 0, NULL);
	MemoryContext old = CurrentMemoryContext;
	Datum		element;
	bool		isnull;

	while (array_iterate(iterator, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("an event must not be null")));
		next_event(source);
		MemoryContextSwitchTo(source->scratch);
		fn(state, &source->arena, trk_text_arg(DatumGetTextPP(element)));
		MemoryContextSwitchTo(old);
	}
	array_free_iterator(iterator);
}

/* Call fn for the rows in SPI_tuptable. */
static void
each_fetched(TrkEventSource *source, const TrkRowShape *shape, TrkEventFn fn, void *state)
{
	SPITupleTable *rows = SPI_tuptable;
	uint64		nrows = SPI_processed;
	MemoryContext old = CurrentMemoryContext;

	for (uint64 i = 0; i < nrows; i++)
	{
		StringInfoData event;

		next_event(source);
		MemoryContextSwitchTo(source->scratch);
		initStringInfo(&event);
		trk_event_write(&event, shape, rows->vals[i], rows->tupdesc);
		fn(state, &source->arena, trk_to_utf8(event.data, event.len));
		MemoryContextSwitchTo(old);
	}
	SPI_freetuptable(rows);
}

/* Open the cursor over the store's rows.  SPI must be connected. */
static Portal
open_rows(TrkEventSource *source)
{
	const char *schema = quote_identifier(get_namespace_name(source->store->nsp));
	Oid			types[TRK_FILTERS] = {TEXTOID, TEXTOID, InvalidOid, TIMESTAMPTZOID, TIMESTAMPTZOID,
	TEXTOID};

	types[2] = trk_store_type(source->store, "at_environment");
	return SPI_cursor_open_with_args(NULL, psprintf(stored_events, schema), TRK_FILTERS,
									 types, source->filter, source->nulls, true, 0);
}

/* Call fn for the rows of the store. */
static void
each_in_store(TrkEventSource *source, TrkEventFn fn, void *state)
{
	TrkRowShape shape;
	bool		shape_known = false;
	Portal		portal;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	portal = open_rows(source);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, TRK_FETCH_ROWS);
		if (SPI_processed == 0)
			break;
		if (!shape_known)
			trk_row_shape(&shape, SPI_tuptable->tupdesc, source->store->nsp);
		shape_known = true;
		each_fetched(source, &shape, fn, state);
	}
	SPI_cursor_close(portal);
	SPI_finish();
}

/* Call fn for every event of the source, in order. */
void
trk_source_each(TrkEventSource *source, TrkEventFn fn, void *state)
{
	if (source->store != NULL)
		each_in_store(source, fn, state);
	else if (source->has_array)
		each_in_array(source, fn, state);
	next_event(source);
}

/*
 * run_sql.c
 *	  The SQL function _at_facts_of_runs(projects, runs): what is known of runs as
 *	  a whole, from their events.
 *
 * It reads with the rights of its caller.  at_refresh() stores what it returns;
 * the view at_run shows it of runs that were written since.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "facts/facts_out.h"
#include "facts/run_fact.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/*
 * Runs that one query reads.  Whole batches are looked up by the index on run_id
 * where they are a small part of the events, and found by one pass where they are
 * a large one.
 */
#define BATCH_RUNS		20000

/* The types of events whose payloads are read. */
#define PAYLOAD_OF \
	"'agent.run.started', 'agent.run.completed', 'agent.build.recorded', 'llm.call.started'," \
	" 'llm.call.completed', 'cost.usage.recorded', 'tool.call.completed', 'risk.check.completed'," \
	" 'trade.rejected', 'paper.fill.recorded', 'decision.proposed', 'error.recorded'"

static const char events_of_runs[] =
	"SELECT " TRK_RUN_COLUMNS ","
	" CASE WHEN e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::%1$s.at_event_type[])"
	" THEN e.payload END"
	" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS r(project, run_id)"
	" JOIN %1$s.at_event e ON e.run_id OPERATOR(%1$s.=) r.run_id::%1$s.at_id"
	" AND e.project OPERATOR(pg_catalog.=) r.project"
	" WHERE e.occurred_at OPERATOR(pg_catalog.>=) $3 AND e.occurred_at OPERATOR(pg_catalog.<) $4"
	" ORDER BY " TRK_RUN_ORDER;

/* Where the facts go. */
typedef struct Output
{
	FunctionCallInfo fcinfo;
	TrkStore   *store;
	TupleDesc	session_desc;	/* of at_run_session */
	TrkArena	arena;			/* holds the run's id */
} Output;

/* Set a column to a time, or to NULL. */
static void
put_time(TrkFactsRow *row, int64 at, bool is_there)
{
	if (is_there)
		trk_facts_datum(row, TimestampTzGetDatum(at));
	else
		trk_facts_null(row);
}

/* Set the columns that count. */
static void
put_counts(TrkFactsRow *row, const TrkRunFact *fact)
{
	trk_facts_datum(row, Int64GetDatum(fact->events));
	trk_facts_datum(row, Int64GetDatum(fact->steps));
	trk_facts_datum(row, Int64GetDatum(fact->llm_calls));
	trk_facts_datum(row, Int64GetDatum(fact->tool_calls));
	trk_facts_datum(row, Int64GetDatum(fact->errors));
	trk_facts_datum(row, Int64GetDatum(fact->decisions));
	trk_facts_datum(row, Int64GetDatum(fact->risk_blocks));
	trk_facts_datum(row, Int64GetDatum(fact->fills));
	if (fact->tokens < 0)
		trk_facts_null(row);
	else
		trk_facts_datum(row, Int64GetDatum(fact->tokens));
	if (fact->cost_usd == (Datum) 0)
		trk_facts_null(row);
	else
		trk_facts_datum(row, fact->cost_usd);
	trk_facts_datum(row, Int64GetDatum(fact->unpriced_calls));
}

/* Set the column of the sessions; a run without is the rule, and has NULL. */
static void
put_sessions(TrkFactsRow *row, Output *out, const TrkRunFact *fact)
{
	Datum	   *items = palloc(sizeof(Datum) * (fact->nsessions + 1));

	if (fact->nsessions == 0)
	{
		trk_facts_null(row);
		return;
	}
	for (int i = 0; i < fact->nsessions; i++)
	{
		const TrkRunSession *session = &fact->sessions[i];
		Datum		values[7] = {
			PointerGetDatum(cstring_to_text_with_len(session->session_id.s, (int) session->session_id.len)),
			TimestampTzGetDatum(session->first_at), TimestampTzGetDatum(session->last_at),
			Int64GetDatum(session->events), Int64GetDatum(session->llm_calls),
			Int64GetDatum(session->tokens), session->cost_usd
		};
		bool		nulls[7] = {false, false, false, false, false, session->tokens < 0,
			session->cost_usd == (Datum) 0};

		items[i] = HeapTupleGetDatum(heap_form_tuple(out->session_desc, values, nulls));
	}
	trk_facts_datum(row, PointerGetDatum(construct_array(items, fact->nsessions,
														 out->session_desc->tdtypeid, -1, false,
														 TYPALIGN_DOUBLE)));
}

/* Add a fact to the result (a TrkRunFactFn). */
static void
put_fact(const TrkRunFact *fact, void *arg)
{
	static const TrkText none = {"", 0};
	Output	   *out = arg;
	TrkFactsRow row;

	trk_arena_reset(&out->arena);
	trk_facts_row_begin(&row, out->fcinfo);
	trk_facts_text(&row, fact->project);
	trk_facts_text(&row, fact->agent_id);
	trk_facts_datum(&row, ObjectIdGetDatum(out->store->environments[fact->environment]));
	trk_facts_id(&row, fact->run_id, &out->arena);
	trk_facts_text(&row, fact->run_type);
	trk_facts_text(&row, fact->status);
	put_time(&row, fact->started_at, fact->starts > 0);
	put_time(&row, fact->ended_at, fact->completions > 0);
	put_time(&row, fact->first_at, true);
	put_time(&row, fact->last_at, true);
	trk_facts_float(&row, fact->payload_ms);
	trk_facts_text(&row, fact->build_id);
	trk_facts_texts(&row, fact->models, fact->nmodels);
	put_counts(&row, fact);
	trk_facts_text(&row, (fact->flags & TRK_RUN_CURRENCIES) != 0 ? none : fact->currency);
	trk_facts_text(&row, fact->parent_run_id);
	trk_facts_text(&row, fact->parent_agent_id);
	put_sessions(&row, out, fact);
	trk_facts_flags(&row, fact->flags, trk_run_flag_names, TRK_RUN_FLAGS);
	trk_facts_row_store(&row);
}

/* Read the runs of a batch. */
static void
read_batch(TrkStore *store, const Datum *projects, const Datum *runs, int n,
		   const Datum *window, const TrkRunConsumer *consumer)
{
	static const Oid types[4] = {TEXTARRAYOID, TEXTARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[4];

	values[0] = PointerGetDatum(construct_array(unconstify(Datum *, projects), n, TEXTOID, -1,
												false, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(unconstify(Datum *, runs), n, TEXTOID, -1,
												false, TYPALIGN_INT));
	values[2] = window[0];
	values[3] = window[1];
	trk_run_events_read(store, events_of_runs, PAYLOAD_OF, 4, types, values, NULL, consumer);
}

/* Take an array of texts without nulls apart. */
static Datum *
array_texts(Datum array, int *n)
{
	Datum	   *items;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &items, NULL, n);
	return items;
}

TRK_HIDE_CONTEXT_FUNCTION(at_facts_of_runs);
/* _at_facts_of_runs(projects text[], runs text[], since, until) returns setof _at_run_facts */
static Datum
at_facts_of_runs_body(PG_FUNCTION_ARGS)
{
	Output		out = {.fcinfo = fcinfo};
	TrkRunConsumer consumer;
	TrkPrices	prices;
	Datum	   *projects;
	Datum	   *runs;
	Datum		window[2] = {PG_GETARG_DATUM(2), PG_GETARG_DATUM(3)};
	int			n;
	int			nruns;

	InitMaterializedSRF(fcinfo, 0);
	if (trk_has_null_data(fcinfo, 2))
		return (Datum) 0;
	out.store = trk_store_open(fcinfo, false);
	trk_arena_init(&out.arena, CurrentMemoryContext, 1024);
	projects = array_texts(PG_GETARG_DATUM(0), &n);
	runs = array_texts(PG_GETARG_DATUM(1), &nruns);
	if (n != nruns)
		elog(ERROR, "as many projects as runs are needed");
	if (n == 0)
		return (Datum) 0;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	out.session_desc = trk_facts_tupdesc(out.store->nsp, "at_run_session");
	trk_prices_init(&prices, out.store->nsp);
	trk_run_fact_consumer(&consumer, &prices, put_fact, &out);
	for (int i = 0; i < n; i += BATCH_RUNS)
		read_batch(out.store, projects + i, runs + i, Min(BATCH_RUNS, n - i), window, &consumer);
	SPI_finish();
	return (Datum) 0;
}

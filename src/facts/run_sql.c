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
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "facts/id_column.h"
#include "facts/run_fact.h"
#include "utils/array.h"
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
	" 'trade.rejected', 'paper.fill.recorded', 'decision.proposed', 'error.recorded'," \
	" 'order.intent.recorded', 'decision.outcome.recorded'"

static const char events_of_runs[] =
"SELECT " TRK_RUN_COLUMNS ","
" CASE WHEN e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::%1$s.at_event_type[])"
" THEN e.payload END"
" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS r(project, run_id)"
" JOIN %1$s.at_event e ON e.run_id OPERATOR(%1$s.=) r.run_id::%1$s.at_id"
" AND e.project OPERATOR(pg_catalog.=) r.project"
/* what at_record_mistakes() recorded is no run's */
" WHERE r.run_id OPERATOR(pg_catalog.!~) '^run_mistakes_[0-9a-f]{32}$'"
" AND e.occurred_at OPERATOR(pg_catalog.>=) $3 AND e.occurred_at OPERATOR(pg_catalog.<) $4"
" ORDER BY " TRK_RUN_ORDER;

/* Where the facts go. */
typedef struct Output
{
	FunctionCallInfo fcinfo;
	TrkStore   *store;
	TupleDesc	session_desc;	/* of at_run_session */
	TrkArena	arena;			/* holds the run's id */
} Output;

/* Set the next column to a count, or to NULL when it is below zero. */
static void
put_known_count(TrkComposite *row, int64 count)
{
	trk_put_nullable(row, Int64GetDatum(count), count < 0);
}

/* Set the next column to a time, or to NULL. */
static void
put_time(TrkComposite *row, int64 at, bool is_there)
{
	trk_put_nullable(row, TimestampTzGetDatum(at), !is_there);
}

/* Set the columns that count. */
static void
put_counts(TrkComposite *row, const TrkRunFact *fact)
{
	trk_put_int(row, fact->events);
	trk_put_int(row, fact->steps);
	trk_put_int(row, fact->llm_calls);
	trk_put_int(row, fact->tool_calls);
	trk_put_int(row, fact->errors);
	trk_put_int(row, fact->decisions);
	trk_put_int(row, fact->risk_blocks);
	trk_put_int(row, fact->fills);
	put_known_count(row, fact->tokens);
	trk_put_reference(row, fact->cost_usd);
	trk_put_int(row, fact->unpriced_calls);
}

/* Make an at_run_session. */
static Datum
session_datum(TupleDesc desc, const TrkRunSession *session)
{
	TrkComposite row;

	trk_composite_begin_type(&row, desc);
	trk_put_text_len(&row, session->session_id.s, session->session_id.len);
	trk_put(&row, TimestampTzGetDatum(session->first_at));
	trk_put(&row, TimestampTzGetDatum(session->last_at));
	trk_put_int(&row, session->events);
	trk_put_int(&row, session->llm_calls);
	put_known_count(&row, session->tokens);
	trk_put_reference(&row, session->cost_usd);
	return trk_composite_datum(&row);
}

/* Set the column of the sessions; a run without is the rule, and has NULL. */
static void
put_sessions(TrkComposite *row, Output *out, const TrkRunFact *fact)
{
	Datum	   *items;

	if (fact->nsessions == 0)
	{
		trk_put_null(row);
		return;
	}
	items = palloc(sizeof(Datum) * fact->nsessions);
	for (int i = 0; i < fact->nsessions; i++)
		items[i] = session_datum(out->session_desc, &fact->sessions[i]);
	trk_put(row, PointerGetDatum(construct_array(items, fact->nsessions,
												 out->session_desc->tdtypeid, -1, false,
												 TYPALIGN_DOUBLE)));
}

/* Add a fact to the result (a TrkRunFactFn). */
static void
put_fact(const TrkRunFact *fact, void *arg)
{
	static const TrkText none = {"", 0};
	Output	   *out = arg;
	TrkComposite row;

	trk_arena_reset(&out->arena);
	trk_composite_begin_set(&row, out->fcinfo);
	trk_put_nonempty(&row, fact->project);
	trk_put_nonempty(&row, fact->agent_id);
	trk_put(&row, ObjectIdGetDatum(out->store->environments[fact->environment]));
	trk_put_id(&row, fact->run_id, &out->arena);
	trk_put_nonempty(&row, fact->run_type);
	trk_put_nonempty(&row, fact->status);
	put_time(&row, fact->started_at, fact->starts > 0);
	put_time(&row, fact->ended_at, fact->completions > 0);
	put_time(&row, fact->first_at, true);
	put_time(&row, fact->last_at, true);
	trk_put_nonnegative(&row, fact->payload_ms);
	trk_put_nonempty(&row, fact->build_id);
	trk_put_texts(&row, fact->models, fact->nmodels);
	put_counts(&row, fact);
	trk_put_nonempty(&row, (fact->flags & TRK_RUN_CURRENCIES) != 0 ? none : fact->currency);
	trk_put_nonempty(&row, fact->parent_run_id);
	trk_put_nonempty(&row, fact->parent_agent_id);
	put_sessions(&row, out, fact);
	trk_put(&row, BoolGetDatum(fact->follows_up));
	trk_put_flags(&row, fact->flags, trk_run_flag_names, TRK_RUN_FLAGS);
	trk_composite_store(&row);
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
	out.session_desc = trk_composite_type(out.store->nsp, "at_run_session");
	trk_prices_init(&prices, out.store->nsp);
	trk_run_fact_consumer(&consumer, &prices, put_fact, &out);
	for (int i = 0; i < n; i += BATCH_RUNS)
		read_batch(out.store, projects + i, runs + i, Min(BATCH_RUNS, n - i), window, &consumer);
	SPI_finish();
	return (Datum) 0;
}

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
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "facts/run_fact.h"
#include "funcapi.h"
#include "store/id.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

/*
 * Runs that one query reads.  Whole batches are looked up by the index on run_id
 * where they are a small part of the events, and found by one pass where they are
 * a large one.
 */
#define BATCH_RUNS		5000

/* The columns of at_run_facts. */
enum
{
	COL_PROJECT, COL_AGENT_ID, COL_ENVIRONMENT, COL_RUN_ID, COL_RUN_TYPE, COL_STATUS,
	COL_STARTED_AT, COL_ENDED_AT, COL_FIRST_AT, COL_LAST_AT, COL_REPORTED_MS, COL_BUILD_ID,
	COL_MODELS, COL_EVENTS, COL_STEPS, COL_LLM_CALLS, COL_TOOL_CALLS, COL_ERRORS,
	COL_DECISIONS, COL_RISK_BLOCKS, COL_FILLS, COL_TOKENS, COL_COST_USD, COL_UNPRICED_CALLS,
	COL_CURRENCY, COL_FLAGS,
	COLUMNS
};

/* What the events are needed of whose payload is read. */
#define PAYLOAD_OF \
	"'agent.run.started', 'agent.run.completed', 'agent.build.recorded', 'llm.call.started'," \
	" 'llm.call.completed', 'cost.usage.recorded', 'tool.call.completed', 'risk.check.completed'," \
	" 'trade.rejected', 'paper.fill.recorded'"

static const char events_of_runs[] =
	"SELECT " TRK_RUN_COLUMNS ","
	" CASE WHEN e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[" PAYLOAD_OF "]::%1$s.at_event_type[])"
	" THEN e.payload END"
	" FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS r(project, run_id)"
	" JOIN %1$s.at_event e ON e.run_id OPERATOR(%1$s.=) r.run_id::%1$s.at_id"
	" AND e.project OPERATOR(pg_catalog.=) r.project"
	" WHERE e.occurred_at OPERATOR(pg_catalog.>=) $3 AND e.occurred_at OPERATOR(pg_catalog.<) $4"
	" ORDER BY " TRK_RUN_ORDER;

/* Where the facts go. */
typedef struct Output
{
	ReturnSetInfo *rsinfo;
	TrkStore   *store;
	TrkArena	arena;			/* holds the run's id */
} Output;

/* Set a text column; a text of length 0 is NULL. */
static void
put_text(Datum *values, bool *nulls, int column, TrkText text)
{
	nulls[column] = text.len == 0;
	if (text.len > 0)
		values[column] = PointerGetDatum(cstring_to_text_with_len(text.s, (int) text.len));
}

/* Make an array of texts. */
static Datum
text_array(const TrkText *texts, int n)
{
	Datum	   *items = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		items[i] = PointerGetDatum(cstring_to_text_with_len(texts[i].s, (int) texts[i].len));
	return PointerGetDatum(construct_array(items, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Return the names of flags as an array. */
static Datum
flag_array(uint32 flags)
{
	TrkText		names[TRK_RUN_FLAGS];
	int			n = 0;

	for (int i = 0; i < TRK_RUN_FLAGS; i++)
		if ((flags & ((uint32) 1 << i)) != 0)
			names[n++] = (TrkText) {trk_run_flag_names[i], strlen(trk_run_flag_names[i])};
	return text_array(names, n);
}

/* Set the columns of counts. */
static void
put_counts(Datum *values, const TrkRunFact *fact)
{
	values[COL_EVENTS] = Int64GetDatum(fact->events);
	values[COL_STEPS] = Int64GetDatum(fact->steps);
	values[COL_LLM_CALLS] = Int64GetDatum(fact->llm_calls);
	values[COL_TOOL_CALLS] = Int64GetDatum(fact->tool_calls);
	values[COL_ERRORS] = Int64GetDatum(fact->errors);
	values[COL_DECISIONS] = Int64GetDatum(fact->decisions);
	values[COL_RISK_BLOCKS] = Int64GetDatum(fact->risk_blocks);
	values[COL_FILLS] = Int64GetDatum(fact->fills);
	values[COL_TOKENS] = Int64GetDatum(fact->tokens);
	values[COL_UNPRICED_CALLS] = Int64GetDatum(fact->unpriced_calls);
}

/* Add a fact to the result (a TrkRunFactFn). */
static void
put_fact(const TrkRunFact *fact, void *arg)
{
	Output	   *out = arg;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {0};

	put_text(values, nulls, COL_PROJECT, fact->project);
	put_text(values, nulls, COL_AGENT_ID, fact->agent_id);
	values[COL_ENVIRONMENT] = ObjectIdGetDatum(out->store->environments[fact->environment]);
	trk_arena_reset(&out->arena);
	values[COL_RUN_ID] = PointerGetDatum(trk_id_make(fact->run_id.s, fact->run_id.len, &out->arena));
	put_text(values, nulls, COL_RUN_TYPE, fact->run_type);
	put_text(values, nulls, COL_STATUS, fact->status);
	values[COL_STARTED_AT] = Int64GetDatum(fact->started_at);
	nulls[COL_STARTED_AT] = fact->starts == 0;
	values[COL_ENDED_AT] = Int64GetDatum(fact->ended_at);
	nulls[COL_ENDED_AT] = fact->completions == 0;
	values[COL_FIRST_AT] = Int64GetDatum(fact->first_at);
	values[COL_LAST_AT] = Int64GetDatum(fact->last_at);
	values[COL_REPORTED_MS] = Float8GetDatum(fact->payload_ms);
	nulls[COL_REPORTED_MS] = fact->payload_ms < 0;
	put_text(values, nulls, COL_BUILD_ID, fact->build_id);
	values[COL_MODELS] = text_array(fact->models, fact->nmodels);
	put_counts(values, fact);
	nulls[COL_TOKENS] = fact->tokens < 0;
	values[COL_COST_USD] = fact->cost_usd;
	nulls[COL_COST_USD] = fact->cost_usd == (Datum) 0;
	put_text(values, nulls, COL_CURRENCY,
			 (fact->flags & TRK_RUN_CURRENCIES) != 0 ? (TrkText) {"", 0} : fact->currency);
	values[COL_FLAGS] = flag_array(fact->flags);
	tuplestore_putvalues(out->rsinfo->setResult, out->rsinfo->setDesc, values, nulls);
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
	trk_run_events_read(store, events_of_runs, 4, types, values, NULL, consumer);
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
/* _at_facts_of_runs(projects text[], runs text[], since, until) returns setof at_run_facts */
static Datum
at_facts_of_runs_body(PG_FUNCTION_ARGS)
{
	Output		out = {(ReturnSetInfo *) fcinfo->resultinfo};
	TrkRunConsumer consumer;
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
	trk_run_fact_consumer(&consumer, trk_price_book_load(CurrentMemoryContext, out.store->nsp),
						  put_fact, &out);
	for (int i = 0; i < n; i += BATCH_RUNS)
		read_batch(out.store, projects + i, runs + i, Min(BATCH_RUNS, n - i), window, &consumer);
	SPI_finish();
	return (Datum) 0;
}

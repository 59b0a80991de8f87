/*
 * call_sql.c
 *	  Calls of language models in a window, for SQL: at_llm_calls() lists them,
 *	  _at_call_costs() has what is counted of them, and metered usage besides.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "facts/calls.h"
#include "facts/id_column.h"
#include "facts/rollup.h"
#include "facts/window.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Names of the flags of calls, in the order of their bits. */
#define FLAG_UNPRICED	0x08
#define FLAG_CONFLICT	0x10
static const char *const flag_names[] = {"open", "unpaired", "clock", "unpriced", "usage_conflict"};

/* The state of a listing. */
typedef struct Listing
{
	FunctionCallInfo fcinfo;
	TrkStore   *store;
	TrkCallSet	calls;
	TrkPrices	prices;
	TupleDesc	usage_desc;
	int64		since;
	int64		until;
	MemoryContext row;			/* reset for each call */
	TrkText		project;
	TrkText		agent_id;
	TrkText		run_id;
	int			environment;
} Listing;

/* Consumer callback: begin a run. */
static void
begin_run(void *arg, const TrkRunEvent *first)
{
	Listing    *list = arg;

	trk_call_set_reset(&list->calls);
	list->project = trk_text_copy(&list->calls.arena, first->project);
	list->agent_id = trk_text_copy(&list->calls.arena, first->agent_id);
	list->run_id = trk_text_copy(&list->calls.arena, first->run_id);
	list->environment = first->environment;
}

/* Consumer callback: add an event to the run. */
static void
add_event(void *arg, const TrkRunEvent *event)
{
	trk_call_set_add(&((Listing *) arg)->calls, event);
}

/* Set the columns of status: HTTP status, status, ok, finish reason. */
static void
put_status(TrkComposite *row, const TrkCallSet *set, const TrkCall *call)
{
	static const TrkText open = {"open", 4};
	int			http = trk_http_status(trk_call_text(set, call, TRK_ATTR_HTTP_STATUS));
	TrkText		status = call->end < 0 ? open :
	trk_call_field(set->sources[call->end].payload, TRK_ATTR_STATUS);
	TrkOutcome	outcome = trk_call_outcome(set, call);

	trk_put_nullable(row, Int32GetDatum(http), http < 0);
	trk_put_nonempty(row, status);
	trk_put_nullable(row, BoolGetDatum(outcome == TRK_OUTCOME_SUCCEEDED),
					 outcome == TRK_OUTCOME_UNDECIDED);
	trk_put_nonempty(row, trk_call_text(set, call, TRK_ATTR_FINISH_REASON));
}

/* Return the latency of a call: what its completion says, else how long it took. */
static double
latency_of(const TrkCallSet *set, const TrkCall *call)
{
	double		ms = -1;

	if (call->end >= 0)
		ms = trk_call_ms(set->sources[call->end].payload, TRK_ATTR_LATENCY_MS);
	if (ms < 0 && call->end >= 0 && call->start >= 0)
		ms = (double) (set->events[call->end].at - set->events[call->start].at) / 1000.0;
	return ms;
}

/* Return the time at which a call is listed: of its start, else of its completion. */
static int64
listed_at(const TrkCallSet *set, const TrkCall *call)
{
	return set->events[call->start >= 0 ? call->start : call->end].at;
}

/* Set the column of a time, or NULL where there is no such event. */
static void
put_time(TrkComposite *row, const TrkCallSet *set, int event)
{
	if (event < 0)
		trk_put_null(row);
	else
		trk_put(row, TimestampTzGetDatum(set->events[event].at));
}

/* Set the columns that name a call. */
static void
put_names(TrkComposite *row, Listing *list, const TrkCall *call)
{
	static const TrkCallField fields[] = {
		TRK_ATTR_PROVIDER, TRK_ATTR_MODEL, TRK_ATTR_RESPONSE_MODEL, TRK_ATTR_OPERATION, TRK_ATTR_PURPOSE,
		TRK_ATTR_PROMPT_VERSION, TRK_ATTR_SESSION_ID, TRK_ATTR_USER_ID, TRK_ATTR_APP_ID
	};
	TrkCallSet *set = &list->calls;
	int			first = call->start >= 0 ? call->start : call->end;

	put_time(row, set, call->start);
	put_time(row, set, call->end);
	trk_put_nonempty(row, list->agent_id);
	trk_put(row, ObjectIdGetDatum(list->store->environments[list->environment]));
	trk_put_id(row, list->run_id, &set->arena);
	trk_put_id(row, set->events[first].span_id, &set->arena);
	for (int i = 0; i < (int) lengthof(fields); i++)
		trk_put_nonempty(row, trk_call_text(set, call, fields[i]));
}

/* Add a call to the result. */
static void
put_call(Listing *list, const TrkCall *call)
{
	TrkCallSet *set = &list->calls;
	uint32		flags = call->flags;
	TrkCallCost cost;
	TrkComposite row;

	trk_call_cost(set, call, &list->prices, &cost);
	flags |= cost.unpriced ? FLAG_UNPRICED : 0;
	flags |= cost.has_usage && cost.usage.conflict ? FLAG_CONFLICT : 0;
	trk_composite_begin_set(&row, list->fcinfo);
	put_names(&row, list, call);
	put_status(&row, set, call);
	trk_put_nonnegative(&row, latency_of(set, call));
	trk_put_nonnegative(&row, call->end < 0 ? -1 :
						trk_call_ms(set->sources[call->end].payload, TRK_ATTR_TTFT_MS));
	if (cost.has_usage)
		trk_put(&row, trk_usage_datum(&cost.usage, list->usage_desc));
	else
		trk_put_null(&row);
	trk_put_nullable(&row, cost.usd, cost.source == TRK_SOURCE_NONE);
	trk_put_text(&row, trk_cost_source_name(cost.source));
	trk_put_id(&row, cost.event < 0 ? (TrkText) {"", 0} : set->sources[cost.event].event_id, &set->arena);
	trk_put_id(&row, set->sources[call->end >= 0 ? call->end : call->start].event_id, &set->arena);
	trk_put_flags(&row, flags, flag_names, lengthof(flag_names));
	trk_composite_store(&row);
}

/* Consumer callback: list the calls of the run that are in the window. */
static void
end_run(void *arg)
{
	Listing    *list = arg;
	TrkCallSet *set = &list->calls;
	MemoryContext old = MemoryContextSwitchTo(list->row);

	trk_call_set_pair(set);
	for (int i = 0; i < set->calls.ncalls; i++)
	{
		int64		at = listed_at(set, &set->calls.calls[i]);

		CHECK_FOR_INTERRUPTS();
		if (at >= list->since && at < list->until)
			put_call(list, &set->calls.calls[i]);
		MemoryContextReset(list->row);
	}
	MemoryContextSwitchTo(old);
}

/* Set a name as rollups have it. */
static void
put_clipped(TrkComposite *row, TrkText name)
{
	if (name.len > TRK_MAX_ROLLUP_NAME)
		name.len = (Size) pg_mbcliplen(name.s, (int) name.len, TRK_MAX_ROLLUP_NAME);
	trk_put_nonempty(row, name);
}

/* Add what is counted of a call, or of metered usage by itself, to the result. */
static void
put_cost(Listing *list, const TrkCall *call, int64 at, const TrkCallCost *cost)
{
	TrkCallSet *set = &list->calls;
	TrkOutcome	outcome = call == NULL ? TRK_OUTCOME_UNDECIDED : trk_call_outcome(set, call);
	TrkText		model = {"", 0};
	TrkComposite row;

	if (call != NULL)
		model = trk_call_text(set, call, TRK_ATTR_RESPONSE_MODEL);
	if (call != NULL && model.len == 0)
		model = trk_call_text(set, call, TRK_ATTR_MODEL);
	trk_composite_begin_set(&row, list->fcinfo);
	trk_put(&row, TimestampTzGetDatum(at));
	trk_put_nonempty(&row, list->project);
	trk_put_nonempty(&row, list->agent_id);
	trk_put(&row, ObjectIdGetDatum(list->store->environments[list->environment]));
	trk_put(&row, BoolGetDatum(call != NULL));
	if (call == NULL)
		trk_put_null(&row);
	else
		put_clipped(&row, trk_call_text(set, call, TRK_ATTR_PROVIDER));
	put_clipped(&row, model);
	trk_put(&row, BoolGetDatum(call != NULL && call->end < 0));
	trk_put(&row, BoolGetDatum(outcome == TRK_OUTCOME_FAILED));
	trk_put_nonnegative(&row, call == NULL ? -1 : latency_of(set, call));
	if (cost->has_usage)
		trk_put(&row, trk_usage_datum(&cost->usage, list->usage_desc));
	else
		trk_put_null(&row);
	trk_put_nullable(&row, cost->usd, cost->source == TRK_SOURCE_NONE);
	trk_put(&row, BoolGetDatum(cost->unpriced));
	trk_composite_store(&row);
}

/* Consumer callback: list the costs of the run that are in the window. */
static void
end_run_of_costs(void *arg)
{
	Listing    *list = arg;
	TrkCallSet *set = &list->calls;
	MemoryContext old = MemoryContextSwitchTo(list->row);

	trk_call_set_pair(set);
	for (int i = 0; i < set->calls.ncalls + set->calls.nloose; i++)
	{
		const TrkCall *call = i < set->calls.ncalls ? &set->calls.calls[i] : NULL;
		int			usage = call == NULL ? set->calls.loose[i - set->calls.ncalls] : -1;
		int64		at = call != NULL ? listed_at(set, call) : set->events[usage].at;
		TrkCallCost cost;

		CHECK_FOR_INTERRUPTS();
		if (at < list->since || at >= list->until)
			continue;
		if (call != NULL)
			trk_call_cost(set, call, &list->prices, &cost);
		else
			trk_usage_cost(set, usage, &list->prices, &cost);
		put_cost(list, call, at, &cost);
		MemoryContextReset(list->row);
	}
	MemoryContextSwitchTo(old);
}

/* Read the calls of a window, and have each run listed by a callback. */
static void
list_window(FunctionCallInfo fcinfo, void (*end) (void *arg))
{
	Listing		list = {fcinfo};
	TrkRunConsumer consumer = {begin_run, add_event, end, &list};
	TrkWindow	window;

	InitMaterializedSRF(fcinfo, 0);
	list.store = trk_store_open(fcinfo, false);
	trk_window_args(&window, fcinfo, list.store);
	list.since = window.since;
	list.until = window.until;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	list.usage_desc = trk_composite_type(list.store->nsp, "at_token_usage");
	list.row = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker listed call",
									 ALLOCSET_DEFAULT_SIZES);
	trk_call_set_init(&list.calls);
	trk_prices_init(&list.prices, list.store->nsp);
	trk_window_read(&window, list.store,
					"'llm.call.started', 'llm.call.completed', 'cost.usage.recorded'", &consumer);
	SPI_finish();
}

TRK_HIDE_CONTEXT_FUNCTION(at_llm_calls);
TRK_HIDE_CONTEXT_FUNCTION(at_call_costs);

/* at_llm_calls(project, since, until, agent_id, environment) */
static Datum
at_llm_calls_body(PG_FUNCTION_ARGS)
{
	list_window(fcinfo, end_run);
	return (Datum) 0;
}

/* _at_call_costs(project, since, until, agent_id, environment) */
static Datum
at_call_costs_body(PG_FUNCTION_ARGS)
{
	list_window(fcinfo, end_run_of_costs);
	return (Datum) 0;
}

/*
 * step_sql.c
 *	  The SQL function at_run_steps(): the steps of a run.
 *
 * The events of the run become steps of step_tree.h: each call of a language model
 * is one, with its start, its completion and its usage; each event of a type of
 * step_kinds.def is one; and the run itself is the root.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "facts/calls.h"
#include "facts/id_column.h"
#include "facts/payload.h"
#include "facts/step_tree.h"
#include "facts/sum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

static const TrkText no_text = {"", 0};

/* The state of making the steps of a run. */
typedef struct Steps
{
	FunctionCallInfo fcinfo;
	Oid			id_type;
	int			seq_before;		/* steps of the runs before: one run id may be several runs */
	MemoryContext run;
	TrkArena	arena;
	TrkCallSet	calls;
	TrkPrices	prices;
	TrkStepTree tree;
	TrkText		start_parent;	/* the parent span that the run's start names */
} Steps;

/* Copy a text into the context of the run; most are empty. */
static TrkText
keep_text(Steps *steps, TrkText text)
{
	return text.len == 0 ? no_text : trk_text_copy(&steps->arena, text);
}

/* Consumer callback: begin a run, whose root is step 0. */
static void
begin_run(void *arg, const TrkRunEvent *first)
{
	Steps	   *steps = arg;
	TrkRunStep *root;

	MemoryContextReset(steps->run);
	trk_arena_init(&steps->arena, steps->run, 8192);
	trk_call_set_reset(&steps->calls);
	trk_step_tree_init(&steps->tree, steps->run);
	steps->start_parent = no_text;
	root = trk_step_tree_add(&steps->tree);
	root->kind = TRK_STEP_OTHER;
	root->name = keep_text(steps, first->run_id);
	root->flags = TRK_STEP_SYNTHETIC;
}

/* Add the start or the completion of the run to its root. */
static void
add_run_event(Steps *steps, const TrkRunEvent *event)
{
	TrkRunStep *root = &steps->tree.steps[0];
	TrkText		run_type = trk_payload_text(event->payload, "run_type");

	root->flags &= ~TRK_STEP_SYNTHETIC;
	if (root->nevents < (int) lengthof(root->events))
		root->events[root->nevents++] = keep_text(steps, event->event_id);
	if (run_type.len > 0)
		root->name = keep_text(steps, run_type);
	if (root->span_id.len == 0)
		root->span_id = keep_text(steps, event->span_id);
	if (event->type == TRK_EVENT_AGENT_RUN_STARTED)
	{
		if (root->started_at == TRK_NO_TIME)
			root->started_at = event->at;
		if (steps->start_parent.len == 0)
			steps->start_parent = keep_text(steps, event->parent_span_id);
	}
	else
	{
		root->ended_at = event->at;
		root->status = keep_text(steps, trk_payload_text(event->payload, "status"));
		root->outcome = trk_status_outcome(root->status);
	}
	trk_step_tree_name(&steps->tree, 0, keep_text(steps, event->span_id));
}

/* Return the status of a step that is one event. */
static TrkText
status_of(const TrkRunEvent *event)
{
	static const TrkText approved = {"approved", 8};
	static const TrkText rejected = {"rejected", 8};

	if (event->type == TRK_EVENT_TRADE_REJECTED)
		return rejected;
	if (event->type != TRK_EVENT_RISK_CHECK_COMPLETED)
		return trk_payload_text(event->payload, "status");
	return trk_payload_is(event->payload, "approved", true) ? approved :
		trk_payload_is(event->payload, "approved", false) ? rejected : no_text;
}

/* Add a step that is one event; it is recorded when it is over. */
static void
add_step_event(Steps *steps, const TrkRunEvent *event)
{
	static const TrkText recorded = {"step", 4};
	TrkRunStep *step = trk_step_tree_add(&steps->tree);
	const char *member;
	double		ms = trk_call_ms(event->payload, TRK_ATTR_LATENCY_MS);

	step->kind = trk_step_kind_of(event->type, &member);
	step->span_id = keep_text(steps, event->span_id);
	step->parent_span_id = keep_text(steps, event->parent_span_id);
	step->name = keep_text(steps, trk_payload_text(event->payload, member));
	step->status = keep_text(steps, status_of(event));
	/* a rejection is an answer, not a failure of the check that gave it */
	if (step->kind != TRK_STEP_RISK)
		step->outcome = trk_status_outcome(step->status);
	step->ended_at = event->at;
	step->started_at = event->at - (ms < 0 ? 0 : (int64) (ms * 1000.0));
	step->events[0] = keep_text(steps, event->event_id);
	step->nevents = 1;
	if (event->type == TRK_EVENT_TOOL_CALL_COMPLETED &&
		trk_text_equal(trk_payload_text(event->payload, "tool_kind"), recorded))
	{
		TrkText		kind = trk_payload_text(event->payload, "step_kind");

		step->kind = trk_step_kind_find(kind.s, kind.len);
	}
	trk_step_tree_name(&steps->tree, steps->tree.n - 1, step->span_id);
}

/* Consumer callback: add an event. */
static void
add_event(void *arg, const TrkRunEvent *event)
{
	Steps	   *steps = arg;

	if (event->type == TRK_EVENT_AGENT_RUN_STARTED || event->type == TRK_EVENT_AGENT_RUN_COMPLETED)
		add_run_event(steps, event);
	else if (trk_is_call_event(event->type))
		trk_call_set_add(&steps->calls, event);
	else if (trk_is_step_event(event->type))
		add_step_event(steps, event);
}

/* Add an event of a call to its step. */
static void
add_call_event(TrkRunStep *step, const TrkCallSet *set, int event)
{
	if (event >= 0 && step->nevents < (int) lengthof(step->events))
		step->events[step->nevents++] = set->sources[event].event_id;
}

/* Add a call of a language model as a step. */
static void
add_call(Steps *steps, const TrkCall *call)
{
	const TrkCallSet *set = &steps->calls;
	TrkRunStep *step = trk_step_tree_add(&steps->tree);
	int			number = steps->tree.n - 1;
	int			first = call->start >= 0 ? call->start : call->end;
	TrkCallCost cost;

	trk_call_cost(set, call, &steps->prices, &cost);
	step->kind = TRK_STEP_MODEL;
	step->name = trk_call_text(set, call, TRK_ATTR_MODEL);
	step->status = call->end < 0 ? (TrkText) {"open", 4} : trk_call_text(set, call, TRK_ATTR_STATUS);
	step->outcome = trk_status_outcome(step->status);
	step->span_id = set->events[first].span_id;
	step->parent_span_id = set->sources[first].parent_span_id;
	if (call->start >= 0)
		step->started_at = set->events[call->start].at;
	if (call->end >= 0)
	{
		double		ms = trk_call_ms(set->sources[call->end].payload, TRK_ATTR_LATENCY_MS);

		step->ended_at = set->events[call->end].at;
		/* a completion alone says when the call began by how long it took */
		if (call->start < 0 && ms >= 0)
			step->started_at = step->ended_at - (int64) (ms * 1000.0);
	}
	step->flags = call->flags | (cost.unpriced ? TRK_STEP_UNPRICED : 0);
	step->cost = cost.source == TRK_SOURCE_NONE ? (Datum) 0 : cost.usd;
	add_call_event(step, set, call->start);
	add_call_event(step, set, call->end);
	add_call_event(step, set, call->usage);
	if (call->start >= 0)
		trk_step_tree_name(&steps->tree, number, set->events[call->start].span_id);
	if (call->end >= 0)
		trk_step_tree_name(&steps->tree, number, set->events[call->end].span_id);
}

/* Add the cost of usage that belongs to no call to the run itself. */
static void
add_loose_usage(Steps *steps, int event)
{
	TrkRunStep *root = &steps->tree.steps[0];
	TrkCallCost cost;

	trk_usage_cost(&steps->calls, event, &steps->prices, &cost);
	if (cost.source != TRK_SOURCE_NONE)
		root->cost = trk_sum_add(root->cost, cost.usd);
}

/*
 * Return the span that is the root's although no event has it: what the run's
 * start names as its parent, else what the first step does that has an unknown
 * one.
 */
static TrkText
root_span(Steps *steps)
{
	const TrkStepTree *tree = &steps->tree;

	if (steps->start_parent.len > 0)
		return steps->start_parent;
	if ((tree->steps[0].flags & TRK_STEP_SYNTHETIC) == 0 && tree->steps[0].span_id.len > 0)
		return no_text;
	for (int i = 1; i < tree->n; i++)
	{
		TrkText		span = tree->steps[i].parent_span_id;
		int64		number;

		if (span.len == 0)
			continue;
		number = trk_dict_find(&tree->spans, span.s, span.len);
		if (number < 0 || tree->step_of_span[number] < 0)
			return span;
	}
	return no_text;
}

/* Set the next column to a time, or to NULL. */
static void
put_time(TrkComposite *row, int64 at)
{
	trk_put_nullable(row, TimestampTzGetDatum(at), at == TRK_NO_TIME);
}

/* Add a step to the result. */
static void
put_step(Steps *steps, const TrkRunStep *step)
{
	const TrkStepTree *tree = &steps->tree;
	TrkComposite row;

	trk_composite_begin_set(&row, steps->fcinfo);
	trk_put_int(&row, steps->seq_before + step->seq);
	trk_put_int(&row, step->depth);
	trk_put_id(&row, step->span_id, &steps->arena);
	trk_put_id(&row, step->parent < 0 ? no_text : tree->steps[step->parent].span_id, &steps->arena);
	trk_put_text(&row, trk_step_kind_name(step->kind));
	trk_put_nonempty(&row, step->name);
	trk_put_nonempty(&row, step->status);
	put_time(&row, step->started_at);
	put_time(&row, step->ended_at);
	trk_put_nonnegative(&row, step->self_ms);
	trk_put_nonnegative(&row, step->total_ms);
	trk_put_reference(&row, step->cost);
	trk_put_reference(&row, step->total_cost);
	trk_put_int(&row, step->attempt);
	if (step->retry_of < 0)
		trk_put_null(&row);
	else
		trk_put_int(&row, steps->seq_before + tree->steps[step->retry_of].seq);
	trk_put_ids(&row, step->events, step->nevents, steps->id_type, &steps->arena);
	trk_put_flags(&row, step->flags, trk_step_flag_names, TRK_STEP_FLAGS);
	trk_composite_store(&row);
}

/* Add the steps to the result, in order; what a row needs is freed before the next. */
static void
put_steps(Steps *steps)
{
	MemoryContext context = AllocSetContextCreate(steps->run, "agent_tracker step",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	for (int i = 0; i < steps->tree.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_step(steps, &steps->tree.steps[steps->tree.order[i]]);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Consumer callback: make the tree of the run and return it. */
static void
end_run(void *arg)
{
	Steps	   *steps = arg;
	TrkRunStep *root;
	MemoryContext old = MemoryContextSwitchTo(steps->run);

	trk_call_set_pair(&steps->calls);
	for (int i = 0; i < steps->calls.calls.ncalls; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_call(steps, &steps->calls.calls.calls[i]);
	}
	for (int i = 0; i < steps->calls.calls.nloose; i++)
		add_loose_usage(steps, steps->calls.calls.loose[i]);
	root = &steps->tree.steps[0];
	if (root->started_at != TRK_NO_TIME && root->ended_at == TRK_NO_TIME)
	{
		root->flags |= TRK_STEP_IS_OPEN;
		root->status = (TrkText) {"open", 4};
	}
	else if (root->started_at == TRK_NO_TIME && root->ended_at != TRK_NO_TIME)
		root->flags |= TRK_STEP_UNPAIRED;
	else if (root->started_at > root->ended_at)
		root->flags |= TRK_STEP_CLOCK;
	trk_step_tree_finish(&steps->tree, 0, root_span(steps));
	put_steps(steps);
	steps->seq_before += steps->tree.n;
	MemoryContextSwitchTo(old);
}

static const char events_of_run[] =
"SELECT " TRK_RUN_COLUMNS ","
" CASE WHEN e.event_type OPERATOR(pg_catalog.<>) ALL (ARRAY[%2$s]::%1$s.at_event_type[])"
" THEN e.payload END"
" FROM %1$s.at_event e"
" WHERE e.run_id OPERATOR(%1$s.=) $1::%1$s.at_id AND ($2 IS NULL OR e.project OPERATOR(pg_catalog.=) $2)"
" ORDER BY " TRK_RUN_ORDER;

TRK_HIDE_CONTEXT_FUNCTION(at_run_steps);
/* at_run_steps(run_id text, project text) */
static Datum
at_run_steps_body(PG_FUNCTION_ARGS)
{
	static const Oid types[2] = {TEXTOID, TEXTOID};
	Steps		steps = {fcinfo};
	TrkRunConsumer consumer = {begin_run, add_event, end_run, &steps};
	Datum		values[2];
	char		nulls[2] = {' ', PG_ARGISNULL(1) ? 'n' : ' '};
	TrkStore   *store;

	if (PG_ARGISNULL(0))
		return trk_no_rows(fcinfo);
	InitMaterializedSRF(fcinfo, 0);
	store = trk_store_open(fcinfo, false);
	steps.id_type = trk_store_type(store, "at_id");
	values[0] = PG_GETARG_DATUM(0);
	values[1] = PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	steps.run = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker steps of a run",
									  ALLOCSET_DEFAULT_SIZES);
	trk_call_set_init(&steps.calls);
	trk_prices_init(&steps.prices, store->nsp);
	trk_run_events_read(store, events_of_run,
						"'portfolio.snapshot.recorded', 'position.snapshot.recorded',"
						" 'performance.snapshot.recorded'", 2, types, values, nulls, &consumer);
	SPI_finish();
	return (Datum) 0;
}

/*
 * run_fact.c
 *	  Makes facts of runs from their events.
 */
#include "base/trk.h"

#include "base/dict.h"
#include "facts/payload.h"
#include "facts/run_fact.h"
#include "facts/step_kind.h"
#include "facts/sum.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

const char *const trk_run_flag_names[TRK_RUN_FLAGS] = {
	"no_run_events", "no_start", "started_twice", "completed_twice", "clock",
	"several_currencies", "unpriced"
};

/* The state of making facts; run is reset for each run. */
struct TrkRunState
{
	TrkRunFact	fact;
	TrkCallSet	calls;
	MemoryContext run;
	TrkPrices  *prices;
	TrkRunFactFn fn;
	void	   *arg;
	int64		rejections;		/* events trade.rejected without a decision */
	TrkText    *blocked;		/* decisions that were blocked, sorted only at the end */
	int			nblocked;
	int			blocked_capacity;
	TrkDict		session_ids;
	int			session_capacity;
	TrkDict		chain_ids;		/* of decisions and orders */
	bool	   *is_own;			/* by number: the run proposed it, or ordered it */
	int			chain_capacity;
};

/* Copy a text into the context of the run. */
static TrkText
keep_text(TrkRunState *state, TrkText text)
{
	char	   *copy = MemoryContextAlloc(state->run, text.len + 1);

	memcpy(copy, text.s, text.len);
	copy[text.len] = '\0';
	return (TrkText) {copy, text.len};
}

/* Compare two texts, for sorting. */
static int
compare_texts(const void *a, const void *b)
{
	return trk_text_compare(*(const TrkText *) a, *(const TrkText *) b);
}

/* Sort texts and drop those that are equal to another; return how many are left. */
static int
distinct_texts(TrkText *texts, int n)
{
	int			kept = 0;

	if (n == 0)
		return 0;
	qsort(texts, n, sizeof(TrkText), compare_texts);
	for (int i = 1; i < n; i++)
		if (compare_texts(&texts[kept], &texts[i]) != 0)
			texts[++kept] = texts[i];
	return kept + 1;
}

/* Consumer callback: begin a run. */
static void
begin_run(void *arg, const TrkRunEvent *first)
{
	TrkRunState *state = arg;
	TrkRunFact *fact = &state->fact;

	MemoryContextReset(state->run);
	trk_call_set_reset(&state->calls);
	memset(fact, 0, sizeof(*fact));
	fact->project = keep_text(state, first->project);
	fact->agent_id = keep_text(state, first->agent_id);
	fact->run_id = keep_text(state, first->run_id);
	fact->environment = first->environment;
	fact->first_at = first->at;
	fact->payload_ms = -1;
	fact->tokens = -1;
	state->rejections = 0;
	state->blocked = NULL;
	state->nblocked = 0;
	state->blocked_capacity = 0;
	trk_dict_init(&state->session_ids, state->run);
	state->session_capacity = 0;
	trk_dict_init(&state->chain_ids, state->run);
	state->chain_capacity = 0;
}

/* Return the session that a payload names, or NULL. */
static TrkRunSession *
session_of(TrkRunState *state, Jsonb *payload, int64 at)
{
	TrkText		id = trk_call_field(payload, TRK_ATTR_SESSION_ID);
	TrkRunSession *session;
	int			number;

	if (id.len == 0)
		return NULL;
	number = (int) trk_dict_put(&state->session_ids, id.s, id.len);
	if (number >= state->session_capacity)
	{
		MemoryContext old = MemoryContextSwitchTo(state->run);
		int			capacity = Max(8, number * 2);

		state->fact.sessions = number == 0 ? palloc(sizeof(TrkRunSession) * capacity) :
			repalloc_huge(state->fact.sessions, sizeof(TrkRunSession) * (Size) capacity);
		state->session_capacity = capacity;
		MemoryContextSwitchTo(old);
	}
	session = &state->fact.sessions[number];
	if (number == state->fact.nsessions)
	{
		memset(session, 0, sizeof(*session));
		session->session_id = keep_text(state, id);
		session->first_at = at;
		session->tokens = -1;
		state->fact.nsessions++;
	}
	session->first_at = Min(session->first_at, at);
	session->last_at = Max(session->events == 0 ? at : session->last_at, at);
	return session;
}

/* Count an event in the session that it names. */
static void
add_session(TrkRunState *state, const TrkRunEvent *event)
{
	TrkRunSession *session = session_of(state, event->payload, event->at);

	if (session != NULL)
		session->events++;
}

/* Note the start of a run. */
static void
add_start(TrkRunState *state, const TrkRunEvent *event)
{
	TrkRunFact *fact = &state->fact;

	if (fact->starts++ > 0)
		return;
	fact->started_at = event->at;
	fact->run_type = keep_text(state, trk_payload_text(event->payload, "run_type"));
	fact->parent_run_id = keep_text(state, trk_call_field(event->payload, TRK_ATTR_PARENT_RUN_ID));
	fact->parent_agent_id = keep_text(state, trk_call_field(event->payload, TRK_ATTR_PARENT_AGENT_ID));
}

/* Note the completion of a run; of two the later counts. */
static void
add_completion(TrkRunState *state, const TrkRunEvent *event)
{
	TrkRunFact *fact = &state->fact;

	fact->completions++;
	fact->ended_at = event->at;
	fact->status = keep_text(state, trk_payload_text(event->payload, "status"));
	fact->payload_ms = trk_call_ms(event->payload, TRK_ATTR_LATENCY_MS);
	if (fact->run_type.len == 0)
		fact->run_type = keep_text(state, trk_payload_text(event->payload, "run_type"));
}

/* Note the currency of a fill. */
static void
add_fill(TrkRunState *state, const TrkRunEvent *event)
{
	TrkRunFact *fact = &state->fact;
	TrkText		currency = trk_payload_text(event->payload, "currency");

	if (fact->fills++ == 0)
		fact->currency = keep_text(state, currency);
	else if (!trk_text_equal(fact->currency, currency))
		fact->flags |= TRK_RUN_CURRENCIES;
}

/*
 * Note that something was blocked.  A rejected check and a rejected trade of one
 * decision are one block; what names no decision is one by itself.
 */
static void
add_block(TrkRunState *state, const TrkRunEvent *event)
{
	TrkText		decision = trk_payload_text(event->payload, "decision_id");

	if (decision.len == 0)
	{
		state->rejections++;
		return;
	}
	if (state->nblocked == state->blocked_capacity)
	{
		MemoryContext old = MemoryContextSwitchTo(state->run);
		int			capacity = state->nblocked == 0 ? 16 : state->nblocked * 2;

		state->blocked = state->nblocked == 0 ? palloc(sizeof(TrkText) * capacity) :
			repalloc_huge(state->blocked, sizeof(TrkText) * (Size) capacity);
		state->blocked_capacity = capacity;
		MemoryContextSwitchTo(old);
	}
	state->blocked[state->nblocked++] = keep_text(state, decision);
}

/*
 * Note that an event names a decision or an order.  A run that names one that is
 * not its own goes on with what another run decided.
 */
static void
note_chain_id(TrkRunState *state, char kind, TrkText id, bool is_own)
{
	char	   *key;
	int64		n = state->chain_ids.n;
	int			number;

	if (id.len == 0)
		return;
	key = MemoryContextAlloc(state->run, id.len + 1);
	key[0] = kind;
	memcpy(key + 1, id.s, id.len);
	number = (int) trk_dict_put(&state->chain_ids, key, id.len + 1);
	pfree(key);
	if (number >= state->chain_capacity)
	{
		int			capacity = Max(16, number * 2);

		state->is_own = number == 0 ? MemoryContextAlloc(state->run, capacity) :
			repalloc_huge(state->is_own, capacity);
		state->chain_capacity = capacity;
	}
	state->is_own[number] = is_own || (number < n && state->is_own[number]);
}

/* Note the decision that an event names, else the order. */
static void
add_chain_event(TrkRunState *state, const TrkRunEvent *event)
{
	TrkText		decision_id = trk_payload_id(event->payload, "decision_id");
	TrkText		intent_id = trk_payload_id(event->payload, "order_intent_id");

	if (event->type == TRK_EVENT_ORDER_INTENT_RECORDED)
		note_chain_id(state, 'o', intent_id, true);
	if (decision_id.len > 0)
		note_chain_id(state, 'd', decision_id, event->type == TRK_EVENT_DECISION_PROPOSED);
	else
		note_chain_id(state, 'o', intent_id, false);
}

/* Return whether the run names decisions or orders that are not its own. */
static bool
follows_up(const TrkRunState *state)
{
	for (int64 i = 0; i < state->chain_ids.n; i++)
		if (!state->is_own[i])
			return true;
	return false;
}

/* Note the build that a run names; of several the latest counts. */
static void
add_build(TrkRunState *state, const TrkRunEvent *event)
{
	TrkText		build = trk_payload_text(event->payload, "build_id");

	if (build.len > 0)
		state->fact.build_id = keep_text(state, build);
}

/* Count a call of a tool; a step that at_record_step() stored is no call. */
static void
add_tool_call(TrkRunFact *fact, const TrkRunEvent *event)
{
	static const TrkText step = {"step", 4};

	if (!trk_text_equal(trk_payload_text(event->payload, "tool_kind"), step))
		fact->tool_calls++;
}

/* Consumer callback: add an event to the run. */
static void
add_event(void *arg, const TrkRunEvent *event)
{
	TrkRunState *state = arg;
	TrkRunFact *fact = &state->fact;

	fact->events++;
	fact->last_at = event->at;
	if (trk_is_step_event(event->type))
		fact->steps++;
	if (event->payload != NULL)
		add_session(state, event);
	if (trk_is_call_event(event->type))
		trk_call_set_add(&state->calls, event);
	switch (event->type)
	{
		case TRK_EVENT_AGENT_RUN_STARTED:
			add_start(state, event);
			break;
		case TRK_EVENT_AGENT_RUN_COMPLETED:
			add_completion(state, event);
			break;
		case TRK_EVENT_AGENT_BUILD_RECORDED:
			add_build(state, event);
			break;
		case TRK_EVENT_TOOL_CALL_COMPLETED:
			add_tool_call(fact, event);
			break;
		case TRK_EVENT_ERROR_RECORDED:
			fact->errors++;
			break;
		case TRK_EVENT_DECISION_PROPOSED:
			fact->decisions++;
			add_chain_event(state, event);
			break;
		case TRK_EVENT_ORDER_INTENT_RECORDED:
		case TRK_EVENT_DECISION_OUTCOME_RECORDED:
			add_chain_event(state, event);
			break;
		case TRK_EVENT_RISK_CHECK_COMPLETED:
			if (trk_payload_is(event->payload, "approved", false))
				add_block(state, event);
			add_chain_event(state, event);
			break;
		case TRK_EVENT_TRADE_REJECTED:
			add_block(state, event);
			add_chain_event(state, event);
			break;
		case TRK_EVENT_PAPER_FILL_RECORDED:
			add_fill(state, event);
			add_chain_event(state, event);
			break;
		default:
			break;
	}
}

/* Add tokens to a sum that is -1 as long as nothing was counted. */
static void
add_tokens(int64 *sum, const TrkCallCost *cost)
{
	if (!cost->has_usage)
		return;
	*sum = Max(*sum, 0);
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
		*sum += cost->usage.count[kind];
}

/* Add an amount to a sum that is 0 as long as none is known. */
static void
add_amount(Datum *sum, const TrkCallCost *cost)
{
	if (cost->source != TRK_SOURCE_NONE)
		*sum = trk_sum_add(*sum, cost->usd);
}

/* Add what a call, or usage by itself, cost to the run. */
static void
add_cost(TrkRunFact *fact, const TrkCallCost *cost, bool is_call)
{
	add_amount(&fact->cost_usd, cost);
	add_tokens(&fact->tokens, cost);
	if (cost->unpriced)
	{
		fact->flags |= TRK_RUN_UNPRICED;
		fact->unpriced_calls += is_call;
	}
}

/* Add a call to the session that its completion names, else its start. */
static void
add_session_call(TrkRunState *state, const TrkCall *call, const TrkCallCost *cost)
{
	const TrkCallSet *set = &state->calls;
	TrkRunSession *session = NULL;

	if (call->end >= 0)
		session = session_of(state, set->sources[call->end].payload, set->events[call->end].at);
	if (session == NULL && call->start >= 0)
		session = session_of(state, set->sources[call->start].payload, set->events[call->start].at);
	if (session == NULL)
		return;
	session->llm_calls++;
	add_amount(&session->cost_usd, cost);
	add_tokens(&session->tokens, cost);
}

/* Add the calls of the run. */
static void
add_calls(TrkRunState *state)
{
	TrkRunFact *fact = &state->fact;
	TrkCallSet *set = &state->calls;
	TrkCallCost cost;

	trk_call_set_pair(set);
	fact->llm_calls = set->calls.ncalls;
	fact->steps += set->calls.ncalls;
	fact->models = palloc(sizeof(TrkText) * (set->calls.ncalls + 1));
	for (int i = 0; i < set->calls.ncalls; i++)
	{
		const TrkCall *call = &set->calls.calls[i];
		TrkText		model = trk_call_text(set, call, TRK_ATTR_MODEL);

		CHECK_FOR_INTERRUPTS();
		trk_call_cost(set, call, state->prices, &cost);
		add_cost(fact, &cost, true);
		add_session_call(state, call, &cost);
		if (model.len > 0)
			fact->models[fact->nmodels++] = model;
	}
	for (int i = 0; i < set->calls.nloose; i++)
	{
		trk_usage_cost(set, set->calls.loose[i], state->prices, &cost);
		add_cost(fact, &cost, false);
	}
	fact->nmodels = distinct_texts(fact->models, fact->nmodels);
	/* a run that used nothing has cost nothing */
	if (fact->cost_usd == (Datum) 0 && (fact->flags & TRK_RUN_UNPRICED) == 0)
		fact->cost_usd = NumericGetDatum(int64_to_numeric(0));
}

/* Consumer callback: finish the fact of a run and pass it on. */
static void
end_run(void *arg)
{
	static const TrkText open = {"open", 4};
	TrkRunState *state = arg;
	TrkRunFact *fact = &state->fact;
	MemoryContext old = MemoryContextSwitchTo(state->run);

	add_calls(state);
	fact->risk_blocks = state->rejections + distinct_texts(state->blocked, state->nblocked);
	fact->follows_up = follows_up(state);
	if (fact->starts == 0)
		fact->flags |= fact->completions == 0 ? TRK_RUN_NO_RUN_EVENTS : TRK_RUN_NO_START;
	if (fact->starts > 1)
		fact->flags |= TRK_RUN_STARTED_TWICE;
	if (fact->completions > 1)
		fact->flags |= TRK_RUN_COMPLETED_TWICE;
	if (fact->starts > 0 && fact->completions == 0)
		fact->status = open;
	if (fact->starts > 0 && fact->completions > 0 && fact->ended_at < fact->started_at)
		fact->flags |= TRK_RUN_CLOCK;
	state->fn(fact, state->arg);
	MemoryContextSwitchTo(old);
}

/* Make a consumer of events that makes facts of them. */
void
trk_run_fact_consumer(TrkRunConsumer *consumer, TrkPrices *prices, TrkRunFactFn fn, void *arg)
{
	TrkRunState *state = palloc0(sizeof(TrkRunState));

	state->run = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker run",
									   ALLOCSET_DEFAULT_SIZES);
	trk_call_set_init(&state->calls);
	state->prices = prices;
	state->fn = fn;
	state->arg = arg;
	consumer->begin = begin_run;
	consumer->add = add_event;
	consumer->end = end_run;
	consumer->state = state;
}

/*
 * decision.c
 *	  Joins events to the decisions that they belong to.
 *
 * A dictionary has a key for each thing that events name: a decision of a run and
 * of an agent, an order, a symbol without ids, the newest price of a symbol.  A key
 * begins with its kind and the numbers of agent and run, so that equal ids of other
 * projects, agents or environments never meet.
 */
#include "base/trk.h"

#include "base/pseudonym.h"
#include "base/sha256.h"
#include "base/text.h"
#include "facts/decision.h"
#include "facts/payload.h"
#include "json/encoding.h"
#include "json/json.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* The first byte of a key. */
typedef enum KeyKind
{
	KEY_DECISION_IN_RUN,		/* run, decision id */
	KEY_DECISION,				/* agent, decision id */
	KEY_INTENT,					/* agent, order intent id */
	KEY_SYMBOL_IN_RUN,			/* run, symbol of decisions without an id */
	KEY_ANY_SYMBOL_IN_RUN,		/* run, symbol of all decisions */
	KEY_INTENT_SYMBOL,			/* run, symbol of an order */
	KEY_PRICE_IN_RUN,			/* run, symbol */
	KEY_PRICE,					/* agent, symbol */
	KEY_PROPOSED_KIND,			/* decision without an id, kind of a proposal of it */
	KEY_BOARD					/* run: how many candidates its newest board has */
} KeyKind;

/* The members that hold a price, in the order in which they count. */
static const char *const price_members[] = {
	"price", "current_price", "market_price", "last_price", "last", "mid", "close", NULL
};

static const TrkText no_text = {"", 0};

/* Make an empty set in a context below the current one. */
void
trk_decision_set_init(TrkDecisionSet *set)
{
	MemoryContext old;

	memset(set, 0, sizeof(*set));
	set->context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker decisions",
										 ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&set->arena, set->context, 65536);
	trk_dict_init(&set->agents, set->context);
	trk_dict_init(&set->runs, set->context);
	trk_dict_init(&set->keys, set->context);
	old = MemoryContextSwitchTo(set->context);
	initStringInfo(&set->key);
	MemoryContextSwitchTo(old);
}

/* Make room in an array for one more than n elements. */
static void *
enlarge(TrkDecisionSet *set, void *array, int *capacity, int n, Size size)
{
	int			more = *capacity == 0 ? 64 : *capacity * 2;

	if (n < *capacity)
		return array;
	*capacity = more;
	return array == NULL ? MemoryContextAlloc(set->context, more * size) :
		repalloc_huge(array, (Size) more * size);
}

/* Copy a text into the set; many are empty. */
static TrkText
keep_text(TrkDecisionSet *set, TrkText text)
{
	return text.len == 0 ? no_text : trk_text_copy(&set->arena, text);
}

/* Write a key of an agent or a run. */
static void
write_key(TrkDecisionSet *set, KeyKind kind, int owner, TrkText text)
{
	resetStringInfo(&set->key);
	appendStringInfoChar(&set->key, (char) kind);
	appendBinaryStringInfo(&set->key, (const char *) &owner, sizeof(owner));
	appendBinaryStringInfo(&set->key, text.s, (int) text.len);
}

/*
 * Return the place of what a key stands for, which is -1 for a key that is new.
 * The next call may move it.
 */
static int *
place_of(TrkDecisionSet *set, KeyKind kind, int owner, TrkText text)
{
	int64		n = set->keys.n;
	int64		number;

	write_key(set, kind, owner, text);
	number = trk_dict_put(&set->keys, set->key.data, set->key.len);
	set->of_key = enlarge(set, set->of_key, &set->key_capacity, (int) number, sizeof(int));
	if (number == n)
		set->of_key[number] = -1;
	return &set->of_key[number];
}

/* Return what a key stands for, or -1. */
static int
lookup(TrkDecisionSet *set, KeyKind kind, int owner, TrkText text)
{
	int64		number;

	if (text.len == 0 && kind != KEY_BOARD)
		return -1;
	write_key(set, kind, owner, text);
	number = trk_dict_find(&set->keys, set->key.data, set->key.len);
	return number < 0 ? -1 : set->of_key[number];
}

/* Write what tells an agent from others; a zero byte ends each text. */
static void
write_agent(TrkDecisionSet *set, TrkText project, TrkText agent_id, int environment)
{
	resetStringInfo(&set->key);
	appendBinaryStringInfo(&set->key, project.s, (int) project.len);
	appendStringInfoChar(&set->key, '\0');
	appendBinaryStringInfo(&set->key, agent_id.s, (int) agent_id.len);
	appendStringInfoChar(&set->key, '\0');
	appendStringInfoChar(&set->key, (char) environment);
}

/* Return the number of the agent of an event. */
static int
agent_of(TrkDecisionSet *set, const TrkRunEvent *event)
{
	int64		n = set->agents.n;
	int			number;

	write_agent(set, event->project, event->agent_id, event->environment);
	number = (int) trk_dict_put(&set->agents, set->key.data, set->key.len);
	if (number == n)
	{
		set->agent = enlarge(set, set->agent, &set->agent_capacity, number, sizeof(TrkChainAgent));
		set->agent[number] = (TrkChainAgent)
		{
			keep_text(set, event->project), keep_text(set, event->agent_id), event->environment
		};
	}
	return number;
}

/* Write a run of an agent. */
static void
write_run(TrkDecisionSet *set, int agent, TrkText run_id)
{
	resetStringInfo(&set->key);
	appendBinaryStringInfo(&set->key, (const char *) &agent, sizeof(agent));
	appendBinaryStringInfo(&set->key, run_id.s, (int) run_id.len);
}

/* Return the number of the run of an event. */
static int
run_of(TrkDecisionSet *set, int agent, TrkText run_id)
{
	int64		n = set->runs.n;
	int			number;

	write_run(set, agent, run_id);
	number = (int) trk_dict_put(&set->runs, set->key.data, set->key.len);
	if (number == n)
	{
		set->run_id = enlarge(set, set->run_id, &set->run_capacity, number, sizeof(TrkText));
		set->run_id[number] = keep_text(set, run_id);
	}
	return number;
}

/* Find an agent, or -1. */
int
trk_decision_agent(TrkDecisionSet *set, TrkText project, TrkText agent_id, int environment)
{
	write_agent(set, project, agent_id, environment);
	return (int) trk_dict_find(&set->agents, set->key.data, set->key.len);
}

/* Return the price in a market snapshot as a numeric: else the middle of bid and ask. */
Datum
trk_snapshot_price(Jsonb *payload, bool *isnull)
{
	Datum		bid;
	Datum		ask;
	bool		no_ask;

	for (const char *const *name = price_members; *name != NULL; name++)
	{
		Datum		price = trk_payload_number(payload, *name, isnull);

		if (!*isnull)
			return price;
	}
	bid = trk_payload_number(payload, "bid", isnull);
	ask = trk_payload_number(payload, "ask", &no_ask);
	*isnull |= no_ask;
	if (*isnull)
		return (Datum) 0;
	return DirectFunctionCall1(numeric_trim_scale,
							   DirectFunctionCall2(numeric_div, DirectFunctionCall2(numeric_add, bid, ask),
												   NumericGetDatum(int64_to_numeric(2))));
}

/*
 * Return the decision that a proposal belongs to, or -1 for a new one: without an
 * id, a proposal of a kind that was there before is another decision.
 */
static int
known_decision(TrkDecisionSet *set, const TrkChainEvent *event)
{
	int			known;

	if (event->decision_id.len > 0)
		return lookup(set, KEY_DECISION_IN_RUN, event->run, event->decision_id);
	known = event->before;
	if (known >= 0 &&
		*place_of(set, KEY_PROPOSED_KIND, known, trk_payload_text(event->payload, "decision_kind")) >= 0)
		return -1;
	return known;
}

/* Append an event to the chain of a decision. */
static void
chain(TrkDecisionSet *set, int decision, int number)
{
	set->events[number].decision = decision;
	set->events[set->decisions[decision].last].next = number;
	set->decisions[decision].last = number;
}

/* Note what finds a new decision. */
static void
note_decision(TrkDecisionSet *set, const TrkChainEvent *event)
{
	if (event->decision_id.len > 0)
	{
		*place_of(set, KEY_DECISION_IN_RUN, event->run, event->decision_id) = event->decision;
		*place_of(set, KEY_DECISION, event->agent, event->decision_id) = event->decision;
	}
	else if (event->symbol.len > 0)
		*place_of(set, KEY_SYMBOL_IN_RUN, event->run, event->symbol) = event->decision;
	if (event->symbol.len > 0)
		*place_of(set, KEY_ANY_SYMBOL_IN_RUN, event->run, event->symbol) = event->decision;
}

/* Make the decision of a proposal. */
static void
add_decision(TrkDecisionSet *set, int number)
{
	TrkChainEvent *event = &set->events[number];
	TrkDecision *decision;

	set->decisions = enlarge(set, set->decisions, &set->decision_capacity, set->ndecisions,
							 sizeof(TrkDecision));
	event->decision = set->ndecisions;
	decision = &set->decisions[set->ndecisions++];
	decision->first = decision->last = number;
	decision->price = lookup(set, KEY_PRICE_IN_RUN, event->run, event->symbol);
	if (decision->price < 0)
	{
		decision->price = lookup(set, KEY_PRICE, event->agent, event->symbol);
		if (decision->price >= 0 && set->prices[decision->price].at < event->at - TRK_PRICE_BOUND)
			decision->price = -1;
	}
	decision->candidates = lookup(set, KEY_BOARD, event->run, no_text);
	decision->oldest = event->before < 0 ? event->decision : set->decisions[event->before].oldest;
	note_decision(set, event);
}

/* Add a proposal: a new decision, or one more event of a decision of its run. */
static void
add_proposal(TrkDecisionSet *set, int number)
{
	TrkChainEvent *event = &set->events[number];
	int			known = known_decision(set, event);

	if (known >= 0)
		chain(set, known, number);
	else
		add_decision(set, number);
	if (event->decision_id.len == 0)
		*place_of(set, KEY_PROPOSED_KIND, event->decision,
				  trk_payload_text(event->payload, "decision_kind")) = number;
}

/* Note what later events look up. */
static void
note_event(TrkDecisionSet *set, int number)
{
	TrkChainEvent *event = &set->events[number];
	int		   *place;

	switch (event->type)
	{
		case TRK_EVENT_ORDER_INTENT_RECORDED:
			/* of an order that is recorded again the first counts */
			place = place_of(set, KEY_INTENT, event->agent, event->intent_id);
			if (event->intent_id.len > 0 && *place < 0)
				*place = number;
			*place_of(set, KEY_INTENT_SYMBOL, event->run, event->symbol) = number;
			break;
		case TRK_EVENT_DECISION_PROPOSED:
			if (event->in_window)
				add_proposal(set, number);
			break;
		default:
			break;
	}
}

/* Note the price in a market snapshot; all else of it is not needed. */
static void
add_price(TrkDecisionSet *set, const TrkRunEvent *event, int agent, int run, TrkText symbol)
{
	bool		isnull;
	Datum		price = trk_snapshot_price(event->payload, &isnull);
	Datum		freshness;
	TrkSeenPrice *seen;

	if (isnull || symbol.len == 0)
		return;
	set->prices = enlarge(set, set->prices, &set->price_capacity, set->nprices, sizeof(TrkSeenPrice));
	seen = &set->prices[set->nprices];
	seen->at = event->at;
	seen->event_id = keep_text(set, event->event_id);
	seen->source = keep_text(set, trk_payload_text(event->payload, "source"));
	seen->price = PointerGetDatum(memcpy(trk_alloc(&set->arena, VARSIZE_ANY(DatumGetPointer(price))),
										 DatumGetPointer(price), VARSIZE_ANY(DatumGetPointer(price))));
	freshness = trk_payload_number(event->payload, "freshness_seconds", &isnull);
	seen->freshness = isnull ? 0 :
		DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, freshness));
	*place_of(set, KEY_PRICE_IN_RUN, run, symbol) = set->nprices;
	*place_of(set, KEY_PRICE, agent, symbol) = set->nprices;
	set->nprices++;
}

/* Add an event, in order of time. */
void
trk_decision_set_add(TrkDecisionSet *set, const TrkRunEvent *event, bool in_window)
{
	int			agent = agent_of(set, event);
	int			run = run_of(set, agent, event->run_id);
	TrkText		symbol = trk_payload_id(event->payload, "symbol");
	int64		candidates;
	TrkChainEvent *copy;

	if (symbol.len > 0)
		symbol = trk_text_upper(&set->arena, trk_checked_utf8(symbol.s, symbol.len));
	if (event->type == TRK_EVENT_MARKET_SNAPSHOT_RECORDED)
	{
		add_price(set, event, agent, run, symbol);
		return;
	}
	if (event->type == TRK_EVENT_OPPORTUNITY_BOARD_RECORDED)
	{
		candidates = trk_payload_count(event->payload, "candidate_count");
		*place_of(set, KEY_BOARD, run, no_text) = (int) Min(candidates, PG_INT32_MAX);
		return;
	}

	set->events = enlarge(set, set->events, &set->capacity, set->n, sizeof(TrkChainEvent));
	copy = &set->events[set->n++];
	copy->type = event->type;
	copy->at = event->at;
	copy->agent = agent;
	copy->run = run;
	copy->in_window = in_window;
	copy->next = copy->decision = -1;
	copy->payload = (Jsonb *) trk_alloc(&set->arena, VARSIZE(event->payload));
	memcpy(copy->payload, event->payload, VARSIZE(event->payload));
	copy->event_id = keep_text(set, event->event_id);
	copy->symbol = symbol;
	copy->decision_id = keep_text(set, trk_payload_id(event->payload, "decision_id"));
	copy->intent_id = keep_text(set, trk_payload_id(event->payload, "order_intent_id"));
	copy->before = copy->decision_id.len > 0 ? lookup(set, KEY_DECISION, agent, copy->decision_id) :
		lookup(set, KEY_SYMBOL_IN_RUN, run, symbol);
	note_event(set, set->n - 1);
}

/* Find the decision with an id of an agent, or -1. */
int
trk_decision_of_id(TrkDecisionSet *set, int agent, TrkText decision_id)
{
	return lookup(set, KEY_DECISION, agent, decision_id);
}

/* Find the first event of an order of an agent, or -1. */
int
trk_decision_intent(TrkDecisionSet *set, int agent, TrkText intent_id)
{
	return lookup(set, KEY_INTENT, agent, intent_id);
}

/* Find the decision of an order of an agent, or -1. */
int
trk_decision_of_intent(TrkDecisionSet *set, int agent, TrkText intent_id)
{
	int			intent = lookup(set, KEY_INTENT, agent, intent_id);

	return intent < 0 ? -1 : set->events[intent].decision;
}

/*
 * Return the decision with the id that an event names: that of its run, else
 * the last before it, else the first of the agent.
 */
static int
decision_of_id(TrkDecisionSet *set, const TrkChainEvent *event)
{
	int			decision = lookup(set, KEY_DECISION_IN_RUN, event->run, event->decision_id);

	if (decision >= 0 || event->decision_id.len == 0)
		return decision;
	if (event->before >= 0)
		return event->before;
	decision = lookup(set, KEY_DECISION, event->agent, event->decision_id);
	return decision < 0 ? -1 : set->decisions[decision].oldest;
}

/*
 * Return the decision of a journal's order, which names as its decision the row of
 * the allocation run: the run's id is a hash of table and row (the import of
 * journals makes it), and the decision is that of the order's symbol in it.
 */
static int
decision_of_allocation(TrkDecisionSet *set, const TrkChainEvent *event)
{
	static const char table[] = "[\"portfolio_allocation_runs\",";
	char		run_id[4 + 32 + 1] = "run_";
	uint8		digest[32];
	TrkText		decision_id;
	TrkBuf		buf;
	int64		run;

	if (event->decision_id.len == 0 || event->symbol.len == 0)
		return -1;
	decision_id = trk_checked_utf8(event->decision_id.s, event->decision_id.len);
	trk_buf_init(&buf, &set->arena, 128);
	trk_buf_append(&buf, table, sizeof(table) - 1);
	trk_json_write_string(&buf, decision_id.s, decision_id.len);
	trk_buf_putc(&buf, ']');
	trk_sha256(buf.data, buf.len, digest);
	trk_hex(digest, 16, run_id + 4);
	write_run(set, event->agent, (TrkText) {run_id, 4 + 32});
	run = trk_dict_find(&set->runs, set->key.data, set->key.len);
	return run < 0 ? -1 : lookup(set, KEY_ANY_SYMBOL_IN_RUN, (int) run, event->symbol);
}

/*
 * Return the decision without an id that an event without ids belongs to: of its
 * run and symbol the last before it, else the first.
 */
static int
decision_of_symbol(TrkDecisionSet *set, const TrkChainEvent *event)
{
	int			decision = event->before;

	if (decision >= 0)
		return decision;
	decision = lookup(set, KEY_SYMBOL_IN_RUN, event->run, event->symbol);
	return decision < 0 ? -1 : set->decisions[decision].oldest;
}

/* Return the decision of an event that is no order, or -1. */
static int
decision_of(TrkDecisionSet *set, const TrkChainEvent *event)
{
	int			decision = decision_of_id(set, event);
	int			intent;

	if (decision < 0)
		decision = trk_decision_of_intent(set, event->agent, event->intent_id);
	if (decision >= 0 || event->decision_id.len > 0)
		return decision;
	if (event->intent_id.len == 0)
		decision = decision_of_symbol(set, event);
	if (decision < 0 && event->intent_id.len == 0)
	{
		intent = lookup(set, KEY_INTENT_SYMBOL, event->run, event->symbol);
		decision = intent < 0 ? -1 : set->events[intent].decision;
	}
	return decision;
}

/* Join all events that were added to the decisions: orders first, as others name them. */
void
trk_decision_set_join(TrkDecisionSet *set)
{
	for (int i = 0; i < set->n; i++)
	{
		TrkChainEvent *event = &set->events[i];
		int			decision;

		CHECK_FOR_INTERRUPTS();
		if (event->type != TRK_EVENT_ORDER_INTENT_RECORDED)
			continue;
		decision = decision_of_id(set, event);
		if (decision < 0)
			decision = decision_of_allocation(set, event);
		if (decision >= 0)
			chain(set, decision, i);
	}
	for (int i = 0; i < set->n; i++)
	{
		TrkChainEvent *event = &set->events[i];
		int			decision;

		CHECK_FOR_INTERRUPTS();
		if (event->type == TRK_EVENT_ORDER_INTENT_RECORDED || event->type == TRK_EVENT_DECISION_PROPOSED)
			continue;
		decision = decision_of(set, event);
		if (decision >= 0)
			chain(set, decision, i);
	}
}

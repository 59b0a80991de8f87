/*
 * decision_sql.c
 *	  The SQL function at_decisions(): decisions in a window, with all that they
 *	  led to.
 *
 * One pass reads the events of the window, the prices of an hour before it, and
 * for a day after it what became of its decisions, in runs that go on beyond the
 * window and in those that follow up what other runs decided.
 */
#include "base/trk.h"

#include <math.h>

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "catalog/pg_type.h"
#include "facts/decision_fill.h"
#include "facts/id_column.h"
#include "facts/payload.h"
#include "facts/sum.h"
#include "facts/window.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* How long after the window events are read that belong to its decisions. */
#define LOOK_AHEAD		(INT64CONST(86400) * 1000000)

#define CHAIN_TYPES \
	"'risk.check.completed', 'trade.rejected', 'order.intent.recorded', 'paper.fill.recorded'," \
	" 'decision.outcome.recorded'"

#define ALL_TYPES \
	"'decision.proposed', 'market.snapshot.recorded', 'opportunity.board.recorded', " CHAIN_TYPES

#define OF_WINDOW \
	" AND ($1 IS NULL OR e.project OPERATOR(pg_catalog.=) $1)" \
	" AND ($4 IS NULL OR e.agent_id OPERATOR(pg_catalog.=) $4)" \
	" AND ($5 IS NULL OR e.environment OPERATOR(pg_catalog.=) $5)"

#define ORDER_COLUMNS	", e.ingested_at, e.line_no, e.key_digest"

/*
 * $6 and $7 are the bounds of what is read.  Of a run that began before, what it
 * saw before counts.
 */
static const char decision_events[] =
"WITH longer AS ("
TRK_RUNS_ACROSS("$6") " UNION " TRK_RUNS_ACROSS("$3") " UNION " TRK_RUNS_WRITTEN("$6", "$7")
" UNION SELECT f.project, f.run_id FROM %1$s.at_run_fact f WHERE f.follows_up"
" AND f.first_at OPERATOR(pg_catalog.>=) $3 AND f.first_at OPERATOR(pg_catalog.<) $7"
" AND ($1 IS NULL OR f.project OPERATOR(pg_catalog.=) $1)"
") SELECT " TRK_RUN_COLUMNS ", e.payload FROM ("
" SELECT " TRK_RUN_COLUMNS ", e.payload" ORDER_COLUMNS " FROM %1$s.at_event e"
" WHERE ($2 IS NULL OR e.occurred_at OPERATOR(pg_catalog.>=) $6)"
" AND ($3 IS NULL OR e.occurred_at OPERATOR(pg_catalog.<) $3)"
" AND e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::%1$s.at_event_type[])"
" AND ($2 IS NULL OR e.occurred_at OPERATOR(pg_catalog.>=) $2"
" OR e.event_type OPERATOR(pg_catalog.=) 'market.snapshot.recorded')"
OF_WINDOW
" UNION ALL"
" SELECT " TRK_RUN_COLUMNS ", e.payload" ORDER_COLUMNS " FROM longer l, LATERAL ("
 /* OFFSET 0: by the index, however many there are */
" SELECT * FROM %1$s.at_event e WHERE e.run_id OPERATOR(%1$s.=) l.run_id OFFSET 0) e"
" WHERE e.project OPERATOR(pg_catalog.=) l.project"
" AND (e.occurred_at OPERATOR(pg_catalog.<) $6 AND e.event_type OPERATOR(pg_catalog.=)"
" ANY (ARRAY['market.snapshot.recorded', 'opportunity.board.recorded']::%1$s.at_event_type[])"
" OR e.occurred_at OPERATOR(pg_catalog.>=) $3 AND e.occurred_at OPERATOR(pg_catalog.<) $7"
" AND e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[" CHAIN_TYPES "]::%1$s.at_event_type[]))"
OF_WINDOW
") e ORDER BY e.occurred_at" ORDER_COLUMNS;

/* The state of a listing. */
typedef struct Listing
{
	FunctionCallInfo fcinfo;
	TrkStore   *store;
	TrkWindow	window;
	Oid			id_type;
	TrkDecisionSet set;
	TrkDecisionFills fills;
	MemoryContext row;			/* reset for each decision */
	TrkArena	arena;			/* in that context */
} Listing;

/* What a decision's events say together; a numeric of 0 is none. */
typedef struct Chain
{
	int			intent;			/* the first order, or -1 */
	int			outcome;		/* the last outcome, or -1 */
	int			approved;		/* -1: nobody said */
	TrkText		rejected_by;
	Datum		intended_quantity;
	Datum		intended_notional;	/* of what has a price */
	Datum		priced_quantity;
	TrkText    *reasons;
	int			nreasons;
	int		   *events;			/* in order of time */
	int			nevents;
} Chain;

/* Consumer callbacks: events come in order of time, whatever their run. */
static void
ignore_begin(void *state, const TrkRunEvent *first)
{
}

static void
ignore_end(void *state)
{
}

/* Consumer callback: add an event. */
static void
add_event(void *state, const TrkRunEvent *event)
{
	Listing    *list = state;

	trk_decision_set_add(&list->set, event,
						 event->at >= list->window.since && event->at < list->window.until);
}

/* Divide numerics, without zeros at the end; 0 when there is nothing to divide by. */
static Datum
divide(Datum a, Datum b)
{
	Datum		zero = NumericGetDatum(int64_to_numeric(0));

	if (a == 0 || b == 0 || DatumGetBool(DirectFunctionCall2(numeric_eq, b, zero)))
		return (Datum) 0;
	return DirectFunctionCall1(numeric_trim_scale, DirectFunctionCall2(numeric_div, a, b));
}

/* Add a reason, once. */
static void
add_reason(Chain *chain, TrkText reason)
{
	if (reason.len == 0)
		return;
	for (int i = 0; i < chain->nreasons; i++)
		if (trk_text_equal(chain->reasons[i], reason))
			return;
	if ((chain->nreasons & (chain->nreasons - 1)) == 0)
		chain->reasons = chain->nreasons == 0 ? palloc(sizeof(TrkText)) :
			repalloc(chain->reasons, sizeof(TrkText) * chain->nreasons * 2);
	chain->reasons[chain->nreasons++] = reason;
}

/* Add the verdict of a risk check; one that rejects decides. */
static void
add_check(Chain *chain, Jsonb *payload)
{
	JsonbValue	reasons;

	if (trk_payload_is(payload, "approved", true) && chain->approved < 0)
		chain->approved = 1;
	if (!trk_payload_is(payload, "approved", false))
		return;
	chain->approved = 0;
	if (chain->rejected_by.len == 0)
		chain->rejected_by = trk_payload_text(payload, "risk_check_kind");
	add_reason(chain, trk_payload_text(payload, "reasons"));
	if (trk_payload_member(payload, "reasons", &reasons) && reasons.type == jbvBinary &&
		JsonContainerIsArray(reasons.val.binary.data))
		for (uint32 i = 0; i < JsonContainerSize(reasons.val.binary.data); i++)
		{
			JsonbValue *item = getIthJsonbValueFromContainer(reasons.val.binary.data, i);

			if (item->type == jbvString)
				add_reason(chain, (TrkText) {item->val.string.val, (Size) item->val.string.len});
		}
}

/* Add a rejection. */
static void
add_rejection(Chain *chain, Jsonb *payload)
{
	TrkText		rejected_by = trk_payload_text(payload, "rejected_by");

	chain->approved = 0;
	if (rejected_by.len > 0)
		chain->rejected_by = rejected_by;
	add_reason(chain, trk_payload_text(payload, "reason_code"));
}

/* Return whether a numeric is above zero. */
static bool
is_positive(Datum value)
{
	return DatumGetBool(DirectFunctionCall2(numeric_gt, value, NumericGetDatum(int64_to_numeric(0))));
}

/* Add an order; of an order that is recorded again the first counts. */
static void
add_intent(Listing *list, Chain *chain, int number)
{
	const TrkChainEvent *event = &list->set.events[number];
	bool		no_quantity;
	bool		no_price;
	Datum		quantity = trk_payload_number(event->payload, "intended_quantity", &no_quantity);
	Datum		price = trk_payload_number(event->payload, "intended_price", &no_price);
	int			first = trk_decision_intent(&list->set, event->agent, event->intent_id);

	if (first >= 0 && first != number && list->set.events[first].decision == event->decision)
		return;
	if (chain->intent < 0)
		chain->intent = number;
	if (no_quantity)
		return;
	chain->intended_quantity = trk_sum_add(chain->intended_quantity, quantity);
	if (no_price || !is_positive(price))
		return;
	chain->priced_quantity = trk_sum_add(chain->priced_quantity, quantity);
	chain->intended_notional = trk_sum_add(chain->intended_notional,
										   DirectFunctionCall2(numeric_mul, quantity, price));
}

/* Compare numbers of events for qsort(): they are in order of time. */
static int
compare_ints(const void *a, const void *b)
{
	return *(const int *) a - *(const int *) b;
}

/* Collect what the events of a decision say. */
static void
read_chain(Listing *list, const TrkDecision *decision, Chain *chain)
{
	const TrkDecisionSet *set = &list->set;
	int			n = 0;
	int		   *events;

	memset(chain, 0, sizeof(*chain));
	chain->intent = chain->outcome = chain->approved = -1;
	for (int e = decision->first; e >= 0; e = set->events[e].next)
		n++;
	events = chain->events = palloc(sizeof(int) * n);
	n = 0;
	for (int e = decision->first; e >= 0; e = set->events[e].next)
		events[n++] = e;
	qsort(events, n, sizeof(int), compare_ints);
	chain->nevents = n;
	for (int i = 0; i < n; i++)
	{
		Jsonb	   *payload = set->events[events[i]].payload;

		CHECK_FOR_INTERRUPTS();
		switch (set->events[events[i]].type)
		{
			case TRK_EVENT_RISK_CHECK_COMPLETED:
				add_check(chain, payload);
				break;
			case TRK_EVENT_TRADE_REJECTED:
				add_rejection(chain, payload);
				break;
			case TRK_EVENT_ORDER_INTENT_RECORDED:
				add_intent(list, chain, events[i]);
				break;
			case TRK_EVENT_DECISION_OUTCOME_RECORDED:
				chain->outcome = events[i];
				break;
			default:
				break;
		}
	}
}

/*
 * Return the payload of the last proposal of a decision that has a member, else of
 * its first: a decision that is proposed again is what it was at last.
 */
static Jsonb *
proposal_with(const Listing *list, const Chain *chain, const char *name)
{
	JsonbValue	value;
	Jsonb	   *payload = NULL;

	for (int i = 0; i < chain->nevents; i++)
	{
		const TrkChainEvent *event = &list->set.events[chain->events[i]];

		if (event->type == TRK_EVENT_DECISION_PROPOSED &&
			(payload == NULL || trk_payload_member(event->payload, name, &value)))
			payload = event->payload;
	}
	return payload;
}

/* Set the next column to a text or a number of the proposal. */
static void
put_text(TrkComposite *row, const Listing *list, const Chain *chain, const char *name)
{
	trk_put_nonempty(row, trk_payload_text(proposal_with(list, chain, name), name));
}

static void
put_number(TrkComposite *row, const Listing *list, const Chain *chain, const char *name)
{
	bool		isnull;
	Datum		value = trk_payload_number(proposal_with(list, chain, name), name, &isnull);

	trk_put_nullable(row, value, isnull);
}

/* Set the column of how many candidates there were: the decision's, else the board's. */
static void
put_candidates(TrkComposite *row, const Listing *list, const TrkDecision *decision, const Chain *chain)
{
	int64		n = trk_payload_count(proposal_with(list, chain, "candidate_count"), "candidate_count");

	if (n < 0)
		n = decision->candidates;
	trk_put_nullable(row, Int64GetDatum(n), n < 0);
}

/* Set the columns of the price that was seen: price, time, age, source. */
static void
put_price(TrkComposite *row, const Listing *list, const TrkDecision *decision)
{
	const TrkSeenPrice *seen;

	if (decision->price < 0)
	{
		for (int i = 0; i < 4; i++)
			trk_put_null(row);
		return;
	}
	seen = &list->set.prices[decision->price];
	trk_put(row, seen->price);
	trk_put(row, TimestampTzGetDatum(seen->at));
	/* to the microsecond, as times are */
	trk_put_nonnegative(row, rint((double) (list->set.events[decision->first].at - seen->at) +
								  seen->freshness * 1000000.0) / 1000000.0);
	trk_put_nonempty(row, seen->source);
}

/* Set the columns of the verdict: approved, reasons, rejected_by. */
static void
put_verdict(TrkComposite *row, const Chain *chain)
{
	trk_put_nullable(row, BoolGetDatum(chain->approved == 1), chain->approved < 0);
	trk_put_texts(row, chain->reasons, chain->nreasons);
	trk_put_nonempty(row, chain->rejected_by);
}

/* Return 1 for an order that buys, -1 for one that sells, 0 when it is not known. */
static int
side_of(Jsonb *payload)
{
	TrkText		side = trk_payload_text(payload, "side");

	if ((side.len == 3 && pg_strncasecmp(side.s, "buy", 3) == 0) ||
		(side.len == 5 && pg_strncasecmp(side.s, "cover", 5) == 0))
		return 1;
	if ((side.len == 4 && pg_strncasecmp(side.s, "sell", 4) == 0) ||
		(side.len == 5 && pg_strncasecmp(side.s, "short", 5) == 0))
		return -1;
	return 0;
}

/* Return the order of a decision that a fill executes: the one it names, else the first. */
static int
intent_of_fill(Listing *list, const Chain *chain, const TrkDecisionFill *fill)
{
	const TrkChainEvent *first = &list->set.events[list->set.decisions[fill->decision].first];
	int			intent = trk_decision_intent(&list->set, first->agent, fill->intent_id);

	return intent >= 0 && list->set.events[intent].decision == fill->decision ? intent : chain->intent;
}

/* The sums of a decision's fills; a numeric of 0 is none. */
typedef struct FillSums
{
	int64		n;
	Datum		quantity;
	Datum		notional;
	Datum		worse;			/* what they cost more than intended */
	Datum		intended;		/* their notional at the intended prices */
} FillSums;

/* Add a fill to the sums. */
static void
add_fill(Listing *list, const Chain *chain, const TrkDecisionFill *fill, FillSums *sums)
{
	int			intent = intent_of_fill(list, chain, fill);
	Datum		notional = DirectFunctionCall2(numeric_mul, fill->quantity, fill->price);
	Jsonb	   *payload = intent < 0 ? NULL : list->set.events[intent].payload;
	int			sign = intent < 0 ? 0 : side_of(payload);
	bool		isnull;
	Datum		price;
	Datum		worse;

	sums->n++;
	sums->quantity = trk_sum_add(sums->quantity, fill->quantity);
	sums->notional = trk_sum_add(sums->notional, notional);
	if (sign == 0)
		return;
	price = trk_payload_number(payload, "intended_price", &isnull);
	if (isnull || !is_positive(price))
		return;
	price = DirectFunctionCall2(numeric_mul, fill->quantity, price);
	worse = sign > 0 ? DirectFunctionCall2(numeric_sub, notional, price) :
		DirectFunctionCall2(numeric_sub, price, notional);
	sums->worse = trk_sum_add(sums->worse, worse);
	sums->intended = trk_sum_add(sums->intended, price);
}

/* Set the columns of orders and fills. */
static void
put_fills(TrkComposite *row, Listing *list, int number, const Chain *chain)
{
	FillSums	sums = {0};
	Datum		bps = (Datum) 0;

	for (int f = list->fills.first[number]; f >= 0; f = list->fills.fills[f].next)
		add_fill(list, chain, &list->fills.fills[f], &sums);
	trk_put_nonempty(row, chain->intent < 0 ? (TrkText) {"", 0} : list->set.events[chain->intent].intent_id);
	trk_put_reference(row, chain->intended_quantity);
	trk_put_reference(row, divide(chain->intended_notional, chain->priced_quantity));
	trk_put_int(row, sums.n);
	trk_put_reference(row, sums.quantity);
	trk_put_reference(row, divide(sums.notional, sums.quantity));
	if (sums.worse != 0)
		bps = divide(DirectFunctionCall2(numeric_mul, sums.worse,
										 NumericGetDatum(int64_to_numeric(10000))), sums.intended);
	trk_put_reference(row, bps);
}

/* Set the columns of the outcome: its kind, whether the plan was followed, the result. */
static void
put_outcome(TrkComposite *row, const Listing *list, int number, const Chain *chain)
{
	Jsonb	   *payload = chain->outcome < 0 ? NULL : list->set.events[chain->outcome].payload;
	bool		followed = trk_payload_is(payload, "followed_plan", true);

	trk_put_nonempty(row, trk_payload_text(payload, "outcome_kind"));
	trk_put_nullable(row, BoolGetDatum(followed),
					 !followed && !trk_payload_is(payload, "followed_plan", false));
	trk_put_reference(row, list->fills.net_pnl[number]);
}

/* Set the column of all events: the price that was seen, the chain, later fills. */
static void
put_events(TrkComposite *row, Listing *list, int number, const Chain *chain)
{
	const TrkDecisionSet *set = &list->set;
	const TrkDecision *decision = &set->decisions[number];
	TrkText    *ids;
	int			n = 0;
	int			most = chain->nevents + 1;

	for (int f = list->fills.first[number]; f >= 0; f = list->fills.fills[f].next)
		most++;
	ids = palloc(sizeof(TrkText) * most);
	if (decision->price >= 0)
		ids[n++] = set->prices[decision->price].event_id;
	for (int i = 0; i < chain->nevents; i++)
		ids[n++] = set->events[chain->events[i]].event_id;
	for (int f = list->fills.first[number]; f >= 0; f = list->fills.fills[f].next)
		if (!list->fills.fills[f].was_read)
			ids[n++] = list->fills.fills[f].event_id;
	trk_put_ids(row, ids, n, list->id_type, &list->arena);
}

/* Add a decision to the result. */
static void
put_decision(Listing *list, int number)
{
	const TrkDecisionSet *set = &list->set;
	const TrkDecision *decision = &set->decisions[number];
	const TrkChainEvent *first = &set->events[decision->first];
	const TrkChainAgent *agent = &set->agent[first->agent];
	Chain		chain;
	TrkComposite row;

	read_chain(list, decision, &chain);
	trk_composite_begin_set(&row, list->fcinfo);
	trk_put(&row, TimestampTzGetDatum(first->at));
	trk_put_nonempty(&row, agent->agent_id);
	trk_put(&row, ObjectIdGetDatum(list->store->environments[agent->environment]));
	trk_put_id(&row, set->run_id[first->run], &list->arena);
	trk_put_nonempty(&row, first->decision_id);
	put_text(&row, list, &chain, "symbol");
	put_text(&row, list, &chain, "action");
	put_text(&row, list, &chain, "decision_kind");
	put_text(&row, list, &chain, "reason_code");
	put_candidates(&row, list, decision, &chain);
	put_number(&row, list, &chain, "confidence");
	put_number(&row, list, &chain, "target_weight");
	put_price(&row, list, decision);
	put_verdict(&row, &chain);
	put_fills(&row, list, number, &chain);
	put_outcome(&row, list, number, &chain);
	put_events(&row, list, number, &chain);
	trk_composite_store(&row);
}

/* Read the events of the window and what belongs to its decisions. */
static int64
read_events(Listing *list)
{
	TrkRunConsumer consumer = {ignore_begin, add_event, ignore_end, list};
	TrkWindow  *window = &list->window;
	Oid			types[7] = {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, InvalidOid,
	TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[7];
	char		nulls[7];
	bool		has_since = window->nulls[1] == ' ' && window->since > DT_NOBEGIN + TRK_PRICE_BOUND;
	bool		has_until = window->nulls[2] == ' ' && window->until < DT_NOEND - LOOK_AHEAD;

	memcpy(values, window->values, sizeof(window->values));
	memcpy(nulls, window->nulls, sizeof(window->nulls));
	types[4] = trk_store_type(list->store, "at_environment");
	nulls[1] = nulls[5] = has_since ? ' ' : 'n';
	nulls[2] = nulls[6] = has_until ? ' ' : 'n';
	values[5] = TimestampTzGetDatum(has_since ? window->since - TRK_PRICE_BOUND : 0);
	values[6] = TimestampTzGetDatum(has_until ? window->until + LOOK_AHEAD : 0);
	trk_run_events_read(list->store, decision_events, ALL_TYPES, 7, types, values, nulls, &consumer);
	return has_until ? window->until + LOOK_AHEAD : DT_NOEND;
}

TRK_HIDE_CONTEXT_FUNCTION(at_decisions);
/* at_decisions(project, since, until, agent_id, environment) */
static Datum
at_decisions_body(PG_FUNCTION_ARGS)
{
	Listing		list = {fcinfo};
	int64		horizon;
	MemoryContext old;

	InitMaterializedSRF(fcinfo, 0);
	list.store = trk_store_open(fcinfo, false);
	trk_window_args(&list.window, fcinfo, list.store);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	list.id_type = trk_store_type(list.store, "at_id");
	trk_decision_set_init(&list.set);
	horizon = read_events(&list);
	trk_decision_set_join(&list.set);
	trk_decision_fills_collect(&list.fills, &list.set, list.store, list.window.values[0],
							   list.window.nulls[0] != ' ', horizon);
	list.row = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker decision", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(list.row);
	for (int d = 0; d < list.set.ndecisions; d++)
	{
		CHECK_FOR_INTERRUPTS();
		trk_arena_init(&list.arena, list.row, 8192);
		put_decision(&list, d);
		MemoryContextReset(list.row);
	}
	MemoryContextSwitchTo(old);
	SPI_finish();
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_snapshot_price);
/* _at_snapshot_price(payload) */
static Datum
at_snapshot_price_body(PG_FUNCTION_ARGS)
{
	bool		isnull;
	Datum		price = trk_snapshot_price(PG_GETARG_JSONB_P(0), &isnull);

	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(price);
}

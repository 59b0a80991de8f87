/*
 * calls.c
 *	  Collects the calls of language models of a run and says what they cost.
 */
#include "base/trk.h"

#include "facts/calls.h"
#include "facts/payload.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* The members that hold a field, in the order in which they count. */
static const struct
{
	TrkCallField field;
	const char *name;
}			call_fields[] = {
#define TRK_CALL_FIELD(field, name) {TRK_ATTR_##field, name},
#include "facts/call_field.def"
#undef TRK_CALL_FIELD
};

/* The members that hold a cost, in the order in which they count. */
static const struct
{
	TrkCostSource source;
	const char *name;
}			cost_fields[] = {
#define TRK_COST_FIELD(source, name) {TRK_SOURCE_##source, name},
#include "facts/cost_field.def"
#undef TRK_COST_FIELD
};

static const TrkText no_text = {"", 0};

/* Return the name of where a cost comes from. */
const char *
trk_cost_source_name(TrkCostSource source)
{
	static const char *const names[] = {
		[TRK_SOURCE_NONE] = NULL,
		[TRK_SOURCE_REPORTED] = "reported",
		[TRK_SOURCE_ESTIMATED] = "estimated",
		[TRK_SOURCE_COMPUTED] = "computed"
	};

	return names[source];
}

/* Return the text of a field; of an array of texts the first. */
TrkText
trk_call_field(Jsonb *payload, TrkCallField field)
{
	TrkText		text = no_text;

	for (int i = 0; i < (int) lengthof(call_fields) && text.len == 0; i++)
	{
		JsonbValue	value;

		if (call_fields[i].field != field)
			continue;
		text = trk_payload_text(payload, call_fields[i].name);
		if (text.len == 0 && trk_payload_member(payload, call_fields[i].name, &value) &&
			value.type == jbvBinary && JsonContainerIsArray(value.val.binary.data))
		{
			JsonbValue *first = getIthJsonbValueFromContainer(value.val.binary.data, 0);

			if (first != NULL && first->type == jbvString)
				text = (TrkText) {first->val.string.val, (Size) first->val.string.len};
		}
	}
	return text;
}

/* Return the milliseconds in a field of a payload, or -1. */
double
trk_call_ms(Jsonb *payload, TrkCallField field)
{
	for (int i = 0; i < (int) lengthof(call_fields); i++)
	{
		bool		isnull;
		Datum		number;
		double		ms;

		if (call_fields[i].field != field)
			continue;
		number = trk_payload_number(payload, call_fields[i].name, &isnull);
		if (isnull)
			continue;
		ms = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));
		/* more than ten years is no duration */
		if (ms >= 0 && ms < 4e11)
			return ms;
	}
	return -1;
}

/* Return whether events of this type take part in calls. */
bool
trk_is_call_event(TrkEventType type)
{
	return type == TRK_EVENT_LLM_CALL_STARTED || type == TRK_EVENT_LLM_CALL_COMPLETED ||
		type == TRK_EVENT_COST_USAGE_RECORDED;
}

/* Make an empty set in a context below the current one. */
void
trk_call_set_init(TrkCallSet *set)
{
	memset(set, 0, sizeof(*set));
	set->context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker calls",
										 ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&set->arena, set->context, 8192);
}

/* Empty it for the next run. */
void
trk_call_set_reset(TrkCallSet *set)
{
	MemoryContext context = set->context;

	MemoryContextReset(context);
	memset(set, 0, sizeof(*set));
	set->context = context;
	trk_arena_init(&set->arena, context, 8192);
}

/* Copy a text into the set; most are empty. */
static TrkText
keep_text(TrkCallSet *set, TrkText text)
{
	return text.len == 0 ? no_text : trk_text_copy(&set->arena, text);
}

/* Compare texts for sorting references. */
static int
compare_texts(const void *a, const void *b)
{
	return trk_text_compare(*(const TrkText *) a, *(const TrkText *) b);
}

/* Return a reference as a text: itself, or table and id of an object. */
static TrkText
reference_text(TrkCallSet *set, JsonbValue *value, bool *is_prompt)
{
	JsonbValue	table;
	JsonbValue	id;
	TrkBuf		buf;

	if (value->type == jbvString)
	{
		*is_prompt |= value->val.string.len > 16 &&
			memcmp(value->val.string.val, "prompt_versions/", 16) == 0;
		return keep_text(set, (TrkText) {value->val.string.val, (Size) value->val.string.len});
	}
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data) ||
		getKeyJsonValueFromContainer(value->val.binary.data, "table", 5, &table) == NULL ||
		getKeyJsonValueFromContainer(value->val.binary.data, "id", 2, &id) == NULL ||
		table.type != jbvString || id.type != jbvString)
		return no_text;
	*is_prompt |= table.val.string.len == 15 &&
		memcmp(table.val.string.val, "prompt_versions", 15) == 0;
	trk_buf_init(&buf, &set->arena, 64);
	trk_buf_append(&buf, table.val.string.val, table.val.string.len);
	trk_buf_putc(&buf, '/');
	trk_buf_append(&buf, id.val.string.val, id.val.string.len);
	return (TrkText) {buf.data, buf.len};
}

/*
 * Return the evidence_refs of a payload as one text, in an order of their own,
 * and whether one of them is a version of a prompt.
 */
static TrkText
references(TrkCallSet *set, Jsonb *payload, bool *is_prompt)
{
	JsonbValue	value;
	JsonbContainer *array;
	TrkText    *texts;
	TrkBuf		buf;
	int			n;

	*is_prompt = false;
	if (!trk_payload_member(payload, "evidence_refs", &value))
		return no_text;
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
		return reference_text(set, &value, is_prompt);
	array = value.val.binary.data;
	n = (int) JsonContainerSize(array);
	texts = trk_alloc_array(&set->arena, TrkText, n);
	for (int i = 0; i < n; i++)
		texts[i] = reference_text(set, getIthJsonbValueFromContainer(array, (uint32) i), is_prompt);
	qsort(texts, n, sizeof(TrkText), compare_texts);
	trk_buf_init(&buf, &set->arena, 64);
	for (int i = 0; i < n; i++)
	{
		if (texts[i].len == 0)
			continue;
		trk_buf_append(&buf, texts[i].s, texts[i].len);
		trk_buf_putc(&buf, '\0');
	}
	return (TrkText) {buf.data, buf.len};
}

/*
 * Return the amount that a payload reports, and where it comes from.  An amount
 * below zero, and one of another currency than US dollars, is none.
 */
static TrkCostSource
reported_cost(Jsonb *payload, Datum *usd)
{
	TrkText		currency = trk_payload_text(payload, "currency");

	if (currency.len > 0 && !(currency.len == 3 && pg_strncasecmp(currency.s, "usd", 3) == 0))
		return TRK_SOURCE_NONE;
	for (int i = 0; i < (int) lengthof(cost_fields); i++)
	{
		bool		isnull;

		*usd = trk_payload_number(payload, cost_fields[i].name, &isnull);
		if (!isnull && !numeric_is_nan(DatumGetNumeric(*usd)) &&
			!numeric_is_inf(DatumGetNumeric(*usd)) &&
			DatumGetBool(DirectFunctionCall2(numeric_ge, *usd, NumericGetDatum(int64_to_numeric(0)))))
			return cost_fields[i].source;
	}
	return TRK_SOURCE_NONE;
}

/* Make room for one more event. */
static void
enlarge(TrkCallSet *set)
{
	MemoryContext old = MemoryContextSwitchTo(set->context);
	int			capacity = set->capacity == 0 ? 16 : set->capacity * 2;

	if (set->n == set->capacity)
	{
		set->events = set->n == 0 ? palloc(sizeof(TrkCallEvent) * capacity) :
			repalloc_huge(set->events, sizeof(TrkCallEvent) * (Size) capacity);
		set->sources = set->n == 0 ? palloc(sizeof(TrkCallSource) * capacity) :
			repalloc_huge(set->sources, sizeof(TrkCallSource) * (Size) capacity);
		set->capacity = capacity;
	}
	MemoryContextSwitchTo(old);
}

/* Add an event of a run, in the order of time. */
void
trk_call_set_add(TrkCallSet *set, const TrkRunEvent *event)
{
	TrkCallEvent *call;
	TrkCallSource *source;
	Jsonb	   *payload = event->payload;
	TrkTokenUsage usage;
	Datum		usd;

	enlarge(set);
	call = &set->events[set->n];
	source = &set->sources[set->n++];
	source->event_id = keep_text(set, event->event_id);
	source->parent_span_id = keep_text(set, event->parent_span_id);
	source->payload = (Jsonb *) trk_alloc(&set->arena, VARSIZE(payload));
	memcpy(source->payload, payload, VARSIZE(payload));
	call->kind = event->type == TRK_EVENT_LLM_CALL_STARTED ? TRK_CALL_START :
		event->type == TRK_EVENT_LLM_CALL_COMPLETED ? TRK_CALL_END : TRK_CALL_USAGE;
	call->at = event->at;
	call->span_id = keep_text(set, event->span_id);
	call->call_id = keep_text(set, trk_call_field(payload, TRK_ATTR_CALL_ID));
	call->refs = references(set, payload, &call->is_prompt);
	call->provider = keep_text(set, trk_call_field(payload, TRK_ATTR_PROVIDER));
	call->model = keep_text(set, trk_call_field(payload, TRK_ATTR_MODEL));
	call->purpose = keep_text(set, trk_call_field(payload, TRK_ATTR_PURPOSE));
	call->has_prompt = trk_payload_text(payload, "prompt_hash").len > 0;
	call->bills_call = call->kind == TRK_CALL_USAGE &&
		(reported_cost(payload, &usd) != TRK_SOURCE_NONE || trk_usage_read(payload, &usage));
}

/* Pair all events that were added. */
void
trk_call_set_pair(TrkCallSet *set)
{
	trk_calls_pair(set->events, set->n, &set->arena, &set->calls);
}

/* Return a field of a call: of its completion, else of its start. */
TrkText
trk_call_text(const TrkCallSet *set, const TrkCall *call, TrkCallField field)
{
	TrkText		text = no_text;

	if (call->end >= 0)
		text = trk_call_field(set->sources[call->end].payload, field);
	if (text.len == 0 && call->start >= 0)
		text = trk_call_field(set->sources[call->start].payload, field);
	return text;
}

/* Add an amount that an event reports, if it is of the best kind so far. */
static void
add_reported(const TrkCallSet *set, int event, TrkCallCost *cost)
{
	Datum		usd;
	TrkCostSource source = reported_cost(set->sources[event].payload, &usd);

	if (source == TRK_SOURCE_NONE || (cost->source != TRK_SOURCE_NONE && source > cost->source))
		return;
	if (source == cost->source)
		usd = DirectFunctionCall2(numeric_add, cost->usd, usd);
	else
		cost->event = event;
	cost->source = source;
	cost->usd = usd;
}

/* Take the usage of an event, if the call has none yet; later events add to it. */
static void
add_usage(const TrkCallSet *set, int event, TrkCallCost *cost)
{
	TrkTokenUsage usage;

	if (!trk_usage_read(set->sources[event].payload, &usage))
		return;
	if (!cost->has_usage)
	{
		cost->usage = usage;
		cost->has_usage = true;
		if (cost->event < 0)
			cost->event = event;
		return;
	}
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
		cost->usage.count[kind] = Min(cost->usage.count[kind] + usage.count[kind], TRK_MAX_TOKENS);
	cost->usage.known |= usage.known;
	cost->usage.unreadable |= usage.unreadable;
	cost->usage.conflict |= usage.conflict;
}

/* Set prices up, for the current memory context. */
void
trk_prices_init(TrkPrices *prices, Oid nsp)
{
	prices->nsp = nsp;
	prices->context = CurrentMemoryContext;
	prices->book = NULL;
}

/* Where nothing was reported, compute the cost of the tokens. */
static void
finish_cost(TrkCallCost *cost, TrkText provider, TrkText model, int64 at, TrkPrices *prices)
{
	TrkCost		computed;

	if (cost->source == TRK_SOURCE_NONE && cost->has_usage)
	{
		if (prices->book == NULL)
			prices->book = trk_price_book_open(prices->context, prices->nsp);
		if (trk_price_book_cost(prices->book, provider, model, at, &cost->usage, &computed))
		{
			cost->source = TRK_SOURCE_COMPUTED;
			cost->usd = trk_cost_numeric(computed.amount);
		}
	}
	cost->unpriced = cost->source == TRK_SOURCE_NONE;
}

/* Return whether a call succeeded: by its status, else by that of HTTP. */
TrkOutcome
trk_call_outcome(const TrkCallSet *set, const TrkCall *call)
{
	Jsonb	   *payload;
	TrkOutcome	outcome;

	if (call->end < 0)
		return TRK_OUTCOME_UNDECIDED;
	payload = set->sources[call->end].payload;
	outcome = trk_status_outcome(trk_call_field(payload, TRK_ATTR_STATUS));
	return outcome != TRK_OUTCOME_UNDECIDED ? outcome :
		trk_status_outcome(trk_call_field(payload, TRK_ATTR_HTTP_STATUS));
}

/* Say what a call cost. */
void
trk_call_cost(const TrkCallSet *set, const TrkCall *call, TrkPrices *prices, TrkCallCost *cost)
{
	TrkText		model = trk_call_text(set, call, TRK_ATTR_RESPONSE_MODEL);
	int			first = call->end >= 0 ? call->end : call->start;

	memset(cost, 0, sizeof(*cost));
	cost->event = -1;
	if (call->end >= 0)
	{
		add_reported(set, call->end, cost);
		add_usage(set, call->end, cost);
	}
	if (cost->source != TRK_SOURCE_REPORTED)
		for (int u = call->usage; u >= 0; u = set->calls.next_usage[u])
			add_reported(set, u, cost);
	if (!cost->has_usage)
		for (int u = call->usage; u >= 0; u = set->calls.next_usage[u])
			add_usage(set, u, cost);
	if (model.len == 0)
		model = trk_call_text(set, call, TRK_ATTR_MODEL);
	finish_cost(cost, set->events[first].provider, model, set->events[first].at, prices);

	/*
	 * A call that has not ended has cost nothing yet that we could know, and one that failed and
	 * says of no tokens has used none.
	 */
	if (!cost->has_usage &&
		((call->end < 0 && call->usage < 0) || trk_call_outcome(set, call) == TRK_OUTCOME_FAILED))
		cost->unpriced = false;
}

/* Say what usage that belongs to no call cost. */
void
trk_usage_cost(const TrkCallSet *set, int event, TrkPrices *prices, TrkCallCost *cost)
{
	const TrkCallEvent *usage = &set->events[event];

	memset(cost, 0, sizeof(*cost));
	cost->event = -1;
	add_reported(set, event, cost);
	add_usage(set, event, cost);
	finish_cost(cost, usage->provider, usage->model, usage->at, prices);
}

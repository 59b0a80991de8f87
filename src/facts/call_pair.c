/*
 * call_pair.c
 *	  Pairs the events of calls of language models.
 */
#include "base/trk.h"

#include "base/text.h"
#include "facts/call_pair.h"

/* What an event is paired by under one rule; a key of length 0 takes no part. */
typedef TrkText (*KeyFunction) (const TrkCallEvent *event, TrkArena *arena);

/* An event that is not paired yet, with its key. */
typedef struct Keyed
{
	TrkText		key;
	int			number;			/* of the event, or of the call */
} Keyed;

/* The state of pairing one run. */
typedef struct Pairing
{
	const TrkCallEvent *events;
	int			n;
	TrkArena   *arena;
	int		   *partner;		/* by event: its start or completion, or -1 */
	int		   *call_of;		/* by event: the call that it is the start or end of, or -1 */
	Keyed	   *left;			/* room for n events */
	Keyed	   *right;
	TrkCalls   *result;
} Pairing;

/* Compare keys, then positions in the run. */
static int
compare_keyed(const void *a, const void *b)
{
	const Keyed *x = a;
	const Keyed *y = b;
	int			order = trk_text_compare(x->key, y->key);

	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* Return several texts as one key; each ends in a zero byte, which no text has. */
static TrkText
join_texts(TrkArena *arena, const TrkText *texts, int n)
{
	TrkText		key = {NULL, 0};
	char	   *out;

	for (int i = 0; i < n; i++)
		key.len += texts[i].len + 1;
	out = trk_alloc(arena, key.len);
	key.s = out;
	for (int i = 0; i < n; i++)
	{
		memcpy(out, texts[i].s, texts[i].len);
		out += texts[i].len;
		*out++ = '\0';
	}
	return key;
}

/* KeyFunctions: the span; the id of the call; the rows that the event was made of. */
static TrkText
span_key(const TrkCallEvent *event, TrkArena *arena)
{
	return event->span_id;
}

static TrkText
call_id_key(const TrkCallEvent *event, TrkArena *arena)
{
	return event->call_id;
}

static TrkText
refs_key(const TrkCallEvent *event, TrkArena *arena)
{
	return event->refs;
}

/* KeyFunction: provider, model and purpose. */
static TrkText
model_key(const TrkCallEvent *event, TrkArena *arena)
{
	TrkText		texts[3] = {event->provider, event->model, event->purpose};

	return join_texts(arena, texts, 3);
}

/* KeyFunction: the same, of starts that name a call id and completions that do not. */
static TrkText
model_key_half(const TrkCallEvent *event, TrkArena *arena)
{
	static const TrkText none = {"", 0};

	if ((event->call_id.len > 0) != (event->kind == TRK_CALL_START))
		return none;
	return model_key(event, arena);
}

/* KeyFunction: the same, of starts that name no call id, and of completions. */
static TrkText
model_key_other(const TrkCallEvent *event, TrkArena *arena)
{
	static const TrkText none = {"", 0};

	if (event->call_id.len > 0 && event->kind == TRK_CALL_START)
		return none;
	return model_key(event, arena);
}

/* KeyFunction: the same, of events that name nothing else that they could be paired by. */
static TrkText
model_key_unnamed(const TrkCallEvent *event, TrkArena *arena)
{
	static const TrkText none = {"", 0};

	if (event->span_id.len > 0 || event->call_id.len > 0 || event->refs.len > 0)
		return none;
	return model_key(event, arena);
}

/* KeyFunction of usage and calls: provider and model. */
static TrkText
usage_key(const TrkCallEvent *event, TrkArena *arena)
{
	TrkText		texts[2] = {event->provider, event->model};

	return join_texts(arena, texts, 2);
}

/* KeyFunction: the provider of usage that names no model, and of calls. */
static TrkText
usage_without_model_key(const TrkCallEvent *event, TrkArena *arena)
{
	static const TrkText none = {"", 0};

	if (event->kind == TRK_CALL_USAGE && event->model.len > 0)
		return none;
	return event->provider;
}

/* Collect the events of a kind that have no partner, sorted by their keys. */
static int
collect(Pairing *p, TrkCallEventKind kind, KeyFunction key_of, Keyed *out)
{
	int			count = 0;

	for (int i = 0; i < p->n; i++)
	{
		const TrkCallEvent *event = &p->events[i];
		TrkText		key;

		if (event->kind != kind || event->is_prompt || p->partner[i] >= 0)
			continue;
		key = key_of(event, p->arena);
		if (key.len > 0)
			out[count++] = (Keyed) {key, i};
	}
	qsort(out, count, sizeof(Keyed), compare_keyed);
	return count;
}

/*
 * Pair the k-th start of each key with its k-th completion.  In order, a
 * completion belongs only to a start that was before it.
 */
static void
pair_by(Pairing *p, KeyFunction key_of, bool in_order)
{
	int			nleft = collect(p, TRK_CALL_START, key_of, p->left);
	int			nright = nleft > 0 ? collect(p, TRK_CALL_END, key_of, p->right) : 0;
	int			i = 0;
	int			j = 0;

	while (i < nleft && j < nright)
	{
		int			cmp = trk_text_compare(p->left[i].key, p->right[j].key);

		if (cmp < 0)
			i++;
		else if (cmp > 0 || (in_order && p->left[i].number > p->right[j].number))
			j++;
		else
		{
			p->partner[p->left[i].number] = p->right[j].number;
			p->partner[p->right[j].number] = p->left[i].number;
			i++;
			j++;
		}
	}
}

/* Return whether an event is the first of a call, or the only one. */
static bool
begins_call(const Pairing *p, int i)
{
	const TrkCallEvent *event = &p->events[i];

	if (event->kind == TRK_CALL_USAGE || event->is_prompt)
		return false;
	if (p->partner[i] >= 0)
		return p->partner[i] > i;
	/* who records a prompt by a start alone has not made a call */
	return event->kind == TRK_CALL_END || !event->has_prompt;
}

/* Make the list of calls from the pairs. */
static void
list_calls(Pairing *p)
{
	TrkCalls   *result = p->result;

	for (int i = 0; i < p->n; i++)
	{
		TrkCall    *call;
		int			other = p->partner[i];
		bool		is_start = p->events[i].kind == TRK_CALL_START;

		p->call_of[i] = -1;
		if (other >= 0 && other < i)
			p->call_of[i] = p->call_of[other];
		if (!begins_call(p, i))
			continue;
		call = &result->calls[result->ncalls];
		call->start = is_start ? i : other;
		call->end = is_start ? other : i;
		call->usage = -1;
		call->last_usage = -1;
		call->flags = 0;
		if (call->end < 0)
			call->flags = TRK_CALL_OPEN;
		else if (call->start < 0)
			call->flags = TRK_CALL_UNPAIRED;
		else if (p->events[call->end].at < p->events[call->start].at)
			call->flags = TRK_CALL_CLOCK;
		p->call_of[i] = result->ncalls++;
	}
}

/* Add usage to a call, behind what it has. */
static void
add_usage(Pairing *p, int number, int usage)
{
	TrkCall    *call = &p->result->calls[number];

	p->partner[usage] = number;
	if (call->usage < 0)
		call->usage = usage;
	else
		p->result->next_usage[call->last_usage] = usage;
	call->last_usage = usage;
}

/* Collect the usage that belongs to no call yet, sorted by its keys. */
static int
collect_usage(Pairing *p, KeyFunction key_of)
{
	int			count = 0;

	for (int i = 0; i < p->n; i++)
	{
		const TrkCallEvent *event = &p->events[i];
		TrkText		key;

		if (event->kind != TRK_CALL_USAGE || !event->bills_call || p->partner[i] >= 0)
			continue;
		key = key_of(event, p->arena);
		if (key.len > 0)
			p->left[count++] = (Keyed) {key, i};
	}
	qsort(p->left, count, sizeof(Keyed), compare_keyed);
	return count;
}

/*
 * Add usage to the calls whose start or completion has the same key.  Several
 * events of usage, say of input and of output, may name one call.
 */
static void
usage_by_name(Pairing *p, KeyFunction key_of)
{
	int			nusage = collect_usage(p, key_of);
	int			nends = 0;
	int			j = 0;

	if (nusage == 0)
		return;
	for (int i = 0; i < p->n; i++)
		if (p->events[i].kind != TRK_CALL_USAGE && p->call_of[i] >= 0)
		{
			p->right[nends] = (Keyed) {key_of(&p->events[i], p->arena), i};
			if (p->right[nends].key.len > 0)
				nends++;
		}
	qsort(p->right, nends, sizeof(Keyed), compare_keyed);
	for (int i = 0; i < nusage; i++)
	{
		while (j < nends && trk_text_compare(p->right[j].key, p->left[i].key) < 0)
			j++;
		if (j < nends && trk_text_compare(p->right[j].key, p->left[i].key) == 0)
			add_usage(p, p->call_of[p->right[j].number], p->left[i].number);
	}
}

/*
 * Add the k-th usage of a key to the k-th completed call of that key that has
 * no usage.
 */
static void
usage_in_order(Pairing *p, KeyFunction key_of)
{
	int			nusage = collect_usage(p, key_of);
	int			nends = 0;
	int			j = 0;

	if (nusage == 0)
		return;
	for (int c = 0; c < p->result->ncalls; c++)
	{
		const TrkCall *call = &p->result->calls[c];

		if (call->end < 0 || call->usage >= 0)
			continue;
		p->right[nends] = (Keyed) {key_of(&p->events[call->end], p->arena), call->end};
		if (p->right[nends].key.len > 0)
			nends++;
	}
	qsort(p->right, nends, sizeof(Keyed), compare_keyed);
	for (int i = 0; i < nusage && j < nends;)
	{
		int			cmp = trk_text_compare(p->left[i].key, p->right[j].key);

		if (cmp == 0)
			add_usage(p, p->call_of[p->right[j].number], p->left[i].number);
		if (cmp <= 0)
			i++;
		if (cmp >= 0)
			j++;
	}
}

/* List the usage that belongs to no call. */
static void
list_loose(Pairing *p)
{
	for (int i = 0; i < p->n; i++)
		if (p->events[i].kind == TRK_CALL_USAGE && p->partner[i] < 0)
			p->result->loose[p->result->nloose++] = i;
}

/* Pair the events of one run, agent and environment, which are in order of time. */
void
trk_calls_pair(const TrkCallEvent *events, int n, TrkArena *arena, TrkCalls *result)
{
	Pairing		p = {events, n, arena};

	memset(result, 0, sizeof(*result));
	if (n == 0)
		return;
	p.result = result;
	p.partner = trk_alloc_array(arena, int, n);
	p.call_of = trk_alloc_array(arena, int, n);
	p.left = trk_alloc_array(arena, Keyed, n);
	p.right = trk_alloc_array(arena, Keyed, n);
	result->calls = trk_alloc_array(arena, TrkCall, n);
	result->next_usage = trk_alloc_array(arena, int, n);
	result->loose = trk_alloc_array(arena, int, n);
	memset(p.partner, -1, sizeof(int) * n);
	memset(result->next_usage, -1, sizeof(int) * n);
	pair_by(&p, span_key, false);
	pair_by(&p, call_id_key, false);
	pair_by(&p, refs_key, false);
	pair_by(&p, model_key_half, true);
	pair_by(&p, model_key_other, true);

	/*
	 * Clocks differ, so a completion may come before its start.  But one that names a span or a
	 * call is rather that of a start that was never recorded.
	 */
	pair_by(&p, model_key_unnamed, false);
	list_calls(&p);
	usage_by_name(&p, span_key);
	usage_by_name(&p, call_id_key);
	usage_in_order(&p, usage_key);
	usage_in_order(&p, usage_without_model_key);
	list_loose(&p);
}

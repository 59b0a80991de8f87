/*
 * test_call_pair.c
 *	  Which events of a run belong to the same call.
 */
#include "tap.h"

#include "facts/call_pair.h"

static TrkArena arena;
static TrkCalls calls;

/* A text of a C string. */
static TrkText
text_of(const char *s)
{
	TrkText		text = {s, strlen(s)};

	return text;
}

/* An event of gpt-5, unless another model is set behind it with the other members. */
#define EVENT(kind, at, ...) \
	(TrkCallEvent) {TRK_CALL_##kind, at, ##__VA_ARGS__}
#define SPAN(s) .span_id = text_of(s)
#define ID(s)	.call_id = text_of(s)
#define REFS(s) .refs = text_of(s)
#define MODEL(s)	.model = text_of(s)
#define CREDITS		.purpose = {"credits", 7}

/* Set the members that an event was made without. */
static void
complete(TrkCallEvent *event)
{
	TrkText    *texts[] = {&event->span_id, &event->call_id, &event->refs, &event->purpose};

	event->provider = text_of("openai");
	if (event->model.s == NULL)
		event->model = text_of("gpt-5");
	event->bills_call = event->kind == TRK_CALL_USAGE && event->purpose.len == 0;
	for (int i = 0; i < (int) lengthof(texts); i++)
		if (texts[i]->s == NULL)
			*texts[i] = text_of("");
}

/* Pair some events. */
static void
pair(const TrkCallEvent *events, int n)
{
	TrkCallEvent *copy = malloc(sizeof(TrkCallEvent) * (n + 1));

	for (int i = 0; i < n; i++)
	{
		copy[i] = events[i];
		complete(&copy[i]);
	}
	trk_arena_reset(&arena);
	trk_calls_pair(copy, n, &arena, &calls);
	free(copy);
}

/* Is there such a call, with these events and flags? */
static bool
has_call(int start, int end, int usage, uint32 flags)
{
	for (int i = 0; i < calls.ncalls; i++)
		if (calls.calls[i].start == start && calls.calls[i].end == end &&
			calls.calls[i].usage == usage && calls.calls[i].flags == flags)
			return true;
	return false;
}

/* By span, call id and references, whatever the order in time. */
static void
by_name(void)
{
	const TrkCallEvent spans[] = {
		EVENT(START, 1, SPAN("a")), EVENT(START, 2, SPAN("b")),
		EVENT(END, 3, SPAN("b")), EVENT(END, 4, SPAN("a"))
	};
	const TrkCallEvent ids[] = {
		EVENT(START, 1, SPAN("a"), ID("x")), EVENT(START, 2, SPAN("b"), ID("y")),
		EVENT(END, 3, SPAN("c"), ID("y")), EVENT(END, 4, SPAN("d"), ID("x"))
	};
	const TrkCallEvent refs[] = {
		EVENT(END, 1, REFS("llm_runs/1")), EVENT(START, 2, REFS("llm_runs/1"))
	};

	pair(spans, 4);
	ok(calls.ncalls == 2 && has_call(0, 3, -1, 0) && has_call(1, 2, -1, 0), "calls that overlap are paired by span");
	pair(ids, 4);
	ok(calls.ncalls == 2 && has_call(0, 3, -1, 0) && has_call(1, 2, -1, 0), "calls are paired by call id");
	pair(refs, 2);
	ok(calls.ncalls == 1 && has_call(1, 0, -1, TRK_CALL_CLOCK), "a completion before its start is paired by references, and flagged");
}

/* By order, and what is left. */
static void
in_order(void)
{
	const TrkCallEvent parallel[] = {
		EVENT(START, 1), EVENT(START, 2, MODEL("o3")), EVENT(START, 3),
		EVENT(END, 4), EVENT(END, 5), EVENT(END, 6, MODEL("o3"))
	};
	const TrkCallEvent early[] = {
		EVENT(END, 1), EVENT(START, 2), EVENT(END, 3), EVENT(START, 4)
	};
	const TrkCallEvent orphans[] = {
		EVENT(END, 1, SPAN("a")), EVENT(START, 2, SPAN("b")), EVENT(END, 3, ID("x")), EVENT(START, 4)
	};
	const TrkCallEvent other_ids[] = {
		EVENT(START, 1, ID("x")), EVENT(END, 2, ID("y")), EVENT(END, 3)
	};
	const TrkCallEvent left[] = {
		EVENT(START, 1), EVENT(END, 2, MODEL("o3")), EVENT(START, 3, .has_prompt = true),
		EVENT(START, 4, .is_prompt = true)
	};

	pair(parallel, 6);
	ok(calls.ncalls == 3 && has_call(0, 3, -1, 0) && has_call(2, 4, -1, 0) && has_call(1, 5, -1, 0),
	   "the k-th start goes with the k-th completion of the same model");
	pair(early, 4);
	ok(calls.ncalls == 2 && has_call(1, 2, -1, 0) && has_call(3, 0, -1, TRK_CALL_CLOCK),
	   "a completion is of a start before it, if there is one");
	pair(orphans, 4);
	ok(calls.ncalls == 3 && has_call(-1, 0, -1, TRK_CALL_UNPAIRED) && has_call(1, 2, -1, 0) &&
	   has_call(3, -1, -1, TRK_CALL_OPEN),
	   "a completion that names its span or its call is not of a start after it");
	pair(other_ids, 3);
	ok(calls.ncalls == 2 && has_call(0, 2, -1, 0) && has_call(-1, 1, -1, TRK_CALL_UNPAIRED),
	   "two call ids that differ are two calls");
	pair(left, 4);
	ok(calls.ncalls == 2 && has_call(0, -1, -1, TRK_CALL_OPEN) && has_call(-1, 1, -1, TRK_CALL_UNPAIRED),
	   "what has no partner is open or unpaired; prompts are no calls");
}

/* Usage: by span, by call id, in order; and what belongs to no call. */
static void
usage(void)
{
	const TrkCallEvent named[] = {
		EVENT(START, 1, SPAN("a")), EVENT(END, 2, SPAN("a")), EVENT(END, 3, ID("x")),
		EVENT(USAGE, 4, ID("x")), EVENT(USAGE, 5, SPAN("a")), EVENT(USAGE, 6, SPAN("a"))
	};
	const TrkCallEvent parallel[] = {
		EVENT(START, 1), EVENT(START, 2), EVENT(END, 3), EVENT(END, 4), EVENT(USAGE, 5), EVENT(USAGE, 6)
	};
	const TrkCallEvent loose[] = {
		EVENT(END, 1), EVENT(USAGE, 2, CREDITS), EVENT(USAGE, 3, MODEL("o3")),
		EVENT(USAGE, 4, MODEL("")), EVENT(USAGE, 5)
	};

	pair(named, 6);
	ok(calls.ncalls == 2 && has_call(0, 1, 4, 0) && has_call(-1, 2, 3, TRK_CALL_UNPAIRED) &&
	   calls.next_usage[4] == 5 && calls.next_usage[5] == -1 && calls.nloose == 0,
	   "usage that names a call is that call's, however much there is");
	pair(parallel, 6);
	ok(calls.ncalls == 2 && has_call(0, 2, 4, 0) && has_call(1, 3, 5, 0), "usage of parallel calls goes to each of them in order");
	pair(loose, 5);
	ok(calls.ncalls == 1 && has_call(-1, 0, 4, TRK_CALL_UNPAIRED) && calls.nloose == 3 &&
	   calls.loose[0] == 1 && calls.loose[1] == 2 && calls.loose[2] == 3,
	   "credits, another model and what comes too late belong to no call");
	pair(NULL, 0);
	ok(calls.ncalls == 0 && calls.nloose == 0, "a run without calls has none");
}

/* Many events: no pairing may take time that grows with the square. */
static void
many(void)
{
	int			n = 200000;
	TrkCallEvent *events = malloc(sizeof(TrkCallEvent) * n);

	for (int i = 0; i < n; i++)
		events[i] = i % 4 == 0 ? EVENT(START, i) : i % 4 == 1 ? EVENT(END, i) :
			i % 4 == 2 ? EVENT(USAGE, i) : EVENT(USAGE, i, SPAN("one"));
	events[1].span_id = text_of("one");
	pair(events, n);
	ok(calls.ncalls == n / 4 && calls.nloose == 1, "50,000 calls with 100,000 uses, half of them of one call");
	free(events);
}

int
main(void)
{
	trk_arena_init(&arena, NULL, 8192);
	by_name();
	in_order();
	usage();
	many();
	return done_testing();
}

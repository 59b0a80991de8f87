/*
 * calls.h
 *	  The calls of language models of a run, what they used and what they cost.
 *	  Called by what reads runs: facts of runs, listings of calls, steps.
 *
 * Each cost counts once.  Only completions and metered usage have costs, because
 * some senders repeat both on the start; usage that names a call, or comes in its
 * order, is that call's, and other usage is a cost of the run by itself.  What the
 * sender reports counts before what he estimates, and that before what we compute
 * of tokens and prices.
 */
#ifndef TRK_CALLS_H
#define TRK_CALLS_H

#include "contract/status_words.h"
#include "facts/call_pair.h"
#include "facts/price.h"
#include "facts/run_events.h"
#include "facts/usage.h"

/* Fields of calls. */
typedef enum TrkCallField
{
	TRK_ATTR_PROVIDER,
	TRK_ATTR_MODEL,
	TRK_ATTR_RESPONSE_MODEL,
	TRK_ATTR_OPERATION,
	TRK_ATTR_PURPOSE,
	TRK_ATTR_PROMPT_VERSION,
	TRK_ATTR_CALL_ID,
	TRK_ATTR_SESSION_ID,
	TRK_ATTR_USER_ID,
	TRK_ATTR_APP_ID,
	TRK_ATTR_HTTP_STATUS,
	TRK_ATTR_STATUS,
	TRK_ATTR_FINISH_REASON,
	TRK_ATTR_ERROR_KIND,
	TRK_ATTR_LATENCY_MS,
	TRK_ATTR_TTFT_MS,
	TRK_ATTR_TOOL_NAME,
	TRK_ATTR_PARENT_RUN_ID,
	TRK_ATTR_PARENT_AGENT_ID
} TrkCallField;

typedef enum TrkCostSource
{
	TRK_SOURCE_NONE,
	TRK_SOURCE_REPORTED,
	TRK_SOURCE_ESTIMATED,
	TRK_SOURCE_COMPUTED
} TrkCostSource;

/* An event that takes part in calls; copied into the set. */
typedef struct TrkCallSource
{
	TrkText		event_id;
	TrkText		parent_span_id;
	Jsonb	   *payload;
} TrkCallSource;

/* The events of calls of one run, and the calls once they are paired. */
typedef struct TrkCallSet
{
	MemoryContext context;		/* holds all below; reset for each run */
	TrkArena	arena;
	TrkCallEvent *events;
	TrkCallSource *sources;
	int			n;
	int			capacity;
	TrkCalls	calls;
} TrkCallSet;

/* The prices of a query, which are read when a first call needs them. */
typedef struct TrkPrices
{
	Oid			nsp;			/* the schema of the store */
	MemoryContext context;
	TrkPriceBook *book;
} TrkPrices;

/* What a call, or usage by itself, cost. */
typedef struct TrkCallCost
{
	TrkTokenUsage usage;
	bool		has_usage;
	TrkCostSource source;
	Datum		usd;			/* numeric, unless source is TRK_SOURCE_NONE */
	bool		unpriced;		/* used something of which the cost is not known */
	int			event;			/* the event that reported the cost, else the one with the usage,
								 * or -1 */
} TrkCallCost;

/* Set prices up, for the current memory context; SPI must be connected when they are used. */
extern void trk_prices_init(TrkPrices *prices, Oid nsp);

/* Return whether events of this type take part in calls. */
extern bool trk_is_call_event(TrkEventType type);

/* Make an empty set in a context below the current one. */
extern void trk_call_set_init(TrkCallSet *set);

/* Empty it for the next run. */
extern void trk_call_set_reset(TrkCallSet *set);

/* Add an event of a run, in the order of time. */
extern void trk_call_set_add(TrkCallSet *set, const TrkRunEvent *event);

/* Pair all events that were added. */
extern void trk_call_set_pair(TrkCallSet *set);

/*
 * Say what a call cost.  Amounts are allocated in the current context.
 */
extern void trk_call_cost(const TrkCallSet *set, const TrkCall *call, TrkPrices *prices,
						  TrkCallCost *cost);

/* The same of usage that belongs to no call; event is its number. */
extern void trk_usage_cost(const TrkCallSet *set, int event, TrkPrices *prices,
						   TrkCallCost *cost);

/* Return whether a call succeeded: by its status, else by that of HTTP. */
extern TrkOutcome trk_call_outcome(const TrkCallSet *set, const TrkCall *call);

/* Return the text of a field of a payload, of length 0 when there is none. */
extern TrkText trk_call_field(Jsonb *payload, TrkCallField field);

/*
 * Return a field of a call: of its completion, else of its start.
 */
extern TrkText trk_call_text(const TrkCallSet *set, const TrkCall *call, TrkCallField field);

/*
 * Return the milliseconds in a field of a payload, or -1.
 */
extern double trk_call_ms(Jsonb *payload, TrkCallField field);

/* Return the name of where a cost comes from. */
extern const char *trk_cost_source_name(TrkCostSource source);

#endif							/* TRK_CALLS_H */

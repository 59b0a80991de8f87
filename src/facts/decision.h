/*
 * decision.h
 *	  Decisions as chains of events: what was proposed, the price that was seen,
 *	  risk checks, orders, fills and the outcome.  Called by decision_sql.c.
 *
 * Events are added in order of time, of all runs together, because orders, fills
 * and outcomes may be recorded in later runs than the decision.  They are joined
 * by the ids that they name, and where they name none by run and symbol.
 */
#ifndef TRK_DECISION_H
#define TRK_DECISION_H

#include "base/dict.h"
#include "facts/run_events.h"

/* The newest price of the agent in another run counts for so long (microseconds). */
#define TRK_PRICE_BOUND		(INT64CONST(3600) * 1000000)

/* An event of a chain, copied into the set. */
typedef struct TrkChainEvent
{
	TrkEventType type;
	int64		at;
	int			agent;			/* number of project, agent and environment */
	int			run;			/* number of the run within it */
	TrkText		event_id;
	TrkText		decision_id;	/* length 0: none */
	TrkText		intent_id;
	TrkText		symbol;			/* in upper case and UTF-8 */
	Jsonb	   *payload;
	int			next;			/* the next event of the same decision, or -1 */
	int			decision;		/* number of the decision it belongs to, or -1 */
	int			before;			/* the last decision before it with its id, or without ids of its
								 * run and symbol, or -1 */
	bool		in_window;
} TrkChainEvent;

/* A price that a market snapshot recorded. */
typedef struct TrkSeenPrice
{
	int64		at;
	TrkText		event_id;
	TrkText		source;
	Datum		price;			/* numeric */
	double		freshness;		/* seconds that it was old then */
} TrkSeenPrice;

/* A decision: numbers of events, -1 where there is none. */
typedef struct TrkDecision
{
	int			first;			/* its first proposal */
	int			last;
	int			price;			/* number of the price that it saw */
	int			candidates;		/* of the board before it in its run */
	int			oldest;			/* the first decision with the same id of the agent, or without ids
								 * of the same run and symbol */
} TrkDecision;

/* Whose events these are. */
typedef struct TrkChainAgent
{
	TrkText		project;
	TrkText		agent_id;
	int			environment;
} TrkChainAgent;

typedef struct TrkDecisionSet
{
	MemoryContext context;
	TrkArena	arena;
	StringInfoData key;
	TrkDict		agents;
	TrkDict		runs;
	TrkDict		keys;			/* of decisions, orders and prices */
	TrkChainAgent *agent;		/* by number */
	int			agent_capacity;
	TrkText    *run_id;			/* by number */
	int			run_capacity;
	int		   *of_key;			/* by number of the key: an event, a decision, a price */
	int			key_capacity;
	TrkChainEvent *events;
	int			n;
	int			capacity;
	TrkSeenPrice *prices;
	int			nprices;
	int			price_capacity;
	TrkDecision *decisions;
	int			ndecisions;
	int			decision_capacity;
} TrkDecisionSet;

/* Make an empty set in a context below the current one. */
extern void trk_decision_set_init(TrkDecisionSet *set);

/*
 * Add an event, in order of time.  Proposals outside of the window are no
 * decisions of the set.
 */
extern void trk_decision_set_add(TrkDecisionSet *set, const TrkRunEvent *event, bool in_window);

/* Join all events that were added to the decisions. */
extern void trk_decision_set_join(TrkDecisionSet *set);

/* Find the first event of an order of an agent, or -1. */
extern int	trk_decision_intent(TrkDecisionSet *set, int agent, TrkText intent_id);

/* Find the decision of an order of an agent, or -1. */
extern int	trk_decision_of_intent(TrkDecisionSet *set, int agent, TrkText intent_id);

/* Find the decision with an id of an agent, or -1. */
extern int	trk_decision_of_id(TrkDecisionSet *set, int agent, TrkText decision_id);

/* Find an agent, or -1. */
extern int	trk_decision_agent(TrkDecisionSet *set, TrkText project, TrkText agent_id,
							   int environment);

/* Return the price in a market snapshot as a numeric. */
extern Datum trk_snapshot_price(Jsonb *payload, bool *isnull);

#endif							/* TRK_DECISION_H */

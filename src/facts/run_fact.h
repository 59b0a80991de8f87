/*
 * run_fact.h
 *	  What is known of a run as a whole, from its events.  Called by
 *	  run_sql.c.
 */
#ifndef TRK_RUN_FACT_H
#define TRK_RUN_FACT_H

#include "facts/calls.h"

/* Flags of a run. */
#define TRK_RUN_NO_RUN_EVENTS	0x001	/* neither a start nor a completion */
#define TRK_RUN_NO_START		0x002	/* a completion without a start */
#define TRK_RUN_STARTED_TWICE	0x004
#define TRK_RUN_COMPLETED_TWICE 0x008
#define TRK_RUN_CLOCK			0x010	/* it ended before it started */
#define TRK_RUN_CURRENCIES		0x020	/* its fills are in several currencies */
#define TRK_RUN_UNPRICED		0x040	/* the cost of something that it used is not known */

/* The names of the flags, in their order. */
#define TRK_RUN_FLAGS	7
extern const char *const trk_run_flag_names[TRK_RUN_FLAGS];

/* What a run did in one session, or conversation. */
typedef struct TrkRunSession
{
	TrkText		session_id;
	int64		first_at;
	int64		last_at;
	int64		events;
	int64		llm_calls;
	int64		tokens;			/* -1: nothing was counted */
	Datum		cost_usd;		/* numeric; 0: not known */
} TrkRunSession;

/* A run; texts and amounts live in the context of the state. */
typedef struct TrkRunFact
{
	TrkText		project;
	TrkText		agent_id;
	TrkText		run_id;
	int			environment;
	TrkText		run_type;		/* a text of length 0: not known */
	TrkText		status;			/* of the last completion, "open", or of length 0 */
	TrkText		build_id;
	TrkText		currency;		/* of its fills, when it is one */
	TrkText		parent_run_id;	/* of the run that handed over to it */
	TrkText		parent_agent_id;	/* and of that run's agent */
	int64		started_at;
	int64		ended_at;
	int64		first_at;
	int64		last_at;
	double		payload_ms;		/* the duration that the completion says, or -1 */
	int			starts;
	int			completions;
	int64		events;
	int64		steps;
	int64		llm_calls;
	int64		tool_calls;
	int64		errors;
	int64		decisions;
	int64		risk_blocks;
	int64		fills;
	int64		tokens;			/* -1: nothing was counted */
	Datum		cost_usd;		/* numeric; 0: not known */
	int64		unpriced_calls;
	TrkText    *models;			/* sorted */
	int			nmodels;
	TrkRunSession *sessions;	/* in the order in which they were first named */
	int			nsessions;
	bool		follows_up;		/* has checks, orders, fills or outcomes of other runs' decisions */
	uint32		flags;
} TrkRunFact;

typedef struct TrkRunState TrkRunState;

/* Called for each run when its last event was read. */
typedef void (*TrkRunFactFn) (const TrkRunFact *fact, void *arg);

/*
 * Make a consumer of events (run_events.h) that makes facts of them.
 */
extern void trk_run_fact_consumer(TrkRunConsumer *consumer, TrkPrices *prices,
								  TrkRunFactFn fn, void *arg);

#endif							/* TRK_RUN_FACT_H */

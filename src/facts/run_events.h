/*
 * run_events.h
 *	  Reads stored events run by run.  Called by the functions that say what a
 *	  run was: facts of runs, calls, steps.
 */
#ifndef TRK_RUN_EVENTS_H
#define TRK_RUN_EVENTS_H

#include "base/arena.h"
#include "contract/contract.h"
#include "store/store.h"
#include "utils/jsonb.h"

/*
 * The columns that a query for events must have, from an at_event with the
 * alias e; behind them it has the payload, or NULL where it is not needed.
 */
#define TRK_RUN_COLUMNS \
	"e.project, e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_type," \
	" e.event_id, e.span_id, e.parent_span_id"

/*
 * The order that it must have, beginning with the run: events that are later in
 * time come later, and events of one time as they arrived.
 */
#define TRK_RUN_ORDER \
	"e.project, e.run_id, e.agent_id, e.environment, e.occurred_at, e.ingested_at, e.line_no," \
	" e.key_digest"

/* An event; all that it points to is valid until the next one. */
typedef struct TrkRunEvent
{
	TrkText		project;
	TrkText		agent_id;
	TrkText		run_id;
	int			environment;
	int64		at;				/* microseconds since 2000-01-01 */
	TrkEventType type;
	TrkText		event_id;
	TrkText		span_id;		/* length 0: none */
	TrkText		parent_span_id;
	Jsonb	   *payload;		/* NULL: not read */
} TrkRunEvent;

/*
 * Who gets the events.  A run is what has the same project, run id, agent and
 * environment.
 */
typedef struct TrkRunConsumer
{
	void		(*begin) (void *state, const TrkRunEvent *first);
	void		(*add) (void *state, const TrkRunEvent *event);
	void		(*end) (void *state);
	void	   *state;
} TrkRunConsumer;

/* Return the number of an environment by its value in SQL. */
extern int	trk_run_environment(const TrkStore *store, Oid value);

/*
 * Run a query with the rights of the caller and pass its events on.  In the
 * query %1$s is the quoted schema of the store and %2$s the list.  A consumer
 * that keeps nothing by run may have a query with another order.  SPI must be
 * connected.
 */
extern void trk_run_events_read(TrkStore *store, const char *query, const char *list, int nargs,
								const Oid *types, const Datum *values, const char *nulls,
								const TrkRunConsumer *consumer);

#endif							/* TRK_RUN_EVENTS_H */

/*
 * decision_fill.h
 *	  The fills that decisions led to: those of the decisions' events, those that
 *	  came later, and the results of the trades that they made.  Called by
 *	  decision_sql.c.
 */
#ifndef TRK_DECISION_FILL_H
#define TRK_DECISION_FILL_H

#include "facts/decision.h"

/* A fill; its texts and numbers live in the set. */
typedef struct TrkDecisionFill
{
	TrkText		fill_id;
	TrkText		position_key;
	TrkText		intent_id;
	TrkText		event_id;
	Datum		quantity;		/* numeric, above zero */
	Datum		price;			/* numeric */
	int			decision;
	int			next;			/* the next fill of the same decision, or -1 */
	bool		was_read;		/* its event is one of the set's */
} TrkDecisionFill;

typedef struct TrkDecisionFills
{
	TrkDecisionSet *set;
	TrkStore   *store;
	TrkDecisionFill *fills;
	int			n;
	int			capacity;
	int		   *first;			/* by decision, or -1 */
	int		   *last;
	TrkDict		keys;			/* decision, fill and position */
	StringInfoData key;
	Datum	   *net_pnl;		/* by decision: numeric, or 0: nothing was closed */
} TrkDecisionFills;

/*
 * Collect the fills of all decisions of a set whose events are joined.  horizon is
 * the time up to which events were read: later fills are looked up in the trade
 * book by the orders and decisions that they name, and the results of all of them.
 * project is NULL for all.  SPI must be connected.
 */
extern void trk_decision_fills_collect(TrkDecisionFills *fills, TrkDecisionSet *set,
									   TrkStore *store, Datum project, bool all_projects,
									   int64 horizon);

#endif							/* TRK_DECISION_FILL_H */

/*
 * behavior_event.h
 *	  Adds one event to a state of at_behavior.  Called by behavior_sql.c.
 */
#ifndef TRK_BEHAVIOR_EVENT_H
#define TRK_BEHAVIOR_EVENT_H

#include "drift/behavior.h"
#include "utils/jsonb.h"

/*
 * Add an event of a type (TrkEventType) with its payload, run and id. units is
 * the number of units that one unit of a fill's order has become by splits of
 * its symbol since the order, 1 without any.
 */
extern void trk_behavior_add(TrkBehavior *behavior, int type, Jsonb *payload,
							 const char *run, Size run_len, const char *id, Size id_len,
							 double units);

#endif							/* TRK_BEHAVIOR_EVENT_H */

/*
 * behavior_event.h
 *	  What one event adds to a state of at_behavior.
 */
#ifndef TRK_BEHAVIOR_EVENT_H
#define TRK_BEHAVIOR_EVENT_H

#include "drift/behavior.h"
#include "utils/jsonb.h"

/* Count an event of a type (TrkEventType): its payload, its run, its id. */
extern void trk_behavior_add(TrkBehavior *behavior, int type, Jsonb *payload,
							const char *run, Size run_len, const char *id, Size id_len);

#endif							/* TRK_BEHAVIOR_EVENT_H */

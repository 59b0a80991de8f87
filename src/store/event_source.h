/*
 * event_source.h
 *	  Where profiles and artifacts take their events from: an array of json, or
 *	  the store in arrival order.
 *
 * Called by validation_profile_sql.c and artifact_sql.c.  Events are looked at one by one
 * and forgotten: memory does not grow with their number.
 */
#ifndef TRK_EVENT_SOURCE_H
#define TRK_EVENT_SOURCE_H

#include "base/arena.h"
#include "fmgr.h"

typedef struct TrkEventSource TrkEventSource;

/*
 * What is done with one event, its text in UTF-8.  The current memory context,
 * the arena and the text are gone when the next event comes; what is to stay
 * must be put elsewhere.
 */
typedef void (*TrkEventFn) (void *state, TrkArena *arena, TrkText event);

/* The events of the argument, json[]; NULL has none, as the empty array. */
extern TrkEventSource *trk_source_array(FunctionCallInfo fcinfo, int arg);

/*
 * The stored events that match the arguments from arg on: project, agent_id,
 * environment, since (inclusive), until (exclusive); NULL matches all.
 */
extern TrkEventSource *trk_source_store(FunctionCallInfo fcinfo, int arg);

/* Look at every event, in order. */
extern void trk_source_each(TrkEventSource *source, TrkEventFn fn, void *state);

#endif							/* TRK_EVENT_SOURCE_H */

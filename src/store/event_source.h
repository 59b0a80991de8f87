/*
 * event_source.h
 *	  Where validation profiles and artifacts read their events: a json[]
 *	  argument, or the store in arrival order.
 *
 * Called by validation_profile_sql.c and artifact_sql.c.  Events are read one
 * at a time and freed, so memory does not grow with their number.
 */
#ifndef TRK_EVENT_SOURCE_H
#define TRK_EVENT_SOURCE_H

#include "base/arena.h"
#include "fmgr.h"

typedef struct TrkEventSource TrkEventSource;

/*
 * Called for each event with its text in UTF-8.  The current memory context,
 * the arena and the text are reset before the next event, so results must be
 * copied elsewhere.
 */
typedef void (*TrkEventFn) (void *state, TrkArena *arena, TrkText event);

/*
 * Make a source of the events in a json[] argument; NULL is the empty array.
 */
extern TrkEventSource *trk_source_array(FunctionCallInfo fcinfo, int arg);

/*
 * Make a source of the stored events that match the arguments from arg on:
 * project, agent_id, environment, since (inclusive), until (exclusive), and
 * run_id where the function has it.  A NULL argument matches everything.
 */
extern TrkEventSource *trk_source_store(FunctionCallInfo fcinfo, int arg, bool has_run);

/* Call fn for every event of the source, in order. */
extern void trk_source_each(TrkEventSource *source, TrkEventFn fn, void *state);

#endif							/* TRK_EVENT_SOURCE_H */

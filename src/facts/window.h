/*
 * window.h
 *	  The runs of a window of time: (project, since, until, agent_id, environment),
 *	  each of which may be NULL.  Called by the functions that list what happened.
 */
#ifndef TRK_WINDOW_H
#define TRK_WINDOW_H

#include "facts/run_events.h"

typedef struct TrkWindow
{
	Datum		values[5];
	char		nulls[5];
	int64		since;			/* the bounds as numbers */
	int64		until;
} TrkWindow;

/* Take the first five arguments of a function. */
extern void trk_window_args(TrkWindow *window, FunctionCallInfo fcinfo, TrkStore *store);

/*
 * Read the events of some types, a list of quoted names, that lie in the window,
 * and those of the same runs that lie outside of it: a call that began in the
 * window may have ended later.  SPI must be connected.
 */
extern void trk_window_read(const TrkWindow *window, TrkStore *store, const char *types,
							const TrkRunConsumer *consumer);

#endif							/* TRK_WINDOW_H */

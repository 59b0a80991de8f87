/*
 * window.h
 *	  The runs of a window of time: (project, since, until, agent_id, environment),
 *	  each of which may be NULL.  Called by the functions that list what happened.
 */
#ifndef TRK_WINDOW_H
#define TRK_WINDOW_H

#include "facts/run_events.h"

/*
 * SQL: the runs of the project $1 that go on across a moment, by their facts.
 */
#define TRK_RUNS_ACROSS(moment) \
	"SELECT f.project, f.run_id FROM %1$s.at_run_fact f" \
	" WHERE pg_catalog.tstzrange(f.first_at, f.last_at, '[]') OPERATOR(pg_catalog.@>) " moment \
	" AND ($1 IS NULL OR f.project OPERATOR(pg_catalog.=) $1)"

/*
 * SQL: those that were written since their facts were computed, so that their
 * facts do not say how long they are, of those that may have events between two
 * moments (each may be NULL) and not only in the window from $2 to $3.
 */
#define TRK_RUNS_WRITTEN(first, last) \
	"SELECT s.project, s.run_id FROM (SELECT m.project, m.run_id," \
	" LEAST(pg_catalog.min(m.day)::pg_catalog.timestamp" \
	" AT TIME ZONE 'UTC', pg_catalog.min(f.first_at)) AS first_at," \
	" GREATEST((pg_catalog.max(m.day) OPERATOR(pg_catalog.+) 1)::pg_catalog.timestamp" \
	" AT TIME ZONE 'UTC', pg_catalog.max(f.last_at)) AS last_at" \
	" FROM %1$s.at_stale_run m LEFT JOIN %1$s.at_run_fact f" \
	" ON f.project OPERATOR(pg_catalog.=) m.project AND f.run_id OPERATOR(%1$s.=) m.run_id" \
	" WHERE m.run_id IS NOT NULL AND ($1 IS NULL OR m.project OPERATOR(pg_catalog.=) $1)" \
	" GROUP BY m.project, m.run_id) s" \
	" WHERE (s.first_at OPERATOR(pg_catalog.<) $2 OR s.last_at OPERATOR(pg_catalog.>) $3)" \
	" AND (" first " IS NULL OR s.last_at OPERATOR(pg_catalog.>=) " first ")" \
	" AND (" last " IS NULL OR s.first_at OPERATOR(pg_catalog.<) " last ")"

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

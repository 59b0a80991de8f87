/*
 * window.c
 *	  Reads the runs of a window of time.
 *
 * The events of the window are found by project and time.  Few runs go on beyond
 * it; those that do are known from their facts, and from the days that were written
 * since the facts were computed.  Their other events are looked up by the index on
 * run_id.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "facts/window.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* The columns that are passed on, with those that order them. */
#define WINDOW_COLUMNS \
	TRK_RUN_COLUMNS ", e.payload, e.ingested_at, e.line_no, e.key_digest"

/* %2$s are the types of events. */
#define OF_TYPES \
	"e.event_type OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::%1$s.at_event_type[])"

#define OF_WINDOW \
	" AND ($1 IS NULL OR e.project OPERATOR(pg_catalog.=) $1)" \
	" AND ($4 IS NULL OR e.agent_id OPERATOR(pg_catalog.=) $4)" \
	" AND ($5 IS NULL OR e.environment OPERATOR(pg_catalog.=) $5)"

static const char window_events[] =
"WITH longer AS ("
TRK_RUNS_ACROSS("$2") " UNION " TRK_RUNS_ACROSS("$3") " UNION " TRK_RUNS_WRITTEN("$2", "$3")
") SELECT " TRK_RUN_COLUMNS ", e.payload FROM ("
" SELECT " WINDOW_COLUMNS " FROM %1$s.at_event e"
" WHERE ($2 IS NULL OR e.occurred_at OPERATOR(pg_catalog.>=) $2)"
" AND ($3 IS NULL OR e.occurred_at OPERATOR(pg_catalog.<) $3)"
" AND " OF_TYPES OF_WINDOW
" UNION ALL"
" SELECT " WINDOW_COLUMNS " FROM longer l, LATERAL ("
 /* OFFSET 0: by the index, however many there are */
" SELECT * FROM %1$s.at_event e WHERE e.run_id OPERATOR(%1$s.=) l.run_id OFFSET 0) e"
" WHERE e.project OPERATOR(pg_catalog.=) l.project"
" AND (e.occurred_at OPERATOR(pg_catalog.<) $2 OR e.occurred_at OPERATOR(pg_catalog.>=) $3)"
" AND " OF_TYPES OF_WINDOW
") e ORDER BY " TRK_RUN_ORDER;

/* Take the first five arguments of a function. */
void
trk_window_args(TrkWindow *window, FunctionCallInfo fcinfo, TrkStore *store)
{
	for (int i = 0; i < 5; i++)
	{
		window->nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		window->values[i] = PG_ARGISNULL(i) ? (Datum) 0 :
			i == 4 ? trk_store_environment(store, PG_GETARG_TEXT_PP(i)) : PG_GETARG_DATUM(i);
	}
	window->since = PG_ARGISNULL(1) ? PG_INT64_MIN : PG_GETARG_TIMESTAMPTZ(1);
	window->until = PG_ARGISNULL(2) ? PG_INT64_MAX : PG_GETARG_TIMESTAMPTZ(2);
}

/* Read the events of some types of the runs in the window. */
void
trk_window_read(const TrkWindow *window, TrkStore *store, const char *types,
				const TrkRunConsumer *consumer)
{
	Oid			arg_types[5] = {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, InvalidOid};

	arg_types[4] = trk_store_type(store, "at_environment");
	trk_run_events_read(store, window_events, types, 5, arg_types, window->values, window->nulls,
						consumer);
}

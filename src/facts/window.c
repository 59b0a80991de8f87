/*
 * window.c
 *	  Reads the runs of a window of time.
 *
 * The events of the window are found by project and time.  Few runs go on beyond
 * it; those that do are known from their facts, and those that were written since
 * the facts were computed are looked up, by the index on run_id.
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

static const char window_events[] =
"WITH inside AS MATERIALIZED ("
" SELECT " WINDOW_COLUMNS " FROM %1$s.at_event e"
" WHERE ($1 IS NULL OR e.project OPERATOR(pg_catalog.=) $1)"
" AND ($2 IS NULL OR e.occurred_at OPERATOR(pg_catalog.>=) $2)"
" AND ($3 IS NULL OR e.occurred_at OPERATOR(pg_catalog.<) $3)"
" AND ($4 IS NULL OR e.agent_id OPERATOR(pg_catalog.=) $4)"
" AND ($5 IS NULL OR e.environment OPERATOR(pg_catalog.=) $5)"
" AND " OF_TYPES
"), run AS MATERIALIZED ("
" SELECT DISTINCT i.project, i.run_id FROM inside i"
" WHERE $2 IS NOT NULL OR $3 IS NOT NULL"
"), longer AS ("
" SELECT r.project, r.run_id FROM run r JOIN %1$s.at_run_fact f"
" ON f.project OPERATOR(pg_catalog.=) r.project AND f.run_id OPERATOR(%1$s.=) r.run_id"
" WHERE f.first_at OPERATOR(pg_catalog.<) $2 OR f.last_at OPERATOR(pg_catalog.>=) $3"
" UNION"
" SELECT r.project, r.run_id FROM run r JOIN %1$s.at_stale_run m"
" ON m.project OPERATOR(pg_catalog.=) r.project AND m.run_id OPERATOR(%1$s.=) r.run_id"
") SELECT " TRK_RUN_COLUMNS ", e.payload FROM ("
" SELECT * FROM inside"
" UNION ALL"
" SELECT " WINDOW_COLUMNS " FROM longer l JOIN %1$s.at_event e"
" ON e.run_id OPERATOR(%1$s.=) l.run_id AND e.project OPERATOR(pg_catalog.=) l.project"
" WHERE (e.occurred_at OPERATOR(pg_catalog.<) $2 OR e.occurred_at OPERATOR(pg_catalog.>=) $3)"
" AND ($4 IS NULL OR e.agent_id OPERATOR(pg_catalog.=) $4)"
" AND ($5 IS NULL OR e.environment OPERATOR(pg_catalog.=) $5)"
" AND " OF_TYPES
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

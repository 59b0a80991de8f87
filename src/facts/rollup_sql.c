/*
 * rollup_sql.c
 *	  What rollups and time series need of texts, for SQL: names that fit in an
 *	  index, and whether one is a time zone, which the server would say with an error
 *	  that quotes it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/hide_context.h"
#include "facts/rollup.h"
#include "mb/pg_wchar.h"
#include "pgtime.h"
#include "utils/builtins.h"

TRK_HIDE_CONTEXT_FUNCTION(at_is_time_zone);
/* _at_is_time_zone(name) */
static Datum
at_is_time_zone_body(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	char		buf[TZ_STRLEN_MAX + 1];

	if (VARSIZE_ANY_EXHDR(name) > TZ_STRLEN_MAX)
		PG_RETURN_BOOL(false);
	text_to_cstring_buffer(name, buf, sizeof(buf));
	PG_RETURN_BOOL(pg_tzset(buf) != NULL);
}

TRK_HIDE_CONTEXT_FUNCTION(at_clipped_name);
/* _at_clipped_name(name) */
static Datum
at_clipped_name_body(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	int			len = (int) VARSIZE_ANY_EXHDR(name);

	if (len <= TRK_MAX_ROLLUP_NAME)
		PG_RETURN_TEXT_P(name);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(name),
											  pg_mbcliplen(VARDATA_ANY(name), len,
														   TRK_MAX_ROLLUP_NAME)));
}

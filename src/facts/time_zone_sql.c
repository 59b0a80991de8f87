/*
 * time_zone_sql.c
 *	  For SQL: whether a text names a time zone.  The server would say so with an
 *	  error that quotes the text.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/hide_context.h"
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

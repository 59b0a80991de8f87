/*
 * note_sql.c
 *	  What people write beside the data, redacted as events are.  Called by the
 *	  SQL functions that store such texts.
 */
#include "trk.h"

#include "compat.h"
#include "arena.h"
#include "encoding.h"
#include "guc.h"
#include "pattern.h"
#include "quiet.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(at_redact_note);
/* at_redact_note(content text) returns text: redacted by the rules of the settings */
Datum
at_redact_note(PG_FUNCTION_ARGS)
{
	text	   *arg = PG_GETARG_TEXT_PP(0);
	TrkRedactor redactor;
	TrkArena	arena;
	TrkQuiet	quiet;
	TrkText		t;
	text	   *result;

	trk_quiet_begin(&quiet);
	trk_guc_redactor(&redactor);
	t = trk_checked_utf8(VARDATA_ANY(arg), VARSIZE_ANY_EXHDR(arg));
	trk_arena_init(&arena, CurrentMemoryContext, 4096);
	(void) trk_pattern_redact(&arena, t.s, t.len, redactor.rules, &redactor.custom, &t.s, &t.len);
	result = trk_server_text_datum(t.s, t.len);
	trk_quiet_end(&quiet);
	PG_RETURN_TEXT_P(result);
}

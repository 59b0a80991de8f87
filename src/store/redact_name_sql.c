/*
 * redact_name_sql.c
 *	  Redacts texts that people write beside the data (reasons, names, labels),
 *	  in the same way as events.  Called by the SQL functions that store such
 *	  texts.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/arena.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "redact/redaction_settings.h"
#include "store/identity_key.h"
#include "base/hide_context.h"
#include "utils/builtins.h"

TRK_HIDE_CONTEXT_FUNCTION(at_redact_note);
/*
 * _at_redact_note(content text) returns text: redacted by the rules of the
 * settings
 */
static Datum
at_redact_note_body(PG_FUNCTION_ARGS)
{
	TrkRedactor redactor;
	TrkArena	arena;
	TrkText		t;

	trk_setting_redactor(&redactor);
	trk_arena_init(&arena, CurrentMemoryContext, 4096);
	t = trk_checked_text_arg(PG_GETARG_TEXT_PP(0));
	(void) trk_pattern_redact(&arena, t.s, t.len, redactor.rules, &redactor.custom, &t.s, &t.len);
	PG_RETURN_TEXT_P(trk_server_text_datum(t.s, t.len));
}

TRK_HIDE_CONTEXT_FUNCTION(at_redact_name);
/*
 * _at_redact_name(name text) returns text: the identifier as it would be
 * stored
 */
static Datum
at_redact_name_body(PG_FUNCTION_ARGS)
{
	TrkStoreKey key;
	TrkRedactor redactor;
	TrkArena	arena;
	TrkText		t;

	trk_setting_redactor(&redactor);
	trk_identity_key_of_store(trk_store_open(fcinfo, false), &key, &redactor);
	trk_arena_init(&arena, CurrentMemoryContext, 4096);
	t = trk_checked_text_arg(PG_GETARG_TEXT_PP(0));
	(void) trk_redact_identity(&redactor, &arena, TRK_IDENTITY, t.s, t.len, &t.s, &t.len);
	PG_RETURN_TEXT_P(trk_server_text_datum(t.s, t.len));
}

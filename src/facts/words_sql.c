/*
 * words_sql.c
 *	  SQL functions over words: what a status means, what makes errors the same.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "contract/status_words.h"
#include "facts/fingerprint.h"
#include "json/encoding.h"
#include "utils/builtins.h"

TRK_HIDE_CONTEXT_FUNCTION(at_status_words);
/* at_status_words() */
static Datum
at_status_words_body(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < trk_status_word_count(); i++)
	{
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, trk_status_word(i));
		trk_put_text(&row, trk_outcome_name(trk_status_word_outcome(i)));
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(at_status_ok);
/* _at_status_ok(status text): true, false, or NULL when it is undecided */
Datum
at_status_ok(PG_FUNCTION_ARGS)
{
	TrkOutcome	outcome = trk_status_outcome(trk_text_content(PG_GETARG_TEXT_PP(0)));

	if (outcome == TRK_OUTCOME_UNDECIDED)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(outcome == TRK_OUTCOME_SUCCEEDED);
}

/* Return a text argument in UTF-8, of length 0 for NULL. */
static TrkText
utf8_arg(FunctionCallInfo fcinfo, int i)
{
	return PG_ARGISNULL(i) ? (TrkText) {"", 0} : trk_text_arg(PG_GETARG_TEXT_PP(i));
}

TRK_HIDE_CONTEXT_FUNCTION(at_error_fingerprint);
/* _at_error_fingerprint(error_kind, component, message) */
static Datum
at_error_fingerprint_body(PG_FUNCTION_ARGS)
{
	char		out[TRK_FINGERPRINT_LEN + 1];
	TrkArena	arena;

	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	trk_fingerprint(&arena, utf8_arg(fcinfo, 0), utf8_arg(fcinfo, 1), utf8_arg(fcinfo, 2), out);
	trk_arena_free(&arena);
	PG_RETURN_TEXT_P(cstring_to_text(out));
}

TRK_HIDE_CONTEXT_FUNCTION(at_failure_type);
/* _at_failure_type(error_kind) */
static Datum
at_failure_type_body(PG_FUNCTION_ARGS)
{
	TrkArena	arena;
	const char *type;

	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	type = trk_failure_type(&arena, utf8_arg(fcinfo, 0));
	trk_arena_free(&arena);
	PG_RETURN_TEXT_P(cstring_to_text(type));
}

/*
 * redact_audit_sql.c
 *	  The SQL function that reports what redaction would change in a stored
 *	  event.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "redact/redaction_settings.h"
#include "base/hide_context.h"
#include "redact/redact_audit.h"
#include "utils/builtins.h"

/* Add the row for one place. */
static void
add_place(void *arg, const char *path, Size path_len, const char *change)
{
	FunctionCallInfo fcinfo = arg;
	TrkComposite row;
	TrkValue	text;
	TrkText		t;

	trk_json_set_string(&text, path, path_len);
	t = trk_server_string(&text);
	trk_composite_begin_set(&row, fcinfo);
	trk_put_text_len(&row, t.s, t.len);
	trk_put_text(&row, change);
	trk_composite_store(&row);
}

/*
 * Set up the redaction of the given rules, or of the settings.  Full input and
 * output stay allowed in an event that says so, because it was stored under
 * that rule.
 */
static void
audit_redactor(FunctionCallInfo fcinfo, TrkRedactor *redactor)
{
	trk_setting_redactor(redactor);
	redactor->allow_full_io = true;
	if (PG_ARGISNULL(1))
		return;
	if (!trk_rules_parse(text_to_cstring(PG_GETARG_TEXT_PP(1)), &redactor->rules))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown category of redaction rules, or both bases"),
				 errhint("Categories are contract or client, and secrets, pii and content, separated by commas.")));
	redactor->custom.fn = NULL;
}

TRK_HIDE_CONTEXT_FUNCTION(at_redaction_changes);
/* _at_redaction_changes(event json, rules text) returns setof (path, change) */
static Datum
at_redaction_changes_body(PG_FUNCTION_ARGS)
{
	TrkRedactor redactor;
	TrkArena	arena;
	TrkEvent	event;
	TrkValue	stored;
	TrkText		t;

	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(0))
	{
		audit_redactor(fcinfo, &redactor);
		trk_arena_init(&arena, CurrentMemoryContext, 16 * 1024);
		t = trk_text_arg(PG_GETARG_TEXT_PP(0));
		if (trk_json_read(&arena, t.s, t.len, &stored) != TRK_JSON_OK ||
			trk_json_read(&arena, t.s, t.len, &event.root) != TRK_JSON_OK ||
			stored.kind != TRK_OBJECT)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("not an event")));
		trk_redact(&redactor, &arena, &event);
		trk_redact_audit(&arena, &stored, &event.root, add_place, fcinfo);
		trk_arena_free(&arena);
	}
	return (Datum) 0;
}

/*
 * event_sql.c
 *	  The pure SQL functions over one event: violations, redaction, canonical
 *	  form, digests.  They read no settings; limits and rules are arguments.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "json/encoding.h"
#include "store/identity_key.h"
#include "mb/pg_wchar.h"
#include "ingest/pipeline.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/* Set up an arena for one call. */
static void
call_arena(TrkArena *arena)
{
	trk_arena_init(arena, CurrentMemoryContext, 8 * 1024);
}

/* Return the rules that an argument names; an unknown name is an ERROR. */
static uint32
rules_arg(text *words)
{
	uint32		rules;

	if (!trk_rules_parse(text_to_cstring(words), &rules))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown category of redaction rules, or both bases"),
				 errhint("Categories are contract or client, and secrets, pii and content, separated by commas.")));
	return rules;
}

/*
 * Read a json argument into a tree.  JSON that the contract cannot read is an
 * ERROR.
 */
static void
read_arg(TrkArena *arena, text *arg, TrkValue *value)
{
	TrkText		t = trk_text_arg(arg);
	TrkJsonStatus status = trk_json_read(arena, t.s, t.len, value);

	if (status != TRK_JSON_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid JSON: %s", trk_json_reason(status))));
}

/* Return the canonical text of a tree, in the encoding of the database. */
static text *
canonical_text(TrkArena *arena, TrkValue *value)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 1024);
	trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
	return trk_server_text_datum(buf.data, buf.len);
}

/*
 * Return a fixed key of pseudonyms.  It serves where pseudonyms are made but
 * not shown.
 */
static const uint8 *
any_key(void *arg)
{
	static const uint8 key[TRK_IDENTITY_KEY_LEN];

	return key;
}

/*
 * Validate a json argument by the contract's rules and the given size limit,
 * as a load would: ids that look like secrets become pseudonyms and are not
 * mistakes.
 */
static void
judge_arg(TrkArena *arena, text *arg, int32 max_event_bytes, TrkFindings *findings)
{
	TrkPolicy	policy = {.redactor = {.rules = TRK_REDACT_DEFAULT, .identity_key = {any_key, NULL}},
	.max_event_bytes = max_event_bytes};
	TrkText		t = trk_text_arg(arg);
	TrkEvent	event;

	if (max_event_bytes < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_event_bytes must be greater than zero")));
	trk_findings_init(findings, arena);
	(void) trk_judge(&policy, arena, t.s, t.len, &event, findings);
}

TRK_HIDE_CONTEXT_FUNCTION(at_violations);
/* at_violations(event json, max_event_bytes int) returns setof (path, rule, message) */
static Datum
at_violations_body(PG_FUNCTION_ARGS)
{
	TrkFindings findings;
	TrkArena	arena;

	InitMaterializedSRF(fcinfo, 0);
	trk_refuse_null_args(fcinfo, 0, 2);
	call_arena(&arena);
	judge_arg(&arena, PG_GETARG_TEXT_PP(0), PG_GETARG_INT32(1), &findings);
	for (TrkFinding *f = findings.first; f != NULL; f = f->next)
	{
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, f->path);
		trk_put_text(&row, trk_rule_name(f->rule));
		trk_put_text(&row, f->message);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_is_valid);
/* at_is_valid(event json, max_event_bytes int) returns boolean */
static Datum
at_is_valid_body(PG_FUNCTION_ARGS)
{
	TrkFindings findings;
	TrkArena	arena;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	call_arena(&arena);
	judge_arg(&arena, PG_GETARG_TEXT_PP(0), PG_GETARG_INT32(1), &findings);
	trk_arena_free(&arena);
	PG_RETURN_BOOL(findings.count == 0);
}

TRK_HIDE_CONTEXT_FUNCTION(at_redact);
/* at_redact(event json, store_full_io boolean, rules text, identity_key bytea) returns json */
static Datum
at_redact_body(PG_FUNCTION_ARGS)
{
	TrkRedactor redactor = {0};
	TrkPrivacy	privacy = {0};
	TrkEvent	event;
	TrkArena	arena;

	trk_refuse_null_args(fcinfo, 1, 2);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	redactor.allow_full_io = PG_GETARG_BOOL(1);
	redactor.rules = rules_arg(PG_GETARG_TEXT_PP(2));
	trk_identity_key_argument(fcinfo, 3, &redactor);
	call_arena(&arena);
	read_arg(&arena, PG_GETARG_TEXT_PP(0), &event.root);
	if (event.root.kind == TRK_OBJECT)
		trk_redact(&redactor, &arena, &event);
	else
		trk_redact_value(&redactor, &arena, &event.root, &privacy);
	PG_RETURN_TEXT_P(canonical_text(&arena, &event.root));
}

TRK_HIDE_CONTEXT_FUNCTION(at_known_id);
/*
 * at_known_id(id text) returns text: NULL for an id that redaction has removed
 */
static Datum
at_known_id_body(PG_FUNCTION_ARGS)
{
	text	   *id = PG_GETARG_TEXT_PP(0);

	if (unlikely(trk_identity_lost(VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id))))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(id);
}

TRK_HIDE_CONTEXT_FUNCTION(at_redact_text);
/* at_redact_text(text, rules text) returns text */
static Datum
at_redact_text_body(PG_FUNCTION_ARGS)
{
	TrkText		t;
	uint32		rules;
	TrkArena	arena;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	t = trk_checked_text_arg(PG_GETARG_TEXT_PP(0));
	rules = rules_arg(PG_GETARG_TEXT_PP(1));
	call_arena(&arena);
	(void) trk_pattern_redact(&arena, t.s, t.len, rules, NULL, &t.s, &t.len);
	PG_RETURN_TEXT_P(trk_server_text_datum(t.s, t.len));
}

TRK_HIDE_CONTEXT_FUNCTION(at_has_secret);
/* at_has_secret(text, rules text) returns boolean */
static Datum
at_has_secret_body(PG_FUNCTION_ARGS)
{
	TrkText		t;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	t = trk_checked_text_arg(PG_GETARG_TEXT_PP(0));
	PG_RETURN_BOOL(trk_pattern_matches(t.s, t.len, rules_arg(PG_GETARG_TEXT_PP(1)), NULL));
}

TRK_HIDE_CONTEXT_FUNCTION(at_canonical);
/* at_canonical(json) returns text */
static Datum
at_canonical_body(PG_FUNCTION_ARGS)
{
	TrkArena	arena;
	TrkValue	value;

	call_arena(&arena);
	read_arg(&arena, PG_GETARG_TEXT_PP(0), &value);
	PG_RETURN_TEXT_P(canonical_text(&arena, &value));
}

TRK_HIDE_CONTEXT_FUNCTION(at_digest);
/* at_digest(text) returns text: sha256: and 64 hex digits of its UTF-8 bytes */
static Datum
at_digest_body(PG_FUNCTION_ARGS)
{
	TrkText		t;
	TrkArena	arena;
	TrkBuf		buf;

	t = trk_text_arg(PG_GETARG_TEXT_PP(0));
	call_arena(&arena);
	trk_buf_init(&buf, &arena, 80);
	trk_digest_append(&buf, t.s, t.len);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buf.data, (int) buf.len));
}

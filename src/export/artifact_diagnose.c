/*
 * artifact_diagnose.c
 *	  Diagnostics of the decision-flow checks, as events (see artifact.h,
 *	  diagnostics.def).
 *
 * They are made of the set alone, and have the time of its latest event.  The
 * same events give the same diagnostics, so that storing them twice is a
 * duplicate and not a conflict.
 */
#include "base/trk.h"

#include "export/artifact.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "redact/pattern.h"
#include "redact/redact.h"
#include "readiness/decision_flow.h"
#include "base/sha256.h"
#include "base/text_set.h"
#include "base/unicode.h"
#include "contract/validate.h"

/* The most event ids in the key, and the most ids in the payload. */
#define TRK_KEY_EVENT_IDS		100
#define TRK_SHOWN_IDS			25

/* The facts that "observed" can have. */
typedef enum Fact
{
	FACT_SURFACE,
	FACT_FAILS,
	FACT_WARNS,
	FACT_BOARDS,
	FACT_CANDIDATES,
	FACT_BUILDS,
	FACT_REPLAYS
} Fact;

typedef struct Diagnostic
{
	const char *check_id;
	const char *name;
	const char *family;
	const char *component;
	const char *mistake_family;
	const char *action;
	struct
	{
		const char *key;
		Fact		fact;
	}			observed[3];
	const char *expected[3];
} Diagnostic;

static const Diagnostic diagnostics[TRK_FLOW_CHECKS] = {
#define TRK_LIST(...)			{__VA_ARGS__}
#define SEEN(key, fact)			{key, FACT_##fact}
#define TRK_DIAGNOSTIC(ident, ...)	[TRK_FLOW_##ident] = {__VA_ARGS__},
#include "readiness/diagnostics.def"
#undef TRK_LIST
#undef SEEN
};

/* What depends on the status alone. */
static const struct
{
	const char *status;
	const char *severity;
	const char *money_impact;
	const char *blocking_status;
	const char *resolution_status;
	int			failed_count;
	int			warning_count;
	int			delta;
}			statuses[] = {
	[TRK_FLOW_PASSED] = {"passed", "info", "none", "non_blocking", "resolved", 0, 0, 0},
	[TRK_FLOW_WARNING] = {"warning", "warning", "possible", "workflow_deferred", "open", 0, 1, -8},
	[TRK_FLOW_FAILED] = {"failed", "error", "possible", "trading_blocked", "open", 1, 0, -25},
};

/* The envelope fields that are taken from the first event. */
static const TrkEnvelopeField first_fields[] = {
	TRK_ENV_project, TRK_ENV_agent_id, TRK_ENV_run_id, TRK_ENV_environment
};

struct TrkDiagnosis
{
	MemoryContext context;
	TrkEvidenceSet *set;
	TrkText		first[lengthof(first_fields)];
	int64		latest;			/* occurred_at of the latest event */
	bool		timed;			/* there is an event with a valid time */
	TrkTextSet	event_ids;
	TrkTextSet	run_ids;
	TrkTextSet	symbols;
};

/* Begin diagnostics in the current memory context. */
TrkDiagnosis *
trk_diagnosis_begin(void)
{
	TrkDiagnosis *d = palloc0(sizeof(TrkDiagnosis));

	d->context = CurrentMemoryContext;
	d->set = trk_evidence_set_empty(d->context);
	trk_text_set_init(&d->event_ids, d->context, TRK_KEY_EVENT_IDS, TRK_MAX_EVENT_BYTES * 4);
	trk_text_set_init(&d->run_ids, d->context, TRK_SHOWN_IDS, TRK_MAX_EVENT_BYTES);
	trk_text_set_init(&d->symbols, d->context, PG_INT32_MAX, TRK_MAX_EVENT_BYTES);
	return d;
}

/* Return whether there is a finding about this field. */
static bool
is_bad(const TrkFindings *findings, const char *path)
{
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
		if (strcmp(f->path, path) == 0)
			return true;
	return false;
}

/* Copy what every diagnostic takes from the first event. */
static void
take_first(TrkDiagnosis *d, const TrkArtifactEvents *seen, const TrkFindings *findings)
{
	for (int i = 0; i < lengthof(first_fields); i++)
	{
		const char *name = trk_envelope_name(first_fields[i]);
		TrkText		text = trk_text_of(seen->event.env[first_fields[i]]);

		if (is_bad(findings, name))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the first event has no valid \"%s\" that diagnostics could take over",
							name),
					 errhint("at_violations() says what is wrong with it.")));
		(void) trk_pattern_redact(seen->arena, text.s, text.len, TRK_REDACT_DEFAULT, NULL,
								  &text.s, &text.len);
		d->first[i].s = MemoryContextStrdup(d->context, trk_arena_copy(seen->arena, text.s, text.len));
		d->first[i].len = text.len;
	}
}

/* Add an id unless validation has found something wrong with it. */
static void
add_id(TrkTextSet *set, const TrkArtifactEvents *seen, TrkEnvelopeField field, const TrkFindings *findings)
{
	TrkText		id = trk_text_of(seen->event.env[field]);

	if (!trk_text_set_full(set) && !is_bad(findings, trk_envelope_name(field)))
		trk_text_set_add(set, id.s, id.len);
}

/*
 * Add a symbol in upper case, which may have made a secret shape of it, or as
 * it is where the database cannot hold that.
 */
static void
add_symbol(TrkDiagnosis *d, TrkArena *arena, const TrkValue *symbol)
{
	const char *s = symbol->u.str;
	const char *end = s + symbol->len;
	TrkText		text;
	TrkBuf		buf;

	trk_buf_init(&buf, arena, symbol->len + 16);
	while (s < end)
	{
		uint32		upper[TRK_UPPER_MAX];
		uint32		cp;
		int			n;

		s += trk_utf8_decode(s, &cp);
		n = trk_to_upper(cp, upper);
		trk_buf_reserve(&buf, TRK_UPPER_MAX * 4);
		for (int i = 0; i < n; i++)
			buf.len += trk_utf8_encode(upper[i], buf.data + buf.len);
	}
	text = trk_server_can_hold(buf.data, buf.len) ? (TrkText) {buf.data, buf.len} :
		trk_text_of(symbol);
	(void) trk_pattern_redact(arena, text.s, text.len, TRK_REDACT_DEFAULT, NULL, &text.s, &text.len);
	trk_text_set_add(&d->symbols, text.s, text.len);
}

/* Add the event's symbols. */
static void
add_symbols(TrkDiagnosis *d, const TrkArtifactEvents *seen)
{
	static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};
	TrkValue   *symbols = seen->event.env[TRK_ENV_symbols];
	TrkPrivacy	privacy = {0};

	if (symbols == NULL || symbols->kind != TRK_ARRAY || trk_text_set_full(&d->symbols))
		return;
	trk_redact_value(&redactor, seen->arena, symbols, &privacy);
	for (uint32 i = 0; i < symbols->len; i++)
		if (symbols->u.items[i].kind == TRK_STRING && symbols->u.items[i].len > 0)
			add_symbol(d, seen->arena, &symbols->u.items[i]);
}

/* Take an event into the diagnostics. */
void
trk_diagnosis_event(TrkDiagnosis *d, TrkArtifactEvents *seen)
{
	TrkFindings findings;

	trk_findings_init(&findings, seen->arena);
	trk_validate(&seen->event, TRK_LIMIT_CEILING, &findings);
	if (d->set->events == 0)
		take_first(d, seen, &findings);
	d->set = trk_evidence_set_add(d->set, &seen->evidence, d->context);
	if (!is_bad(&findings, "occurred_at"))
	{
		d->latest = d->timed ? Max(d->latest, seen->event.occurred_at) : seen->event.occurred_at;
		d->timed = true;
	}
	add_id(&d->event_ids, seen, TRK_ENV_event_id, &findings);
	add_id(&d->run_ids, seen, TRK_ENV_run_id, &findings);
	add_symbols(d, seen);
}

/*
 * Return how many diagnostic events there are to write: one for each
 * decision-flow check, or none when there was no event.
 */
int
trk_diagnosis_count(const TrkDiagnosis *d)
{
	return d->set->events > 0 ? TRK_FLOW_CHECKS : 0;
}

/* Return the status of a diagnostic. */
TrkFlowStatus
trk_diagnosis_status(const TrkDiagnosis *d, int check)
{
	TrkFlowResult result;

	trk_flow_check(d->set, check, &result);
	return result.status;
}

/* Return the id of a check. */
const char *
trk_diagnosis_name(int check)
{
	return diagnostics[check].check_id;
}

/* Write the SHA-256 over what identifies a diagnostic, in hex digits. */
static void
identity_hex(const TrkDiagnosis *d, const Diagnostic *diagnostic, char hex[64])
{
	TrkSha256	sha;
	uint8		digest[32];
	char		count[24];

	trk_sha256_init(&sha);
	trk_sha256_update(&sha, diagnostic->check_id, strlen(diagnostic->check_id));
	for (int64 i = 0; i < d->event_ids.dict.n; i++)
	{
		trk_sha256_update(&sha, "|", 1);
		trk_sha256_update(&sha, d->event_ids.dict.entries[i].s, d->event_ids.dict.entries[i].len);
	}
	snprintf(count, sizeof(count), "|" INT64_FORMAT, d->set->events);
	trk_sha256_update(&sha, count, strlen(count));
	trk_sha256_final(&sha, digest);
	trk_hex(digest, sizeof(digest), hex);
}

/* Return whether a fact is true of the set. */
static bool
fact_holds(const TrkDiagnosis *d, const TrkFlowResult *result, Fact fact)
{
	switch (fact)
	{
		case FACT_SURFACE:
			return result->surface;
		case FACT_FAILS:
			return result->fails;
		case FACT_WARNS:
			return result->warns;
		case FACT_BOARDS:
			return d->set->by_type[TRK_EVENT_OPPORTUNITY_BOARD_RECORDED] > 0;
		case FACT_CANDIDATES:
			return d->set->by_type[TRK_EVENT_OPPORTUNITY_CANDIDATE_REVIEWED] > 0;
		case FACT_BUILDS:
			return d->set->by_type[TRK_EVENT_AGENT_BUILD_RECORDED] > 0;
		case FACT_REPLAYS:
			return d->set->by_type[TRK_EVENT_REPLAY_RESULT_RECORDED] > 0;
	}
	return false;
}

/* Append what was observed, and what was expected. */
static void
put_facts(const TrkDiagnosis *d, const Diagnostic *diagnostic, const TrkFlowResult *result,
		  StringInfo doc)
{
	trk_doc_open(doc, "observed", '{');
	for (int i = 0; i < lengthof(diagnostic->observed); i++)
		trk_doc_flag(doc, diagnostic->observed[i].key,
					 fact_holds(d, result, diagnostic->observed[i].fact));
	appendStringInfoChar(doc, '}');
	trk_doc_open(doc, "expected", '{');
	for (int i = 0; i < lengthof(diagnostic->expected) && diagnostic->expected[i] != NULL; i++)
		trk_doc_flag(doc, diagnostic->expected[i], true);
	appendStringInfoChar(doc, '}');
}

/* Append the first texts of a set as an array. */
static void
put_texts(StringInfo doc, const char *key, const TrkTextSet *set, int limit)
{
	trk_doc_open(doc, key, '[');
	for (int64 i = 0; i < Min(set->dict.n, limit); i++)
		trk_doc_text_len(doc, NULL, set->dict.entries[i].s, set->dict.entries[i].len);
	appendStringInfoChar(doc, ']');
}

/* Append the payload. */
static void
put_payload(const TrkDiagnosis *d, int check, StringInfo doc)
{
	const Diagnostic *diagnostic = &diagnostics[check];
	TrkFlowResult result;
	bool		passed;

	trk_flow_check(d->set, check, &result);
	passed = result.status == TRK_FLOW_PASSED;
	trk_doc_open(doc, "payload", '{');
	trk_doc_text(doc, "check_id", diagnostic->check_id);
	trk_doc_text(doc, "check_name", diagnostic->name);
	trk_doc_text(doc, "check_family", diagnostic->family);
	trk_doc_text(doc, "status", statuses[result.status].status);
	trk_doc_text(doc, "severity", statuses[result.status].severity);
	trk_doc_text(doc, "component", diagnostic->component);
	if (!passed)
		trk_doc_text(doc, "mistake_family", diagnostic->mistake_family);
	trk_doc_text(doc, "money_impact", check == TRK_FLOW_FRESH_RUN_PROOF && result.fails ?
				 "blocked" : statuses[result.status].money_impact);
	trk_doc_text(doc, "blocking_status", statuses[result.status].blocking_status);
	trk_doc_text(doc, "resolution_status", statuses[result.status].resolution_status);
	trk_doc_text(doc, "next_safe_action", passed ? "observe" : diagnostic->action);
	put_facts(d, diagnostic, &result, doc);
	trk_doc_count(doc, "sample_count", d->set->events);
	trk_doc_count(doc, "failed_count", statuses[result.status].failed_count);
	trk_doc_count(doc, "warning_count", statuses[result.status].warning_count);
	put_texts(doc, "evidence_event_ids", &d->event_ids, TRK_SHOWN_IDS);
	put_texts(doc, "evidence_run_ids", &d->run_ids, TRK_SHOWN_IDS);
	trk_doc_count(doc, "data_quality_score_delta", statuses[result.status].delta);
	appendStringInfoChar(doc, '}');
}

/* Append the envelope, without payload and symbols. */
static void
put_envelope(const TrkDiagnosis *d, const Diagnostic *diagnostic, StringInfo doc)
{
	char		hex[64];
	char		time[TRK_SPELLING_MAX];

	identity_hex(d, diagnostic, hex);
	trk_doc_text(doc, "schema_version", TRK_SCHEMA_VERSION);
	trk_doc_text(doc, "event_type", trk_event_type_name(TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED));
	trk_doc_text(doc, "event_id", psprintf("evt_%.32s", hex));
	trk_doc_text(doc, "idempotency_key", psprintf("diagnostic/%s/%.24s", diagnostic->check_id, hex));
	for (int i = 0; i < lengthof(first_fields); i++)
		trk_doc_text_len(doc, trk_envelope_name(first_fields[i]), d->first[i].s, d->first[i].len);
	trk_doc_text_len(doc, "occurred_at", time,
					 trk_spelling_write(TRK_SPELLING_USUAL, d->latest, time));
	trk_doc_key(doc, "sdk");
	appendStringInfoString(doc, "{\"name\":\"agent_tracker\",\"language\":\"c\",\"version\":\""
						   AGENT_TRACKER_VERSION "\"}");
	trk_doc_key(doc, "privacy");
	appendStringInfoString(doc, "{\"full_io\":false,\"redaction_version\":\"" TRK_REDACTION_VERSION "\"");
	trk_doc_flag(doc, "contains_prompt_text", false);
	trk_doc_flag(doc, "contains_output_text", false);
	trk_doc_flag(doc, "contains_broker_payload", false);
	trk_doc_flag(doc, "contains_account_identifier", false);
	trk_doc_flag(doc, "truncated", false);
	appendStringInfoChar(doc, '}');
}

/* Append the symbols, as many as an event has space for, and the end of the event. */
static void
put_symbols(const TrkDiagnosis *d, StringInfo doc)
{
	static const char end[] = "]}";

	trk_doc_open(doc, "symbols", '[');
	for (int64 i = 0; i < d->symbols.dict.n; i++)
	{
		int			before = doc->len;

		trk_doc_text_len(doc, NULL, d->symbols.dict.entries[i].s, d->symbols.dict.entries[i].len);
		if (doc->len + sizeof(end) - 1 > TRK_MAX_EVENT_BYTES)
		{
			doc->len = before;
			doc->data[before] = '\0';
			break;
		}
	}
	appendStringInfoString(doc, end);
}

/*
 * Append the diagnostic event of a check in canonical form.  Raises an ERROR
 * when no event had a valid time that it could take over.
 */
void
trk_diagnosis_write(const TrkDiagnosis *d, int check, StringInfo doc)
{
	StringInfoData event;
	TrkArena	arena;
	TrkValue	root;
	TrkBuf		buf;

	if (!d->timed)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no event has a valid \"occurred_at\" that diagnostics could take over"),
				 errhint("at_violations() says what is wrong with them.")));
	initStringInfo(&event);
	appendStringInfoChar(&event, '{');
	put_envelope(d, &diagnostics[check], &event);
	put_payload(d, check, &event);
	put_symbols(d, &event);

	trk_arena_init(&arena, CurrentMemoryContext, 8 * 1024);
	if (trk_json_read(&arena, event.data, event.len, &root) != TRK_JSON_OK)
		elog(ERROR, "a diagnostic is no JSON");
	trk_buf_init(&buf, &arena, event.len);
	trk_json_write(&buf, &root, TRK_NUMBERS_AS_SPELLED);
	appendBinaryStringInfo(doc, buf.data, (int) buf.len);
	trk_arena_free(&arena);
	pfree(event.data);
}

/*
 * record_draft.c
 *	  Completes what a caller gave to a whole event: arguments first, then
 *	  settings, then generated ids and the clock (see record.h).
 *
 * A call that gives its idempotency key or its event id may be repeated, for
 * example after its answer was lost.  So that it makes the same event again, a
 * run and span that it does not give are derived from the key and are not
 * random.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "contract/event_build.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "base/settings.h"
#include "mb/pg_wchar.h"
#include "ingest/record.h"
#include "base/sha256.h"
#include "base/text.h"
#include "ingest/symbols.h"

/* The defaults of payload fields, by event type. */
static const struct
{
	TrkEventType event;
	const char *name;
	const char *value;
}			trk_defaults[] = {
#define TRK_STEP_DEFAULT(event, field, value) {TRK_EVENT_##event, #field, value},
#include "contract/steps.def"
};

/* Random bytes that are fetched at once, enough for 64 ids. */
#define TRK_RANDOM_SUPPLY		1024

/* Members that are examined between two checks for interrupts. */
#define TRK_MEMBERS_PER_CHECK	4096

/* Set an envelope field, and note that it is given. */
static void
give(TrkDraft *draft, TrkEnvelopeField field, TrkValue value)
{
	draft->env[field] = value;
	draft->given[field] = true;
}

/*
 * Make a string value of a text that a caller passed.  A text that is not
 * valid UTF-8, which only a database in SQL_ASCII can hold, becomes a
 * finding.
 */
void
trk_draft_string(TrkRecord *record, const char *path, TrkText t, TrkValue *value)
{
	if (GetDatabaseEncoding() == PG_SQL_ASCII && !trk_utf8_valid(t.s, t.len))
	{
		trk_finding_add(&record->findings, path, TRK_RULE_JSON, "%s is not valid UTF-8", path);
		t.len = 0;
	}
	trk_json_set_string(value, t.s, t.len);
}

/* Fill a field that was not given from a setting, unless that is empty. */
static void
fill_setting(TrkRecord *record, TrkDraft *draft, TrkEnvelopeField field, const char *setting)
{
	TrkValue	value;

	if (draft->given[field] || *setting == '\0')
		return;
	trk_draft_string(record, trk_envelope_name(field), trk_to_utf8(setting, strlen(setting)), &value);
	give(draft, field, value);
}

/*
 * Take a name from its setting, unless it was given; it is an error when both
 * are missing.
 */
static void
fill_name(TrkRecord *record, TrkDraft *draft, TrkEnvelopeField field,
		  const char *setting)
{
	TrkValue	value;

	if (draft->given[field])
		return;
	if (*setting == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("event has no %s", trk_envelope_name(field)),
				 errhint("Pass the argument %s, or set agent_tracker.%s.",
						 trk_envelope_name(field), trk_envelope_name(field))));
	trk_draft_string(record, trk_envelope_name(field),
					 trk_to_utf8(setting, strlen(setting)), &value);
	give(draft, field, value);
}

/*
 * Return 16 random bytes.  They come from a supply that is fetched for many
 * ids at once; no byte is used twice.
 */
static void
random_bytes(uint8 out[16])
{
	static uint8 supply[TRK_RANDOM_SUPPLY];
	static Size left = 0;

	if (left == 0)
	{
		if (!pg_strong_random(supply, sizeof(supply)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate a random identifier")));
		left = sizeof(supply);
	}
	left -= 16;
	memcpy(out, supply + left, 16);
	memset(supply + left, 0, 16);
}

/*
 * Return 16 bytes for an id: if the caller chose a key, they are derived from
 * prefix, project, agent and key; otherwise they are random.
 */
static void
id_bytes(const TrkDraft *draft, const char *prefix, const TrkValue *chosen,
		 uint8 out[16])
{
	const TrkValue *parts[] = {&draft->env[TRK_ENV_project], &draft->env[TRK_ENV_agent_id],
	&draft->env[TRK_ENV_event_type], chosen};
	uint8		digest[32];
	TrkSha256	sha;

	if (chosen == NULL)
	{
		random_bytes(out);
		return;
	}
	trk_sha256_init(&sha);
	trk_sha256_update(&sha, prefix, strlen(prefix));
	for (int i = 0; i < lengthof(parts); i++)
	{
		if (parts[i]->kind == TRK_STRING)
			trk_sha256_update(&sha, parts[i]->u.str, parts[i]->len);
		trk_sha256_update(&sha, "/", 1);
	}
	trk_sha256_final(&sha, digest);
	memcpy(out, digest, 16);
}

/* Make an id, unless it was given. */
static void
fill_id(TrkRecord *record, TrkDraft *draft, TrkEnvelopeField field,
		const char *prefix, const TrkValue *chosen)
{
	uint8		bytes[16];

	if (draft->given[field])
		return;
	id_bytes(draft, prefix, chosen, bytes);
	give(draft, field, trk_string_value(trk_hex_id(&record->arena, prefix, bytes)));
}

/*
 * Append a string value.  Another value appends nothing, and becomes a finding
 * later.
 */
static void
append_value(TrkBuf *buf, const TrkValue *value)
{
	if (value->kind == TRK_STRING)
		trk_buf_append(buf, value->u.str, value->len);
}

/*
 * Make the idempotency key <project>/<agent>/<run>/<type>/<event id without
 * evt_>, unless it was given.
 */
static void
fill_key(TrkRecord *record, TrkDraft *draft)
{
	static const TrkEnvelopeField parts[] = {TRK_ENV_project, TRK_ENV_agent_id,
	TRK_ENV_run_id, TRK_ENV_event_type};
	TrkValue	id = draft->env[TRK_ENV_event_id];
	TrkValue	key;
	TrkBuf		buf;

	if (draft->given[TRK_ENV_idempotency_key])
		return;
	trk_buf_init(&buf, &record->arena, 160);
	for (int i = 0; i < lengthof(parts); i++)
	{
		append_value(&buf, &draft->env[parts[i]]);
		trk_buf_putc(&buf, '/');
	}
	if (id.kind == TRK_STRING && id.len > 4 && memcmp(id.u.str, "evt_", 4) == 0)
	{
		id.u.str += 4;
		id.len -= 4;
	}
	append_value(&buf, &id);
	trk_json_set_string(&key, buf.data, buf.len);
	give(draft, TRK_ENV_idempotency_key, key);
}

/* Set occurred_at to the current time, unless it was given. */
static void
fill_time(TrkRecord *record, TrkDraft *draft)
{
	char	   *spelled;
	TrkValue	value;

	if (draft->given[TRK_ENV_occurred_at])
		return;
	spelled = trk_alloc(&record->arena, TRK_SPELLING_MAX);
	trk_json_set_string(&value, spelled,
						trk_spelling_write(TRK_SPELLING_USUAL, record->now, spelled));
	give(draft, TRK_ENV_occurred_at, value);
	record->clock_time = true;
}

/* Normalize the symbols that were given; without any, set the empty list. */
static void
fill_symbols(TrkRecord *record, TrkDraft *draft)
{
	if (!draft->given[TRK_ENV_symbols])
		give(draft, TRK_ENV_symbols, (TrkValue) {.kind = TRK_ARRAY});
	trk_symbols_tidy(&record->policy.redactor, &record->arena, &draft->env[TRK_ENV_symbols]);
}

/* Return whether one of n members has this name. */
static bool
has_member(const TrkMember *members, uint32 n, const char *name, Size len)
{
	for (uint32 i = 0; i < n; i++)
		if (members[i].name_len == len && memcmp(members[i].name, name, len) == 0)
			return true;
	return false;
}

/* Add the defaults of the event type to n members; return their new number. */
static uint32
add_defaults(const TrkValue *event_type, TrkMember *members, uint32 n)
{
	int			type = event_type->kind != TRK_STRING ? -1 :
	trk_event_type_lookup(event_type->u.str, event_type->len);

	for (int i = 0; i < lengthof(trk_defaults); i++)
	{
		const char *name = trk_defaults[i].name;

		if ((int) trk_defaults[i].event != type ||
			has_member(members, n, name, strlen(name)))
			continue;
		trk_set_plain_member(&members[n++], name,
							 trk_literal_value(trk_defaults[i].value));
	}
	return n;
}

/*
 * Build the payload: the draft's fields, then members of the given payload
 * that are not among them, then the defaults of the event type.
 */
static void
fill_payload(TrkRecord *record, TrkDraft *draft)
{
	TrkValue   *payload = &draft->env[TRK_ENV_payload];
	TrkMember  *members;
	uint32		n = draft->nfields;

	if (!draft->given[TRK_ENV_payload])
		give(draft, TRK_ENV_payload, trk_object_value(NULL, 0));
	if (payload->kind != TRK_OBJECT)
		return;
	members = trk_alloc_array(&record->arena, TrkMember,
							  (Size) n + payload->len + lengthof(trk_defaults));
	for (uint32 i = 0; i < n; i++)
		members[i] = draft->fields[i];
	for (uint32 i = 0; i < payload->len; i++)
	{
		const TrkMember *member = &payload->u.members[i];

		if (i % TRK_MEMBERS_PER_CHECK == TRK_MEMBERS_PER_CHECK - 1)
			CHECK_FOR_INTERRUPTS();
		if (!has_member(draft->fields, draft->nfields, member->name, member->name_len))
			members[n++] = *member;
	}
	n = add_defaults(&draft->env[TRK_ENV_event_type], members, n);
	*payload = trk_object_value(members, n);
}

/*
 * Build the event's tree from the draft's envelope, in the order of the
 * contract.
 */
static void
make_root(TrkRecord *record, const TrkDraft *draft)
{
	TrkMember  *members = trk_alloc_array(&record->arena, TrkMember, TRK_ENVELOPE_FIELDS);
	uint32		n = 0;

	for (int i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		if (draft->given[i])
			trk_set_plain_member(&members[n++], trk_envelope_name((TrkEnvelopeField) i),
								 draft->env[i]);
	record->event.root = trk_object_value(members, n);
}

/*
 * Redact the identities before ids and keys are derived from them:
 * with a digest of the original, readers could test what it was.
 */
static void
redact_names(TrkRecord *record, TrkDraft *draft)
{
	static const struct
	{
		TrkEnvelopeField field;
		TrkIdentityForm form;
	}			names[] = {
		{TRK_ENV_project, TRK_IDENTITY}, {TRK_ENV_agent_id, TRK_IDENTITY},
		{TRK_ENV_run_id, TRK_PLAIN_IDENTITY}, {TRK_ENV_event_id, TRK_PLAIN_IDENTITY},
		{TRK_ENV_idempotency_key, TRK_IDENTITY}
	};

	for (int i = 0; i < lengthof(names); i++)
	{
		TrkValue   *value = &draft->env[names[i].field];
		const char *s;
		Size		len;

		if (draft->given[names[i].field] && value->kind == TRK_STRING &&
			trk_redact_identity(&record->policy.redactor, &record->arena, names[i].form,
								value->u.str, value->len, &s, &len))
			trk_json_set_string(value, s, len);
	}
}

/*
 * Return the value by which the caller identifies the event: its key, or its
 * event id where there is no key or redaction has removed it.
 */
static const TrkValue *
chosen_value(const TrkDraft *draft)
{
	const TrkValue *key = &draft->env[TRK_ENV_idempotency_key];

	if (draft->given[TRK_ENV_idempotency_key] &&
		(key->kind != TRK_STRING || !trk_identity_lost(key->u.str, key->len)))
		return key;
	return draft->given[TRK_ENV_event_id] ? &draft->env[TRK_ENV_event_id] : NULL;
}

/* Complete the draft, and build the record's event. */
void
trk_draft_complete(TrkRecord *record, TrkDraft *draft)
{
	const TrkValue null_value = {.kind = TRK_NULL};
	const TrkValue *chosen;

	fill_name(record, draft, TRK_ENV_project, trk_setting_project);
	fill_name(record, draft, TRK_ENV_agent_id, trk_setting_agent_id);
	fill_name(record, draft, TRK_ENV_environment, trk_setting_environment);
	redact_names(record, draft);
	chosen = chosen_value(draft);
	record->chosen_key = chosen != NULL;
	fill_id(record, draft, TRK_ENV_event_id, TRK_EVENT_ID_PREFIX, NULL);
	fill_setting(record, draft, TRK_ENV_run_id, trk_setting_run_id);
	fill_id(record, draft, TRK_ENV_run_id, TRK_RUN_ID_PREFIX, chosen);
	fill_id(record, draft, TRK_ENV_span_id, TRK_SPAN_ID_PREFIX, chosen);
	fill_key(record, draft);
	fill_time(record, draft);
	fill_symbols(record, draft);
	fill_payload(record, draft);
	fill_setting(record, draft, TRK_ENV_parent_span_id, trk_setting_parent_span_id);
	if (!draft->given[TRK_ENV_parent_span_id])
		give(draft, TRK_ENV_parent_span_id, null_value);
	give(draft, TRK_ENV_schema_version, trk_literal_value(TRK_SCHEMA_VERSION));
	give(draft, TRK_ENV_received_at, null_value);
	give(draft, TRK_ENV_sdk,
		 trk_sdk_value(&record->arena, trk_text_literal(AGENT_TRACKER_VERSION)));
	make_root(record, draft);
}

/*
 * event_row.c
 *	  Converts a redacted, valid event to the column values of at_event.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "contract/evidence.h"
#include "store/id.h"
#include "base/isotime.h"
#include "json/jsonbio.h"
#include "base/pseudonym.h"
#include "store/event_row.h"
#include "base/sha256.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "base/varlena.h"

const char *const trk_event_columns[TRK_EVENT_COLUMNS] = {
	"occurred_at", "event_type", "environment", "ingested_at", "batch_id", "line_no",
	"key_digest", "content_hash", "evidence", "project", "agent_id", "run_id", "event_id",
	"span_id", "parent_span_id", "idempotency_key", "symbols", "envelope", "payload"
};

/* Return the envelope field of a top-level member, or -1. */
static inline int
member_field(const TrkMember *member)
{
	return member->key < 0 ? -1 : trk_key(member->key)->envelope;
}

/*
 * Return whether a member is not part of the content of an event: members that
 * say who sent it and when, and optional fields that are null.
 */
static bool
outside_content(const TrkMember *member)
{
	switch (member_field(member))
	{
		case TRK_ENV_event_id:
		case TRK_ENV_received_at:
		case TRK_ENV_sdk:
		case TRK_ENV_privacy:
			return true;
		case TRK_ENV_span_id:
		case TRK_ENV_parent_span_id:
			return member->value.kind == TRK_NULL;
		default:
			return false;
	}
}

/* Compute the first 16 bytes of a SHA-256. */
static void
digest16(const char *s, Size len, uint8 out[16])
{
	uint8		digest[32];

	trk_sha256(s, len, digest);
	memcpy(out, digest, 16);
}

/*
 * Compute the digest by which an event counts once: of its key, or of its
 * event id where redaction has removed the key.  The prefix of the hashed id
 * occurs in no text, so that no key has the same digest as an id.
 */
static void
compute_key_digest(TrkArena *scratch, const TrkEvent *event, TrkIdentity *identity)
{
	static const char mark[] = "\xff" "event_id";
	const TrkValue *key = event->env[TRK_ENV_idempotency_key];
	const TrkValue *id = event->env[TRK_ENV_event_id];
	TrkBuf		buf;

	identity->by_event_id = trk_identity_lost(key->u.str, key->len);
	if (likely(!identity->by_event_id))
	{
		digest16(key->u.str, key->len, identity->key);
		return;
	}
	trk_buf_init(&buf, scratch, sizeof(mark) + id->len);
	trk_buf_append(&buf, mark, sizeof(mark));
	trk_buf_append(&buf, id->u.str, id->len);
	digest16(buf.data, buf.len, identity->key);
}

/* Append the instant of the event in one spelling. */
static void
write_instant(TrkBuf *buf, const TrkEvent *event)
{
	char		utc[TRK_ISOTIME_MAX];

	trk_json_write_string(buf, utc, trk_isotime_write(event->occurred_at, utc));
}

/* Compute the two hashes by which an event counts once. */
void
trk_row_identity(TrkArena *scratch, const TrkEvent *event, TrkIdentity *identity)
{
	TrkBuf		buf;

	compute_key_digest(scratch, event, identity);
	Assert((event->root.flags & TRK_F_SORTED) != 0);
	trk_buf_init(&buf, scratch, 2048);
	for (uint32 i = 0; i < event->root.len; i++)
	{
		const TrkMember *member = &event->root.u.members[i];

		if (outside_content(member))
			continue;
		trk_json_write_string(&buf, member->name, member->name_len);
		trk_buf_putc(&buf, ':');
		if (member_field(member) == TRK_ENV_occurred_at)
			write_instant(&buf, event);
		else
			trk_json_write(&buf, &member->value, TRK_NUMBERS_NORMAL);
		trk_buf_putc(&buf, ',');
	}
	digest16(buf.data, buf.len, identity->content);
}

/* Make a text datum in the arena. */
static Datum
text_datum(TrkArena *arena, TrkText t)
{
	return PointerGetDatum(trk_varlena_of(arena, t.s, t.len));
}

/* Make an at_id datum of a string. */
static Datum
id_datum(TrkArena *arena, TrkText t)
{
	return PointerGetDatum(trk_id_make(t.s, t.len, arena));
}

/* If s begins with part and a slash, skip both and return true. */
static bool
skip_part(const char **s, const char *end, TrkText part)
{
	if ((Size) (end - *s) <= part.len || memcmp(*s, part.s, part.len) != 0 ||
		(*s)[part.len] != '/')
		return false;
	*s += part.len + 1;
	return true;
}

/*
 * Make the key datum.  It is relative when the key begins as the contract's
 * client begins keys.
 */
static Datum
key_datum(TrkArena *arena, const TrkEvent *event, TrkText project, TrkText agent,
		  TrkText run, TrkText event_id)
{
	TrkText		key = trk_server_string(event->env[TRK_ENV_idempotency_key]);
	const char *type_name = trk_event_type_name(event->type);
	TrkText		type = {type_name, strlen(type_name)};
	const char *rest = key.s;
	const char *end = key.s + key.len;

	if (skip_part(&rest, end, project) && skip_part(&rest, end, agent) &&
		skip_part(&rest, end, run) && skip_part(&rest, end, type))
		return PointerGetDatum(trk_key_make(rest, end - rest, true, event_id.s,
											event_id.len, arena));
	return PointerGetDatum(trk_key_make(key.s, key.len, false, NULL, 0, arena));
}

/* Make the symbols a text[] datum. */
static Datum
symbols_datum(TrkArena *arena, const TrkValue *symbols)
{
	Datum		small[16];
	Datum	   *elems = symbols->len <= lengthof(small) ? small :
	trk_alloc_array(arena, Datum, symbols->len);

	for (uint32 i = 0; i < symbols->len; i++)
	{
		TrkText		t = trk_server_string(&symbols->u.items[i]);

		elems[i] = PointerGetDatum(cstring_to_text_with_len(t.s, t.len));
	}
	return PointerGetDatum(construct_array(elems, symbols->len, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/*
 * Return the presence of an optional field.  Only a span id that is a string
 * has a column.
 */
static TrkPresence
presence_of(const TrkValue *value, bool has_column)
{
	if (value == NULL)
		return TRK_ABSENT;
	if (value->kind == TRK_NULL)
		return TRK_IS_NULL;
	return has_column && value->kind == TRK_STRING ? TRK_IN_COLUMN : TRK_IN_EXTRA;
}

/* Return whether the three texts of this sdk can be stored in packed form. */
static bool
sdk_packs(const TrkValue *sdk, TrkText texts[3])
{
	static const char *const names[] = {"name", "version", "language"};

	if (sdk->len != 3)
		return false;
	for (int i = 0; i < 3; i++)
	{
		TrkMember  *member = trk_json_member(sdk, names[i]);

		if (member == NULL || member->value.kind != TRK_STRING)
			return false;
		texts[i] = trk_server_string(&member->value);
		if (texts[i].len > 255)
			return false;
	}
	return true;
}

/*
 * Return whether this envelope member must be stored in extra to be returned
 * verbatim.
 */
static bool
goes_to_extra(const TrkMember *member, const TrkEnvelope *envelope)
{
	switch (member_field(member))
	{
		case -1:
			return true;
		case TRK_ENV_span_id:
			return trk_presence(envelope->presence, TRK_PRESENCE_SPAN) == TRK_IN_EXTRA;
		case TRK_ENV_parent_span_id:
			return trk_presence(envelope->presence, TRK_PRESENCE_PARENT) == TRK_IN_EXTRA;
		case TRK_ENV_received_at:
			return trk_presence(envelope->presence, TRK_PRESENCE_RECEIVED) == TRK_IN_EXTRA;
		case TRK_ENV_occurred_at:
			return envelope->spelling == TRK_SPELLING_VERBATIM;
		case TRK_ENV_sdk:
			return envelope->sdk_in_extra;
		default:
			return false;
	}
}

/* Return the members that are returned verbatim, as a canonical object. */
static TrkText
make_extra(TrkArena *arena, const TrkEvent *event, const TrkEnvelope *envelope)
{
	TrkText		extra = {"", 0};
	TrkValue	text;
	TrkBuf		buf = {0};

	for (uint32 i = 0; i < event->root.len; i++)
	{
		const TrkMember *member = &event->root.u.members[i];

		if (!goes_to_extra(member, envelope))
			continue;
		if (buf.data == NULL)
			trk_buf_init(&buf, arena, 256);
		trk_buf_putc(&buf, buf.len == 0 ? '{' : ',');
		trk_json_write_string(&buf, member->name, member->name_len);
		trk_buf_putc(&buf, ':');
		trk_json_write(&buf, &member->value, TRK_NUMBERS_STORED);
	}
	if (buf.data == NULL)
		return extra;
	trk_buf_putc(&buf, '}');
	trk_json_set_string(&text, buf.data, buf.len);
	return trk_server_string(&text);
}

/* Make the at_envelope datum. */
static Datum
envelope_datum(TrkArena *arena, const TrkEvent *event)
{
	TrkValue   *const *env = event->env;
	TrkEnvelope envelope;

	envelope.privacy = trk_privacy_pack(&event->privacy);
	envelope.presence =
		presence_of(env[TRK_ENV_span_id], true) << TRK_PRESENCE_SPAN |
		presence_of(env[TRK_ENV_parent_span_id], true) << TRK_PRESENCE_PARENT |
		presence_of(env[TRK_ENV_received_at], false) << TRK_PRESENCE_RECEIVED;
	envelope.spelling = trk_spelling_of(env[TRK_ENV_occurred_at]->u.str,
										env[TRK_ENV_occurred_at]->len);
	envelope.sdk_in_extra = !sdk_packs(env[TRK_ENV_sdk], envelope.sdk);
	envelope.extra = make_extra(arena, event, &envelope);
	return PointerGetDatum(trk_envelope_make(&envelope, arena));
}

/* Compute the evidence of the event as an at_evidence datum. */
static Datum
evidence_datum(TrkArena *arena, const TrkEvent *event)
{
	TrkEvidence evidence;
	TrkValue	id;
	uint8	   *bytes;
	Size		size;

	trk_evidence_compute(event, &evidence);
	trk_json_set_string(&id, evidence.check_id.s, evidence.check_id.len);
	evidence.check_id = trk_server_string(&id);
	bytes = trk_evidence_pack(&evidence, arena, &size);
	return PointerGetDatum(trk_varlena_of(arena, bytes, size));
}

/* Set a span id column to the string, or to NULL. */
static void
span_datum(TrkArena *arena, const TrkValue *span, Datum *value, bool *isnull)
{
	*isnull = span == NULL || span->kind != TRK_STRING;
	*value = *isnull ? (Datum) 0 : id_datum(arena, trk_server_string(span));
}

/*
 * Fill the columns of an event's row except ingested_at, batch_id and
 * line_no.  The values point into the arena, into palloc'd memory, or into
 * event and identity, which must live as long.
 */
void
trk_row_make(TrkStore *store, TrkArena *arena, const TrkEvent *event,
			 const TrkIdentity *identity, Datum *values, bool *nulls)
{
	TrkValue   *const *env = event->env;
	TrkText		project = trk_server_string(env[TRK_ENV_project]);
	TrkText		agent = trk_server_string(env[TRK_ENV_agent_id]);
	TrkText		run = trk_server_string(env[TRK_ENV_run_id]);
	TrkText		event_id = trk_server_string(env[TRK_ENV_event_id]);

	memset(nulls, 0, sizeof(bool) * TRK_EVENT_COLUMNS);
	values[TRK_COL_OCCURRED_AT] = TimestampTzGetDatum(event->occurred_at);
	values[TRK_COL_EVENT_TYPE] = ObjectIdGetDatum(store->event_types[event->type]);
	values[TRK_COL_ENVIRONMENT] = ObjectIdGetDatum(store->environments[event->environment]);
	values[TRK_COL_KEY_DIGEST] = PointerGetDatum(identity->key);
	values[TRK_COL_CONTENT_HASH] = PointerGetDatum(identity->content);
	values[TRK_COL_EVIDENCE] = evidence_datum(arena, event);
	values[TRK_COL_PROJECT] = text_datum(arena, project);
	values[TRK_COL_AGENT_ID] = text_datum(arena, agent);
	values[TRK_COL_RUN_ID] = id_datum(arena, run);
	values[TRK_COL_EVENT_ID] = id_datum(arena, event_id);
	span_datum(arena, env[TRK_ENV_span_id], &values[TRK_COL_SPAN_ID],
			   &nulls[TRK_COL_SPAN_ID]);
	span_datum(arena, env[TRK_ENV_parent_span_id], &values[TRK_COL_PARENT_SPAN_ID],
			   &nulls[TRK_COL_PARENT_SPAN_ID]);
	values[TRK_COL_IDEMPOTENCY_KEY] = key_datum(arena, event, project, agent, run, event_id);
	values[TRK_COL_SYMBOLS] = symbols_datum(arena, env[TRK_ENV_symbols]);
	values[TRK_COL_ENVELOPE] = envelope_datum(arena, event);
	values[TRK_COL_PAYLOAD] = PointerGetDatum(trk_jsonb_make(arena, env[TRK_ENV_payload]));
}

/*
 * envelope_sql.c
 *	  The SQL type at_envelope.  Its text is a JSON object that names only what
 *	  is not usual: privacy (flags that are set), sdk ([name, version,
 *	  language]), time (the spelling of occurred_at), span_id, parent_span_id,
 *	  received_at ("absent", "null", "column", "extra") and extra (members that
 *	  are returned verbatim).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "store/event_out.h"
#include "json/json_document.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* The words for TrkPresence in the text form. */
static const char *const presence_words[] = {"absent", "null", "column", "extra"};

/*
 * The fields that have a presence, their bit positions, and the usual value.
 */
static const struct
{
	const char *name;
	int			shift;
	TrkPresence usual;
}			trk_presences[] = {
	{"span_id", TRK_PRESENCE_SPAN, TRK_IN_COLUMN},
	{"parent_span_id", TRK_PRESENCE_PARENT, TRK_IN_COLUMN},
	{"received_at", TRK_PRESENCE_RECEIVED, TRK_IS_NULL},
};

/* Decode the envelope in a datum; corrupt bytes are an ERROR. */
void
trk_envelope_of(const struct varlena *v, TrkEnvelope *envelope)
{
	if (!trk_envelope_read((const uint8 *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), envelope))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("envelope of an event is corrupt, or of a newer release")));
}

/* Append the flags that are set, as an array. */
static void
put_privacy(StringInfo out, uint8 bits)
{
	trk_doc_open(out, "privacy", '[');
	for (int i = 0; i < TRK_PRIVACY_BITS; i++)
		if ((bits >> i & 1) != 0)
			trk_doc_text(out, NULL, trk_privacy_names[i]);
	appendStringInfoChar(out, ']');
}

/* Append the sdk as an array of its three texts. */
static void
put_sdk(StringInfo out, const TrkEnvelope *envelope)
{
	trk_doc_open(out, "sdk", '[');
	for (int i = 0; i < 3; i++)
		trk_doc_text_len(out, NULL, envelope->sdk[i].s, envelope->sdk[i].len);
	appendStringInfoChar(out, ']');
}

PG_FUNCTION_INFO_V1(at_envelope_out);
/* _at_envelope_out(at_envelope) returns cstring */
Datum
at_envelope_out(PG_FUNCTION_ARGS)
{
	TrkEnvelope envelope;
	StringInfoData out;

	trk_envelope_of(PG_GETARG_VARLENA_PP(0), &envelope);
	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	if (!envelope.sdk_in_extra)
		put_sdk(&out, &envelope);
	if (envelope.privacy != 0)
		put_privacy(&out, envelope.privacy);
	for (int i = 0; i < lengthof(trk_presences); i++)
	{
		TrkPresence p = trk_presence(envelope.presence, trk_presences[i].shift);

		if (p == trk_presences[i].usual)
			continue;
		trk_doc_text(&out, trk_presences[i].name, presence_words[p]);
	}
	if (envelope.spelling != TRK_SPELLING_USUAL)
		trk_doc_count(&out, "time", envelope.spelling);
	if (envelope.extra.len > 0)
	{
		trk_doc_key(&out, "extra");
		appendBinaryStringInfo(&out, envelope.extra.s, (int) envelope.extra.len);
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* Return whether the value is this string. */
static bool
value_is(const TrkValue *value, const char *s)
{
	return value->kind == TRK_STRING && value->len == strlen(s) &&
		memcmp(value->u.str, s, value->len) == 0;
}

/* Read the list of privacy flags. */
static bool
read_privacy(const TrkValue *value, TrkEnvelope *envelope)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		int			bit = 0;

		while (bit < TRK_PRIVACY_BITS &&
			   !value_is(&value->u.items[i], trk_privacy_names[bit]))
			bit++;
		if (bit == TRK_PRIVACY_BITS)
			return false;
		envelope->privacy |= 1 << bit;
	}
	return true;
}

/* Read the three texts of the sdk. */
static bool
read_sdk(const TrkValue *value, TrkEnvelope *envelope)
{
	if (value->kind != TRK_ARRAY || value->len != 3)
		return false;
	for (int i = 0; i < 3; i++)
	{
		if (value->u.items[i].kind != TRK_STRING)
			return false;
		envelope->sdk[i] = trk_server_string(&value->u.items[i]);
		if (envelope->sdk[i].len > 255)
			return false;
	}
	envelope->sdk_in_extra = false;
	return true;
}

/* Read the number of the spelling. */
static bool
read_spelling(const TrkValue *value, TrkEnvelope *envelope)
{
	int			n = 0;

	if (value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0 ||
		value->len > 2 || value->u.str[0] == '-')
		return false;
	for (uint32 i = 0; i < value->len; i++)
		n = n * 10 + (value->u.str[i] - '0');
	envelope->spelling = (uint8) n;
	return n <= TRK_SPELLINGS;
}

/*
 * Read the presence of one field; return false when the member is not such a
 * field.
 */
static bool
read_presence(const TrkMember *member, TrkEnvelope *envelope)
{
	for (int i = 0; i < lengthof(trk_presences); i++)
	{
		if (member->name_len != strlen(trk_presences[i].name) ||
			memcmp(member->name, trk_presences[i].name, member->name_len) != 0)
			continue;
		for (int p = 0; p < lengthof(presence_words); p++)
			if (value_is(&member->value, presence_words[p]))
			{
				envelope->presence &= ~(3 << trk_presences[i].shift);
				envelope->presence |= p << trk_presences[i].shift;
				return true;
			}
	}
	return false;
}

/* Read one member of the text form. */
static bool
read_member(TrkArena *arena, TrkMember *member, TrkEnvelope *envelope)
{
	TrkValue	name;
	TrkBuf		buf;

	trk_json_set_string(&name, member->name, member->name_len);
	if (value_is(&name, "privacy"))
		return read_privacy(&member->value, envelope);
	if (value_is(&name, "sdk"))
		return read_sdk(&member->value, envelope);
	if (value_is(&name, "time"))
		return read_spelling(&member->value, envelope);
	if (!value_is(&name, "extra"))
		return read_presence(member, envelope);
	if (member->value.kind != TRK_OBJECT)
		return false;
	trk_buf_init(&buf, arena, 256);
	trk_json_write(&buf, &member->value, TRK_NUMBERS_STORED);
	trk_json_set_string(&name, buf.data, buf.len);
	envelope->extra = trk_server_string(&name);
	return true;
}

PG_FUNCTION_INFO_V1(at_envelope_in);
/* _at_envelope_in(cstring) returns at_envelope */
Datum
at_envelope_in(PG_FUNCTION_ARGS)
{
	char	   *s = PG_GETARG_CSTRING(0);
	TrkText		utf8 = trk_to_utf8(s, strlen(s));
	TrkEnvelope envelope = {.spelling = TRK_SPELLING_USUAL, .sdk_in_extra = true};
	TrkArena	arena;
	TrkValue	root;
	bool		ok;

	for (int i = 0; i < lengthof(trk_presences); i++)
		envelope.presence |= trk_presences[i].usual << trk_presences[i].shift;
	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	ok = trk_json_read(&arena, utf8.s, utf8.len, &root) == TRK_JSON_OK &&
		root.kind == TRK_OBJECT;
	for (uint32 i = 0; ok && i < root.len; i++)
		ok = read_member(&arena, &root.u.members[i], &envelope);
	if (!ok)
		trk_soft_error(TRK_SOFT_CONTEXT(fcinfo),
					   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", "at_envelope")));
	PG_RETURN_POINTER(trk_envelope_make(&envelope, &arena));
}

/* Are the texts of a received envelope what they must be? */
static bool
received_texts(const TrkEnvelope *envelope)
{
	TrkText		utf8;
	TrkArena	arena;
	TrkValue	extra;

	for (int i = 0; !envelope->sdk_in_extra && i < 3; i++)
		if (!pg_verifymbstr(envelope->sdk[i].s, (int) envelope->sdk[i].len, true))
			return false;
	if (envelope->extra.len == 0)
		return true;
	if (!pg_verifymbstr(envelope->extra.s, (int) envelope->extra.len, true))
		return false;
	utf8 = trk_to_utf8(envelope->extra.s, envelope->extra.len);
	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	return trk_json_read(&arena, utf8.s, utf8.len, &extra) == TRK_JSON_OK &&
		extra.kind == TRK_OBJECT;
}

PG_FUNCTION_INFO_V1(at_envelope_recv);
/* _at_envelope_recv(internal) returns at_envelope: the bytes as stored, checked */
Datum
at_envelope_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			len = buf->len - buf->cursor;
	const char *data = pq_getmsgbytes(buf, len);
	TrkEnvelope envelope;
	TrkArena	arena;

	if (!trk_envelope_read((const uint8 *) data, len, &envelope) ||
		!received_texts(&envelope))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "at_envelope")));
	trk_arena_init(&arena, CurrentMemoryContext, 256);
	PG_RETURN_POINTER(trk_envelope_make(&envelope, &arena));
}

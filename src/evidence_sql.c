/*
 * evidence_sql.c
 *	  The SQL types at_evidence and at_evidence_set: input and output, and the
 *	  functions that explain them.
 *
 * Both have a JSON object as text.  A set's "{}" is the empty set.
 */
#include "trk.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "encoding.h"
#include "evidence_sql.h"
#include "funcapi.h"
#include "jsonbio.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "quiet.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "varlena.h"

/* See evidence_sql.h. */
void
trk_evidence_of(const struct varlena *v, TrkEvidence *evidence)
{
	if (!trk_evidence_read((const uint8 *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), evidence))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("evidence is corrupt, or of a newer release")));
}

/* See evidence_sql.h. */
TrkEvidenceSet *
trk_evidence_set_of(Datum datum)
{
	TrkEvidenceSet *set = (TrkEvidenceSet *) PG_DETOAST_DATUM(datum);

	if (VARSIZE(set) < offsetof(TrkEvidenceSet, ids) ||
		set->format != TRK_EVIDENCE_SET_FORMAT || set->types != TRK_EVENT_TYPES ||
		set->counted != TRK_COUNTED)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("evidence set is corrupt, or of a newer release")));
	return set;
}

/* An evidence as a datum. */
static struct varlena *
evidence_datum(const TrkEvidence *evidence, TrkArena *arena)
{
	Size		size;
	uint8	   *bytes = trk_evidence_pack(evidence, arena, &size);

	return trk_varlena_of(arena, bytes, size);
}

/* The errors of the input functions. */
#define trk_bad_text(fcinfo, type) \
	trk_soft_error(TRK_SOFT_CONTEXT(fcinfo), \
				   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), \
					errmsg("invalid input syntax for type %s", type)))
#define trk_bad_binary(type) \
	ereport(ERROR, \
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), \
			 errmsg("invalid binary representation of type %s", type)))

/* Append the names of the bits that are set, as an array. */
static void
put_bits(StringInfo out, const uint64 *bits)
{
	const char *separator = "";

	appendStringInfoString(out, ",\"proves\":[");
	for (int bit = 0; bit < TRK_BITS; bit++)
		if (trk_bit_is_set(bits, bit))
		{
			appendStringInfo(out, "%s\"%s\"", separator, trk_bit_info[bit].name);
			separator = ",";
		}
	appendStringInfoChar(out, ']');
}

PG_FUNCTION_INFO_V1(at_evidence_out);
/* at_evidence_out(at_evidence) returns cstring */
Datum
at_evidence_out(PG_FUNCTION_ARGS)
{
	TrkEvidence e;
	StringInfoData out;

	trk_evidence_of(PG_GETARG_VARLENA_PP(0), &e);
	initStringInfo(&out);
	appendStringInfo(&out, "{\"v\":%d,\"bits\":%d", TRK_EVIDENCE_FORMAT, e.known);
	if (e.type != TRK_EVIDENCE_NONE)
		appendStringInfo(&out, ",\"type\":\"%s\"", trk_event_type_name(e.type));
	if (e.environment != TRK_EVIDENCE_NONE)
		appendStringInfo(&out, ",\"environment\":\"%s\"",
						 trk_enum_value(TRK_ENUM_environment, e.environment));
	put_bits(&out, e.bits);
	if (e.check_id.len > 0)
	{
		appendStringInfoString(&out, ",\"check_id\":");
		trk_write_literal(&out, e.check_id.s, e.check_id.len);
	}
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* A member's value when its name is this, else NULL. */
static const TrkValue *
member_if(const TrkMember *member, const char *name)
{
	return member->name_len == strlen(name) &&
		memcmp(member->name, name, member->name_len) == 0 ? &member->value : NULL;
}

/* A whole number of zero or more that fits. */
static bool
read_count(const TrkValue *value, int64 limit, int64 *count)
{
	int64		n = 0;

	if (value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0 ||
		value->len > 18 || value->u.str[0] == '-')
		return false;
	for (uint32 i = 0; i < value->len; i++)
		n = n * 10 + (value->u.str[i] - '0');
	*count = n;
	return n <= limit;
}

/* The format: only ours is known. */
static bool
read_format(const TrkValue *value, int format)
{
	int64		n;

	return read_count(value, PG_UINT8_MAX, &n) && n == format;
}

/* The number of bits the writer knew: no more than we do. */
static bool
read_known(const TrkValue *value, uint8 *known)
{
	int64		n;

	if (!read_count(value, TRK_BITS, &n))
		return false;
	*known = (uint8) n;
	return true;
}

/* The names of bits. */
static bool
read_bits(const TrkValue *value, uint64 *bits)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkValue *name = &value->u.items[i];
		int			bit = name->kind == TRK_STRING ? trk_bit_lookup(name->u.str, name->len) : -1;

		if (bit < 0)
			return false;
		bits[bit / 64] |= UINT64CONST(1) << (bit % 64);
	}
	return true;
}

/* One value of an enumeration. */
static bool
read_enum(const TrkValue *value, TrkEnumId id, uint8 *index)
{
	int			i = value->kind == TRK_STRING ? trk_enum_lookup(id, value->u.str, value->len) : -1;

	*index = (uint8) i;
	return i >= 0;
}

/*
 * Does it say only what its writer could have said: no bits beyond those the
 * writer knew, a check id only where one counts?
 */
static bool
evidence_is_sound(const TrkEvidence *e)
{
	for (int bit = e->known; bit < TRK_BIT_WORDS * 64; bit++)
		if (trk_bit_is_set(e->bits, bit))
			return false;
	return e->check_id.len == 0 || trk_bit_is_set(e->bits, TRK_BIT_failed_check) ||
		trk_bit_is_set(e->bits, TRK_BIT_warning_check);
}

/* One member of an evidence's text. */
static bool
read_evidence_member(const TrkMember *member, TrkEvidence *e)
{
	const TrkValue *value;

	if ((value = member_if(member, "v")) != NULL)
		return read_format(value, TRK_EVIDENCE_FORMAT);
	if ((value = member_if(member, "bits")) != NULL)
		return read_known(value, &e->known);
	if ((value = member_if(member, "type")) != NULL)
		return read_enum(value, TRK_ENUM_event_type, &e->type);
	if ((value = member_if(member, "environment")) != NULL)
		return read_enum(value, TRK_ENUM_environment, &e->environment);
	if ((value = member_if(member, "proves")) != NULL)
		return read_bits(value, e->bits);
	if ((value = member_if(member, "check_id")) == NULL || value->kind != TRK_STRING)
		return false;
	e->check_id = trk_server_string(value);
	return true;
}

/* Read the text of a type into a tree that is an object. */
static bool
read_text(TrkArena *arena, const char *s, TrkValue *root)
{
	TrkText		t = trk_to_utf8(s, strlen(s));

	trk_arena_init(arena, CurrentMemoryContext, 1024);
	return trk_json_read(arena, t.s, t.len, root) == TRK_JSON_OK && root->kind == TRK_OBJECT;
}

PG_FUNCTION_INFO_V1(at_evidence_in);
/* at_evidence_in(cstring) returns at_evidence */
Datum
at_evidence_in(PG_FUNCTION_ARGS)
{
	TrkEvidence e = {.known = TRK_BITS,.type = TRK_EVIDENCE_NONE,
	.environment = TRK_EVIDENCE_NONE};
	TrkArena	arena;
	TrkValue	root;
	bool		ok = read_text(&arena, PG_GETARG_CSTRING(0), &root);

	for (uint32 i = 0; ok && i < root.len; i++)
		ok = read_evidence_member(&root.u.members[i], &e);
	if (!ok || !evidence_is_sound(&e))
		trk_bad_text(fcinfo, "at_evidence");
	PG_RETURN_POINTER(evidence_datum(&e, &arena));
}

PG_FUNCTION_INFO_V1(at_evidence_recv);
/* at_evidence_recv(internal) returns at_evidence: the bytes as stored, checked */
Datum
at_evidence_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			len = buf->len - buf->cursor;
	const char *data = pq_getmsgbytes(buf, len);
	TrkEvidence e;
	TrkArena	arena;

	if (!trk_evidence_read((const uint8 *) data, len, &e) ||
		!evidence_is_sound(&e) ||
		memchr(e.check_id.s, '\0', e.check_id.len) != NULL ||
		!pg_verify_mbstr(GetDatabaseEncoding(), e.check_id.s, (int) e.check_id.len, true))
		trk_bad_binary("at_evidence");
	trk_arena_init(&arena, CurrentMemoryContext, 256);
	PG_RETURN_POINTER(evidence_datum(&e, &arena));
}

PG_FUNCTION_INFO_V1(at_evidence_send);
/* at_evidence_send(at_evidence) returns bytea */
Datum
at_evidence_send(PG_FUNCTION_ARGS)
{
	struct varlena *v = PG_GETARG_VARLENA_PP(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(v), (int) VARSIZE_ANY_EXHDR(v));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Append the check ids seen this way, as an array. */
static void
put_checks(StringInfo out, const char *name, const TrkEvidenceSet *set, uint8 seen)
{
	const char *separator = "";
	Size		at = 0;
	TrkCheckId	id;

	appendStringInfo(out, ",\"%s\":[", name);
	while (trk_evidence_set_next(set, &at, &id))
		if (id.seen & seen)
		{
			appendStringInfoString(out, separator);
			trk_write_literal(out, id.text, id.len);
			separator = ",";
		}
	appendStringInfoChar(out, ']');
}

/* Append the counts that are not zero, as an object. */
static void
put_counts(StringInfo out, const char *name, const int64 *counts, int n,
		   const char *(*label) (int))
{
	const char *separator = "";

	appendStringInfo(out, ",\"%s\":{", name);
	for (int i = 0; i < n; i++)
		if (counts[i] != 0)
		{
			appendStringInfo(out, "%s\"%s\":" INT64_FORMAT, separator, label(i), counts[i]);
			separator = ",";
		}
	appendStringInfoChar(out, '}');
}

/* The name of a counted bit. */
static const char *
counted_name(int i)
{
	return trk_bit_info[trk_counted_bits[i]].name;
}

/* Append the environments, as an array. */
static void
put_environments(StringInfo out, uint32 environments)
{
	const char *separator = "";

	appendStringInfoString(out, ",\"environments\":[");
	for (int i = 0; i < trk_enum_count(TRK_ENUM_environment); i++)
		if (environments >> i & 1)
		{
			appendStringInfo(out, "%s\"%s\"", separator,
							 trk_enum_value(TRK_ENUM_environment, i));
			separator = ",";
		}
	appendStringInfoChar(out, ']');
}

PG_FUNCTION_INFO_V1(at_evidence_set_out);
/* at_evidence_set_out(at_evidence_set) returns cstring */
Datum
at_evidence_set_out(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_of(PG_GETARG_DATUM(0));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"v\":%d,\"bits\":%d,\"events\":" INT64_FORMAT,
					 TRK_EVIDENCE_SET_FORMAT, set->known, set->events);
	put_counts(&out, "types", set->by_type, TRK_EVENT_TYPES, trk_event_type_name);
	put_environments(&out, set->environments);
	put_bits(&out, set->bits);
	put_counts(&out, "counts", set->counts, TRK_COUNTED, counted_name);
	put_checks(&out, "failed_checks", set, TRK_CHECK_FAILED);
	put_checks(&out, "warning_checks", set, TRK_CHECK_WARNING);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* The counts by event type. */
static bool
read_types(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_OBJECT)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		int			type = trk_event_type_lookup(member->name, member->name_len);

		if (type < 0 || !read_count(&member->value, PG_INT64_MAX, &set->by_type[type]))
			return false;
	}
	return true;
}

/* The counted bits. */
static bool
read_counted(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_OBJECT)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		int			n = 0;

		while (n < TRK_COUNTED && member_if(member, counted_name(n)) == NULL)
			n++;
		if (n == TRK_COUNTED || !read_count(&member->value, PG_INT64_MAX, &set->counts[n]))
			return false;
	}
	return true;
}

/* The environments. */
static bool
read_environments(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		uint8		environment;

		if (!read_enum(&value->u.items[i], TRK_ENUM_environment, &environment))
			return false;
		set->environments |= 1U << environment;
	}
	return true;
}

/* Check ids seen one way. */
static bool
read_checks(const TrkValue *value, uint8 seen, TrkEvidenceSet **set)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		TrkText		id;

		if (value->u.items[i].kind != TRK_STRING)
			return false;
		id = trk_server_string(&value->u.items[i]);
		*set = trk_evidence_set_add_check(*set, id.s, id.len, seen, CurrentMemoryContext);
	}
	return true;
}

/* One member of a set's text. */
static bool
read_set_member(const TrkMember *member, TrkEvidenceSet **set)
{
	const TrkValue *value;

	if ((value = member_if(member, "v")) != NULL)
		return read_format(value, TRK_EVIDENCE_SET_FORMAT);
	if ((value = member_if(member, "bits")) != NULL)
		return read_known(value, &(*set)->known);
	if ((value = member_if(member, "events")) != NULL)
		return read_count(value, PG_INT64_MAX, &(*set)->events);
	if ((value = member_if(member, "types")) != NULL)
		return read_types(value, *set);
	if ((value = member_if(member, "environments")) != NULL)
		return read_environments(value, *set);
	if ((value = member_if(member, "proves")) != NULL)
		return read_bits(value, (*set)->bits);
	if ((value = member_if(member, "counts")) != NULL)
		return read_counted(value, *set);
	if ((value = member_if(member, "failed_checks")) != NULL)
		return read_checks(value, TRK_CHECK_FAILED, set);
	if ((value = member_if(member, "warning_checks")) != NULL)
		return read_checks(value, TRK_CHECK_WARNING, set);
	return false;
}

PG_FUNCTION_INFO_V1(at_evidence_set_in);
/* at_evidence_set_in(cstring) returns at_evidence_set */
Datum
at_evidence_set_in(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_empty(CurrentMemoryContext);
	TrkArena	arena;
	TrkValue	root;
	bool		ok = read_text(&arena, PG_GETARG_CSTRING(0), &root);

	for (uint32 i = 0; ok && i < root.len; i++)
		ok = read_set_member(&root.u.members[i], &set);
	if (!ok || !trk_evidence_set_check(set, VARSIZE(set)))
		trk_bad_text(fcinfo, "at_evidence_set");
	PG_RETURN_POINTER(set);
}

PG_FUNCTION_INFO_V1(at_evidence_set_send);
/* at_evidence_set_send(at_evidence_set) returns bytea: see at_evidence_set_recv */
Datum
at_evidence_set_send(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_of(PG_GETARG_DATUM(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, set->format);
	pq_sendbyte(&buf, set->types);
	pq_sendbyte(&buf, set->counted);
	pq_sendbyte(&buf, set->known);
	pq_sendint32(&buf, set->environments);
	pq_sendint32(&buf, set->check_ids);
	pq_sendint64(&buf, set->events);
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		pq_sendint64(&buf, set->bits[w]);
	for (int i = 0; i < TRK_COUNTED; i++)
		pq_sendint64(&buf, set->counts[i]);
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		pq_sendint64(&buf, set->by_type[i]);
	pq_sendbytes(&buf, set->ids, (int) (VARSIZE(set) - offsetof(TrkEvidenceSet, ids)));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Are the check ids in the database's encoding? */
static bool
check_ids_are_text(const TrkEvidenceSet *set)
{
	Size		at = 0;
	TrkCheckId	id;

	while (trk_evidence_set_next(set, &at, &id))
		if (memchr(id.text, '\0', id.len) != NULL ||
			!pg_verify_mbstr(GetDatabaseEncoding(), id.text, (int) id.len, true))
			return false;
	return true;
}

PG_FUNCTION_INFO_V1(at_evidence_set_recv);
/*
 * at_evidence_set_recv(internal) returns at_evidence_set: the fields in the
 * order of the struct, integers in network byte order, then the check ids as
 * stored
 */
Datum
at_evidence_set_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Size		fixed = offsetof(TrkEvidenceSet, ids);
	Size		sent = 4 + 4 + 4 + 8 * (1 + TRK_BIT_WORDS + TRK_COUNTED + TRK_EVENT_TYPES);
	Size		len = buf->len - buf->cursor;
	TrkEvidenceSet *set;

	if (len < sent)
		trk_bad_binary("at_evidence_set");
	set = palloc0(fixed + len - sent);
	SET_VARSIZE(set, fixed + len - sent);
	set->format = pq_getmsgbyte(buf);
	set->types = pq_getmsgbyte(buf);
	set->counted = pq_getmsgbyte(buf);
	set->known = pq_getmsgbyte(buf);
	set->environments = pq_getmsgint(buf, 4);
	set->check_ids = pq_getmsgint(buf, 4);
	set->events = pq_getmsgint64(buf);
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		set->bits[w] = pq_getmsgint64(buf);
	for (int i = 0; i < TRK_COUNTED; i++)
		set->counts[i] = pq_getmsgint64(buf);
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		set->by_type[i] = pq_getmsgint64(buf);
	memcpy(set->ids, pq_getmsgbytes(buf, (int) (len - sent)), len - sent);
	if (!trk_evidence_set_check(set, VARSIZE(set)) || !check_ids_are_text(set))
		trk_bad_binary("at_evidence_set");
	PG_RETURN_POINTER(set);
}

PG_FUNCTION_INFO_V1(at_event_evidence);
/* at_event_evidence(event json) returns at_evidence */
Datum
at_event_evidence(PG_FUNCTION_ARGS)
{
	TrkText		t;
	TrkEvidence e;
	TrkEvent	event;
	TrkArena	arena;
	TrkQuiet	quiet;
	TrkValue	id;
	struct varlena *result;

	trk_quiet_begin(&quiet);
	t = trk_text_arg(PG_GETARG_TEXT_PP(0));
	trk_arena_init(&arena, CurrentMemoryContext, 8 * 1024);
	if (trk_json_read(&arena, t.s, t.len, &event.root) != TRK_JSON_OK ||
		event.root.kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an event is a JSON object that the contract can read"),
				 errhint("at_violations() says what is wrong with it.")));
	trk_event_bind(&event);
	trk_evidence_compute(&event, &e);
	trk_json_set_string(&id, e.check_id.s, e.check_id.len);
	e.check_id = trk_server_string(&id);
	result = evidence_datum(&e, &arena);
	trk_quiet_end(&quiet);
	PG_RETURN_POINTER(result);
}

/* The names of the bits that are set, as text[]. */
static Datum
bit_names(const uint64 *bits)
{
	Datum		names[TRK_BITS];
	int			n = 0;

	for (int bit = 0; bit < TRK_BITS; bit++)
		if (trk_bit_is_set(bits, bit))
			names[n++] = CStringGetTextDatum(trk_bit_info[bit].name);
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(at_explain_evidence);
/* at_explain_evidence(at_evidence) returns text[] */
Datum
at_explain_evidence(PG_FUNCTION_ARGS)
{
	TrkEvidence e;

	trk_evidence_of(PG_GETARG_VARLENA_PP(0), &e);
	return bit_names(e.bits);
}

PG_FUNCTION_INFO_V1(at_explain_evidence_set);
/* at_explain_evidence(at_evidence_set) returns text[] */
Datum
at_explain_evidence_set(PG_FUNCTION_ARGS)
{
	return bit_names(trk_evidence_set_of(PG_GETARG_DATUM(0))->bits);
}

PG_FUNCTION_INFO_V1(at_evidence_age);
/* at_evidence_age(at_evidence) returns integer: bits its writer did not know */
Datum
at_evidence_age(PG_FUNCTION_ARGS)
{
	TrkEvidence e;

	trk_evidence_of(PG_GETARG_VARLENA_PP(0), &e);
	PG_RETURN_INT32(TRK_BITS - e.known);
}

PG_FUNCTION_INFO_V1(at_evidence_set_age);
/* at_evidence_age(at_evidence_set) returns integer */
Datum
at_evidence_set_age(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(TRK_BITS - trk_evidence_set_of(PG_GETARG_DATUM(0))->known);
}

/* See evidence_sql.h. */
Datum
trk_bit_types(TrkBit bit)
{
	Datum		types[TRK_EVENT_TYPES];
	int			n = 0;

	for (int type = 0; type < TRK_EVENT_TYPES; type++)
		if (trk_bit_needs_type(bit, type))
			types[n++] = CStringGetTextDatum(trk_event_type_name(type));
	return PointerGetDatum(construct_array(types, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* See evidence_sql.h. */
Datum
trk_bit_fields(TrkBit bit)
{
	Datum		fields[TRK_ALL_FIELDS];
	int			n = 0;

	for (int field = 0; field < TRK_ALL_FIELDS; field++)
		if (trk_bit_needs_field(bit, field))
			fields[n++] = CStringGetTextDatum(trk_field_name(field));
	return PointerGetDatum(construct_array(fields, n, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(at_evidence_bits);
/* at_evidence_bits() returns setof (number, name, report, meaning, event_types, fields, test) */
Datum
at_evidence_bits(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int bit = 0; bit < TRK_BITS; bit++)
	{
		const TrkBitInfo *info = &trk_bit_info[bit];
		Datum		values[7];
		bool		nulls[7] = {false};

		values[0] = Int32GetDatum(bit);
		values[1] = CStringGetTextDatum(info->name);
		values[2] = CStringGetTextDatum(info->report);
		values[3] = CStringGetTextDatum(info->meaning);
		values[4] = trk_bit_types(bit);
		values[5] = trk_bit_fields(bit);
		values[6] = CStringGetTextDatum(info->test);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

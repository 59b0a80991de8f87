/*
 * evidence_set_sql.c
 *	  The SQL type at_evidence_set: input and output.  Its text is a JSON
 *	  object; "{}" is the empty set.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "readiness/evidence_sql.h"
#include "readiness/evidence_text.h"
#include "json/json_document.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* TrkAggType: return whether the header is that of a set of this release. */
static bool
check(const TrkAggType *type, const struct varlena *flat)
{
	const TrkEvidenceSet *set = (const TrkEvidenceSet *) flat;

	return VARSIZE(set) >= offsetof(TrkEvidenceSet, ends) &&
		set->format == TRK_EVIDENCE_SET_FORMAT && set->types == TRK_EVENT_TYPES &&
		set->counted == TRK_COUNTED;
}

const TrkAggType trk_evidence_set_type = {.name = "at_evidence_set", .check = check};

/* Append the check ids seen this way, as an array. */
static void
put_checks(StringInfo out, const char *name, const TrkEvidenceSet *set, uint8 seen)
{
	uint32		at = 0;
	TrkCheckId	id;

	trk_doc_open(out, name, '[');
	while (trk_evidence_set_next(set, &at, &id))
		if (id.seen & seen)
			trk_doc_text_len(out, NULL, id.text, id.len);
	appendStringInfoChar(out, ']');
}

/* Append the counts that are not zero, as an object. */
static void
put_counts(StringInfo out, const char *name, const int64 *counts, int n,
		   const char *(*label) (int))
{
	trk_doc_open(out, name, '{');
	for (int i = 0; i < n; i++)
		if (counts[i] != 0)
			trk_doc_count(out, label(i), counts[i]);
	appendStringInfoChar(out, '}');
}

/* Return the name of a counted bit. */
static const char *
counted_name(int i)
{
	return trk_bit_info[trk_counted_bits[i]].name;
}

/* Append the environments, as an array. */
static void
put_environments(StringInfo out, uint32 environments)
{
	trk_doc_open(out, "environments", '[');
	for (int i = 0; i < trk_enum_count(TRK_ENUM_environment); i++)
		if (environments >> i & 1)
			trk_doc_text(out, NULL, trk_enum_value(TRK_ENUM_environment, i));
	appendStringInfoChar(out, ']');
}

PG_FUNCTION_INFO_V1(at_evidence_set_out);
/* _at_evidence_set_out(at_evidence_set) returns cstring */
Datum
at_evidence_set_out(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_of(PG_GETARG_DATUM(0));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_EVIDENCE_SET_FORMAT);
	trk_doc_count(&out, "bits", set->known);
	trk_doc_count(&out, "events", set->events);
	put_counts(&out, "types", set->by_type, TRK_EVENT_TYPES, trk_event_type_name);
	put_environments(&out, set->environments);
	trk_doc_bits(&out, set->bits);
	put_counts(&out, "counts", set->counts, TRK_COUNTED, counted_name);
	put_checks(&out, "failed_checks", set, TRK_CHECK_FAILED);
	put_checks(&out, "warning_checks", set, TRK_CHECK_WARNING);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* Read the counts by event type. */
static bool
read_types(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_OBJECT)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		int			type = trk_event_type_lookup(member->name, member->name_len);

		if (type < 0 || !trk_read_count(&member->value, PG_INT64_MAX, &set->by_type[type]))
			return false;
	}
	return true;
}

/* Read the counted bits. */
static bool
read_counted(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_OBJECT)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		int			n = 0;

		while (n < TRK_COUNTED && trk_member_if(member, counted_name(n)) == NULL)
			n++;
		if (n == TRK_COUNTED || !trk_read_count(&member->value, PG_INT64_MAX, &set->counts[n]))
			return false;
	}
	return true;
}

/* Read the environments. */
static bool
read_environments(const TrkValue *value, TrkEvidenceSet *set)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		uint8		environment;

		if (!trk_read_enum(&value->u.items[i], TRK_ENUM_environment, &environment))
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

/* Read one member of the text. */
static bool
read_set_member(const TrkMember *member, TrkEvidenceSet **set)
{
	const TrkValue *value;

	if ((value = trk_member_if(member, "v")) != NULL)
		return trk_read_format(value, TRK_EVIDENCE_SET_FORMAT);
	if ((value = trk_member_if(member, "bits")) != NULL)
		return trk_read_known(value, &(*set)->known);
	if ((value = trk_member_if(member, "events")) != NULL)
		return trk_read_count(value, PG_INT64_MAX, &(*set)->events);
	if ((value = trk_member_if(member, "types")) != NULL)
		return read_types(value, *set);
	if ((value = trk_member_if(member, "environments")) != NULL)
		return read_environments(value, *set);
	if ((value = trk_member_if(member, "proves")) != NULL)
		return trk_read_bits(value, (*set)->bits);
	if ((value = trk_member_if(member, "counts")) != NULL)
		return read_counted(value, *set);
	if ((value = trk_member_if(member, "failed_checks")) != NULL)
		return read_checks(value, TRK_CHECK_FAILED, set);
	if ((value = trk_member_if(member, "warning_checks")) != NULL)
		return read_checks(value, TRK_CHECK_WARNING, set);
	return false;
}

PG_FUNCTION_INFO_V1(at_evidence_set_in);
/* _at_evidence_set_in(cstring) returns at_evidence_set */
Datum
at_evidence_set_in(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_empty(CurrentMemoryContext);
	TrkArena	arena;
	TrkValue	root;
	bool		ok = trk_read_object(&arena, PG_GETARG_CSTRING(0), &root);

	for (uint32 i = 0; ok && i < root.len; i++)
		ok = read_set_member(&root.u.members[i], &set);
	if (!ok || !trk_evidence_set_check(set, VARSIZE(set)))
		trk_bad_text(fcinfo, "at_evidence_set", trk_text_is_newer(&root, TRK_EVIDENCE_SET_FORMAT));
	PG_RETURN_POINTER(set);
}

PG_FUNCTION_INFO_V1(at_evidence_set_send);
/* _at_evidence_set_send(at_evidence_set) returns bytea: see _at_evidence_set_recv */
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
	for (uint32 i = 0; i < set->check_ids; i++)
		pq_sendint32(&buf, set->ends[i]);
	pq_sendbytes(&buf, (char *) &set->ends[set->check_ids],
				 (int) ((char *) set + VARSIZE(set) - (char *) &set->ends[set->check_ids]));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * Return whether the check ids are valid text in the encoding of the database.
 */
static bool
check_ids_are_text(const TrkEvidenceSet *set)
{
	uint32		at = 0;
	TrkCheckId	id;

	while (trk_evidence_set_next(set, &at, &id))
		if (memchr(id.text, '\0', id.len) != NULL ||
			!pg_verify_mbstr(GetDatabaseEncoding(), id.text, (int) id.len, true))
			return false;
	return true;
}

PG_FUNCTION_INFO_V1(at_evidence_set_recv);
/*
 * _at_evidence_set_recv(internal) returns at_evidence_set: the fields in the
 * order of the struct, integers in network byte order, then the check ids' bytes
 * as stored
 */
Datum
at_evidence_set_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Size		fixed = offsetof(TrkEvidenceSet, ends);
	Size		sent = 4 + 4 + 4 + 8 * (1 + TRK_BIT_WORDS + TRK_COUNTED + TRK_EVENT_TYPES);
	Size		len = buf->len - buf->cursor;
	TrkEvidenceSet *set;

	if (len < sent)
		trk_bad_binary("at_evidence_set", false);
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
	memcpy(set->ends, pq_getmsgbytes(buf, (int) (len - sent)), len - sent);
	for (uint32 i = 0; i < Min(set->check_ids, (len - sent) / sizeof(uint32)); i++)
		set->ends[i] = pg_ntoh32(set->ends[i]);
	if (!trk_evidence_set_check(set, VARSIZE(set)) || !check_ids_are_text(set))
		trk_bad_binary("at_evidence_set", set->format > TRK_EVIDENCE_SET_FORMAT ||
					   set->types > TRK_EVENT_TYPES || set->counted > TRK_COUNTED ||
					   set->known > TRK_BITS);
	PG_RETURN_POINTER(set);
}

/*
 * evidence_sql.c
 *	  The SQL type at_evidence: input and output, and the functions that
 *	  explain evidence (evidence_set_sql.c has at_evidence_set).
 */
#include "base/trk.h"

#include "base/composite.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "readiness/evidence_sql.h"
#include "readiness/evidence_text.h"
#include "json/json_document.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "base/hide_context.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "base/varlena.h"

/* The type in text of an event that no report counts. */
#define APART	"apart"

/* Raise the ERROR for evidence whose bytes are corrupt. */
void
trk_evidence_corrupt(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("evidence is corrupt, or of a newer release")));
}

/* Make a datum of evidence. */
static struct varlena *
evidence_datum(const TrkEvidence *evidence, TrkArena *arena)
{
	Size		size;
	uint8	   *bytes = trk_evidence_pack(evidence, arena, &size);

	return trk_varlena_of(arena, bytes, size);
}

PG_FUNCTION_INFO_V1(at_evidence_out);
/* _at_evidence_out(at_evidence) returns cstring */
Datum
at_evidence_out(PG_FUNCTION_ARGS)
{
	TrkEvidence e;
	StringInfoData out;

	trk_evidence_of(PG_GETARG_VARLENA_PP(0), &e);
	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_EVIDENCE_FORMAT);
	trk_doc_count(&out, "bits", e.known);
	if (e.type == TRK_EVIDENCE_APART)
		trk_doc_text(&out, "type", APART);
	else if (e.type != TRK_EVIDENCE_NONE)
		trk_doc_text(&out, "type", trk_event_type_name(e.type));
	if (e.environment != TRK_EVIDENCE_NONE)
		trk_doc_text(&out, "environment", trk_enum_value(TRK_ENUM_environment, e.environment));
	trk_doc_bits(&out, e.bits);
	if (e.check_id.len > 0)
		trk_doc_text_len(&out, "check_id", e.check_id.s, e.check_id.len);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/*
 * Return whether the evidence is consistent: it has no bits beyond those that
 * its writer knew, none when no report counts the event, and a check id only
 * together with a bit that needs one.
 */
static bool
evidence_is_sound(const TrkEvidence *e)
{
	if (e->type == TRK_EVIDENCE_APART && ((e->bits[0] | e->bits[1]) != 0 || e->environment != TRK_EVIDENCE_NONE))
		return false;
	for (int bit = e->known; bit < TRK_BIT_WORDS * 64; bit++)
		if (trk_bit_is_set(e->bits, bit))
			return false;
	return e->check_id.len == 0 || trk_bit_is_set(e->bits, TRK_BIT_failed_check) ||
		trk_bit_is_set(e->bits, TRK_BIT_warning_check);
}

/* Read the type. */
static bool
read_type(const TrkValue *value, uint8 *type)
{
	if (value->kind == TRK_STRING && value->len == strlen(APART) &&
		memcmp(value->u.str, APART, value->len) == 0)
	{
		*type = TRK_EVIDENCE_APART;
		return true;
	}
	return trk_read_enum(value, TRK_ENUM_event_type, type);
}

/* Read one member of the text. */
static bool
read_evidence_member(const TrkMember *member, TrkEvidence *e)
{
	const TrkValue *value;

	if ((value = trk_member_if(member, "v")) != NULL)
		return trk_read_format(value, TRK_EVIDENCE_FORMAT);
	if ((value = trk_member_if(member, "bits")) != NULL)
		return trk_read_known(value, &e->known);
	if ((value = trk_member_if(member, "type")) != NULL)
		return read_type(value, &e->type);
	if ((value = trk_member_if(member, "environment")) != NULL)
		return trk_read_enum(value, TRK_ENUM_environment, &e->environment);
	if ((value = trk_member_if(member, "proves")) != NULL)
		return trk_read_bits(value, e->bits);
	if ((value = trk_member_if(member, "check_id")) == NULL || value->kind != TRK_STRING)
		return false;
	e->check_id = trk_server_string(value);
	return true;
}

PG_FUNCTION_INFO_V1(at_evidence_in);
/* _at_evidence_in(cstring) returns at_evidence */
Datum
at_evidence_in(PG_FUNCTION_ARGS)
{
	TrkEvidence e = {.known = TRK_BITS, .type = TRK_EVIDENCE_NONE,
	.environment = TRK_EVIDENCE_NONE};
	TrkArena	arena;
	TrkValue	root;
	bool		ok = trk_read_object(&arena, PG_GETARG_CSTRING(0), &root);

	for (uint32 i = 0; ok && i < root.len; i++)
		ok = read_evidence_member(&root.u.members[i], &e);
	if (!ok || !evidence_is_sound(&e))
		trk_bad_text(fcinfo, "at_evidence", trk_text_is_newer(&root, TRK_EVIDENCE_FORMAT));
	PG_RETURN_POINTER(evidence_datum(&e, &arena));
}

PG_FUNCTION_INFO_V1(at_evidence_recv);
/* _at_evidence_recv(internal) returns at_evidence: the bytes as stored, checked */
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
		trk_bad_binary("at_evidence", len >= 2 &&
					   ((uint8) data[0] > TRK_EVIDENCE_FORMAT || (uint8) data[1] > TRK_BITS));
	trk_arena_init(&arena, CurrentMemoryContext, 256);
	PG_RETURN_POINTER(evidence_datum(&e, &arena));
}

TRK_HIDE_CONTEXT_FUNCTION(at_event_evidence);
/* at_event_evidence(event json) returns at_evidence */
static Datum
at_event_evidence_body(PG_FUNCTION_ARGS)
{
	TrkText		t;
	TrkEvidence e;
	TrkEvent	event;
	TrkArena	arena;
	TrkValue	id;

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
	PG_RETURN_POINTER(evidence_datum(&e, &arena));
}

/* Return the names of the bits that are set, as text[]. */
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
/* _at_evidence_age(at_evidence) returns integer: bits its writer did not know */
Datum
at_evidence_age(PG_FUNCTION_ARGS)
{
	TrkEvidence e;

	trk_evidence_of(PG_GETARG_VARLENA_PP(0), &e);
	PG_RETURN_INT32(TRK_BITS - e.known);
}

PG_FUNCTION_INFO_V1(at_evidence_set_age);
/* _at_evidence_age(at_evidence_set) returns integer */
Datum
at_evidence_set_age(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(TRK_BITS - trk_evidence_set_of(PG_GETARG_DATUM(0))->known);
}

/* Return the event types that a bit depends on as text[]. */
static Datum
bit_types(TrkBit bit)
{
	Datum		types[TRK_EVENT_TYPES];
	int			n = 0;

	for (int type = 0; type < TRK_EVENT_TYPES; type++)
		if (trk_bit_needs_type(bit, type))
			types[n++] = CStringGetTextDatum(trk_event_type_name(type));
	return PointerGetDatum(construct_array(types, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Return the payload fields that a bit depends on as text[]. */
static Datum
bit_fields(TrkBit bit)
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
	InitMaterializedSRF(fcinfo, 0);
	for (int bit = 0; bit < TRK_BITS; bit++)
	{
		const TrkBitInfo *info = &trk_bit_info[bit];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_int(&row, bit);
		trk_put_text(&row, info->name);
		trk_put_text(&row, info->report);
		trk_put_text(&row, info->meaning);
		trk_put(&row, bit_types(bit));
		trk_put(&row, bit_fields(bit));
		trk_put_text(&row, info->test);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

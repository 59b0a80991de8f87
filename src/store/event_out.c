/*
 * event_out.c
 *	  A row of at_event back to its canonical event (see event_out.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "store/event_out.h"
#include "funcapi.h"
#include "store/id.h"
#include "json/jsonbio.h"
#include "base/hide_context.h"
#include "base/sha256.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* The columns that are read, in the order of TrkRowShape.columns. */
enum
{
	OUT_OCCURRED_AT,
	OUT_EVENT_TYPE,
	OUT_ENVIRONMENT,
	OUT_PROJECT,
	OUT_AGENT_ID,
	OUT_RUN_ID,
	OUT_EVENT_ID,
	OUT_SPAN_ID,
	OUT_PARENT_SPAN_ID,
	OUT_IDEMPOTENCY_KEY,
	OUT_SYMBOLS,
	OUT_ENVELOPE,
	OUT_PAYLOAD,
	OUT_COLUMNS
};

/* Their names and types: of the server, or else of the extension. */
static const struct
{
	const char *name;
	Oid			type;
	const char *type_name;
}			trk_out_columns[OUT_COLUMNS] = {
	{"occurred_at", TIMESTAMPTZOID, NULL},
	{"event_type", InvalidOid, "at_event_type"},
	{"environment", InvalidOid, "at_environment"},
	{"project", TEXTOID, NULL},
	{"agent_id", TEXTOID, NULL},
	{"run_id", InvalidOid, "at_id"},
	{"event_id", InvalidOid, "at_id"},
	{"span_id", InvalidOid, "at_id"},
	{"parent_span_id", InvalidOid, "at_id"},
	{"idempotency_key", InvalidOid, "at_key"},
	{"symbols", TEXTARRAYOID, NULL},
	{"envelope", InvalidOid, "at_envelope"},
	{"payload", JSONBOID, NULL},
};

/* A row while its event is written. */
typedef struct TrkOut
{
	StringInfo	out;
	Datum		values[OUT_COLUMNS];
	bool		nulls[OUT_COLUMNS];
	TrkEnvelope envelope;
	TrkArena	arena;			/* initialized only when there are extra members */
	TrkValue	extra;			/* the extra object; it has no members when there is none */
	uint32		next_extra;
	int			members;		/* number of members written so far */
} TrkOut;

/*
 * Return the number of a column, from 1, or 0 when there is none with this
 * name.
 */
static AttrNumber
find_column(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped &&
			strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0)
			return i + 1;
	return 0;
}

/*
 * Find the columns of at_event by name in a tuple descriptor.  Raises an
 * ERROR when one is missing or has another type than in at_event. nsp is the
 * schema of the extension.
 */
void
trk_row_shape(TrkRowShape *shape, TupleDesc desc, Oid nsp)
{
	for (int i = 0; i < OUT_COLUMNS; i++)
	{
		AttrNumber	column = find_column(desc, trk_out_columns[i].name);
		Oid			type = trk_out_columns[i].type;

		if (column == 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("row has no column \"%s\"", trk_out_columns[i].name),
					 errhint("Pass a row of at_event.")));
		if (!OidIsValid(type))
			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
								   CStringGetDatum(trk_out_columns[i].type_name),
								   ObjectIdGetDatum(nsp));
		if (TupleDescAttr(desc, column - 1)->atttypid != type)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of the row has another type than in at_event",
							trk_out_columns[i].name),
					 errhint("Pass a row of at_event.")));
		shape->columns[i] = column;
	}
}

/* Append a comma where one is needed, and the name of a member. */
static void
begin_member(TrkOut *o, const char *name, Size len)
{
	if (o->members++ > 0)
		appendStringInfoCharMacro(o->out, ',');
	trk_write_literal(o->out, name, len);
	appendStringInfoCharMacro(o->out, ':');
}

/* Append the value of an extra member, in the encoding of the database. */
static void
put_extra(TrkOut *o, TrkMember *member)
{
	TrkValue	name;
	TrkValue	value;
	TrkText		t;
	TrkBuf		buf;

	trk_json_set_string(&name, member->name, member->name_len);
	t = trk_server_string(&name);
	begin_member(o, t.s, t.len);
	trk_buf_init(&buf, &o->arena, 256);
	trk_json_write(&buf, &member->value, TRK_NUMBERS_AS_SPELLED);
	trk_json_set_string(&value, buf.data, buf.len);
	t = trk_server_string(&value);
	appendBinaryStringInfo(o->out, t.s, (int) t.len);
}

/* Compare the name of an extra member with that of a field. */
static int
extra_cmp(const TrkMember *member, const char *field)
{
	Size		len = strlen(field);
	int			cmp = memcmp(member->name, field, Min(member->name_len, len));

	if (cmp != 0)
		return cmp;
	return member->name_len < len ? -1 : member->name_len > len;
}

/*
 * Append the extra members that sort before a field.  Returns true when the
 * field itself is an extra member and has been written too.
 */
static bool
extra_before(TrkOut *o, const char *field)
{
	while (o->next_extra < o->extra.len)
	{
		TrkMember  *member = &o->extra.u.members[o->next_extra];
		int			cmp = extra_cmp(member, field);

		if (cmp > 0)
			return false;
		put_extra(o, member);
		o->next_extra++;
		if (cmp == 0)
			return true;
	}
	return false;
}

/*
 * Begin a field.  Returns false when it is an extra member, which is then
 * already written.
 */
static bool
begin_field(TrkOut *o, const char *field)
{
	if (extra_before(o, field))
		return false;
	begin_member(o, field, strlen(field));
	return true;
}

/* Append a text column as a field. */
static void
put_text_field(TrkOut *o, const char *field, int column)
{
	text	   *t = DatumGetTextPP(o->values[column]);

	if (begin_field(o, field))
		trk_write_literal(o->out, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

/* Append the text of an at_id as a literal. */
static void
put_id(TrkOut *o, int column)
{
	struct varlena *id = PG_DETOAST_DATUM_PACKED(o->values[column]);
	Size		size = trk_id_text_size(id);
	char		small[TRK_ID_PACKED_TEXT];
	char	   *s = size <= sizeof(small) ? small : palloc(size);

	trk_write_literal(o->out, s, trk_id_write(id, s));
}

/* Append an id column as a field. */
static void
put_id_field(TrkOut *o, const char *field, int column)
{
	if (begin_field(o, field))
		put_id(o, column);
}

/* Append a span id, if the field was present. */
static void
put_span_field(TrkOut *o, const char *field, int column, int shift)
{
	switch (trk_presence(o->envelope.presence, shift))
	{
		case TRK_ABSENT:
			(void) extra_before(o, field);
			break;
		case TRK_IN_COLUMN:
			if (!begin_field(o, field))
				break;
			if (!o->nulls[column])
				put_id(o, column);
			else
				appendStringInfoString(o->out, "null");
			break;
		default:
			if (begin_field(o, field))
				appendStringInfoString(o->out, "null");
	}
}

/* Append an enumeration column as a field. */
static void
put_enum_field(TrkOut *o, const char *field, int column)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, o->values[column]);
	const char *label;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("column \"%s\" holds no enumeration value", trk_out_columns[column].name)));
	label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	if (begin_field(o, field))
		trk_write_literal(o->out, label, strlen(label));
	ReleaseSysCache(tuple);
}

/* Append an at_id's text to a string. */
static void
append_id(StringInfo out, struct varlena *id)
{
	enlargeStringInfo(out, (int) trk_id_text_size(id));
	out->len += (int) trk_id_write(id, out->data + out->len);
}

/*
 * Append the full text of a relative key: the usual prefix, which is built
 * from the row, then the rest.
 */
static void
append_relative_key(TrkOut *o, StringInfo full, const char *data, Size len)
{
	HeapTuple	type = SearchSysCache1(ENUMOID, o->values[OUT_EVENT_TYPE]);
	text	   *project = DatumGetTextPP(o->values[OUT_PROJECT]);
	text	   *agent = DatumGetTextPP(o->values[OUT_AGENT_ID]);

	if (!HeapTupleIsValid(type))
		elog(ERROR, "event type of a row is unknown");
	appendBinaryStringInfo(full, VARDATA_ANY(project), (int) VARSIZE_ANY_EXHDR(project));
	appendStringInfoCharMacro(full, '/');
	appendBinaryStringInfo(full, VARDATA_ANY(agent), (int) VARSIZE_ANY_EXHDR(agent));
	appendStringInfoCharMacro(full, '/');
	append_id(full, PG_DETOAST_DATUM_PACKED(o->values[OUT_RUN_ID]));
	appendStringInfo(full, "/%s/", NameStr(((Form_pg_enum) GETSTRUCT(type))->enumlabel));
	ReleaseSysCache(type);
	if (data[0] == TRK_KEY_RELATIVE)
		appendBinaryStringInfo(full, data + 1, (int) len - 1);
	else if (data[0] == TRK_KEY_RELATIVE_HEX)
	{
		enlargeStringInfo(full, 32);
		trk_hex((const uint8 *) data + 1, 16, full->data + full->len);
		full->len += 32;
	}
	else
	{
		StringInfoData id;

		initStringInfo(&id);
		append_id(&id, PG_DETOAST_DATUM_PACKED(o->values[OUT_EVENT_ID]));
		appendBinaryStringInfo(full, id.data + 4, Max(id.len - 4, 0));
		pfree(id.data);
	}
}

/* Append the idempotency key. */
static void
put_key_field(TrkOut *o)
{
	struct varlena *key = PG_DETOAST_DATUM_PACKED(o->values[OUT_IDEMPOTENCY_KEY]);
	const char *data = VARDATA_ANY(key);
	Size		len = VARSIZE_ANY_EXHDR(key);

	if (!trk_key_check((const uint8 *) data, len))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("idempotency key of an event is corrupt, or of a newer release")));
	if (!begin_field(o, "idempotency_key"))
		return;
	if (data[0] == TRK_KEY_FULL)
		trk_write_literal(o->out, data + 1, len - 1);
	else
	{
		StringInfoData full;

		initStringInfo(&full);
		append_relative_key(o, &full, data, len);
		trk_write_literal(o->out, full.data, full.len);
		pfree(full.data);
	}
}

/* Append the symbols. */
static void
put_symbols_field(TrkOut *o)
{
	ArrayType  *array = DatumGetArrayTypeP(o->values[OUT_SYMBOLS]);
	Datum	   *elems;
	bool	   *nulls;
	int			n;

	if (!begin_field(o, "symbols"))
		return;
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elems, &nulls, &n);
	appendStringInfoCharMacro(o->out, '[');
	for (int i = 0; i < n; i++)
	{
		text	   *t = nulls[i] ? NULL : DatumGetTextPP(elems[i]);

		if (i > 0)
			appendStringInfoCharMacro(o->out, ',');
		if (t == NULL)
			appendStringInfoString(o->out, "null");
		else
			trk_write_literal(o->out, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
	}
	appendStringInfoCharMacro(o->out, ']');
}

/* Append the computed privacy object, with sorted members. */
static void
put_privacy_field(TrkOut *o)
{
	static const uint8 sorted[] = {4, 3, 2, 1, 0};	/* the order of the names: contains_account_...
													 * comes first */
	uint8		bits = o->envelope.privacy;

	if (!begin_field(o, "privacy"))
		return;
	for (int i = 0; i < lengthof(sorted); i++)
		appendStringInfo(o->out, "%c\"%s\":%s", i == 0 ? '{' : ',',
						 trk_privacy_names[sorted[i]],
						 bits >> sorted[i] & 1 ? "true" : "false");
	appendStringInfo(o->out, ",\"redaction_version\":\"%s\",\"truncated\":%s}",
					 TRK_REDACTION_VERSION, bits >> 5 & 1 ? "true" : "false");
}

/*
 * Append the sdk, unless it is an extra member.  A row that was written by
 * hand may have none.
 */
static void
put_sdk_field(TrkOut *o)
{
	const TrkText *sdk = o->envelope.sdk;

	if (o->envelope.sdk_in_extra)
	{
		(void) extra_before(o, "sdk");
		return;
	}
	if (!begin_field(o, "sdk"))
		return;
	appendStringInfoString(o->out, "{\"language\":");
	trk_write_literal(o->out, sdk[2].s, sdk[2].len);
	appendStringInfoString(o->out, ",\"name\":");
	trk_write_literal(o->out, sdk[0].s, sdk[0].len);
	appendStringInfoString(o->out, ",\"version\":");
	trk_write_literal(o->out, sdk[1].s, sdk[1].len);
	appendStringInfoCharMacro(o->out, '}');
}

/* Append occurred_at in the spelling that it had. */
static void
put_time_field(TrkOut *o)
{
	char		spelled[TRK_SPELLING_MAX];

	if (!begin_field(o, "occurred_at"))
		return;
	trk_write_literal(o->out, spelled,
					  trk_spelling_write(Max(o->envelope.spelling, 1),
										 DatumGetTimestampTz(o->values[OUT_OCCURRED_AT]),
										 spelled));
}

/* Append received_at as null, if it was present. */
static void
put_received_field(TrkOut *o)
{
	if (trk_presence(o->envelope.presence, TRK_PRESENCE_RECEIVED) == TRK_ABSENT)
		(void) extra_before(o, "received_at");
	else if (begin_field(o, "received_at"))
		appendStringInfoString(o->out, "null");
}

/* Append the payload. */
static void
put_payload_field(TrkOut *o)
{
	Jsonb	   *payload = DatumGetJsonbP(o->values[OUT_PAYLOAD]);

	if (begin_field(o, "payload"))
		trk_jsonb_write(o->out, &payload->root);
}

/* Append all fields in canonical order. */
static void
put_fields(TrkOut *o)
{
	appendStringInfoCharMacro(o->out, '{');
	put_text_field(o, "agent_id", OUT_AGENT_ID);
	put_enum_field(o, "environment", OUT_ENVIRONMENT);
	put_id_field(o, "event_id", OUT_EVENT_ID);
	put_enum_field(o, "event_type", OUT_EVENT_TYPE);
	put_key_field(o);
	put_time_field(o);
	put_span_field(o, "parent_span_id", OUT_PARENT_SPAN_ID, TRK_PRESENCE_PARENT);
	put_payload_field(o);
	put_privacy_field(o);
	put_text_field(o, "project", OUT_PROJECT);
	put_received_field(o);
	put_id_field(o, "run_id", OUT_RUN_ID);
	if (begin_field(o, "schema_version"))
		appendStringInfoString(o->out, "\"" TRK_SCHEMA_VERSION "\"");
	put_sdk_field(o);
	put_span_field(o, "span_id", OUT_SPAN_ID, TRK_PRESENCE_SPAN);
	put_symbols_field(o);
	while (o->next_extra < o->extra.len)
		put_extra(o, &o->extra.u.members[o->next_extra++]);
	appendStringInfoCharMacro(o->out, '}');
}

/* Read the extra members of the envelope. */
static void
read_extra(TrkOut *o)
{
	TrkText		utf8;

	o->extra.len = 0;
	if (o->envelope.extra.len == 0)
		return;
	utf8 = trk_to_utf8(o->envelope.extra.s, o->envelope.extra.len);
	trk_arena_init(&o->arena, CurrentMemoryContext, 1024);
	if (trk_json_read(&o->arena, utf8.s, utf8.len, &o->extra) != TRK_JSON_OK ||
		o->extra.kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("envelope of an event is corrupt, or of a newer release")));
	trk_json_sort(&o->arena, &o->extra);
}

/* Append the event of a row in its canonical form. */
void
trk_event_write(StringInfo out, const TrkRowShape *shape, HeapTuple tuple, TupleDesc desc)
{
	TrkOut		o;

	for (int i = 0; i < OUT_COLUMNS; i++)
	{
		o.values[i] = heap_getattr(tuple, shape->columns[i], desc, &o.nulls[i]);
		if (o.nulls[i] && i != OUT_SPAN_ID && i != OUT_PARENT_SPAN_ID)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("column \"%s\" of an event is null", trk_out_columns[i].name)));
	}
	trk_envelope_of(PG_DETOAST_DATUM_PACKED(o.values[OUT_ENVELOPE]), &o.envelope);
	o.out = out;
	o.members = 0;
	o.next_extra = 0;
	read_extra(&o);
	put_fields(&o);
}

TRK_HIDE_CONTEXT_FUNCTION(at_event_json);
/*
 * at_event_json(record) returns json: the canonical event of a row of at_event
 */
static Datum
at_event_json_body(PG_FUNCTION_ARGS)
{
	HeapTupleHeader header = PG_GETARG_HEAPTUPLEHEADER(0);
	TrkRowShape *shape = fcinfo->flinfo->fn_extra;
	Oid			type = HeapTupleHeaderGetTypeId(header);
	int32		typmod = HeapTupleHeaderGetTypMod(header);
	TupleDesc	desc = lookup_rowtype_tupdesc(type, typmod);
	HeapTupleData tuple;
	StringInfoData out;

	if (shape == NULL || shape->type != type || shape->typmod != typmod)
	{
		shape = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(TrkRowShape));
		shape->type = type;
		shape->typmod = typmod;
		trk_row_shape(shape, desc, get_func_namespace(fcinfo->flinfo->fn_oid));
		fcinfo->flinfo->fn_extra = shape;
	}
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	initStringInfo(&out);
	trk_event_write(&out, shape, &tuple, desc);
	ReleaseTupleDesc(desc);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

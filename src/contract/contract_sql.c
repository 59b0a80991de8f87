/*
 * contract_sql.c
 *	  SQL functions that show the contract: its lists as rows, event types as
 *	  JSON Schemas.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "base/compat.h"
#include "contract/contract.h"
#include "contract/contract_schema.h"
#include "base/text_rows.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/syscache.h"

/* Bytes of the longest int16 with its sign and the terminator. */
#define TRK_INT16_SIZE	8

/* Return the text form of a boolean. */
static const char *
bool_text(bool b)
{
	return b ? "t" : "f";
}

/*
 * Return the fields that an event type requires, in the text form of an array.
 */
static const char *
required_fields(int type)
{
	StringInfoData buf;
	int			n;
	const TrkEventRule *rules = trk_event_rules(type, &n);

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	for (int i = 0; i < n; i++)
		if (rules[i].need == TRK_NEED_REQUIRED)
			appendStringInfo(&buf, "%s%s", buf.len > 1 ? "," : "", trk_field_name(rules[i].field));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

PG_FUNCTION_INFO_V1(at_event_types);
/* at_event_types() returns setof (event_type, event_group, description, required_fields) */
Datum
at_event_types(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
	{
		const char *values[] = {
			trk_event_type_name(i), trk_event_type_group(i),
			trk_event_type_description(i), required_fields(i)
		};

		trk_text_rows_add(&rows, values);
	}
	PG_RETURN_NULL();
}

/* Add the row of one check of a field; type and need are -1 for any type. */
static void
add_field_row(TrkTextRows *rows, int type, int need, int field, const TrkCheck *check)
{
	char		minimum[TRK_INT16_SIZE];
	char		maximum[TRK_INT16_SIZE];
	bool		nullable = check->nullable || check->kind == TRK_KIND_ANY || need == TRK_NEED_OPTIONAL;
	const char *values[] = {
		type < 0 ? NULL : trk_event_type_name(type),
		trk_field_name(field),
		bool_text(need == TRK_NEED_REQUIRED),
		bool_text(nullable),
		trk_kind_name((TrkCheckKind) check->kind),
		check->kind == TRK_KIND_ENUM ? trk_enum_name((TrkEnumId) check->values) : NULL,
		check->has_minimum ? minimum : NULL,
		check->has_maximum ? maximum : NULL,
		need == TRK_NEED_UNLESS_APPROVED ? "required when approved is false" : NULL
	};

	snprintf(minimum, sizeof(minimum), "%d", check->minimum);
	snprintf(maximum, sizeof(maximum), "%d", check->maximum);
	trk_text_rows_add(rows, values);
}

PG_FUNCTION_INFO_V1(at_event_fields);
/* at_event_fields() returns setof (event_type, field, required, nullable, kind, ...) */
Datum
at_event_fields(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	for (int type = 0; type < TRK_EVENT_TYPES; type++)
	{
		int			n;
		const TrkEventRule *rules = trk_event_rules(type, &n);

		for (int i = 0; i < n; i++)
			add_field_row(&rows, type, rules[i].need, rules[i].field, &rules[i].check);
	}
	for (int i = 0; i < TRK_FIELDS; i++)
		if (trk_fields[i].check.kind != TRK_KIND_ANY)
			add_field_row(&rows, -1, -1, i, &trk_fields[i].check);
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(at_enums);
/* at_enums() returns setof (enumeration, position, value, description) */
Datum
at_enums(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	for (int id = 0; id < TRK_ENUMS; id++)
		for (int i = 0; i < trk_enum_count((TrkEnumId) id); i++)
		{
			char		ordinal[TRK_INT16_SIZE];
			const char *values[] = {
				trk_enum_name((TrkEnumId) id), ordinal,
				trk_enum_value((TrkEnumId) id, i), trk_enum_description((TrkEnumId) id)
			};

			snprintf(ordinal, sizeof(ordinal), "%d", i + 1);
			trk_text_rows_add(&rows, values);
		}
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(at_mistake_families);
/* at_mistake_families() returns setof (mistake_family, mistake_group) */
Datum
at_mistake_families(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	for (int i = 0; i < trk_mistake_family_count(); i++)
	{
		const char *family = trk_mistake_family(i);
		const char *values[] = {family, pnstrdup(family, strcspn(family, "."))};

		trk_text_rows_add(&rows, values);
	}
	PG_RETURN_NULL();
}

/* Return the event type of a value of at_event_type. */
static int
event_type_of_oid(Oid value)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	const char *label;
	int			type;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid internal value for enum: %u", value)));
	label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);
	type = trk_event_type_lookup(label, strlen(label));
	ReleaseSysCache(tuple);
	if (type < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("event type is not one of the contract"),
				 errhint("The library and the extension's SQL objects may be of different versions: run ALTER EXTENSION agent_tracker UPDATE.")));
	return type;
}

PG_FUNCTION_INFO_V1(at_json_schema);
/* at_json_schema(at_event_type) returns jsonb */
Datum
at_json_schema(PG_FUNCTION_ARGS)
{
	int			type = event_type_of_oid(PG_GETARG_OID(0));
	TrkArena	arena;
	TrkBuf		buf;

	trk_arena_init(&arena, CurrentMemoryContext, 32 * 1024);
	trk_buf_init(&buf, &arena, 24 * 1024);
	trk_json_schema_write(&buf, type);
	trk_buf_putc(&buf, '\0');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(buf.data));
}

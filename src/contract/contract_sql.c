/*
 * contract_sql.c
 *	  The contract shown to SQL: its lists as rows, event types as JSON
 *	  Schemas.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "base/compat.h"
#include "contract/contract_schema.h"
#include "contract/contract_sql.h"
#include "executor/tuptable.h"
#include "redact/redact.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/syscache.h"

/* Longest int16 with its sign, and the end */
#define TRK_INT16_SIZE	8

/* Start the rows of a set-returning function. */
void
trk_text_rows_begin(TrkTextRows *rows, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	rows->result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->input = TupleDescGetAttInMetadata(rows->result->setDesc);
}

/* Add a row, its values in text form. */
void
trk_text_rows_add(TrkTextRows *rows, const char *const *values)
{
	HeapTuple	tuple = BuildTupleFromCStrings(rows->input, (char **) values);

	tuplestore_puttuple(rows->result->setResult, tuple);
	heap_freetuple(tuple);
}

/* Text form of a boolean. */
static const char *
bool_text(bool b)
{
	return b ? "t" : "f";
}

/* The fields an event type requires, as the text form of an array. */
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

/* What becomes of the value of a key of a class. */
static const char *
key_effect(TrkKeyClass key_class)
{
	switch (key_class)
	{
		case TRK_KEY_SECRET:
			return "replaced by " TRK_REPLACEMENT;
		case TRK_KEY_TOKEN:
			return "a string that is no word or number is replaced by " TRK_REPLACEMENT;
		case TRK_KEY_UNSURE:
			return "a string that looks random is replaced by " TRK_REPLACEMENT;
		case TRK_KEY_CONTENT:
			return "a string becomes a digest";
		case TRK_KEY_IDENTITY:
			return "what matches a pattern becomes a pseudonym";
		case TRK_KEY_PLAIN_IDENTITY:
			return "what matches a pattern becomes a pseudonym without brackets";
		case TRK_KEY_ACCOUNT:
			return "digest, sets contains_account_identifier";
		case TRK_KEY_BROKER:
			return "digest, sets contains_broker_payload";
		case TRK_KEY_PROMPT:
			return "digest, unless full input/output is stored: then sets contains_prompt_text";
		case TRK_KEY_OUTPUT:
			return "digest, unless full input/output is stored: then sets contains_output_text";
		case TRK_KEY_ORDINARY:
			return "redacted by what it is";
	}
	return "";
}

/* Add the row of one redaction rule. */
static void
add_redaction_row(TrkTextRows *rows, const char *name, const char *category, const char *kind,
				  const char *expression, const char *effect, const char *sample,
				  const char *counter_sample)
{
	const char *values[] = {
		name, asc_tolower(category, strlen(category)), kind, expression, effect,
		sample, counter_sample
	};

	trk_text_rows_add(rows, values);
}

/* Add the rows of a key of the client: an account key is an ending as well. */
static void
add_client_rows(TrkTextRows *rows, const char *name, TrkKeyClass key_class)
{
	add_redaction_row(rows, name, "client", "key", name, key_effect(key_class), name, NULL);
	if (key_class == TRK_KEY_ACCOUNT)
		add_redaction_row(rows, psprintf("_%s", name), "client", "key_suffix",
						  psprintf("_%s", name), key_effect(key_class),
						  psprintf("example_%s", name), NULL);
}

/* Add the row of a name. */
static void
add_name_row(TrkTextRows *rows, const char *category, const char *match, const char *name,
			 TrkKeyClass key_class)
{
	bool		end = strcmp(match, "END") == 0;
	bool		begin = strcmp(match, "BEGIN") == 0;

	add_redaction_row(rows, name, category, end ? "key_suffix" : begin ? "key_prefix" : "key",
					  name, key_effect(key_class),
					  end ? psprintf("example_%s", name) : begin ? psprintf("%s.0.example", name) :
					  name, NULL);
}

/* Add the row of a credential that is known by its prefix. */
static void
add_token_row(TrkTextRows *rows, const char *prefix, const char *characters, int least, int most,
			  const char *sample, const char *counter_sample)
{
	char	   *lower = asc_tolower(characters, strlen(characters));

	add_redaction_row(rows, prefix, "secrets", "prefix",
					  most > 0 ? psprintf("%s, then %d to %d of %s", prefix, least, most, lower) :
					  psprintf("%s, then %d or more of %s", prefix, least, lower),
					  "each match is replaced by " TRK_REPLACEMENT, sample, counter_sample);
}

/* The categories of a pattern, as the column shows them. */
static const char *
pattern_category(const char *category)
{
	return strcmp(category, "BASE") == 0 ? "client,contract" : category;
}

PG_FUNCTION_INFO_V1(at_redaction_rules);
/* at_redaction_rules() returns setof (name, category, kind, expression, ...) */
Datum
at_redaction_rules(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
#define TRK_REDACT_KEY(class, name) add_client_rows(&rows, name, TRK_KEY_##class);
#define TRK_NAME(category, class, match, name) \
	add_name_row(&rows, #category, #match, name, TRK_KEY_##class);
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	add_token_row(&rows, prefix, #characters, least, most, sample, counter);
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	add_redaction_row(&rows, #ident, pattern_category(#category), "pattern", regex, \
					  "each match is replaced by " TRK_REPLACEMENT, sample, counter);
#include "contract/redactions.def"
	PG_RETURN_NULL();
}

/* The event type behind a value of at_event_type. */
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

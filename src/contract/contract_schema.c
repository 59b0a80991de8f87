/*
 * contract_schema.c
 *	  An event type as a JSON Schema (draft 2020-12).
 *
 * A schema accepts every redacted event of its type that trk_validate()
 * accepts, and no other, except for what JSON Schema cannot say:
 *
 *	- the size of the event's canonical form;
 *	- the length of identifiers in bytes: it counts characters;
 *	- that an integer is spelled without a point: 1.0 is one too;
 *	- bounds above zero for a number in a string with an exponent;
 *	- duplicate names, and digits of numbers beyond those of a double.
 */
#include "base/trk.h"

#include "contract/contract.h"
#include "contract/contract_schema.h"
#include "json/json.h"

/*
 * White space of the contract, for a character class of an ECMA 262 expression
 */
#define SPACE \
	"\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a" \
	"\\u2028\\u2029\\u202f\\u205f\\u3000"

/* An existing date of the years 1 to 9999, with a separator */
#define MONTH_DAY(s) \
	"(?:(?:0[13578]|1[02])" s "(?:0[1-9]|[12][0-9]|3[01])" \
	"|(?:0[469]|11)" s "(?:0[1-9]|[12][0-9]|30)" \
	"|02" s "(?:0[1-9]|1[0-9]|2[0-8]))"
#define LEAP_YEAR \
	"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
#define DATE(s) \
	"(?!0000)(?:[0-9]{4}" s MONTH_DAY(s) "|" LEAP_YEAR s "02" s "29)"

#define HOUR	"(?:[01][0-9]|2[0-3])"
#define SIXTY	"[0-5][0-9]"
#define DATE_TIME \
	"^(?:" DATE("-") "|" DATE("") ")[\\s\\S]" \
	HOUR "(?::" SIXTY "(?::" SIXTY ")?|" SIXTY "(?:" SIXTY ")?)?" \
	"(?:[.,][0-9]+)?(?:Z|[+-]00(?::?00)?)$"

/* Numbers in strings */
#define EXPONENT		"(?:[eE][+-]?[0-9]+)"
#define DECIMAL			"(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)"
#define ZERO			"(?:0+\\.?0*|\\.0+)"
#define UP_TO_HUNDRED	"0*(?:100(?:\\.0*)?|[0-9]{1,2}\\.?[0-9]*|\\.[0-9]+)"
#define PADDED(s)		"^[" SPACE "]*(?:" s ")[" SPACE "]*$"
#define ANY_NUMBER		PADDED("[+-]?" DECIMAL EXPONENT "?")
#define NOT_NEGATIVE	PADDED("\\+?" DECIMAL EXPONENT "?|-" ZERO EXPONENT "?")
#define ZERO_TO_HUNDRED \
	PADDED("\\+?(?:" UP_TO_HUNDRED "|" DECIMAL EXPONENT ")|-" ZERO EXPONENT "?")

/* Append text as it is. */
static void
put(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append a text as a JSON string. */
static void
put_string(TrkBuf *buf, const char *s)
{
	trk_json_write_string(buf, s, strlen(s));
}

/* Append a string schema with a pattern. */
static void
put_pattern(TrkBuf *buf, const char *pattern)
{
	put(buf, "{\"type\":\"string\",\"pattern\":");
	put_string(buf, pattern);
	put(buf, "}");
}

/* Append a small number. */
static void
put_int(TrkBuf *buf, int n)
{
	char		digits[16];

	snprintf(digits, sizeof(digits), "%d", n);
	put(buf, digits);
}

/* Append the values of an enumeration. */
static void
put_enum(TrkBuf *buf, TrkEnumId id)
{
	int			i;

	put(buf, "{\"enum\":[");
	for (i = 0; i < trk_enum_count(id); i++)
	{
		put(buf, i > 0 ? "," : "");
		put_string(buf, trk_enum_value(id, i));
	}
	put(buf, "]}");
}

/* Append the mistake families, or the shape of custom ones. */
static void
put_mistake_family(TrkBuf *buf)
{
	int			i;

	put(buf, "{\"anyOf\":[{\"enum\":[");
	for (i = 0; i < trk_mistake_family_count(); i++)
	{
		put(buf, i > 0 ? "," : "");
		put_string(buf, trk_mistake_family(i));
	}
	put(buf, "]},");
	put_pattern(buf, trk_mistake_family_pattern());
	put(buf, "]}");
}

/* Append a number within bounds, or a string that spells one. */
static void
put_number(TrkBuf *buf, const TrkCheck *check)
{
	Assert(!check->has_minimum || check->minimum == 0);
	Assert(!check->has_maximum || (check->has_minimum && check->maximum == 100));
	put(buf, "{\"anyOf\":[{\"type\":\"number\"");
	if (check->has_minimum)
	{
		put(buf, ",\"minimum\":");
		put_int(buf, check->minimum);
	}
	if (check->has_maximum)
	{
		put(buf, ",\"maximum\":");
		put_int(buf, check->maximum);
	}
	put(buf, "},");
	put_pattern(buf, check->has_maximum ? ZERO_TO_HUNDRED :
				check->has_minimum ? NOT_NEGATIVE : ANY_NUMBER);
	put(buf, "]}");
}

/* Append the schema of a check, null apart. */
static void
put_check(TrkBuf *buf, const TrkCheck *check)
{
	switch ((TrkCheckKind) check->kind)
	{
		case TRK_KIND_ANY:
		case TRK_KINDS:
			put(buf, "true");
			break;
		case TRK_KIND_NONEMPTY:
			put_pattern(buf, "[^" SPACE "]");
			break;
		case TRK_KIND_NUMBER:
			put_number(buf, check);
			break;
		case TRK_KIND_INTEGER:
			put(buf, "{\"type\":\"integer\",\"minimum\":0}");
			break;
		case TRK_KIND_BOOLEAN:
			put(buf, "{\"type\":\"boolean\"}");
			break;
		case TRK_KIND_STRING_LIST:
			put(buf, "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/nonempty\"}}");
			break;
		case TRK_KIND_DATE:
			put_pattern(buf, "^" DATE("-") "$");
			break;
		case TRK_KIND_ENUM:
			put_enum(buf, (TrkEnumId) check->values);
			break;
		case TRK_KIND_MISTAKE_FAMILY:
			put_mistake_family(buf);
			break;
		case TRK_KIND_REFERENCE:
			put(buf, "{\"anyOf\":[{\"$ref\":\"#/$defs/nonempty\"},"
				"{\"type\":\"object\",\"propertyNames\":{\"minLength\":1}},"
				"{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/reference\"}}]}");
			break;
		case TRK_KIND_SHA256:
			put_pattern(buf, "^sha256:[0-9a-f]{64}$");
			break;
		case TRK_KIND_EVENT_IDS:
			put(buf, "{\"type\":\"array\",\"items\":");
			put_pattern(buf, "^evt_");
			put(buf, "}");
			break;
		case TRK_KIND_SUBSTANCE:
			put(buf, "{\"not\":{\"enum\":[null,false,0,\"\",[],{}]}}");
			break;
	}
}

/* Append the name of a check among the definitions. */
static void
put_name(TrkBuf *buf, const TrkCheck *check)
{
	put(buf, check->kind == TRK_KIND_ENUM ? trk_enum_name((TrkEnumId) check->values) :
		trk_kind_name((TrkCheckKind) check->kind));
	if (check->has_minimum)
	{
		put(buf, "_");
		put_int(buf, check->minimum);
	}
	if (check->has_maximum)
	{
		put(buf, "_");
		put_int(buf, check->maximum);
	}
	if (check->nullable)
		put(buf, "_or_null");
}

/* Append a reference to the definition of a check. */
static void
put_ref(TrkBuf *buf, const TrkCheck *check)
{
	put(buf, "{\"$ref\":\"#/$defs/");
	put_name(buf, check);
	put(buf, "\"}");
}

/* Return whether two checks share a definition. */
static bool
same_definition(const TrkCheck *a, const TrkCheck *b)
{
	return a->kind == b->kind && a->nullable == b->nullable &&
		a->has_minimum == b->has_minimum && a->has_maximum == b->has_maximum &&
		(a->kind != TRK_KIND_ENUM || a->values == b->values);
}

/*
 * The definitions of one schema.  There are fewer than the kinds and
 * enumerations, each with and without null, and the bounds of numbers.
 */
#define MAX_DEFINITIONS		(2 * (TRK_KINDS + TRK_ENUMS) + 4)

typedef struct Definitions
{
	TrkCheck	checks[MAX_DEFINITIONS];
	int			n;
} Definitions;

/* Note that a check is used. */
static void
use_check(Definitions *definitions, const TrkCheck *check)
{
	int			i;

	for (i = 0; i < definitions->n; i++)
		if (same_definition(&definitions->checks[i], check))
			return;
	Assert(definitions->n < MAX_DEFINITIONS);
	definitions->checks[definitions->n++] = *check;
}

/* Append all definitions that were used, and those they refer to. */
static void
put_definitions(TrkBuf *buf, Definitions *definitions)
{
	static const TrkCheck inner[] = {{TRK_KIND_NONEMPTY}, {TRK_KIND_REFERENCE}};
	int			i;

	for (i = 0; i < (int) lengthof(inner); i++)
		use_check(definitions, &inner[i]);
	put(buf, "\"$defs\":{");
	for (i = 0; i < definitions->n; i++)
	{
		TrkCheck	check = definitions->checks[i];

		put(buf, i > 0 ? ",\"" : "\"");
		put_name(buf, &check);
		put(buf, "\":");
		if (check.nullable)
			put(buf, "{\"anyOf\":[{\"type\":\"null\"},");
		put_check(buf, &check);
		put(buf, check.nullable ? "]}" : "");
	}
	put(buf, "}");
}

/* Return the rule of an event type for a field, or NULL. */
static const TrkEventRule *
rule_of_field(int type, int field)
{
	int			n;
	const TrkEventRule *rules = trk_event_rules(type, &n);
	int			i;

	for (i = 0; i < n; i++)
		if (rules[i].field == field)
			return &rules[i];
	return NULL;
}

/*
 * Return what a rule requires of a value that is present, whatever else the
 * event contains.
 */
static TrkCheck
check_of_rule(const TrkEventRule *rule)
{
	TrkCheck	check = {TRK_KIND_ANY};

	if (rule == NULL || rule->need == TRK_NEED_UNLESS_APPROVED)
		return check;
	check = rule->check;
	if (rule->need == TRK_NEED_OPTIONAL)
		check.nullable = true;
	return check;
}

/* Append one payload property, unless it is free. */
static bool
put_property(TrkBuf *buf, Definitions *definitions, int type, int field, bool first)
{
	TrkCheck	checks[2];
	int			n = 0;

	checks[0] = trk_fields[field].check;
	if (checks[0].kind != TRK_KIND_ANY)
		n++;
	checks[n] = check_of_rule(rule_of_field(type, field));
	if (checks[n].kind != TRK_KIND_ANY && (n == 0 || !same_definition(&checks[0], &checks[1])))
		n++;
	if (n == 0)
		return false;
	put(buf, first ? "" : ",");
	put_string(buf, trk_field_name(field));
	put(buf, n == 2 ? ":{\"allOf\":[" : ":");
	put_ref(buf, &checks[0]);
	use_check(definitions, &checks[0]);
	if (n == 2)
	{
		put(buf, ",");
		put_ref(buf, &checks[1]);
		use_check(definitions, &checks[1]);
		put(buf, "]}");
	}
	return true;
}

/* Append the rules that depend on "approved". */
static void
put_unless_approved(TrkBuf *buf, Definitions *definitions, int type)
{
	int			n;
	const TrkEventRule *rules = trk_event_rules(type, &n);
	int			i;

	for (i = 0; i < n; i++)
	{
		if (rules[i].need != TRK_NEED_UNLESS_APPROVED)
			continue;
		put(buf, ",\"if\":{\"properties\":{\"approved\":{\"const\":false}},"
			"\"required\":[\"approved\"]},\"then\":{\"required\":[");
		put_string(buf, trk_field_name(rules[i].field));
		put(buf, "],\"properties\":{");
		put_string(buf, trk_field_name(rules[i].field));
		put(buf, ":");
		put_ref(buf, &rules[i].check);
		put(buf, "}}");
		use_check(definitions, &rules[i].check);
	}
}

/* Append the schema of the payload. */
static void
put_payload(TrkBuf *buf, Definitions *definitions, int type)
{
	int			n;
	const TrkEventRule *rules = trk_event_rules(type, &n);
	bool		first = true;
	int			i;

	put(buf, "{\"type\":\"object\",\"required\":[");
	for (i = 0; i < n; i++)
	{
		if (rules[i].need != TRK_NEED_REQUIRED)
			continue;
		put(buf, first ? "" : ",");
		put_string(buf, trk_field_name(rules[i].field));
		first = false;
	}
	put(buf, "],\"properties\":{");
	first = true;
	for (i = 0; i < TRK_FIELDS; i++)
		if (put_property(buf, definitions, type, i, first))
			first = false;
	put(buf, "}");
	put_unless_approved(buf, definitions, type);
	put(buf, "}");
}

/* Append the schema of an identifier. */
static void
put_identifier(TrkBuf *buf, const char *name, const char *pattern)
{
	put_string(buf, name);
	put(buf, ":{\"type\":\"string\",\"pattern\":");
	put_string(buf, pattern);
	put(buf, ",\"maxLength\":");
	put_int(buf, TRK_MAX_ID_BYTES);
	put(buf, "},");
}

/* Append the schemas of the envelope's fields, all but the payload. */
static void
put_envelope(TrkBuf *buf, int type)
{
	put(buf, "\"schema_version\":{\"const\":\"" TRK_SCHEMA_VERSION "\"},");
	put_identifier(buf, "event_id", "^evt_[A-Za-z0-9_-]+$");
	put_identifier(buf, "run_id", "^run_[A-Za-z0-9_-]+$");
	put_identifier(buf, "project", "^[^/\\\\" SPACE "]+$");
	put_identifier(buf, "agent_id", "^[^/\\\\" SPACE "]+$");
	put(buf, "\"span_id\":{\"maxLength\":");
	put_int(buf, TRK_MAX_ID_BYTES);
	put(buf, "},\"parent_span_id\":{\"maxLength\":");
	put_int(buf, TRK_MAX_ID_BYTES);
	put(buf, "},\"idempotency_key\":");
	put_pattern(buf, "^[^" SPACE "]+$");
	put(buf, ",\"event_type\":{\"const\":");
	put_string(buf, trk_event_type_name(type));
	put(buf, "},\"occurred_at\":");
	put_pattern(buf, DATE_TIME);
	put(buf, ",\"environment\":");
	put_enum(buf, TRK_ENUM_environment);
	put(buf, ",\"symbols\":{\"type\":\"array\",\"uniqueItems\":true,"
		"\"items\":{\"type\":\"string\",\"minLength\":1}},"
		"\"sdk\":{\"type\":\"object\",\"required\":[\"name\",\"version\",\"language\"],"
		"\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1},"
		"\"version\":{\"type\":\"string\",\"minLength\":1},"
		"\"language\":{\"type\":\"string\",\"minLength\":1}}},");
}

/* Append the JSON Schema of events of one type. */
void
trk_json_schema_write(TrkBuf *buf, int type)
{
	Definitions definitions;

	definitions.n = 0;
	put(buf, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
	put_string(buf, trk_event_type_name(type));
	put(buf, ",\"description\":");
	put_string(buf, trk_event_type_description(type));
	put(buf, ",\"type\":\"object\",\"required\":[\"schema_version\",\"event_id\","
		"\"idempotency_key\",\"project\",\"agent_id\",\"run_id\",\"event_type\","
		"\"occurred_at\",\"environment\",\"symbols\",\"payload\",\"sdk\"],\"properties\":{");
	put_envelope(buf, type);
	put(buf, "\"payload\":");
	put_payload(buf, &definitions, type);
	put(buf, "},");
	put_definitions(buf, &definitions);
	put(buf, "}");
}

/*
 * contract_gen.c
 *	  Writes the contract out of its lists, the .def files: "types" prints
 *	  the types of the install script, "steps" its recording functions,
 *	  "docs" prints docs/contract.md.
 *
 * A program of its own over the files that need no server; run by the Makefile.
 */
#include "base/trk.h"

#include "contract/contract.h"

/* Print a text as an SQL string literal. */
static void
print_literal(const char *s)
{
	putchar('\'');
	for (; *s != '\0'; s++)
	{
		if (*s == '\'')
			putchar('\'');
		putchar(*s);
	}
	putchar('\'');
}

/* One enumeration as an SQL type. */
static void
print_enum_type(TrkEnumId id)
{
	int			n = trk_enum_count(id);
	int			i;

	printf("\nCREATE TYPE at_%s AS ENUM (\n", trk_enum_name(id));
	for (i = 0; i < n; i++)
	{
		putchar('\t');
		print_literal(trk_enum_value(id, i));
		fputs(i < n - 1 ? ",\n" : "\n);\n", stdout);
	}
	printf("COMMENT ON TYPE at_%s IS ", trk_enum_name(id));
	print_literal(trk_enum_description(id));
	puts(";");
}

/* The domain over text of mistake families, listed and custom. */
static void
print_mistake_domain(void)
{
	int			n = trk_mistake_family_count();
	int			i;

	puts("\nCREATE DOMAIN at_mistake_family AS text\n"
		 "\tCONSTRAINT at_mistake_family_check CHECK (VALUE IN (");
	for (i = 0; i < n; i++)
	{
		fputs("\t\t", stdout);
		print_literal(trk_mistake_family(i));
		fputs(i < n - 1 ? ",\n" : "\n", stdout);
	}
	fputs("\t) OR VALUE COLLATE \"C\" ~ ", stdout);
	print_literal(trk_mistake_family_pattern());
	puts(");\n"
		 "COMMENT ON DOMAIN at_mistake_family IS\n"
		 "\t'A mistake family of the contract, or a custom one.';");
}

/* types: the types of the install script */
static void
print_types(void)
{
	int			i;

	puts("-- Types of the contract: written by tools/contract_gen from src/contract/*.def.");
	for (i = 0; i < TRK_ENUMS; i++)
		print_enum_type((TrkEnumId) i);
	print_mistake_domain();
}

/* A step of steps.def, and its arguments beyond those events.def requires. */
typedef struct Step
{
	const char *name;
	TrkEventType event;
	const char *description;
} Step;

typedef struct StepField
{
	const char *step;
	const char *field;
	const char *type;
	bool		needed;
} StepField;

static const Step steps[] = {
#define TRK_STEP(name, event, description) {#name, TRK_EVENT_##event, description},
#include "contract/steps.def"
};

static const StepField step_fields[] = {
#define TRK_STEP_NEEDS(name, field, type) {#name, #field, #type, true},
#define TRK_STEP_FIELD(name, field, type) {#name, #field, #type, false},
#include "contract/steps.def"
};

/* Has the field a default when this event type is recorded? */
static bool
has_default(TrkEventType type, const char *name)
{
#define TRK_STEP_DEFAULT(event, field, value) \
	if (type == TRK_EVENT_##event && strcmp(name, #field) == 0) \
		return true;
#include "contract/steps.def"
	return false;
}

/* The SQL type of an argument for what a rule asks of a field. */
static const char *
rule_type(const TrkEventRule *rule)
{
	static const char *const types[TRK_KINDS] =
	{
		[TRK_KIND_ANY] = "text",
		[TRK_KIND_NONEMPTY] = "text",
		[TRK_KIND_NUMBER] = "numeric",
		[TRK_KIND_INTEGER] = "bigint",
		[TRK_KIND_BOOLEAN] = "boolean",
		[TRK_KIND_STRING_LIST] = "text[]",
		[TRK_KIND_DATE] = "date",
		[TRK_KIND_ENUM] = "text",
		[TRK_KIND_MISTAKE_FAMILY] = "text",
		[TRK_KIND_REFERENCE] = "json",
		[TRK_KIND_SHA256] = "text",
		[TRK_KIND_EVENT_IDS] = "text[]",
		[TRK_KIND_SUBSTANCE] = "text[]",
	};
	int			kind = rule->check.kind;

	if (kind == TRK_KIND_ANY)
		kind = trk_fields[rule->field].check.kind;
	return types[kind];
}

/* What steps.def says of a field of a step, or NULL. */
static const StepField *
find_step_field(const Step *step, const char *field)
{
	Size		i;

	for (i = 0; i < lengthof(step_fields); i++)
		if (strcmp(step_fields[i].step, step->name) == 0 &&
			strcmp(step_fields[i].field, field) == 0)
			return &step_fields[i];
	return NULL;
}

/* Is the field one that a call of the step's function must name? */
static bool
is_required(const Step *step, const char *field)
{
	const TrkEventRule *rules;
	int			n;
	int			i;

	rules = trk_event_rules(step->event, &n);
	for (i = 0; i < n; i++)
		if (rules[i].need == TRK_NEED_REQUIRED &&
			strcmp(trk_field_name(rules[i].field), field) == 0)
			return !has_default(step->event, field);
	return false;
}

/* An argument of a step's function: as declared, or its type alone. */
static void
print_argument(const char *name, const char *type, bool optional, bool declared)
{
	if (declared)
		printf("\t%s %s%s,\n", name, type, optional ? " DEFAULT NULL" : "");
	else
		printf("%s, ", type);
}

/* The payload fields that a call of a step's function must name. */
static void
print_required_arguments(const Step *step, bool declared)
{
	const TrkEventRule *rules;
	int			n;
	int			i;
	Size		j;

	rules = trk_event_rules(step->event, &n);
	for (i = 0; i < n; i++)
	{
		const char *field = trk_field_name(rules[i].field);
		const StepField *typed = find_step_field(step, field);

		if (is_required(step, field))
			print_argument(field, typed != NULL ? typed->type : rule_type(&rules[i]),
						   false, declared);
	}
	for (j = 0; j < lengthof(step_fields); j++)
		if (step_fields[j].needed && strcmp(step_fields[j].step, step->name) == 0)
			print_argument(step_fields[j].field, step_fields[j].type, false, declared);
}

/* All arguments of a step's function. */
static void
print_arguments(const Step *step, bool declared)
{
	static const char *const envelope[][2] = {
		{"payload", "json"}, {"run_id", "text"}, {"project", "text"},
		{"agent_id", "text"}, {"environment", "text"}, {"symbols", "text[]"},
		{"span_id", "text"}, {"parent_span_id", "text"}, {"occurred_at", "timestamptz"},
		{"event_id", "text"},
	};
	Size		i;

	print_required_arguments(step, declared);
	for (i = 0; i < lengthof(step_fields); i++)
		if (!step_fields[i].needed && strcmp(step_fields[i].step, step->name) == 0 &&
			!is_required(step, step_fields[i].field))
			print_argument(step_fields[i].field, step_fields[i].type, true, declared);
	for (i = 0; i < lengthof(envelope); i++)
		print_argument(envelope[i][0], envelope[i][1], true, declared);
	fputs(declared ? "\tidempotency_key text DEFAULT NULL\n" : "text", stdout);
}

/* steps: the recording functions of the install script */
static void
print_steps(void)
{
	Size		i;

	puts("-- Recording functions: written by tools/contract_gen from src/contract/*.def.");
	for (i = 0; i < lengthof(steps); i++)
	{
		printf("\nCREATE FUNCTION at_record_%s(\n", steps[i].name);
		print_arguments(&steps[i], true);
		printf(") RETURNS text\n"
			   "AS 'MODULE_PATHNAME', 'at_record' LANGUAGE C VOLATILE PARALLEL UNSAFE;\n"
			   "COMMENT ON FUNCTION at_record_%s(", steps[i].name);
		print_arguments(&steps[i], false);
		printf(") IS 'records %s: %s; what is null is not recorded, payload has the rest of the payload and gives way to the arguments; the envelope and the result are those of at_record()';\n",
			   trk_event_type_name(steps[i].event), steps[i].description);
		printf("SELECT _at_grant_writer('at_record_%s');\n", steps[i].name);
	}
}

/* What a check asks of a value. */
static void
print_check(const TrkCheck *check)
{
	static const char *const texts[TRK_KINDS] =
	{
		[TRK_KIND_ANY] = "any value",
		[TRK_KIND_NONEMPTY] = "text with a visible character",
		[TRK_KIND_NUMBER] = "number, or text that spells one",
		[TRK_KIND_INTEGER] = "JSON integer of zero or more",
		[TRK_KIND_BOOLEAN] = "true or false",
		[TRK_KIND_STRING_LIST] = "array of texts with a visible character",
		[TRK_KIND_DATE] = "date YYYY-MM-DD",
		[TRK_KIND_MISTAKE_FAMILY] = "[mistake family](#mistake-families)",
		[TRK_KIND_REFERENCE] = "text, object without an empty name, or array of these",
		[TRK_KIND_SHA256] = "`sha256:` and 64 lower-case hex digits",
		[TRK_KIND_EVENT_IDS] = "array of texts that begin with `evt_`",
		[TRK_KIND_SUBSTANCE] = "neither null, false, zero nor empty",
	};

	if (check->kind == TRK_KIND_ENUM)
		printf("one of [%s](#%s)", trk_enum_name((TrkEnumId) check->values),
			   trk_enum_name((TrkEnumId) check->values));
	else
		fputs(texts[check->kind], stdout);
	if (check->has_minimum && check->has_maximum)
		printf(", %d to %d", check->minimum, check->maximum);
	else if (check->has_minimum)
		printf(", at least %d", check->minimum);
	if (check->nullable)
		fputs(", or null", stdout);
}

/* One event type with the rules of its payload. */
static void
print_event(int type)
{
	static const char *const needs[] =
	{
		[TRK_NEED_REQUIRED] = "required",
		[TRK_NEED_OPTIONAL] = "optional, may be null",
		[TRK_NEED_PRESENT] = "optional",
		[TRK_NEED_UNLESS_APPROVED] = "required when `approved` is false",
	};
	const TrkEventRule *rules;
	int			n;
	int			i;

	printf("\n### %s\n\n%s Group: %s.\n", trk_event_type_name(type),
		   trk_event_type_description(type), trk_event_type_group(type));
	rules = trk_event_rules(type, &n);
	puts("\n| payload field | | value |\n|---|---|---|");
	for (i = 0; i < n; i++)
	{
		printf("| `%s` | %s | ", trk_field_name(rules[i].field), needs[rules[i].need]);
		print_check(&rules[i].check);
		puts(" |");
	}
}

/* Start of a family of fields in the table of fields. */
static void
print_family(const char *description)
{
	printf("\n### %.*s\n\n| payload field | value |\n|---|---|\n",
		   (int) strlen(description) - 1, description);
}

/* A row of the table of fields, unless the field is free on some types. */
static void
print_field(int field)
{
	printf("| `%s` | ", trk_field_name(field));
	print_check(&trk_fields[field].check);
	puts(" |");
}

/* The fields that are checked on every event type, family by family. */
static void
print_fields(void)
{
	puts("\n## Fields on every event type\n\n"
		 "Checked wherever the payload has them, whatever the event type, beside\n"
		 "the rules of the type.");
#define TRK_FIELD_FAMILY(description) print_family(description);
#define TRK_FIELD(name, kind, ...) print_field(TRK_FIELD_##name);
#include "contract/fields.def"
}

/* Enumerations with their values. */
static void
print_enums(void)
{
	int			i;
	int			j;

	puts("\n## Enumerations\n\n"
		 "Each is an SQL type of the name `at_` and its own; the order is that of\n"
		 "the type.");
	for (i = 0; i < TRK_ENUMS; i++)
	{
		printf("\n### %s\n\n%s\n\n", trk_enum_name((TrkEnumId) i), trk_enum_description((TrkEnumId) i));
		for (j = 0; j < trk_enum_count((TrkEnumId) i); j++)
			printf("- `%s`\n", trk_enum_value((TrkEnumId) i, j));
	}
}

/* Mistake families. */
static void
print_mistakes(void)
{
	int			i;

	puts("\n## Mistake families\n");
	for (i = 0; i < trk_mistake_family_count(); i++)
		printf("- `%s`\n", trk_mistake_family(i));
	printf("\nOr a family of one's own, all of which matches `%s`.\n",
		   trk_mistake_family_pattern());
}

/* A row of a name, as at_redaction_rules() writes the categories. */
static void
print_name(const char *category, const char *match, const char *class, const char *name)
{
	printf("| `%s%s%s` | %s | %s |\n", strcmp(match, "END") == 0 ? "…" : "", name,
		   strcmp(match, "BEGIN") == 0 ? "….n" : "", class, category);
}

/* Redaction rules. */
static void
print_redactions(void)
{
	printf("\n## Redaction rules\n\n"
		   "Version %s. Exactly one base applies: CLIENT or CONTRACT.\n\n"
		   "Keys of CLIENT are compared in lower case, at any depth. A key that ends\n"
		   "in `_` and an account key is an account key too.\n\n"
		   "| key | class |\n|---|---|\n", TRK_REDACTION_VERSION);
#define TRK_REDACT_KEY(class, name) puts("| `" name "` | " #class " |");
#include "contract/redactions.def"
	puts("\nNames of all other categories, in any spelling (`clientSecret`,\n"
		 "`Client-Secret`). `…name` is the end of one, where a word begins; `name….n`\n"
		 "is one before an index. Of several that apply the longest decides.\n\n"
		 "| name | class | category |\n|---|---|---|");
#define TRK_NAME(category, class, match, name) \
	print_name(#category, #match, #class, name);
#include "contract/redactions.def"
	puts("\nCredentials by how they begin (category SECRETS): the prefix, then at least\n"
		 "(and, where it says so, at most) so many characters, a digit among them or\n"
		 "letters of both cases.\n\n"
		 "| prefix | characters | least | most |\n|---|---|---|---|");
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	printf("| `%s` | %s | %d | %s |\n", prefix, #characters, least, most == 0 ? "" : #most);
#include "contract/redactions.def"
	printf("\nShapes in text, replaced by `%s` one after the other in this order (BASE is\n"
		   "CLIENT and CONTRACT):\n\n", TRK_REPLACEMENT);
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	puts("- " #ident " (" #category "): `` " regex " ``");
#include "contract/redactions.def"
}

/* The envelope, whose rules validate.c has in code. */
static void
print_envelope(void)
{
	printf("\n## Envelope\n\n"
		   "| field | value |\n|---|---|\n"
		   "| `schema_version` | `%s` |\n"
		   "| `event_id`, `run_id` | `evt_`, `run_` and one or more of `A-Za-z0-9_-` |\n"
		   "| `idempotency_key` | text of at least one character, without white space |\n"
		   "| `project`, `agent_id` | the same, without `/` and `\\` |\n"
		   "| `event_type` | one of [event_type](#event_type) |\n"
		   "| `occurred_at` | ISO 8601 date and time with a UTC offset of zero |\n"
		   "| `environment` | one of [environment](#environment) |\n"
		   "| `symbols` | array of distinct texts, none empty |\n"
		   "| `payload` | object, see below |\n"
		   "| `sdk` | object with `name`, `version` and `language`, texts of at least one character |\n"
		   "| `span_id`, `parent_span_id`, `received_at` | optional, free |\n"
		   "| `privacy` | computed by redaction, whatever it was |\n\n"
		   "Identifiers (project, agent, run, event, span) have at most %d bytes, an\n"
		   "event in canonical form %d unless the limit is set otherwise.\n",
		   TRK_SCHEMA_VERSION, TRK_MAX_ID_BYTES, TRK_MAX_EVENT_BYTES);
}

/* The rules a violation can name. */
static void
print_rules(void)
{
	puts("\n## Rules\n\n"
		 "A violation is the path of a field, one of these rules, and a message.\n\n"
		 "| rule | broken by |\n|---|---|");
#define TRK_RULE(ident, name, meaning) puts("| `" name "` | " meaning " |");
#include "contract/rules.def"
#undef TRK_RULE
}

/* docs: the reference page */
static void
print_docs(void)
{
	int			i;

	printf("# The telemetry contract\n\n"
		   "Version %s. Written by `make docs` from `src/contract/*.def`; the same facts are\n"
		   "rows of `at_event_types()`, `at_event_fields()`, `at_enums()`,\n"
		   "`at_mistake_families()` and `at_redaction_rules()`, and JSON Schemas by\n"
		   "`at_json_schema(at_event_type)`.\n", TRK_SCHEMA_VERSION);
	print_envelope();
	puts("\n## Event types\n\n"
		 "What the payload of each must hold, beside what holds for its fields on\n"
		 "every event type.");
	for (i = 0; i < TRK_EVENT_TYPES; i++)
		print_event(i);
	print_fields();
	print_enums();
	print_mistakes();
	print_rules();
	print_redactions();
}

/* contract_gen types | steps | docs */
int
main(int argc, char **argv)
{
	trk_contract_init();
	if (argc == 2 && strcmp(argv[1], "types") == 0)
		print_types();
	else if (argc == 2 && strcmp(argv[1], "steps") == 0)
		print_steps();
	else if (argc == 2 && strcmp(argv[1], "docs") == 0)
		print_docs();
	else
	{
		fputs("usage: contract_gen types | steps | docs\n", stderr);
		return 1;
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

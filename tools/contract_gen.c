/*
 * contract_gen.c
 *	  Writes the contract out of its lists, the .def files: "types" prints
 *	  the types of the install script, "docs" prints docs/contract.md.
 *
 * A program of its own over the pure rooms; run by the Makefile.
 */
#include "trk.h"

#include "contract.h"

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

	puts("-- Types of the contract: written by tools/contract_gen from src/*.def.");
	for (i = 0; i < TRK_ENUMS; i++)
		print_enum_type((TrkEnumId) i);
	print_mistake_domain();
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
#include "fields.def"
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

/* Redaction rules. */
static void
print_redactions(void)
{
	printf("\n## Redaction rules\n\n"
		   "Version %s. Keys are compared in lower case, at any depth. A key that\n"
		   "ends in `_` and an account key is an account key too.\n\n"
		   "| key | class |\n|---|---|\n", TRK_REDACTION_VERSION);
#define TRK_REDACT_KEY(class, name) puts("| `" name "` | " #class " |");
#include "redactions.def"
	puts("\nKey endings beyond the contract (category SECRETS):\n");
#define TRK_SECRET_SUFFIX(name) puts("- `" name "`");
#include "redactions.def"
	printf("\nShapes in text, replaced by `%s` one after the other in this order:\n\n",
		   TRK_REPLACEMENT);
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	puts("- " #ident " (" #category "): `` " regex " ``");
#include "redactions.def"
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
#include "rules.def"
#undef TRK_RULE
}

/* docs: the reference page */
static void
print_docs(void)
{
	int			i;

	printf("# The telemetry contract\n\n"
		   "Version %s. Written by `make docs` from `src/*.def`; the same facts are\n"
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

/* contract_gen types | docs */
int
main(int argc, char **argv)
{
	trk_contract_init();
	if (argc == 2 && strcmp(argv[1], "types") == 0)
		print_types();
	else if (argc == 2 && strcmp(argv[1], "docs") == 0)
		print_docs();
	else
	{
		fputs("usage: contract_gen types | docs\n", stderr);
		return 1;
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

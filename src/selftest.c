/*
 * selftest.c
 *	  The SQL function at_selftest(): does this build follow its own contract?
 *	  Each redaction rule is tested with the samples in its list, and each name
 *	  is looked up.
 */
#include "base/trk.h"

#include "contract/contract_schema.h"
#include "base/text_rows.h"
#include "contract/contract.h"
#include "json/json.h"
#include "redact/secret_shape.h"
#include "redact/redact.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

/* Add the row of one check. */
static void
add_result(TrkTextRows *rows, const char *check, bool ok, const char *detail)
{
	const char *values[] = {check, ok ? "t" : "f", ok ? NULL : detail};

	trk_text_rows_add(rows, values);
}

/* Return whether a pattern matches anywhere in a text. */
static bool
pattern_matches(int pattern, const char *text)
{
	Size		start;
	Size		end;

	return trk_pattern_find(pattern, text, strlen(text), 0, &start, &end) && start < end;
}

/*
 * Return whether redaction by these rules leaves nothing of the sample that
 * matches.
 */
static bool
is_gone(const char *sample, uint32 rules)
{
	TrkArena	arena;
	const char *out;
	Size		len;

	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	return trk_pattern_redact(&arena, sample, strlen(sample), rules, NULL, &out, &len) &&
		!trk_pattern_matches(out, len, rules, NULL);
}

/* Test a pattern with its samples, and what redaction leaves of the sample. */
static void
check_pattern(TrkTextRows *rows, int pattern, const char *name, uint32 category,
			  const char *sample, const char *counter_sample)
{
	const uint32 others = TRK_REDACT_SECRETS | TRK_REDACT_PII;

	add_result(rows, psprintf("pattern %s matches its sample", name),
			   pattern_matches(pattern, sample), "no match");
	add_result(rows, psprintf("pattern %s leaves its counter sample alone", name),
			   !pattern_matches(pattern, counter_sample), "match");
	add_result(rows, psprintf("pattern %s: nothing matches after redaction", name),
			   is_gone(sample, others | (category == TRK_REDACT_CLIENT ? TRK_REDACT_CLIENT :
										 TRK_REDACT_CONTRACT)), "a match is left");
}

/* Test a credential that is recognized by its prefix with its samples. */
static void
check_token(TrkTextRows *rows, const char *prefix, const char *sample, const char *counter_sample)
{
	add_result(rows, psprintf("prefix %s matches its sample", prefix),
			   pattern_matches(TRK_SHAPE_token, sample), "no match");
	add_result(rows, psprintf("prefix %s leaves its counter sample alone", prefix),
			   !pattern_matches(TRK_SHAPE_token, counter_sample), "match");
}

/* Test all patterns and prefixes, in the order of their lists. */
static void
check_patterns(TrkTextRows *rows)
{
	int			pattern = 0;

#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	check_token(rows, prefix, sample, counter);
#include "contract/redactions.def"
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	check_pattern(rows, pattern++, #ident, TRK_REDACT_##category, sample, counter);
#include "contract/redactions.def"
	add_result(rows, "patterns are those of the list", pattern == trk_pattern_count(),
			   "the numbers differ");
}

/* Check that a key, in lower and upper case, has a class under some rules. */
static void
check_key(TrkTextRows *rows, const char *name, uint32 rules, TrkKeyClass key_class)
{
	char	   *upper = asc_toupper(name, strlen(name));

	add_result(rows, psprintf("key %s in any case", name),
			   trk_key_class(name, strlen(name), rules) == key_class &&
			   trk_key_class(upper, strlen(upper), rules) == key_class,
			   "of another class");
}

/*
 * Check all names: the client's keys, and those of the other categories in the
 * list.
 */
static void
check_keys(TrkTextRows *rows)
{
#define TRK_REDACT_KEY(class, name) \
	check_key(rows, name, TRK_REDACT_CLIENT, TRK_KEY_##class); \
	if (TRK_KEY_##class == TRK_KEY_ACCOUNT) \
		check_key(rows, "example_" name, TRK_REDACT_CLIENT, TRK_KEY_ACCOUNT);
#define TRK_NAME(category, class, match, name) \
	check_key(rows, name, TRK_REDACT_##category, TRK_KEY_##class);
#include "contract/redactions.def"
}

/* Return whether every name of the key table is found at its position. */
static bool
keys_are_found(void)
{
	for (int i = 0; i < trk_key_count(); i++)
		if (trk_key_lookup(trk_key(i)->name, trk_key(i)->len) != i)
			return false;
	return true;
}

/*
 * Return whether every value of an enumeration is found at its position, and
 * no other value.
 */
static bool
enum_values_are_found(TrkEnumId id)
{
	for (int i = 0; i < trk_enum_count(id); i++)
		if (trk_enum_lookup(id, trk_enum_value(id, i), strlen(trk_enum_value(id, i))) != i)
			return false;
	return trk_enum_lookup(id, "", 0) < 0;
}

/* Return whether every mistake family is found at its position. */
static bool
mistake_families_are_found(void)
{
	for (int i = 0; i < trk_mistake_family_count(); i++)
		if (trk_mistake_family_lookup(trk_mistake_family(i), strlen(trk_mistake_family(i))) != i)
			return false;
	return true;
}

/*
 * Return what is wrong with an event type, or NULL: it must have rules, each
 * field once, and a schema that is JSON.
 */
static const char *
event_type_fault(int type)
{
	const char *name = trk_event_type_name(type);
	bool		seen[TRK_FIELDS] = {false};
	TrkArena	arena;
	TrkBuf		buf;
	TrkValue	schema;
	int			n;
	const TrkEventRule *rules = trk_event_rules(type, &n);

	if (trk_event_type_lookup(name, strlen(name)) != type)
		return "not found by its name";
	if (n == 0)
		return "no rules";
	for (int i = 0; i < n; i++)
	{
		if (rules[i].event != type || seen[rules[i].field])
			return "rules out of order";
		seen[rules[i].field] = true;
	}
	trk_arena_init(&arena, CurrentMemoryContext, 32 * 1024);
	trk_buf_init(&buf, &arena, 24 * 1024);
	trk_json_schema_write(&buf, type);
	if (trk_json_read(&arena, buf.data, buf.len, &schema) != TRK_JSON_OK)
		return "its schema is not JSON";
	trk_arena_free(&arena);
	return NULL;
}

/* Check the lists and the lookups in them. */
static void
check_lists(TrkTextRows *rows)
{
	add_result(rows, "keys are found", keys_are_found(), "a key is not found");
	add_result(rows, "mistake families are found", mistake_families_are_found(),
			   "a family is not found");
	for (int i = 0; i < TRK_ENUMS; i++)
		add_result(rows, psprintf("values of %s are found", trk_enum_name((TrkEnumId) i)),
				   enum_values_are_found((TrkEnumId) i), "a value is not found");
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
	{
		const char *fault = event_type_fault(i);

		add_result(rows, psprintf("event type %s", trk_event_type_name(i)), fault == NULL, fault);
	}
}

PG_FUNCTION_INFO_V1(at_selftest);
/* at_selftest() returns setof (check_name, ok, detail) */
Datum
at_selftest(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	check_patterns(&rows);
	check_keys(&rows);
	check_lists(&rows);
	PG_RETURN_NULL();
}

/*
 * test_journal.c
 *	  Rows of the reference code's tables: what odd values of columns mean, ids,
 *	  and conditions.  The vectors are in test/pgtap.
 */
#include "base/trk.h"

#include "json/json_items.h"
#include "import/journal.h"
#include "import/journal_value.h"
#include "tap.h"

/*
 * SHA-256, in hex, of these texts; of all but the last the first 32 digits:
 *	ROW_HASH	[{"b":[1.50,{"a":1,"z":2}],"cash":"1"}]
 *	BLANK_HASH	[{"cash":"1","id":"  "}]
 *	EVENT_HASH	["portfolio_snapshots","é\"7","portfolio.snapshot.recorded","paper"]
 *	RUN_HASH	["portfolio_snapshots","é\"7"]
 *	R1_HASH	["llm_runs","r1"]
 *	R7_HASH	["llm_runs","7"]
 *	RUNKNOWN_HASH	["llm_runs","unknown"]
 *	OUNKNOWN_HASH	["order_intents","unknown"]
 *	RAW_HASH	{"a":[1.5,"x"],"b":2}
 */
#define ROW_HASH	"725a43fbb2fb86be754c1dd5a8878a11"
#define BLANK_HASH	"07899febea3a490440639f4a913c458f"
#define EVENT_HASH	"f582031d73e15f220184c78c458f7d34"
#define RUN_HASH	"01419299c2978b009818aaf5cf9c399f"
#define R1_HASH	"ff84b1c43687308ea3922213f316adb6"
#define R7_HASH	"3d6332c882b43c6fd7244992a362efc7"
#define RUNKNOWN_HASH	"c605ec843412eeb8f0ab0cb56314b3d1"
#define OUNKNOWN_HASH	"b2ffa61c87685ee32005a66360f03b95"
#define RAW_HASH	"9d2d5023722806603b789c1acf2a8e3be1cd88e46fab93731a1cc82a7d083554"

static TrkArena arena;

static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};

static const TrkJournalExport export = {
	{"p", 1}, {"a", 1}, {"paper", 5}, {"0.0.0", 5}, &redactor
};

/* Read text that lies in memory of exactly its size. */
static TrkValue
value_of(const char *text)
{
	static char *exact = NULL;
	TrkValue	value = {.kind = TRK_NULL};
	Size		len = strlen(text);

	free(exact);
	exact = malloc(len > 0 ? len : 1);
	memcpy(exact, text, len);
	trk_arena_reset(&arena);
	if (trk_json_read(&arena, exact, len, &value) != TRK_JSON_OK)
		ok(false, "reading %s", text);
	return value;
}

/* Is a text the other one? */
static bool
same(TrkText text, const char *expected)
{
	return text.len == strlen(expected) && memcmp(text.s, expected, text.len) == 0;
}

/* The canonical form of a value. */
static TrkText
canonical(TrkValue *value)
{
	TrkBuf		buf;
	TrkText		text;

	trk_buf_init(&buf, &arena, 64);
	trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* The value as text. */
static void
text_is(const char *json, const char *expected)
{
	TrkValue	value = value_of(json);

	ok(same(trk_journal_text(&arena, &redactor, &value), expected), "text of %s", json);
}

/* The value as a decimal; NULL when there is none. */
static void
decimal_is(const char *json, const char *expected)
{
	TrkValue	value = value_of(json);
	TrkValue	out;
	bool		readable;
	bool		given = trk_journal_decimal(&arena, &value, &out, &readable);

	ok(given == (expected != NULL) &&
	   (!given || (out.kind == TRK_STRING && out.len == strlen(expected) &&
				   memcmp(out.u.str, expected, out.len) == 0)), "decimal of %s", json);
}

/* The sign of the value as a decimal. */
static void
sign_is(const char *json, int expected)
{
	TrkValue	value = value_of(json);

	ok(trk_journal_sign(&value) == expected, "sign of %s", json);
}

/* The value as a count. */
static void
count_is(const char *json, const char *expected)
{
	TrkValue	value = value_of(json);
	TrkValue	out;

	(void) trk_journal_count(&arena, &value, &out);
	ok(out.kind == TRK_NUMBER && (out.flags & TRK_F_INTEGER) != 0 &&
	   same(canonical(&out), expected), "count of %s", json);
}

/* The value as a truth. */
static void
truth_is(const char *json, bool expected)
{
	TrkValue	value = value_of(json);

	ok(trk_journal_truth(&value, false) == expected, "truth of %s", json);
}

/* The value as a time. */
static void
time_is(const char *text, const char *expected)
{
	TrkValue	value;
	bool		readable;

	trk_arena_reset(&arena);
	trk_json_set_string(&value, text, strlen(text));
	ok(same(trk_journal_time(&arena, &value, &readable), expected), "time of \"%s\"", text);
}

/* The value as JSON, as a list, and how long it is. */
static void
json_is(const char *json, const char *expected, const char *list, uint32 length)
{
	TrkValue	value = value_of(json);
	TrkValue	out;

	ok(trk_journal_json(&arena, &value, &out) && same(canonical(&out), expected),
	   "JSON of %s", json);
	ok(trk_journal_list(&arena, &value, &out) && same(canonical(&out), list),
	   "list of %s", json);
	ok(trk_journal_length(&arena, &value) == length, "length of %s", json);
}

/* The names of the value's members. */
static void
keys_are(const char *json, const char *expected)
{
	TrkValue	value = value_of(json);
	TrkValue	out;

	trk_journal_keys(&arena, &value, &out);
	ok(same(canonical(&out), expected), "keys of %s", json);
}

/* The text as an identifier. */
static void
slug_is(const char *text, const char *expected)
{
	TrkText		slug;

	trk_arena_reset(&arena);
	slug = trk_journal_slug(&arena, &redactor, trk_text_literal(text));
	ok(same(slug, expected), "identifier of \"%s\"", text);
}

#define EPOCH	"1970-01-01T00:00:00Z"

/* Texts and numbers. */
static void
test_texts(void)
{
	text_is("null", "");
	text_is("\"\"", "");
	text_is("\" \\t\\u00a0\\u3000\\u001f\"", "");
	text_is("\" a b\\n\"", "a b");
	text_is("\"\\u200b x\"", "\xe2\x80\x8b x");
	text_is("0", "0");
	text_is("1", "1");
	text_is("1.50", "1.50");
	text_is("-0", "-0");
	text_is("1E5", "1E5");
	text_is("123456789012345678901234567890", "123456789012345678901234567890");
	text_is("true", "True");
	text_is("false", "False");
	text_is("[]", "[]");
	text_is("[1,null,true,\"it's\",{\"k\":1.50}]", "[1, None, True, \"it's\", {'k': 1.5}]");
	text_is("{\"z\":1,\"a\":{}}", "{'z': 1, 'a': {}}");
	text_is("{\"password\":\"x\",\"prompt\":null,\"output\":\"abc\"}", "{'password': '[REDACTED]', 'prompt': None, 'output': "
			"{'chars': 3, 'redacted': True, 'sha256': 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'}}");

	decimal_is("null", NULL);
	decimal_is("\"\"", NULL);
	decimal_is("\"0.30\"", "0.30");
	decimal_is("\"250.00\"", "250.00");
	decimal_is("\" +0.30\\n\"", "0.30");
	decimal_is("\"-12\"", "-12");
	decimal_is("\"-0\"", "-0");
	decimal_is("\"007\"", "007");
	decimal_is("\".5\"", ".5");
	decimal_is("\"5.\"", "5.");
	decimal_is("\"1e5\"", "1e5");
	decimal_is("\"1E+5\"", "1E+5");
	decimal_is("\" \"", "0");
	decimal_is("\"+\"", "0");
	decimal_is("\".\"", "0");
	decimal_is("\"+-1\"", "0");
	decimal_is("\"- 1\"", "0");
	decimal_is("\"1,5\"", "0");
	decimal_is("\"1_000\"", "0");
	decimal_is("\"1e\"", "0");
	decimal_is("\"0x10\"", "0");
	decimal_is("\"NaN\"", "0");
	decimal_is("\"Infinity\"", "0");
	decimal_is("\"\\u0663\"", "0");
	decimal_is("0.472", "0.472");
	decimal_is("96", "96");
	decimal_is("910.5000", "910.5000");
	decimal_is("-1e-7", "-1e-7");
	decimal_is("true", "0");
	decimal_is("false", "0");
	decimal_is("[1]", "0");
	decimal_is("{}", "0");

	sign_is("null", 0);
	sign_is("\"\"", 0);
	sign_is("\"x\"", 0);
	sign_is("true", 0);
	sign_is("\"-0.00\"", 0);
	sign_is("-0", 0);
	sign_is("0e9", 0);
	sign_is("\" +0.01\"", 1);
	sign_is("1e-300", 1);
	sign_is("\"-75.5\"", -1);
	sign_is("-1", -1);
}

/* Counts and truths. */
static void
test_counts(void)
{
	count_is("null", "0");
	count_is("\"\"", "0");
	count_is("true", "1");
	count_is("false", "0");
	count_is("7", "7");
	count_is("-7", "0");
	count_is("-0", "0");
	count_is("3.7", "3");
	count_is("-3.7", "0");
	count_is("0.999", "0");
	count_is("1e3", "1000");
	count_is("12.5e1", "125");
	count_is("1.25e-1", "0");
	count_is("0e5", "0");
	count_is("123456789012345678901234567890", "123456789012345678901234567890");
	count_is("\"12\"", "12");
	count_is("\" +12 \"", "12");
	count_is("\"-12\"", "0");
	count_is("\"-\"", "0");
	count_is("\"007\"", "7");
	count_is("\"000\"", "0");
	count_is("\"3.7\"", "0");
	count_is("\"3.0\"", "0");
	count_is("\"1e3\"", "0");
	count_is("\"0x1\"", "0");
	count_is("\"1 2\"", "0");
	count_is("[1]", "0");
	count_is("{}", "0");

	truth_is("null", false);
	truth_is("true", true);
	truth_is("false", false);
	truth_is("\"1\"", true);
	truth_is("\" TRUE \"", true);
	truth_is("\"Yes\"", true);
	truth_is("\"y\"", true);
	truth_is("\"t\"", false);
	truth_is("\"on\"", false);
	truth_is("\"2\"", false);
	truth_is("\"yes!\"", false);
	truth_is("\"\"", false);
	truth_is("0", false);
	truth_is("-0.0", false);
	truth_is("0.1", true);
	truth_is("-1", true);
	truth_is("[]", false);
	truth_is("[0]", true);
}

/* Times. */
static void
test_times(void)
{
	bool		readable;
	static const TrkValue number = {.kind = TRK_NUMBER, .flags = TRK_F_INTEGER, .len = 1, .u.str = "7"};
	static const TrkValue yes = {.kind = TRK_TRUE};

	time_is("2026-06-24T03:38:00Z", "2026-06-24T03:38:00Z");
	time_is("2026-06-24T03:38:00.5Z", "2026-06-24T03:38:00.5Z");
	time_is("not a time, but Z", "not a time, but Z");
	time_is(" 2026-06-24T03:38:00Z ", "2026-06-24T03:38:00Z");
	time_is("2026-06-24T03:38:00z", EPOCH);
	time_is("2026-06-24", "2026-06-24T00:00:00Z");
	time_is("20260624", "2026-06-24T00:00:00Z");
	time_is("2026-06-24 03:38:00", "2026-06-24T03:38:00Z");
	time_is("2026-06-24 03:38", "2026-06-24T03:38:00Z");
	time_is("2026-06-24T03", "2026-06-24T03:00:00Z");
	time_is("2026-06-24 03:38:00+00", "2026-06-24T03:38:00Z");
	time_is("2026-06-24 03:38:00-00:00", "2026-06-24T03:38:00Z");
	time_is("2026-06-24T01:00:00+02:00", "2026-06-23T23:00:00Z");
	time_is("2026-06-24T23:30:00-0130", "2026-06-25T01:00:00Z");
	time_is("2026-06-24T23:30:00 -01", "2026-06-25T00:30:00Z");
	time_is("2024-02-28T23:00:00-02", "2024-02-29T01:00:00Z");
	time_is("2026-06-24T00:00:00+05:30:15", "2026-06-23T18:29:45Z");
	time_is("2026-06-18 06:52:37.243584+00:00", "2026-06-18T06:52:37.243584Z");
	time_is("2026-06-18 06:52:37.2435849+00:00", "2026-06-18T06:52:37.243584Z");
	time_is("2026-06-18 06:52:37.1", "2026-06-18T06:52:37.100000Z");
	time_is("2026-06-18 06:52:37,25", "2026-06-18T06:52:37.250000Z");
	time_is("2026-06-18 06:52:37.000000", "2026-06-18T06:52:37Z");
	time_is("2026-06-18 06:52:37.0000009", "2026-06-18T06:52:37Z");
	time_is("1969-12-31T23:59:59.5+00", "1969-12-31T23:59:59.500000Z");
	time_is("0001-01-01T00:00:00-01", "0001-01-01T01:00:00Z");
	time_is("0001-01-01T00:00:00+01", EPOCH);
	time_is("9999-12-31T23:59:59-00:01", EPOCH);
	time_is("", EPOCH);
	time_is(" ", EPOCH);
	time_is("not a time", EPOCH);
	time_is("2026-02-30", EPOCH);
	time_is("2026-06", EPOCH);
	time_is("2026-06-24T", EPOCH);
	time_is("2026-06-24 ", "2026-06-24T00:00:00Z");
	time_is("2026-06-24T24:00:00", EPOCH);
	time_is("2026-06-24T03:60:00", EPOCH);
	time_is("2026-06-24T03:38:00.", EPOCH);
	time_is("2026-06-24T03:38:00+", EPOCH);
	time_is("2026-06-24T03:38:00+24", EPOCH);
	time_is("2026-06-24T03:38:00+02:00x", EPOCH);
	time_is("2026-06-24T03:38:00 UTC", EPOCH);
	time_is("2026-06-24T03:38:00 +02:00", "2026-06-24T01:38:00Z");
	time_is("infinity", EPOCH);
	ok(same(trk_journal_time(&arena, &number, &readable), EPOCH) && !readable &&
	   same(trk_journal_time(&arena, &yes, &readable), EPOCH) && !readable, "numbers and truths are no times");
}

/* JSON, lists, lengths, keys. */
static void
test_json(void)
{
	TrkValue	value;
	TrkValue	out;
	char		deep[200];
	int			i;

	json_is("null", "{}", "[]", 0);
	json_is("\"\"", "\"\"", "[]", 1);
	json_is("\"  \"", "\"  \"", "[\"  \"]", 1);
	json_is("\"not json\"", "\"not json\"", "[\"not json\"]", 1);
	json_is("\"[1,2\"", "\"[1,2\"", "[\"[1,2\"]", 1);
	json_is("\"[1, 2 ]\"", "[1,2]", "[1,2]", 2);
	json_is("\" {\\\"b\\\":1,\\\"a\\\":[]} \"", "{\"a\":[],\"b\":1}", "[]", 2);
	json_is("\"\\\"text\\\"\"", "\"text\"", "[]", 1);
	json_is("\"12\"", "12", "[]", 1);
	json_is("\"1.50\"", "1.50", "[]", 1);
	json_is("\"null\"", "null", "[]", 1);
	json_is("\"true\"", "true", "[]", 1);
	json_is("\"nan\"", "\"nan\"", "[\"nan\"]", 1);
	json_is("[]", "[]", "[]", 0);
	json_is("{}", "{}", "[]", 0);
	json_is("[null,[1]]", "[null,[1]]", "[null,[1]]", 2);
	json_is("{\"a\":null}", "{\"a\":null}", "[]", 1);
	json_is("7", "7", "[]", 1);
	json_is("true", "true", "[]", 1);

	keys_are("{\"b\":1,\"a\":2,\"\\u00e9\":3,\"B\":4}", "[\"B\",\"a\",\"b\",\"\xc3\xa9\"]");
	keys_are("\"{\\\"z\\\":1}\"", "[\"z\"]");
	keys_are("[1]", "[]");
	keys_are("null", "[]");
	keys_are("\"x\"", "[]");

	for (i = 0; i < TRK_JOURNAL_DEPTH; i++)
		deep[i] = '[';
	deep[i] = '1';
	memset(deep + i + 1, ']', i);
	deep[2 * i + 1] = '\0';
	value = value_of(deep);
	ok(trk_journal_json(&arena, &value, &out), "as deep as may be");
	memmove(deep + 1, deep, 2 * i + 1);
	deep[2 * i + 2] = ']';
	deep[2 * i + 3] = '\0';
	value = value_of(deep);
	ok(!trk_journal_json(&arena, &value, &out) && !trk_journal_list(&arena, &value, &out),
	   "deeper than an event");
	trk_json_set_string(&value, deep, strlen(deep));
	ok(!trk_journal_json(&arena, &value, &out), "the same as text");
}

/* Identifiers. */
static void
test_slugs(void)
{
	char		longer[200];

	slug_is("Turnover/Capacity!", "turnover_capacity");
	slug_is("  a -- b__c  ", "a_b_c");
	slug_is("", "rejected");
	slug_is(" -_- ", "rejected");
	slug_is("\xc3\x9c" "n\xc3\xaf" "code \xe2\x85\xa7 \xd9\xa3 \xc2\xb2", "\xc3\xbcn\xc3\xaf" "code_\xe2\x85\xb7_\xd9\xa3_\xc2\xb2");
	slug_is("a\xcc\x81" "b", "a_b");
	memset(longer, 'x', sizeof(longer));
	longer[90] = '\0';
	trk_arena_reset(&arena);
	ok(trk_journal_slug(&arena, &redactor, trk_text_literal(longer)).len == 80, "cut at 80 characters");
	memcpy(longer + 79, "--y", 4);
	ok(trk_journal_slug(&arena, &redactor, trk_text_literal(longer)).len == 80 &&
	   trk_journal_slug(&arena, &redactor, trk_text_literal(longer)).s[79] == '_', "trimmed, then cut");
	slug_is("key AKIAIOSFODNN7EXAMPLE used", "key_redacted_used");
}

/* What came out of a row. */
typedef struct Seen
{
	TrkText		events[4];
	int			nevents;
	const char *warnings[4];
	int			nwarnings;
	int			of_values;		/* among them */
} Seen;

/* Take an event, and change it, as redaction does. */
static void
see_event(void *state, TrkEvent *event, TrkText row_id)
{
	Seen	   *seen = state;

	(void) row_id;
	if (seen->nevents < (int) lengthof(seen->events))
		seen->events[seen->nevents] = canonical(&event->root);
	seen->nevents++;
	for (uint32 i = 0; i < event->root.len; i++)
		event->root.u.members[i].value.kind = TRK_NULL;
}

/* Take a warning. */
static void
see_warning(void *state, const char *message, bool of_value)
{
	Seen	   *seen = state;

	if (seen->nwarnings < (int) lengthof(seen->warnings))
		seen->warnings[seen->nwarnings] = message;
	seen->nwarnings++;
	seen->of_values += of_value;
}

/* Map a row. */
static TrkText
map_row(TrkJournalId table, const char *json, Seen *seen)
{
	TrkValue	row = value_of(json);

	memset(seen, 0, sizeof(*seen));
	return trk_journal_row(&arena, &export, table, &row, see_event, see_warning, seen);
}

/* An event of a row has this part. */
static void
has(TrkJournalId table, const char *json, int event, const char *part)
{
	Seen		seen;

	map_row(table, json, &seen);
	ok(event < seen.nevents && trk_text_has(seen.events[event], trk_text_literal(part)),
	   "%s of %s", part, json);
}

/* A row has so many events and warnings. */
static void
gives(TrkJournalId table, const char *json, int events, int warnings)
{
	Seen		seen;

	map_row(table, json, &seen);
	ok(seen.nevents == events && seen.nwarnings == warnings, "%d and %d of %s", events,
	   warnings, json);
}

/* One warning of a row is this, of a value, and there are so many of them. */
static void
warns(TrkJournalId table, const char *json, int count, const char *expected)
{
	Seen		seen;
	bool		found = count == 0;

	map_row(table, json, &seen);
	for (int i = 0; i < seen.nwarnings && i < (int) lengthof(seen.warnings); i++)
		found = found || strcmp(seen.warnings[i], expected) == 0;
	ok(found && seen.nwarnings == count && seen.of_values == count, "%s of %s", expected, json);
}

/* The id of a row. */
static void
id_is(const char *json, const char *expected)
{
	Seen		seen;

	ok(same(map_row(TRK_JOURNAL_portfolio_snapshots, json, &seen), expected), "id of %s", json);
}

/* Ids of rows, events and runs. */
static void
test_ids(void)
{
	id_is("{\"id\":7}", "7");
	id_is("{\"id\":\" x \"}", "x");
	id_is("{\"id\":0}", "0");
	id_is("{\"id\":false}", "False");
	id_is("{\"cash\":\"1\",\"b\":[1.50,{\"z\":2,\"a\":1}]}", "row_" ROW_HASH);
	id_is("{\"b\":[1.50,{\"a\":1,\"z\":2}],\"cash\":\"1\"}", "row_" ROW_HASH);
	id_is("{\"id\":\"  \",\"cash\":\"1\"}", "row_" BLANK_HASH);
	has(TRK_JOURNAL_portfolio_snapshots, "{\"id\":\"\\u00e9\\\"7\"}", 0,
		"\"event_id\":\"evt_" EVENT_HASH "\"");
	has(TRK_JOURNAL_portfolio_snapshots, "{\"id\":\"\\u00e9\\\"7\"}", 0,
		"\"run_id\":\"run_" RUN_HASH "\"");
	has(TRK_JOURNAL_portfolio_snapshots, "{\"id\":\"\\u00e9\\\"7\"}", 0,
		"\"idempotency_key\":\"p/paper/portfolio_snapshots/\xc3\xa9\\\"7/portfolio.snapshot.recorded\"");
	has(TRK_JOURNAL_shadow_profile_scorecards, "{\"id\":1}", 0,
		"\"idempotency_key\":\"p/shadow/shadow_profile_scorecards/1/portfolio.snapshot.recorded\"");
	has(TRK_JOURNAL_llm_tool_calls, "{\"id\":7,\"llm_run_id\":\"r1\"}", 0, "\"run_" R1_HASH "\"");
	has(TRK_JOURNAL_llm_tool_calls, "{\"id\":7,\"llm_run_id\":\"\"}", 0, "\"run_" R7_HASH "\"");
	has(TRK_JOURNAL_llm_tool_calls, "{\"id\":7}", 0, "\"run_" R7_HASH "\"");
	has(TRK_JOURNAL_llm_tool_calls, "{\"tool_name\":\"x\"}", 0, "\"run_" RUNKNOWN_HASH "\"");
	has(TRK_JOURNAL_order_intents, "{\"symbol\":\"x\",\"side\":\"buy\",\"qty\":1}", 0,
		"\"run_" OUNKNOWN_HASH "\"");
}

#define FILL(more)	"{\"id\":1,\"symbol\":\"X\",\"side\":\"buy\"" more "}"

/* Values that cannot be read are 0 or 1970, and it is told. */
static void
test_unreadable(void)
{
	static const char quantity[] = "trade_journal row: quantity: number: cannot be read; 0 was taken";
	static const char when[] = "trade_journal row: occurred_at: timestamp: cannot be read; 1970-01-01 was taken";
	static const char count[] = "search_usage_events row: quantity: integer: cannot be read; 0 was taken";

	warns(TRK_JOURNAL_trade_journal, FILL(""), 0, "nothing");
	warns(TRK_JOURNAL_trade_journal, FILL(",\"quantity\":null,\"price\":\"\",\"created_at\":null"), 0, "nothing");
	warns(TRK_JOURNAL_trade_journal, FILL(",\"quantity\":\" +1.50 \",\"price\":2,\"created_at\":\"2026-01-05 10:00+02\""), 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":\" 007 \"}", 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":1.9}", 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":0}", 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":\"\"}", 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":true}", 0, "nothing");
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":\"1.5\"}", 1, count);
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":\"N/A\"}", 1, count);
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":-1}", 1, count);
	warns(TRK_JOURNAL_search_usage_events, "{\"id\":1,\"query_count\":[1]}", 1, count);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"created_at\":\"01/05/2026 10:00\""), 1, when);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"created_at\":1767607200"), 1, when);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"created_at\":\"infinity\""), 1, when);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"qty\":\"1,234.50\""), 2, quantity);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"qty\":\"$12.50\""), 2, quantity);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"qty\":\"(5)\""), 2, quantity);
	warns(TRK_JOURNAL_trade_journal, FILL(",\"price\":\"N/A\""), 1,
		  "trade_journal row: price: number: cannot be read; 0 was taken");
}

/* Columns: which of several, and what the rules make of them. */
static void
test_rules(void)
{
	Seen		seen;

	has(TRK_JOURNAL_prompt_versions, "{\"provider\":\"\",\"metadata\":\"{\\\"provider\\\":\\\"m\\\"}\"}", 0, "\"provider\":\"m\"");
	has(TRK_JOURNAL_prompt_versions, "{\"provider\":0,\"metadata\":[1]}", 0, "\"provider\":\"unknown\"");
	has(TRK_JOURNAL_prompt_versions, "{\"provider\":\"0\",\"metadata\":{\"provider\":\"m\"}}", 0, "\"provider\":\"0\"");
	has(TRK_JOURNAL_prompt_versions, "{\"provider\":\"  \",\"metadata\":{\"provider\":\"m\"}}", 0, "\"provider\":\"unknown\"");
	has(TRK_JOURNAL_prompt_versions, "{\"created_at\":7,\"updated_at\":\"2026-01-01\"}", 0, EPOCH);
	has(TRK_JOURNAL_prompt_versions, "{\"created_at\":\"\",\"updated_at\":\"2026-01-01\"}", 0, "2026-01-01T00:00:00Z");
	has(TRK_JOURNAL_prompt_versions, "{\"created_at\":\"x\",\"updated_at\":\"2026-01-01\"}", 0, EPOCH);
	has(TRK_JOURNAL_harness_eval_runs, "{\"case_count\":0,\"result_count\":\"\"}", 0, "\"case_count\":1,");
	has(TRK_JOURNAL_harness_eval_runs, "{\"case_count\":0,\"result_count\":\"x\"}", 0, "\"case_count\":0,");
	has(TRK_JOURNAL_harness_eval_runs, "{\"raw\":{\"External_API\":1}}", 0, "replay.external_api_called");
	has(TRK_JOURNAL_harness_eval_runs, "{\"name\":\"n\",\"suite_name\":\"\"}", 0, "\"suite_name\":\"n\"");
	has(TRK_JOURNAL_harness_replay_runs, "{}", 0, "\"suite_name\":\"harness_replay_runs\"");
	has(TRK_JOURNAL_market_tape_snapshots, "{\"raw\":{\"b\":2,\"a\":[1.5,\"x\"]}}", 0, "\"raw_hash\":\"sha256:" RAW_HASH "\"");
	has(TRK_JOURNAL_market_tape_snapshots, "{\"data_quality\":\"{\\\"degraded\\\":\\\" YES \\\"}\"}", 0, "market.partial_tape_as_truth");
	has(TRK_JOURNAL_llm_runs, "{\"status\":\"started\",\"completed_at\":\"x\",\"error\":\"Protocol of the TOOL\"}", 1, "llm.tool_loop_protocol_error");
	has(TRK_JOURNAL_llm_runs, "{\"status\":\" schema_failed \",\"error\":\"tool protocol\"}", 1, "llm.malformed_json");
	has(TRK_JOURNAL_portfolio_rebalance_actions, "{\"symbol\":\"a\",\"status\":\"skipped\",\"reason\":\"  \"}", 1, "\"reason_code\":\"rebalance_rejected\"");
	has(TRK_JOURNAL_portfolio_rebalance_actions, "{\"symbol\":\"a\",\"reason\":\"Rounding; no MARGIN\"}", 0, "portfolio.buying_power_as_cash");
	has(TRK_JOURNAL_order_intents, "{\"id\":1,\"symbol\":\" \xc3\x9f \",\"side\":\"BUY\",\"qty\":1,\"decision_id\":0,\"allocation_run_id\":\"z\"}", 0, "\"symbols\":[\"SS\"]");
	has(TRK_JOURNAL_order_intents, "{\"id\":1,\"symbol\":\"a\",\"side\":\"BUY\",\"qty\":1,\"decision_id\":0,\"allocation_run_id\":\"z\"}", 0, "\"decision_id\":\"z\"");
	has(TRK_JOURNAL_order_intents, "{\"id\":1,\"symbol\":\"a\",\"side\":\"b\",\"qty\":1,\"status\":\"failed\",\"risk_reasons\":[\"A b\",7,null]}", 1, "\"reason_code\":\"a_b_7_none\"");
	has(TRK_JOURNAL_order_intents, "{\"id\":1,\"symbol\":\"a\",\"side\":\"b\",\"qty\":1,\"status\":\"failed\",\"risk_reasons\":\"\"}", 1, "\"reason_code\":\"failed\"");
	has(TRK_JOURNAL_portfolio_performance_scorecards, "{\"id\":1,\"session_date\":\"d\",\"external_capital_flow\":\"-0.50\"}", 2, "\"amount\":\"0.50\"");
	has(TRK_JOURNAL_portfolio_performance_scorecards, "{\"id\":1,\"session_date\":\"d\",\"external_capital_flow\":1}", 2, "\"capital_flow_id\":\"1:deposit\"");
	has(TRK_JOURNAL_portfolio_performance_scorecards, "{\"id\":1,\"session_date\":\"d\",\"fees\":\"0.00\"}", 1, "\"fees_included\":false");
	has(TRK_JOURNAL_portfolio_performance_scorecards, "{\"id\":1,\"session_date\":\"d\",\"fees\":\"0.01\"}", 1, "\"fees_included\":true");
	has(TRK_JOURNAL_portfolio_performance_scorecards, "{\"id\":1,\"session_date\":\"d\",\"fees\":\"0.01\",\"fees_included\":\"no\"}", 1, "\"fees_included\":false");
	has(TRK_JOURNAL_memory_fact_usage, "{}", 0, "\"included_in_prompt\":true");
	has(TRK_JOURNAL_memory_fact_usage, "{\"included_in_prompt\":\"\"}", 0, "\"included_in_prompt\":false");
	has(TRK_JOURNAL_source_quality_repair_incidents, "{\"failure_reason\":\"  \",\"status\":\"queued\"}", 0, "\"message\":\"queued\"");
	has(TRK_JOURNAL_risk_checks, "{\"approved\":\"no\",\"reasons\":\"margin call\"}", 0, "\"severity\":\"critical\"");
	has(TRK_JOURNAL_llm_runs, "{\"token_usage\":{\"a\":null}}", 1, "\"token_usage\":{\"a\":null}");

	gives(TRK_JOURNAL_llm_runs, "{\"status\":\"started\"}", 1, 0);
	gives(TRK_JOURNAL_llm_runs, "{\"status\":\"Started\"}", 2, 0);
	gives(TRK_JOURNAL_order_intents, "{\"symbol\":\"a\",\"side\":\"b\",\"intended_quantity\":\"\",\"quantity\":0,\"qty\":\" \"}", 0, 1);
	gives(TRK_JOURNAL_order_intents, "{\"symbol\":\"a\",\"side\":\"b\",\"qty\":\"x\"}", 1, 1);
	gives(TRK_JOURNAL_trade_journal, "{\"symbol\":\"a\",\"side\":\" \"}", 0, 1);
	gives(TRK_JOURNAL_risk_checks, "{\"reasons\":\"[]\"}", 1, 1);
	gives(TRK_JOURNAL_risk_checks, "{\"reasons\":[\"\"]}", 1, 0);
	gives(TRK_JOURNAL_portfolio_performance_scorecards, "{\"external_capital_flow\":5}", 1, 1);
	gives(TRK_JOURNAL_portfolio_performance_scorecards, "{\"external_capital_flow\":\"x\",\"session_date\":7}", 2, 1);
	gives(TRK_JOURNAL_portfolio_allocation_runs, "{}", 2, 0);

	map_row(TRK_JOURNAL_llm_runs, "{\"id\":1,\"token_usage\":{\"z\":1,\"a\":[2]}}", &seen);
	ok(trk_text_has(seen.events[1], trk_text_literal("\"token_usage\":{\"a\":[2],\"z\":1}")),
	   "an event does not see what became of the one before");
}

/* The list of tables. */
static void
test_tables(void)
{
	int			i;

	for (i = 0; i < TRK_JOURNAL_TABLES; i++)
	{
		const TrkJournalTable *table = trk_journal_table(i);
		const char *const *columns = trk_journal_columns(i);
		int			n = 0;

		while (columns[n] != NULL && strcmp(columns[n], table->order_column) != 0)
			n++;
		ok(columns[n] != NULL && strcmp(columns[0], "id") == 0 &&
		   trk_journal_find(table->name, strlen(table->name)) == i,
		   "%s: found by its name, reads its order column", table->name);
	}
	ok(trk_journal_find("llm_run", 7) == -1 && trk_journal_find("llm_runs_", 9) == -1 &&
	   trk_journal_find("", 0) == -1, "no other is found");
	trk_arena_reset(&arena);
	ok(strcmp(trk_journal_unsupported(&arena, "xyz", 2), "unsupported table ignored: xy") == 0,
	   "the warning of an unsupported table");
}

/* The pieces of a text are these, each in brackets. */
static void
pieces_are(const char *text, const char *expected)
{
	TrkJsonItems items;
	TrkText		name;
	TrkText		item;
	TrkBuf		buf;
	Size		len = strlen(text);
	char	   *exact = malloc(len > 0 ? len : 1);

	memcpy(exact, text, len);
	trk_arena_reset(&arena);
	trk_buf_init(&buf, &arena, 64);
	trk_json_items(&items, exact, len);
	while (trk_json_next(&items, &name, &item))
	{
		trk_buf_putc(&buf, '<');
		if (items.kind == '{')
		{
			trk_buf_append(&buf, name.s, name.len);
			trk_buf_putc(&buf, '=');
		}
		trk_buf_append(&buf, item.s, item.len);
		trk_buf_putc(&buf, '>');
	}
	ok(buf.len == strlen(expected) && memcmp(buf.data, expected, buf.len) == 0, "pieces of %s", text);
	free(exact);
}

/* Pieces of arrays and objects. */
static void
test_pieces(void)
{
	pieces_are("[]", "");
	pieces_are(" [ ] ", "");
	pieces_are("[1,2]", "<1><2>");
	pieces_are("[ {\"a\":[1,2]} , \"],\\\"\" ,[[]]]", "<{\"a\":[1,2]} ><\"],\\\"\" ><[[]]>");
	pieces_are("{}", "");
	pieces_are("{\"a\":1, \"b:,\" : {\"c\":[2]} }", "<\"a\"=1><\"b:,\" ={\"c\":[2]} >");
	pieces_are("7", "<7>");
	pieces_are("\"[\"", "<\"[\">");
	/* no JSON: anything that ends */
	pieces_are("", "");
	pieces_are("[", "");
	pieces_are("[1", "<1>");
	pieces_are("[\"x", "<\"x>");
	pieces_are("[\"x\\", "<\"x\\>");
	pieces_are("{\"a\"", "<\"a\"=>");
	pieces_are("[1:2]", "<1><2>");
}

/* Run all tests. */
int
main(void)
{
	trk_contract_init();
	trk_arena_init(&arena, NULL, 65536);
	test_texts();
	test_counts();
	test_times();
	test_json();
	test_slugs();
	test_ids();
	test_unreadable();
	test_rules();
	test_tables();
	test_pieces();
	trk_arena_free(&arena);
	return done_testing();
}

/*
 * test_validate.c
 *	  The contract's lookups, and every rule of the validator on its edges.
 *
 * Each case is an event that is valid but for one change, and the findings
 * that change must bring about, as "path rule path rule".
 */
#include "contract/contract.h"
#include "json/number_rule.h"
#include "tap.h"
#include "contract/validate.h"

static TrkArena arena;

/* Envelope of a valid event; a case names what replaces a member. */
static const struct
{
	const char *name;
	const char *value;
}			envelope[] = {
	{"schema_version", "\"2026-06-07\""},
	{"event_id", "\"evt_1\""},
	{"idempotency_key", "\"k\""},
	{"project", "\"p\""},
	{"agent_id", "\"a\""},
	{"run_id", "\"run_1\""},
	{"event_type", "\"agent.run.started\""},
	{"occurred_at", "\"2026-06-07T00:00:00Z\""},
	{"environment", "\"paper\""},
	{"symbols", "[]"},
	{"payload", "{\"run_type\":\"r\"}"},
	{"sdk", "{\"name\":\"n\",\"version\":\"v\",\"language\":\"l\"}"}
};

/* Append text. */
static void
put(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append the envelope with some members replaced, or left out (NULL). */
static void
put_event(TrkBuf *buf, const char *name, const char *value, const char *type,
		  const char *payload)
{
	Size		i;

	put(buf, "{\"x\":1");
	for (i = 0; i < lengthof(envelope); i++)
	{
		const char *v = envelope[i].value;

		if (name != NULL && strcmp(envelope[i].name, name) == 0)
			v = value;
		else if (type != NULL && strcmp(envelope[i].name, "event_type") == 0)
			v = type;
		else if (payload != NULL && strcmp(envelope[i].name, "payload") == 0)
			v = payload;
		if (v == NULL)
			continue;
		put(buf, ",\"");
		put(buf, envelope[i].name);
		put(buf, "\":");
		put(buf, v);
	}
	if (name != NULL && strstr(name, "span") != NULL)
	{
		put(buf, ",\"");
		put(buf, name);
		put(buf, "\":");
		put(buf, value);
	}
	put(buf, "}");
}

/* The findings of an event under a limit on its size. */
static void
judge(TrkBuf *text, Size limit, TrkEvent *event, TrkFindings *findings)
{
	TrkJsonStatus status = trk_json_read(&arena, text->data, text->len, &event->root);

	if (status != TRK_JSON_OK)
	{
		printf("Bail out! the test's own JSON: %s\n", trk_json_reason(status));
		exit(1);
	}
	trk_findings_init(findings, &arena);
	trk_event_finish(&arena, event);
	trk_validate(event, limit, findings);
}

/* Compare findings with "path rule path rule"; the empty path is a dot. */
static bool
findings_are(const TrkFindings *findings, const char *expected)
{
	char		all[1000] = "";
	const TrkFinding *f;

	for (f = findings->first; f != NULL; f = f->next)
	{
		Size		used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s %s", used > 0 ? " " : "",
				 *f->path == '\0' ? "." : f->path, trk_rule_name(f->rule));
	}
	if (strcmp(all, expected) == 0)
		return true;
	printf("# got: %s\n# want: %s\n", all, expected);
	return false;
}

/* One envelope member replaced or left out. */
static void
env_case(const char *name, const char *value, const char *expected)
{
	TrkBuf		text;
	TrkEvent	event;
	TrkFindings findings;

	trk_arena_reset(&arena);
	trk_buf_init(&text, &arena, 1024);
	put_event(&text, name, value, NULL, NULL);
	judge(&text, TRK_MAX_EVENT_BYTES, &event, &findings);
	ok(findings_are(&findings, expected), "%s: %.60s", name, value != NULL ? value : "absent");
}

/* A payload under an event type. */
static void
payload_case(const char *type, const char *payload, const char *expected)
{
	TrkBuf		text;
	TrkEvent	event;
	TrkFindings findings;

	trk_arena_reset(&arena);
	trk_buf_init(&text, &arena, 1024);
	put_event(&text, NULL, NULL, type, payload);
	judge(&text, TRK_MAX_EVENT_BYTES, &event, &findings);
	ok(findings_are(&findings, expected), "%s %.80s", type, payload);
}

/* One payload field of a run's start; rules are those it breaks, one or two. */
static void
field_case(const char *field, const char *value, const char *rules)
{
	const char *second = strchr(rules, ' ');
	char		payload[400];
	char		expected[200] = "";

	snprintf(payload, sizeof(payload), "{\"run_type\":1,\"%s\":%s}", field, value);
	if (second != NULL)
		snprintf(expected, sizeof(expected), "payload.%s %.*s payload.%s%s", field,
				 (int) (second - rules), rules, field, second);
	else if (*rules != '\0')
		snprintf(expected, sizeof(expected), "payload.%s %s", field, rules);
	payload_case("\"agent.run.started\"", payload, expected);
}

/* Names and their lookups. */
static void
test_lookups(void)
{
	int			i;
	int			wrong = 0;

	for (i = 0; i < trk_key_count(); i++)
		if (trk_key_lookup(trk_key(i)->name, trk_key(i)->len) != i)
			wrong++;
	for (i = 0; i < TRK_FIELDS; i++)
	{
		int			key = trk_key_lookup(trk_field_name(i), strlen(trk_field_name(i)));

		if (key < 0 || trk_key(key)->field != i)
			wrong++;
	}
	ok(wrong == 0, "keys and fields are found");
	for (i = 0; i < TRK_EVENT_TYPES; i++)
		if (trk_event_type_lookup(trk_event_type_name(i), strlen(trk_event_type_name(i))) != i ||
			strcmp(trk_enum_value(TRK_ENUM_event_type, i), trk_event_type_name(i)) != 0 ||
			(i > 0 && strcmp(trk_event_type_name(i - 1), trk_event_type_name(i)) >= 0))
			wrong++;
	ok(wrong == 0, "event types are found and sorted");
	ok(trk_key_lookup("", 0) < 0, "the empty key");
	ok(trk_key_lookup("symbol", 5) < 0, "the beginning of a key");
	ok(trk_key_lookup("Symbols", 7) < 0, "a key in another case");
	ok(trk_key_lookup("tape_attention_excluded_counts", 30) < 0, "a longer key");
	ok(trk_key(trk_key_lookup("password", 8))->key_class == TRK_KEY_SECRET, "class of a key");
	ok(trk_key(trk_key_lookup("event_id", 8))->envelope == TRK_ENV_event_id, "an envelope key");
	ok(trk_enum_lookup(TRK_ENUM_severity, "critical", 8) == 3, "a value of an enumeration");
	ok(trk_enum_lookup(TRK_ENUM_order_side, "critical", 8) < 0, "not of another enumeration");
	ok(trk_enum_lookup(TRK_ENUM_severity, "Critical", 8) < 0, "nor in another case");
	ok(trk_mistake_family_lookup("security.hidden_context_leak", 28) ==
	   trk_mistake_family_count() - 1, "a mistake family");
	ok(trk_enum_lookup(TRK_ENUM_component, "security.hidden_context_leak", 28) < 0,
	   "which is no value of an enumeration");
}

/* schema_version, identifiers, key. */
static void
test_identifiers(void)
{
	env_case("x", "", "");
	env_case("schema_version", NULL, "schema_version required");
	env_case("schema_version", "null", "schema_version const");
	env_case("schema_version", "\"2026-06-08\"", "schema_version const");
	env_case("schema_version", "\"2026-06-07 \"", "schema_version const");
	env_case("event_id", NULL, "event_id required");
	env_case("event_id", "null", "event_id format");
	env_case("event_id", "\"evt_\"", "event_id format");
	env_case("event_id", "\"run_1\"", "event_id format");
	env_case("event_id", "\"evt_aZ09_-\"", "");
	env_case("event_id", "\"evt_a.b\"", "event_id format");
	env_case("event_id", "\"evt_a\\n\"", "event_id format");
	env_case("event_id", "\"evt_\xc3\xa9\"", "event_id format");
	env_case("event_id", "\"evt_[\"", "event_id format");
	env_case("event_id", "\"evt_@\"", "event_id format");
	env_case("event_id", "\"evt_`\"", "event_id format");
	env_case("event_id", "\"evt_{\"", "event_id format");
	env_case("run_id", NULL, "run_id required");
	env_case("run_id", "\"evt_1\"", "run_id format");
	env_case("run_id", "7", "run_id format");
	env_case("idempotency_key", NULL, "idempotency_key required");
	env_case("idempotency_key", "\"\"", "idempotency_key format");
	env_case("idempotency_key", "\"a/b\\\\c\"", "");
	env_case("idempotency_key", "\"12345678 \"", "idempotency_key format");
	env_case("idempotency_key", "\"1234567\\u001f89\"", "idempotency_key format");
	env_case("idempotency_key", "\"nbsp\\u00a0x\"", "idempotency_key format");
	env_case("idempotency_key", "\"ideographic\\u3000\"", "idempotency_key format");
	env_case("idempotency_key", "\"12345678\\u00e9\\u0001\\u007f\"", "");
	env_case("project", NULL, "project required");
	env_case("project", "\"\"", "project format");
	env_case("project", "\"a/b\"", "project format");
	env_case("project", "\"a\\\\b\"", "project format");
	env_case("project", "\"a\\u2028b\"", "project format");
	env_case("project", "\"acme.fund \"", "project format");
	env_case("project", "\"\\u00e9quipe:1\"", "");
	env_case("agent_id", "{}", "agent_id format");
	env_case("agent_id", "\"x\\ty\"", "agent_id format");
}

/* Lengths of identifiers. */
static void
test_lengths(void)
{
	static const char *const names[] = {
		"event_id", "run_id", "project", "agent_id", "span_id", "parent_span_id"
	};
	char		value[TRK_MAX_ID_BYTES + 4];
	char		expected[40];
	Size		i;

	for (i = 0; i < lengthof(names); i++)
	{
		memset(value, 'a', sizeof(value));
		memcpy(value, i == 0 ? "\"evt_" : i == 1 ? "\"run_" : "\"aaaa", 5);
		strcpy(value + TRK_MAX_ID_BYTES + 1, "\"");
		env_case(names[i], value, "");
		strcpy(value + TRK_MAX_ID_BYTES + 1, "a\"");
		snprintf(expected, sizeof(expected), "%s format", names[i]);
		env_case(names[i], value, expected);
	}
	env_case("span_id", "{\"any\":[\"thing\"]}", "");
	env_case("span_id", "null", "");
	env_case("idempotency_key", value, "");
}

/* The rest of the envelope. */
static void
test_envelope(void)
{
	env_case("event_type", NULL, "event_type required");
	env_case("event_type", "null", "event_type enum");
	env_case("event_type", "\"AGENT.RUN.STARTED\"", "event_type enum");
	env_case("environment", NULL, "environment required");
	env_case("environment", "\"prod\"", "environment enum");
	env_case("environment", "[\"paper\"]", "environment enum");
	env_case("occurred_at", NULL, "occurred_at required");
	env_case("occurred_at", "0", "occurred_at timestamp");
	env_case("occurred_at", "\"2026-06-07T00:00:00\"", "occurred_at timestamp");
	env_case("symbols", NULL, "symbols required");
	env_case("symbols", "null", "symbols symbols");
	env_case("symbols", "[\"A\",\" \"]", "");
	env_case("symbols", "[\"A\",\"\"]", "symbols symbols");
	env_case("symbols", "[\"A\",1]", "symbols symbols");
	env_case("symbols", "[\"A\",\"B\",\"A\"]", "symbols symbols");
	env_case("symbols", "[\"A\",\"\\u0041\"]", "symbols symbols");
	env_case("symbols", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\","
			 "\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"18\"]", "");
	env_case("symbols", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\","
			 "\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"1\"]", "symbols symbols");
	env_case("payload", NULL, "payload required");
	env_case("payload", "[]", "payload type");
	env_case("payload", "null", "payload type");
	env_case("sdk", NULL, "sdk required");
	env_case("sdk", "\"py\"", "sdk type");
	env_case("sdk", "{}", "sdk.name required sdk.version required sdk.language required");
	env_case("sdk", "{\"name\":\"\",\"version\":1,\"language\":\" \",\"more\":null}",
			 "sdk.name required sdk.version required");
}

/* Text, flags, lists, dates. */
static void
test_shapes(void)
{
	field_case("symbol", "null", "");
	field_case("symbol", "\"\"", "nonempty");
	field_case("symbol", "\" \\t\\u00a0\\u3000\\u001c\"", "nonempty");
	field_case("symbol", "\" \\u00a0x\"", "");
	field_case("symbol", "\"\\u200b\"", "");
	field_case("symbol", "5", "nonempty");
	field_case("clipped", "true", "");
	field_case("clipped", "null", "boolean");
	field_case("clipped", "0", "boolean");
	field_case("clipped", "\"true\"", "boolean");
	field_case("source_refs", "null", "");
	field_case("source_refs", "[]", "");
	field_case("source_refs", "[\"a\",\"b\",\"a\"]", "");
	field_case("source_refs", "[\"a\",\" \"]", "string_list");
	field_case("source_refs", "[null]", "string_list");
	field_case("source_refs", "\"a\"", "string_list");
	field_case("session_date", "\"2024-02-29\"", "");
	field_case("session_date", "\"2025-02-29\"", "date");
	field_case("session_date", "null", "date");
	field_case("session_date", "20250101", "date");
	field_case("linked_event_ids", "[]", "");
	field_case("linked_event_ids", "[\"evt_\"]", "");
	field_case("linked_event_ids", "[\"evt\"]", "event_ids");
	field_case("linked_event_ids", "[\"run_1\"]", "event_ids");
	field_case("linked_event_ids", "null", "event_ids");
	field_case("evidence_refs", "\"x\"", "");
	field_case("evidence_refs", "\" \"", "reference");
	field_case("evidence_refs", "{}", "");
	field_case("evidence_refs", "{\"a\":null,\"b\":{\"\":1}}", "");
	field_case("evidence_refs", "{\"a\":1,\"\":2}", "reference");
	field_case("evidence_refs", "[]", "");
	field_case("evidence_refs", "[[[\"x\",{\"a\":1}]],\"y\"]", "");
	field_case("evidence_refs", "[[[\"x\",{\"\":1}]],\"y\"]", "reference");
	field_case("evidence_refs", "[5]", "reference");
	field_case("evidence_refs", "null", "reference");
	field_case("account_scope_hash",
			   "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", "");
	field_case("account_scope_hash",
			   "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeF\"", "sha256");
	field_case("account_scope_hash",
			   "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\"", "sha256");
	field_case("account_scope_hash",
			   "\"sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", "sha256");
	field_case("account_scope_hash", "null", "sha256");
}

/* Enumerations, taxonomy, mistake families. */
static void
test_enums(void)
{
	field_case("side", "\"buy\"", "");
	field_case("side", "\"Buy\"", "enum");
	field_case("side", "\"\"", "enum");
	field_case("side", "null", "enum");
	field_case("side", "5", "enum");
	field_case("check_family", "\"cost\"", "");
	field_case("check_family", "\"cosy\"", "enum");
	field_case("check_family", "\"\"", "enum nonempty");
	field_case("check_family", "null", "enum nonempty");
	field_case("check_family", "5", "enum nonempty");
	field_case("severity", "\"error\"", "");
	field_case("severity", "\" \"", "enum");
	field_case("severity", "\"\"", "nonempty");
	field_case("severity", "null", "nonempty");
	field_case("severity", "[]", "nonempty");
	field_case("mistake_family", "\"cost.api_without_purpose\"", "");
	field_case("mistake_family", "\"cost.api\"", "enum");
	field_case("mistake_family", "\"\"", "nonempty");
	field_case("mistake_family", "7", "nonempty");
	field_case("mistake_family", "\"custom.a\"", "");
	field_case("mistake_family", "\"custom.0_.-z\"", "");
	field_case("mistake_family", "\"custom.\"", "enum");
	field_case("mistake_family", "\"custom._a\"", "enum");
	field_case("mistake_family", "\"custom.aB\"", "enum");
	field_case("mistake_family", "\"custom.a\\n\"", "enum");
	field_case("mistake_family", "\"xcustom.a\"", "enum");
	field_case("mistake_family", "\"custom.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "");
	field_case("mistake_family", "\"custom.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "enum");
}

/* The rule "number" and its bounds. */
static void
test_numbers(void)
{
	static const char *const numbers[] = {
		"0", "1.5", "1e300", "\"5\"", "\"+7\"", "\"5.\"", "\".5\"", "\" 5 \"", "\"1e3\"",
		"\"1E+3\"", "\"1.e-3\"", "\"\\u00a0\\u20035\\u3000\\u001f\"", "\"007\"", "\"-0\"",
		"\"1e99999999999999999999999999\"", "\"0e99999999999999999999999999\"", "-0", "-0.0", "null"
	};
	static const char *const others[] = {
		"\"\"", "\" \"", "\"x\"", "\"1e\"", "\"1e+\"", "\"e5\"", "\".\"", "\"+\"", "\"-\"",
		"\"+-1\"", "\"1 2\"", "\"1_000\"", "\"NaN\"", "\"inf\"", "\"-Infinity\"", "\"0x10\"",
		"\"1,5\"", "\"1.2.3\"", "\"\\u0665\"", "\"- 1\"", "\"1e5.0\"", "\"1f\"",
		"true", "false", "[]", "[1]", "{}"
	};
	Size		i;

	for (i = 0; i < lengthof(numbers); i++)
		field_case("fees", numbers[i], "");
	for (i = 0; i < lengthof(others); i++)
		field_case("fees", others[i], "number");
	field_case("fees", "-0.0000000000000000000000000000000000000001", "minimum");
	field_case("fees", "-1e-300", "minimum");
	field_case("fees", "\"-1e-99999999999999999999\"", "minimum");
	field_case("fees", "\" -.5\"", "minimum");
	field_case("fees", "\"-0.e5\"", "");
	field_case("market_value", "-5", "");
	field_case("market_value", "\"-5e-3\"", "");
	field_case("market_value", "\"five\"", "number");
	field_case("liquidity_score", "100", "");
	field_case("liquidity_score", "100.00", "");
	field_case("liquidity_score", "1e2", "");
	field_case("liquidity_score", "0.1e3", "");
	field_case("liquidity_score", "10000e-2", "");
	field_case("liquidity_score", "99.99999999999999999999999999999999", "");
	field_case("liquidity_score", "100.00000000000000000000000000000001", "maximum");
	field_case("liquidity_score", "\"00100.000\"", "");
	field_case("liquidity_score", "\"100.01\"", "maximum");
	field_case("liquidity_score", "101", "maximum");
	field_case("liquidity_score", "200", "maximum");
	field_case("liquidity_score", "99", "");
	field_case("liquidity_score", "1e3", "maximum");
	field_case("liquidity_score", "\"1e999999999999\"", "maximum");
	field_case("liquidity_score", "\"1e-999999999999\"", "");
	field_case("liquidity_score", "-1", "minimum");
	field_case("liquidity_score", "\"\"", "number");
}

/* Comparison with bounds other than the contract's. */
static void
test_compare(void)
{
	static const struct
	{
		const char *number;
		int			bound;
		int			expected;
	}			cases[] = {
		{"0", 0, 0}, {"-0", 0, 0}, {"0", 5, -1}, {"0", -5, 1}, {"5", 0, 1}, {"-5", 0, -1},
		{"-5", 5, -1}, {"5", -5, 1}, {"-5", -5, 0}, {"-5.1", -5, -1}, {"-4.9", -5, 1},
		{"12345", 12345, 0}, {"12344.999", 12345, -1}, {"1.2345e4", 12345, 0},
		{"123450e-1", 12345, 0}, {"123451e-1", 12345, 1}, {"99", 100, -1}, {"0.00099", 100, -1},
		{"2147483647", PG_INT32_MAX, 0}, {"-2147483648", PG_INT32_MIN, 0},
		{"-2147483649", PG_INT32_MIN, -1}, {"-2147483647.5", PG_INT32_MIN, 1}
	};
	Size		i;

	for (i = 0; i < lengthof(cases); i++)
	{
		TrkNumber	number;
		int			result;

		trk_number_parse(&number, cases[i].number, strlen(cases[i].number));
		result = trk_number_compare(&number, cases[i].bound);
		ok((result > 0) - (result < 0) == cases[i].expected, "compare %s with %d",
		   cases[i].number, cases[i].bound);
	}
}

/* Rules of event types, beside those of every type. */
static void
test_event_rules(void)
{
	payload_case("\"agent.run.started\"", "{}", "payload.run_type required");
	payload_case("\"agent.run.started\"", "{\"run_type\":null}", "");
	payload_case("\"capital.flow.recorded\"", "{}",
				 "payload.capital_flow_id required payload.asset required "
				 "payload.currency required payload.flow_kind required payload.amount required "
				 "payload.included_in_trading_pnl required payload.session_date required");
	payload_case("\"capital.flow.recorded\"",
				 "{\"capital_flow_id\":null,\"asset\":\"a\",\"currency\":\"c\",\"flow_kind\":\"fee\","
				 "\"amount\":null,\"included_in_trading_pnl\":null,\"session_date\":null}",
				 "payload.capital_flow_id nonempty payload.amount number "
				 "payload.included_in_trading_pnl boolean payload.session_date date");
	payload_case("\"order.intent.recorded\"",
				 "{\"intended_quantity\":-1,\"side\":\"x\",\"symbol\":\"s\",\"decision_id\":\"d\","
				 "\"order_intent_id\":\"o\",\"intended_price\":null}",
				 "payload.side enum payload.intended_quantity minimum");
	payload_case("\"paper.fill.recorded\"", "{\"symbol\":null,\"side\":null,\"quantity\":\"-1\"}",
				 "payload.quantity minimum payload.side enum");
	payload_case("\"paper.fill.recorded\"", "{\"symbol\":\"s\",\"side\":\"buy\",\"quantity\":null}", "");
	payload_case("\"position.snapshot.recorded\"",
				 "{\"symbol\":\"s\",\"quantity\":null,\"portfolio_kind\":\"k\",\"position_id\":\"p\"}",
				 "payload.quantity number");
	payload_case("\"decision.outcome.recorded\"",
				 "{\"decision_id\":\"d\",\"outcome_kind\":\"filled\",\"followed_plan\":null}",
				 "payload.followed_plan boolean");
	payload_case("\"diagnostic.check.completed\"",
				 "{\"check_id\":\"c\",\"check_family\":null,\"status\":\"passed\",\"severity\":\" \"}",
				 "payload.check_family enum payload.severity nonempty "
				 "payload.check_family nonempty payload.severity enum");
	payload_case("\"performance.snapshot.recorded\"",
				 "{\"period_kind\":\"k\",\"session_date\":\"2026-01-01\",\"period_start\":\"x\","
				 "\"period_end\":null,\"return_base\":-1,\"trading_pnl_amount\":-1}",
				 "payload.period_start date payload.period_end date payload.return_base minimum");
	payload_case("\"agent.run.completed\"", "{\"run_type\":1,\"status\":\"done\"}",
				 "payload.status enum");
	payload_case("\"no.such.type\"", "{\"clipped\":1,\"status\":1,\"fees\":-1}",
				 "event_type enum payload.clipped boolean payload.fees minimum");
}

/* case_count of a replay, and reasons of a rejection. */
static void
test_special_rules(void)
{
	static const struct
	{
		const char *value;
		const char *expected;
	}			counts[] = {
		{"0", ""}, {"-0", ""}, {"12345678901234567890", ""},
		{"-1", "payload.case_count integer payload.case_count minimum"},
		{"1.0", "payload.case_count integer"},
		{"1e3", "payload.case_count integer"},
		{"\"5\"", "payload.case_count integer"},
		{"null", "payload.case_count integer"},
		{"true", "payload.case_count integer payload.case_count number"},
		{"\"x\"", "payload.case_count integer payload.case_count number"}
	};
	static const struct
	{
		const char *value;
		bool		enough;
	}			reasons[] = {
		{"\"because\"", true}, {"\" \"", true}, {"[\"\"]", true}, {"{\"\":0}", true}, {"true", true},
		{"1", true}, {"-0.1", true}, {"1e-400", true},
		{"null", false}, {"false", false}, {"0", false}, {"-0", false}, {"0.00", false},
		{"0e5", false}, {"\"\"", false}, {"[]", false}, {"{}", false}
	};
	char		payload[200];
	Size		i;

	for (i = 0; i < lengthof(counts); i++)
	{
		snprintf(payload, sizeof(payload),
				 "{\"status\":1,\"suite_name\":1,\"case_count\":%s}", counts[i].value);
		payload_case("\"replay.result.recorded\"", payload, counts[i].expected);
	}
	for (i = 0; i < lengthof(reasons); i++)
	{
		snprintf(payload, sizeof(payload),
				 "{\"risk_check_kind\":1,\"approved\":false,\"reasons\":%s}", reasons[i].value);
		payload_case("\"risk.check.completed\"", payload,
					 reasons[i].enough ? "" : "payload.reasons required");
	}
	payload_case("\"risk.check.completed\"", "{\"risk_check_kind\":1,\"approved\":false}",
				 "payload.reasons required");
	payload_case("\"risk.check.completed\"", "{\"risk_check_kind\":1,\"approved\":true,\"reasons\":null}", "");
	payload_case("\"risk.check.completed\"", "{\"risk_check_kind\":1,\"approved\":0}",
				 "payload.approved boolean");
	payload_case("\"agent.run.started\"", "{\"run_type\":1,\"approved\":false}", "");
}

/* Size, order, messages. */
static void
test_whole(void)
{
	static const char secret[] = "HUSHHUSH";
	TrkBuf		text;
	TrkEvent	event;
	TrkFindings findings;
	const TrkFinding *f;
	bool		leak = false;

	trk_arena_reset(&arena);
	trk_buf_init(&text, &arena, 1024);
	put_event(&text, NULL, NULL, NULL, NULL);
	judge(&text, text.len, &event, &findings);
	ok(findings.count == 0, "as large as the limit");
	ok(event.occurred_at == INT64CONST(9654) * 86400 * 1000000, "occurred_at is set");
	judge(&text, text.len - 1, &event, &findings);
	ok(findings_are(&findings, ". size"), "one byte larger than the limit");

	text.len = 0;
	put(&text, "{\"payload\":{\"severity\":\"HUSHHUSH\",\"mistake_family\":\"HUSHHUSH\","
		"\"fees\":\"HUSHHUSH\"},\"event_type\":\"HUSHHUSH\",\"sdk\":\"HUSHHUSH\","
		"\"event_id\":\"HUSHHUSH\",\"schema_version\":\"HUSHHUSH\"}");
	judge(&text, 1, &event, &findings);
	ok(findings_are(&findings, "schema_version const event_id format idempotency_key required "
					"project required agent_id required run_id required event_type enum "
					"occurred_at required environment required symbols required sdk type "
					"payload.severity enum payload.mistake_family enum payload.fees number . size"),
	   "all findings, in order");
	for (f = findings.first; f != NULL; f = f->next)
	{
		if (strstr(f->message, secret) != NULL)
			leak = true;
		if (*f->path != '\0' && strstr(f->message, f->path) == NULL)
			ok(false, "the message for %s names the field", f->path);
		if (strcmp(f->path, "payload.severity") == 0)
			ok(strstr(f->message, "info, warning, error, critical") != NULL,
			   "the message names the allowed values");
	}
	ok(!leak, "no message holds a value");
}

/* All of the above. */
int
main(void)
{
	trk_contract_init();
	trk_arena_init(&arena, NULL, 65536);
	test_lookups();
	test_identifiers();
	test_lengths();
	test_envelope();
	test_shapes();
	test_enums();
	test_numbers();
	test_compare();
	test_event_rules();
	test_special_rules();
	test_whole();
	trk_arena_free(&arena);
	return done_testing();
}

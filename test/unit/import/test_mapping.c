/*
 * test_mapping.c
 *	  Mappings without a server: what is wrong with a document, what rows become,
 *	  and that neither row nor mapping is changed by what happens to an event.
 */
#include "contract/contract.h"
#include "contract/event_build.h"
#include "import/mapping.h"
#include "tap.h"

static TrkArena arena;

static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};

/* Read JSON that the test wrote. */
static TrkValue
json(const char *s)
{
	TrkValue	value;

	if (trk_json_read(&arena, s, strlen(s), &value) != TRK_JSON_OK)
		abort();
	return value;
}

/* The canonical form. */
static const char *
canonical(const TrkValue *value)
{
	TrkBuf		buf;

	trk_buf_init(&buf, &arena, 256);
	trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
	trk_buf_putc(&buf, '\0');
	return buf.data;
}

/* Findings as "path rule path rule". */
static const char *
findings_text(const TrkFindings *findings)
{
	TrkBuf		buf;

	trk_buf_init(&buf, &arena, 256);
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
	{
		if (buf.len > 0)
			trk_buf_putc(&buf, ' ');
		trk_buf_append(&buf, f->path, strlen(f->path));
		trk_buf_putc(&buf, ' ');
		trk_buf_append(&buf, trk_rule_name(f->rule), strlen(trk_rule_name(f->rule)));
	}
	trk_buf_putc(&buf, '\0');
	return buf.data;
}

/* Documents and what is wrong with them, by reading and by the contract. */
static const struct
{
	const char *document;
	const char *findings;
}			documents[] = {
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"relation\":\"r\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"fields\":{\"run_type\":\"x\"}}]}", ""},
	{"5", " type"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{}]}",
	"sources[0] source sources[0].event_type required sources[0].occurred_at required"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\"}]}",
	"sources[0].fields.run_type required"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":{\"value\":\"2026-01-01\"},\"symbols\":{\"value\":[1,\"a\",\"A\"]},\"run_id\":{\"value\":\"any text\"},\"payload_defaults\":{\"run_type\":1}}]}", ""},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":{\"value\":\"2026-01-32\"},\"symbols\":{\"value\":[[1]]},\"payload_defaults\":{\"run_type\":1}}]}",
	"sources[0].occurred_at timestamp sources[0].symbols symbols"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":{\"field\":[]},\"occurred_at\":\"t..u\",\"key\":[\"\"],\"fields\":{\"\":{\"path\":\"x\"}}}]}",
	"sources[0].event_type.field path sources[0].occurred_at path sources[0].key[0] path sources[0].fields[0] format"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"query2\":1,\"event_type\":\"x\",\"occurred_at\":\"t\"}]}",
	"sources[0].query2 member sources[0].event_type enum"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":{\"secret\":1}}}]}",
	"sources[0].payload_defaults.run_type secret"},
	{"{\"project\":{\"field\":\"a.b\"},\"agent_id\":{\"field\":[\"x\"]},\"environment\":{\"value\":\"live\"},\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"}}]}",
	"environment enum"},
	{"{\"project\":{\"field\":\"\"},\"agent_id\":{\"value\":\" \"},\"environment\":{\"path\":\"x\"},\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"}}]}",
	"project.field path agent_id.value nonempty environment.path member environment type"},
	{"{\"project\":\"p\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"},\"agent_id\":\"bot\"}]}",
	""},
	{"{\"project\":\"p\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"},\"agent_id\":\"bot\",\"name\":\"a\"},{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"},\"name\":\"b\"}]}",
	"agent_id required"},
	{"{\"project\":\"p\",\"agent_id\":\"a\",\"sources\":[{\"query\":\"q\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"payload_defaults\":{\"run_type\":\"x\"},\"agent_id\":{\"value\":\"a b\"},\"environment\":{\"value\":\"live\"},\"project\":\"x..y\"}]}",
	"sources[0].project path sources[0].agent_id format sources[0].environment enum"},
	{"{\"project\":\"a b\",\"agent_id\":\"a\",\"sources\":[]}",
	"sources size project format"},
};

/* Each document. */
static void
test_documents(void)
{
	for (int i = 0; i < lengthof(documents); i++)
	{
		TrkValue	document = json(documents[i].document);
		const char *before = canonical(&document);
		TrkMapping	mapping;
		TrkFindings findings;
		const char *found;

		trk_findings_init(&findings, &arena);
		trk_mapping_read(&arena, &document, true, &mapping, &findings);
		trk_mapping_check(&arena, &redactor, &mapping, &document, &findings);
		found = findings_text(&findings);
		ok(strcmp(found, documents[i].findings) == 0, "document %d: %s", i, found);
		ok(strcmp(before, canonical(&document)) == 0, "document %d is as before", i);
	}
}

/* Findings are bounded, whatever the document. */
static void
test_many_findings(void)
{
	TrkBuf		buf;
	TrkValue	document;
	TrkMapping	mapping;
	TrkFindings findings;
	static const char source[] = "{\"a\":1,\"b\":2,\"c\":3,\"d\":[[[]]]}";

	trk_buf_init(&buf, &arena, 65536);
	trk_buf_append(&buf, "{\"sources\":", 11);
	for (int i = 0; i < TRK_MAX_MAPPING_SOURCES; i++)
	{
		trk_buf_putc(&buf, i == 0 ? '[' : ',');
		trk_buf_append(&buf, source, sizeof(source) - 1);
	}
	trk_buf_append(&buf, "]}", 3);
	document = json(buf.data);
	trk_findings_init(&findings, &arena);
	trk_mapping_read(&arena, &document, true, &mapping, &findings);
	trk_mapping_check(&arena, &redactor, &mapping, &document, &findings);
	ok(findings.count == TRK_MAX_MAPPING_FINDINGS, "%d findings", findings.count);
}

/* A value that is converted: type, what comes in, what comes out. */
static const struct
{
	TrkMapType	type;
	const char *in;
	const char *out;			/* NULL: absent, else a value or a rule */
}			conversions[] = {
	{TRK_MAP_GUESS, "\"[1,{\\\"a\\\":\\\"b\\\"}]\"", "[1,{\"a\":\"b\"}]"},
	{TRK_MAP_GUESS, "\"[\"", "\"[\""},
	{TRK_MAP_GUESS, "\"{}x\"", "\"{}x\""},
	{TRK_MAP_TEXT, "1.50", "\"1.50\""},
	{TRK_MAP_TEXT, "[1]", "\"[1]\""},
	{TRK_MAP_BOOL, "\"Yes\"", "true"},
	{TRK_MAP_BOOL, "0", "false"},
	{TRK_MAP_BOOL, "\"\\u0019ES\"", "boolean"},
	{TRK_MAP_BOOL, "null", "boolean"},
	{TRK_MAP_INT, "1e3", "1000"},
	{TRK_MAP_INT, "-0.0", "0"},
	{TRK_MAP_INT, "120e-1", "12"},
	{TRK_MAP_INT, "\"1e-1\"", "integer"},
	{TRK_MAP_INT, "\"+00012.000\"", "12"},
	{TRK_MAP_INT, "\"1e1001\"", "number"},
	{TRK_MAP_INT, "\"1e99999999999999999999\"", "number"},
	{TRK_MAP_FLOAT, "\"-.5E-07\"", "-0.5e-7"},
	{TRK_MAP_FLOAT, "\"00.5\"", "0.5"},
	{TRK_MAP_FLOAT, "1.0", "1.0"},
	{TRK_MAP_FLOAT, "\".\"", "number"},
	{TRK_MAP_FLOAT, "\"\"", "number"},
	{TRK_MAP_NUMBER_STRING, "0.10", "\"0.10\""},
	{TRK_MAP_NUMBER_STRING, "\"0.10\"", "\"0.10\""},
	{TRK_MAP_NUMBER_STRING, "\"1.2.3\"", "number"},
	{TRK_MAP_LIST, "\",,\"", NULL},
	{TRK_MAP_LIST, "\"a , b\"", "[\"a\",\"b\"]"},
	{TRK_MAP_LIST, "true", "[true]"},
	{TRK_MAP_LIST, "{}", "type"},
	{TRK_MAP_JSON, "\"1.50\"", "1.50"},
	{TRK_MAP_JSON, "\"null\"", NULL},
	{TRK_MAP_JSON, "\"\\u0022\\u0022\"", "\"\""},
	{TRK_MAP_JSON, "\"nil\"", "json"},
};

/* Each conversion. */
static void
test_conversions(void)
{
	for (int i = 0; i < lengthof(conversions); i++)
	{
		TrkValue	in = json(conversions[i].in);
		TrkValue	out;
		TrkFindings findings;
		TrkMapWork	work = {.arena = &arena, .findings = &findings};
		TrkMapResult result;
		const char *text;

		trk_findings_init(&findings, &arena);
		result = trk_map_convert(&work, conversions[i].type, &in, "x", &out);
		text = result == TRK_MAP_ABSENT ? "absent" : result == TRK_MAP_PRESENT ?
			canonical(&out) : trk_rule_name(findings.first->rule);
		ok(strcmp(text, conversions[i].out == NULL ? "absent" : conversions[i].out) == 0,
		   "conversion %d: %s", i, text);
	}
}

/* Values nest as deep as they do in an event, and no deeper. */
static void
test_depth(void)
{
	for (int depth = TRK_MAX_DEPTH - 3; depth <= TRK_MAX_DEPTH; depth++)
	{
		TrkBuf		buf;
		TrkValue	in;
		TrkValue	out;
		TrkFindings findings;
		TrkMapWork	work = {.arena = &arena, .findings = &findings};
		bool		fits = depth <= TRK_MAX_DEPTH - 2;

		trk_buf_init(&buf, &arena, 256);
		for (int i = 0; i < depth; i++)
			trk_buf_putc(&buf, '[');
		for (int i = 0; i < depth; i++)
			trk_buf_putc(&buf, ']');
		trk_json_set_string(&in, buf.data, buf.len);
		trk_findings_init(&findings, &arena);
		ok((trk_map_convert(&work, TRK_MAP_GUESS, &in, "x", &out) ==
			TRK_MAP_PRESENT) == fits, "text nested %d deep", depth);
	}
}

/* Many fields of one text read it once; many copies of it are too many. */
static void
test_nested(void)
{
	static const TrkText column[] = {{"x", 1}, {"0", 1}};
	TrkMapPath	path = {2, column};
	TrkMapPath	whole = {1, column};
	TrkMember	member;
	TrkValue	row = {.kind = TRK_OBJECT, .len = 1, .u.members = &member};
	TrkFindings findings;
	TrkMapWork	work = {.arena = &arena, .findings = &findings};
	TrkValue	text;
	TrkValue	out;
	TrkBuf		buf;
	int			copies = 0;

	trk_buf_init(&buf, &arena, 250000);
	while (buf.len < 200000)
		trk_buf_append(&buf, buf.len == 0 ? "[1" : ",2", 2);
	trk_buf_putc(&buf, ']');
	trk_json_set_string(&text, buf.data, buf.len);
	trk_set_member(&member, column[0], text);
	trk_findings_init(&findings, &arena);
	for (int i = 0; i < 100; i++)
		if (trk_map_find(&work, &row, &path, &out) != TRK_MAP_PRESENT)
			break;
	ok(findings.count == 0 && work.nested_bytes == buf.len, "a text is read once");
	while (copies < 100 && trk_map_find(&work, &row, &whole, &out) == TRK_MAP_PRESENT &&
		   trk_map_convert(&work, TRK_MAP_GUESS, &out, "x", &out) == TRK_MAP_PRESENT)
		copies++;
	ok(copies == 30 && findings.first->rule == TRK_RULE_SIZE, "%d copies of it", copies);
}

/* The mapping of the tests of rows. */
static const char *const mapping_text =
"{\"project\":\"p\",\"agent_id\":\"a\",\"environment\":\"shadow\",\"sources\":["
"{\"name\":\"s\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"key\":\"id\","
"\"payload_defaults\":{\"run_type\":\"x\",\"nested\":{\"password\":\"y\",\"prompt\":[1]}},"
"\"fields\":{\"j\":\"j\",\"again\":\"j\",\"d\":{\"path\":\"none\",\"default\":{\"password\":\"z\"}}}}]}";

/* Rows, and the events or findings they make: text that must be in them. */
static const struct
{
	const char *row;
	const char *has;
}			rows[] = {
	{"{\"id\":1,\"t\":\"2026-01-01\",\"j\":\"{\\\"password\\\":\\\"q\\\"}\"}", "\"j\":{\"password\":\"[REDACTED]\"}"},
	{"{\"id\":1,\"t\":\"2026-01-01\",\"j\":{\"password\":\"q\"}}", "\"again\":{\"password\":\"[REDACTED]\"}"},
	{"{\"id\":1,\"t\":\"2026-01-01\"}", "\"d\":{\"password\":\"[REDACTED]\"}"},
	{"{\"id\":1,\"t\":\"2026-01-01\"}", "\"environment\":\"shadow\""},
	{"{\"id\":1,\"t\":\"2026-01-01\"}", "\"language\":\"c\",\"name\":\"agent_tracker\",\"version\":\"9.9\""},
	{"[]", " object"},
	{"{}", "key required"},
	{"{\"id\":1}", "occurred_at required"},
	{"{\"id\":{},\"t\":1}", "key type"},
	{"{\"id\":1,\"t\":\"1\",\"t\":\"x\"}", "occurred_at timestamp"},
};

/*
 * Each row, twice, with an arena of its own that ends before the next: nothing
 * of an event may have got into the row or the mapping.
 */
static void
test_rows(void)
{
	TrkValue	document = json(mapping_text);
	const char *before = canonical(&document);
	TrkMapping	mapping;
	TrkMapContext context = {&mapping, &redactor, "9.9"};
	TrkFindings findings;

	trk_findings_init(&findings, &arena);
	trk_mapping_read(&arena, &document, false, &mapping, &findings);
	ok(findings.count == 0, "the mapping is good: %s", findings_text(&findings));
	for (int i = 0; i < 2 * lengthof(rows); i++)
	{
		TrkValue	row = json(rows[i / 2].row);
		const char *row_before = canonical(&row);
		TrkArena	own;
		TrkEvent	event;
		TrkText		row_id;
		const char *text;

		trk_arena_init(&own, NULL, 1);
		trk_findings_init(&findings, &own);
		if (trk_mapping_row(&context, &mapping.sources[0], &own, &row, &event, &row_id,
							&findings))
		{
			trk_redact(&redactor, &own, &event);
			text = canonical(&event.root);
		}
		else
			text = findings_text(&findings);
		ok(strstr(text, rows[i / 2].has) != NULL, "row %d: %s", i / 2, text);
		trk_arena_free(&own);
		ok(strcmp(row_before, canonical(&row)) == 0, "row %d is as before", i / 2);
	}
	ok(strcmp(before, canonical(&document)) == 0, "the mapping is as before");
}

/*
 * Mappings of one source whose project, agent or environment is a row's, a row,
 * and text that must be in its event or findings.
 */
static const struct
{
	const char *document;		/* the members before "sources" */
	const char *source;			/* the members of the source after its own */
	const char *row;
	const char *has;
}			common_rows[] = {
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", "", "{\"id\":1,\"t\":\"2026-01-01\",\"bot\":\" b7 \"}", "\"agent_id\":\"b7\",\"environment\":\"paper\""},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"j.bot\"}", "", "{\"id\":1,\"t\":\"2026-01-01\",\"j\":\"{\\\"bot\\\":7}\"}", "\"agent_id\":\"7\""},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", "", "{\"id\":1,\"t\":\"2026-01-01\"}", "agent_id required"},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", "", "{\"id\":1,\"t\":\"2026-01-01\",\"bot\":\" \"}", "agent_id required"},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", "", "{\"id\":1,\"t\":\"2026-01-01\",\"bot\":[1]}", "agent_id type"},
	{"\"project\":{\"field\":\"desk\"},\"agent_id\":\"a\",\"environment\":{\"field\":\"env\"}", "", "{\"id\":1,\"t\":\"2026-01-01\",\"desk\":\"d\",\"env\":\"shadow\"}", "\"idempotency_key\":\"d/shadow/evt_"},
	{"\"project\":\"p\",\"agent_id\":\"a\",\"environment\":{\"field\":\"env\"}", "", "{\"id\":1,\"t\":\"2026-01-01\"}", "environment required"},
	{"\"project\":\"p\"", ",\"agent_id\":\"bot\"", "{\"id\":1,\"t\":\"2026-01-01\",\"bot\":\"b\"}", "\"agent_id\":\"b\""},
	{"\"project\":\"p\",\"agent_id\":\"a\"", ",\"agent_id\":{\"value\":\"c\"}", "{\"id\":1,\"t\":\"2026-01-01\"}", "\"agent_id\":\"c\""},
	{"\"project\":\"p\",\"agent_id\":{\"value\":7}", "", "{\"id\":1,\"t\":\"2026-01-01\"}", "\"agent_id\":\"7\""},
	/* a session's number is that of one agent */
	{"\"project\":\"p\",\"agent_id\":\"a\"", ",\"run_id\":\"r\"", "{\"id\":1,\"t\":\"2026-01-01\",\"r\":7}", "\"run_id\":\"run_7\""},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", ",\"run_id\":\"r\"", "{\"id\":1,\"t\":\"2026-01-01\",\"r\":7,\"bot\":\"a\"}", "\"run_id\":\"run_7e2045d8"},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", ",\"run_id\":\"r\"", "{\"id\":1,\"t\":\"2026-01-01\",\"r\":7,\"bot\":\"b\"}", "\"run_id\":\"run_1b9e2be3"},
	{"\"project\":\"p\",\"agent_id\":{\"field\":\"bot\"}", ",\"run_id\":\"r\"", "{\"id\":1,\"t\":\"2026-01-01\",\"r\":\"run_7\",\"bot\":\"b\"}", "\"run_id\":\"run_7\""},
};

/* Each of them. */
static void
test_common(void)
{
	for (int i = 0; i < lengthof(common_rows); i++)
	{
		TrkBuf		buf;
		TrkValue	document;
		TrkValue	row;
		TrkMapping	mapping;
		TrkMapContext context = {&mapping, &redactor, "9.9"};
		TrkFindings findings;
		TrkEvent	event;
		TrkText		row_id;
		const char *text;

		trk_arena_reset(&arena);
		trk_buf_init(&buf, &arena, 1024);
		trk_buf_reserve(&buf, 1024);
		snprintf(buf.data, 1024, "{%s,\"sources\":[{\"name\":\"s\",\"event_type\":\"agent.run.started\",\"occurred_at\":\"t\",\"key\":\"id\",\"payload_defaults\":{\"run_type\":\"x\"}%s}]}",
				 common_rows[i].document, common_rows[i].source);
		document = json(buf.data);
		row = json(common_rows[i].row);
		trk_findings_init(&findings, &arena);
		trk_mapping_read(&arena, &document, false, &mapping, &findings);
		trk_mapping_check(&arena, &redactor, &mapping, &document, &findings);
		if (findings.count > 0)
			text = findings_text(&findings);
		else if (trk_mapping_row(&context, &mapping.sources[0], &arena, &row, &event, &row_id, &findings))
			text = canonical(&event.root);
		else
			text = findings_text(&findings);
		ok(strstr(text, common_rows[i].has) != NULL, "fields of all events %d: %s", i, text);
	}
}

/* All of them. */
int
main(void)
{
	trk_contract_init();
	trk_arena_init(&arena, NULL, 65536);
	test_documents();
	test_many_findings();
	test_conversions();
	test_depth();
	test_nested();
	test_rows();
	test_common();
	trk_arena_free(&arena);
	return done_testing();
}

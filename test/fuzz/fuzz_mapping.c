/*
 * fuzz_mapping.c
 *	  A mapping document in the first line, rows in the rest.
 *
 * Findings must show nothing but names; a document without findings makes of
 * each row either findings or one event, the same each time, that can be read
 * again; neither the document nor the row is changed by it.
 */
#include "base/trk.h"

#include "fuzz.h"
#include "import/mapping.h"
#include "contract/validate.h"

static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};

/* Findings hold printable text, and paths of short names and numbers. */
static void
check_findings(const TrkFindings *findings)
{
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
	{
		REQUIRE(f->rule < TRK_RULES);
		REQUIRE(strlen(f->path) < 400);
		for (const char *p = f->path; *p; p++)
			REQUIRE(strchr("._[]", *p) != NULL || isalnum((unsigned char) *p));
		for (const char *p = f->message; *p; p++)
			REQUIRE(*p >= ' ' && *p <= '~');
	}
}

/* The canonical form. */
static void
canonical(TrkArena *arena, const TrkValue *value, TrkBuf *buf)
{
	trk_buf_init(buf, arena, 64);
	trk_json_write(buf, value, TRK_NUMBERS_AS_SPELLED);
}

/* A row to its event, judged; false when there is none. */
static bool
map(const TrkMapContext *context, const TrkMapSource *source, TrkArena *arena,
	const TrkValue *row, TrkBuf *buf, TrkFindings *findings)
{
	TrkEvent	event;
	TrkText		row_id;

	trk_findings_init(findings, arena);
	if (!trk_mapping_row(context, source, arena, row, &event, &row_id, findings))
	{
		REQUIRE(findings->count > 0);
		check_findings(findings);
		return false;
	}
	REQUIRE(row_id.len > 0);
	trk_redact(&redactor, arena, &event);
	trk_event_finish(arena, &event);
	trk_validate(&event, TRK_MAX_ROW_EVENT_BYTES, findings);
	check_findings(findings);
	trk_buf_init(buf, arena, 64);
	trk_json_write(buf, &event.root, TRK_NUMBERS_AS_SPELLED);
	return true;
}

/* One row of one source. */
static void
check_row(const TrkMapContext *context, const TrkMapSource *source, TrkArena *arena,
		  const TrkValue *row)
{
	TrkFindings findings;
	TrkBuf		before;
	TrkBuf		after;
	TrkBuf		first;
	TrkBuf		second;
	TrkArena	own;
	TrkValue	read;
	bool		mapped;

	canonical(arena, row, &before);
	mapped = map(context, source, arena, row, &first, &findings);
	fuzz_arena_init(&own);
	REQUIRE(map(context, source, &own, row, &second, &findings) == mapped);
	if (mapped)
	{
		REQUIRE(fuzz_equal(first.data, first.len, second.data, second.len));
		REQUIRE(trk_json_read(arena, first.data, first.len, &read) == TRK_JSON_OK);
	}
	trk_arena_free(&own);
	canonical(arena, row, &after);
	REQUIRE(fuzz_equal(before.data, before.len, after.data, after.len));
}

/* All rows of all sources. */
static void
check_rows(TrkArena *arena, const TrkValue *document, const TrkMapping *mapping,
		   const char *s, Size len)
{
	TrkMapContext context = {mapping, &redactor, "1"};
	TrkValue	rows;
	TrkBuf		before;
	TrkBuf		after;

	if (trk_json_read(arena, s, len, &rows) != TRK_JSON_OK)
		return;
	canonical(arena, document, &before);
	for (uint32 i = 0; i < mapping->nsources; i++)
	{
		if (rows.kind != TRK_ARRAY)
			check_row(&context, &mapping->sources[i], arena, &rows);
		for (uint32 j = 0; rows.kind == TRK_ARRAY && j < Min(rows.len, 20); j++)
			check_row(&context, &mapping->sources[i], arena, &rows.u.items[j]);
	}
	canonical(arena, document, &after);
	REQUIRE(fuzz_equal(before.data, before.len, after.data, after.len));
}

/* No options. */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	const char *end = size > 0 ? memchr(s, '\n', size) : NULL;
	Size		len = end == NULL ? size : end - s;
	TrkMapping	mapping;
	TrkFindings findings;
	TrkArena	arena;
	TrkValue	document;

	trk_contract_init();
	fuzz_arena_init(&arena);
	if (trk_json_read(&arena, s, len, &document) == TRK_JSON_OK)
	{
		trk_findings_init(&findings, &arena);
		trk_mapping_read(&arena, &document, false, &mapping, &findings);
		if (findings.count == 0 && end != NULL)
			check_rows(&arena, &document, &mapping, end + 1, size - len - 1);
		trk_mapping_check(&arena, &redactor, &mapping, &document, &findings);
		REQUIRE(findings.count <= TRK_MAX_MAPPING_FINDINGS);
		check_findings(&findings);
	}
	trk_arena_free(&arena);
	return 0;
}

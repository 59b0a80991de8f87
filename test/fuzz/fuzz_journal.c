/*
 * fuzz_reference.c
 *	  Rows of the reference code's tables to events: any JSON as a row, or as
 *	  rows, of any table.
 *
 * Pieces of a text that is JSON are its items.  The row stays as it is, and
 * gives the same events again.  Members that are said to be sorted are; every
 * event is valid or has findings, and a valid one is so again when its
 * canonical form is read.
 */
#include "base/trk.h"

#include "fuzz.h"
#include "json/json_items.h"
#include "redact/redact.h"
#include "import/journal.h"
#include "base/text.h"
#include "contract/validate.h"

static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};

static const TrkJournalExport export = {
	{"project", 7}, {"agent", 5}, {"paper", 5}, {"0.0.0", 5}, &redactor
};

/* What came out of a row. */
typedef struct Seen
{
	TrkArena   *arena;
	int			events;
	int			warnings;
	TrkBuf		text;			/* of all events, as they came */
} Seen;

/* The canonical form of a value. */
static TrkText
canonical(TrkArena *arena, TrkValue *value)
{
	TrkText		text;
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 1);
	trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* Redact and validate; are there findings? */
static bool
is_valid(TrkArena *arena, TrkEvent *event)
{
	TrkFindings findings;

	trk_findings_init(&findings, arena);
	trk_redact(&redactor, arena, event);
	trk_event_finish(arena, event);
	trk_validate(event, TRK_MAX_ROW_EVENT_BYTES, &findings);
	return findings.count == 0;
}

/* Check an event, and take it. */
static void
see_event(void *state, TrkEvent *event, TrkText row_id)
{
	Seen	   *seen = state;
	TrkText		text = canonical(seen->arena, &event->root);
	TrkText		again;
	TrkEvent	read;

	REQUIRE(row_id.len > 0);
	REQUIRE(event->root.kind == TRK_OBJECT);
	REQUIRE(trk_json_read(seen->arena, text.s, text.len, &read.root) == TRK_JSON_OK);
	again = canonical(seen->arena, &read.root);
	REQUIRE(fuzz_equal(text.s, text.len, again.s, again.len));
	trk_buf_append(&seen->text, text.s, text.len);
	seen->events++;
	if (!is_valid(seen->arena, event))
		return;
	text = canonical(seen->arena, &event->root);
	REQUIRE(trk_json_read(seen->arena, text.s, text.len, &read.root) == TRK_JSON_OK);
	REQUIRE(is_valid(seen->arena, &read));
}

/* Check a warning. */
static void
see_warning(void *state, const char *message, bool of_value)
{
	Seen	   *seen = state;
	const char *p;

	for (p = message; *p != '\0'; p++)
		REQUIRE(*p >= ' ' && *p <= '~');
	seen->warnings++;
}

/* Map a row twice. */
static void
check_row(TrkArena *arena, int table, TrkValue *row)
{
	Seen		first = {.arena = arena};
	Seen		second = {.arena = arena};
	TrkBuf		before;
	TrkBuf		after;
	TrkText		id;
	TrkText		same;

	trk_buf_init(&before, arena, 1);
	trk_digest_text(&before, row);
	trk_buf_init(&first.text, arena, 1);
	trk_buf_init(&second.text, arena, 1);
	id = trk_journal_row(arena, &export, table, row, see_event, see_warning, &first);
	same = trk_journal_row(arena, &export, table, row, see_event, see_warning, &second);
	REQUIRE(trk_text_equal(id, same));
	REQUIRE(first.events + first.warnings > 0);
	REQUIRE(first.events == second.events && first.warnings == second.warnings);
	REQUIRE(fuzz_equal(first.text.data, first.text.len, second.text.data, second.text.len));
	trk_buf_init(&after, arena, 1);
	trk_digest_text(&after, row);
	REQUIRE(fuzz_equal(before.data, before.len, after.data, after.len));
}

/* Take a text to pieces; of JSON they are as many as it has items. */
static void
check_pieces(TrkArena *arena, const char *s, Size len, const TrkValue *whole)
{
	TrkJsonItems items;
	TrkText		name;
	TrkText		text;
	TrkValue	item;
	uint32		n = 0;

	trk_json_items(&items, s, len);
	while (trk_json_next(&items, &name, &text))
	{
		n++;
		REQUIRE(text.s >= s && text.s + text.len <= s + len);
		if (whole == NULL)
			continue;
		REQUIRE(trk_json_read(arena, text.s, text.len, &item) == TRK_JSON_OK);
		if (whole->kind == TRK_OBJECT)
			REQUIRE(trk_json_read(arena, name.s, name.len, &item) == TRK_JSON_OK &&
					item.kind == TRK_STRING);
	}
	if (whole == NULL)
		return;
	if (whole->kind == TRK_ARRAY)
		REQUIRE(n == whole->len);
	else if (whole->kind == TRK_OBJECT)
		REQUIRE(n >= whole->len);	/* the reader folds duplicates */
	else
		REQUIRE(n == 1);
}

/* The option is the table. */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	Size		len = size;
	int			table = fuzz_options(&s, &len) % TRK_JOURNAL_TABLES;
	TrkArena	arena;
	TrkValue	value;
	uint32		i;

	trk_contract_init();
	fuzz_arena_init(&arena);
	if (trk_json_read(&arena, s, len, &value) != TRK_JSON_OK)
		check_pieces(&arena, s, len, NULL);
	else
	{
		check_pieces(&arena, s, len, &value);
		if (value.kind == TRK_OBJECT)
			check_row(&arena, table, &value);
		for (i = 0; value.kind == TRK_ARRAY && i < value.len; i++)
			if (value.u.items[i].kind == TRK_OBJECT)
				check_row(&arena, table, &value.u.items[i]);
	}
	trk_arena_free(&arena);
	return 0;
}

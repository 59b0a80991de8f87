/*
 * fuzz_validate.c
 *	  A line's whole way through the files that need no server: read, redact,
 *	  bind, validate.
 *
 * Findings must be well-formed and hold nothing that the contract does not
 * name; what is valid must stay valid, and the same, when its canonical form
 * comes in again.
 */
#include "base/trk.h"

#include "contract/finding.h"
#include "fuzz.h"
#include "redact/redact.h"
#include "contract/validate.h"

static const Size max_sizes[] = {TRK_MAX_EVENT_BYTES, 1024, 2000, 100000};

/* Only what the contract's names are made of. */
static bool
is_path(const char *path)
{
	return strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(path);
}

/* Each finding by itself, and no two of the same path and rule. */
static void
check_findings(TrkArena *arena, const TrkFindings *findings)
{
	const TrkFinding *f;
	const TrkFinding *other;
	const char *p;
	int			n = 0;
	TrkBuf		buf;
	TrkValue	value;

	for (f = findings->first; f != NULL; f = f->next)
	{
		n++;
		REQUIRE(f->rule < TRK_RULES && trk_rule_name(f->rule) != NULL);
		REQUIRE(is_path(f->path));
		for (p = f->message; *p; p++)
			REQUIRE(*p >= ' ' && *p <= '~');
		for (other = f->next; other != NULL; other = other->next)
			REQUIRE(other->rule != f->rule || strcmp(other->path, f->path) != 0);
	}
	REQUIRE(n == findings->count);
	trk_buf_init(&buf, arena, 1);
	trk_findings_write(&buf, findings);
	REQUIRE(trk_json_read(arena, buf.data, buf.len, &value) == TRK_JSON_OK);
	REQUIRE(value.kind == TRK_ARRAY && value.len == n);
}

/* The line's way; false when it is no event. */
static bool
judge(TrkArena *arena, const TrkRedactor *redactor, const char *s, Size len,
	  Size max_size, TrkEvent *event, TrkFindings *findings)
{
	trk_findings_init(findings, arena);
	if (trk_json_read(arena, s, len, &event->root) != TRK_JSON_OK ||
		event->root.kind != TRK_OBJECT)
		return false;
	trk_redact(redactor, arena, event);
	trk_event_finish(arena, event);
	trk_validate(event, max_size, findings);
	check_findings(arena, findings);
	return true;
}

/* A valid event comes in again as what it was written as. */
static void
check_valid(TrkArena *arena, const TrkRedactor *redactor, Size max_size, TrkEvent *event)
{
	int64		occurred_at = event->occurred_at;
	int			type = event->type;
	TrkBuf		first;
	TrkBuf		second;
	TrkFindings findings;
	int			i;

	for (i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		REQUIRE(event->env[i] != NULL || i == TRK_ENV_span_id ||
				i == TRK_ENV_parent_span_id || i == TRK_ENV_received_at);
	REQUIRE(type >= 0 && event->environment >= 0);
	REQUIRE(trk_json_size(&event->root) <= max_size);
	trk_buf_init(&first, arena, 1);
	trk_json_write(&first, &event->root, TRK_NUMBERS_STORED);
	REQUIRE(judge(arena, redactor, first.data, first.len, max_size, event, &findings));
	REQUIRE(findings.count == 0);
	REQUIRE(event->occurred_at == occurred_at && event->type == type);
	trk_json_member(&event->root, "privacy")->value.kind = TRK_NULL;
	trk_buf_init(&second, arena, 1);
	trk_json_write(&second, &event->root, TRK_NUMBERS_STORED);
	REQUIRE(trk_json_read(arena, first.data, first.len, &event->root) == TRK_JSON_OK);
	trk_json_member(&event->root, "privacy")->value.kind = TRK_NULL;
	trk_buf_init(&first, arena, 1);
	trk_json_write(&first, &event->root, TRK_NUMBERS_STORED);
	REQUIRE(fuzz_equal(first.data, first.len, second.data, second.len));
}

/* Options: the bound on size, and whether full input and output is allowed. */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	Size		len = size;
	unsigned int options = fuzz_options(&s, &len);
	Size		max_size = max_sizes[options % lengthof(max_sizes)];
	TrkRedactor redactor;
	TrkArena	arena;
	TrkEvent	event;
	TrkFindings findings;

	trk_contract_init();
	fuzz_arena_init(&arena);
	memset(&redactor, 0, sizeof(redactor));
	redactor.rules = TRK_REDACT_DEFAULT;
	redactor.allow_full_io = (options & 4) != 0;
	redactor.event_decides = (options & 8) != 0;
	if (judge(&arena, &redactor, s, len, max_size, &event, &findings) && findings.count == 0)
		check_valid(&arena, &redactor, max_size, &event);
	trk_arena_free(&arena);
	return 0;
}

/*
 * test_fingerprint.c
 *	  What of the message of an error makes it the same error.
 */
#include "tap.h"

#include "facts/fingerprint.h"

static TrkArena arena;

/* Test what becomes of a message. */
static void
message(const char *text, const char *expected)
{
	TrkText		message = {text, strlen(text)};
	TrkBuf		buf;

	trk_buf_init(&buf, &arena, 1);
	trk_fingerprint_message(&buf, message);
	trk_buf_putc(&buf, '\0');
	ok(strcmp(buf.data, expected) == 0, "%s -> %s", text, buf.data);
}

int
main(void)
{
	char		out[TRK_FINGERPRINT_LEN + 1];
	TrkText		kind = {"KIND_timeout", 12};
	TrkText		none = {"", 0};

	trk_arena_init(&arena, NULL, 8192);
	message("", "");
	message("Order 12 of 3.5 s", "order ? of ? s");
	message("at 2026-01-02T10:00:00.25Z, 10:00", "at ?, ?");
	message("evt_12ab-34 failed twice", "? failed twice");
	message("no \"SPY\" in 'that list' of `x`", "no ? in ? of ?");
	message("didn't answer, isn't there", "didn't answer, isn't there");
	message("an \"open quote", "an \"open quote");
	message("tabs\tand\n\nlines ", "tabs and lines ");
	message("a-b end-", "a-b end-");
	message("v1.2.3: x.", "?: x.");
	message("r\xc3\xa9seau 9", "r\xc3\xa9seau ?");
	message("who [REDACTED]#ABCDEFGHIJKLMNOP was", "who ? was");
	trk_fingerprint(&arena, kind, none, none, out);
	ok(strlen(out) == TRK_FINGERPRINT_LEN && strspn(out, "0123456789abcdef") == TRK_FINGERPRINT_LEN,
	   "16 hex digits");
	ok(strcmp(trk_failure_type(&arena, kind), "timeout") == 0, "a word in another case");
	ok(strcmp(trk_failure_type(&arena, none), "other") == 0, "no kind is another failure");
	return done_testing();
}

/*
 * test_event_build.c
 *	  Members, ids and the object sdk of events that are made here.
 */
#include "base/text.h"
#include "contract/event_build.h"
#include "tap.h"

static TrkArena arena;

/* Compare the canonical form of a value. */
static bool
writes(TrkValue value, const char *expected)
{
	TrkBuf		buf;

	trk_buf_init(&buf, &arena, 64);
	trk_json_write(&buf, &value, TRK_NUMBERS_AS_SPELLED);
	return buf.len == strlen(expected) && memcmp(buf.data, expected, buf.len) == 0;
}

/* Names with and without what must be escaped. */
static void
test_members(void)
{
	TrkMember	members[3];

	trk_set_plain_member(&members[0], "b", trk_literal_value("x\"y"));
	trk_set_member(&members[1], trk_text_literal("a\"\xc3\xa9"), trk_string_value(trk_text_literal("z")));
	trk_set_plain_name(&members[2], "cut off", 3);
	members[2].value = trk_object_value(NULL, 0);
	ok(members[0].name_flags == (TRK_F_ASCII | TRK_F_PLAIN) && members[0].key == TRK_KEY_UNSEEN,
	   "a plain name");
	ok((members[1].name_flags & (TRK_F_ASCII | TRK_F_PLAIN)) == 0 && members[1].key == TRK_KEY_UNSEEN,
	   "a name that needs an escape");
	ok(writes(trk_object_value(members, 3), "{\"a\\\"\xc3\xa9\":\"z\",\"b\":\"x\\\"y\",\"cut\":{}}"),
	   "members are written in order");
	ok((trk_object_value(members, 3).flags & TRK_F_SORTED) == 0 &&
	   (trk_sorted_object(members, 3).flags & TRK_F_SORTED) != 0, "objects say whether they are sorted");
	ok(writes(trk_sdk_value(&arena, trk_text_literal("1.2")),
			  "{\"language\":\"c\",\"name\":\"agent_tracker\",\"version\":\"1.2\"}"), "sdk");
}

/* Compare a text. */
static void
is_text(TrkText text, const char *expected, const char *name)
{
	ok(trk_text_equal(text, trk_text_literal(expected)), "%s", name);
}

/* Ids that are made, and the form of ids. */
static void
test_ids(void)
{
	static const uint8 bytes[16] = {0x00, 0x01, 0xfe, 0xff};
	char		text[8] = "evt_a";
	int			good = 0;
	int			c;

	is_text(trk_hex_id(&arena, TRK_RUN_ID_PREFIX, bytes), "run_0001feff000000000000000000000000", "hex");
	is_text(trk_digest_id(&arena, TRK_EVENT_ID_PREFIX, "abc", 3),
			"evt_ba7816bf8f01cfea414140de5dae2223", "digest (FIPS 180-4, example B.1)");
	for (c = 0; c < 256; c++)
	{
		bool		allowed = c < 0x80 && c != 0 &&
		strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", c) != NULL;

		text[5] = (char) c;
		good += trk_is_prefixed_id(text, 6, "evt_") == allowed;
	}
	ok(good == 256, "bytes of an id");
	ok(!trk_is_prefixed_id("evt_", 4, "evt_") && !trk_is_prefixed_id("ev", 2, "evt_") &&
	   !trk_is_prefixed_id("run_a", 5, "evt_") && trk_is_prefixed_id("a", 1, "") &&
	   !trk_is_prefixed_id("", 0, ""), "prefixes");
}

int
main(void)
{
	trk_arena_init(&arena, NULL, 1024);
	test_members();
	test_ids();
	trk_arena_free(&arena);
	return done_testing();
}

/*
 * fuzz_json.c
 *	  The JSON reader and the canonical writer, on any bytes.
 *
 * What reads must write, in every style of numbers; the canonical form must
 * read again and be its own canonical form; sizes must be told right.  What
 * does not read must be told why.
 */
#include "base/trk.h"

#include "fuzz.h"
#include "json/json.h"
#include "json/json_cause.h"

/* Write a value into a buffer of the arena. */
static TrkText
write_value(TrkArena *arena, TrkValue *value, TrkNumberStyle style)
{
	TrkText		text;
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 1);
	trk_json_write(&buf, value, style);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* No name comes twice in an object, and strings are text. */
static void
check_value(const TrkValue *value, int depth)
{
	uint32		i;

	REQUIRE(depth <= TRK_MAX_DEPTH);
	switch (value->kind)
	{
		case TRK_STRING:
			REQUIRE(trk_utf8_valid(value->u.str, value->len));
			break;
		case TRK_ARRAY:
			for (i = 0; i < value->len; i++)
				check_value(&value->u.items[i], depth + 1);
			break;
		case TRK_OBJECT:
			for (i = 0; i < value->len; i++)
			{
				const TrkMember *member = &value->u.members[i];

				REQUIRE(trk_utf8_valid(member->name, member->name_len));
				check_value(&member->value, depth + 1);
			}
			break;
		default:
			break;
	}
}

/* The members of a written object are in strictly ascending order. */
static void
check_order(const TrkValue *value)
{
	uint32		i;

	if (value->kind == TRK_ARRAY)
		for (i = 0; i < value->len; i++)
			check_order(&value->u.items[i]);
	if (value->kind != TRK_OBJECT)
		return;
	for (i = 0; i < value->len; i++)
	{
		const TrkMember *a = &value->u.members[i];

		check_order(&a->value);
		if (i + 1 < value->len)
		{
			const TrkMember *b = a + 1;
			int			cmp = memcmp(a->name, b->name, Min(a->name_len, b->name_len));

			REQUIRE(cmp < 0 || (cmp == 0 && a->name_len < b->name_len));
		}
	}
}

/* What was written in this style reads, and is the same in both styles. */
static void
check_style(TrkArena *arena, TrkValue *value, TrkNumberStyle style)
{
	TrkText		normal = write_value(arena, value, TRK_NUMBERS_NORMAL);
	TrkText		text = write_value(arena, value, style);
	TrkText		again;
	TrkValue	second;

	if (style == TRK_NUMBERS_STORED)
		REQUIRE(trk_json_size(value) == text.len);
	REQUIRE(trk_utf8_valid(text.s, text.len));
	REQUIRE(trk_json_read(arena, text.s, text.len, &second) == TRK_JSON_OK);
	check_order(&second);
	again = write_value(arena, &second, style);
	REQUIRE(fuzz_equal(text.s, text.len, again.s, again.len));
	again = write_value(arena, &second, TRK_NUMBERS_NORMAL);
	REQUIRE(fuzz_equal(normal.s, normal.len, again.s, again.len));
}

/* A message is plain text, and says more than the reason of a syntax error. */
static void
check_message(const char *message, TrkJsonStatus status)
{
	const char *reason = trk_json_reason(status);

	REQUIRE(strncmp(message, reason, strlen(reason)) == 0);
	REQUIRE(status != TRK_JSON_SYNTAX || strstr(message, ": ") != NULL);
	for (; *message != '\0'; message++)
		REQUIRE(*message >= ' ' && *message <= '~');
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	TrkArena	arena;
	TrkValue	value;
	TrkJsonStatus status;
	Size		place = 0;

	fuzz_arena_init(&arena);
	(void) trk_json_no_lines((const char *) data, size);
	status = trk_json_read_to(&arena, (const char *) data, size, &value, &place);
	if (status != TRK_JSON_OK)
	{
		REQUIRE(place <= size);
		check_message(trk_json_message(&arena, status, (const char *) data, size, place), status);
	}
	else
		(void) trk_json_no_event(&value);
	if (status == TRK_JSON_OK)
	{
		REQUIRE(trk_utf8_valid((const char *) data, size));
		check_value(&value, 0);
		check_style(&arena, &value, TRK_NUMBERS_AS_SPELLED);
		check_style(&arena, &value, TRK_NUMBERS_STORED);
		check_style(&arena, &value, TRK_NUMBERS_NORMAL);
	}
	trk_arena_free(&arena);
	return 0;
}

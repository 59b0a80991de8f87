/*
 * test_json.c
 *	  The JSON reader and the canonical writer.
 */
#include "base/trk.h"

#include "json/json.h"
#include "json/json_cause.h"
#include "json/number.h"
#include "tap.h"

static TrkArena arena;

/*
 * Read text that lies in memory of exactly its size, so that a sanitizer sees
 * every byte read beyond it.  The copy lives as long as the arena.
 */
static TrkJsonStatus
read_bytes(const char *s, Size len, TrkValue *value)
{
	static char *exact = NULL;
	TrkJsonStatus status;

	free(exact);
	exact = malloc(len > 0 ? len : 1);
	memcpy(exact, s, len);
	trk_arena_reset(&arena);
	status = trk_json_read(&arena, exact, len, value);
	return status;
}

/* The same for a string. */
static TrkJsonStatus
read_text(const char *s, TrkValue *value)
{
	return read_bytes(s, strlen(s), value);
}

/* Write a value and compare, its size too. */
static bool
writes(TrkValue *value, TrkNumberStyle style, const char *expected, Size expected_len)
{
	TrkBuf		buf;
	Size		size = trk_json_size(value);

	trk_buf_init(&buf, &arena, 1);
	trk_json_write(&buf, value, style);
	return buf.len == expected_len && memcmp(buf.data, expected, buf.len) == 0 &&
		(style != TRK_NUMBERS_STORED || size == buf.len);
}

/* Does the text read, and come out as expected in canonical form? */
static void
canonical(const char *text, const char *expected)
{
	TrkValue	value;

	ok(read_text(text, &value) == TRK_JSON_OK &&
	   writes(&value, TRK_NUMBERS_STORED, expected, strlen(expected)),
	   "canonical form of %s", text);
}

/* Does the text fail with this status? */
static void
fails(const char *text, TrkJsonStatus status)
{
	TrkValue	value;
	TrkJsonStatus got = read_text(text, &value);

	ok(got == status, "%s: %s (%s)", text, trk_json_reason(status), trk_json_reason(got));
}

/* A text of bytes that may not be shown. */
static void
bytes_give(const char *name, const char *s, Size len, TrkJsonStatus status)
{
	TrkValue	value;
	TrkJsonStatus got = read_bytes(s, len, &value);

	ok(got == status, "%s: %s (%s)", name, trk_json_reason(status), trk_json_reason(got));
}

/* Everything that is no JSON. */
static void
test_syntax(void)
{
	static const char *const bad[] = {
		"", " ", "\t\n", "{", "}", "[", "]", "{]", "[}", "\"", "\"a", "nul", "nulll",
		"null null", "None", "NULL", "True", "tru", "truee", "fals", "falsee", "NaN",
		"Infinity", "-Infinity", "-", "+1", "01", "-01", "00", "-00", "1.", ".5", "-.5",
		"1.e5", "1e", "1e+", "1e-", "1E", "1.5e", "1.5e+", "0x10", "1_000", "1,5", "1 2",
		"1..2", "1.2.3", "1e5.5", "1e5e5", "--1", "-a", "1a", "1f", "[1,]", "[,1]", "[,]",
		"[1 2]", "[1,,2]", "[1", "[1,", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
		"{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}",
		"{null:1}", "{\"a\":1", "{\"a\":1,", "{\"a\":", "{\"a\"", "{\"a", "{\"", "['a']",
		"{\"a\":1}}", "[1]]", "{} {}", "[] []", "\"a\" \"b\"", "\"\\a\"", "\"\\x41\"",
		"\"\\'\"", "\"\\0\"", "\"\\U0041\"", "\"\\", "\"\\\"", "\"\\u", "\"\\u\"", "\"\\u1\"",
		"\"\\u12\"", "\"\\u123\"", "\"\\u12g4\"", "\"\\u 123\"", "\"\\u+123\"", "\"\\u-123\"",
		"\"\\ud83d\\u12\"", "\"\\ud83d\\uzzzz\"", "// c\n1", "/* c */1", "#", "1;", "\v1",
		"\f1", "1\v", "\x01", "[1]\x7f", "undefined", "{\"a\":undefined}", "{\"a\":NaN}",
		"[-]", "[1e]", "[.1]", "[01]", "{\"a\":01}", "{\"a\":+1}", "\xc2\xa0", "\xc2\xa0[]", "\"a\nb\"",
		"\"a\tb\"", "\"\r\"", "\"\x1f\"", "{\"a\nb\":1}",
		"\"sixteen bytes in\n the first block\"", "\"sixteen bytes in the first block\n\""
	};
	Size		i;

	for (i = 0; i < lengthof(bad); i++)
		fails(bad[i], TRK_JSON_SYNTAX);
	fails("\xef\xbb\xbf{}", TRK_JSON_SYNTAX);
	bytes_give("NUL after a value", "1\0", 2, TRK_JSON_SYNTAX);
	bytes_give("NUL before a value", "\0001", 2, TRK_JSON_SYNTAX);
	bytes_give("NUL in a string", "\"a\0b\"", 5, TRK_JSON_SYNTAX);
	bytes_give("NUL in white space", "[\0]", 3, TRK_JSON_SYNTAX);
}

/* Every raw control character in a string, at every place of a block. */
static void
test_controls(void)
{
	bool		all = true;
	int			place,
				c;

	for (c = 0; c < 0x20; c++)
		for (place = 1; place < 40; place++)
		{
			char		text[42];
			TrkValue	value;

			memset(text, 'x', sizeof(text));
			text[0] = text[41] = '"';
			text[place] = (char) c;
			all = all && read_bytes(text, sizeof(text), &value) == TRK_JSON_SYNTAX;
		}
	ok(all, "raw control characters fail at every place");
}

/* Every prefix of a text fails, and reads nothing beyond its end. */
static void
test_prefixes(void)
{
	static const char text[] =
	"{\"name\": \"va\\u00e9lue \\ud83d\\ude00 \\n\", \"n\\\"\": [1, -2.50, 1.5e-3, true, false, null],"
	" \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\": {\"a\": {}, \"b\": []}, \"long string of more than sixteen bytes\": 0}";
	bool		all = true;
	Size		len;
	TrkValue	value;

	for (len = 0; len < sizeof(text) - 1; len++)
		all = all && read_bytes(text, len, &value) != TRK_JSON_OK;
	ok(all, "every prefix of a text fails");
	ok(read_bytes(text, sizeof(text) - 1, &value) == TRK_JSON_OK, "all of it does not");
	all = true;
	for (len = 0; len < sizeof(text) - 1; len++)
	{
		char		changed[sizeof(text)];
		int			byte;

		memcpy(changed, text, sizeof(text));
		for (byte = 0; byte < 256; byte++)
		{
			changed[len] = (char) byte;
			if (read_bytes(changed, sizeof(text) - 1, &value) == TRK_JSON_OK)
			{
				TrkBuf		buf;
				Size		size = trk_json_size(&value);

				trk_buf_init(&buf, &arena, 1);
				trk_json_write(&buf, &value, TRK_NUMBERS_STORED);
				all = all && buf.len == size &&
					trk_json_read(&arena, buf.data, buf.len, &value) == TRK_JSON_OK;
			}
		}
	}
	ok(all, "a text with any byte changed fails or can be written and read again");
}

/* UTF-8 in strings and in names, and alone. */
static void
test_utf8(void)
{
	static const struct
	{
		const char *bytes;
		bool		valid;
	}			cases[] = {
		{"\x7f", true}, {"\xc2\x80", true}, {"\xdf\xbf", true}, {"\xe0\xa0\x80", true},
		{"\xed\x9f\xbf", true}, {"\xee\x80\x80", true}, {"\xef\xbf\xbd", true},
		{"\xef\xbf\xbf", true}, {"\xf0\x90\x80\x80", true}, {"\xf4\x8f\xbf\xbf", true},
		{"\xe2\x80\xa8\xe2\x80\xa9", true}, {"\xef\xbb\xbf", true},
		{"\x80", false}, {"\xbf", false}, {"\xc0\x80", false}, {"\xc1\xbf", false},
		{"\xc2", false}, {"\xc2 ", false}, {"\xc2\xc2", false}, {"\xe0\x80\x80", false},
		{"\xe0\x9f\xbf", false}, {"\xe0\xa0", false}, {"\xe1\x80", false}, {"\xe1", false},
		{"\xe1 \x80", false}, {"\xe1\x80 ", false}, {"\xed\xa0\x80", false},
		{"\xed\xbf\xbf", false}, {"\xf0\x80\x80\x80", false}, {"\xf0\x8f\xbf\xbf", false},
		{"\xf0\x90\x80", false}, {"\xf0\x90", false}, {"\xf0", false}, {"\xf4\x90\x80\x80", false},
		{"\xf5\x80\x80\x80", false}, {"\xf8\x88\x80\x80\x80", false}, {"\xfe", false},
		{"\xff", false}, {"\xf1\x80\x80 ", false}, {"\xf1\x80 \x80", false}, {"\xf1 \x80\x80", false}
	};
	Size		i;
	int			pad;

	for (i = 0; i < lengthof(cases); i++)
	{
		bool		good = true;

		for (pad = 0; pad < 35; pad++)
		{
			TrkValue	value;
			char		text[100];
			Size		n;
			char	   *exact;

			n = snprintf(text, sizeof(text), "{\"%.*s%s\":\"%.*s%s\"}", pad,
						 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", i % 2 ? cases[i].bytes : "",
						 pad, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", cases[i].bytes);
			good = good && read_bytes(text, n, &value) ==
				(cases[i].valid ? TRK_JSON_OK : TRK_JSON_ENCODING);
			n = snprintf(text, sizeof(text), "%.*s%s", pad,
						 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", cases[i].bytes);
			exact = memcpy(malloc(n), text, n);
			good = good && trk_utf8_valid(exact, n) == cases[i].valid;
			free(exact);
		}
		ok(good, "UTF-8 case %d", (int) i);
	}
	bytes_give("invalid UTF-8 after an escape", "\"\\n\xff\"", 5, TRK_JSON_ENCODING);
	bytes_give("valid UTF-8 after an escape", "\"\\n\xc3\xa9\"", 6, TRK_JSON_OK);
	ok(trk_utf8_valid("a\0b", 3), "NUL is valid UTF-8");
}

/* Every code point as UTF-8: exactly the scalar values are valid. */
static void
test_code_points(void)
{
	bool		all = true;
	uint32		cp;

	for (cp = 0x80; cp < 0x120000; cp++)
	{
		char		s[4];
		int			n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
		bool		scalar = cp < 0x110000 && (cp < 0xd800 || cp > 0xdfff);

		if (n == 2)
			s[0] = (char) (0xc0 | (cp >> 6));
		else if (n == 3)
			s[0] = (char) (0xe0 | (cp >> 12));
		else
			s[0] = (char) (0xf0 | (cp >> 18));
		s[n - 1] = (char) (0x80 | (cp & 0x3f));
		s[n - 2] = n > 2 ? (char) (0x80 | ((cp >> 6) & 0x3f)) : s[n - 2];
		s[1] = n > 3 ? (char) (0x80 | ((cp >> 12) & 0x3f)) : s[1];
		all = all && trk_utf8_valid(s, n) == scalar;
	}
	ok(all, "exactly the scalar values are valid UTF-8");
}

/* Escapes of surrogates and of NUL. */
static void
test_unicode_escapes(void)
{
	canonical("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
	canonical("\"\\uD83D\\uDE00\"", "\"\xf0\x9f\x98\x80\"");
	canonical("\"\\ud800\\udc00\"", "\"\xf0\x90\x80\x80\"");
	canonical("\"\\udbff\\udfff\"", "\"\xf4\x8f\xbf\xbf\"");
	canonical("\"\\ud7ff\\ue000\\uffff\"", "\"\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"");
	canonical("\"\\u0041\\u00e9\\u20ac\"", "\"A\xc3\xa9\xe2\x82\xac\"");
	canonical("{\"\\u0061\":1}", "{\"a\":1}");
	fails("\"\\ud800\"", TRK_JSON_SURROGATE);
	fails("\"\\udc00\"", TRK_JSON_SURROGATE);
	fails("\"\\udfff\"", TRK_JSON_SURROGATE);
	fails("\"\\ud83d \\ude00\"", TRK_JSON_SURROGATE);
	fails("\"\\ud83dx\"", TRK_JSON_SURROGATE);
	fails("\"\\ud83d\\n\"", TRK_JSON_SURROGATE);
	fails("\"\\ud83d\\ud83d\"", TRK_JSON_SURROGATE);
	fails("\"\\ud83d\\u0041\"", TRK_JSON_SURROGATE);
	fails("\"\\ude00\\ud83d\"", TRK_JSON_SURROGATE);
	fails("{\"\\ud800\":1}", TRK_JSON_SURROGATE);
	fails("\"\\u0000\"", TRK_JSON_NUL);
	fails("\"abc\\u0000def\"", TRK_JSON_NUL);
	fails("{\"\\u0000\":1}", TRK_JSON_NUL);
}

/* What the writer escapes, and what not. */
static void
test_escapes(void)
{
	TrkValue	value;
	TrkBuf		buf;
	bool		all = true;
	int			c;

	canonical("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	canonical("\"\\u0001\\u000b\\u001f\\u001F\\u007f\"", "\"\\u0001\\u000b\\u001f\\u001f\x7f\"");
	canonical("\"\\u2028\\u2029/<>&'\"", "\"\xe2\x80\xa8\xe2\x80\xa9/<>&'\"");
	canonical("\"\"", "\"\"");
	canonical("\"\\\\\"", "\"\\\\\"");
	canonical("{\"a\\nb\":\"\\u000a\"}", "{\"a\\nb\":\"\\n\"}");
	for (c = 1; c < 0x20; c++)
	{
		char		one = (char) c;

		trk_buf_init(&buf, &arena, 1);
		trk_json_write_string(&buf, &one, 1);
		all = all && trk_json_read(&arena, buf.data, buf.len, &value) == TRK_JSON_OK &&
			value.len == 1 && value.u.str[0] == one;
	}
	ok(all, "every control character is written and read again");
	trk_buf_init(&buf, &arena, 1);
	trk_json_write_string(&buf, "a\0b", 3);
	ok(buf.len == 10 && memcmp(buf.data, "\"a\\u0000b\"", 10) == 0, "NUL is escaped");
}

/* The flags of strings and numbers. */
static void
test_flags(void)
{
	static const struct
	{
		const char *text;
		uint8		flags;
	}			cases[] = {
		{"\"abc\"", TRK_F_ASCII | TRK_F_PLAIN}, {"\"\"", TRK_F_ASCII | TRK_F_PLAIN},
		{"\"\xc3\xa9\"", TRK_F_PLAIN}, {"\"\\u00e9\"", TRK_F_PLAIN},
		{"\"\\/\\u0041\"", TRK_F_ASCII | TRK_F_PLAIN}, {"\"a\\n\"", TRK_F_ASCII},
		{"\"\\\"\"", TRK_F_ASCII}, {"\"\\\\\"", TRK_F_ASCII}, {"\"\\n\xc3\xa9\"", 0},
		{"\"\xc3\xa9\\n\"", 0}, {"\"\\ud83d\\ude00\\t\"", 0}, {"\"\x7f\"", TRK_F_ASCII | TRK_F_PLAIN},
		{"1", TRK_F_INTEGER}, {"-0", TRK_F_INTEGER}, {"1.0", 0}, {"1e5", 0}, {"1E+5", 0},
		{"null", 0}, {"true", 0}, {"false", 0}, {"[]", 0}, {"{}", 0}
	};
	Size		i;
	TrkValue	value;

	for (i = 0; i < lengthof(cases); i++)
		ok(read_text(cases[i].text, &value) == TRK_JSON_OK && value.flags == cases[i].flags,
		   "flags of %s", cases[i].text);
	trk_json_set_string(&value, "abc", 3);
	ok(value.kind == TRK_STRING && value.len == 3 && value.flags == (TRK_F_ASCII | TRK_F_PLAIN),
	   "set a plain string");
	trk_json_set_string(&value, "a\"\xc3\xa9", 4);
	ok(value.flags == 0, "set a string with everything");
	trk_json_set_string(&value, "a rather long string without anything\n", 38);
	ok(value.flags == TRK_F_ASCII, "set a string with an escape at its end");
	ok(read_text("{\"a\":1,\"\xc3\xa9\":2,\"\\n\":3}", &value) == TRK_JSON_OK &&
	   value.u.members[0].name_flags == (TRK_F_ASCII | TRK_F_PLAIN) &&
	   value.u.members[1].name_flags == TRK_F_PLAIN &&
	   value.u.members[2].name_flags == TRK_F_ASCII && value.u.members[0].key == TRK_KEY_UNSEEN,
	   "flags of names");
}

/* A value inside n containers of one kind. */
static TrkJsonStatus
read_nested(Size n, const char *opening, const char *inner, char closing)
{
	TrkArena	room;
	TrkBuf		text;
	Size		i;
	TrkJsonStatus status;
	TrkValue	value;

	trk_arena_init(&room, NULL, 1024);
	trk_buf_init(&text, &room, 16);
	for (i = 0; i < n; i++)
		trk_buf_append(&text, opening, strlen(opening));
	trk_buf_append(&text, inner, strlen(inner));
	for (i = 0; i < n; i++)
		trk_buf_putc(&text, closing);
	status = read_bytes(text.data, text.len, &value);
	trk_arena_free(&room);
	return status;
}

/* Depth. */
static void
test_depth(void)
{
	ok(read_nested(64, "[", "", ']') == TRK_JSON_OK, "64 nested arrays");
	ok(read_nested(65, "[", "", ']') == TRK_JSON_DEPTH, "65 nested arrays");
	ok(read_nested(10000, "[", "", ']') == TRK_JSON_DEPTH, "10,000 nested arrays");
	ok(read_nested(1000000, "[", "", ']') == TRK_JSON_DEPTH, "a million nested arrays");
	ok(read_nested(64, "{\"a\":", "1", '}') == TRK_JSON_OK, "64 nested objects");
	ok(read_nested(63, "{\"a\":", "[]", '}') == TRK_JSON_OK, "63 nested objects and an array");
	ok(read_nested(64, "{\"a\":", "[]", '}') == TRK_JSON_DEPTH, "64 nested objects and an array");
	ok(read_nested(65, "{\"a\":", "1", '}') == TRK_JSON_DEPTH, "65 nested objects");
	ok(read_nested(10000, "{\"a\":", "1", '}') == TRK_JSON_DEPTH, "10,000 nested objects");
	canonical("[[],[[]],[[[]]],{},{\"a\":{}}]", "[[],[[]],[[[]]],{},{\"a\":{}}]");
}

/* Duplicate names. */
static void
test_duplicates(void)
{
	TrkValue	value;

	ok(read_text("{\"b\":1,\"a\":2,\"b\":3}", &value) == TRK_JSON_OK && value.len == 2 &&
	   value.u.members[0].name[0] == 'b' && value.u.members[0].value.u.str[0] == '3' &&
	   value.u.members[1].name[0] == 'a', "the last value at the first place");
	canonical("{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":3}");
	canonical("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}");
	canonical("{\"\":1,\"\":[{\"x\":1,\"x\":2}]}", "{\"\":[{\"x\":2}]}");
	canonical("{\"abcdefgh1\":1,\"abcdefgh2\":2,\"abcdefgh1\":3}", "{\"abcdefgh1\":3,\"abcdefgh2\":2}");
	canonical("{\"abcdefg\":1,\"abcdefgh\":2,\"abcdefg\":3}", "{\"abcdefg\":3,\"abcdefgh\":2}");
	canonical("{\"prompt\":1,\"output\":2,\"contains_prompt_text\":3,\"contains_output_text\":4}",
			  "{\"contains_output_text\":4,\"contains_prompt_text\":3,\"output\":2,\"prompt\":1}");
}

/* Objects of n names, each twice, in an order of no kind. */
static void
test_many_members(Size n)
{
	TrkBuf		text;
	TrkValue	value;
	TrkArena	room;
	Size		i;
	bool		good;

	trk_arena_init(&room, NULL, 1 << 16);
	trk_buf_init(&text, &room, 16);
	trk_buf_putc(&text, '{');
	for (i = 0; i < 2 * n; i++)
	{
		char		member[64];
		Size		name = i * 7919 % n;

		trk_buf_append(&text, member,
					   snprintf(member, sizeof(member), "%s\"name_%zu\":%zu", i > 0 ? "," : "", name, i));
	}
	trk_buf_putc(&text, '}');
	good = read_bytes(text.data, text.len, &value) == TRK_JSON_OK && value.len == n;
	for (i = 0; good && i < n; i++)
	{
		char		number[32];

		snprintf(number, sizeof(number), "%zu", i + n);
		good = value.u.members[i].value.len == strlen(number) &&
			memcmp(value.u.members[i].value.u.str, number, strlen(number)) == 0;
	}
	trk_json_sort(&arena, &value);
	for (i = 1; good && i < n; i++)
	{
		TrkMember  *a = &value.u.members[i - 1];
		TrkMember  *b = &value.u.members[i];
		int			order = memcmp(a->name, b->name, Min(a->name_len, b->name_len));

		good = order < 0 || (order == 0 && a->name_len < b->name_len);
	}
	ok(good, "%zu names, each twice", n);
	trk_arena_free(&room);
}

/* Sizes around every bound of the implementation, and a million. */
static void
test_large_objects(void)
{
	static const Size sizes[] = {1, 2, 3, 7, 8, 11, 12, 13, 16, 24, 25, 31, 32, 33, 48, 49, 50,
	63, 64, 65, 100, 127, 128, 129, 1000, 4097, 100000, 1000003};
	Size		i;

	for (i = 0; i < lengthof(sizes); i++)
		test_many_members(sizes[i]);
}

/* Arrays that outgrow the reader's first stack, nested. */
static void
test_large_arrays(void)
{
	TrkBuf		text;
	TrkArena	room;
	TrkValue	value;
	int			i;
	int			n = 200000;
	bool		good;

	trk_arena_init(&room, NULL, 1 << 16);
	trk_buf_init(&text, &room, 16);
	trk_buf_append(&text, "[{\"a\":[", 7);
	for (i = 0; i < n; i++)
		trk_buf_append(&text, i > 0 ? ",[1,\"x\"]" : "[1,\"x\"]", i > 0 ? 8 : 7);
	trk_buf_append(&text, "],\"b\":2}]", 9);
	good = read_bytes(text.data, text.len, &value) == TRK_JSON_OK && value.len == 1 &&
		value.u.items[0].len == 2 && value.u.items[0].u.members[0].value.len == n;
	ok(good && writes(&value, TRK_NUMBERS_STORED, text.data, text.len), "a large nested array");
	trk_arena_free(&room);
}

/* Order of names. */
static void
test_order(void)
{
	TrkValue	value;
	TrkMember  *before;
	bool		written;

	canonical("{\"b\":1,\"a\":2,\"\":3,\"aa\":4,\"B\":5}", "{\"\":3,\"B\":5,\"a\":2,\"aa\":4,\"b\":1}");
	canonical("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbf\":2,\"\xee\x80\x80\":3,\"z\":4,\"\xc3\xa9\":5}",
			  "{\"z\":4,\"\xc3\xa9\":5,\"\xee\x80\x80\":3,\"\xef\xbf\xbf\":2,\"\xf0\x9f\x98\x80\":1}");
	canonical("{\"abcdefghi\":1,\"abcdefgh\":2,\"abcdefg\":3}",
			  "{\"abcdefg\":3,\"abcdefgh\":2,\"abcdefghi\":1}");
	canonical("{\"abcdefghb\":1,\"abcdefghab\":2,\"abcdefgha\":3}",
			  "{\"abcdefgha\":3,\"abcdefghab\":2,\"abcdefghb\":1}");
	canonical("[{\"b\":{\"d\":1,\"c\":2},\"a\":[{\"f\":1,\"e\":2}]}]",
			  "[{\"a\":[{\"e\":2,\"f\":1}],\"b\":{\"c\":2,\"d\":1}}]");
	read_text("{\"b\":1,\"a\":2}", &value);
	before = value.u.members;
	written = writes(&value, TRK_NUMBERS_STORED, "{\"a\":2,\"b\":1}", 13);
	ok(written && value.u.members == before && before[0].name[0] == 'b' &&
	   (value.flags & TRK_F_SORTED) == 0, "writing leaves the tree as it is");
	trk_json_sort(&arena, &value);
	ok((value.flags & TRK_F_SORTED) != 0 && value.u.members[0].name[0] == 'a', "sorted");
	ok(before[0].name[0] == 'b' && before[1].name[0] == 'a', "the old order stays readable");
	before = value.u.members;
	trk_json_sort(&arena, &value);
	ok(value.u.members == before, "sorting again does nothing");
	read_text("{\"a\":1,\"b\":2}", &value);
	before = value.u.members;
	trk_json_sort(&arena, &value);
	ok(value.u.members == before, "what comes in order stays where it is");
}

/* One number in all styles. */
static void
number_styles(const char *spelling, const char *stored, const char *normal)
{
	TrkValue	value;

	ok(read_text(spelling, &value) == TRK_JSON_OK && value.kind == TRK_NUMBER &&
	   writes(&value, TRK_NUMBERS_AS_SPELLED, spelling, strlen(spelling)) &&
	   writes(&value, TRK_NUMBERS_STORED, stored, strlen(stored)) &&
	   writes(&value, TRK_NUMBERS_NORMAL, normal, strlen(normal)),
	   "%s is stored as %s and hashed as %s", spelling, stored, normal);
}

/* Number styles; what is stored was taken from numeric. */
static void
test_numbers(void)
{
	number_styles("0", "0", "0");
	number_styles("-0", "0", "0");
	number_styles("-0.0", "0.0", "0");
	number_styles("0.000", "0.000", "0");
	number_styles("0e5", "0", "0");
	number_styles("-0E-0", "0", "0");
	number_styles("0.0e-3", "0.0000", "0");
	number_styles("0.00e1", "0.0", "0");
	number_styles("1", "1", "1e0");
	number_styles("-1", "-1", "-1e0");
	number_styles("10", "10", "1e1");
	number_styles("1.0", "1.0", "1e0");
	number_styles("1.50", "1.50", "15e-1");
	number_styles("-0.05", "-0.05", "-5e-2");
	number_styles("1E5", "100000", "1e5");
	number_styles("1.50e1", "15.0", "15e0");
	number_styles("1e-7", "0.0000001", "1e-7");
	number_styles("1.0e3", "1000", "1e3");
	number_styles("1.23e1", "12.3", "123e-1");
	number_styles("1.23e+0002", "123", "123e0");
	number_styles("0.00123e2", "0.123", "123e-3");
	number_styles("0.00123e5", "123", "123e0");
	number_styles("0.00123e7", "12300", "123e2");
	number_styles("120e-1", "12.0", "12e0");
	number_styles("120e-3", "0.120", "12e-2");
	number_styles("120e-5", "0.00120", "12e-4");
	number_styles("-100.00e-2", "-1.0000", "-1e0");
	number_styles("123456789012345678901234567890", "123456789012345678901234567890",
				  "12345678901234567890123456789e1");
}

/* A number made of parts repeated, against the limit. */
static void
digits_give(const char *before, Size n, char digit, const char *after, TrkJsonStatus status)
{
	Size		len = strlen(before) + n + strlen(after);
	char	   *text = malloc(len + 1);
	TrkValue	value;
	TrkJsonStatus got;

	strcpy(text, before);
	memset(text + strlen(before), digit, n);
	strcpy(text + strlen(before) + n, after);
	got = read_bytes(text, len, &value);
	ok(got == status, "%s(%zu times %c)%s: %s", before, n, digit, after, trk_json_reason(status));
	free(text);
}

/* The limit on digits. */
static void
test_digits(void)
{
	digits_give("", 1000, '1', "", TRK_JSON_OK);
	digits_give("", 1001, '1', "", TRK_JSON_DIGITS);
	digits_give("-", 1000, '1', "", TRK_JSON_OK);
	digits_give("-", 1001, '1', "", TRK_JSON_DIGITS);
	digits_give("0.", 999, '1', "", TRK_JSON_OK);
	digits_give("0.", 1000, '1', "", TRK_JSON_DIGITS);
	digits_give("0.", 5000, '0', "1e5000", TRK_JSON_OK);
	digits_give("1.", 5000, '0', "", TRK_JSON_DIGITS);
	digits_give("1.", 5000, '0', "e5000", TRK_JSON_DIGITS);
	digits_give("1.", 1500, '0', "e999", TRK_JSON_DIGITS);
	digits_give("1.", 999, '0', "e999", TRK_JSON_OK);
	digits_give("1", 5000, '0', "e-5000", TRK_JSON_DIGITS);
	digits_give("1e", 5000, '0', "5", TRK_JSON_OK);
	digits_give("1e", 5000, '9', "", TRK_JSON_DIGITS);
	digits_give("1e-", 5000, '9', "", TRK_JSON_DIGITS);
	digits_give("0e", 5000, '9', "", TRK_JSON_DIGITS);
	digits_give("0e-", 5000, '9', "", TRK_JSON_DIGITS);
	digits_give("1e999", 0, '0', "", TRK_JSON_OK);
	digits_give("1e1000", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("1e-999", 0, '0', "", TRK_JSON_OK);
	digits_give("1e-1000", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("0e-999", 0, '0', "", TRK_JSON_OK);
	digits_give("0e-1000", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("0e1073741822", 0, '0', "", TRK_JSON_OK);
	digits_give("0e1073741823", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("1e2147483648", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("1e9223372036854775808", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("1e-9223372036854775809", 0, '0', "", TRK_JSON_DIGITS);
	digits_give("[1e1000", 0, '0', "]", TRK_JSON_DIGITS);
}

/* White space, values at the top, look-up. */
static void
test_values(void)
{
	TrkValue	value;

	canonical(" \t\r\n{ \"a\" : [ 1 , true , false , null , \"x\" ] , \"b\" : { } } \n",
			  "{\"a\":[1,true,false,null,\"x\"],\"b\":{}}");
	canonical("null", "null");
	canonical(" true ", "true");
	canonical("false", "false");
	canonical("[ ]", "[]");
	canonical("{ }", "{}");
	canonical("\"a string of more than sixteen bytes, even of thirty-two\"",
			  "\"a string of more than sixteen bytes, even of thirty-two\"");
	read_text("{\"a\":1,\"ab\":2,\"\":3}", &value);
	ok(trk_json_member(&value, "ab") == &value.u.members[1], "member by name");
	ok(trk_json_member(&value, "") == &value.u.members[2], "member by empty name");
	ok(trk_json_member(&value, "b") == NULL, "no such member");
	read_text("[1]", &value);
	ok(trk_json_member(&value, "a") == NULL, "an array has no members");
}

/* Is this said of the text? */
static void
says_bytes(const char *s, Size len, const char *expected)
{
	char	   *exact = malloc(len > 0 ? len : 1);
	TrkValue	value;
	Size		place;
	TrkJsonStatus status;
	const char *message;

	memcpy(exact, s, len);
	trk_arena_reset(&arena);
	status = trk_json_read_to(&arena, exact, len, &value, &place);
	message = trk_json_message(&arena, status, exact, len, place);
	ok(status != TRK_JSON_OK && strcmp(message, expected) == 0, "%.40s: %s", s, message);
	free(exact);
}

/* The same of a string. */
static void
says(const char *text, const char *expected)
{
	says_bytes(text, strlen(text), expected);
}

/* What is said of texts that are no JSON: reason, column, cause. */
static void
test_causes(void)
{
	says("", "syntax error at column 1: the line ends too early");
	says("\xef\xbb\xbf{}", "syntax error at column 1: a byte-order mark");
	says("{\"a\":NaN}", "syntax error at column 6: NaN is not JSON");
	says("{\"a\":[1, -Infinity]}", "syntax error at column 11: Infinity is not JSON");
	says("{\"a\":Infinity}", "syntax error at column 6: Infinity is not JSON");
	says("{\"\xc3\xa9\":nan}", "syntax error at column 6: NaN is not JSON");
	says("{\"a\":None}", "syntax error at column 6: JSON has null, not None");
	says("{\"a\":1,}", "syntax error at column 8: a comma before the closing bracket");
	says("[1,]", "syntax error at column 4: a comma before the closing bracket");
	says("{\"a\":}", "syntax error at column 6: a member without a value");
	says("{\"a\":[1}", "syntax error at column 8: the wrong closing bracket");
	says("{a:1}", "syntax error at column 2: a name without double quotes");
	says("{'a':1}", "syntax error at column 2: a single quote: strings of JSON have double quotes");
	says("{1:1}", "syntax error at column 2: a name in double quotes is missing");
	says("{\"a\" 1}", "syntax error at column 6: a comma, a colon or a closing bracket is missing");
	says("{\"a\":true 1}", "syntax error at column 11: a comma, a colon or a closing bracket is missing");
	says("{\"a\":01}", "syntax error at column 6: a number with leading zeros");
	says("{\"a\":-01}", "syntax error at column 7: a number with leading zeros");
	says("{\"a\":+1}", "syntax error at column 6: a number with a plus sign");
	says("{\"a\":.5}", "syntax error at column 6: a number that begins with its point");
	says("{\"a\":1.}", "syntax error at column 8: a number without digits after its point or exponent");
	says("{\"a\":1e+}", "syntax error at column 9: a number without digits after its point or exponent");
	says("{\"a\":-}", "syntax error at column 7: a number without digits");
	says("{\"a\":0x1}", "syntax error at column 7: no number of JSON, or a comma or bracket is missing");
	says("{\"a\":nul}", "syntax error at column 6: no value of JSON begins so");
	says("{\"a\":\"b", "syntax error at column 8: the line ends within a string");
	says("{\"a\":\"\\x\"}", "syntax error at column 7: an escape that JSON does not have");
	says("{\"a\":\"\\u12\"}", "syntax error at column 7: an escape that JSON does not have");
	says("{\"a\":\"x\\\"\t\"}", "syntax error at column 10: a tab in a string, which must be escaped");
	says("{\"a\":\"\x01\"}", "syntax error at column 7: a control character in a string, which must be escaped");
	says("{", "syntax error at column 2: the line ends within an object: was it cut, or is one event on several lines?");
	says("[", "syntax error at column 2: the line ends within an array: each event is a line of its own, without brackets around them");
	says("  \"a\": 1,", "syntax error at column 6: a member without its object: one event is one line, not several");
	says("}", "syntax error at column 1: a closing bracket without an opening one: one event is one line, not several");
	says("{}]", "syntax error at column 3: a closing bracket without an opening one: one event is one line, not several");
	says("{},", "syntax error at column 3: a comma after the value: each event is a line of its own, without commas between them");
	says("{} {}", "syntax error at column 4: another value after the first: each event is a line of its own");
	says("{} x", "syntax error at column 4: other text after the value");
	says("// {}", "syntax error at column 1: a comment, which JSON does not have");
	says("{\"a\":1 /* */}", "syntax error at column 8: a comment, which JSON does not have");
	says("\x1e{}", "syntax error at column 1: a record separator, as in JSON text sequences");
	says("data: {}", "syntax error at column 1: a prefix \"data:\", as in a stream of server-sent events");
	says("\xe2\x80\x9c", "syntax error at column 1: a typographic quote: strings of JSON have plain double quotes");
	says("x", "syntax error at column 1: no value of JSON begins so");
	says("{\"a\":\"\xff\"}", "invalid UTF-8 at column 7");
	says("{\"a\":\"\\u0000\"}", "escape for a NUL character at column 7");
	says("{\"a\":\"\\ud800\"}", "escape for half of a surrogate pair at column 7");
	says("{\"a\":1e1000}", "number with too many digits at column 6");
	says_bytes("{\0\"\0", 4, "syntax error at column 2: a NUL byte, as in UTF-16");
	says_bytes("\"\0\"", 3, "syntax error at column 2: a NUL byte in a string");
	says_bytes("\xff\xfe{\0", 4, "syntax error at column 1: this is UTF-16: lines of JSON are UTF-8");
	says_bytes("PK\3\4x", 5, "syntax error at column 1: this is a zip archive, not lines of JSON: unpack it");
	says_bytes("\x1f\x8b\x08", 3, "syntax error at column 1: gzip within the text");
}

/* Is this said of a whole content, or nothing? */
static void
content_is(const char *name, const char *s, Size len, const char *expected)
{
	char	   *exact = malloc(len > 0 ? len : 1);
	const char *what;

	memcpy(exact, s, len);
	what = trk_json_no_lines(exact, len);
	ok(expected == NULL ? what == NULL : what != NULL && strstr(what, expected) != NULL,
	   "%s: %s", name, what == NULL ? "may have lines" : what);
	free(exact);
}

/* Is this said of a tree, or nothing? */
static void
event_is(const char *text, const char *expected)
{
	TrkValue	value;
	const char *what;

	what = read_text(text, &value) == TRK_JSON_OK ? trk_json_no_event(&value) : "no JSON";
	ok(expected == NULL ? what == NULL : what != NULL && strstr(what, expected) != NULL,
	   "%s: %s", text, what == NULL ? "may be an event" : what);
}

/* Contents without lines, and trees that are not meant to be one event. */
static void
test_kinds(void)
{
	content_is("nothing", "", 0, NULL);
	content_is("text", "{}", 2, NULL);
	content_is("text with NULs", "{}\0\0", 4, NULL);
	content_is("one NUL", "{\0\"a", 4, NULL);
	content_is("gzip is for the line reader", "\x1f\x8b\x08\x00", 4, NULL);
	content_is("byte-order mark", "\xef\xbb\xbf{}", 5, NULL);
	content_is("zip", "PK\3\4", 4, "zip archive");
	content_is("half a magic", "PK\3", 3, NULL);
	content_is("xz", "\xfd" "7zXZ\0", 6, "xz");
	content_is("bzip2", "BZh91AY", 7, "bzip2");
	content_is("zstd", "\x28\xb5\x2f\xfd", 4, "zstd");
	content_is("lz4", "\x04\x22\x4d\x18", 4, "lz4");
	content_is("zlib", "\x78\x9c", 2, "zlib");
	content_is("UTF-16LE", "\xff\xfe{\0", 4, "UTF-16");
	content_is("UTF-16BE", "\xfe\xff\0{", 4, "UTF-16");
	content_is("UTF-16LE without a mark", "{\0\"\0", 4, "UTF-16");
	content_is("UTF-16BE without a mark", "\0{\0\"", 4, "UTF-16");
	content_is("UTF-32", "\xff\xfe\0\0", 4, "UTF-32");
	event_is("[{}]", "array");
	event_is("null", "an event is a JSON object");
	event_is("{}", NULL);
	event_is("{\"resourceSpans\":[]}", "OTLP");
	event_is("{\"resourceSpans\":1}", NULL);
	event_is("{\"events\":[{}]}", "batch");
	event_is("{\"batch\":[{}],\"metadata\":{}}", "batch");
	event_is("{\"events\":[{}],\"event_id\":1}", NULL);
}

/* Run the tests. */
int
main(void)
{
	trk_arena_init(&arena, NULL, 1024);
	test_syntax();
	test_controls();
	test_prefixes();
	test_utf8();
	test_code_points();
	test_unicode_escapes();
	test_escapes();
	test_flags();
	test_depth();
	test_duplicates();
	test_large_objects();
	test_large_arrays();
	test_order();
	test_numbers();
	test_digits();
	test_values();
	test_causes();
	test_kinds();
	trk_arena_free(&arena);
	return done_testing();
}

/*
 * test_line.c
 *	  The line reader over plain text and over gzip, and lists of findings.
 */
#include "base/trk.h"

#include <zlib.h>

#include "ingest/line.h"
#include "base/sha256.h"
#include "tap.h"

#define NO_LIMIT	(INT64CONST(1) << 40)

/* Bytes that grow. */
typedef struct Bytes
{
	char	   *data;
	Size		len;
	Size		size;
} Bytes;

/* Add bytes. */
static void
add(Bytes *bytes, const void *data, Size len)
{
	if (bytes->size < bytes->len + len + 1)
	{
		bytes->size = 2 * (bytes->len + len + 1);
		bytes->data = realloc(bytes->data, bytes->size);
	}
	if (len > 0)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

/* Add a string. */
static void
add_text(Bytes *bytes, const char *s)
{
	add(bytes, s, strlen(s));
}

/* Add one gzip member that holds the data, by a deflate of little memory. */
static void
add_member(Bytes *bytes, const char *data, Size len)
{
	z_stream	z = {0};
	Size		bound;
	Bytef	   *out;

	deflateInit2(&z, 6, Z_DEFLATED, 16 + 9, 1, Z_DEFAULT_STRATEGY);
	bound = deflateBound(&z, len) + 64;
	out = malloc(bound);
	z.next_in = (Bytef *) data;
	z.avail_in = len;
	z.next_out = out;
	z.avail_out = bound;
	deflate(&z, Z_FINISH);
	add(bytes, out, bound - z.avail_out);
	deflateEnd(&z);
	free(out);
}

/* Forget bytes. */
static void
clear(Bytes *bytes)
{
	free(bytes->data);
	bytes->data = NULL;
	bytes->len = 0;
	bytes->size = 0;
}

/*
 * All lines of an input in one text: number, whole length, what is kept, and
 * the first bytes of the digest when cut; then how it ended.
 */
static void
read_all(const char *data, Size len, Size max_line, int64 max_out, Bytes *result)
{
	char	   *exact = malloc(len > 0 ? len : 1);
	TrkLineReader *reader;
	TrkLine		line;
	TrkLineStatus status;
	char		text[128];

	if (len > 0)
		memcpy(exact, data, len);
	clear(result);
	add(result, "", 0);
	reader = trk_line_reader_make(NULL, exact, len, max_line, max_out);
	while ((status = trk_line_next(reader, &line)) == TRK_LINE_OK)
	{
		add(result, text, snprintf(text, sizeof(text), "%d:%zu:", (int) line.number, line.len));
		add(result, line.data, line.kept);
		if (line.kept < line.len)
			add(result, text, snprintf(text, sizeof(text), "~%02x%02x", line.sha256[0], line.sha256[31]));
		add_text(result, "|");
	}
	if (status == TRK_LINE_BAD_STREAM)
		add(result, text, snprintf(text, sizeof(text), "bad at %d",
								   (int) trk_line_stream_number(reader)));
	else
		add_text(result, "end");
	if (trk_line_next(reader, &line) != TRK_LINE_END)
		add_text(result, " and more");
	trk_line_reader_free(reader);
	free(exact);
	result->data[result->len] = '\0';
}

/* The same lines, plain and compressed? */
static void
lines_are(const char *name, const char *text, Size len, Size max_line, const char *expected)
{
	Bytes		result = {0};
	Bytes		gzip = {0};
	Size		i;

	read_all(text, len, max_line, NO_LIMIT, &result);
	ok(strcmp(result.data, expected) == 0, "%s: plain (%s)", name, result.data);
	add_member(&gzip, text, len);
	read_all(gzip.data, gzip.len, max_line, NO_LIMIT, &result);
	ok(strcmp(result.data, expected) == 0, "%s: gzip (%s)", name, result.data);
	clear(&gzip);
	for (i = 0; i < len; i++)
		add_member(&gzip, text + i, 1);
	add_member(&gzip, "", 0);
	read_all(gzip.data, gzip.len, max_line, NO_LIMIT, &result);
	ok(strcmp(result.data, expected) == 0, "%s: a member for each byte (%s)", name, result.data);
	clear(&gzip);
	clear(&result);
}

/* Line ends, blank lines, numbers. */
static void
test_lines(void)
{
	lines_are("nothing", "", 0, 100, "end");
	lines_are("one line", "abc\n", 4, 100, "1:3:abc|end");
	lines_are("no line end", "abc", 3, 100, "1:3:abc|end");
	lines_are("two lines", "abc\nde", 6, 100, "1:3:abc|2:2:de|end");
	lines_are("CRLF", "abc\r\nde\r\n", 9, 100, "1:3:abc|2:2:de|end");
	lines_are("CR is content", "a\rb\nc\r\r\nd\r", 10, 100, "1:3:a\rb|2:2:c\r|3:2:d\r|end");
	lines_are("blank lines", "\n\r\n \t\v\f\r\na\n\n b \n", 15, 100, "4:1:a|6:3: b |end");
	lines_are("blank at the end", "a\n  ", 4, 100, "1:1:a|end");
	lines_are("only blank", " \n \n ", 5, 100, "end");
	lines_are("only CR", "\r", 1, 100, "end");
	lines_are("byte-order mark", "\xef\xbb\xbf{}\n", 6, 100, "1:5:\xef\xbb\xbf{}|end");
	lines_are("white space of Unicode", "\xc2\xa0\n\xe2\x80\xa8 \xe3\x80\x80\r\n\x1c\x1f\n\xc2\x85\na\n", 20, 100, "5:1:a|end");
	lines_are("... over the limit", "\xe2\x80\xa8\xe3\x80\x80\xc2\xa0\na\n", 11, 4, "2:1:a|end");
	lines_are("half a space is content", "\xe2\x80\n\xa8\n\xc2", 6, 100, "1:2:\xe2\x80|2:1:\xa8|3:1:\xc2|end");
	lines_are("a zero width space is content", "\xe2\x80\x8b\n", 4, 100, "1:3:\xe2\x80\x8b|end");
	lines_are("at the limit", "abcd\r\nefgh\n", 11, 4, "1:4:abcd|2:4:efgh|end");
	lines_are("over the limit", "abcde\nf\n", 8, 4, "1:5:abcd~362c|2:1:f|end");
	lines_are("over the limit by CR", "abcd\r\r\nf\n", 9, 4, "1:5:abcd~aed9|2:1:f|end");
	lines_are("over the limit at the end", "f\nabcde", 7, 4, "1:1:f|2:5:abcd~362c|end");
	lines_are("blank over the limit", "        \na\n", 11, 4, "2:1:a|end");
}

/* What counts as gzip, and what may follow it. */
static void
test_gzip_frame(void)
{
	Bytes		gzip = {0};
	Bytes		inner = {0};
	Bytes		result = {0};

	read_all("\x1f", 1, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "end") == 0, "one magic byte is text, and white space");
	read_all("\x1f\x8b", 2, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "bad at 1") == 0, "magic bytes alone are cut off");
	read_all("\x1f\x8b\x07\0\0\0\0\0\0\0xyz", 13, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "bad at 1") == 0, "a method that is not deflate");
	add_member(&gzip, "", 0);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "end") == 0, "an empty member");
	add_member(&gzip, "a\nb", 3);
	add_member(&gzip, "", 0);
	add_member(&gzip, "c\nd\n", 4);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|2:2:bc|3:1:d|end") == 0, "lines go on over members");
	add(&gzip, "\0\0\0\0\0", 5);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|2:2:bc|3:1:d|end") == 0, "zeros at the end");
	add(&gzip, "\n\r\n\0", 4);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|2:2:bc|3:1:d|end") == 0, "line ends at the end");
	add(&gzip, "x", 1);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|2:2:bc|3:1:d|bad at 4") == 0, "other bytes after zeros and line ends");
	clear(&gzip);
	add_member(&gzip, "a\nb", 3);
	add(&gzip, "\x1f", 1);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|bad at 2") == 0, "half a magic after a member");
	clear(&gzip);
	add_member(&gzip, "a\nb\n", 4);
	add_text(&gzip, "{\"plain\":1}\n");
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:1:a|2:1:b|bad at 3") == 0, "text after a member");
	clear(&gzip);
	add_member(&inner, "a\nb\n", 4);
	add_member(&gzip, inner.data, inner.len);
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(result.len > 5 && memcmp(result.data, "1:", 2) == 0 &&
	   memcmp(result.data + result.len - 3, "end", 3) == 0, "gzip in gzip is text");
	clear(&gzip);
	clear(&inner);
	clear(&result);
}

/* Streams cut off at every byte, and with every byte changed. */
static void
test_gzip_damage(void)
{
	Bytes		gzip = {0};
	Bytes		result = {0};
	bool		good = true;
	Size		first,
				i;

	add_member(&gzip, "first\nsecond\nthi", 16);
	first = gzip.len;
	add_member(&gzip, "rd\nfourth\n", 10);
	for (i = 2; i < gzip.len; i++)
	{
		read_all(gzip.data, i, 100, NO_LIMIT, &result);
		if (i == first)
			good = good && strcmp(result.data, "1:5:first|2:6:second|3:3:thi|end") == 0;
		else
			good = good && strstr(result.data, "bad at ") != NULL && strstr(result.data, "thi|") == NULL;
	}
	ok(good, "cut off at every byte");
	good = true;
	for (i = 0; i < gzip.len; i++)
	{
		gzip.data[i] ^= 0x20;
		read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
		gzip.data[i] ^= 0x20;

		/* nothing checks a header's time, nor the padding before a checksum */
		if (i >= 2)
			good = good && (strstr(result.data, "bad at ") != NULL ||
							strcmp(result.data, "1:5:first|2:6:second|3:5:third|4:6:fourth|end") == 0);
	}
	ok(good, "every byte of the data and the checks changed");
	gzip.data[gzip.len - 8] ^= 1;
	read_all(gzip.data, gzip.len, 100, NO_LIMIT, &result);
	ok(strcmp(result.data, "1:5:first|2:6:second|3:5:third|4:6:fourth|bad at 5") == 0,
	   "whole lines before a wrong checksum");
	clear(&gzip);
	clear(&result);
}

/* Is so much of a stream whole members, and is this wrong with the rest? */
static bool
verified_is(const Bytes *gzip, Size len, int64 max_out, Size expected, const char *reason)
{
	const char *why = "unset";
	Size		verified = trk_line_verified(NULL, gzip->data, len, max_out, &why);

	return verified == expected && (reason == NULL ? why == NULL : why != NULL && strstr(why, reason) != NULL);
}

/* Which part of a stream can be trusted: members whose sums are right. */
static void
test_gzip_verified(void)
{
	Bytes		gzip = {0};
	bool		good = true;
	Size		first,
				second,
				i;

	add_member(&gzip, "first\nsecond\nthi", 16);
	first = gzip.len;
	add_member(&gzip, "rd\nfourth\n", 10);
	second = gzip.len;
	ok(verified_is(&gzip, second, NO_LIMIT, second, NULL), "two members are whole");
	for (i = 2; i < second; i++)
		good = good && (i == first ? verified_is(&gzip, i, NO_LIMIT, first, NULL)
						: verified_is(&gzip, i, NO_LIMIT, i < first ? 0 : first,
									  i == first + 1 ? "followed by other bytes" : "cut off"));
	ok(good, "cut off at every byte, whole members count");
	good = true;
	for (i = first - 8; i < first; i++)
	{
		gzip.data[i] ^= 1;
		good = good && verified_is(&gzip, second, NO_LIMIT, 0, "corrupt");
		gzip.data[i] ^= 1;
	}
	for (i = second - 8; i < second; i++)
	{
		gzip.data[i] ^= 1;
		good = good && verified_is(&gzip, second, NO_LIMIT, first, "corrupt");
		gzip.data[i] ^= 1;
	}
	ok(good, "a wrong sum costs its member");
	ok(verified_is(&gzip, second, 26, second, NULL), "exactly the bound");
	ok(verified_is(&gzip, second, 25, first, "limit"), "one byte over the bound");
	ok(verified_is(&gzip, second, 15, 0, "limit"), "the first member is over the bound");
	add(&gzip, "\0\n", 2);
	ok(verified_is(&gzip, gzip.len, NO_LIMIT, second, NULL), "padding is nothing wrong");
	add(&gzip, "x", 1);
	ok(verified_is(&gzip, gzip.len, NO_LIMIT, second, "followed by other bytes"), "other bytes are");
	clear(&gzip);
}

/* A last line without an end may be the first half of one that was cut. */
static void
test_drop_rest(void)
{
	static const Size max_lines[] = {100, 2};
	Bytes		gzip = {0};
	Size		i;

	add_member(&gzip, "first\nsecond\nthi", 16);
	for (i = 0; i < lengthof(max_lines); i++)
	{
		TrkLineReader *reader = trk_line_reader_make(NULL, gzip.data, gzip.len, max_lines[i], NO_LIMIT);
		TrkLine		line;
		bool		good;

		trk_line_drop_rest(reader);
		good = trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 5 &&
			trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 6 &&
			trk_line_next(reader, &line) == TRK_LINE_END &&
			trk_line_next(reader, &line) == TRK_LINE_END;
		ok(good && trk_line_stream_number(reader) == 3, "a line without an end is left out, %zu bytes kept",
		   max_lines[i]);
		trk_line_reader_free(reader);
	}
	clear(&gzip);
}

/* The bound on what comes out. */
static void
test_gzip_bound(void)
{
	Bytes		gzip = {0};
	Bytes		result = {0};
	TrkLineReader *reader;
	TrkLine		line;
	char	   *zeros;
	Size		n = 8 * 1024 * 1024;

	add_member(&gzip, "first\nsecond\n", 13);
	read_all(gzip.data, gzip.len, 100, 13, &result);
	ok(strcmp(result.data, "1:5:first|2:6:second|end") == 0, "exactly the bound");
	read_all(gzip.data, gzip.len, 100, 12, &result);
	ok(strcmp(result.data, "1:5:first|bad at 2") == 0, "one byte over");
	read_all(gzip.data, gzip.len, 100, 0, &result);
	ok(strcmp(result.data, "bad at 1") == 0, "a bound of nothing");
	add_member(&gzip, "x", 1);
	read_all(gzip.data, gzip.len, 100, 13, &result);
	ok(strcmp(result.data, "1:5:first|2:6:second|bad at 3") == 0, "the bound holds for all members");
	clear(&gzip);
	zeros = memset(malloc(n), 'x', n);
	add_member(&gzip, zeros, n);
	free(zeros);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 1000, 1000000);
	ok(trk_line_next(reader, &line) == TRK_LINE_BAD_STREAM &&
	   strstr(trk_line_stream_reason(reader), "limit") != NULL &&
	   trk_line_bytes(reader) <= 1000000, "a bomb stops at the bound");
	trk_line_reader_free(reader);
	clear(&gzip);
	clear(&result);
}

/* One line of n bytes between two others, with a line end of some kind. */
static void
test_long_line(Size n, Size max_line, const char *line_end, bool compressed)
{
	Bytes		text = {0};
	Bytes		gzip = {0};
	TrkLineReader *reader;
	TrkLine		line;
	uint8		expected[32];
	char	   *lines = malloc(n);
	bool		good;
	Size		i;

	for (i = 0; i < n; i++)
		lines[i] = (char) ('a' + i * 31 % 26);
	trk_sha256(lines, n, expected);
	add_text(&text, "before\n");
	add(&text, lines, n);
	add_text(&text, line_end);
	add_text(&text, "after");
	if (compressed)
		add_member(&gzip, text.data, text.len);
	else
		add(&gzip, text.data, text.len);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, max_line, NO_LIMIT);
	good = trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 6;
	good = good && trk_line_next(reader, &line) == TRK_LINE_OK && line.len == n &&
		line.number == 2 && line.kept == Min(n, max_line) &&
		memcmp(line.data, lines, line.kept) == 0 &&
		(n <= max_line || memcmp(line.sha256, expected, 32) == 0);
	good = good && trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 5 &&
		line.number == 3 && memcmp(line.data, "after", 5) == 0;
	good = good && trk_line_next(reader, &line) == TRK_LINE_END &&
		trk_line_bytes(reader) == text.len;
	ok(good, "a line of %zu bytes, %zu kept, %s, %s", n, max_line,
	   strlen(line_end) == 1 ? "LF" : "CRLF", compressed ? "gzip" : "plain");
	trk_line_reader_free(reader);
	free(lines);
	clear(&text);
	clear(&gzip);
}

/* Lengths around every bound of the window. */
static void
test_long_lines(void)
{
	static const Size limits[] = {1, 1000, 65536, 200000};
	static const Size lengths[] = {1, 999, 1000, 1001, 65526, 65527, 65528, 65529, 65530, 65535,
		65536, 65537, 66535, 66536, 66537, 131064, 131065, 131071, 131072, 131073, 199999, 200000,
	200001, 265535, 265536, 265537, 1000000};
	Size		i,
				j;

	for (i = 0; i < lengthof(limits); i++)
		for (j = 0; j < lengthof(lengths); j++)
		{
			test_long_line(lengths[j], limits[i], "\n", true);
			test_long_line(lengths[j], limits[i], "\r\n", true);
			test_long_line(lengths[j], limits[i], "\r\n", false);
		}
}

/* A long line with CRs in it, cut by the window at every one of them. */
static void
test_carriage_returns(void)
{
	Bytes		text = {0};
	Bytes		gzip = {0};
	TrkLineReader *reader;
	TrkLine		line;
	uint8		expected[32];
	Size		n = 300000;

	text.size = n + 3;
	text.data = memset(malloc(text.size), '\r', n);
	text.len = n;
	text.data[0] = 'x';
	trk_sha256(text.data, n, expected);
	add_member(&gzip, text.data, text.len);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 10, NO_LIMIT);
	ok(trk_line_next(reader, &line) == TRK_LINE_OK && line.len == n &&
	   memcmp(line.sha256, expected, 32) == 0, "CRs up to the end are content");
	trk_line_reader_free(reader);
	clear(&gzip);
	add(&text, "\r\n", 2);
	add_member(&gzip, text.data, text.len);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 10, NO_LIMIT);
	ok(trk_line_next(reader, &line) == TRK_LINE_OK && line.len == n &&
	   memcmp(line.sha256, expected, 32) == 0 &&
	   trk_line_next(reader, &line) == TRK_LINE_END, "but for one before LF");
	trk_line_reader_free(reader);
	clear(&gzip);
	memset(text.data, ' ', n);
	add(&text, "x", 1);
	add_member(&gzip, text.data, text.len);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 10, NO_LIMIT);
	ok(trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 1 && line.number == 2,
	   "a long blank line is blank");
	trk_line_reader_free(reader);
	clear(&gzip);
	text.data[n + 2] = '\n';
	for (Size i = 0; i < n; i++)
		text.data[i] = "\xe2\x80\xa8"[i % 3];
	memcpy(text.data + n, "\nx\n", 3);
	add_member(&gzip, text.data, n + 3);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 10, NO_LIMIT);
	ok(trk_line_next(reader, &line) == TRK_LINE_OK && line.len == 1 && line.number == 2,
	   "... of characters that are cut by the window");
	trk_line_reader_free(reader);
	clear(&gzip);
	add_member(&gzip, text.data, n - 1);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 10, NO_LIMIT);
	ok(trk_line_next(reader, &line) == TRK_LINE_OK && line.len == n - 1,
	   "... but not when the last one is cut by the end");
	trk_line_reader_free(reader);
	clear(&gzip);
	clear(&text);
}

/* Many lines of all lengths through the window. */
static void
test_many_lines(void)
{
	Bytes		text = {0};
	Bytes		gzip = {0};
	TrkLineReader *reader;
	TrkLine		line;
	Size		taken = 0;
	int			number;
	bool		good = true;

	for (number = 1; number <= 3000; number++)
	{
		char		padding[3000];
		int			n = number * 7919 % 2999;

		memset(padding, 'a' + number % 26, sizeof(padding));
		add(&text, padding, n + 1);
		add_text(&text, number % 3 == 0 ? "\r\n" : "\n");
	}
	add_member(&gzip, text.data, text.len);
	reader = trk_line_reader_make(NULL, gzip.data, gzip.len, 1000000, NO_LIMIT);
	for (number = 1; number <= 3000; number++)
	{
		good = good && trk_line_next(reader, &line) == TRK_LINE_OK &&
			line.number == number && line.len == number * 7919 % 2999 + 1 &&
			memcmp(line.data, text.data + taken, line.len) == 0;
		taken += line.len + (number % 3 == 0 ? 2 : 1);
		good = good && trk_line_bytes(reader) == taken;
	}
	ok(good && trk_line_next(reader, &line) == TRK_LINE_END, "many lines");
	trk_line_reader_free(reader);
	clear(&gzip);
	clear(&text);
}

/* Findings: order, each once, canonical JSON. */
static void
test_findings(void)
{
	TrkArena	arena;
	TrkFindings findings;
	TrkBuf		buf;
	static const char expected[] =
	"[{\"message\":\"must be an object\",\"path\":\"sdk\",\"rule\":\"type\"},"
	"{\"message\":\"at most \\\"7\\\"\",\"path\":\"payload.x\",\"rule\":\"maximum\"},"
	"{\"message\":\"again\",\"path\":\"sdk\",\"rule\":\"required\"}]";

	trk_arena_init(&arena, NULL, 1024);
	trk_findings_init(&findings, &arena);
	trk_buf_init(&buf, &arena, 1);
	trk_findings_write(&buf, &findings);
	ok(buf.len == 2 && memcmp(buf.data, "[]", 2) == 0, "no findings");
	trk_finding_add(&findings, "sdk", TRK_RULE_TYPE, "must be an object");
	trk_finding_add(&findings, "payload.x", TRK_RULE_MAXIMUM, "at most \"%d\"", 7);
	trk_finding_add(&findings, "sdk", TRK_RULE_TYPE, "must be an object, really");
	trk_finding_add(&findings, "sdk", TRK_RULE_REQUIRED, "again");
	buf.len = 0;
	trk_findings_write(&buf, &findings);
	ok(findings.count == 3 && buf.len == strlen(expected) &&
	   memcmp(buf.data, expected, buf.len) == 0, "three findings");
	trk_finding_add(&findings, "", TRK_RULE_SIZE, "%0600d", 1);
	ok(findings.count == 4 && strlen(findings.last->message) == 600, "a long message is whole");
	ok(strcmp(trk_rule_name(TRK_RULE_CONFLICT), "conflict") == 0, "name of a rule");
	trk_arena_free(&arena);
}

/* Run the tests. */
int
main(void)
{
	test_lines();
	test_gzip_frame();
	test_gzip_damage();
	test_gzip_verified();
	test_drop_rest();
	test_gzip_bound();
	test_long_lines();
	test_carriage_returns();
	test_many_lines();
	test_findings();
	return done_testing();
}

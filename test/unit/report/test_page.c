/*
 * test_page.c
 *	  Numbers and durations as people read them, and pages as HTML and Markdown.
 */
#include "tap.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"
#include "report/page.h"

static TrkArena arena;

/* Return whether a text is this one. */
static bool
is_text(TrkText text, const char *s)
{
	return trk_text_equal(text, trk_text_literal(s));
}

/* Test numbers. */
static void
test_numbers(void)
{
	static const struct
	{
		const char *number;
		bool		plus;
		const char *written;
	}			cases[] = {
		{"0", false, "0"}, {"0.00", true, "0.00"}, {"1234567.891", false, "1,234,567.891"},
		{"-1234", true, "-1,234"}, {"999", true, "+999"}, {"1000", false, "1,000"}, {"0.05", true, "+0.05"},
		{"", true, ""}, {"NaN", true, "NaN"}, {"-Infinity", false, "-Infinity"},
		{"123456789012345678901234567890", false, "123,456,789,012,345,678,901,234,567,890"},
	};

	for (int i = 0; i < (int) lengthof(cases); i++)
		ok(is_text(trk_format_decimal(&arena, trk_text_literal(cases[i].number), cases[i].plus), cases[i].written),
		   "the number %s", cases[i].number);
	ok(is_text(trk_format_count(&arena, PG_INT64_MIN), "-9,223,372,036,854,775,808"), "the smallest count");
}

/* Test durations. */
static void
test_durations(void)
{
	static const struct
	{
		double		ms;
		const char *written;
	}			cases[] = {
		{-1, ""}, {0, "0 ms"}, {0.25, "0.25 ms"}, {1, "1 ms"}, {999.4, "999 ms"}, {999.6, "1.0 s"}, {1500, "1.5 s"},
		{59949, "59.9 s"}, {59960, "1 min"}, {60000, "1 min"}, {125000, "2 min 5 s"}, {3599999, "1 h"}, {3599000, "59 min 59 s"},
		{15780000, "4 h 23 min"}, {86400000, "1 d"}, {90000000, "1 d 1 h"},
	};

	for (int i = 0; i < (int) lengthof(cases); i++)
	{
		TrkText		text = trk_format_ms(&arena, cases[i].ms);

		ok(is_text(text, cases[i].written), "%g ms are %.*s", cases[i].ms, (int) text.len, text.s);
	}
	ok(trk_format_ms(&arena, INFINITY).len == 0 && trk_format_ms(&arena, NAN).len == 0, "no duration");
	ok(trk_prefix_of(trk_text_literal("a\xC3\xA4\xE2\x82\xAC"), 2) == 3, "a prefix ends between characters");
}

/* Make a page of one line, one cell and one bar with this text, and write it. */
static TrkText
write_page(const char *text, void (*writer) (const TrkPage *page, TrkBuf *out))
{
	static const TrkPageColumn columns[] = {{"name", false}};
	TrkText		t = trk_text_literal(text);
	TrkPageBar	bar = {t, t, t, 1, 0, 10, false, false, NULL};
	TrkPage		page;
	TrkBuf		out;

	trk_page_init(&page, &arena, t);
	trk_page_block(&page, TRK_BLOCK_LINES);
	trk_page_cell(&page, TRK_TONE_PLAIN, t);
	trk_page_text(&page, TRK_TONE_CODE, t);
	trk_page_table(&page, columns, 1);
	trk_page_panel(&page);
	trk_page_cell(&page, TRK_TONE_LOSS, t);
	trk_page_block(&page, TRK_BLOCK_WATERFALL);
	trk_page_bar(&page, &bar);
	trk_buf_init(&out, &arena, 1024);
	writer(&page, &out);
	return (TrkText) {out.data, out.len};
}

/* Return whether all bytes are ASCII. */
static bool
is_ascii(TrkText text)
{
	for (Size i = 0; i < text.len; i++)
		if ((unsigned char) text.s[i] >= 0x80)
			return false;
	return true;
}

/* Count how often a part occurs. */
static int
count_of(TrkText text, const char *part)
{
	Size		len = strlen(part);
	int			n = 0;

	for (Size i = 0; i + len <= text.len; i++)
		n += memcmp(text.s + i, part, len) == 0;
	return n;
}

/* Test that a text cannot become markup. */
static void
test_escapes(void)
{
	TrkText		html = write_page("</title><script>x</script>\"'><img src=x onerror=y>", trk_page_html);

	ok(count_of(html, "<script") == 0 && count_of(html, "<img") == 0 && count_of(html, "</title>") == 1,
	   "markup in a name is text in HTML");
	ok(count_of(html, "\"'") == 0, "nor can it end an attribute");
	html = write_page("\xE2\x80\xAE" "evil \xE2\x82\xAC \x01", trk_page_html);
	ok(is_ascii(html), "HTML is ASCII");
	ok(count_of(html, "&#8238;") == 0 && count_of(html, "&#8364;") == 8, "nothing turns the text around");
	ok(count_of(write_page("-12.5", trk_page_html), "&#8722;12.5") == 8, "a number has a real minus sign");
	html = write_page("a | b\n# c `d` <b>", trk_page_markdown);
	ok(count_of(html, "\n# c") == 0 && count_of(html, " | b") == 0 && count_of(html, " \\| b") == 5,
	   "markup in a name is text in Markdown");
	html = write_page("", trk_page_html);
	ok(count_of(html, "</html>") == 1, "an empty text");
}

int
main(void)
{
	trk_arena_init(&arena, NULL, 65536);
	test_numbers();
	test_durations();
	test_escapes();
	trk_arena_free(&arena);
	return done_testing();
}

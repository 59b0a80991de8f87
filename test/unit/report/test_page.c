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

/* Return the page of a chart of these values, with its marks and labels below. */
static TrkText
write_chart(TrkPageChart chart, const double *values, int n, void (*writer) (const TrkPage *page, TrkBuf *out))
{
	TrkPage		page;
	TrkBuf		out;

	chart.points = trk_alloc_array(&arena, TrkChartPoint, n);
	chart.npoints = n;
	for (int i = 0; i < n; i++)
		chart.points[i] = (TrkChartPoint) {i * 60.0, values[i], trk_text_literal("<title>")};
	trk_page_init(&page, &arena, trk_text_literal("charts"));
	trk_page_chart(&page, &chart);
	memset(chart.points, 0, n * sizeof(TrkChartPoint));
	trk_buf_init(&out, &arena, 1024);
	writer(&page, &out);
	return (TrkText) {out.data, out.len};
}

/* Return a chart without points. */
static TrkPageChart
empty_chart(TrkChartForm form)
{
	return (TrkPageChart)
	{
		.form = form, .title = trk_text_literal("a <b>"), .x_name = trk_text_literal("UTC"),
			.y_name = trk_text_literal("equity, USD"), .base = NAN
	};
}

/* Return whether a page has these values on the left of its chart, and no others. */
static bool
has_values(TrkText html, const char *const *values, int n)
{
	int			found = 0;

	for (int i = 0; i < n; i++)
	{
		char		label[64];

		snprintf(label, sizeof(label), "%%\">%s</em>", values[i]);
		found += count_of(html, label) == 1;
	}
	return found == n && count_of(html, "<em style=\"bottom:") == n;
}

/* Test the values on the left of charts. */
static void
test_chart_values(void)
{
	static const struct
	{
		TrkChartForm form;
		double		values[3];
		const char *left[6];
		int			n;
	}			cases[] = {
		{TRK_CHART_LINE, {100000, 99583.09, 99700}, {"99,500", "99,600", "99,700", "99,800", "99,900", "100,000"}, 6},
		{TRK_CHART_LINE, {5, 5, 5}, {"4.94", "4.96", "4.98", "5.00", "5.02", "5.04"}, 0},
		{TRK_CHART_AREA, {0, -1.28, -0.4}, {"&#8722;1.5", "&#8722;1.0", "&#8722;0.5", "0.0"}, 4},
		{TRK_CHART_COLUMNS, {182.4, -416.91, 0}, {"&#8722;600", "&#8722;400", "&#8722;200", "0", "200"}, 5},
		{TRK_CHART_LINE, {1e300, -1e300, 0}, {"0"}, 0},
		{TRK_CHART_LINE, {NAN, NAN, NAN}, {"&#8722;1.0", "&#8722;0.5", "0.0", "0.5", "1.0"}, 5},
		{TRK_CHART_LINE, {0.00001, 0.00002, 0.00003}, {"0.000010", "0.000015", "0.000020", "0.000025", "0.000030"}, 5},
	};

	for (int i = 0; i < (int) lengthof(cases); i++)
	{
		TrkText		html = write_chart(empty_chart(cases[i].form), cases[i].values, 3, trk_page_html);
		int			n = count_of(html, "<em style=\"bottom:");

		ok(n >= 2 && n <= 7, "a chart has 2 to 7 values on the left, not %d", n);
		ok(cases[i].n == 0 || has_values(html, cases[i].left, cases[i].n), "values on the left of chart %d", i);
		ok(count_of(html, "nan") == 0 && count_of(html, "inf") == 0, "no number of a chart is missing");
	}
}

/* Test what charts show of their points. */
static void
test_chart_points(void)
{
	double		values[5000];
	TrkText		html;

	for (int i = 0; i < 5000; i++)
		values[i] = i == 2345 ? 777 : i % 7;
	html = write_chart(empty_chart(TRK_CHART_LINE), values, 5000, trk_page_html);
	ok(html.len < 120000, "a line of 5,000 points is %zu bytes", html.len);
	ok(count_of(html, "L469.1 28.8") + count_of(html, "469.1 28.7") > 0, "... and has its highest");
	html = write_chart(empty_chart(TRK_CHART_COLUMNS), values, 5, trk_page_html);
	ok(count_of(html, "<rect") == 5 && count_of(html, "<title>&#60;title&#62;</title>") == 5,
	   "columns have titles, which cannot become markup");
	html = write_chart(empty_chart(TRK_CHART_COLUMNS), values, 401, trk_page_html);
	ok(count_of(html, "<rect") == 401 && count_of(html, "&#60;title&#62;") == 0, "many columns have none");
	values[2] = NAN;
	html = write_chart(empty_chart(TRK_CHART_LINE), values, 5, trk_page_html);
	ok(count_of(html, " d=\"M") == 2 && count_of(html, "ZM") == 1, "a missing value interrupts the line");
	html = write_chart(empty_chart(TRK_CHART_LINE), values, 0, trk_page_html);
	ok(count_of(html, "d=\"\"") == 2, "a chart without points");
}

/* Test marks and labels below. */
static void
test_chart_marks(void)
{
	static const double values[] = {1, 2, 3};
	TrkChartMark marks[] = {
		{0, 1, TRK_MARK_BOUGHT, trk_text_literal("\"><i>"), trk_text_literal("first")},
		{10, 2, TRK_MARK_SOLD, trk_text_literal("t"), trk_text_literal("near")},
		{120, NAN, TRK_MARK_BLOCKED, trk_text_literal("t"), trk_text_literal("far")},
	};
	TrkChartTick ticks[20];
	TrkPageChart chart = empty_chart(TRK_CHART_LINE);
	TrkText		page;

	for (int i = 0; i < 20; i++)
		ticks[i] = (TrkChartTick) {i * 6 - 6, trk_text_literal("14:00")};
	chart.marks = marks;
	chart.nmarks = 3;
	chart.ticks = ticks;
	chart.nticks = 20;
	page = write_chart(chart, values, 3, trk_page_html);
	ok(count_of(page, "\"><i>") == 0, "the title of a mark cannot end it");
	ok(count_of(page, ">first</em>") == 1 && count_of(page, ">near</em>") == 0 && count_of(page, ">far</em>") == 1,
	   "labels of marks do not touch");
	ok(count_of(page, "</i> bought") == 1 && count_of(page, "</i> sold") == 1 && count_of(page, "</i> blocked") == 1,
	   "what marks mean");
	ok(count_of(page, ">14:00</em>") <= TRK_CHART_TICKS && count_of(page, ">14:00</em>") >= 6, "labels below do not touch");
	ok(count_of(page, "left:-") == 0, "none is left of the chart");
	page = write_chart(chart, values, 3, trk_page_markdown);
	ok(count_of(page, "- first: ") == 1 && count_of(page, "- last: ") == 1 && count_of(page, "- t\n") == 2,
	   "a chart as Markdown");
}

/* Test horizontal bars. */
static void
test_amounts(void)
{
	TrkPage		page;
	TrkBuf		out;

	trk_page_init(&page, &arena, trk_text_literal("x"));
	trk_page_block(&page, TRK_BLOCK_AMOUNTS);
	trk_page_amount(&page, &(TrkPageAmount) {trk_text_literal("<a>"), trk_text_literal("12 USD"), 12, TRK_TONE_PLAIN, NULL});
	trk_page_amount(&page, &(TrkPageAmount) {trk_text_literal("b"), trk_text_literal("-6 USD"), -6, TRK_TONE_LOSS, NULL});
	trk_page_amount(&page, &(TrkPageAmount) {trk_text_literal("c"), trk_text_literal("?"), NAN, TRK_TONE_PLAIN, NULL});
	trk_buf_init(&out, &arena, 1024);
	trk_page_html(&page, &out);
	ok(count_of((TrkText) {out.data, out.len}, "left:0;width:55.00%") == 1 &&
	   count_of((TrkText) {out.data, out.len}, "\"loss\" style=\"left:0;width:27.50%") == 1 &&
	   count_of((TrkText) {out.data, out.len}, "left:0;width:0.00%") == 1, "bars are shares of the longest");
	trk_buf_init(&out, &arena, 1024);
	trk_page_markdown(&page, &out);
	ok(count_of((TrkText) {out.data, out.len}, "- \\<a\\>: 12 USD\n- b: -6 USD\n") == 1, "amounts as Markdown");
}

int
main(void)
{
	trk_arena_init(&arena, NULL, 65536);
	test_numbers();
	test_durations();
	test_escapes();
	test_chart_values();
	test_chart_points();
	test_chart_marks();
	test_amounts();
	trk_arena_free(&arena);
	return done_testing();
}

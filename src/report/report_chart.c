/*
 * report_chart.c
 *	  The pictures of a report: equity through the window, drawdown, result by day
 *	  (see report.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"
#include "report/report.h"

/* Sessions that a picture has; labels of its axis; accounts that have pictures. */
#define MAX_SESSIONS	120
#define MAX_LABELS		7
#define MAX_SERIES		4

/* Return texts behind each other. */
static TrkText
joined(TrkPage *page, const char *before, TrkText a, const char *between, TrkText b)
{
	TrkBuf		buf;

	trk_buf_init(&buf, page->arena, strlen(before) + a.len + strlen(between) + b.len + 1);
	trk_buf_append(&buf, before, strlen(before));
	trk_buf_append(&buf, a.s, a.len);
	trk_buf_append(&buf, between, strlen(between));
	trk_buf_append(&buf, b.s, b.len);
	return (TrkText) {buf.data, buf.len};
}

/* Return the value of a series at an x, between its points; NaN outside of them. */
static double
value_at(const TrkPageChart *chart, double x)
{
	for (int i = 0; i < chart->npoints; i++)
	{
		const TrkChartPoint *b = &chart->points[i];
		const TrkChartPoint *a = i > 0 ? b - 1 : b;

		if (b->x >= x)
			return a->x <= x && b->x > a->x ? a->y + (b->y - a->y) * (x - a->x) / (b->x - a->x) : b->y;
	}
	return chart->npoints > 0 ? chart->points[chart->npoints - 1].y : NAN;
}

/* Set a mark of a fill; the one that closed the trade that is followed has a label. */
static void
set_fill(const TrkWindowReport *report, TrkPage *page, const TrkPageChart *chart, int row, TrkChartMark *mark)
{
	TrkText		fill = trk_part_cell(report, TRK_PART_MARKS, row, MARK_FILL);
	bool		sold = trk_text_equal(trk_part_cell(report, TRK_PART_MARKS, row, MARK_SHAPE), trk_text_literal("sold"));

	mark->x = trk_part_number(report, TRK_PART_MARKS, row, MARK_X);
	mark->y = value_at(chart, mark->x);
	mark->shape = sold ? TRK_MARK_SOLD : TRK_MARK_BOUGHT;
	mark->title = trk_part_cell(report, TRK_PART_MARKS, row, MARK_SAID);
	mark->label = (TrkText) {"", 0};
	if (fill.len > 0 && trk_text_equal(fill, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_CLOSE_FILL)))
		mark->label = joined(page, "", trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_SYMBOL), " ",
							 trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_NET), true));
}

/* Set the marks of the picture of the points that begin at a row. */
static void
set_marks(const TrkWindowReport *report, TrkPage *page, TrkPageChart *chart, int row)
{
	int			fills = report->parts[TRK_PART_MARKS].nrows;
	int			blocks = report->parts[TRK_PART_BLOCKS].nrows;
	double		first = chart->points[0].x;
	double		last = chart->points[chart->npoints - 1].x;

	chart->marks = trk_alloc_array(page->arena, TrkChartMark, fills + blocks + 1);
	for (int i = 0; i < fills; i++)
		if (trk_part_is_same(report, TRK_PART_MARKS, i, TRK_PART_POINTS, row))
			set_fill(report, page, chart, i, &chart->marks[chart->nmarks++]);
	/* of several agents they would be too many */
	for (int i = 0; i < blocks && trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len > 0; i++)
	{
		double		x = trk_part_number(report, TRK_PART_BLOCKS, i, BLOCK_X);

		if (x >= first && x <= last)
			chart->marks[chart->nmarks++] = (TrkChartMark)
		{
			x, NAN, TRK_MARK_BLOCKED,
				joined(page, "blocked ", trk_part_cell(report, TRK_PART_BLOCKS, i, BLOCK_SYMBOL), ": ",
					   trk_part_cell(report, TRK_PART_BLOCKS, i, BLOCK_REASONS)),
			{
				"", 0
			}
		};
	}
}

/* Add the picture of the points of one account, from first to before end. */
static void
add_equity(const TrkWindowReport *report, TrkPage *page, int first, int end)
{
	bool		is_agent = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len > 0;
	TrkText		currency = trk_part_cell(report, TRK_PART_POINTS, first, POINT_CURRENCY);
	TrkText		flow = trk_part_cell(report, TRK_PART_POINTS, first, POINT_FLOW);
	TrkPageChart chart = {.form = TRK_CHART_LINE, .ticks = report->ticks, .nticks = report->nticks, .base = NAN};

	chart.title = trk_text_literal(is_agent ? "Equity through the window" : "Result of all agents through the window");
	chart.x_name = joined(page, "", trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), ", ",
						  trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_SESSION));
	chart.y_name = joined(page, is_agent ? "equity, " : "result, ", currency, " ",
						  trk_part_cell(report, TRK_PART_POINTS, first, POINT_PORTFOLIO));
	if (is_agent && flow.len > 0)
		chart.y_name = joined(page, "equity without the ", flow, " that came in, ", currency);
	chart.points = trk_alloc_array(page->arena, TrkChartPoint, end - first);
	for (int i = first; i < end; i++)
		chart.points[chart.npoints++] = (TrkChartPoint)
	{
		trk_part_number(report, TRK_PART_POINTS, i, POINT_X), trk_part_number(report, TRK_PART_POINTS, i, POINT_Y),
			joined(page, "", trk_part_cell(report, TRK_PART_POINTS, i, POINT_AT), ": ",
				   trk_part_cell(report, TRK_PART_POINTS, i, POINT_VALUE))
	};
	chart.base = trk_part_number(report, TRK_PART_POINTS, first, POINT_START);
	set_marks(report, page, &chart, first);
	trk_page_chart(page, &chart);
}

/* Set the labels of sessions: at most so many, at equal distances. */
static void
set_session_ticks(const TrkWindowReport *report, TrkPage *page, TrkPageChart *chart, int first)
{
	int			step = (chart->npoints + MAX_LABELS - 1) / MAX_LABELS;

	chart->ticks = trk_alloc_array(page->arena, TrkChartTick, MAX_LABELS + 1);
	for (int i = 0; i < chart->npoints; i += Max(step, 1))
	{
		TrkText		label = trk_part_cell(report, TRK_PART_DAYS, first + i, DAY_LABEL);

		/* the year is in the name of the axis */
		chart->ticks[chart->nticks++] = (TrkChartTick)
		{
			i,
			{
				label.s, label.len > 5 ? label.len - 5 : label.len
			}
		};
	}
}

/* Add a picture of the sessions of one account. */
static void
add_sessions(const TrkWindowReport *report, TrkPage *page, int first, int end, TrkChartForm form)
{
	bool		is_drawdown = form == TRK_CHART_AREA;
	TrkText		currency = trk_part_cell(report, TRK_PART_DAYS, first, DAY_CURRENCY);
	TrkText		label = trk_part_cell(report, TRK_PART_DAYS, end - 1, DAY_LABEL);
	TrkPageChart chart = {.form = form, .base = NAN};

	chart.title = trk_text_literal(is_drawdown ? "Below the high" : "P&L by session");
	chart.x_name = joined(page, "sessions to ", label, "", (TrkText) {"", 0});
	chart.y_name = is_drawdown ? joined(page, "below the high, % of growth, ", currency, "", (TrkText) {"", 0}) :
		joined(page, "P&L, ", currency, "", (TrkText) {"", 0});
	chart.points = trk_alloc_array(page->arena, TrkChartPoint, end - first);
	for (int i = first; i < end; i++)
	{
		double		drawdown = 100 * trk_part_number(report, TRK_PART_DAYS, i, DAY_DRAWDOWN);
		char		percent[32];

		snprintf(percent, sizeof(percent), "%.2f %%", drawdown);
		chart.points[chart.npoints++] = (TrkChartPoint)
		{
			i - first, is_drawdown ? drawdown : trk_part_number(report, TRK_PART_DAYS, i, DAY_PNL_VALUE),
				joined(page, "", trk_part_cell(report, TRK_PART_DAYS, i, DAY_LABEL), ": ", is_drawdown ?
					   trk_text_literal(percent) :
					   trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_DAYS, i, DAY_PNL), true))
		};
	}
	set_session_ticks(report, page, &chart, first);
	trk_page_chart(page, &chart);
}

/* Say what equity was when it is known once, which is no picture. */
static void
add_single_point(const TrkWindowReport *report, TrkPage *page, int row)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len > 0 ?
					  "Equity is known once: " : "The result is known once: ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_POINTS, row, POINT_VALUE), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_POINTS, row, POINT_CURRENCY), "");
	trk_part_say(page, " at ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_POINTS, row, POINT_AT), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), ".");
}

/* Say what the only session made, which is no picture. */
static void
add_single_session(const TrkWindowReport *report, TrkPage *page, int row)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_MUTED, "The only session is ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_DAYS, row, DAY_LABEL), ": ");
	trk_part_say(page, "", TRK_TONE_PLAIN,
				 trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_DAYS, row, DAY_PNL), true), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_DAYS, row, DAY_CURRENCY), "");
}

/* Add the pictures of the window. */
static void
add_window(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_POINTS];

	trk_part_heading(page, "Through the window", rows->nrows == 0);
	if (rows->denied)
		trk_part_denied(page);
	else if (rows->nrows == 0)
		trk_part_empty(page, "equity was recorded", (TrkText) {"", 0}, (TrkText) {"", 0});
	for (int n = 0; n < MAX_SERIES; n++)
	{
		int			first = trk_part_series(report, TRK_PART_POINTS, n);
		int			end = trk_part_series_end(report, TRK_PART_POINTS, Max(first, 0));

		if (first < 0)
			return;
		if (end - first > 1)
			add_equity(report, page, first, end);
		else
			add_single_point(report, page, first);
	}
}

/* Add the pictures. */
void
trk_part_charts(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_DAYS];

	add_window(report, page);
	trk_part_heading(page, "Session by session", rows->nrows == 0);
	if (rows->denied)
		trk_part_denied(page);
	else if (rows->nrows == 0)
		trk_part_empty(page, "session is known", (TrkText) {"", 0}, (TrkText) {"", 0});
	for (int n = 0; n < MAX_SERIES; n++)
	{
		int			row = trk_part_series(report, TRK_PART_DAYS, n);
		int			end = trk_part_series_end(report, TRK_PART_DAYS, Max(row, 0));
		int			first = Max(row, end - MAX_SESSIONS);

		if (row < 0)
			return;
		if (end - first > 1)
		{
			add_sessions(report, page, first, end, TRK_CHART_COLUMNS);
			add_sessions(report, page, first, end, TRK_CHART_AREA);
		}
		else
			add_single_session(report, page, first);
	}
}

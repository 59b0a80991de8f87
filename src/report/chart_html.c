/*
 * chart_html.c
 *	  Writes a chart as HTML (see chart_html.h).
 *
 * Lines and areas are an SVG that is stretched to the room there is; labels and marks
 * are HTML above it at shares of width and height, so that they are not stretched,
 * and so that no width of a font must be known but that of the values on the left,
 * which is given in widths of a digit.
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/chart_html.h"
#include "report/format.h"
#include "report/html.h"

/* Width and height of the SVG in its own units. */
#define SIDE		1000

/* The most values on the left, points of a line, columns with a title, and labels of marks. */
#define MAX_VALUES	5
#define MAX_POINTS	2000
#define MAX_TITLES	400
#define MAX_LABELS	3

/* The least distance of two labels below, as a share of the width: a phone has room for half as many. */
#define LABEL_WIDTH	0.11

/* What part of the plane a chart shows. */
typedef struct Frame
{
	double		left;
	double		right;
	double		low;
	double		high;
	double		step;			/* between values on the left */
	double		column;			/* width of a column, as a share */
} Frame;

/* Return where an x or y stands, as a share of the width or height. */
static double
share_x(const Frame *frame, double x)
{
	return (x - frame->left) / (frame->right - frame->left);
}

static double
share_y(const Frame *frame, double y)
{
	return (y - frame->low) / (frame->high - frame->low);
}

/* Widen a range by a value; one that is not finite changes nothing. */
static void
widen(double *low, double *high, double value)
{
	if (!isfinite(value))
		return;
	*low = Min(*low, value);
	*high = Max(*high, value);
}

/* Return a step of 1, 2 or 5 times a power of ten that gives at most so many values. */
static double
nice_step(double range)
{
	double		step = pow(10, floor(log10(range / MAX_VALUES)));

	if (range / step > 5 * MAX_VALUES)
		return 10 * step;
	if (range / step > 2 * MAX_VALUES)
		return 5 * step;
	return range / step > MAX_VALUES ? 2 * step : step;
}

/* Choose the range of values: whole steps around all there are. */
static void
set_values(Frame *frame)
{
	double		least;

	if (!(frame->low <= frame->high))
		frame->low = frame->high = 0;
	/* what does not change has a line in the middle; and a double has 15 digits */
	least = Max(fabs(frame->low), fabs(frame->high)) * 1e-9;
	if (frame->high - frame->low <= least)
	{
		double		around = frame->high == 0 ? 1 : fabs(frame->high) * 0.01;

		frame->low -= around;
		frame->high += around;
	}
	frame->step = nice_step(frame->high - frame->low);
	/* what is a whole number of steps but for its last bits needs no other step */
	frame->low = floor(frame->low / frame->step + 1e-9) * frame->step;
	frame->high = ceil(frame->high / frame->step - 1e-9) * frame->step;
}

/* Choose the range of x: all points and marks, and half a column on both sides. */
static void
set_width(Frame *frame, const TrkPageChart *chart)
{
	double		least = INFINITY;
	double		around = 0;

	if (!(frame->left <= frame->right))
		frame->left = frame->right = 0;
	for (int i = 1; i < chart->npoints; i++)
		if (chart->points[i].x > chart->points[i - 1].x)
			least = Min(least, chart->points[i].x - chart->points[i - 1].x);
	if (frame->left == frame->right)
		around = 1;
	else if (chart->form == TRK_CHART_COLUMNS)
		around = Min(least, (frame->right - frame->left) / 4) * 0.6;
	frame->left -= around;
	frame->right += around;
	frame->column = Max(around * 1.2 / (frame->right - frame->left), 0.002);
}

/* Choose what part of the plane to show. */
static void
set_frame(Frame *frame, const TrkPageChart *chart)
{
	frame->left = frame->low = INFINITY;
	frame->right = frame->high = -INFINITY;
	for (int i = 0; i < chart->npoints; i++)
	{
		widen(&frame->left, &frame->right, chart->points[i].x);
		widen(&frame->low, &frame->high, chart->points[i].y);
	}
	for (int i = 0; i < chart->nmarks; i++)
	{
		widen(&frame->left, &frame->right, chart->marks[i].x);
		widen(&frame->low, &frame->high, chart->marks[i].y);
	}
	widen(&frame->low, &frame->high, chart->base);
	if (chart->form != TRK_CHART_LINE)
		widen(&frame->low, &frame->high, 0);
	set_values(frame);
	set_width(frame, chart);
}

/* Write a value on the left with as many decimals as its step has. */
static TrkText
format_value(const Frame *frame, double value, TrkArena *arena)
{
	char		text[400];
	int			decimals = frame->step >= 1 ? 0 : Min((int) ceil(-log10(frame->step) - 1e-9), 12);

	if (fabs(value) < frame->step / 2)
		value = 0;
	snprintf(text, sizeof(text), "%.*f", decimals, value);
	return trk_format_decimal(arena, trk_text_literal(text), false);
}

/* Return how many steps the values on the left have. */
static int
steps_of(const Frame *frame)
{
	return (int) rint((frame->high - frame->low) / frame->step);
}

/* Append the values on the left. */
static void
write_values(TrkBuf *out, const Frame *frame, TrkArena *arena)
{
	char		width[64];
	Size		most = 0;

	for (int i = 0; i <= steps_of(frame); i++)
		most = Max(most, format_value(frame, frame->low + i * frame->step, arena).len);
	snprintf(width, sizeof(width), "<div class=y style=\"width:%zuch\">", most);
	trk_html_put(out, width);
	for (int i = 0; i <= steps_of(frame); i++)
	{
		trk_html_put(out, "<em style=\"bottom:");
		trk_html_share(out, (double) i / steps_of(frame));
		trk_html_put(out, "\">");
		trk_html_text(out, format_value(frame, frame->low + i * frame->step, arena));
		trk_html_put(out, "</em>");
	}
	trk_html_put(out, "</div>\n");
}

/* Append a horizontal line. */
static void
write_level(TrkBuf *out, const char *look, double share)
{
	char		text[128];

	snprintf(text, sizeof(text), "<line class=%s x1=0 x2=%d y1=%.1f y2=%.1f />", look, SIDE, (1 - share) * SIDE,
			 (1 - share) * SIDE);
	trk_html_put(out, text);
}

/* Append a corner of a path. */
static void
write_corner(TrkBuf *out, char command, double x, double y)
{
	char		text[64];

	snprintf(text, sizeof(text), "%c%.1f %.1f", command, x * SIDE, (1 - y) * SIDE);
	trk_html_put(out, text);
}

/*
 * Return whether a point of many is drawn: the first, the last, and the lowest and
 * highest of each group.  A line through them looks like that through all.
 */
static bool
is_drawn(const TrkPageChart *chart, int i)
{
	int			size = 1 + chart->npoints / (MAX_POINTS / 2);
	int			first = i / size * size;
	int			end = Min(first + size, chart->npoints);
	bool		is_lowest = true;
	bool		is_highest = true;

	if (chart->npoints <= MAX_POINTS || i == 0 || i == chart->npoints - 1)
		return true;
	for (int k = first; k < end; k++)
	{
		is_lowest &= !(chart->points[k].y < chart->points[i].y);
		is_highest &= !(chart->points[k].y > chart->points[i].y);
	}
	return is_lowest || is_highest;
}

/* Return the end of the piece of a line that begins at a point: where a value is missing. */
static int
piece_end(const TrkPageChart *chart, int begin)
{
	int			end = begin;

	while (end < chart->npoints && isfinite(chart->points[end].y) && isfinite(chart->points[end].x))
		end++;
	return end;
}

/* Append the corners of a piece of a line. */
static void
write_corners(TrkBuf *out, const TrkPageChart *chart, const Frame *frame, int begin, int end, char command)
{
	for (int i = begin; i < end; i++)
		if (i == begin || i == end - 1 || is_drawn(chart, i))
		{
			write_corner(out, command, share_x(frame, chart->points[i].x), share_y(frame, chart->points[i].y));
			command = 'L';
		}
	/* a single point is a line too short to be seen */
	if (end - begin == 1)
		trk_html_put(out, "h2");
}

/* Append the pieces of a line, or what is between them and a level. */
static void
write_path(TrkBuf *out, const TrkPageChart *chart, const Frame *frame, const char *look, bool is_area)
{
	double		level = chart->form == TRK_CHART_AREA ? share_y(frame, 0) : 0;

	trk_html_put(out, "<path class=\"");
	trk_html_put(out, look);
	trk_html_put(out, "\" d=\"");
	for (int begin = 0, end; begin < chart->npoints; begin = Max(end, begin + 1))
	{
		end = piece_end(chart, begin);
		if (end == begin)
			continue;
		if (is_area)
			write_corner(out, 'M', share_x(frame, chart->points[begin].x), level);
		write_corners(out, chart, frame, begin, end, is_area ? 'L' : 'M');
		if (!is_area)
			continue;
		write_corner(out, 'L', share_x(frame, chart->points[end - 1].x), level);
		trk_html_put(out, "Z");
	}
	trk_html_put(out, "\"/>");
}

/* Append a column, from zero. */
static void
write_column(TrkBuf *out, const TrkChartPoint *point, const Frame *frame, bool has_title)
{
	char		text[128];
	double		zero = share_y(frame, 0);
	double		y = share_y(frame, point->y);

	if (!isfinite(point->x) || !isfinite(point->y))
		return;
	snprintf(text, sizeof(text), "<rect%s x=%.1f width=%.1f y=%.1f height=%.1f", point->y < 0 ? " class=l" : "",
			 (share_x(frame, point->x) - frame->column / 2) * SIDE, frame->column * SIDE,
			 (1 - Max(y, zero)) * SIDE, fabs(y - zero) * SIDE);
	trk_html_put(out, text);
	if (!has_title)
	{
		trk_html_put(out, " />");
		return;
	}
	trk_html_put(out, "><title>");
	trk_html_text(out, point->title);
	trk_html_put(out, "</title></rect>");
}

/* Append what is stretched: the grid and the values. */
static void
write_svg(TrkBuf *out, const TrkPageChart *chart, const Frame *frame)
{
	trk_html_put(out, "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=none role=img><title>");
	trk_html_text(out, chart->title);
	trk_html_put(out, ": ");
	trk_html_text(out, chart->y_name);
	trk_html_put(out, "</title>");
	for (int i = 0; i <= steps_of(frame); i++)
		write_level(out, "grid", (double) i / steps_of(frame));
	if (isfinite(chart->base))
		write_level(out, "base", share_y(frame, chart->base));
	if (chart->form == TRK_CHART_COLUMNS)
	{
		for (int i = 0; i < chart->npoints; i++)
			write_column(out, &chart->points[i], frame, chart->npoints <= MAX_TITLES);
	}
	else
	{
		bool		is_area = chart->form == TRK_CHART_AREA;

		write_path(out, chart, frame, is_area ? "under below" : "under", true);
		write_path(out, chart, frame, is_area ? "line down" : "line", false);
	}
	trk_html_put(out, "</svg>\n");
}

/* What marks look like, and what they are called. */
static const struct
{
	const char *look;
	const char *name;
}			shapes[TRK_MARKS] = {
	[TRK_MARK_BOUGHT] = {"bought", "bought"},
	[TRK_MARK_SOLD] = {"sold", "sold"},
	[TRK_MARK_BLOCKED] = {"blocked", "blocked by the risk gate"},
};

/* Append where a mark, or its label, stands. */
static void
write_place(TrkBuf *out, const char *side, double share, double y)
{
	trk_html_put(out, " style=\"");
	trk_html_put(out, side);
	trk_html_put(out, ":");
	trk_html_share(out, share);
	trk_html_put(out, ";bottom:");
	trk_html_share(out, y);
	trk_html_put(out, "\"");
}

/* Append the label of a mark: on the side where there is room, above it or below its top. */
static void
write_mark_label(TrkBuf *out, const TrkChartMark *mark, double x, double y)
{
	trk_html_put(out, "<em");
	if (x < 0.5)
		write_place(out, "left", x, Min(y, 0.86));
	else
		write_place(out, "right", 1 - x, Min(y, 0.86));
	trk_html_put(out, ">");
	trk_html_text(out, mark->label);
	trk_html_put(out, "</em>");
}

/* Append the marks; only the first few labels, so far from each other that they do not touch. */
static void
write_marks(TrkBuf *out, const TrkPageChart *chart, const Frame *frame)
{
	double		labels[MAX_LABELS];
	int			nlabels = 0;

	for (int i = 0; i < chart->nmarks; i++)
	{
		const TrkChartMark *mark = &chart->marks[i];
		double		x = share_x(frame, mark->x);
		double		y = isfinite(mark->y) ? share_y(frame, mark->y) : 0;
		bool		has_room = mark->label.len > 0 && nlabels < MAX_LABELS;

		if (!isfinite(mark->x))
			continue;
		trk_html_put(out, "<i class=\"k ");
		trk_html_put(out, shapes[mark->shape].look);
		trk_html_put(out, "\"");
		write_place(out, "left", x, y);
		trk_html_put(out, " title=\"");
		trk_html_text(out, mark->title);
		trk_html_put(out, "\"></i>");
		for (int k = 0; k < nlabels; k++)
			has_room &= fabs(labels[k] - x) > 0.5;
		if (!has_room)
			continue;
		labels[nlabels++] = x;
		write_mark_label(out, mark, x, y);
	}
}

/* Append the labels below; one that would touch the one before it is left out. */
static void
write_ticks(TrkBuf *out, const TrkPageChart *chart, const Frame *frame)
{
	double		before = -1;
	int			n = 0;

	trk_html_put(out, "<div class=x>");
	for (int i = 0; i < chart->nticks && n < TRK_CHART_TICKS; i++)
	{
		double		x = share_x(frame, chart->ticks[i].x);

		if (!(x >= 0 && x <= 1) || x - before < LABEL_WIDTH)
			continue;
		trk_html_put(out, x < 0.06 ? "<em class=first style=\"left:" :
					 x > 0.94 ? "<em class=last style=\"left:" : "<em style=\"left:");
		trk_html_share(out, x);
		trk_html_put(out, "\">");
		trk_html_text(out, chart->ticks[i].label);
		trk_html_put(out, "</em>");
		before = x;
		n++;
	}
	trk_html_put(out, "</div>\n");
}

/* Append what the axes are, and what the marks mean. */
static void
write_names(TrkBuf *out, const TrkPageChart *chart)
{
	trk_html_put(out, "<div class=\"e m\"><span>");
	trk_html_text(out, chart->x_name);
	trk_html_put(out, "</span><span>");
	trk_html_text(out, chart->y_name);
	trk_html_put(out, "</span></div>\n");
	if (chart->nmarks == 0)
		return;
	trk_html_put(out, "<p class=\"legend m\">");
	for (int shape = 0; shape < TRK_MARKS; shape++)
	{
		int			n = 0;

		for (int i = 0; i < chart->nmarks; i++)
			n += chart->marks[i].shape == shape;
		if (n == 0)
			continue;
		trk_html_put(out, "<span><i class=\"k ");
		trk_html_put(out, shapes[shape].look);
		trk_html_put(out, "\"></i> ");
		trk_html_put(out, shapes[shape].name);
		trk_html_put(out, "</span>");
	}
	trk_html_put(out, "</p>\n");
}

/* Append a chart as a card. */
void
trk_html_chart(const TrkPageChart *chart, TrkBuf *out, TrkArena *arena)
{
	Frame		frame;

	set_frame(&frame, chart);
	trk_html_put(out, "<section class=card><h3>");
	trk_html_text(out, chart->title);
	trk_html_put(out, "</h3>\n<div class=c>");
	write_values(out, &frame, arena);
	trk_html_put(out, "<div class=p><div class=v>");
	write_svg(out, chart, &frame);
	write_marks(out, chart, &frame);
	trk_html_put(out, "</div>\n");
	write_ticks(out, chart, &frame);
	write_names(out, chart);
	trk_html_put(out, "</div></div></section>\n");
}

/*
 * page_markdown.c
 *	  Writes a page as Markdown that also reads well as it is.
 *
 * Whatever comes from events is escaped, so that it can neither become a heading
 * or a link nor end a table.
 */
#include "base/trk.h"

#include <math.h>

#include "base/unicode.h"
#include "report/format.h"
#include "report/page.h"

/* Columns and marks of a chart that are listed at most. */
#define MAX_COLUMNS	31
#define MAX_MARKS	20

/* Append a C string. */
static void
put(TrkBuf *out, const char *s)
{
	trk_buf_append(out, s, strlen(s));
}

/*
 * Append a text; white space is a blank, what could be markup has a backslash, and
 * what would turn the text around it is a question mark.
 */
static void
write_text(TrkBuf *out, TrkText text)
{
	for (Size i = 0; i < text.len;)
	{
		uint32		c;
		int			len = trk_utf8_decode(text.s + i, &c);

		if (trk_turns_text(c))
			trk_buf_putc(out, '?');
		else if (c < ' ' || c == 0x7F)
			trk_buf_putc(out, ' ');
		else
		{
			if (c < 0x80 && strchr("\\`*_[]<>|#&~", (int) c) != NULL)
				trk_buf_putc(out, '\\');
			trk_buf_append(out, text.s + i, len);
		}
		i += len;
	}
}

/* Append an id: as code, unless it has a sign that ends code. */
static void
write_code(TrkBuf *out, TrkText text)
{
	bool		is_plain = text.len > 0;

	for (Size i = 0; i < text.len && is_plain; i++)
		is_plain = (unsigned char) text.s[i] > ' ' && text.s[i] != '`' && text.s[i] != '|';
	if (!is_plain)
	{
		write_text(out, text);
		return;
	}
	trk_buf_putc(out, '`');
	trk_buf_append(out, text.s, text.len);
	trk_buf_putc(out, '`');
}

/* Append a part of a line.  Signs and words say what colours say in HTML. */
static void
write_span(TrkBuf *out, const TrkPageSpan *span)
{
	bool		is_strong = span->tone == TRK_TONE_STRONG && span->text.len > 0;

	if (span->tone == TRK_TONE_CODE)
	{
		write_code(out, span->text);
		return;
	}
	if (is_strong)
		put(out, "**");
	write_text(out, span->text);
	if (is_strong)
		put(out, "**");
}

/* Append the parts of a line. */
static void
write_spans(TrkBuf *out, const TrkPageLine *line)
{
	for (const TrkPageSpan *span = line->spans; span != NULL; span = span->next)
		write_span(out, span);
}

/* Append the lines of a panel, each behind a prefix. */
static void
write_lines(TrkBuf *out, const TrkPageLine *lines, const char *prefix)
{
	for (const TrkPageLine *line = lines; line != NULL; line = line->next)
	{
		put(out, prefix);
		write_spans(out, line);
		trk_buf_putc(out, '\n');
	}
}

/* Append panels: the first line of each behind one prefix, the others behind another. */
static void
write_panels(TrkBuf *out, const TrkPageBlock *block, const char *first, const char *other)
{
	for (const TrkPagePanel *panel = block->panels; panel != NULL; panel = panel->next)
	{
		TrkPageLine heading;

		if (panel->lines == NULL)
			continue;
		heading = *panel->lines;
		heading.next = NULL;
		write_lines(out, &heading, first);
		put(out, panel->lines->next != NULL && first[0] == '#' ? "\n" : "");
		write_lines(out, panel->lines->next, other);
		put(out, first[0] == '#' ? "\n" : "");
	}
}

/* Append a table. */
static void
write_table(TrkBuf *out, const TrkPageBlock *block)
{
	for (int i = 0; i < block->ncolumns; i++)
	{
		put(out, i == 0 ? "| " : " | ");
		put(out, block->columns[i].heading);
	}
	put(out, " |\n");
	for (int i = 0; i < block->ncolumns; i++)
		put(out, block->columns[i].is_number ? "|---:" : "|---");
	put(out, "|\n");
	for (const TrkPagePanel *row = block->panels; row != NULL; row = row->next)
	{
		for (const TrkPageLine *cell = row->lines; cell != NULL; cell = cell->next)
		{
			put(out, cell == row->lines ? "| " : " | ");
			write_spans(out, cell);
		}
		put(out, " |\n");
	}
}

/* Append a waterfall: a list of steps, each as deep as it is, with its duration. */
static void
write_waterfall(TrkBuf *out, const TrkPageBlock *block)
{
	for (const TrkPageBar *bar = block->bars; bar != NULL; bar = bar->next)
	{
		for (int i = 0; i < Min(bar->depth, 8); i++)
			put(out, "  ");
		put(out, "- ");
		write_text(out, bar->name);
		put(out, bar->length.len > 0 ? ", " : "");
		write_text(out, bar->length);
		put(out, bar->failed ? ", failed\n" : bar->is_open ? ", open\n" : "\n");
	}
}

/* Append amounts. */
static void
write_amounts(TrkBuf *out, const TrkPageBlock *block)
{
	for (const TrkPageAmount *a = block->amounts; a != NULL; a = a->next)
	{
		put(out, "- ");
		write_text(out, a->name);
		put(out, ": ");
		write_text(out, a->amount);
		trk_buf_putc(out, '\n');
	}
}

/* Append a line about a point of a chart. */
static void
write_point(TrkBuf *out, const char *what, const TrkChartPoint *point)
{
	put(out, what);
	write_text(out, point->title);
	trk_buf_putc(out, '\n');
}

/* Append the first, lowest, highest and last value of a chart. */
static void
write_extremes(TrkBuf *out, const TrkPageChart *chart)
{
	const TrkChartPoint *first = NULL;
	const TrkChartPoint *last = NULL;
	const TrkChartPoint *lowest = NULL;
	const TrkChartPoint *highest = NULL;

	for (int i = 0; i < chart->npoints; i++)
	{
		const TrkChartPoint *point = &chart->points[i];

		if (!isfinite(point->y))
			continue;
		last = point;
		if (first == NULL)
			first = lowest = highest = point;
		lowest = point->y < lowest->y ? point : lowest;
		highest = point->y > highest->y ? point : highest;
	}
	if (first == NULL)
		return;
	write_point(out, "- first: ", first);
	write_point(out, "- lowest: ", lowest);
	write_point(out, "- highest: ", highest);
	write_point(out, "- last: ", last);
}

/* Append a chart: its values if there are few columns, else the outer ones; then its marks. */
static void
write_chart(TrkBuf *out, const TrkPageChart *chart)
{
	put(out, "**");
	write_text(out, chart->title);
	put(out, "**, ");
	write_text(out, chart->y_name);
	put(out, chart->npoints > 0 ? "\n\n" : "\n");
	if (chart->form == TRK_CHART_COLUMNS && chart->npoints <= MAX_COLUMNS)
	{
		for (int i = 0; i < chart->npoints; i++)
			write_point(out, "- ", &chart->points[i]);
	}
	else
		write_extremes(out, chart);
	for (int i = 0; i < Min(chart->nmarks, MAX_MARKS); i++)
	{
		put(out, "- ");
		write_text(out, chart->marks[i].title);
		trk_buf_putc(out, '\n');
	}
	if (chart->nmarks > MAX_MARKS)
	{
		char		rest[64];

		snprintf(rest, sizeof(rest), "- and %d more\n", chart->nmarks - MAX_MARKS);
		put(out, rest);
	}
}

/* Append a block. */
static void
write_block(TrkBuf *out, const TrkPageBlock *block)
{
	switch (block->kind)
	{
		case TRK_BLOCK_TITLE:
			write_lines(out, block->panels->lines, "# ");
			break;
		case TRK_BLOCK_HEADING:
		case TRK_BLOCK_LABEL:
			write_lines(out, block->panels->lines, "## ");
			break;
		case TRK_BLOCK_LINES:
		case TRK_BLOCK_FOOTER:
			write_lines(out, block->panels->lines, "");
			break;
		case TRK_BLOCK_CHIPS:
			write_lines(out, block->panels->lines, "- ");
			break;
		case TRK_BLOCK_CARDS:
		case TRK_BLOCK_PANELS:
			write_panels(out, block, "- ", "  - ");
			break;
		case TRK_BLOCK_ENTRIES:
			write_panels(out, block, "### ", "- ");
			break;
		case TRK_BLOCK_TABLE:
			write_table(out, block);
			break;
		case TRK_BLOCK_WATERFALL:
			write_waterfall(out, block);
			break;
		case TRK_BLOCK_AMOUNTS:
			write_amounts(out, block);
			break;
		case TRK_BLOCK_CHART:
			write_chart(out, block->chart);
			break;
	}
}

/* Write a page as Markdown, in UTF-8. */
void
trk_page_markdown(const TrkPage *page, TrkBuf *out)
{
	for (const TrkPageBlock *block = page->blocks; block != NULL; block = block->next)
	{
		TRK_CHECK_INTERRUPTS();
		if (block != page->blocks)
			trk_buf_putc(out, '\n');
		write_block(out, block);
	}
}

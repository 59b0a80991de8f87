/*
 * page.h
 *	  What a report says, before it is HTML or Markdown: blocks of headings, lines,
 *	  panels, tables and pictures.  Called by the files that make reports;
 *	  page_html.c and page_markdown.c write it.
 *
 * A page is filled from top to bottom: a block is begun, then lines, cells or bars
 * are added to it.  Texts are UTF-8 and taken as they are; what writes the page
 * escapes them.  All of it lives in one arena.
 */
#ifndef TRK_PAGE_H
#define TRK_PAGE_H

#include "base/arena.h"

/* What a chart shows at most of its axes' labels. */
#define TRK_CHART_TICKS		8

/* What a part of a line says by its look; the words say the same. */
typedef enum TrkPageTone
{
	TRK_TONE_PLAIN,
	TRK_TONE_STRONG,
	TRK_TONE_MUTED,
	TRK_TONE_CODE,				/* an id, as one would copy it */
	TRK_TONE_GAIN,				/* a gain or a success */
	TRK_TONE_LOSS,				/* a loss, a failure, stale input */
	TRK_TONE_DOUBT,
	TRK_TONES
} TrkPageTone;

/* A part of a line. */
typedef struct TrkPageSpan
{
	TrkText		text;
	TrkPageTone tone;
	struct TrkPageSpan *next;
} TrkPageSpan;

/* A line of text, or a cell of a table. */
typedef struct TrkPageLine
{
	TrkPageSpan *spans;
	TrkPageSpan *last;
	struct TrkPageLine *next;
} TrkPageLine;

/* A column of a table. */
typedef struct TrkPageColumn
{
	const char *heading;
	bool		is_number;		/* aligned to the right */
} TrkPageColumn;

/* A bar of a waterfall; times in milliseconds from its begin. */
typedef struct TrkPageBar
{
	TrkText		name;
	TrkText		length;			/* how long it took, as it is written beside the bar */
	TrkText		kind;			/* kind of the step, which chooses the colour */
	int			depth;
	double		begin;
	double		end;
	bool		failed;
	bool		is_open;		/* it did not end */
	struct TrkPageBar *next;
} TrkPageBar;

/* A horizontal bar with its amount beside it; the longest is as wide as there is room. */
typedef struct TrkPageAmount
{
	TrkText		name;
	TrkText		amount;			/* as it is written, with its unit */
	double		value;
	TrkPageTone tone;
	struct TrkPageAmount *next;
} TrkPageAmount;

typedef enum TrkChartForm
{
	TRK_CHART_LINE,
	TRK_CHART_AREA,				/* between a line and zero */
	TRK_CHART_COLUMNS			/* from zero; gains and losses differ in colour */
} TrkChartForm;

typedef enum TrkChartShape
{
	TRK_MARK_BOUGHT,
	TRK_MARK_SOLD,
	TRK_MARK_BLOCKED,
	TRK_MARKS
} TrkChartShape;

/* A value of a chart; x in any unit, y not finite where there is none. */
typedef struct TrkChartPoint
{
	double		x;
	double		y;
	TrkText		title;			/* what it is in words, with its time and unit */
} TrkChartPoint;

/* What happened at an x. */
typedef struct TrkChartMark
{
	double		x;
	double		y;				/* not finite: at the foot of the chart */
	TrkChartShape shape;
	TrkText		title;
	TrkText		label;			/* written beside it, for the one that matters; or empty */
} TrkChartMark;

/* A label of the axis below. */
typedef struct TrkChartTick
{
	double		x;
	TrkText		label;
} TrkChartTick;

/* A chart: points by ascending x, with marks, over a horizontal axis of labels. */
typedef struct TrkPageChart
{
	TrkChartForm form;
	TrkText		title;
	TrkText		x_name;			/* what the labels below are: the zone and the day */
	TrkText		y_name;			/* what the values are, with their unit */
	TrkChartPoint *points;
	int			npoints;
	TrkChartMark *marks;
	int			nmarks;
	TrkChartTick *ticks;
	int			nticks;
	double		base;			/* a dashed line; not finite: none */
} TrkPageChart;

typedef enum TrkPageBlockKind
{
	TRK_BLOCK_TITLE,			/* the first line of the page */
	TRK_BLOCK_HEADING,			/* of a section, which begins a page in print */
	TRK_BLOCK_LABEL,			/* of what follows on the same page */
	TRK_BLOCK_LINES,			/* paragraphs */
	TRK_BLOCK_FOOTER,			/* the last lines of the page */
	TRK_BLOCK_CHIPS,			/* short lines beside each other */
	TRK_BLOCK_CARDS,			/* panels whose second line is a figure */
	TRK_BLOCK_PANELS,			/* panels beside each other */
	TRK_BLOCK_ENTRIES,			/* panels below each other, each with a heading */
	TRK_BLOCK_TABLE,
	TRK_BLOCK_WATERFALL,
	TRK_BLOCK_AMOUNTS,			/* horizontal bars */
	TRK_BLOCK_CHART
} TrkPageBlockKind;

/* A panel: a line that names it, and others. */
typedef struct TrkPagePanel
{
	TrkPageLine *lines;
	TrkPageLine *last;
	struct TrkPagePanel *next;
} TrkPagePanel;

typedef struct TrkPageBlock
{
	TrkPageBlockKind kind;
	TrkPagePanel *panels;		/* a block of lines has one; a row of a table is one */
	TrkPagePanel *last_panel;
	const TrkPageColumn *columns;
	int			ncolumns;
	TrkPageBar *bars;
	TrkPageBar *last_bar;
	double		total;			/* of a waterfall, in milliseconds */
	TrkPageAmount *amounts;
	TrkPageAmount *last_amount;
	TrkPageChart *chart;
	struct TrkPageBlock *next;
} TrkPageBlock;

typedef struct TrkPage
{
	TrkArena   *arena;
	TrkText		title;			/* of the window; names the file when it is printed */
	TrkPageBlock *blocks;
	TrkPageBlock *last;
} TrkPage;

/* Begin a page. */
extern void trk_page_init(TrkPage *page, TrkArena *arena, TrkText title);

/* Begin a block; that of lines, a title or a heading has one panel. */
extern void trk_page_block(TrkPage *page, TrkPageBlockKind kind);

/* Begin a table; the columns are not copied. */
extern void trk_page_table(TrkPage *page, const TrkPageColumn *columns, int n);

/* Begin a panel, or a row of a table. */
extern void trk_page_panel(TrkPage *page);

/* Begin a line, or a cell. */
extern void trk_page_line(TrkPage *page);

/* Add a text to the line, which is copied; or one that stays where it is. */
extern void trk_page_text(TrkPage *page, TrkPageTone tone, TrkText text);
extern void trk_page_say(TrkPage *page, TrkPageTone tone, const char *text);

/* Begin a line with one text: a cell, a chip, a heading. */
extern void trk_page_cell(TrkPage *page, TrkPageTone tone, TrkText text);
extern void trk_page_cell_say(TrkPage *page, TrkPageTone tone, const char *text);

/* Add a bar to the waterfall; its texts are copied. */
extern void trk_page_bar(TrkPage *page, const TrkPageBar *bar);

/* Add a horizontal bar to a block of them; its texts are copied. */
extern void trk_page_amount(TrkPage *page, const TrkPageAmount *amount);

/* Add a chart, which is copied with all it has. */
extern void trk_page_chart(TrkPage *page, const TrkPageChart *chart);

/* Write a page as one HTML file, in ASCII; or as Markdown, in UTF-8. */
extern void trk_page_html(const TrkPage *page, TrkBuf *out);
extern void trk_page_markdown(const TrkPage *page, TrkBuf *out);

#endif							/* TRK_PAGE_H */

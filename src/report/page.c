/*
 * page.c
 *	  Collects what a page says (see page.h).
 */
#include "base/trk.h"

#include "base/text.h"
#include "report/page.h"

/* Begin a page. */
void
trk_page_init(TrkPage *page, TrkArena *arena, TrkText title)
{
	memset(page, 0, sizeof(*page));
	page->arena = arena;
	page->title = trk_text_copy(arena, title);
}

/* Return zeroed memory of the page. */
static void *
make(TrkPage *page, Size size)
{
	return memset(trk_alloc(page->arena, size), 0, size);
}

/* Begin a block. */
void
trk_page_block(TrkPage *page, TrkPageBlockKind kind)
{
	TrkPageBlock *block = make(page, sizeof(TrkPageBlock));

	block->kind = kind;
	if (page->last == NULL)
		page->blocks = block;
	else
		page->last->next = block;
	page->last = block;
	if (kind <= TRK_BLOCK_CHIPS)
		trk_page_panel(page);
}

/* Begin a table. */
void
trk_page_table(TrkPage *page, const TrkPageColumn *columns, int n)
{
	trk_page_block(page, TRK_BLOCK_TABLE);
	page->last->columns = columns;
	page->last->ncolumns = n;
}

/* Begin a panel. */
void
trk_page_panel(TrkPage *page)
{
	TrkPageBlock *block = page->last;
	TrkPagePanel *panel = make(page, sizeof(TrkPagePanel));

	if (block->last_panel == NULL)
		block->panels = panel;
	else
		block->last_panel->next = panel;
	block->last_panel = panel;
}

/* Begin a line. */
void
trk_page_line(TrkPage *page)
{
	TrkPagePanel *panel = page->last->last_panel;
	TrkPageLine *line = make(page, sizeof(TrkPageLine));

	if (panel->last == NULL)
		panel->lines = line;
	else
		panel->last->next = line;
	panel->last = line;
}

/* Add a text to the line. */
static void
add_span(TrkPage *page, TrkPageTone tone, TrkText text)
{
	TrkPageLine *line = page->last->last_panel->last;
	TrkPageSpan *span = make(page, sizeof(TrkPageSpan));

	span->text = text;
	span->tone = tone;
	if (line->last == NULL)
		line->spans = span;
	else
		line->last->next = span;
	line->last = span;
}

/* Add a text to the line, which is copied. */
void
trk_page_text(TrkPage *page, TrkPageTone tone, TrkText text)
{
	add_span(page, tone, trk_text_copy(page->arena, text));
}

/* Add a text to the line that stays where it is. */
void
trk_page_say(TrkPage *page, TrkPageTone tone, const char *text)
{
	add_span(page, tone, trk_text_literal(text));
}

/* Begin a line with one text. */
void
trk_page_cell(TrkPage *page, TrkPageTone tone, TrkText text)
{
	trk_page_line(page);
	trk_page_text(page, tone, text);
}

/* Begin a line with one text that stays where it is. */
void
trk_page_cell_say(TrkPage *page, TrkPageTone tone, const char *text)
{
	trk_page_line(page);
	trk_page_say(page, tone, text);
}

/* Add a bar to the waterfall. */
void
trk_page_bar(TrkPage *page, const TrkPageBar *bar)
{
	TrkPageBlock *block = page->last;
	TrkPageBar *copy = make(page, sizeof(TrkPageBar));

	*copy = *bar;
	copy->next = NULL;
	copy->name = trk_text_copy(page->arena, bar->name);
	copy->length = trk_text_copy(page->arena, bar->length);
	copy->kind = trk_text_copy(page->arena, bar->kind);
	if (block->last_bar == NULL)
		block->bars = copy;
	else
		block->last_bar->next = copy;
	block->last_bar = copy;
	if (bar->end > block->total)
		block->total = bar->end;
}

/* Add a horizontal bar. */
void
trk_page_amount(TrkPage *page, const TrkPageAmount *amount)
{
	TrkPageBlock *block = page->last;
	TrkPageAmount *copy = make(page, sizeof(TrkPageAmount));

	*copy = *amount;
	copy->next = NULL;
	copy->name = trk_text_copy(page->arena, amount->name);
	copy->amount = trk_text_copy(page->arena, amount->amount);
	if (block->last_amount == NULL)
		block->amounts = copy;
	else
		block->last_amount->next = copy;
	block->last_amount = copy;
}

/* Return a copy of an array, or NULL of none. */
static void *
copy_array(TrkPage *page, const void *from, int n, Size size)
{
	return n > 0 ? memcpy(trk_alloc(page->arena, n * size), from, n * size) : NULL;
}

/* Copy the arrays of a chart, and the texts in them. */
static void
copy_arrays(TrkPage *page, TrkPageChart *chart)
{
	chart->points = copy_array(page, chart->points, chart->npoints, sizeof(TrkChartPoint));
	chart->marks = copy_array(page, chart->marks, chart->nmarks, sizeof(TrkChartMark));
	chart->ticks = copy_array(page, chart->ticks, chart->nticks, sizeof(TrkChartTick));
	for (int i = 0; i < chart->npoints; i++)
		chart->points[i].title = trk_text_copy(page->arena, chart->points[i].title);
	for (int i = 0; i < chart->nmarks; i++)
	{
		chart->marks[i].title = trk_text_copy(page->arena, chart->marks[i].title);
		chart->marks[i].label = trk_text_copy(page->arena, chart->marks[i].label);
	}
	for (int i = 0; i < chart->nticks; i++)
		chart->ticks[i].label = trk_text_copy(page->arena, chart->ticks[i].label);
}

/* Add a chart. */
void
trk_page_chart(TrkPage *page, const TrkPageChart *chart)
{
	TrkPageChart *copy;

	trk_page_block(page, TRK_BLOCK_CHART);
	copy = page->last->chart = make(page, sizeof(TrkPageChart));
	*copy = *chart;
	copy->title = trk_text_copy(page->arena, chart->title);
	copy->x_name = trk_text_copy(page->arena, chart->x_name);
	copy->y_name = trk_text_copy(page->arena, chart->y_name);
	copy_arrays(page, copy);
}

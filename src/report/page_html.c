/*
 * page_html.c
 *	  Writes a page as one HTML file: no script, no request to anywhere.
 *
 * The file is ASCII, so that it reads the same whatever the encoding of the
 * database, of psql or of the disk: other characters become numbers.  Whatever
 * comes from events goes through trk_html_text().  Lengths are shares of the width,
 * because the server knows no fonts; the browser cuts what is too long, and the
 * whole text is in the title.
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/chart_html.h"
#include "report/format.h"
#include "report/html.h"
#include "report/page.h"

/* Bytes of a word that a column of a table is at least as wide as. */
#define LONG_WORD	22

/* The most lines of a grid, the one at zero not counted. */
#define MAX_TICKS	5

static const char head[] =
"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
"<meta http-equiv=\"Content-Security-Policy\""
" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
"<meta name=\"color-scheme\" content=\"light dark\">\n<title>";

/* Contrasts are at least 4.5 : 1; the colours differ for the colour-blind, too. */
static const char style[] =
"</title>\n<style>\n"
":root{--ground:#fafaf8;--card:#fff;--line:#e2e2df;--text:#1c2330;--muted:#5b6472;--gain:#1f7a4d;--loss:#b3261e;"
"--doubt:#8a5a00;--blue:#2b5fb4;--violet:#7449b8;--ink:#3a4250}\n"
"@media(prefers-color-scheme:dark){:root{--ground:#14171c;--card:#1c2027;--line:#323844;--text:#e8eaee;"
"--muted:#a0a8b6;--gain:#5cc28a;--loss:#ff8a80;--doubt:#e3b341;--blue:#7aa7f0;--violet:#b497ec;--ink:#aab2c0}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0;background:var(--ground);color:var(--text);font:15px/1.45 system-ui,\"DejaVu Sans\",sans-serif;"
"font-variant-numeric:tabular-nums;print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
"main{max-width:1160px;margin:0 auto;padding:14px 12px 32px}\n"
"p{margin:4px 0;overflow-wrap:anywhere}\n"
"h1{font-size:25px;line-height:1.25;margin:4px 0;overflow-wrap:anywhere}\n"
"h2{font-size:13px;color:var(--muted);margin:22px 0 8px}\n"
"h3{font-size:15px;margin:0;overflow-wrap:anywhere}\n"
"b{font-weight:600}\n"
".m{color:var(--muted);font-size:13px}.g{color:var(--gain)}.l{color:var(--loss)}.d{color:var(--doubt)}\n"
"code{font:13px ui-monospace,\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}\n"
".chips{display:flex;flex-wrap:wrap;gap:6px;margin:10px 0}\n"
".chips p{margin:0;padding:2px 11px;border:1px solid var(--line);border-radius:14px;font-size:13px;"
"background:var(--card)}\n"
".row{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));margin:12px 0}\n"
".card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px;margin:0 0 10px;"
"break-inside:avoid;min-width:0}\n"
".row .card{margin:0}.row p:first-child{font-size:13px;font-weight:600;color:var(--muted)}\n"
"h1+p,h1+p+p,.strip p{font-size:13px}h1+p code{font-size:12px}.strip .card{padding:10px 12px}\n"
".cards p:nth-child(2){font-size:25px;font-weight:600;line-height:1.3}.cards p+p+p{font-size:13px;color:var(--muted)}\n"
"table{border-collapse:collapse;width:100%}\n"
"th,td{text-align:left;vertical-align:top;padding:5px 8px;border-bottom:1px solid var(--line)}\n"
"td code{overflow-wrap:normal}.a,.a code{overflow-wrap:anywhere}td.r,td.r code,td:first-child{white-space:nowrap}td .a{white-space:normal}\n"
"th{font-size:13px;color:var(--muted);font-weight:600}.r{text-align:right}tr:last-child td{border-bottom:0}\n"
"td p{margin:0}\n"
".w{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,5fr);gap:10px;align-items:center;break-inside:avoid}\n"
".n{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}\n"
".t{position:relative;height:24px}\n"
".t i{position:absolute;top:6px;height:12px;min-width:2px;border-radius:2px;background:var(--ink)}\n"
".t em{position:absolute;top:2px;font-style:normal;font-size:13px;color:var(--muted);white-space:nowrap;padding:0 5px}\n"
".t u{position:absolute;top:0;bottom:0;width:1px;background:var(--line)}\n"
".t i.tool,.t i.retrieve,.t i.plan{background:var(--blue)}.t i.model{background:var(--violet)}\n"
".t i.gain{background:var(--gain)}.t i.loss{background:var(--loss)}.t i.doubt{background:var(--doubt)}\n"
".t i.risk{background:var(--doubt)}.t i.order{background:var(--gain)}\n"
".t i.failed{background:var(--loss)}.t i.open{border:1px dashed var(--muted);background:none}\n"
".c{display:flex;gap:8px;margin-top:10px}.y{position:relative;flex:none;height:220px;margin:8px 0}\n"
".y em,.x em{position:absolute;font-style:normal;font-size:13px;color:var(--muted);white-space:nowrap}\n"
".y em{right:0;transform:translateY(50%)}.x em{top:4px;transform:translateX(-50%)}\n"
".x em.first{transform:none}.x em.last{transform:translateX(-100%)}\n"
".p{flex:auto;min-width:0}.v{position:relative;height:220px;margin:8px 0 0}.x{position:relative;height:28px}\n"
".v svg{position:absolute;width:100%;height:100%;overflow:visible}\n"
".v path,.v line{vector-effect:non-scaling-stroke}.v .grid{stroke:var(--line)}\n"
".v .base{stroke:var(--muted);stroke-dasharray:4 4}\n"
".v .line{fill:none;stroke:var(--blue);stroke-width:2;stroke-linejoin:round}.v .under{fill:var(--blue);opacity:.09}\n"
".v .down{stroke:var(--loss)}.v .below{fill:var(--loss)}\n"
".v rect{fill:var(--gain)}.v rect.l{fill:var(--loss)}\n"
".k{display:inline-block;width:11px;height:11px;background:var(--gain)}.v .k{position:absolute;"
"transform:translate(-50%,50%)}\n"
".k.bought{clip-path:polygon(50% 0,100% 100%,0 100%)}.k.sold{background:var(--violet);"
"clip-path:polygon(0 0,100% 0,50% 100%)}\n"
".k.blocked{background:var(--doubt);clip-path:polygon(20% 0,50% 30%,80% 0,100% 20%,70% 50%,100% 80%,80% 100%,50% 70%,"
"20% 100%,0 80%,30% 50%,0 20%)}\n"
".v em{position:absolute;font-style:normal;font-size:13px;font-weight:600;white-space:nowrap;padding:2px 8px;"
"text-shadow:0 0 3px var(--card),0 0 3px var(--card)}\n"
".e{display:flex;justify-content:space-between;gap:12px;flex-wrap:wrap}.legend span{margin-right:14px}\n"
"footer{margin-top:28px;border-top:1px solid var(--line);padding-top:8px}footer p{font-size:13px;color:var(--muted)}\n"
"@media(max-width:600px){h1{font-size:21px}thead{display:none}tr,td{display:block;border:0}"
"tr{border-bottom:1px solid var(--line);padding:6px 0}td{display:flex;gap:8px;justify-content:space-between;"
"padding:2px 0;text-align:right}td span{overflow-wrap:anywhere;min-width:0}td:has(>span:empty){display:none}td:before{content:attr(data-l);color:var(--muted);font-size:13px;text-align:left}"
".t{margin-right:52px}.t .x:nth-of-type(even),.x em:nth-of-type(even),.v em{display:none}}\n"
"@media print{body{background:none}h2{break-before:page}h2.first{break-before:auto}.card{border-color:#ccc}}\n"
"</style>\n</head>\n<body>\n<main>\n";

static const char foot[] = "</main>\n</body>\n</html>\n";

/* Append a part of a line; what is not ASCII keeps its direction to itself. */
static void
write_span(TrkBuf *out, const TrkPageSpan *span)
{
	static const char *const begin[TRK_TONES] = {
		"", "<b>", "<span class=m>", "<code>", "<span class=g>", "<span class=l>", "<span class=d>"
	};
	static const char *const end[TRK_TONES] = {
		"", "</b>", "</span>", "</code>", "</span>", "</span>", "</span>"
	};
	bool		isolate = false;

	for (Size i = 0; i < span->text.len && !isolate; i++)
		isolate = (unsigned char) span->text.s[i] >= 0x80;
	trk_html_put(out, begin[span->tone]);
	if (isolate)
		trk_html_put(out, "<bdi>");
	trk_html_text(out, span->text);
	if (isolate)
		trk_html_put(out, "</bdi>");
	trk_html_put(out, end[span->tone]);
}

/* Append a line within an element, whose tag may have attributes. */
static void
write_line(TrkBuf *out, const char *tag, const TrkPageLine *line)
{
	trk_html_put(out, "<");
	trk_html_put(out, tag);
	trk_html_put(out, ">");
	for (const TrkPageSpan *span = line->spans; span != NULL; span = span->next)
		write_span(out, span);
	trk_html_put(out, "</");
	trk_buf_append(out, tag, strcspn(tag, " "));
	trk_html_put(out, ">\n");
}

/* Append panels, the first line of each within an element of its own. */
static void
write_panels(TrkBuf *out, const TrkPageBlock *block, const char *first)
{
	for (const TrkPagePanel *panel = block->panels; panel != NULL; panel = panel->next)
	{
		trk_html_put(out, "<section class=card>\n");
		for (const TrkPageLine *line = panel->lines; line != NULL; line = line->next)
			write_line(out, line == panel->lines ? first : "p", line);
		trk_html_put(out, "</section>\n");
	}
}

/* Append the heading of a table. */
static void
write_table_head(TrkBuf *out, const TrkPageBlock *block)
{
	trk_html_put(out, "<thead><tr>");
	for (int i = 0; i < block->ncolumns; i++)
	{
		trk_html_put(out, block->columns[i].is_number ? "<th class=r>" : "<th>");
		trk_html_text(out, trk_text_literal(block->columns[i].heading));
		trk_html_put(out, "</th>");
	}
	trk_html_put(out, "</tr></thead>\n");
}

/* Return whether a cell has a word that may be broken, because it is long. */
static bool
has_long_word(const TrkPageLine *cell)
{
	Size		n = 0;

	for (const TrkPageSpan *span = cell->spans; span != NULL; span = span->next)
		for (Size i = 0; i < span->text.len; i++)
		{
			n = span->text.s[i] == ' ' ? 0 : n + 1;
			if (n > LONG_WORD)
				return true;
		}
	return false;
}

/* Append a cell; on a narrow screen the heading stands before it. */
static void
write_cell(TrkBuf *out, const TrkPageColumn *column, const TrkPageLine *cell)
{
	trk_html_put(out, column->is_number ? "<td class=r data-l=\"" : "<td data-l=\"");
	trk_html_text(out, trk_text_literal(column->heading));
	trk_html_put(out, has_long_word(cell) ? "\"><span class=a>" : "\"><span>");
	for (const TrkPageSpan *span = cell->spans; span != NULL; span = span->next)
		write_span(out, span);
	trk_html_put(out, "</span></td>");
}

/* Append a table. */
static void
write_table(TrkBuf *out, const TrkPageBlock *block)
{
	trk_html_put(out, "<div class=card><table>\n");
	write_table_head(out, block);
	trk_html_put(out, "<tbody>\n");
	for (const TrkPagePanel *row = block->panels; row != NULL; row = row->next)
	{
		const TrkPageLine *cell = row->lines;

		trk_html_put(out, "<tr>");
		for (int i = 0; i < block->ncolumns && cell != NULL; i++, cell = cell->next)
			write_cell(out, &block->columns[i], cell);
		trk_html_put(out, "</tr>\n");
	}
	trk_html_put(out, "</tbody></table></div>\n");
}

/* Return the distance of the lines of a grid, in milliseconds. */
static double
tick_distance(double total)
{
	static const double steps[] = {
		1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 20e3, 30e3, 60e3, 120e3, 300e3, 600e3,
		1200e3, 1800e3, 3600e3, 7200e3, 14400e3, 21600e3, 43200e3, 86400e3
	};
	double		step = 86400e3;

	for (int i = 0; i < (int) lengthof(steps); i++)
		if (total / steps[i] <= MAX_TICKS)
			return steps[i];
	while (total / step > MAX_TICKS)
		step *= 2;
	return step;
}

/* Append the lines of the grid of a waterfall, with their times or without. */
static void
write_grid(TrkBuf *out, const TrkPageBlock *block, TrkArena *arena, bool labels)
{
	double		step = tick_distance(block->total);

	for (int i = 0; i <= MAX_TICKS && i * step <= block->total; i++)
	{
		/* the last fifth belongs to the durations that are written behind the bars */
		trk_html_put(out, labels ? "<em class=x style=\"left:" : "<u style=\"left:");
		trk_html_share(out, i * step / block->total * 0.8);
		trk_html_put(out, "\">");
		if (labels)
			trk_html_text(out, trk_format_ms(arena, i * step));
		trk_html_put(out, labels ? "</em>" : "</u>");
	}
}

/* Append the bar of a step, and how long it took beside it. */
static void
write_bar(TrkBuf *out, const TrkPageBlock *block, const TrkPageBar *bar)
{
	double		left = bar->begin / block->total * 0.8;
	double		width = (bar->end - bar->begin) / block->total * 0.8;

	trk_html_put(out, "<i class=\"");
	trk_html_text(out, bar->kind);
	trk_html_put(out, bar->failed ? " failed\"" : bar->is_open ? " open\"" : "\"");
	trk_html_put(out, " style=\"left:");
	trk_html_share(out, left);
	trk_html_put(out, ";width:");
	trk_html_share(out, width);
	trk_html_put(out, "\"></i><em style=\"left:");
	trk_html_share(out, left + width);
	trk_html_put(out, "\">");
	trk_html_text(out, bar->length);
	trk_html_put(out, "</em>");
}

/* Append a row of a waterfall. */
static void
write_bar_row(TrkBuf *out, const TrkPageBlock *block, const TrkPageBar *bar, TrkArena *arena)
{
	char		indent[48];

	trk_html_put(out, "<div class=w><span class=n title=\"");
	trk_html_text(out, bar->name);
	snprintf(indent, sizeof(indent), "\" style=\"padding-left:%dpx\">", 12 * Min(bar->depth, 8));
	trk_html_put(out, indent);
	write_span(out, &(TrkPageSpan) {bar->name, bar->failed ? TRK_TONE_LOSS : TRK_TONE_PLAIN, NULL});
	trk_html_put(out, "</span><span class=t>");
	write_grid(out, block, arena, false);
	write_bar(out, block, bar);
	trk_html_put(out, "</span></div>\n");
}

/* Append a waterfall. */
static void
write_waterfall(TrkBuf *out, const TrkPageBlock *block, TrkArena *arena)
{
	TrkPageBlock scaled = *block;

	if (scaled.total <= 0)
		scaled.total = 1;
	trk_html_put(out, "<div class=card>\n");
	for (const TrkPageBar *bar = block->bars; bar != NULL; bar = bar->next)
		write_bar_row(out, &scaled, bar, arena);
	trk_html_put(out, "<div class=w><span></span><span class=t>");
	write_grid(out, &scaled, arena, true);
	trk_html_put(out, "</span></div>\n</div>\n");
}

/* Append horizontal bars, the longest of which leaves room for its amount. */
static void
write_amounts(TrkBuf *out, const TrkPageBlock *block)
{
	static const char *const looks[TRK_TONES] = {"", "", "", "", "gain", "loss", "doubt"};
	double		most = 0;

	for (const TrkPageAmount *a = block->amounts; a != NULL; a = a->next)
		most = isfinite(a->value) ? Max(most, fabs(a->value)) : most;
	trk_html_put(out, "<div class=card>\n");
	for (const TrkPageAmount *a = block->amounts; a != NULL; a = a->next)
	{
		double		share = most > 0 && isfinite(a->value) ? fabs(a->value) / most * 0.55 : 0;

		trk_html_put(out, "<div class=w><span class=n title=\"");
		trk_html_text(out, a->name);
		trk_html_put(out, "\">");
		write_span(out, &(TrkPageSpan) {a->name, TRK_TONE_PLAIN, NULL});
		trk_html_put(out, "</span><span class=t><i class=\"");
		trk_html_put(out, looks[a->tone]);
		trk_html_put(out, "\" style=\"left:0;width:");
		trk_html_share(out, share);
		trk_html_put(out, "\"></i><em style=\"left:");
		trk_html_share(out, share);
		trk_html_put(out, "\">");
		trk_html_text(out, a->amount);
		trk_html_put(out, "</em></span></div>\n");
	}
	trk_html_put(out, "</div>\n");
}

/* Append paragraphs. */
static void
write_lines(TrkBuf *out, const TrkPageBlock *block, const char *tag)
{
	for (const TrkPageLine *line = block->panels->lines; line != NULL; line = line->next)
		write_line(out, tag, line);
}

/* Return whether a block has so many panels that their text is small. */
static bool
has_many_panels(const TrkPageBlock *block)
{
	int			n = 0;

	for (const TrkPagePanel *panel = block->panels; panel != NULL; panel = panel->next)
		n++;
	return n > 3;
}

/* Append a block. */
static void
write_block(TrkBuf *out, const TrkPageBlock *block, TrkArena *arena)
{
	switch (block->kind)
	{
		case TRK_BLOCK_TITLE:
			write_lines(out, block, "h1");
			break;
		case TRK_BLOCK_HEADING:
			write_lines(out, block, "h2");
			break;
		case TRK_BLOCK_LABEL:
			write_lines(out, block, "h2 class=first");
			break;
		case TRK_BLOCK_LINES:
			write_lines(out, block, "p");
			break;
		case TRK_BLOCK_FOOTER:
			trk_html_put(out, "<footer>\n");
			write_lines(out, block, "p");
			trk_html_put(out, "</footer>\n");
			break;
		case TRK_BLOCK_CHIPS:
			trk_html_put(out, "<div class=chips>\n");
			write_lines(out, block, "p");
			trk_html_put(out, "</div>\n");
			break;
		case TRK_BLOCK_CARDS:
		case TRK_BLOCK_PANELS:
			trk_html_put(out, block->kind == TRK_BLOCK_CARDS ? "<div class=\"row cards\">\n" :
						 has_many_panels(block) ? "<div class=\"row strip\">\n" : "<div class=row>\n");
			write_panels(out, block, "p");
			trk_html_put(out, "</div>\n");
			break;
		case TRK_BLOCK_ENTRIES:
			write_panels(out, block, "h3");
			break;
		case TRK_BLOCK_TABLE:
			write_table(out, block);
			break;
		case TRK_BLOCK_WATERFALL:
			write_waterfall(out, block, arena);
			break;
		case TRK_BLOCK_AMOUNTS:
			write_amounts(out, block);
			break;
		case TRK_BLOCK_CHART:
			trk_html_chart(block->chart, out, arena);
			break;
	}
}

/* Write a page as one HTML file, in ASCII. */
void
trk_page_html(const TrkPage *page, TrkBuf *out)
{
	trk_html_put(out, head);
	trk_html_text(out, page->title);
	trk_html_put(out, style);
	for (const TrkPageBlock *block = page->blocks; block != NULL; block = block->next)
	{
		TRK_CHECK_INTERRUPTS();
		write_block(out, block, page->arena);
	}
	trk_html_put(out, foot);
}

/*
 * report_table.c
 *	  The tables of a report, and that of its months (see report.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"
#include "report/report.h"

/* What the cells of a column are, and so how they look. */
typedef enum CellKind
{
	CELL_TEXT,
	CELL_CODE,
	CELL_TIME,					/* the heading names the zone */
	CELL_NUMBER,				/* a number that is written already */
	CELL_AMOUNT,				/* gets groups of digits */
	CELL_RESULT,				/* and a sign, and its colour */
	CELL_BAD,					/* a count of what should not be */
	CELL_UNIT,					/* of the cell before, beside it */
	CELL_HIDDEN
} CellKind;

typedef struct Column
{
	const char *heading;
	CellKind	kind;
} Column;

/* Accounts with a table of months. */
#define MAX_SERIES	8

/* Columns of a table at most; characters of a cell. */
#define MAX_COLUMNS	13
#define MAX_CELL	200

/* A table; its columns follow the number of all rows, which is column 0 of the part. */
typedef struct Table
{
	TrkPart		part;
	const char *heading;
	const char *none;			/* what there is none of */
	int			last;			/* column of the head that says when the last was, or -1 */
	const char *note;			/* below the heading, or NULL */
	Column		columns[MAX_COLUMNS];
} Table;

static const Table tables[] = {
	{TRK_PART_AGENTS, "Agents", "agent did anything", -1, NULL,
		{{"agent", CELL_TEXT}, {"P&L", CELL_RESULT}, {"", CELL_UNIT}, {"trades", CELL_AMOUNT}, {"won", CELL_AMOUNT},
		{"equity", CELL_AMOUNT}, {"below high, %", CELL_AMOUNT}, {"runs", CELL_AMOUNT}, {"failed", CELL_BAD},
	{"errors", CELL_BAD}, {"cost, USD", CELL_AMOUNT}, {"last seen", CELL_TIME}}},
	{TRK_PART_SYMBOLS, "By symbol", "position that reports its result moved", -1,
		"Closed and open together, as the snapshots of positions report it.",
	{{"symbol", CELL_TEXT}, {"P&L", CELL_RESULT}, {"", CELL_UNIT}, {"open value", CELL_AMOUNT}}},
	{TRK_PART_TRADES, "Trades", "trade was finished", HEAD_LAST_TRADE, NULL,
		{{"closed", CELL_TIME}, {"agent", CELL_TEXT}, {"symbol", CELL_TEXT}, {"side", CELL_TEXT}, {"quantity", CELL_NUMBER},
		{"entry", CELL_NUMBER}, {"exit", CELL_NUMBER}, {"net", CELL_RESULT}, {"", CELL_UNIT}, {"held", CELL_NUMBER},
	{"decision", CELL_CODE}}},
	{TRK_PART_BLOCKS, "Blocked by risk", "trade was blocked", HEAD_LAST_BLOCK,
		"The price an hour later is of any agent of the project; blocking a purchase was good when it is lower.",
		{{"at", CELL_TIME}, {"agent", CELL_TEXT}, {"symbol", CELL_TEXT}, {"reason", CELL_TEXT}, {"by", CELL_TEXT},
		{"notional", CELL_NUMBER}, {"price", CELL_NUMBER}, {"1 h later", CELL_NUMBER}, {"change, bps", CELL_RESULT},
	{"decision", CELL_CODE}, {"", CELL_HIDDEN}}},
	{TRK_PART_POSITIONS, "Positions at the end", "position was open", -1, NULL,
		{{"agent", CELL_TEXT}, {"symbol", CELL_TEXT}, {"quantity", CELL_NUMBER}, {"average", CELL_NUMBER}, {"price", CELL_NUMBER},
	{"value", CELL_AMOUNT}, {"", CELL_UNIT}, {"unrealized", CELL_RESULT}, {"as of", CELL_TIME}}},
	{TRK_PART_ERRORS, "Errors", "error was recorded", -1, NULL,
		{{"last", CELL_TIME}, {"agent", CELL_TEXT}, {"type", CELL_TEXT}, {"component", CELL_TEXT}, {"kind", CELL_TEXT},
	{"message", CELL_TEXT}, {"times", CELL_BAD}, {"runs", CELL_AMOUNT}}},
	{TRK_PART_MODELS, "Models by day", "model was called", HEAD_LAST_CALL, "Whole days of UTC.",
		{{"day", CELL_TEXT}, {"model", CELL_TEXT}, {"calls", CELL_AMOUNT}, {"failed", CELL_BAD}, {"median", CELL_NUMBER},
	{"95 %", CELL_NUMBER}, {"tokens", CELL_AMOUNT}, {"cost, USD", CELL_AMOUNT}, {"unpriced", CELL_BAD}}},
	{TRK_PART_HANDOFFS, "Hand-offs between agents, of all times", "agent handed work to another", -1, NULL,
	{{"from", CELL_TEXT}, {"to", CELL_TEXT}, {"runs", CELL_AMOUNT}, {"latency", CELL_NUMBER}, {"cost, USD", CELL_AMOUNT}}},
	{TRK_PART_DRIFT, "Drift of behavior", "finding is open or was seen", -1, NULL,
		{{"last seen", CELL_TIME}, {"agent", CELL_TEXT}, {"dimension", CELL_TEXT}, {"level", CELL_TEXT}, {"effect", CELL_TEXT},
	{"size", CELL_AMOUNT}, {"sure", CELL_TEXT}, {"state", CELL_TEXT}}},
	{TRK_PART_RECONCILED, "Numbers that disagree", "reported number disagrees with what follows from the events", -1, NULL,
		{{"session", CELL_TEXT}, {"agent", CELL_TEXT}, {"number", CELL_TEXT}, {"of", CELL_TEXT}, {"reported", CELL_NUMBER},
	{"follows", CELL_NUMBER}, {"difference", CELL_RESULT}, {"", CELL_UNIT}, {"looks like", CELL_TEXT}}},
	{TRK_PART_READINESS, "Readiness", "report", -1, "For which purposes the events of this window suffice, and what is missing.",
	{{"for", CELL_TEXT}, {"ready", CELL_TEXT}, {"score, of 100", CELL_AMOUNT}, {"missing", CELL_TEXT}}}
};

/* Return the table of a part. */
static const Table *
table_of(TrkPart part)
{
	for (int i = 0; i < (int) lengthof(tables); i++)
		if (tables[i].part == part)
			return &tables[i];
	return NULL;
}

/* Return whether a column has anything to show. */
static bool
is_shown(const TrkWindowReport *report, const Table *table, int column)
{
	if (table->columns[column].heading == NULL || table->columns[column].kind >= CELL_UNIT)
		return false;
	for (int i = 0; i < report->parts[table->part].nrows; i++)
		if (trk_part_cell(report, table->part, i, column + 1).len > 0)
			return true;
	return false;
}

/* Return a heading with the zone behind it. */
static const char *
heading_with_zone(const TrkWindowReport *report, TrkPage *page, const char *heading)
{
	TrkText		zone = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE);
	Size		len = strlen(heading);
	char	   *text = trk_alloc(page->arena, len + zone.len + 3);

	memcpy(text, heading, len);
	memcpy(text + len, ", ", 2);
	memcpy(text + len + 2, zone.s, zone.len);
	text[len + 2 + zone.len] = '\0';
	return text;
}

/* Begin the table on the page; returns which columns it shows. */
static void
begin_table(const TrkWindowReport *report, TrkPage *page, const Table *table, bool *shown)
{
	TrkPageColumn *columns = trk_alloc_array(page->arena, TrkPageColumn, MAX_COLUMNS);
	int			n = 0;

	for (int i = 0; i < MAX_COLUMNS; i++)
	{
		const Column *column = &table->columns[i];

		shown[i] = is_shown(report, table, i);
		if (!shown[i])
			continue;
		columns[n].heading = column->kind == CELL_TIME ? heading_with_zone(report, page, column->heading) : column->heading;
		columns[n++].is_number = column->kind >= CELL_NUMBER;
	}
	trk_page_table(page, columns, n);
}

/* Add a cell, cut where it is long. */
static void
add_cut(TrkPage *page, TrkPageTone tone, TrkText text)
{
	Size		len = trk_prefix_of(text, MAX_CELL);

	trk_page_cell(page, tone, (TrkText) {text.s, len});
	if (len < text.len)
		trk_page_say(page, TRK_TONE_MUTED, "...");
}

/* Add a cell. */
static void
add_cell(TrkPage *page, CellKind kind, TrkText text)
{
	bool		is_zero = text.len == 1 && text.s[0] == '0';

	switch (kind)
	{
		case CELL_TEXT:
		case CELL_TIME:
		case CELL_NUMBER:
			add_cut(page, TRK_TONE_PLAIN, text);
			break;
		case CELL_CODE:
			add_cut(page, TRK_TONE_CODE, text);
			break;
		case CELL_AMOUNT:
			trk_page_cell(page, TRK_TONE_PLAIN, trk_format_decimal(page->arena, text, false));
			break;
		case CELL_RESULT:
			text = trk_format_decimal(page->arena, text, true);
			trk_page_cell(page, text.len == 0 ? TRK_TONE_PLAIN : text.s[0] == '-' ? TRK_TONE_LOSS : text.s[0] == '+' ? TRK_TONE_GAIN :
						  TRK_TONE_PLAIN, text);
			break;
		case CELL_BAD:
			trk_page_cell(page, text.len == 0 || is_zero ? TRK_TONE_PLAIN : TRK_TONE_LOSS, trk_format_decimal(page->arena, text, false));
			break;
		case CELL_UNIT:
			trk_part_say(page, " ", TRK_TONE_MUTED, text, "");
			break;
		case CELL_HIDDEN:
			break;
	}
}

/* Say how many rows are left out, if any. */
static void
add_left_out(const TrkWindowReport *report, TrkPage *page, TrkPart part)
{
	int			n = report->parts[part].nrows;
	double		in_all = trk_part_number(report, part, 0, 0);

	if (!(in_all > n))
		return;
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_DOUBT, "Shown are ");
	trk_page_text(page, TRK_TONE_DOUBT, trk_format_count(page->arena, n));
	trk_page_say(page, TRK_TONE_DOUBT, " of ");
	trk_page_text(page, TRK_TONE_DOUBT, trk_format_count(page->arena, (int64) in_all));
	trk_page_say(page, TRK_TONE_DOUBT, part == TRK_PART_TRADES ? ": those that made or lost most." :
				 part == TRK_PART_BLOCKS || part == TRK_PART_MODELS ? ": the last ones." : ": the largest.");
}

/* Add a table. */
void
trk_part_table(const TrkWindowReport *report, TrkPage *page, TrkPart part)
{
	const Table *table = table_of(part);
	const TrkPartRows *rows = &report->parts[part];
	bool		shown[MAX_COLUMNS];

	trk_part_heading(page, table->heading, rows->nrows == 0);
	if (rows->denied || rows->nrows == 0)
	{
		if (rows->denied)
			trk_part_denied(page);
		else
			trk_part_empty(page, table->none, table->last < 0 ? (TrkText) {"", 0} :
						   trk_part_cell(report, TRK_PART_HEAD, 0, table->last), trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE));
		return;
	}
	if (table->note != NULL)
	{
		trk_page_block(page, TRK_BLOCK_LINES);
		trk_page_cell_say(page, TRK_TONE_MUTED, table->note);
	}
	add_left_out(report, page, part);
	begin_table(report, page, table, shown);
	for (int i = 0; i < rows->nrows; i++)
	{
		TRK_CHECK_INTERRUPTS();
		trk_page_panel(page);
		for (int j = 0; j < MAX_COLUMNS; j++)
			if (shown[j] || (j > 0 && shown[j - 1] && table->columns[j].kind == CELL_UNIT))
				add_cell(page, table->columns[j].kind, trk_part_cell(report, part, i, j + 1));
	}
}

/* Return the number that a part of a date is: its year, or its month. */
static int
date_part(TrkText date, Size begin, Size len)
{
	int			value = 0;

	for (Size i = begin; i < begin + len && i < date.len; i++)
		if (date.s[i] >= '0' && date.s[i] <= '9')
			value = 10 * value + (date.s[i] - '0');
	return value;
}

/* Add a return in percent. */
static void
add_percent(TrkPage *page, double growth, bool known)
{
	char		text[32];

	snprintf(text, sizeof(text), "%.2f", 100 * (growth - 1));
	add_cell(page, CELL_RESULT, known ? trk_text_copy(page->arena, trk_text_literal(strcmp(text, "-0.00") == 0 ? "0.00" : text)) :
			 (TrkText) {"", 0});
}

/* Add the row of a year: what its days, from first to before end, compound to. */
static void
add_year(const TrkWindowReport *report, TrkPage *page, int year, int first, int end)
{
	double		growth[13];
	bool		known[13];
	char		name[16];

	for (int i = 0; i <= 12; i++)
	{
		growth[i] = 1;
		known[i] = false;
	}
	for (int i = first; i < end; i++)
	{
		int			month = date_part(trk_part_cell(report, TRK_PART_DAYS, i, DAY_SESSION), 5, 2);
		double		ret = trk_part_number(report, TRK_PART_DAYS, i, DAY_RETURN);

		if (!isfinite(ret) || month < 1 || month > 12)
			continue;
		growth[month - 1] *= 1 + ret;
		growth[12] *= 1 + ret;
		known[month - 1] = known[12] = true;
	}
	trk_page_panel(page);
	snprintf(name, sizeof(name), "%d", year);
	trk_page_cell(page, TRK_TONE_PLAIN, trk_text_literal(name));
	for (int i = 0; i <= 12; i++)
		add_percent(page, growth[i], known[i]);
}

/* Add the months of the days of one account, from first to before end. */
static void
add_months(const TrkWindowReport *report, TrkPage *page, int first, int end)
{
	static const TrkPageColumn columns[] = {
		{"%", false}, {"Jan", true}, {"Feb", true}, {"Mar", true}, {"Apr", true}, {"May", true}, {"Jun", true}, {"Jul", true},
		{"Aug", true}, {"Sep", true}, {"Oct", true}, {"Nov", true}, {"Dec", true}, {"year", true}
	};

	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_line(page);
	trk_part_say(page, "", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_DAYS, first, DAY_PORTFOLIO), " ");
	trk_part_say(page, "", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_DAYS, first, DAY_CURRENCY), "");
	trk_page_table(page, columns, lengthof(columns));
	for (int i = first; i < end;)
	{
		int			year = date_part(trk_part_cell(report, TRK_PART_DAYS, i, DAY_SESSION), 0, 4);
		int			next = i;

		while (next < end && date_part(trk_part_cell(report, TRK_PART_DAYS, next, DAY_SESSION), 0, 4) == year)
			next++;
		add_year(report, page, year, i, next);
		i = next;
	}
}

/* Add the returns by month and year. */
void
trk_part_months(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_DAYS];

	trk_part_heading(page, "Returns by month, up to the end of the window", rows->nrows == 0);
	if (rows->denied)
		trk_part_denied(page);
	else if (rows->nrows == 0)
		trk_part_empty(page, "return is known", (TrkText) {"", 0}, (TrkText) {"", 0});
	for (int n = 0, first; n < MAX_SERIES && (first = trk_part_series(report, TRK_PART_DAYS, n)) >= 0; n++)
		add_months(report, page, first, trk_part_series_end(report, TRK_PART_DAYS, first));
}

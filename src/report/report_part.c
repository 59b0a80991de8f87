/*
 * report_part.c
 *	  The cells of the parts of a report, and lines that many parts have (see
 *	  report.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"
#include "report/report.h"

/* Characters of a name. */
#define MAX_NAME	60

/* Return a cell. */
TrkText
trk_part_cell(const TrkWindowReport *report, TrkPart part, int row, int column)
{
	const TrkPartRows *rows = &report->parts[part];

	if (row < 0 || row >= rows->nrows || column >= rows->ncolumns)
		return (TrkText) {"", 0};
	return rows->cells[row * rows->ncolumns + column];
}

/* Return a text as a number. */
double
trk_part_value(TrkText text)
{
	char		digits[64];

	if (text.len == 0 || text.len >= sizeof(digits))
		return NAN;
	memcpy(digits, text.s, text.len);
	digits[text.len] = '\0';
	return strtod(digits, NULL);
}

/* Return a cell as a number. */
double
trk_part_number(const TrkWindowReport *report, TrkPart part, int row, int column)
{
	return trk_part_value(trk_part_cell(report, part, row, column));
}

/* Return whether a cell is the number of none. */
bool
trk_part_is_none(const TrkWindowReport *report, TrkPart part, int row, int column)
{
	return !(trk_part_number(report, part, row, column) > 0);
}

/* Return whether rows of two parts are of one account. */
bool
trk_part_is_same(const TrkWindowReport *report, TrkPart a, int row_a, TrkPart b, int row_b)
{
	return trk_text_equal(trk_part_cell(report, a, row_a, 0), trk_part_cell(report, b, row_b, 0)) &&
		trk_text_equal(trk_part_cell(report, a, row_a, 1), trk_part_cell(report, b, row_b, 1));
}

/* Return the row behind the last one of the account that this row is of. */
int
trk_part_series_end(const TrkWindowReport *report, TrkPart part, int row)
{
	int			end = row + 1;

	while (end < report->parts[part].nrows && trk_part_is_same(report, part, row, part, end))
		end++;
	return end;
}

/* Return the place of the account of a row among those that made something, or their number. */
static int
place_of(const TrkWindowReport *report, TrkPart part, int row)
{
	int			n = report->parts[TRK_PART_ACCOUNTS].nrows;

	for (int i = 0; i < n; i++)
		if (trk_part_is_same(report, part, row, TRK_PART_ACCOUNTS, i))
			return i;
	return n;
}

/* Return the first row of the n-th account of a part. */
int
trk_part_series(const TrkWindowReport *report, TrkPart part, int n)
{
	int			nplaces = report->parts[TRK_PART_ACCOUNTS].nrows + 1;

	for (int place = 0; place < nplaces; place++)
		for (int i = 0; i < report->parts[part].nrows; i = trk_part_series_end(report, part, i))
			if (place_of(report, part, i) == place && n-- == 0)
				return i;
	return -1;
}

/* Add a text between two others, cut to a name; or nothing for an empty one. */
void
trk_part_say(TrkPage *page, const char *before, TrkPageTone tone, TrkText text, const char *behind)
{
	Size		len = trk_prefix_of(text, MAX_NAME);

	if (text.len == 0)
		return;
	if (before[0] != '\0')
		trk_page_say(page, tone == TRK_TONE_MUTED ? tone : TRK_TONE_PLAIN, before);
	trk_page_text(page, tone, (TrkText) {text.s, len});
	if (len < text.len)
		trk_page_say(page, TRK_TONE_MUTED, "...");
	if (behind[0] != '\0')
		trk_page_say(page, tone == TRK_TONE_MUTED ? tone : TRK_TONE_PLAIN, behind);
}

/* Add a heading. */
void
trk_part_heading(TrkPage *page, const char *text, bool is_empty)
{
	trk_page_block(page, is_empty ? TRK_BLOCK_LABEL : TRK_BLOCK_HEADING);
	trk_page_cell_say(page, TRK_TONE_PLAIN, text);
}

/* Add a line that says that a part may not be read. */
void
trk_part_denied(TrkPage *page)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_DOUBT, "You may not read what this is made of.");
}

/* Add a line that says what there is none of, and when the last was. */
void
trk_part_empty(TrkPage *page, const char *what, TrkText last, TrkText zone)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_MUTED, "No ");
	trk_page_say(page, TRK_TONE_MUTED, what);
	trk_page_say(page, TRK_TONE_MUTED, " in this window");
	if (last.len > 0)
	{
		trk_part_say(page, "; the last before its end at ", TRK_TONE_MUTED, last, " ");
		trk_page_text(page, TRK_TONE_MUTED, zone);
	}
	trk_page_say(page, TRK_TONE_MUTED, ".");
}

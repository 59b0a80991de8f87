/*
 * report.h
 *	  What an agent or a project made and did in a window, as a page.  Called by
 *	  report_sql.c.
 *
 * report_sql.c reads the parts of a report, each with one SQL function, into
 * tables of texts; report.c makes a page of them, report_chart.c its pictures,
 * report_table.c its tables.  A text of length 0 is not known.
 */
#ifndef TRK_REPORT_H
#define TRK_REPORT_H

#include "report/trace.h"

/* The parts of a report, in the order in which they are read. */
typedef enum TrkPart
{
	TRK_PART_SCOPE,
	TRK_PART_HEAD,
	TRK_PART_ACCOUNTS,
	TRK_PART_DAYS,
	TRK_PART_POINTS,
	TRK_PART_MARKS,
	TRK_PART_TRADE,
	TRK_PART_STRIP,
	TRK_PART_RUN,
	TRK_PART_DIFFERENCES,
	TRK_PART_DOUBTS,
	TRK_PART_DECIDED,
	TRK_PART_EVENTS,
	TRK_PART_AGENTS,			/* from here on tables, see report_table.c */
	TRK_PART_SYMBOLS,
	TRK_PART_TRADES,
	TRK_PART_BLOCKS,
	TRK_PART_POSITIONS,
	TRK_PART_ERRORS,
	TRK_PART_MODELS,
	TRK_PART_COSTS,
	TRK_PART_HANDOFFS,
	TRK_PART_DRIFT,
	TRK_PART_RECONCILED,
	TRK_PART_READINESS,
	TRK_PARTS
} TrkPart;

/* Columns of parts, in the order of what their SQL functions return. */
enum
{
	SCOPE_PROJECT, SCOPE_AGENT, SCOPE_ENVIRONMENT, SCOPE_ZONE, SCOPE_OTHERS, SCOPE_SINCE, SCOPE_UNTIL, SCOPE_PHRASE,
	SCOPE_SESSION, SCOPE_SESSION_BEFORE, SCOPE_NOW
};
enum
{
	HEAD_LAST_SEEN, HEAD_SILENT, HEAD_OPEN_RUNS, HEAD_AGENTS, HEAD_RUNS, HEAD_FAILED_RUNS, HEAD_ERRORS, HEAD_LAST_ERROR,
	HEAD_LAST_ERROR_AT, HEAD_WAITING, HEAD_LAST_BLOCK, HEAD_LAST_CALL, HEAD_LAST_DECISION, HEAD_LAST_TRADE
};
enum
{
	ACCOUNT_PORTFOLIO, ACCOUNT_CURRENCY, ACCOUNT_AGENTS, ACCOUNT_PNL, ACCOUNT_REALIZED, ACCOUNT_FEES, ACCOUNT_TRADES,
	ACCOUNT_WON, ACCOUNT_GROSS, ACCOUNT_NET, ACCOUNT_GROSS_BEFORE, ACCOUNT_AS_OF
};
enum
{
	DAY_PORTFOLIO, DAY_CURRENCY, DAY_SESSION, DAY_LABEL, DAY_EQUITY, DAY_FLOW, DAY_PNL, DAY_PNL_VALUE, DAY_RETURN, DAY_DRAWDOWN
};
enum
{
	POINT_PORTFOLIO, POINT_CURRENCY, POINT_X, POINT_Y, POINT_AT, POINT_VALUE, POINT_FLOW, POINT_START
};
enum
{
	MARK_PORTFOLIO, MARK_CURRENCY, MARK_X, MARK_SHAPE, MARK_SAID, MARK_FILL
};
enum
{
	TRADE_AGENT, TRADE_CURRENCY, TRADE_SYMBOL, TRADE_DIRECTION, TRADE_QUANTITY, TRADE_NET, TRADE_ENTRY, TRADE_DECISION,
	TRADE_RUN, TRADE_CLOSE_FILL, TRADE_PORTFOLIO, TRADE_IS_PART
};
enum
{
	STRIP_PLACE, STRIP_LEAD, STRIP_TONE, STRIP_SAID, STRIP_REST
};
enum
{
	RUN_ID, RUN_WHY
};
enum
{
	SAID_LEAD, SAID_TONE, SAID_SAID, SAID_REST
};
enum
{
	DECIDED_CANDIDATES, DECIDED_DECISIONS, DECIDED_TRADES, DECIDED_APPROVED, DECIDED_ORDERED, DECIDED_FILLED,
	DECIDED_STALE, DECIDED_OLDEST, DECIDED_OLDEST_SYMBOL, DECIDED_OLDEST_AT
};
enum
{
	EVENTS_COUNT, EVENTS_HASH, EVENTS_LINES, EVENTS_REJECTED, EVENTS_CONFLICTS, EVENTS_VERSION
};
enum
{
	SYMBOL_IN_ALL, SYMBOL_NAME, SYMBOL_PNL, SYMBOL_CURRENCY
};
enum
{
	BLOCK_IN_ALL, BLOCK_AT, BLOCK_AGENT, BLOCK_SYMBOL, BLOCK_REASONS, BLOCK_BY, BLOCK_NOTIONAL, BLOCK_PRICE,
	BLOCK_PRICE_LATER, BLOCK_CHANGE, BLOCK_DECISION, BLOCK_X
};
enum
{
	RECONCILED_IN_ALL, RECONCILED_SESSION, RECONCILED_AGENT, RECONCILED_CHECK, RECONCILED_SUBJECT, RECONCILED_REPORTED,
	RECONCILED_EXPECTED, RECONCILED_DIFFERENCE, RECONCILED_UNIT, RECONCILED_FAMILY
};
enum
{
	DRIFT_IN_ALL, DRIFT_LAST, DRIFT_AGENT, DRIFT_DIMENSION, DRIFT_LEVEL
};
enum
{
	COST_IN_ALL, COST_MODEL, COST_USD
};

/* The rows of a part. */
typedef struct TrkPartRows
{
	TrkText    *cells;			/* row by row */
	int			nrows;
	int			ncolumns;
	bool		denied;			/* the caller may not read what it is made of */
} TrkPartRows;

typedef struct TrkWindowReport
{
	TrkPartRows parts[TRK_PARTS];
	TrkChartTick *ticks;		/* of the time of the points */
	int			nticks;
	TrkTrace   *trace;			/* the run that is shown, or NULL */
} TrkWindowReport;

/* Return a cell; a text of length 0 where there is no such row. */
extern TrkText trk_part_cell(const TrkWindowReport *report, TrkPart part, int row, int column);

/* Return a text, or a cell, as a number; NaN for none. */
extern double trk_part_value(TrkText text);
extern double trk_part_number(const TrkWindowReport *report, TrkPart part, int row, int column);

/* Return whether a cell is the number of none: 0, or not known. */
extern bool trk_part_is_none(const TrkWindowReport *report, TrkPart part, int row, int column);

/* Add a text, cut at so many characters; or nothing for an empty one. */
extern void trk_part_say(TrkPage *page, const char *before, TrkPageTone tone, TrkText text, const char *behind);

/* Add a heading; in print that of an empty part does not begin a page. */
extern void trk_part_heading(TrkPage *page, const char *text, bool is_empty);

/* Add a line that says that a part may not be read, or why it is empty. */
extern void trk_part_denied(TrkPage *page);
extern void trk_part_empty(TrkPage *page, const char *what, TrkText last, TrkText zone);

/*
 * Return the first row of the n-th account of a part, counted from 0: those that made
 * something in the window come first, as they do there.  -1 when there are not so
 * many.
 */
extern int	trk_part_series(const TrkWindowReport *report, TrkPart part, int n);

/* Return the row behind the last one of the account that this row of a part is of. */
extern int	trk_part_series_end(const TrkWindowReport *report, TrkPart part, int row);

/* Return whether rows of two parts, whose first columns are portfolio and currency, are of one account. */
extern bool trk_part_is_same(const TrkWindowReport *report, TrkPart a, int row_a, TrkPart b, int row_b);

/* Add the pictures; the returns by month; the table of a part. */
extern void trk_part_charts(const TrkWindowReport *report, TrkPage *page);
extern void trk_part_months(const TrkWindowReport *report, TrkPage *page);
extern void trk_part_table(const TrkWindowReport *report, TrkPage *page, TrkPart part);

/* Make the page of a report, whose texts are UTF-8. */
extern void trk_window_report_page(const TrkWindowReport *report, TrkPage *page, TrkArena *arena);

#endif							/* TRK_REPORT_H */

/*
 * report.c
 *	  The page of a report: its first screen, and the order of all that follows (see
 *	  report.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"
#include "report/report.h"

/* Accounts in the title, and in their table; lines of a panel. */
#define MAX_ACCOUNTS	3
#define MAX_ROWS		12
#define MAX_LINES		6

/* Findings of drift among what differed. */
#define MAX_FINDINGS	2

/* Symbols in the sentence below the title. */
#define MAX_SYMBOLS		4

/* Bars of the run that is shown. */
#define MAX_BARS		60

/* An agent that sent nothing for so long is silent. */
#define SILENT_MS		(3600 * 1000.0)

/* Facts that wait for a refresh so long are old; what waits is computed all the same. */
#define OLD_MS			(60 * 1000.0)

/* Return whether there is not a single event of what the report is about. */
static bool
is_blank(const TrkWindowReport *report)
{
	return !report->parts[TRK_PART_HEAD].denied && trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_SEEN).len == 0;
}

/* Return a signed number with groups of digits. */
static TrkText
signed_number(TrkPage *page, TrkText number)
{
	return trk_format_decimal(page->arena, number, true);
}

/* Return a number without its sign, with groups of digits. */
static TrkText
unsigned_number(TrkPage *page, TrkText number)
{
	if (number.len > 0 && number.s[0] == '-')
		number = (TrkText) {number.s + 1, number.len - 1};
	return trk_format_decimal(page->arena, number, false);
}

/* Return a number with decimals as a text. */
static TrkText
decimals(TrkPage *page, double value, int digits)
{
	char		text[64];

	if (!isfinite(value))
		return (TrkText) {"", 0};
	/* no minus before a zero */
	if (fabs(value) < 0.5 * pow(10, -digits))
		value = 0;
	snprintf(text, sizeof(text), "%.*f", digits, value);
	return trk_format_decimal(page->arena, trk_text_copy(page->arena, trk_text_literal(text)), false);
}

/* Return how a result looks. */
static TrkPageTone
tone_of(double result)
{
	return result < 0 ? TRK_TONE_LOSS : result > 0 ? TRK_TONE_GAIN : TRK_TONE_PLAIN;
}

/* Return the tone that SQL names. */
static TrkPageTone
named_tone(TrkText name)
{
	static const struct
	{
		const char *name;
		TrkPageTone tone;
	}			tones[] = {
		{"loss", TRK_TONE_LOSS}, {"gain", TRK_TONE_GAIN}, {"doubt", TRK_TONE_DOUBT}, {"strong", TRK_TONE_STRONG},
		{"muted", TRK_TONE_MUTED}
	};

	for (int i = 0; i < (int) lengthof(tones); i++)
		if (trk_text_equal(name, trk_text_literal(tones[i].name)))
			return tones[i].tone;
	return TRK_TONE_PLAIN;
}

/* Add a count and what is counted, in the singular or the plural. */
static void
say_count(TrkPage *page, TrkPageTone tone, TrkText count, const char *one, const char *many)
{
	bool		is_one = count.len == 1 && count.s[0] == '1';

	trk_page_text(page, tone, trk_format_decimal(page->arena, count, false));
	trk_page_say(page, tone, is_one ? one : many);
}

/* Return what an account made: from equity, else from what was closed. */
static TrkText
result_of(const TrkWindowReport *report, int account)
{
	TrkText		pnl = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_PNL);

	return pnl.len > 0 ? pnl : trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_REALIZED);
}

/* Add what all accounts made; returns whether any is known. */
static bool
say_results(const TrkWindowReport *report, TrkPage *page)
{
	int			said = 0;
	bool		was_loss = false;

	for (int i = 0; i < report->parts[TRK_PART_ACCOUNTS].nrows && said < MAX_ACCOUNTS; i++)
	{
		TrkText		result = result_of(report, i);
		TrkText		currency = trk_part_cell(report, TRK_PART_ACCOUNTS, i, ACCOUNT_CURRENCY);
		bool		is_loss = result.len > 0 && result.s[0] == '-';
		TrkPageTone tone = tone_of(trk_part_value(result));

		if (result.len == 0)
			continue;
		trk_page_say(page, TRK_TONE_PLAIN, said > 0 ? " and " : " ");
		if (said == 0 || is_loss != was_loss)
			trk_page_say(page, TRK_TONE_PLAIN, is_loss ? "lost " : "made ");
		trk_page_text(page, tone, unsigned_number(page, result));
		trk_part_say(page, " ", tone, currency.len > 0 ? currency : trk_text_literal("(no currency)"), "");
		was_loss = is_loss;
		said++;
	}
	return said > 0;
}

/* Add how many trades were finished, and how many of them won. */
static void
say_trades(const TrkWindowReport *report, TrkPage *page)
{
	int64		trades = 0;
	int64		won = 0;

	for (int i = 0; i < report->parts[TRK_PART_ACCOUNTS].nrows; i++)
	{
		trades += (int64) trk_part_number(report, TRK_PART_ACCOUNTS, i, ACCOUNT_TRADES);
		won += (int64) trk_part_number(report, TRK_PART_ACCOUNTS, i, ACCOUNT_WON);
	}
	if (report->parts[TRK_PART_ACCOUNTS].nrows == 0)
		return;
	if (trades == 0)
	{
		trk_page_say(page, TRK_TONE_PLAIN, ": no trade was finished");
		return;
	}
	trk_page_say(page, TRK_TONE_PLAIN, ": ");
	say_count(page, TRK_TONE_PLAIN, trk_format_count(page->arena, trades), " trade, ", " trades, ");
	if (trades == 1)
		trk_page_say(page, TRK_TONE_PLAIN, won == 1 ? "which won" : "which did not win");
	else if (won == 0)
		trk_page_say(page, TRK_TONE_PLAIN, "none won");
	else
	{
		trk_page_text(page, TRK_TONE_PLAIN, trk_format_count(page->arena, won));
		trk_page_say(page, TRK_TONE_PLAIN, " won");
	}
}

/* Add whose report it is, of when. */
static void
add_where(const TrkWindowReport *report, TrkPage *page)
{
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_line(page);
	trk_part_say(page, "", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PROJECT), "");
	trk_part_say(page, " / ", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ENVIRONMENT), "");
	trk_part_say(page, " / ", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT), "");
	trk_part_say(page, " / ", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_SINCE), "");
	trk_part_say(page, " to ", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_UNTIL), " ");
	trk_part_say(page, "", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), "");
}

/* Add the sentence that says who made what. */
static void
add_title(const TrkWindowReport *report, TrkPage *page)
{
	TrkText		agent = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT);
	TrkText		agents = trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_AGENTS);

	trk_page_block(page, TRK_BLOCK_TITLE);
	trk_page_line(page);
	trk_part_say(page, "", TRK_TONE_PLAIN, agent.len > 0 ? agent : trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PROJECT), "");
	if (is_blank(report))
	{
		trk_page_say(page, TRK_TONE_PLAIN, ": nothing was ever recorded");
		return;
	}
	if (agent.len == 0 && agents.len > 0)
	{
		trk_page_say(page, TRK_TONE_PLAIN, ": ");
		say_count(page, TRK_TONE_PLAIN, agents, " agent", " agents");
	}
	if (report->parts[TRK_PART_ACCOUNTS].denied)
		trk_page_say(page, TRK_TONE_PLAIN, ": you may not read what was made");
	else if (!say_results(report, page))
		trk_page_say(page, TRK_TONE_PLAIN, " traded nothing");
	trk_part_say(page, " ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PHRASE), "");
	say_trades(report, page);
}

/* Add the trade that is followed. */
static void
add_trade(const TrkWindowReport *report, TrkPage *page)
{
	double		net = trk_part_number(report, TRK_PART_TRADE, 0, TRADE_NET);
	TrkText		zone = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE);
	bool		is_part = trk_text_equal(trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_IS_PART), trk_text_literal("t"));

	if (report->parts[TRK_PART_TRADE].denied)
	{
		trk_part_denied(page);
		return;
	}
	if (report->parts[TRK_PART_TRADE].nrows == 0)
	{
		trk_part_empty(page, "trade was finished", trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_TRADE), zone);
		return;
	}
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_cell_say(page, TRK_TONE_PLAIN, is_part ? (net < 0 ? "The worst lot that was closed, " : "No lot that was closed lost; the best, ") :
					  net < 0 ? "The worst, " : "No trade lost; the best, ");
	trk_page_text(page, TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_SYMBOL));
	trk_part_say(page, " ", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_DIRECTION), "");
	trk_part_say(page, " ", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_QUANTITY), "");
	if (trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len == 0)
		trk_part_say(page, " of ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_AGENT), "");
	trk_page_say(page, TRK_TONE_PLAIN, net < 0 ? ", lost " : ", made ");
	trk_page_text(page, tone_of(net), unsigned_number(page, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_NET)));
	trk_part_say(page, " ", tone_of(net), trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_CURRENCY), "");
	trk_part_say(page, "; entered ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_ENTRY), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, zone, "");
	trk_part_say(page, " by decision ", TRK_TONE_CODE, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_DECISION), "");
	trk_part_say(page, ", run ", TRK_TONE_CODE, trk_part_cell(report, TRK_PART_TRADE, 0, TRADE_RUN), "");
	trk_page_say(page, TRK_TONE_PLAIN, ".");
}

/* Add the symbols that most of the result came from, in the currency of the first account. */
static void
add_symbols(const TrkWindowReport *report, TrkPage *page)
{
	int			n = report->parts[TRK_PART_SYMBOLS].nrows;
	bool		lost = trk_part_value(result_of(report, 0)) < 0;
	TrkText		currency = trk_part_cell(report, TRK_PART_ACCOUNTS, 0, ACCOUNT_CURRENCY);
	int			said = 0;

	for (int i = 0; i < n && said < MAX_SYMBOLS; i++)
	{
		int			row = lost ? i : n - 1 - i; /* those that lost most are first */
		double		pnl = trk_part_number(report, TRK_PART_SYMBOLS, row, SYMBOL_PNL);

		if (!trk_text_equal(trk_part_cell(report, TRK_PART_SYMBOLS, row, SYMBOL_CURRENCY), currency) || !(lost ? pnl < 0 : pnl > 0))
			continue;
		if (said == 0)
		{
			trk_page_block(page, TRK_BLOCK_LINES);
			trk_page_cell_say(page, TRK_TONE_PLAIN, lost ? "Closed and open, most was lost with " : "Closed and open, most was made with ");
		}
		trk_part_say(page, said > 0 ? ", " : "", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_SYMBOLS, row, SYMBOL_NAME), " ");
		trk_page_text(page, tone_of(pnl), signed_number(page, trk_part_cell(report, TRK_PART_SYMBOLS, row, SYMBOL_PNL)));
		said++;
	}
	if (said > 0)
	{
		trk_part_say(page, " ", TRK_TONE_PLAIN, currency, "");
		trk_page_say(page, TRK_TONE_PLAIN, ".");
	}
}

/* Add whether it is running. */
static void
add_state(const TrkWindowReport *report, TrkPage *page)
{
	double		silent = trk_part_number(report, TRK_PART_HEAD, 0, HEAD_SILENT);
	TrkText		since = trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_SEEN);

	if (since.len == 0)
		return;
	if (silent < SILENT_MS)
	{
		trk_page_cell_say(page, TRK_TONE_GAIN, "running");
		trk_part_say(page, ", last seen ", TRK_TONE_PLAIN, trk_format_ms(page->arena, Max(silent, 0)), " ago");
		return;
	}
	trk_page_cell_say(page, TRK_TONE_LOSS, "silent");
	trk_part_say(page, " since ", TRK_TONE_PLAIN, since, " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), ", ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_format_ms(page->arena, silent), " ago");
}

/* Add a chip with a count, if it is not none. */
static void
add_counted_chip(const TrkWindowReport *report, TrkPage *page, int column, TrkPageTone tone, const char *one, const char *many)
{
	if (trk_part_is_none(report, TRK_PART_HEAD, 0, column))
		return;
	trk_page_line(page);
	say_count(page, tone, trk_part_cell(report, TRK_PART_HEAD, 0, column), one, many);
}

/* Add what an account made with what it closed. */
static void
add_realized(const TrkWindowReport *report, TrkPage *page, int account)
{
	TrkText		realized = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_REALIZED);

	if (realized.len == 0)
		return;
	trk_page_cell_say(page, TRK_TONE_PLAIN, "realized ");
	trk_page_text(page, tone_of(trk_part_number(report, TRK_PART_ACCOUNTS, account, ACCOUNT_REALIZED)), signed_number(page, realized));
	trk_part_say(page, " ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_CURRENCY), "");
}

/* Add what is going on now, and how old the facts are. */
static void
add_chips(const TrkWindowReport *report, TrkPage *page)
{
	trk_page_block(page, TRK_BLOCK_CHIPS);
	add_state(report, page);
	add_counted_chip(report, page, HEAD_OPEN_RUNS, TRK_TONE_DOUBT, " run open", " runs open");
	add_counted_chip(report, page, HEAD_RUNS, TRK_TONE_PLAIN, " run", " runs");
	if (!trk_part_is_none(report, TRK_PART_HEAD, 0, HEAD_RUNS) && !trk_part_is_none(report, TRK_PART_HEAD, 0, HEAD_FAILED_RUNS))
	{
		trk_page_say(page, TRK_TONE_PLAIN, ", ");
		say_count(page, TRK_TONE_LOSS, trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_FAILED_RUNS), " failed", " failed");
	}
	if (report->parts[TRK_PART_ACCOUNTS].nrows == 1)
		add_realized(report, page, 0);
	add_counted_chip(report, page, HEAD_ERRORS, TRK_TONE_LOSS, " error", " errors");
	if (!trk_part_is_none(report, TRK_PART_HEAD, 0, HEAD_ERRORS))
	{
		trk_part_say(page, ", last: ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_ERROR), "");
		trk_part_say(page, ", ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_ERROR_AT), "");
	}
	if (trk_part_number(report, TRK_PART_HEAD, 0, HEAD_WAITING) >= OLD_MS)
	{
		trk_page_cell_say(page, TRK_TONE_PLAIN, "facts ");
		trk_part_say(page, "", TRK_TONE_PLAIN, trk_format_ms(page->arena, trk_part_number(report, TRK_PART_HEAD, 0, HEAD_WAITING)), " old");
	}
	else if (!report->parts[TRK_PART_HEAD].denied)
		trk_page_cell_say(page, TRK_TONE_PLAIN, "facts up to date");
	if (trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_OTHERS).len > 0)
	{
		trk_page_cell_say(page, TRK_TONE_MUTED, "not shown: ");
		trk_part_say(page, "", TRK_TONE_MUTED, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_OTHERS), "");
	}
}

/* Return the last day of an account, or -1. */
static int
last_day(const TrkWindowReport *report, int account)
{
	for (int i = report->parts[TRK_PART_DAYS].nrows - 1; i >= 0; i--)
		if (trk_part_is_same(report, TRK_PART_DAYS, i, TRK_PART_ACCOUNTS, account))
			return i;
	return -1;
}

/* Return the day before a day of the same account, or -1. */
static int
day_before(const TrkWindowReport *report, int day)
{
	return day >= 1 && trk_part_is_same(report, TRK_PART_DAYS, day, TRK_PART_DAYS, day - 1) ? day - 1 : -1;
}

/* Begin a card: its name and its figure. */
static void
add_card(const TrkWindowReport *report, TrkPage *page, const char *name, int account, TrkPageTone tone, TrkText figure, const char *unit)
{
	TrkText		currency = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_CURRENCY);

	trk_page_panel(page);
	trk_page_cell_say(page, TRK_TONE_PLAIN, name);
	if (figure.len == 0)
	{
		trk_page_cell_say(page, TRK_TONE_MUTED, "not known");
		return;
	}
	trk_page_cell(page, tone, figure);
	if (unit != NULL)
		trk_page_say(page, TRK_TONE_MUTED, unit);
	else
		trk_part_say(page, " ", TRK_TONE_MUTED, currency, "");
}

/* Add what a figure was in the session before. */
static void
say_before(TrkPage *page, TrkText figure, const char *unit)
{
	trk_page_line(page);
	if (figure.len == 0)
		trk_page_say(page, TRK_TONE_PLAIN, "no session before");
	trk_part_say(page, "session before ", TRK_TONE_PLAIN, figure, unit);
}

/* Add the card of drawdown, with the day of the high. */
static void
add_drawdown_card(const TrkWindowReport *report, TrkPage *page, int account, int day)
{
	double		now = 100 * trk_part_number(report, TRK_PART_DAYS, day, DAY_DRAWDOWN);
	int			before = day_before(report, day);
	int			high = day;
	TrkText		label;

	add_card(report, page, "Below the high", account, tone_of(now <= -0.005 ? now : 0), decimals(page, now, 2), " %");
	say_before(page, decimals(page, 100 * trk_part_number(report, TRK_PART_DAYS, before, DAY_DRAWDOWN), 2), " %");
	while (high >= 0 && trk_part_number(report, TRK_PART_DAYS, high, DAY_DRAWDOWN) < 0)
		high = day_before(report, high);
	label = trk_part_cell(report, TRK_PART_DAYS, high, DAY_LABEL);
	if (high != day && label.len > 5)
		trk_part_say(page, ", high ", TRK_TONE_PLAIN, (TrkText) {label.s, label.len - 5}, "");
}

/* Add the card of what is open. */
static void
add_exposure_card(const TrkWindowReport *report, TrkPage *page, int account, int day)
{
	TrkText		none = trk_text_literal("0.00");
	TrkText		gross = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_GROSS);
	TrkText		net = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_NET);
	TrkText		before = trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_GROSS_BEFORE);

	add_card(report, page, "Open exposure", account, TRK_TONE_PLAIN,
			 trk_format_decimal(page->arena, gross.len > 0 || day < 0 ? gross : none, false), NULL);
	say_before(page, trk_format_decimal(page->arena, before.len > 0 || day_before(report, day) < 0 ? before : none, false), "");
	if (gross.len > 0 && trk_text_equal(gross, net))
		trk_page_say(page, TRK_TONE_PLAIN, ", all long");
	else
		trk_part_say(page, ", net ", TRK_TONE_PLAIN, signed_number(page, net), "");
}

/* Add the four cards of an account. */
static void
add_account(const TrkWindowReport *report, TrkPage *page, int account)
{
	int			day = last_day(report, account);
	int			before = day_before(report, day);

	trk_page_block(page, TRK_BLOCK_CARDS);
	add_card(report, page, "Equity", account, TRK_TONE_PLAIN,
			 trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_DAYS, day, DAY_EQUITY), false), NULL);
	say_before(page, trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_DAYS, before, DAY_EQUITY), false), "");
	trk_part_say(page, ", money in ", TRK_TONE_PLAIN, signed_number(page, trk_part_cell(report, TRK_PART_DAYS, day, DAY_FLOW)), "");
	add_card(report, page, "Day's P&L", account, tone_of(trk_part_number(report, TRK_PART_DAYS, day, DAY_PNL)),
			 signed_number(page, trk_part_cell(report, TRK_PART_DAYS, day, DAY_PNL)), NULL);
	say_before(page, signed_number(page, trk_part_cell(report, TRK_PART_DAYS, before, DAY_PNL)), "");
	add_drawdown_card(report, page, account, day);
	add_exposure_card(report, page, account, day);
}

/* Add the row of an account. */
static void
add_account_row(const TrkWindowReport *report, TrkPage *page, int account)
{
	int			day = last_day(report, account);
	int			before = day_before(report, day);

	trk_page_panel(page);
	trk_page_line(page);
	trk_part_say(page, "", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_CURRENCY), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_ACCOUNTS, account, ACCOUNT_PORTFOLIO), "");
	for (int i = day, n = 0; n < 2; i = before, n++)
	{
		double		drawdown = 100 * trk_part_number(report, TRK_PART_DAYS, i, DAY_DRAWDOWN);

		trk_page_cell(page, n == 0 ? TRK_TONE_STRONG : TRK_TONE_MUTED,
					  trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_DAYS, i, DAY_EQUITY), false));
		trk_page_cell(page, n == 0 ? tone_of(trk_part_number(report, TRK_PART_DAYS, i, DAY_PNL)) : TRK_TONE_MUTED,
					  signed_number(page, trk_part_cell(report, TRK_PART_DAYS, i, DAY_PNL)));
		trk_page_cell(page, n == 0 ? tone_of(drawdown <= -0.005 ? drawdown : 0) : TRK_TONE_MUTED, decimals(page, drawdown, 2));
		trk_page_cell(page, n == 0 ? TRK_TONE_PLAIN : TRK_TONE_MUTED,
					  trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_ACCOUNTS, account,
																	n == 0 ? ACCOUNT_GROSS : ACCOUNT_GROSS_BEFORE), false));
	}
}

/* Add a table of accounts, which are never added up. */
static void
add_account_table(const TrkWindowReport *report, TrkPage *page)
{
	static const TrkPageColumn columns[] = {
		{"portfolio", false}, {"equity", true}, {"day's P&L", true}, {"below high, %", true}, {"exposure", true},
		{"equity before", true}, {"P&L before", true}, {"below before, %", true}, {"exposure before", true}
	};

	trk_page_table(page, columns, lengthof(columns));
	for (int i = 0; i < Min(report->parts[TRK_PART_ACCOUNTS].nrows, MAX_ROWS); i++)
		add_account_row(report, page, i);
}

/* Add what the accounts have: cards, or a table of several. */
static void
add_accounts(const TrkWindowReport *report, TrkPage *page)
{
	int			n = report->parts[TRK_PART_ACCOUNTS].nrows;

	if (n == 1)
		add_account(report, page, 0);
	else if (n > 1)
		add_account_table(report, page);
	if (n > MAX_ROWS)
	{
		trk_page_block(page, TRK_BLOCK_LINES);
		trk_page_cell(page, TRK_TONE_DOUBT, trk_format_count(page->arena, n - MAX_ROWS));
		trk_page_say(page, TRK_TONE_DOUBT, " more portfolios and currencies are not shown here.");
	}
}

/* Add a line of a part whose columns are a lead, a tone, what has it, and the rest. */
static void
add_said(const TrkWindowReport *report, TrkPage *page, TrkPart part, int row, int column)
{
	trk_page_line(page);
	trk_page_text(page, TRK_TONE_PLAIN, trk_part_cell(report, part, row, column + SAID_LEAD));
	trk_page_text(page, named_tone(trk_part_cell(report, part, row, column + SAID_TONE)),
				  trk_part_cell(report, part, row, column + SAID_SAID));
	trk_page_text(page, TRK_TONE_PLAIN, trk_part_cell(report, part, row, column + SAID_REST));
}

/* Add the trade from what it saw to what became of it. */
static void
add_strip(const TrkWindowReport *report, TrkPage *page)
{
	static const char *const names[] = {"Saw", "Decided", "Risk gate", "Filled", "Became"};
	int			row = 0;

	if (report->parts[TRK_PART_STRIP].nrows == 0)
		return;
	trk_page_block(page, TRK_BLOCK_LABEL);
	trk_page_cell_say(page, TRK_TONE_PLAIN, trk_part_number(report, TRK_PART_TRADE, 0, TRADE_NET) < 0 ?
					  "The worst trade, from what it saw to what became of it" :
					  "The best trade, from what it saw to what became of it");
	trk_page_block(page, TRK_BLOCK_PANELS);
	for (int place = 0; place < (int) lengthof(names); place++)
	{
		trk_page_panel(page);
		trk_page_cell_say(page, TRK_TONE_PLAIN, names[place]);
		for (; row < report->parts[TRK_PART_STRIP].nrows &&
			 trk_part_number(report, TRK_PART_STRIP, row, STRIP_PLACE) == place; row++)
			add_said(report, page, TRK_PART_STRIP, row, STRIP_LEAD);
	}
}

/* Say how many lines of a panel are left out. */
static void
add_more(TrkPage *page, int n)
{
	if (n <= 0)
		return;
	trk_page_cell_say(page, TRK_TONE_MUTED, "and ");
	trk_page_text(page, TRK_TONE_MUTED, trk_format_count(page->arena, n));
	trk_page_say(page, TRK_TONE_MUTED, " more");
}

/* Add the worst findings of drift that are open; returns how many there are. */
static int
add_findings(const TrkWindowReport *report, TrkPage *page)
{
	int			n = report->parts[TRK_PART_DRIFT].nrows;

	for (int i = 0; i < Min(n, MAX_FINDINGS); i++)
	{
		trk_page_cell_say(page, TRK_TONE_PLAIN, "Drift, ");
		trk_part_say(page, "", TRK_TONE_LOSS, trk_part_cell(report, TRK_PART_DRIFT, i, DRIFT_LEVEL), "");
		trk_part_say(page, ": ", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_DRIFT, i, DRIFT_DIMENSION), "");
		trk_part_say(page, " of ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_DRIFT, i, DRIFT_AGENT), "");
	}
	return n;
}

/* Add what differed from the session before. */
static void
add_differences(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_DIFFERENCES];
	TrkText		before = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_SESSION_BEFORE);
	int			findings;
	int			shown;

	trk_page_panel(page);
	trk_page_cell_say(page, TRK_TONE_PLAIN, "What differed from the session before");
	trk_part_say(page, ", ", TRK_TONE_PLAIN, before, "");
	findings = add_findings(report, page);
	if (rows->denied)
		trk_page_cell_say(page, TRK_TONE_DOUBT, "You may not read what this is made of.");
	else if (before.len == 0)
		trk_page_cell_say(page, TRK_TONE_MUTED, "There is no session before.");
	else if (rows->nrows + findings == 0)
		trk_page_cell_say(page, TRK_TONE_GAIN, "Nothing differed.");
	shown = Min(rows->nrows, MAX_LINES - Min(findings, MAX_FINDINGS));
	for (int i = 0; i < shown; i++)
		add_said(report, page, TRK_PART_DIFFERENCES, i, SAID_LEAD);
	add_more(page, rows->nrows - shown + Max(findings - MAX_FINDINGS, 0));
}

/* Add the largest differences between what events report and what follows from others. */
static int
add_reconciled(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_RECONCILED];
	double		in_all = trk_part_number(report, TRK_PART_RECONCILED, 0, RECONCILED_IN_ALL);

	for (int i = 0; i < Min(rows->nrows, 2); i++)
	{
		trk_page_line(page);
		trk_part_say(page, "Reported ", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_RECONCILED, i, RECONCILED_CHECK), "");
		trk_part_say(page, " of ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_RECONCILED, i, RECONCILED_SUBJECT), "");
		trk_part_say(page, " ", TRK_TONE_LOSS, trk_part_cell(report, TRK_PART_RECONCILED, i, RECONCILED_REPORTED), "");
		trk_part_say(page, " on ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_RECONCILED, i, RECONCILED_SESSION), "");
		trk_part_say(page, ", events say ", TRK_TONE_STRONG, trk_part_cell(report, TRK_PART_RECONCILED, i, RECONCILED_EXPECTED), "");
	}
	if (in_all > 2)
	{
		trk_page_cell(page, TRK_TONE_LOSS, trk_format_count(page->arena, (int64) in_all - 2));
		trk_page_say(page, TRK_TONE_PLAIN, " more numbers disagree, see below");
	}
	return rows->nrows;
}

/* Add which prices were old when something was decided, and what was refused. */
static int
add_counted_doubts(const TrkWindowReport *report, TrkPage *page)
{
	int			n = 0;

	if (!trk_part_is_none(report, TRK_PART_DECIDED, 0, DECIDED_STALE))
	{
		n++;
		trk_page_line(page);
		say_count(page, TRK_TONE_LOSS, trk_part_cell(report, TRK_PART_DECIDED, 0, DECIDED_STALE), " decision", " decisions");
		trk_page_say(page, TRK_TONE_PLAIN, " at a price older than 5 min; the oldest ");
		trk_page_text(page, TRK_TONE_LOSS, trk_format_ms(page->arena, trk_part_number(report, TRK_PART_DECIDED, 0, DECIDED_OLDEST)));
		trk_part_say(page, ", ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_DECIDED, 0, DECIDED_OLDEST_SYMBOL), "");
		trk_part_say(page, ", ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_DECIDED, 0, DECIDED_OLDEST_AT), "");
	}
	if (!trk_part_is_none(report, TRK_PART_EVENTS, 0, EVENTS_REJECTED))
	{
		n++;
		trk_page_cell_say(page, TRK_TONE_LOSS, "Rejected: ");
		trk_page_text(page, TRK_TONE_LOSS, trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_REJECTED), false));
		trk_page_say(page, TRK_TONE_PLAIN, " of ");
		say_count(page, TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_LINES), " line", " lines");
		trk_page_say(page, TRK_TONE_PLAIN, " of the loads that these events came in");
	}
	if (!trk_part_is_none(report, TRK_PART_EVENTS, 0, EVENTS_CONFLICTS))
	{
		n++;
		trk_page_cell_say(page, TRK_TONE_LOSS, "Conflicts: ");
		say_count(page, TRK_TONE_LOSS, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_CONFLICTS), " line", " lines");
		trk_page_say(page, TRK_TONE_PLAIN, " with a known key and other content");
	}
	return n;
}

/* Add which data not to trust. */
static void
add_doubts(const TrkWindowReport *report, TrkPage *page)
{
	const TrkPartRows *rows = &report->parts[TRK_PART_DOUBTS];
	bool		denied = rows->denied || report->parts[TRK_PART_RECONCILED].denied || report->parts[TRK_PART_DECIDED].denied;
	int			n;
	int			shown;

	trk_page_panel(page);
	trk_page_cell_say(page, TRK_TONE_PLAIN, "Data not to trust");
	n = add_reconciled(report, page);
	n += add_counted_doubts(report, page);
	shown = Min(rows->nrows, Max(MAX_LINES - Min(n, 4), 1));
	for (int i = 0; i < shown; i++)
		add_said(report, page, TRK_PART_DOUBTS, i, SAID_LEAD);
	add_more(page, rows->nrows - shown);
	if (denied)
		trk_page_cell_say(page, TRK_TONE_DOUBT, "You may not read all that is compared here.");
	else if (n + rows->nrows == 0)
		trk_page_cell_say(page, TRK_TONE_GAIN, "Nothing was found that contradicts itself.");
}

/* Add the panels below the strip. */
static void
add_panels(const TrkWindowReport *report, TrkPage *page)
{
	trk_page_block(page, TRK_BLOCK_PANELS);
	add_differences(report, page);
	add_doubts(report, page);
}

/* Add the steps from candidates to fills. */
static void
add_funnel(const TrkWindowReport *report, TrkPage *page)
{
	static const struct
	{
		int			column;
		const char *name;
	}			steps[] = {
		{DECIDED_CANDIDATES, "candidates"}, {DECIDED_DECISIONS, "decisions"}, {DECIDED_TRADES, "checked or ordered"},
		{DECIDED_APPROVED, "approved"}, {DECIDED_ORDERED, "ordered"}, {DECIDED_FILLED, "filled"}
	};

	trk_part_heading(page, "From candidates to fills", trk_part_is_none(report, TRK_PART_DECIDED, 0, DECIDED_DECISIONS));
	if (report->parts[TRK_PART_DECIDED].denied)
		trk_part_denied(page);
	else if (trk_part_is_none(report, TRK_PART_DECIDED, 0, DECIDED_DECISIONS))
		trk_part_empty(page, "decision", trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_LAST_DECISION),
					   trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE));
	else
	{
		trk_page_block(page, TRK_BLOCK_AMOUNTS);
		for (int i = 0; i < (int) lengthof(steps); i++)
		{
			TrkText		count = trk_part_cell(report, TRK_PART_DECIDED, 0, steps[i].column);
			TrkPageAmount step = {0};

			step.name = trk_text_literal(steps[i].name);
			step.amount = trk_format_decimal(page->arena, count, false);
			step.value = trk_part_number(report, TRK_PART_DECIDED, 0, steps[i].column);
			if (count.len > 0)
				trk_page_amount(page, &step);
		}
	}
}

/* Add what each model cost. */
static void
add_costs(const TrkWindowReport *report, TrkPage *page)
{
	int			n = report->parts[TRK_PART_COSTS].nrows;

	if (n == 0)
		return;
	trk_page_block(page, TRK_BLOCK_AMOUNTS);
	for (int i = 0; i < n; i++)
	{
		TrkPageAmount cost = {0};
		TrkBuf		amount;
		TrkText		usd = trk_format_decimal(page->arena, trk_part_cell(report, TRK_PART_COSTS, i, COST_USD), false);

		trk_buf_init(&amount, page->arena, usd.len + 4);
		trk_buf_append(&amount, usd.s, usd.len);
		trk_buf_append(&amount, " USD", 4);
		cost.name = trk_part_cell(report, TRK_PART_COSTS, i, COST_MODEL);
		cost.amount = (TrkText) {amount.data, amount.len};
		cost.value = trk_part_number(report, TRK_PART_COSTS, i, COST_USD);
		trk_page_amount(page, &cost);
	}
}

/* Add the run that says most. */
static void
add_run(const TrkWindowReport *report, TrkPage *page)
{
	TrkText		why = trk_part_cell(report, TRK_PART_RUN, 0, RUN_WHY);

	trk_page_block(page, report->trace != NULL ? TRK_BLOCK_HEADING : TRK_BLOCK_LABEL);
	trk_page_cell(page, TRK_TONE_PLAIN, why.len > 0 ? why : trk_text_literal("Through a run"));
	if (report->parts[TRK_PART_RUN].denied)
	{
		trk_part_denied(page);
		return;
	}
	if (report->trace == NULL)
	{
		trk_part_empty(page, "run began", (TrkText) {"", 0}, (TrkText) {"", 0});
		return;
	}
	trk_page_block(page, TRK_BLOCK_LINES);
	trk_page_line(page);
	trk_part_say(page, "", TRK_TONE_CODE, report->trace->run_id, "");
	trk_part_say(page, ", ", TRK_TONE_PLAIN, report->trace->runs[0].started, " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, report->trace->zone, "");
	trk_part_say(page, ", ", TRK_TONE_PLAIN, trk_format_ms(page->arena, report->trace->runs[0].duration_ms), "");
	trk_part_say(page, ", cost ", TRK_TONE_PLAIN, report->trace->runs[0].cost_usd, " USD");
	trk_trace_waterfall(report->trace, page, MAX_BARS);
}

/* Add what the page was made of. */
static void
add_footer(const TrkWindowReport *report, TrkPage *page)
{
	trk_page_block(page, TRK_BLOCK_FOOTER);
	trk_page_cell_say(page, TRK_TONE_PLAIN, "agent_tracker ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_VERSION), "");
	trk_part_say(page, ", written ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_NOW), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), "");
	trk_part_say(page, "; project ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PROJECT), "");
	trk_part_say(page, ", environment ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ENVIRONMENT), "");
	if (trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len == 0)
		trk_page_say(page, TRK_TONE_PLAIN, ", all agents");
	trk_part_say(page, ", agent ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT), "");
	trk_part_say(page, "; ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_SINCE), " ");
	trk_part_say(page, "to ", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_UNTIL), " ");
	trk_part_say(page, "", TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE), "");
	if (report->parts[TRK_PART_EVENTS].nrows > 0)
	{
		trk_page_line(page);
		say_count(page, TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_COUNT), " event of ", " events of ");
		say_count(page, TRK_TONE_PLAIN, trk_part_cell(report, TRK_PART_HEAD, 0, HEAD_RUNS), " run", " runs");
		trk_page_say(page, TRK_TONE_PLAIN, "; SHA-256 of their content hashes ");
		trk_page_text(page, TRK_TONE_CODE, trk_part_cell(report, TRK_PART_EVENTS, 0, EVENTS_HASH));
	}
}

/* Add what is seen first. */
static void
add_first_screen(const TrkWindowReport *report, TrkPage *page)
{
	add_trade(report, page);
	add_symbols(report, page);
	add_chips(report, page);
	add_accounts(report, page);
	add_strip(report, page);
	add_panels(report, page);
}

/* Add all that follows it, the most telling first. */
static void
add_sections(const TrkWindowReport *report, TrkPage *page)
{
	if (trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT).len == 0)
		trk_part_table(report, page, TRK_PART_AGENTS);
	trk_part_charts(report, page);
	trk_part_months(report, page);
	trk_part_table(report, page, TRK_PART_SYMBOLS);
	trk_part_table(report, page, TRK_PART_TRADES);
	trk_part_table(report, page, TRK_PART_BLOCKS);
	add_funnel(report, page);
	trk_part_table(report, page, TRK_PART_POSITIONS);
	trk_part_table(report, page, TRK_PART_ERRORS);
	trk_part_table(report, page, TRK_PART_MODELS);
	add_costs(report, page);
	trk_part_table(report, page, TRK_PART_HANDOFFS);
	add_run(report, page);
	trk_part_table(report, page, TRK_PART_DRIFT);
	trk_part_table(report, page, TRK_PART_RECONCILED);
	trk_part_table(report, page, TRK_PART_READINESS);
}

/* Make the page of a report. */
void
trk_window_report_page(const TrkWindowReport *report, TrkPage *page, TrkArena *arena)
{
	TrkText		agent = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_AGENT);

	trk_page_init(page, arena, agent.len > 0 ? agent : trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PROJECT));
	add_where(report, page);
	add_title(report, page);
	if (!is_blank(report))
	{
		add_first_screen(report, page);
		add_sections(report, page);
	}
	add_footer(report, page);
}

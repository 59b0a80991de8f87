/*
 * test_report.c
 *	  The page of a report, from the rows of its parts.
 */
#include "tap.h"

#include "base/text.h"
#include "report/report.h"

static TrkArena arena;

/* Set the rows of a part; cells are separated by "|". */
static void
set_part(TrkWindowReport *report, TrkPart part, int ncolumns, int nrows, const char *const *rows)
{
	TrkPartRows *p = &report->parts[part];

	p->nrows = nrows;
	p->ncolumns = ncolumns;
	p->cells = trk_alloc_array(&arena, TrkText, ncolumns * nrows + 1);
	for (int i = 0; i < nrows; i++)
	{
		const char *s = rows[i];

		for (int j = 0; j < ncolumns; j++)
		{
			Size		len = strcspn(s, "|");

			p->cells[i * ncolumns + j] = (TrkText) {s, len};
			s += len + (s[len] == '|');
		}
	}
}

/* Set a part that has one row. */
static void
set_row(TrkWindowReport *report, TrkPart part, int ncolumns, const char *row)
{
	set_part(report, part, ncolumns, 1, &row);
}

/* Make a report that has what all have: a scope and a head. */
static void
make_report(TrkWindowReport *report, const char *agent)
{
	char	   *scope = trk_alloc(&arena, 200);

	memset(report, 0, sizeof(*report));
	snprintf(scope, 200, "desk|%s|paper|UTC||8 Jan 2026 00:00|9 Jan 2026 00:00|on 8 Jan 2026|8 Jan 2026|7 Jan 2026|9 Jan 2026 03:05:00", agent);
	set_row(report, TRK_PART_SCOPE, SCOPE_NOW + 1, scope);
	set_row(report, TRK_PART_HEAD, HEAD_LAST_TRADE + 1, "8 Jan 2026 20:30:00|40000|0|2|15|0|0||||||7 Jan 2026 14:00|6 Jan 2026 15:00:00");
}

/* Return the page as Markdown that ends with a zero byte. */
static const char *
markdown_of(const TrkWindowReport *report)
{
	TrkPage		page;
	TrkBuf		out;

	trk_window_report_page(report, &page, &arena);
	trk_buf_init(&out, &arena, 4096);
	trk_page_markdown(&page, &out);
	trk_buf_putc(&out, '\0');
	return out.data;
}

/* Test that a page has a text. */
static void
has(const char *page, const char *text)
{
	ok(strstr(page, text) != NULL, "it says: %s", text);
	if (strstr(page, text) == NULL)
		printf("# %.1500s\n", page);
}

/* Test that a page does not have a text. */
static void
lacks(const char *page, const char *text)
{
	ok(strstr(page, text) == NULL, "it does not say: %s", text);
}

/* Test the sentences at the top. */
static void
test_title(void)
{
	static const char *const both[] = {
		"paper|USD|1|-10.00|||0|0||||", "paper|EUR|1|20.50|||3|0||||"
	};
	TrkWindowReport report;

	make_report(&report, "momentum-1");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1|-1416.91|-100.00||7|2||||");
	has(markdown_of(&report), "# momentum-1 lost 1,416.91 USD on 8 Jan 2026: 7 trades, 2 won\n");
	has(markdown_of(&report), "running, last seen 40.0 s ago");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1||5.00||1|1||||");
	has(markdown_of(&report), "# momentum-1 made 5.00 USD on 8 Jan 2026: 1 trade, which won\n");
	set_part(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, 2, both);
	has(markdown_of(&report), "# momentum-1 lost 10.00 USD and made 20.50 EUR on 8 Jan 2026: 3 trades, none won\n");

	make_report(&report, "");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1|0.00|||0|0||||");
	has(markdown_of(&report), "# desk: 2 agents made 0.00 USD on 8 Jan 2026: no trade was finished\n");
	report.parts[TRK_PART_ACCOUNTS] = (TrkPartRows) {.denied = true};
	has(markdown_of(&report), "# desk: 2 agents: you may not read what was made on 8 Jan 2026\n");
	report.parts[TRK_PART_ACCOUNTS].denied = false;
	has(markdown_of(&report), "# desk: 2 agents traded nothing on 8 Jan 2026\n");
	has(markdown_of(&report), "No trade was finished in this window; the last before its end at 6 Jan 2026 15:00:00 UTC.");
	set_row(&report, TRK_PART_HEAD, HEAD_LAST_TRADE + 1, "|||||||||||||");
	has(markdown_of(&report), "# desk: nothing was ever recorded\n");
	lacks(markdown_of(&report), "## ");
}

/* Test the trade that is followed, and where the result is from. */
static void
test_trade(void)
{
	static const char *const symbols[] = {
		"4|COIN|-990.50|USD|", "4|SAP|-100.00|EUR|", "4|META|-99.45|USD|", "4|AVGO|59.04|USD|"
	};
	static const char *const strip[] = {
		"0|TSLA 251.96, |loss|11 min old, stale|", "4||loss|-245.84 USD| in 54 min"
	};
	TrkWindowReport report;
	const char *page;

	make_report(&report, "momentum-1");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1|-416.91|||7|2||||");
	set_row(&report, TRK_PART_TRADE, TRADE_IS_PART + 1, "momentum-1|USD|TSLA|long|28|-245.84|8 Jan 2026 15:52:00|dec-1|run_1|f-1|paper|f");
	set_part(&report, TRK_PART_SYMBOLS, SYMBOL_CURRENCY + 2, 4, symbols);
	set_part(&report, TRK_PART_STRIP, STRIP_REST + 1, 2, strip);
	page = markdown_of(&report);
	has(page, "The worst, **TSLA** **long** **28**, lost 245.84 USD; entered 8 Jan 2026 15:52:00 UTC by decision `dec-1`, run `run_1`.\n");
	has(page, "most was lost with **COIN** -990.50, **META** -99.45 USD.\n");
	has(page, "- Saw\n  - TSLA 251.96, 11 min old, stale\n- Decided\n- Risk gate\n- Filled\n- Became\n  - -245.84 USD in 54 min\n");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1|16.91|||7|2||||");
	set_row(&report, TRK_PART_TRADE, TRADE_IS_PART + 1, "momentum-1|USD|TSLA|long|28|5.84|8 Jan 2026 15:52:00|dec-1|run_1|f-1|paper|t");
	page = markdown_of(&report);
	has(page, "No lot that was closed lost; the best, **TSLA** **long** **28**, made 5.84 USD");
	has(page, "most was made with **AVGO** +59.04 USD.\n");
}

/* Test the cards and the returns by month. */
static void
test_days(void)
{
	static const char *const days[] = {
		"paper|USD|2025-12-30|30 Dec 2025|100.00||1.00|1|0.10|0", "paper|USD|2025-12-31|31 Dec 2025|110.00||10.00|10|0.10|0",
		"paper|USD|2026-01-07|7 Jan 2026|99.00||-11.00|-11|-0.10|-0.1", "paper|USD|2026-01-08|8 Jan 2026|94.05|5.00|-9.95|-9.95|-0.05|-0.145"
	};
	TrkWindowReport report;
	const char *page;

	make_report(&report, "momentum-1");
	set_row(&report, TRK_PART_ACCOUNTS, ACCOUNT_AS_OF + 1, "paper|USD|1|-9.95|||0|0|1000.00|-200.00||");
	set_part(&report, TRK_PART_DAYS, DAY_DRAWDOWN + 1, 4, days);
	page = markdown_of(&report);
	has(page, "- Equity\n  - 94.05 USD\n  - session before 99.00, money in +5.00\n");
	has(page, "- Day's P\\&L\n  - -9.95 USD\n  - session before -11.00\n");
	has(page, "- Below the high\n  - -14.50 %\n  - session before -10.00 %, high 31 Dec\n");
	has(page, "- Open exposure\n  - 1,000.00 USD\n  - session before 0.00, net -200.00\n");
	has(page, "| 2025 |  |  |  |  |  |  |  |  |  |  |  | +21.00 | +21.00 |\n| 2026 | -14.50 |  |  |  |  |  |  |  |  |  |  |  | -14.50 |\n");
	has(page, "31 Dec 2025: +10.00");
}

/* Test tables: what is empty, denied, left out; columns without a cell. */
static void
test_tables(void)
{
	static const char *const trades[] = {
		"812|8 Jan 16:47||TSLA|long|28|251.40|242.62|-245.84|USD|54 min|dec-1", "812|8 Jan 17:00||A|long|1|1.00|2.00|1.00|USD|1 h|"
	};
	TrkWindowReport report;
	const char *page;

	make_report(&report, "momentum-1");
	set_part(&report, TRK_PART_TRADES, 12, 2, trades);
	report.parts[TRK_PART_ERRORS].denied = true;
	page = markdown_of(&report);
	has(page, "Shown are 2 of 812: those that made or lost most.\n");
	has(page, "| closed, UTC | symbol | side | quantity | entry | exit | net | held | decision |\n");
	has(page, "| 8 Jan 16:47 | TSLA | long | 28 | 251.40 | 242.62 | -245.84 USD | 54 min | `dec-1` |\n");
	has(page, "## Errors\n\nYou may not read what this is made of.\n");
	has(page, "## From candidates to fills\n\nNo decision in this window; the last before its end at 7 Jan 2026 14:00 UTC.\n");
}

int
main(void)
{
	trk_arena_init(&arena, NULL, 65536);
	test_title();
	test_trade();
	test_days();
	test_tables();
	trk_arena_free(&arena);
	return done_testing();
}

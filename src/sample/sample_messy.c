/*
 * sample_messy.c
 *	  The agents of the messy part, and when they do what.
 *
 * The messy part has agents, prices and random numbers of its own.  So the other
 * lines of a day are the same with it and without it, and how often something
 * is in it is no matter of chance.
 */
#include "base/trk.h"

#include "sample/sample_book.h"
#include "sample/sample_json.h"
#include "sample/sample_messy.h"
#include "sample/sample_messy_call.h"
#include "sample/sample_messy_error.h"
#include "sample/sample_messy_run.h"
#include "sample/sample_messy_step.h"
#include "sample/sample_messy_trade.h"

/* What makes the random numbers of the messy part others than the desk's. */
#define MESSY_SEED		UINT64CONST(0x6d65737379)

#define USD_SYMBOLS		6
#define EUR_SYMBOLS		5

/* The agents; europe trades in two currencies, so that it has two books. */
typedef enum Book
{
	BOOK_ANALYST,				/* calls models and tools, trades nothing */
	BOOK_GATEWAY,				/* its runs and its clock are not as they should be */
	BOOK_OVERNIGHT,				/* trades through the night */
	BOOK_EUROPE_USD,
	BOOK_EUROPE_EUR
} Book;

#define BOOKS			(BOOK_EUROPE_EUR + 1)

struct TrkSampleMessy
{
	TrkSampleAgent books[BOOKS];
	TrkSampleSymbol usd[USD_SYMBOLS];
	TrkSampleSymbol eur[EUR_SYMBOLS];
};

static const TrkSampleSymbol usd_prices[USD_SYMBOLS] = {
	{"IWM", 22140, 0, 130}, {"EFA", 8015, 0, 90}, {"EEM", 4520, 0, 120},
	{"HYG", 7960, 0, 40}, {"SLV", 2890, 0, 210}, {"USO", 7455, 0, 240}
};

static const TrkSampleSymbol eur_prices[EUR_SYMBOLS] = {
	{"SAP.DE", 19860, 0, 140}, {"AIR.PA", 14520, 0, 150}, {"SIE.DE", 17710, 0, 130},
	{"TTE.PA", 6135, 0, 120}, {"BNP.PA", 6240, 0, 160}
};

/* Open a book of an agent. */
static void
open_book(TrkSampleAgent *agent, const char *name, const char *currency,
		  TrkSampleSymbol *symbols, int n_symbols)
{
	snprintf(agent->name, sizeof(agent->name), "%s", name);
	agent->strategy = name;
	agent->environment = "paper";
	agent->fill_source = "paper";
	agent->currency = currency;
	agent->sdk = "{\"name\":\"agent-tracker-python\",\"version\":\"0.5.0\",\"language\":\"python\"}";
	agent->symbols = symbols;
	agent->n_symbols = n_symbols;
	agent->cash = agent->day_equity = TRK_SAMPLE_START_CASH;
	agent->index = agent->index_peak = TRK_SAMPLE_INDEX_UNIT;
}

/* Open the books of the messy part's agents. */
void
trk_sample_open_messy(TrkSampleDesk *sample, TrkArena *arena)
{
	TrkSampleMessy *messy = trk_alloc(arena, sizeof(TrkSampleMessy));
	TrkSampleAgent *books = messy->books;

	memset(messy, 0, sizeof(TrkSampleMessy));
	memcpy(messy->usd, usd_prices, sizeof(usd_prices));
	memcpy(messy->eur, eur_prices, sizeof(eur_prices));
	open_book(&books[BOOK_ANALYST], "analyst", "USD", messy->usd, USD_SYMBOLS);
	open_book(&books[BOOK_GATEWAY], "gateway", "USD", messy->usd, USD_SYMBOLS);
	open_book(&books[BOOK_OVERNIGHT], "overnight", "USD", messy->usd, USD_SYMBOLS);
	/* without that, what is filled after midnight would be of the next session */
	books[BOOK_OVERNIGHT].names_session = true;
	open_book(&books[BOOK_EUROPE_USD], "europe", "USD", messy->usd, USD_SYMBOLS);
	open_book(&books[BOOK_EUROPE_EUR], "europe", "EUR", messy->eur, EUR_SYMBOLS);
	sample->other_stream.random = sample->options.seed ^ MESSY_SEED;
	trk_buf_init(&sample->other_stream.kept, arena, 64);
	sample->messy = messy;
}

/* Change from the desk's lines to those of the messy part, or back. */
static void
change_stream(TrkSampleDesk *sample)
{
	TrkSampleStream stream = sample->stream;

	sample->stream = sample->other_stream;
	sample->other_stream = stream;
}

/* Set the clock of an agent to a time of the day. */
static TrkSampleAgent *
agent_at(TrkSampleDesk *sample, Book book, int hour, int minute)
{
	TrkSampleAgent *agent = &sample->messy->books[book];

	agent->clock = sample->day * TRK_SAMPLE_DAY + (hour * 60 + minute) * 60 * TRK_SAMPLE_SECOND;
	return agent;
}

/* Let the prices of a day open. */
static void
open_prices(TrkSampleDesk *sample)
{
	TrkSampleMessy *messy = sample->messy;

	for (int i = 0; i < USD_SYMBOLS; i++)
	{
		trk_sample_step_price(sample, &messy->usd[i]);
		messy->usd[i].open = messy->usd[i].price;
	}
	for (int i = 0; i < EUR_SYMBOLS; i++)
	{
		trk_sample_step_price(sample, &messy->eur[i]);
		messy->eur[i].open = messy->eur[i].price;
	}
}

/* Let the prices of a day open, and write what happens before the desk begins. */
void
trk_sample_write_messy_morning(TrkSampleDesk *sample)
{
	change_stream(sample);
	open_prices(sample);
	trk_sample_write_prompt_versions(sample, agent_at(sample, BOOK_ANALYST, 6, 30));
	trk_sample_write_messy_orders(sample, agent_at(sample, BOOK_EUROPE_EUR, 8, 0));
	trk_sample_write_session(sample, agent_at(sample, BOOK_EUROPE_EUR, 10, 30), "session_eur");
	trk_sample_write_messy_calls(sample, agent_at(sample, BOOK_ANALYST, 11, 0));
	change_stream(sample);
}

/* Write what happens while the desk trades. */
void
trk_sample_write_messy_session(TrkSampleDesk *sample)
{
	TrkSampleAgent *analyst = &sample->messy->books[BOOK_ANALYST];
	TrkSampleAgent *gateway;

	change_stream(sample);
	trk_sample_write_session(sample, agent_at(sample, BOOK_EUROPE_USD, 16, 45), "session_usd");
	trk_sample_write_messy_decisions(sample, agent_at(sample, BOOK_EUROPE_USD, 16, 55));
	trk_sample_write_messy_steps(sample, agent_at(sample, BOOK_ANALYST, 16, 50));
	gateway = agent_at(sample, BOOK_GATEWAY, 16, 45);
	trk_sample_write_messy_runs(sample, gateway);
	trk_sample_write_shared_run(sample, gateway, analyst);
	trk_sample_write_handoff(sample, analyst, gateway);
	trk_sample_write_messy_errors(sample, gateway);
	change_stream(sample);
}

/* Write what happens after the desk is done, and what arrives too late. */
void
trk_sample_write_messy_night(TrkSampleDesk *sample)
{
	change_stream(sample);
	trk_sample_write_night(sample, &sample->messy->books[BOOK_OVERNIGHT]);
	trk_sample_write_month_end(sample, &sample->messy->books[BOOK_OVERNIGHT]);
	trk_sample_write_wrong_times(sample, &sample->messy->books[BOOK_GATEWAY]);
	change_stream(sample);
}

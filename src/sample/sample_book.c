/*
 * sample_book.c
 *	  Prices that walk at random, and books that follow fills.
 */
#include "base/trk.h"

#include "sample/sample_book.h"
#include "sample/sample_json.h"

/* The desk's symbols with their first prices. */
static const TrkSampleSymbol first_prices[TRK_SAMPLE_SYMBOLS] = {
	{"SPY", 52340, 0, 90}, {"QQQ", 44512, 0, 120}, {"AAPL", 18977, 0, 160},
	{"MSFT", 41588, 0, 140}, {"NVDA", 88211, 0, 320}, {"AMZN", 17842, 0, 180},
	{"GOOGL", 15103, 0, 170}, {"META", 50455, 0, 210}, {"TSLA", 17629, 0, 380},
	{"AVGO", 130877, 0, 240}, {"JPM", 19861, 0, 110}, {"XOM", 11540, 0, 130},
	{"UNH", 48910, 0, 120}, {"COST", 73211, 0, 110}, {"LLY", 77034, 0, 180},
	{"BRK.B", 41022, 0, 80}, {"AMD", 17955, 0, 330}, {"CRM", 30190, 0, 170},
	{"NFLX", 61240, 0, 200}, {"ORCL", 12555, 0, 150}, {"PLTR", 2433, 0, 420},
	{"COIN", 25610, 0, 520}, {"GLD", 20790, 0, 70}, {"TLT", 9420, 0, 80}
};

/* Set the first prices of the desk's symbols. */
void
trk_sample_set_prices(TrkSampleDesk *sample)
{
	memcpy(sample->symbols, first_prices, sizeof(first_prices));
}

/* Let a price take a step of its random walk, never below a dollar. */
void
trk_sample_step_price(TrkSampleDesk *sample, TrkSampleSymbol *symbol)
{
	symbol->price += symbol->price * trk_sample_around_zero(sample, symbol->volatility) / 100000;
	if (symbol->price < 100)
		symbol->price = 100;
}

/* Return cash and positions of a book at current prices. */
int64
trk_sample_equity(const TrkSampleAgent *agent)
{
	int64		sum = agent->cash;

	for (int i = 0; i < agent->n_symbols; i++)
		sum += agent->positions[i].quantity * agent->symbols[i].price;
	return sum;
}

/* Return part / whole in this unit, or 0 when there is no whole. */
int64
trk_sample_ratio(int64 part, int64 whole, int64 unit)
{
	return whole == 0 ? 0 : (int64) ((__int128) part * unit / whole);
}

/* Return a cost in whole cents, rounded half away from zero. */
int64
trk_sample_cents(int64 cost)
{
	int64		half = TRK_SAMPLE_COST_UNIT / 2;

	return (cost + (cost < 0 ? -half : half)) / TRK_SAMPLE_COST_UNIT;
}

/* Book a fill with its fees. */
const char *
trk_sample_book_fill(TrkSampleAgent *agent, const TrkSampleTrade *trade, int64 fees,
					 int64 *realized)
{
	TrkSamplePosition *p = &agent->positions[trade->index];
	int64		amount = trade->quantity * trade->price;
	int64		before = p->quantity;
	int64		cost;

	*realized = 0;
	if (trade->buy)
	{
		p->cost += amount * TRK_SAMPLE_COST_UNIT;
		p->quantity += trade->quantity;
		agent->cash -= amount + fees;
		return before == 0 ? "open" : "increase";
	}
	cost = trk_sample_ratio(p->cost, before, trade->quantity);
	*realized = amount * TRK_SAMPLE_COST_UNIT - cost;
	p->cost -= cost;
	p->quantity -= trade->quantity;
	p->realized += *realized;
	agent->cash += amount - fees;
	return before == trade->quantity ? "close" : "reduce";
}

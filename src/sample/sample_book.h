/*
 * sample_book.h
 *	  Prices, and what an agent's book is worth.  All amounts are whole cents
 *	  unless something else is said.
 */
#ifndef TRK_SAMPLE_BOOK_H
#define TRK_SAMPLE_BOOK_H

#include "sample/sample_state.h"

/* What a book has at the start. */
#define TRK_SAMPLE_START_CASH	INT64CONST(10000000)

/* A compounded return of 1 in an agent's index. */
#define TRK_SAMPLE_INDEX_UNIT	INT64CONST(1000000000)

/* Set the first prices of the desk's symbols. */
extern void trk_sample_set_prices(TrkSampleDesk *sample);

/* Let a price take a step of its random walk. */
extern void trk_sample_step_price(TrkSampleDesk *sample, TrkSampleSymbol *symbol);

/* Return cash and positions of a book at current prices. */
extern int64 trk_sample_equity(const TrkSampleAgent *agent);

/* Return part / whole in this unit, or 0 when there is no whole. */
extern int64 trk_sample_ratio(int64 part, int64 whole, int64 unit);

/* Return a cost in whole cents. */
extern int64 trk_sample_cents(int64 cost);

/* What a fill does to a position. */
typedef struct TrkSampleTrade
{
	int			index;			/* the symbol, in the agent's array */
	bool		buy;
	int64		quantity;
	int64		price;
} TrkSampleTrade;

/*
 * Book a fill with its fees.  Returns what it does to the position: open,
 * increase, reduce or close; *realized is what a sale earned.
 */
extern const char *trk_sample_book_fill(TrkSampleAgent *agent, const TrkSampleTrade *trade,
										int64 fees, int64 *realized);

#endif							/* TRK_SAMPLE_BOOK_H */

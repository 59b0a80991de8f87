/*
 * price.h
 *	  What calls cost: prices of the store's table at_price, and exact arithmetic
 *	  over the tokens of a call.  Called by what prices calls, and for SQL by
 *	  cost_sql.c.
 *
 * A price book holds the prices of one query in memory.  Which of them a model
 * has is decided once per provider and model, so that pricing a call costs about
 * as much as looking up a hash.
 */
#ifndef TRK_PRICE_H
#define TRK_PRICE_H

#include "base/text.h"
#include "datatype/timestamp.h"
#include "facts/usage.h"

/*
 * Prices are in 10^-9 USD per million tokens, amounts of money in 10^-15 USD, so
 * that a product of a count and a price is exact.  A table's constraint keeps
 * prices below 10^9 USD, so that sums fit in 128 bits.
 */
#define TRK_PRICE_SCALE		9
#define TRK_COST_SCALE		(TRK_PRICE_SCALE + 6)

/* How a pattern matched the name of a model, the best way first. */
typedef enum TrkPriceMatch
{
	TRK_MATCH_EXACT,
	TRK_MATCH_DATED,			/* one of both names has a date, the other is the same without */
	TRK_MATCH_PREFIX,
	TRK_MATCH_REGEX,
	TRK_MATCH_NONE
} TrkPriceMatch;

typedef struct TrkPrice
{
	int64		id;
	int64		amount;			/* 10^-9 USD per million tokens */
	int64		above_input;	/* for calls with more input tokens than this */
	TimestampTz valid_from;
	TimestampTz valid_until;
	TrkUsageKind kind;
	TrkServiceTier tier;
	const char *source;
} TrkPrice;

/* Why a call has no cost, or that it has one. */
typedef enum TrkCostStatus
{
	TRK_COST_PRICED,
	TRK_COST_NO_USAGE,			/* no count is known */
	TRK_COST_UNREADABLE,		/* a count is there that cannot be read */
	TRK_COST_UNKNOWN_MODEL,		/* no pattern matches at this time */
	TRK_COST_UNKNOWN_TIER,		/* the model has no prices for this tier */
	TRK_COST_NO_PRICE			/* some kinds have no price */
} TrkCostStatus;

/* The tokens of one kind, and what they cost. */
typedef struct TrkCostPart
{
	TrkUsageKind kind;
	int64		tokens;
	const TrkPrice *price;		/* NULL when there is none; its kind is another for a fallback */
	int128		amount;			/* 10^-15 USD */
} TrkCostPart;

typedef struct TrkCost
{
	TrkCostStatus status;
	int128		amount;			/* 10^-15 USD; only of a priced call */
	uint16		unpriced;		/* a bit for each kind that was used and has no price */
	TrkPriceMatch match;		/* of the pattern with the highest priority */
	TrkText		provider;		/* of that pattern */
	TrkText		model;			/* that pattern */
	int			n_parts;
	TrkCostPart parts[TRK_USAGE_KINDS];
} TrkCost;

typedef struct TrkPriceBook TrkPriceBook;

/*
 * Read all prices of the store in this schema (that of the calling function) as
 * the current user.  SPI must be connected.  The book lives in the context, whose
 * reset frees it.
 */
extern TrkPriceBook *trk_price_book_load(MemoryContext context, Oid nsp);

/*
 * The same, but prices of a model are read when it is asked for them, which is
 * faster for some models.  The book can be used as long as SPI stays connected.
 */
extern TrkPriceBook *trk_price_book_open(MemoryContext context, Oid nsp);

/*
 * Price the tokens of a call at a time.  An empty provider is an unknown one.
 * Returns whether the call has a cost; the result says what was used, or why
 * not.  It points into the book, and into its memo until the next call.
 */
extern bool trk_price_book_cost(TrkPriceBook *book, TrkText provider, TrkText model, TimestampTz at,
								const TrkTokenUsage *usage, TrkCost *cost);

/* Make a numeric of an amount of money, or of a price per million tokens. */
extern Datum trk_cost_numeric(int128 amount);
extern Datum trk_price_numeric(int64 amount);

/* Names in SQL. */
extern const char *trk_price_match_name(TrkPriceMatch match);
extern const char *trk_cost_status_name(TrkCostStatus status);

#endif							/* TRK_PRICE_H */

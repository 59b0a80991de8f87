/*
 * trade_book.h
 *	  Matches fills to round trips, in exact decimals: first in first out, or
 *	  at average cost.  Called by round_trips.c and round_trips_json.c.
 *
 * A book holds what is open, by key.  Fills are pushed in order.  What they
 * close is passed to a callback at once, so memory is only used for open lots.
 */
#ifndef TRK_TRADE_BOOK_H
#define TRK_TRADE_BOOK_H

#include "performance/decimal.h"

typedef enum TrkSide
{
	TRK_SIDE_UNKNOWN,
	TRK_SIDE_BUY,
	TRK_SIDE_SELL,
	TRK_SIDE_SHORT,
	TRK_SIDE_COVER,
	TRK_SIDE_SPLIT				/* not a fill but a stock split: quantity new units for price old
								 * ones */
} TrkSide;

/* The open-close effect: what a fill says about itself. */
typedef enum TrkEffect
{
	TRK_EFFECT_UNKNOWN,
	TRK_EFFECT_OPENS,			/* it opens or increases a position */
	TRK_EFFECT_CLOSES			/* it reduces or closes a position */
} TrkEffect;

typedef enum TrkMatching
{
	TRK_MATCH_FIFO,
	TRK_MATCH_AVERAGE
} TrkMatching;

/* A text by reference. */
typedef struct TrkLabel
{
	const char *s;
	Size		len;
} TrkLabel;

/* A fill.  Its time is not interpreted; it is returned with legs. */
typedef struct TrkFill
{
	TrkLabel	id;
	TrkLabel	key;
	TrkLabel	tag;			/* not interpreted; it is returned with the legs of its lot */
	Datum		t;
	TrkSide		side;
	TrkEffect	effect;
	bool		in_position;	/* the fill names its position */
	bool		duplicate;		/* its id occurred before */
	bool		has_tag;
	bool		has_quantity;
	bool		has_price;
	bool		carried;		/* it is a lot of an earlier run */
	bool		has_lot;		/* for a carried lot: how it was opened is known */
	bool		has_multiplier;
	TrkDecimal	quantity;
	TrkDecimal	price;
	TrkDecimal	fees;			/* zero when there are none */
	TrkDecimal	multiplier;		/* money for one unit at a price of one */
	TrkDecimal	lot_quantity;	/* of a carried lot, when it was opened */
	TrkDecimal	lot_fees;
} TrkFill;

/* What the book reports. */
typedef enum TrkLegKind
{
	TRK_LEG_CLOSED,				/* a lot, or a part of it, was closed */
	TRK_LEG_OPEN,				/* what is still open */
	TRK_LEG_SKIPPED,			/* a fill that was left out; reason says why */
	TRK_LEG_UNOPENED,			/* a fill, or the rest of it, that finds nothing to close */
	TRK_LEG_MISMATCH			/* a fill that did not do what its effect says */
} TrkLegKind;

/*
 * Legs and open lots have their amounts; for a fill they are those that it
 * came with.  Quantity and prices are in units at the time of the leg.  Those
 * of a lot in units of its opening fill, before splits, are in entry_quantity
 * and lot_...
 */
typedef struct TrkLeg
{
	TrkLegKind	kind;
	TrkLabel	key;
	TrkLabel	open_fill;		/* empty at average cost */
	TrkLabel	close_fill;
	TrkLabel	tag;			/* of the opening fill */
	TrkLabel	close_tag;		/* of the closing fill */
	bool		is_long;
	bool		flat_after;
	bool		mismatch;		/* one of the fills did not do what its effect says */
	bool		has_lot;		/* it belongs to one lot */
	bool		has_tag;
	bool		has_close_tag;
	bool		has_quantity;
	bool		has_exit;
	bool		has_multiplier;
	Datum		open_t;
	Datum		close_t;
	TrkDecimal	quantity;
	TrkDecimal	entry_price;
	TrkDecimal	exit_price;
	TrkDecimal	gross;
	TrkDecimal	entry_fees;
	TrkDecimal	fees;			/* fees of both sides */
	TrkDecimal	net;
	TrkDecimal	multiplier;
	TrkDecimal	entry_quantity;
	TrkDecimal	lot_quantity;	/* of the lot, when it was opened */
	TrkDecimal	lot_fees;
	TrkDecimal	lot_price;
	const char *reason;
} TrkLeg;

typedef void (*TrkLegCallback) (const TrkLeg *leg, void *arg);

typedef struct TrkBook TrkBook;

/*
 * Make a book in a memory context below the current one.  If a sell or a cover
 * exceeds the open quantity, the rest is reported as unopened when the fill's
 * effect closes or the fill names its position; it opens the other side when
 * the effect opens; in all other cases rest_opens decides.
 */
extern TrkBook *trk_book_make(TrkMatching matching, bool rest_opens,
							  TrkLegCallback callback, void *arg);

/* Process the next fill, which need not live longer than the call. */
extern void trk_book_push(TrkBook *book, const TrkFill *fill);

/* Report everything that is open, by key in order of the first fill. */
extern void trk_book_open(TrkBook *book);

extern TrkSide trk_side_of(TrkLabel name);
extern TrkEffect trk_effect_of(TrkLabel name);

#endif							/* TRK_TRADE_BOOK_H */

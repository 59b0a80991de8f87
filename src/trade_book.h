/*
 * trade_book.h
 *	  Matching fills to round trips, in exact decimals: first in first out, or
 *	  at average cost.  Called by round_trips.c.
 *
 * A book holds what is open, per key.  Fills come in order; what they close
 * goes to a callback at once, so memory is that of the open lots.
 */
#ifndef TRK_TRADE_BOOK_H
#define TRK_TRADE_BOOK_H

#include "decimal.h"

typedef enum TrkSide
{
	TRK_SIDE_UNKNOWN,
	TRK_SIDE_BUY,
	TRK_SIDE_SELL,
	TRK_SIDE_SHORT,
	TRK_SIDE_COVER,
	TRK_SIDE_SPLIT				/* no fill: quantity new units for price old ones */
} TrkSide;

/* What a fill says of itself. */
typedef enum TrkEffect
{
	TRK_EFFECT_UNKNOWN,
	TRK_EFFECT_OPENS,			/* opens or increases a position */
	TRK_EFFECT_CLOSES			/* reduces or closes one */
} TrkEffect;

typedef enum TrkMatching
{
	TRK_MATCH_FIFO,
	TRK_MATCH_AVERAGE
} TrkMatching;

/* Bytes of a text. */
typedef struct TrkLabel
{
	const char *s;
	Size		len;
} TrkLabel;

/* A fill.  A time is whatever the caller wants back with a leg. */
typedef struct TrkFill
{
	TrkLabel	id;
	TrkLabel	key;
	TrkLabel	tag;			/* what the caller wants back with a leg of its lot */
	Datum		t;
	TrkSide		side;
	TrkEffect	effect;
	bool		in_position;	/* it names its position */
	bool		duplicate;		/* the id was there before */
	bool		has_tag;
	bool		has_quantity;
	bool		has_price;
	bool		carried;		/* it is a lot of an earlier run */
	bool		has_lot;		/* and says how that was opened */
	bool		has_multiplier;
	TrkDecimal	quantity;
	TrkDecimal	price;
	TrkDecimal	fees;			/* zero when there are none */
	TrkDecimal	multiplier;		/* money of one unit at a price of one */
	TrkDecimal	lot_quantity;	/* of that lot, as it was opened */
	TrkDecimal	lot_fees;
} TrkFill;

/* What the book has to tell. */
typedef enum TrkLegKind
{
	TRK_LEG_CLOSED,				/* a lot, or a part of it, was closed */
	TRK_LEG_OPEN,				/* what is still open */
	TRK_LEG_SKIPPED,			/* a fill that was left out; reason says why */
	TRK_LEG_UNOPENED,			/* a fill, or the rest of it, that closes nothing */
	TRK_LEG_MISMATCH			/* a fill that did not what its effect says */
} TrkLegKind;

/*
 * Legs and open lots have their money; of a fill there is what it came with.
 * Quantity and prices are in units of the time of the leg; what a lot had in
 * units of its opening fill, before splits, is in entry_quantity and lot_...
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
	bool		mismatch;		/* the effect of one of the fills is another */
	bool		has_lot;		/* it is of one lot */
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
	TrkDecimal	fees;			/* of both sides */
	TrkDecimal	net;
	TrkDecimal	multiplier;
	TrkDecimal	entry_quantity;
	TrkDecimal	lot_quantity;	/* of the lot, as it was opened */
	TrkDecimal	lot_fees;
	TrkDecimal	lot_price;
	const char *reason;
} TrkLeg;

typedef void (*TrkLegCallback) (const TrkLeg *leg, void *arg);

typedef struct TrkBook TrkBook;

/*
 * A book in the current memory context.  What a sell or a cover does not find
 * open is unopened when its effect closes or when it names its position, and
 * opens the other side when its effect opens; else rest_opens decides.
 */
extern TrkBook *trk_book_make(TrkMatching matching, bool rest_opens,
							  TrkLegCallback callback, void *arg);

/* The next fill.  What it points to need not live longer than the call. */
extern void trk_book_push(TrkBook *book, const TrkFill *fill);

/* Tell all that is open, by key in order of the first fill. */
extern void trk_book_open(TrkBook *book);

extern TrkSide trk_side_of(TrkLabel name);
extern TrkEffect trk_effect_of(TrkLabel name);

#endif							/* TRK_TRADE_BOOK_H */

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

#include "fmgr.h"

typedef enum TrkSide
{
	TRK_SIDE_UNKNOWN,
	TRK_SIDE_BUY,
	TRK_SIDE_SELL,
	TRK_SIDE_SHORT,
	TRK_SIDE_COVER
} TrkSide;

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
	TrkLabel		id;
	TrkLabel		key;
	Datum		t;
	TrkSide		side;
	bool		duplicate;		/* the id was there before */
	bool		has_quantity;
	bool		has_price;
	Datum		quantity;		/* numeric */
	Datum		price;
	Datum		fees;			/* zero when there are none */
} TrkFill;

/* What the book has to tell. */
typedef enum TrkLegKind
{
	TRK_LEG_CLOSED,				/* a lot, or a part of it, was closed */
	TRK_LEG_OPEN,				/* what is still open */
	TRK_LEG_SKIPPED,			/* a fill that was left out; reason says why */
	TRK_LEG_UNOPENED			/* a fill, or the rest of it, that closes nothing */
} TrkLegKind;

typedef struct TrkLeg
{
	TrkLegKind	kind;
	TrkLabel		key;
	TrkLabel		open_fill;		/* of average cost: empty */
	TrkLabel		close_fill;
	bool		is_long;
	bool		flat_after;
	Datum		open_t;
	Datum		close_t;
	Datum		quantity;		/* numeric, as all of the following */
	Datum		entry_price;
	Datum		exit_price;
	Datum		gross;
	Datum		fees;
	Datum		net;
	const char *reason;
} TrkLeg;

typedef void (*TrkLegCallback) (const TrkLeg *leg, void *arg);

typedef struct TrkBook TrkBook;

/*
 * A book in the current memory context.  With rest_opens what a sell or a
 * cover does not find open opens the other side, else it is unopened.
 */
extern TrkBook *trk_book_make(TrkMatching matching, bool rest_opens,
							  TrkLegCallback callback, void *arg);

/* The next fill.  What it points to need not live longer than the call. */
extern void trk_book_push(TrkBook *book, const TrkFill *fill);

/* Tell all that is open, by key in order of the first fill. */
extern void trk_book_open(TrkBook *book);

extern TrkSide trk_side_of(const char *s, Size len);

#endif							/* TRK_TRADE_BOOK_H */

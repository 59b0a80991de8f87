/*
 * trade_book.c
 *	  Matching fills (see trade_book.h).
 */
#include "trk.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "trade_book.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/*
 * Shares of fees and averages have at least this many decimals: enough that
 * what is lost is far below the smallest unit of any currency.
 */
#define SHARE_SCALE		30

/* An open lot. */
typedef struct Lot
{
	dlist_node	node;
	char	   *fill;
	Size		fill_len;
	Datum		t;
	Datum		price;
	Datum		quantity;		/* what is left of it */
	Datum		fees;
	Datum		quantity0;		/* as it was opened */
	Datum		fees0;
} Lot;

/* What is open under a key, all in one direction. */
typedef struct Position
{
	struct Position *next;		/* of the same hash */
	dlist_node	node;			/* in order of the first fill */
	char	   *key;
	Size		key_len;
	bool		is_long;
	dlist_head	lots;			/* first in first out */
	Datum		quantity;		/* average cost: zero when flat */
	Datum		fees;
	Datum		quantity0;		/* at the last increase */
	Datum		cost0;
} Position;

typedef struct Slot
{
	uint64		hash;
	Position   *first;
} Slot;

struct TrkBook
{
	MemoryContext context;		/* what is open */
	MemoryContext scratch;		/* one fill */
	TrkMatching matching;
	bool		rest_opens;
	TrkLegCallback callback;
	void	   *arg;
	HTAB	   *positions;
	dlist_head	order;
	Datum		zero;
	Datum		fine_zero;		/* zero with SHARE_SCALE decimals */
};

/* Arithmetic in the current context. */
static inline Datum
add(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_add, a, b);
}

static inline Datum
sub(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

static inline Datum
mul(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

static inline int
cmp(Datum a, Datum b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

/* See trade_book.h. */
TrkSide
trk_side_of(const char *s, Size len)
{
	static const struct
	{
		const char *name;
		TrkSide		side;
	}			sides[] = {
		{"buy", TRK_SIDE_BUY}, {"sell", TRK_SIDE_SELL},
		{"short", TRK_SIDE_SHORT}, {"cover", TRK_SIDE_COVER}
	};

	for (int i = 0; i < lengthof(sides); i++)
		if (strlen(sides[i].name) == len && pg_strncasecmp(sides[i].name, s, len) == 0)
			return sides[i].side;
	return TRK_SIDE_UNKNOWN;
}

/* See trade_book.h. */
TrkBook *
trk_book_make(TrkMatching matching, bool rest_opens, TrkLegCallback callback, void *arg)
{
	TrkBook    *book = palloc0(sizeof(TrkBook));
	HASHCTL		ctl = {.keysize = sizeof(uint64),.entrysize = sizeof(Slot)};

	book->context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker trade book",
										  ALLOCSET_DEFAULT_SIZES);
	book->scratch = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker fill",
										  ALLOCSET_DEFAULT_SIZES);
	ctl.hcxt = book->context;
	book->matching = matching;
	book->rest_opens = rest_opens;
	book->callback = callback;
	book->arg = arg;
	book->positions = hash_create("agent_tracker positions", 64, &ctl,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	dlist_init(&book->order);
	book->zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	book->fine_zero = DirectFunctionCall2(numeric_round, book->zero, Int32GetDatum(SHARE_SCALE));
	return book;
}

/* whole * part / all, with decimals to spare. */
static Datum
share(TrkBook *book, Datum whole, Datum part, Datum all)
{
	return DirectFunctionCall2(numeric_div, add(mul(whole, part), book->fine_zero), all);
}

/* Replace a number that stays in the book. */
static void
keep(TrkBook *book, Datum *place, Datum value)
{
	MemoryContext old = MemoryContextSwitchTo(book->context);
	Datum		copy = datumCopy(value, false, -1);

	MemoryContextSwitchTo(old);
	if (DatumGetPointer(*place) != NULL)
		pfree(DatumGetPointer(*place));
	*place = copy;
}

/* The position of a key; a new one is flat. */
static Position *
position_of(TrkBook *book, TrkLabel key)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) key.s, (int) key.len, 0);
	bool		found;
	Slot	   *slot = hash_search(book->positions, &hash, HASH_ENTER, &found);
	Position   *p = found ? slot->first : NULL;

	if (!found)
		slot->first = NULL;
	while (p != NULL && (p->key_len != key.len || memcmp(p->key, key.s, key.len) != 0))
		p = p->next;
	if (p != NULL)
		return p;
	p = MemoryContextAllocZero(book->context, sizeof(Position));
	p->key = MemoryContextAlloc(book->context, key.len + 1);
	memcpy(p->key, key.s, key.len);
	p->key_len = key.len;
	p->next = slot->first;
	slot->first = p;
	dlist_init(&p->lots);
	dlist_push_tail(&book->order, &p->node);
	keep(book, &p->quantity, book->zero);
	return p;
}

/* A leg of a position, before its money. */
static TrkLeg
leg_of(const Position *p, TrkLegKind kind, const TrkFill *fill)
{
	TrkLeg		leg = {.kind = kind,.is_long = p->is_long};

	leg.key.s = p->key;
	leg.key.len = p->key_len;
	if (fill != NULL)
	{
		leg.close_fill = fill->id;
		leg.close_t = fill->t;
		leg.exit_price = fill->price;
	}
	return leg;
}

/* Tell of a fill that is left out, or of what is left of it. */
static void
tell_fill(TrkBook *book, const TrkFill *fill, TrkLegKind kind, const char *reason, Datum quantity)
{
	TrkLeg		leg = {.kind = kind,.key = fill->key,.close_fill = fill->id,
		.close_t = fill->t,.quantity = quantity,.reason = reason
	};

	leg.is_long = fill->side == TRK_SIDE_SELL;
	leg.exit_price = fill->has_price ? fill->price : (Datum) 0;
	book->callback(&leg, book->arg);
}

/* Money of a leg: gross is known, fees are those of both sides. */
static void
tell_closed(TrkBook *book, TrkLeg *leg, Datum gross, Datum entry_fees, Datum exit_fees)
{
	leg->gross = gross;
	leg->fees = add(entry_fees, exit_fees);
	leg->net = sub(gross, leg->fees);
	book->callback(leg, book->arg);
}

/* Profit of what went in at one value and out at another. */
static Datum
profit(const Position *p, Datum entry, Datum exit)
{
	return p->is_long ? sub(exit, entry) : sub(entry, exit);
}

/* Close some or all of a lot; returns the fill's share of its fees. */
static Datum
close_lot(TrkBook *book, Position *p, Lot *lot, const TrkFill *fill, Datum left, Datum fees_left)
{
	bool		all_of_lot = cmp(lot->quantity, left) <= 0;
	bool		all_of_fill = cmp(lot->quantity, left) >= 0;
	Datum		quantity = all_of_lot ? lot->quantity : left;
	Datum		entry_fees = all_of_lot ? lot->fees :
		share(book, lot->fees0, quantity, lot->quantity0);
	Datum		exit_fees = all_of_fill ? fees_left :
		share(book, fill->fees, quantity, fill->quantity);
	TrkLeg		leg = leg_of(p, TRK_LEG_CLOSED, fill);

	leg.open_fill.s = lot->fill;
	leg.open_fill.len = lot->fill_len;
	leg.open_t = lot->t;
	leg.quantity = quantity;
	leg.entry_price = lot->price;
	leg.flat_after = all_of_lot && !dlist_has_next(&p->lots, &lot->node);
	tell_closed(book, &leg, mul(profit(p, lot->price, fill->price), quantity),
				entry_fees, exit_fees);
	if (!all_of_lot)
	{
		keep(book, &lot->quantity, sub(lot->quantity, quantity));
		keep(book, &lot->fees, sub(lot->fees, entry_fees));
	}
	return exit_fees;
}

/* Forget a lot. */
static void
free_lot(Lot *lot)
{
	dlist_delete(&lot->node);
	pfree(lot->fill);
	pfree(DatumGetPointer(lot->price));
	pfree(DatumGetPointer(lot->quantity));
	pfree(DatumGetPointer(lot->fees));
	pfree(DatumGetPointer(lot->quantity0));
	pfree(DatumGetPointer(lot->fees0));
	pfree(lot);
}

/* Open a lot of what is left of a fill. */
static void
open_lot(TrkBook *book, Position *p, const TrkFill *fill, Datum quantity, Datum fees)
{
	Lot		   *lot = MemoryContextAllocZero(book->context, sizeof(Lot));

	lot->fill = MemoryContextAlloc(book->context, fill->id.len + 1);
	memcpy(lot->fill, fill->id.s, fill->id.len);
	lot->fill_len = fill->id.len;
	lot->t = fill->t;
	keep(book, &lot->price, fill->price);
	keep(book, &lot->quantity, quantity);
	keep(book, &lot->quantity0, quantity);
	keep(book, &lot->fees, fees);
	keep(book, &lot->fees0, fees);
	dlist_push_tail(&p->lots, &lot->node);
}

/* Does a fill that finds nothing to close open a position? */
static bool
may_open(const TrkBook *book, const TrkFill *fill)
{
	return book->rest_opens || fill->side == TRK_SIDE_BUY || fill->side == TRK_SIDE_SHORT;
}

/* A fill, first in first out. */
static void
push_fifo(TrkBook *book, Position *p, const TrkFill *fill, bool is_buy)
{
	Datum		left = fill->quantity;
	Datum		fees = fill->fees;

	while (!dlist_is_empty(&p->lots) && p->is_long != is_buy && cmp(left, book->zero) > 0)
	{
		Lot		   *lot = dlist_head_element(Lot, node, &p->lots);
		bool		gone = cmp(lot->quantity, left) <= 0;
		Datum		rest = gone ? sub(left, lot->quantity) : book->zero;

		CHECK_FOR_INTERRUPTS();
		fees = sub(fees, close_lot(book, p, lot, fill, left, fees));
		if (gone)
			free_lot(lot);
		left = rest;
	}
	if (cmp(left, book->zero) <= 0)
		return;
	if (dlist_is_empty(&p->lots))
	{
		if (!may_open(book, fill))
		{
			tell_fill(book, fill, TRK_LEG_UNOPENED, "closes more than is open", left);
			return;
		}
		p->is_long = is_buy;
	}
	open_lot(book, p, fill, left, fees);
}

/* More of a position at average cost. */
static void
increase(TrkBook *book, Position *p, const TrkFill *fill, Datum quantity, Datum fees, bool is_buy)
{
	Datum		cost = mul(fill->price, quantity);

	if (cmp(p->quantity, book->zero) == 0)
	{
		p->is_long = is_buy;
		keep(book, &p->fees, book->zero);
	}
	else
		cost = add(cost, cmp(p->quantity, p->quantity0) == 0 ? p->cost0 :
				   share(book, p->cost0, p->quantity, p->quantity0));
	quantity = add(p->quantity, quantity);
	keep(book, &p->cost0, cost);
	keep(book, &p->fees, add(p->fees, fees));
	keep(book, &p->quantity, quantity);
	keep(book, &p->quantity0, quantity);
}

/* The average entry price of a position. */
static Datum
average_price(TrkBook *book, const Position *p)
{
	return DirectFunctionCall2(numeric_div, add(p->cost0, book->fine_zero), p->quantity0);
}

/* Less of a position at average cost; returns what it took of the fees. */
static Datum
decrease(TrkBook *book, Position *p, const TrkFill *fill, Datum quantity, bool all_of_fill)
{
	bool		flat = cmp(quantity, p->quantity) == 0;
	Datum		entry = cmp(quantity, p->quantity0) == 0 ? p->cost0 :
		share(book, p->cost0, quantity, p->quantity0);
	Datum		entry_fees = flat ? p->fees : share(book, p->fees, quantity, p->quantity);
	Datum		exit_fees = all_of_fill ? fill->fees :
		share(book, fill->fees, quantity, fill->quantity);
	TrkLeg		leg = leg_of(p, TRK_LEG_CLOSED, fill);

	leg.quantity = quantity;
	leg.entry_price = average_price(book, p);
	leg.flat_after = flat;
	tell_closed(book, &leg, profit(p, entry, mul(fill->price, quantity)), entry_fees, exit_fees);
	keep(book, &p->fees, sub(p->fees, entry_fees));
	keep(book, &p->quantity, sub(p->quantity, quantity));
	return exit_fees;
}

/* A fill at average cost. */
static void
push_average(TrkBook *book, Position *p, const TrkFill *fill, bool is_buy)
{
	Datum		left = fill->quantity;
	Datum		fees = fill->fees;

	if (cmp(p->quantity, book->zero) > 0 && p->is_long != is_buy)
	{
		bool		all_of_fill = cmp(left, p->quantity) <= 0;
		Datum		quantity = all_of_fill ? left : datumCopy(p->quantity, false, -1);

		fees = sub(fees, decrease(book, p, fill, quantity, all_of_fill));
		left = sub(left, quantity);
	}
	if (cmp(left, book->zero) <= 0)
		return;
	if (cmp(p->quantity, book->zero) == 0 && !may_open(book, fill))
		tell_fill(book, fill, TRK_LEG_UNOPENED, "closes more than is open", left);
	else
		increase(book, p, fill, left, fees, is_buy);
}

/* Is it NaN or an infinity? */
static inline bool
is_special(Datum number)
{
	return numeric_is_nan(DatumGetNumeric(number)) || numeric_is_inf(DatumGetNumeric(number));
}

/* Why a fill cannot be matched, or NULL. */
static const char *
skip_reason(const TrkBook *book, const TrkFill *fill)
{
	if (fill->duplicate)
		return "duplicate fill_id";
	if (fill->side == TRK_SIDE_UNKNOWN)
		return "unknown side";
	if (!fill->has_quantity)
		return "null quantity";
	if (is_special(fill->quantity))
		return "quantity not finite";
	if (cmp(fill->quantity, book->zero) == 0)
		return "zero quantity";
	if (cmp(fill->quantity, book->zero) < 0)
		return "negative quantity";
	if (!fill->has_price)
		return "null price";
	if (is_special(fill->price))
		return "price not finite";
	return is_special(fill->fees) ? "fees not finite" : NULL;
}

/* See trade_book.h. */
void
trk_book_push(TrkBook *book, const TrkFill *fill)
{
	MemoryContext old = MemoryContextSwitchTo(book->scratch);
	const char *reason = skip_reason(book, fill);
	bool		is_buy = fill->side == TRK_SIDE_BUY || fill->side == TRK_SIDE_COVER;

	if (reason != NULL)
		tell_fill(book, fill, TRK_LEG_SKIPPED, reason,
				  fill->has_quantity ? fill->quantity : (Datum) 0);
	else if (book->matching == TRK_MATCH_FIFO)
		push_fifo(book, position_of(book, fill->key), fill, is_buy);
	else
		push_average(book, position_of(book, fill->key), fill, is_buy);
	MemoryContextSwitchTo(old);
	MemoryContextReset(book->scratch);
}

/* Tell the lots of a position. */
static void
tell_lots(TrkBook *book, Position *p)
{
	dlist_iter	iter;

	dlist_foreach(iter, &p->lots)
	{
		Lot		   *lot = dlist_container(Lot, node, iter.cur);
		TrkLeg		leg = leg_of(p, TRK_LEG_OPEN, NULL);

		leg.open_fill.s = lot->fill;
		leg.open_fill.len = lot->fill_len;
		leg.open_t = lot->t;
		leg.quantity = lot->quantity;
		leg.entry_price = lot->price;
		leg.fees = lot->fees;
		book->callback(&leg, book->arg);
	}
}

/* Tell a position at average cost. */
static void
tell_position(TrkBook *book, Position *p)
{
	TrkLeg		leg = leg_of(p, TRK_LEG_OPEN, NULL);

	leg.quantity = p->quantity;
	leg.entry_price = average_price(book, p);
	leg.fees = p->fees;
	book->callback(&leg, book->arg);
}

/* See trade_book.h. */
void
trk_book_open(TrkBook *book)
{
	MemoryContext old = MemoryContextSwitchTo(book->scratch);
	dlist_iter	iter;

	dlist_foreach(iter, &book->order)
	{
		Position   *p = dlist_container(Position, node, iter.cur);

		CHECK_FOR_INTERRUPTS();
		if (book->matching == TRK_MATCH_FIFO)
			tell_lots(book, p);
		else if (cmp(p->quantity, book->zero) != 0)
			tell_position(book, p);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(book->scratch);
}

/*
 * trade_book.c
 *	  Matches fills (see trade_book.h).
 */
#include "base/trk.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "performance/trade_book.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* An open lot. */
typedef struct Lot
{
	dlist_node	node;
	Datum		t;
	TrkDecimal	price;
	TrkDecimal	quantity;		/* the quantity that is left */
	TrkDecimal	fees;
	TrkDecimal	quantity0;		/* the quantity when it was opened */
	TrkDecimal	fees0;
	TrkDecimal	units;			/* splits since then: this many units now for per units then */
	TrkDecimal	per;
	TrkDecimal	multiplier;
	bool		is_split;
	bool		has_multiplier;
	bool		mismatch;
	bool		has_tag;
	Size		fill_len;
	Size		tag_len;
	char		text[FLEXIBLE_ARRAY_MEMBER];	/* the fill's id and its tag */
} Lot;

/* What is open under a key; it is all in one direction. */
typedef struct Position
{
	struct Position *next;		/* next position with the same hash */
	dlist_node	node;			/* in order of the first fill */
	bool		is_long;
	dlist_head	lots;			/* used for first in first out */
	TrkDecimal	quantity;		/* used at average cost; zero when nothing is open */
	TrkDecimal	fees;
	TrkDecimal	quantity0;		/* quantity after the last increase */
	TrkDecimal	cost0;
	TrkDecimal	multiplier;
	bool		has_multiplier;
	Size		key_len;
	char		key[FLEXIBLE_ARRAY_MEMBER];
} Position;

typedef struct Slot
{
	uint64		hash;
	Position   *first;
} Slot;

struct TrkBook
{
	MemoryContext context;		/* holds what is open */
	MemoryContext scratch;		/* reset after each fill */
	TrkMatching matching;
	bool		rest_opens;
	TrkLegCallback callback;
	void	   *arg;
	HTAB	   *positions;
	dlist_head	order;
};

static const TrkDecimal zero;
static const TrkDecimal one = {.m = 1};

/* Compare a label with a literal. */
#define is_word(name, word) \
	((name).len == sizeof(word) - 1 && (memcmp((name).s, word, sizeof(word) - 1) == 0 || \
										pg_strncasecmp((name).s, word, sizeof(word) - 1) == 0))

/* Return the side that a text names, or TRK_SIDE_UNKNOWN. */
TrkSide
trk_side_of(TrkLabel name)
{
	if (is_word(name, "buy"))
		return TRK_SIDE_BUY;
	if (is_word(name, "sell"))
		return TRK_SIDE_SELL;
	if (is_word(name, "short"))
		return TRK_SIDE_SHORT;
	if (is_word(name, "cover"))
		return TRK_SIDE_COVER;
	return is_word(name, "split") ? TRK_SIDE_SPLIT : TRK_SIDE_UNKNOWN;
}

/* Return the open-close effect that a text names, or TRK_EFFECT_UNKNOWN. */
TrkEffect
trk_effect_of(TrkLabel name)
{
	if (is_word(name, "open") || is_word(name, "increase"))
		return TRK_EFFECT_OPENS;
	return is_word(name, "close") || is_word(name, "reduce") ?
		TRK_EFFECT_CLOSES : TRK_EFFECT_UNKNOWN;
}

/*
 * Make a book in a memory context below the current one.  If a sell or a
 * cover exceeds the open quantity, the rest is reported as unopened when the
 * fill's effect closes or the fill names its position; it opens the other
 * side when the effect opens; in all other cases rest_opens decides.
 */
TrkBook *
trk_book_make(TrkMatching matching, bool rest_opens, TrkLegCallback callback, void *arg)
{
	TrkBook    *book = palloc0(sizeof(TrkBook));
	HASHCTL		ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(Slot)};

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
	return book;
}

/* Replace a number that stays in the book. */
static inline void
keep(TrkBook *book, TrkDecimal *place, const TrkDecimal *value)
{
	trk_decimal_keep(place, value, book->context);
}

/* Return the position of a key; a new one has nothing open. */
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
	p = MemoryContextAllocZero(book->context, offsetof(Position, key) + key.len);
	memcpy(p->key, key.s, key.len);
	p->key_len = key.len;
	p->next = slot->first;
	slot->first = p;
	dlist_init(&p->lots);
	dlist_push_tail(&book->order, &p->node);
	return p;
}

/* Return whether a fill closes although its effect says that it opens. */
static inline bool
closes_against(const TrkFill *fill)
{
	return fill->effect == TRK_EFFECT_OPENS;
}

/* Return whether a fill opens although its effect says that it closes. */
static inline bool
opens_against(const TrkFill *fill)
{
	return fill->effect == TRK_EFFECT_CLOSES;
}

/* Initialize a leg of a position; the amounts follow. */
static void
begin_leg(TrkLeg *leg, const Position *p, TrkLegKind kind, const TrkFill *fill)
{
	memset(leg, 0, sizeof(*leg));
	leg->kind = kind;
	leg->is_long = p->is_long;
	leg->has_quantity = true;
	leg->key.s = p->key;
	leg->key.len = p->key_len;
	if (fill != NULL)
	{
		leg->close_fill = fill->id;
		leg->close_t = fill->t;
		leg->has_exit = true;
		leg->exit_price = fill->price;
		leg->has_close_tag = fill->has_tag;
		leg->close_tag = fill->tag;
		leg->mismatch = closes_against(fill);
	}
}

/* Add what is known of a lot. */
static void
leg_of_lot(TrkLeg *leg, const Lot *lot)
{
	leg->has_lot = true;
	leg->open_fill.s = lot->text;
	leg->open_fill.len = lot->fill_len;
	leg->has_tag = lot->has_tag;
	leg->tag.s = lot->text + lot->fill_len;
	leg->tag.len = lot->tag_len;
	leg->open_t = lot->t;
	leg->entry_price = lot->price;
	if (lot->is_split)
		trk_decimal_share(&leg->entry_price, &lot->price, &lot->per, &lot->units, 0);
	leg->lot_price = lot->price;
	leg->lot_quantity = lot->quantity0;
	leg->lot_fees = lot->fees0;
	leg->has_multiplier = lot->has_multiplier;
	leg->multiplier = lot->multiplier;
	leg->mismatch |= lot->mismatch;
}

/* Report a fill, or a part of it, that is left out. */
static void
tell_fill(TrkBook *book, const TrkFill *fill, TrkLegKind kind, const char *reason,
		  const TrkDecimal *quantity)
{
	TrkLeg		leg = {.kind = kind, .key = fill->key, .close_fill = fill->id,
		.close_t = fill->t, .quantity = *quantity, .reason = reason
	};

	leg.has_quantity = fill->has_quantity;
	leg.has_exit = fill->has_price;
	leg.exit_price = fill->price;
	book->callback(&leg, book->arg);
}

/* Report a fill that closed or opened against what its effect says. */
static void
tell_mismatch(TrkBook *book, const TrkFill *fill, const TrkDecimal *left, bool opened)
{
	TrkDecimal	closed;

	if (fill->carried)
		return;
	trk_decimal_sub(&closed, &fill->quantity, left);
	if (closes_against(fill) && trk_decimal_sign(&closed) > 0)
		tell_fill(book, fill, TRK_LEG_MISMATCH, "closes though its effect opens", &closed);
	if (opens_against(fill) && opened)
		tell_fill(book, fill, TRK_LEG_MISMATCH, "opens though its effect closes", left);
}

/*
 * Multiply the amounts of a leg by the multiplier of its lot or position, or
 * else by that of the fill that closes it.
 */
static void
multiply(TrkLeg *leg, const TrkFill *fill)
{
	if (!leg->has_multiplier && fill->has_multiplier)
	{
		leg->has_multiplier = true;
		leg->multiplier = fill->multiplier;
	}
	if (leg->has_multiplier)
		trk_decimal_mul(&leg->gross, &leg->gross, &leg->multiplier);
}

/* Report a closed leg, whose gross result, fees and entry fees are set. */
static void
tell_closed(TrkBook *book, TrkLeg *leg)
{
	trk_decimal_sub(&leg->net, &leg->gross, &leg->fees);
	book->callback(leg, book->arg);
}

/* Compute the profit from the values at entry and at exit. */
static void
profit(const Position *p, TrkDecimal *gain, const TrkDecimal *entry, const TrkDecimal *exit)
{
	if (p->is_long)
		trk_decimal_sub(gain, exit, entry);
	else
		trk_decimal_sub(gain, entry, exit);
}

/* Return the rest of a lot in today's units. */
static void
lot_now(const Lot *lot, TrkDecimal *quantity)
{
	if (lot->is_split)
		trk_decimal_share(quantity, &lot->quantity, &lot->units, &lot->per, 0);
	else
		*quantity = lot->quantity;
}

/*
 * Compute the result of a leg of a lot.  The cost is that of the opening fill,
 * however often the lot was split since.
 */
static void
lot_profit(const Position *p, const Lot *lot, const TrkFill *fill, TrkLeg *leg)
{
	TrkDecimal	entry;
	TrkDecimal	exit;

	if (!lot->is_split)
	{
		profit(p, &leg->gross, &lot->price, &fill->price);
		trk_decimal_mul(&leg->gross, &leg->gross, &leg->quantity);
		return;
	}
	trk_decimal_mul(&entry, &lot->price, &leg->entry_quantity);
	trk_decimal_mul(&exit, &fill->price, &leg->quantity);
	profit(p, &leg->gross, &entry, &exit);
}

/* Reduce a lot by what a leg has closed. */
static void
reduce_lot(TrkBook *book, Lot *lot, const TrkLeg *leg)
{
	TrkDecimal	rest;

	trk_decimal_sub(&rest, &lot->quantity, &leg->entry_quantity);
	keep(book, &lot->quantity, &rest);
	trk_decimal_sub(&rest, &lot->fees, &leg->entry_fees);
	keep(book, &lot->fees, &rest);
}

/*
 * Close a lot, or a part of it, by the rest of a fill.  The leg's share of the
 * fill's fees is subtracted from the rest of the fees.
 */
static void
close_lot(TrkBook *book, Position *p, Lot *lot, const TrkDecimal *now, const TrkFill *fill,
		  const TrkDecimal *left, TrkDecimal *fees_left, int size)
{
	TrkLeg		leg;
	TrkDecimal	exit_fees;

	begin_leg(&leg, p, TRK_LEG_CLOSED, fill);
	leg_of_lot(&leg, lot);
	leg.flat_after = size <= 0 && !dlist_has_next(&p->lots, &lot->node);
	leg.quantity = size <= 0 ? *now : *left;
	leg.entry_quantity = size <= 0 ? lot->quantity : *left;
	if (size > 0 && lot->is_split)
		trk_decimal_share(&leg.entry_quantity, left, &lot->per, &lot->units, 0);
	if (size <= 0)
		leg.entry_fees = lot->fees;
	else
		trk_decimal_share(&leg.entry_fees, &lot->fees0, &leg.entry_quantity, &lot->quantity0, 0);
	if (size >= 0)
		exit_fees = *fees_left;
	else
		trk_decimal_share(&exit_fees, &fill->fees, &leg.quantity, &fill->quantity, 0);
	lot_profit(p, lot, fill, &leg);
	multiply(&leg, fill);
	trk_decimal_add(&leg.fees, &leg.entry_fees, &exit_fees);
	tell_closed(book, &leg);
	trk_decimal_sub(fees_left, fees_left, &exit_fees);
	if (size > 0)
		reduce_lot(book, lot, &leg);
}

/* Free a lot. */
static void
free_lot(Lot *lot)
{
	dlist_delete(&lot->node);
	trk_decimal_free(&lot->price);
	trk_decimal_free(&lot->quantity);
	trk_decimal_free(&lot->fees);
	trk_decimal_free(&lot->quantity0);
	trk_decimal_free(&lot->fees0);
	trk_decimal_free(&lot->units);
	trk_decimal_free(&lot->per);
	trk_decimal_free(&lot->multiplier);
	pfree(lot);
}

/* Open a lot with the rest of a fill. */
static void
open_lot(TrkBook *book, Position *p, const TrkFill *fill, const TrkDecimal *quantity,
		 const TrkDecimal *fees)
{
	Lot		   *lot = MemoryContextAlloc(book->context, offsetof(Lot, text) +
										 fill->id.len + fill->tag.len);

	memset(&lot->price, 0, offsetof(Lot, is_split) - offsetof(Lot, price));
	lot->is_split = false;
	lot->has_multiplier = fill->has_multiplier;
	if (fill->has_multiplier)
		keep(book, &lot->multiplier, &fill->multiplier);
	memcpy(lot->text, fill->id.s, fill->id.len);
	lot->fill_len = fill->id.len;
	if (fill->has_tag)
		memcpy(lot->text + lot->fill_len, fill->tag.s, fill->tag.len);
	lot->has_tag = fill->has_tag;
	lot->tag_len = fill->tag.len;
	lot->t = fill->t;
	lot->mismatch = opens_against(fill);
	keep(book, &lot->price, &fill->price);
	keep(book, &lot->quantity, quantity);
	keep(book, &lot->fees, fees);
	keep(book, &lot->quantity0, fill->has_lot ? &fill->lot_quantity : quantity);
	keep(book, &lot->fees0, fill->has_lot ? &fill->lot_fees : fees);
	dlist_push_tail(&p->lots, &lot->node);
}

/* Return whether a fill that finds nothing to close opens a position. */
static bool
may_open(const TrkBook *book, const TrkFill *fill)
{
	if (fill->side == TRK_SIDE_BUY || fill->side == TRK_SIDE_SHORT ||
		fill->effect == TRK_EFFECT_OPENS)
		return true;
	return book->rest_opens && fill->effect != TRK_EFFECT_CLOSES && !fill->in_position;
}

/*
 * Return whether the rest of a fill, after all was closed, opens a position;
 * if not, report it.
 */
static bool
opens_rest(TrkBook *book, const TrkFill *fill, const TrkDecimal *left, bool is_open)
{
	bool		is_left = trk_decimal_sign(left) > 0;
	bool		opens = is_left && (is_open || may_open(book, fill));

	if (fill->effect != TRK_EFFECT_UNKNOWN)
		tell_mismatch(book, fill, left, opens);
	if (is_left && !opens)
		tell_fill(book, fill, TRK_LEG_UNOPENED, "closes more than is open", left);
	return opens;
}

/* Return whether a fill has another multiplier than what it closes. */
static inline bool
multiplies_otherwise(bool has_multiplier, const TrkDecimal *multiplier, const TrkFill *fill)
{
	return has_multiplier && fill->has_multiplier &&
		trk_decimal_cmp(multiplier, &fill->multiplier) != 0;
}

/* Report that it has another multiplier. */
static void
tell_multiplier(TrkBook *book, const TrkFill *fill, bool differs)
{
	if (differs)
		tell_fill(book, fill, TRK_LEG_MISMATCH, "multiplier is not that of what it closes",
				  &fill->quantity);
}

/* Match a fill first in first out. */
static void
push_fifo(TrkBook *book, Position *p, const TrkFill *fill, bool is_buy)
{
	TrkDecimal	left = fill->quantity;
	TrkDecimal	fees = fill->fees;
	bool		differs = false;

	while (!dlist_is_empty(&p->lots) && p->is_long != is_buy && trk_decimal_sign(&left) > 0)
	{
		Lot		   *lot = dlist_head_element(Lot, node, &p->lots);
		TrkDecimal	now;
		int			size;

		CHECK_FOR_INTERRUPTS();
		lot_now(lot, &now);
		size = trk_decimal_cmp(&now, &left);
		differs |= multiplies_otherwise(lot->has_multiplier, &lot->multiplier, fill);
		close_lot(book, p, lot, &now, fill, &left, &fees, size);
		if (size < 0)
			trk_decimal_sub(&left, &left, &now);
		else
			left = zero;
		if (size <= 0)
			free_lot(lot);
	}
	tell_multiplier(book, fill, differs);
	if (!opens_rest(book, fill, &left, !dlist_is_empty(&p->lots)))
		return;
	p->is_long = is_buy;
	open_lot(book, p, fill, &left, &fees);
}

/* Increase a position at average cost. */
static void
increase(TrkBook *book, Position *p, const TrkFill *fill, const TrkDecimal *quantity,
		 const TrkDecimal *fees, bool is_buy)
{
	TrkDecimal	cost;
	TrkDecimal	sum;

	trk_decimal_mul(&cost, &fill->price, quantity);
	if (trk_decimal_sign(&p->quantity) == 0)
	{
		p->is_long = is_buy;
		keep(book, &p->fees, &zero);
		p->has_multiplier = fill->has_multiplier;
		if (fill->has_multiplier)
			keep(book, &p->multiplier, &fill->multiplier);
	}
	else if (trk_decimal_cmp(&p->quantity, &p->quantity0) == 0)
		trk_decimal_add(&cost, &cost, &p->cost0);
	else
	{
		/*
		 * the cost of a small rest gets more decimal places, so that its average price is as exact
		 * as that of a large one
		 */
		trk_decimal_share(&sum, &p->cost0, &p->quantity, &p->quantity0,
						  trk_decimal_leading_zeros(&p->quantity));
		trk_decimal_add(&cost, &cost, &sum);
	}
	keep(book, &p->cost0, &cost);
	trk_decimal_add(&sum, &p->fees, fees);
	keep(book, &p->fees, &sum);
	trk_decimal_add(&sum, &p->quantity, quantity);
	keep(book, &p->quantity, &sum);
	keep(book, &p->quantity0, &sum);
}

/* Compute the average entry price of a position. */
static void
average_price(const Position *p, TrkDecimal *price)
{
	trk_decimal_share(price, &p->cost0, &one, &p->quantity0, 0);
}

/*
 * Reduce a position at average cost by a fill with this rest of fees; the
 * leg's share is subtracted from it.
 */
static void
decrease(TrkBook *book, Position *p, const TrkFill *fill, const TrkDecimal *quantity,
		 TrkDecimal *fees, bool all_of_fill)
{
	TrkLeg		leg;
	TrkDecimal	entry;
	TrkDecimal	exit;
	TrkDecimal	rest;

	begin_leg(&leg, p, TRK_LEG_CLOSED, fill);
	leg.quantity = leg.entry_quantity = *quantity;
	leg.flat_after = trk_decimal_cmp(quantity, &p->quantity) == 0;
	average_price(p, &leg.entry_price);
	if (trk_decimal_cmp(quantity, &p->quantity0) == 0)
		entry = p->cost0;
	else
		trk_decimal_share(&entry, &p->cost0, quantity, &p->quantity0, 0);
	trk_decimal_mul(&exit, &fill->price, quantity);
	profit(p, &leg.gross, &entry, &exit);
	leg.has_multiplier = p->has_multiplier;
	leg.multiplier = p->multiplier;
	multiply(&leg, fill);
	if (leg.flat_after)
		leg.entry_fees = p->fees;
	else
		trk_decimal_share(&leg.entry_fees, &p->fees, quantity, &p->quantity, 0);
	if (all_of_fill)
		exit = fill->fees;
	else
		trk_decimal_share(&exit, &fill->fees, quantity, &fill->quantity, 0);
	trk_decimal_add(&leg.fees, &leg.entry_fees, &exit);
	tell_closed(book, &leg);
	trk_decimal_sub(fees, fees, &exit);
	trk_decimal_sub(&rest, &p->fees, &leg.entry_fees);
	keep(book, &p->fees, &rest);
	trk_decimal_sub(&rest, &p->quantity, &leg.quantity);
	keep(book, &p->quantity, &rest);
}

/* Match a fill at average cost. */
static void
push_average(TrkBook *book, Position *p, const TrkFill *fill, bool is_buy)
{
	TrkDecimal	left = fill->quantity;
	TrkDecimal	fees = fill->fees;

	if (trk_decimal_sign(&p->quantity) > 0 && p->is_long != is_buy)
	{
		TrkDecimal	quantity = left;
		bool		all_of_fill = trk_decimal_cmp(&left, &p->quantity) <= 0;

		if (!all_of_fill)
			quantity = p->quantity;
		tell_multiplier(book, fill, multiplies_otherwise(p->has_multiplier, &p->multiplier, fill));
		trk_decimal_sub(&left, &left, &quantity);
		decrease(book, p, fill, &quantity, &fees, all_of_fill);
	}
	if (opens_rest(book, fill, &left, trk_decimal_sign(&p->quantity) > 0))
		increase(book, p, fill, &left, &fees, is_buy);
}

/* Return why a fill cannot be matched, or NULL. */
static const char *
skip_reason(const TrkFill *fill)
{
	if (fill->duplicate)
		return "duplicate fill_id";
	if (fill->side == TRK_SIDE_UNKNOWN)
		return "unknown side";
	if (!fill->has_quantity)
		return "null quantity";
	if (trk_decimal_is_special(&fill->quantity))
		return "quantity not finite";
	if (trk_decimal_sign(&fill->quantity) == 0)
		return "zero quantity";
	if (trk_decimal_sign(&fill->quantity) < 0)
		return "negative quantity";
	if (!fill->has_price)
		return "null price";
	if (trk_decimal_is_special(&fill->price))
		return "price not finite";
	if (fill->has_multiplier && (trk_decimal_is_special(&fill->multiplier) ||
								 trk_decimal_sign(&fill->multiplier) <= 0))
		return "multiplier not above zero";
	return trk_decimal_is_special(&fill->fees) ? "fees not finite" : NULL;
}

/* Return whether a number is finite and above zero. */
static inline bool
is_positive(const TrkDecimal *number)
{
	return !trk_decimal_is_special(number) && trk_decimal_sign(number) > 0;
}

/*
 * Split a position: `units` new units replace every `per` old ones, so the
 * quantity changes, and the price inversely.
 */
static void
split(TrkBook *book, Position *p, const TrkDecimal *units, const TrkDecimal *per)
{
	dlist_iter	iter;
	TrkDecimal	changed;

	dlist_foreach(iter, &p->lots)
	{
		Lot		   *lot = dlist_container(Lot, node, iter.cur);

		trk_decimal_mul(&changed, lot->is_split ? &lot->units : &one, units);
		keep(book, &lot->units, &changed);
		trk_decimal_mul(&changed, lot->is_split ? &lot->per : &one, per);
		keep(book, &lot->per, &changed);
		lot->is_split = true;
	}
	if (trk_decimal_sign(&p->quantity) != 0)
	{
		trk_decimal_share(&changed, &p->quantity, units, per, 0);
		keep(book, &p->quantity, &changed);
		trk_decimal_share(&changed, &p->quantity0, units, per, 0);
		keep(book, &p->quantity0, &changed);
	}
}

/* Process a split, unless its ratio is missing. */
static void
push_split(TrkBook *book, const TrkFill *fill)
{
	const TrkDecimal *per = fill->has_price ? &fill->price : &one;

	if (fill->has_quantity && is_positive(&fill->quantity) && is_positive(per))
		split(book, position_of(book, fill->key), &fill->quantity, per);
	else
		tell_fill(book, fill, TRK_LEG_SKIPPED, "split without a ratio above zero", &fill->quantity);
}

/*
 * Process the next fill: open lots, or close lots and report the legs to the
 * callback.  The fill need not live longer than the call.
 */
void
trk_book_push(TrkBook *book, const TrkFill *fill)
{
	MemoryContext old = MemoryContextSwitchTo(book->scratch);
	const char *reason = skip_reason(fill);
	bool		is_buy = fill->side == TRK_SIDE_BUY || fill->side == TRK_SIDE_COVER;

	if (fill->side == TRK_SIDE_SPLIT)
		push_split(book, fill);
	else if (reason != NULL)
		tell_fill(book, fill, TRK_LEG_SKIPPED, reason, &fill->quantity);
	else if (book->matching == TRK_MATCH_FIFO)
		push_fifo(book, position_of(book, fill->key), fill, is_buy);
	else
		push_average(book, position_of(book, fill->key), fill, is_buy);
	MemoryContextSwitchTo(old);
	MemoryContextReset(book->scratch);
}

/* Report the open lots of a position. */
static void
tell_lots(TrkBook *book, Position *p)
{
	dlist_iter	iter;

	dlist_foreach(iter, &p->lots)
	{
		Lot		   *lot = dlist_container(Lot, node, iter.cur);
		TrkLeg		leg;

		CHECK_FOR_INTERRUPTS();
		begin_leg(&leg, p, TRK_LEG_OPEN, NULL);
		leg_of_lot(&leg, lot);
		lot_now(lot, &leg.quantity);
		leg.entry_quantity = lot->quantity;
		leg.entry_fees = leg.fees = lot->fees;
		book->callback(&leg, book->arg);
		MemoryContextReset(book->scratch);
	}
}

/* Report an open position at average cost. */
static void
tell_position(TrkBook *book, Position *p)
{
	TrkLeg		leg;

	begin_leg(&leg, p, TRK_LEG_OPEN, NULL);
	leg.quantity = leg.entry_quantity = p->quantity;
	leg.has_multiplier = p->has_multiplier;
	leg.multiplier = p->multiplier;
	average_price(p, &leg.entry_price);
	leg.entry_fees = leg.fees = p->fees;
	book->callback(&leg, book->arg);
	MemoryContextReset(book->scratch);
}

/*
 * Report everything that is open to the callback, by key in order of the
 * first fill.
 */
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
		else if (trk_decimal_sign(&p->quantity) != 0)
			tell_position(book, p);
	}
	MemoryContextSwitchTo(old);
}

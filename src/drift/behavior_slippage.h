/*
 * behavior_slippage.h
 *	  The dimension of slippage: the prices of fills against the intended prices
 *	  of their orders.
 *
 * The events of an order and of its fills come in any order, and may come in
 * different states that are merged later.  So orders and fills are kept as they
 * come, and slippage is computed when a state is put in order.
 */
#ifndef TRK_BEHAVIOR_SLIPPAGE_H
#define TRK_BEHAVIOR_SLIPPAGE_H

#include "drift/behavior_cells.h"
#include "lib/stringinfo.h"

/* With more orders, or more fills that name one, only the number of fills is kept. */
#define TRK_BEHAVIOR_LINKS	INT64CONST(1000000)

/* The same for the bytes of the ids of fills. */
#define TRK_BEHAVIOR_ID_BYTES	(1 << 28)

/*
 * What the events of an order say of its side.  Nothing is known of an order
 * whose events differ in side or price: which of them counts would depend on the
 * order of merging.
 */
typedef enum TrkOrderState
{
	TRK_ORDER_UNKNOWN,
	TRK_ORDER_BUYS,
	TRK_ORDER_SELLS,
	TRK_ORDER_DIFFERS
} TrkOrderState;

typedef struct TrkOrder
{
	double		price;			/* greater than zero when it buys or sells, else 0 */
	TrkOrderState state;
} TrkOrder;

/* A fill that names its order. */
typedef struct TrkOrderFill
{
	double		price;
	uint32		order;
	uint32		run;
	uint32		id_at;			/* the event's id, among the ids */
	uint32		id_len;
} TrkOrderFill;

typedef struct TrkLinks
{
	MemoryContext context;
	TrkDict		ids;			/* of orders */
	TrkOrder   *orders;			/* as many as the dictionary has space for */
	int64		orders_room;
	TrkOrderFill *fills;
	int64		n;				/* fills, also those that are no longer kept */
	int64		room;
	StringInfoData event_ids;
	bool		overflow;		/* too many: only n is kept */
	bool		settled;		/* sorted, and slippage was computed from them */
} TrkLinks;

/* Make an empty collection, which takes its memory from the context. */
extern void trk_links_init(TrkLinks *links, MemoryContext context);

/* Note what an event says of an order. */
extern void trk_link_order(TrkLinks *links, const char *id, Size len, TrkOrder order);

/* Note a fill of an order, at a price that is finite. */
extern void trk_link_fill(TrkLinks *links, const char *id, Size len, double price, int64 run,
						  const char *event_id, Size event_id_len);

/* Add the orders and fills of another state, of whose runs the array has our numbers. */
extern void trk_links_merge(TrkLinks *into, const TrkLinks *from, const uint32 *runs);

/* Free all orders and fills. */
extern void trk_links_drop(TrkLinks *links);

/*
 * Sort orders by their ids and fills by their orders, and give each run its new
 * number unless new_runs is NULL.
 */
extern void trk_links_sort(TrkLinks *links, const uint32 *new_runs);

/*
 * Compute the dimension of slippage anew from sorted orders and fills; events is
 * the number of all events that are fills.
 */
extern void trk_links_count(const TrkLinks *links, TrkSeen *seen, int64 events);

/* Compare fills by order, price, run and event id. */
extern int	trk_order_fill_compare(const TrkLinks *links, const TrkOrderFill *a,
								   const TrkOrderFill *b);

#endif							/* TRK_BEHAVIOR_SLIPPAGE_H */

/*
 * behavior_slippage.h
 *	  The dimension of slippage: the prices of fills relative to the intended
 *	  prices of their orders.
 *
 * The events of an order and of its fills arrive in any order, and may be in
 * different states that are merged later.  So orders and fills are collected,
 * and slippage is computed when a state is sorted.
 */
#ifndef TRK_BEHAVIOR_SLIPPAGE_H
#define TRK_BEHAVIOR_SLIPPAGE_H

#include "drift/behavior_cells.h"
#include "lib/stringinfo.h"

/*
 * The most orders, and the most fills that name one; with more, only the
 * number of fills is kept.
 */
#define TRK_BEHAVIOR_LINKS	INT64CONST(1000000)

/*
 * The most bytes of the ids of fills; with more, only the number of fills is
 * kept.
 */
#define TRK_BEHAVIOR_ID_BYTES	(1 << 28)

/*
 * The side of an order, as its events give it.  If they differ in side or
 * price, the order is conflicting and its fills are ignored, because otherwise
 * the result would depend on the order of merging.
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
	double		price;			/* above zero if the side is known, else 0 */
	TrkOrderState state;
} TrkOrder;

/* A fill that names its order. */
typedef struct TrkOrderFill
{
	double		price;
	uint32		order;
	uint32		run;
	uint32		id_at;			/* position of the event's id among the ids */
	uint32		id_len;
} TrkOrderFill;

typedef struct TrkLinks
{
	MemoryContext context;
	TrkDict		ids;			/* ids of the orders */
	TrkOrder   *orders;			/* indexed by order; as many as the dictionary has space for */
	int64		orders_room;
	TrkOrderFill *fills;
	int64		n;				/* number of fills, including those that were dropped */
	int64		room;
	StringInfoData event_ids;
	bool		overflow;		/* there were too many, so only n is kept */
	bool		settled;		/* everything is sorted, and slippage has been computed */
} TrkLinks;

/* Initialize an empty collection, which allocates in the context. */
extern void trk_links_init(TrkLinks *links, MemoryContext context);

/* Note the side and price that an event gives for an order. */
extern void trk_link_order(TrkLinks *links, const char *id, Size len, TrkOrder order);

/* Note a fill of an order; its price must be finite. */
extern void trk_link_fill(TrkLinks *links, const char *id, Size len, double price, int64 run,
						  const char *event_id, Size event_id_len);

/*
 * Add the orders and fills of another state. runs maps its run numbers to
 * ours.
 */
extern void trk_links_merge(TrkLinks *into, const TrkLinks *from, const uint32 *runs);

/* Free all orders and fills. */
extern void trk_links_drop(TrkLinks *links);

/*
 * Sort orders by their ids and fills by their orders, and renumber the runs
 * unless new_runs is NULL.
 */
extern void trk_links_sort(TrkLinks *links, const uint32 *new_runs);

/*
 * Compute the dimension of slippage again from sorted orders and fills. events
 * is the number of all events that are fills.
 */
extern void trk_links_count(const TrkLinks *links, TrkDimensionData *dim, int64 events);

/* Compare fills by order, price, run and event id. */
extern int	trk_order_fill_compare(const TrkLinks *links, const TrkOrderFill *a,
								   const TrkOrderFill *b);

#endif							/* TRK_BEHAVIOR_SLIPPAGE_H */

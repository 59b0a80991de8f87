/*
 * behavior_slippage.c
 *	  The dimension of slippage: the prices of fills relative to the intended
 *	  prices of their orders.
 */
#include "base/trk.h"

#include "drift/behavior_slippage.h"

#include <math.h>

#include "utils/memutils.h"

/* Slippage is rounded to a millionth of a basis point, so that equal prices tie. */
#define BASIS_POINTS	1e4
#define STEPS			1e6

/* Compare fills by order, price, run and event id. */
int
trk_order_fill_compare(const TrkLinks *links, const TrkOrderFill *a, const TrkOrderFill *b)
{
	int			cmp;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->price != b->price)
		return a->price < b->price ? -1 : 1;
	if (a->run != b->run)
		return a->run < b->run ? -1 : 1;
	cmp = memcmp(links->event_ids.data + a->id_at, links->event_ids.data + b->id_at,
				 Min(a->id_len, b->id_len));
	return cmp != 0 ? cmp : (a->id_len > b->id_len) - (a->id_len < b->id_len);
}

/* Initialize an empty collection, which allocates in the context. */
void
trk_links_init(TrkLinks *links, MemoryContext context)
{
	memset(links, 0, sizeof(TrkLinks));
	links->context = context;
	trk_dict_init(&links->ids, context);
}

/* Free orders and fills, but keep the number of fills. */
static void
forget(TrkLinks *links)
{
	trk_dict_clear(&links->ids);
	if (links->event_ids.data != NULL)
		resetStringInfo(&links->event_ids);
	links->settled = false;
}

/* Free all orders and fills. */
void
trk_links_drop(TrkLinks *links)
{
	forget(links);
	links->n = 0;
	links->overflow = false;
}

/* Keep only the number of fills, because there are too many. */
static void
overflow_links(TrkLinks *links)
{
	forget(links);
	links->overflow = true;
}

/*
 * Return the number of an order, which is added without data if it is new, or
 * -1 when there are too many.
 */
static int64
order_number(TrkLinks *links, const char *id, Size len)
{
	int64		before = links->ids.n;
	int64		at;

	if (links->overflow)
		return -1;
	links->settled = false;
	at = trk_dict_put(&links->ids, id, len);
	if (links->ids.n == before)
		return at;
	if (links->ids.n > TRK_BEHAVIOR_LINKS)
	{
		overflow_links(links);
		return -1;
	}
	if (links->orders_room < links->ids.room)
	{
		links->orders_room = links->ids.room;
		links->orders = links->orders == NULL ?
			MemoryContextAllocHuge(links->context, sizeof(TrkOrder) * links->orders_room) :
			repalloc_huge(links->orders, sizeof(TrkOrder) * links->orders_room);
	}
	links->orders[at] = (TrkOrder) {0, TRK_ORDER_UNKNOWN};
	return at;
}

/* Note the side and price that an event gives for an order. */
void
trk_link_order(TrkLinks *links, const char *id, Size len, TrkOrder order)
{
	int64		at = order_number(links, id, len);
	TrkOrder   *known;

	if (at < 0 || order.state == TRK_ORDER_UNKNOWN)
		return;
	known = &links->orders[at];
	if (known->state == TRK_ORDER_UNKNOWN)
		*known = order;
	else if (known->state != order.state || known->price != order.price)
		*known = (TrkOrder) {0, TRK_ORDER_DIFFERS};
}

/* Note a fill of an order; its price must be finite. */
void
trk_link_fill(TrkLinks *links, const char *id, Size len, double price, int64 run,
			  const char *event_id, Size event_id_len)
{
	int64		order = order_number(links, id, len);
	int64		at = links->n;
	Size		ids = links->event_ids.len;

	trk_behavior_add_count(&links->n, 1);
	if (order < 0)
		return;
	if (links->n > TRK_BEHAVIOR_LINKS || event_id_len > TRK_BEHAVIOR_ID_BYTES - ids)
	{
		overflow_links(links);
		return;
	}
	if (at >= links->room)
	{
		links->room = Max(64, 2 * links->room);
		links->fills = links->fills == NULL ?
			MemoryContextAllocHuge(links->context, sizeof(TrkOrderFill) * links->room) :
			repalloc_huge(links->fills, sizeof(TrkOrderFill) * links->room);
	}
	if (links->event_ids.data == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(links->context);

		initStringInfo(&links->event_ids);
		MemoryContextSwitchTo(old);
	}
	links->fills[at] = (TrkOrderFill)
	{
		price, (uint32) order, (uint32) run,
			(uint32) links->event_ids.len, (uint32) event_id_len
	};
	appendBinaryStringInfo(&links->event_ids, event_id, (int) event_id_len);
}

/*
 * Add the orders and fills of another state. runs maps its run numbers to
 * ours.
 */
void
trk_links_merge(TrkLinks *into, const TrkLinks *from, const uint32 *runs)
{
	if (from->overflow)
	{
		overflow_links(into);
		trk_behavior_add_count(&into->n, from->n);
		return;
	}
	for (int64 i = 0; i < from->ids.n; i++)
		trk_link_order(into, from->ids.entries[i].s, from->ids.entries[i].len, from->orders[i]);
	for (int64 i = 0; i < from->n; i++)
	{
		const TrkOrderFill *fill = &from->fills[i];
		const TrkEntry *order = &from->ids.entries[fill->order];

		trk_link_fill(into, order->s, order->len, fill->price, runs[fill->run],
					  from->event_ids.data + fill->id_at, fill->id_len);
	}
}

/* Count the slippage of a fill whose order is known. */
static void
count_fill(const TrkLinks *links, TrkDimensionData *dim, const TrkOrder *order, const TrkOrderFill *fill)
{
	const char *id = links->event_ids.data + fill->id_at;
	double		x = (fill->price - order->price) / order->price * BASIS_POINTS;

	if (order->state == TRK_ORDER_SELLS)
		x = -x;
	if (fabs(x) < (double) PG_INT64_MAX / STEPS)
		x = rint(x * STEPS) / STEPS;
	dim->n++;
	trk_dim_add(dim, trk_key_of_number(x), fill->run, 1);
	trk_example_add(&dim->low, x, id, fill->id_len, dim->bounds->context);
	trk_example_add(&dim->high, -x, id, fill->id_len, dim->bounds->context);
}

/* Remove all data of a dimension. */
static void
clear_dim(TrkDimensionData *dim)
{
	dim->n = dim->missing = dim->rejected = 0;
	dim->n_cells = 0;
	dim->low.n = dim->high.n = 0;
	dim->overflow = dim->settled = false;
}

/* qsort_arg() comparator: fills. */
static int
compare_fills(const void *a, const void *b, void *links)
{
	return trk_order_fill_compare(links, a, b);
}

/* Sort the orders by their ids, and renumber the orders of fills. */
static void
sort_orders(TrkLinks *links)
{
	int64		n = links->ids.n;
	int64	   *was = trk_dict_sort(&links->ids);
	TrkOrder   *orders;
	uint32	   *number;

	if (was == NULL)
		return;
	orders = palloc_extended(sizeof(TrkOrder) * n, MCXT_ALLOC_HUGE);
	memcpy(orders, links->orders, sizeof(TrkOrder) * n);
	for (int64 i = 0; i < n; i++)
		links->orders[i] = orders[was[i]];
	number = trk_dict_new_numbers(was, n);
	for (int64 i = 0; i < links->n; i++)
		links->fills[i].order = number[links->fills[i].order];
	pfree(orders);
	pfree(number);
	pfree(was);
}

/*
 * Sort orders by their ids and fills by their orders, and renumber the runs
 * unless new_runs is NULL.
 */
void
trk_links_sort(TrkLinks *links, const uint32 *new_runs)
{
	bool		sorted = true;

	if ((links->settled && new_runs == NULL) || links->overflow)
		return;
	sort_orders(links);
	for (int64 i = 0; i < links->n; i++)
	{
		if (new_runs != NULL)
			links->fills[i].run = new_runs[links->fills[i].run];
		sorted = sorted &&
			(i == 0 || trk_order_fill_compare(links, &links->fills[i - 1], &links->fills[i]) <= 0);
	}
	if (!sorted)
		qsort_arg(links->fills, links->n, sizeof(TrkOrderFill), compare_fills, links);
}

/*
 * Compute the dimension of slippage again from sorted orders and fills. events
 * is the number of all events that are fills.
 */
void
trk_links_count(const TrkLinks *links, TrkDimensionData *dim, int64 events)
{
	clear_dim(dim);
	if (links->overflow)
	{
		trk_dim_overflow(dim);
		dim->n = links->n;
		return;
	}
	for (int64 i = 0; i < links->n && !dim->overflow; i++)
	{
		const TrkOrder *order = &links->orders[links->fills[i].order];

		if (order->price > 0)
			count_fill(links, dim, order, &links->fills[i]);
		else if (order->state == TRK_ORDER_DIFFERS)
			dim->rejected++;
		if (i % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	dim->missing = Max(events - dim->n, 0);
	trk_dim_settle(dim);
}

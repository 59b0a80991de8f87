/*
 * behavior_slippage.c
 *	  What two events tell together: fills against the intended prices of their
 *	  orders (see conduct.h).
 *
 * Orders and fills are kept as they come, so that a fill finds its order
 * whichever state it came from.  Where the events of an order differ in side or
 * price, nothing is known of it: which of them counts would depend on the order
 * of merging.
 */
#include "base/trk.h"

#include "drift/behavior.h"

#include <math.h>

#include "utils/memutils.h"

/* Slippage is told to a millionth of a basis point, so that equal prices tie. */
#define BASIS_POINTS	1e4
#define STEPS			1e6

/* See conduct.h. */
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

/* Let go of orders and fills. */
static void
forget(TrkLinks *links)
{
	for (int64 i = 0; i < links->ids.n; i++)
		pfree(links->ids.entries[i].s);
	links->ids.n = 0;
	links->ids.last = -1;
	if (links->ids.slots != NULL)
		memset(links->ids.slots, 0, sizeof(uint32) * links->ids.n_slots);
	if (links->event_ids.data != NULL)
		resetStringInfo(&links->event_ids);
	links->settled = false;
}

/* See conduct.h. */
void
trk_links_drop(TrkConduct *conduct)
{
	forget(&conduct->links);
	conduct->links.n = 0;
	conduct->links.overflow = false;
}

/* Too many: only the number of fills is kept. */
static void
overflow_links(TrkLinks *links)
{
	forget(links);
	links->overflow = true;
}

/* The number of an order; a new one is unknown.  -1: there are too many. */
static int64
order_number(TrkConduct *conduct, const char *id, Size len)
{
	TrkLinks   *links = &conduct->links;
	MemoryContext context = conduct->hdr.eoh_context;
	int64		before = links->ids.n;
	int64		at;

	if (links->overflow)
		return -1;
	links->settled = false;
	at = trk_dict_put(&links->ids, id, len, context);
	if (links->ids.n == before)
		return at;
	if (links->ids.n > TRK_CONDUCT_LINKS)
	{
		overflow_links(links);
		return -1;
	}
	if (links->orders_room < links->ids.room)
	{
		links->orders_room = links->ids.room;
		links->orders = links->orders == NULL ?
			MemoryContextAllocHuge(context, sizeof(TrkOrder) * links->orders_room) :
			repalloc_huge(links->orders, sizeof(TrkOrder) * links->orders_room);
	}
	links->orders[at] = (TrkOrder) {0, TRK_ORDER_UNKNOWN};
	return at;
}

/* See conduct.h. */
void
trk_link_order(TrkConduct *conduct, const char *id, Size len, TrkOrder order)
{
	int64		at = order_number(conduct, id, len);
	TrkOrder   *known;

	if (at < 0 || order.state == TRK_ORDER_UNKNOWN)
		return;
	known = &conduct->links.orders[at];
	if (known->state == TRK_ORDER_UNKNOWN)
		*known = order;
	else if (known->state != order.state || known->price != order.price)
		*known = (TrkOrder) {0, TRK_ORDER_DIFFERS};
}

/* See conduct.h. */
void
trk_link_fill(TrkConduct *conduct, const char *id, Size len, double price, int64 run,
			  const char *event_id, Size event_id_len)
{
	TrkLinks   *links = &conduct->links;
	MemoryContext context = conduct->hdr.eoh_context;
	int64		order = order_number(conduct, id, len);
	int64		at = links->n;
	Size		ids = links->event_ids.len;

	trk_conduct_add_count(&links->n, 1);
	if (order < 0)
		return;
	if (links->n > TRK_CONDUCT_LINKS || event_id_len > TRK_CONDUCT_ID_BYTES - ids)
	{
		overflow_links(links);
		return;
	}
	if (at >= links->room)
	{
		links->room = Max(64, 2 * links->room);
		links->fills = links->fills == NULL ?
			MemoryContextAllocHuge(context, sizeof(TrkOrderFill) * links->room) :
			repalloc_huge(links->fills, sizeof(TrkOrderFill) * links->room);
	}
	if (links->event_ids.data == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		initStringInfo(&links->event_ids);
		MemoryContextSwitchTo(old);
	}
	links->fills[at] = (TrkOrderFill) {price, (uint32) order, (uint32) run,
	(uint32) links->event_ids.len, (uint32) event_id_len};
	appendBinaryStringInfo(&links->event_ids, event_id, (int) event_id_len);
}

/* See conduct.h. */
void
trk_links_merge(TrkConduct *conduct, const TrkConduct *other, const uint32 *runs)
{
	const TrkLinks *from = &other->links;
	TrkLinks   *into = &conduct->links;

	if (from->overflow)
	{
		overflow_links(into);
		trk_conduct_add_count(&into->n, from->n);
		return;
	}
	for (int64 i = 0; i < from->ids.n; i++)
		trk_link_order(conduct, from->ids.entries[i].s, from->ids.entries[i].len, from->orders[i]);
	for (int64 i = 0; i < from->n; i++)
	{
		const TrkOrderFill *fill = &from->fills[i];
		const TrkEntry *order = &from->ids.entries[fill->order];

		trk_link_fill(conduct, order->s, order->len, fill->price, runs[fill->run],
					  from->event_ids.data + fill->id_at, fill->id_len);
	}
}

/* Count a fill of an order that is known. */
static void
count_fill(TrkConduct *conduct, TrkSeen *seen, const TrkOrder *order, const TrkOrderFill *fill)
{
	MemoryContext context = conduct->hdr.eoh_context;
	const char *id = conduct->links.event_ids.data + fill->id_at;
	double		x = (fill->price - order->price) / order->price * BASIS_POINTS;

	if (order->state == TRK_ORDER_SELLS)
		x = -x;
	if (fabs(x) < (double) PG_INT64_MAX / STEPS)
		x = rint(x * STEPS) / STEPS;
	seen->n++;
	trk_seen_add(conduct, seen, trk_key_of_number(x), fill->run, 1);
	trk_example_add(&seen->low, x, id, fill->id_len, context);
	trk_example_add(&seen->high, -x, id, fill->id_len, context);
}

/* Start a dimension anew. */
static void
clear_seen(TrkSeen *seen)
{
	seen->n = seen->missing = seen->rejected = 0;
	seen->n_cells = 0;
	seen->low.n = seen->high.n = 0;
	seen->overflow = seen->settled = false;
}

/* See conduct.h. */
void
trk_links_count(TrkConduct *conduct)
{
	const TrkLinks *links = &conduct->links;
	int			dimension;
	const TrkSeen *events;
	TrkSeen    *seen;

	if (links->n == 0)
		return;
	for (dimension = 0; trk_dimensions[dimension].kind != TRK_DIM_SLIPPAGE;)
		dimension++;
	events = conduct->by_dimension[trk_dimension_of_events(trk_dimensions[dimension].event)];
	seen = trk_conduct_seen(conduct, dimension, "", 0);
	clear_seen(seen);
	if (links->overflow)
	{
		trk_seen_overflow(seen);
		seen->n = links->n;
		return;
	}
	for (int64 i = 0; i < links->n && !seen->overflow; i++)
	{
		const TrkOrder *order = &links->orders[links->fills[i].order];

		if (order->price > 0)
			count_fill(conduct, seen, order, &links->fills[i]);
		else if (order->state == TRK_ORDER_DIFFERS)
			seen->rejected++;
		if (i % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	seen->missing = events == NULL ? links->n - seen->n : Max(events->n - seen->n, 0);
	trk_seen_settle(conduct, seen);
}

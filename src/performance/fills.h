/*
 * fills.h
 *	  Reads fills from a query: in order, with repeated ones marked.  Called by
 *	  round_trips.c.
 *
 * The order is t, fill_id by its bytes, then arrived_at, line_no and the
 * content of the fill, so that it does not depend on the plan.  Many rows are
 * sorted on disk, so memory does not grow with their number.
 */
#ifndef TRK_FILLS_H
#define TRK_FILLS_H

#include "performance/trade_book.h"

/*
 * Push the fills of an item of FROM.  It has columns fill_id, t, key, side,
 * quantity, price, fees, and may have open_close_effect, position_id,
 * lot_quantity, lot_fees, arrived_at, line_no, seen_before (the id was there),
 * tag, multiplier.  A row of side split is one: quantity units for price old
 * ones.    Carried are the lots of an earlier run.  SPI must be connected.
 */
extern void trk_fills_push(const char *item, bool carried, TrkBook *book);

#endif							/* TRK_FILLS_H */

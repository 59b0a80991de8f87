/*
 * round_trips.h
 *	  What the two forms of at_round_trips share.  Called by round_trips.c and
 *	  round_trips_json.c.
 */
#ifndef TRK_ROUND_TRIPS_H
#define TRK_ROUND_TRIPS_H

#include "performance/trade_book.h"

/* Return the matching method that a text names; another text is an ERROR. */
extern TrkMatching trk_matching_of(text *method);

#endif							/* TRK_ROUND_TRIPS_H */

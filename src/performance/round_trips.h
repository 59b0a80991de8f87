/*
 * round_trips.h
 *	  What the two forms of at_round_trips share.
 */
#ifndef TRK_ROUND_TRIPS_H
#define TRK_ROUND_TRIPS_H

#include "performance/trade_book.h"

/* The matching that a text names. */
extern TrkMatching trk_matching_of(text *method);

#endif							/* TRK_ROUND_TRIPS_H */

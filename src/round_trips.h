/*
 * round_trips.h
 *	  What the two forms of at_round_trips share.
 */
#ifndef TRK_ROUND_TRIPS_H
#define TRK_ROUND_TRIPS_H

#include "trade_book.h"
#include "utils/datum.h"
#include "utils/jsonb.h"

/* The matching that a text names. */
extern TrkMatching trk_matching_of(text *method);

/* A number's shortest decimal text. */
extern char *trk_decimal_text(Datum number);

/* The number without trailing zeros. */
extern Datum trk_decimal(Datum number);

#endif							/* TRK_ROUND_TRIPS_H */

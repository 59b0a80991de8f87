/*
 * price_list.h
 *	  The shipped price list (price_list.def).  Called by price_sql.c.
 */
#ifndef TRK_PRICE_LIST_H
#define TRK_PRICE_LIST_H

#include "facts/model_name.h"
#include "facts/usage.h"

/* A row of the list.  A price belongs to the last model before it. */
typedef struct TrkListedPrice
{
	const char *model;			/* NULL: a price */
	TrkProvider provider;		/* of a model */
	const char *match;			/* of a model */
	const char *price;			/* USD per million tokens, in decimals */
	TrkUsageKind kind;
	TrkServiceTier tier;
	int32		above_input;
} TrkListedPrice;

extern const TrkListedPrice trk_price_list[];
extern const int trk_price_list_len;

/* The source of shipped rows in at_price, which has the date of the list. */
extern const char *const trk_price_list_source;

#endif							/* TRK_PRICE_LIST_H */

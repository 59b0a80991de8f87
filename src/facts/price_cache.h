/*
 * price_cache.h
 *	  A price book for SQL functions that price single calls, kept from one call
 *	  to the next within a query.  Called by cost_sql.c.
 */
#ifndef TRK_PRICE_CACHE_H
#define TRK_PRICE_CACHE_H

#include "facts/price.h"

/*
 * Return the price book of the calling function.  It is read again when the
 * query sees other data than at the call before: one expression of PL/pgSQL may
 * run again after prices were changed.
 */
extern TrkPriceBook *trk_price_book_of(FunctionCallInfo fcinfo);

#endif							/* TRK_PRICE_CACHE_H */

/*
 * price_cache.c
 *	  Keeps a price book between the calls of a function (see price_cache.h).
 */
#include "base/trk.h"

#include "executor/spi.h"
#include "facts/price_cache.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* A book, and what tells the snapshot that it was read with from others. */
typedef struct Cache
{
	TrkPriceBook *book;
	MemoryContext context;
	Oid			user;
	TransactionId xmin;
	TransactionId xmax;
	uint32		xcnt;
	uint64		completed;
	CommandId	curcid;
} Cache;

/* Return whether the book was read by this user with this snapshot. */
static bool
is_current(const Cache *cache, Snapshot snapshot)
{
	return cache->book != NULL && cache->user == GetUserId() &&
		cache->xmin == snapshot->xmin && cache->xmax == snapshot->xmax &&
		cache->xcnt == snapshot->xcnt && cache->completed == snapshot->snapXactCompletionCount &&
		cache->curcid == snapshot->curcid;
}

/* Return the price book of the calling function. */
TrkPriceBook *
trk_price_book_of(FunctionCallInfo fcinfo)
{
	FmgrInfo   *function = fcinfo->flinfo;
	Snapshot	snapshot = GetActiveSnapshot();
	Cache	   *cache = function->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(function->fn_mcxt, sizeof(Cache));
		cache->context = AllocSetContextCreate(function->fn_mcxt, "agent_tracker prices", ALLOCSET_DEFAULT_SIZES);
		function->fn_extra = cache;
	}
	if (is_current(cache, snapshot))
		return cache->book;
	cache->book = NULL;
	MemoryContextReset(cache->context);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cache->book = trk_price_book_load(cache->context, get_func_namespace(function->fn_oid));
	SPI_finish();
	cache->user = GetUserId();
	cache->xmin = snapshot->xmin;
	cache->xmax = snapshot->xmax;
	cache->xcnt = snapshot->xcnt;
	cache->completed = snapshot->snapXactCompletionCount;
	cache->curcid = snapshot->curcid;
	return cache->book;
}

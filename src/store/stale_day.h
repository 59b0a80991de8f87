/*
 * stale_day.h
 *	  Which days of which projects a transaction wrote: the rollups of these
 *	  are stale once it commits.
 *
 * Filled by ingest and record; read by at_refresh_rollups() and at_readiness().
 */
#ifndef TRK_STALE_DAYS_H
#define TRK_STALE_DAYS_H

#include "store/store.h"

/*
 * Marks kept before they are written: a year of eleven projects.  They are found
 * by a hash of project and day, in a table with twice as many slots.
 */
#define TRK_STALE_DAYS		4096
#define TRK_STALE_DAY_SLOTS	(2 * TRK_STALE_DAYS)

typedef struct TrkStaleDay
{
	TrkText		project;		/* in the server's encoding, palloc'd */
	int64		day;			/* since 2000-01-01 UTC */
} TrkStaleDay;

typedef struct TrkStaleDays
{
	int			count;
	int			last;			/* the mark that was met last */
	TrkStaleDay    *marks;			/* NULL before the first one */
	uint16	   *slots;			/* number of a mark, from 1; 0 is free */
} TrkStaleDays;

/*
 * Note that an event of this time was stored.  What is noted is kept in the
 * context; when there is no space, marks are written first (SPI must be
 * connected).
 */
extern void trk_stale_days_add(TrkStaleDays *marks, TrkStore *store, MemoryContext context,
						  TrkText project, int64 occurred_at);

/* Write the mark of one event at once; SPI must be connected. */
extern void trk_stale_days_write_one(TrkStore *store, TrkText project, int64 occurred_at);

/* Write the marks; SPI must be connected. */
extern void trk_stale_days_write(TrkStaleDays *marks, TrkStore *store);

#endif							/* TRK_STALE_DAYS_H */

/*
 * stale_day.h
 *	  The days of projects to which a transaction writes: the rollups of these
 *	  days are stale once it commits.  Filled by load.c and record.c; read by
 *	  at_refresh_rollups() and at_readiness().
 */
#ifndef TRK_STALE_DAYS_H
#define TRK_STALE_DAYS_H

#include "store/store.h"

/*
 * The most entries that are collected before they are written: a year of
 * eleven projects.  A hash table over project and day, with twice as many
 * slots, finds them.
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
	int			last;			/* the entry that was used last */
	TrkStaleDay *marks;			/* the entries; NULL before the first one */
	uint16	   *slots;			/* number of an entry, from 1; 0: the slot is free */
} TrkStaleDays;

/*
 * Note the day of an event that was stored.  The entry is allocated in the
 * context.  When the array is full, it is written first, for which SPI must be
 * connected.
 */
extern void trk_stale_days_add(TrkStaleDays *marks, TrkStore *store, MemoryContext context,
						  TrkText project, int64 occurred_at);

/* Write the stale day of one event at once.  SPI must be connected. */
extern void trk_stale_days_write_one(TrkStore *store, TrkText project, int64 occurred_at);

/* Write the collected days and forget them.  SPI must be connected. */
extern void trk_stale_days_write(TrkStaleDays *marks, TrkStore *store);

#endif							/* TRK_STALE_DAYS_H */

/*
 * stale_day.h
 *	  Which days of which projects a transaction wrote: the rollups of these
 *	  are stale once it commits.
 *
 * Filled by ingest and record; read by at_refresh_rollups() and at_readiness().
 */
#ifndef TRK_MARKS_H
#define TRK_MARKS_H

#include "store/store.h"

/*
 * Marks kept before they are written: a year of eleven projects.  They are found
 * by a hash of project and day, in a table with twice as many slots.
 */
#define TRK_MARKS		4096
#define TRK_MARK_SLOTS	(2 * TRK_MARKS)

typedef struct TrkMark
{
	TrkText		project;		/* in the server's encoding, palloc'd */
	int64		day;			/* since 2000-01-01 UTC */
} TrkMark;

typedef struct TrkMarks
{
	int			count;
	int			last;			/* the mark that was met last */
	TrkMark    *marks;			/* NULL before the first one */
	uint16	   *slots;			/* number of a mark, from 1; 0 is free */
} TrkMarks;

/*
 * Note that an event of this time was stored.  What is noted is kept in the
 * context; when there is no room, marks are written first (SPI must be
 * connected).
 */
extern void trk_marks_add(TrkMarks *marks, TrkStore *store, MemoryContext context,
						  TrkText project, int64 occurred_at);

/* Write the mark of one event at once; SPI must be connected. */
extern void trk_marks_write_one(TrkStore *store, TrkText project, int64 occurred_at);

/* Write the marks; SPI must be connected. */
extern void trk_marks_write(TrkMarks *marks, TrkStore *store);

#endif							/* TRK_MARKS_H */

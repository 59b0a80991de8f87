/*
 * dedupe.h
 *	  Rows that were not inserted because their key is there: duplicates of
 *	  what is stored, or conflicts with it.
 *
 * Called by ingest and record.
 */
#ifndef TRK_DEDUPE_H
#define TRK_DEDUPE_H

#include "store/event_row.h"

typedef enum TrkFate
{
	TRK_UNDECIDED,
	TRK_ACCEPTED,
	TRK_DUPLICATE,
	TRK_CONFLICT
} TrkFate;

/* An event on its way into the store. */
typedef struct TrkPending
{
	TrkFate		fate;
	bool		version;		/* was a conflict, and has a key of its own now */
	uint8		content[16];	/* of a version: what its key says of the content */
	int32		line_no;
	int			month;			/* slot, as trk_month_of() */
	int64		occurred_at;
	TrkIdentity identity;
	TrkText		project;		/* in the server's encoding */
	TrkText		event_id;
	const char *raw;			/* the line */
	Size		raw_len;
	TrkText		origin;			/* the row it was made of; empty for a line */
} TrkPending;

/*
 * Look up the keys of all undecided events, in their month or anywhere in the
 * project, and decide those that are found.  SPI must be connected.  Returns
 * how many were found.
 */
extern int	trk_dedupe(TrkStore *store, TrkPending *pending, int n, bool anywhere);

/*
 * Decide among undecided events of one key: in different months no index tells
 * them apart.  The first one stays undecided.
 */
extern void trk_dedupe_among(TrkPending *pending, int n);

#endif							/* TRK_DEDUPE_H */

/*
 * dedupe.h
 *	  Decides about events that were not inserted because their key is in the
 *	  store: they are duplicates of the stored event or conflicts with it.
 *	  Called by ingest and record.
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

/* An event that is about to be stored. */
typedef struct TrkPending
{
	TrkFate		fate;
	bool		version;		/* it was a conflict, and now has a key of its own */
	uint8		content[16];	/* of a version: the content hash that its key contains */
	int32		line_no;
	int			month;			/* month slot, see trk_month_of() */
	int64		occurred_at;
	TrkIdentity identity;
	TrkText		project;		/* in the server's encoding */
	TrkText		run_id;			/* the same */
	TrkText		agent_id;		/* the same */
	TrkText		event_id;
	const char *raw;			/* the text of the line */
	Size		raw_len;
	TrkText		origin;			/* the row of which it was made; empty for a line */
} TrkPending;

/*
 * Look up the keys of all undecided events, in the month of each event or
 * anywhere in the project, and decide those that are found.  Returns how many
 * were found.  SPI must be connected.
 */
extern int	trk_dedupe(TrkStore *store, TrkPending *pending, int n, bool anywhere);

/*
 * Decide among undecided events that have the same key.  No unique index does
 * this for different months, which are in different partitions.  The first
 * event stays undecided.
 */
extern void trk_dedupe_among(TrkPending *pending, int n);

#endif							/* TRK_DEDUPE_H */

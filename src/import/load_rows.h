/*
 * load_rows.h
 *	  A bulk load of events that are made of rows of tables, here and now.
 *
 * Called by what reads tables: journal_sync.c and what syncs mappings.  Events
 * are given as trees that are not redacted as a whole, nor validated.
 */
#ifndef TRK_SYNC_H
#define TRK_SYNC_H

#include "contract/event.h"
#include "ingest/load.h"

typedef struct TrkSync TrkSync;

/*
 * Begin a load below parent; source is its label in at_ingest_batch.  With
 * versions, other content under a known key is stored under a key of its own,
 * else it is a conflict.
 */
extern TrkSync *trk_sync_begin(TrkStore *store, MemoryContext parent,
							   const char *source, bool versions);

/*
 * Take the event of a row; may store a batch.  The tree may go when this
 * returns; its identities are those that were redacted when it was made.  What the row is called in at_reject is table/row_id, redacted.
 */
extern void trk_sync_event(TrkSync *sync, TrkEvent *event, const char *table,
						   TrkText row_id);

/* Take a row that is no JSON for us, as the server wrote it, to be refused. */
extern void trk_sync_row(TrkSync *sync, TrkText row, const char *table, TrkText row_id);

/* Store what is collected; what became of the events since the last call. */
extern void trk_sync_counts(TrkSync *sync, TrkCounts *counts);

/* End the load; returns the id of its batch, or 0 when it had no event. */
extern int64 trk_sync_end(TrkSync *sync);

#endif							/* TRK_SYNC_H */

/*
 * load_rows.h
 *	  A bulk load of events that are made of rows of tables of this database.
 *
 * Called by journal_sync.c and mapping_sync.c.  Events are given as trees
 * whose identities are redacted; the rest is redacted and validated here.
 */
#ifndef TRK_SYNC_H
#define TRK_SYNC_H

#include "contract/event.h"
#include "ingest/load.h"

typedef struct TrkSync TrkSync;

/*
 * Begin a load in a memory context below parent. source is the label in
 * at_ingest_batch.  If versions is true, other content under a known key is
 * stored under a key of its own; otherwise it is a conflict.
 */
extern TrkSync *trk_sync_begin(TrkStore *store, MemoryContext parent,
							   const char *source, bool versions);

/*
 * Add the event of a row to the load, which may store a batch.  The caller
 * must have redacted the identities of the tree.  The tree is redacted in place
 * and is of no more use when this returns, so it must share nothing but the
 * bytes of texts with what the caller still needs.  In at_reject the row is
 * called table/row_id, after redaction.
 */
extern void trk_sync_event(TrkSync *sync, TrkEvent *event, const char *table,
						   TrkText row_id);

/*
 * Reject a row whose text, as the server wrote it, is not JSON that the
 * contract can read.
 */
extern void trk_sync_row(TrkSync *sync, TrkText row, const char *table, TrkText row_id);

/* Store what is collected; what became of the events since the last call. */
extern void trk_sync_counts(TrkSync *sync, TrkCounts *counts);

/* End the load.  Returns the id of its batch, or 0 when there was no event. */
extern int64 trk_sync_end(TrkSync *sync);

#endif							/* TRK_SYNC_H */

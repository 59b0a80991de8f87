/*
 * ingest.h
 *	  A bulk load: lines in, rows of at_event and at_reject out, in batches.
 *
 * Driven by ingest_sql.c (at_ingest_jsonl) and inbox.c (COPY).
 */
#ifndef TRK_INGEST_H
#define TRK_INGEST_H

#include "line.h"
#include "store.h"

typedef struct TrkCounts
{
	int64		lines;			/* not blank */
	int64		accepted;
	int64		duplicates;
	int64		conflicts;
	int64		rejected;
	int64		bytes;
} TrkCounts;

typedef struct TrkIngest TrkIngest;

/*
 * Begin a load in a context of its own below parent.  source is what the
 * caller says of where the lines come from, or NULL; it is redacted.  With
 * keep_lines, lines are copied until their batch is stored (their memory is
 * reused by the reader).  Takes the store's bulk lock.
 */
extern TrkIngest *trk_ingest_begin(TrkStore *store, MemoryContext parent,
								   const char *source, bool keep_lines);

/* Take one line; may store a batch. */
extern void trk_ingest_line(TrkIngest *ingest, const TrkLine *line);

/* Count something wrong with the input that is no line of its own. */
extern void trk_ingest_reject(TrkIngest *ingest, int64 line_no, TrkRule rule,
							  const char *reason);

/* Store what is left and the row of at_ingest_batch; returns the batch id. */
extern int64 trk_ingest_end(TrkIngest *ingest, int64 bytes, TrkCounts *counts);

#endif							/* TRK_INGEST_H */

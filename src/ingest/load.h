/*
 * load.h
 *	  A bulk load: it takes lines, and writes rows of at_event and at_reject in
 *	  batches.  Driven by load_sql.c (at_ingest_jsonl), inbox.c (COPY) and by
 *	  what reads tables (load_rows.c).
 */
#ifndef TRK_INGEST_H
#define TRK_INGEST_H

#include "contract/event.h"
#include "ingest/line.h"
#include "store/store.h"

typedef struct TrkCounts
{
	int64		lines;			/* lines that are not blank */
	int64		accepted;
	int64		duplicates;
	int64		conflicts;		/* not stored */
	int64		versions;		/* those of the accepted that were stored under a key of their own */
	int64		rejected;
	int64		bytes;
} TrkCounts;

typedef struct TrkIngest TrkIngest;

/* Options of a load; all zero for an ordinary one. */
typedef struct TrkIngestOptions
{
	bool		keep_lines;		/* copy lines until their batch is stored, because the reader
								 * reuses their memory */
	bool		from_tables;	/* lines are made of rows that may be read again and may have been
								 * edited: look up keys in all months, and do not write rejects
								 * again that are in at_reject */
	bool		versions;		/* with from_tables: store other content under a known key under a
								 * key of its own */
	Size		max_event_bytes;	/* replaces the setting when it is not zero */
} TrkIngestOptions;

/*
 * Begin a load in a memory context of its own below parent. source is the
 * caller's description of where the lines come from, or NULL; it is redacted.
 * Takes the lock of bulk loads.
 */
extern TrkIngest *trk_ingest_begin(TrkStore *store, MemoryContext parent,
								   const char *source, const TrkIngestOptions *options);

/* Load one line; this may store a batch. */
extern void trk_ingest_line(TrkIngest *ingest, const TrkLine *line);

/*
 * Load an event that was made of a row. origin names the row, such as
 * table/id, in UTF-8; it is redacted before it is stored.  If event is not
 * NULL, event->root is the tree of the line, with strings in valid UTF-8 and
 * members in canonical order; it is redacted in place.
 */
extern void trk_ingest_row(TrkIngest *ingest, const TrkLine *line, TrkText origin,
						   TrkEvent *event);

/*
 * Add the counts of identifiers that were redacted before a row's event became
 * a line.
 */
extern void trk_ingest_count_identities(TrkIngest *ingest, const TrkIdentityCounts *counts);

/* Store what is collected, and return the counts of the lines so far. */
extern void trk_ingest_flush(TrkIngest *ingest, TrkCounts *counts);

/* Add a reject for something that is wrong with the input as a whole. */
extern void trk_ingest_reject(TrkIngest *ingest, int64 line_no, TrkRule rule,
							  const char *reason);

/*
 * Store what is left and the row of at_ingest_batch, and report redacted
 * identifiers.  Returns the batch id.  A load from tables without any row
 * stores no row of at_ingest_batch.
 */
extern int64 trk_ingest_end(TrkIngest *ingest, int64 bytes, TrkCounts *counts);

#endif							/* TRK_INGEST_H */

/*
 * load.h
 *	  A bulk load: lines in, rows of at_event and at_reject out, in batches.
 *
 * Driven by load_sql.c (at_ingest_jsonl), inbox.c (COPY) and by what reads
 * tables (load_rows.c).
 */
#ifndef TRK_INGEST_H
#define TRK_INGEST_H

#include "contract/event.h"
#include "ingest/line.h"
#include "store/store.h"

typedef struct TrkCounts
{
	int64		lines;			/* not blank */
	int64		accepted;
	int64		duplicates;
	int64		conflicts;		/* not stored */
	int64		versions;		/* of the accepted: stored under a key of their own */
	int64		rejected;
	int64		bytes;
} TrkCounts;

typedef struct TrkIngest TrkIngest;

/* How a load goes about its lines; all zero for an ordinary one. */
typedef struct TrkIngestOptions
{
	bool		keep_lines;		/* copy lines until their batch is stored: the
								 * reader reuses their memory */
	bool		from_tables;	/* lines are made of rows that may be read again,
								 * and may have been edited meanwhile: a key is
								 * looked up in all months, and what was refused
								 * before is not written to at_reject again */
	bool		versions;		/* with from_tables: other content under a known
								 * key is stored under a key of its own */
	Size		max_event_bytes;	/* instead of the setting, when not zero */
} TrkIngestOptions;

/*
 * Begin a load in a context of its own below parent.  source is what the
 * caller says of where the lines come from, or NULL; it is redacted.  Takes
 * the store's bulk lock.
 */
extern TrkIngest *trk_ingest_begin(TrkStore *store, MemoryContext parent,
								   const char *source, const TrkIngestOptions *options);

/* Take one line; may store a batch. */
extern void trk_ingest_line(TrkIngest *ingest, const TrkLine *line);

/*
 * The same of an event that was made of a row; origin names the row, such as
 * table/id, in UTF-8 and is redacted before it is stored.
 */
extern void trk_ingest_row(TrkIngest *ingest, const TrkLine *line, TrkText origin);

/* What redacting a row's identifiers gave before its event became a line. */
extern void trk_ingest_count_identities(TrkIngest *ingest, const TrkIdentityCounts *counts);

/* Store what is collected; what became of the lines so far. */
extern void trk_ingest_flush(TrkIngest *ingest, TrkCounts *counts);

/* Count something wrong with the input that is no line of its own. */
extern void trk_ingest_reject(TrkIngest *ingest, int64 line_no, TrkRule rule,
							  const char *reason);

/*
 * Store what is left and the row of at_ingest_batch, and say what became of
 * identifiers; returns the batch id.  A load from tables that had no row leaves
 * none.
 */
extern int64 trk_ingest_end(TrkIngest *ingest, int64 bytes, TrkCounts *counts);

#endif							/* TRK_INGEST_H */

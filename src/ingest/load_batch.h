/*
 * load_batch.h
 *	  A load and its batch, as the files of the room see them.
 */
#ifndef TRK_INGEST_BATCH_H
#define TRK_INGEST_BATCH_H

#include "store/dedupe.h"
#include "store/identity_key.h"
#include "ingest/load.h"
#include "store/stale_day.h"
#include "ingest/pipeline.h"
#include "store/row_set.h"

/*
 * A batch: large enough to spread a statement's cost and to have many rows of
 * each month, small enough for work_mem.  The first one is smaller: from it the
 * load learns whether keys are known.
 */
#define TRK_FIRST_BATCH_LINES	1000
#define TRK_BATCH_LINES		4000
#define TRK_BATCH_BYTES		(3 * 1024 * 1024)

struct TrkIngest
{
	TrkStore   *store;
	TrkPolicy	policy;
	TrkStoreKey store_key;		/* of pseudonyms */
	uint64		pseudonyms;		/* identifiers that became one ... */
	uint64		lost;			/* ... or say nothing */
	MemoryContext context;		/* lives as long as the load */
	MemoryContext batch_context;	/* reset after each batch */
	TrkArena	line_arena;
	TrkArena	batch_arena;
	int64		batch_id;
	TimestampTz ingested_at;
	char	   *source;
	TrkIngestOptions options;
	bool		lookup_first;	/* the last batch was mostly known keys */
	int			batches_to_see; /* without a known key, before none is expected */
	int			batches_after_failure;	/* the same once that was wrong */
	TrkCounts	counts;

	TrkPending *pending;
	int			npending;
	int			batch_lines;	/* so many make a batch */
	Size		pending_bytes;
	TrkRowSet	events;
	TrkRowSet	rejects;
	TrkMarks	marks;
};

/* Fill the row of an event. */
extern void trk_ingest_add_row(TrkIngest *ingest, TrkEvent *event,
							   const TrkPending *pending);

/* Insert the rows of the batch; those that are stored are accepted then. */
extern void trk_ingest_insert_rows(TrkIngest *ingest);

/* A text that outlives the line. */
extern TrkText trk_keep_text(TrkArena *arena, TrkText t);

/*
 * Build the rows of undecided events that were only looked up so far; with
 * versions_only the others have theirs.
 */
extern void trk_ingest_build_rows(TrkIngest *ingest, bool versions_only);

/*
 * A batch that was made of rows of tables: decide what is known in any month,
 * before anything is stored, and build the rows of the rest.
 */
extern void trk_ingest_decide_rows(TrkIngest *ingest);

#endif							/* TRK_INGEST_BATCH_H */

/*
 * load_batch.h
 *	  The state of a load, and the events of its batch.  Shared by the load_*.c
 *	  files; other files use load.h.
 */
#ifndef TRK_LOAD_BATCH_H
#define TRK_LOAD_BATCH_H

#include "store/dedupe.h"
#include "store/identity_key.h"
#include "ingest/load.h"
#include "store/stale_run.h"
#include "ingest/pipeline.h"
#include "store/row_set.h"

/*
 * Lines of a batch: enough to spread the cost of a statement and to have many
 * rows of each month, but few enough for work_mem.  The first batch is
 * smaller, because the load learns from it whether keys are known.
 */
#define TRK_FIRST_BATCH_LINES	1000
#define TRK_BATCH_LINES		4000
#define TRK_BATCH_BYTES		(3 * 1024 * 1024)

struct TrkIngest
{
	TrkStore   *store;
	TrkPolicy	policy;
	TrkStoreKey store_key;		/* the key of pseudonyms */
	uint64		pseudonyms;		/* identifiers that became pseudonyms ... */
	uint64		lost;			/* ... and identifiers that are lost */
	MemoryContext context;		/* lives as long as the load */
	MemoryContext batch_context;	/* reset after each batch */
	TrkArena	line_arena;
	TrkArena	batch_arena;
	int64		batch_id;
	TimestampTz ingested_at;
	char	   *source;
	TrkIngestOptions options;
	bool		lookup_first;	/* most keys of the last batch were known */
	int			batches_to_see; /* batches without a known key until none is expected any more */
	int			batches_after_failure;	/* its value after the next failure */
	TrkCounts	counts;

	TrkPending *pending;
	int			npending;
	int			batch_lines;	/* lines of a batch */
	Size		pending_bytes;
	TrkRowSet	events;
	TrkRowSet	rejects;
	TrkStaleRuns stale_runs;
};

/* Return a line's number as the column line_no has it. */
extern int32 trk_batch_line_no(int64 number);

/* Copy a text, so that it lives as long as the batch. */
extern TrkText trk_batch_keep_text(TrkIngest *ingest, TrkText t);

/* Add a valid event to the batch, with its row unless keys are looked up first. */
extern void trk_batch_add(TrkIngest *ingest, const TrkLine *line, TrkText origin,
						  const TrkEvent *event);

/* Parse a pending event once more to get its parts; it was valid before. */
extern void trk_batch_judge_again(TrkIngest *ingest, const TrkPending *pending, TrkEvent *event);

/*
 * Give an event the key and the id of a version, which contain the hash of its
 * content.
 */
extern void trk_batch_set_version(TrkIngest *ingest, TrkEvent *event, const uint8 content[16]);

/*
 * Build the rows of undecided events that were only looked up so far.  With
 * versions_only only versions get a row, because the others have theirs.
 */
extern void trk_batch_build_rows(TrkIngest *ingest, bool versions_only);

#endif							/* TRK_LOAD_BATCH_H */

/*
 * load_batch.h
 *	  What a load keeps, and the events of its batch.
 */
#ifndef TRK_LOAD_BATCH_H
#define TRK_LOAD_BATCH_H

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
	TrkStaleDays	marks;
};

/* Return a line's number as the column line_no has it. */
extern int32 trk_batch_line_no(int64 number);

/* Copy a text, so that it lives as long as the batch. */
extern TrkText trk_batch_keep_text(TrkIngest *ingest, TrkText t);

/* Add a valid event to the batch, with its row unless keys are looked up first. */
extern void trk_batch_add(TrkIngest *ingest, const TrkLine *line, TrkText origin,
						  TrkEvent *event);

/* Judge a pending event once more, to get back its parts; it was valid before. */
extern void trk_batch_judge_again(TrkIngest *ingest, const TrkPending *pending, TrkEvent *event);

/* Give an event the key and the id of a version, which has the hash of its content. */
extern void trk_batch_set_version(TrkIngest *ingest, TrkEvent *event, const uint8 content[16]);

/*
 * Build the rows of undecided events that were only looked up so far; with
 * versions_only the others have theirs.
 */
extern void trk_batch_build_rows(TrkIngest *ingest, bool versions_only);

#endif							/* TRK_LOAD_BATCH_H */

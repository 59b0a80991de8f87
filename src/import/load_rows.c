/*
 * load_rows.c
 *	  Loads the events of rows (see load_rows.h).
 *
 * An event is judged as the tree that it is.  Its text goes with it, because a
 * load hashes and counts it, and judges it again when a batch has to be looked
 * up first or an edit becomes a version.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "import/load_rows.h"
#include "utils/memutils.h"

struct TrkSync
{
	MemoryContext context;
	TrkIngest  *ingest;
	TrkArena	arena;			/* reset for each event */
	TrkCounts	told;			/* the counts that trk_sync_counts() has returned so far */
	int64		lines;
	int64		bytes;
};

/*
 * Begin a load in a memory context below parent. source is the label in
 * at_ingest_batch.  If versions is true, other content under a known key is
 * stored under a key of its own; otherwise it is a conflict.
 */
TrkSync *
trk_sync_begin(TrkStore *store, MemoryContext parent, const char *source, bool versions)
{
	MemoryContext context = AllocSetContextCreate(parent, "agent_tracker sync",
												  ALLOCSET_DEFAULT_SIZES);
	TrkSync    *sync = MemoryContextAllocZero(context, sizeof(TrkSync));
	TrkIngestOptions options = {
		.keep_lines = true,
		.from_tables = true,
		.versions = versions,
		.max_event_bytes = TRK_MAX_ROW_EVENT_BYTES
	};

	sync->context = context;
	sync->ingest = trk_ingest_begin(store, context, source, &options);
	trk_arena_init(&sync->arena, context, 64 * 1024);
	return sync;
}

/* Load the text of a row, and the event when there is one. */
static void
sync_line(TrkSync *sync, TrkText text, TrkText origin, TrkEvent *event)
{
	TrkLine		line;

	line.data = text.s;
	line.len = line.kept = text.len;
	line.number = ++sync->lines;
	sync->bytes += line.len;
	trk_ingest_row(sync->ingest, &line, origin, event);
}

/* Return the name of a row in at_reject. */
static TrkText
sync_origin(TrkSync *sync, const char *table, TrkText row_id)
{
	TrkText		origin;
	TrkBuf		buf;

	trk_buf_init(&buf, &sync->arena, 128);
	trk_buf_append(&buf, table, strlen(table));
	trk_buf_putc(&buf, '/');
	trk_buf_append(&buf, row_id.s, row_id.len);
	origin.s = buf.data;
	origin.len = buf.len;
	return origin;
}

/*
 * Add the event of a row to the load, which may store a batch.  The tree is
 * sorted before it is judged, so that the outcome is that of its text.
 */
void
trk_sync_event(TrkSync *sync, TrkEvent *event, const char *table, TrkText row_id)
{
	TrkText		text;
	TrkBuf		buf;

	trk_arena_reset(&sync->arena);
	trk_json_sort(&sync->arena, &event->root);
	trk_buf_init(&buf, &sync->arena, 4096);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	trk_ingest_count_identities(sync->ingest, &event->identities);
	text.s = buf.data;
	text.len = buf.len;
	sync_line(sync, text, sync_origin(sync, table, row_id), event);
}

/* Reject a row whose text, as the server wrote it, is not acceptable JSON. */
void
trk_sync_row(TrkSync *sync, TrkText row, const char *table, TrkText row_id)
{
	trk_arena_reset(&sync->arena);
	sync_line(sync, row, sync_origin(sync, table, row_id), NULL);
}

/*
 * Store the events collected so far, and return what happened to the events
 * since the last call.
 */
void
trk_sync_counts(TrkSync *sync, TrkCounts *counts)
{
	TrkCounts	now;

	trk_ingest_flush(sync->ingest, &now);
	counts->lines = now.lines - sync->told.lines;
	counts->accepted = now.accepted - sync->told.accepted;
	counts->duplicates = now.duplicates - sync->told.duplicates;
	counts->conflicts = now.conflicts - sync->told.conflicts;
	counts->versions = now.versions - sync->told.versions;
	counts->rejected = now.rejected - sync->told.rejected;
	counts->bytes = sync->bytes - sync->told.bytes;
	sync->told = now;
	sync->told.bytes = sync->bytes;
}

/* End the load.  Returns the id of its batch, or 0 when there was no event. */
int64
trk_sync_end(TrkSync *sync)
{
	TrkCounts	counts;
	int64		batch_id = trk_ingest_end(sync->ingest, sync->bytes, &counts);

	MemoryContextDelete(sync->context);
	return counts.lines > 0 ? batch_id : 0;
}

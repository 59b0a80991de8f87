/*
 * load_versions.c
 *	  Loads of events that were made of rows of tables.  Rows are read again
 *	  and may have been edited, so keys are looked up in all months, and an
 *	  edit becomes a version.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "ingest/load_versions.h"
#include "json/encoding.h"

/*
 * Turn conflicts into versions of their events.  A version may be known too.
 */
static void
make_versions(TrkIngest *ingest)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];
		TrkEvent	event;

		if (pending->fate != TRK_CONFLICT)
			continue;
		trk_batch_judge_again(ingest, pending, &event);
		memcpy(pending->content, pending->identity.content, sizeof(pending->content));
		trk_batch_set_version(ingest, &event, pending->content);
		trk_row_identity(&ingest->line_arena, &event, &pending->identity);
		pending->event_id = trk_batch_keep_text(ingest, trk_server_string(event.env[TRK_ENV_event_id]));
		pending->version = true;
		pending->fate = TRK_UNDECIDED;
	}
}

/* Remove the rows of events that are not to be stored under their own key. */
static void
drop_decided_rows(TrkIngest *ingest)
{
	TrkRowSet  *rows = &ingest->events;
	int			kept = 0;

	Assert(rows->count == ingest->npending);
	for (int i = 0; i < ingest->npending; i++)
	{
		if (ingest->pending[i].fate != TRK_UNDECIDED || ingest->pending[i].version)
			continue;
		if (kept < i)
		{
			memcpy(trk_row_values(rows, kept), trk_row_values(rows, i),
				   sizeof(Datum) * rows->natts);
			memcpy(trk_row_nulls(rows, kept), trk_row_nulls(rows, i),
				   sizeof(bool) * rows->natts);
		}
		kept++;
	}
	rows->count = kept;
}

/*
 * Decide which events of a batch that was made of rows of tables are known in
 * any month, before anything is stored, and build the rows of the others.  An
 * insert would find only keys in its own month.
 */
void
trk_ingest_decide_rows(TrkIngest *ingest)
{
	trk_dedupe(ingest->store, ingest->pending, ingest->npending, true);
	trk_dedupe_among(ingest->pending, ingest->npending);
	if (ingest->options.versions)
	{
		make_versions(ingest);
		trk_dedupe(ingest->store, ingest->pending, ingest->npending, true);
		trk_dedupe_among(ingest->pending, ingest->npending);
	}
	if (!ingest->lookup_first)
		drop_decided_rows(ingest);
	trk_batch_build_rows(ingest, !ingest->lookup_first);
}

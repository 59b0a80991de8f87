/*
 * load_batch.c
 *	  The events of a batch: collects them and builds their rows.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/pseudonym.h"
#include "base/sha256.h"
#include "contract/event_build.h"
#include "ingest/load_batch.h"
#include "json/encoding.h"
#include "utils/timestamp.h"

/* Return a line's number as the column line_no has it. */
int32
trk_batch_line_no(int64 number)
{
	if (number > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a load cannot have more than %d lines", PG_INT32_MAX)));
	return (int32) number;
}

/* Copy a text, so that it lives as long as the batch. */
TrkText
trk_batch_keep_text(TrkIngest *ingest, TrkText t)
{
	return trk_text_copy(&ingest->batch_arena, t);
}

/* Add the row of a pending event to the rows that will be inserted. */
static void
add_row(TrkIngest *ingest, const TrkEvent *event, const TrkPending *pending)
{
	TrkRowSet  *rows = &ingest->events;
	Datum	   *values = trk_row_values(rows, rows->count);

	trk_row_make(ingest->store, &ingest->batch_arena, event, &pending->identity,
				 values, trk_row_nulls(rows, rows->count));
	values[TRK_COL_INGESTED_AT] = TimestampTzGetDatum(ingest->ingested_at);
	values[TRK_COL_BATCH_ID] = Int64GetDatum(ingest->batch_id);
	values[TRK_COL_LINE_NO] = Int32GetDatum(pending->line_no);
	rows->count++;
}

/* Add a valid event to the batch, with its row unless keys are looked up first. */
void
trk_batch_add(TrkIngest *ingest, const TrkLine *line, TrkText origin, const TrkEvent *event)
{
	TrkPending *pending = &ingest->pending[ingest->npending++];

	pending->fate = TRK_UNDECIDED;
	pending->version = false;
	pending->line_no = trk_batch_line_no(line->number);
	pending->occurred_at = event->occurred_at;
	pending->month = trk_month_of(event->occurred_at);
	trk_row_identity(&ingest->line_arena, event, &pending->identity);
	pending->project = trk_batch_keep_text(ingest, trk_server_string(event->env[TRK_ENV_project]));
	pending->run_id = trk_batch_keep_text(ingest, trk_server_string(event->env[TRK_ENV_run_id]));
	pending->agent_id = trk_batch_keep_text(ingest, trk_server_string(event->env[TRK_ENV_agent_id]));
	pending->event_id = trk_batch_keep_text(ingest, trk_server_string(event->env[TRK_ENV_event_id]));
	pending->origin = trk_batch_keep_text(ingest, origin);
	pending->raw = ingest->options.keep_lines ?
		trk_arena_copy(&ingest->batch_arena, line->data, line->len) : line->data;
	pending->raw_len = line->len;
	ingest->pending_bytes += line->len;
	if (!ingest->lookup_first)
		add_row(ingest, event, pending);
}

/* Parse a pending event once more to get its parts; it was valid before. */
void
trk_batch_judge_again(TrkIngest *ingest, const TrkPending *pending, TrkEvent *event)
{
	TrkFindings findings;

	CHECK_FOR_INTERRUPTS();
	trk_arena_reset(&ingest->line_arena);
	trk_findings_init(&findings, &ingest->line_arena);
	if (!trk_judge(&ingest->policy, &ingest->line_arena, pending->raw,
				   pending->raw_len, event, &findings) || findings.count > 0)
		elog(ERROR, "line %d was valid and no longer is", pending->line_no);
}

/* Return a text, a slash and the hash of the content in hex, in the batch's arena. */
static TrkText
version_of(TrkIngest *ingest, const TrkValue *of, const uint8 content[16])
{
	char	   *s = trk_alloc(&ingest->batch_arena, of->len + 33);
	TrkText		text = {s, of->len + 33};

	memcpy(s, of->u.str, of->len);
	s[of->len] = '/';
	trk_hex(content, 16, s + of->len + 1);
	return text;
}

/*
 * Give an event the key of a version: its key, a slash and the hash of its content.
 * Its new id is made of the new key, or of its old id where the event is known by
 * that.  The texts are in the batch's arena, because its row points to them.
 */
void
trk_batch_set_version(TrkIngest *ingest, TrkEvent *event, const uint8 content[16])
{
	TrkValue   *key = event->env[TRK_ENV_idempotency_key];
	TrkValue   *event_id = event->env[TRK_ENV_event_id];
	bool		by_event_id = trk_identity_lost(key->u.str, key->len);
	TrkText		own = version_of(ingest, key, content);
	TrkText		hashed = by_event_id ? version_of(ingest, event_id, content) : own;

	*key = trk_string_value(own);
	*event_id = trk_string_value(trk_digest_id(&ingest->batch_arena, TRK_EVENT_ID_PREFIX,
											   hashed.s, hashed.len));
}

/*
 * Build the rows of undecided events that were only looked up so far.  With
 * versions_only only versions get a row, because the others have theirs.
 */
void
trk_batch_build_rows(TrkIngest *ingest, bool versions_only)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];
		TrkEvent	event;

		if (pending->fate != TRK_UNDECIDED || (versions_only && !pending->version))
			continue;
		trk_batch_judge_again(ingest, pending, &event);
		if (pending->version)
			trk_batch_set_version(ingest, &event, pending->content);
		add_row(ingest, &event, pending);
	}
}

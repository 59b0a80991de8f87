/*
 * ingest_tables.c
 *	  Loads of what was made of rows of tables, which are read again and may have
 *	  been edited: keys are looked up in all months, edits become versions.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "ingest/load_batch.h"
#include "base/sha256.h"

/* Judge once more what was found valid before. */
static void
judge_again(TrkIngest *ingest, const TrkPending *pending, TrkEvent *event)
{
	TrkFindings findings;

	CHECK_FOR_INTERRUPTS();
	trk_arena_reset(&ingest->line_arena);
	trk_findings_init(&findings, &ingest->line_arena);
	if (!trk_judge(&ingest->policy, &ingest->line_arena, pending->raw,
				   pending->raw_len, event, &findings) || findings.count > 0)
		elog(ERROR, "line %d was valid and no longer is", pending->line_no);
	trk_json_sort(&ingest->line_arena, &event->root);
	trk_event_bind(event);
}

/* A text, a slash, and the hash of the content in hex, in the batch's arena. */
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
 * Give an event a key of its own: the key and the content's hash, and an id
 * made of the two; of an event that is known by its id, made of that.  The
 * texts are in the batch's arena, where its row is.
 */
static void
set_version(TrkIngest *ingest, TrkEvent *event, const uint8 content[16])
{
	TrkValue   *key = event->env[TRK_ENV_idempotency_key];
	TrkValue   *event_id = event->env[TRK_ENV_event_id];
	bool		by_event_id = trk_identity_lost(key->u.str, key->len);
	TrkText		own = version_of(ingest, key, content);
	TrkText		hashed = by_event_id ? version_of(ingest, event_id, content) : own;
	char	   *id = trk_alloc(&ingest->batch_arena, 36);
	uint8		digest[32];

	trk_sha256(hashed.s, hashed.len, digest);
	memcpy(id, "evt_", 4);
	trk_hex(digest, 16, id + 4);
	trk_json_set_string(key, own.s, own.len);
	trk_json_set_string(event_id, id, 36);
}

/* Turn conflicts into versions of their events; those may be known, too. */
static void
make_versions(TrkIngest *ingest)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];
		TrkEvent	event;

		if (pending->fate != TRK_CONFLICT)
			continue;
		judge_again(ingest, pending, &event);
		memcpy(pending->content, pending->identity.content, sizeof(pending->content));
		set_version(ingest, &event, pending->content);
		trk_row_identity(&ingest->line_arena, &event, &pending->identity);
		pending->event_id = trk_keep_text(&ingest->batch_arena,
										  trk_server_string(event.env[TRK_ENV_event_id]));
		pending->version = true;
		pending->fate = TRK_UNDECIDED;
	}
}

/* See ingest_batch.h. */
void
trk_ingest_build_rows(TrkIngest *ingest, bool versions_only)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];
		TrkEvent	event;

		if (pending->fate != TRK_UNDECIDED || (versions_only && !pending->version))
			continue;
		judge_again(ingest, pending, &event);
		if (pending->version)
			set_version(ingest, &event, pending->content);
		trk_ingest_add_row(ingest, &event, pending);
	}
}

/* Take out the rows of events that are not to be stored under their own key. */
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

/* See ingest_batch.h: an insert would tell only of what is in its own month. */
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
	trk_ingest_build_rows(ingest, !ingest->lookup_first);
}

/*
 * load.c
 *	  Bulk loads: validate each line, collect a batch, store it with one
 *	  statement.
 *
 * A line is parsed into an arena that is reset for the next line.  The data of
 * its row is in an arena that is reset with the batch.  So the memory of a
 * load does not grow with the number of lines.  A load that meets mostly known
 * keys looks them up before it builds rows; lines that turn out to be new are
 * then parsed once more.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "ingest/notify.h"
#include "ingest/load_batch.h"
#include "ingest/load_store.h"
#include "ingest/load_versions.h"
#include "store/lock.h"
#include "store/reject.h"
#include "base/sha256.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Inserts the row of a load. */
static TrkStatement insert_batch_stmt = {
	"INSERT INTO %1$s.at_ingest_batch (batch_id, ingested_at, source, lines, accepted,"
	" duplicates, conflicts, rejected, bytes)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	9, {INT8OID, TIMESTAMPTZOID, TEXTOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID}
};

/* Make the memory context of an arena. */
static MemoryContext
arena_context(MemoryContext parent, const char *name)
{
	return AllocSetContextCreateInternal(parent, name, ALLOCSET_DEFAULT_SIZES);
}

/* Make a batch id, which sorts by time and differs between loads at the same time. */
static int64
make_batch_id(TimestampTz now)
{
	return now << 10 | (int64) (pg_prng_uint64(&pg_global_prng_state) & 1023);
}

/*
 * Redact a label that the caller passes; form says whether it identifies
 * something.  The result is in the encoding of the database, in the arena.
 */
static TrkText
redacted_label(TrkIngest *ingest, TrkArena *arena, TrkIdentityForm form, TrkText t)
{
	TrkValue	value;

	(void) trk_redact_identity(&ingest->policy.redactor, arena, form, t.s, t.len,
							   &t.s, &t.len);
	trk_json_set_string(&value, t.s, t.len);
	return trk_server_string(&value);
}

/* Redact the caller's description of the source; NULL stays NULL. */
static char *
redacted_source(TrkIngest *ingest, const char *source)
{
	TrkText		t;

	if (source == NULL)
		return NULL;
	t = redacted_label(ingest, &ingest->line_arena, TRK_NO_IDENTITY,
					   trk_checked_utf8(source, strlen(source)));
	return pnstrdup(t.s, t.len);
}

/*
 * Begin a load in a memory context of its own below parent. source is the
 * caller's description of where the lines come from, or NULL.  Takes the lock
 * of loads, unless loads may run at the same time.
 */
TrkIngest *
trk_ingest_begin(TrkStore *store, MemoryContext parent, const char *source,
				 const TrkIngestOptions *options)
{
	MemoryContext context = AllocSetContextCreate(parent, "agent_tracker load",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TrkIngest  *ingest = palloc0(sizeof(TrkIngest));

	ingest->store = store;
	ingest->context = context;
	ingest->options = *options;
	trk_policy_of_settings(&ingest->policy);
	trk_identity_key_of_store(store, &ingest->store_key, &ingest->policy.redactor);
	if (options->max_event_bytes != 0)
		ingest->policy.max_event_bytes = options->max_event_bytes;
	ingest->batch_context = AllocSetContextCreate(context, "agent_tracker batch",
												  ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&ingest->line_arena,
				   arena_context(context, "agent_tracker line arena"), 64 * 1024);
	trk_arena_init(&ingest->batch_arena,
				   arena_context(context, "agent_tracker batch arena"), 256 * 1024);
	ingest->pending = palloc(sizeof(TrkPending) * TRK_BATCH_LINES);
	trk_rows_init(&ingest->events, TRK_EVENT_COLUMNS, TRK_BATCH_LINES);
	trk_rows_init(&ingest->rejects, TRK_REJECT_COLUMNS, TRK_BATCH_LINES);
	ingest->batch_lines = TRK_FIRST_BATCH_LINES;
	ingest->batches_to_see = ingest->batches_after_failure = 1;
	ingest->source = redacted_source(ingest, source);
	if (!trk_setting_parallel_ingest || options->from_tables)
		trk_lock(TRK_LOCK_LOAD, 0);
	ingest->ingested_at = GetCurrentTimestamp();
	ingest->batch_id = make_batch_id(ingest->ingested_at);
	MemoryContextSwitchTo(old);
	return ingest;
}

/* Store the collected rejects. */
static void
store_rejects(TrkIngest *ingest)
{
	if (ingest->rejects.count == 0)
		return;
	trk_rows_check(ingest->store, "at_reject", &ingest->rejects, trk_reject_columns);
	trk_rows_run(ingest->store, ingest->options.from_tables ? &trk_insert_rejects_once :
				 &trk_insert_rejects, &ingest->rejects, SPI_OK_INSERT);
	ingest->rejects.count = 0;
}

/*
 * Collect a row of at_reject.  The caller has set line_no, event_id, findings,
 * sha256, bytes and, as the caller's label, origin.
 */
static void
add_reject(TrkIngest *ingest, TrkReject *reject)
{
	TrkRowSet  *rows = &ingest->rejects;

	Assert(rows->count < rows->capacity);
	reject->in_load = true;
	reject->batch_id = ingest->batch_id;
	reject->rejected_at = ingest->ingested_at;
	if (reject->origin.len > 0)
		reject->origin = redacted_label(ingest, &ingest->batch_arena, TRK_IDENTITY,
										reject->origin);
	trk_reject_row(&ingest->batch_arena, reject, trk_row_values(rows, rows->count),
				   trk_row_nulls(rows, rows->count));
	rows->count++;
}

/* Collect the reject of a line. */
static void
reject_line(TrkIngest *ingest, const TrkLine *line, TrkText origin,
			const TrkEvent *event, const TrkFindings *findings)
{
	const TrkValue *id = event == NULL ? NULL : trk_judged_event_id(event, findings);
	TrkReject	reject = {.findings = findings, .bytes = line->len, .origin = origin};
	TrkText		event_id;
	uint8		digest[32];

	if (id != NULL)
	{
		event_id = trk_server_string(id);
		reject.event_id = &event_id;
	}
	if (line->kept == line->len)
		trk_sha256(line->data, line->len, digest);
	else
		memcpy(digest, line->sha256, sizeof(digest));
	reject.sha256 = digest;
	reject.line_no = trk_batch_line_no(line->number);
	add_reject(ingest, &reject);
	ingest->counts.rejected++;
}

/* Make sure that there are partitions for all undecided events. */
static void
ensure_pending_partitions(TrkIngest *ingest)
{
	int64	   *times = palloc(sizeof(int64) * ingest->npending);
	int			n = 0;

	for (int i = 0; i < ingest->npending; i++)
		if (ingest->pending[i].fate == TRK_UNDECIDED)
			times[n++] = ingest->pending[i].occurred_at;
	trk_store_ensure_partitions(ingest->store, times, n);
	pfree(times);
}

/* Return how many pending events have this fate. */
static int
count_fate(const TrkIngest *ingest, TrkFate fate)
{
	int			n = 0;

	for (int i = 0; i < ingest->npending; i++)
		n += ingest->pending[i].fate == fate;
	return n;
}

/*
 * Decide the events that were not inserted.  Their keys must be in the store.
 */
static void
settle_rest(TrkIngest *ingest)
{
	int			rest = count_fate(ingest, TRK_UNDECIDED);

	if (rest > 0)
		rest -= trk_dedupe(ingest->store, ingest->pending, ingest->npending, false);
	if (rest > 0)
		rest -= trk_dedupe(ingest->store, ingest->pending, ingest->npending, true);
	if (rest > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%d events were neither stored nor found by their keys", rest),
				 errdetail("A trigger, a row security policy or a concurrent delete hides them."),
				 errhint("Nothing of this load was stored.")));
}

/* Collect rows of at_reject for the conflicts of the batch. */
static void
reject_conflicts(TrkIngest *ingest)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];
		TrkFindings findings;
		TrkReject	reject = {.findings = &findings};
		uint8		digest[32];

		if (pending->fate != TRK_CONFLICT)
			continue;
		if (ingest->rejects.count == ingest->rejects.capacity)
			store_rejects(ingest);
		trk_findings_init(&findings, &ingest->batch_arena);
		trk_add_conflict(&findings, pending->identity.by_event_id);
		trk_sha256(pending->raw, pending->raw_len, digest);
		reject.line_no = pending->line_no;
		reject.event_id = &pending->event_id;
		reject.sha256 = digest;
		reject.bytes = pending->raw_len;
		reject.origin = pending->origin;
		add_reject(ingest, &reject);
	}
}

/* Add the runs of the new events to the stale runs. */
static void
mark_accepted(TrkIngest *ingest)
{
	for (int i = 0; i < ingest->npending; i++)
	{
		TrkPending *pending = &ingest->pending[i];

		if (pending->fate == TRK_ACCEPTED)
			trk_stale_runs_add(&ingest->stale_runs, ingest->store, ingest->context,
							   pending->project, pending->run_id, pending->agent_id,
							   pending->occurred_at);
	}
}

/*
 * Check the batch against the caller's policies.  This comes before any key is
 * looked up, because the answer "duplicate" reveals what is stored.  If rows
 * are built only after that lookup, they are built here for the check and
 * again later.
 */
static void
check_batch(TrkIngest *ingest)
{
	if (!trk_policies_apply(ingest->store->event_relid))
		return;
	if (ingest->lookup_first)
		trk_batch_build_rows(ingest, false);
	trk_rows_check(ingest->store, "at_event", &ingest->events, trk_event_columns);
	if (ingest->lookup_first)
		ingest->events.count = 0;
}

/* Store the batch: first the events, then the rejects of the others. */
static void
store_batch(TrkIngest *ingest)
{
	int			known;

	if (ingest->npending == 0)
		return;
	check_batch(ingest);
	if (ingest->options.from_tables)
		trk_ingest_decide_rows(ingest);
	else if (ingest->lookup_first)
	{
		trk_dedupe(ingest->store, ingest->pending, ingest->npending, false);
		trk_batch_build_rows(ingest, false);
	}
	ensure_pending_partitions(ingest);
	trk_ingest_insert_rows(ingest);
	settle_rest(ingest);
	reject_conflicts(ingest);
	mark_accepted(ingest);

	known = count_fate(ingest, TRK_DUPLICATE);
	ingest->counts.duplicates += known;
	ingest->counts.conflicts += count_fate(ingest, TRK_CONFLICT);
	ingest->counts.accepted += count_fate(ingest, TRK_ACCEPTED);
	for (int i = 0; i < ingest->npending; i++)
		ingest->counts.versions += ingest->pending[i].version &&
			ingest->pending[i].fate == TRK_ACCEPTED;
	ingest->lookup_first = known > ingest->npending / 2;
	ingest->npending = 0;
	ingest->pending_bytes = 0;
	ingest->batch_lines = TRK_BATCH_LINES;
}

/* Store all that is collected, and free its memory. */
static void
flush(TrkIngest *ingest)
{
	MemoryContext old = MemoryContextSwitchTo(ingest->batch_context);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	store_batch(ingest);
	store_rejects(ingest);
	SPI_finish();
	trk_arena_reset(&ingest->batch_arena);
	MemoryContextSwitchTo(old);
	MemoryContextReset(ingest->batch_context);
}

/* Add an event's counts of redacted identifiers to those of the load. */
void
trk_ingest_count_identities(TrkIngest *ingest, const TrkIdentityCounts *counts)
{
	ingest->pseudonyms += counts->pseudonyms;
	ingest->lost += counts->lost;
}

/* Collect an event that was judged; bound says whether it could be read as one. */
static void
take_judged(TrkIngest *ingest, const TrkLine *line, TrkText origin, const TrkEvent *event,
			bool bound, const TrkFindings *findings)
{
	if (bound)
		trk_ingest_count_identities(ingest, &event->identities);
	if (findings->count > 0)
		reject_line(ingest, line, origin, bound ? event : NULL, findings);
	else
		trk_batch_add(ingest, line, origin, event);
}

/* Validate a line and collect the result. */
static void
take_line(TrkIngest *ingest, const TrkLine *line, TrkText origin)
{
	TrkFindings findings;
	TrkEvent	event;
	bool		bound;

	trk_findings_init(&findings, &ingest->line_arena);
	if (line->kept < line->len)
	{
		trk_finding_add(&findings, "", TRK_RULE_SIZE,
						"the line is longer than agent_tracker.max_line_bytes (%d)",
						trk_setting_max_line_bytes);
		reject_line(ingest, line, origin, NULL, &findings);
		return;
	}
	bound = trk_judge(&ingest->policy, &ingest->line_arena, line->data, line->len,
					  &event, &findings);
	take_judged(ingest, line, origin, &event, bound, &findings);
}

/* Validate the tree of an event and collect the result. */
static void
take_tree(TrkIngest *ingest, const TrkLine *line, TrkText origin, TrkEvent *event)
{
	TrkFindings findings;

	trk_findings_init(&findings, &ingest->line_arena);
	trk_judge_tree(&ingest->policy, &ingest->line_arena, event, &findings);
	take_judged(ingest, line, origin, event, true, &findings);
}

/*
 * Load a line that was made of a row; origin names the row.  If event is not
 * NULL, its tree is the line, which need not be read.  Stores the batch when
 * it is full.
 */
void
trk_ingest_row(TrkIngest *ingest, const TrkLine *line, TrkText origin, TrkEvent *event)
{
	MemoryContext old = MemoryContextSwitchTo(ingest->batch_context);

	CHECK_FOR_INTERRUPTS();
	trk_arena_reset(&ingest->line_arena);
	if (event != NULL)
		take_tree(ingest, line, origin, event);
	else
		take_line(ingest, line, origin);
	ingest->counts.lines++;
	MemoryContextSwitchTo(old);
	if (ingest->npending == ingest->batch_lines ||
		ingest->rejects.count == TRK_BATCH_LINES ||
		ingest->pending_bytes >= TRK_BATCH_BYTES)
		flush(ingest);
}

/* Load one line.  Stores the batch when it is full. */
void
trk_ingest_line(TrkIngest *ingest, const TrkLine *line)
{
	TrkText		none = {"", 0};

	trk_ingest_row(ingest, line, none, NULL);
}

/* Store what is collected, and return the counts of the lines so far. */
void
trk_ingest_flush(TrkIngest *ingest, TrkCounts *counts)
{
	flush(ingest);
	*counts = ingest->counts;
}

/*
 * Add a reject for something that is wrong with the input as a whole, such as
 * a damaged stream.
 */
void
trk_ingest_reject(TrkIngest *ingest, int64 line_no, TrkRule rule, const char *reason)
{
	MemoryContext old = MemoryContextSwitchTo(ingest->batch_context);
	TrkFindings findings;
	TrkReject	reject = {.findings = &findings};

	trk_findings_init(&findings, &ingest->batch_arena);
	trk_finding_add(&findings, "", rule, "%s", reason);
	reject.line_no = trk_batch_line_no(line_no);
	add_reject(ingest, &reject);
	ingest->counts.lines++;
	ingest->counts.rejected++;
	MemoryContextSwitchTo(old);
	if (ingest->rejects.count == TRK_BATCH_LINES)
		flush(ingest);
}

/* Check the row of at_ingest_batch against the caller's policies. */
static void
check_batch_row(TrkIngest *ingest, const Datum *values, const char *nulls)
{
	static const char *const columns[] = {
		"batch_id", "ingested_at", "source", "lines", "accepted", "duplicates", "conflicts",
		"rejected", "bytes"
	};
	bool		isnull[lengthof(columns)];
	TrkPendingRows row = {columns, lengthof(columns), 1, values, isnull};

	for (int i = 0; i < lengthof(columns); i++)
		isnull[i] = nulls[i] == 'n';
	trk_store_check(ingest->store, "at_ingest_batch", &row);
}

/* Store the row of at_ingest_batch. */
static void
store_batch_row(TrkIngest *ingest)
{
	const TrkCounts *counts = &ingest->counts;
	char		nulls[] = "         ";
	Datum		values[9];

	values[0] = Int64GetDatum(ingest->batch_id);
	values[1] = TimestampTzGetDatum(ingest->ingested_at);
	values[2] = (Datum) 0;
	if (ingest->source != NULL)
		values[2] = CStringGetTextDatum(ingest->source);
	else
		nulls[2] = 'n';
	values[3] = Int64GetDatum(counts->lines);
	values[4] = Int64GetDatum(counts->accepted);
	values[5] = Int64GetDatum(counts->duplicates);
	values[6] = Int64GetDatum(counts->conflicts);
	values[7] = Int64GetDatum(counts->rejected);
	values[8] = Int64GetDatum(counts->bytes);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	check_batch_row(ingest, values, nulls);
	trk_stale_runs_write(&ingest->stale_runs, ingest->store);
	trk_store_run(ingest->store, &insert_batch_stmt, values, nulls, SPI_OK_INSERT);
	SPI_finish();
}

/*
 * Store what is left and the row of at_ingest_batch, and report redacted
 * identifiers.  Returns the batch id.
 */
int64
trk_ingest_end(TrkIngest *ingest, int64 bytes, TrkCounts *counts)
{
	int64		batch_id = ingest->batch_id;

	flush(ingest);
	ingest->counts.bytes = bytes;
	if (ingest->counts.lines > 0 || !ingest->options.from_tables)
		store_batch_row(ingest);
	*counts = ingest->counts;
	if (counts->lines > 0)
		trk_notify_load(batch_id, counts);
	trk_identity_notice(&ingest->policy.redactor, &ingest->store_key, ingest->pseudonyms,
						ingest->lost);
	MemoryContextDelete(ingest->context);
	return batch_id;
}

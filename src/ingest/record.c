/*
 * record.c
 *	  Validates and stores one event (see record.h).
 *
 * An event with a generated key cannot be in the store, so it is simply
 * inserted.  A key that the caller chose is looked up first, in all months,
 * under a lock on the key.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "store/lock.h"
#include "store/plain_tables.h"
#include "store/stale_run.h"
#include "ingest/notify.h"
#include "ingest/record.h"
#include "store/reject.h"
#include "store/row_set.h"
#include "base/sha256.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Parameters: project, key digest. */
static TrkStatement find_events_stmt = {
	"SELECT content_hash, event_id, occurred_at FROM %1$s.at_event"
	" WHERE project OPERATOR(pg_catalog.=) $1"
	" AND key_digest OPERATOR(pg_catalog.=) $2"
	" ORDER BY occurred_at",
	2, {TEXTOID, UUIDOID}
};

/* Insert one event, given as parameters. */
#define INSERT_EVENT \
	TRK_INSERT_INTO_EVENT \
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17," \
	" $18, $19)"
#define INSERT_EVENT_PARAMS(n, more) \
	n, {TIMESTAMPTZOID, TRK_PARAM_EVENT_TYPE, TRK_PARAM_ENVIRONMENT, TIMESTAMPTZOID, \
		INT8OID, INT4OID, UUIDOID, UUIDOID, TRK_PARAM_EVIDENCE, TEXTOID, TEXTOID, \
		TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_ID, TRK_PARAM_KEY, \
		TEXTARRAYOID, TRK_PARAM_ENVELOPE, JSONBOID, more}

/* Inserts an event, its columns as parameters, whose key is known to be new. */
static TrkStatement insert_event_stmt = {
	INSERT_EVENT,
	INSERT_EVENT_PARAMS(TRK_EVENT_COLUMNS, InvalidOid)
};

/*
 * The same together with its stale run, whose day is a further parameter.  One
 * statement costs less than two, but the server refuses some rules in it, so it
 * is for plain tables.
 */
static TrkStatement insert_event_and_stale_run_stmt = {
	"WITH stale AS (INSERT INTO %1$s.at_stale_run (project, run_id, agent_id, day) VALUES ($10, $12, $11, $20)) "
	INSERT_EVENT,
	INSERT_EVENT_PARAMS(20, DATEOID)
};

/* The same as the first; it returns no row when the key exists. */
static TrkStatement insert_event_once_stmt = {
	INSERT_EVENT " ON CONFLICT DO NOTHING RETURNING line_no",
	INSERT_EVENT_PARAMS(TRK_EVENT_COLUMNS, InvalidOid)
};

/*
 * Begin the recording of an event: open the store in the schema of the
 * calling function and read the settings.  Results live in the memory context
 * that is current now.
 */
void
trk_record_begin(TrkRecord *record, FunctionCallInfo fcinfo)
{
	record->store = trk_store_open(fcinfo, true);
	record->now = GetCurrentTimestamp();
	record->line.s = NULL;
	record->line.len = 0;
	record->clock_time = false;
	record->chosen_key = true;
	trk_policy_of_settings(&record->policy);
	trk_identity_key_of_store(record->store, &record->store_key, &record->policy.redactor);
	trk_arena_init(&record->arena, CurrentMemoryContext, 8 * 1024);
	trk_findings_init(&record->findings, &record->arena);
}

/*
 * Begin the recording of a further event in the same call.  It uses the store
 * and the settings of the first one.
 */
void
trk_record_follow(TrkRecord *record, const TrkRecord *first)
{
	*record = *first;
	record->line.s = NULL;
	record->line.len = 0;
	trk_arena_init(&record->arena, CurrentMemoryContext, 8 * 1024);
	trk_findings_init(&record->findings, &record->arena);
}

/* Raise an ERROR that lists the findings, if there are any. */
void
trk_record_check(const TrkRecord *record)
{
	StringInfoData detail;

	if (record->findings.count == 0)
		return;
	initStringInfo(&detail);
	for (const TrkFinding *f = record->findings.first; f != NULL; f = f->next)
		appendStringInfo(&detail, "%s%s: %s: %s", detail.len > 0 ? "\n" : "",
						 *f->path == '\0' ? "event" : f->path,
						 trk_rule_name(f->rule), f->message);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("event is not valid"),
			 errdetail_internal("%s", detail.data)));
}

/*
 * Redact and validate the tree in record->event, then compute the identity
 * (id, key, hash) under which it is stored.
 */
void
trk_record_judge(TrkRecord *record)
{
	trk_judge_tree(&record->policy, &record->arena, &record->event, &record->findings);
	trk_record_check(record);
	trk_row_identity(&record->arena, &record->event, &record->identity);
}

/*
 * Return whether a stored event has the content of this event.  If nobody gave
 * a time, the time of the stored event is assumed, so that a call can be
 * repeated.
 */
static bool
same_content(TrkRecord *record, TimestampTz stored_at, const uint8 *content)
{
	if (record->clock_time)
	{
		char	   *spelled = trk_alloc(&record->arena, TRK_SPELLING_MAX);
		Size		len = trk_spelling_write(TRK_SPELLING_USUAL, stored_at, spelled);

		trk_json_set_string(record->event.env[TRK_ENV_occurred_at], spelled, len);
		record->event.occurred_at = stored_at;
		trk_row_identity(&record->arena, &record->event, &record->identity);
	}
	return memcmp(record->identity.content, content, sizeof(record->identity.content)) == 0;
}

/*
 * Return the id of the stored event with this key, in the given context, or
 * NULL.  If several months have one, an event with the same content is
 * preferred.
 */
static text *
find_stored(TrkRecord *record, MemoryContext context, bool *same)
{
	TrkText		project = trk_server_string(record->event.env[TRK_ENV_project]);
	Datum		values[2];
	char	   *id = NULL;
	text	   *stored;
	MemoryContext old;

	*same = false;
	values[0] = PointerGetDatum(cstring_to_text_with_len(project.s, (int) project.len));
	values[1] = PointerGetDatum(record->identity.key);
	trk_store_run_entered(record->store, &find_events_stmt, values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < SPI_processed && !*same; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Datum		content = SPI_getbinval(tuple, desc, 1, &isnull);
		Datum		at = SPI_getbinval(tuple, desc, 3, &isnull);

		*same = same_content(record, DatumGetTimestampTz(at), DatumGetUUIDP(content)->data);
		if (*same || id == NULL)
			id = SPI_getvalue(tuple, desc, 2);
	}
	SPI_freetuptable(SPI_tuptable);
	if (id == NULL)
		return NULL;
	old = MemoryContextSwitchTo(context);
	stored = cstring_to_text(id);
	MemoryContextSwitchTo(old);
	return stored;
}

/* Add a row of at_reject and raise a WARNING: the key has other content. */
static void
reject_conflict(TrkRecord *record)
{
	TrkText		id = trk_server_string(record->event.env[TRK_ENV_event_id]);
	TrkReject	reject = {.in_load = false};
	TrkRowSet	rows;
	uint8		sha256[32];

	trk_add_conflict(&record->findings, record->identity.by_event_id);
	reject.rejected_at = record->now;
	reject.event_id = &id;
	reject.findings = &record->findings;
	if (record->line.s != NULL)
	{
		trk_sha256(record->line.s, record->line.len, sha256);
		reject.sha256 = sha256;
		reject.bytes = record->line.len;
	}
	trk_rows_init(&rows, TRK_REJECT_COLUMNS, 1);
	trk_reject_row(&record->arena, &reject, rows.values, rows.nulls);
	rows.count = 1;
	trk_rows_check(record->store, "at_reject", &rows, trk_reject_columns);
	trk_rows_run(record->store, &trk_insert_rejects, &rows, SPI_OK_INSERT);
	ereport(WARNING,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("event was not stored: its %s was used before for other content",
					record->identity.by_event_id ? "event_id" : "idempotency_key"),
			 errdetail("The table at_reject has a row of it.")));
}

/* Make the row of at_event. */
static void
make_row(TrkRecord *record, Datum *values, bool *nulls)
{
	trk_row_make(record->store, &record->arena, &record->event, &record->identity,
				 values, nulls);
	values[TRK_COL_INGESTED_AT] = TimestampTzGetDatum(record->now);
	nulls[TRK_COL_BATCH_ID] = true;
	nulls[TRK_COL_LINE_NO] = true;
}

/* Check the event against the caller's policies. */
static void
check_policies(TrkRecord *record)
{
	Datum		values[TRK_EVENT_COLUMNS];
	bool		nulls[TRK_EVENT_COLUMNS];
	TrkPendingRows row = {trk_event_columns, TRK_EVENT_COLUMNS, 1, values, nulls};

	if (!trk_policies_apply(record->store->event_relid))
		return;
	make_row(record, values, nulls);
	trk_store_check(record->store, "at_event", &row);
}

/* Make the parameters of a statement that inserts the event. */
static void
make_parameters(TrkRecord *record, Datum *values, char *spi_nulls)
{
	bool		nulls[TRK_EVENT_COLUMNS];

	make_row(record, values, nulls);
	for (int i = 0; i < TRK_EVENT_COLUMNS; i++)
		spi_nulls[i] = nulls[i] ? 'n' : ' ';
}

/* Insert the event; return false when its key exists. */
static bool
insert_event(TrkRecord *record)
{
	Datum		values[TRK_EVENT_COLUMNS];
	char		nulls[TRK_EVENT_COLUMNS];

	trk_store_ensure_partitions(record->store, &record->event.occurred_at, 1);
	make_parameters(record, values, nulls);
	if (record->chosen_key)
		trk_store_run_entered(record->store, &insert_event_once_stmt, values, nulls,
							  SPI_OK_INSERT_RETURNING);
	else
		trk_store_run_entered(record->store, &insert_event_stmt, values, nulls, SPI_OK_INSERT);
	if (SPI_processed != 1)
		return false;
	trk_stale_runs_write_one(record->store, trk_server_string(record->event.env[TRK_ENV_project]),
							 trk_server_string(record->event.env[TRK_ENV_run_id]),
							 trk_server_string(record->event.env[TRK_ENV_agent_id]),
							 record->event.occurred_at);
	return true;
}

/* Insert the event and its stale run into plain tables. */
static void
insert_plain_event(TrkRecord *record)
{
	Datum		values[TRK_EVENT_COLUMNS + 1];
	char		nulls[TRK_EVENT_COLUMNS + 1];
	TrkStoreScope scope;

	make_parameters(record, values, nulls);
	values[TRK_EVENT_COLUMNS] = DateADTGetDatum(trk_stale_day_of(record->event.occurred_at));
	nulls[TRK_EVENT_COLUMNS] = ' ';
	trk_store_enter_pinned(record->store, &scope, false);
	trk_store_run_entered(record->store, &insert_event_and_stale_run_stmt, values, nulls,
						  SPI_OK_INSERT);
	trk_store_leave(&scope);
}

/*
 * Store an event whose key is new.  Where no code of others runs, that takes one
 * statement, and the search_path need not be pinned.
 */
static void
store_new(TrkRecord *record)
{
	TrkStoreScope scope;

	trk_store_ensure_partitions(record->store, &record->event.occurred_at, 1);
	if (trk_tables_are_plain(record->store, record->event.occurred_at))
	{
		insert_plain_event(record);
		return;
	}
	trk_store_enter(record->store, &scope);
	if (!insert_event(record))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the event was not stored"),
				 errdetail("A trigger on the table at_event keeps it out.")));
	trk_store_leave(&scope);
}

/*
 * Store an event whose key may exist.  Returns the id of the stored event, and
 * in *conflict whether it has other content; NULL when this event was
 * inserted.
 */
static text *
store_once(TrkRecord *record, MemoryContext context, bool *conflict)
{
	TrkStoreScope scope;
	uint64		key;
	bool		same;
	text	   *stored;

	trk_store_enter(record->store, &scope);
	memcpy(&key, record->identity.key, sizeof(key));
	trk_lock(TRK_LOCK_EVENT_KEY, key);
	stored = find_stored(record, context, &same);
	if (stored == NULL)
	{
		if (insert_event(record))
		{
			trk_store_leave(&scope);
			return NULL;
		}
		stored = find_stored(record, context, &same);
	}
	trk_store_leave(&scope);
	if (stored == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the event was neither stored nor found by its key"),
				 errdetail("A trigger, a row security policy or a concurrent delete hides it.")));
	*conflict = !same;
	return stored;
}

/*
 * Store the validated event.  Returns the id of the stored event, which is
 * that of the earlier one when the key is known with the same content.
 */
text *
trk_record_store(TrkRecord *record)
{
	MemoryContext context = CurrentMemoryContext;
	const TrkValue *id = record->event.env[TRK_ENV_event_id];
	text	   *stored = NULL;
	bool		conflict = false;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	check_policies(record);
	if (record->chosen_key)
		stored = store_once(record, context, &conflict);
	else
		store_new(record);
	if (conflict)
		reject_conflict(record);
	SPI_finish();
	if (stored == NULL)
		trk_notify_event(&record->event);
	return stored != NULL ? stored : trk_server_text_datum(id->u.str, id->len);
}

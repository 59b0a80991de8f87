/*
 * journal_sync.c
 *	  The SQL function at_sync_journal(): stores the events of the journal
 *	  tables of a schema, each once, however often it is called.
 *
 * A table with an order column that is a time is read from its watermark on:
 * the newest order that was read, minus an overlap for transactions that
 * commit late.  An order in the future is ignored for that, so that such a row
 * does not hide those before it.  Rows that are read again have known keys.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "catalog/pg_type.h"
#include "json/json_document.h"
#include "json/encoding.h"
#include "store/envelope.h"
#include "executor/spi.h"
#include "store/identity_key.h"
#include "json/jsonbio.h"
#include "store/caller_rows.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "import/journal_live.h"
#include "import/load_rows.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* Parameters: project, agent, environment, schema, table. */
static TrkStatement find_watermark_stmt = {
	"SELECT watermark FROM %1$s.at_journal_watermark"
	" WHERE project OPERATOR(pg_catalog.=) $1 AND agent_id OPERATOR(pg_catalog.=) $2"
	" AND environment OPERATOR(pg_catalog.=) $3 AND schema_name OPERATOR(pg_catalog.=) $4"
	" AND table_name OPERATOR(pg_catalog.=) $5",
	5, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/*
 * Parameters: the same, watermark, synced_at, rows.  Result: the row that is
 * stored, and what it shall have instead.
 */
static TrkStatement replaced_watermark_stmt = {
	"SELECT w.*, $6 AS watermark, $7 AS synced_at, $8 AS rows_read"
	" FROM %1$s.at_journal_watermark w"
	" WHERE project OPERATOR(pg_catalog.=) $1 AND agent_id OPERATOR(pg_catalog.=) $2"
	" AND environment OPERATOR(pg_catalog.=) $3 AND schema_name OPERATOR(pg_catalog.=) $4"
	" AND table_name OPERATOR(pg_catalog.=) $5",
	8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}
};

/* Parameters: the same. */
static TrkStatement set_watermark_stmt = {
	"INSERT INTO %1$s.at_journal_watermark (project, agent_id, environment, schema_name,"
	" table_name, watermark, synced_at, rows_read) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (project, agent_id, environment, schema_name, table_name) DO UPDATE"
	" SET watermark = excluded.watermark, synced_at = excluded.synced_at,"
	" rows_read = excluded.rows_read",
	8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}
};

/* The result of a table. */
typedef struct TrkTableSync
{
	int64		rows;
	TrkCounts	counts;
	bool		incremental;
	bool		has_mark;
	TimestampTz mark;			/* its watermark after this sync */
} TrkTableSync;

/* The state of a sync; run must be the first member. */
typedef struct TrkSyncRun
{
	TrkJournalRun run;
	TrkStore   *store;
	TrkStoreKey store_key;		/* the key of pseudonyms */
	TrkSync    *sync;
	bool		incremental;
	Interval   *overlap;
	TrkTableSync tables[TRK_JOURNAL_TABLES];
	TrkTableSync total;
} TrkSyncRun;

/* Add the event of a row to the load. */
static void
sync_take(void *state, TrkEvent *event, TrkText row_id)
{
	TrkSyncRun *s = state;

	trk_sync_event(s->sync, event, trk_journal_table(s->run.table)->name, row_id);
}

/*
 * Add a row that is not JSON which the contract can read to the load, where it
 * is rejected.
 */
static void
sync_unreadable(TrkJournalRun *run, TrkText row, TrkText row_id)
{
	trk_sync_row(((TrkSyncRun *) run)->sync, row, trk_journal_table(run->table)->name, row_id);
}

/* Return a name that the caller gave, redacted as in stored events. */
static Datum
mark_name(TrkSyncRun *s, TrkText name)
{
	TrkJournalRun *run = &s->run;

	(void) trk_redact_identity(&run->policy.redactor, &run->kept, TRK_IDENTITY, name.s, name.len,
							   &name.s, &name.len);
	return PointerGetDatum(trk_server_text_datum(name.s, name.len));
}

/* Set the key of a watermark as parameters of a statement. */
static void
mark_key(TrkSyncRun *s, int table, Datum values[5])
{
	TrkJournalRun *run = &s->run;

	values[0] = mark_name(s, run->export.project);
	values[1] = mark_name(s, run->export.agent_id);
	values[2] = PointerGetDatum(trk_server_text_datum(run->export.environment.s,
													  run->export.environment.len));
	values[3] = CStringGetTextDatum(get_namespace_name(run->nsp));
	values[4] = CStringGetTextDatum(trk_journal_table(table)->name);
}

/* Read the watermark of a table. */
static void
mark_read(TrkSyncRun *s, int table)
{
	TrkTableSync *t = &s->tables[table];
	Datum		values[5];
	bool		isnull;
	Datum		mark;

	mark_key(s, table, values);
	trk_store_run(s->store, &find_watermark_stmt, values, NULL, SPI_OK_SELECT);
	if (SPI_processed == 0)
		return;
	mark = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	t->has_mark = !isnull;
	t->mark = DatumGetTimestampTz(mark);
	SPI_freetuptable(SPI_tuptable);
}

/* Write the watermark of a table and the counts of the sync. */
static void
mark_write(TrkSyncRun *s, int table)
{
	static const char *const columns[] = {
		"project", "agent_id", "environment", "schema_name", "table_name", "watermark",
		"synced_at", "rows_read"
	};
	TrkTableSync *t = &s->tables[table];
	Datum		values[lengthof(columns)];
	char		nulls[] = "        ";
	bool		isnull[lengthof(columns)];
	TrkPendingRows row = {columns, lengthof(columns), 1, values, isnull};

	mark_key(s, table, values);
	values[5] = TimestampTzGetDatum(t->mark);
	nulls[5] = t->has_mark ? ' ' : 'n';
	values[6] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	values[7] = Int64GetDatum(t->rows);
	for (int i = 0; i < lengthof(columns); i++)
		isnull[i] = nulls[i] == 'n';
	trk_store_check(s->store, "at_journal_watermark", &row);
	/* the row that is replaced, and the last three columns as they will be */
	trk_caller_rows_check_replaced(s->store, "at_journal_watermark", &replaced_watermark_stmt,
								   values, nulls, 3);
	trk_store_run(s->store, &set_watermark_stmt, values, nulls, SPI_OK_INSERT);
}

/* Set the range of rows that is to be read of a table. */
static void
sync_range(TrkSyncRun *s, int table)
{
	TrkTableSync *t = &s->tables[table];
	TrkReaderRange *range = &s->run.range;

	range->has_since = false;
	t->incremental = s->incremental && t->has_mark && s->run.tables[table].order_is_time;
	if (!t->incremental)
		return;
	range->has_since = true;
	range->since = t->mark;
	if (!TIMESTAMP_NOT_FINITE(t->mark))
		range->since = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
															   TimestampTzGetDatum(t->mark),
															   IntervalPGetDatum(s->overlap)));
}

/*
 * Compute the watermark after a table was read.  If a limit or an error may
 * have left rows unread, it stays as it was.  It is written even then, so that
 * of two concurrent syncs the one that did not see the other's rows fails.
 */
static void
sync_advance(TrkSyncRun *s, int table)
{
	const TrkJournalRun *run = &s->run;
	TrkTableSync *t = &s->tables[table];
	bool		cut = run->tables[table].sqlstate != 0 ||
	(run->range.limit >= 0 && t->rows >= run->range.limit);

	if (!cut && run->has_newest && (!t->has_mark || run->newest > t->mark))
	{
		t->has_mark = true;
		t->mark = run->newest;
	}
	mark_write(s, table);
}

/*
 * Ignore the event of a row that is only inspected, or a row that cannot be
 * read.
 */
static void
sync_ignore(void *state, TrkEvent *event, TrkText row_id)
{
}

static void
sync_ignore_row(TrkJournalRun *run, TrkText row, TrkText row_id)
{
}

/*
 * Read the ids of some rows for the report, from a table in which the sync
 * found nothing new.
 */
static void
sync_probe(TrkSyncRun *s, int table)
{
	TrkJournalRun *run = &s->run;
	TrkReaderRange range = run->range;
	int64		nwarnings = run->nwarnings;

	run->range.has_since = false;
	run->range.limit = TRK_JOURNAL_REFS;
	run->event = sync_ignore;
	run->unreadable = sync_ignore_row;
	(void) trk_run_table(run, table);
	run->event = sync_take;
	run->unreadable = sync_unreadable;
	run->nwarnings = nwarnings;
	run->range = range;
}

/* Sync one table. */
static void
sync_table(TrkSyncRun *s, int table)
{
	TrkTableSync *t = &s->tables[table];
	TrkJournalRun *run = &s->run;
	const char *name = trk_journal_table(table)->name;

	mark_read(s, table);
	sync_range(s, table);
	t->rows = trk_run_table(run, table);
	trk_sync_counts(s->sync, &t->counts);
	sync_advance(s, table);
	if (t->rows == 0 && run->tables[table].sqlstate == 0)
		sync_probe(s, table);
	if (t->counts.rejected > 0)
		trk_run_warn(run, psprintf("%s: at_reject says why events were rejected: " INT64_FORMAT,
								   name, t->counts.rejected));
	if (t->counts.conflicts > 0)
		trk_run_warn(run, psprintf("%s: events in conflict with what was stored before: " INT64_FORMAT,
								   name, t->counts.conflicts));
	if (s->incremental && !run->tables[table].order_is_time && t->rows > 0)
		trk_run_warn(run, psprintf("%s was read whole: its column %s is missing or no time",
								   name, trk_journal_table(table)->order_column));
	run->report.surface[table].events = t->counts.accepted + t->counts.duplicates +
		t->counts.conflicts;
}

/* Add a table's numbers to the sum. */
static void
sync_sum(TrkTableSync *total, const TrkTableSync *t)
{
	total->rows += t->rows;
	total->counts.lines += t->counts.lines;
	total->counts.accepted += t->counts.accepted;
	total->counts.duplicates += t->counts.duplicates;
	total->counts.conflicts += t->counts.conflicts;
	total->counts.versions += t->counts.versions;
	total->counts.rejected += t->counts.rejected;
}

/* Append one table of the result. */
static void
result_table(StringInfo doc, const TrkSyncRun *s, int table)
{
	const TrkTableSync *t = &s->tables[table];
	const TrkReaderTable *live = &s->run.tables[table];
	char		mark[TRK_SPELLING_MAX];

	trk_doc_open(doc, NULL, '{');
	trk_doc_text(doc, "table", trk_journal_table(table)->name);
	trk_doc_text(doc, "status", !live->readable ? "permission denied" :
				 live->sqlstate != 0 ? "failed" : "read");
	trk_doc_flag(doc, "incremental", t->incremental);
	trk_doc_count(doc, "rows_read", t->rows);
	trk_doc_count(doc, "events", t->counts.lines);
	trk_doc_count(doc, "accepted", t->counts.accepted);
	trk_doc_count(doc, "duplicates", t->counts.duplicates);
	trk_doc_count(doc, "conflicts", t->counts.conflicts);
	trk_doc_count(doc, "versions", t->counts.versions);
	trk_doc_count(doc, "rejected", t->counts.rejected);
	if (t->has_mark && !TIMESTAMP_NOT_FINITE(t->mark))
		trk_doc_text_len(doc, "watermark", mark,
						 trk_spelling_write(TRK_SPELLING_USUAL, t->mark, mark));
	appendStringInfoChar(doc, '}');
}

/* Return the result of the tables that exist. */
static Datum
result_tables(const TrkSyncRun *s)
{
	StringInfoData doc;

	initStringInfo(&doc);
	appendStringInfoChar(&doc, '[');
	for (int i = 0; i < TRK_JOURNAL_TABLES; i++)
		if (OidIsValid(s->run.tables[i].relid))
			result_table(&doc, s, i);
	appendStringInfoChar(&doc, ']');
	return trk_doc_jsonb(&doc);
}

/* Return the warnings, and how many more there were. */
static Datum
result_warnings(const TrkJournalRun *run)
{
	int			kept = (int) Min(run->nwarnings, TRK_READER_WARNINGS);
	Datum	   *elems = palloc(sizeof(Datum) * (kept + 1));
	int			n = kept;

	for (int i = 0; i < kept; i++)
		elems[i] = PointerGetDatum(trk_server_text_datum(run->warnings[i].s,
														 run->warnings[i].len));
	if (run->nwarnings > kept)
		elems[n++] = CStringGetTextDatum(psprintf(INT64_FORMAT " more warnings",
												  run->nwarnings - kept));
	return PointerGetDatum(construct_array(elems, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Return the coverage report. */
static Datum
result_coverage(TrkJournalRun *run)
{
	char	   *now = trk_alloc(&run->kept, TRK_SPELLING_MAX);
	TrkValue	tree;
	TrkBuf		buf;

	run->report.project = run->export.project;
	run->report.generated_at.s = now;
	run->report.generated_at.len = trk_spelling_write(TRK_SPELLING_USUAL,
													  GetCurrentTransactionStartTimestamp(), now);
	run->report.warnings = run->warnings;
	run->report.nwarnings = Min(run->nwarnings, TRK_READER_WARNINGS);
	trk_buf_init(&buf, &run->kept, 4096);
	trk_journal_report_write(&buf, &run->report);
	if (trk_json_read(&run->kept, buf.data, buf.len, &tree) != TRK_JSON_OK)
		elog(ERROR, "the coverage report is no JSON");
	return PointerGetDatum(trk_jsonb_make(&run->kept, &tree));
}

/* Return the row of at_sync_result. */
static Datum
sync_result(FunctionCallInfo fcinfo, TrkSyncRun *s, int64 batch_id)
{
	const TrkTableSync *total = &s->total;
	TrkComposite row;

	trk_composite_begin(&row, fcinfo);
	trk_put_nullable(&row, Int64GetDatum(batch_id), batch_id == 0);
	trk_put_int(&row, total->rows);
	trk_put_int(&row, total->counts.lines);
	trk_put_int(&row, total->counts.accepted);
	trk_put_int(&row, total->counts.duplicates);
	trk_put_int(&row, total->counts.conflicts);
	trk_put_int(&row, total->counts.versions);
	trk_put_int(&row, total->counts.rejected);
	trk_put(&row, result_tables(s));
	trk_put(&row, result_warnings(&s->run));
	trk_put(&row, result_coverage(&s->run));
	return trk_composite_datum(&row);
}

/* Return whether an edited row is to be stored as a version of its event. */
static bool
versions_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(arg));

	if (strcmp(word, "conflict") == 0)
		return false;
	if (strcmp(word, "version") == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("on_change must be 'conflict' or 'version'")));
}

/* Return the overlap, which must not be negative. */
static Interval *
overlap_arg(FunctionCallInfo fcinfo, int arg)
{
	Interval   *overlap = PG_GETARG_INTERVAL_P(arg);

	if (overlap->month < 0 || overlap->day < 0 || overlap->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("overlap must be an interval that is not negative")));
	return overlap;
}

TRK_HIDE_CONTEXT_FUNCTION(at_sync_journal);
/*
 * at_sync_journal(schema_name, project, agent_id, environment, incremental,
 * on_change, overlap, max_rows_per_table) returns at_sync_result
 */
static Datum
at_sync_journal_body(PG_FUNCTION_ARGS)
{
	TrkSyncRun *s = palloc0(sizeof(TrkSyncRun));
	TrkJournalRun *run = &s->run;

	trk_refuse_null_args(fcinfo, 4, 3);
	trk_run_begin(run, fcinfo, 1);
	trk_run_find_tables(run);
	trk_run_limit(run, fcinfo, 7);
	s->incremental = PG_GETARG_BOOL(4);
	s->overlap = overlap_arg(fcinfo, 6);
	run->event = sync_take;
	run->unreadable = sync_unreadable;
	run->range.newest_first = run->range.limit >= 0;
	s->store = trk_store_open(fcinfo, true);
	trk_identity_key_of_store(s->store, &s->store_key, &run->policy.redactor);
	s->sync = trk_sync_begin(s->store, CurrentMemoryContext,
							 psprintf("schema %s", get_namespace_name(run->nsp)),
							 versions_arg(fcinfo, 5));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int i = 0; i < TRK_JOURNAL_TABLES; i++)
	{
		if (!trk_run_opens(run, i))
			continue;
		sync_table(s, i);
		sync_sum(&s->total, &s->tables[i]);
	}
	SPI_finish();
	PG_RETURN_DATUM(sync_result(fcinfo, s, trk_sync_end(s->sync)));
}

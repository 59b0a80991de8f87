/*
 * journal_sql.c
 *	  SQL functions over journal rows that are given as json: their events, a
 *	  coverage report, and the rules as rows.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/text_rows.h"
#include "contract/contract.h"
#include "json/encoding.h"
#include "base/isotime.h"
#include "json/json_items.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "import/journal_events.h"
#include "base/text.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Called with the canonical text of each valid event of a row. */
typedef void (*ValidEventFn) (void *state, TrkText event);

/* Rows that are being converted to events. */
typedef struct RowReader
{
	TrkJournalExport export;
	TrkPolicy	policy;
	int			table;			/* or -1 */
	TrkText		table_name;
	TrkJsonItems rows;
	uint64		nrows;			/* number of rows read so far */
	TrkArena	arena;			/* reset for every row */
	ValidEventFn event;
	TrkJournalWarnFn warn;
	void	   *state;
} RowReader;

/* Warn about a row that cannot be read. */
static void
warn_unreadable(RowReader *reader, const char *reason)
{
	char	   *message = trk_alloc(&reader->arena, 256);

	snprintf(message, 256, "%s row number " UINT64_FORMAT " skipped: %s",
			 trk_journal_table(reader->table)->name, reader->nrows, reason);
	reader->warn(reader->state, message, false);
}

/* Validate an event, and pass it on or warn about it. */
static void
judge_event(void *state, TrkEvent *event, TrkText row_id)
{
	RowReader  *reader = state;
	TrkFindings findings;
	TrkText		text;
	TrkBuf		buf;

	trk_findings_init(&findings, &reader->arena);
	trk_judge_tree(&reader->policy, &reader->arena, event, &findings);
	if (findings.count > 0)
	{
		reader->warn(reader->state,
					 trk_journal_dropped(&reader->arena, &reader->policy.redactor,
										 reader->table, row_id, event, &findings), false);
		return;
	}
	trk_buf_init(&buf, &reader->arena, 2048);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	text.s = buf.data;
	text.len = buf.len;
	reader->event(reader->state, text);
}

/* Pass a warning of the rules on. */
static void
hand_on_warning(void *state, const char *message, bool of_value)
{
	RowReader  *reader = state;

	reader->warn(reader->state, message, of_value);
}

/*
 * Begin with the arguments of an export from first on, and the key of its
 * pseudonyms.
 */
static void
begin_reader(RowReader *reader, FunctionCallInfo fcinfo, int first, int key)
{
	trk_journal_args(fcinfo, first, false, &reader->export);
	trk_journal_pure(fcinfo, key, &reader->policy);
	reader->export.redactor = &reader->policy.redactor;
}

/* Begin to read rows: an array of them, or a single one. */
static void
begin_rows(RowReader *reader, TrkText rows)
{
	reader->table = trk_journal_find(reader->table_name.s, reader->table_name.len);
	reader->nrows = 0;
	trk_json_items(&reader->rows, rows.s, rows.len);
	if (reader->rows.kind == '{')
	{
		reader->rows.kind = '\0';
		reader->rows.p--;
	}
	else if (reader->rows.kind != '[')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows must be a JSON array of objects, or one object")));
}

/*
 * Convert the next row; return false after the last.  The row id is empty when
 * the row could not be read.
 */
static bool
map_next_row(RowReader *reader, TrkText *row_id)
{
	TrkText		name;
	TrkText		text;
	TrkValue	row;
	TrkJsonStatus status;

	CHECK_FOR_INTERRUPTS();
	trk_arena_reset(&reader->arena);
	row_id->len = 0;
	if (!trk_json_next(&reader->rows, &name, &text))
		return false;
	reader->nrows++;
	if (reader->table < 0)
	{
		name = trk_journal_shown(&reader->arena, &reader->policy.redactor, reader->table_name);
		reader->warn(reader->state, trk_journal_unsupported(&reader->arena, name.s, name.len), false);
		return true;
	}
	status = trk_json_read(&reader->arena, text.s, text.len, &row);
	if (status != TRK_JSON_OK)
		warn_unreadable(reader, trk_json_reason(status));
	else if (row.kind != TRK_OBJECT)
		warn_unreadable(reader, "not an object");
	else
		*row_id = trk_journal_row(&reader->arena, &reader->export, reader->table, &row,
								  judge_event, hand_on_warning, reader);
	return true;
}

/* The events of the current row that have not been returned yet. */
typedef struct EventsCall
{
	RowReader	reader;
	TrkWarnings warnings;
	TrkText    *events;
	int			nevents;
	int			room;
	int			next;
} EventsCall;

/*
 * Add an event to be returned.  Its text is in the reader's arena, which lives
 * as long as the row.
 */
static void
keep_event(void *state, TrkText event)
{
	EventsCall *call = state;

	if (call->nevents == call->room)
	{
		call->room *= 2;
		call->events = repalloc(call->events, call->room * sizeof(TrkText));
	}
	call->events[call->nevents++] = event;
}

/* Raise a warning at once (a TrkJournalWarnFn). */
static void
warn_now(void *state, const char *message, bool of_value)
{
	trk_raise_warning(&((EventsCall *) state)->warnings, message);
}

/* Ignore a warning. */
static void
warn_never(void *state, const char *message, bool of_value)
{
}

/* Set up a call of at_journal_events() in the current memory context. */
static EventsCall *
begin_events(FunctionCallInfo fcinfo)
{
	EventsCall *call = palloc0(sizeof(EventsCall));

	trk_refuse_null_args(fcinfo, 4, 2);
	trk_refuse_null_args(fcinfo, 0, 1);
	begin_reader(&call->reader, fcinfo, 2, 6);
	call->reader.table_name = trk_checked_text_arg(PG_GETARG_TEXT_PP(0));
	call->reader.event = keep_event;
	call->reader.warn = PG_GETARG_BOOL(5) ? warn_now : warn_never;
	call->reader.state = call;
	call->room = 4;
	call->events = palloc(call->room * sizeof(TrkText));
	trk_arena_init(&call->reader.arena, CurrentMemoryContext, 8 * 1024);
	if (PG_ARGISNULL(1))
		trk_json_items(&call->reader.rows, "[]", 2);
	else
		begin_rows(&call->reader, trk_text_arg(PG_GETARG_TEXT_PP(1)));
	return call;
}

/* Return the next event, or NULL after the last. */
static text *
next_event(EventsCall *call)
{
	TrkText		row_id;

	while (call->next == call->nevents)
	{
		call->next = call->nevents = 0;
		if (!map_next_row(&call->reader, &row_id))
		{
			trk_raise_rest(&call->warnings);
			return NULL;
		}
	}
	call->next++;
	return trk_server_text_datum(call->events[call->next - 1].s, call->events[call->next - 1].len);
}

TRK_HIDE_CONTEXT_FUNCTION(at_journal_events);
/*
 * at_journal_events(table_name text, rows json, project text, agent_id text,
 * environment text, warnings boolean, identity_key bytea) returns setof json
 */
static Datum
at_journal_events_body(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	text	   *event;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		context->user_fctx = begin_events(fcinfo);
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	event = next_event(context->user_fctx);
	if (event == NULL)
		SRF_RETURN_DONE(context);
	SRF_RETURN_NEXT(context, PointerGetDatum(event));
}

/* The state of a report. */
typedef struct ReportCall
{
	RowReader	reader;
	TrkJournalReport report;
	TrkArena	kept;			/* holds what the report points to */
	TrkText    *warnings;
	Size		room;
	TrkWarnings raised;			/* warnings about values, which the report does not have */
} ReportCall;

/* Count an event. */
static void
count_event(void *state, TrkText event)
{
	ReportCall *call = state;

	call->report.surface[call->reader.table].events++;
}

/* Store a warning if the contract's report has it, and raise it otherwise. */
static void
keep_warning(void *state, const char *message, bool of_value)
{
	ReportCall *call = state;
	Size		len = strlen(message);
	TrkText    *warnings;

	if (of_value)
	{
		trk_raise_warning(&call->raised, message);
		return;
	}
	if (call->report.nwarnings == call->room)
	{
		call->room *= 2;
		warnings = trk_alloc_array(&call->kept, TrkText, call->room);
		memcpy(warnings, call->warnings, call->report.nwarnings * sizeof(TrkText));
		call->warnings = warnings;
		call->report.warnings = warnings;
	}
	call->warnings[call->report.nwarnings].s = trk_arena_copy(&call->kept, message, len);
	call->warnings[call->report.nwarnings++].len = len;
}

/* Count a row, and keep its id when it is one of the first. */
static void
count_row(ReportCall *call, TrkText row_id)
{
	TrkJournalSurface *surface = &call->report.surface[call->reader.table];
	TrkText		shown;

	surface->rows++;
	if (surface->nrefs == TRK_JOURNAL_REFS)
		return;
	shown = trk_journal_shown(&call->reader.arena, &call->reader.policy.redactor, row_id);
	surface->refs[surface->nrefs].s = trk_arena_copy(&call->kept, shown.s, shown.len);
	surface->refs[surface->nrefs++].len = shown.len;
}

/* Convert the rows of one table. */
static void
report_table(ReportCall *call, TrkText name, TrkText rows)
{
	TrkValue	string;
	TrkText		row_id;

	if (trk_json_read(&call->kept, name.s, name.len, &string) != TRK_JSON_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("rows_by_table has a name that cannot be read")));
	call->reader.table_name.s = string.u.str;
	call->reader.table_name.len = string.len;
	begin_rows(&call->reader, rows);
	while (map_next_row(&call->reader, &row_id))
		if (row_id.len > 0)
			count_row(call, row_id);
}

/* Convert all rows. */
static void
report_tables(ReportCall *call, TrkText rows_by_table)
{
	TrkJsonItems tables;
	TrkText		name;
	TrkText		rows;

	trk_json_items(&tables, rows_by_table.s, rows_by_table.len);
	if (tables.kind != '{')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows_by_table must be a JSON object of arrays")));
	while (trk_json_next(&tables, &name, &rows))
		report_table(call, name, rows);
}

/*
 * Return the time of a report as text.  It must be a time that the contract
 * accepts.
 */
static TrkText
report_time(TimestampTz time)
{
	char	   *out = palloc(TRK_ISOTIME_MAX);
	TrkText		text = {out, 0};

	if (!TIMESTAMP_NOT_FINITE(time))
		text.len = trk_isotime_write(time, out);
	if (text.len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("generated_at must be in the years 1 to 9999")));
	return text;
}

/* Return the finished report. */
static Datum
report_datum(ReportCall *call)
{
	TrkBuf		buf;
	text	   *t;

	trk_buf_init(&buf, &call->kept, 16 * 1024);
	trk_buf_append(&buf, "{\"table_counts\":", 16);
	trk_journal_counts_write(&buf, &call->report);
	trk_buf_append(&buf, ",\"warnings\":", 12);
	trk_journal_warnings_write(&buf, &call->report);
	trk_buf_append(&buf, ",\"report\":", 10);
	trk_journal_report_write(&buf, &call->report);
	trk_buf_putc(&buf, '}');
	t = trk_server_text_datum(buf.data, buf.len);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text_to_cstring(t)));
}

TRK_HIDE_CONTEXT_FUNCTION(at_journal_report);
/*
 * at_journal_report(rows_by_table json, project text, agent_id text,
 * environment text, generated_at timestamptz, identity_key bytea) returns jsonb
 */
static Datum
at_journal_report_body(PG_FUNCTION_ARGS)
{
	ReportCall *call = palloc0(sizeof(ReportCall));

	trk_refuse_null_args(fcinfo, 3, 2);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	begin_reader(&call->reader, fcinfo, 1, 5);
	call->report.project = call->reader.export.project;
	call->report.generated_at = report_time(PG_GETARG_TIMESTAMPTZ(4));
	trk_arena_init(&call->reader.arena, CurrentMemoryContext, 64 * 1024);
	trk_arena_init(&call->kept, CurrentMemoryContext, 8 * 1024);
	call->room = 16;
	call->report.warnings = call->warnings = trk_alloc_array(&call->kept, TrkText, call->room);
	call->reader.event = count_event;
	call->reader.warn = keep_warning;
	call->reader.state = call;
	report_tables(call, trk_text_arg(PG_GETARG_TEXT_PP(0)));
	trk_raise_rest(&call->raised);
	return report_datum(call);
}

/* Return the columns of a table in the text form of an array. */
static const char *
columns_text(int table)
{
	const char *const *columns = trk_journal_columns(table);
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; columns[i] != NULL; i++)
		appendStringInfo(&buf, "%c%s", i == 0 ? '{' : ',', columns[i]);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

PG_FUNCTION_INFO_V1(at_journal_tables);
/* at_journal_tables() returns setof (table_name, order_column, event_type, required, columns) */
Datum
at_journal_tables(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
	for (int i = 0; i < TRK_JOURNAL_TABLES; i++)
	{
		const TrkJournalTable *table = trk_journal_table(i);
		const char *values[] = {table->name, table->order_column,
			trk_event_type_name(table->event_type), table->required ? "t" : "f",
		columns_text(i)};

		trk_text_rows_add(&rows, values);
	}
	return (Datum) 0;
}

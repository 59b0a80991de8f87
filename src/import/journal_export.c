/*
 * journal_export.c
 *	  The SQL functions at_journal_schema_events(), which returns the events of
 *	  all journal tables of a schema, those that read one table for views and
 *	  at_journal_coverage(), and _at_row_json().
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "catalog/namespace.h"
#include "json/encoding.h"
#include "funcapi.h"
#include "pgtime.h"
#include "base/hide_context.h"
#include "import/journal_events.h"
#include "import/journal_live.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* The state of an export; run must be the first member. */
typedef struct TrkExportRun
{
	TrkJournalRun run;
	FunctionCallInfo fcinfo;	/* whose set the rows go to */
	bool		with_order;		/* rows have the order of the source's row before the event */
} TrkExportRun;

/* Return the event of a row in canonical form, if it is valid. */
static void
export_event(void *state, TrkEvent *event, TrkText row_id)
{
	TrkExportRun *export = state;
	TrkJournalRun *run = &export->run;
	TrkFindings findings;
	TrkBuf		buf;
	TrkComposite row;
	Datum		text;

	trk_findings_init(&findings, run->arena);
	trk_judge_tree(&run->policy, run->arena, event, &findings);
	if (findings.count > 0)
	{
		if (!run->silent)
			trk_run_warn(run, trk_journal_dropped(run->arena, &run->policy.redactor,
												  run->table, row_id, event, &findings));
		return;
	}
	trk_buf_init(&buf, run->arena, 2048);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	text = PointerGetDatum(trk_server_text_datum(buf.data, buf.len));
	trk_composite_begin_set(&row, export->fcinfo);
	if (export->with_order)
		trk_put_nullable(&row, TimestampTzGetDatum(run->row->order), !run->row->has_order);
	trk_put(&row, text);
	trk_composite_store(&row);
	pfree(DatumGetPointer(text));
}

/* Warn about a row that is not JSON that the contract can read. */
static void
export_unreadable(TrkJournalRun *run, TrkText row, TrkText row_id)
{
	(void) row;
	(void) row_id;
	if (!run->silent)
		trk_run_warn(run, psprintf("%s row skipped because it cannot be read as JSON",
								   trk_journal_table(run->table)->name));
}

/* Raise the warnings. */
static void
export_warnings(const TrkJournalRun *run)
{
	TrkWarnings warnings = {.count = 0};

	for (int64 i = 0; i < Min(run->nwarnings, TRK_READER_WARNINGS); i++)
		trk_raise_warning(&warnings, pnstrdup(run->warnings[i].s, run->warnings[i].len));
	warnings.count = run->nwarnings;
	trk_raise_rest(&warnings);
}

/*
 * Begin an export as a set-returning function; project is the number of that
 * argument.
 */
static TrkExportRun *
export_begin(FunctionCallInfo fcinfo, int project)
{
	TrkExportRun *export = palloc0(sizeof(TrkExportRun));
	TrkJournalRun *run = &export->run;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	export->fcinfo = fcinfo;
	export->with_order = ((ReturnSetInfo *) fcinfo->resultinfo)->setDesc->natts > 1;
	trk_run_begin(run, fcinfo, project);
	run->event = export_event;
	run->unreadable = export_unreadable;
	run->range.stable = true;
	return export;
}

TRK_HIDE_CONTEXT_FUNCTION(at_journal_schema_events);
/*
 * at_journal_schema_events(schema_name, project, agent_id, environment,
 * since, max_rows_per_table) returns setof json
 */
static Datum
at_journal_schema_events_body(PG_FUNCTION_ARGS)
{
	TrkJournalRun *run;

	run = &export_begin(fcinfo, 1)->run;
	trk_run_find_tables(run);
	trk_run_limit(run, fcinfo, 5);
	run->range.newest_first = true;
	run->range.has_since = !PG_ARGISNULL(4);
	if (run->range.has_since)
		run->range.since = PG_GETARG_TIMESTAMPTZ(4);
	for (int i = 0; i < TRK_JOURNAL_TABLES; i++)
		if (trk_run_opens(run, i))
			trk_run_table(run, i);
	export_warnings(run);
	PG_RETURN_NULL();
}

/*
 * Return the table with this name in the rules; an unknown one is an ERROR
 * (22023).
 */
static int
table_arg(FunctionCallInfo fcinfo, int arg)
{
	char	   *name = PG_ARGISNULL(arg) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(arg));

	for (int i = 0; name != NULL && i < TRK_JOURNAL_TABLES; i++)
		if (strcmp(name, trk_journal_table(i)->name) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("table_name must be one of at_journal_tables()")));
}

TRK_HIDE_CONTEXT_FUNCTION(at_journal_table_events);
/*
 * _at_journal_table_events(schema_name, table_name, project, agent_id,
 * environment) returns setof (order_at timestamptz, event json)
 */
static Datum
at_journal_table_events_body(PG_FUNCTION_ARGS)
{
	TrkJournalRun *run;
	int			table;

	run = &export_begin(fcinfo, 2)->run;
	run->silent = true;
	table = table_arg(fcinfo, 1);
	trk_run_find_table(run, table);
	if (trk_run_opens(run, table))
		trk_run_table(run, table);
	export_warnings(run);
	PG_RETURN_NULL();
}

TRK_HIDE_CONTEXT_FUNCTION(at_journal_filled);
/* _at_journal_filled(schema_name, table_name) returns boolean */
static Datum
at_journal_filled_body(PG_FUNCTION_ARGS)
{
	Oid			nsp = LookupExplicitNamespace(NameStr(*PG_GETARG_NAME(0)), false);
	int			number = table_arg(fcinfo, 1);
	const TrkJournalTable *rules = trk_journal_table(number);
	TrkReaderTable table;
	bool		filled;

	trk_reader_find(&table, nsp, rules->name, rules->order_column, trk_journal_columns(number));
	if (!table.readable)
		PG_RETURN_NULL();
	filled = trk_reader_has_rows(&table);
	if (table.sqlstate != 0)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(filled);
}

/* The settings on which the text of a value depends. */
typedef struct TrkTextSettings
{
	pg_tz	   *timezone;
	int			float_digits;
	int bytea;
	int			interval;
	int			date;
} TrkTextSettings;

/* Save the settings in from, and set those in to. */
static void
text_settings(const TrkTextSettings *to, TrkTextSettings *from)
{
	from->timezone = session_timezone;
	from->float_digits = extra_float_digits;
	from->bytea = bytea_output;
	from->interval = IntervalStyle;
	from->date = DateStyle;
	session_timezone = to->timezone;
	extra_float_digits = to->float_digits;
	bytea_output = to->bytea;
	IntervalStyle = to->interval;
	DateStyle = to->date;
}

TRK_HIDE_CONTEXT_FUNCTION(at_row_json);
/* _at_row_json(row record) returns json: the same text in every session */
static Datum
at_row_json_body(PG_FUNCTION_ARGS)
{
	TrkTextSettings ours = {NULL, 1, BYTEA_OUTPUT_HEX, INTSTYLE_POSTGRES, USE_ISO_DATES};
	TrkTextSettings session;
	Datum		result;

	ours.timezone = pg_tzset("UTC");
	text_settings(&ours, &session);
	PG_TRY();
	{
		result = DirectFunctionCall1(row_to_json, PG_GETARG_DATUM(0));
	}
	PG_FINALLY();
	{
		text_settings(&session, &ours);
	}
	PG_END_TRY();
	PG_RETURN_DATUM(result);
}

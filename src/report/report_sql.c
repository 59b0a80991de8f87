/*
 * report_sql.c
 *	  The SQL functions at_report_html() and at_report_markdown(): read the parts of
 *	  a report with the rights of the caller, make its page, write it.
 *
 * Each part is read in a subtransaction: what the caller may not read is left out
 * of the page, and the page says so.
 */
#include "base/trk.h"

#include <math.h>

#include "base/compat.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "base/subxact.h"
#include "base/text.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "json/encoding.h"
#include "report/format.h"
#include "report/report.h"
#include "report/trace_read.h"
#include "store/store.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Arguments of at_report_html(). */
#define REPORT_ARGS		6

/*
 * What reads each part: $1 the scope, $2 the trade; %s the schema.  The members of
 * the scope and of the trade are read as the other parts are.
 */
static const char *const queries[TRK_PARTS] = {
	[TRK_PART_SCOPE] = ("SELECT ($1).project, ($1).agent_id, ($1).environment, ($1).tz, ($1).others, w.*"
						" FROM %s._at_report_window($1) w"),
	[TRK_PART_HEAD] = "SELECT * FROM %s._at_report_head($1)",
	[TRK_PART_ACCOUNTS] = "SELECT * FROM %s._at_report_accounts($1)",
	[TRK_PART_DAYS] = "SELECT * FROM %s._at_report_days($1)",
	[TRK_PART_POINTS] = "SELECT * FROM %s._at_report_points($1)",
	[TRK_PART_MARKS] = "SELECT * FROM %s._at_report_marks($1)",
	[TRK_PART_TRADE] = "SELECT t.* FROM %s._at_report_trade_of($1, $2) t WHERE t.agent_id IS NOT NULL",
	[TRK_PART_STRIP] = "SELECT * FROM %s._at_report_strip($1, $2)",
	[TRK_PART_RUN] = "SELECT * FROM %s._at_report_run($1, $2)",
	[TRK_PART_DIFFERENCES] = "SELECT * FROM %s._at_report_differences($1)",
	[TRK_PART_DOUBTS] = "SELECT * FROM %s._at_report_doubts($1)",
	[TRK_PART_DECIDED] = "SELECT * FROM %s._at_report_decided($1)",
	[TRK_PART_EVENTS] = "SELECT * FROM %s._at_report_events($1)",
	[TRK_PART_AGENTS] = "SELECT * FROM %s._at_report_agents($1)",
	[TRK_PART_SYMBOLS] = "SELECT * FROM %s._at_report_symbols($1)",
	[TRK_PART_TRADES] = "SELECT * FROM %s._at_report_trades($1)",
	[TRK_PART_BLOCKS] = "SELECT * FROM %s._at_report_blocks($1)",
	[TRK_PART_POSITIONS] = "SELECT * FROM %s._at_report_positions($1)",
	[TRK_PART_ERRORS] = "SELECT * FROM %s._at_report_errors($1)",
	[TRK_PART_MODELS] = "SELECT * FROM %s._at_report_models($1)",
	[TRK_PART_COSTS] = "SELECT * FROM %s._at_report_costs($1)",
	[TRK_PART_HANDOFFS] = "SELECT * FROM %s._at_report_handoffs($1)",
	[TRK_PART_DRIFT] = "SELECT * FROM %s._at_report_drift($1)",
	[TRK_PART_RECONCILED] = "SELECT * FROM %s._at_report_reconciled($1)",
	[TRK_PART_READINESS] = "SELECT * FROM %s._at_report_readiness($1)"
};

static const char scope_query[] = "SELECT %s._at_report_scope_of($1, $2, $3, $4, $5, $6)";
static const char trade_query[] = "SELECT %s._at_report_worst($1)";
static const char ticks_query[] = "SELECT * FROM %s._at_report_ticks($1, $2, $3)";

/* The read of a report. */
typedef struct Reader
{
	const char *schema;
	TrkArena   *arena;
	MemoryContext context;		/* of the arena */
	Oid			types[2];		/* of the scope and the trade */
	Datum		values[2];
	char		nulls[2];
	TrkWindowReport *report;
	TrkPart		part;			/* that is read now */
} Reader;

/* Run a query as the caller. */
static void
run_query(const Reader *reader, const char *query, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	if (SPI_execute_with_args(psprintf(query, reader->schema), nargs, (Oid *) types, (Datum *) values, nulls, true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
}

/* Return the text of a column as UTF-8, in the arena. */
static TrkText
text_of(const Reader *reader, uint64 row, int column)
{
	char	   *s = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
	TrkText		text;

	if (s == NULL)
		return (TrkText) {"", 0};
	text = trk_text_copy(reader->arena, trk_checked_utf8(s, strlen(s)));
	pfree(s);
	return text;
}

/* Keep the rows of a query. */
static void
keep_rows(const Reader *reader, TrkPartRows *rows)
{
	rows->nrows = (int) SPI_processed;
	rows->ncolumns = SPI_tuptable->tupdesc->natts;
	rows->cells = trk_alloc_array(reader->arena, TrkText, (Size) rows->nrows * rows->ncolumns + 1);
	for (int i = 0; i < rows->nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < rows->ncolumns; j++)
			rows->cells[i * rows->ncolumns + j] = text_of(reader, i, j + 1);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Read the part that is to be read; a TrkSubxactFn. */
static void
read_part(void *arg)
{
	Reader	   *reader = arg;

	run_query(reader, queries[reader->part], 2, reader->types, reader->values, reader->nulls);
	keep_rows(reader, &reader->report->parts[reader->part]);
}

/* Read a value of a row type with a query, and keep it. */
static void
read_value(Reader *reader, const char *query, int place, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	bool		isnull;
	Datum		value;
	MemoryContext old;

	run_query(reader, query, nargs, types, values, nulls);
	reader->types[place] = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
	value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	reader->nulls[place] = isnull ? 'n' : ' ';
	old = MemoryContextSwitchTo(reader->context);
	reader->values[place] = isnull ? (Datum) 0 : datumCopy(value, false, -1);
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
}

/* Read the trade that is followed; a TrkSubxactFn. */
static void
read_trade(void *arg)
{
	Reader	   *reader = arg;

	read_value(reader, trade_query, 1, 1, reader->types, reader->values, reader->nulls);
}

/* Read the run that is shown; a TrkSubxactFn. */
static void
read_trace(void *arg)
{
	Reader	   *reader = arg;
	TrkWindowReport *report = reader->report;
	TrkText		run = trk_part_cell(report, TRK_PART_RUN, 0, RUN_ID);
	TrkText		project = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_PROJECT);
	TrkText		zone = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE);
	Datum		values[3];
	TrkTrace   *trace;

	if (run.len == 0)
		return;
	values[0] = PointerGetDatum(trk_server_text_datum(run.s, run.len));
	values[1] = PointerGetDatum(trk_server_text_datum(project.s, project.len));
	values[2] = PointerGetDatum(trk_server_text_datum(zone.s, zone.len));
	trace = trk_alloc(reader->arena, sizeof(TrkTrace));
	trk_trace_read(trace, reader->arena, reader->schema, values, "   ");
	report->trace = trace;
}

/* Read the labels of the axis of time of the points; a TrkSubxactFn. */
static void
read_ticks(void *arg)
{
	static const Oid types[] = {FLOAT8OID, FLOAT8OID, TEXTOID};
	Reader	   *reader = arg;
	TrkWindowReport *report = reader->report;
	TrkText		zone = trk_part_cell(report, TRK_PART_SCOPE, 0, SCOPE_ZONE);
	double		first = INFINITY;
	double		last = -INFINITY;
	Datum		values[3];

	for (int i = 0; i < report->parts[TRK_PART_POINTS].nrows; i++)
	{
		first = Min(first, trk_part_number(report, TRK_PART_POINTS, i, POINT_X));
		last = Max(last, trk_part_number(report, TRK_PART_POINTS, i, POINT_X));
	}
	if (!(first <= last))
		return;
	values[0] = Float8GetDatum(first);
	values[1] = Float8GetDatum(last);
	values[2] = PointerGetDatum(trk_server_text_datum(zone.s, zone.len));
	run_query(reader, ticks_query, 3, types, values, "   ");
	report->nticks = (int) SPI_processed;
	report->ticks = trk_alloc_array(reader->arena, TrkChartTick, report->nticks + 1);
	for (int i = 0; i < report->nticks; i++)
	{
		bool		isnull;

		report->ticks[i].x = DatumGetFloat8(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));
		report->ticks[i].label = text_of(reader, i, 2);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Run what reads; returns false when the caller may not read what it reads. */
static bool
attempt(Reader *reader, TrkSubxactFn fn)
{
	ErrorData  *error = trk_attempt(fn, reader);

	if (error == NULL)
		return true;
	if (error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		ReThrowError(error);
	FreeErrorData(error);
	return false;
}

/* Read all parts. */
static void
read_parts(Reader *reader)
{
	TrkWindowReport *report = reader->report;

	for (int part = TRK_PART_SCOPE; part < TRK_PARTS; part++)
	{
		if (part == TRK_PART_TRADE && !attempt(reader, read_trade))
			report->parts[part].denied = report->parts[TRK_PART_STRIP].denied = true;
		if ((part == TRK_PART_TRADE || part == TRK_PART_STRIP) && reader->nulls[1] == 'n')
			continue;
		reader->part = part;
		if (!attempt(reader, read_part))
			report->parts[part] = (TrkPartRows) {.denied = true};
	}
	(void) attempt(reader, read_ticks);
	(void) attempt(reader, read_trace);
}

/* Read a report and make its page. */
static void
make_page(FunctionCallInfo fcinfo, TrkPage *page, TrkArena *arena, MemoryContext context)
{
	static const Oid types[REPORT_ARGS] = {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID};
	TrkStore   *store = trk_store_open(fcinfo, false);
	TrkWindowReport report = {0};
	Reader		reader = {.arena = arena, .context = context, .report = &report, .nulls = {'n', 'n'}};
	Datum		values[REPORT_ARGS];
	char		nulls[REPORT_ARGS];

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	reader.schema = quote_identifier(get_namespace_name(store->nsp));
	for (int i = 0; i < REPORT_ARGS; i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	read_value(&reader, scope_query, 0, REPORT_ARGS, types, values, nulls);
	reader.types[1] = trk_store_type(store, "_at_report_trade");
	read_parts(&reader);
	SPI_finish();
	trk_window_report_page(&report, page, arena);
}

/* Return the page of a report as a text. */
static Datum
write_page(FunctionCallInfo fcinfo, void (*writer) (const TrkPage *page, TrkBuf *out))
{
	MemoryContext context;
	TrkArena	arena;
	TrkPage		page;
	TrkBuf		out;
	text	   *result;

	trk_refuse_null_args(fcinfo, 4, 1);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker report", ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&arena, context, 65536);
	make_page(fcinfo, &page, &arena, context);
	trk_buf_init(&out, &arena, 65536);
	writer(&page, &out);
	result = trk_server_text_datum(out.data, out.len);
	MemoryContextDelete(context);
	return PointerGetDatum(result);
}

TRK_HIDE_CONTEXT_FUNCTION(at_report_html);
/* at_report_html(project, agent_id, since, until, tz, environment) */
static Datum
at_report_html_body(PG_FUNCTION_ARGS)
{
	return write_page(fcinfo, trk_page_html);
}

TRK_HIDE_CONTEXT_FUNCTION(at_report_markdown);
/* at_report_markdown(project, agent_id, since, until, tz, environment) */
static Datum
at_report_markdown_body(PG_FUNCTION_ARGS)
{
	return write_page(fcinfo, trk_page_markdown);
}

/* Return a text that lives in an arena for the call as a text of the database. */
static Datum
text_in_arena(FunctionCallInfo fcinfo, TrkText (*make) (FunctionCallInfo fcinfo, TrkArena *arena))
{
	TrkArena	arena;
	TrkText		text;

	trk_arena_init(&arena, CurrentMemoryContext, 256);
	text = make(fcinfo, &arena);
	return PointerGetDatum(cstring_to_text_with_len(text.s, (int) text.len));
}

/* Make a grouped number. */
static TrkText
make_grouped(FunctionCallInfo fcinfo, TrkArena *arena)
{
	return trk_format_decimal(arena, trk_text_arg(PG_GETARG_TEXT_PP(0)), PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(at_report_grouped);
/* _at_report_grouped(number, plus) */
Datum
at_report_grouped(PG_FUNCTION_ARGS)
{
	return text_in_arena(fcinfo, make_grouped);
}

/* Make a duration. */
static TrkText
make_duration(FunctionCallInfo fcinfo, TrkArena *arena)
{
	return trk_format_ms(arena, PG_GETARG_FLOAT8(0));
}

PG_FUNCTION_INFO_V1(at_report_duration);
/* _at_report_duration(ms) */
Datum
at_report_duration(PG_FUNCTION_ARGS)
{
	return text_in_arena(fcinfo, make_duration);
}

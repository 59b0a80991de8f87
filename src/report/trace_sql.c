/*
 * trace_sql.c
 *	  The SQL functions at_report_run() and at_trace_markdown(): read a run with
 *	  the rights of the caller, make its page, write it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "json/encoding.h"
#include "report/trace_read.h"
#include "store/store.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* What reads a trace: $1 the run, $2 the project or NULL, $3 the zone. */
static const char runs_query[] = "SELECT * FROM %s._at_trace_runs($1, $2, $3)";
static const char steps_query[] = "SELECT * FROM %s._at_trace_steps($1, $2)";
static const char errors_query[] = "SELECT * FROM %s._at_trace_errors($1, $2, $3)";

/* Columns of _at_trace_runs(). */
enum
{
	RUN_PROJECT = 1,
	RUN_AGENT_ID,
	RUN_ENVIRONMENT,
	RUN_TYPE,
	RUN_STATUS,
	RUN_STARTED,
	RUN_ENDED,
	RUN_DURATION,
	RUN_SILENT,
	RUN_BUILD_ID,
	RUN_MODELS,
	RUN_EVENTS,
	RUN_TOKENS,
	RUN_COST,
	RUN_NET_PNL,
	RUN_OK,
	RUN_FLAGS,
	RUN_BEGAN
};

/* Columns of _at_trace_steps(). */
enum
{
	STEP_DEPTH = 1,
	STEP_KIND,
	STEP_NAME,
	STEP_STATUS,
	STEP_OK,
	STEP_BEGAN,
	STEP_ENDED,
	STEP_TOTAL,
	STEP_SELF,
	STEP_COST,
	STEP_ATTEMPT,
	STEP_FLAGS,
	STEP_ERROR,
	STEP_SAID,
	STEP_IN,
	STEP_OUT
};

/* A row of a query. */
typedef struct Row
{
	HeapTuple	tuple;
	TupleDesc	desc;
	TrkArena   *arena;
} Row;

/* The read of a trace. */
typedef struct Reader
{
	const char *schema;
	Oid			types[3];
	Datum		values[3];
	char		nulls[3];
	TrkArena   *arena;
} Reader;

/* Return a text of the database as UTF-8, in the arena. */
static TrkText
utf8_text(TrkArena *arena, const char *s, Size len)
{
	return trk_text_copy(arena, trk_checked_utf8(s, len));
}

/* Return a text column, of length 0 for NULL. */
static TrkText
text_column(const Row *row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(row->tuple, row->desc, column, &isnull);
	text	   *t;

	if (isnull)
		return (TrkText) {"", 0};
	t = DatumGetTextPP(value);
	return utf8_text(row->arena, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

/* Return a float8 column, or -1 for NULL. */
static double
float_column(const Row *row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(row->tuple, row->desc, column, &isnull);

	return isnull ? -1 : DatumGetFloat8(value);
}

/* Return a bigint column, or -1 for NULL. */
static int64
count_column(const Row *row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(row->tuple, row->desc, column, &isnull);

	return isnull ? -1 : DatumGetInt64(value);
}

/* Return an integer column, or 0 for NULL. */
static int
int_column(const Row *row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(row->tuple, row->desc, column, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

/* Return a boolean column that says whether something succeeded. */
static TrkOutcome
outcome_column(const Row *row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(row->tuple, row->desc, column, &isnull);

	return isnull ? TRK_OUTCOME_UNDECIDED : DatumGetBool(value) ? TRK_OUTCOME_SUCCEEDED : TRK_OUTCOME_FAILED;
}

/* Return the text of a value of jsonb: of a string itself, else JSON. */
static TrkText
value_text(TrkArena *arena, JsonbValue *value)
{
	char	   *json;

	if (value->type == jbvString)
		return utf8_text(arena, value->val.string.val, value->val.string.len);
	json = value->type == jbvBinary ?
		JsonbToCString(NULL, value->val.binary.data, value->val.binary.len) :
		JsonbToCString(NULL, &JsonbValueToJsonb(value)->root, -1);
	return utf8_text(arena, json, strlen(json));
}

/* Read the members of an object; returns how many there are. */
static int
object_column(const Row *row, int column, TrkTraceValue **values)
{
	bool		isnull;
	Datum		datum = SPI_getbinval(row->tuple, row->desc, column, &isnull);
	Jsonb	   *object;
	JsonbIterator *it;
	JsonbValue	value;
	JsonbIteratorToken token;
	int			n = 0;

	*values = NULL;
	if (isnull)
		return 0;
	object = DatumGetJsonbP(datum);
	*values = trk_alloc_array(row->arena, TrkTraceValue, JB_ROOT_COUNT(object) + 1);
	it = JsonbIteratorInit(&object->root);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			(*values)[n].name = utf8_text(row->arena, value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
			(*values)[n++].value = value_text(row->arena, &value);
	}
	return n;
}

/* Run a query as the caller. */
static void
run_query(Reader *reader, const char *query, int nargs)
{
	if (SPI_execute_with_args(psprintf(query, reader->schema), nargs, reader->types, reader->values,
							  reader->nulls, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
}

/* Read the runs; returns when the first of them began, in milliseconds since 1970. */
static double
read_runs(Reader *reader, TrkTrace *trace)
{
	double		began = 0;

	run_query(reader, runs_query, 3);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no such run"),
				 errhint("SELECT run_id FROM at_run ORDER BY last_at DESC LIMIT 10 lists the last ones.")));
	trace->nruns = (int) SPI_processed;
	trace->runs = trk_alloc_array(reader->arena, TrkTraceRun, trace->nruns);
	for (int i = 0; i < trace->nruns; i++)
	{
		Row			row = {SPI_tuptable->vals[i], SPI_tuptable->tupdesc, reader->arena};
		TrkTraceRun *run = &trace->runs[i];

		run->project = text_column(&row, RUN_PROJECT);
		run->agent_id = text_column(&row, RUN_AGENT_ID);
		run->environment = text_column(&row, RUN_ENVIRONMENT);
		run->run_type = text_column(&row, RUN_TYPE);
		run->status = text_column(&row, RUN_STATUS);
		run->started = text_column(&row, RUN_STARTED);
		run->ended = text_column(&row, RUN_ENDED);
		run->build_id = text_column(&row, RUN_BUILD_ID);
		run->models = text_column(&row, RUN_MODELS);
		run->cost_usd = text_column(&row, RUN_COST);
		run->net_pnl = text_column(&row, RUN_NET_PNL);
		run->flags = text_column(&row, RUN_FLAGS);
		run->duration_ms = float_column(&row, RUN_DURATION);
		run->silent_ms = float_column(&row, RUN_SILENT);
		run->events = count_column(&row, RUN_EVENTS);
		run->tokens = count_column(&row, RUN_TOKENS);
		run->outcome = outcome_column(&row, RUN_OK);
		began = i == 0 ? float_column(&row, RUN_BEGAN) : Min(began, float_column(&row, RUN_BEGAN));
	}
	return began;
}

/* Read a step, whose times count from the begin of the trace. */
static void
read_step(const Row *row, TrkTraceStep *step, double origin)
{
	double		began = float_column(row, STEP_BEGAN);
	double		ended = float_column(row, STEP_ENDED);

	step->depth = int_column(row, STEP_DEPTH);
	step->kind = text_column(row, STEP_KIND);
	step->name = text_column(row, STEP_NAME);
	step->status = text_column(row, STEP_STATUS);
	step->cost_usd = text_column(row, STEP_COST);
	step->flags = text_column(row, STEP_FLAGS);
	step->error = text_column(row, STEP_ERROR);
	step->said = text_column(row, STEP_SAID);
	step->attempt = int_column(row, STEP_ATTEMPT);
	step->began = began < 0 ? -1 : Max(began - origin, 0);
	step->ended = ended < 0 ? -1 : Max(ended - origin, 0);
	step->total_ms = float_column(row, STEP_TOTAL);
	step->self_ms = float_column(row, STEP_SELF);
	step->outcome = outcome_column(row, STEP_OK);
	step->nin = object_column(row, STEP_IN, &step->went_in);
	step->nout = object_column(row, STEP_OUT, &step->came_out);
}

/* Read the steps. */
static void
read_steps(Reader *reader, TrkTrace *trace, double origin)
{
	run_query(reader, steps_query, 2);
	trace->nsteps = (int) SPI_processed;
	trace->steps = trk_alloc_array(reader->arena, TrkTraceStep, trace->nsteps + 1);
	for (int i = 0; i < trace->nsteps; i++)
	{
		Row			row = {SPI_tuptable->vals[i], SPI_tuptable->tupdesc, reader->arena};

		CHECK_FOR_INTERRUPTS();
		read_step(&row, &trace->steps[i], origin);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Read the errors that the run recorded. */
static void
read_errors(Reader *reader, TrkTrace *trace)
{
	run_query(reader, errors_query, 3);
	trace->nerrors = (int) SPI_processed;
	trace->errors = trk_alloc_array(reader->arena, TrkTraceError, trace->nerrors + 1);
	for (int i = 0; i < trace->nerrors; i++)
	{
		Row			row = {SPI_tuptable->vals[i], SPI_tuptable->tupdesc, reader->arena};

		CHECK_FOR_INTERRUPTS();
		trace->errors[i] = (TrkTraceError)
		{
			text_column(&row, 1), text_column(&row, 2), text_column(&row, 3), text_column(&row, 4),
				text_column(&row, 5)
		};
	}
}

/* Read a run. */
void
trk_trace_read(TrkTrace *trace, TrkArena *arena, const char *schema, const Datum *values, const char *nulls)
{
	Reader		reader = {.schema = schema, .types = {TEXTOID, TEXTOID, TEXTOID}, .arena = arena};
	double		origin;

	memset(trace, 0, sizeof(*trace));
	memcpy(reader.values, values, sizeof(reader.values));
	memcpy(reader.nulls, nulls, sizeof(reader.nulls));
	trace->run_id = trk_text_copy(arena, trk_text_arg(DatumGetTextPP(values[0])));
	trace->zone = trk_text_copy(arena, trk_text_arg(DatumGetTextPP(values[2])));
	origin = read_runs(&reader, trace);
	read_steps(&reader, trace, origin);
	read_errors(&reader, trace);
}

/* Read a run and make its page. */
static void
make_page(FunctionCallInfo fcinfo, TrkPage *page, TrkArena *arena)
{
	TrkStore   *store = trk_store_open(fcinfo, false);
	TrkTrace	trace;
	Datum		values[3];
	char		nulls[3];

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int i = 0; i < 3; i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	trk_trace_read(&trace, arena, quote_identifier(get_namespace_name(store->nsp)), values, nulls);
	SPI_finish();
	trk_trace_page(&trace, page, arena);
}

/* Return the page of a run as a text. */
static Datum
write_page(FunctionCallInfo fcinfo, void (*writer) (const TrkPage *page, TrkBuf *out))
{
	MemoryContext context;
	TrkArena	arena;
	TrkPage		page;
	TrkBuf		out;
	text	   *result;

	trk_refuse_null_args(fcinfo, 2, 1);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker report", ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&arena, context, 65536);
	make_page(fcinfo, &page, &arena);
	trk_buf_init(&out, &arena, 65536);
	writer(&page, &out);
	result = trk_server_text_datum(out.data, out.len);
	MemoryContextDelete(context);
	return PointerGetDatum(result);
}

TRK_HIDE_CONTEXT_FUNCTION(at_report_run);
/* at_report_run(run_id, project, tz) */
static Datum
at_report_run_body(PG_FUNCTION_ARGS)
{
	return write_page(fcinfo, trk_page_html);
}

TRK_HIDE_CONTEXT_FUNCTION(at_trace_markdown);
/* at_trace_markdown(run_id, project, tz) */
static Datum
at_trace_markdown_body(PG_FUNCTION_ARGS)
{
	return write_page(fcinfo, trk_page_markdown);
}

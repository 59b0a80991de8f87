/*
 * sample_sql.c
 *	  The SQL function at_sample_day(): a sample as rows.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "funcapi.h"
#include "json/encoding.h"
#include "mb/pg_wchar.h"
#include "sample/sample.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

/* The arguments of at_sample_day(). */
enum
{
	ARG_START,
	ARG_DAYS,
	ARG_AGENTS,
	ARG_MESSY,
	ARG_PROJECT,
	ARG_PRIVATE,
	ARG_BAD,
	ARG_REPEAT,
	ARG_SEED,
	ARG_MISTAKES,
	ARG_SHIFT
};

/*
 * The most days of a call: forty years, far more than anybody needs and far
 * from any overflow.
 */
#define MAX_DAYS	10000

/* What the arena of a sample is made of: all its buffers fit in one chunk. */
#define ARENA_CHUNK	(256 * 1024)

typedef struct SampleRows
{
	ReturnSetInfo *result;
	MemoryContext row_context;	/* reset for each row */
} SampleRows;

/*
 * Add a line as a row.  A line that a text of this database cannot hold is left
 * out: bad lines may not be UTF-8, and private material is not ASCII.
 */
static void
add_line(void *arg, const char *line, Size len)
{
	SampleRows *rows = arg;
	MemoryContext old;

	if (!pg_verify_mbstr(PG_UTF8, line, (int) len, true) || !trk_server_can_hold(line, len))
		return;
	old = MemoryContextSwitchTo(rows->row_context);
	trk_store_single(rows->result, PointerGetDatum(trk_server_text_datum(line, len)));
	MemoryContextSwitchTo(old);
	MemoryContextReset(rows->row_context);
}

/* Raise an error about an argument that is out of its bounds. */
static pg_noinline void
refuse_argument(const char *name, const char *bounds)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" must be %s", name, bounds)));
}

/* Read a percentage, as a share. */
static int64
share_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	float8		value = PG_GETARG_FLOAT8(n);

	if (!(value >= 0 && value <= 90))
		refuse_argument(name, "between 0 and 90");
	return (int64) (value * (TRK_SAMPLE_SHARE / 100) + 0.5);
}

/* Read the project.  The result is in the current memory context. */
static const char *
project_arg(FunctionCallInfo fcinfo)
{
	char	   *project = text_to_cstring(PG_GETARG_TEXT_PP(ARG_PROJECT));

	if (!trk_sample_is_project(project, strlen(project)))
		refuse_argument("project",
						"1 to 64 letters, digits, \".\", \"_\" and \"-\" of ASCII");
	return project;
}

/* Read the first day and the number of days. */
static void
days_args(FunctionCallInfo fcinfo, TrkSampleOptions *options)
{
	DateADT		start = PG_GETARG_DATEADT(ARG_START);
	int32		days = PG_GETARG_INT32(ARG_DAYS);

	if (days < 1 || days > MAX_DAYS)
		refuse_argument("days", "between 1 and 10000");
	/* infinite dates are beyond both ends; two days of a week are not written */
	if (start < TRK_SAMPLE_FIRST_DAY ||
		(int64) start + days + (days / 5 + 1) * 2 > TRK_SAMPLE_LAST_DAY)
		refuse_argument("start", "a date from 1970 to 9999 that leaves room for the days");
	options->start = start;
	options->days = days;
}

/* Read all arguments. */
static void
read_args(FunctionCallInfo fcinfo, TrkSampleOptions *options)
{
	trk_refuse_null_args(fcinfo, 0, ARG_SHIFT);
	trk_sample_set_defaults(options);
	days_args(fcinfo, options);
	options->agents = PG_GETARG_INT32(ARG_AGENTS);
	if (options->agents < 1 || options->agents > TRK_SAMPLE_MAX_AGENTS)
		refuse_argument("agents", "between 1 and 64");
	options->messy = PG_GETARG_BOOL(ARG_MESSY);
	options->mistakes = PG_GETARG_BOOL(ARG_MISTAKES);
	options->project = project_arg(fcinfo);
	options->private_share = share_arg(fcinfo, ARG_PRIVATE, "private_pct");
	options->bad_share = share_arg(fcinfo, ARG_BAD, "bad_pct");
	options->repeat_share = share_arg(fcinfo, ARG_REPEAT, "repeat_pct");
	options->seed = (uint64) PG_GETARG_INT64(ARG_SEED);
	if (!PG_ARGISNULL(ARG_SHIFT))
		options->shift_day = PG_GETARG_DATEADT(ARG_SHIFT);
}

TRK_HIDE_CONTEXT_FUNCTION(at_sample_day);
/* at_sample_day(start, days, agents, messy, project, ...) returns setof text */
static Datum
at_sample_day_body(PG_FUNCTION_ARGS)
{
	TrkSampleOptions options;
	TrkSampleDesk *sample;
	TrkArena	arena;
	SampleRows	rows;

	read_args(fcinfo, &options);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rows.result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows.row_context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker sample row",
											 ALLOCSET_DEFAULT_SIZES);
	trk_arena_init(&arena, CurrentMemoryContext, ARENA_CHUNK);
	sample = trk_sample_begin(&arena, &options, add_line, &rows);
	while (trk_sample_next_day(sample))
		;
	trk_arena_free(&arena);
	MemoryContextDelete(rows.row_context);
	return (Datum) 0;
}

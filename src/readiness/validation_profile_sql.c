/*
 * validation_profile_sql.c
 *	  The SQL functions over validation profiles: over the store, over json[],
 *	  and over JSON lines that are not stored.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "json/json_document.h"
#include "json/encoding.h"
#include "store/event_source.h"
#include "json/json_cause.h"
#include "ingest/line.h"
#include "readiness/readiness_json.h"
#include "readiness/validation_profile.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/*
 * The number of arguments after the profile's name that select stored events.
 */
#define TRK_STORE_ARGS			5
#define TRK_ARRAY_ARGS			1

/* The most violations that an error shows. */
#define TRK_SHOWN_VIOLATIONS	20

/* The most violations that a check of lines lists; all are counted. */
#define TRK_LISTED_VIOLATIONS	10000

/* Return the validation profile that an argument names; NULL is an ERROR. */
static const TrkProfile *
profile_arg(FunctionCallInfo fcinfo, int arg)
{
	trk_refuse_null_args(fcinfo, arg, 1);
	return trk_profile_lookup(text_to_cstring(PG_GETARG_TEXT_PP(arg)));
}

/* Begin a validation with the options in the arguments arg and arg + 1. */
static void
init_run(TrkProfileRun *run, FunctionCallInfo fcinfo, const TrkProfile *profile, int arg,
		 TrkViolationFn report, void *state)
{
	run->profile = profile;
	run->strict_mistakes = PG_GETARG_BOOL(arg);
	run->allow_full_io = PG_GETARG_BOOL(arg + 1);
	run->report = report;
	run->state = state;
	trk_profile_begin(run);
}

/* Validate one event of a source (a TrkEventFn). */
static void
see_event(void *state, TrkArena *arena, TrkText text)
{
	trk_profile_event(state, arena, text, 0);
}

/* Validate the events of a source; nargs is the number of its arguments. */
static void
run_over(FunctionCallInfo fcinfo, TrkEventSource *source, int nargs, TrkProfileRun *run,
		 TrkViolationFn report, void *state)
{
	trk_refuse_null_args(fcinfo, 1 + nargs, 2);
	init_run(run, fcinfo, profile_arg(fcinfo, 0), 1 + nargs, report, state);
	trk_source_each(source, see_event, run);
	trk_profile_end(run);
}

/* Make a text datum of a literal, or of a text in UTF-8. */
static Datum
text_datum(const char *s)
{
	return PointerGetDatum(trk_server_text_datum(s, strlen(s)));
}

/* Add a violation as a row. */
static void
report_row(void *state, const TrkViolation *violation)
{
	TrkComposite row;

	trk_composite_begin_set(&row, state);
	if (violation->event_id.len == 0)
		trk_put_null(&row);
	else
		trk_put(&row, PointerGetDatum(trk_server_text_datum(violation->event_id.s,
															violation->event_id.len)));
	trk_put(&row, text_datum(violation->path));
	trk_put(&row, text_datum(violation->rule));
	trk_put(&row, text_datum(violation->message));
	trk_composite_store(&row);
}

TRK_HIDE_CONTEXT_FUNCTION(at_validate_set);
/*
 * at_validate_set(profile, project, agent_id, environment, since, until,
 * strict_mistakes, allow_full_io) returns setof (event_id, path, rule, message)
 */
static Datum
at_validate_set_body(PG_FUNCTION_ARGS)
{
	TrkProfileRun run;

	InitMaterializedSRF(fcinfo, 0);
	run_over(fcinfo, trk_source_store(fcinfo, 1, false), TRK_STORE_ARGS, &run, report_row,
			 fcinfo);
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_validate_set_of_events);
/*
 * at_validate_set(profile, events json[], strict_mistakes, allow_full_io)
 * returns setof (event_id, path, rule, message)
 */
static Datum
at_validate_set_of_events_body(PG_FUNCTION_ARGS)
{
	TrkProfileRun run;

	InitMaterializedSRF(fcinfo, 0);
	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	run_over(fcinfo, trk_source_array(fcinfo, 1), TRK_ARRAY_ARGS, &run, report_row,
			 fcinfo);
	return (Datum) 0;
}

/* The first violations, for the detail of an error. */
typedef struct TrkComplaint
{
	StringInfoData text;		/* the detail, in UTF-8 */
	int			shown;
} TrkComplaint;

/* Add a violation as a line of the detail. */
static void
report_detail(void *state, const TrkViolation *violation)
{
	TrkComplaint *complaint = state;

	if (complaint->shown++ >= TRK_SHOWN_VIOLATIONS)
		return;
	if (complaint->text.len > 0)
		appendStringInfoChar(&complaint->text, '\n');
	if (violation->event_id.len > 0)
	{
		appendBinaryStringInfo(&complaint->text, violation->event_id.s,
							   (int) violation->event_id.len);
		appendStringInfoString(&complaint->text, ": ");
	}
	if (violation->path[0] != '\0')
		appendStringInfo(&complaint->text, "%s: ", violation->path);
	appendStringInfo(&complaint->text, "%s (%s)", violation->message, violation->rule);
}

/* Raise an error unless a source passes the profile. */
static void
assert_over(FunctionCallInfo fcinfo, TrkEventSource *source, int nargs)
{
	TrkComplaint complaint = {{0}};
	TrkProfileRun run;

	initStringInfo(&complaint.text);
	run_over(fcinfo, source, nargs, &run, report_detail, &complaint);
	if (run.violations == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg_plural("events do not pass profile %s: %lld violation",
						   "events do not pass profile %s: %lld violations",
						   (unsigned long) run.violations,
						   run.profile->name, (long long) run.violations),
			 errdetail_internal("%s", text_to_cstring(trk_server_text_datum(complaint.text.data,
																			complaint.text.len))),
			 errhint("at_validate_set() lists them all.")));
}

TRK_HIDE_CONTEXT_FUNCTION(at_assert_profile);
/* at_assert_profile(as at_validate_set) returns void */
static Datum
at_assert_profile_body(PG_FUNCTION_ARGS)
{
	assert_over(fcinfo, trk_source_store(fcinfo, 1, false), TRK_STORE_ARGS);
	PG_RETURN_VOID();
}

TRK_HIDE_CONTEXT_FUNCTION(at_assert_profile_of_events);
/* at_assert_profile(as at_validate_set) returns void */
static Datum
at_assert_profile_of_events_body(PG_FUNCTION_ARGS)
{
	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	assert_over(fcinfo, trk_source_array(fcinfo, 1), TRK_ARRAY_ARGS);
	PG_RETURN_VOID();
}

/* Add a violation as an element of an array. */
static void
report_element(void *state, const TrkViolation *violation)
{
	TrkComplaint *list = state;

	if (list->shown++ >= TRK_LISTED_VIOLATIONS)
		return;
	trk_doc_open(&list->text, NULL, '{');
	trk_doc_key(&list->text, "line");
	if (violation->line > 0)
		appendStringInfo(&list->text, INT64_FORMAT, violation->line);
	else
		appendStringInfoString(&list->text, "null");
	trk_doc_text(&list->text, "path", violation->path);
	trk_doc_text(&list->text, "rule", violation->rule);
	trk_doc_text(&list->text, "message", violation->message);
	appendStringInfoChar(&list->text, '}');
}

/* Check one line. */
static void
check_line(TrkProfileRun *run, TrkArena *arena, const TrkLine *line)
{
	if (line->kept < line->len)
		trk_profile_bad_line(run, line->number, TRK_RULE_SIZE,
							 psprintf("the line is longer than %d bytes", TRK_MAX_LINE_BYTES));
	else
		trk_profile_event(run, arena, (TrkText) {line->data, line->len}, line->number);
}

/* Check all lines of a content. */
static void
check_lines(TrkProfileRun *run, const char *data, Size len)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker line",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	TrkLineReader *reader = trk_line_reader_make(old, data, len, TRK_MAX_LINE_BYTES,
												 TRK_MAX_DECOMPRESSED_BYTES);
	const char *no_lines = trk_json_no_lines(data, len);
	TrkLineStatus status = TRK_LINE_END;
	TrkLine		line;
	TrkArena	arena;

	trk_arena_init(&arena, old, 64 * 1024);
	if (no_lines != NULL)
		trk_profile_bad_line(run, 1, TRK_RULE_JSON, no_lines);
	while (no_lines == NULL && (status = trk_line_next(reader, &line)) == TRK_LINE_OK)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(scratch);
		trk_arena_reset(&arena);
		MemoryContextSwitchTo(scratch);
		check_line(run, &arena, &line);
		MemoryContextSwitchTo(old);
	}
	if (status == TRK_LINE_BAD_STREAM)
		trk_profile_bad_line(run, trk_line_stream_number(reader), TRK_RULE_GZIP,
							 trk_line_stream_reason(reader));
	trk_line_reader_free(reader);
	trk_arena_free(&arena);
	MemoryContextDelete(scratch);
}

/* Return what became of the check of a content, as jsonb. */
static Datum
check_result(const TrkProfileRun *run, const TrkComplaint *list)
{
	StringInfoData doc;

	initStringInfo(&doc);
	appendStringInfoChar(&doc, '{');
	trk_doc_flag(&doc, "valid", run->violations == 0);
	trk_doc_count(&doc, "event_count", run->events);
	trk_doc_key(&doc, "violations");
	appendStringInfo(&doc, "[%s]", list->text.data);
	if (list->shown > TRK_LISTED_VIOLATIONS)
		trk_doc_count(&doc, "violations_not_listed", list->shown - TRK_LISTED_VIOLATIONS);
	if (run->profile->report != TRK_NO_REPORT)
	{
		TrkReadiness result;

		trk_report_compute(run->profile->report, run->set, &result);
		trk_doc_key(&doc, "readiness");
		trk_report_write(&doc, &result);
	}
	appendStringInfoChar(&doc, '}');
	return trk_doc_jsonb(&doc);
}

/* Validate the lines of at_check_jsonl, given as bytes. */
static Datum
check_content(FunctionCallInfo fcinfo, const char *data, Size len)
{
	TrkComplaint list = {{0}};
	TrkProfileRun run;

	initStringInfo(&list.text);
	init_run(&run, fcinfo, profile_arg(fcinfo, 1), 2, report_element, &list);
	check_lines(&run, data, len);
	trk_profile_end(&run);
	return check_result(&run, &list);
}

TRK_HIDE_CONTEXT_FUNCTION(at_check_jsonl_bytea);
/* at_check_jsonl(content bytea, profile, strict_mistakes, allow_full_io) returns jsonb */
static Datum
at_check_jsonl_bytea_body(PG_FUNCTION_ARGS)
{
	bytea	   *content;

	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	content = PG_GETARG_BYTEA_PP(0);
	return check_content(fcinfo, VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content));
}

TRK_HIDE_CONTEXT_FUNCTION(at_check_jsonl_text);
/* at_check_jsonl(content text, profile, strict_mistakes, allow_full_io) returns jsonb */
static Datum
at_check_jsonl_text_body(PG_FUNCTION_ARGS)
{
	TrkText		content;

	trk_refuse_null_args(fcinfo, 0, PG_NARGS());
	content = trk_text_arg(PG_GETARG_TEXT_PP(0));
	return check_content(fcinfo, content.s, content.len);
}

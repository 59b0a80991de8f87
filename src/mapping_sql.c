/*
 * mapping_sql.c
 *	  at_map_rows(), and what SQL calls of mappings that read this database.
 */
#include "trk.h"

#include "compat.h"
#include "encoding.h"
#include "funcapi.h"
#include "mapping_report.h"
#include "pipeline.h"
#include "quiet.h"
#include "utils/builtins.h"

/* Rows on their way through at_map_rows(). */
typedef struct TrkMapCall
{
	ReturnSetInfo *result;
	TrkMapContext context;
	TrkPolicy	policy;
	TrkArena	arena;			/* of one row */
	TrkMapSkipped skipped;
} TrkMapCall;

/* An event as a row of the result. */
static void
trk_put_event(TrkMapCall *call, TrkEvent *event)
{
	Datum		value;
	bool		isnull = false;
	TrkBuf		buf;
	text	   *line;

	trk_buf_init(&buf, &call->arena, 1024);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	line = trk_server_text_datum(buf.data, buf.len);
	value = PointerGetDatum(line);
	tuplestore_putvalues(call->result->setResult, call->result->setDesc, &value, &isnull);
	pfree(line);
}

/* One row of one source. */
static void
trk_map_json_row(TrkMapCall *call, const TrkMapSource *source, int64 number,
				 const TrkValue *row)
{
	TrkFindings findings;
	TrkEvent	event;
	TrkText		row_id;

	CHECK_FOR_INTERRUPTS();
	trk_arena_reset(&call->arena);
	trk_findings_init(&findings, &call->arena);
	if (trk_mapping_row(&call->context, source, &call->arena, row, &event, &row_id, &findings))
		trk_judge_tree(&call->policy, &call->arena, &event, &findings);
	if (findings.count > 0)
		trk_map_skip(&call->skipped, source, number, &findings);
	else
		trk_put_event(call, &event);
}

/* The rows of one source. */
static void
trk_map_json_rows(TrkMapCall *call, const TrkMapSource *source, const TrkValue *rows)
{
	if (rows->kind != TRK_ARRAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows of %s must be an array of objects", source->at)));
	for (uint32 i = 0; i < rows->len; i++)
		trk_map_json_row(call, source, (int64) i + 1, &rows->u.items[i]);
}

/* The rows of a source that are a member of an object. */
static const TrkValue *
trk_rows_named(const TrkValue *rows, TrkText name)
{
	for (uint32 i = 0; i < rows->len; i++)
		if (rows->u.members[i].name_len == name.len &&
			memcmp(rows->u.members[i].name, name.s, name.len) == 0)
			return &rows->u.members[i].value;
	return NULL;
}

/* All rows; sources without rows make no events. */
static void
trk_map_all_rows(TrkMapCall *call, const TrkValue *rows)
{
	const TrkMapping *mapping = call->context.mapping;

	if (rows->kind == TRK_ARRAY && mapping->nsources > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows of a mapping with several sources must be an object of arrays"),
				 errhint("Name each array after its source.")));
	if (rows->kind != TRK_ARRAY && rows->kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rows must be an array of objects, or an object of such arrays")));
	for (uint32 i = 0; i < mapping->nsources; i++)
	{
		const TrkMapSource *source = &mapping->sources[i];
		const TrkValue *own = rows->kind == TRK_ARRAY ? rows :
			trk_rows_named(rows, source->name);

		if (own != NULL)
			trk_map_json_rows(call, source, own);
	}
	trk_map_skip_end(&call->skipped);
}

/* Read the rows; an error when they are no JSON for us. */
static void
trk_read_rows(TrkArena *arena, text *arg, TrkValue *rows)
{
	TrkText		t = trk_text_arg(arg);
	TrkJsonStatus status = trk_json_read(arena, t.s, t.len, rows);

	if (status != TRK_JSON_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid JSON: %s", trk_json_reason(status))));
}

PG_FUNCTION_INFO_V1(at_map_rows);
/* at_map_rows(mapping json, rows json) returns setof json */
Datum
at_map_rows(PG_FUNCTION_ARGS)
{
	TrkMapCall	call = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	TrkMapping	mapping;
	TrkFindings findings;
	TrkQuiet	quiet;
	TrkArena	arena;
	TrkValue	document;
	TrkValue	rows;

	trk_quiet_begin(&quiet);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	trk_arena_init(&arena, CurrentMemoryContext, 64 * 1024);
	trk_arena_init(&call.arena, CurrentMemoryContext, 64 * 1024);
	trk_findings_init(&findings, &arena);
	trk_mapping_parse(&arena, PG_GETARG_TEXT_PP(0), false, &document, &mapping, &findings);
	trk_mapping_raise(&findings);
	trk_read_rows(&arena, PG_GETARG_TEXT_PP(1), &rows);
	call.policy.redactor.rules = TRK_RULES_DEFAULT;
	call.policy.max_event_bytes = TRK_MAX_ROW_EVENT_BYTES;
	call.context = (TrkMapContext) {&mapping, &call.policy.redactor, AGENT_TRACKER_VERSION};
	trk_map_all_rows(&call, &rows);
	trk_arena_free(&call.arena);
	trk_arena_free(&arena);
	trk_quiet_end(&quiet);
	return (Datum) 0;
}

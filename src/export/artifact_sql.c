/*
 * artifact_sql.c
 *	  The SQL functions that make artifacts, each over the store and over
 *	  json[].
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "export/artifact.h"
#include "json/encoding.h"
#include "store/event_source.h"
#include "funcapi.h"
#include "json/jsonbio.h"
#include "base/hide_context.h"
#include "base/null_args.h"

/* The number of arguments that select stored events. */
#define TRK_STORE_ARGS		6
#define TRK_ARRAY_ARGS		1

/* Rows of one column that a set-returning function returns. */
typedef struct TrkColumn
{
	ReturnSetInfo *result;
	StringInfoData doc;			/* the current row */
} TrkColumn;

/* Start the rows. */
static void
begin_column(TrkColumn *column, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	column->result = (ReturnSetInfo *) fcinfo->resultinfo;
	initStringInfo(&column->doc);
}

/* Add the dataset item of an event as a row (a TrkEventFn). */
static void
see_item(void *state, TrkArena *arena, TrkText text)
{
	TrkColumn  *column = state;
	const char *invariant;
	TrkArtifactEvents seen;

	trk_see(&seen, arena, text);
	invariant = trk_dataset_invariant(&seen);
	if (invariant == NULL)
		return;
	resetStringInfo(&column->doc);
	trk_dataset_item(&column->doc, &seen, invariant);
	trk_store_single(column->result, trk_doc_jsonb(&column->doc));
}

/* Return at_dataset_items over a source. */
static Datum
dataset_items(FunctionCallInfo fcinfo, TrkEventSource *source)
{
	TrkColumn	column;

	begin_column(&column, fcinfo);
	trk_source_each(source, see_item, &column);
	return (Datum) 0;
}

/* Take an event into an evaluation plan (a TrkEventFn). */
static void
see_plan(void *state, TrkArena *arena, TrkText text)
{
	TrkArtifactEvents seen;

	trk_see(&seen, arena, text);
	trk_eval_event(state, &seen);
}

/* Return at_eval_plan over a source. */
static Datum
eval_plan(FunctionCallInfo fcinfo, TrkEventSource *source)
{
	TrkEvalPlan *plan = trk_eval_begin();
	StringInfoData doc;

	trk_source_each(source, see_plan, plan);
	initStringInfo(&doc);
	trk_eval_write(plan, &doc);
	return trk_doc_jsonb(&doc);
}

/* Take an event into a repair pack (a TrkEventFn). */
static void
see_repairs(void *state, TrkArena *arena, TrkText text)
{
	TrkArtifactEvents seen;

	trk_see(&seen, arena, text);
	trk_repair_event(state, &seen);
}

/*
 * Return at_repair_pack over a source; max_findings is the argument with
 * number arg.
 */
static Datum
repair_pack(FunctionCallInfo fcinfo, TrkEventSource *source, int arg)
{
	int			max_findings;
	TrkRepairPack *pack;
	StringInfoData doc;

	trk_refuse_null_args(fcinfo, arg, 1);
	max_findings = PG_GETARG_INT32(arg);
	if (max_findings < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_findings must not be negative")));
	pack = trk_repair_begin(max_findings);
	trk_source_each(source, see_repairs, pack);
	initStringInfo(&doc);
	trk_repair_write(pack, &doc);
	return trk_doc_jsonb(&doc);
}

/* Take an event into diagnostics (a TrkEventFn). */
static void
see_diagnosis(void *state, TrkArena *arena, TrkText text)
{
	TrkArtifactEvents seen;

	trk_see(&seen, arena, text);
	trk_diagnosis_event(state, &seen);
}

/*
 * Return from which status on at_diagnose fails, as the argument with number arg
 * says; one above all when it is NULL.
 */
static int
fail_on(FunctionCallInfo fcinfo, int arg)
{
	text	   *name;

	if (PG_ARGISNULL(arg))
		return TRK_FLOW_FAILED + 1;
	name = PG_GETARG_TEXT_PP(arg);
	if (VARSIZE_ANY_EXHDR(name) == 6 && memcmp(VARDATA_ANY(name), "failed", 6) == 0)
		return TRK_FLOW_FAILED;
	if (VARSIZE_ANY_EXHDR(name) != 7 || memcmp(VARDATA_ANY(name), "warning", 7) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fail_on must be \"warning\" or \"failed\"")));
	return TRK_FLOW_WARNING;
}

/* Raise an error when a check has this status or a worse one. */
static void
refuse_status(const TrkDiagnosis *diagnosis, int worst)
{
	StringInfoData failed;
	int			n = 0;

	initStringInfo(&failed);
	for (int check = 0; check < trk_diagnosis_count(diagnosis); check++)
		if (trk_diagnosis_status(diagnosis, check) >= worst)
			appendStringInfo(&failed, "%s%s", n++ == 0 ? "" : "\n",
							 trk_diagnosis_name(check));
	if (n > 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_plural("%d check of the decision flow does not pass",
							   "%d checks of the decision flow do not pass", n, n),
				 errdetail_internal("%s", failed.data),
				 errhint("at_diagnose() without fail_on returns them all.")));
}

/* Return at_diagnose over a source; fail_on is the argument with number arg. */
static Datum
diagnose(FunctionCallInfo fcinfo, TrkEventSource *source, int arg)
{
	TrkDiagnosis *diagnosis = trk_diagnosis_begin();
	int			worst = fail_on(fcinfo, arg);
	TrkColumn	column;

	begin_column(&column, fcinfo);
	trk_source_each(source, see_diagnosis, diagnosis);
	refuse_status(diagnosis, worst);
	for (int check = 0; check < trk_diagnosis_count(diagnosis); check++)
	{
		resetStringInfo(&column.doc);
		trk_diagnosis_write(diagnosis, check, &column.doc);
		trk_store_single(column.result, trk_doc_json(&column.doc));
	}
	return (Datum) 0;
}

TRK_HIDE_CONTEXT_FUNCTION(at_dataset_items);
/* at_dataset_items(project, agent_id, environment, since, until, run_id) returns setof jsonb */
static Datum
at_dataset_items_body(PG_FUNCTION_ARGS)
{
	return dataset_items(fcinfo, trk_source_store(fcinfo, 0, true));
}

TRK_HIDE_CONTEXT_FUNCTION(at_dataset_items_of_events);
/* at_dataset_items(events json[]) returns setof jsonb */
static Datum
at_dataset_items_of_events_body(PG_FUNCTION_ARGS)
{
	return dataset_items(fcinfo, trk_source_array(fcinfo, 0));
}

TRK_HIDE_CONTEXT_FUNCTION(at_eval_plan);
/* at_eval_plan(project, agent_id, environment, since, until, run_id) returns jsonb */
static Datum
at_eval_plan_body(PG_FUNCTION_ARGS)
{
	return eval_plan(fcinfo, trk_source_store(fcinfo, 0, true));
}

TRK_HIDE_CONTEXT_FUNCTION(at_eval_plan_of_events);
/* at_eval_plan(events json[]) returns jsonb */
static Datum
at_eval_plan_of_events_body(PG_FUNCTION_ARGS)
{
	return eval_plan(fcinfo, trk_source_array(fcinfo, 0));
}

TRK_HIDE_CONTEXT_FUNCTION(at_repair_pack);
/* at_repair_pack(project, agent_id, environment, since, until, run_id, max_findings) returns jsonb */
static Datum
at_repair_pack_body(PG_FUNCTION_ARGS)
{
	return repair_pack(fcinfo, trk_source_store(fcinfo, 0, true), TRK_STORE_ARGS);
}

TRK_HIDE_CONTEXT_FUNCTION(at_repair_pack_of_events);
/* at_repair_pack(events json[], max_findings) returns jsonb */
static Datum
at_repair_pack_of_events_body(PG_FUNCTION_ARGS)
{
	return repair_pack(fcinfo, trk_source_array(fcinfo, 0), TRK_ARRAY_ARGS);
}

TRK_HIDE_CONTEXT_FUNCTION(at_diagnose);
/* at_diagnose(project, agent_id, environment, since, until, run_id, fail_on) returns setof json */
static Datum
at_diagnose_body(PG_FUNCTION_ARGS)
{
	return diagnose(fcinfo, trk_source_store(fcinfo, 0, true), TRK_STORE_ARGS);
}

TRK_HIDE_CONTEXT_FUNCTION(at_diagnose_of_events);
/* at_diagnose(events json[], fail_on) returns setof json */
static Datum
at_diagnose_of_events_body(PG_FUNCTION_ARGS)
{
	return diagnose(fcinfo, trk_source_array(fcinfo, 0), TRK_ARRAY_ARGS);
}

/* Read a jsonb argument, which must be an object, into a tree. */
static void
object_arg(TrkArena *arena, Jsonb *jsonb, const char *name, TrkValue *value)
{
	StringInfoData text;
	TrkText		utf8;

	initStringInfo(&text);
	trk_jsonb_write(&text, &jsonb->root);
	utf8 = trk_to_utf8(text.data, text.len);
	if (trk_json_read(arena, utf8.s, utf8.len, value) != TRK_JSON_OK ||
		value->kind != TRK_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a JSON object", name)));
}

TRK_HIDE_CONTEXT_FUNCTION(at_experiment_manifest);
/* at_experiment_manifest(repair_pack jsonb, changes jsonb) returns jsonb */
static Datum
at_experiment_manifest_body(PG_FUNCTION_ARGS)
{
	StringInfoData doc;
	TrkArena	arena;
	TrkValue	pack;
	TrkValue	changes;

	trk_arena_init(&arena, CurrentMemoryContext, 8 * 1024);
	object_arg(&arena, PG_GETARG_JSONB_P(0), "repair_pack", &pack);
	object_arg(&arena, PG_GETARG_JSONB_P(1), "changes", &changes);
	initStringInfo(&doc);
	trk_manifest_write(&doc, &arena, &pack, &changes);
	return trk_doc_jsonb(&doc);
}

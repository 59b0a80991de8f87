/*
 * readiness_sql.c
 *	  The readiness reports over an evidence set, as SQL functions.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "catalog/pg_type.h"
#include "readiness/evidence_sql.h"
#include "readiness/readiness_json.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* Return a report of the argument, which is an evidence set, as jsonb. */
static Datum
report_jsonb(FunctionCallInfo fcinfo, TrkReport report)
{
	TrkReadiness result;
	StringInfoData out;

	trk_report_compute(report, trk_evidence_set_of(PG_GETARG_DATUM(0)), &result);
	initStringInfo(&out);
	trk_report_write(&out, &result);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data));
}

/* at_<name>_readiness(at_evidence_set) returns jsonb */
#define REPORT_FUNCTION(name, report) \
PG_FUNCTION_INFO_V1(at_##name##_readiness); \
Datum \
at_##name##_readiness(PG_FUNCTION_ARGS) \
{ \
	return report_jsonb(fcinfo, TRK_REPORT_##report); \
}

REPORT_FUNCTION(reporting, REPORTING)
REPORT_FUNCTION(tier, TIER)
REPORT_FUNCTION(decision_flow, DECISION_FLOW)
REPORT_FUNCTION(agentic_security, AGENTIC_SECURITY)
REPORT_FUNCTION(proof, PROOF)
REPORT_FUNCTION(arena, ARENA)
REPORT_FUNCTION(behavior, BEHAVIOR)

/* Return names as text[], sorted. */
static Datum
names_array(TrkNames *names)
{
	Datum	   *elems;

	trk_names_sort(names);
	elems = palloc(sizeof(Datum) * Max(names->count, 1));
	for (int i = 0; i < names->count; i++)
		elems[i] = PointerGetDatum(cstring_to_text_with_len(names->items[i].s,
															(int) names->items[i].len));
	return PointerGetDatum(construct_array(elems, names->count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(at_readiness_of);
/* at_readiness_of(at_evidence_set) returns setof (report, ready, score, missing, warnings) */
Datum
at_readiness_of(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_evidence_set_of(PG_GETARG_DATUM(0));

	InitMaterializedSRF(fcinfo, 0);
	for (int report = 0; report < TRK_REPORTS; report++)
	{
		TrkReadiness result;
		TrkComposite row;

		trk_report_compute(report, set, &result);
		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, trk_report_names[report]);
		trk_put_bool(&row, result.ready);
		trk_put_int(&row, result.score);
		trk_put(&row, names_array(&result.missing));
		trk_put(&row, names_array(&result.warnings));
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

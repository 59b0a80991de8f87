/*
 * evidence_agg.c
 *	  Transition and combination of the readiness aggregates.
 *
 * In an aggregate the state is the aggregate's own and changed in place; called
 * by themselves the functions work on a copy.
 */
#include "trk.h"

#include "compat.h"
#include "evidence_sql.h"

/*
 * The state in the first argument, which may be changed, and the context that
 * must hold what replaces it.
 */
static TrkEvidenceSet *
state_argument(FunctionCallInfo fcinfo, MemoryContext *context)
{
	TrkEvidenceSet *set;
	TrkEvidenceSet *copy;

	if (!AggCheckCallContext(fcinfo, context))
		*context = CurrentMemoryContext;
	else if (!VARATT_IS_EXTENDED(PG_GETARG_POINTER(0)))
		return trk_evidence_set_of(PG_GETARG_DATUM(0));
	set = trk_evidence_set_of(PG_GETARG_DATUM(0));
	copy = MemoryContextAlloc(*context, VARSIZE(set));
	memcpy(copy, set, VARSIZE(set));
	return copy;
}

PG_FUNCTION_INFO_V1(at_evidence_set_add);
/* at_evidence_set_add(at_evidence_set, at_evidence) returns at_evidence_set */
Datum
at_evidence_set_add(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	TrkEvidenceSet *set = state_argument(fcinfo, &context);
	TrkEvidence evidence;

	trk_evidence_of(PG_GETARG_VARLENA_PP(1), &evidence);
	PG_RETURN_POINTER(trk_evidence_set_add(set, &evidence, context));
}

PG_FUNCTION_INFO_V1(at_evidence_set_merge);
/* at_evidence_set_merge(at_evidence_set, at_evidence_set) returns at_evidence_set */
Datum
at_evidence_set_merge(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	TrkEvidenceSet *set = state_argument(fcinfo, &context);

	PG_RETURN_POINTER(trk_evidence_set_merge(set, trk_evidence_set_of(PG_GETARG_DATUM(1)),
											 context));
}

/*
 * evidence_agg.c
 *	  Transition and combine functions of the readiness aggregates.
 *
 * In an aggregate the state belongs to the aggregate and is changed in place;
 * outside of one the functions work on a copy.  A state that has grown is in
 * the caller's short-lived context; the server copies it to the aggregate's
 * context and frees the old one.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "readiness/evidence_sql.h"

/* Return the state in the first argument for writing. */
static TrkEvidenceSet *
state_argument(FunctionCallInfo fcinfo)
{
	struct varlena *state = (struct varlena *) PG_GETARG_POINTER(0);
	TrkEvidenceSet *set;
	TrkEvidenceSet *copy;

	/*
	 * the aggregate's own state was made here or by _at_evidence_set_in(), so
	 * it is valid
	 */
	if (!VARATT_IS_EXTENDED(state) && AggCheckCallContext(fcinfo, NULL))
		return (TrkEvidenceSet *) state;
	set = trk_evidence_set_of(PG_GETARG_DATUM(0));
	copy = palloc(VARSIZE(set));
	memcpy(copy, set, VARSIZE(set));
	return copy;
}

PG_FUNCTION_INFO_V1(at_evidence_set_add);
/* _at_evidence_set_add(at_evidence_set, at_evidence) returns at_evidence_set */
Datum
at_evidence_set_add(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = state_argument(fcinfo);
	TrkEvidence evidence;

	trk_evidence_of(PG_GETARG_VARLENA_PP(1), &evidence);
	PG_RETURN_POINTER(trk_evidence_set_add(set, &evidence, CurrentMemoryContext));
}

PG_FUNCTION_INFO_V1(at_evidence_set_merge);
/* _at_evidence_set_merge(at_evidence_set, at_evidence_set) returns at_evidence_set */
Datum
at_evidence_set_merge(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = state_argument(fcinfo);

	PG_RETURN_POINTER(trk_evidence_set_merge(set, trk_evidence_set_of(PG_GETARG_DATUM(1)),
											 CurrentMemoryContext));
}

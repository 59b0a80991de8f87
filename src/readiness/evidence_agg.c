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

PG_FUNCTION_INFO_V1(at_evidence_set_add);
/* _at_evidence_set_add(at_evidence_set, at_evidence) returns at_evidence_set */
Datum
at_evidence_set_add(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_agg_flat_own(fcinfo, &trk_evidence_set_type);
	TrkEvidence evidence;

	trk_evidence_of(PG_GETARG_VARLENA_PP(1), &evidence);
	PG_RETURN_POINTER(trk_evidence_set_add(set, &evidence, CurrentMemoryContext));
}

PG_FUNCTION_INFO_V1(at_evidence_set_merge);
/* _at_evidence_set_merge(at_evidence_set, at_evidence_set) returns at_evidence_set */
Datum
at_evidence_set_merge(PG_FUNCTION_ARGS)
{
	TrkEvidenceSet *set = trk_agg_flat_own(fcinfo, &trk_evidence_set_type);

	PG_RETURN_POINTER(trk_evidence_set_merge(set, trk_evidence_set_of(PG_GETARG_DATUM(1)),
											 CurrentMemoryContext));
}

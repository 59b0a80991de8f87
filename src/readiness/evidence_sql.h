/*
 * evidence_sql.h
 *	  Functions that the files behind the SQL functions over evidence share.
 */
#ifndef TRK_EVIDENCE_SQL_H
#define TRK_EVIDENCE_SQL_H

#include "base/agg_state.h"
#include "readiness/evidence_set.h"

/* Raise the ERROR for evidence whose bytes are corrupt. */
pg_noreturn extern void trk_evidence_corrupt(void);

static inline void
trk_evidence_of(const struct varlena *v, TrkEvidence *evidence)
{
	if (!trk_evidence_read((const uint8 *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), evidence))
		trk_evidence_corrupt();
}

extern const TrkAggType trk_evidence_set_type;

/* Return the set in a datum for reading; corrupt bytes are an ERROR. */
static inline TrkEvidenceSet *
trk_evidence_set_of(Datum datum)
{
	return trk_agg_flat(datum, &trk_evidence_set_type);
}

#endif							/* TRK_EVIDENCE_SQL_H */

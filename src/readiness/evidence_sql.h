/*
 * evidence_sql.h
 *	  Functions that the files behind the SQL functions over evidence share.
 */
#ifndef TRK_EVIDENCE_SQL_H
#define TRK_EVIDENCE_SQL_H

#include "base/compat.h"
#include "readiness/evidence_set.h"

/* Raise the ERROR for evidence whose bytes are corrupt. */
pg_noreturn extern void trk_evidence_corrupt(void);

static inline void
trk_evidence_of(const struct varlena *v, TrkEvidence *evidence)
{
	if (!trk_evidence_read((const uint8 *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), evidence))
		trk_evidence_corrupt();
}

/*
 * Return the set in a datum, detoasted.  A corrupt one, or one of a newer
 * release, is an ERROR.
 */
extern TrkEvidenceSet *trk_evidence_set_of(Datum datum);

#endif							/* TRK_EVIDENCE_SQL_H */

/*
 * evidence_sql.h
 *	  What the files behind the SQL functions over evidence share.
 */
#ifndef TRK_EVIDENCE_SQL_H
#define TRK_EVIDENCE_SQL_H

#include "base/compat.h"
#include "readiness/evidence_set.h"

/* The evidence in a datum; corrupt bytes are an error. */
pg_noreturn extern void trk_evidence_corrupt(void);

static inline void
trk_evidence_of(const struct varlena *v, TrkEvidence *evidence)
{
	if (!trk_evidence_read((const uint8 *) VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), evidence))
		trk_evidence_corrupt();
}

/* The set in a datum, detoasted; an error when it is corrupt or newer. */
extern TrkEvidenceSet *trk_evidence_set_of(Datum datum);

/* The event types, and the payload fields, a bit needs, as text[]. */
extern Datum trk_bit_types(TrkBit bit);
extern Datum trk_bit_fields(TrkBit bit);

#endif							/* TRK_EVIDENCE_SQL_H */

/*
 * evidence_set.h
 *	  at_evidence_set: the evidence of many events, merged.
 *
 * One chunk of memory that is a valid varlena at every moment: it is the
 * state of the readiness aggregates, the stored value of the rollups, and what
 * the reports are made from.  Filled by evidence_agg.c, read by report.c.
 */
#ifndef TRK_EVIDENCE_SET_H
#define TRK_EVIDENCE_SET_H

#include "evidence.h"

#define TRK_EVIDENCE_SET_FORMAT	1

/* Bits that are counted as well. */
typedef enum TrkCounted
{
	TRK_COUNT_SYMBOL_STATE,
	TRK_COUNT_HOLDING_STATE,
	TRK_COUNT_PAIRWISE_REVIEW,
	TRK_COUNT_THRESHOLD_REPLAY,
	TRK_COUNT_ACTIVATION_GATE,
	TRK_COUNT_FAILED_CHECK,
	TRK_COUNT_WARNING_CHECK,
	TRK_COUNTED
} TrkCounted;

extern const uint8 trk_counted_bits[TRK_COUNTED];

/* What a check id was seen with. */
#define TRK_CHECK_FAILED	1
#define TRK_CHECK_WARNING	2

/*
 * The stored form.  Numbers are in the machine's byte order.  After the fixed
 * part come the check ids, sorted by bytes and distinct: a byte of
 * TRK_CHECK_*, four bytes of length (lowest first), the text.
 */
typedef struct TrkEvidenceSet
{
	int32		vl_len_;		/* varlena header */
	uint8		format;
	uint8		types;			/* length of by_type */
	uint8		counted;		/* length of counts */
	uint8		known;			/* fewest bits any of the events' writers knew */
	uint32		environments;	/* bit by index */
	uint32		check_ids;		/* how many */
	int64		events;
	uint64		bits[TRK_BIT_WORDS];
	int64		counts[TRK_COUNTED];
	int64		by_type[TRK_EVENT_TYPES];
	char		ids[FLEXIBLE_ARRAY_MEMBER];
} TrkEvidenceSet;

/* One check id in a set. */
typedef struct TrkCheckId
{
	const char *text;
	uint32		len;
	uint8		seen;
} TrkCheckId;

extern TrkEvidenceSet *trk_evidence_set_empty(MemoryContext context);

/* Is this, but for its header, a well-formed set? */
extern bool trk_evidence_set_check(const TrkEvidenceSet *set, Size size);

/*
 * Add to a set in place.  The result is the set, or a larger copy in the
 * context; the old one is then garbage.
 */
extern TrkEvidenceSet *trk_evidence_set_add(TrkEvidenceSet *set, const TrkEvidence *evidence,
											MemoryContext context);
extern TrkEvidenceSet *trk_evidence_set_merge(TrkEvidenceSet *set, const TrkEvidenceSet *other,
											  MemoryContext context);
extern TrkEvidenceSet *trk_evidence_set_add_check(TrkEvidenceSet *set, const char *id,
												  Size len, uint8 seen, MemoryContext context);

/* The check id at *at, which is moved to the next; false after the last. */
extern bool trk_evidence_set_next(const TrkEvidenceSet *set, Size *at, TrkCheckId *id);

static inline bool
trk_set_has(const TrkEvidenceSet *set, TrkBit bit)
{
	return trk_bit_is_set(set->bits, bit);
}

#endif							/* TRK_EVIDENCE_SET_H */

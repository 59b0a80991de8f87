/*
 * evidence_set.h
 *	  The type at_evidence_set: the evidence of many events, merged.
 *
 * A set is one varlena that is valid at every moment.  It is the state of the
 * readiness aggregates, the stored value of the rollups, and the input of the
 * reports.  Filled by evidence_agg.c, read by readiness.c.
 */
#ifndef TRK_EVIDENCE_SET_H
#define TRK_EVIDENCE_SET_H

#include "contract/evidence.h"

#define TRK_EVIDENCE_SET_FORMAT	1

/* Bits that are also counted: X(name of the count, bit). */
#define TRK_COUNTED_BITS(X) \
	X(SYMBOL_STATE, symbol_state) \
	X(HOLDING_STATE, holding_state) \
	X(PAIRWISE_REVIEW, pairwise_review) \
	X(THRESHOLD_REPLAY, threshold_replay) \
	X(ACTIVATION_GATE, activation_gate) \
	X(FAILED_CHECK, failed_check) \
	X(WARNING_CHECK, warning_check)

typedef enum TrkEvidenceCount
{
#define TRK_COUNT(name, bit) TRK_COUNT_##name,
	TRK_COUNTED_BITS(TRK_COUNT)
#undef TRK_COUNT
	TRK_COUNTED
} TrkEvidenceCount;

extern const uint8 trk_counted_bits[TRK_COUNTED];

/* The status with which a check id was seen. */
#define TRK_CHECK_FAILED	1
#define TRK_CHECK_WARNING	2

/*
 * The stored form, in the machine's byte order.  After the fixed part come the
 * check ids, sorted by bytes and distinct: first the position of the end of
 * each, relative to the end of this list, then for each a byte of TRK_CHECK_*
 * and the text.
 */
typedef struct TrkEvidenceSet
{
	int32		vl_len_;		/* varlena header */
	uint8		format;
	uint8		types;			/* length of by_type */
	uint8		counted;		/* length of counts */
	uint8		known;			/* the fewest bits that the writer of any of the events knew */
	uint32		environments;	/* one bit for each environment */
	uint32		check_ids;		/* number of check ids */
	int64		events;
	uint64		bits[TRK_BIT_WORDS];
	int64		counts[TRK_COUNTED];
	int64		by_type[TRK_EVENT_TYPES];
	uint32		ends[FLEXIBLE_ARRAY_MEMBER];
} TrkEvidenceSet;

/* One check id of a set. */
typedef struct TrkCheckId
{
	const char *text;
	uint32		len;
	uint8		seen;
} TrkCheckId;

extern TrkEvidenceSet *trk_evidence_set_empty(MemoryContext context);

/* Return whether the bytes after the varlena header are a well-formed set. */
extern bool trk_evidence_set_check(const TrkEvidenceSet *set, Size size);

/*
 * Add to a set in place (trk_evidence_set_add() below as well).  The result is the set, or a larger copy in the
 * context; the old one is then garbage.
 */
extern TrkEvidenceSet *trk_evidence_set_merge(TrkEvidenceSet *set, const TrkEvidenceSet *other,
											  MemoryContext context);
extern TrkEvidenceSet *trk_evidence_set_add_check(TrkEvidenceSet *set, const char *id,
												  Size len, uint8 seen, MemoryContext context);

/* Return the check id at *at and advance *at; return false after the last. */
extern bool trk_evidence_set_next(const TrkEvidenceSet *set, uint32 *at, TrkCheckId *id);

/* Masks of the counted bits, because most events have none of them. */
#define TRK_LOW_MASK(name, bit) \
	| (TRK_BIT_##bit < 64 ? UINT64CONST(1) << TRK_BIT_##bit % 64 : 0)
#define TRK_HIGH_MASK(name, bit) \
	| (TRK_BIT_##bit >= 64 ? UINT64CONST(1) << TRK_BIT_##bit % 64 : 0)
#define TRK_COUNTED_LOW		(UINT64CONST(0) TRK_COUNTED_BITS(TRK_LOW_MASK))
#define TRK_COUNTED_HIGH	(UINT64CONST(0) TRK_COUNTED_BITS(TRK_HIGH_MASK))

StaticAssertDecl(TRK_BIT_WORDS == 2, "the masks are of two words");

/* Count the counted bits of an event, and note its check id. */
extern TrkEvidenceSet *trk_evidence_set_count(TrkEvidenceSet *set, const TrkEvidence *evidence,
											  MemoryContext context);

/*
 * Add the evidence of an event.  Inline, and what is counted gets a copy: so the
 * usual case, once an event, happens in registers.
 */
static inline TrkEvidenceSet *
trk_evidence_set_add(TrkEvidenceSet *set, const TrkEvidence *evidence, MemoryContext context)
{
	TrkEvidence copy;

	if (unlikely(evidence->type == TRK_EVIDENCE_APART))
		return set;
	set->events++;
	set->known = Min(set->known, evidence->known);
	if (evidence->type != TRK_EVIDENCE_NONE)
		set->by_type[evidence->type]++;
	if (evidence->environment != TRK_EVIDENCE_NONE)
		set->environments |= 1U << evidence->environment;
	set->bits[0] |= evidence->bits[0];
	set->bits[1] |= evidence->bits[1];
	if ((evidence->bits[0] & TRK_COUNTED_LOW) == 0 && (evidence->bits[1] & TRK_COUNTED_HIGH) == 0)
		return set;
	copy = *evidence;
	return trk_evidence_set_count(set, &copy, context);
}

static inline bool
trk_set_has(const TrkEvidenceSet *set, TrkBit bit)
{
	return trk_bit_is_set(set->bits, bit);
}

/* Return whether the set has an event of this type. */
static inline bool
trk_set_has_type(const TrkEvidenceSet *set, TrkEventType type)
{
	return set->by_type[type] > 0;
}

#endif							/* TRK_EVIDENCE_SET_H */

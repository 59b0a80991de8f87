/*
 * evidence.h
 *	  at_evidence: what one event proves, as a small set of named bits.
 *
 * Computed from a bound event (ingest, record, at_event_evidence); read by
 * evidence_set.c and the type's own functions (evidence_sql.c).
 *
 * On disk: format, number of bits the writer knew, event type, environment,
 * number of bytes of bits, the bits (lowest first, no trailing zero bytes),
 * then the check id of a failed or warning diagnostic to the end.  The format
 * is for ever; event types, environments and bits are numbered by their lists,
 * which only grow at the end.
 */
#ifndef TRK_EVIDENCE_H
#define TRK_EVIDENCE_H

#include "event.h"

#define TRK_EVIDENCE_FORMAT		1

/* Type or environment of an event that has none of the contract's. */
#define TRK_EVIDENCE_NONE		255

typedef enum TrkBit
{
#define TRK_EVIDENCE(ident, report, test, meaning) TRK_BIT_##ident,
#include "evidence.def"
	TRK_BITS
} TrkBit;

#define TRK_BIT_WORDS			2

typedef struct TrkEvidence
{
	uint8		known;			/* bits the writer knew */
	uint8		type;			/* TrkEventType or TRK_EVIDENCE_NONE */
	uint8		environment;
	uint64		bits[TRK_BIT_WORDS];
	TrkText		check_id;		/* of a failed or warning diagnostic, in UTF-8
								 * when computed, as stored when read */
} TrkEvidence;

/* One bit, for people. */
typedef struct TrkBitInfo
{
	const char *name;
	const char *report;
	const char *test;
	const char *meaning;
} TrkBitInfo;

extern const TrkBitInfo trk_bit_info[TRK_BITS];

/* Called once, at module load, after trk_contract_init(). */
extern void trk_evidence_init(void);

extern void trk_evidence_compute(const TrkEvent *event, TrkEvidence *evidence);

/* The stored bytes, in the arena, and from them. */
extern uint8 *trk_evidence_pack(const TrkEvidence *evidence, TrkArena *arena, Size *size);
extern bool trk_evidence_read(const uint8 *data, Size len, TrkEvidence *evidence);

/* Does the bit need this payload field, or this event type? */
extern bool trk_bit_needs_field(TrkBit bit, int field);
extern bool trk_bit_needs_type(TrkBit bit, int type);

/* Index of the bit with this name, or -1. */
extern int	trk_bit_lookup(const char *s, Size len);

static inline bool
trk_bit_is_set(const uint64 *bits, TrkBit bit)
{
	return (bits[bit / 64] >> (bit % 64) & 1) != 0;
}

#endif							/* TRK_EVIDENCE_H */

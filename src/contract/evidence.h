/*
 * evidence.h
 *	  The type at_evidence: what one event proves, as a small set of named
 *	  bits.
 *
 * Computed from a bound event (by ingest, record and at_event_evidence); read
 * by evidence_set.c and the type's own functions (evidence_sql.c).
 *
 * On disk: format, number of bits that the writer knew, event type,
 * environment, number of bytes of bits, the bits (lowest first, no trailing
 * zero bytes), and up to the end the check id of a failed or warning
 * diagnostic.  The format never changes, because stored rows have it; event
 * types, environments and bits are numbered by their lists, which only grow at
 * the end.
 */
#ifndef TRK_EVIDENCE_H
#define TRK_EVIDENCE_H

#include "contract/event.h"

#define TRK_EVIDENCE_FORMAT		1

/* The type or environment of an event that has none of the contract's. */
#define TRK_EVIDENCE_NONE		255

/* The type of an event that no report counts: at_record_mistakes() recorded it. */
#define TRK_EVIDENCE_APART		254

/* What the check ids of such events begin with. */
#define TRK_MISTAKE_CHECKS		"agent_tracker.mistake."

typedef enum TrkBit
{
#define TRK_EVIDENCE(ident, report, test, meaning) TRK_BIT_##ident,
#include "contract/evidence.def"
	TRK_BITS
} TrkBit;

#define TRK_BIT_WORDS			2

typedef struct TrkEvidence
{
	uint8		known;			/* number of bits that the writer knew */
	uint8		type;			/* TrkEventType or TRK_EVIDENCE_NONE */
	uint8		environment;
	uint64		bits[TRK_BIT_WORDS];
	TrkText		check_id;		/* of a failed or warning diagnostic; in UTF-8 when computed, in
								 * the encoding of the database when read */
} TrkEvidence;

/* The description of a bit. */
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

/* Pack evidence into its stored form, in the arena; and read it back. */
extern uint8 *trk_evidence_pack(const TrkEvidence *evidence, TrkArena *arena, Size *size);

/*
 * Return whether the bit depends on this payload field, or on this event type.
 */
extern bool trk_bit_needs_field(TrkBit bit, int field);
extern bool trk_bit_needs_type(TrkBit bit, int type);

/* Return the index of the bit with this name, or -1. */
extern int	trk_bit_lookup(const char *s, Size len);

/* The number of environments of the contract; set by trk_evidence_init(). */
extern int	trk_environments;

/*
 * Load four bytes, lowest first; on little-endian machines this is one load.
 */
static inline uint32
trk_evidence_four(const uint8 *p)
{
	return p[0] | (uint32) p[1] << 8 | (uint32) p[2] << 16 | (uint32) p[3] << 24;
}

/* Load up to eight bytes of bits, lowest first, in pieces that may overlap. */
static inline uint64
trk_evidence_word(const uint8 *p, Size n)
{
	if (n >= 8)
		return trk_evidence_four(p) | (uint64) trk_evidence_four(p + 4) << 32;
	if (n >= 4)
		return trk_evidence_four(p) | (uint64) trk_evidence_four(p + n - 4) << (n * 8 - 32);
	if (n == 0)
		return 0;
	return p[0] | (uint64) p[n / 2] << (n / 2 * 8) | (uint64) p[n - 1] << (n * 8 - 8);
}

/*
 * Read what trk_evidence_pack() wrote: false when it did not, or that of a newer
 * release.  Inline, as all there is to do for an event of an aggregate.
 */
static inline bool
trk_evidence_read(const uint8 *data, Size len, TrkEvidence *evidence)
{
	Size		nbytes;

	if (len < 5 || data[0] != TRK_EVIDENCE_FORMAT || data[1] > TRK_BITS ||
		(data[2] >= TRK_EVENT_TYPES && data[2] < TRK_EVIDENCE_APART) ||
		(data[3] >= trk_environments && data[3] != TRK_EVIDENCE_NONE))
		return false;
	nbytes = data[4];
	if (nbytes > (Size) (data[1] + 7) / 8 || len - 5 < nbytes ||
		(nbytes > 0 && data[4 + nbytes] == 0))
		return false;
	evidence->known = data[1];
	evidence->type = data[2];
	evidence->environment = data[3];
	evidence->bits[0] = trk_evidence_word(data + 5, nbytes);
	evidence->bits[1] = nbytes > 8 ? trk_evidence_word(data + 13, nbytes - 8) : 0;
	evidence->check_id.s = (const char *) data + 5 + nbytes;
	evidence->check_id.len = len - 5 - nbytes;
	return true;
}

static inline bool
trk_bit_is_set(const uint64 *bits, TrkBit bit)
{
	return (bits[bit / 64] >> (bit % 64) & 1) != 0;
}

#endif							/* TRK_EVIDENCE_H */

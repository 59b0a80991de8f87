/*
 * envelope.h
 *	  The type at_envelope: what the envelope of an event holds beyond the
 *	  columns of its row, in a few bytes.  These are the privacy flags, the
 *	  sdk, the spelling of occurred_at, which optional fields were present, and
 *	  unknown fields.
 *
 * Made by event_row.c, read by event_out.c and the type's own functions
 * (envelope_sql.c).
 *
 * On disk: format byte, privacy bits, presence bits, spelling of occurred_at,
 * sdk code, sdk texts, then up to the end "extra", a canonical JSON object of
 * envelope members that are returned verbatim.  The format never changes,
 * because stored rows have it.
 */
#ifndef TRK_ENVELOPE_H
#define TRK_ENVELOPE_H

#include "contract/event.h"

#define TRK_ENVELOPE_FORMAT		1

/* Privacy bits, in the order of trk_privacy_names. */
#define TRK_PRIVACY_BITS		6
extern const char *const trk_privacy_names[TRK_PRIVACY_BITS];

/* How an optional field was present, two bits each. */
typedef enum TrkPresence
{
	TRK_ABSENT,
	TRK_IS_NULL,
	TRK_IN_COLUMN,				/* it is a string in the row's column */
	TRK_IN_EXTRA				/* it is something else, in extra */
} TrkPresence;

#define TRK_PRESENCE_SPAN		0	/* positions of the two bits */
#define TRK_PRESENCE_PARENT		2
#define TRK_PRESENCE_RECEIVED	4

/*
 * Spelling of occurred_at: 1 + separator * 14 + zone * 7 + digits, with
 * separator 'T' or ' ', zone 'Z' or '+00:00', and 0 to 6 digits of fraction; 0
 * when it is verbatim in extra.
 */
#define TRK_SPELLING_VERBATIM	0
#define TRK_SPELLINGS			28
#define TRK_SPELLING_USUAL		7	/* 2026-01-05T13:00:00.282155Z */

typedef struct TrkEnvelope
{
	uint8		privacy;
	uint8		presence;
	uint8		spelling;
	bool		sdk_in_extra;
	TrkText		sdk[3];			/* name, version, language */
	TrkText		extra;			/* a canonical object, or empty */
} TrkEnvelope;

extern struct varlena *trk_envelope_make(const TrkEnvelope *envelope, TrkArena *arena);
extern bool trk_envelope_read(const uint8 *data, Size len, TrkEnvelope *envelope);

extern uint8 trk_privacy_pack(const TrkPrivacy *privacy);
extern uint8 trk_spelling_of(const char *s, Size len);
extern Size trk_spelling_write(uint8 spelling, int64 occurred_at, char *out);

#define TRK_SPELLING_MAX	40	/* the most bytes that trk_spelling_write() writes */

static inline TrkPresence
trk_presence(uint8 bits, int shift)
{
	return (TrkPresence) ((bits >> shift) & 3);
}

#endif							/* TRK_ENVELOPE_H */

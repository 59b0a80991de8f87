/*
 * fingerprint.h
 *	  What makes errors the same error, and which kind of failure it is.  Called by
 *	  words_sql.c.  Needs no server.
 */
#ifndef TRK_FINGERPRINT_H
#define TRK_FINGERPRINT_H

#include "base/arena.h"

/* The number of hex digits of a fingerprint. */
#define TRK_FINGERPRINT_LEN	16

/*
 * Append a message with what differs from one time to the next replaced by "?":
 * quoted parts, pseudonyms, and words with a digit (numbers, times, ids, hex).
 * White space becomes one blank and letters of ASCII become lower case.
 */
extern void trk_fingerprint_message(TrkBuf *buf, TrkText message);

/*
 * Write the fingerprint of an error, with a zero byte: a hash of its kind, its
 * component and its message as trk_fingerprint_message() has it.
 */
extern void trk_fingerprint(TrkArena *arena, TrkText error_kind, TrkText component, TrkText message,
							char out[TRK_FINGERPRINT_LEN + 1]);

/* Return the type of failure of a kind of error; failure_types.def lists them. */
extern const char *trk_failure_type(TrkArena *arena, TrkText error_kind);

#endif							/* TRK_FINGERPRINT_H */

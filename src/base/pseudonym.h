/*
 * pseudonym.h
 *	  Pseudonyms, which replace secret shapes in fields that identify
 *	  something.  A pseudonym is the same for the same text and different for
 *	  different texts, and the text cannot be found from it without the key.
 *
 * A pseudonym is "[REDACTED]#" or, in event and run ids, whose format has no
 * brackets, "redacted-", followed by sixteen letters A to P: the first 64 bits
 * of HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the text with a key of 32 bytes.
 * No shape begins or ends within one, and conversion to upper case does not
 * change the first form.  The form never changes, because stored data has it.
 *
 * Called by the scanner for shapes, and by everything that compares
 * identities.
 */
#ifndef TRK_PSEUDONYM_H
#define TRK_PSEUDONYM_H

#include "base/trk.h"

#define TRK_IDENTITY_KEY_LEN	32
#define TRK_PSEUDONYM_LETTERS	16
#define TRK_PSEUDONYM_MAX		32	/* bytes of the longer form, and some space */

/* The form of pseudonyms in a field. */
typedef enum TrkIdentityForm
{
	TRK_NO_IDENTITY,			/* only "[REDACTED]", which identifies nothing */
	TRK_IDENTITY,				/* "[REDACTED]#" and letters */
	TRK_PLAIN_IDENTITY			/* "redacted-" and letters */
} TrkIdentityForm;

/*
 * Write what replaces a text; returns its length.  Without a key that is
 * "[REDACTED]", whatever the form.
 */
extern Size trk_pseudonym(const uint8 *key, TrkIdentityForm form, const char *s,
						  Size len, char out[TRK_PSEUDONYM_MAX]);

/* Return the length of the pseudonym of either form that begins here, or 0. */
extern Size trk_pseudonym_at(const char *s, Size len);

/*
 * Return whether the text contains a "[REDACTED]" that is not part of a
 * pseudonym.  Such a text is useless as an identity, because different
 * originals may have become equal.
 */
extern bool trk_identity_lost(const char *s, Size len);

#endif							/* TRK_PSEUDONYM_H */

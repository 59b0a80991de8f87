/*
 * pseudonym.h
 *	  What takes the place of a secret shape in a field that identifies
 *	  something: a name that is the same for the same text and different for
 *	  different ones, and from which the text cannot be found without the key.
 *
 * A pseudonym is "[REDACTED]#" or, in event and run ids, whose format has no
 * brackets, "redacted-", and then sixteen letters A to P: the first 64 bits of
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the text under a key of 32 bytes.  No
 * shape begins or ends within one, and upper case leaves the first form as it
 * is.  Stored data holds these names: the form is for ever.
 *
 * Called by the scanner for shapes, and by whatever compares identities.
 */
#ifndef TRK_PSEUDONYM_H
#define TRK_PSEUDONYM_H

#include "base/trk.h"

#define TRK_IDENTITY_KEY_LEN	32
#define TRK_PSEUDONYM_LETTERS	16
#define TRK_PSEUDONYM_MAX		32	/* bytes of the longer form, and some space */

/* Which form a field takes. */
typedef enum TrkIdentityForm
{
	TRK_NO_IDENTITY,			/* "[REDACTED]" and no more: it is no identity */
	TRK_IDENTITY,				/* "[REDACTED]#" and letters */
	TRK_PLAIN_IDENTITY			/* "redacted-" and letters */
} TrkIdentityForm;

/*
 * Write what replaces a text; returns its length.  Without a key that is
 * "[REDACTED]", whatever the form.
 */
extern Size trk_pseudonym(const uint8 *key, TrkIdentityForm form, const char *s,
						  Size len, char out[TRK_PSEUDONYM_MAX]);

/* Length of the pseudonym of either form that begins here, 0 when none does. */
extern Size trk_pseudonym_at(const char *s, Size len);

/*
 * Does the text hold a "[REDACTED]" that is no pseudonym?  As an identity it
 * says nothing then: what it was is lost, and many may have become the same.
 */
extern bool trk_identity_lost(const char *s, Size len);

#endif							/* TRK_PSEUDONYM_H */

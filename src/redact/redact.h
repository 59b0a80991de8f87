/*
 * redact.h
 *	  Redaction of an event: key rules, digests, and secret shapes in strings.
 *
 * Called by ingest, record and the single-event functions, always before
 * validation.  What can be written about an event is written after this.
 */
#ifndef TRK_REDACT_H
#define TRK_REDACT_H

#include "contract/event.h"
#include "redact/pattern.h"

/*
 * Where the key of pseudonyms comes from: 32 bytes, asked for when a shape was
 * found in an identity, and not before.  NULL when there is none.
 */
typedef const uint8 *(*TrkIdentityKeyFn) (void *arg);
typedef struct TrkIdentityKey
{
	TrkIdentityKeyFn fn;		/* NULL: no pseudonyms */
	void	   *arg;
} TrkIdentityKey;

typedef struct TrkRedactor
{
	uint32		rules;			/* TRK_RULES_* of pattern.h */
	bool		allow_full_io;	/* the owner allows full input/output ... */
	bool		event_decides;	/* ... and the event's own privacy.full_io must
								 * be true as well (ingest); else the argument
								 * alone decides (at_redact) */
	TrkCustomMatch custom;		/* own patterns; NULL function when none */
	TrkIdentityKey identity_key;	/* of pseudonyms */
} TrkRedactor;

/*
 * Redact event->root in place, replace its privacy object by the computed one
 * (added when it was absent) and fill event->privacy.  The tree may get new
 * members and values, all in the arena.  Does not bind the event.
 */
extern void trk_redact(const TrkRedactor *redactor, TrkArena *arena, TrkEvent *event);

/*
 * Redact any JSON value that is no event by the same key and string rules;
 * flags raised are ORed into *privacy.
 */
extern void trk_redact_value(const TrkRedactor *redactor, TrkArena *arena,
							 TrkValue *value, TrkPrivacy *privacy);

/*
 * Replace the secret shapes in a text that identifies something by pseudonyms,
 * or by [REDACTED] when there is no key or the rules are the client's.  Returns
 * false, leaving *out and *out_len alone, when there was none.
 */
extern bool trk_redact_identity(const TrkRedactor *redactor, TrkArena *arena,
								TrkIdentityForm form, const char *s, Size len,
								const char **out, Size *out_len);

/*
 * The text the contract digests for a value: a string as it is, anything else
 * in the client's notation (None, True, {'k': 1.0}).
 */
extern void trk_digest_text(TrkBuf *buf, const TrkValue *value);

/* Append "sha256:" and 64 hex digits of the bytes. */
extern void trk_digest_append(TrkBuf *buf, const char *s, Size len);

/* Is this exactly {redacted: true, sha256: "sha256:<64 hex>", chars: integer}? */
extern bool trk_is_digest(const TrkValue *value);

#endif							/* TRK_REDACT_H */

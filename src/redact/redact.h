/*
 * redact.h
 *	  Redaction of an event: rules by name, digests, and secret shapes in
 *	  strings.
 *
 * Called by ingest, record and the functions over a single event, always
 * before validation.  Nothing of an event may be written anywhere before it
 * was redacted.
 */
#ifndef TRK_REDACT_H
#define TRK_REDACT_H

#include "contract/event.h"
#include "redact/pattern.h"

/*
 * Returns the key of pseudonyms, 32 bytes, or NULL when there is none.  It is
 * called only after a shape was found in an identity, because fetching the key
 * costs a query.
 */
typedef const uint8 *(*TrkIdentityKeyFn) (void *arg);
typedef struct TrkIdentityKey
{
	TrkIdentityKeyFn fn;		/* NULL: no pseudonyms */
	void	   *arg;
} TrkIdentityKey;

typedef struct TrkRedactor
{
	uint32		rules;			/* TRK_REDACT_* of redact_key.h */
	bool		allow_full_io;	/* the owner of the data allows full input and output ... */
	bool		event_decides;	/* ... and in ingest the event's own privacy.full_io must be true
								 * too; in at_redact() the argument alone decides */
	TrkCustomMatch custom;		/* the administrator's patterns; its function is NULL when there
								 * are none */
	TrkIdentityKey identity_key;	/* the source of the key of pseudonyms */
} TrkRedactor;

/*
 * Redact event->root in place, replace its privacy object by the computed one
 * (which is added when it is missing) and fill event->privacy.  New members
 * and values are in the arena.  The caller must bind the event afterwards,
 * because members may have moved.
 */
extern void trk_redact(const TrkRedactor *redactor, TrkArena *arena, TrkEvent *event);

/*
 * Redact a JSON value that is not an event by the same rules.  The flags of
 * what was replaced are ORed into *privacy.
 */
extern void trk_redact_value(const TrkRedactor *redactor, TrkArena *arena,
							 TrkValue *value, TrkPrivacy *privacy);

/*
 * Replace the secret shapes in a text that identifies something by pseudonyms,
 * or by [REDACTED] when there is no key or the rules are those of the client.
 * Returns false and leaves *out and *out_len unchanged when there was no
 * shape.
 */
extern bool trk_redact_identity(const TrkRedactor *redactor, TrkArena *arena,
								TrkIdentityForm form, const char *s, Size len,
								const char **out, Size *out_len);

/*
 * Append the text of a value over which the contract computes the digest: a
 * string as it is, any other value in the client's (Python's) notation, such
 * as None, True, {'k': 1.0}.
 */
extern void trk_digest_text(TrkBuf *buf, const TrkValue *value);

/* Append "sha256:" and 64 hex digits of the bytes. */
extern void trk_digest_append(TrkBuf *buf, const char *s, Size len);

/*
 * Return whether the value is exactly {redacted: true, sha256: "sha256:<64
 * hex>", chars: integer}.
 */
extern bool trk_is_digest(const TrkValue *value);

#endif							/* TRK_REDACT_H */

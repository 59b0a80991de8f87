/*
 * redact_key.h
 *	  Looks up what the redaction rules say about a name.
 *
 * Called for members of events (redact, validation profiles) and for names in
 * texts (named_shape.c).
 */
#ifndef TRK_REDACT_KEY_H
#define TRK_REDACT_KEY_H

#include "contract/contract.h"

/* Categories of rules, as bits. */
#define TRK_REDACT_CONTRACT	0x01	/* the contract's rules, applied only to values that look like
									 * secrets */
#define TRK_REDACT_SECRETS	0x02	/* further credentials */
#define TRK_REDACT_PII		0x04	/* personal data */
#define TRK_REDACT_CLIENT	0x08	/* exactly the rules of the contract's client */
#define TRK_REDACT_CONTENT	0x10	/* free text, recognized by its names */
#define TRK_REDACT_ALL		0x1f
#define TRK_REDACT_BASE		(TRK_REDACT_CLIENT | TRK_REDACT_CONTRACT)
#define TRK_REDACT_ANY		TRK_REDACT_ALL	/* names that are identities under all rules */
#define TRK_REDACT_DEFAULT	(TRK_REDACT_CONTRACT | TRK_REDACT_SECRETS)

/* Return the class that the rules give to a name in any spelling. */
extern TrkKeyClass trk_key_class(const char *name, Size len, uint32 rules);

/*
 * Return the class of a name of the contract, by its number in the table of
 * keys.
 */
extern TrkKeyClass trk_known_key_class(int key, uint32 rules);

/*
 * Parse a list such as 'contract,secrets,pii' into bits; return false when a
 * word is unknown.
 */
extern bool trk_rules_parse(const char *s, uint32 *rules);

#endif							/* TRK_REDACT_KEY_H */

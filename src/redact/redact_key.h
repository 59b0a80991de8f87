/*
 * redact_key.h
 *	  What the redaction rules say of a name.
 *
 * Called for members of events (redact, validation profiles) and for names in
 * texts (pattern_named).
 */
#ifndef TRK_REDACT_KEY_H
#define TRK_REDACT_KEY_H

#include "contract/contract.h"

/* Categories of rules, as bits. */
#define TRK_REDACT_CONTRACT	0x01	/* the contract's rules, with sense */
#define TRK_REDACT_SECRETS	0x02	/* further credentials */
#define TRK_REDACT_PII		0x04	/* personal data */
#define TRK_REDACT_CLIENT	0x08	/* exactly what the contract's client does */
#define TRK_REDACT_CONTENT	0x10	/* free text, by its names */
#define TRK_REDACT_ALL		0x1f
#define TRK_REDACT_BASE		(TRK_REDACT_CLIENT | TRK_REDACT_CONTRACT)
#define TRK_REDACT_ANY		TRK_REDACT_ALL	/* of names that are identities under all */
#define TRK_REDACT_DEFAULT	(TRK_REDACT_CONTRACT | TRK_REDACT_SECRETS)

/* What the rules say of a name, in any spelling. */
extern TrkKeyClass trk_key_class(const char *name, Size len, uint32 rules);

/* The same of a name of the contract, by its number in the table of keys. */
extern TrkKeyClass trk_known_key_class(int key, uint32 rules);

/* Parse 'contract,secrets,pii' into bits; false when a word is unknown. */
extern bool trk_rules_parse(const char *s, uint32 *rules);

#endif							/* TRK_REDACT_KEY_H */

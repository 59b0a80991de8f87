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
#define TRK_RULES_CONTRACT	0x01	/* the contract's rules, with sense */
#define TRK_RULES_SECRETS	0x02	/* further credentials */
#define TRK_RULES_PII		0x04	/* personal data */
#define TRK_RULES_CLIENT	0x08	/* exactly what the contract's client does */
#define TRK_RULES_CONTENT	0x10	/* free text, by its names */
#define TRK_RULES_ALL		0x1f
#define TRK_RULES_BASE		(TRK_RULES_CLIENT | TRK_RULES_CONTRACT)
#define TRK_RULES_ANY		TRK_RULES_ALL	/* of names that are identities under all */
#define TRK_RULES_DEFAULT	(TRK_RULES_CONTRACT | TRK_RULES_SECRETS)

/* What the rules say of a name, in any spelling. */
extern TrkKeyClass trk_key_class(const char *name, Size len, uint32 rules);

/* The same of a name of the contract, by its number in the table of keys. */
extern TrkKeyClass trk_known_key_class(int key, uint32 rules);

/* Parse 'contract,secrets,pii' into bits; false when a word is unknown. */
extern bool trk_rules_parse(const char *s, uint32 *rules);

#endif							/* TRK_REDACT_KEY_H */

/*
 * pattern.h
 *	  The scanner for secret shapes in text: the contract's patterns, ours, and
 *	  the personal ones, each with exactly the semantics of its regular
 *	  expression in redactions.def, matched by hand-written code.
 *
 * Called by redact and by the SQL functions over plain text.
 */
#ifndef TRK_PATTERN_H
#define TRK_PATTERN_H

#include "arena.h"
#include "pseudonym.h"

/* Categories of rules, as bits. */
#define TRK_RULES_CONTRACT	0x01	/* the contract's rules, with sense */
#define TRK_RULES_SECRETS	0x02	/* further credentials */
#define TRK_RULES_PII		0x04	/* personal data */
#define TRK_RULES_CLIENT	0x08	/* exactly what the contract's client does */
#define TRK_RULES_CONTENT	0x10	/* free text, by its names */
#define TRK_RULES_DEFAULT	(TRK_RULES_CONTRACT | TRK_RULES_SECRETS)

/*
 * The administrator's own patterns: find the next match at or after from.
 * Never given an empty match.
 */
typedef bool (*TrkCustomMatchFn) (void *arg, const char *s, Size len, Size from,
								  Size *start, Size *end);
typedef struct TrkCustomMatch
{
	TrkCustomMatchFn fn;		/* NULL when there are none */
	void	   *arg;
} TrkCustomMatch;

/* Does any rule of these categories match anywhere in the text? */
extern bool trk_pattern_matches(const char *s, Size len, uint32 rules,
								const TrkCustomMatch *custom);

/* What takes the place of matches. */
typedef struct TrkReplacer
{
	TrkIdentityForm form;
	const uint8 *key;			/* of pseudonyms; NULL: "[REDACTED]" */
} TrkReplacer;

/*
 * Replace every match by [REDACTED], pattern after pattern in the order of
 * redactions.def, again until none matches.  Returns false, leaving *out and
 * *out_len alone, when nothing matched.
 */
extern bool trk_pattern_redact(TrkArena *arena, const char *s, Size len,
							   uint32 rules, const TrkCustomMatch *custom,
							   const char **out, Size *out_len);

/* The same with what the replacer makes of each match; NULL is [REDACTED]. */
extern bool trk_pattern_replace(TrkArena *arena, const char *s, Size len,
								uint32 rules, const TrkCustomMatch *custom,
								const TrkReplacer *replacer,
								const char **out, Size *out_len);

/* Number of patterns, and one pattern alone (for the self-test). */
extern int	trk_pattern_count(void);
extern bool trk_pattern_find(int pattern, const char *s, Size len, Size from,
							 Size *start, Size *end);

/* Parse 'contract,secrets,pii' into bits; false when a word is unknown. */
extern bool trk_rules_parse(const char *s, uint32 *rules);

#endif							/* TRK_PATTERN_H */

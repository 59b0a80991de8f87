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

#include "base/arena.h"
#include "base/pseudonym.h"
#include "redact/redact_key.h"

/*
 * A member's name is scanned, not a text: what is like an account, an order or
 * a key must look random, as names are made of words and numbers as well
 * (account_drawdown30d, sk_hynix_2024q1).
 */
#define TRK_SCAN_NAME		0x100

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

#endif							/* TRK_PATTERN_H */

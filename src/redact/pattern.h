/*
 * pattern.h
 *	  The scanner for secret shapes in texts.  It matches the patterns of the
 *	  contract, further ones of this extension, and those for personal data,
 *	  each by hand-written code with exactly the semantics of its regular
 *	  expression in redactions.def.
 *
 * Called by redact.c and by the SQL functions over plain texts.
 */
#ifndef TRK_PATTERN_H
#define TRK_PATTERN_H

#include "base/arena.h"
#include "base/pseudonym.h"
#include "redact/redact_key.h"

/*
 * A flag among the categories: the text is the name of a member.  Names are
 * made of words and numbers too (account_drawdown30d, sk_hynix_2024q1), so a
 * part that resembles an account, an order or a key must look random.
 */
#define TRK_SCAN_NAME		0x100

/*
 * Find the next match of the administrator's patterns at or after from.  It
 * never returns an empty match.
 */
typedef bool (*TrkCustomMatchFn) (void *arg, const char *s, Size len, Size from,
								  Size *start, Size *end);
typedef struct TrkCustomMatch
{
	TrkCustomMatchFn fn;		/* NULL when there are none */
	void	   *arg;
} TrkCustomMatch;

/* Return whether any rule of these categories matches anywhere in the text. */
extern bool trk_pattern_matches(const char *s, Size len, uint32 rules,
								const TrkCustomMatch *custom);

/* How matches are replaced. */
typedef struct TrkReplacer
{
	TrkIdentityForm form;
	const uint8 *key;			/* the key of pseudonyms; NULL: use "[REDACTED]" */
} TrkReplacer;

/*
 * Replace every match by "[REDACTED]", one pattern after the other in the
 * order of redactions.def, and repeat until none matches.  Returns false and
 * leaves *out and *out_len unchanged when nothing matched.
 */
extern bool trk_pattern_redact(TrkArena *arena, const char *s, Size len,
							   uint32 rules, const TrkCustomMatch *custom,
							   const char **out, Size *out_len);

/*
 * Replace every match as trk_pattern_redact() does, by the text that the
 * replacer makes of it; NULL stands for "[REDACTED]".
 */
extern bool trk_pattern_replace(TrkArena *arena, const char *s, Size len,
								uint32 rules, const TrkCustomMatch *custom,
								const TrkReplacer *replacer,
								const char **out, Size *out_len);

/*
 * The number of patterns, and a search for one pattern alone; both are for the
 * self-test.
 */
extern int	trk_pattern_count(void);
extern bool trk_pattern_find(int pattern, const char *s, Size len, Size from,
							 Size *start, Size *end);

#endif							/* TRK_PATTERN_H */

/*
 * named_value.h
 *	  Names of secrets in a text, and the values that they announce.
 *
 * Called by the matchers of named_shape.c and account_shape.c; implemented in
 * named_value.c and, for the values of headers, in named_header.c.  Both name
 * and value are read up to a fixed length, so a scan takes linear time.
 */
#ifndef TRK_NAMED_VALUE_H
#define TRK_NAMED_VALUE_H

#include "redact/redact_key.h"
#include "redact/secret_shape.h"

/* Limits in bytes; a longer quoted text is not taken as a value. */
#define TRK_NAMED_MAX_NAME		64
#define TRK_NAMED_MAX_BLANKS	8	/* between name, separator and value */
#define TRK_NAMED_MAX_QUOTED	8192

/* A name before a separator. */
typedef struct TrkNamed
{
	Size		begin;
	Size		end;
	TrkKeyClass key_class;
} TrkNamed;

/* Return whether there is a blank or a tab at i. */
static inline bool
trk_blank_at(const TrkShapeScan *scan, Size i)
{
	return trk_char_at(scan, i, ' ') || trk_char_at(scan, i, '\t');
}

/* Return whether there is a quotation mark at i. */
static inline bool
trk_quote_at(const TrkShapeScan *scan, Size i)
{
	return i < scan->len && memchr("\"'`", scan->s[i], 3) != NULL;
}

/* Return whether the character at i can be part of a name. */
static inline bool
trk_name_char_at(const TrkShapeScan *scan, Size i)
{
	return trk_class_at(scan, i, TRK_C_WORD | TRK_C_DASH) || trk_char_at(scan, i, '.');
}

/*
 * Look up the class of a name.  Returns false unless it is a class of secrets
 * or of accounts.
 */
extern bool trk_classify_name(const TrkShapeScan *scan, TrkNamed *named);

/*
 * Read the name that ends at end.  Some names have a blank in them (private
 * key: ...), so if the last word alone is not the name of a secret, or is
 * ambiguous, it is looked up together with the word before.
 */
extern bool trk_read_name(const TrkShapeScan *scan, Size end, TrkNamed *named);

/* Read the name before a separator, with or without quotation marks. */
extern bool trk_name_before_separator(const TrkShapeScan *scan, Size at,
									  TrkNamed *named);

/*
 * Return the end of a value without quotation marks that begins at i.  All
 * values that begin within it have the same end, so the end is cached.
 */
extern Size trk_bare_value_end(TrkShapeScan *scan, Size i);

/* Read the value that begins at i, without its quotation marks. */
extern bool trk_read_named_value(TrkShapeScan *scan, Size i, TrkSpan *value);

/*
 * Return the first of these words with which the name ends, or NULL; the list
 * ends with NULL.
 */
extern const char *trk_name_ending(const TrkShapeScan *scan, const TrkNamed *named,
								   const char *const *words);

/* Return whether the value looks like what the name announces. */
extern bool trk_judge_named(const TrkShapeScan *scan, const TrkNamed *named,
							TrkSpan *value);

/*
 * Match the words of a seed phrase without quotation marks as the value at i.
 */
extern bool trk_words_of_seed(const TrkShapeScan *scan, const TrkNamed *named, Size i,
							  TrkSpan *value);

/*
 * Return the position after a separator of one to three characters and the
 * blanks behind it.
 */
extern Size trk_after_separator(const TrkShapeScan *scan, Size at);

/*
 * Return whether this is the name of a header, whose value may have several
 * words.
 */
extern bool trk_is_header(const TrkShapeScan *scan, const TrkNamed *named,
						  bool *cookies);

/* Match the value of the Authorization or Cookie header at i. */
extern bool trk_header_value(TrkShapeScan *scan, Size i, bool cookies, TrkSpan *span);

#endif							/* TRK_NAMED_VALUE_H */

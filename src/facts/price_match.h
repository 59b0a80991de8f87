/*
 * price_match.h
 *	  Whether a pattern of at_price matches the model of a call, and which of two
 *	  patterns that do is the better one.  Called by price.c.
 */
#ifndef TRK_PRICE_MATCH_H
#define TRK_PRICE_MATCH_H

#include "facts/model_name.h"
#include "facts/price.h"

/* How a pattern is written. */
typedef enum TrkPatternKind
{
	TRK_PATTERN_EXACT,
	TRK_PATTERN_PREFIX,
	TRK_PATTERN_REGEX
} TrkPatternKind;

/*
 * A longer regular expression is refused: the longest of the published lists has
 * about 120 characters.
 */
#define TRK_MAX_PRICE_REGEX	255

/*
 * Counted repetitions within each other multiply the size of the automaton; with
 * as many copies as this it takes seconds to make.
 */
#define TRK_MAX_REGEX_COPIES	1000

/* The prices of one pattern, which are contiguous; they are tried in their order. */
typedef struct TrkPriceGroup
{
	TrkText		provider;		/* empty: of all providers */
	TrkText		model;			/* in lower case, unless it is a regular expression */
	TrkPatternKind kind;
	int			stem;			/* length of an exact name without its date */
	int			priority;
	const TrkPrice *prices;
	int			n;
	struct TrkPriceGroup *next; /* in the book */
} TrkPriceGroup;

/* A pattern that matches a model. */
typedef struct TrkPriceCandidate
{
	const TrkPriceGroup *group;
	TrkPriceMatch match;
	int			provider_rank;	/* smaller is better */
} TrkPriceCandidate;

/* The names of a call in one form. */
typedef struct TrkCallNames
{
	TrkModelName provider;
	TrkModelName model;
	TrkText		bare_model;		/* without a provider in front; points into model */
} TrkCallNames;

/* Put the names of a call into one form. */
extern void trk_call_names_set(TrkCallNames *names, TrkText provider, TrkText model);

/* Match a pattern; returns false when it does not. */
extern bool trk_price_match(const TrkPriceGroup *group, const TrkCallNames *names,
							TrkPriceCandidate *candidate);

/* Compare two candidates for qsort(): the better one is the lesser. */
extern int	trk_price_candidate_compare(const void *a, const void *b);

/*
 * Return whether a regular expression may stand in at_price: it is valid, short,
 * has no back references, with which matching could take for ever, and no
 * repetitions that make it huge.
 */
extern bool trk_may_be_price_regex(const char *pattern, Size len);

#endif							/* TRK_PRICE_MATCH_H */

/*
 * text_set.h
 *	  A dictionary of texts that takes no more of them once it is full.
 */
#ifndef TRK_TEXT_SET_H
#define TRK_TEXT_SET_H

#include "base/dict.h"

typedef struct TrkTextSet
{
	TrkDict		dict;			/* the texts, in the order in which they came */
	int64		limit;			/* the set is full with so many texts */
	Size		bytes;			/* of all texts */
	Size		byte_limit;		/* the set is full when its texts have so many bytes */
} TrkTextSet;

/* Make an empty set, which takes its memory from the context. */
extern void trk_text_set_init(TrkTextSet *set, MemoryContext context, int64 limit,
							  Size byte_limit);

/* Take a copy of the text unless it is there or the set is full. */
extern void trk_text_set_add(TrkTextSet *set, const char *s, Size len);

/* Is the set full? */
static inline bool
trk_text_set_full(const TrkTextSet *set)
{
	return set->dict.n >= set->limit || set->bytes >= set->byte_limit;
}

#endif							/* TRK_TEXT_SET_H */

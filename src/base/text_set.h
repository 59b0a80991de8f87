/*
 * text_set.h
 *	  A set of texts with limits; a full set ignores further texts.  Called by
 *	  export.
 */
#ifndef TRK_TEXT_SET_H
#define TRK_TEXT_SET_H

#include "base/dict.h"

typedef struct TrkTextSet
{
	TrkDict		dict;			/* the texts, in the order in which they were added */
	int64		limit;			/* the set is full when it has this many texts */
	Size		bytes;			/* total bytes of the texts */
	Size		byte_limit;		/* the set is full when its texts have this many bytes */
} TrkTextSet;

/* Make an empty set, which takes its memory from the context. */
extern void trk_text_set_init(TrkTextSet *set, MemoryContext context, int64 limit,
							  Size byte_limit);

/* Add a copy of the text, unless the set has it or is full. */
extern void trk_text_set_add(TrkTextSet *set, const char *s, Size len);

/* Return whether the set is full. */
static inline bool
trk_text_set_full(const TrkTextSet *set)
{
	return set->dict.n >= set->limit || set->bytes >= set->byte_limit;
}

#endif							/* TRK_TEXT_SET_H */

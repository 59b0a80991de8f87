/*
 * text_set.h
 *	  Distinct texts in the order in which they first came, up to a limit.
 *
 * Called by the artifacts, for ids and symbols.
 */
#ifndef TRK_TEXT_SET_H
#define TRK_TEXT_SET_H

#include "base/arena.h"

typedef struct TrkTextSet
{
	MemoryContext context;
	TrkText    *items;			/* in order; copies in the context */
	int			count;
	int			limit;			/* texts taken at most */
	Size		bytes;			/* of all texts */
	Size		byte_limit;		/* no text is taken once they have as many */
	int			room;			/* of items */
	int		   *slots;			/* hash table: index into items, or -1 */
	uint32		mask;			/* number of slots less one */
} TrkTextSet;

extern void trk_text_set_init(TrkTextSet *set, MemoryContext context, int limit,
							  Size byte_limit);

/* Take a copy of the text unless it is there or the set is full. */
extern void trk_text_set_add(TrkTextSet *set, const char *s, Size len);

/* Is the set full? */
static inline bool
trk_text_set_full(const TrkTextSet *set)
{
	return set->count >= set->limit || set->bytes >= set->byte_limit;
}

#endif							/* TRK_TEXT_SET_H */

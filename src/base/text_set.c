/*
 * text_set.c
 *	  A set of texts with limits; a full set ignores further texts.
 */
#include "base/trk.h"

#include "base/text_set.h"

/* Make an empty set, which takes its memory from the context. */
void
trk_text_set_init(TrkTextSet *set, MemoryContext context, int64 limit, Size byte_limit)
{
	trk_dict_init(&set->dict, context);
	set->limit = limit;
	set->bytes = 0;
	set->byte_limit = byte_limit;
}

/* Add a copy of the text, unless the set has it or is full. */
void
trk_text_set_add(TrkTextSet *set, const char *s, Size len)
{
	int64		before = set->dict.n;

	if (trk_text_set_full(set))
		return;
	(void) trk_dict_put(&set->dict, s, len);
	if (set->dict.n > before)
		set->bytes += len;
}

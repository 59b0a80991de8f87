/*
 * text_set.c
 *	  See text_set.h.
 */
#include "base/trk.h"

#include "common/hashfn.h"
#include "base/text_set.h"

/* Slots to begin with; a power of two. */
#define TRK_FIRST_SLOTS		64

/* See text_set.h. */
void
trk_text_set_init(TrkTextSet *set, MemoryContext context, int limit, Size byte_limit)
{
	memset(set, 0, sizeof(*set));
	set->context = context;
	set->limit = limit;
	set->byte_limit = byte_limit;
	set->room = TRK_FIRST_SLOTS / 2;
	set->mask = TRK_FIRST_SLOTS - 1;
	set->items = MemoryContextAlloc(context, sizeof(TrkText) * set->room);
	set->slots = MemoryContextAlloc(context, sizeof(int) * TRK_FIRST_SLOTS);
	memset(set->slots, -1, sizeof(int) * TRK_FIRST_SLOTS);
}

/* The slot that has the text, or the free one it would go to. */
static uint32
find_slot(const TrkTextSet *set, const char *s, Size len)
{
	uint32		slot = hash_bytes((const unsigned char *) s, (int) len) & set->mask;

	while (set->slots[slot] >= 0)
	{
		const TrkText *there = &set->items[set->slots[slot]];

		if (there->len == len && memcmp(there->s, s, len) == 0)
			break;
		slot = (slot + 1) & set->mask;
	}
	return slot;
}

/* Twice the room, with all texts in their new slots. */
static void
enlarge(TrkTextSet *set)
{
	uint32		nslots = (set->mask + 1) * 2;

	set->room *= 2;
	set->items = repalloc_huge(set->items, sizeof(TrkText) * set->room);
	pfree(set->slots);
	set->slots = MemoryContextAllocHuge(set->context, sizeof(int) * (Size) nslots);
	memset(set->slots, -1, sizeof(int) * (Size) nslots);
	set->mask = nslots - 1;
	for (int i = 0; i < set->count; i++)
		set->slots[find_slot(set, set->items[i].s, set->items[i].len)] = i;
}

/* See text_set.h. */
void
trk_text_set_add(TrkTextSet *set, const char *s, Size len)
{
	uint32		slot;
	char	   *copy;

	if (trk_text_set_full(set))
		return;
	slot = find_slot(set, s, len);
	if (set->slots[slot] >= 0)
		return;
	if (set->count == set->room)
	{
		enlarge(set);
		slot = find_slot(set, s, len);
	}
	copy = MemoryContextAlloc(set->context, Max(len, 1));
	memcpy(copy, s, len);
	set->items[set->count].s = copy;
	set->items[set->count].len = len;
	set->slots[slot] = set->count++;
	set->bytes += len;
}

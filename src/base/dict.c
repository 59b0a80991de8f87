/*
 * dict.c
 *	  A dictionary: distinct texts and their numbers.
 */
#include "base/trk.h"

#include "base/dict.h"

#include "utils/memutils.h"

/* Make an empty dictionary, which takes its memory from the context. */
void
trk_dict_init(TrkDict *dict, MemoryContext context)
{
	memset(dict, 0, sizeof(TrkDict));
	dict->context = context;
	dict->last = -1;
}

/* Remove and free all texts; the tables keep their size. */
void
trk_dict_clear(TrkDict *dict)
{
	for (int64 i = 0; i < dict->n; i++)
		pfree(dict->entries[i].s);
	dict->n = 0;
	dict->last = -1;
	if (dict->slots != NULL)
		memset(dict->slots, 0, sizeof(uint32) * dict->n_slots);
}

/* Put all texts into a new hash table that fits the current capacity. */
static void
rehash(TrkDict *dict)
{
	if (dict->slots != NULL)
		pfree(dict->slots);
	dict->n_slots = 16;
	while (dict->n_slots < 2 * (uint64) dict->room)
		dict->n_slots *= 2;
	dict->slots = MemoryContextAllocHuge(dict->context, sizeof(uint32) * dict->n_slots);
	memset(dict->slots, 0, sizeof(uint32) * dict->n_slots);
	for (int64 i = 0; i < dict->n; i++)
	{
		uint64		slot = dict->entries[i].hash & (dict->n_slots - 1);

		while (dict->slots[slot] != 0)
			slot = (slot + 1) & (dict->n_slots - 1);
		dict->slots[slot] = (uint32) i + 1;
	}
}

/* Make space for one more text. */
static void
reserve(TrkDict *dict)
{
	if (dict->n < dict->room)
		return;
	if (dict->n >= PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct texts")));
	dict->room = Max(8, 2 * dict->room);
	if (dict->entries == NULL)
		dict->entries = MemoryContextAlloc(dict->context, sizeof(TrkEntry) * dict->room);
	else
		dict->entries = repalloc_huge(dict->entries, sizeof(TrkEntry) * dict->room);
	rehash(dict);
}

/* Find the slot of a text; the slot is free when the text is not there. */
static uint64
slot_of(const TrkDict *dict, const char *s, Size len, uint32 hash)
{
	uint64		slot = hash & (dict->n_slots - 1);

	for (; dict->slots[slot] != 0; slot = (slot + 1) & (dict->n_slots - 1))
	{
		const TrkEntry *e = &dict->entries[dict->slots[slot] - 1];

		if (e->hash == hash && e->len == len && memcmp(e->s, s, len) == 0)
			break;
	}
	return slot;
}

/* Return the number of a text, or -1 when it is not in the dictionary. */
int64
trk_dict_find(const TrkDict *dict, const char *s, Size len)
{
	if (dict->n == 0)
		return -1;
	return (int64) dict->slots[slot_of(dict, s, len, trk_text_hash(s, len))] - 1;
}

/*
 * Return the number of a text, which is put in when it is new.  The same text
 * often comes several times in a row, so the last one is compared first.
 */
int64
trk_dict_put(TrkDict *dict, const char *s, Size len)
{
	uint32		hash;
	uint64		slot;
	TrkEntry   *e;

	if (dict->last >= 0 && dict->entries[dict->last].len == len &&
		memcmp(dict->entries[dict->last].s, s, len) == 0)
		return dict->last;
	reserve(dict);
	hash = trk_text_hash(s, len);
	slot = slot_of(dict, s, len, hash);
	if (dict->slots[slot] == 0)
	{
		e = &dict->entries[dict->n];
		e->s = MemoryContextAlloc(dict->context, Max(len, 1));
		memcpy(e->s, s, len);
		e->len = (uint32) len;
		e->hash = hash;
		dict->n++;
		dict->slots[slot] = (uint32) dict->n;
	}
	return dict->last = (int64) dict->slots[slot] - 1;
}

/* Compare two texts by their bytes, as memcmp() does; a prefix is the lesser. */
int
trk_entry_compare(const TrkEntry *a, const TrkEntry *b)
{
	int			cmp = memcmp(a->s, b->s, Min(a->len, b->len));

	if (cmp != 0)
		return cmp;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* A text and the number that it had before the dictionary was sorted. */
typedef struct Ranked
{
	TrkEntry	entry;
	int64		was;
} Ranked;

/* Compare texts for qsort(). */
static int
compare_ranked(const void *a, const void *b)
{
	return trk_entry_compare(&((const Ranked *) a)->entry, &((const Ranked *) b)->entry);
}

/*
 * Sort the texts by their bytes, so that each gets a new number.  Returns the
 * old number of each text by its new one, palloc'd; or NULL when the texts were
 * sorted already.
 */
int64 *
trk_dict_sort(TrkDict *dict)
{
	bool		sorted = true;
	Ranked	   *ranked;
	int64	   *was;

	for (int64 i = 1; i < dict->n && sorted; i++)
		sorted = trk_entry_compare(&dict->entries[i - 1], &dict->entries[i]) < 0;
	if (sorted)
		return NULL;
	ranked = palloc_extended(sizeof(Ranked) * dict->n, MCXT_ALLOC_HUGE);
	was = palloc_extended(sizeof(int64) * dict->n, MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < dict->n; i++)
		ranked[i] = (Ranked) {dict->entries[i], i};
	qsort(ranked, dict->n, sizeof(Ranked), compare_ranked);
	for (int64 i = 0; i < dict->n; i++)
	{
		dict->entries[i] = ranked[i].entry;
		was[i] = ranked[i].was;
	}
	pfree(ranked);
	rehash(dict);
	dict->last = -1;
	return was;
}

/* Return the new number of each of n texts by its old one, palloc'd. */
uint32 *
trk_dict_new_numbers(const int64 *was, int64 n)
{
	uint32	   *now = palloc_extended(sizeof(uint32) * n, MCXT_ALLOC_HUGE);

	for (int64 i = 0; i < n; i++)
		now[was[i]] = (uint32) i;
	return now;
}

/*
 * dict.h
 *	  Distinct texts and their numbers: a hash table from text to number and an
 *	  array from number to text.
 *
 * Numbers count from 0 in the order in which the texts came, until the
 * dictionary is sorted.  The dictionary has its own copies of the texts.
 */
#ifndef TRK_DICT_H
#define TRK_DICT_H

#include "base/trk.h"

#include "common/hashfn.h"

typedef struct TrkEntry
{
	char	   *s;
	uint32		len;
	uint32		hash;
} TrkEntry;

typedef struct TrkDict
{
	MemoryContext context;
	TrkEntry   *entries;
	int64		n;
	int64		room;			/* of entries */
	uint32	   *slots;			/* hash table: number of an entry and 1, or 0 */
	uint64		n_slots;		/* a power of 2, at least twice the room */
	int64		last;			/* number of the entry that was put last, or -1 */
} TrkDict;

/* Spread the bits of a word over all of it (the end of MurmurHash3). */
static inline uint64
trk_mix_bits(uint64 h)
{
	h = (h ^ (h >> 33)) * UINT64CONST(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64CONST(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

/* The hash of a text.  Most texts have a few bytes, for which one word is mixed. */
static inline uint32
trk_text_hash(const char *s, Size len)
{
	uint64		word = 0;

	if (len > sizeof(word))
		return hash_bytes((const unsigned char *) s, (int) len);
	memcpy(&word, s, len);
	return (uint32) trk_mix_bits(word + len);
}

/* Make an empty dictionary, which takes its memory from the context. */
extern void trk_dict_init(TrkDict *dict, MemoryContext context);

/* Take all texts out and free them; the tables keep their space. */
extern void trk_dict_clear(TrkDict *dict);

/* Return the number of a text, which is put in when it is new. */
extern int64 trk_dict_put(TrkDict *dict, const char *s, Size len);

/* Return the number of a text, or -1 when it is not in the dictionary. */
extern int64 trk_dict_find(const TrkDict *dict, const char *s, Size len);

/*
 * Sort the texts by their bytes, so that each gets a new number.  Returns the
 * old number of each text by its new one, palloc'd; or NULL when the texts were
 * sorted already.
 */
extern int64 *trk_dict_sort(TrkDict *dict);

/* Return the new number of each of n texts by its old one, palloc'd. */
extern uint32 *trk_dict_new_numbers(const int64 *was, int64 n);

/* Compare two texts by their bytes, as memcmp() does; a prefix is the lesser. */
extern int	trk_entry_compare(const TrkEntry *a, const TrkEntry *b);

#endif							/* TRK_DICT_H */

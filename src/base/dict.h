/*
 * dict.h
 *	  A dictionary: distinct texts and their numbers.  It has a hash table from
 *	  text to number and an array from number to text.  Texts are numbered from
 *	  0 in the order in which they were added, until the dictionary is sorted.
 *	  The dictionary copies its texts.
 *
 * Called by drift, stats, facts and the text sets of artifacts.
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
	int64		room;			/* for how many entries there is space */
	uint32	   *slots;			/* hash table: number of an entry plus 1; 0: free */
	uint64		n_slots;		/* a power of 2, at least twice the capacity */
	int64		last;			/* number of the entry that was added last, or -1 */
} TrkDict;

/* Mix the bits of a word (the finalizer of MurmurHash3). */
static inline uint64
trk_mix_bits(uint64 h)
{
	h = (h ^ (h >> 33)) * UINT64CONST(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64CONST(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

/*
 * Hash a text.  Most texts have a few bytes, for which a single word is mixed.
 */
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

/* Remove and free all texts; the tables keep their size. */
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

/*
 * category_counts.c
 *	  Counts by key: the expanded object and its flat form (see
 *	  category_counts.h).
 */
#include "base/trk.h"

#include "stats/category_counts.h"

#include "base/dict.h"
#include "common/int.h"
#include "utils/memutils.h"

/*
 * The stored form: this header, then for each key its counts, its length and
 * its bytes.
 */
typedef struct Flat
{
	int32		vl_len_;
	uint8		format;
	uint8		parts;
	uint8		sides;
	uint8		unused;
	int64		nulls[2];
	int64		n;
} Flat;

/* Return the size of an entry in the flat form. */
static inline Size
entry_size(const TrkCategoryCountsKind *kind, Size len)
{
	return sizeof(int64) * (kind->sides + 1) + TYPEALIGN(8, len);
}

/* TrkAggType: return the size of the flat form. */
static Size
flat_size(void *state)
{
	TrkCategoryCounts *counts = state;
	Size		size = sizeof(Flat);

	for (int64 i = 0; i < counts->n; i++)
	{
		size += entry_size(counts->kind, counts->entries[i].len);
		if (size > MaxAllocSize)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%s has too many categories", counts->kind->agg.name)));
	}
	return size;
}

/* TrkAggType: write the flat form. */
static void
flatten(void *object, struct varlena *result, Size size)
{
	TrkCategoryCounts *state = object;
	Flat	   *flat = (Flat *) result;
	char	   *p = (char *) (flat + 1);

	trk_category_counts_sort(state);
	memset(flat, 0, size);
	flat->format = TRK_CATEGORY_COUNTS_FORMAT;
	flat->parts = (uint8) state->kind->parts;
	flat->sides = (uint8) state->kind->sides;
	flat->nulls[0] = state->nulls[0];
	flat->nulls[1] = state->nulls[1];
	flat->n = state->n;
	for (int64 i = 0; i < state->n; i++)
	{
		const TrkCategoryCountsEntry *e = &state->entries[i];
		int64		len = e->len;

		memcpy(p, e->counts, sizeof(int64) * state->kind->sides);
		memcpy(p + sizeof(int64) * state->kind->sides, &len, sizeof(len));
		memcpy(p + sizeof(int64) * (state->kind->sides + 1), e->key, e->len);
		p += entry_size(state->kind, e->len);
	}
}

/* Put all entries into a new hash table. */
static void
rehash(TrkCategoryCounts *counts)
{
	if (counts->slots != NULL)
		pfree(counts->slots);
	counts->n_slots = 16;
	while (counts->n_slots < 2 * (uint64) counts->room)
		counts->n_slots *= 2;
	counts->slots = MemoryContextAllocHuge(trk_agg_context(counts), sizeof(uint32) * counts->n_slots);
	memset(counts->slots, 0, sizeof(uint32) * counts->n_slots);
	for (int64 i = 0; i < counts->n; i++)
	{
		uint64		slot = counts->entries[i].hash & (counts->n_slots - 1);

		while (counts->slots[slot] != 0)
			slot = (slot + 1) & (counts->n_slots - 1);
		counts->slots[slot] = (uint32) i + 1;
	}
}

/* Make space for one more entry. */
static void
reserve(TrkCategoryCounts *counts)
{
	if (counts->n >= counts->kind->most)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s has more than " INT64_FORMAT " categories", counts->kind->agg.name,
						counts->kind->most),
				 errhint("Is the column an identifier rather than a kind of behaviour?")));
	if (counts->n < counts->room && counts->slots != NULL)
		return;
	if (counts->n == counts->room)
	{
		counts->room = Max(8, 2 * counts->room);
		if (counts->entries == NULL)
			counts->entries = MemoryContextAlloc(trk_agg_context(counts),
												 sizeof(TrkCategoryCountsEntry) * counts->room);
		else
			counts->entries = repalloc_huge(counts->entries, sizeof(TrkCategoryCountsEntry) * counts->room);
	}
	rehash(counts);
}

/* qsort() comparator: keys by their bytes. */
static int
compare_entries(const void *a, const void *b)
{
	const TrkCategoryCountsEntry *x = a;
	const TrkCategoryCountsEntry *y = b;
	int			cmp = memcmp(x->key, y->key, Min(x->len, y->len));

	if (cmp != 0)
		return cmp;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* Return the entry of a key, which is added if it is new. */
static TrkCategoryCountsEntry *
entry_of(TrkCategoryCounts *state, const char *key, Size len, uint32 hash)
{
	uint64		slot;
	TrkCategoryCountsEntry *e;
	char	   *copy;

	if (state->slots == NULL)
		reserve(state);
	for (slot = hash & (state->n_slots - 1); state->slots[slot] != 0;
		 slot = (slot + 1) & (state->n_slots - 1))
	{
		e = &state->entries[state->slots[slot] - 1];
		if (e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0)
			return e;
	}
	reserve(state);
	for (slot = hash & (state->n_slots - 1); state->slots[slot] != 0;
		 slot = (slot + 1) & (state->n_slots - 1))
		;
	copy = MemoryContextAlloc(trk_agg_context(state), Max(len, 1));
	memcpy(copy, key, len);
	e = &state->entries[state->n++];
	e->key = copy;
	e->len = (uint32) len;
	e->hash = hash;
	e->counts[0] = e->counts[1] = 0;
	state->slots[slot] = (uint32) state->n;
	state->sorted = state->n == 1 || (state->sorted && compare_entries(e - 1, e) < 0);
	return e;
}

/* Add to a count; an overflow is an ERROR. */
static inline void
add(int64 *sum, int64 count)
{
	if (pg_add_s64_overflow(*sum, count, sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count of a category is out of range")));
}

/* Add to the count of a key on a side. */
void
trk_category_counts_add(TrkCategoryCounts *state, const char *key, Size len, int side, int64 count)
{
	uint32		hash = trk_text_hash(key, len);

	add(&entry_of(state, key, len, hash)->counts[side], count);
}

/* Add to the count of NULLs on a side. */
void
trk_category_counts_add_null(TrkCategoryCounts *counts, int side, int64 count)
{
	add(&counts->nulls[side], count);
}

/* TrkAggType: add all counts of another object. */
static void
merge(void *object, const void *from_object)
{
	TrkCategoryCounts *state = object;
	const TrkCategoryCounts *other = from_object;

	for (int side = 0; side < 2; side++)
		add(&state->nulls[side], other->nulls[side]);
	for (int64 i = 0; i < other->n; i++)
	{
		const TrkCategoryCountsEntry *from = &other->entries[i];
		TrkCategoryCountsEntry *to = entry_of(state, from->key, from->len, from->hash);

		add(&to->counts[0], from->counts[0]);
		add(&to->counts[1], from->counts[1]);
		if ((i & 4095) == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

/* Sort the entries by key, so that equal states have equal bytes. */
void
trk_category_counts_sort(TrkCategoryCounts *counts)
{
	if (counts->sorted || counts->n == 0)
		return;
	qsort(counts->entries, counts->n, sizeof(TrkCategoryCountsEntry), compare_entries);
	counts->sorted = true;
	rehash(counts);
}

/* An entry of a flat form, which points into it. */
typedef struct FlatEntry
{
	int64		counts[2];
	int64		len;
	const char *key;
} FlatEntry;

/*
 * Read the entry of a flat form at p.  Returns the position after it, or NULL
 * when it is not valid.
 */
static const char *
read_entry(const TrkCategoryCountsKind *kind, const char *p, const char *end, FlatEntry *e)
{
	Size		head = sizeof(int64) * (kind->sides + 1);
	int64		words[3];

	if ((Size) (end - p) < head)
		return NULL;
	memcpy(words, p, head);
	e->counts[0] = words[0];
	e->counts[1] = kind->sides == 2 ? words[1] : 0;
	e->len = words[kind->sides];
	e->key = p + head;
	if (e->counts[0] < 0 || e->counts[1] < 0 || e->len < 0 ||
		e->len > end - p - (int64) head ||
		TYPEALIGN(8, e->len) > (Size) (end - p) - head ||
		(memchr(e->key, '\0', e->len) != NULL) != (kind->parts == 2))
		return NULL;
	return e->key + TYPEALIGN(8, e->len);
}

/* Return whether an entry has this key. */
static inline bool
is_entry_of(const TrkCategoryCountsEntry *entry, const FlatEntry *e)
{
	return entry->len == e->len && memcmp(entry->key, e->key, e->len) == 0;
}

/* Return whether a key sorts before another. */
static bool
key_is_before(const FlatEntry *a, const FlatEntry *b)
{
	int			cmp = memcmp(a->key, b->key, Min(a->len, b->len));

	return cmp < 0 || (cmp == 0 && a->len < b->len);
}

/*
 * TrkAggType: add the counts of a flat form, whose bytes may be corrupt; return
 * false when it is not valid.
 */
static bool
merge_flat(void *object, const struct varlena *bytes)
{
	TrkCategoryCounts *state = object;
	const Flat *flat = (const Flat *) bytes;
	Size		size = VARSIZE(flat);
	const char *p = (const char *) (flat + 1);
	const char *end = (const char *) flat + size;
	FlatEntry	last = {{0, 0}, 0, NULL};
	int64		n = 0;
	int64		next = 0;		/* the entry that probably comes next, because the states of two
								 * days have mostly the same keys */

	if (size < sizeof(Flat) || flat->format != TRK_CATEGORY_COUNTS_FORMAT ||
		flat->parts != state->kind->parts || flat->sides != state->kind->sides ||
		flat->nulls[0] < 0 || flat->nulls[1] < 0)
		return false;
	add(&state->nulls[0], flat->nulls[0]);
	add(&state->nulls[1], flat->nulls[1]);
	for (; p < end; n++)
	{
		FlatEntry	e;
		TrkCategoryCountsEntry *to;

		p = read_entry(state->kind, p, end, &e);
		if (p == NULL)
			return false;
		if (state->sorted && next < state->n && is_entry_of(&state->entries[next], &e))
			to = &state->entries[next];
		else if (n > 0 && !key_is_before(&last, &e))
			return false;
		else
			to = entry_of(state, e.key, e.len, trk_text_hash(e.key, e.len));
		next = to - state->entries + 1;
		add(&to->counts[0], e.counts[0]);
		add(&to->counts[1], e.counts[1]);
		last = e;
		if ((n & 4095) == 4095)
			CHECK_FOR_INTERRUPTS();
	}
	return n == flat->n;
}

/* TrkAggType: make a zeroed object the empty state. */
static void
init(void *state)
{
	TrkCategoryCounts *counts = state;

	counts->kind = (const TrkCategoryCountsKind *) counts->object.type;
}

/* A kind with this name, parts of a key, sides and most keys. */
#define KIND(type_name, n_parts, n_sides, most_keys) { \
	.agg = { \
		.name = type_name, .object_size = sizeof(TrkCategoryCounts), .init = init, \
		.flat_size = flat_size, .flatten = flatten, .merge = merge, .merge_flat = merge_flat \
	}, \
	.parts = n_parts, .sides = n_sides, .most = most_keys \
}

const TrkCategoryCountsKind trk_counts_kind =
KIND("at_counts", 1, 1, TRK_CATEGORY_COUNTS_CATEGORIES);
const TrkCategoryCountsKind trk_cluster_counts_kind =
KIND("at_cluster_counts", 2, 1, TRK_CATEGORY_COUNTS_CLUSTERS);
const TrkCategoryCountsKind trk_sided_counts_kind =
KIND("at_sided_counts", 1, 2, TRK_CATEGORY_COUNTS_CATEGORIES);
const TrkCategoryCountsKind trk_sided_cluster_counts_kind =
KIND("at_sided_cluster_counts", 2, 2, TRK_CATEGORY_COUNTS_CLUSTERS);

/* Make an empty state in a memory context of its own below the current one. */
TrkCategoryCounts *
trk_category_counts_new(const TrkCategoryCountsKind *kind)
{
	return trk_agg_new(&kind->agg, CurrentMemoryContext);
}

/* Return the state in an argument for reading, with its entries sorted. */
TrkCategoryCounts *
trk_category_counts_argument(FunctionCallInfo fcinfo, int arg, const TrkCategoryCountsKind *kind)
{
	TrkCategoryCounts *counts = trk_agg_arg(fcinfo, arg, &kind->agg);

	trk_category_counts_sort(counts);
	return counts;
}

/*
 * json_member.c
 *	  The members of an object: lookup, folding of duplicates, canonical order.
 *
 * Most names are short and differ early, so all three compare the first eight
 * bytes as a number.  The byte order of UTF-8 is the order of code points.
 * Names come from outside, so objects of any size with any names take at most
 * n log n time.
 */
#include "base/trk.h"

#include "base/bytes.h"
#include "json/json_member.h"
#include "json/json_scan.h"

/* Up to this many members, duplicates are found with a small filter. */
#define FILTER_MEMBERS		64

/*
 * Bits of the filter's size, which is that of the hash that selects one of its
 * bits.
 */
#define FILTER_HASH_BITS	10
#define FILTER_WORDS		((1 << FILTER_HASH_BITS) / 64)

/* Up to this many members, sorting needs no memory. */
#define INSERTION_MEMBERS	24

/* A member as the sort compares it. */
typedef struct TrkSortKey
{
	uint64		prefix;
	const TrkMember *member;
} TrkSortKey;

/*
 * Return the first eight bytes of a name as a big-endian number, padded with
 * zeros.  It sorts like the bytes of the name as far as it goes, because a
 * name contains no NUL.
 */
static inline uint64
name_prefix(const char *name, Size len)
{
	uint64		word = 0;
	Size		i;

	if (likely(len >= 8))
	{
		memcpy(&word, name, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		return word;
#else
		return __builtin_bswap64(word);
#endif
	}
	for (i = 0; i < len; i++)
		word |= (uint64) (unsigned char) name[i] << (56 - 8 * i);
	return word;
}

/* Mix two words to one whose high bits depend on all bits of both. */
static inline uint64
mix(uint64 a, uint64 b)
{
	a = (a ^ b) * UINT64CONST(0x9e3779b97f4a7c15);
	return a ^ (a >> 32);
}

/* Hash a name by its length and its two ends. */
static inline uint64
hash_ends(const char *name, Size len)
{
	uint64		hash = mix(name_prefix(name, len), len);

	if (len > 8)
		hash = mix(hash, trk_load8(name + len - 8));
	return hash * UINT64CONST(0x9e3779b97f4a7c15);
}

/* Return whether two members have the same name. */
static inline bool
same_name(const TrkMember *a, const TrkMember *b)
{
	return a->name_len == b->name_len && trk_same_bytes(a->name, b->name, a->name_len);
}

/*
 * Fold the duplicates of a few members: a filter of bits distinguishes nearly
 * all names from those before, and only the rest is compared.
 */
static Size
fold_few(TrkMember *members, Size n)
{
	uint64		filter[FILTER_WORDS] = {0};
	Size		kept = 0;
	Size		i,
				j;

	for (i = 0; i < n; i++)
	{
		uint64		hash = hash_ends(members[i].name, members[i].name_len) >> (64 - FILTER_HASH_BITS);
		uint64		bit = UINT64CONST(1) << (hash % 64);

		j = kept;
		if ((filter[hash / 64] & bit) != 0)
			for (j = 0; j < kept && !same_name(&members[i], &members[j]);)
				j++;
		filter[hash / 64] |= bit;
		if (j < kept)
			members[j].value = members[i].value;
		else
		{
			if (kept != i)
				members[kept] = members[i];
			kept++;
		}
	}
	return kept;
}

/* Return whether one name sorts before another. */
static inline bool
key_before(const TrkSortKey *a, const TrkSortKey *b)
{
	Size		a_len,
				b_len;
	int			order;

	if (likely(a->prefix != b->prefix))
		return a->prefix < b->prefix;
	a_len = a->member->name_len;
	b_len = b->member->name_len;
	order = memcmp(a->member->name, b->member->name, Min(a_len, b_len));
	return order != 0 ? order < 0 : a_len < b_len;
}

/* Sort a few keys. */
static void
sort_few(TrkSortKey *keys, Size n)
{
	Size		i,
				j;

	for (i = 1; i < n; i++)
	{
		TrkSortKey	key = keys[i];

		for (j = i; j > 0 && key_before(&key, &keys[j - 1]); j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

/* Merge two sorted halves; room holds half of the keys. */
static void
merge_halves(TrkSortKey *keys, TrkSortKey *room, Size n)
{
	Size		half = n / 2;
	Size		left = 0;
	Size		right = half;
	Size		next = 0;

	if (!key_before(&keys[half], &keys[half - 1]))
		return;
	memcpy(room, keys, half * sizeof(TrkSortKey));
	while (left < half)
	{
		if (right < n && key_before(&keys[right], &room[left]))
			keys[next++] = keys[right++];
		else
			keys[next++] = room[left++];
	}
}

/* Sort keys, equal names in the order in which they come. */
static void
sort_keys(TrkSortKey *keys, TrkSortKey *room, Size n)
{
	if (n <= INSERTION_MEMBERS)
	{
		sort_few(keys, n);
		return;
	}
	TRK_CHECK_INTERRUPTS();
	sort_keys(keys, room, n / 2);
	sort_keys(keys + n / 2, room, n - n / 2);
	merge_halves(keys, room, n);
}

/* Fill in the sort keys of some members. */
static void
make_keys(TrkSortKey *keys, const TrkMember *members, Size n)
{
	Size		i;

	for (i = 0; i < n; i++)
	{
		keys[i].prefix = name_prefix(members[i].name, members[i].name_len);
		keys[i].member = &members[i];
	}
}

/* Return the sorted keys of many members. */
static TrkSortKey *
sorted_keys(TrkArena *arena, const TrkMember *members, Size n)
{
	TrkSortKey *keys = trk_alloc_array(arena, TrkSortKey, n);

	make_keys(keys, members, n);
	sort_keys(keys, trk_alloc_array(arena, TrkSortKey, n / 2), n);
	return keys;
}

/*
 * Fold the duplicates of many members: after sorting, equal names are
 * adjacent.
 */
static Size
fold_many(TrkArena *arena, TrkMember *members, Size n)
{
	TrkSortKey *keys = sorted_keys(arena, members, n);
	TrkMember  *first = &members[keys[0].member - members];
	Size		kept = 0;
	Size		i;

	for (i = 1; i < n; i++)
	{
		TrkMember  *member = &members[keys[i].member - members];

		if (keys[i].prefix == keys[i - 1].prefix && same_name(member, first))
		{
			first->value = member->value;
			member->name = NULL;
		}
		else
			first = member;
	}
	for (i = 0; i < n; i++)
		if (members[i].name != NULL)
			members[kept++] = members[i];
	return kept;
}

/* Keep one member of each name. */
Size
trk_members_fold(TrkArena *arena, TrkMember *members, Size n)
{
	if (n < 2)
		return n;
	return n <= FILTER_MEMBERS ? fold_few(members, n) : fold_many(arena, members, n);
}

/* Return the members of an object in canonical order. */
const TrkMember *
trk_members_in_order(TrkArena *arena, const TrkValue *object)
{
	TrkMember  *members = object->u.members;
	TrkMember  *sorted;
	TrkSortKey	few[INSERTION_MEMBERS];
	TrkSortKey *keys = few;
	Size		n = object->len;
	Size		i;

	if ((object->flags & TRK_F_SORTED) != 0)
		return members;
	if (n > INSERTION_MEMBERS)
		keys = sorted_keys(arena, members, n);
	else
	{
		make_keys(keys, members, n);
		sort_few(keys, n);
	}
	for (i = 0; i < n && keys[i].member == &members[i];)
		i++;
	if (i == n)
		return members;
	sorted = trk_alloc_array(arena, TrkMember, n);
	for (i = 0; i < n; i++)
		sorted[i] = *keys[i].member;
	return sorted;
}

/* Sort the members of all objects in the tree. */
void
trk_json_sort(TrkArena *arena, TrkValue *value)
{
	uint32		i;

	if (value->kind == TRK_ARRAY)
		for (i = 0; i < value->len; i++)
			trk_json_sort(arena, &value->u.items[i]);
	if (value->kind != TRK_OBJECT)
		return;
	value->u.members = (TrkMember *) trk_members_in_order(arena, value);
	value->flags |= TRK_F_SORTED;
	for (i = 0; i < value->len; i++)
		trk_json_sort(arena, &value->u.members[i].value);
}

/* Return the member with this name, or NULL. */
TrkMember *
trk_json_member(const TrkValue *object, const char *name)
{
	Size		len = strlen(name);
	uint32		i;

	if (object->kind != TRK_OBJECT)
		return NULL;
	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];

		if (member->name_len == len && trk_same_bytes(member->name, name, len))
			return member;
	}
	return NULL;
}

/*
 * Return whether a value counts as true, by Python's rule: everything except
 * absent, null, false, zero, "", [] and {}.
 */
bool
trk_json_truthy(const TrkValue *value)
{
	uint32		i;

	if (value == NULL)
		return false;
	switch (value->kind)
	{
		case TRK_NULL:
		case TRK_FALSE:
			return false;
		case TRK_NUMBER:
			for (i = 0; i < value->len && (value->u.str[i] | 0x20) != 'e'; i++)
			{
				if (value->u.str[i] >= '1' && value->u.str[i] <= '9')
					return true;
			}
			return false;
		case TRK_STRING:
		case TRK_ARRAY:
		case TRK_OBJECT:
			return value->len > 0;
		default:
			return true;
	}
}

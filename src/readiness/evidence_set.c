/*
 * evidence_set.c
 *	  Merges evidence (see evidence_set.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "readiness/evidence_set.h"

#ifndef TRK_STANDALONE
#include "common/int.h"
#include "utils/memutils.h"
#endif

#define TRK_SET_FIXED	offsetof(TrkEvidenceSet, ends)

const uint8 trk_counted_bits[TRK_COUNTED] = {
#define TRK_COUNT(name, bit) TRK_BIT_##bit,
	TRK_COUNTED_BITS(TRK_COUNT)
#undef TRK_COUNT
};

/* Make an empty set in a memory context. */
TrkEvidenceSet *
trk_evidence_set_empty(MemoryContext context)
{
	TrkEvidenceSet *set = MemoryContextAllocZero(context, TRK_SET_FIXED);

	SET_VARSIZE(set, TRK_SET_FIXED);
	set->format = TRK_EVIDENCE_SET_FORMAT;
	set->types = TRK_EVENT_TYPES;
	set->counted = TRK_COUNTED;
	set->known = TRK_BITS;
	return set;
}

/* Return where the check ids begin. */
static inline char *
ids_of(const TrkEvidenceSet *set)
{
	return (char *) unconstify(uint32 *, &set->ends[set->check_ids]);
}

/*
 * Return where the check id with this number begins, relative to the first
 * one.
 */
static inline uint32
start_of(const TrkEvidenceSet *set, uint32 i)
{
	return i == 0 ? 0 : set->ends[i - 1];
}

/* Return the check id with this number. */
static void
get_check_id(const TrkEvidenceSet *set, uint32 i, TrkCheckId *id)
{
	const char *p = ids_of(set) + start_of(set, i);

	id->seen = (uint8) *p;
	id->text = p + 1;
	id->len = set->ends[i] - start_of(set, i) - 1;
}

/* Return the check id at *at and advance *at; return false after the last. */
bool
trk_evidence_set_next(const TrkEvidenceSet *set, uint32 *at, TrkCheckId *id)
{
	if (*at >= set->check_ids)
		return false;
	get_check_id(set, (*at)++, id);
	return true;
}

/* Compare check ids by their bytes. */
static int
check_id_cmp(const char *a, Size alen, const char *b, Size blen)
{
	int			cmp = memcmp(a, b, Min(alen, blen));

	if (cmp != 0)
		return cmp;
	return alen < blen ? -1 : alen > blen;
}

/*
 * Return whether a check id can have been seen in this way: the set must have
 * such events.
 */
static bool
seen_is_sound(const TrkEvidenceSet *set, uint8 seen)
{
	return seen != 0 && seen <= (TRK_CHECK_FAILED | TRK_CHECK_WARNING) &&
		((seen & TRK_CHECK_FAILED) == 0 || set->counts[TRK_COUNT_FAILED_CHECK] > 0) &&
		((seen & TRK_CHECK_WARNING) == 0 || set->counts[TRK_COUNT_WARNING_CHECK] > 0);
}

/*
 * Return whether the check ids are complete and sorted.  Their number has been
 * checked against the size.
 */
static bool
check_ids_are_sound(const TrkEvidenceSet *set, Size size)
{
	Size		bytes = size - TRK_SET_FIXED - set->check_ids * sizeof(uint32);
	TrkCheckId	last = {NULL, 0, 0};

	for (uint32 i = 0; i < set->check_ids; i++)
	{
		TrkCheckId	id;

		/* a text must not be empty */
		if (set->ends[i] > bytes || set->ends[i] < (uint64) start_of(set, i) + 2)
			return false;
		get_check_id(set, i, &id);
		if (!seen_is_sound(set, id.seen) ||
			(i > 0 && check_id_cmp(last.text, last.len, id.text, id.len) >= 0))
			return false;
		last = id;
	}
	return start_of(set, set->check_ids) == bytes;
}

/* Return whether the bytes after the varlena header are a well-formed set. */
bool
trk_evidence_set_check(const TrkEvidenceSet *set, Size size)
{
	int64		sum = 0;

	if (size < TRK_SET_FIXED || set->format != TRK_EVIDENCE_SET_FORMAT ||
		set->types != TRK_EVENT_TYPES || set->counted != TRK_COUNTED ||
		set->known > TRK_BITS || set->events < 0 ||
		set->check_ids > (size - TRK_SET_FIXED) / sizeof(uint32) ||
		set->environments >> trk_enum_count(TRK_ENUM_environment) != 0 ||
		(set->events == 0 && (set->environments | set->bits[0] | set->bits[1]) != 0))
		return false;
	for (int bit = TRK_BITS; bit < TRK_BIT_WORDS * 64; bit++)
		if (trk_bit_is_set(set->bits, bit))
			return false;
	for (int i = 0; i < TRK_COUNTED; i++)
		if (set->counts[i] < 0 || set->counts[i] > set->events ||
			(set->counts[i] > 0) != trk_set_has(set, trk_counted_bits[i]))
			return false;
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		if (set->by_type[i] < 0 || pg_add_s64_overflow(sum, set->by_type[i], &sum))
			return false;
	return sum <= set->events && check_ids_are_sound(set, size);
}

/*
 * Find a check id.  Returns its number, or that of the first one after it;
 * *found says which.
 */
static uint32
find_check(const TrkEvidenceSet *set, const char *text, Size len, bool *found)
{
	uint32		low = 0;
	uint32		high = set->check_ids;

	*found = false;
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		TrkCheckId	id;
		int			cmp;

		get_check_id(set, middle, &id);
		cmp = check_id_cmp(id.text, id.len, text, len);
		if (cmp < 0)
			low = middle + 1;
		else
			high = middle;
		*found = *found || cmp == 0;
	}
	return low;
}

/*
 * Make a copy of a set with space for this many check ids of this many bytes;
 * it has no check ids yet.
 */
static TrkEvidenceSet *
make_room(const TrkEvidenceSet *set, Size ids, Size bytes, MemoryContext context)
{
	TrkEvidenceSet *grown;

	if (bytes > MaxAllocSize || ids > MaxAllocSize / sizeof(uint32) ||
		TRK_SET_FIXED + ids * sizeof(uint32) + bytes > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("evidence has too many check ids")));
	grown = MemoryContextAlloc(context, TRK_SET_FIXED + ids * sizeof(uint32) + bytes);
	memcpy(grown, set, TRK_SET_FIXED);
	grown->check_ids = (uint32) ids;
	SET_VARSIZE(grown, TRK_SET_FIXED + ids * sizeof(uint32) + bytes);
	return grown;
}

/* Insert a check id at this number. */
static TrkEvidenceSet *
insert_check(const TrkEvidenceSet *set, uint32 number, const char *text, Size len,
			 uint8 seen, MemoryContext context)
{
	Size		start = start_of(set, number);
	Size		end = start_of(set, set->check_ids);
	Size		size = Min(len, MaxAllocSize) + 1;
	TrkEvidenceSet *grown = make_room(set, (Size) set->check_ids + 1, end + size, context);
	char	   *p = ids_of(grown);

	memcpy(grown->ends, set->ends, number * sizeof(uint32));
	grown->ends[number] = (uint32) (start + size);
	for (uint32 i = number; i < set->check_ids; i++)
		grown->ends[i + 1] = (uint32) (set->ends[i] + size);
	memcpy(p, ids_of(set), start);
	p[start] = (char) seen;
	memcpy(p + start + 1, text, len);
	memcpy(p + start + size, ids_of(set) + start, end - start);
	return grown;
}

/*
 * Add a check id to a set.  Returns the set, changed in place, or a larger
 * copy in the context; the old set must then not be used any more.
 */
TrkEvidenceSet *
trk_evidence_set_add_check(TrkEvidenceSet *set, const char *id, Size len, uint8 seen,
						   MemoryContext context)
{
	bool		found;
	uint32		number = find_check(set, id, len, &found);

	if (!found)
		return insert_check(set, number, id, len, seen, context);
	ids_of(set)[start_of(set, number)] |= (char) seen;
	return set;
}

/* Add an event to the counts of bits, and its check id if it has one. */
TrkEvidenceSet *
trk_evidence_set_count(TrkEvidenceSet *set, const TrkEvidence *evidence,
					   MemoryContext context)
{
	uint8		seen = 0;

	for (int i = 0; i < TRK_COUNTED; i++)
		set->counts[i] += trk_bit_is_set(evidence->bits, trk_counted_bits[i]);
	if (evidence->check_id.len == 0)
		return set;
	if (trk_bit_is_set(evidence->bits, TRK_BIT_failed_check))
		seen |= TRK_CHECK_FAILED;
	if (trk_bit_is_set(evidence->bits, TRK_BIT_warning_check))
		seen |= TRK_CHECK_WARNING;
	if (seen == 0)
		return set;
	return trk_evidence_set_add_check(set, evidence->check_id.s, evidence->check_id.len,
									  seen, context);
}

/* Add a count, or complain that it does not fit. */
static void
add_count(int64 *sum, int64 n)
{
	if (pg_add_s64_overflow(*sum, n, sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("evidence counts too many events")));
}

/*
 * Mark in set the check ids of other that it has, and count the others and
 * their bytes.
 */
static uint32
mark_checks(TrkEvidenceSet *set, const TrkEvidenceSet *other, Size *bytes)
{
	uint32		missing = 0;
	uint32		at = 0;
	TrkCheckId	id;

	*bytes = 0;
	while (trk_evidence_set_next(other, &at, &id))
	{
		bool		found;
		uint32		number = find_check(set, id.text, id.len, &found);

		if (found)
			ids_of(set)[start_of(set, number)] |= (char) id.seen;
		else
		{
			missing++;
			*bytes += id.len + 1;
		}
	}
	return missing;
}

/* Write the check ids of both sets, those of both from the first. */
static void
write_checks(TrkEvidenceSet *out, const TrkEvidenceSet *set, const TrkEvidenceSet *other)
{
	uint32		a = 0;
	uint32		b = 0;
	char	   *p = ids_of(out);

	for (uint32 i = 0; i < out->check_ids; i++)
	{
		TrkCheckId	ia = {NULL, 0, 0};
		TrkCheckId	ib = {NULL, 0, 0};
		int			cmp = -1;

		if (a < set->check_ids)
			get_check_id(set, a, &ia);
		if (b < other->check_ids)
			get_check_id(other, b, &ib);
		if (ia.text == NULL)
			cmp = 1;
		else if (ib.text != NULL)
			cmp = check_id_cmp(ia.text, ia.len, ib.text, ib.len);
		a += cmp <= 0;
		b += cmp >= 0;
		if (cmp > 0)
			ia = ib;
		*p++ = (char) ia.seen;
		memcpy(p, ia.text, ia.len);
		p += ia.len;
		out->ends[i] = (uint32) (p - ids_of(out));
	}
}

/* Merge the check ids: in place, unless there are new ones. */
static TrkEvidenceSet *
merge_checks(TrkEvidenceSet *set, const TrkEvidenceSet *other, MemoryContext context)
{
	Size		bytes;
	uint32		missing = mark_checks(set, other, &bytes);
	TrkEvidenceSet *grown;

	if (missing == 0)
		return set;
	grown = make_room(set, (Size) set->check_ids + missing,
					  start_of(set, set->check_ids) + bytes, context);
	write_checks(grown, set, other);
	return grown;
}

/*
 * Add another set to a set.  Returns the set, changed in place, or a larger
 * copy in the context; the old set must then not be used any more.
 */
TrkEvidenceSet *
trk_evidence_set_merge(TrkEvidenceSet *set, const TrkEvidenceSet *other, MemoryContext context)
{
	add_count(&set->events, other->events);
	set->known = Min(set->known, other->known);
	set->environments |= other->environments;
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		set->bits[w] |= other->bits[w];
	for (int i = 0; i < TRK_COUNTED; i++)
		add_count(&set->counts[i], other->counts[i]);
	for (int i = 0; i < TRK_EVENT_TYPES; i++)
		add_count(&set->by_type[i], other->by_type[i]);
	return merge_checks(set, other, context);
}

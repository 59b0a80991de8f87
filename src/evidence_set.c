/*
 * evidence_set.c
 *	  Merging evidence (see evidence_set.h).
 */
#include "trk.h"

#include "compat.h"
#include "evidence_set.h"

#ifndef TRK_STANDALONE
#include "common/int.h"
#include "utils/memutils.h"
#endif

#define TRK_SET_FIXED	offsetof(TrkEvidenceSet, ids)

/* Bytes before the text of a check id. */
#define TRK_ID_PREFIX	5

const uint8 trk_counted_bits[TRK_COUNTED] = {
	[TRK_COUNT_SYMBOL_STATE] = TRK_BIT_symbol_state,
	[TRK_COUNT_HOLDING_STATE] = TRK_BIT_holding_state,
	[TRK_COUNT_PAIRWISE_REVIEW] = TRK_BIT_pairwise_review,
	[TRK_COUNT_THRESHOLD_REPLAY] = TRK_BIT_threshold_replay,
	[TRK_COUNT_ACTIVATION_GATE] = TRK_BIT_activation_gate,
	[TRK_COUNT_FAILED_CHECK] = TRK_BIT_failed_check,
	[TRK_COUNT_WARNING_CHECK] = TRK_BIT_warning_check,
};

/* See evidence_set.h. */
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

/* The length of a check id, whose bytes are not aligned. */
static inline uint32
get_length(const uint8 *p)
{
	return p[1] | p[2] << 8 | p[3] << 16 | (uint32) p[4] << 24;
}

/* See evidence_set.h. */
bool
trk_evidence_set_next(const TrkEvidenceSet *set, Size *at, TrkCheckId *id)
{
	const uint8 *p = (const uint8 *) set->ids + *at;

	if (*at >= VARSIZE(set) - TRK_SET_FIXED)
		return false;
	id->seen = p[0];
	id->len = get_length(p);
	id->text = (const char *) p + TRK_ID_PREFIX;
	*at += TRK_ID_PREFIX + id->len;
	return true;
}

/* Order of check ids: by bytes. */
static int
check_id_cmp(const char *a, Size alen, const char *b, Size blen)
{
	int			cmp = memcmp(a, b, Min(alen, blen));

	if (cmp != 0)
		return cmp;
	return alen < blen ? -1 : alen > blen;
}

/* Can a check id have been seen this way: are there such events? */
static bool
seen_is_sound(const TrkEvidenceSet *set, uint8 seen)
{
	return seen != 0 && seen <= (TRK_CHECK_FAILED | TRK_CHECK_WARNING) &&
		((seen & TRK_CHECK_FAILED) == 0 || set->counts[TRK_COUNT_FAILED_CHECK] > 0) &&
		((seen & TRK_CHECK_WARNING) == 0 || set->counts[TRK_COUNT_WARNING_CHECK] > 0);
}

/* Are the check ids whole, sorted and as many as the set says? */
static bool
check_ids_are_sound(const TrkEvidenceSet *set, Size size)
{
	const uint8 *p = (const uint8 *) set->ids;
	const uint8 *end = (const uint8 *) set + size;
	TrkCheckId	last = {NULL, 0, 0};
	uint32		n = 0;

	while (p < end)
	{
		TrkCheckId	id;

		if (end - p < TRK_ID_PREFIX || !seen_is_sound(set, p[0]))
			return false;
		id.len = get_length(p);
		id.text = (const char *) p + TRK_ID_PREFIX;
		if (id.len == 0 || (Size) (end - p - TRK_ID_PREFIX) < id.len ||
			(last.text != NULL &&
			 check_id_cmp(last.text, last.len, id.text, id.len) >= 0))
			return false;
		p += TRK_ID_PREFIX + id.len;
		last = id;
		n++;
	}
	return n == set->check_ids;
}

/* See evidence_set.h. */
bool
trk_evidence_set_check(const TrkEvidenceSet *set, Size size)
{
	int64		sum = 0;

	if (size < TRK_SET_FIXED || set->format != TRK_EVIDENCE_SET_FORMAT ||
		set->types != TRK_EVENT_TYPES || set->counted != TRK_COUNTED ||
		set->known > TRK_BITS || set->events < 0 ||
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

/* Put a check id in at an offset, or report that the set is full. */
static TrkEvidenceSet *
insert_check(TrkEvidenceSet *set, Size at, const char *id, Size len, uint8 seen,
			 MemoryContext context)
{
	Size		old = VARSIZE(set);
	TrkEvidenceSet *grown;
	char	   *p;

	if (len > MaxAllocSize || old + TRK_ID_PREFIX + len > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("evidence has too many check ids")));
	grown = MemoryContextAlloc(context, old + TRK_ID_PREFIX + len);
	memcpy(grown, set, TRK_SET_FIXED + at);
	p = grown->ids + at;
	p[0] = (char) seen;
	for (int i = 0; i < 4; i++)
		p[1 + i] = (char) (len >> (8 * i));
	memcpy(p + TRK_ID_PREFIX, id, len);
	memcpy(p + TRK_ID_PREFIX + len, set->ids + at, old - TRK_SET_FIXED - at);
	SET_VARSIZE(grown, old + TRK_ID_PREFIX + len);
	grown->check_ids++;
	return grown;
}

/* See evidence_set.h. */
TrkEvidenceSet *
trk_evidence_set_add_check(TrkEvidenceSet *set, const char *id, Size len, uint8 seen,
						   MemoryContext context)
{
	Size		at = 0;
	Size		here = 0;
	TrkCheckId	there;

	while (trk_evidence_set_next(set, &at, &there))
	{
		int			cmp = check_id_cmp(id, len, there.text, there.len);

		if (cmp == 0)
		{
			set->ids[here] |= (char) seen;
			return set;
		}
		if (cmp < 0)
			break;
		here = at;
	}
	return insert_check(set, here, id, len, seen, context);
}

/* See evidence_set.h. */
TrkEvidenceSet *
trk_evidence_set_add(TrkEvidenceSet *set, const TrkEvidence *evidence, MemoryContext context)
{
	uint8		seen = 0;

	set->events++;
	set->known = Min(set->known, evidence->known);
	if (evidence->type != TRK_EVIDENCE_NONE)
		set->by_type[evidence->type]++;
	if (evidence->environment != TRK_EVIDENCE_NONE)
		set->environments |= 1U << evidence->environment;
	for (int w = 0; w < TRK_BIT_WORDS; w++)
		set->bits[w] |= evidence->bits[w];
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
 * Walk the check ids of two sets side by side.  Those of other that set has
 * are marked there; with out, all of both are written to it in order.  Returns
 * the bytes of all of both.
 */
static Size
walk_checks(TrkEvidenceSet *set, const TrkEvidenceSet *other, char *out)
{
	Size		set_end = VARSIZE(set) - TRK_SET_FIXED;
	Size		other_end = VARSIZE(other) - TRK_SET_FIXED;
	Size		a = 0;
	Size		b = 0;
	Size		bytes = 0;

	while (a < set_end || b < other_end)
	{
		Size		a_next = a;
		Size		b_next = b;
		TrkCheckId	ia;
		TrkCheckId	ib;
		bool		has_a = trk_evidence_set_next(set, &a_next, &ia);
		bool		has_b = trk_evidence_set_next(other, &b_next, &ib);
		int			cmp = !has_b ? -1 : !has_a ? 1 :
			check_id_cmp(ia.text, ia.len, ib.text, ib.len);
		const char *from = cmp <= 0 ? set->ids + a : other->ids + b;
		Size		size = cmp <= 0 ? a_next - a : b_next - b;

		if (cmp == 0)
			set->ids[a] |= (char) ib.seen;
		if (out != NULL)
			memcpy(out + bytes, from, size);
		bytes += size;
		if (cmp <= 0)
			a = a_next;
		if (cmp >= 0)
			b = b_next;
	}
	return bytes;
}

/* Merge the check ids: in place, unless there are new ones. */
static TrkEvidenceSet *
merge_checks(TrkEvidenceSet *set, const TrkEvidenceSet *other, MemoryContext context)
{
	TrkEvidenceSet *grown;
	Size		bytes;
	Size		at = 0;
	TrkCheckId	id;

	if (other->check_ids == 0)
		return set;
	bytes = walk_checks(set, other, NULL);
	if (bytes == VARSIZE(set) - TRK_SET_FIXED)
		return set;
	if (bytes > MaxAllocSize - TRK_SET_FIXED)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("evidence has too many check ids")));
	grown = MemoryContextAlloc(context, TRK_SET_FIXED + bytes);
	memcpy(grown, set, TRK_SET_FIXED);
	(void) walk_checks(set, other, grown->ids);
	SET_VARSIZE(grown, TRK_SET_FIXED + bytes);
	grown->check_ids = 0;
	while (trk_evidence_set_next(grown, &at, &id))
		grown->check_ids++;
	return grown;
}

/* See evidence_set.h. */
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

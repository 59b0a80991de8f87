/*
 * fuzz_evidence.c
 *	  Evidence: computed from any event, and its bytes and those of sets read
 *	  from anything.
 *
 * What an event proves must read back as it was written, and nothing is read
 * that would be written in another way.  A set that is accepted stays
 * acceptable when events and sets are added to it, in either order with the
 * same result.  An input that begins with "{" is an event, one with "s" a set
 * without its header, any other evidence.
 */
#include "base/trk.h"

#include "readiness/evidence_set.h"
#include "fuzz.h"

/* Read bytes that are evidence; they are written in the same way. */
static bool
read_evidence(TrkArena *arena, const uint8 *data, Size len, TrkEvidence *evidence)
{
	uint8	   *packed;
	Size		size;

	if (!trk_evidence_read(data, len, evidence))
		return false;
	packed = trk_evidence_pack(evidence, arena, &size);
	REQUIRE(fuzz_equal((const char *) packed, size, (const char *) data, len));
	return true;
}

/* Are these the same set? */
static bool
same_set(const TrkEvidenceSet *a, const TrkEvidenceSet *b)
{
	return fuzz_equal((const char *) a, VARSIZE(a), (const char *) b, VARSIZE(b));
}

/* A copy of a set, in memory of exactly its size. */
static TrkEvidenceSet *
copy_set(const TrkEvidenceSet *set)
{
	return memcpy(malloc(VARSIZE(set)), set, VARSIZE(set));
}

/* What replaces a set; the old one is let go. */
static TrkEvidenceSet *
replace(TrkEvidenceSet *old, TrkEvidenceSet *new)
{
	if (old != new)
		free(old);
	REQUIRE(trk_evidence_set_check(new, VARSIZE(new)));
	return new;
}

/* Add an event to the empty set, and merge that with a set from both sides. */
static void
check_adding(const TrkEvidenceSet *set, const TrkEvidence *evidence)
{
	TrkEvidenceSet *one = trk_evidence_set_empty(NULL);
	TrkEvidenceSet *added = copy_set(set);
	TrkEvidenceSet *left = copy_set(set);
	TrkEvidenceSet *right;

	one = replace(one, trk_evidence_set_add(one, evidence, NULL));
	right = copy_set(one);
	added = replace(added, trk_evidence_set_add(added, evidence, NULL));
	left = replace(left, trk_evidence_set_merge(left, one, NULL));
	right = replace(right, trk_evidence_set_merge(right, set, NULL));
	REQUIRE(same_set(added, left) && same_set(left, right));
	free(one);
	free(added);
	free(left);
	free(right);
}

/* Is there room for more events in the counts? */
static bool
has_room(const TrkEvidenceSet *set)
{
	return set->events < PG_INT64_MAX / 4;
}

/* A set in bytes without the header. */
static void
check_set(const uint8 *data, Size len)
{
	static const char *const ids[] = {"", "a", "m", "zzzzzzzz"};
	Size		size = sizeof(int32) + len;
	TrkEvidenceSet *set = malloc(Max(size, sizeof(TrkEvidenceSet)));
	TrkEvidence evidence;
	uint32		at = 0;
	TrkCheckId	id;
	uint32		n = 0;

	memcpy((char *) set + sizeof(int32), data, len);
	SET_VARSIZE(set, size);
	if (trk_evidence_set_check(set, size) && has_room(set))
	{
		TrkEvidenceSet *twice = copy_set(set);

		while (trk_evidence_set_next(set, &at, &id))
			n += id.len + 1 + sizeof(uint32);
		REQUIRE(at == set->check_ids && n == size - offsetof(TrkEvidenceSet, ends));
		twice = replace(twice, trk_evidence_set_merge(twice, set, NULL));
		REQUIRE(VARSIZE(twice) == size && twice->events == 2 * set->events);
		free(twice);
		for (int i = 0; i < (int) lengthof(ids); i++)
		{
			memset(&evidence, 0, sizeof(evidence));
			evidence.known = (uint8) (TRK_BITS - i);
			evidence.type = TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED;
			evidence.environment = TRK_EVIDENCE_NONE;
			evidence.bits[TRK_BIT_failed_check / 64] |= UINT64CONST(1) << TRK_BIT_failed_check % 64;
			evidence.check_id.s = ids[i];
			evidence.check_id.len = strlen(ids[i]);
			check_adding(set, &evidence);
		}
	}
	free(set);
}

/* An event in JSON. */
static void
check_event(TrkArena *arena, const char *s, Size len)
{
	TrkEvent	event;
	TrkEvidence computed;
	TrkEvidence again;
	uint8	   *packed;
	Size		size;
	TrkEvidenceSet *set;

	if (trk_json_read(arena, s, len, &event.root) != TRK_JSON_OK ||
		event.root.kind != TRK_OBJECT)
		return;
	trk_event_bind(&event);
	trk_evidence_compute(&event, &computed);
	packed = trk_evidence_pack(&computed, arena, &size);
	REQUIRE(read_evidence(arena, packed, size, &again));
	REQUIRE(again.known == TRK_BITS && again.type == computed.type &&
			again.environment == computed.environment &&
			memcmp(again.bits, computed.bits, sizeof(again.bits)) == 0 &&
			fuzz_equal(again.check_id.s, again.check_id.len,
					   computed.check_id.s, computed.check_id.len));
	set = trk_evidence_set_empty(NULL);
	check_adding(set, &again);
	free(set);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	TrkArena	arena;
	TrkEvidence evidence;

	trk_contract_init();
	trk_evidence_init();
	fuzz_arena_init(&arena);
	if (size > 0 && data[0] == '{')
		check_event(&arena, (const char *) data, size);
	else if (size > 0 && data[0] == 's')
		check_set(data + 1, size - 1);
	else if (read_evidence(&arena, data, size, &evidence))
	{
		TrkEvidenceSet *set = trk_evidence_set_empty(NULL);

		check_adding(set, &evidence);
		free(set);
	}
	trk_arena_free(&arena);
	return 0;
}

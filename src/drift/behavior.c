/*
 * behavior.c
 *	  How an agent behaved: dimensions, categories, cells, merging (see
 *	  conduct.h).
 */
#include "base/trk.h"

#include "drift/behavior.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "contract/contract.h"
#include "utils/memutils.h"

const TrkDimension trk_dimensions[] = {
#define TRK_DIMENSION(name, event, kind, thinned, rank, field, other, meaning) \
	{name, TRK_EVENT_##event, TRK_DIM_##kind, TRK_##thinned, TRK_##rank, sizeof("" field) - 1, \
		sizeof("" other) - 1, field, other, meaning},
#include "drift/dimensions.def"
};
const int	trk_dimension_count = lengthof(trk_dimensions);

/* See conduct.h. */
int
trk_dimension_lookup(const char *name, Size len)
{
	for (int i = 0; i < trk_dimension_count; i++)
		if (strlen(trk_dimensions[i].name) == len && memcmp(trk_dimensions[i].name, name, len) == 0)
			return i;
	return -1;
}

/* See conduct.h. */
int
trk_dimension_of_events(int event)
{
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].event == event && (trk_dimensions[i].kind == TRK_DIM_RUN_EVENTS ||
												 (trk_dimensions[i].kind == TRK_DIM_RUN_COUNT &&
												  trk_dimensions[i].field_len == 0)))
			return i;
	elog(ERROR, "no dimension counts events of type %s", trk_event_type_name(event));
}

/* See conduct.h. */
const char *
trk_dimension_kind_name(int kind)
{
	static const char *const names[] = {
		"category", "flag", "labels", "number", "product", "ratio", "slippage", "run_sum", "run_count", "run_events"
	};

	return names[kind];
}

/* See conduct.h. */
uint64
trk_key_of_number(double x)
{
	uint64		bits;

	x += 0.0;					/* -0 is 0 */
	memcpy(&bits, &x, sizeof(bits));
	return (bits >> 63) != 0 ? ~bits : bits | UINT64CONST(1) << 63;
}

/* See conduct.h. */
double
trk_number_of_key(uint64 key)
{
	uint64		bits = (key >> 63) != 0 ? key & ~(UINT64CONST(1) << 63) : ~key;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* See conduct.h. */
void
trk_dict_init(TrkDict *dict)
{
	memset(dict, 0, sizeof(TrkDict));
	dict->last = -1;
}

/* See conduct.h. */
void
trk_dict_rehash(TrkDict *dict, MemoryContext context)
{
	if (dict->slots != NULL)
		pfree(dict->slots);
	dict->n_slots = 16;
	while (dict->n_slots < 2 * (uint64) dict->room)
		dict->n_slots *= 2;
	dict->slots = MemoryContextAllocHuge(context, sizeof(uint32) * dict->n_slots);
	memset(dict->slots, 0, sizeof(uint32) * dict->n_slots);
	for (int64 i = 0; i < dict->n; i++)
	{
		uint64		slot = dict->entries[i].hash & (dict->n_slots - 1);

		while (dict->slots[slot] != 0)
			slot = (slot + 1) & (dict->n_slots - 1);
		dict->slots[slot] = (uint32) i + 1;
	}
}

/* Make room for one more. */
static void
dict_reserve(TrkDict *dict, MemoryContext context)
{
	if (dict->n < dict->room)
		return;
	if (dict->n >= PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("at_conduct has too many runs")));
	dict->room = Max(8, 2 * dict->room);
	if (dict->entries == NULL)
		dict->entries = MemoryContextAlloc(context, sizeof(TrkEntry) * dict->room);
	else
		dict->entries = repalloc_huge(dict->entries, sizeof(TrkEntry) * dict->room);
	trk_dict_rehash(dict, context);
}

/* The slot of a string, which is free when the string is not there. */
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

/* See conduct.h. */
int64
trk_dict_find(const TrkDict *dict, const char *s, Size len)
{
	if (dict->n == 0)
		return -1;
	return (int64) dict->slots[slot_of(dict, s, len, hash_bytes((const unsigned char *) s, (int) len))] - 1;
}

/* See conduct.h. */
int64
trk_dict_put(TrkDict *dict, const char *s, Size len, MemoryContext context)
{
	uint32		hash;
	uint64		slot;
	TrkEntry   *e;

	if (dict->last >= 0 && dict->entries[dict->last].len == len &&
		memcmp(dict->entries[dict->last].s, s, len) == 0)
		return dict->last;
	dict_reserve(dict, context);
	hash = hash_bytes((const unsigned char *) s, (int) len);
	slot = slot_of(dict, s, len, hash);
	if (dict->slots[slot] == 0)
	{
		e = &dict->entries[dict->n++];
		e->s = MemoryContextAlloc(context, Max(len, 1));
		memcpy(e->s, s, len);
		e->len = (uint32) len;
		e->hash = hash;
		dict->slots[slot] = (uint32) dict->n;
	}
	return dict->last = (int64) dict->slots[slot] - 1;
}

/* Order of examples. */
static bool
example_is_less(double value, const char *s, Size len, const TrkExample *than)
{
	int			cmp;

	if (value != than->value)
		return value < than->value;
	cmp = memcmp(s, than->s, Min(len, than->len));
	return cmp != 0 ? cmp < 0 : len < than->len;
}

/* See conduct.h. */
void
trk_example_add(TrkExamples *examples, double value, const char *s, Size len,
				MemoryContext context)
{
	int			at = examples->n;
	TrkExample	e = {value, NULL, (uint32) len};

	if (at == TRK_EXAMPLES && !example_is_less(value, s, len, &examples->of[at - 1]))
		return;
	for (int i = 0; i < examples->n; i++)
		if (examples->of[i].value == value && examples->of[i].len == len &&
			memcmp(examples->of[i].s, s, len) == 0)
			return;
	if (at == TRK_EXAMPLES)
		pfree(examples->of[--at].s);
	else
		examples->n++;
	for (; at > 0 && example_is_less(value, s, len, &examples->of[at - 1]); at--)
		examples->of[at] = examples->of[at - 1];
	e.s = MemoryContextAlloc(context, Max(len, 1));
	memcpy(e.s, s, len);
	examples->of[at] = e;
}

/* See conduct.h. */
void
trk_conduct_bound(TrkConduct *conduct, int64 max_values, int64 max_categories)
{
	if (max_values < 1 || max_categories < 1 || max_values > TRK_CONDUCT_CELLS ||
		max_categories > 1000000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of at_conduct must be from 1 to " INT64_FORMAT " values and 1000000 categories",
						TRK_CONDUCT_CELLS)));
	if (conduct->max_values != 0 &&
		(conduct->max_values != max_values || conduct->max_categories != max_categories))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("states of at_conduct have different bounds")));
	conduct->max_values = max_values;
	conduct->max_categories = max_categories;
}

/* See conduct.h. */
void
trk_seen_overflow(TrkSeen *seen)
{
	seen->overflow = true;
	seen->n_cells = 0;
	seen->categories.n = 0;
	seen->categories.last = -1;
	seen->low.n = seen->high.n = 0;
	if (seen->categories.slots != NULL)
		memset(seen->categories.slots, 0, sizeof(uint32) * seen->categories.n_slots);
}

/* Name and label as one string, in the state's context. */
static char *
full_name(const TrkConduct *conduct, int dimension, const char *label, Size len, Size *full)
{
	Size		name = strlen(trk_dimensions[dimension].name);
	char	   *s = MemoryContextAlloc(conduct->hdr.eoh_context, name + 1 + len);

	memcpy(s, trk_dimensions[dimension].name, name);
	s[name] = '\0';
	memcpy(s + name + 1, label, len);
	*full = name + 1 + len;
	return s;
}

/* See conduct.h. */
TrkSeen *
trk_conduct_find(const TrkConduct *conduct, int dimension, const char *label, Size len)
{
	Size		size;
	char	   *name;
	int64		at;

	if (len == 0 || (conduct->by_dimension[dimension] != NULL &&
					 conduct->by_dimension[dimension]->overflow))
		return conduct->by_dimension[dimension];
	name = full_name(conduct, dimension, label, len, &size);
	at = trk_dict_find(&conduct->names, name, size);
	pfree(name);
	return at < 0 ? NULL : conduct->seen[at];
}

static TrkSeen *overflow_labels(TrkConduct *conduct, int dimension);

/* Take the names apart from those that are kept; entries are not copied. */
static void
rename_seen(TrkConduct *conduct, bool (*keep) (const TrkSeen *, const void *), const void *arg)
{
	TrkSeen   **all = conduct->seen;
	int64		n = conduct->names.n;

	trk_dict_init(&conduct->names);
	conduct->seen = NULL;
	conduct->room = 0;
	memset(conduct->by_dimension, 0, sizeof(TrkSeen *) * trk_dimension_count);
	memset(conduct->labels, 0, sizeof(int64) * trk_dimension_count);
	for (int64 i = 0; i < n; i++)
	{
		TrkSeen		copy = *all[i];
		TrkSeen    *seen;

		if (!keep(&copy, arg))
			continue;
		seen = trk_conduct_seen(conduct, (int) (copy.def - trk_dimensions), copy.label,
								copy.label_len);
		copy.label = seen->label;
		*seen = copy;
	}
}

/* Is it another dimension than this, or without a label? */
static bool
has_no_label(const TrkSeen *seen, const void *dimension)
{
	return seen->def != dimension || seen->label_len == 0;
}

/* There are too many labels: keep only the counts of all. */
static TrkSeen *
overflow_labels(TrkConduct *conduct, int dimension)
{
	const TrkDimension *def = &trk_dimensions[dimension];
	TrkSeen		sum = {0};
	TrkSeen    *seen;

	for (int64 i = 0; i < conduct->names.n; i++)
		if (!has_no_label(conduct->seen[i], def))
		{
			sum.n += conduct->seen[i]->n;
			sum.missing += conduct->seen[i]->missing;
			sum.rejected += conduct->seen[i]->rejected;
		}
	rename_seen(conduct, has_no_label, def);
	seen = trk_conduct_seen(conduct, dimension, "", 0);
	seen->n += sum.n;
	seen->missing += sum.missing;
	seen->rejected += sum.rejected;
	trk_seen_overflow(seen);
	return seen;
}

/* See conduct.h. */
TrkSeen *
trk_conduct_seen(TrkConduct *conduct, int dimension, const char *label, Size len)
{
	MemoryContext context = conduct->hdr.eoh_context;
	TrkSeen    *seen = trk_conduct_find(conduct, dimension, label, len);
	Size		size;
	char	   *name;
	int64		at;

	if (seen != NULL)
		return seen;
	name = full_name(conduct, dimension, label, len, &size);
	at = trk_dict_put(&conduct->names, name, size, context);
	pfree(name);
	if (at >= conduct->room)
	{
		conduct->room = Max(128, 2 * conduct->room);
		conduct->seen = conduct->seen == NULL ?
			MemoryContextAlloc(context, sizeof(TrkSeen *) * conduct->room) :
			repalloc(conduct->seen, sizeof(TrkSeen *) * conduct->room);
	}
	conduct->labels[dimension] += len > 0;
	seen = conduct->seen[at] = MemoryContextAllocZero(context, sizeof(TrkSeen));
	seen->def = &trk_dimensions[dimension];
	seen->label = conduct->names.entries[at].s + size - len;
	seen->label_len = (uint32) len;
	trk_dict_init(&seen->categories);
	if (len == 0)
		conduct->by_dimension[dimension] = seen;
	if (conduct->labels[dimension] > TRK_CONDUCT_LABELS)
		return overflow_labels(conduct, dimension);
	return seen;
}

/* See conduct.h. */
int64
trk_seen_category(TrkConduct *conduct, TrkSeen *seen, const char *s, Size len)
{
	MemoryContext context = conduct->hdr.eoh_context;
	int64		before = seen->categories.n;
	int64		at;

	if (seen->overflow)
		return -1;
	at = trk_dict_put(&seen->categories, s, len, context);
	if (seen->categories.n == before)
		return at;
	if (seen->categories.n > conduct->max_categories)
	{
		trk_seen_overflow(seen);
		return -1;
	}
	if (seen->about_room < seen->categories.room)
	{
		seen->about_room = seen->categories.room;
		seen->about = seen->about == NULL ?
			MemoryContextAllocHuge(context, sizeof(TrkCategorySeen) * seen->about_room) :
			repalloc_huge(seen->about, sizeof(TrkCategorySeen) * seen->about_room);
	}
	memset(&seen->about[at], 0, sizeof(TrkCategorySeen));
	seen->about[at].last_cell = seen->about[at].last_event = -1;
	return at;
}

/* Room for one more cell: putting them in order may give it. */
static void
reserve_cell(TrkConduct *conduct, TrkSeen *seen)
{
	if (seen->n_cells < seen->room)
		return;
	trk_seen_settle(conduct, seen);
	if (seen->n_cells < seen->room / 2)
		return;
	seen->room = Max(16, 2 * seen->room);
	if (seen->cells == NULL)
		seen->cells = MemoryContextAlloc(conduct->hdr.eoh_context, sizeof(TrkCell) * seen->room);
	else
		seen->cells = repalloc_huge(seen->cells, sizeof(TrkCell) * seen->room);
}

/* Where the latest cell of a key is remembered, or NULL. */
static int64 *
latest_of(TrkSeen *seen, uint64 key)
{
	if (trk_dimension_is_numeric(seen->def) || key > (uint64) seen->categories.n)
		return NULL;
	return &seen->about[key - 1].last_cell;
}

/* See conduct.h. */
void
trk_seen_add(TrkConduct *conduct, TrkSeen *seen, uint64 key, int64 run, int64 count)
{
	int64	   *latest = latest_of(seen, key);
	int64		at = latest != NULL ? *latest : seen->n_cells - 1;

	if (seen->overflow)
		return;
	if (at >= 0 && seen->cells[at].key == key && seen->cells[at].run == (uint32) run &&
		count <= PG_UINT32_MAX - seen->cells[at].count)
	{
		seen->cells[at].count += (uint32) count;
		seen->settled &= latest != NULL;	/* there may now be many numbers */
		return;
	}
	while (count > 0 && !seen->overflow)
	{
		uint32		part = (uint32) Min(count, PG_UINT32_MAX);

		reserve_cell(conduct, seen);
		if (seen->overflow)
			return;
		seen->settled = false;
		seen->cells[seen->n_cells] = (TrkCell) {key, (uint32) run, part};
		if (latest != NULL)
			*latest = seen->n_cells;
		seen->n_cells++;
		count -= part;
	}
}

/* See conduct.h. */
void
trk_conduct_add_count(int64 *sum, int64 count)
{
	if (pg_add_s64_overflow(*sum, count, sum) || *sum > TRK_CONDUCT_COUNT)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count of events is out of range")));
}

/* Add another's examples. */
static void
merge_examples(TrkExamples *into, const TrkExamples *from, MemoryContext context)
{
	for (int i = 0; i < from->n; i++)
		trk_example_add(into, from->of[i].value, from->of[i].s, from->of[i].len, context);
}

/* Add another's cells: their runs and categories get our numbers. */
static void
merge_cells(TrkConduct *conduct, TrkSeen *into, const TrkSeen *from, const uint32 *runs)
{
	uint64	   *keys = MemoryContextAllocHuge(conduct->hdr.eoh_context,
											  sizeof(uint64) * (from->categories.n + 1));

	keys[0] = 0;
	for (int64 i = 0; i < from->categories.n && !into->overflow; i++)
	{
		const TrkEntry *e = &from->categories.entries[i];
		int64		at = trk_seen_category(conduct, into, e->s, e->len);

		keys[i + 1] = (uint64) at + 1;
		if (at >= 0)
			merge_examples(&into->about[at].examples, &from->about[i].examples,
						   conduct->hdr.eoh_context);
	}
	for (int64 i = 0; i < from->n_cells && !into->overflow; i++)
	{
		const TrkCell *cell = &from->cells[i];
		bool		numbered = !trk_dimension_is_numeric(from->def) &&
			cell->key <= (uint64) from->categories.n;

		trk_seen_add(conduct, into, numbered ? keys[cell->key] : cell->key, runs[cell->run],
					 cell->count);
	}
	pfree(keys);
}

/* Add what another saw of a dimension. */
static void
merge_seen(TrkConduct *conduct, const TrkSeen *from, const uint32 *runs)
{
	int			dimension = (int) (from->def - trk_dimensions);
	bool		is_new = trk_conduct_find(conduct, dimension, from->label, from->label_len) == NULL;
	TrkSeen    *into = trk_conduct_seen(conduct, dimension, from->label, from->label_len);

	into->aside = from->aside && (is_new || into->aside);
	trk_conduct_add_count(&into->n, from->n);
	trk_conduct_add_count(&into->missing, from->missing);
	trk_conduct_add_count(&into->rejected, from->rejected);
	into->settled = false;
	if (from->overflow && from->def->kind == TRK_DIM_RUN_SUM)
		into = overflow_labels(conduct, dimension);
	else if (from->overflow)
		trk_seen_overflow(into);
	if (into->overflow)
		return;
	merge_cells(conduct, into, from, runs);
	merge_examples(&into->low, &from->low, conduct->hdr.eoh_context);
	merge_examples(&into->high, &from->high, conduct->hdr.eoh_context);
}

/* See conduct.h. */
void
trk_conduct_merge(TrkConduct *conduct, const TrkConduct *other)
{
	uint32	   *runs = MemoryContextAllocHuge(conduct->hdr.eoh_context,
											  sizeof(uint32) * (other->runs.n + 1));

	if (other->max_values != 0)
		trk_conduct_bound(conduct, other->max_values, other->max_categories);
	trk_conduct_add_count(&conduct->events, other->events);
	for (int64 i = 0; i < other->runs.n; i++)
		runs[i] = (uint32) trk_dict_put(&conduct->runs, other->runs.entries[i].s,
										other->runs.entries[i].len, conduct->hdr.eoh_context);
	for (int64 i = 0; i < other->names.n; i++)
	{
		if (other->seen[i]->def->kind != TRK_DIM_SLIPPAGE)
			merge_seen(conduct, other->seen[i], runs);
		CHECK_FOR_INTERRUPTS();
	}
	trk_links_merge(conduct, other, runs);
	pfree(runs);
}

/* Is the dimension wanted? */
static bool
is_wanted(const TrkSeen *seen, const void *wanted)
{
	return ((const bool *) wanted)[seen->def - trk_dimensions];
}

/* See conduct.h. */
void
trk_conduct_restrict(TrkConduct *conduct, const bool *wanted)
{
	bool	   *kept = MemoryContextAlloc(conduct->hdr.eoh_context,
										  sizeof(bool) * trk_dimension_count);

	/* with what tells how often they are missing */
	memcpy(kept, wanted, sizeof(bool) * trk_dimension_count);
	for (int i = 0; i < trk_dimension_count; i++)
		if (wanted[i])
			kept[trk_dimension_of_events(trk_dimensions[i].event)] = true;
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].kind == TRK_DIM_SLIPPAGE && !wanted[i])
			trk_links_drop(conduct);
	rename_seen(conduct, is_wanted, kept);
	pfree(kept);
	for (int64 i = 0; i < conduct->names.n; i++)
		conduct->seen[i]->aside |= !is_wanted(conduct->seen[i], wanted);
}

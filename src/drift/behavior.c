/*
 * behavior.c
 *	  A state of at_conduct: its dimensions by name, merging two states, putting a
 *	  state in order.
 */
#include "base/trk.h"

#include "drift/behavior.h"

#include "utils/memutils.h"

/* Make an empty state in a context of its own, which hdr has already. */
void
trk_conduct_init(TrkConduct *conduct)
{
	MemoryContext context = conduct->hdr.eoh_context;

	conduct->bounds.context = context;
	conduct->by_dimension = MemoryContextAllocZero(context, sizeof(TrkSeen *) * trk_dimension_count);
	conduct->labels = MemoryContextAllocZero(context, sizeof(int64) * trk_dimension_count);
	trk_dict_init(&conduct->runs, context);
	trk_dict_init(&conduct->names, context);
	trk_links_init(&conduct->links, context);
}

/* Set the bounds; raises an error when the state has others already. */
void
trk_conduct_bound(TrkConduct *conduct, int64 max_values, int64 max_categories)
{
	if (max_values < 1 || max_categories < 1 || max_values > TRK_CONDUCT_CELLS ||
		max_categories > 1000000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of at_conduct must be from 1 to " INT64_FORMAT " values and 1000000 categories",
						TRK_CONDUCT_CELLS)));
	if (conduct->bounds.max_values != 0 &&
		(conduct->bounds.max_values != max_values ||
		 conduct->bounds.max_categories != max_categories))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("states of at_conduct have different bounds")));
	conduct->bounds.max_values = max_values;
	conduct->bounds.max_categories = max_categories;
}

/* Join a dimension's name and a label, as the key of the names of a state. */
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

/* Return a dimension, or NULL when nothing was seen of it. */
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

/*
 * Keep only some dimensions, under new numbers.  The old names are not freed,
 * because the labels of the dimensions point into them.
 */
static void
rename_seen(TrkConduct *conduct, bool (*keep) (const TrkSeen *, const void *), const void *arg)
{
	TrkSeen   **all = conduct->seen;
	int64		n = conduct->names.n;

	trk_dict_init(&conduct->names, conduct->hdr.eoh_context);
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

/* Is it of another dimension than this, or without a label? */
static bool
has_no_label(const TrkSeen *seen, const void *dimension)
{
	return seen->def != dimension || seen->label_len == 0;
}

/* Keep only one count of all labels of a dimension, because there are too many. */
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

/* Return a dimension, which is made when it is new. */
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
	at = trk_dict_put(&conduct->names, name, size);
	pfree(name);
	if (at >= conduct->room)
	{
		conduct->room = Max(128, 2 * conduct->room);
		conduct->seen = conduct->seen == NULL ?
			MemoryContextAlloc(context, sizeof(TrkSeen *) * conduct->room) :
			repalloc(conduct->seen, sizeof(TrkSeen *) * conduct->room);
	}
	conduct->labels[dimension] += len > 0;
	seen = conduct->seen[at] = MemoryContextAlloc(context, sizeof(TrkSeen));
	trk_seen_init(seen, &trk_dimensions[dimension], &conduct->bounds);
	seen->label = conduct->names.entries[at].s + size - len;
	seen->label_len = (uint32) len;
	if (len == 0)
		conduct->by_dimension[dimension] = seen;
	if (conduct->labels[dimension] > TRK_CONDUCT_LABELS)
		return overflow_labels(conduct, dimension);
	return seen;
}

/* Add what another state saw of a dimension. */
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
	trk_seen_merge(into, from, runs);
}

/* Add all of another state. */
void
trk_conduct_merge(TrkConduct *conduct, const TrkConduct *other)
{
	uint32	   *runs = MemoryContextAllocHuge(conduct->hdr.eoh_context,
											  sizeof(uint32) * (other->runs.n + 1));

	if (other->bounds.max_values != 0)
		trk_conduct_bound(conduct, other->bounds.max_values, other->bounds.max_categories);
	trk_conduct_add_count(&conduct->events, other->events);
	for (int64 i = 0; i < other->runs.n; i++)
		runs[i] = (uint32) trk_dict_put(&conduct->runs, other->runs.entries[i].s,
										other->runs.entries[i].len);
	for (int64 i = 0; i < other->names.n; i++)
	{
		if (other->seen[i]->def->kind != TRK_DIM_SLIPPAGE)
			merge_seen(conduct, other->seen[i], runs);
		CHECK_FOR_INTERRUPTS();
	}
	trk_links_merge(&conduct->links, &other->links, runs);
	pfree(runs);
}

/* Compute the dimension of slippage from sorted orders and fills. */
static void
count_slippage(TrkConduct *conduct)
{
	const TrkSeen *fills;
	int			dimension;

	if (conduct->links.n == 0)
		return;
	for (dimension = 0; trk_dimensions[dimension].kind != TRK_DIM_SLIPPAGE;)
		dimension++;
	fills = conduct->by_dimension[trk_dimension_of_events(trk_dimensions[dimension].event)];
	trk_links_count(&conduct->links, trk_conduct_seen(conduct, dimension, "", 0),
					fills == NULL ? conduct->links.n : fills->n);
}

/* Sort dimensions by name and label. */
static void
sort_names(TrkConduct *conduct)
{
	int64	   *was = trk_dict_sort(&conduct->names);
	TrkSeen   **seen;

	if (was == NULL)
		return;
	seen = palloc(sizeof(TrkSeen *) * conduct->names.n);
	for (int64 i = 0; i < conduct->names.n; i++)
		seen[i] = conduct->seen[was[i]];
	memcpy(conduct->seen, seen, sizeof(TrkSeen *) * conduct->names.n);
}

/* Put all in order; memory that is palloc'd on the way is left to the caller. */
static void
settle(TrkConduct *conduct)
{
	int64	   *was = trk_dict_sort(&conduct->runs);
	uint32	   *now = was == NULL ? NULL : trk_dict_new_numbers(was, conduct->runs.n);

	for (int64 i = 0; i < conduct->names.n; i++)
		trk_seen_sort(conduct->seen[i], now);
	trk_links_sort(&conduct->links, now);
	if (!conduct->links.settled || now != NULL)
		count_slippage(conduct);
	conduct->links.settled = true;
	sort_names(conduct);
}

/*
 * Sort runs, categories, cells and dimensions, and compute slippage.  The server
 * has states flattened in the middle of a sort, where the current context is one
 * whose chunks cannot be freed (17 and later), so scratch memory has a context of
 * its own.
 */
void
trk_conduct_settle(TrkConduct *conduct)
{
	MemoryContext scratch = AllocSetContextCreate(conduct->hdr.eoh_context, "conduct in order",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);

	settle(conduct);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* Is the dimension wanted? */
static bool
is_wanted(const TrkSeen *seen, const void *wanted)
{
	return ((const bool *) wanted)[seen->def - trk_dimensions];
}

/* Keep only the dimensions that are wanted, an array by number. */
void
trk_conduct_restrict(TrkConduct *conduct, const bool *wanted)
{
	bool	   *kept = MemoryContextAlloc(conduct->hdr.eoh_context,
										  sizeof(bool) * trk_dimension_count);

	/* the counts of events are kept, too, because they tell how often values are missing */
	memcpy(kept, wanted, sizeof(bool) * trk_dimension_count);
	for (int i = 0; i < trk_dimension_count; i++)
		if (wanted[i])
			kept[trk_dimension_of_events(trk_dimensions[i].event)] = true;
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].kind == TRK_DIM_SLIPPAGE && !wanted[i])
			trk_links_drop(&conduct->links);
	rename_seen(conduct, is_wanted, kept);
	pfree(kept);
	for (int64 i = 0; i < conduct->names.n; i++)
		conduct->seen[i]->aside |= !is_wanted(conduct->seen[i], wanted);
}

/*
 * behavior.c
 *	  The state of at_behavior: finding its dimensions by name, merging two
 *	  states, sorting a state.
 */
#include "base/trk.h"

#include "drift/behavior.h"

#include "utils/memutils.h"

/* Make a zeroed object, with a memory context of its own, the empty state. */
void
trk_behavior_init(void *state)
{
	TrkBehavior *behavior = state;
	MemoryContext context = trk_agg_context(behavior);

	behavior->bounds.context = context;
	behavior->by_dimension = MemoryContextAllocZero(context, sizeof(TrkDimensionData *) * trk_dimension_count);
	behavior->labels = MemoryContextAllocZero(context, sizeof(int64) * trk_dimension_count);
	trk_dict_init(&behavior->runs, context);
	trk_dict_init(&behavior->names, context);
	trk_links_init(&behavior->links, context);
}

/* Set the bounds; raise an ERROR when the state already has other ones. */
void
trk_behavior_bound(TrkBehavior *behavior, int64 max_values, int64 max_categories)
{
	if (max_values < 1 || max_categories < 1 || max_values > TRK_BEHAVIOR_CELLS ||
		max_categories > 1000000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of at_behavior must be from 1 to " INT64_FORMAT " values and 1000000 categories",
						TRK_BEHAVIOR_CELLS)));
	if (behavior->bounds.max_values != 0 &&
		(behavior->bounds.max_values != max_values ||
		 behavior->bounds.max_categories != max_categories))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("states of at_behavior have different bounds")));
	behavior->bounds.max_values = max_values;
	behavior->bounds.max_categories = max_categories;
}

/*
 * Join the name of a dimension and a label: this is the key under which a
 * state finds its dimensions.
 */
static char *
full_name(const TrkBehavior *behavior, int dimension, const char *label, Size len, Size *full)
{
	Size		name = strlen(trk_dimensions[dimension].name);
	char	   *s = MemoryContextAlloc(trk_agg_context(behavior), name + 1 + len);

	memcpy(s, trk_dimensions[dimension].name, name);
	s[name] = '\0';
	memcpy(s + name + 1, label, len);
	*full = name + 1 + len;
	return s;
}

/* Return a dimension, or NULL when the state has nothing of it. */
static TrkDimensionData *
find_dim(const TrkBehavior *behavior, int dimension, const char *label, Size len)
{
	Size		size;
	char	   *name;
	int64		at;

	if (len == 0 || (behavior->by_dimension[dimension] != NULL &&
					 behavior->by_dimension[dimension]->overflow))
		return behavior->by_dimension[dimension];
	name = full_name(behavior, dimension, label, len, &size);
	at = trk_dict_find(&behavior->names, name, size);
	pfree(name);
	return at < 0 ? NULL : behavior->dims[at];
}

static TrkDimensionData *overflow_labels(TrkBehavior *behavior, int dimension);

/*
 * Remove dimensions, and give the others new numbers.  The old names are not
 * freed, because the labels of the dimensions point into them.
 */
static void
rename_dim(TrkBehavior *behavior, bool (*keep) (const TrkDimensionData *, const void *), const void *arg)
{
	TrkDimensionData **all = behavior->dims;
	int64		n = behavior->names.n;

	trk_dict_init(&behavior->names, trk_agg_context(behavior));
	behavior->dims = NULL;
	behavior->room = 0;
	memset(behavior->by_dimension, 0, sizeof(TrkDimensionData *) * trk_dimension_count);
	memset(behavior->labels, 0, sizeof(int64) * trk_dimension_count);
	for (int64 i = 0; i < n; i++)
	{
		TrkDimensionData copy = *all[i];
		TrkDimensionData *dim;

		if (!keep(&copy, arg))
			continue;
		dim = trk_behavior_dim(behavior, (int) (copy.def - trk_dimensions), copy.label,
							   copy.label_len);
		copy.label = dim->label;
		*dim = copy;
	}
}

/* Return whether this is another dimension, or one without a label. */
static bool
has_no_label(const TrkDimensionData *dim, const void *dimension)
{
	return dim->def != dimension || dim->label_len == 0;
}

/*
 * Replace all labels of a dimension by one count of them, because there are
 * too many.
 */
static TrkDimensionData *
overflow_labels(TrkBehavior *behavior, int dimension)
{
	const TrkDimension *def = &trk_dimensions[dimension];
	TrkDimensionData sum = {0};
	TrkDimensionData *dim;

	for (int64 i = 0; i < behavior->names.n; i++)
		if (!has_no_label(behavior->dims[i], def))
		{
			sum.n += behavior->dims[i]->n;
			sum.missing += behavior->dims[i]->missing;
			sum.rejected += behavior->dims[i]->rejected;
		}
	rename_dim(behavior, has_no_label, def);
	dim = trk_behavior_dim(behavior, dimension, "", 0);
	dim->n += sum.n;
	dim->missing += sum.missing;
	dim->rejected += sum.rejected;
	trk_dim_overflow(dim);
	return dim;
}

/* Return a dimension, which is added if it is new. */
TrkDimensionData *
trk_behavior_dim(TrkBehavior *behavior, int dimension, const char *label, Size len)
{
	MemoryContext context = trk_agg_context(behavior);
	TrkDimensionData *dim = find_dim(behavior, dimension, label, len);
	Size		size;
	char	   *name;
	int64		at;

	if (dim != NULL)
		return dim;
	name = full_name(behavior, dimension, label, len, &size);
	at = trk_dict_put(&behavior->names, name, size);
	pfree(name);
	if (at >= behavior->room)
	{
		behavior->room = Max(128, 2 * behavior->room);
		behavior->dims = behavior->dims == NULL ?
			MemoryContextAlloc(context, sizeof(TrkDimensionData *) * behavior->room) :
			repalloc(behavior->dims, sizeof(TrkDimensionData *) * behavior->room);
	}
	behavior->labels[dimension] += len > 0;
	dim = behavior->dims[at] = MemoryContextAlloc(context, sizeof(TrkDimensionData));
	trk_dim_init(dim, &trk_dimensions[dimension], &behavior->bounds);
	dim->label = behavior->names.entries[at].s + size - len;
	dim->label_len = (uint32) len;
	if (len == 0)
		behavior->by_dimension[dimension] = dim;
	if (behavior->labels[dimension] > TRK_BEHAVIOR_LABELS)
		return overflow_labels(behavior, dimension);
	return dim;
}

/* Add the data of a dimension of another state. */
static void
merge_dim(TrkBehavior *behavior, const TrkDimensionData *from, const uint32 *runs)
{
	int			dimension = (int) (from->def - trk_dimensions);
	bool		is_new = find_dim(behavior, dimension, from->label, from->label_len) == NULL;
	TrkDimensionData *into = trk_behavior_dim(behavior, dimension, from->label, from->label_len);

	into->aside = from->aside && (is_new || into->aside);
	trk_behavior_add_count(&into->n, from->n);
	trk_behavior_add_count(&into->missing, from->missing);
	trk_behavior_add_count(&into->rejected, from->rejected);
	into->settled = false;
	if (from->overflow && from->def->kind == TRK_DIM_RUN_SUM)
		into = overflow_labels(behavior, dimension);
	else if (from->overflow)
		trk_dim_overflow(into);
	if (into->overflow)
		return;
	trk_dim_merge(into, from, runs);
}

/* Add all data of another state. */
void
trk_behavior_merge(void *state, const void *from)
{
	TrkBehavior *behavior = state;
	const TrkBehavior *other = from;
	uint32	   *runs = MemoryContextAllocHuge(trk_agg_context(behavior),
											  sizeof(uint32) * (other->runs.n + 1));

	if (other->bounds.max_values != 0)
		trk_behavior_bound(behavior, other->bounds.max_values, other->bounds.max_categories);
	trk_behavior_add_count(&behavior->events, other->events);
	for (int64 i = 0; i < other->runs.n; i++)
		runs[i] = (uint32) trk_dict_put(&behavior->runs, other->runs.entries[i].s,
										other->runs.entries[i].len);
	for (int64 i = 0; i < other->names.n; i++)
	{
		if (other->dims[i]->def->kind != TRK_DIM_SLIPPAGE)
			merge_dim(behavior, other->dims[i], runs);
		CHECK_FOR_INTERRUPTS();
	}
	trk_links_merge(&behavior->links, &other->links, runs);
	pfree(runs);
}

/* Compute the dimension of slippage from sorted orders and fills. */
static void
count_slippage(TrkBehavior *behavior)
{
	const TrkDimensionData *fills;
	int			dimension;

	if (behavior->links.n == 0)
		return;
	for (dimension = 0; trk_dimensions[dimension].kind != TRK_DIM_SLIPPAGE;)
		dimension++;
	fills = behavior->by_dimension[trk_dimension_of_events(trk_dimensions[dimension].event)];
	trk_links_count(&behavior->links, trk_behavior_dim(behavior, dimension, "", 0),
					fills == NULL ? behavior->links.n : fills->n);
}

/* Sort the dimensions by name and label. */
static void
sort_names(TrkBehavior *behavior)
{
	int64	   *was = trk_dict_sort(&behavior->names);
	TrkDimensionData **dims;

	if (was == NULL)
		return;
	dims = palloc(sizeof(TrkDimensionData *) * behavior->names.n);
	for (int64 i = 0; i < behavior->names.n; i++)
		dims[i] = behavior->dims[was[i]];
	memcpy(behavior->dims, dims, sizeof(TrkDimensionData *) * behavior->names.n);
}

/*
 * Sort everything.  Memory that is palloc'd here is not freed: the caller
 * resets the context.
 */
static void
settle(TrkBehavior *behavior)
{
	int64	   *was = trk_dict_sort(&behavior->runs);
	uint32	   *now = was == NULL ? NULL : trk_dict_new_numbers(was, behavior->runs.n);

	for (int64 i = 0; i < behavior->names.n; i++)
		trk_dim_sort(behavior->dims[i], now);
	trk_links_sort(&behavior->links, now);
	if (!behavior->links.settled || now != NULL)
		count_slippage(behavior);
	behavior->links.settled = true;
	sort_names(behavior);
}

/*
 * Sort runs, categories, cells and dimensions, and compute slippage.  From
 * release 17 on the server may flatten states in the middle of a sort, when
 * the current context cannot free single chunks; so scratch memory has a
 * context of its own.
 */
void
trk_behavior_settle(TrkBehavior *behavior)
{
	MemoryContext scratch = AllocSetContextCreate(trk_agg_context(behavior), "behavior in order",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);

	settle(behavior);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* Return whether the dimension is wanted. */
static bool
is_wanted(const TrkDimensionData *dim, const void *wanted)
{
	return ((const bool *) wanted)[dim->def - trk_dimensions];
}

/*
 * Keep only the dimensions for which wanted, indexed by their number, is set.
 */
void
trk_behavior_restrict(TrkBehavior *behavior, const bool *wanted)
{
	bool	   *kept = MemoryContextAlloc(trk_agg_context(behavior),
										  sizeof(bool) * trk_dimension_count);

	/*
	 * the counts of events are kept too, because they say how often values of other dimensions are
	 * missing
	 */
	memcpy(kept, wanted, sizeof(bool) * trk_dimension_count);
	for (int i = 0; i < trk_dimension_count; i++)
		if (wanted[i])
			kept[trk_dimension_of_events(trk_dimensions[i].event)] = true;
	for (int i = 0; i < trk_dimension_count; i++)
		if (trk_dimensions[i].kind == TRK_DIM_SLIPPAGE && !wanted[i])
			trk_links_drop(&behavior->links);
	rename_dim(behavior, is_wanted, kept);
	pfree(kept);
	for (int64 i = 0; i < behavior->names.n; i++)
		behavior->dims[i]->aside |= !is_wanted(behavior->dims[i], wanted);
}

/*
 * grouped_sample.c
 *	  Values by sample: the expanded object and its flat form (see
 *	  grouped_sample.h).
 */
#include "base/trk.h"

#include "stats/grouped_sample.h"
#include "utils/memutils.h"

/*
 * The stored form: this header, the headers of the samples, then their values
 * in the same order.
 */
typedef struct Flat
{
	int32		vl_len_;
	int32		format;
	int64		nan;
	int64		n;				/* number of samples */
} Flat;

typedef struct FlatHead
{
	int64		label;
	int64		n;
} FlatHead;

/*
 * Sort a sample in place.  From release 17 on the server may flatten a state
 * in the middle of a sort, in a context that cannot free single chunks, so
 * scratch memory comes from the state's own context.
 */
static void
sort_group(TrkGroupedSample *grouped, TrkGroup *group)
{
	TrkValues	values;

	trk_values_init(&values, group->v, group->n, trk_agg_context(grouped));
}

/* TrkAggType: return the size of the flat form. */
static Size
flat_size(void *state)
{
	TrkGroupedSample *grouped = state;
	Size		size = sizeof(Flat) + sizeof(FlatHead) * grouped->n;

	for (int i = 0; i < grouped->n; i++)
		size += sizeof(double) * grouped->groups[i].n;
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("sample has too many values"),
				 errhint("A sketch or a histogram keeps fewer.")));
	return size;
}

/* TrkAggType: write the flat form. */
static void
flatten(void *state, struct varlena *result, Size size)
{
	TrkGroupedSample *grouped = state;
	Flat	   *flat = (Flat *) result;
	FlatHead   *heads = (FlatHead *) (flat + 1);
	char	   *values = (char *) (heads + grouped->n);

	memset(flat, 0, sizeof(Flat));
	flat->format = TRK_GROUPED_SAMPLE_FORMAT;
	flat->nan = grouped->nan;
	flat->n = grouped->n;
	for (int i = 0; i < grouped->n; i++)
	{
		TrkGroup   *group = &grouped->groups[i];

		sort_group(grouped, group);
		heads[i].label = group->label;
		heads[i].n = group->n;
		memcpy(values, group->v, sizeof(double) * group->n);
		values += sizeof(double) * group->n;
	}
}

/*
 * Return the position of a label, or the position where it must be inserted.
 */
static int
find_group(const TrkGroupedSample *grouped, int32 label)
{
	int			low = 0;
	int			high = grouped->n;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (grouped->groups[middle].label < label)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return the sample with this label, which is added if it is new. */
static TrkGroup *
group_of(TrkGroupedSample *grouped, int32 label)
{
	int			at = find_group(grouped, label);
	TrkGroup   *groups = grouped->groups;

	if (at < grouped->n && groups[at].label == label)
		return &groups[at];
	if (grouped->n == grouped->room)
	{
		grouped->room = Max(4, 2 * grouped->room);
		groups = MemoryContextAlloc(trk_agg_context(grouped), sizeof(TrkGroup) * grouped->room);
		if (grouped->n > 0)
			memcpy(groups, grouped->groups, sizeof(TrkGroup) * grouped->n);
		grouped->groups = groups;
	}
	memmove(groups + at + 1, groups + at, sizeof(TrkGroup) * (grouped->n - at));
	memset(&groups[at], 0, sizeof(TrkGroup));
	groups[at].label = label;
	grouped->n++;
	return &groups[at];
}

/* Make space for n more values. */
static void
reserve(TrkGroupedSample *grouped, TrkGroup *group, int64 n)
{
	if (n > TRK_MAX_SAMPLE - group->n)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("sample has too many values")));
	if (group->n + n <= group->room)
		return;
	group->room = Max(Max(64, 2 * group->room), group->n + n);
	if (group->v == NULL)
		group->v = MemoryContextAllocHuge(trk_agg_context(grouped), sizeof(double) * group->room);
	else
		group->v = repalloc_huge(group->v, sizeof(double) * group->room);
}

/*
 * Add n values to the sample with this label.  NaN are counted and not
 * stored.
 */
void
trk_grouped_sample_add(TrkGroupedSample *grouped, int32 label, const double *values, int64 n)
{
	TrkGroup   *group = group_of(grouped, label);

	reserve(grouped, group, n);
	for (int64 i = 0; i < n; i++)
		if (isnan(values[i]))
			grouped->nan++;
		else
			group->v[group->n++] = values[i];
}

/*
 * Add one value when there may be no free place for it, or no sample of this
 * label yet.
 */
void
trk_grouped_sample_add_new(TrkGroupedSample *grouped, int32 label, double x)
{
	trk_grouped_sample_add(grouped, label, &x, 1);
}

/* TrkAggType: add all samples of another state. */
static void
merge(void *state, const void *from)
{
	TrkGroupedSample *grouped = state;
	const TrkGroupedSample *other = from;

	grouped->nan += other->nan;
	for (int i = 0; i < other->n; i++)
		trk_grouped_sample_add(grouped, other->groups[i].label, other->groups[i].v, other->groups[i].n);
}

/*
 * TrkAggType: add all samples of a flat form, whose bytes may be corrupt; return
 * false when it is not valid.
 */
static bool
merge_flat(void *state, const struct varlena *bytes)
{
	TrkGroupedSample *grouped = state;
	const Flat *flat = (const Flat *) bytes;
	Size		size = VARSIZE(flat);
	const FlatHead *heads = (const FlatHead *) (flat + 1);
	const double *values;
	const double *end = (const double *) ((const char *) flat + size);

	if (size < sizeof(Flat) || flat->format != TRK_GROUPED_SAMPLE_FORMAT || flat->nan < 0 ||
		flat->n < 0 || flat->n > (int64) ((size - sizeof(Flat)) / sizeof(FlatHead)))
		return false;
	values = (const double *) (heads + flat->n);
	grouped->nan += flat->nan;
	for (int64 i = 0; i < flat->n; i++)
	{
		if (heads[i].n < 0 || heads[i].n > end - values || heads[i].label != (int32) heads[i].label)
			return false;
		trk_grouped_sample_add(grouped, (int32) heads[i].label, values, heads[i].n);
		values += heads[i].n;
	}
	return values == end;
}

const TrkAggType trk_grouped_sample_type = {
	.name = "at_grouped_sample", .object_size = sizeof(TrkGroupedSample),
	.flat_size = flat_size, .flatten = flatten, .merge = merge, .merge_flat = merge_flat
};

/*
 * Sort and return the sample with this label; it is empty when there is none.
 */
TrkValues
trk_grouped_sample_values(TrkGroupedSample *grouped, int32 label)
{
	int			at = find_group(grouped, label);
	TrkValues	values = {NULL, 0, grouped->nan};

	if (at == grouped->n || grouped->groups[at].label != label)
		return values;
	sort_group(grouped, &grouped->groups[at]);
	values.v = grouped->groups[at].v;
	values.n = grouped->groups[at].n;
	return values;
}

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

	trk_values_init(&values, group->v, group->n, grouped->hdr.eoh_context);
}

/* ExpandedObjectMethods: return the size of the flat form. */
static Size
flat_size(ExpandedObjectHeader *eohptr)
{
	TrkGroupedSample *grouped = (TrkGroupedSample *) eohptr;
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

/* ExpandedObjectMethods: write the flat form. */
static void
flatten(ExpandedObjectHeader *eohptr, void *result, Size size)
{
	TrkGroupedSample *grouped = (TrkGroupedSample *) eohptr;
	Flat	   *flat = result;
	FlatHead   *heads = (FlatHead *) (flat + 1);
	char	   *values = (char *) (heads + grouped->n);

	memset(flat, 0, sizeof(Flat));
	SET_VARSIZE(flat, size);
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

static const ExpandedObjectMethods methods = {flat_size, flatten};

/* Make an empty state in a memory context of its own below the parent. */
TrkGroupedSample *
trk_grouped_sample_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "grouped sample",
												  ALLOCSET_START_SMALL_SIZES);
	TrkGroupedSample *grouped = MemoryContextAllocZero(context, sizeof(TrkGroupedSample));

	EOH_init_header(&grouped->hdr, &methods, context);
	return grouped;
}

/*
 * Return the expanded object of a datum, or NULL when it is not one of this
 * kind.
 */
static TrkGroupedSample *
expanded_of(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &methods ? (TrkGroupedSample *) eoh : NULL;
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
		groups = MemoryContextAlloc(grouped->hdr.eoh_context, sizeof(TrkGroup) * grouped->room);
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
		group->v = MemoryContextAllocHuge(grouped->hdr.eoh_context, sizeof(double) * group->room);
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

/* Add all samples of another state. */
void
trk_grouped_sample_merge(TrkGroupedSample *grouped, const TrkGroupedSample *other)
{
	grouped->nan += other->nan;
	for (int i = 0; i < other->n; i++)
		trk_grouped_sample_add(grouped, other->groups[i].label, other->groups[i].v, other->groups[i].n);
}

/* Read a flat form, whose bytes may be corrupt. */
static void
expand(TrkGroupedSample *grouped, const Flat *flat, Size size)
{
	const FlatHead *heads = (const FlatHead *) (flat + 1);
	const double *values;
	const double *end = (const double *) ((const char *) flat + size);

	if (size < sizeof(Flat) || flat->format != TRK_GROUPED_SAMPLE_FORMAT || flat->nan < 0 ||
		flat->n < 0 || flat->n > (int64) ((size - sizeof(Flat)) / sizeof(FlatHead)))
		goto corrupt;
	values = (const double *) (heads + flat->n);
	grouped->nan = flat->nan;
	for (int64 i = 0; i < flat->n; i++)
	{
		if (heads[i].n < 0 || heads[i].n > end - values || heads[i].label != (int32) heads[i].label)
			goto corrupt;
		trk_grouped_sample_add(grouped, (int32) heads[i].label, values, heads[i].n);
		values += heads[i].n;
	}
	if (values == end)
		return;
corrupt:
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("grouped sample is corrupt, or of a newer release")));
}

/*
 * Return the object of a read-write expanded datum, which may be changed in
 * place, else NULL.
 */
TrkGroupedSample *
trk_grouped_sample_writable(Datum datum)
{
	return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? expanded_of(datum) : NULL;
}

/*
 * Return the state in a datum for writing: the object itself when it may be
 * changed, else a copy below the parent.  A flat datum is checked.
 */
TrkGroupedSample *
trk_grouped_sample_own(Datum datum, MemoryContext parent)
{
	TrkGroupedSample *grouped = expanded_of(datum);
	TrkGroupedSample *copy;

	if (trk_grouped_sample_writable(datum) != NULL)
		return grouped;
	copy = trk_grouped_sample_new(parent);
	if (grouped != NULL)
		trk_grouped_sample_merge(copy, grouped);
	else
	{
		Flat	   *flat = (Flat *) PG_DETOAST_DATUM(datum);

		expand(copy, flat, VARSIZE(flat));
	}
	return copy;
}

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

/*
 * sketch.c
 *	  Logarithmic buckets (see sketch.h).
 */
#include "sketch.h"

#include <math.h>

#include "common/int.h"
#include "utils/memutils.h"

/* The stored form: this, then the buckets in use, ascending. */
typedef struct Flat
{
	int32		vl_len_;
	int32		format;
	int64		nan;
	double		min;
	double		max;
	int64		buckets;
} Flat;

typedef struct FlatBucket
{
	int64		bucket;
	int64		count;
} FlatBucket;

/* The bucket of a value. */
static inline int
bucket_of(double x)
{
	uint64		bits;
	int			magnitude;

	memcpy(&bits, &x, sizeof(bits));
	magnitude = (int) ((bits & ~(UINT64CONST(1) << 63)) >> TRK_SKETCH_SHIFT);
	return (bits >> 63) != 0 ? -magnitude : magnitude;
}

/* The lower end of a bucket's magnitude. */
static double
bucket_edge(int magnitude)
{
	uint64		bits = (uint64) magnitude << TRK_SKETCH_SHIFT;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* See sketch.h. */
double
trk_sketch_middle(int bucket)
{
	int			magnitude = abs(bucket);
	double		low = bucket_edge(magnitude);
	double		middle;

	if (magnitude == 0 || magnitude == TRK_SKETCH_LAST)
		return bucket < 0 ? -low : low;
	if (magnitude == TRK_SKETCH_LAST - 1)
		middle = low;
	else
		middle = low + (bucket_edge(magnitude + 1) - low) / 2;
	return bucket < 0 ? -middle : middle;
}

/* Buckets in use. */
static int64
count_buckets(const TrkSketch *sketch)
{
	int64		n = 0;

	for (int i = 0; i < sketch->width; i++)
		n += sketch->counts[i] > 0;
	return n;
}

/* Bytes of the flat form. */
static Size
flat_size(ExpandedObjectHeader *eohptr)
{
	return sizeof(Flat) + sizeof(FlatBucket) * count_buckets((TrkSketch *) eohptr);
}

/* Write the flat form. */
static void
flatten(ExpandedObjectHeader *eohptr, void *result, Size size)
{
	TrkSketch  *sketch = (TrkSketch *) eohptr;
	Flat	   *flat = result;
	FlatBucket *out = (FlatBucket *) (flat + 1);

	memset(flat, 0, sizeof(Flat));
	SET_VARSIZE(flat, size);
	flat->format = TRK_SKETCH_FORMAT;
	flat->nan = sketch->nan;
	flat->min = sketch->min;
	flat->max = sketch->max;
	flat->buckets = (int64) ((size - sizeof(Flat)) / sizeof(FlatBucket));
	for (int i = 0; i < sketch->width; i++)
		if (sketch->counts[i] > 0)
		{
			out->bucket = sketch->low + i;
			out->count = sketch->counts[i];
			out++;
		}
}

static const ExpandedObjectMethods methods = {flat_size, flatten};

/* See sketch.h. */
TrkSketch *
trk_sketch_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "sketch", ALLOCSET_START_SMALL_SIZES);
	TrkSketch  *sketch = MemoryContextAllocZero(context, sizeof(TrkSketch));

	EOH_init_header(&sketch->hdr, &methods, context);
	return sketch;
}

/* Let the window hold a bucket. */
static void
widen(TrkSketch *sketch, int bucket)
{
	int			low = sketch->width == 0 ? bucket - 64 : Min(sketch->low, bucket - 64);
	int			high = sketch->width == 0 ? bucket + 64 :
		Max(sketch->low + sketch->width - 1, bucket + 64);
	int64	   *counts;

	low = Max(low, -TRK_SKETCH_LAST);
	high = Min(high, TRK_SKETCH_LAST);
	counts = MemoryContextAllocZero(sketch->hdr.eoh_context, sizeof(int64) * (high - low + 1));
	if (sketch->width > 0)
	{
		memcpy(counts + (sketch->low - low), sketch->counts, sizeof(int64) * sketch->width);
		pfree(sketch->counts);
	}
	sketch->counts = counts;
	sketch->low = low;
	sketch->width = high - low + 1;
}

/* See sketch.h. */
void
trk_sketch_add_bucket(TrkSketch *sketch, int bucket, int64 count)
{
	if (bucket < sketch->low || bucket - sketch->low >= sketch->width)
		widen(sketch, bucket);
	sketch->counts[bucket - sketch->low] += count;
	if (pg_add_s64_overflow(sketch->n, count, &sketch->n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sketch counts too many values")));
}

/* See sketch.h. */
void
trk_sketch_extend(TrkSketch *sketch, double min, double max)
{
	bool		first = sketch->n == 0;

	sketch->min = first || min < sketch->min ? min : sketch->min;
	sketch->max = first || max > sketch->max ? max : sketch->max;
}

/* See sketch.h. */
void
trk_sketch_add(TrkSketch *sketch, double x)
{
	if (isnan(x))
	{
		sketch->nan++;
		return;
	}
	x += 0.0;					/* -0 is 0 */
	trk_sketch_extend(sketch, x, x);
	trk_sketch_add_bucket(sketch, bucket_of(x), 1);
}

/* See sketch.h. */
void
trk_sketch_merge(TrkSketch *sketch, const TrkSketch *other)
{
	if (pg_add_s64_overflow(sketch->nan, other->nan, &sketch->nan))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sketch counts too many values")));
	if (other->n > 0)
		trk_sketch_extend(sketch, other->min, other->max);
	for (int i = 0; i < other->width; i++)
		if (other->counts[i] > 0)
			trk_sketch_add_bucket(sketch, other->low + i, other->counts[i]);
}

/* See sketch.h. */
double
trk_sketch_quantile(const TrkSketch *sketch, double q)
{
	double		wanted = Max(1, ceil(q * (double) sketch->n));
	double		seen = 0;

	if (sketch->n == 0)
		return NAN;
	for (int i = 0; i < sketch->width; i++)
	{
		seen += (double) sketch->counts[i];
		if (sketch->counts[i] > 0 && seen >= wanted)
			return Max(sketch->min, Min(sketch->max, trk_sketch_middle(sketch->low + i)));
	}
	return sketch->max;
}

/* See sketch.h. */
bool
trk_sketch_check(const TrkSketch *sketch)
{
	int			first = 0;
	int			last = sketch->width - 1;

	if (sketch->nan < 0)
		return false;
	if (sketch->n == 0)
		return sketch->min == 0 && sketch->max == 0;
	while (sketch->counts[first] == 0)
		first++;
	while (sketch->counts[last] == 0)
		last--;
	return sketch->min <= sketch->max && bucket_of(sketch->min) == sketch->low + first &&
		bucket_of(sketch->max) == sketch->low + last;
}

/* Take over a flat form that is not to be trusted. */
static bool
expand(TrkSketch *sketch, const Flat *flat, Size size)
{
	const FlatBucket *b = (const FlatBucket *) (flat + 1);

	if (size < sizeof(Flat) || flat->format != TRK_SKETCH_FORMAT || flat->buckets < 0 ||
		(Size) flat->buckets != (size - sizeof(Flat)) / sizeof(FlatBucket))
		return false;
	sketch->nan = flat->nan;
	for (int64 i = 0; i < flat->buckets; i++)
	{
		if (b[i].count <= 0 || b[i].bucket < -TRK_SKETCH_LAST || b[i].bucket > TRK_SKETCH_LAST ||
			(i > 0 && b[i].bucket <= b[i - 1].bucket))
			return false;
		trk_sketch_add_bucket(sketch, (int) b[i].bucket, b[i].count);
	}
	sketch->min = flat->min;
	sketch->max = flat->max;
	return trk_sketch_check(sketch);
}

/* Is a datum this kind of expanded object? */
static TrkSketch *
expanded_of(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &methods ? (TrkSketch *) eoh : NULL;
}

/* See sketch.h. */
TrkSketch *
trk_sketch_writable(Datum datum)
{
	return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? expanded_of(datum) : NULL;
}

/* See sketch.h. */
TrkSketch *
trk_sketch_own(Datum datum, MemoryContext parent)
{
	TrkSketch  *sketch = expanded_of(datum);
	TrkSketch  *copy;

	if (trk_sketch_writable(datum) != NULL)
		return sketch;
	copy = trk_sketch_new(parent);
	if (sketch != NULL)
		trk_sketch_merge(copy, sketch);
	else
	{
		Flat	   *flat = (Flat *) PG_DETOAST_DATUM(datum);

		if (!expand(copy, flat, VARSIZE(flat)))
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("sketch is corrupt, or of a newer release")));
	}
	return copy;
}

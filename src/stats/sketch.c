/*
 * sketch.c
 *	  A sketch of logarithmic buckets: the expanded object and its flat form
 *	  (see sketch.h).
 */
#include "base/trk.h"

#include "stats/sketch.h"

#include <math.h>

#include "common/int.h"
#include "utils/memutils.h"

/*
 * The stored form: this header, then for each used bucket, ascending, its
 * distance from the one before (the first: from the lowest possible one) and
 * its count.  Both are variable-length integers, seven bits to a byte, the
 * lowest first.
 */
typedef struct Flat
{
	int32		vl_len_;
	int32		format;
	int64		nan;
	double		min;
	double		max;
	int64		n;				/* number of values */
} Flat;

/* The most bytes of an integer of 63 bits. */
#define MOST_BYTES	9

/* Return the bucket of a value. */
static inline int
bucket_of(double x)
{
	uint64		bits;
	int			magnitude;

	memcpy(&bits, &x, sizeof(bits));
	magnitude = (int) ((bits & ~(UINT64CONST(1) << 63)) >> TRK_SKETCH_SHIFT);
	return (bits >> 63) != 0 ? -magnitude : magnitude;
}

/* Return the lower end of a bucket's magnitude. */
static double
bucket_edge(int magnitude)
{
	uint64		bits = (uint64) magnitude << TRK_SKETCH_SHIFT;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Return the middle of a bucket, which stands for all values in it. */
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

/* Return how many bytes a number takes. */
static inline Size
number_size(uint64 x)
{
	Size		size = 1;

	while (x >= 128)
	{
		x >>= 7;
		size++;
	}
	return size;
}

/* Write a number; return the position after it. */
static inline uint8 *
put_number(uint8 *p, uint64 x)
{
	for (; x >= 128; x >>= 7)
		*p++ = (uint8) (x | 128);
	*p++ = (uint8) x;
	return p;
}

/*
 * Read a number of at most 63 bits; return NULL when there is no complete one
 * before end.
 */
static inline const uint8 *
get_number(const uint8 *p, const uint8 *end, int64 *x)
{
	uint64		sum = 0;

	for (int i = 0; i < MOST_BYTES && p < end; i++, p++)
	{
		sum |= (uint64) (*p & 127) << (7 * i);
		if (*p < 128)
		{
			*x = (int64) sum;
			return p + 1;
		}
	}
	return NULL;
}

/* TrkAggType: return the size of the flat form. */
static Size
flat_size(void *state)
{
	TrkSketch  *sketch = state;
	int			last = -TRK_SKETCH_LAST;
	Size		size = sizeof(Flat);

	for (int i = 0; i < sketch->width; i++)
		if (sketch->counts[i] > 0)
		{
			size += number_size(sketch->low + i - last) + number_size(sketch->counts[i]);
			last = sketch->low + i;
		}
	return size;
}

/* TrkAggType: write the flat form. */
static void
flatten(void *state, struct varlena *result, Size size)
{
	TrkSketch  *sketch = state;
	Flat	   *flat = (Flat *) result;
	uint8	   *out = (uint8 *) (flat + 1);
	int			last = -TRK_SKETCH_LAST;

	memset(flat, 0, sizeof(Flat));
	flat->format = TRK_SKETCH_FORMAT;
	flat->nan = sketch->nan;
	flat->min = sketch->min;
	flat->max = sketch->max;
	flat->n = sketch->n;
	for (int i = 0; i < sketch->width; i++)
		if (sketch->counts[i] > 0)
		{
			out = put_number(out, sketch->low + i - last);
			out = put_number(out, sketch->counts[i]);
			last = sketch->low + i;
		}
}

/* Widen the window of counts so that it includes a bucket. */
static void
widen(TrkSketch *sketch, int bucket)
{
	int			low = sketch->width == 0 ? bucket - 64 : Min(sketch->low, bucket - 64);
	int			high = sketch->width == 0 ? bucket + 64 :
	Max(sketch->low + sketch->width - 1, bucket + 64);
	int64	   *counts;

	low = Max(low, -TRK_SKETCH_LAST);
	high = Min(high, TRK_SKETCH_LAST);
	counts = MemoryContextAllocZero(trk_agg_context(sketch), sizeof(int64) * (high - low + 1));
	if (sketch->width > 0)
	{
		memcpy(counts + (sketch->low - low), sketch->counts, sizeof(int64) * sketch->width);
		pfree(sketch->counts);
	}
	sketch->counts = counts;
	sketch->low = low;
	sketch->width = high - low + 1;
}

/* Widen the window, unless it includes the bucket already. */
static inline void
hold(TrkSketch *sketch, int bucket)
{
	if (bucket < sketch->low || bucket - sketch->low >= sketch->width)
		widen(sketch, bucket);
}

/*
 * Add to the total count, which bounds all other counts; an overflow is an
 * ERROR.
 */
static inline void
add_count(int64 *sum, int64 count)
{
	if (pg_add_s64_overflow(*sum, count, sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sketch counts too many values")));
}

/* Add to the count of a bucket.  The caller updates min and max. */
void
trk_sketch_add_bucket(TrkSketch *sketch, int bucket, int64 count)
{
	hold(sketch, bucket);
	add_count(&sketch->n, count);
	sketch->counts[bucket - sketch->low] += count;
}

/* Widen the range of a sketch to these extremes. */
static void
sketch_extend(TrkSketch *sketch, double min, double max)
{
	bool		first = sketch->n == 0;

	sketch->min = first || min < sketch->min ? min : sketch->min;
	sketch->max = first || max > sketch->max ? max : sketch->max;
}

/* Add one value. */
void
trk_sketch_add(TrkSketch *sketch, double x)
{
	if (isnan(x))
	{
		sketch->nan++;
		return;
	}
	x += 0.0;					/* turns -0 into 0 */
	sketch_extend(sketch, x, x);
	trk_sketch_add_bucket(sketch, bucket_of(x), 1);
}

/* TrkAggType: add all counts of another object. */
static void
merge(void *state, const void *from)
{
	TrkSketch  *sketch = state;
	const TrkSketch *other = from;

	add_count(&sketch->nan, other->nan);
	if (other->n == 0)
		return;
	sketch_extend(sketch, other->min, other->max);
	for (int i = 0; i < other->width; i++)
		if (other->counts[i] > 0)
			trk_sketch_add_bucket(sketch, other->low + i, other->counts[i]);
}

/*
 * Return the quantile q: the smallest value whose cumulative share is at
 * least q.  It is NaN in an empty sketch.
 */
double
trk_sketch_quantile(const TrkSketch *sketch, double q)
{
	return trk_sketch_value(sketch, Max(1, ceil(q * (double) sketch->n)));
}

/* Return the value at this rank, counted from 1. */
double
trk_sketch_value(const TrkSketch *sketch, double wanted)
{
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

/*
 * Return whether the sketch is consistent: min and max must lie in its
 * outermost buckets.
 */
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

/*
 * Read the next bucket of a flat form at p: its number, relative to the one
 * before, and its count.  Returns NULL when it is not valid.
 */
static inline const uint8 *
next_bucket(const uint8 *p, const uint8 *end, int64 *bucket, int64 *count)
{
	int64		step;

	p = get_number(p, end, &step);
	if (p == NULL || step > 2 * TRK_SKETCH_LAST || step > TRK_SKETCH_LAST - *bucket)
		return NULL;
	*bucket += step;
	p = get_number(p, end, count);
	return p == NULL || *count == 0 ? NULL : p;
}

/* Check a flat form, and return its lowest and highest bucket. */
static bool
flat_check(const Flat *flat, Size size, int64 *low, int64 *high)
{
	const uint8 *p = (const uint8 *) (flat + 1);
	const uint8 *end = (const uint8 *) flat + size;
	int64		n = 0;
	int64		count;

	if (size < sizeof(Flat) || flat->format != TRK_SKETCH_FORMAT || flat->nan < 0)
		return false;
	*low = *high = -TRK_SKETCH_LAST;
	for (bool first = true; p < end; first = false)
	{
		int64		last = *high;

		p = next_bucket(p, end, high, &count);
		if (p == NULL || pg_add_s64_overflow(n, count, &n) || (!first && *high == last))
			return false;
		if (first)
			*low = *high;
	}
	if (n != flat->n)
		return false;
	if (n == 0)
		return flat->min == 0 && flat->max == 0;
	return flat->min <= flat->max && bucket_of(flat->min) == *low &&
		bucket_of(flat->max) == *high;
}

/*
 * TrkAggType: add the counts of a flat form, whose bytes may be corrupt; return
 * false when it is not valid.
 */
static bool
merge_flat(void *state, const struct varlena *bytes)
{
	TrkSketch  *sketch = state;
	const Flat *flat = (const Flat *) bytes;
	Size		size = VARSIZE(flat);
	const uint8 *p = (const uint8 *) (flat + 1);
	const uint8 *end = (const uint8 *) flat + size;
	int64		low;
	int64		bucket = -TRK_SKETCH_LAST;
	int64		high;
	int64		count = 0;

	if (!flat_check(flat, size, &low, &high))
		return false;
	add_count(&sketch->nan, flat->nan);
	if (flat->n == 0)
		return true;
	sketch_extend(sketch, flat->min, flat->max);
	add_count(&sketch->n, flat->n);
	hold(sketch, (int) low);
	hold(sketch, (int) high);
	while (p != NULL && p < end)
	{
		p = next_bucket(p, end, &bucket, &count);
		sketch->counts[bucket - sketch->low] += count;
	}
	return true;
}

const TrkAggType trk_sketch_type = {
	.name = "at_sketch", .object_size = sizeof(TrkSketch),
	.flat_size = flat_size, .flatten = flatten, .merge = merge, .merge_flat = merge_flat
};

/*
 * values.c
 *	  Sorted values (see values.h).
 */
#include "values.h"

#define DIGIT_BITS	11
#define DIGITS		6
#define BUCKETS		(1 << DIGIT_BITS)

/* Shorter than this, insertion is faster. */
#define FEW			48

/* An integer in the order of the doubles. */
static inline uint64
key_of(double x)
{
	uint64		bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((bits >> 63) != 0 ? ~UINT64CONST(0) : UINT64CONST(1) << 63);
}

/* The double of a key. */
static inline double
double_of(uint64 key)
{
	uint64		bits = key ^ ((key >> 63) != 0 ? UINT64CONST(1) << 63 : ~UINT64CONST(0));
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Sort a few. */
static void
insertion_sort(double *v, int64 n)
{
	for (int64 i = 1; i < n; i++)
	{
		double		x = v[i];
		int64		j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

/* How often each digit has each value. */
static void
count_digits(const uint64 *keys, int64 n, int64 (*counts)[BUCKETS])
{
	memset(counts, 0, sizeof(int64) * DIGITS * BUCKETS);
	for (int64 i = 0; i < n; i++)
		for (int d = 0; d < DIGITS; d++)
			counts[d][keys[i] >> (d * DIGIT_BITS) & (BUCKETS - 1)]++;
}

/* Distribute the keys by a digit; false when all have the same. */
static bool
scatter(const uint64 *from, uint64 *to, int64 n, int d, int64 *counts)
{
	int64		start = 0;

	if (counts[from[0] >> (d * DIGIT_BITS) & (BUCKETS - 1)] == n)
		return false;
	for (int i = 0; i < BUCKETS; i++)
	{
		int64		count = counts[i];

		counts[i] = start;
		start += count;
	}
	for (int64 i = 0; i < n; i++)
		to[counts[from[i] >> (d * DIGIT_BITS) & (BUCKETS - 1)]++] = from[i];
	return true;
}

/* Sort many: by digits, from the lowest. */
static void
radix_sort(double *v, int64 n, MemoryContext context)
{
	int64		(*counts)[BUCKETS] = MemoryContextAllocHuge(context, sizeof(int64) * DIGITS * BUCKETS);
	uint64	   *space = MemoryContextAllocHuge(context, 2 * sizeof(uint64) * n);
	uint64	   *from = space;
	uint64	   *to = space + n;

	for (int64 i = 0; i < n; i++)
		from[i] = key_of(v[i]);
	count_digits(from, n, counts);
	for (int d = 0; d < DIGITS; d++)
	{
		TRK_CHECK_INTERRUPTS();
		if (scatter(from, to, n, d, counts[d]))
		{
			uint64	   *swap = from;

			from = to;
			to = swap;
		}
	}
	for (int64 i = 0; i < n; i++)
		v[i] = double_of(from[i]);
	pfree(space);
	pfree(counts);
}

/* See values.h. */
void
trk_values_init(TrkValues *values, double *v, int64 n, MemoryContext context)
{
	values->v = v;
	values->n = 0;
	for (int64 i = 0; i < n; i++)
		if (!isnan(v[i]))
			v[values->n++] = v[i] + 0.0;
	values->nan = n - values->n;
	if (values->n < FEW)
		insertion_sort(v, values->n);
	else
		radix_sort(v, values->n, context);
}

/* See values.h. */
double
trk_values_quantile(const TrkValues *values, int64 i, int64 parts)
{
	int64		steps = (values->n - 1) * i;
	int64		at = steps / parts;
	double		low;
	double		high;

	if (values->n == 0)
		return NAN;
	low = values->v[at];
	if (steps % parts == 0)
		return low;
	high = values->v[at + 1];
	return low == high ? low : low + (high - low) * ((double) (steps % parts) / (double) parts);
}

/* See values.h. */
void
trk_ties_start(TrkTies *ties, const TrkValues *first, const TrkValues *second)
{
	ties->first = first;
	ties->second = second;
	ties->i = ties->j = ties->a = ties->b = 0;
	ties->value = NAN;
}

/* How many of the values from i on equal x. */
static inline int64
equal_from(const TrkValues *values, int64 i, double x)
{
	int64		end = i;

	while (end < values->n && values->v[end] == x)
		end++;
	return end - i;
}

/* See values.h. */
bool
trk_ties_next(TrkTies *ties)
{
	const TrkValues *a = ties->first;
	const TrkValues *b = ties->second;

	if (ties->i == a->n && ties->j == b->n)
		return false;
	if (((ties->i + ties->j) & 0xfff) == 0)
		TRK_CHECK_INTERRUPTS();
	if (ties->j == b->n || (ties->i < a->n && a->v[ties->i] <= b->v[ties->j]))
		ties->value = a->v[ties->i];
	else
		ties->value = b->v[ties->j];
	ties->a = equal_from(a, ties->i, ties->value);
	ties->b = equal_from(b, ties->j, ties->value);
	ties->i += ties->a;
	ties->j += ties->b;
	return true;
}

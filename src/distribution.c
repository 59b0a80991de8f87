/*
 * distribution.c
 *	  Sorting values, quantiles and tail means (see distribution.h).
 */
#include "distribution.h"

#include <math.h>

/* Fewer values than this are sorted by insertion. */
#define SMALL_SORT		48

/* Bits of one digit of the radix sort. */
#define DIGIT_BITS		11
#define DIGITS			6
#define BUCKETS			(1 << DIGIT_BITS)

/* Bits of a value made an unsigned number of the same order, and back. */
static inline uint64
key_of(TrkWord value)
{
	if (value.r == 0)
		value.r = 0;
	return value.u >> 63 ? ~value.u : value.u | UINT64CONST(1) << 63;
}

static inline uint64
bits_of(uint64 key)
{
	return key >> 63 ? key & ~(UINT64CONST(1) << 63) : ~key;
}

/* Insertion sort, for few values. */
static void
sort_few(TrkWord *values, int64 n)
{
	for (int64 i = 0; i < n; i++)
	{
		TrkWord		value = values[i];
		int64		at = i;

		if (value.r == 0)
			value.r = 0;
		for (; at > 0 && values[at - 1].r > value.r; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

/* How often each digit from this one on occurs. */
static void
count_digits(const TrkWord *keys, int64 n, int digit, int64 (*counts)[BUCKETS])
{
	memset(counts + digit, 0, sizeof(int64) * (DIGITS - digit) * BUCKETS);
	for (int64 i = 0; i < n; i++)
		for (int d = digit; d < DIGITS; d++)
			counts[d][keys[i].u >> (d * DIGIT_BITS) & (BUCKETS - 1)]++;
}

/* One pass of the radix sort; false when all keys have the same digit. */
static bool
scatter(const TrkWord *from, TrkWord *to, int64 n, int digit, int64 *counts)
{
	int			shift = digit * DIGIT_BITS;
	int64		at = 0;

	if (counts[from[0].u >> shift & (BUCKETS - 1)] == n)
		return false;
	for (int b = 0; b < BUCKETS; b++)
	{
		int64		count = counts[b];

		counts[b] = at;
		at += count;
	}
	for (int64 i = 0; i < n; i++)
		to[counts[from[i].u >> shift & (BUCKETS - 1)]++] = from[i];
	return true;
}

/* Sort keys by their digits from this one on; *other becomes free. */
static void
sort_digits(TrkWord **keys, TrkWord **other, int64 n, int digit)
{
	int64		counts[DIGITS][BUCKETS];

	count_digits(*keys, n, digit, counts);
	for (int d = digit; d < DIGITS; d++)
	{
		TRK_CHECK_INTERRUPTS();
		if (scatter(*keys, *other, n, d, counts[d]))
		{
			TrkWord    *swap = *keys;

			*keys = *other;
			*other = swap;
		}
	}
}

/*
 * Put keys that are nearly sorted in order by insertion; false, with the keys
 * in some order, when they are not.
 */
static bool
straighten(TrkWord *keys, int64 n)
{
	int64		budget = 4 * n;

	for (int64 i = 1; i < n; i++)
	{
		TrkWord		key = keys[i];
		int64		at = i;

		for (; at > 0 && keys[at - 1].u > key.u && budget > 0; at--, budget--)
			keys[at] = keys[at - 1];
		keys[at] = key;
		if (budget == 0)
			return false;
	}
	return true;
}

/*
 * See distribution.h.  The upper half of the bits leaves few values of a
 * continuous distribution out of order.
 */
void
trk_sort_values(TrkWord *values, TrkWord *scratch, int64 n)
{
	TrkWord    *from = values;
	TrkWord    *to = scratch;

	if (n < SMALL_SORT)
	{
		sort_few(values, n);
		return;
	}
	for (int64 i = 0; i < n; i++)
		from[i].u = key_of(values[i]);
	sort_digits(&from, &to, n, DIGITS / 2);
	if (!straighten(from, n))
		sort_digits(&from, &to, n, 0);
	for (int64 i = 0; i < n; i++)
		values[i].u = bits_of(from[i].u);
}

/* See distribution.h. */
TrkSample
trk_sample_of_sorted(const TrkWord *values, int64 n)
{
	TrkSample	sample = {values, n, 1, n};

	return sample;
}

/* The value of a rank (from 0), and the row it is in. */
static double
value_at(const TrkSample *sample, int64 rank, int64 *row)
{
	int64		seen = 0;

	*row = rank;
	if (sample->width == 2)
		for (*row = 0; (seen += trk_sample_count(sample, *row)) <= rank;)
			(*row)++;
	return trk_sample_value(sample, *row);
}

/* See distribution.h. */
double
trk_quantile_cont(const TrkSample *sample, double q)
{
	double		at;
	double		low;
	double		high;
	int64		rank;
	int64		row;

	if (sample->n == 0)
		return NAN;
	at = q * (double) (sample->n - 1);
	rank = (int64) floor(at);
	low = value_at(sample, rank, &row);
	if (rank + 1 >= sample->n || at == (double) rank)
		return low;
	high = value_at(sample, rank + 1, &row);
	return low == high || isinf(low) ? low : low + (at - (double) rank) * (high - low);
}

/* See distribution.h. */
double
trk_quantile_disc(const TrkSample *sample, double q)
{
	int64		rank;
	int64		row;

	if (sample->n == 0)
		return NAN;
	rank = (int64) ceil(q * (double) sample->n);
	rank = Min(Max(rank, 1), sample->n);
	return value_at(sample, rank - 1, &row);
}

/* Sum of the lowest values, of which there may be a fraction. */
static double
sum_lowest(const TrkSample *sample, double wanted)
{
	double		sum = 0;

	for (int64 row = 0; row < sample->n_rows && wanted > 0; row++)
	{
		double		count = Min((double) trk_sample_count(sample, row), wanted);

		sum += count * trk_sample_value(sample, row);
		wanted -= count;
	}
	return sum;
}

/* See distribution.h. */
double
trk_tail_mean(const TrkSample *sample, double share)
{
	double		wanted = share * (double) sample->n;

	return wanted > 0 ? sum_lowest(sample, wanted) / wanted : NAN;
}

/* See distribution.h. */
double
trk_tail_mean_whole(const TrkSample *sample, double share)
{
	double		wanted = floor(share * (double) (sample->n - 1)) + 1;

	return sample->n > 0 ? sum_lowest(sample, wanted) / wanted : NAN;
}

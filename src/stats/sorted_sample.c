/*
 * sorted_sample.c
 *	  Sorting of values, quantiles and tail means (see sorted_sample.h).
 *
 * The tails of many values are found without sorting all of them: values are
 * counted by their leading bits, and only those that share these bits with the
 * values at a quantile are sorted.
 */
#include "base/trk.h"

#include "stats/sorted_sample.h"

#include <math.h>

/* Fewer values than this are sorted by insertion, which is faster then. */
#define SMALL_SORT		48

/* With fewer values than this, the tails are found by sorting. */
#define FEW_FOR_TAILS	16384

/*
 * The leading bits by which values are counted: sign, exponent and some of the
 * mantissa.
 */
#define LEADING_BITS	16

/*
 * Bits of a digit of the radix sort; the counts of a digit fit in the L1
 * cache.
 */
#define DIGIT_BITS		11
#define DIGITS			6
#define BUCKETS			(1 << DIGIT_BITS)

/*
 * Convert a value to an unsigned number that sorts in the same order, and
 * back.
 */
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

/* Sort a few values by insertion. */
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

/* Count how often each digit occurs, for the digits from this one on. */
static void
count_digits(const TrkWord *keys, int64 n, int digit, int64 (*counts)[BUCKETS])
{
	memset(counts + digit, 0, sizeof(int64) * (DIGITS - digit) * BUCKETS);
	for (int64 i = 0; i < n; i++)
		for (int d = digit; d < DIGITS; d++)
			counts[d][keys[i].u >> (d * DIGIT_BITS) & (BUCKETS - 1)]++;
}

/*
 * Do one pass of the radix sort; return false when all keys have the same
 * digit.
 */
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

/*
 * Sort keys by their digits from this one on; *other is left as scratch
 * memory.
 */
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
 * Sort keys that are nearly sorted, by insertion.  Returns false, with the
 * keys in some order, when they are not.
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
 * Radix sort of n unsigned numbers.  The result is in words or in scratch,
 * whichever is returned.  Only the upper half of the bits is sorted by radix,
 * since that leaves few values of a continuous distribution out of order, and
 * few hashes.
 */
TrkWord *
trk_sort_words(TrkWord *words, TrkWord *scratch, int64 n)
{
	TrkWord    *from = words;
	TrkWord    *to = scratch;

	if (n == 0)
		return from;
	sort_digits(&from, &to, n, DIGITS / 2);
	if (!straighten(from, n))
		sort_digits(&from, &to, n, 0);
	return from;
}

/*
 * Sort n values; scratch has space for as many.  No value may be NaN; -0
 * becomes 0.
 */
void
trk_sort_values(TrkWord *values, TrkWord *scratch, int64 n)
{
	TrkWord    *sorted;

	if (n < SMALL_SORT)
	{
		sort_few(values, n);
		return;
	}
	for (int64 i = 0; i < n; i++)
		values[i].u = key_of(values[i]);
	sorted = trk_sort_words(values, scratch, n);
	for (int64 i = 0; i < n; i++)
		values[i].u = bits_of(sorted[i].u);
}

/* Make a sample of n sorted values. */
TrkSample
trk_sample_of_sorted(const TrkWord *values, int64 n)
{
	TrkSample	sample = {values, n, 1, n};

	return sample;
}

/* Return the value at a rank (from 0), and the row that holds it. */
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

/*
 * Return the quantile q by linear interpolation (type 7 of Hyndman and Fan,
 * 1996).  It is NaN in an empty sample.
 */
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
	return trk_between(low, high, at - (double) rank);
}

/*
 * Return the quantile q as the smallest value whose cumulative share is at
 * least q.  It is NaN in an empty sample.
 */
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

/* Return the sum of the lowest values; their number may have a fraction. */
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

/*
 * Return the mean of the lowest share of the values, with a fractional weight
 * on the value at the boundary (Acerbi and Tasche, 2002).
 */
double
trk_tail_mean(const TrkSample *sample, double share)
{
	double		wanted = share * (double) sample->n;

	return wanted > 0 ? sum_lowest(sample, wanted) / wanted : NAN;
}

/* Return the mean of the lowest floor(share (n - 1)) + 1 values. */
double
trk_tail_mean_whole(const TrkSample *sample, double share)
{
	double		wanted = floor(share * (double) (sample->n - 1)) + 1;

	return sample->n > 0 ? sum_lowest(sample, wanted) / wanted : NAN;
}

/* A part of a sorted sample: the rows around a quantile. */
typedef struct Stretch
{
	int64		first;			/* the lowest and highest group of leading bits that is in it */
	int64		last;
	int64		below;			/* number of values before it */
	double		sum;			/* the sum of these values */
	double		rest;			/* the low-order part of sum */
	TrkSample	sample;			/* the values in it, sorted */
} Stretch;

/* Return the group of a value: its leading bits. */
static inline int64
group_of(double value)
{
	TrkWord		word;

	word.r = value;
	return (int64) (key_of(word) >> (64 - LEADING_BITS));
}

/* Find the groups that hold the values at two ranks. */
static void
find_groups(const TrkWord *counts, int64 from, int64 to, Stretch *s)
{
	int64		seen = 0;
	int64		group = 0;

	memset(s, 0, sizeof(*s));
	for (; seen + counts[group].i <= from; group++)
		seen += counts[group].i;
	s->first = group;
	s->below = seen;
	for (; seen + counts[group].i <= to; group++)
		seen += counts[group].i;
	s->last = group;
}

/* Copy and sort the values of a stretch; return how many there are. */
static int64
fill_stretch(Stretch *s, const double *values, int64 n, TrkWord *room)
{
	int64		found = 0;

	for (int64 i = 0; i < n; i++)
	{
		int64		group = group_of(values[i]);

		if (group > s->last)
			continue;
		if (group >= s->first)
			room[found++].r = values[i];
		else
		{
			double		x = values[i] + s->rest;
			double		sum = s->sum + x;

			s->rest = x - (sum - s->sum);
			s->sum = sum;
		}
	}
	trk_sort_values(room, room + found, found);
	s->sample = trk_sample_of_sorted(room, found);
	return found;
}

/* Return the value at a rank of the whole sample. */
static double
stretch_value(const Stretch *s, int64 rank)
{
	return trk_sample_value(&s->sample, rank - s->below);
}

/* Return the quantile at a fractional rank. */
static double
stretch_quantile(const Stretch *s, double at, int64 n)
{
	int64		rank = (int64) floor(at);
	double		low = stretch_value(s, rank);
	double		high;

	if (rank + 1 >= n || at == (double) rank)
		return low;
	high = stretch_value(s, rank + 1);
	return trk_between(low, high, at - (double) rank);
}

/* Return the mean of the lowest values; their number may have a fraction. */
static double
stretch_tail_mean(const Stretch *s, double wanted)
{
	double		inside = sum_lowest(&s->sample, wanted - (double) s->below);

	return (s->sum + (s->rest + inside)) / wanted;
}

/* Compute the tails of few values, by sorting. */
static void
tails_of_few(const double *values, int64 n, double share, TrkWord *scratch, TrkTails *tails)
{
	TrkSample	sample;

	for (int64 i = 0; i < n; i++)
		scratch[i].r = values[i];
	trk_sort_values(scratch, scratch + n, n);
	sample = trk_sample_of_sorted(scratch, n);
	tails->low = trk_quantile_cont(&sample, share);
	tails->high = trk_quantile_cont(&sample, 1 - share);
	tails->mean = trk_tail_mean(&sample, share);
	tails->mean_whole = trk_tail_mean_whole(&sample, share);
}

/*
 * Compute the tails of n finite values in any order without sorting all of
 * them.  The share is below a half; scratch has space for TRK_TAILS_ROOM(n)
 * words.
 */
void
trk_tails(const double *values, int64 n, double share, TrkWord *scratch, TrkTails *tails)
{
	const int	groups = 1 << LEADING_BITS;
	double		low_at = share * (double) (n - 1);
	double		high_at = (1 - share) * (double) (n - 1);
	int64		low = (int64) floor(low_at);
	int64		high = (int64) floor(high_at);
	TrkWord    *room = scratch + groups;
	Stretch		s;

	if (n < FEW_FOR_TAILS)
	{
		tails_of_few(values, n, share, scratch, tails);
		return;
	}
	memset(scratch, 0, groups * sizeof(TrkWord));
	for (int64 i = 0; i < n; i++)
		scratch[group_of(values[i])].i++;
	TRK_CHECK_INTERRUPTS();
	/* the boundary of the lowest share is at rank low or the next one */
	find_groups(scratch, low, low + 1, &s);
	fill_stretch(&s, values, n, room);
	tails->low = stretch_quantile(&s, low_at, n);
	tails->mean = stretch_tail_mean(&s, share * (double) n);
	tails->mean_whole = stretch_tail_mean(&s, (double) (low + 1));
	TRK_CHECK_INTERRUPTS();
	find_groups(scratch, high, Min(high + 1, n - 1), &s);
	fill_stretch(&s, values, n, room);
	tails->high = stretch_quantile(&s, high_at, n);
}

/*
 * behavior_sort.c
 *	  The contents of at_conduct in order: cells by key and run, names by their
 *	  bytes (see conduct.h).
 */
#include "base/trk.h"

#include "drift/behavior.h"

#include <math.h>

#include "stats/sketch.h"
#include "utils/memutils.h"

/* The middle of the logarithmic bucket that a number is in. */
static double
to_bucket(double x)
{
	uint64		bits;
	int			magnitude;

	memcpy(&bits, &x, sizeof(bits));
	magnitude = (int) ((bits & ~(UINT64CONST(1) << 63)) >> TRK_SKETCH_SHIFT);
	return trk_sketch_middle((bits >> 63) != 0 ? -magnitude : magnitude);
}

/* Order of cells: by key, then by run. */
static int
compare_cells(const void *a, const void *b)
{
	const TrkCell *x = a;
	const TrkCell *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->run < y->run ? -1 : x->run > y->run;
}

/* A byte of a cell's order, the least significant first: of the run, then the key. */
static inline uint8
cell_byte(const TrkCell *cell, int byte)
{
	return (uint8) (byte < 4 ? cell->run >> (8 * byte) : cell->key >> (8 * (byte - 4)));
}

/* One pass of a radix sort. */
static void
radix_pass(const TrkCell *from, TrkCell *to, int64 n, int byte)
{
	int64		starts[256] = {0};
	int64		sum = 0;

	for (int64 i = 0; i < n; i++)
		starts[cell_byte(&from[i], byte)]++;
	for (int i = 0; i < 256; i++)
	{
		int64		count = starts[i];

		starts[i] = sum;
		sum += count;
	}
	for (int64 i = 0; i < n; i++)
		to[starts[cell_byte(&from[i], byte)]++] = from[i];
	CHECK_FOR_INTERRUPTS();
}

/* Are the cells in order?  What differs among them goes to *differs. */
static bool
look_at_cells(const TrkCell *cells, int64 n, TrkCell *differs)
{
	bool		in_order = true;

	*differs = (TrkCell) {0, 0, 0};
	for (int64 i = 1; i < n; i++)
	{
		differs->key |= cells[i].key ^ cells[0].key;
		differs->run |= cells[i].run ^ cells[0].run;
		in_order = in_order && compare_cells(&cells[i - 1], &cells[i]) <= 0;
	}
	return in_order;
}

/* Sort cells; the context is the state's own, where scratch may be freed. */
static void
sort_cells(TrkCell *cells, int64 n, MemoryContext context)
{
	TrkCell    *scratch;
	TrkCell    *from = cells;
	TrkCell		differs;

	if (look_at_cells(cells, n, &differs))
		return;
	if (n < 256)
	{
		qsort(cells, n, sizeof(TrkCell), compare_cells);
		return;
	}
	scratch = MemoryContextAllocHuge(context, sizeof(TrkCell) * n);
	for (int byte = 0; byte < 12; byte++)
		if (cell_byte(&differs, byte) != 0)
		{
			radix_pass(from, from == cells ? scratch : cells, n, byte);
			from = from == cells ? scratch : cells;
		}
	if (from != cells)
		memcpy(cells, from, sizeof(TrkCell) * n);
	pfree(scratch);
}

/* Add up cells of the same key and run; what does not fit a count stays apart. */
static int64
unite_cells(TrkCell *cells, int64 n)
{
	int64		to = -1;

	for (int64 i = 0; i < n; i++)
	{
		if (to >= 0 && cells[to].key == cells[i].key && cells[to].run == cells[i].run &&
			cells[i].count <= PG_UINT32_MAX - cells[to].count)
			cells[to].count += cells[i].count;
		else
			cells[++to] = cells[i];
	}
	return to + 1;
}

/* See conduct.h. */
void
trk_seen_settle(TrkConduct *conduct, TrkSeen *seen)
{
	if (seen->settled)
		return;
	if (trk_seen_is_coarse(conduct, seen))
		for (int64 i = 0; i < seen->n_cells; i++)
			seen->cells[i].key = trk_key_of_number(to_bucket(trk_number_of_key(seen->cells[i].key)));
	sort_cells(seen->cells, seen->n_cells, conduct->hdr.eoh_context);
	seen->n_cells = unite_cells(seen->cells, seen->n_cells);
	for (int64 i = 0; i < seen->categories.n; i++)
		seen->about[i].last_cell = -1;
	seen->settled = true;
	if (seen->n_cells > TRK_CONDUCT_CELLS)
		trk_seen_overflow(seen);
}

/* A string and the number it had. */
typedef struct Ranked
{
	TrkEntry	entry;
	int64		was;
} Ranked;

/* See conduct.h. */
int
trk_entry_compare(const TrkEntry *a, const TrkEntry *b)
{
	int			cmp = memcmp(a->s, b->s, Min(a->len, b->len));

	if (cmp != 0)
		return cmp;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* The same for qsort(). */
static int
compare_ranked(const void *a, const void *b)
{
	return trk_entry_compare(&((const Ranked *) a)->entry, &((const Ranked *) b)->entry);
}

/* Put the strings in order; NULL when they are, else the number each had. */
static int64 *
sort_dict(TrkDict *dict, MemoryContext context)
{
	Ranked	   *ranked = palloc_extended(sizeof(Ranked) * (dict->n + 1), MCXT_ALLOC_HUGE);
	int64	   *was = palloc_extended(sizeof(int64) * (dict->n + 1), MCXT_ALLOC_HUGE);
	bool		in_order = true;

	for (int64 i = 0; i < dict->n; i++)
	{
		ranked[i] = (Ranked) {dict->entries[i], i};
		in_order = in_order && (i == 0 || compare_ranked(&ranked[i - 1], &ranked[i]) < 0);
	}
	if (!in_order)
	{
		qsort(ranked, dict->n, sizeof(Ranked), compare_ranked);
		for (int64 i = 0; i < dict->n; i++)
		{
			dict->entries[i] = ranked[i].entry;
			was[i] = ranked[i].was;
		}
		trk_dict_rehash(dict, context);
		dict->last = -1;
	}
	pfree(ranked);
	return in_order ? NULL : was;
}

/* The number each has now, by that it had. */
static uint32 *
invert(const int64 *was, int64 n)
{
	uint32	   *now = palloc_extended(sizeof(uint32) * (n + 1), MCXT_ALLOC_HUGE);

	for (int64 i = 0; i < n; i++)
		now[was[i]] = (uint32) i;
	return now;
}

/* Put a dimension's categories in order. */
static void
sort_categories(TrkConduct *conduct, TrkSeen *seen)
{
	int64		n = seen->categories.n;
	int64	   *was = sort_dict(&seen->categories, conduct->hdr.eoh_context);
	TrkCategorySeen *about;
	uint32	   *now;

	if (was == NULL)
		return;
	about = palloc_extended(sizeof(TrkCategorySeen) * n, MCXT_ALLOC_HUGE);
	memcpy(about, seen->about, sizeof(TrkCategorySeen) * n);
	for (int64 i = 0; i < n; i++)
		seen->about[i] = about[was[i]];
	now = invert(was, n);
	for (int64 i = 0; i < seen->n_cells; i++)
		seen->cells[i].key = (uint64) now[seen->cells[i].key - 1] + 1;
	seen->settled = false;
}

/* Order of fills, for qsort_arg(). */
static int
compare_fills(const void *a, const void *b, void *links)
{
	return trk_order_fill_compare(links, a, b);
}

/* Put orders and fills in order; now is what the runs' numbers became. */
static void
settle_links(TrkConduct *conduct, const uint32 *now)
{
	TrkLinks   *links = &conduct->links;
	int64	   *was;
	bool		in_order = true;

	if ((links->settled && now == NULL) || links->overflow)
		return;
	was = sort_dict(&links->ids, conduct->hdr.eoh_context);
	if (was != NULL)
	{
		TrkOrder   *orders = palloc_extended(sizeof(TrkOrder) * links->ids.n, MCXT_ALLOC_HUGE);
		uint32	   *number = invert(was, links->ids.n);

		memcpy(orders, links->orders, sizeof(TrkOrder) * links->ids.n);
		for (int64 i = 0; i < links->ids.n; i++)
			links->orders[i] = orders[was[i]];
		for (int64 i = 0; i < links->n; i++)
			links->fills[i].order = number[links->fills[i].order];
		pfree(orders);
		pfree(number);
	}
	for (int64 i = 0; i < links->n; i++)
	{
		if (now != NULL)
			links->fills[i].run = now[links->fills[i].run];
		in_order = in_order &&
			(i == 0 || trk_order_fill_compare(links, &links->fills[i - 1], &links->fills[i]) <= 0);
	}
	if (!in_order)
		qsort_arg(links->fills, links->n, sizeof(TrkOrderFill), compare_fills, links);
}

/* Put everything in order; what is palloc'd on the way is left to the caller. */
static void
settle(TrkConduct *conduct)
{
	int64	   *was = sort_dict(&conduct->runs, conduct->hdr.eoh_context);
	uint32	   *now = was == NULL ? NULL : invert(was, conduct->runs.n);
	TrkSeen   **seen;

	for (int64 i = 0; i < conduct->names.n; i++)
	{
		TrkSeen    *s = conduct->seen[i];

		for (int64 c = 0; c < s->n_cells && now != NULL; c++)
			s->cells[c].run = now[s->cells[c].run];
		s->settled &= now == NULL;
		if (s->categories.n > 0)
			sort_categories(conduct, s);
		trk_seen_settle(conduct, s);
	}
	settle_links(conduct, now);
	if (!conduct->links.settled || now != NULL)
		trk_links_count(conduct);
	conduct->links.settled = true;
	was = sort_dict(&conduct->names, conduct->hdr.eoh_context);
	seen = palloc(sizeof(TrkSeen *) * (conduct->names.n + 1));
	for (int64 i = 0; i < conduct->names.n && was != NULL; i++)
		seen[i] = conduct->seen[was[i]];
	if (was != NULL)
		memcpy(conduct->seen, seen, sizeof(TrkSeen *) * conduct->names.n);
}

/*
 * See conduct.h.  The server has states flattened in the middle of a sort, where
 * the current context is one whose chunks cannot be freed (17 and later), so
 * scratch has a context of its own.
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

/* A copy of cells of numbers, to the precision of a sketch. */
static TrkCell *
coarse_copy(const TrkConduct *conduct, const TrkCell *cells, int64 *n)
{
	TrkCell    *copy = palloc_extended(sizeof(TrkCell) * (*n + 1), MCXT_ALLOC_HUGE);

	for (int64 i = 0; i < *n; i++)
	{
		copy[i] = cells[i];
		copy[i].key = trk_key_of_number(to_bucket(trk_number_of_key(cells[i].key)));
	}
	sort_cells(copy, *n, conduct->hdr.eoh_context);
	*n = unite_cells(copy, *n);
	return copy;
}

/*
 * What a run's events sum up to: their number, or the sum of their values; and
 * those to the precision of a sketch, where the other side's are.
 */
static double *
sums_of_runs(const TrkConduct *conduct, const TrkSeen *seen, bool coarse)
{
	double	   *sums = palloc_extended(sizeof(double) * (conduct->runs.n + 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	bool		add = seen->def->kind == TRK_DIM_RUN_SUM;
	int64		n = seen->n_cells;
	TrkCell    *cells = add && coarse ? coarse_copy(conduct, seen->cells, &n) : seen->cells;

	for (int64 i = 0; i < n; i++)
		sums[cells[i].run] += add ? trk_number_of_key(cells[i].key) * cells[i].count :
			cells[i].count;
	if (cells != seen->cells)
		pfree(cells);
	return sums;
}

/* See conduct.h. */
TrkCell *
trk_seen_numbers(const TrkConduct *conduct, const TrkSeen *seen, bool coarse, int64 *n)
{
	int64		runs = conduct->runs.n;
	bool		again = coarse && !trk_seen_is_coarse(conduct, seen);
	TrkCell    *cells;
	double	   *sums;

	*n = seen->n_cells;
	if (seen->def->kind < TRK_DIM_RUN_SUM)
		return again ? coarse_copy(conduct, seen->cells, n) : seen->cells;
	cells = palloc_extended(sizeof(TrkCell) * (runs + 1), MCXT_ALLOC_HUGE);
	sums = sums_of_runs(conduct, seen, again);
	*n = 0;
	/* infinities of both signs have no sum */
	for (int64 run = 0; run < runs; run++)
		if (!isnan(sums[run]))
			cells[(*n)++] = (TrkCell) {trk_key_of_number(sums[run]), (uint32) run, 1};
	pfree(sums);
	sort_cells(cells, *n, conduct->hdr.eoh_context);
	return cells;
}

/* See conduct.h. */
double
trk_cells_quantile(const TrkCell *cells, int64 n, double q)
{
	int64		total = 0;
	int64		below = 0;
	double		at;
	double		low = NAN;

	for (int64 i = 0; i < n; i++)
		total += cells[i].count;
	at = q * (double) (total - 1);
	for (int64 i = 0; i < n; i++)
	{
		double		x = trk_number_of_key(cells[i].key);

		below += cells[i].count;
		/* the values of ranks below - count to below - 1 are x */
		if (isnan(low) && (double) below > floor(at))
			low = x;
		if (!isnan(low) && (double) below > ceil(at))
			return low == x ? low : low + (x - low) * (at - floor(at));
	}
	return low;
}

/*
 * behavior_cells.c
 *	  The data of one dimension of behavior: categories, cells, examples, and
 *	  sorting them.
 */
#include "base/trk.h"

#include "drift/behavior_cells.h"

#include <math.h>

#include "common/int.h"
#include "stats/sketch.h"
#include "utils/memutils.h"

/*
 * Convert a number to a key that sorts in the same order; -0 and 0 have the
 * same key.
 */
uint64
trk_key_of_number(double x)
{
	uint64		bits;

	x += 0.0;					/* turns -0 into 0 */
	memcpy(&bits, &x, sizeof(bits));
	return (bits >> 63) != 0 ? ~bits : bits | UINT64CONST(1) << 63;
}

/* Convert such a key back to its number. */
double
trk_number_of_key(uint64 key)
{
	uint64		bits = (key >> 63) != 0 ? key & ~(UINT64CONST(1) << 63) : ~key;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Add to a count of events; an overflow is an ERROR. */
void
trk_behavior_add_count(int64 *sum, int64 count)
{
	if (pg_add_s64_overflow(*sum, count, sum) || *sum > TRK_BEHAVIOR_COUNT)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count of events is out of range")));
}

/*
 * Return whether an example is less than another one, by value and then by id.
 */
static bool
example_is_less(double value, const char *s, Size len, const TrkExample *than)
{
	int			cmp;

	if (value != than->value)
		return value < than->value;
	cmp = memcmp(s, than->s, Min(len, than->len));
	return cmp != 0 ? cmp < 0 : len < than->len;
}

/* Add an example if it is among the least ones. */
void
trk_example_add(TrkExamples *examples, double value, const char *s, Size len,
				MemoryContext context)
{
	int			at = examples->n;
	TrkExample	e = {value, NULL, (uint32) len};

	if (at == TRK_EXAMPLES && !example_is_less(value, s, len, &examples->of[at - 1]))
		return;
	for (int i = 0; i < examples->n; i++)
		if (examples->of[i].value == value && examples->of[i].len == len &&
			memcmp(examples->of[i].s, s, len) == 0)
			return;
	if (at == TRK_EXAMPLES)
		pfree(examples->of[--at].s);
	else
		examples->n++;
	for (; at > 0 && example_is_less(value, s, len, &examples->of[at - 1]); at--)
		examples->of[at] = examples->of[at - 1];
	e.s = MemoryContextAlloc(context, Max(len, 1));
	memcpy(e.s, s, len);
	examples->of[at] = e;
}

/* Add the examples of another state. */
static void
merge_examples(TrkExamples *into, const TrkExamples *from, MemoryContext context)
{
	for (int i = 0; i < from->n; i++)
		trk_example_add(into, from->of[i].value, from->of[i].s, from->of[i].len, context);
}

/* Initialize a dimension without data; its label is empty. */
void
trk_dim_init(TrkDimensionData *dim, const TrkDimension *def, const TrkCellBounds *bounds)
{
	memset(dim, 0, sizeof(TrkDimensionData));
	dim->def = def;
	dim->bounds = bounds;
	trk_dict_init(&dim->categories, bounds->context);
}

/* Free all data of a dimension except the counts of events. */
void
trk_dim_overflow(TrkDimensionData *dim)
{
	dim->overflow = true;
	dim->n_cells = 0;
	trk_dict_clear(&dim->categories);
	dim->low.n = dim->high.n = 0;
}

/*
 * Return the number of a category, which is added if it is new, or -1 when
 * there are too many.
 */
int64
trk_dim_category(TrkDimensionData *dim, const char *s, Size len)
{
	MemoryContext context = dim->bounds->context;
	int64		before = dim->categories.n;
	int64		at;

	if (dim->overflow)
		return -1;
	at = trk_dict_put(&dim->categories, s, len);
	if (dim->categories.n == before)
		return at;
	if (dim->categories.n > dim->bounds->max_categories)
	{
		trk_dim_overflow(dim);
		return -1;
	}
	if (dim->about_room < dim->categories.room)
	{
		dim->about_room = dim->categories.room;
		dim->about = dim->about == NULL ?
			MemoryContextAllocHuge(context, sizeof(TrkCategoryData) * dim->about_room) :
			repalloc_huge(dim->about, sizeof(TrkCategoryData) * dim->about_room);
	}
	memset(&dim->about[at], 0, sizeof(TrkCategoryData));
	dim->about[at].last_cell = dim->about[at].last_event = -1;
	return at;
}

/* Return the middle of the sketch bucket that holds a number. */
static double
to_bucket(double x)
{
	uint64		bits;
	int			magnitude;

	memcpy(&bits, &x, sizeof(bits));
	magnitude = (int) ((bits & ~(UINT64CONST(1) << 63)) >> TRK_SKETCH_SHIFT);
	return trk_sketch_middle((bits >> 63) != 0 ? -magnitude : magnitude);
}

/* qsort() comparator: cells by key, then by run. */
static int
compare_cells(const void *a, const void *b)
{
	const TrkCell *x = a;
	const TrkCell *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->run < y->run ? -1 : x->run > y->run;
}

/*
 * Return one byte of the sort key of a cell, from the lowest byte of the run
 * to the highest byte of the key.
 */
static inline uint8
cell_byte(const TrkCell *cell, int byte)
{
	return (uint8) (byte < 4 ? cell->run >> (8 * byte) : cell->key >> (8 * (byte - 4)));
}

/* Do one pass of a radix sort, by one byte. */
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

/*
 * Return whether the cells are sorted, and set *differs to the bits in which
 * any of them differ, since other bytes need no pass.
 */
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

/*
 * Sort cells.  Scratch memory is freed, so it is taken from the state's
 * context, which can free it.
 */
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

/*
 * Merge cells of the same key and run.  A count that would overflow stays in a
 * cell of its own.  Returns the number of cells that are left.
 */
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

/*
 * Sort the cells; if there are more than the bound, round numbers to the
 * precision of a sketch.
 */
void
trk_dim_settle(TrkDimensionData *dim)
{
	if (dim->settled)
		return;
	if (trk_dim_is_coarse(dim))
		for (int64 i = 0; i < dim->n_cells; i++)
			dim->cells[i].key = trk_key_of_number(to_bucket(trk_number_of_key(dim->cells[i].key)));
	sort_cells(dim->cells, dim->n_cells, dim->bounds->context);
	dim->n_cells = unite_cells(dim->cells, dim->n_cells);
	for (int64 i = 0; i < dim->categories.n; i++)
		dim->about[i].last_cell = -1;
	dim->settled = true;
	if (dim->n_cells > TRK_BEHAVIOR_CELLS)
		trk_dim_overflow(dim);
}

/* Make space for one more cell; sorting the cells may free some by merging. */
static void
reserve_cell(TrkDimensionData *dim)
{
	if (dim->n_cells < dim->room)
		return;
	trk_dim_settle(dim);
	if (dim->n_cells < dim->room / 2)
		return;
	dim->room = Max(16, 2 * dim->room);
	if (dim->cells == NULL)
		dim->cells = MemoryContextAlloc(dim->bounds->context, sizeof(TrkCell) * dim->room);
	else
		dim->cells = repalloc_huge(dim->cells, sizeof(TrkCell) * dim->room);
}

/*
 * Return the place where the latest cell of a key is cached, or NULL when it
 * is not cached.
 */
static int64 *
latest_of(TrkDimensionData *dim, uint64 key)
{
	if (trk_dimension_is_numeric(dim->def) || key > (uint64) dim->categories.n)
		return NULL;
	return &dim->about[key - 1].last_cell;
}

/* Add to the count of a key in a run. */
void
trk_dim_add(TrkDimensionData *dim, uint64 key, int64 run, int64 count)
{
	int64	   *latest = latest_of(dim, key);
	int64		at = latest != NULL ? *latest : dim->n_cells - 1;

	if (dim->overflow)
		return;
	if (at >= 0 && dim->cells[at].key == key && dim->cells[at].run == (uint32) run &&
		count <= PG_UINT32_MAX - dim->cells[at].count)
	{
		dim->cells[at].count += (uint32) count;
		dim->settled &= latest != NULL; /* there may now be many numbers */
		return;
	}
	while (count > 0 && !dim->overflow)
	{
		uint32		part = (uint32) Min(count, PG_UINT32_MAX);

		reserve_cell(dim);
		if (dim->overflow)
			return;
		dim->settled = false;
		dim->cells[dim->n_cells] = (TrkCell) {key, (uint32) run, part};
		if (latest != NULL)
			*latest = dim->n_cells;
		dim->n_cells++;
		count -= part;
	}
}

/* Sort the categories by their bytes, and renumber the cells. */
static void
sort_categories(TrkDimensionData *dim)
{
	int64		n = dim->categories.n;
	int64	   *was = trk_dict_sort(&dim->categories);
	TrkCategoryData *about;
	uint32	   *now;

	if (was == NULL)
		return;
	about = palloc_extended(sizeof(TrkCategoryData) * n, MCXT_ALLOC_HUGE);
	memcpy(about, dim->about, sizeof(TrkCategoryData) * n);
	for (int64 i = 0; i < n; i++)
		dim->about[i] = about[was[i]];
	now = trk_dict_new_numbers(was, n);
	for (int64 i = 0; i < dim->n_cells; i++)
		dim->cells[i].key = (uint64) now[dim->cells[i].key - 1] + 1;
	dim->settled = false;
	pfree(about);
	pfree(now);
	pfree(was);
}

/*
 * Sort the categories by their bytes, renumber the runs unless new_runs is
 * NULL, and sort the cells.
 */
void
trk_dim_sort(TrkDimensionData *dim, const uint32 *new_runs)
{
	for (int64 i = 0; i < dim->n_cells && new_runs != NULL; i++)
		dim->cells[i].run = new_runs[dim->cells[i].run];
	dim->settled &= new_runs == NULL;
	if (dim->categories.n > 0)
		sort_categories(dim);
	trk_dim_settle(dim);
}

/*
 * Add the cells and categories of a dimension of another state, with our
 * numbers of runs and categories.
 */
static void
merge_cells(TrkDimensionData *into, const TrkDimensionData *from, const uint32 *runs)
{
	uint64	   *keys = MemoryContextAllocHuge(into->bounds->context,
											  sizeof(uint64) * (from->categories.n + 1));

	keys[0] = 0;
	for (int64 i = 0; i < from->categories.n && !into->overflow; i++)
	{
		const TrkEntry *e = &from->categories.entries[i];
		int64		at = trk_dim_category(into, e->s, e->len);

		keys[i + 1] = (uint64) at + 1;
		if (at >= 0)
			merge_examples(&into->about[at].examples, &from->about[i].examples,
						   into->bounds->context);
	}
	for (int64 i = 0; i < from->n_cells && !into->overflow; i++)
	{
		const TrkCell *cell = &from->cells[i];
		bool		numbered = !trk_dimension_is_numeric(from->def) &&
		cell->key <= (uint64) from->categories.n;

		trk_dim_add(into, numbered ? keys[cell->key] : cell->key, runs[cell->run],
					cell->count);
	}
	pfree(keys);
}

/*
 * Add the cells, categories and examples of a dimension of another state. runs
 * maps its run numbers to ours.
 */
void
trk_dim_merge(TrkDimensionData *into, const TrkDimensionData *from, const uint32 *runs)
{
	merge_cells(into, from, runs);
	merge_examples(&into->low, &from->low, into->bounds->context);
	merge_examples(&into->high, &from->high, into->bounds->context);
}

/* Copy the cells of numbers, rounded to the precision of a sketch. */
static TrkCell *
coarse_copy(const TrkDimensionData *dim, int64 *n)
{
	TrkCell    *copy = palloc_extended(sizeof(TrkCell) * (dim->n_cells + 1), MCXT_ALLOC_HUGE);

	for (int64 i = 0; i < dim->n_cells; i++)
	{
		copy[i] = dim->cells[i];
		copy[i].key = trk_key_of_number(to_bucket(trk_number_of_key(copy[i].key)));
	}
	sort_cells(copy, dim->n_cells, dim->bounds->context);
	*n = unite_cells(copy, dim->n_cells);
	return copy;
}

/*
 * Return the number of events, or the sum of the values, of each run.  With
 * coarse the values are rounded to the precision of a sketch, like those of
 * the other side.
 */
static double *
sums_of_runs(const TrkDimensionData *dim, int64 n_runs, bool coarse)
{
	double	   *sums = palloc_extended(sizeof(double) * (n_runs + 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	bool		add = dim->def->kind == TRK_DIM_RUN_SUM;
	int64		n = dim->n_cells;
	TrkCell    *cells = add && coarse ? coarse_copy(dim, &n) : dim->cells;

	for (int64 i = 0; i < n; i++)
		sums[cells[i].run] += add ? trk_number_of_key(cells[i].key) * cells[i].count :
			cells[i].count;
	if (cells != dim->cells)
		pfree(cells);
	return sums;
}

/*
 * Return the numbers of a sorted dimension, in order, with their runs: its
 * values or, where a dimension is a sum or count per run, one number for each
 * of the n_runs runs.  With coarse they are rounded to the precision of a
 * sketch.
 */
TrkCell *
trk_dim_numbers(const TrkDimensionData *dim, int64 n_runs, bool coarse, int64 *n)
{
	bool		again = coarse && !trk_dim_is_coarse(dim);
	TrkCell    *cells;
	double	   *sums;

	*n = dim->n_cells;
	if (dim->def->kind < TRK_DIM_RUN_SUM)
		return again ? coarse_copy(dim, n) : dim->cells;
	cells = palloc_extended(sizeof(TrkCell) * (n_runs + 1), MCXT_ALLOC_HUGE);
	sums = sums_of_runs(dim, n_runs, again);
	*n = 0;
	/* a sum of infinities of both signs is not defined */
	for (int64 run = 0; run < n_runs; run++)
		if (!isnan(sums[run]))
			cells[(*n)++] = (TrkCell) {trk_key_of_number(sums[run]), (uint32) run, 1};
	pfree(sums);
	sort_cells(cells, *n, dim->bounds->context);
	return cells;
}

/* Return a quantile of sorted numbers by interpolation (type 7). */
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
		/* x is the value at the ranks from below - count to below - 1 */
		if (isnan(low) && (double) below > floor(at))
			low = x;
		if (!isnan(low) && (double) below > ceil(at))
			return low == x ? low : low + (x - low) * (at - floor(at));
	}
	return low;
}

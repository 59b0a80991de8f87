/*
 * behavior_cells.h
 *	  The data of one dimension of behavior: its categories, and cells that say
 *	  how often a value was seen in a run.
 *
 * A cell is the count of a pair (key, run).  The key is the number of a
 * category plus 1, or the bits of a number, or 1 in a dimension that only
 * counts events.  The run is the number of the run.  So two states are merged
 * by adding their cells, with the same result in any order, and tests can
 * treat runs as clusters.
 */
#ifndef TRK_BEHAVIOR_CELLS_H
#define TRK_BEHAVIOR_CELLS_H

#include "base/dict.h"
#include "drift/dimension.h"

/*
 * A dimension with more cells than this keeps only its counts of events.  At
 * 16 bytes each, the cells take 320 MB then.
 */
#define TRK_BEHAVIOR_CELLS	INT64CONST(20000000)

/* A category that is longer than this (in bytes) is replaced by its digest. */
#define TRK_CATEGORY_BYTES	256

/* The largest count of events. */
#define TRK_BEHAVIOR_COUNT	(PG_INT64_MAX / 4)

/*
 * The most events that are kept as examples of a category, of small numbers or
 * of large numbers.
 */
#define TRK_EXAMPLES		3

/*
 * The memory context of a state and its bounds, which all its dimensions
 * share.
 */
typedef struct TrkCellBounds
{
	MemoryContext context;
	int64		max_values;		/* the most numbers of a dimension that are kept exactly; 0: not
								 * set yet */
	int64		max_categories;
} TrkCellBounds;

/* How often a key was seen in a run. */
typedef struct TrkCell
{
	uint64		key;
	uint32		run;
	uint32		count;
} TrkCell;

/*
 * The id of an event, and the value by which examples are sorted before the
 * id.
 */
typedef struct TrkExample
{
	double		value;
	char	   *s;
	uint32		len;
} TrkExample;

/* The least examples that were seen, sorted. */
typedef struct TrkExamples
{
	int			n;
	TrkExample	of[TRK_EXAMPLES];
} TrkExamples;

/* The data of a category outside the cells. */
typedef struct TrkCategoryData
{
	int64		last_cell;		/* the latest cell of this category, or -1 */
	int64		last_event;		/* the latest event that has it, since it counts once per event */
	TrkExamples examples;
} TrkCategoryData;

/* The data of a dimension. */
typedef struct TrkDimensionData
{
	const TrkDimension *def;
	const TrkCellBounds *bounds;
	char	   *label;			/* for RUN_SUM the label, else empty */
	uint32		label_len;
	bool		overflow;		/* there were too many categories or cells, so only counts are kept */
	bool		aside;			/* a helper: it is used only to tell how many values of other
								 * dimensions are missing */
	bool		settled;		/* the cells are sorted, and there is one cell per key and run */
	int64		n;				/* number of values (LABELS: events; RUN_COUNT: those that are
								 * counted) */
	int64		missing;		/* events whose value is absent, null, or not of the kind */
	int64		rejected;		/* those of the missing ones that are not absent or null */
	TrkDict		categories;		/* category i has the key i + 1 */
	TrkCategoryData *about;		/* indexed by category; as many as the dictionary has space for */
	int64		about_room;
	TrkExamples low;			/* examples of numbers: the smallest and the largest */
	TrkExamples high;
	TrkCell    *cells;
	int64		n_cells;
	int64		room;
} TrkDimensionData;

/* Convert a number to a key that sorts in the same order, and back. */
extern uint64 trk_key_of_number(double x);
extern double trk_number_of_key(uint64 key);

/* Add to a count of events; an overflow is an ERROR. */
extern void trk_behavior_add_count(int64 *sum, int64 count);

/* Add an example if it is among the least ones. */
extern void trk_example_add(TrkExamples *examples, double value, const char *s, Size len,
							MemoryContext context);

/* Initialize a dimension without data; its label is empty. */
extern void trk_dim_init(TrkDimensionData *dim, const TrkDimension *def, const TrkCellBounds *bounds);

/*
 * Return the number of a category, which is added if it is new, or -1 when
 * there are too many.
 */
extern int64 trk_dim_category(TrkDimensionData *dim, const char *s, Size len);

/* Add to the count of a key in a run. */
extern void trk_dim_add(TrkDimensionData *dim, uint64 key, int64 run, int64 count);

/* Free all data of a dimension except the counts of events. */
extern void trk_dim_overflow(TrkDimensionData *dim);

/*
 * Sort the cells; if there are more than the bound, round numbers to the
 * precision of a sketch.
 */
extern void trk_dim_settle(TrkDimensionData *dim);

/*
 * Sort the categories by their bytes, renumber the runs unless new_runs is
 * NULL, and sort the cells.
 */
extern void trk_dim_sort(TrkDimensionData *dim, const uint32 *new_runs);

/*
 * Add the cells, categories and examples of a dimension of another state. runs
 * maps its run numbers to ours.
 */
extern void trk_dim_merge(TrkDimensionData *into, const TrkDimensionData *from, const uint32 *runs);

/*
 * Return the numbers of a sorted dimension, in order, with their runs: its
 * values or, where a dimension is a sum or count per run, one number for each
 * of the n_runs runs.  With coarse they are rounded to the precision of a
 * sketch.
 */
extern TrkCell *trk_dim_numbers(const TrkDimensionData *dim, int64 n_runs, bool coarse, int64 *n);

/* Return a quantile of sorted numbers by interpolation (type 7). */
extern double trk_cells_quantile(const TrkCell *cells, int64 n, double q);

/*
 * Return whether there are more numbers than the bound, so that they are known
 * to 1 % only.
 */
static inline bool
trk_dim_is_coarse(const TrkDimensionData *dim)
{
	return trk_dimension_is_numeric(dim->def) && dim->n > dim->bounds->max_values;
}

#endif							/* TRK_BEHAVIOR_CELLS_H */

/*
 * behavior_cells.h
 *	  What was seen of one dimension of behavior: its categories, and cells, each
 *	  of which says how often a value was seen in a run.
 *
 * A cell is the count of a pair (key, run).  The key is the number of a category
 * and 1, or the bits of a number, or 1 in a dimension that only counts events.
 * The run is the number of the run.  So two of these are merged by adding up
 * their cells, which gives the same in any order, and a test can take runs as
 * clusters.
 */
#ifndef TRK_BEHAVIOR_CELLS_H
#define TRK_BEHAVIOR_CELLS_H

#include "base/dict.h"
#include "drift/dimension.h"

/* A dimension with more cells keeps only its counts of events. */
#define TRK_BEHAVIOR_CELLS	INT64CONST(20000000)

/* A longer category is counted under its digest. */
#define TRK_CATEGORY_BYTES	256

/* The greatest count of events. */
#define TRK_BEHAVIOR_COUNT	(PG_INT64_MAX / 4)

/* So many events are kept as examples of a category, or of small and large numbers. */
#define TRK_EXAMPLES		3

/* The memory of a state and its bounds, which all its dimensions share. */
typedef struct TrkCellBounds
{
	MemoryContext context;
	int64		max_values;		/* numbers of a dimension that are kept exactly; 0: not
								 * known yet */
	int64		max_categories;
} TrkCellBounds;

/* How often a key was seen in a run. */
typedef struct TrkCell
{
	uint64		key;
	uint32		run;
	uint32		count;
} TrkCell;

/* An event's id, and the value by which the examples are sorted before the id. */
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

/* What is known of a category besides its cells. */
typedef struct TrkCategorySeen
{
	int64		last_cell;		/* the latest cell of this category, or -1 */
	int64		last_event;		/* the latest event that has it: it counts once an event */
	TrkExamples examples;
} TrkCategorySeen;

/* What was seen of a dimension. */
typedef struct TrkSeen
{
	const TrkDimension *def;
	const TrkCellBounds *bounds;
	char	   *label;			/* of RUN_SUM, else empty */
	uint32		label_len;
	bool		overflow;		/* too many categories or cells: only counts are kept */
	bool		aside;			/* here only to tell what of others is missing */
	bool		settled;		/* cells are sorted, each key and run is there once */
	int64		n;				/* values (LABELS: events; RUN_COUNT: those counted) */
	int64		missing;		/* absent, null, or no value of the kind */
	int64		rejected;		/* of those: not null */
	TrkDict		categories;		/* category i has the key i + 1 */
	TrkCategorySeen *about;		/* as many as the dictionary has space for */
	int64		about_room;
	TrkExamples low;			/* of numbers */
	TrkExamples high;
	TrkCell    *cells;
	int64		n_cells;
	int64		room;
} TrkSeen;

/* Turn a number into a key that sorts like it, and such a key into its number. */
extern uint64 trk_key_of_number(double x);
extern double trk_number_of_key(uint64 key);

/* Add to a count of events; raises an error when it becomes too large. */
extern void trk_behavior_add_count(int64 *sum, int64 count);

/* Take an example in, if it is among the least. */
extern void trk_example_add(TrkExamples *examples, double value, const char *s, Size len,
							MemoryContext context);

/* Start a dimension of which nothing was seen yet; its label is empty. */
extern void trk_seen_init(TrkSeen *seen, const TrkDimension *def, const TrkCellBounds *bounds);

/* Return the number of a category, which is made when new; -1: there are too many. */
extern int64 trk_seen_category(TrkSeen *seen, const char *s, Size len);

/* Add to the count of a key in a run. */
extern void trk_seen_add(TrkSeen *seen, uint64 key, int64 run, int64 count);

/* Free all of a dimension but its counts of events. */
extern void trk_seen_overflow(TrkSeen *seen);

/* Sort the cells; numbers lose precision when there are more than the bound. */
extern void trk_seen_settle(TrkSeen *seen);

/*
 * Sort the categories by their bytes, give each run its new number unless new_runs
 * is NULL, and sort the cells.
 */
extern void trk_seen_sort(TrkSeen *seen, const uint32 *new_runs);

/*
 * Add the cells, categories and examples of another state's dimension, of whose
 * runs the array has our numbers.
 */
extern void trk_seen_merge(TrkSeen *into, const TrkSeen *from, const uint32 *runs);

/*
 * Return the numbers of a settled dimension, sorted, each with its run: the values;
 * or, where a dimension sums up or counts, one number for each of the runs, of
 * which there are n_runs.  With coarse they have the precision of many values.
 */
extern TrkCell *trk_seen_numbers(const TrkSeen *seen, int64 n_runs, bool coarse, int64 *n);

/* Return a quantile of sorted numbers, interpolated (type 7). */
extern double trk_cells_quantile(const TrkCell *cells, int64 n, double q);

/* Are there more numbers than the bound, so that they are known to 1 % only? */
static inline bool
trk_seen_is_coarse(const TrkSeen *seen)
{
	return trk_dimension_is_numeric(seen->def) && seen->n > seen->bounds->max_values;
}

#endif							/* TRK_BEHAVIOR_CELLS_H */

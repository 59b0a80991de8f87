/*
 * category_counts.h
 *	  The types at_counts, at_cluster_counts, at_sided_counts and
 *	  at_sided_cluster_counts: how often each category was seen, on one side or
 *	  two, alone or by run.
 *
 * Called by category_counts_sql.c, category_counts_test_sql.c and
 * category_counts_io.c.
 *
 * A key is a category, or a run and a category with a zero byte between them.
 * In an aggregate the state is an expanded object with a hash table.  The
 * stored form is flat, with the keys in byte order, so that states with equal
 * contents have equal bytes whatever the order of the rows was.
 */
#ifndef TRK_CATEGORY_COUNTS_H
#define TRK_CATEGORY_COUNTS_H

#include "base/trk.h"

#include "base/agg_state.h"

#define TRK_CATEGORY_COUNTS_FORMAT	1

/*
 * The most categories and keys of a state.  A million distinct categories are
 * not behavior any more but identifiers.
 */
#define TRK_CATEGORY_COUNTS_CATEGORIES	1000000
#define TRK_CATEGORY_COUNTS_CLUSTERS		20000000

/* The differences between the SQL types. */
typedef struct TrkCategoryCountsKind
{
	TrkAggType	agg;
	int			parts;			/* parts of a key: category, or run and category */
	int			sides;			/* counts of a key: one, or baseline and observed */
	int64		most;			/* the most keys */
} TrkCategoryCountsKind;

extern const TrkCategoryCountsKind trk_counts_kind;
extern const TrkCategoryCountsKind trk_cluster_counts_kind;
extern const TrkCategoryCountsKind trk_sided_counts_kind;
extern const TrkCategoryCountsKind trk_sided_cluster_counts_kind;

typedef struct TrkCategoryCountsEntry
{
	const char *key;
	uint32		len;
	uint32		hash;
	int64		counts[2];
} TrkCategoryCountsEntry;

typedef struct TrkCategoryCounts
{
	TrkAggObject object;
	const TrkCategoryCountsKind *kind;
	int64		nulls[2];		/* rows whose category was NULL, by side */
	int64		n;
	int64		room;
	bool		sorted;
	TrkCategoryCountsEntry *entries;
	uint32	   *slots;			/* number of an entry, from 1; 0: the slot is free */
	uint64		n_slots;		/* a power of 2, at least twice the capacity; 0: there is no table */
} TrkCategoryCounts;

/* Make an empty state in a memory context of its own below the current one. */
extern TrkCategoryCounts *trk_category_counts_new(const TrkCategoryCountsKind *kind);

/* Return the state in an argument for reading, with its entries sorted. */
extern TrkCategoryCounts *trk_category_counts_argument(FunctionCallInfo fcinfo, int arg, const TrkCategoryCountsKind *kind);

/* Add to the count of a key, or of NULLs, on a side. */
extern void trk_category_counts_add(TrkCategoryCounts *state, const char *key, Size len, int side, int64 count);
extern void trk_category_counts_add_null(TrkCategoryCounts *state, int side, int64 count);

/* Sort the entries by key. */
extern void trk_category_counts_sort(TrkCategoryCounts *state);

#endif							/* TRK_CATEGORY_COUNTS_H */

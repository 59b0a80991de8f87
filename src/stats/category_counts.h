/*
 * category_counts.h
 *	  at_counts and its kin: how often each category was seen, on one side or
 *	  two, alone or by run.  Called by category_counts_sql.c, category_counts_test_sql.c and category_counts_io.c.
 *
 * A key is a category, or a run and a category with a zero byte between them.
 * In an aggregate it is an expanded object with a hash table; stored it is
 * flat, keys in the order of their bytes, so that equal contents are equal
 * bytes whatever the order of the rows.
 */
#ifndef TRK_CATEGORY_COUNTS_H
#define TRK_CATEGORY_COUNTS_H

#include "base/trk.h"

#include "base/compat.h"
#include "utils/expandeddatum.h"

#define TRK_CATEGORY_COUNTS_FORMAT	1

/* Keys: distinct categories are behaviour, a million of them are identifiers. */
#define TRK_CATEGORY_COUNTS_CATEGORIES	1000000
#define TRK_CATEGORY_COUNTS_CLUSTERS		20000000

/* What the SQL types differ in. */
typedef struct TrkCategoryCountsKind
{
	const char *name;
	int			parts;			/* of a key: category; run and category */
	int			sides;			/* counts of a key: 1, or baseline and observed */
	int64		most;			/* keys */
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
	ExpandedObjectHeader hdr;
	const TrkCategoryCountsKind *kind;
	int64		nulls[2];		/* rows whose category was null, by side */
	int64		n;
	int64		room;
	bool		sorted;
	TrkCategoryCountsEntry *entries;
	uint32	   *slots;			/* number of an entry, from 1; 0 is free */
	uint64		n_slots;		/* a power of 2, at least twice room; 0: no table */
} TrkCategoryCounts;

/* An empty one whose memory belongs to the parent. */
extern TrkCategoryCounts *trk_category_counts_new(const TrkCategoryCountsKind *kind, MemoryContext parent);

/*
 * The state in an argument: the object itself when it may be changed, or a
 * copy that belongs to the parent; a flat one is checked.
 */
extern TrkCategoryCounts *trk_category_counts_own(const TrkCategoryCountsKind *kind, Datum datum, MemoryContext parent);

/* The object itself when the datum is one that may be changed, else NULL. */
extern TrkCategoryCounts *trk_category_counts_writable(Datum datum);

/* An argument to read, its entries in order. */
extern TrkCategoryCounts *trk_category_counts_argument(FunctionCallInfo fcinfo, int arg, const TrkCategoryCountsKind *kind);

/* Add to the count of a key, or of nulls, on a side. */
extern void trk_category_counts_add(TrkCategoryCounts *tally, const char *key, Size len, int side, int64 count);
extern void trk_category_counts_add_null(TrkCategoryCounts *tally, int side, int64 count);

/* Add all of another, which is a datum of any form; a flat one is checked. */
extern void trk_category_counts_merge(TrkCategoryCounts *tally, Datum datum);

/* Put the entries in the order of their keys. */
extern void trk_category_counts_sort(TrkCategoryCounts *tally);

static inline Datum
trk_category_counts_datum(TrkCategoryCounts *tally)
{
	return EOHPGetRWDatum(&tally->hdr);
}

#endif							/* TRK_CATEGORY_COUNTS_H */

/*
 * category_counts.h
 *	  at_counts and its kin: how often each category was seen, on one side or
 *	  two, alone or by run.  Called by tally_sql.c, tally_test_sql.c and tally_io.c.
 *
 * A key is a category, or a run and a category with a zero byte between them.
 * In an aggregate it is an expanded object with a hash table; stored it is
 * flat, keys in the order of their bytes, so that equal contents are equal
 * bytes whatever the order of the rows.
 */
#ifndef TRK_TALLY_H
#define TRK_TALLY_H

#include "base/trk.h"

#include "base/compat.h"
#include "utils/expandeddatum.h"

#define TRK_TALLY_FORMAT	1

/* Keys: distinct categories are behaviour, a million of them are identifiers. */
#define TRK_TALLY_CATEGORIES	1000000
#define TRK_TALLY_CLUSTERS		20000000

/* What the SQL types differ in. */
typedef struct TrkTallyKind
{
	const char *name;
	int			parts;			/* of a key: category; run and category */
	int			sides;			/* counts of a key: 1, or baseline and observed */
	int64		most;			/* keys */
} TrkTallyKind;

extern const TrkTallyKind trk_counts_kind;
extern const TrkTallyKind trk_cluster_counts_kind;
extern const TrkTallyKind trk_sided_counts_kind;
extern const TrkTallyKind trk_sided_cluster_counts_kind;

typedef struct TrkTallyEntry
{
	const char *key;
	uint32		len;
	uint32		hash;
	int64		counts[2];
} TrkTallyEntry;

typedef struct TrkTally
{
	ExpandedObjectHeader hdr;
	const TrkTallyKind *kind;
	int64		nulls[2];		/* rows whose category was null, by side */
	int64		n;
	int64		room;
	bool		sorted;
	TrkTallyEntry *entries;
	uint32	   *slots;			/* number of an entry, from 1; 0 is free */
	uint64		n_slots;		/* a power of 2, at least twice room; 0: no table */
} TrkTally;

/* An empty one whose memory belongs to the parent. */
extern TrkTally *trk_tally_new(const TrkTallyKind *kind, MemoryContext parent);

/*
 * The state in an argument: the object itself when it may be changed, or a
 * copy that belongs to the parent; a flat one is checked.
 */
extern TrkTally *trk_tally_own(const TrkTallyKind *kind, Datum datum, MemoryContext parent);

/* The object itself when the datum is one that may be changed, else NULL. */
extern TrkTally *trk_tally_writable(Datum datum);

/* An argument to read, its entries in order. */
extern TrkTally *trk_tally_argument(FunctionCallInfo fcinfo, int arg, const TrkTallyKind *kind);

/* Add to the count of a key, or of nulls, on a side. */
extern void trk_tally_add(TrkTally *tally, const char *key, Size len, int side, int64 count);
extern void trk_tally_add_null(TrkTally *tally, int side, int64 count);

/* Add all of another, which is a datum of any form; a flat one is checked. */
extern void trk_tally_merge(TrkTally *tally, Datum datum);

/* Put the entries in the order of their keys. */
extern void trk_tally_sort(TrkTally *tally);

static inline Datum
trk_tally_datum(TrkTally *tally)
{
	return EOHPGetRWDatum(&tally->hdr);
}

#endif							/* TRK_TALLY_H */

/*
 * scan_categories.h
 *	  Comparing counts of categories.
 *
 * Called by scan.c, and by scan_numbers.c for numbers in bins.
 */
#ifndef TRK_SCAN_CATEGORIES_H
#define TRK_SCAN_CATEGORIES_H

#include "drift/scan_test.h"

/* One side's cells and the category of each, -1 for none. */
typedef struct TrkCounted
{
	const TrkCell *cells;
	int64		n_cells;
	int		   *category;
	int64		n_runs;			/* of the whole side */
} TrkCounted;

typedef struct TrkCounting
{
	TrkCounted	sides[2];
	int			k;
	const char **names;			/* of the categories */
	double		weights[2];		/* of the first category, for its shares; else 1 */
	bool		is_share;		/* two categories, and the first is what is asked about */
} TrkCounting;

/* Test and effect; *gain is the category whose share grew most, or -1. */
extern void trk_scan_counts(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test,
							int *gain);

/*
 * Categories that are on one side only, by the runs that have them; *category
 * is the clearest of them, or -1.  False when the categories are too few to need
 * a test of their own.
 */
extern bool trk_scan_one_sided(const TrkScan *scan, const TrkCounting *counting,
							   TrkScanTest *test, int *category);

/* Fisher's test of two shares of runs. */
extern void trk_scan_shares(const TrkScan *scan, const int64 x[2], const int64 n[2],
							TrkScanTest *test);

#endif							/* TRK_SCAN_CATEGORIES_H */

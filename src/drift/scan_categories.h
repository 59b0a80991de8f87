/*
 * scan_categories.h
 *	  Compares counts of categories.  Called by scan.c, and by scan_numbers.c
 *	  for numbers in bins.
 */
#ifndef TRK_SCAN_CATEGORIES_H
#define TRK_SCAN_CATEGORIES_H

#include "drift/scan_test.h"

/* The cells of one side, and the category of each; -1: none. */
typedef struct TrkCounted
{
	const TrkCell *cells;
	int64		n_cells;
	int		   *category;
	int64		n_runs;			/* number of runs of the whole side */
} TrkCounted;

typedef struct TrkCounting
{
	TrkCounted	sides[2];
	int			k;
	const char **names;			/* names of the categories */
	double		weights[2];		/* weight of the first category in its share, by side; usually 1 */
	bool		is_share;		/* there are two categories, and the share of the first one is
								 * compared */
} TrkCounting;

/*
 * Test whether the shares of categories differ, and compute the effect.  *gain
 * is set to the category whose share grew most, or -1.
 */
extern void trk_scan_counts(const TrkScan *scan, const TrkCounting *counting, TrkScanTest *test,
							int *gain);

/*
 * Test the categories that occur on one side only, by the number of runs that
 * have them.  *category is set to the most significant of them, or -1.
 * Returns false when there are too few categories to need a test of their own.
 */
extern bool trk_scan_one_sided(const TrkScan *scan, const TrkCounting *counting,
							   TrkScanTest *test, int *category);

/* Compare two shares of runs by Fisher's exact test. */
extern void trk_scan_shares(const TrkScan *scan, const int64 x[2], const int64 n[2],
							TrkScanTest *test);

#endif							/* TRK_SCAN_CATEGORIES_H */

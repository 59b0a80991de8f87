/*
 * scan_numbers.h
 *	  Compares numbers.  Called by scan.c.
 */
#ifndef TRK_SCAN_NUMBERS_H
#define TRK_SCAN_NUMBERS_H

#include "drift/scan_test.h"

/* The sorted numbers of one side, with their runs. */
typedef struct TrkNumbers
{
	const TrkCell *cells;
	int64		n_cells;
	int64		n;				/* number of values: the sum of the counts */
	int64		n_runs;			/* number of runs of the whole side */
	bool		single;			/* each run has at most one value */
	bool		coarse;
} TrkNumbers;

/*
 * Read the numbers of a dimension; with coarse they are rounded to the
 * precision of a sketch.
 */
extern void trk_numbers_init(TrkNumbers *numbers, const TrkBehavior *behavior, const TrkDimensionData *dim,
							 bool coarse);

/*
 * Test whether the observed numbers are larger or smaller.  Returns whether
 * there are only few distinct values.
 */
extern bool trk_scan_location(const TrkScan *scan, const TrkNumbers sides[2], TrkScanTest *test);

/* Test whether the numbers are distributed differently. */
extern void trk_scan_shape(const TrkScan *scan, const TrkNumbers sides[2], bool discrete,
						   TrkScanTest *test);

#endif							/* TRK_SCAN_NUMBERS_H */

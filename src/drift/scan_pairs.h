/*
 * scan_pairs.h
 *	  Comparing runs that are in pairs.
 *
 * Called by scan_categories.c and scan_numbers.c.
 */
#ifndef TRK_SCAN_PAIRS_H
#define TRK_SCAN_PAIRS_H

#include "drift/scan_test.h"

/*
 * The test of the differences of the runs' means, if all runs with values are in
 * pairs; sums of values and their counts are by run.
 */
extern void trk_scan_pairs(const TrkScan *scan, double *const sums[2], int64 *const counts[2],
						   TrkScanTest *test);

#endif							/* TRK_SCAN_PAIRS_H */

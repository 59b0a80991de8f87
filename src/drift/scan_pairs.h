/*
 * scan_pairs.h
 *	  Compares runs that are in pairs.  Called by scan_categories.c and
 *	  scan_numbers.c.
 */
#ifndef TRK_SCAN_PAIRS_H
#define TRK_SCAN_PAIRS_H

#include "drift/scan_test.h"

/*
 * Test the differences between the runs' means, if all runs that have values
 * are in pairs. sums and counts of values are by run, for each side.
 */
extern void trk_scan_pairs(const TrkScan *scan, double *const sums[2], int64 *const counts[2],
						   TrkScanTest *test);

#endif							/* TRK_SCAN_PAIRS_H */

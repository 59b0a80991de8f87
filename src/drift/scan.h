/*
 * scan.h
 *	  Comparing how an agent behaved with how it behaves: every dimension of two
 *	  at_behavior, each with the test that fits its kind and size.  Called by
 *	  behavior_sql.c.
 *
 * scan.c walks over the dimensions, scan_categories.c compares categories,
 * scan_numbers.c numbers, scan_pairs.c runs in pairs; scan_test.h is what they
 * share.
 *
 * Runs are clusters: what happens in one run is not independent.  Where every
 * run has at most one observation tests are those of independent observations,
 * exact where there are two categories; else those of clusters, which need
 * TRK_SCAN_RUNS runs on each side.
 */
#ifndef TRK_SCAN_H
#define TRK_SCAN_H

#include "drift/scan_test.h"

/* All tests. */
extern TrkScanTest *trk_scan(const TrkScan *scan, int64 *n);

#endif							/* TRK_SCAN_H */

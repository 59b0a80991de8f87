/*
 * scan.h
 *	  Compares the behavior of an agent in two windows: every dimension of two
 *	  at_behavior, each with the test that fits its kind and size.
 *
 * Called by behavior_sql.c. scan.c walks over the dimensions,
 * scan_categories.c compares categories, scan_numbers.c numbers, scan_pairs.c
 * runs in pairs; scan_test.h is what they share.
 *
 * Runs are clusters, because the events of a run depend on each other.  If
 * every run has at most one observation, the tests are those of independent
 * observations, and exact where there are two categories.  Otherwise they are
 * those of clustered data, which need TRK_SCAN_RUNS runs on each side.
 */
#ifndef TRK_SCAN_H
#define TRK_SCAN_H

#include "drift/scan_test.h"

/* Run all tests; *n is set to their number. */
extern TrkScanTest *trk_scan(const TrkScan *scan, int64 *n);

#endif							/* TRK_SCAN_H */

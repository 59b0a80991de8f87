/*
 * scan_numbers.h
 *	  Comparing numbers.
 *
 * Called by scan.c.
 */
#ifndef TRK_SCAN_NUMBERS_H
#define TRK_SCAN_NUMBERS_H

#include "drift/scan_test.h"

/* Numbers of one side in order, with runs. */
typedef struct TrkNumbers
{
	const TrkCell *cells;
	int64		n_cells;
	int64		n;				/* with counts */
	int64		n_runs;			/* of the whole side */
	bool		single;			/* one a run at most */
	bool		coarse;
} TrkNumbers;

/* The numbers of a dimension; coarse: to the precision of a sketch. */
extern void trk_numbers_init(TrkNumbers *numbers, const TrkBehavior *behavior, const TrkSeen *seen,
							 bool coarse);

/* Are they larger or smaller?  Returns whether they are few distinct values. */
extern bool trk_scan_location(const TrkScan *scan, const TrkNumbers sides[2], TrkScanTest *test);

/* Are they distributed differently? */
extern void trk_scan_shape(const TrkScan *scan, const TrkNumbers sides[2], bool discrete,
						   TrkScanTest *test);

#endif							/* TRK_SCAN_NUMBERS_H */

/*
 * sum.h
 *	  Sums of numerics of which it may be that none is known.  Included by the
 *	  files of this module that add costs, quantities and results.
 */
#ifndef TRK_SUM_H
#define TRK_SUM_H

#include "base/trk.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"

/*
 * Return a sum with a value added, allocated in the current context.  0 is the sum
 * of nothing, and no numeric.
 */
static inline Datum
trk_sum_add(Datum sum, Datum value)
{
	return sum == (Datum) 0 ? value : DirectFunctionCall2(numeric_add, sum, value);
}

#endif							/* TRK_SUM_H */

/*
 * composite.h
 *	  Builds the composite rows that SQL functions of the statistics return.
 *	  Columns are set in order; NaN becomes NULL.  Called by the files of those
 *	  functions.
 */
#ifndef TRK_COMPOSITE_H
#define TRK_COMPOSITE_H

#include "base/compat.h"
#include "access/htup_details.h"
#include "funcapi.h"
#include "stats/special.h"

#define TRK_COMPOSITE_COLUMNS	28

typedef struct TrkComposite
{
	TupleDesc	desc;
	int			n;
	Datum		values[TRK_COMPOSITE_COLUMNS];
	bool		nulls[TRK_COMPOSITE_COLUMNS];
} TrkComposite;

/*
 * Begin a row of the function's composite result type, or the next row of its
 * set.
 */
extern void trk_composite_begin(TrkComposite *row, FunctionCallInfo fcinfo);
extern void trk_composite_begin_set(TrkComposite *row, FunctionCallInfo fcinfo);

/*
 * Set the next column. trk_put_tail() sets two: p and its decimal logarithm.
 */
extern void trk_put(TrkComposite *row, Datum value);
extern void trk_put_null(TrkComposite *row);
extern void trk_put_float(TrkComposite *row, double value);
extern void trk_put_tail(TrkComposite *row, TrkTail tail);
extern void trk_put_int(TrkComposite *row, int64 value);
extern void trk_put_text(TrkComposite *row, const char *value);

/*
 * Finish a row, all of whose columns are set: return it as a datum, or add it
 * to the function's set.
 */
extern Datum trk_composite_datum(TrkComposite *row);
extern void trk_composite_store(TrkComposite *row, FunctionCallInfo fcinfo);

#endif							/* TRK_COMPOSITE_H */

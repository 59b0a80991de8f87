/*
 * drift_sample_sql.h
 *	  What SQL functions over values share: a comparison as a row.
 */
#ifndef TRK_DRIFT_SAMPLE_SQL_H
#define TRK_DRIFT_SAMPLE_SQL_H

#include "composite.h"
#include "drift_sample.h"

/* A test of two samples as a row of the function's result type. */
typedef Datum (*TrkSampleTest) (FunctionCallInfo fcinfo, const TrkValues *baseline,
								const TrkValues *observed);

extern Datum trk_ks_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_mann_whitney_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_cramer_von_mises_row(FunctionCallInfo fcinfo, const TrkValues *b,
									  const TrkValues *o);
extern Datum trk_wasserstein_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_welch_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);

#endif							/* TRK_DRIFT_SAMPLE_SQL_H */

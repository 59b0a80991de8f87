/*
 * sample_compare_sql.h
 *	  Result rows of comparisons of values, shared by the SQL functions over
 *	  arrays, samples and grouped samples.
 */
#ifndef TRK_DRIFT_SAMPLE_SQL_H
#define TRK_DRIFT_SAMPLE_SQL_H

#include "stats/figures.h"
#include "stats/sample_test.h"

/* A test of two samples that returns a row of the function's result type. */
typedef Datum (*TrkSampleTest) (FunctionCallInfo fcinfo, const TrkValues *baseline,
								const TrkValues *observed);

extern Datum trk_ks_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_mann_whitney_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_cramer_von_mises_row(FunctionCallInfo fcinfo, const TrkValues *b,
									  const TrkValues *o);
extern Datum trk_wasserstein_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_welch_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);
extern Datum trk_anderson_darling_row(FunctionCallInfo fcinfo, const TrkValues *b,
									  const TrkValues *o);
extern Datum trk_psi_values_row(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o);

/*
 * Return the result row of at_welch from moments alone, or that of
 * at_anderson_darling for k samples.
 */
extern Datum trk_welch_moments_row(FunctionCallInfo fcinfo, const TrkMoments *b,
								   const TrkMoments *o);
extern Datum trk_samples_row(FunctionCallInfo fcinfo, const TrkValues *samples, int k, int64 nan);

/*
 * Return the result rows of at_quantile_shift for the quantiles in this
 * argument.
 */
extern void trk_quantile_rows(FunctionCallInfo fcinfo, const TrkValues *b, const TrkValues *o,
							  int arg);

/*
 * Return the quantiles that an argument asks for; and add one result row of
 * at_quantile_shift.
 */
extern double *trk_quantiles_argument(FunctionCallInfo fcinfo, int arg, int64 *n);
extern void trk_quantile_row(FunctionCallInfo fcinfo, double q, const TrkQuantileShift *shift);

/* Return how many bins an argument asks for; the default is ten. */
extern int	trk_bins_argument(FunctionCallInfo fcinfo, int arg);

#endif							/* TRK_DRIFT_SAMPLE_SQL_H */

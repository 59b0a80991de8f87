/*
 * category_test_sql.h
 *	  Result rows of comparisons of counts, shared by the SQL functions over
 *	  arrays and over states.
 */
#ifndef TRK_DRIFT_COUNTS_SQL_H
#define TRK_DRIFT_COUNTS_SQL_H

#include "stats/figures.h"
#include "stats/category_test.h"

/* Set up a table of counts; raise an ERROR when a total is too large. */
extern void trk_table_of(TrkTable *table, const int64 *baseline, const int64 *observed, int k);

/*
 * Return the result row of at_chi2, at_g_test, at_divergence,
 * at_chi2_clustered or at_cmh_test.  The runs of the last are strata, and must
 * be the same on both sides.
 */
extern Datum trk_chi2_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_g_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_divergence_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_clustered_row(FunctionCallInfo fcinfo, const TrkRuns runs[2], int k);

extern Datum trk_strata_row(FunctionCallInfo fcinfo, const TrkRuns sides[2], int k);

/*
 * Return the result row of at_fisher for [[a, b], [c, d]], or that of
 * at_proportion.
 */
extern Datum trk_fisher_row(FunctionCallInfo fcinfo, int64 a, int64 b, int64 c, int64 d);
extern Datum trk_proportion_row(FunctionCallInfo fcinfo, int64 x1, int64 n1, int64 x2, int64 n2);

/* Return the result row of at_psi for the counts of the bins between edges. */
extern Datum trk_psi_row(FunctionCallInfo fcinfo, const double *edges, int n_edges,
						 const TrkTable *table, int64 nan);

/*
 * Return the result rows of at_categories.  Without names, categories are
 * called by their number.
 */
extern void trk_category_rows(FunctionCallInfo fcinfo, const TrkTable *table, const Datum *names);

#endif							/* TRK_DRIFT_COUNTS_SQL_H */

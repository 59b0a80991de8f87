/*
 * category_test_sql.h
 *	  What SQL functions over counts share: a comparison as a row.
 */
#ifndef TRK_DRIFT_COUNTS_SQL_H
#define TRK_DRIFT_COUNTS_SQL_H

#include "stats/composite.h"
#include "stats/category_test.h"

/* A table of counts; an error when they are too large. */
extern void trk_table_of(TrkTable *table, const int64 *baseline, const int64 *observed, int k);

/*
 * The result rows of at_chi2, at_g_test, at_divergence, at_chi2_clustered, at_cmh_test
 * (whose runs are strata, the same on both sides).
 */
extern Datum trk_chi2_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_g_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_divergence_row(FunctionCallInfo fcinfo, const TrkTable *table);
extern Datum trk_clustered_row(FunctionCallInfo fcinfo, const TrkRuns runs[2], int k);

extern Datum trk_strata_row(FunctionCallInfo fcinfo, const TrkRuns sides[2], int k);

/* The result row of at_fisher, of [[a, b], [c, d]], and of at_proportion. */
extern Datum trk_fisher_row(FunctionCallInfo fcinfo, int64 a, int64 b, int64 c, int64 d);
extern Datum trk_proportion_row(FunctionCallInfo fcinfo, int64 x1, int64 n1, int64 x2, int64 n2);

/* The result row of at_psi: counts of bins, between edges. */
extern Datum trk_psi_row(FunctionCallInfo fcinfo, const double *edges, int n_edges,
						 const TrkTable *table, int64 nan);

/* The result rows of at_categories; their numbers stand for missing names. */
extern void trk_category_rows(FunctionCallInfo fcinfo, const TrkTable *table, const Datum *names);

#endif							/* TRK_DRIFT_COUNTS_SQL_H */

/*
 * category_test_sql.c
 *	  SQL functions that compare counts given as arrays: at_chi2, at_g_test,
 *	  at_divergence, at_categories, at_fisher, at_proportion,
 *	  at_chi2_clustered, at_cmh_test.
 */
#include "base/trk.h"

#include "stats/arrays.h"
#include "stats/category_test_sql.h"
#include "stats/detector.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/*
 * The most categories of a stratified test, which inverts a matrix of this
 * order.
 */
#define MOST_CATEGORIES	500

/*
 * Set up a table of counts as trk_table_init() does; raise an ERROR when a
 * total is too large.
 */
void
trk_table_of(TrkTable *table, const int64 *baseline, const int64 *observed, int k)
{
	if (!trk_table_init(table, baseline, observed, k))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("counts of a side must sum to at most 2^62")));
}

/* Set up a table of two array arguments of the same length. */
static void
table_arguments(FunctionCallInfo fcinfo, TrkTable *table)
{
	int			k;
	int			other;
	int64	   *baseline = trk_counts_argument(fcinfo, 0, &k);
	int64	   *observed = trk_counts_argument(fcinfo, 1, &other);

	if (k != other)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("both sides must have the same categories")));
	trk_table_of(table, baseline, observed, k);
}

/* Set the next column to a count, or to NULL when the test is undefined. */
static void
put_count(TrkComposite *row, bool is_defined, int64 count)
{
	if (is_defined)
		trk_put_int(row, count);
	else
		trk_put_null(row);
}

/*
 * Set the next column to the degrees of freedom, or to NULL when the test is
 * undefined.
 */
static void
put_dof(TrkComposite *row, const TrkTable *table, int dof)
{
	put_count(row, trk_table_is_defined(table), dof);
}

static const char *const chi2_methods[] = {"pearson", "g", "fisher", "mc", "auto"};

/*
 * Return the method in the argument after both sides; the default is
 * Pearson's.
 */
static TrkChi2Method
method_argument(FunctionCallInfo fcinfo)
{
	char	   *name;

	if (PG_NARGS() < 3)
		return TRK_CHI2_PEARSON;
	name = text_to_cstring(PG_GETARG_TEXT_PP(2));
	for (int i = 0; i < lengthof(chi2_methods); i++)
		if (strcmp(name, chi2_methods[i]) == 0)
			return (TrkChi2Method) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method of the test"),
			 errhint("Methods are pearson, g, fisher, mc and auto.")));
}

/* Compute p by Monte Carlo. */
static TrkTail
random_p(const TrkTable *table, uint64 seed)
{
	Size		n = (Size) Max(table->k, 1);

	if (table->n1 > TRK_MC_TOTAL - table->n2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("method mc takes at most %d observations", (int) TRK_MC_TOTAL),
				 errhint("So many observations do not need it; use pearson.")));
	return trk_tail_of(trk_chi2_random(table, palloc(sizeof(TrkPool) * n),
									   palloc(sizeof(int64) * n), palloc(sizeof(int64) * n),
									   seed));
}

/*
 * Replace the test's p by that of another method.  Fisher's is for two
 * categories only.
 */
static void
chi2_by_method(FunctionCallInfo fcinfo, const TrkTable *table, TrkChi2Method method,
			   TrkChi2 *test)
{
	TrkFisher	fisher;
	TrkG		g;

	if (table->used < 2)
		return;
	if (method == TRK_CHI2_MC)
		test->p = random_p(table, (uint64) PG_GETARG_INT64(3));
	else if (method == TRK_CHI2_G)
	{
		trk_g(table, &g);
		test->statistic = g.statistic;
		test->p = g.p;
	}
	else if (method == TRK_CHI2_FISHER)
	{
		if (table->used > 2)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("method fisher takes two categories")));
		trk_fisher_of(table, &fisher);
		test->p = fisher.two_sided;
	}
}

/*
 * Return the table that is tested: with method auto rare categories are
 * pooled.  Returns how many were.
 */
static int
choose_method(const TrkTable *table, TrkTable *tested, TrkChi2Method *method)
{
	Size		n = (Size) Max(table->k, 1);
	int			pooled;

	*tested = *table;
	if (*method != TRK_CHI2_AUTO)
		return 0;
	pooled = trk_pool_rare(table, palloc(sizeof(TrkPool) * n), palloc(sizeof(int64) * n),
						   palloc(sizeof(int64) * n), tested);
	*method = tested->used == 2 ? TRK_CHI2_FISHER : TRK_CHI2_PEARSON;
	return pooled;
}

/*
 * Return the result row of at_chi2 for a table of counts, by the method that
 * the arguments ask for.
 */
Datum
trk_chi2_row(FunctionCallInfo fcinfo, const TrkTable *given)
{
	TrkChi2Method method = method_argument(fcinfo);
	TrkTable	tested;
	int			pooled = choose_method(given, &tested, &method);
	const TrkTable *table = &tested;
	TrkComposite row;
	TrkChi2		test;

	trk_chi2(table, &test);
	if (trk_table_is_defined(table))
		chi2_by_method(fcinfo, table, method, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.statistic);
	put_dof(&row, table, test.dof);
	trk_put_tail(&row, test.p);
	trk_put_float(&row, test.cramers_v);
	trk_put_float(&row, test.cramers_v_corrected);
	trk_put_float(&row, test.min_expected);
	put_dof(&row, table, (int) test.cells_expected_lt5);
	trk_put_float(&row, test.statistic_yates);
	trk_put_float(&row, test.p_yates);
	trk_put_int(&row, table->n1);
	trk_put_int(&row, table->n2);
	trk_put_text(&row, chi2_methods[method]);
	trk_put_int(&row, pooled);
	return trk_composite_datum(&row);
}

TRK_HIDE_CONTEXT_FUNCTION(at_chi2);
/*
 * at_chi2(baseline bigint[], observed bigint[], method text, seed bigint)
 * returns at_chi2_result
 */
static Datum
at_chi2_body(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	table_arguments(fcinfo, &table);
	return trk_chi2_row(fcinfo, &table);
}

/* Return the result row of at_g_test for a table of counts. */
Datum
trk_g_row(FunctionCallInfo fcinfo, const TrkTable *table)
{
	TrkComposite row;
	TrkG		test;

	trk_g(table, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.statistic);
	put_dof(&row, table, test.dof);
	trk_put_tail(&row, test.p);
	trk_put_int(&row, table->n1);
	trk_put_int(&row, table->n2);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_g_test);
/* at_g_test(baseline bigint[], observed bigint[]) returns at_g_result */
Datum
at_g_test(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	table_arguments(fcinfo, &table);
	return trk_g_row(fcinfo, &table);
}

/* Return the result row of at_divergence for a table of counts. */
Datum
trk_divergence_row(FunctionCallInfo fcinfo, const TrkTable *table)
{
	TrkComposite row;
	TrkDivergence d;

	trk_divergence(table, &d);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, d.psi_raw);
	trk_put_float(&row, d.psi_smoothed_half);
	trk_put_tail(&row, d.psi_p);
	trk_put_float(&row, d.psi_expected);
	trk_put_float(&row, d.js_bits);
	trk_put_float(&row, d.js_distance);
	trk_put_float(&row, d.kl);
	trk_put_float(&row, d.hellinger);
	trk_put_float(&row, d.tvd);
	trk_put_float(&row, d.linf);
	trk_put_float(&row, d.entropy_baseline);
	trk_put_float(&row, d.entropy_observed);
	trk_put_int(&row, table->n1);
	trk_put_int(&row, table->n2);
	return trk_composite_datum(&row);
}

/*
 * Return the result row of at_psi.  The table holds the counts of the bins
 * between the edges; nan is the number of values that were left out.
 */
Datum
trk_psi_row(FunctionCallInfo fcinfo, const double *edges, int n_edges, const TrkTable *table,
			int64 nan)
{
	TrkDivergence d;
	TrkComposite row;

	trk_divergence(table, &d);
	trk_composite_begin(&row, fcinfo);
	trk_put(&row, trk_float_array(edges, n_edges));
	trk_put(&row, trk_int64_array(table->baseline, table->k));
	trk_put(&row, trk_int64_array(table->observed, table->k));
	trk_put_float(&row, d.psi_smoothed_half);
	trk_put_tail(&row, d.psi_p);
	trk_put_float(&row, d.psi_expected);
	trk_put_float(&row, d.js_bits);
	trk_put_int(&row, table->n1);
	trk_put_int(&row, table->n2);
	trk_put_int(&row, nan);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_divergence);
/* at_divergence(baseline bigint[], observed bigint[]) returns at_divergence_result */
Datum
at_divergence(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	table_arguments(fcinfo, &table);
	return trk_divergence_row(fcinfo, &table);
}

/* Compute the q values (adjusted p) of the categories that were tested. */
static double *
category_q(const TrkCategory *categories, int k)
{
	double	   *p = palloc(sizeof(double) * Max(k, 1));
	double	   *q = palloc(sizeof(double) * Max(k, 1));
	int			n = 0;

	for (int j = 0; j < k; j++)
		if (!isnan(categories[j].fisher_p))
			p[n++] = categories[j].fisher_p;
	trk_p_adjust(p, n, TRK_ADJUST_BH, palloc(sizeof(int64) * Max(n, 1)));
	n = 0;
	for (int j = 0; j < k; j++)
		q[j] = isnan(categories[j].fisher_p) ? NAN : p[n++];
	return q;
}

/* Return whether a category is new, lost or on both sides. */
static const char *
category_status(const TrkTable *table, int j)
{
	if (table->baseline[j] == 0 && table->observed[j] == 0)
		return "empty";
	return table->baseline[j] == 0 ? "new" : table->observed[j] == 0 ? "lost" : "kept";
}

/*
 * Return the result rows of at_categories, one for each category.  Without
 * names, categories are called by their number.
 */
void
trk_category_rows(FunctionCallInfo fcinfo, const TrkTable *table, const Datum *names)
{
	TrkCategory *categories = palloc_extended(sizeof(TrkCategory) * (Size) Max(table->k, 1),
											  MCXT_ALLOC_HUGE);
	double	   *q;

	for (int j = 0; j < table->k; j++)
	{
		trk_category(table, j, &categories[j]);
		CHECK_FOR_INTERRUPTS();
	}
	q = category_q(categories, table->k);
	InitMaterializedSRF(fcinfo, 0);
	for (int j = 0; j < table->k; j++)
	{
		const TrkCategory *c = &categories[j];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put(&row, names != NULL ? names[j] : Int32GetDatum(j + 1));
		trk_put_int(&row, table->baseline[j]);
		trk_put_int(&row, table->observed[j]);
		trk_put_float(&row, c->baseline_share);
		trk_put_float(&row, c->observed_share);
		trk_put_float(&row, c->delta);
		trk_put_float(&row, c->cohens_h);
		trk_put_float(&row, c->adj_residual);
		trk_put_float(&row, c->fisher_p);
		trk_put_float(&row, q[j]);
		trk_put_text(&row, category_status(table, j));
		trk_composite_store(&row);
	}
}

PG_FUNCTION_INFO_V1(at_categories);
/* at_categories(baseline bigint[], observed bigint[]) returns setof at_category_result */
Datum
at_categories(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	table_arguments(fcinfo, &table);
	trk_category_rows(fcinfo, &table, NULL);
	return (Datum) 0;
}

/* Return the result row of at_fisher for the 2 x 2 table [[a, b], [c, d]]. */
Datum
trk_fisher_row(FunctionCallInfo fcinfo, int64 a, int64 b, int64 c, int64 d)
{
	int64		cells[4] = {a, b, c, d};
	double		x[4];
	TrkFisher	test;
	TrkComposite row;

	for (int i = 0; i < 4; i++)
	{
		if (cells[i] < 0 || cells[i] > TRK_MAX_TOTAL / 2)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("counts must be from 0 to 2^61")));
		x[i] = (double) cells[i];
	}
	trk_fisher(a, b, c, d, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_tail(&row, test.two_sided);
	trk_put_float(&row, test.less.p);
	trk_put_float(&row, test.greater.p);
	trk_put_float(&row, x[0] * x[3] / (x[1] * x[2]));
	trk_put_float(&row, log((x[0] + 0.5) / (x[1] + 0.5)) + log((x[3] + 0.5) / (x[2] + 0.5)));
	trk_put_float(&row, sqrt(1 / (x[0] + 0.5) + 1 / (x[1] + 0.5) + 1 / (x[2] + 0.5) +
							 1 / (x[3] + 0.5)));
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_fisher);
/* at_fisher(a bigint, b bigint, c bigint, d bigint) returns at_fisher_result */
Datum
at_fisher(PG_FUNCTION_ARGS)
{
	return trk_fisher_row(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1), PG_GETARG_INT64(2),
						  PG_GETARG_INT64(3));
}

PG_FUNCTION_INFO_V1(at_fisher_arrays);
/* at_fisher(baseline bigint[], observed bigint[]) returns at_fisher_result: of two categories */
Datum
at_fisher_arrays(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	table_arguments(fcinfo, &table);
	if (table.k != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_fisher takes two categories")));
	return trk_fisher_row(fcinfo, table.observed[0], table.observed[1], table.baseline[0],
						  table.baseline[1]);
}

/* Return the result row of at_proportion: x1 of n1 against x2 of n2. */
Datum
trk_proportion_row(FunctionCallInfo fcinfo, int64 x1, int64 n1, int64 x2, int64 n2)
{
	TrkProportion test;
	TrkComposite row;

	if (x1 < 0 || x1 > n1 || x2 < 0 || x2 > n2 || n1 > TRK_MAX_TOTAL || n2 > TRK_MAX_TOTAL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x must be from 0 to n, and n at most 2^62")));
	trk_proportion(x1, n1, x2, n2, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.diff);
	trk_put_float(&row, test.z);
	trk_put_tail(&row, test.p);
	trk_put_float(&row, test.cohens_h);
	for (int i = 0; i < 4; i++)
		trk_put_float(&row, test.wilson[i / 2][i % 2]);
	trk_put_float(&row, test.newcombe[0]);
	trk_put_float(&row, test.newcombe[1]);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_proportion);
/* at_proportion(x1 bigint, n1 bigint, x2 bigint, n2 bigint) returns at_proportion_result */
Datum
at_proportion(PG_FUNCTION_ARGS)
{
	return trk_proportion_row(fcinfo, PG_GETARG_INT64(0), PG_GETARG_INT64(1),
							  PG_GETARG_INT64(2), PG_GETARG_INT64(3));
}

/* Return the sums over the rows of a matrix. */
static int64 *
sum_runs(const TrkRuns *runs, int k)
{
	int64	   *sums = palloc0(sizeof(int64) * Max(k, 1));

	for (int64 r = 0; r < runs->runs; r++)
		for (int j = 0; j < k; j++)
		{
			int64		c = runs->counts[r * k + j];

			if (c > TRK_MAX_TOTAL - sums[j])
				ereport(ERROR,
						(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						 errmsg("counts of a side must sum to at most 2^62")));
			sums[j] += c;
		}
	return sums;
}

/* Return the number of decisions of each run. */
static int64 *
run_sizes(const TrkRuns *runs, int k)
{
	int64	   *sizes = palloc_extended(sizeof(int64) * Max(runs->runs, 1), MCXT_ALLOC_HUGE);

	for (int64 r = 0; r < runs->runs; r++)
	{
		sizes[r] = 0;
		for (int j = 0; j < k; j++)
			sizes[r] += runs->counts[r * k + j];
	}
	return sizes;
}

/* Return the result row of at_chi2_clustered for counts by run. */
Datum
trk_clustered_row(FunctionCallInfo fcinfo, const TrkRuns given[2], int k)
{
	TrkRuns		runs[2] = {given[0], given[1]};
	TrkTable	table;
	TrkClustered test;
	TrkComposite row;

	trk_table_of(&table, sum_runs(&runs[0], k), sum_runs(&runs[1], k), k);
	for (int side = 0; side < 2; side++)
		runs[side].sizes = run_sizes(&runs[side], k);
	trk_chi2_clustered(&table, runs, &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.naive.statistic);
	trk_put_float(&row, test.design_effect);
	trk_put_float(&row, test.statistic);
	put_dof(&row, &table, test.naive.dof);
	trk_put_tail(&row, test.p);
	trk_put_float(&row, test.naive.p.p);
	trk_put_float(&row, test.effective_n);
	trk_put_int(&row, table.n1);
	trk_put_int(&row, table.n2);
	trk_put_int(&row, test.runs[0]);
	trk_put_int(&row, test.runs[1]);
	return trk_composite_datum(&row);
}

/*
 * Read two matrix arguments, which must have the same width; an empty one
 * takes that of the other.
 */
static int
matrix_arguments(FunctionCallInfo fcinfo, int64 *counts[2], int rows[2])
{
	int			columns[2];

	for (int side = 0; side < 2; side++)
		counts[side] = trk_matrix_argument(fcinfo, side, &rows[side], &columns[side]);
	if (rows[0] > 0 && rows[1] > 0 && columns[0] != columns[1])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("both sides must have the same categories")));
	return Max(columns[0], columns[1]);
}

PG_FUNCTION_INFO_V1(at_chi2_clustered);
/* at_chi2_clustered(baseline_runs bigint[], observed_runs bigint[]) returns at_chi2_clustered_result */
Datum
at_chi2_clustered(PG_FUNCTION_ARGS)
{
	int64	   *counts[2];
	int			rows[2];
	int			k = matrix_arguments(fcinfo, counts, rows);
	TrkRuns		runs[2] = {{counts[0], rows[0], NULL}, {counts[1], rows[1], NULL}};

	return trk_clustered_row(fcinfo, runs, k);
}

/*
 * Return the result row of at_cmh_test.  The runs are the strata, and must be
 * the same on both sides.
 */
Datum
trk_strata_row(FunctionCallInfo fcinfo, const TrkRuns sides[2], int k)
{
	TrkStrata	strata = {sides[0].counts, sides[1].counts, (int) sides[0].runs, k};
	TrkTable	table;
	TrkStratified test;
	TrkComposite row;

	if (k > MOST_CATEGORIES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a stratified test takes at most %d categories", MOST_CATEGORIES)));
	trk_table_of(&table, sum_runs(&sides[0], k), sum_runs(&sides[1], k), k);
	trk_stratified(&strata, palloc(sizeof(double) * Max(1, (k + 2) * k)), &test);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, test.statistic);
	put_count(&row, test.strata > 0, test.dof);
	trk_put_tail(&row, test.p);
	trk_put_float(&row, test.odds_ratio);
	trk_put_float(&row, test.odds_ratio_lo);
	trk_put_float(&row, test.odds_ratio_hi);
	trk_put_float(&row, test.breslow_day);
	trk_put_float(&row, test.tarone);
	put_count(&row, !isnan(test.tarone), test.homogeneity_dof);
	trk_put_tail(&row, test.homogeneity_p);
	trk_put_int(&row, test.strata);
	trk_put_int(&row, table.n1);
	trk_put_int(&row, table.n2);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_cmh_test);
/* at_cmh_test(baseline bigint[], observed bigint[]) returns at_cmh_result: stratum by category */
Datum
at_cmh_test(PG_FUNCTION_ARGS)
{
	int64	   *counts[2];
	int			rows[2];
	int			k = matrix_arguments(fcinfo, counts, rows);
	TrkRuns		sides[2] = {{counts[0], rows[0], NULL}, {counts[1], rows[1], NULL}};

	if (rows[0] != rows[1])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("both sides must have the same strata")));
	return trk_strata_row(fcinfo, sides, k);
}

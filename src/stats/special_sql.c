/*
 * special_sql.c
 *	  The SQL functions at_<law>_sf over the special functions.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/figures.h"
#include "utils/memutils.h"

/*
 * The most cells of an exact test; more would keep the server busy for
 * seconds.
 */
#define MOST_CELLS	1e9

/*
 * The largest sizes of a hypergeometric distribution; products of larger ones
 * are not exact.
 */
#define MOST_BALLS	(INT64CONST(1) << 62)

/* The largest noncentrality, since terms are summed one by one. */
#define MOST_NONCENTRALITY	1e10

/*
 * Return an argument that is degrees of freedom; raise an ERROR for a number
 * that no test has.
 */
static double
degrees_argument(FunctionCallInfo fcinfo, int n)
{
	double		df = PG_GETARG_FLOAT8(n);

	if (df < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("degrees of freedom must be at least 1")));
	return df;
}

/* Normal tail of a call's arguments. */
static TrkTail
normal_tail(FunctionCallInfo fcinfo)
{
	return trk_normal_tail(PG_GETARG_FLOAT8(0));
}

/* Student tail of a call's arguments. */
static TrkTail
t_tail(FunctionCallInfo fcinfo)
{
	return trk_t_sf(PG_GETARG_FLOAT8(0), degrees_argument(fcinfo, 1));
}

/* F tail of a call's arguments. */
static TrkTail
f_tail(FunctionCallInfo fcinfo)
{
	return trk_f_sf(PG_GETARG_FLOAT8(0), degrees_argument(fcinfo, 1),
					degrees_argument(fcinfo, 2));
}

/* Binomial tail of a call's arguments. */
static TrkTail
binomial_tail(FunctionCallInfo fcinfo)
{
	int64		n = PG_GETARG_INT64(1);
	double		p = PG_GETARG_FLOAT8(2);

	if (n < 0 || p < 0 || p > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("trials must not be negative and a probability is from 0 to 1")));
	return trk_binomial_sf((double) PG_GETARG_INT64(0), (double) n, p);
}

/* Hypergeometric tail of a call's arguments. */
static TrkTail
hypergeometric_tail(FunctionCallInfo fcinfo)
{
	int64		drawn = PG_GETARG_INT64(1);
	int64		marked = PG_GETARG_INT64(2);
	int64		all = PG_GETARG_INT64(3);

	if (all < 0 || all > MOST_BALLS || drawn < 0 || drawn > all || marked < 0 || marked > all)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what is drawn and what is marked must be from 0 to all, and all at most 2^62")));
	return trk_hypergeometric_sf(PG_GETARG_INT64(0), drawn, marked, all);
}

/* Chi-square tail, central or not, of a call's arguments. */
static TrkTail
chi2_tail(FunctionCallInfo fcinfo)
{
	double		df = degrees_argument(fcinfo, 1);
	double		lambda = PG_GETARG_FLOAT8(2);

	if (lambda < 0 || lambda > MOST_NONCENTRALITY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("noncentrality must be from 0 to 1e10")));
	return trk_noncentral_chi2_sf(PG_GETARG_FLOAT8(0), df, lambda);
}

/* Kolmogorov tail of a call's arguments. */
static TrkTail
kolmogorov_tail(FunctionCallInfo fcinfo)
{
	return trk_kolmogorov_sf(PG_GETARG_FLOAT8(0));
}

/* Anderson-Darling tail of a call's arguments. */
static TrkTail
anderson_darling_k2_tail(FunctionCallInfo fcinfo)
{
	return trk_anderson_darling_k2_sf(PG_GETARG_FLOAT8(0));
}

/* Cramer-von Mises tail of a call's arguments. */
static TrkTail
cramer_von_mises_tail(FunctionCallInfo fcinfo)
{
	return trk_cramer_von_mises_sf(PG_GETARG_FLOAT8(0));
}

/*
 * The SQL function at_<law>_sf: n_data arguments that must be there, options, and
 * as the last one whether to return the decimal logarithm.
 */
#define TAIL_FUNCTION(law, n_data) \
PG_FUNCTION_INFO_V1(at_##law##_sf); \
Datum \
at_##law##_sf(PG_FUNCTION_ARGS) \
{ \
	TrkTail		tail; \
\
	if (trk_has_null_data(fcinfo, n_data)) \
		PG_RETURN_NULL(); \
	tail = law##_tail(fcinfo); \
	PG_RETURN_FLOAT8(PG_GETARG_BOOL(PG_NARGS() - 1) ? tail.log10 : tail.p); \
}

TAIL_FUNCTION(chi2, 2)
TAIL_FUNCTION(normal, 1)
TAIL_FUNCTION(hypergeometric, 4)
TAIL_FUNCTION(t, 2)
TAIL_FUNCTION(f, 3)
TAIL_FUNCTION(binomial, 3)
TAIL_FUNCTION(kolmogorov, 1)
TAIL_FUNCTION(anderson_darling_k2, 1)
TAIL_FUNCTION(cramer_von_mises, 1)

PG_FUNCTION_INFO_V1(at_ks_distribution);
/* at_ks_distribution(n int, m int, h bigint) returns at_ks_distribution_result */
Datum
at_ks_distribution(PG_FUNCTION_ARGS)
{
	int64		n = PG_GETARG_INT32(0);
	int64		m = PG_GETARG_INT32(1);
	int64		h = PG_GETARG_INT64(2);
	TrkTail		exact = trk_tail_of(NAN);
	TrkComposite row;

	if (n < 1 || m < 1 || h < 0 || h > n * m)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sizes must be positive and h from 0 to their product")));
	if (trk_smirnov_cells(n, m, h, 1) <= MOST_CELLS &&
		!trk_smirnov_sf(n, m, h, NULL, CurrentMemoryContext, &exact))
		exact.log10 = NAN;
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, (double) h / ((double) n * (double) m));
	trk_put_tail(&row, exact);
	trk_put_tail(&row, trk_kolmogorov_sf((double) h / sqrt((double) n * (double) m *
														   (double) (n + m))));
	PG_RETURN_DATUM(trk_composite_datum(&row));
}

PG_FUNCTION_INFO_V1(at_mde);
/*
 * at_mde(df int, n1 bigint, n2 bigint, alpha float8, power float8) returns
 * at_mde_result: the smallest effects a chi-square test is likely to see
 */
Datum
at_mde(PG_FUNCTION_ARGS)
{
	double		df;
	double		n1;
	double		n2;
	double		alpha;
	double		power;
	double		lambda;
	TrkComposite row;

	if (trk_has_null_data(fcinfo, 3))
		PG_RETURN_NULL();
	df = PG_GETARG_INT32(0);
	n1 = (double) PG_GETARG_INT64(1);
	n2 = (double) PG_GETARG_INT64(2);
	alpha = PG_GETARG_FLOAT8(3);
	power = PG_GETARG_FLOAT8(4);
	if (!(df >= 1 && n1 >= 1 && n2 >= 1 && alpha > 0 && power > alpha && power < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("df and sizes must be positive, and 0 < alpha < power < 1")));
	lambda = trk_noncentrality(df, alpha, power);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, lambda);
	trk_put_float(&row, sqrt(lambda / (n1 + n2)));
	/* X2 of shares 1/2 +- d/2 of sizes n1 and n2 is d^2 n1 n2 / (n1 + n2) / (1/4) */
	trk_put_float(&row, df == 1 ? Min(1, sqrt(lambda * (1 / n1 + 1 / n2)) / 2) : NAN);
	PG_RETURN_DATUM(trk_composite_datum(&row));
}

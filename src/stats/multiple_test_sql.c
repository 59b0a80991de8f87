/*
 * multiple_test_sql.c
 *	  The SQL functions at_p_adjust, at_repeated_p and _at_test_weights.
 */
#include "base/trk.h"

#include "stats/arrays.h"
#include "stats/detector.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

/* Return the method with this name. */
static TrkAdjust
method_argument(text *name)
{
	static const char *const names[] = {"bh", "by", "holm", "bonferroni"};
	char	   *s = text_to_cstring(name);

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(s, names[i]) == 0)
			return (TrkAdjust) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method of adjustment"),
			 errhint("Methods are bh, by, holm and bonferroni.")));
}

/* Raise an ERROR when the number is not a probability. */
static void
check_probability(double p)
{
	if (!(p >= 0 && p <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probabilities must be from 0 to 1")));
}

/* The elements of an array argument of at most one dimension. */
typedef struct Elements
{
	Datum	   *values;
	bool	   *nulls;
	int			n;
} Elements;

/*
 * Return the elements of an argument, which must have as many as the first
 * argument.
 */
static Elements
elements_argument(FunctionCallInfo fcinfo, int arg, Oid type, int16 size, bool by_value,
				  char align, int n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	Elements	e;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays must have one dimension")));
	deconstruct_array(array, type, size, by_value, align, &e.values, &e.nulls, &e.n);
	if (n >= 0 && e.n != n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays must have the same number of elements")));
	return e;
}

/* Return the elements of a float8[] argument, with the same check. */
static Elements
floats_of(FunctionCallInfo fcinfo, int arg, int n)
{
	return elements_argument(fcinfo, arg, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
							 TYPALIGN_DOUBLE, n);
}

/* Make a float8[] of these elements. */
static Datum
floats_datum(const Elements *e)
{
	int			dims[1] = {e->n};
	int			bounds[1] = {1};

	return PointerGetDatum(construct_md_array(e->values, e->nulls, e->n == 0 ? 0 : 1, dims, bounds,
											  FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
											  TYPALIGN_DOUBLE));
}

/* Return the p of an array argument adjusted; nulls stay where they are. */
static Datum
adjusted(FunctionCallInfo fcinfo, TrkAdjust method)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int64		nulls;
	int64		n;
	double	   *p = trk_floats_argument(fcinfo, 0, &n, &nulls);
	ArrayType  *result;

	for (int64 i = 0; i < n; i++)
		check_probability(p[i]);
	trk_p_adjust(p, n, method, palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE));
	result = palloc(VARSIZE(array));
	memcpy(result, array, VARSIZE(array));
	memcpy(ARR_DATA_PTR(result), p, sizeof(double) * n);
	PG_RETURN_ARRAYTYPE_P(result);
}

/*
 * Check weights: there must be one where there is a p, none may be negative,
 * and not all may be 0.
 */
static void
check_weights(const double *weights, int64 n)
{
	double		sum = 0;

	for (int64 i = 0; i < n; i++)
	{
		if (!(weights[i] >= 0))
			sum = NAN;
		sum += weights[i];
	}
	if (n > 0 && !(sum > 0 && isfinite(sum)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights must not be negative, and one of them greater than zero")));
}

/* Return the p of an array argument adjusted with the weights of argument 2. */
static Datum
adjusted_with_weights(FunctionCallInfo fcinfo, TrkAdjust method)
{
	Elements	e = floats_of(fcinfo, 0, -1);
	Elements	of = floats_of(fcinfo, 2, e.n);
	double	   *p = palloc_extended(sizeof(double) * (e.n + 1), MCXT_ALLOC_HUGE);
	double	   *weights = palloc_extended(sizeof(double) * (e.n + 1), MCXT_ALLOC_HUGE);
	int64		n = 0;

	for (int i = 0; i < e.n; i++)
	{
		if (e.nulls[i])
			continue;
		p[n] = DatumGetFloat8(e.values[i]);
		check_probability(p[n]);
		weights[n++] = of.nulls[i] ? NAN : DatumGetFloat8(of.values[i]);
	}
	check_weights(weights, n);
	trk_p_adjust_weighted(p, weights, n, method,
						  palloc_extended(sizeof(int64) * (n + 1), MCXT_ALLOC_HUGE));
	n = 0;
	for (int i = 0; i < e.n; i++)
		if (!e.nulls[i])
			e.values[i] = Float8GetDatum(p[n++]);
	PG_RETURN_DATUM(floats_datum(&e));
}

TRK_HIDE_CONTEXT_FUNCTION(at_p_adjust);
/* at_p_adjust(p float8[], method text, weights float8[]) returns float8[] */
static Datum
at_p_adjust_body(PG_FUNCTION_ARGS)
{
	TrkAdjust	method;

	trk_refuse_null_args(fcinfo, 1, 1);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	method = method_argument(PG_GETARG_TEXT_PP(1));
	return PG_ARGISNULL(2) ? adjusted(fcinfo, method) : adjusted_with_weights(fcinfo, method);
}

PG_FUNCTION_INFO_V1(at_repeated_p);
/* at_repeated_p(p float8, information float8[], look integer, shape float8) returns float8 */
Datum
at_repeated_p(PG_FUNCTION_ARGS)
{
	double		p;
	TrkLooks	looks;

	if (trk_has_null_data(fcinfo, 3))
		PG_RETURN_NULL();
	p = PG_GETARG_FLOAT8(0);
	looks = trk_looks_argument(fcinfo, 1, PG_GETARG_INT32(2), PG_GETARG_FLOAT8(3));
	check_probability(p);
	PG_RETURN_FLOAT8(trk_repeated_p(p, &looks));
}

/* A row whose weight is computed, and its position in the arguments. */
typedef struct Weighed
{
	TrkWeighed	row;
	int			at;
} Weighed;

/* qsort() comparator: family, then group, then position. */
static int
compare_weighed(const void *a, const void *b)
{
	const Weighed *x = a;
	const Weighed *y = b;

	if (x->row.is_primary != y->row.is_primary)
		return x->row.is_primary ? -1 : 1;
	if (x->row.group != y->row.group)
		return x->row.group < y->row.group ? -1 : 1;
	return x->at - y->at;
}

/* Return the rows of the arguments, sorted by family and group. */
static Weighed *
weighed_arguments(FunctionCallInfo fcinfo, int *n)
{
	Elements	family = elements_argument(fcinfo, 0, BOOLOID, 1, true, TYPALIGN_CHAR, -1);
	Elements	group = elements_argument(fcinfo, 1, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE, family.n);
	Elements	least = floats_of(fcinfo, 2, family.n);
	Elements	stake = floats_of(fcinfo, 3, family.n);
	Weighed    *rows = palloc_extended(sizeof(Weighed) * (family.n + 1), MCXT_ALLOC_HUGE);

	*n = family.n;
	for (int i = 0; i < *n; i++)
	{
		TrkWeighed *row = &rows[i].row;

		if (family.nulls[i] || group.nulls[i] || stake.nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("of the arrays only least_p may have nulls")));
		rows[i].at = i;
		row->is_primary = DatumGetBool(family.values[i]);
		row->group = DatumGetInt64(group.values[i]);
		row->least_p = least.nulls[i] ? NAN : DatumGetFloat8(least.values[i]);
		row->stake = DatumGetFloat8(stake.values[i]);
		if (!least.nulls[i])
			check_probability(row->least_p);
		if (!(row->stake > 0 && row->stake <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a stake must be greater than 0 and at most 1")));
	}
	qsort(rows, *n, sizeof(Weighed), compare_weighed);
	return rows;
}

/* Return an argument that is a share between 0 and 1, both excluded. */
static double
share_argument(FunctionCallInfo fcinfo, int arg)
{
	double		share = PG_GETARG_FLOAT8(arg);

	if (!(share > 0 && share < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("alpha and primary_share must be between 0 and 1")));
	return share;
}

TRK_HIDE_CONTEXT_FUNCTION(at_test_weights);
/*
 * _at_test_weights(is_primary boolean[], dimension bigint[], least_p float8[],
 * stake float8[], alpha float8, primary_share float8) returns float8[]
 */
static Datum
at_test_weights_body(PG_FUNCTION_ARGS)
{
	int			n;
	Weighed    *rows;
	double		alpha;
	double		share;
	TrkWeighed *sorted;
	Elements	out;

	if (trk_has_null_data(fcinfo, 4))
		PG_RETURN_NULL();
	rows = weighed_arguments(fcinfo, &n);
	alpha = share_argument(fcinfo, 4);
	share = share_argument(fcinfo, 5);
	sorted = palloc_extended(sizeof(TrkWeighed) * (n + 1), MCXT_ALLOC_HUGE);
	out = (Elements) {palloc0(sizeof(Datum) * (n + 1)), palloc0(sizeof(bool) * (n + 1)), n};
	for (int i = 0; i < n; i++)
		sorted[i] = rows[i].row;
	trk_weigh(sorted, n, alpha, share);
	for (int i = 0; i < n; i++)
	{
		out.nulls[rows[i].at] = isnan(sorted[i].weight);
		out.values[rows[i].at] = Float8GetDatum(sorted[i].weight);
	}
	PG_RETURN_DATUM(floats_datum(&out));
}

/*
 * series_sql.c
 *	  The type at_series (returns with their times), and the functions that
 *	  need the order of the returns: at_performance, drawdowns with dates,
 *	  Calmar ratio, ulcer and pain index.
 *
 * Collecting and merging keep every point and need no order; the points are
 * sorted before they are read.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "datatype/timestamp.h"
#include "performance/return_states.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

static bool series_check(const TrkState *state);
static TrkState *series_settle(TrkState *state);

const TrkStateType at_series_type = {
	.agg = TRK_STATE_AGG("at_series"), .version = 1, .width = 2, .rows = "points", .kinds = "irr",
	.check = series_check, .settle = series_settle
};

TRK_STATE_IO(at_series)

/*
 * Check a state: a point is a valid time, a return and perhaps the benchmark's
 * return.
 */
static bool
series_check(const TrkState *state)
{
	const TrkWord *point = trk_state_rows(&at_series_type, state);

	if (state->width != 2 && state->width != 3)
		return false;
	for (int64 i = 0; i < state->n_rows; i++, point += state->width)
		if (!IS_VALID_TIMESTAMP(point->i) && !TIMESTAMP_NOT_FINITE(point->i))
			return false;
	return true;
}

/* Compare floats; NaN comes last. */
static int
real_cmp(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return a < b ? -1 : a > b;
}

/*
 * Compare points by time, then by values, so that the order is always the
 * same.
 */
static inline int
point_cmp(const TrkWord *a, const TrkWord *b, int width)
{
	if (likely(a->i != b->i))
		return a->i < b->i ? -1 : 1;
	for (int i = 1; i < width; i++)
	{
		int			cmp = real_cmp(a[i].r, b[i].r);

		if (cmp != 0)
			return cmp;
	}
	return 0;
}

/* Return the end of the sorted points that begin at from. */
static int64
end_of_run(const TrkWord *rows, int width, int64 from, int64 n)
{
	int64		i = from + 1;

	while (i < n && point_cmp(rows + (i - 1) * width, rows + i * width, width) <= 0)
		i++;
	return Min(i, n);
}

/* Merge the points from one to the middle with those from there to the end. */
static void
merge_runs(const TrkWord *rows, int width, int64 from, int64 middle, int64 end, TrkWord *to)
{
	const TrkWord *a = rows + from * width;
	const TrkWord *b = rows + middle * width;
	const TrkWord *a_end = b;
	const TrkWord *b_end = rows + end * width;

	to += from * width;
	while (a < a_end && b < b_end)
	{
		const TrkWord **lower = point_cmp(b, a, width) < 0 ? &b : &a;

		for (int i = 0; i < width; i++)
			*to++ = *(*lower)++;
	}
	memcpy(to, a, (char *) a_end - (char *) a);
	memcpy(to + (a_end - a), b, (char *) b_end - (char *) b);
}

/* Merge neighbouring runs in pairs; false when there was only one. */
static bool
merge_pass(const TrkWord *rows, int width, int64 n, TrkWord *to)
{
	int64		from = 0;
	int64		runs = 0;

	for (; from < n; runs++)
	{
		int64		middle = end_of_run(rows, width, from, n);
		int64		end = middle < n ? end_of_run(rows, width, middle, n) : n;

		if (runs == 0 && middle == n)
			return false;
		merge_runs(rows, width, from, middle, end, to);
		from = end;
		if (runs % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/*
 * Sort the points in place, by merging the runs that are sorted already.  Rows
 * that are read in order, even by several workers, form one run or a few.
 */
static TrkState *
series_settle(TrkState *state)
{
	TrkWord    *rows = trk_state_rows(&at_series_type, state);
	int			width = state->width;
	int64		n = state->n_rows;
	Size		size = (Size) n * width * sizeof(TrkWord);
	TrkWord    *from = rows;
	MemoryContext scratch;
	TrkWord    *to;

	if (end_of_run(rows, width, 0, n) == n)
		return state;
	scratch = trk_state_scratch();
	to = MemoryContextAllocHuge(scratch, size);
	while (merge_pass(from, width, n, to))
	{
		TrkWord    *swap = from;

		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, size);
	MemoryContextDelete(scratch);
	return state;
}

/*
 * Make space for more points of two or three words in a series.  Return it to
 * the executor by trk_state_datum().
 */
TrkState *
trk_series_room(FunctionCallInfo fcinfo, TrkState *state, int width, int64 more)
{
	if (state->n_rows == 0)
		state->width = (uint8) width;
	else if (state->width != width)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("points with and without a benchmark cannot be in one series")));
	return trk_state_room(fcinfo, &at_series_type, state, more);
}

/* Return the state with one more point, whose third word counts if it is this wide. */
static Datum
add_point(FunctionCallInfo fcinfo, TrkState *state, int width, int64 t, double a, double b)
{
	TrkWord    *point;

	state = trk_series_room(fcinfo, state, width, 1);
	point = trk_state_rows(&at_series_type, state) + state->n_rows++ * width;
	point[0].i = t;
	point[1].r = a;
	if (width > 2)
		point[2].r = b;
	return trk_state_datum(state);
}

PG_FUNCTION_INFO_V1(at_series_add);
/* _at_series_add(at_series, ret, t, [periods, risk_free, mar]) returns at_series */
Datum
at_series_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);

	if (PG_NARGS() > 3)
		state = trk_state_set_args(fcinfo, 3, PG_NARGS() - 3, &at_series_type, state);
	return add_point(fcinfo, state, 2, PG_GETARG_INT64(2), PG_GETARG_FLOAT8(1), 0);
}

PG_FUNCTION_INFO_V1(at_series_add_benchmark);
/*
 * _at_series_add_benchmark(at_series, ret, t, periods, risk_free, mar, benchmark)
 * returns at_series; the benchmark may be NULL
 */
Datum
at_series_add_benchmark(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);

	for (int i = 1; i < 6; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_DATUM(trk_state_datum(state));
	state = trk_state_set_args(fcinfo, 3, 3, &at_series_type, state);
	return add_point(fcinfo, state, 3, PG_GETARG_INT64(2), PG_GETARG_FLOAT8(1),
					 PG_ARGISNULL(6) ? NAN : PG_GETARG_FLOAT8(6));
}

PG_FUNCTION_INFO_V1(at_series_add_risk);
/* _at_series_add(at_series, pnl, risk, t) returns at_series; the risk may be NULL */
Datum
at_series_add_risk(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_DATUM(trk_state_datum(state));
	return add_point(fcinfo, state, 3, PG_GETARG_INT64(3), PG_GETARG_FLOAT8(1),
					 PG_ARGISNULL(2) ? NAN : PG_GETARG_FLOAT8(2));
}

PG_FUNCTION_INFO_V1(at_series_merge);
/* _at_series_merge(at_series, at_series) returns at_series */
Datum
at_series_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);
	TrkState   *other = trk_state_arg(fcinfo, 1, &at_series_type);

	state = trk_state_merge_args(&at_series_type, state, other);
	if (other->n_rows == 0)
		PG_RETURN_DATUM(trk_state_datum(state));
	state = trk_series_room(fcinfo, state, other->width, other->n_rows);
	memcpy(trk_state_rows(&at_series_type, state) + state->n_rows * state->width,
		   trk_state_rows(&at_series_type, other),
		   other->n_rows * other->width * sizeof(TrkWord));
	state->n_rows += other->n_rows;
	PG_RETURN_DATUM(trk_state_datum(state));
}

/* Return the first argument with its points sorted. */
static TrkState *
ordered(FunctionCallInfo fcinfo)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);

	return series_settle(state);
}

PG_FUNCTION_INFO_V1(at_series_final);
/* _at_series_final(at_series) returns at_series: in order, without space for more */
Datum
at_series_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_series_type, ordered(fcinfo)));
}

/* Returns ready for the figures. */
typedef struct Path
{
	TrkWord    *times;			/* times of the finite returns, or NULL */
	double	   *returns;		/* the finite returns, in order */
	int64		n;
	int64		special;
	int64		duplicates;		/* points with the same time as the one before */
	TrkPairs	pairs;
	bool		has_benchmark;
} Path;

/* Extract the returns of a sorted series, with or without their times. */
static void
path_of_series(const TrkState *state, bool with_times, Path *path)
{
	const TrkWord *row = trk_state_rows(&at_series_type, state);
	int			width = state->width;

	memset(path, 0, sizeof(*path));
	path->has_benchmark = width == 3;
	if (with_times)
		path->times = MemoryContextAllocHuge(CurrentMemoryContext,
											 (state->n_rows + 1) * sizeof(TrkWord));
	path->returns = MemoryContextAllocHuge(CurrentMemoryContext,
										   (state->n_rows + 1) * sizeof(double));
	for (int64 i = 0; i < state->n_rows; i++, row += width)
	{
		path->duplicates += i > 0 && row[-width].i == row->i;
		if (width == 3)
			trk_pairs_add(&path->pairs, row[1].r, row[2].r);
		if (!isfinite(row[1].r))
			path->special++;
		else
		{
			if (with_times)
				path->times[path->n] = row[0];
			path->returns[path->n++] = row[1].r;
		}
	}
}

/* Extract the returns of an array. */
static void
path_of_array(ArrayType *array, Path *path)
{
	int64		all;

	memset(path, 0, sizeof(*path));
	path->returns = trk_float8s(array, &all);
	for (int64 i = 0; i < all; i++)
		if (isfinite(path->returns[i]))
			path->returns[path->n++] = path->returns[i];
	path->special = all - path->n;
}

/* Compute all figures of ordered returns. */
static void
figures_of_path(const Path *path, const TrkRates *rates, TrkPerformance *out)
{
	TrkWord    *scratch = MemoryContextAllocHuge(CurrentMemoryContext,
												 TRK_TAILS_ROOM(path->n) * sizeof(TrkWord));

	trk_performance(path->returns, path->n, scratch, rates, out);
	pfree(scratch);
}

/* Return a row of at_performance_figures. */
static Datum
performance_datum(FunctionCallInfo fcinfo, const Path *path, const TrkRates *rates)
{
	TrkComposite row;
	TrkPerformance p;
	TrkBenchmark b;

	figures_of_path(path, rates, &p);
	trk_benchmark(&path->pairs, rates, &b);
	trk_composite_begin(&row, fcinfo);
#define PUT(name)	trk_put_figure(&row, p.name);
	TRK_PERFORMANCE_COLUMNS(PUT);
#undef PUT
	trk_put_int(&row, path->n);
	trk_put_int(&row, path->special);
	trk_put_int(&row, path->duplicates);
#define PUT(name)	trk_put_figure(&row, path->has_benchmark ? b.name : NAN);
	TRK_BENCHMARK_COLUMNS(PUT);
#undef PUT
	trk_put_nullable(&row, Int64GetDatum(path->pairs.n), !path->has_benchmark);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_performance);
/* at_performance(at_series, periods, risk_free, mar) returns at_performance_figures; final */
Datum
at_performance(PG_FUNCTION_ARGS)
{
	TrkState   *state;
	TrkRates	rates;
	Path		path;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	state = ordered(fcinfo);
	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, state);
	path_of_series(state, false, &path);
	return performance_datum(fcinfo, &path, &rates);
}

PG_FUNCTION_INFO_V1(at_performance_of);
/* at_performance(float8[], periods, risk_free, mar) returns at_performance_figures */
Datum
at_performance_of(PG_FUNCTION_ARGS)
{
	TrkRates	rates;
	Path		path;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, NULL);
	path_of_array(PG_GETARG_ARRAYTYPE_P(0), &path);
	return performance_datum(fcinfo, &path, &rates);
}

PG_FUNCTION_INFO_V1(at_drawdown_summary_series);
/* at_drawdown_summary(at_series) returns at_drawdown_figures; final */
Datum
at_drawdown_summary_series(PG_FUNCTION_ARGS)
{
	Path		path;
	TrkState   *drawdown;

	path_of_series(ordered(fcinfo), true, &path);
	drawdown = trk_drawdown_of(path.returns, path.n);
	trk_state_as(TrkDrawdown, drawdown)->special = path.special;
	return trk_drawdown_datum(fcinfo, drawdown, path.duplicates, path.times);
}

PG_FUNCTION_INFO_V1(at_drawdown_episodes_series);
/* at_drawdown_episodes(at_series) returns at_drawdown_episode[]; final */
Datum
at_drawdown_episodes_series(PG_FUNCTION_ARGS)
{
	Path		path;

	path_of_series(ordered(fcinfo), true, &path);
	return trk_episodes(trk_drawdown_of(path.returns, path.n),
						get_func_rettype(fcinfo->flinfo->fn_oid), 0, path.times);
}

/*
 * Defines a function that returns one column of at_performance_figures which
 * needs the order.
 */
#define SERIES_FUNCTION(name, column) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkState   *state; \
		TrkRates	rates; \
		Path		path; \
		TrkPerformance p; \
		if (trk_has_null_data(fcinfo, 1)) \
			PG_RETURN_NULL(); \
		state = ordered(fcinfo); \
		rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, state); \
		path_of_series(state, false, &path); \
		figures_of_path(&path, &rates, &p); \
		TRK_RETURN_FIGURE(p.column); \
	}

/* NAME(at_series, ...) returns float8; and as final functions */
SERIES_FUNCTION(at_max_drawdown, max_drawdown)
SERIES_FUNCTION(at_calmar, calmar)
SERIES_FUNCTION(at_ulcer_index, ulcer_index)
SERIES_FUNCTION(at_pain_index, pain_index)
SERIES_FUNCTION(at_stability, stability_r2)

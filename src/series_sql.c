/*
 * series_sql.c
 *	  The type at_series, returns with their times, and what needs their order:
 *	  at_performance, drawdowns with dates, Calmar, ulcer and pain.
 *
 * Collecting and merging keep every point and need no order; the points are
 * put in order before they are read.
 */
#include "trk.h"

#include "statistics.h"
#include "utils/lsyscache.h"

/* Points are a time, a return and perhaps the benchmark's return. */
static bool
series_check(const TrkState *state)
{
	return state->width == 2 || state->width == 3;
}

static TrkState *series_settle(TrkState *state);

const TrkStateType at_series_type = {
	.name = "at_series",.version = 1,.width = 2,.rows = "points",.kinds = "irr",
	.check = series_check,.settle = series_settle
};

TRK_STATE_IO(at_series)

/* Order of floats, NaN last. */
static int
real_cmp(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return a < b ? -1 : a > b;
}

/* Order of points: by time, then by values, so that it is always the same. */
static int
point_cmp(const void *a, const void *b, void *width)
{
	const TrkWord *pa = a;
	const TrkWord *pb = b;

	if (pa->i != pb->i)
		return pa->i < pb->i ? -1 : 1;
	for (int i = 1; i < *(int *) width; i++)
	{
		int			cmp = real_cmp(pa[i].r, pb[i].r);

		if (cmp != 0)
			return cmp;
	}
	return 0;
}

/* Put the points in order, in place. */
static TrkState *
series_settle(TrkState *state)
{
	TrkWord    *rows = trk_state_rows(&at_series_type, state);
	int			width = state->width;
	int64		i = 1;

	while (i < state->n_rows &&
		   point_cmp(rows + (i - 1) * width, rows + i * width, &width) <= 0)
		i++;
	if (i < state->n_rows)
		qsort_arg(rows, state->n_rows, width * sizeof(TrkWord), point_cmp, &width);
	return state;
}

/* See statistics.h. */
TrkState *
trk_series_room(TrkState *state, int width, int64 more)
{
	if (state->n_rows == 0)
		state->width = (uint8) width;
	else if (state->width != width)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("points with and without a benchmark cannot be in one series")));
	return trk_state_reserve(&at_series_type, state, more);
}

PG_FUNCTION_INFO_V1(at_series_add);
/* at_series_add(at_series, ret, t, [periods, risk_free, mar]) returns at_series */
Datum
at_series_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);
	TrkWord    *point;

	if (PG_NARGS() > 3)
		state = trk_state_set_args(fcinfo, 3, PG_NARGS() - 3, &at_series_type, state);
	state = trk_series_room(state, 2, 1);
	point = trk_state_rows(&at_series_type, state) + state->n_rows++ * 2;
	point[0].i = PG_GETARG_INT64(2);
	point[1].r = PG_GETARG_FLOAT8(1);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_series_add_benchmark);
/*
 * at_series_add_benchmark(at_series, ret, t, periods, risk_free, mar, benchmark)
 * returns at_series; the benchmark may be NULL
 */
Datum
at_series_add_benchmark(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);
	TrkWord    *point;

	for (int i = 1; i < 6; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_POINTER(state);
	state = trk_state_set_args(fcinfo, 3, 3, &at_series_type, state);
	state = trk_series_room(state, 3, 1);
	point = trk_state_rows(&at_series_type, state) + state->n_rows++ * 3;
	point[0].i = PG_GETARG_INT64(2);
	point[1].r = PG_GETARG_FLOAT8(1);
	point[2].r = PG_ARGISNULL(6) ? NAN : PG_GETARG_FLOAT8(6);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_series_merge);
/* at_series_merge(at_series, at_series) returns at_series */
Datum
at_series_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);
	TrkState   *other = trk_state_arg(fcinfo, 1, &at_series_type);

	state = trk_state_merge_args(&at_series_type, state, other);
	if (other->n_rows == 0)
		PG_RETURN_POINTER(state);
	state = trk_series_room(state, other->width, other->n_rows);
	memcpy(trk_state_rows(&at_series_type, state) + state->n_rows * state->width,
		   trk_state_rows(&at_series_type, other),
		   other->n_rows * other->width * sizeof(TrkWord));
	state->n_rows += other->n_rows;
	PG_RETURN_POINTER(state);
}

/* The first argument's points in order. */
static TrkState *
ordered(FunctionCallInfo fcinfo)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);

	return series_settle(state);
}

PG_FUNCTION_INFO_V1(at_series_final);
/* at_series_final(at_series) returns at_series: in order, without room for more */
Datum
at_series_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_series_type, ordered(fcinfo)));
}

/* Returns ready for the figures. */
typedef struct Path
{
	TrkWord    *times;			/* of the finite returns, or NULL */
	double	   *returns;		/* the finite ones, in order */
	int64		n;
	int64		special;
	int64		duplicates;		/* points at the time of the one before */
	TrkPairs	pairs;
	bool		has_benchmark;
} Path;

/* The points of an ordered series, with their times or without. */
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

/* The values of an array. */
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

/* All figures of a path. */
static void
figures_of_path(const Path *path, const TrkRates *rates, TrkPerformance *out)
{
	TrkWord    *sorted = MemoryContextAllocHuge(CurrentMemoryContext,
												(2 * path->n + 1) * sizeof(TrkWord));

	for (int64 i = 0; i < path->n; i++)
		sorted[i].r = path->returns[i];
	trk_sort_values(sorted, sorted + path->n, path->n);
	trk_performance(path->returns, path->n, sorted, rates, out);
	pfree(sorted);
}

/* The columns of at_performance_figures. */
static Datum
performance_datum(FunctionCallInfo fcinfo, const Path *path, const TrkRates *rates)
{
	TrkFigures	out = {0};
	TrkPerformance p;
	TrkBenchmark b;

	figures_of_path(path, rates, &p);
	trk_benchmark(&path->pairs, rates, &b);
#define PUT(name)	trk_figure(&out, p.name);
	TRK_PERFORMANCE_COLUMNS(PUT)
#undef PUT
	trk_figure_count(&out, path->n);
	trk_figure_count(&out, path->special);
	trk_figure_count(&out, path->duplicates);
#define PUT(name)	trk_figure(&out, path->has_benchmark ? b.name : NAN);
	TRK_BENCHMARK_COLUMNS(PUT)
#undef PUT
	trk_figure_datum(&out, Int64GetDatum(path->pairs.n), !path->has_benchmark);
	return trk_figures_datum(fcinfo, &out);
}

PG_FUNCTION_INFO_V1(at_performance);
/* at_performance(at_series, periods, risk_free, mar) returns at_performance_figures; final */
Datum
at_performance(PG_FUNCTION_ARGS)
{
	TrkState   *state = ordered(fcinfo);
	TrkRates	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, state);
	Path		path;

	path_of_series(state, false, &path);
	return performance_datum(fcinfo, &path, &rates);
}

PG_FUNCTION_INFO_V1(at_performance_of);
/* at_performance(float8[], periods, risk_free, mar) returns at_performance_figures */
Datum
at_performance_of(PG_FUNCTION_ARGS)
{
	TrkRates	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, NULL);
	Path		path;

	path_of_array(PG_GETARG_ARRAYTYPE_P(0), &path);
	return performance_datum(fcinfo, &path, &rates);
}

PG_FUNCTION_INFO_V1(at_drawdown_summary_series);
/* at_drawdown_summary(at_series) returns at_drawdown_figures; final */
Datum
at_drawdown_summary_series(PG_FUNCTION_ARGS)
{
	Path		path;
	TrkState   *growth;

	path_of_series(ordered(fcinfo), true, &path);
	growth = trk_growth_of(path.returns, path.n);
	trk_state_as(TrkGrowth, growth)->special = path.special;
	return trk_drawdown_datum(fcinfo, growth, path.duplicates, path.times);
}

PG_FUNCTION_INFO_V1(at_drawdown_episodes_series);
/* at_drawdown_episodes(at_series) returns at_drawdown_episode[]; final */
Datum
at_drawdown_episodes_series(PG_FUNCTION_ARGS)
{
	Path		path;

	path_of_series(ordered(fcinfo), true, &path);
	return trk_episodes(trk_growth_of(path.returns, path.n),
						get_func_rettype(fcinfo->flinfo->fn_oid), 0, path.times);
}

/* One column of at_performance_figures that needs the order. */
#define SERIES_FUNCTION(name, column) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		TrkState   *state = ordered(fcinfo); \
		TrkRates	rates = trk_rates(fcinfo, 1, TRK_RISK_FREE_THEN_MAR, &at_series_type, state); \
		Path		path; \
		TrkPerformance p; \
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

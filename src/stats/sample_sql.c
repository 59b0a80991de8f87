/*
 * sample_sql.c
 *	  The type at_sample, and the functions of it alone.
 *
 * While a sample is collected, new values are appended unsorted after the
 * sorted rows.  They are merged when there are as many of them as of sorted
 * rows, and before a sample is read.
 */
#include "base/trk.h"

#include "base/settings.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "stats/figures.h"
#include "utils/memutils.h"

/* The fixed part of the state. */
typedef struct SampleHead
{
	int64		n;				/* number of sorted values, with multiplicity */
	int64		nan;			/* number of NaN, which are left out */
	int64		sorted;			/* number of rows that are sorted */
} SampleHead;

static const char *const sample_names[] = {"n", "nan", "sorted"};

/* Return the value of a row, or its multiplicity. */
static inline double
row_value(const TrkWord *rows, int width, int64 row)
{
	return rows[row * width].r;
}

static inline int64
row_count(const TrkWord *rows, int width, int64 row)
{
	return width == 2 ? rows[row * 2 + 1].i : 1;
}

/* Check a state: rows must be in order, and counts consistent. */
static bool
sample_check(const TrkState *state)
{
	const SampleHead *head = trk_state_as(const SampleHead, state);
	const TrkWord *rows = trk_state_rows(&at_sample_type, state);
	int			width = state->width;
	int64		n = 0;

	if (head->nan < 0 || head->sorted != state->n_rows)
		return false;
	for (int64 row = 0; row < state->n_rows; row++)
	{
		double		value = row_value(rows, width, row);
		int64		count = row_count(rows, width, row);

		if (isnan(value) || count < 1 || count > PG_INT64_MAX - n ||
			(row > 0 && (width == 2 ? !(row_value(rows, width, row - 1) < value) :
						 !(row_value(rows, width, row - 1) <= value))))
			return false;
		n += count;
	}
	return n == head->n;
}

static TrkState *sample_settle(TrkState *state);

const TrkStateType at_sample_type = {
	.agg = TRK_STATE_AGG("at_sample"), .version = 1, .ints = 3, .width = 1, .names = sample_names,
	.rows = "values", .kinds = "ri", .check = sample_check, .settle = sample_settle
};

TRK_STATE_IO(at_sample)

/* A sequence of sorted rows that is being merged. */
typedef struct Run
{
	const TrkWord *rows;
	int			width;
	int64		n_rows;
	int64		at;
} Run;

/* Take the lowest value of two runs, with its whole multiplicity. */
static int64
take_lowest(Run *a, Run *b, double *value)
{
	Run		   *runs[2] = {a, b};
	bool		has_a = a->at < a->n_rows;
	bool		has_b = b->at < b->n_rows;
	int64		count = 0;

	*value = !has_b ? row_value(a->rows, a->width, a->at) :
		!has_a ? row_value(b->rows, b->width, b->at) :
		Min(row_value(a->rows, a->width, a->at), row_value(b->rows, b->width, b->at));
	for (int i = 0; i < 2; i++)
		for (; runs[i]->at < runs[i]->n_rows &&
			 row_value(runs[i]->rows, runs[i]->width, runs[i]->at) == *value; runs[i]->at++)
			count += row_count(runs[i]->rows, runs[i]->width, runs[i]->at);
	return count;
}

/* Count the distinct values, and all values, of two runs. */
static int64
count_distinct(Run a, Run b, int64 *n)
{
	int64		distinct = 0;
	double		value;

	*n = 0;
	for (; a.at < a.n_rows || b.at < b.n_rows; distinct++)
	{
		int64		count = take_lowest(&a, &b, &value);

		if (count > PG_INT64_MAX - *n)
			trk_state_too_large(&at_sample_type);
		*n += count;
	}
	return distinct;
}

/* Write a value count times, or once with its multiplicity. */
static TrkWord *
put_value(TrkWord *rows, int width, double value, int64 count)
{
	if (width == 2)
	{
		rows[0].r = value;
		rows[1].i = count;
		return rows + 2;
	}
	while (count-- > 0)
		(rows++)->r = value;
	return rows;
}

/*
 * Make a sorted state of two runs, with the header and arguments of another
 * state.
 */
static TrkState *
merge_runs(const TrkState *like, Run a, Run b)
{
	int64		n;
	int64		distinct = count_distinct(a, b, &n);
	int			width = distinct < n - distinct ? 2 : 1;
	TrkState   *merged = trk_state_new(&at_sample_type, width, like->n_args,
									   width == 2 ? distinct : n);
	SampleHead *head = trk_state_as(SampleHead, merged);
	TrkWord    *rows;

	*head = *trk_state_as(const SampleHead, like);
	memcpy(trk_state_args(&at_sample_type, merged), trk_state_args(&at_sample_type, like),
		   like->n_args * sizeof(TrkWord));
	rows = trk_state_rows(&at_sample_type, merged);
	while (a.at < a.n_rows || b.at < b.n_rows)
	{
		double		value;
		int64		count = take_lowest(&a, &b, &value);

		rows = put_value(rows, width, value, count);
	}
	head->n = n;
	head->sorted = merged->n_rows = width == 2 ? distinct : n;
	return merged;
}

/* Merge the unsorted rows into the sorted ones. */
static TrkState *
sample_settle(TrkState *state)
{
	SampleHead *head = trk_state_as(SampleHead, state);
	TrkWord    *rows = trk_state_rows(&at_sample_type, state);
	int64		n = state->n_rows - head->sorted;
	Run			sorted = {rows, state->width, head->sorted, 0};
	Run			loose = {NULL, 1, n, 0};
	MemoryContext scratch;
	TrkWord    *values;
	TrkState   *settled;

	if (n == 0)
		return state;
	scratch = trk_state_scratch();
	values = MemoryContextAllocHuge(scratch, 2 * n * sizeof(TrkWord));
	for (int64 i = 0; i < n; i++)
		values[i] = rows[(head->sorted + i) * state->width];
	trk_sort_values(values, values + n, n);
	loose.rows = values;
	settled = merge_runs(state, sorted, loose);
	MemoryContextDelete(scratch);
	return settled;
}

/* Raise an ERROR for a sample that is larger than the setting allows. */
static void
check_limit(const TrkState *state)
{
	if (state->n_rows > trk_setting_max_sample_values)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("sample has more than %d distinct values", trk_setting_max_sample_values),
				 errhint("Raise agent_tracker.max_sample_values, or round the values.")));
}

/* Make space for one more row: merging may free some, else the state grows. */
static TrkState *
make_room(TrkState *state)
{
	TrkState   *room;

	if (likely(VARSIZE(state) - ((char *) (trk_state_rows(&at_sample_type, state) +
										   state->n_rows * state->width) - (char *) state) >=
			   sizeof(TrkWord) * state->width))
		return state;
	room = sample_settle(state);
	check_limit(room);
	return trk_state_reserve(&at_sample_type, room, Max(room->n_rows, 32));
}

/* Append a value after the sorted rows. */
static TrkState *
add_value(TrkState *state, double value)
{
	if (isnan(value))
	{
		trk_state_as(SampleHead, state)->nan++;
		return state;
	}
	state = make_room(state);
	put_value(trk_state_rows(&at_sample_type, state) + state->n_rows * state->width,
			  state->width, value, 1);
	state->n_rows++;
	return state;
}

PG_FUNCTION_INFO_V1(at_sample_add);
/* _at_sample_add(at_sample, value, [periods, rate]) returns at_sample */
Datum
at_sample_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_sample_type);

	if (PG_NARGS() > 2)
		state = trk_state_set_args(fcinfo, 2, PG_NARGS() - 2, &at_sample_type, state);
	PG_RETURN_POINTER(add_value(state, PG_GETARG_FLOAT8(1)));
}

/* Return the rows of a sorted state as a run. */
static Run
run_of(const TrkState *settled)
{
	Run			run = {trk_state_rows(&at_sample_type, settled), settled->width,
	settled->n_rows, 0};

	return run;
}

PG_FUNCTION_INFO_V1(at_sample_merge);
/* _at_sample_merge(at_sample, at_sample) returns at_sample */
Datum
at_sample_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = sample_settle(trk_state_own(fcinfo, &at_sample_type));
	TrkState   *other = sample_settle(trk_state_arg(fcinfo, 1, &at_sample_type));

	state = trk_state_merge_args(&at_sample_type, state, other);
	state = merge_runs(state, run_of(state), run_of(other));
	trk_state_as(SampleHead, state)->nan += trk_state_as(SampleHead, other)->nan;
	check_limit(state);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_sample_final);
/* _at_sample_final(at_sample) returns at_sample: without space for more */
Datum
at_sample_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_sample_type,
									   trk_state_arg(fcinfo, 0, &at_sample_type)));
}

/* Make a sorted state of the values of an array. */
static TrkState *
sample_of_array(ArrayType *array)
{
	int64		n;
	double	   *values = trk_float8s(array, &n);
	TrkState   *state = trk_state_new(&at_sample_type, 1, 0, n);

	for (int64 i = 0; i < n; i++)
		state = add_value(state, values[i]);
	return sample_settle(state);
}

PG_FUNCTION_INFO_V1(at_sample_of);
/* at_sample_of(float8[]) returns at_sample */
Datum
at_sample_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_sample_type,
									   sample_of_array(PG_GETARG_ARRAYTYPE_P(0))));
}

/* Return the sample in an at_sample state whose values are sorted. */
TrkSample
trk_state_sample(const TrkState *settled)
{
	TrkSample	sample = {trk_state_rows(&at_sample_type, settled), settled->n_rows,
	settled->width, trk_state_as(const SampleHead, settled)->n};

	return sample;
}

/* Return how many NaN were left out of a sample. */
int64
trk_state_nan(const TrkState *settled)
{
	return trk_state_as(const SampleHead, settled)->nan;
}

/* How a quantile is computed. */
static double (*quantile_method(text *method)) (const TrkSample *, double)
{
	Size		len = VARSIZE_ANY_EXHDR(method);

	if (len == 4 && memcmp(VARDATA_ANY(method), "cont", 4) == 0)
		return trk_quantile_cont;
	if (len != 4 || memcmp(VARDATA_ANY(method), "disc", 4) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method of quantiles is \"cont\" or \"disc\"")));
	return trk_quantile_disc;
}

TRK_HIDE_CONTEXT_FUNCTION(at_quantile);
/* at_quantile(at_sample, q, method) returns float8 */
static Datum
at_quantile_body(PG_FUNCTION_ARGS)
{
	TrkSample	sample;
	double		q;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	sample = trk_state_sample(sample_settle(trk_state_arg(fcinfo, 0, &at_sample_type)));
	q = PG_GETARG_FLOAT8(1);
	trk_check_share(q, "q");
	if (sample.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(quantile_method(PG_GETARG_TEXT_PP(2)) (&sample, q));
}

TRK_HIDE_CONTEXT_FUNCTION(at_quantiles);
/* at_quantiles(float8[], q float8, method text) returns float8 */
static Datum
at_quantiles_body(PG_FUNCTION_ARGS)
{
	TrkSample	sample;
	double		q;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	sample = trk_state_sample(sample_of_array(PG_GETARG_ARRAYTYPE_P(0)));
	q = PG_GETARG_FLOAT8(1);
	trk_check_share(q, "q");
	if (sample.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(quantile_method(PG_GETARG_TEXT_PP(2)) (&sample, q));
}

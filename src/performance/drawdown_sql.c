/*
 * drawdown_sql.c
 *	  The type at_drawdown_state, and the SQL functions over drawdowns.
 *
 * A state depends on the order of the returns: its aggregates need an ORDER
 * BY, or merge segments in order.  Partial states of parallel workers cannot
 * be combined.
 */
#include "base/trk.h"

#include "performance/return_states.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

static const char *const drawdown_names[] = {"n", "ruined", "special", "wealth"};

/* Returns that a state can count: no sum of some of them overflows. */
#define MAX_RETURNS	(INT64CONST(1) << 53)

/* The number of words of a step. */
#define STEP_WORDS	((int) (sizeof(TrkStep) / sizeof(TrkWord)))

/* Initialize a state: wealth starts at one. */
static void
drawdown_init(TrkState *state)
{
	trk_state_as(TrkDrawdown, state)->wealth = 1;
}

/* Return the steps of a state; a state without returns has none. */
static TrkStep *
steps_of(const TrkState *state)
{
	return (TrkStep *) (void *) trk_state_rows(&at_drawdown_state_type, state);
}

/*
 * Check a state: highs and lows must be in order and within the periods; the
 * first high is one, and highs only rise.
 */
static bool
drawdown_check(const TrkState *state)
{
	const TrkDrawdown *drawdown = trk_state_as(const TrkDrawdown, state);
	const TrkStep *steps = steps_of(state);

	if (state->width != STEP_WORDS || drawdown->n < 0 || drawdown->n > MAX_RETURNS ||
		drawdown->ruined < 0 || drawdown->ruined > drawdown->n ||
		drawdown->special < 0 || drawdown->special > MAX_RETURNS)
		return false;
	if (state->n_rows == 0)
		return drawdown->n == 0 && drawdown->special == 0;
	if (steps[0].high_at != 0 || steps[0].high != 1)
		return false;
	for (int64 i = 0; i < state->n_rows; i++)
	{
		int64		end = i + 1 < state->n_rows ? steps[i + 1].high_at : drawdown->n + 1;

		if (steps[i].high_at > steps[i].low_at || steps[i].low_at >= end ||
			!(steps[i].low <= steps[i].high) ||
			(i > 0 && !(steps[i].high >= steps[i - 1].high)))
			return false;
	}
	return true;
}

const TrkStateType at_drawdown_state_type = {
	.agg = TRK_STATE_AGG("at_drawdown_state"), .version = 1, .ints = 3, .reals = 1, .width = STEP_WORDS,
	.names = drawdown_names, .rows = "highs", .kinds = "iirr", .init = drawdown_init,
	.check = drawdown_check
};

TRK_STATE_IO(at_drawdown_state)

/* Make space for more steps; the first time, the start. */
static TrkState *
make_room(TrkState *state, int64 more)
{
	state = trk_state_reserve(&at_drawdown_state_type, state, more + 1);
	if (state->n_rows == 0)
	{
		TrkDrawdown drawdown = *trk_state_as(TrkDrawdown, state);

		trk_drawdown_init(trk_state_as(TrkDrawdown, state), steps_of(state));
		*trk_state_as(TrkDrawdown, state) = drawdown;
		state->n_rows = 1;
	}
	return state;
}

/* Add one more return. */
static TrkState *
add_return(TrkState *state, double r)
{
	state = make_room(state, 1);
	state->n_rows = trk_drawdown_add(trk_state_as(TrkDrawdown, state), steps_of(state),
									 state->n_rows, r);
	return state;
}

PG_FUNCTION_INFO_V1(at_drawdown_state_add);
/* _at_drawdown_state_add(at_drawdown_state, ret) returns at_drawdown_state */
Datum
at_drawdown_state_add(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(add_return(trk_state_own(fcinfo, &at_drawdown_state_type),
								 PG_GETARG_FLOAT8(1)));
}

PG_FUNCTION_INFO_V1(at_drawdown_state_append);
/* _at_drawdown_state_append(at_drawdown_state, at_drawdown_state) returns at_drawdown_state: the second follows */
Datum
at_drawdown_state_append(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_drawdown_state_type);
	TrkState   *next = trk_state_arg(fcinfo, 1, &at_drawdown_state_type);

	state = make_room(state, next->n_rows);
	state->n_rows = trk_drawdown_append(trk_state_as(TrkDrawdown, state), steps_of(state),
										state->n_rows, trk_state_as(TrkDrawdown, next),
										steps_of(next), next->n_rows);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_drawdown_state_final);
/* _at_drawdown_state_final(at_drawdown_state) returns at_drawdown_state: without space for more */
Datum
at_drawdown_state_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_drawdown_state_type,
									   trk_state_arg(fcinfo, 0, &at_drawdown_state_type)));
}

/* Make the at_drawdown_state of n returns. */
TrkState *
trk_drawdown_of(const double *returns, int64 n)
{
	TrkState   *state = trk_state_new(&at_drawdown_state_type, STEP_WORDS, 0, 0);

	for (int64 i = 0; i < n; i++)
		state = add_return(state, returns[i]);
	return state;
}

PG_FUNCTION_INFO_V1(at_drawdown_state_of);
/* at_drawdown_state_of(float8[]) returns at_drawdown_state */
Datum
at_drawdown_state_of(PG_FUNCTION_ARGS)
{
	int64		n;
	double	   *returns = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &n);

	PG_RETURN_POINTER(trk_state_settle(&at_drawdown_state_type, trk_drawdown_of(returns, n)));
}

/* Return the episodes of a state, in order. */
static TrkEpisode *
list_episodes(const TrkState *state, int64 *n)
{
	const TrkDrawdown *drawdown = trk_state_as(const TrkDrawdown, state);
	TrkEpisode *list = MemoryContextAllocHuge(CurrentMemoryContext,
											  sizeof(TrkEpisode) * (state->n_rows + 1));

	*n = 0;
	if (trk_drawdown_is_defined(drawdown))
		for (int64 i = 0; i < state->n_rows; i++)
			*n += trk_drawdown_episode(drawdown, steps_of(state), state->n_rows, i, &list[*n]);
	return list;
}

/* Set the next columns to an index, and to its time if it is known. */
static void
put_index(TrkComposite *row, int64 index)
{
	trk_put_nullable(row, Int64GetDatum(index), index < 0);
}

static void
put_time(TrkComposite *row, int64 index, TrkTimes times)
{
	/* index 0 is before the first period */
	bool		known = times != NULL && index > 0;

	trk_put_nullable(row, known ? TimestampTzGetDatum(times[index - 1].i) : (Datum) 0,
					 !known);
}

/* Make a row of one episode. */
static Datum
episode_datum(const TrkEpisode *e, TupleDesc desc, TrkTimes times)
{
	TrkComposite row;

	trk_composite_begin_type(&row, desc);
	trk_put_figure(&row, e->depth);
	put_index(&row, e->peak);
	put_index(&row, e->trough);
	put_index(&row, e->recovery);
	trk_put_int(&row, e->underwater);
	trk_put_int(&row, e->trough - e->peak);
	put_index(&row, e->recovery < 0 ? -1 : e->recovery - e->trough);
	put_time(&row, e->peak, times);
	put_time(&row, e->trough, times);
	put_time(&row, e->recovery, times);
	return trk_composite_datum(&row);
}

/*
 * Return an array of the episodes in a state: all in order, or only the
 * deepest ones, deepest first.
 */
Datum
trk_episodes(const TrkState *drawdown, Oid array_type, int64 deepest, TrkTimes times)
{
	Oid			type = get_element_type(array_type);
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);
	int64		n;
	TrkEpisode *list = list_episodes(drawdown, &n);
	Datum	   *items;

	if (deepest > 0)
	{
		qsort(list, n, sizeof(TrkEpisode), trk_episode_cmp);
		n = Min(n, deepest);
	}
	if (n > (int64) (MaxAllocSize / sizeof(Datum) / 16))
		trk_state_too_large(&at_drawdown_state_type);
	items = palloc(sizeof(Datum) * (n + 1));
	for (int64 i = 0; i < n; i++)
		items[i] = episode_datum(&list[i], desc, times);
	ReleaseTupleDesc(desc);
	return PointerGetDatum(construct_array(items, (int) n, type, -1, false, TYPALIGN_DOUBLE));
}

/* Return the row of at_drawdown_figures for a state. */
Datum
trk_drawdown_datum(FunctionCallInfo fcinfo, const TrkState *state, int64 duplicates,
				   TrkTimes times)
{
	const TrkDrawdown *drawdown = trk_state_as(const TrkDrawdown, state);
	TrkComposite row;
	TrkDrawdowns d;

	trk_drawdown_summary(drawdown, steps_of(state), state->n_rows, &d);
	trk_composite_begin(&row, fcinfo);
	trk_put_figure(&row, d.max_drawdown);
	trk_put_int(&row, d.n_episodes);
	trk_put_figure(&row, d.current_drawdown);
	trk_put_figure(&row, d.time_underwater);
	trk_put_int(&row, d.longest);
	trk_put_figure(&row, d.average_depth);
	trk_put(&row, trk_episodes(state, trk_composite_next_type(&row), 3, times));
	trk_put_int(&row, drawdown->n);
	trk_put_int(&row, drawdown->special);
	trk_put_int(&row, duplicates);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_wealth);
/* at_wealth(at_drawdown_state) returns float8; final */
Datum
at_wealth(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_arg(fcinfo, 0, &at_drawdown_state_type);
	const TrkDrawdown *drawdown = trk_state_as(const TrkDrawdown, state);

	TRK_RETURN_FIGURE(trk_drawdown_is_defined(drawdown) ? drawdown->wealth : NAN);
}

PG_FUNCTION_INFO_V1(at_drawdown);
/* at_drawdown(at_drawdown_state) returns float8; final */
Datum
at_drawdown(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_arg(fcinfo, 0, &at_drawdown_state_type);
	const TrkDrawdown *drawdown = trk_state_as(const TrkDrawdown, state);

	TRK_RETURN_FIGURE(drawdown->n > 0 && trk_drawdown_is_defined(drawdown) ?
					  trk_drawdown_current(drawdown, &steps_of(state)[state->n_rows - 1]) : NAN);
}

PG_FUNCTION_INFO_V1(at_growth_add);
/* _at_growth_add(growth, start, ret) returns float8: NaN from a return below -1 on */
Datum
at_growth_add(PG_FUNCTION_ARGS)
{
	double		growth = !PG_ARGISNULL(0) ? PG_GETARG_FLOAT8(0) : !PG_ARGISNULL(1) ? PG_GETARG_FLOAT8(1) : 1;
	double		r = PG_ARGISNULL(2) ? NAN : PG_GETARG_FLOAT8(2);

	if (isfinite(r))
		growth = r < -1 ? NAN : growth * (1 + r);
	PG_RETURN_FLOAT8(growth);
}

PG_FUNCTION_INFO_V1(at_growth_final);
/* _at_growth_final(growth) returns float8; final */
Datum
at_growth_final(PG_FUNCTION_ARGS)
{
	TRK_RETURN_FIGURE(isfinite(PG_GETARG_FLOAT8(0)) ? PG_GETARG_FLOAT8(0) : NAN);
}

PG_FUNCTION_INFO_V1(at_max_drawdown_of_state);
/* at_max_drawdown(at_drawdown_state) returns float8 */
Datum
at_max_drawdown_of_state(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_arg(fcinfo, 0, &at_drawdown_state_type);
	TrkDrawdowns d;

	trk_drawdown_summary(trk_state_as(TrkDrawdown, state), steps_of(state), state->n_rows, &d);
	TRK_RETURN_FIGURE(d.max_drawdown);
}

PG_FUNCTION_INFO_V1(at_drawdown_summary);
/* at_drawdown_summary(at_drawdown_state) returns at_drawdown_figures */
Datum
at_drawdown_summary(PG_FUNCTION_ARGS)
{
	return trk_drawdown_datum(fcinfo, trk_state_arg(fcinfo, 0, &at_drawdown_state_type), 0, NULL);
}

PG_FUNCTION_INFO_V1(at_drawdown_summary_of);
/* at_drawdown_summary(float8[]) returns at_drawdown_figures */
Datum
at_drawdown_summary_of(PG_FUNCTION_ARGS)
{
	int64		n;
	double	   *returns = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &n);

	return trk_drawdown_datum(fcinfo, trk_drawdown_of(returns, n), 0, NULL);
}

PG_FUNCTION_INFO_V1(at_drawdown_episodes);
/* at_drawdown_episodes(at_drawdown_state) returns at_drawdown_episode[] */
Datum
at_drawdown_episodes(PG_FUNCTION_ARGS)
{
	return trk_episodes(trk_state_arg(fcinfo, 0, &at_drawdown_state_type),
						get_func_rettype(fcinfo->flinfo->fn_oid), 0, NULL);
}

PG_FUNCTION_INFO_V1(at_drawdown_episodes_of);
/* at_drawdown_episodes(float8[]) returns at_drawdown_episode[] */
Datum
at_drawdown_episodes_of(PG_FUNCTION_ARGS)
{
	int64		n;
	double	   *returns = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &n);

	return trk_episodes(trk_drawdown_of(returns, n), get_func_rettype(fcinfo->flinfo->fn_oid),
						0, NULL);
}

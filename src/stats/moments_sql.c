/*
 * moments_sql.c
 *	  The type at_moments, and the figures computed from it alone.
 *
 * While a state is collected, its rows are a buffer of values that are not in
 * the moments yet; they are added a block at a time.  Whoever reads a state
 * adds them first, and no stored state has any.
 */
#include "base/trk.h"

#include "stats/figures.h"

static const char *const moments_names[] = {
	"n", "nan", "pos_inf", "neg_inf", "mean", "mean_rest", "m2", "m3", "m4", "min", "max"
};

/*
 * Check a state: counts must be valid, and sums of even powers not negative.
 */
static bool
moments_check(const TrkState *state)
{
	const TrkMoments *m = trk_state_as(const TrkMoments, state);

	return m->n >= 0 && m->nan >= 0 && m->pos_inf >= 0 && m->neg_inf >= 0 &&
		!(m->m2 < 0) && !(m->m4 < 0) && (m->n == 0 || m->min <= m->max);
}

static TrkState *moments_settle(TrkState *state);

const TrkStateType at_moments_type = {
	.agg = TRK_STATE_AGG("at_moments"), .version = 1, .ints = 4, .reals = 7, .names = moments_names,
	.check = moments_check, .settle = moments_settle
};

TRK_STATE_IO(at_moments)

/* The size of the buffer. */
#define WAITING		64

/* Return the moments including the buffered values. */
TrkMoments
trk_state_moments(const TrkState *state)
{
	TrkMoments	m = *trk_state_as(const TrkMoments, state);

	if (state->n_rows > 0)
		trk_moments_add(&m, (const double *) trk_state_rows(&at_moments_type, state),
						state->n_rows);
	return m;
}

/*
 * Return a copy of the state whose buffered values are added to the moments.
 */
static TrkState *
moments_settle(TrkState *state)
{
	TrkState   *settled;

	if (state->n_rows == 0 && state->width == 0)
		return state;
	settled = trk_state_new(&at_moments_type, 0, state->n_args, 0);
	*trk_state_as(TrkMoments, settled) = trk_state_moments(state);
	memcpy(trk_state_args(&at_moments_type, settled), trk_state_args(&at_moments_type, state),
		   state->n_args * sizeof(TrkWord));
	return settled;
}

/*
 * Make space for a value: make the buffer, or add the buffered values to the
 * moments.
 */
static TrkState *
moments_room(TrkState *state)
{
	if (state->n_rows > 0)
	{
		*trk_state_as(TrkMoments, state) = trk_state_moments(state);
		state->n_rows = 0;
		return state;
	}
	state->width = 1;
	return trk_state_reserve(&at_moments_type, state, WAITING);
}

PG_FUNCTION_INFO_V1(at_moments_add);
/* _at_moments_add(at_moments, value, [periods, rate]) returns at_moments */
Datum
at_moments_add(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_moments_type);

	if (PG_NARGS() > 2)
		state = trk_state_set_args(fcinfo, 2, PG_NARGS() - 2, &at_moments_type, state);
	if (unlikely(state->n_rows % WAITING == 0))
		state = moments_room(state);
	trk_state_rows(&at_moments_type, state)[state->n_rows++].r = PG_GETARG_FLOAT8(1);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_moments_merge);
/* _at_moments_merge(at_moments, at_moments) returns at_moments */
Datum
at_moments_merge(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_moments_type);
	TrkState   *other = trk_state_arg(fcinfo, 1, &at_moments_type);
	TrkMoments	m = trk_state_moments(state);
	TrkMoments	others = trk_state_moments(other);

	state = trk_state_merge_args(&at_moments_type, state, other);
	state->n_rows = 0;
	trk_moments_merge(&m, &others);
	*trk_state_as(TrkMoments, state) = m;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(at_moments_final);
/* _at_moments_final(at_moments) returns at_moments: without values that wait */
Datum
at_moments_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(trk_state_settle(&at_moments_type,
									   trk_state_arg(fcinfo, 0, &at_moments_type)));
}

PG_FUNCTION_INFO_V1(at_moments_of);
/* at_moments_of(float8[]) returns at_moments */
Datum
at_moments_of(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_new(&at_moments_type, 0, 0, 0);
	int64		n;
	double	   *values = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &n);

	trk_moments_add(trk_state_as(TrkMoments, state), values, n);
	PG_RETURN_POINTER(state);
}

/* The moments in the first argument. */
#define MOMENTS(state) \
	TrkState   *state = trk_state_arg(fcinfo, 0, &at_moments_type); \
	const TrkMoments moments = trk_state_moments(state); \
	const TrkMoments *m = &moments

PG_FUNCTION_INFO_V1(at_describe);
/* at_describe(at_moments) returns at_moment_figures */
Datum
at_describe(PG_FUNCTION_ARGS)
{
	TrkComposite row;

	MOMENTS(state);

	trk_composite_begin(&row, fcinfo);
	trk_put_int(&row, m->n);
	trk_put_figure(&row, trk_mean(m));
	trk_put_figure(&row, m->n > 0 ? m->min : NAN);
	trk_put_figure(&row, m->n > 0 ? m->max : NAN);
	trk_put_figure(&row, trk_var_pop(m));
	trk_put_figure(&row, trk_var_samp(m));
	trk_put_figure(&row, trk_skew_pop(m));
	trk_put_figure(&row, trk_kurt_excess_pop(m));
	trk_put_figure(&row, trk_skew_samp(m));
	trk_put_figure(&row, trk_kurt_excess_samp(m));
	trk_put_int(&row, m->nan);
	trk_put_int(&row, m->pos_inf);
	trk_put_int(&row, m->neg_inf);
	return trk_composite_datum(&row);
}

/* Defines a function of the moments alone. */
#define MOMENT_FUNCTION(name, figure) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		MOMENTS(state); \
		TRK_RETURN_FIGURE(figure); \
	}

/* NAME(at_moments, ...) returns float8; these are final functions too */
MOMENT_FUNCTION(at_skewness_pop, trk_skew_pop(m))
MOMENT_FUNCTION(at_skewness_samp, trk_skew_samp(m))
MOMENT_FUNCTION(at_kurtosis_excess_pop, trk_kurt_excess_pop(m))
MOMENT_FUNCTION(at_kurtosis_excess_samp, trk_kurt_excess_samp(m))

/*
 * detector_sql.c
 *	  The types at_page_hinkley_state and at_cusum_state, and the functions
 *	  at_page_hinkley and at_cusum.
 *
 * Both states begin with the same members: a parameter, values since the last
 * alarm, values seen, values skipped.  The rows of a state are its alarms.  A
 * detector depends on the order of the values, so a state can be continued but
 * two states cannot be merged.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/arrays.h"
#include "base/composite.h"
#include "json/json_document.h"
#include "stats/detector.h"
#include "stats/state.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* The members with which both states begin. */
typedef struct DetectorHead
{
	int64		first_parameter;
	int64		n;
	int64		seen;
	int64		skipped;
} DetectorHead;

/* The differences between the detectors. */
typedef struct Detector
{
	const TrkStateType *type;
	int			parameters;		/* number of SQL parameters: the first is an integer, the others
								 * are float8 */
	int			(*step) (TrkState *state, double x);
} Detector;

/* The first members of a state. */
#define HEAD(state)	((DetectorHead *) (void *) (state)->words)

static const char *const page_hinkley_names[] = {"min_instances", "n", "seen", "skipped",
"delta", "threshold", "alpha", "mean", "up", "down"};

static const char *const cusum_names[] = {"warmup", "n", "seen", "skipped",
"slack", "threshold", "mean", "m2", "up", "down"};

/* Set the default parameters of at_page_hinkley. */
static void
page_hinkley_init(TrkState *state)
{
	TrkPageHinkley *d = (void *) state->words;

	d->min_instances = 30;
	d->delta = 0.005;
	d->threshold = 50;
	d->alpha = 1;
}

/* Set the default parameters of at_cusum. */
static void
cusum_init(TrkState *state)
{
	TrkCusum   *d = (void *) state->words;

	d->warmup = 30;
	d->slack = 0.5;
	d->threshold = 5;
}

/* Return whether the parameters are in range. */
static bool
page_hinkley_parameters(const TrkPageHinkley *d)
{
	return d->min_instances >= 1 && d->delta >= 0 && isfinite(d->delta) && d->threshold > 0 &&
		isfinite(d->threshold) && d->alpha > 0 && d->alpha <= 1;
}

/* Return whether the parameters of a CUSUM are in range. */
static bool
cusum_parameters(const TrkCusum *d)
{
	return d->warmup >= 2 && d->slack >= 0 && isfinite(d->slack) && d->threshold > 0 &&
		isfinite(d->threshold);
}

/*
 * Check what both states have in common: counts that are consistent, alarms in
 * order.
 */
static bool
head_check(const TrkState *state)
{
	const DetectorHead *head = HEAD(state);
	const TrkWord *alarm = state->words + 10;
	int64		last = -1;

	if (head->n < 0 || head->n > head->seen || head->skipped < 0 ||
		state->n_rows > head->seen || state->n_args != 0)
		return false;
	for (int64 i = 0; i < state->n_rows; i++, alarm += 2)
	{
		if (alarm[0].i <= last || alarm[0].i >= head->seen ||
			(alarm[1].i != 1 && alarm[1].i != -1))
			return false;
		last = alarm[0].i;
	}
	return true;
}

/* Return whether the number can be a sum that a detector computes. */
static bool
is_sum(double x)
{
	return x >= 0 && isfinite(x);
}

/* Check a state of the test of Page and Hinkley. */
static bool
page_hinkley_check(const TrkState *state)
{
	const TrkPageHinkley *d = (const void *) state->words;

	return page_hinkley_parameters(d) && fabs(d->mean) <= TRK_LARGEST_VALUE &&
		is_sum(d->up) && is_sum(d->down) && head_check(state);
}

/* Check a state of the CUSUM. */
static bool
cusum_check(const TrkState *state)
{
	const TrkCusum *d = (const void *) state->words;

	return cusum_parameters(d) && fabs(d->mean) <= TRK_LARGEST_VALUE && is_sum(d->m2) &&
		is_sum(d->up) && is_sum(d->down) && head_check(state);
}

static const TrkStateType at_page_hinkley_state_type = {
	.agg = TRK_STATE_AGG("at_page_hinkley_state"), .version = 1, .ints = 4, .reals = 6, .width = 2,
	.names = page_hinkley_names, .rows = "alarms", .kinds = "ii",
	.init = page_hinkley_init, .check = page_hinkley_check
};

static const TrkStateType at_cusum_state_type = {
	.agg = TRK_STATE_AGG("at_cusum_state"), .version = 1, .ints = 4, .reals = 6, .width = 2,
	.names = cusum_names, .rows = "alarms", .kinds = "ii",
	.init = cusum_init, .check = cusum_check
};

TRK_STATE_IO(at_page_hinkley_state)
TRK_STATE_IO(at_cusum_state)

/* Feed one more value to a state of the test of Page and Hinkley. */
static int
page_hinkley_step(TrkState *state, double x)
{
	return trk_page_hinkley((void *) state->words, x);
}

/* Feed one more value to a state of the CUSUM. */
static int
cusum_step(TrkState *state, double x)
{
	return trk_cusum((void *) state->words, x);
}

static const Detector page_hinkley = {&at_page_hinkley_state_type, 4, page_hinkley_step};
static const Detector cusum = {&at_cusum_state_type, 3, cusum_step};

/* Feed one more value to a state, and note an alarm. */
static TrkState *
push(TrkState *state, const Detector *d, double x)
{
	int			side = 0;

	if (fabs(x) <= TRK_LARGEST_VALUE)
		side = d->step(state, x);
	else
		HEAD(state)->skipped++;
	if (side != 0)
	{
		TrkWord    *alarm;

		state = trk_state_reserve(d->type, state, 1);
		alarm = trk_state_rows(d->type, state) + 2 * state->n_rows++;
		alarm[0].i = HEAD(state)->seen;
		alarm[1].i = side;
	}
	HEAD(state)->seen++;
	return state;
}

/* Feed the values of an array to a state; NULLs are only counted. */
static TrkState *
push_array(FunctionCallInfo fcinfo, int arg, TrkState *state, const Detector *d)
{
	int64		nulls;
	int64		n;
	double	   *values = trk_floats_argument(fcinfo, arg, &n, &nulls);

	HEAD(state)->skipped += nulls;
	for (int64 i = 0; i < n; i++)
	{
		state = push(state, d, values[i]);
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return state;
}

/* Make a new state with the parameters from an argument on. */
static TrkState *
new_state(FunctionCallInfo fcinfo, int arg, const Detector *d)
{
	TrkState   *state = trk_state_new(d->type, d->type->width, 0, 0);

	trk_refuse_null_args(fcinfo, arg, d->parameters);
	HEAD(state)->first_parameter = PG_GETARG_INT32(arg);
	for (int i = 1; i < d->parameters; i++)
		state->words[d->type->ints + i - 1].r = PG_GETARG_FLOAT8(arg + i);
	if (!d->type->check(state))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a parameter of the detector is out of range")));
	return state;
}

/* Raise an ERROR when the parameters are not those of the state. */
static void
check_parameters(const TrkState *state, const TrkState *wanted, const Detector *d)
{
	if (HEAD(state)->first_parameter != HEAD(wanted)->first_parameter ||
		memcmp(state->words + d->type->ints, wanted->words + d->type->ints,
			   sizeof(TrkWord) * (d->parameters - 1)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters of the detector must be the same for all rows")));
}

/* Return the result row of a detector. */
static Datum
detector_row(FunctionCallInfo fcinfo, const TrkState *state, const Detector *d)
{
	const TrkWord *alarm = trk_state_rows(d->type, state);
	int			last = trk_state_fixed_words(d->type) - 1;
	StringInfoData alarms;
	TrkComposite row;

	initStringInfo(&alarms);
	appendStringInfoChar(&alarms, '[');
	for (int64 i = 0; i < state->n_rows; i++, alarm += 2)
	{
		trk_doc_open(&alarms, NULL, '[');
		trk_doc_count(&alarms, NULL, alarm[0].i);
		trk_doc_text(&alarms, NULL, alarm[1].i > 0 ? "up" : "down");
		appendStringInfoChar(&alarms, ']');
	}
	appendStringInfoChar(&alarms, ']');
	trk_composite_begin(&row, fcinfo);
	trk_put(&row, trk_doc_jsonb(&alarms));
	trk_put_float(&row, state->words[last - 1].r);
	trk_put_float(&row, state->words[last].r);
	trk_put_int(&row, HEAD(state)->skipped);
	return trk_composite_datum(&row);
}

/* Run a detector over the array in the first argument. */
static Datum
detect(FunctionCallInfo fcinfo, const Detector *d)
{
	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	return detector_row(fcinfo, push_array(fcinfo, 0, new_state(fcinfo, 1, d), d), d);
}

/*
 * Transition function of an aggregate with parameters: the value, then the
 * parameters.
 */
static Datum
add(FunctionCallInfo fcinfo, const Detector *d)
{
	TrkState   *wanted = new_state(fcinfo, 2, d);
	TrkState   *state = PG_ARGISNULL(0) ? wanted : trk_state_own(fcinfo, d->type);

	check_parameters(state, wanted, d);
	if (PG_ARGISNULL(1))
		HEAD(state)->skipped++;
	else
		state = push(state, d, PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(state);
}

/*
 * Transition function of an aggregate without parameters, or feed a value to a
 * stored state.
 */
static Datum
push_value(FunctionCallInfo fcinfo, const Detector *d)
{
	TrkState   *state = PG_ARGISNULL(0) ? trk_state_new(d->type, d->type->width, 0, 0) :
	trk_state_own(fcinfo, d->type);

	if (PG_ARGISNULL(1))
		HEAD(state)->skipped++;
	else
		state = push(state, d, PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(state);
}

/* The SQL functions of a detector. */
#define DETECTOR_FUNCTIONS(detector) \
PG_FUNCTION_INFO_V1(at_##detector); \
Datum \
at_##detector(PG_FUNCTION_ARGS) \
{ \
	return detect(fcinfo, &detector); \
} \
PG_FUNCTION_INFO_V1(at_##detector##_state_of); \
Datum \
at_##detector##_state_of(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_POINTER(new_state(fcinfo, 0, &detector)); \
} \
PG_FUNCTION_INFO_V1(at_##detector##_add); \
Datum \
at_##detector##_add(PG_FUNCTION_ARGS) \
{ \
	return add(fcinfo, &detector); \
} \
PG_FUNCTION_INFO_V1(at_##detector##_push); \
Datum \
at_##detector##_push(PG_FUNCTION_ARGS) \
{ \
	return push_value(fcinfo, &detector); \
} \
PG_FUNCTION_INFO_V1(at_##detector##_push_array); \
Datum \
at_##detector##_push_array(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_POINTER(push_array(fcinfo, 1, trk_state_copy(fcinfo, &at_##detector##_state_type), \
								 &detector)); \
} \
PG_FUNCTION_INFO_V1(at_describe_##detector); \
Datum \
at_describe_##detector(PG_FUNCTION_ARGS) \
{ \
	return detector_row(fcinfo, trk_state_arg(fcinfo, 0, &at_##detector##_state_type), \
						&detector); \
}

DETECTOR_FUNCTIONS(page_hinkley)
DETECTOR_FUNCTIONS(cusum)

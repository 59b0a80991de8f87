/*
 * sample_test_sql.c
 *	  Comparisons of two states at_sample, and of two at_moments: at_ks_test,
 *	  at_mann_whitney, at_anderson_darling, at_cramer_von_mises,
 *	  at_wasserstein, at_welch, at_psi, at_quantile_shift, at_bin_edges.
 */
#include "base/trk.h"

#include "stats/arrays.h"
#include "stats/sample_compare_sql.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "stats/figures.h"
#include "utils/memutils.h"

/* Return how many values the rows of a sample stand for. */
static int64
count_values(const TrkSample *sample)
{
	int64		n = 0;

	for (int64 row = 0; row < sample->n_rows; row++)
	{
		int64		count = trk_sample_count(sample, row);

		if (count < 0 || count > TRK_MAX_SAMPLE - n)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("sample has too many values"),
					 errhint("A sketch or a histogram compares more.")));
		n += count;
	}
	return n;
}

/* Return the values of a sample argument, each as often as it occurs. */
static TrkValues
sample_argument(FunctionCallInfo fcinfo, int arg)
{
	TrkState   *state = trk_state_settle(&at_sample_type, trk_state_arg(fcinfo, arg, &at_sample_type));
	TrkSample	sample = trk_state_sample(state);
	TrkValues	values = {NULL, 0, trk_state_nan(state)};

	values.v = MemoryContextAllocHuge(CurrentMemoryContext,
									  sizeof(double) * Max(count_values(&sample), 1));
	for (int64 row = 0; row < sample.n_rows; row++)
	{
		double		x = trk_sample_value(&sample, row) + 0.0;

		for (int64 i = trk_sample_count(&sample, row); i > 0; i--)
			values.v[values.n++] = x;
		if ((row & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return values;
}

/* Run a test on two samples. */
static Datum
test_samples(FunctionCallInfo fcinfo, TrkSampleTest test)
{
	TrkValues	b;
	TrkValues	o;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	b = sample_argument(fcinfo, 0);
	o = sample_argument(fcinfo, 1);
	return test(fcinfo, &b, &o);
}

/* at_<test>(at_sample, at_sample, ...) */
#define SAMPLES_FUNCTION(test, row) \
TRK_HIDE_CONTEXT_FUNCTION(at_##test##_samples); \
static Datum \
at_##test##_samples_body(PG_FUNCTION_ARGS) \
{ \
	return test_samples(fcinfo, row); \
}

SAMPLES_FUNCTION(ks, trk_ks_row)
SAMPLES_FUNCTION(mann_whitney, trk_mann_whitney_row)
SAMPLES_FUNCTION(anderson_darling, trk_anderson_darling_row)
SAMPLES_FUNCTION(cramer_von_mises, trk_cramer_von_mises_row)
SAMPLES_FUNCTION(wasserstein, trk_wasserstein_row)
SAMPLES_FUNCTION(welch, trk_welch_row)
SAMPLES_FUNCTION(psi, trk_psi_values_row)

PG_FUNCTION_INFO_V1(at_quantile_shift_samples);
/* at_quantile_shift(at_sample, at_sample, q float8[]) returns setof at_quantile_shift_result */
Datum
at_quantile_shift_samples(PG_FUNCTION_ARGS)
{
	TrkValues	b;
	TrkValues	o;

	if (trk_has_null_data(fcinfo, 2))
		return trk_no_rows(fcinfo);
	b = sample_argument(fcinfo, 0);
	o = sample_argument(fcinfo, 1);
	trk_quantile_rows(fcinfo, &b, &o, 2);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(at_edges_sample);
/* at_bin_edges(at_sample, bins int) returns float8[] */
Datum
at_edges_sample(PG_FUNCTION_ARGS)
{
	TrkValues	values;
	int			bins;
	double	   *edges;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	values = sample_argument(fcinfo, 0);
	bins = trk_bins_argument(fcinfo, 1);
	edges = palloc(sizeof(double) * bins);
	return trk_float_array(edges, trk_quantile_edges(&values, bins, edges));
}

PG_FUNCTION_INFO_V1(at_welch_moments);
/* at_welch(baseline at_moments, observed at_moments) returns at_welch_result */
Datum
at_welch_moments(PG_FUNCTION_ARGS)
{
	TrkState   *b = trk_state_arg(fcinfo, 0, &at_moments_type);
	TrkState   *o = trk_state_arg(fcinfo, 1, &at_moments_type);

	return trk_welch_moments_row(fcinfo, trk_state_as(TrkMoments, b), trk_state_as(TrkMoments, o));
}

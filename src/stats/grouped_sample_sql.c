/*
 * grouped_sample_sql.c
 *	  The SQL type at_grouped_sample, and the aggregates that compare samples:
 *	  at_anderson_darling, at_ks_test, at_mann_whitney, at_cramer_von_mises,
 *	  at_wasserstein, at_welch, at_psi.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/sample_compare_sql.h"
#include "stats/grouped_sample.h"
#include "libpq/pqformat.h"
#include "stats/state_text.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(at_grouped_sample_out);
/* _at_grouped_sample_out(at_grouped_sample) returns cstring */
Datum
at_grouped_sample_out(PG_FUNCTION_ARGS)
{
	TrkGroupedSample *grouped = trk_agg_arg(fcinfo, 0, &trk_grouped_sample_type);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_GROUPED_SAMPLE_FORMAT);
	trk_doc_count(&out, "nan", grouped->nan);
	trk_doc_open(&out, "samples", '[');
	for (int g = 0; g < grouped->n; g++)
	{
		TrkValues	values = trk_grouped_sample_values(grouped, grouped->groups[g].label);

		trk_doc_open(&out, NULL, '[');
		trk_doc_count(&out, NULL, grouped->groups[g].label);
		for (int64 i = 0; i < values.n; i++)
			trk_doc_float(&out, NULL, values.v[i]);
		appendStringInfoChar(&out, ']');
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* Read one sample of the text: its label, then the values. */
static bool
read_sample(const TrkValue *sample, TrkGroupedSample *grouped)
{
	int64		label;

	if (sample->kind != TRK_ARRAY || sample->len == 0 ||
		!trk_state_whole(&sample->u.items[0], PG_INT32_MIN, PG_INT32_MAX, &label))
		return false;
	trk_grouped_sample_add(grouped, (int32) label, NULL, 0);
	for (uint32 i = 1; i < sample->len; i++)
	{
		double		x;

		if (!trk_state_double(&sample->u.items[i], &x))
			return false;
		trk_grouped_sample_add(grouped, (int32) label, &x, 1);
	}
	return true;
}

/* Read the whole text. */
static bool
read_grouped(const char *s, TrkGroupedSample *grouped)
{
	TrkValue	root;
	const TrkValue *samples;

	if (!trk_state_read(s, 3, &root) || !trk_state_format(&root, TRK_GROUPED_SAMPLE_FORMAT) ||
		!trk_state_whole(trk_state_member(&root, "nan", TRK_NUMBER), 0, TRK_MAX_TOTAL_NAN,
						 &grouped->nan) ||
		(samples = trk_state_member(&root, "samples", TRK_ARRAY)) == NULL)
		return false;
	for (uint32 i = 0; i < samples->len; i++)
		if (!read_sample(&samples->u.items[i], grouped))
			return false;
	return true;
}

PG_FUNCTION_INFO_V1(at_grouped_sample_in);
/* _at_grouped_sample_in(cstring) returns at_grouped_sample */
Datum
at_grouped_sample_in(PG_FUNCTION_ARGS)
{
	TrkGroupedSample *grouped = trk_agg_new(&trk_grouped_sample_type, CurrentMemoryContext);

	if (!read_grouped(PG_GETARG_CSTRING(0), grouped))
		trk_state_bad_text(fcinfo, "at_grouped_sample");
	PG_RETURN_DATUM(trk_agg_datum(grouped));
}

PG_FUNCTION_INFO_V1(at_grouped_sample_send);
/*
 * _at_grouped_sample_send(at_grouped_sample) returns bytea: format, number of
 * NaN and of samples; each sample's label, size and values
 */
Datum
at_grouped_sample_send(PG_FUNCTION_ARGS)
{
	TrkGroupedSample *grouped = trk_agg_arg(fcinfo, 0, &trk_grouped_sample_type);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, TRK_GROUPED_SAMPLE_FORMAT);
	pq_sendint64(&buf, grouped->nan);
	pq_sendint32(&buf, grouped->n);
	for (int g = 0; g < grouped->n; g++)
	{
		TrkValues	values = trk_grouped_sample_values(grouped, grouped->groups[g].label);

		pq_sendint32(&buf, grouped->groups[g].label);
		pq_sendint64(&buf, values.n);
		for (int64 i = 0; i < values.n; i++)
			pq_sendfloat8(&buf, values.v[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(at_grouped_sample_recv);
/* _at_grouped_sample_recv(internal) returns at_grouped_sample */
Datum
at_grouped_sample_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TrkGroupedSample *grouped = trk_agg_new(&trk_grouped_sample_type, CurrentMemoryContext);
	int			samples;

	if (pq_getmsgbyte(buf) != TRK_GROUPED_SAMPLE_FORMAT)
		trk_state_bad_binary("at_grouped_sample");
	grouped->nan = pq_getmsgint64(buf);
	samples = pq_getmsgint(buf, 4);
	if (grouped->nan < 0 || grouped->nan > TRK_MAX_TOTAL_NAN || samples < 0)
		trk_state_bad_binary("at_grouped_sample");
	for (int g = 0; g < samples; g++)
	{
		int32		label = (int32) pq_getmsgint(buf, 4);
		int64		n = pq_getmsgint64(buf);

		if (n < 0 || n > (buf->len - buf->cursor) / 8 ||
			(g > 0 && label <= grouped->groups[grouped->n - 1].label))
			trk_state_bad_binary("at_grouped_sample");
		trk_grouped_sample_add(grouped, label, NULL, 0);
		for (int64 i = 0; i < n; i++)
		{
			double		x = pq_getmsgfloat8(buf);

			if (isnan(x))
				trk_state_bad_binary("at_grouped_sample");
			trk_grouped_sample_add(grouped, label, &x, 1);
		}
	}
	PG_RETURN_DATUM(trk_agg_datum(grouped));
}

/* Add a row: a value and its label.  A row with a NULL is left out. */
static Datum
add_row(FunctionCallInfo fcinfo, bool by_side)
{
	TrkGroupedSample *grouped = trk_agg_own(fcinfo, &trk_grouped_sample_type);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		trk_grouped_sample_add_one(grouped, by_side ? (int32) PG_GETARG_BOOL(2) : PG_GETARG_INT32(2),
								   PG_GETARG_FLOAT8(1));
	return trk_agg_datum(grouped);
}

PG_FUNCTION_INFO_V1(at_grouped_sample_add);
/* _at_grouped_sample_add(at_grouped_sample, float8, int) returns at_grouped_sample */
Datum
at_grouped_sample_add(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, false);
}

PG_FUNCTION_INFO_V1(at_grouped_sample_add_side);
/* _at_grouped_sample_add(at_grouped_sample, float8, boolean) returns at_grouped_sample */
Datum
at_grouped_sample_add_side(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, true);
}

/* _at_grouped_sample_merge(at_grouped_sample, at_grouped_sample) returns at_grouped_sample */
TRK_AGG_MERGE_FUNCTION(at_grouped_sample_merge, &trk_grouped_sample_type)

PG_FUNCTION_INFO_V1(at_anderson_darling);
/* at_anderson_darling(at_grouped_sample) returns at_anderson_darling_result */
Datum
at_anderson_darling(PG_FUNCTION_ARGS)
{
	TrkGroupedSample *grouped = trk_agg_arg(fcinfo, 0, &trk_grouped_sample_type);
	TrkValues  *samples = palloc(sizeof(TrkValues) * Max(grouped->n, 1));

	for (int g = 0; g < grouped->n; g++)
		samples[g] = trk_grouped_sample_values(grouped, grouped->groups[g].label);
	return trk_samples_row(fcinfo, samples, grouped->n, grouped->nan);
}

/* Run a test of two samples on the two sides of a state. */
static Datum
test_sides(FunctionCallInfo fcinfo, TrkSampleTest test)
{
	TrkGroupedSample *grouped = trk_agg_arg(fcinfo, 0, &trk_grouped_sample_type);
	TrkValues	b = trk_grouped_sample_values(grouped, 0);
	TrkValues	o = trk_grouped_sample_values(grouped, 1);

	o.nan = 0;
	return test(fcinfo, &b, &o);
}

/* at_<test>(at_grouped_sample): sample 0 is the baseline, sample 1 observed. */
#define SIDES_FUNCTION(test) \
PG_FUNCTION_INFO_V1(at_##test##_sides); \
Datum \
at_##test##_sides(PG_FUNCTION_ARGS) \
{ \
	return test_sides(fcinfo, trk_##test##_row); \
}

SIDES_FUNCTION(ks)
SIDES_FUNCTION(mann_whitney)
SIDES_FUNCTION(cramer_von_mises)
SIDES_FUNCTION(wasserstein)
SIDES_FUNCTION(welch)

PG_FUNCTION_INFO_V1(at_psi_sides);
/* at_psi(at_grouped_sample) returns at_psi_result */
Datum
at_psi_sides(PG_FUNCTION_ARGS)
{
	return test_sides(fcinfo, trk_psi_values_row);
}

PG_FUNCTION_INFO_V1(at_quantile_shift_sides);
/* at_quantile_shift(at_grouped_sample, q float8[]) returns setof at_quantile_shift_result */
Datum
at_quantile_shift_sides(PG_FUNCTION_ARGS)
{
	TrkGroupedSample *grouped;
	TrkValues	b;
	TrkValues	o;

	if (trk_has_null_data(fcinfo, 1))
		return trk_no_rows(fcinfo);
	grouped = trk_agg_arg(fcinfo, 0, &trk_grouped_sample_type);
	b = trk_grouped_sample_values(grouped, 0);
	o = trk_grouped_sample_values(grouped, 1);
	trk_quantile_rows(fcinfo, &b, &o, 1);
	return (Datum) 0;
}

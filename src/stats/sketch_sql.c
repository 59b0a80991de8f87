/*
 * sketch_sql.c
 *	  The SQL type at_sketch: input and output, transitions, quantiles, the
 *	  bounds of a Kolmogorov-Smirnov test.
 *
 * The text is a JSON object: {"v":1,"nan":0,"min":1,"max":2,"buckets":[[b,n],...]}.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/sketch.h"

#include "stats/arrays.h"
#include "stats/sample_compare_sql.h"
#include "libpq/pqformat.h"
#include "stats/state_text.h"

PG_FUNCTION_INFO_V1(at_sketch_out);
/* _at_sketch_out(at_sketch) returns cstring */
Datum
at_sketch_out(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_SKETCH_FORMAT);
	trk_doc_count(&out, "nan", sketch->nan);
	trk_doc_float(&out, "min", sketch->min);
	trk_doc_float(&out, "max", sketch->max);
	trk_doc_open(&out, "buckets", '[');
	for (int i = 0; i < sketch->width; i++)
		if (sketch->counts[i] > 0)
		{
			trk_doc_open(&out, NULL, '[');
			trk_doc_count(&out, NULL, sketch->low + i);
			trk_doc_count(&out, NULL, sketch->counts[i]);
			appendStringInfoChar(&out, ']');
		}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* Add one bucket of a text or message, which must come after the last one. */
static bool
take_bucket(TrkSketch *sketch, int64 bucket, int64 count, int64 *last)
{
	if (bucket <= *last || bucket > TRK_SKETCH_LAST || count <= 0)
		return false;
	*last = bucket;
	trk_sketch_add_bucket(sketch, (int) bucket, count);
	return true;
}

/* Read the whole text. */
static bool
read_sketch(const char *s, TrkSketch *sketch)
{
	int64		last = -TRK_SKETCH_LAST - 1;
	TrkValue	root;
	const TrkValue *buckets;
	const TrkMember *min;
	const TrkMember *max;

	if (!trk_state_read(s, 5, &root) || !trk_state_format(&root, TRK_SKETCH_FORMAT) ||
		!trk_state_count(trk_state_member(&root, "nan", TRK_NUMBER), &sketch->nan) ||
		(min = trk_json_member(&root, "min")) == NULL ||
		(max = trk_json_member(&root, "max")) == NULL ||
		(buckets = trk_state_member(&root, "buckets", TRK_ARRAY)) == NULL)
		return false;
	for (uint32 i = 0; i < buckets->len; i++)
	{
		const TrkValue *pair = &buckets->u.items[i];
		int64		bucket;
		int64		count;

		if (pair->kind != TRK_ARRAY || pair->len != 2 ||
			!trk_state_whole(&pair->u.items[0], -TRK_SKETCH_LAST, TRK_SKETCH_LAST, &bucket) ||
			!trk_state_count(&pair->u.items[1], &count) ||
			!take_bucket(sketch, bucket, count, &last))
			return false;
	}
	return trk_state_double(&min->value, &sketch->min) &&
		trk_state_double(&max->value, &sketch->max) && trk_sketch_check(sketch);
}

PG_FUNCTION_INFO_V1(at_sketch_in);
/* _at_sketch_in(cstring) returns at_sketch */
Datum
at_sketch_in(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_new(&trk_sketch_type, CurrentMemoryContext);

	if (!read_sketch(PG_GETARG_CSTRING(0), sketch))
		trk_state_bad_text(fcinfo, "at_sketch");
	PG_RETURN_DATUM(trk_agg_datum(sketch));
}

PG_FUNCTION_INFO_V1(at_sketch_send);
/* _at_sketch_send(at_sketch) returns bytea: format, NaN, min, max, number of buckets, buckets */
Datum
at_sketch_send(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	int			n = 0;
	StringInfoData buf;

	for (int i = 0; i < sketch->width; i++)
		n += sketch->counts[i] > 0;
	pq_begintypsend(&buf);
	pq_sendbyte(&buf, TRK_SKETCH_FORMAT);
	pq_sendint64(&buf, sketch->nan);
	pq_sendfloat8(&buf, sketch->min);
	pq_sendfloat8(&buf, sketch->max);
	pq_sendint32(&buf, n);
	for (int i = 0; i < sketch->width; i++)
		if (sketch->counts[i] > 0)
		{
			pq_sendint32(&buf, sketch->low + i);
			pq_sendint64(&buf, sketch->counts[i]);
		}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(at_sketch_recv);
/* _at_sketch_recv(internal) returns at_sketch */
Datum
at_sketch_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TrkSketch  *sketch = trk_agg_new(&trk_sketch_type, CurrentMemoryContext);
	int64		last = -TRK_SKETCH_LAST - 1;
	double		min;
	double		max;
	int			n;

	if (pq_getmsgbyte(buf) != TRK_SKETCH_FORMAT)
		trk_state_bad_binary("at_sketch");
	sketch->nan = pq_getmsgint64(buf);
	min = pq_getmsgfloat8(buf);
	max = pq_getmsgfloat8(buf);
	n = (int) pq_getmsgint(buf, 4);
	for (int i = 0; i < n; i++)
	{
		int32		bucket = (int32) pq_getmsgint(buf, 4);

		if (!take_bucket(sketch, bucket, pq_getmsgint64(buf), &last))
			trk_state_bad_binary("at_sketch");
	}
	sketch->min = min;
	sketch->max = max;
	if (n < 0 || !trk_sketch_check(sketch))
		trk_state_bad_binary("at_sketch");
	PG_RETURN_DATUM(trk_agg_datum(sketch));
}

PG_FUNCTION_INFO_V1(at_sketch_add);
/* _at_sketch_add(at_sketch, value float8) returns at_sketch */
Datum
at_sketch_add(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_own(fcinfo, &trk_sketch_type);

	if (!PG_ARGISNULL(1))
		trk_sketch_add(sketch, PG_GETARG_FLOAT8(1));
	PG_RETURN_DATUM(trk_agg_datum(sketch));
}

/* _at_sketch_merge(at_sketch, at_sketch) returns at_sketch */
TRK_AGG_MERGE_FUNCTION(at_sketch_merge, &trk_sketch_type)

PG_FUNCTION_INFO_V1(at_sketch_of);
/* at_sketch_of(values float8[]) returns at_sketch */
Datum
at_sketch_of(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_new(&trk_sketch_type, CurrentMemoryContext);
	int64		n;
	int64		nulls;
	double	   *values = trk_floats_argument(fcinfo, 0, &n, &nulls);

	for (int64 i = 0; i < n; i++)
		trk_sketch_add(sketch, values[i]);
	PG_RETURN_DATUM(trk_agg_datum(sketch));
}

PG_FUNCTION_INFO_V1(at_quantiles_sketch);
/* at_quantiles(sketch at_sketch, q float8[]) returns float8[]; null of no values */
Datum
at_quantiles_sketch(PG_FUNCTION_ARGS)
{
	TrkSketch  *sketch = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	int64		n;
	double	   *q = trk_quantiles_argument(fcinfo, 1, &n);

	for (int64 i = 0; i < n; i++)
		q[i] = trk_sketch_quantile(sketch, q[i]);
	if (sketch->n == 0)
		PG_RETURN_NULL();
	return trk_float_array(q, (int) n);
}

PG_FUNCTION_INFO_V1(at_describe_sketch);
/* at_describe(sketch at_sketch) returns at_sketch_result */
Datum
at_describe_sketch(PG_FUNCTION_ARGS)
{
	static const double shares[] = {0.5, 0.9, 0.95, 0.99};
	TrkSketch  *sketch = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	TrkComposite row;

	trk_composite_begin(&row, fcinfo);
	trk_put_int(&row, sketch->n);
	trk_put_int(&row, sketch->nan);
	trk_put_float(&row, sketch->n > 0 ? sketch->min : NAN);
	for (int i = 0; i < lengthof(shares); i++)
		trk_put_float(&row, trk_sketch_quantile(sketch, shares[i]));
	trk_put_float(&row, sketch->n > 0 ? sketch->max : NAN);
	PG_RETURN_DATUM(trk_composite_datum(&row));
}

/*
 * Return a quantile and its bounds, which are widened by the width of their
 * buckets.
 */
static void
quantile_of(const TrkSketch *sketch, double q, double *quantile, double *low, double *high)
{
	int64		first;
	int64		last;

	trk_quantile_ranks(sketch->n, q, &first, &last);
	*quantile = trk_sketch_quantile(sketch, q);
	*low = *high = NAN;
	if (first > 0)
	{
		*low = trk_sketch_value(sketch, (double) first);
		*low = Max(sketch->min, *low - fabs(*low) * TRK_SKETCH_ERROR);
	}
	if (last <= sketch->n)
	{
		*high = trk_sketch_value(sketch, (double) last);
		*high = Min(sketch->max, *high + fabs(*high) * TRK_SKETCH_ERROR);
	}
}

PG_FUNCTION_INFO_V1(at_quantile_shift_sketch);
/*
 * at_quantile_shift(baseline at_sketch, observed at_sketch, q float8[])
 * returns setof at_quantile_shift_result
 */
Datum
at_quantile_shift_sketch(PG_FUNCTION_ARGS)
{
	TrkSketch  *b;
	TrkSketch  *o;
	int64		n;
	double	   *q;

	if (trk_has_null_data(fcinfo, 2))
		return trk_no_rows(fcinfo);
	b = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	o = trk_agg_arg(fcinfo, 1, &trk_sketch_type);
	q = trk_quantiles_argument(fcinfo, 2, &n);
	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < n; i++)
	{
		TrkQuantileShift s;

		quantile_of(b, q[i], &s.baseline, &s.baseline_lo, &s.baseline_hi);
		quantile_of(o, q[i], &s.observed, &s.observed_lo, &s.observed_hi);
		trk_quantile_compare(&s);
		trk_quantile_row(fcinfo, q[i], &s);
	}
	return (Datum) 0;
}

/* Return the share of values in a bucket. */
static double
bucket_share(const TrkSketch *sketch, int bucket)
{
	if (bucket < sketch->low || bucket - sketch->low >= sketch->width)
		return 0;
	return (double) sketch->counts[bucket - sketch->low] / (double) sketch->n;
}

/*
 * Return the least and the greatest value that the Kolmogorov-Smirnov
 * statistic can have, given the buckets.
 */
static void
ks_bounds(const TrkSketch *b, const TrkSketch *o, double *least, double *most)
{
	int			low = Min(b->low, o->low);
	int			high = Max(b->low + b->width, o->low + o->width);
	double		off = 0;

	*least = *most = 0;
	for (int bucket = low; bucket < high; bucket++)
	{
		double		pb = bucket_share(b, bucket);
		double		po = bucket_share(o, bucket);

		/*
		 * within a bucket, all values of one side may precede those of the other
		 */
		*most = Max(*most, Max(off + pb, po - off));
		off += pb - po;
		*least = Max(*least, fabs(off));
	}
	*most = Min(*most, 1);
}

PG_FUNCTION_INFO_V1(at_ks_sketch);
/* at_ks_test(baseline at_sketch, observed at_sketch) returns at_ks_bounds_result */
Datum
at_ks_sketch(PG_FUNCTION_ARGS)
{
	TrkSketch  *b = trk_agg_arg(fcinfo, 0, &trk_sketch_type);
	TrkSketch  *o = trk_agg_arg(fcinfo, 1, &trk_sketch_type);
	double		n = (double) b->n;
	double		m = (double) o->n;
	double		least = NAN;
	double		most = NAN;
	double		scale = sqrt(n * (m / (n + m)));
	TrkComposite row;

	if (b->n > 0 && o->n > 0)
		ks_bounds(b, o, &least, &most);
	trk_composite_begin(&row, fcinfo);
	trk_put_float(&row, least);
	trk_put_float(&row, most);
	trk_put_float(&row, trk_kolmogorov_sf(scale * most).p);
	trk_put_float(&row, trk_kolmogorov_sf(scale * least).p);
	trk_put_int(&row, b->n);
	trk_put_int(&row, o->n);
	trk_put_int(&row, b->nan + o->nan);
	PG_RETURN_DATUM(trk_composite_datum(&row));
}

/*
 * histogram_sql.c
 *	  The SQL type at_histogram: input and output, transitions, the population
 *	  stability index of two.
 *
 * The text is a JSON object: {"v":1,"nan":0,"edges":[1,2],"counts":[3,4,5]}.
 */
#include "base/trk.h"

#include "base/null_args.h"
#include "stats/histogram.h"

#include "stats/arrays.h"
#include "stats/category_test_sql.h"
#include "libpq/pqformat.h"
#include "base/hide_context.h"
#include "stats/state_text.h"
#include "stats/two_samples.h"

/* Return a histogram argument for reading. */
static TrkHistogram *
histogram_argument(FunctionCallInfo fcinfo, int arg)
{
	return trk_agg_flat(PG_GETARG_DATUM(arg), &trk_histogram_type);
}

PG_FUNCTION_INFO_V1(at_histogram_out);
/* _at_histogram_out(at_histogram) returns cstring */
Datum
at_histogram_out(PG_FUNCTION_ARGS)
{
	TrkHistogram *h = histogram_argument(fcinfo, 0);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_HISTOGRAM_FORMAT);
	trk_doc_count(&out, "nan", h->nan);
	trk_doc_open(&out, "edges", '[');
	for (int i = 0; i < h->n_edges; i++)
		trk_doc_float(&out, NULL, h->edges[i]);
	appendStringInfoChar(&out, ']');
	trk_doc_open(&out, "counts", '[');
	for (int i = 0; i <= h->n_edges; i++)
		trk_doc_count(&out, NULL, trk_histogram_counts(h)[i]);
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* Read the whole text; return NULL when it is not valid. */
static TrkHistogram *
read_histogram(const char *s)
{
	TrkValue	root;
	const TrkValue *edges;
	const TrkValue *counts;
	TrkHistogram *h;

	if (!trk_state_read(s, 4, &root) || !trk_state_format(&root, TRK_HISTOGRAM_FORMAT) ||
		(edges = trk_state_member(&root, "edges", TRK_ARRAY)) == NULL ||
		(counts = trk_state_member(&root, "counts", TRK_ARRAY)) == NULL ||
		edges->len > TRK_HISTOGRAM_EDGES || counts->len != edges->len + 1)
		return NULL;
	h = palloc0(trk_histogram_size((int) edges->len));
	SET_VARSIZE(h, trk_histogram_size((int) edges->len));
	h->format = TRK_HISTOGRAM_FORMAT;
	h->n_edges = (int16) edges->len;
	if (!trk_state_count(trk_state_member(&root, "nan", TRK_NUMBER), &h->nan))
		return NULL;
	for (uint32 i = 0; i < edges->len; i++)
		if (!trk_state_double(&edges->u.items[i], &h->edges[i]))
			return NULL;
	for (uint32 i = 0; i < counts->len; i++)
		if (!trk_state_count(&counts->u.items[i], &trk_histogram_counts(h)[i]))
			return NULL;
	return trk_histogram_check(h) ? h : NULL;
}

PG_FUNCTION_INFO_V1(at_histogram_in);
/* _at_histogram_in(cstring) returns at_histogram */
Datum
at_histogram_in(PG_FUNCTION_ARGS)
{
	TrkHistogram *h = read_histogram(PG_GETARG_CSTRING(0));

	if (h == NULL)
		trk_state_bad_text(fcinfo, "at_histogram");
	PG_RETURN_POINTER(h);
}

PG_FUNCTION_INFO_V1(at_histogram_send);
/* _at_histogram_send(at_histogram) returns bytea: format, edges, NaN, edges, counts */
Datum
at_histogram_send(PG_FUNCTION_ARGS)
{
	TrkHistogram *h = histogram_argument(fcinfo, 0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, TRK_HISTOGRAM_FORMAT);
	pq_sendint32(&buf, h->n_edges);
	pq_sendint64(&buf, h->nan);
	for (int i = 0; i < h->n_edges; i++)
		pq_sendfloat8(&buf, h->edges[i]);
	for (int i = 0; i <= h->n_edges; i++)
		pq_sendint64(&buf, trk_histogram_counts(h)[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(at_histogram_recv);
/* _at_histogram_recv(internal) returns at_histogram */
Datum
at_histogram_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TrkHistogram *h;
	int			n;

	if (pq_getmsgbyte(buf) != TRK_HISTOGRAM_FORMAT)
		trk_state_bad_binary("at_histogram");
	n = (int) pq_getmsgint(buf, 4);
	if (n < 0 || n > TRK_HISTOGRAM_EDGES)
		trk_state_bad_binary("at_histogram");
	h = palloc0(trk_histogram_size(n));
	SET_VARSIZE(h, trk_histogram_size(n));
	h->format = TRK_HISTOGRAM_FORMAT;
	h->n_edges = (int16) n;
	h->nan = pq_getmsgint64(buf);
	for (int i = 0; i < n; i++)
		h->edges[i] = pq_getmsgfloat8(buf);
	for (int i = 0; i <= n; i++)
		trk_histogram_counts(h)[i] = pq_getmsgint64(buf);
	if (!trk_histogram_check(h))
		trk_state_bad_binary("at_histogram");
	PG_RETURN_POINTER(h);
}

/* Return the first argument for writing, or NULL. */
static TrkHistogram *
state_argument(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? NULL : trk_agg_flat_own(fcinfo, &trk_histogram_type);
}

PG_FUNCTION_INFO_V1(at_histogram_add);
/* _at_histogram_add(at_histogram, value float8, edges float8[]) returns at_histogram */
Datum
at_histogram_add(PG_FUNCTION_ARGS)
{
	TrkHistogram *h = state_argument(fcinfo);

	if (h == NULL)
	{
		int64		n;
		double	   *edges;

		if (PG_ARGISNULL(2))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("edges must not be null")));
		edges = trk_floats_argument(fcinfo, 2, &n, NULL);
		h = trk_histogram_new(edges, n);
	}
	if (!PG_ARGISNULL(1))
		trk_histogram_add(h, PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(h);
}

PG_FUNCTION_INFO_V1(at_histogram_merge);
/* _at_histogram_merge(at_histogram, at_histogram) returns at_histogram */
Datum
at_histogram_merge(PG_FUNCTION_ARGS)
{
	TrkHistogram *h = state_argument(fcinfo);
	TrkHistogram *other;

	if (PG_ARGISNULL(1))
	{
		if (h == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(h);
	}
	other = histogram_argument(fcinfo, 1);
	if (h == NULL)
		h = trk_histogram_new(other->edges, other->n_edges);
	trk_histogram_merge(h, other);
	PG_RETURN_POINTER(h);
}

PG_FUNCTION_INFO_V1(at_histogram_of);
/* at_histogram_of(values float8[], edges float8[]) returns at_histogram */
Datum
at_histogram_of(PG_FUNCTION_ARGS)
{
	int64		n;
	int64		n_edges;
	int64		nulls;
	double	   *values = trk_floats_argument(fcinfo, 0, &n, &nulls);
	double	   *edges = trk_floats_argument(fcinfo, 1, &n_edges, NULL);
	TrkHistogram *h = trk_histogram_new(edges, n_edges);

	for (int64 i = 0; i < n; i++)
		trk_histogram_add(h, values[i]);
	PG_RETURN_POINTER(h);
}

PG_FUNCTION_INFO_V1(at_bin_edges);
/* at_bin_edges(values float8[], bins int) returns float8[]: quantiles, equal ones merged */
Datum
at_bin_edges(PG_FUNCTION_ARGS)
{
	int			bins;
	int64		n;
	int64		nulls;
	double	   *v;
	double	   *edges;
	TrkValues	values;

	if (trk_has_null_data(fcinfo, 1))
		PG_RETURN_NULL();
	bins = PG_GETARG_INT32(1);
	v = trk_floats_argument(fcinfo, 0, &n, &nulls);
	if (bins < 2 || bins > TRK_HISTOGRAM_EDGES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins must be from 2 to %d", TRK_HISTOGRAM_EDGES)));
	trk_values_init(&values, v, n, CurrentMemoryContext);
	edges = palloc(sizeof(double) * bins);
	return trk_float_array(edges, trk_quantile_edges(&values, bins, edges));
}

/* Set up a table of two histograms with the same edges. */
static void
table_arguments(FunctionCallInfo fcinfo, TrkTable *table)
{
	TrkHistogram *b = histogram_argument(fcinfo, 0);
	TrkHistogram *o = histogram_argument(fcinfo, 1);

	trk_histogram_match(b, o);
	trk_table_of(table, trk_histogram_counts(b), trk_histogram_counts(o), b->n_edges + 1);
}

PG_FUNCTION_INFO_V1(at_divergence_histograms);
/* at_divergence(baseline at_histogram, observed at_histogram) returns at_divergence_result */
Datum
at_divergence_histograms(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	table_arguments(fcinfo, &table);
	return trk_divergence_row(fcinfo, &table);
}

TRK_HIDE_CONTEXT_FUNCTION(at_chi2_histograms);
/* at_chi2(baseline at_histogram, observed at_histogram) returns at_chi2_result */
static Datum
at_chi2_histograms_body(PG_FUNCTION_ARGS)
{
	TrkTable	table;

	if (trk_has_null_data(fcinfo, 2))
		PG_RETURN_NULL();
	table_arguments(fcinfo, &table);
	return trk_chi2_row(fcinfo, &table);
}

PG_FUNCTION_INFO_V1(at_psi_histograms);
/* at_psi(baseline at_histogram, observed at_histogram) returns at_psi_result */
Datum
at_psi_histograms(PG_FUNCTION_ARGS)
{
	TrkHistogram *b = histogram_argument(fcinfo, 0);
	TrkHistogram *o = histogram_argument(fcinfo, 1);
	int64	   *counts[2];
	int			n = 0;
	TrkTable	table;

	trk_histogram_match(b, o);
	counts[0] = palloc(sizeof(int64) * (b->n_edges + 1));
	counts[1] = palloc(sizeof(int64) * (b->n_edges + 1));
	for (int i = 0; i <= b->n_edges; i++)
	{
		counts[0][n] = trk_histogram_counts(b)[i];
		counts[1][n] = trk_histogram_counts(o)[i];
		n += counts[0][n] > 0 || counts[1][n] > 0;
	}
	trk_table_of(&table, counts[0], counts[1], n);
	return trk_psi_row(fcinfo, b->edges, b->n_edges, &table, b->nan + o->nan);
}

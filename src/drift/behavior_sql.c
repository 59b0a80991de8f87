/*
 * behavior_sql.c
 *	  The SQL type at_behavior: input and output, its aggregate, and the
 *	  functions that show its content.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "base/null_args.h"
#include "drift/behavior_event.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "contract/contract.h"
#include "drift/behavior_io.h"
#include "drift/scan_test.h"
#include "libpq/pqformat.h"
#include "base/hide_context.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

/* The bounds of the aggregate when none are given. */
#define MAX_VALUES		100000
#define MAX_CATEGORIES	10000

PG_FUNCTION_INFO_V1(at_behavior_out);
/* _at_behavior_out(at_behavior) returns cstring: hex digits of its bytes */
Datum
at_behavior_out(PG_FUNCTION_ARGS)
{
	StringInfoData bytes;
	char	   *out;

	initStringInfo(&bytes);
	trk_behavior_write(trk_behavior_arg(fcinfo, 0), &bytes);
	out = palloc_extended((Size) bytes.len * 2 + 1, MCXT_ALLOC_HUGE);
	hex_encode(bytes.data, bytes.len, out);
	out[(Size) bytes.len * 2] = '\0';
	PG_RETURN_CSTRING(out);
}

/* Return the state of its stored form; NULL when the bytes are not valid. */
static TrkBehavior *
behavior_of_bytes(const char *bytes, Size size)
{
	TrkBehavior *behavior = trk_agg_new(&trk_behavior_type, CurrentMemoryContext);

	return trk_behavior_read(behavior, bytes, size) ? behavior : NULL;
}

/* Return whether a text consists of pairs of hex digits. */
static bool
is_hex(const char *s)
{
	Size		len = strspn(s, "0123456789abcdef");

	return s[len] == '\0' && len % 2 == 0 && len > 0;
}

PG_FUNCTION_INFO_V1(at_behavior_in);
/* _at_behavior_in(cstring) returns at_behavior */
Datum
at_behavior_in(PG_FUNCTION_ARGS)
{
	const char *s = PG_GETARG_CSTRING(0);
	TrkBehavior *behavior = NULL;

	if (is_hex(s))
	{
		char	   *bytes = palloc(strlen(s) / 2);

		behavior = behavior_of_bytes(bytes, hex_decode(s, strlen(s), bytes));
	}
	if (behavior == NULL)
		trk_soft_error(TRK_SOFT_CONTEXT(fcinfo),
					   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", "at_behavior")));
	PG_RETURN_DATUM(trk_agg_datum(behavior));
}

PG_FUNCTION_INFO_V1(at_behavior_send);
/* _at_behavior_send(at_behavior) returns bytea */
Datum
at_behavior_send(PG_FUNCTION_ARGS)
{
	struct varlena *flat;
	StringInfoData buf;

	pq_begintypsend(&buf);
	if (VARATT_IS_EXTERNAL_EXPANDED(PG_GETARG_POINTER(0)))
		trk_behavior_write(trk_behavior_arg(fcinfo, 0), &buf);
	else
	{
		/* a flat datum is sorted, and was checked when it was read */
		flat = PG_GETARG_VARLENA_PP(0);
		appendBinaryStringInfo(&buf, VARDATA_ANY(flat), (int) VARSIZE_ANY_EXHDR(flat));
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(at_behavior_recv);
/* _at_behavior_recv(internal) returns at_behavior */
Datum
at_behavior_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			size = buf->len - buf->cursor;
	TrkBehavior *behavior = behavior_of_bytes(pq_getmsgbytes(buf, size), size);

	if (behavior == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid message for type %s", "at_behavior")));
	PG_RETURN_DATUM(trk_agg_datum(behavior));
}

/* Return the event type of a value of at_event_type. */
static int
type_of_oid(Oid value)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	int			type = -1;

	if (HeapTupleIsValid(tuple))
	{
		const char *label = NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel);

		type = trk_event_type_lookup(label, strlen(label));
		ReleaseSysCache(tuple);
	}
	if (type < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("event type is not one of the contract"),
				 errhint("The library and the extension's SQL objects may be of different versions: run ALTER EXTENSION agent_tracker UPDATE.")));
	return type;
}

/*
 * Return the event type of a value of at_event_type, from a cache in the
 * state.
 */
static int
event_type(TrkBehavior *behavior, Oid value)
{
	int			slot = (int) (value & 63);

	if (behavior->type_oid[slot] != value)
	{
		behavior->type_number[slot] = type_of_oid(value);
		behavior->type_oid[slot] = value;
	}
	return behavior->type_number[slot];
}

TRK_HIDE_CONTEXT_FUNCTION(at_behavior_add);
/*
 * _at_behavior_add(at_behavior, at_event_type, payload jsonb, run_id at_id,
 * event_id at_id [, max_values bigint, max_categories bigint [, units float8]])
 * returns at_behavior
 */
static Datum
at_behavior_add_body(PG_FUNCTION_ARGS)
{
	TrkBehavior *behavior = trk_agg_own(fcinfo, &trk_behavior_type);
	bool		bounded = PG_NARGS() > 5;
	double		units = PG_NARGS() > 7 && !PG_ARGISNULL(7) ? PG_GETARG_FLOAT8(7) : 1;
	struct varlena *run;
	struct varlena *id;

	for (int i = 1; i < 5; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_DATUM(trk_agg_datum(behavior));
	trk_refuse_null_args(fcinfo, 5, bounded ? 2 : 0);
	if (!(units > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("units must be greater than zero")));
	trk_behavior_bound(behavior, bounded ? PG_GETARG_INT64(5) : MAX_VALUES,
					   bounded ? PG_GETARG_INT64(6) : MAX_CATEGORIES);
	run = PG_GETARG_VARLENA_PP(3);
	id = PG_GETARG_VARLENA_PP(4);
	trk_behavior_add(behavior, event_type(behavior, PG_GETARG_OID(1)), PG_GETARG_JSONB_P(2),
					 VARDATA_ANY(run), VARSIZE_ANY_EXHDR(run),
					 VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id), units);
	PG_RETURN_DATUM(trk_agg_datum(behavior));
}

/*
 * _at_behavior_merge(at_behavior, at_behavior) returns at_behavior; NULL is
 * the empty state
 */
TRK_AGG_MERGE_FUNCTION(at_behavior_merge, &trk_behavior_type)

TRK_HIDE_CONTEXT_FUNCTION(at_restrict);
/* _at_restrict(behavior at_behavior, dimensions text[]) returns at_behavior */
static Datum
at_restrict_body(PG_FUNCTION_ARGS)
{
	TrkBehavior *behavior = trk_agg_new(&trk_behavior_type, CurrentMemoryContext);
	const bool *wanted = trk_dimensions_argument(fcinfo, 1);

	trk_behavior_merge(behavior, trk_behavior_arg(fcinfo, 0));
	trk_behavior_restrict(behavior, wanted);
	PG_RETURN_DATUM(trk_agg_datum(behavior));
}

PG_FUNCTION_INFO_V1(at_behavior_size);
/* _at_behavior_size(at_behavior) returns (events bigint, runs bigint, dimensions bigint) */
Datum
at_behavior_size(PG_FUNCTION_ARGS)
{
	TrkBehavior *behavior = trk_behavior_arg(fcinfo, 0);
	int64		dimensions = 0;
	TrkComposite row;

	for (int64 i = 0; i < behavior->names.n; i++)
		dimensions += !behavior->dims[i]->aside;
	trk_composite_begin(&row, fcinfo);
	trk_put_int(&row, behavior->events);
	trk_put_int(&row, behavior->runs.n);
	trk_put_int(&row, dimensions);
	PG_RETURN_DATUM(trk_composite_datum(&row));
}

PG_FUNCTION_INFO_V1(at_drift_dimensions);
/* at_drift_dimensions() returns setof (dimension, event_type, kind, field, other, thinned, is_primary, meaning) */
Datum
at_drift_dimensions(PG_FUNCTION_ARGS)
{
	static const char *const thinned[] = {"no", "by value", "yes"};

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < trk_dimension_count; i++)
	{
		const TrkDimension *def = &trk_dimensions[i];
		TrkComposite row;

		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, def->name);
		trk_put_text(&row, trk_event_type_name(def->event));
		trk_put_text(&row, trk_dimension_kind_name(def->kind));
		def->field_len == 0 ? trk_put_null(&row) : trk_put_text(&row, def->field);
		def->other_len == 0 ? trk_put_null(&row) : trk_put_text(&row, def->other);
		trk_put_text(&row, thinned[def->thinned]);
		trk_put_bool(&row, def->rank == TRK_PRIMARY);
		trk_put_text(&row, def->meaning);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

/*
 * Set the next columns to the mean, minimum, quantiles and maximum of a
 * dimension's numbers.
 */
static void
put_numbers(TrkComposite *row, const TrkBehavior *behavior, const TrkDimensionData *dim)
{
	static const double q[] = {0.5, 0.9, 0.95, 0.99};
	int64		n;
	const TrkCell *cells = trk_dim_numbers(dim, behavior->runs.n, false, &n);
	double		sum = 0;
	int64		total = 0;

	for (int64 i = 0; i < n; i++)
	{
		sum += trk_number_of_key(cells[i].key) * cells[i].count;
		total += cells[i].count;
	}
	trk_put_float(row, isfinite(sum) && total > 0 ? sum / (double) total : NAN);
	trk_put_float(row, n > 0 ? trk_number_of_key(cells[0].key) : NAN);
	for (int i = 0; i < lengthof(q); i++)
		trk_put_float(row, trk_cells_quantile(cells, n, q[i]));
	trk_put_float(row, n > 0 ? trk_number_of_key(cells[n - 1].key) : NAN);
}

/*
 * Set the next columns to a dimension's name and counts, then to the figures
 * of its numbers.
 */
static void
put_dim(TrkComposite *row, const TrkBehavior *behavior, const TrkDimensionData *dim)
{
	bool		numeric = trk_dimension_is_numeric(dim->def) ||
	dim->def->kind >= TRK_DIM_RUN_COUNT;

	trk_put_text(row, trk_dimension_label(dim, NULL));
	trk_put_text(row, trk_dimension_kind_name(dim->def->kind));
	trk_put_int(row, dim->n);
	trk_put_int(row, dim->missing);
	trk_put_int(row, dim->rejected);
	trk_put_int(row, trk_dim_runs(behavior, dim));
	numeric ? trk_put_null(row) : trk_put_int(row, dim->categories.n);
	if (numeric && !dim->overflow)
		put_numbers(row, behavior, dim);
	else
		for (int i = 0; i < 7; i++)
			trk_put_null(row);
	trk_put_bool(row, trk_dim_is_coarse(dim));
	trk_put_bool(row, dim->overflow);
}

PG_FUNCTION_INFO_V1(at_describe_behavior);
/* at_describe(behavior at_behavior) returns setof at_behavior_result */
Datum
at_describe_behavior(PG_FUNCTION_ARGS)
{
	TrkBehavior *behavior = trk_behavior_arg(fcinfo, 0);

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < behavior->names.n; i++)
	{
		TrkComposite row;

		if (behavior->dims[i]->aside)
			continue;
		trk_composite_begin_set(&row, fcinfo);
		put_dim(&row, behavior, behavior->dims[i]);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

/*
 * Return how often, and in how many runs, a category was seen.  Its cells
 * begin at cells[*at].
 */
static int64
count_category(const TrkDimensionData *dim, uint64 key, int64 *at, int64 *runs)
{
	int64		count = 0;
	int64		last = -1;

	*runs = 0;
	for (; *at < dim->n_cells && dim->cells[*at].key <= key; (*at)++)
		if (dim->cells[*at].key == key)
		{
			count += dim->cells[*at].count;
			*runs += (int64) dim->cells[*at].run != last;
			last = dim->cells[*at].run;
		}
	return count;
}

PG_FUNCTION_INFO_V1(at_shares);
/* at_shares(behavior at_behavior) returns setof at_behavior_share */
Datum
at_shares(PG_FUNCTION_ARGS)
{
	TrkBehavior *behavior = trk_behavior_arg(fcinfo, 0);

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < behavior->names.n; i++)
	{
		const TrkDimensionData *dim = behavior->dims[i];
		int64		at = 0;

		for (int64 c = 0; c < dim->categories.n; c++)
		{
			int64		runs;
			int64		count = count_category(dim, (uint64) c + 1, &at, &runs);
			TrkComposite row;

			trk_composite_begin_set(&row, fcinfo);
			trk_put_text(&row, trk_dimension_label(dim, NULL));
			trk_put_text_len(&row, dim->categories.entries[c].s, dim->categories.entries[c].len);
			trk_put_int(&row, count);
			trk_put_float(&row, (double) count / (double) dim->n);
			trk_put_int(&row, runs);
			trk_put(&row, trk_examples_array(&dim->about[c].examples));
			trk_composite_store(&row);
		}
	}
	return (Datum) 0;
}

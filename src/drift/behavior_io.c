/*
 * behavior_io.c
 *	  The stored form of at_behavior.
 *
 * It is a format byte, then whole numbers in groups of 7 bits, lowest first,
 * strings after their length, and numbers in 8 bytes, highest first: the
 * bounds, the count of events, the runs, then for each dimension name, label,
 * flags (1: it overflowed, 2: it is a helper), counts, categories with
 * examples, examples of numbers, and for each key its runs (as differences)
 * and counts.  If there are fills or orders to link, then follow: whether they
 * are too many, the number of fills, and the orders by id, each with its
 * state, price and fills.  All lists are sorted.
 */
#include "base/trk.h"

#include "drift/behavior_io.h"

#include <math.h>

#include "store/id.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "utils/memutils.h"

/* Append a whole number. */
static void
put_count(StringInfo out, uint64 n)
{
	while (n >= 0x80)
	{
		appendStringInfoCharMacro(out, (char) (n | 0x80));
		n >>= 7;
	}
	appendStringInfoCharMacro(out, (char) n);
}

/* Append a string after its length. */
static void
put_bytes(StringInfo out, const char *s, Size len)
{
	put_count(out, len);
	appendBinaryStringInfo(out, s, (int) len);
}

/* Append 8 bytes. */
static void
put_key(StringInfo out, uint64 key)
{
	uint64		bytes = pg_hton64(key);

	appendBinaryStringInfo(out, (const char *) &bytes, sizeof(bytes));
}

/* Append examples; those of numbers have their values. */
static void
put_examples(StringInfo out, const TrkExamples *examples, bool numeric)
{
	put_count(out, examples->n);
	for (int i = 0; i < examples->n; i++)
	{
		if (numeric)
			put_key(out, trk_key_of_number(examples->of[i].value));
		put_bytes(out, examples->of[i].s, examples->of[i].len);
	}
}

/* Append the cells, which are sorted. */
static void
put_cells(StringInfo out, const TrkDimensionData *dim)
{
	put_count(out, dim->n_cells);
	for (int64 i = 0; i < dim->n_cells;)
	{
		uint64		key = dim->cells[i].key;
		int64		end = i;
		uint32		run = 0;

		while (end < dim->n_cells && dim->cells[end].key == key)
			end++;
		if (trk_dimension_is_numeric(dim->def))
			put_key(out, key);
		else
			put_count(out, key);
		put_count(out, end - i);
		for (; i < end; i++)
		{
			put_count(out, dim->cells[i].run - run);
			put_count(out, dim->cells[i].count);
			run = dim->cells[i].run;
		}
	}
}

/* Append a dimension. */
static void
put_dim(StringInfo out, const TrkDimensionData *dim)
{
	put_bytes(out, dim->def->name, strlen(dim->def->name));
	put_bytes(out, dim->label, dim->label_len);
	put_count(out, dim->overflow | dim->aside << 1);
	put_count(out, dim->n);
	put_count(out, dim->missing);
	put_count(out, dim->rejected);
	if (dim->overflow)
		return;
	put_count(out, dim->categories.n);
	for (int64 i = 0; i < dim->categories.n; i++)
	{
		put_bytes(out, dim->categories.entries[i].s, dim->categories.entries[i].len);
		put_examples(out, &dim->about[i].examples, false);
	}
	if (trk_dimension_is_numeric(dim->def))
	{
		put_examples(out, &dim->low, true);
		put_examples(out, &dim->high, true);
	}
	put_cells(out, dim);
}

/* Append the orders, each with its fills, all sorted. */
static void
put_links(StringInfo out, const TrkLinks *links)
{
	int64		at = 0;

	put_count(out, links->overflow);
	put_count(out, links->n);
	if (links->overflow)
		return;
	put_count(out, links->ids.n);
	for (int64 i = 0; i < links->ids.n; i++)
	{
		const TrkOrder *order = &links->orders[i];
		int64		end = at;

		put_bytes(out, links->ids.entries[i].s, links->ids.entries[i].len);
		put_count(out, order->state);
		if (order->price > 0)
			put_key(out, trk_key_of_number(order->price));
		while (end < links->n && links->fills[end].order == i)
			end++;
		put_count(out, end - at);
		for (; at < end; at++)
		{
			put_key(out, trk_key_of_number(links->fills[at].price));
			put_count(out, links->fills[at].run);
			put_bytes(out, links->event_ids.data + links->fills[at].id_at, links->fills[at].id_len);
		}
	}
}

/* Sort a state and append its stored form. */
void
trk_behavior_write(TrkBehavior *behavior, StringInfo out)
{
	int64		derived = 0;

	trk_behavior_settle(behavior);
	put_count(out, TRK_BEHAVIOR_FORMAT);
	put_count(out, behavior->bounds.max_values);
	put_count(out, behavior->bounds.max_categories);
	put_count(out, behavior->events);
	put_count(out, behavior->runs.n);
	for (int64 i = 0; i < behavior->runs.n; i++)
		put_bytes(out, behavior->runs.entries[i].s, behavior->runs.entries[i].len);
	for (int64 i = 0; i < behavior->names.n; i++)
		derived += behavior->dims[i]->def->kind == TRK_DIM_SLIPPAGE;
	put_count(out, behavior->names.n - derived);
	for (int64 i = 0; i < behavior->names.n; i++)
		if (behavior->dims[i]->def->kind != TRK_DIM_SLIPPAGE)
			put_dim(out, behavior->dims[i]);
	if (behavior->links.n > 0 || behavior->links.ids.n > 0 || behavior->links.overflow)
		put_links(out, &behavior->links);
}

/*
 * The bytes that are being read; ok becomes false at the first invalid byte.
 */
typedef struct Reader
{
	const uint8 *p;
	const uint8 *end;
	bool		ok;
} Reader;

/* Read a whole number of at most most. */
static int64
get_count(Reader *in, int64 most)
{
	uint64		n = 0;

	for (int shift = 0; in->ok; shift += 7)
	{
		if (in->p == in->end || shift > 56)
		{
			in->ok = false;
			return 0;
		}
		n |= (uint64) (*in->p & 0x7f) << shift;
		if ((*in->p++ & 0x80) == 0)
		{
			/* only the shortest form of a number is valid */
			in->ok = (shift == 0 || in->p[-1] != 0) && n <= (uint64) most;
			break;
		}
	}
	return in->ok ? (int64) n : 0;
}

/*
 * Read the number of items that take at least one byte each, which bounds it
 * by the bytes that are left.
 */
static int64
get_length(Reader *in)
{
	return get_count(in, in->end - in->p);
}

/* Read a string. */
static const char *
get_bytes(Reader *in, Size *len)
{
	const char *s;

	*len = get_length(in);
	if (in->ok && *len > (Size) (in->end - in->p))
		in->ok = false;
	s = (const char *) in->p;
	if (!in->ok)
		*len = 0;
	in->p += *len;
	return s;
}

/* Return whether the bytes are valid text in the encoding of the database. */
static bool
is_text(const char *s, Size len)
{
	return memchr(s, '\0', len) == NULL && pg_verify_mbstr(GetDatabaseEncoding(), s, (int) len, true);
}

/* Return whether these are the bytes of an event's id. */
static bool
is_id(const char *s, Size len)
{
	return trk_id_check((const uint8 *) s, len) &&
		(s[0] != TRK_ID_TEXT || is_text(s + 1, len - 1));
}

/* Read eight bytes. */
static uint64
get_key(Reader *in)
{
	uint64		bytes = 0;

	if (in->end - in->p < (ptrdiff_t) sizeof(bytes))
		in->ok = false;
	else
	{
		memcpy(&bytes, in->p, sizeof(bytes));
		in->p += sizeof(bytes);
	}
	return pg_ntoh64(bytes);
}

/* Read texts, which must be sorted and distinct. */
static void
get_dict(Reader *in, TrkDict *dict)
{
	int64		n = get_length(in);

	for (int64 i = 0; i < n && in->ok; i++)
	{
		Size		len;
		const char *s = get_bytes(in, &len);

		if (in->ok && (trk_dict_put(dict, s, len) != i ||
					   (i > 0 && trk_entry_compare(&dict->entries[i - 1], &dict->entries[i]) > 0)))
			in->ok = false;
	}
}

/* Read examples. */
static void
get_examples(Reader *in, TrkExamples *examples, bool numeric, MemoryContext context)
{
	int64		n = get_count(in, TRK_EXAMPLES);

	for (int64 i = 0; i < n && in->ok; i++)
	{
		double		value = numeric ? trk_number_of_key(get_key(in)) : 0;
		Size		len;
		const char *s = get_bytes(in, &len);

		in->ok = in->ok && value == value && is_id(s, len);
		if (in->ok)
			trk_example_add(examples, value, s, len, context);
	}
	in->ok = in->ok && examples->n == n;
}

/*
 * Read the cells of one key.  A run may occur twice only if its count does not
 * fit in one cell.
 */
static void
get_key_cells(Reader *in, TrkBehavior *behavior, TrkDimensionData *dim, uint64 key)
{
	int64		n = get_length(in);
	int64		run = 0;
	uint64		last = 0;

	for (int64 i = 0; i < n && in->ok; i++)
	{
		int64		step = get_count(in, behavior->runs.n - 1 - run);
		uint32		count = (uint32) get_count(in, PG_UINT32_MAX);

		run += step;
		in->ok = in->ok && count > 0 && dim->n_cells < dim->room && behavior->runs.n > 0 &&
			(i == 0 || step > 0 || last + count > PG_UINT32_MAX);
		last = count;
		if (in->ok)
			dim->cells[dim->n_cells++] = (TrkCell) {key, (uint32) run, count};
	}
}

/* Return whether this is the key of a number; -0 has none of its own. */
static bool
is_key_of_number(uint64 key)
{
	double		x = trk_number_of_key(key);

	return !isnan(x) && trk_key_of_number(x) == key;
}

/*
 * Read the cells, which must be sorted and refer to known categories and runs.
 */
static void
get_cells(Reader *in, TrkBehavior *behavior, TrkDimensionData *dim)
{
	bool		numeric = trk_dimension_is_numeric(dim->def);
	int64		most = dim->def->kind >= TRK_DIM_RUN_COUNT ? 1 : dim->categories.n;

	/* a cell takes at least two bytes */
	dim->room = get_count(in, (in->end - in->p) / 2);
	if (!in->ok || dim->room == 0)
		return;
	dim->cells = MemoryContextAllocHuge(trk_agg_context(behavior), sizeof(TrkCell) * dim->room);
	while (in->ok && dim->n_cells < dim->room)
	{
		uint64		key = numeric ? get_key(in) : (uint64) get_count(in, most);
		int64		before = dim->n_cells;

		if ((before > 0 && key <= dim->cells[before - 1].key) || (numeric && !is_key_of_number(key)))
			in->ok = false;
		get_key_cells(in, behavior, dim, key);
		in->ok = in->ok && dim->n_cells > before;
	}
}

/* Return whether a dimension may have this category. */
static bool
is_category_of(const TrkDimension *def, const char *s, Size len)
{
	if (def->kind == TRK_DIM_FLAG)
		return (len == 4 && memcmp(s, "true", 4) == 0) || (len == 5 && memcmp(s, "false", 5) == 0);
	return def->kind == TRK_DIM_CATEGORY || def->kind == TRK_DIM_LABELS;
}

/* Return whether the cells add up to the counts. */
static bool
adds_up(const TrkDimensionData *dim)
{
	bool		labels = dim->def->kind == TRK_DIM_LABELS;
	int64		sum = 0;

	if (dim->rejected > dim->missing && !labels)
		return false;
	for (int64 i = 0; i < dim->n_cells; i++)
	{
		if (dim->cells[i].key == 0 && !trk_dimension_is_numeric(dim->def))
			return false;
		sum += dim->cells[i].count;
	}
	return labels || sum == dim->n;
}

/* Read the data of a dimension, after its name. */
static void
get_contents(Reader *in, TrkBehavior *behavior, TrkDimensionData *dim)
{
	MemoryContext context = trk_agg_context(behavior);
	int64		n = get_count(in, 3);

	dim->overflow = (n & 1) != 0;
	dim->aside = (n & 2) != 0;
	dim->n = get_count(in, TRK_BEHAVIOR_COUNT);
	dim->missing = get_count(in, TRK_BEHAVIOR_COUNT);
	dim->rejected = get_count(in, TRK_BEHAVIOR_COUNT);
	if (dim->overflow)
		return;
	n = get_length(in);
	for (int64 i = 0; i < n && in->ok; i++)
	{
		Size		len;
		const char *s = get_bytes(in, &len);

		if (!in->ok || !is_category_of(dim->def, s, len) || !is_text(s, len) ||
			trk_dim_category(dim, s, len) != i ||
			(i > 0 && trk_entry_compare(&dim->categories.entries[i - 1],
										&dim->categories.entries[i]) > 0))
			in->ok = false;
		else
			get_examples(in, &dim->about[i].examples, false, context);
	}
	if (trk_dimension_is_numeric(dim->def))
	{
		get_examples(in, &dim->low, true, context);
		get_examples(in, &dim->high, true, context);
	}
	get_cells(in, behavior, dim);
	in->ok = in->ok && adds_up(dim);
	dim->settled = !trk_dim_is_coarse(dim);
}

/* Read a dimension. */
static void
get_dim(Reader *in, TrkBehavior *behavior)
{
	int64		before = behavior->names.n;
	Size		name_len;
	const char *name = get_bytes(in, &name_len);
	Size		label_len;
	const char *label = get_bytes(in, &label_len);
	int			dimension = in->ok ? trk_dimension_lookup(name, name_len) : -1;
	TrkDimensionData *dim;

	if (dimension < 0 || !is_text(label, label_len) ||
		trk_dimensions[dimension].kind == TRK_DIM_SLIPPAGE ||
		(label_len > 0 && trk_dimensions[dimension].kind != TRK_DIM_RUN_SUM))
	{
		in->ok = false;
		return;
	}
	dim = trk_behavior_dim(behavior, dimension, label, label_len);
	if (behavior->names.n != before + 1)
		in->ok = false;
	else
		get_contents(in, behavior, dim);
}

/* Read the sorted fills of an order. */
static void
get_fills(Reader *in, TrkBehavior *behavior, const char *order, Size order_len)
{
	TrkLinks   *links = &behavior->links;
	int64		n = get_length(in);

	for (int64 i = 0; i < n && in->ok; i++)
	{
		uint64		key = get_key(in);
		int64		run = get_count(in, behavior->runs.n - 1);
		Size		len;
		const char *id = get_bytes(in, &len);

		in->ok = in->ok && is_key_of_number(key) && isfinite(trk_number_of_key(key)) &&
			behavior->runs.n > 0 && is_id(id, len);
		if (!in->ok)
			return;
		trk_link_fill(links, order, order_len, trk_number_of_key(key), run, id, len);
		in->ok = !links->overflow &&
			(i == 0 || trk_order_fill_compare(links, &links->fills[links->n - 2],
											  &links->fills[links->n - 1]) <= 0);
	}
}

/* Read an order with its fills. */
static void
get_order(Reader *in, TrkBehavior *behavior)
{
	TrkLinks   *links = &behavior->links;
	Size		len;
	const char *id = get_bytes(in, &len);
	TrkOrder	order = {.state = (TrkOrderState) get_count(in, TRK_ORDER_DIFFERS)};
	int64		n = links->ids.n;

	if (order.state == TRK_ORDER_BUYS || order.state == TRK_ORDER_SELLS)
	{
		order.price = trk_number_of_key(get_key(in));
		in->ok = in->ok && order.price > 0 && isfinite(order.price);
	}
	in->ok = in->ok && len <= TRK_CATEGORY_BYTES && is_text(id, len);
	if (!in->ok)
		return;
	trk_link_order(links, id, len, order);
	in->ok = !links->overflow && links->ids.n == n + 1 &&
		(n == 0 || trk_entry_compare(&links->ids.entries[n - 1], &links->ids.entries[n]) < 0);
	if (in->ok)
		get_fills(in, behavior, id, len);
}

/* Read orders and fills. */
static void
get_links(Reader *in, TrkBehavior *behavior)
{
	TrkLinks   *links = &behavior->links;
	bool		overflow = get_count(in, 1) != 0;
	int64		fills = get_count(in, TRK_BEHAVIOR_COUNT);
	int64		n = overflow ? 0 : get_length(in);

	if (overflow)
	{
		trk_links_drop(links);
		links->overflow = true;
		links->n = fills;
		return;
	}
	for (int64 i = 0; i < n && in->ok; i++)
		get_order(in, behavior);
	/* this part is left out when it is empty */
	in->ok = in->ok && links->n == fills && n > 0;
}

/*
 * Read bytes, which may be corrupt, into an empty state; return false when
 * they are not valid.
 */
bool
trk_behavior_read(TrkBehavior *behavior, const char *bytes, Size size)
{
	Reader		in = {(const uint8 *) bytes, (const uint8 *) bytes + size, true};
	int64		n;

	if (get_count(&in, PG_INT32_MAX) != TRK_BEHAVIOR_FORMAT)
		return false;
	behavior->bounds.max_values = get_count(&in, TRK_BEHAVIOR_CELLS);
	behavior->bounds.max_categories = get_count(&in, 1000000);
	behavior->events = get_count(&in, TRK_BEHAVIOR_COUNT);
	get_dict(&in, &behavior->runs);
	n = get_length(&in);
	for (int64 i = 0; i < n && in.ok; i++)
		get_dim(&in, behavior);
	if (in.ok && in.p < in.end)
		get_links(&in, behavior);
	return in.ok && in.p == in.end;
}

/* TrkAggType: make the flat form, and return its size. */
static Size
flat_size(void *state)
{
	TrkBehavior *behavior = state;
	MemoryContext old = MemoryContextSwitchTo(trk_agg_context(behavior));

	if (behavior->flat.data == NULL)
		initStringInfo(&behavior->flat);
	resetStringInfo(&behavior->flat);
	MemoryContextSwitchTo(old);
	trk_behavior_write(behavior, &behavior->flat);
	return VARHDRSZ + behavior->flat.len;
}

/* TrkAggType: copy the flat form, which flat_size() has made just before. */
static void
flatten(void *state, struct varlena *result, Size size)
{
	TrkBehavior *behavior = state;

	Assert(size == VARHDRSZ + (Size) behavior->flat.len);
	memcpy(VARDATA(result), behavior->flat.data, size - VARHDRSZ);
}

/* Return whether nothing was added to a state yet. */
static bool
is_empty(const TrkBehavior *behavior)
{
	return behavior->bounds.max_values == 0 && behavior->events == 0 && behavior->runs.n == 0 &&
		behavior->names.n == 0 && behavior->links.n == 0 && behavior->links.ids.n == 0;
}

/*
 * TrkAggType: add all data of a flat form, whose bytes may be corrupt; return
 * false when it is not valid.  Only an empty state can be read into.
 */
static bool
merge_flat(void *state, const struct varlena *flat)
{
	TrkBehavior *behavior = state;
	TrkBehavior *other;
	bool		ok;

	if (is_empty(behavior))
		return trk_behavior_read(behavior, VARDATA(flat), VARSIZE(flat) - VARHDRSZ);
	other = trk_agg_new(&trk_behavior_type, CurrentMemoryContext);
	ok = trk_behavior_read(other, VARDATA(flat), VARSIZE(flat) - VARHDRSZ);
	if (ok)
		trk_behavior_merge(behavior, other);
	MemoryContextDelete(trk_agg_context(other));
	return ok;
}

const TrkAggType trk_behavior_type = {
	.name = "at_behavior", .object_size = sizeof(TrkBehavior), .init = trk_behavior_init,
	.flat_size = flat_size, .flatten = flatten, .merge = trk_behavior_merge, .merge_flat = merge_flat
};

/* Return a state argument for reading, sorted. */
TrkBehavior *
trk_behavior_arg(FunctionCallInfo fcinfo, int arg)
{
	TrkBehavior *behavior = trk_agg_arg(fcinfo, arg, &trk_behavior_type);

	trk_behavior_settle(behavior);
	return behavior;
}

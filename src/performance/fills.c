/*
 * fills.c
 *	  Reads fills from a query (see fills.h).
 *
 * Rows are put into a sort as they arrive, and a hash of key and id into an
 * array, or into another sort when there are many.  Few hashes occur twice, so
 * only fills with such a hash are compared by their bytes when the rows are
 * read back in order.
 */
#include "base/trk.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "base/compat.h"
#include "stats/sorted_sample.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "performance/fills.h"
#include "base/pseudonym.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/tuplesort.h"
#include "utils/typcache.h"

/*
 * The columns of a fill, in the order in which they are read; the first ones
 * are required.
 */
enum
{
	COL_T,						/* first, because the sort compares it most */
	COL_ID,
	COL_KEY,
	COL_SIDE,
	COL_QUANTITY,
	COL_PRICE,
	COL_FEES,
	COL_EFFECT,					/* from here on columns may be missing */
	COL_POSITION,
	COL_LOT_QUANTITY,
	COL_LOT_FEES,
	COL_ARRIVED,
	COL_LINE,
	COL_SEEN,
	COL_TAG,
	COL_MULTIPLIER,
	COLUMNS
};

static const struct
{
	const char *name;
	const char *type;
}			columns[COLUMNS] = {
	{"t", "timestamptz"}, {"fill_id", "text"}, {"key", "text"}, {"side", "text"},
	{"quantity", "numeric"}, {"price", "numeric"}, {"fees", "numeric"},
	{"open_close_effect", "text"}, {"position_id", "text"}, {"lot_quantity", "numeric"},
	{"lot_fees", "numeric"}, {"arrived_at", "timestamptz"}, {"line_no", "int4"},
	{"seen_before", "bool"}, {"tag", "text"}, {"multiplier", "numeric"}
};

/* The columns by which fills are sorted. */
static const int sort_columns[] = {COL_T, COL_ID, COL_ARRIVED, COL_LINE, COL_QUANTITY, COL_PRICE,
COL_FEES, COL_SIDE};

#define SORT_COLUMNS	lengthof(sort_columns)

/* The initial number of hashes for which there is space. */
#define FIRST_HASHES	1024

/* An id that occurs again later. */
typedef struct Seen
{
	struct Seen *next;
	Size		key_len;
	Size		id_len;
	char		bytes[FLEXIBLE_ARRAY_MEMBER];
} Seen;

/*
 * A hash that several fills have, and those of these fills that have been
 * read.
 */
typedef struct Repeat
{
	uint64		hash;
	int64		left;			/* fills with this hash that are still to be read */
	Seen	   *seen;
} Repeat;

/* Receives the rows of the query. */
typedef struct Receiver
{
	DestReceiver pub;
	MemoryContext context;		/* holds sorts and repeats */
	int			at[COLUMNS];	/* position of the column in a row, or -1 */
	TupleDesc	desc;
	Tuplesortstate *rows;
	TrkWord    *hashes;			/* twice the space is allocated, to sort them */
	const TrkWord *sorted;
	int64		n_hashes;
	int64		room;
	Tuplesortstate *more_hashes;	/* NULL, or a sort that holds all of them */
	Repeat	   *repeats;		/* sorted by hash */
	int64		n_repeats;
} Receiver;

/* Return the text of a column; empty when it is NULL. */
static TrkLabel
label_of(Datum value, bool isnull)
{
	TrkLabel	label = {"", 0};

	if (!isnull)
	{
		struct varlena *text = PG_DETOAST_DATUM_PACKED(value);

		label.s = VARDATA_ANY(text);
		label.len = VARSIZE_ANY_EXHDR(text);
	}
	return label;
}

/*
 * Return whether a fill has an id, and set id, which is empty if not.  An id
 * that redaction has removed does not count.
 */
static bool
has_id(Datum value, bool isnull, TrkLabel *id)
{
	*id = label_of(value, isnull);
	if (!isnull && !trk_identity_lost(id->s, id->len))
		return true;
	id->len = 0;
	return false;
}

/* Hash the key and the id of a fill. */
static uint64
hash_of(TrkLabel key, TrkLabel id)
{
	uint64		seed = hash_bytes_extended((const unsigned char *) key.s, (int) key.len, 0);

	return hash_bytes_extended((const unsigned char *) id.s, (int) id.len, seed);
}

/* Convert a hash to an int8 that sorts in the same order, and back. */
static inline int64
int8_of_hash(uint64 hash)
{
	return (int64) (hash ^ UINT64CONST(1) << 63);
}

static inline uint64
hash_of_int8(int64 value)
{
	return (uint64) value ^ UINT64CONST(1) << 63;
}

/* Store a hash. */
static void
put_hash(Receiver *r, uint64 hash)
{
	MemoryContext old;

	if (r->n_hashes < r->room && r->more_hashes == NULL)
	{
		r->hashes[r->n_hashes++].u = hash;
		return;
	}
	old = MemoryContextSwitchTo(r->context);
	if (r->more_hashes == NULL && 4 * r->room * (int64) sizeof(TrkWord) <= work_mem * INT64CONST(1024))
	{
		r->room *= 2;
		r->hashes = repalloc_huge(r->hashes, 2 * r->room * sizeof(TrkWord));
		r->hashes[r->n_hashes++].u = hash;
	}
	else
	{
		if (r->more_hashes == NULL)
			r->more_hashes = tuplesort_begin_datum(INT8OID, Int8LessOperator, InvalidOid, false,
												   work_mem, NULL, TUPLESORT_NONE);
		for (int64 i = 0; i < r->n_hashes; i++)
			tuplesort_putdatum(r->more_hashes, Int64GetDatum(int8_of_hash(r->hashes[i].u)), false);
		r->n_hashes = 0;
		tuplesort_putdatum(r->more_hashes, Int64GetDatum(int8_of_hash(hash)), false);
	}
	MemoryContextSwitchTo(old);
}

/*
 * DestReceiver startup callback: begin the sorts, now that the types of the
 * columns are known.
 */
static void
begin_sorts(DestReceiver *self, int operation, TupleDesc desc)
{
	Receiver   *r = (Receiver *) self;
	MemoryContext old = MemoryContextSwitchTo(r->context);
	AttrNumber	numbers[SORT_COLUMNS];
	Oid			operators[SORT_COLUMNS];
	Oid			collations[SORT_COLUMNS];
	bool		nulls_first[SORT_COLUMNS] = {false};
	int			n = 0;

	(void) operation;
	r->desc = CreateTupleDescCopy(desc);
	for (int i = 0; i < SORT_COLUMNS; i++)
	{
		int			at = r->at[sort_columns[i]];
		Oid			type;

		if (at < 0)
			continue;
		type = TupleDescAttr(desc, at)->atttypid;
		numbers[n] = (AttrNumber) (at + 1);
		operators[n] = lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr;
		collations[n++] = type == TEXTOID ? C_COLLATION_OID : InvalidOid;
	}
	r->rows = tuplesort_begin_heap(r->desc, n, numbers, operators, collations,
								   nulls_first, work_mem, NULL, TUPLESORT_NONE);
	r->room = FIRST_HASHES;
	r->hashes = palloc(2 * r->room * sizeof(TrkWord));
	MemoryContextSwitchTo(old);
}

/*
 * DestReceiver callback for each row.  A row without key or time is an ERROR
 * of the source.
 */
static bool
take_row(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver   *r = (Receiver *) self;
	TrkLabel	id;

	slot_getallattrs(slot);
	if (slot->tts_isnull[COL_T] || slot->tts_isnull[COL_KEY])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("columns t and key of a fill must not be null")));
	if (has_id(slot->tts_values[COL_ID], slot->tts_isnull[COL_ID], &id))
		put_hash(r, hash_of(label_of(slot->tts_values[COL_KEY], false), id));
	tuplesort_puttupleslot(r->rows, slot);
	return true;
}

/* DestReceiver shutdown and destroy callbacks; there is nothing to do. */
static void
no_work(DestReceiver *self)
{
	(void) self;
}

/* Return whether the result of a source has a column with this name. */
static bool
has_column(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
		if (strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0)
			return true;
	return false;
}

/*
 * Return the query that selects the columns of a source, converted to their
 * types.
 */
static char *
query_of(const char *item, int *at)
{
	SPIPlanPtr	plan = SPI_prepare(psprintf("SELECT * FROM %s AS f", item), 0, NULL);
	CachedPlanSource *source;
	StringInfoData query;
	int			n = 0;

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	source = linitial(SPI_plan_get_plan_sources(plan));
	initStringInfo(&query);
	for (int i = 0; i < COLUMNS; i++)
	{
		at[i] = -1;
		if (i >= COL_EFFECT && !has_column(source->resultDesc, columns[i].name))
			continue;
		at[i] = n++;
		appendStringInfo(&query, "%s f.%s::pg_catalog.%s", i == 0 ? "SELECT" : ",",
						 columns[i].name, columns[i].type);
	}
	appendStringInfo(&query, " FROM %s AS f", item);
	SPI_freeplan(plan);
	return query.data;
}

/* Add to the hashes that are there more than once. */
static void
add_repeat(Receiver *r, uint64 hash, int64 count)
{
	if (count < 2)
		return;
	if ((r->n_repeats & (r->n_repeats - 1)) == 0)
	{
		Size		size = sizeof(Repeat) * (Size) Max(r->n_repeats * 2, 1);

		r->repeats = r->n_repeats == 0 ? MemoryContextAlloc(r->context, size) :
			repalloc_huge(r->repeats, size);
	}
	r->repeats[r->n_repeats++] = (Repeat) {hash, count, NULL};
}

/* Return the next hash in order; false after the last. */
static bool
next_hash(Receiver *r, int64 *at, uint64 *hash)
{
	Datum		value;
	bool		isnull;

	if (r->more_hashes == NULL)
	{
		if (*at == r->n_hashes)
			return false;
		*hash = r->sorted[(*at)++].u;
		return true;
	}
	if (!trk_tuplesort_getdatum(r->more_hashes, &value, &isnull))
		return false;
	*hash = hash_of_int8(DatumGetInt64(value));
	return true;
}

/* Find the hashes that are there more than once. */
static void
find_repeats(Receiver *r)
{
	uint64		last = 0;
	uint64		hash;
	int64		count = 0;
	int64		at = 0;

	if (r->more_hashes != NULL)
		tuplesort_performsort(r->more_hashes);
	else
		r->sorted = trk_sort_words(r->hashes, r->hashes + r->room, r->n_hashes);
	while (next_hash(r, &at, &hash))
	{
		if (count > 0 && hash == last)
		{
			count++;
			continue;
		}
		add_repeat(r, last, count);
		last = hash;
		count = 1;
		CHECK_FOR_INTERRUPTS();
	}
	add_repeat(r, last, count);
	if (r->more_hashes != NULL)
		tuplesort_end(r->more_hashes);
	pfree(r->hashes);
}

/* Return the repeat with this hash, or NULL. */
static Repeat *
repeat_of(Receiver *r, uint64 hash)
{
	int64		low = 0;
	int64		high = r->n_repeats;

	while (low < high)
	{
		int64		middle = (low + high) / 2;

		if (r->repeats[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->n_repeats && r->repeats[low].hash == hash ? &r->repeats[low] : NULL;
}

/* Store a fill with a repeated hash. */
static void
remember(Receiver *r, Repeat *repeat, TrkLabel key, TrkLabel id)
{
	Seen	   *seen = MemoryContextAlloc(r->context, offsetof(Seen, bytes) + key.len + id.len);

	seen->next = repeat->seen;
	seen->key_len = key.len;
	seen->id_len = id.len;
	memcpy(seen->bytes, key.s, key.len);
	memcpy(seen->bytes + key.len, id.s, id.len);
	repeat->seen = seen;
}

/* Free the fills of a hash that does not occur again. */
static void
forget(Repeat *repeat)
{
	Seen	   *next;

	for (Seen *seen = repeat->seen; seen != NULL; seen = next)
	{
		next = seen->next;
		pfree(seen);
	}
	repeat->seen = NULL;
}

/* Return whether a fill with this key and id was read before, and store it. */
static bool
is_duplicate(Receiver *r, TrkLabel key, TrkLabel id)
{
	Repeat	   *repeat = r->n_repeats == 0 ? NULL : repeat_of(r, hash_of(key, id));
	bool		found = false;

	if (repeat == NULL)
		return false;
	for (Seen *seen = repeat->seen; seen != NULL && !found; seen = seen->next)
		found = seen->key_len == key.len && seen->id_len == id.len &&
			memcmp(seen->bytes, key.s, key.len) == 0 &&
			memcmp(seen->bytes + key.len, id.s, id.len) == 0;
	if (--repeat->left == 0)
		forget(repeat);
	else if (!found)
		remember(r, repeat, key, id);
	return found;
}

/* Return whether a column is missing or NULL. */
static inline bool
is_null(const Receiver *r, const TupleTableSlot *slot, int column)
{
	return r->at[column] < 0 || slot->tts_isnull[r->at[column]];
}

/* Return the text of a column; empty when it is missing or NULL. */
static TrkLabel
label_in(const Receiver *r, const TupleTableSlot *slot, int column)
{
	bool		none = is_null(r, slot, column);

	return label_of(none ? (Datum) 0 : slot->tts_values[r->at[column]], none);
}

/*
 * Read the number in a column; it is zero when there is none.  Returns whether
 * there is one.
 */
static bool
number_in(const Receiver *r, const TupleTableSlot *slot, int column, TrkDecimal *number)
{
	if (is_null(r, slot, column))
	{
		trk_decimal_set(number, 0, 0);
		return false;
	}
	trk_decimal_read(number, slot->tts_values[r->at[column]]);
	return true;
}

/* Push a row. */
static void
push_row(Receiver *r, TupleTableSlot *slot, bool carried, TrkBook *book)
{
	TrkFill		fill;			/* every member is set for each row */
	bool		identified;

	identified = has_id(slot->tts_values[r->at[COL_ID]], is_null(r, slot, COL_ID), &fill.id);
	fill.t = slot->tts_values[r->at[COL_T]];
	fill.key = label_in(r, slot, COL_KEY);
	fill.side = trk_side_of(label_in(r, slot, COL_SIDE));
	fill.effect = trk_effect_of(label_in(r, slot, COL_EFFECT));
	fill.in_position = !is_null(r, slot, COL_POSITION);
	fill.duplicate = identified && is_duplicate(r, fill.key, fill.id);
	if (!is_null(r, slot, COL_SEEN))
		fill.duplicate |= DatumGetBool(slot->tts_values[r->at[COL_SEEN]]);
	fill.has_quantity = number_in(r, slot, COL_QUANTITY, &fill.quantity);
	fill.has_price = number_in(r, slot, COL_PRICE, &fill.price);
	(void) number_in(r, slot, COL_FEES, &fill.fees);
	fill.has_lot = number_in(r, slot, COL_LOT_QUANTITY, &fill.lot_quantity);
	fill.carried = carried || fill.has_lot;
	fill.has_lot &= number_in(r, slot, COL_LOT_FEES, &fill.lot_fees);
	fill.has_multiplier = number_in(r, slot, COL_MULTIPLIER, &fill.multiplier);
	fill.has_tag = !is_null(r, slot, COL_TAG);
	fill.tag = label_in(r, slot, COL_TAG);
	trk_book_push(book, &fill);
}

/* Push all rows, in order. */
static void
push_rows(Receiver *r, bool carried, TrkBook *book)
{
	MemoryContext row = AllocSetContextCreate(r->context, "agent_tracker row of a fill",
											  ALLOCSET_SMALL_SIZES);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(r->desc, &TTSOpsMinimalTuple);
	MemoryContext old = MemoryContextSwitchTo(row);

	tuplesort_performsort(r->rows);
	while (tuplesort_gettupleslot(r->rows, true, false, slot, NULL))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		push_row(r, slot, carried, book);
		MemoryContextReset(row);
	}
	MemoryContextSwitchTo(old);
	ExecDropSingleTupleTableSlot(slot);
	tuplesort_end(r->rows);
}

/*
 * Push the fills that an item of FROM returns into a book.  SPI must be
 * connected. carried marks the rows as lots of an earlier run.  The columns
 * fill_id, t, key, side, quantity, price and fees are required;
 * open_close_effect, position_id, lot_quantity, lot_fees, arrived_at,
 * line_no, seen_before (the id occurred before), tag and multiplier are
 * optional.  A row of side split is a stock split: quantity new units for
 * price old ones.
 */
void
trk_fills_push(const char *item, bool carried, TrkBook *book)
{
	Receiver	r = {
		.pub = {take_row, begin_sorts, no_work, no_work, DestNone},
		.context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker fills",
										 ALLOCSET_DEFAULT_SIZES)
	};
	SPIExecuteOptions options = {.read_only = true, .must_return_tuples = true, .dest = &r.pub};
	int			result = SPI_execute_extended(query_of(item, r.at), &options);

	if (result < 0)
		elog(ERROR, "SPI_execute_extended failed: %s", SPI_result_code_string(result));
	find_repeats(&r);
	push_rows(&r, carried, book);
	MemoryContextDelete(r.context);
}

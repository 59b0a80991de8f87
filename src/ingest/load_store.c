/*
 * load_store.c
 *	  Inserts the rows of a batch into at_event.
 *
 * ON CONFLICT DO NOTHING makes an insert about a seventh slower: the key is
 * looked up before each row, and each row is confirmed or taken back.  So if
 * no key is expected to be known, rows are inserted without it, in a
 * subtransaction.  If a key is known all the same, whoever stored it and
 * whenever, the unique index refuses it; then the subtransaction is rolled
 * back and the batch is inserted again with ON CONFLICT.
 *
 * A load learns what to expect: a batch is inserted the fast way after a batch
 * without known keys, and after each failure twice as many such batches are
 * required.  So the number of failures grows with the logarithm of the number
 * of batches, and a load of one batch has none.
 *
 * Rows are inserted month by month, so that the pages of a partition are still
 * in the processor's caches for its next row.  Rows of one key keep their
 * order, because the first one is stored and the others are compared with it.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "base/subxact.h"
#include "ingest/load_store.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Insert the events that a statement reads. */
#define INSERT_EVENTS \
	TRK_INSERT_INTO_EVENT \
	" SELECT r.occurred_at, r.event_type, r.environment, r.ingested_at," \
	" r.batch_id, r.line_no, r.key_digest, r.content_hash, r.evidence, r.project, r.agent_id, r.run_id," \
	" r.event_id, r.span_id, r.parent_span_id, r.idempotency_key, r.symbols, r.envelope, r.payload" \
	" FROM %1$s._at_pending_events($1) r"

/* Inserts the rows of a handle; it is an error when a key exists. */
static TrkStatement insert_events_stmt = {
	INSERT_EVENTS,
	1, {INT8OID}
};

/* Inserts the rows of a handle and skips keys that exist. */
static TrkStatement insert_events_once_stmt = {
	INSERT_EVENTS " ON CONFLICT DO NOTHING RETURNING line_no",
	1, {INT8OID}
};

/* Some rows of a batch, in the order in which they are inserted. */
typedef struct TrkSomeRows
{
	TrkIngest  *ingest;
	int		   *order;
	int			n;
} TrkSomeRows;

/*
 * A hash table of the keys of a batch.  Slots hold row numbers from 1; there
 * are at least twice as many slots as rows.
 */
typedef struct TrkKeyTable
{
	int		   *slots;
	uint32		mask;
} TrkKeyTable;

/* Return the digest of a row's key. */
static const uint8 *
row_key(TrkRowSet *rows, int i)
{
	return DatumGetUUIDP(trk_row_values(rows, i)[TRK_COL_KEY_DIGEST])->data;
}

/*
 * Return whether an earlier row has this digest; if not, add this row to the
 * table.
 */
static bool
is_repeated(TrkKeyTable *table, TrkRowSet *rows, int i)
{
	const uint8 *key = row_key(rows, i);
	uint32		slot;

	memcpy(&slot, key, sizeof(slot));
	for (slot &= table->mask; table->slots[slot] != 0; slot = (slot + 1) & table->mask)
		if (memcmp(row_key(rows, table->slots[slot] - 1), key, UUID_LEN) == 0)
			return true;
	table->slots[slot] = i + 1;
	return false;
}

/* Make an empty table for n keys. */
static void
make_key_table(TrkKeyTable *table, int n)
{
	uint32		size = 16;

	while (size < 2 * (uint32) n)
		size *= 2;
	table->slots = palloc0(sizeof(int) * size);
	table->mask = size - 1;
}

/* Sort rows by month, keeping the order within each month. */
static void
order_by_month(TrkSomeRows *some)
{
	int			begin[TRK_MONTH_SLOTS + 1] = {0};
	int		   *months = palloc(sizeof(int) * (some->n + 1));
	int		   *ordered = palloc(sizeof(int) * (some->n + 1));

	for (int i = 0; i < some->n; i++)
	{
		const Datum *values = trk_row_values(&some->ingest->events, some->order[i]);

		months[i] = trk_month_of(DatumGetTimestampTz(values[TRK_COL_OCCURRED_AT]));
		begin[months[i] + 1]++;
	}
	for (int month = 0; month < TRK_MONTH_SLOTS; month++)
		begin[month + 1] += begin[month];
	for (int i = 0; i < some->n; i++)
		ordered[begin[months[i]]++] = some->order[i];
	pfree(months);
	pfree(some->order);
	some->order = ordered;
}

/*
 * Order the rows of the batch: first those with different keys, by month, then
 * those whose key an earlier row has.
 */
static void
order_rows(TrkIngest *ingest, TrkSomeRows *first, TrkSomeRows *repeated)
{
	int			n = ingest->events.count;
	TrkKeyTable table;

	make_key_table(&table, n);
	first->ingest = repeated->ingest = ingest;
	first->n = repeated->n = 0;
	first->order = palloc(sizeof(int) * n);
	repeated->order = palloc(sizeof(int) * n);
	for (int i = 0; i < n; i++)
	{
		TrkSomeRows *some = is_repeated(&table, &ingest->events, i) ? repeated : first;

		some->order[some->n++] = i;
	}
	pfree(table.slots);
	order_by_month(first);
}

/* bsearch() comparator: pending events by line. */
static int
line_no_cmp(const void *key, const void *element)
{
	int32		line_no = *(const int32 *) key;
	int32		other = ((const TrkPending *) element)->line_no;

	return line_no < other ? -1 : line_no > other;
}

/*
 * Mark the event of this line as stored.  As long as all events have a row,
 * row is its index.
 */
static void
accept_line(TrkIngest *ingest, int32 line_no, int row)
{
	TrkPending *pending = &ingest->pending[row];

	if (pending->line_no != line_no)
		pending = bsearch(&line_no, ingest->pending, ingest->npending, sizeof(TrkPending),
						  line_no_cmp);
	if (pending == NULL)
		elog(ERROR, "insert returned a line it was not given");
	pending->fate = TRK_ACCEPTED;
}

/* Insert rows whose keys may be known; return how many were not. */
static int
insert_unknown(TrkSomeRows *some)
{
	int			n;

	if (some->n == 0)
		return 0;
	trk_rows_run_some(some->ingest->store, &insert_events_once_stmt, &some->ingest->events,
					  some->order, some->n, SPI_OK_INSERT_RETURNING);
	n = (int) SPI_tuptable->numvals;
	for (int i = 0; i < n; i++)
	{
		bool		isnull;
		Datum		line_no = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull);

		if (isnull)
			elog(ERROR, "insert returned a line without a number");
		accept_line(some->ingest, DatumGetInt32(line_no), some->order[i]);
	}
	SPI_freetuptable(SPI_tuptable);
	return n;
}

/* Insert rows, all or none (runs in a subtransaction). */
static void
insert_all(void *arg)
{
	TrkSomeRows *some = arg;

	trk_rows_run_some(some->ingest->store, &insert_events_stmt, &some->ingest->events,
					  some->order, some->n, SPI_OK_INSERT);
	if (SPI_processed != (uint64) some->n)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg_internal("a trigger held rows back")));
}

/*
 * Insert rows none of which is expected to be known; return false when a key
 * was known and nothing was inserted.
 */
static bool
insert_expected(TrkSomeRows *some)
{
	ErrorData  *error = trk_attempt(insert_all, some);

	if (error == NULL)
	{
		for (int i = 0; i < some->n; i++)
		{
			const Datum *values = trk_row_values(&some->ingest->events, some->order[i]);

			accept_line(some->ingest, DatumGetInt32(values[TRK_COL_LINE_NO]), some->order[i]);
		}
		return true;
	}
	if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION &&
		error->sqlerrcode != ERRCODE_EXCLUSION_VIOLATION)
		ReThrowError(error);
	FreeErrorData(error);
	return false;
}

/*
 * Insert the rows of the batch, and mark those that were stored as accepted.
 */
void
trk_ingest_insert_rows(TrkIngest *ingest)
{
	TrkSomeRows first,
				repeated;

	if (ingest->events.count == 0)
		return;
	order_rows(ingest, &first, &repeated);
	if (ingest->batches_to_see > 0 || !insert_expected(&first))
	{
		bool		failed = ingest->batches_to_see == 0;
		bool		known = insert_unknown(&first) < first.n;

		if (failed)
			ingest->batches_after_failure = Min(ingest->batches_after_failure, INT_MAX / 2) * 2;
		ingest->batches_to_see = known || failed ? ingest->batches_after_failure :
			ingest->batches_to_see - 1;
	}
	(void) insert_unknown(&repeated);
	ingest->events.count = 0;
}

/*
 * dedupe.c
 *	  Looks up keys and decides whether events are duplicates or conflicts (see
 *	  dedupe.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "store/dedupe.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Parameters: project, key digests, from, to. */
static TrkStatement find_keys_stmt = {
	"SELECT key_digest, content_hash FROM %1$s.at_event"
	" WHERE project OPERATOR(pg_catalog.=) $1"
	" AND key_digest OPERATOR(pg_catalog.=) ANY ($2)"
	" AND occurred_at OPERATOR(pg_catalog.>=) $3"
	" AND occurred_at OPERATOR(pg_catalog.<) $4",
	4, {TEXTOID, UUIDARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID}
};

/* Parameters: project, key digests.  Result: the keys of all months. */
static TrkStatement find_keys_anywhere_stmt = {
	"SELECT key_digest, content_hash FROM %1$s.at_event"
	" WHERE project OPERATOR(pg_catalog.=) $1"
	" AND key_digest OPERATOR(pg_catalog.=) ANY ($2)",
	2, {TEXTOID, UUIDARRAYOID}, CURSOR_OPT_CUSTOM_PLAN
};

/* Compare projects.  Any order will do that puts equal ones together. */
static int
project_cmp(const TrkPending *a, const TrkPending *b)
{
	if (a->project.len != b->project.len)
		return a->project.len < b->project.len ? -1 : 1;
	return memcmp(a->project.s, b->project.s, a->project.len);
}

/*
 * qsort() comparator: project, month, key.  One query looks up a run of events
 * with the same project and month.
 */
static int
pending_cmp(const void *a, const void *b)
{
	const TrkPending *pa = *(TrkPending *const *) a;
	const TrkPending *pb = *(TrkPending *const *) b;
	int			cmp = project_cmp(pa, pb);

	if (cmp != 0)
		return cmp;
	if (pa->month != pb->month)
		return pa->month < pb->month ? -1 : 1;
	return memcmp(pa->identity.key, pb->identity.key, sizeof(pa->identity.key));
}

/* Return whether one query can look up both events. */
static bool
same_lookup(const TrkPending *a, const TrkPending *b, bool anywhere)
{
	return a->project.len == b->project.len &&
		memcmp(a->project.s, b->project.s, a->project.len) == 0 &&
		(anywhere || a->month == b->month);
}

/*
 * Return the first event of a sorted run whose key is not below the given one.
 */
static int
lower_bound(TrkPending **run, int n, const uint8 *key)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			mid = low + (high - low) / 2;

		if (memcmp(run[mid]->identity.key, key, 16) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Decide the events of a run that have the key of a stored row: a duplicate if
 * the content is the same, else a conflict.  If several stored rows have the
 * key, an equal one takes precedence.
 */
static void
decide(TrkPending **run, int n, const uint8 *key, const uint8 *content)
{
	for (int i = lower_bound(run, n, key);
		 i < n && memcmp(run[i]->identity.key, key, 16) == 0; i++)
	{
		if (memcmp(run[i]->identity.content, content, 16) == 0)
			run[i]->fate = TRK_DUPLICATE;
		else if (run[i]->fate == TRK_UNDECIDED)
			run[i]->fate = TRK_CONFLICT;
	}
}

/* Return the keys of a run as uuid[]. */
static Datum
key_array(TrkPending **run, int n)
{
	Datum	   *elems = palloc(sizeof(Datum) * n);
	ArrayType  *array;

	for (int i = 0; i < n; i++)
		elems[i] = PointerGetDatum(run[i]->identity.key);
	array = construct_array(elems, n, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR);
	pfree(elems);
	return PointerGetDatum(array);
}

/* Look up the keys of one run, which is sorted by key. */
static void
lookup_run(TrkStore *store, TrkPending **run, int n, bool anywhere)
{
	const TrkPending *first = run[0];
	Datum		values[4];

	values[0] = PointerGetDatum(cstring_to_text_with_len(first->project.s,
														 first->project.len));
	values[1] = key_array(run, n);
	values[2] = TimestampTzGetDatum(trk_month_begin(first->month));
	values[3] = TimestampTzGetDatum(first->month == TRK_MONTH_AFTER ? DT_NOEND :
									first->month == TRK_MONTH_BEFORE ? trk_month_begin(0) :
									trk_month_begin(first->month + 1));
	trk_store_run(store, anywhere ? &find_keys_anywhere_stmt : &find_keys_stmt,
				  values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Datum		key = SPI_getbinval(tuple, desc, 1, &isnull);
		Datum		content = SPI_getbinval(tuple, desc, 2, &isnull);

		decide(run, n, DatumGetUUIDP(key)->data, DatumGetUUIDP(content)->data);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * qsort() comparator: key.  When all months are searched, a project is one run,
 * which must be sorted by key alone.
 */
static int
pending_key_cmp(const void *a, const void *b)
{
	return memcmp((*(TrkPending *const *) a)->identity.key,
				  (*(TrkPending *const *) b)->identity.key, 16);
}

/*
 * Look up the keys of all undecided events, in the month of each event or
 * anywhere in the project, and mark those found as duplicate or conflict.
 * Returns how many were found.  SPI must be connected.
 */
int
trk_dedupe(TrkStore *store, TrkPending *pending, int n, bool anywhere)
{
	TrkPending **order = palloc(sizeof(TrkPending *) * Max(n, 1));
	int			undecided = 0;
	int			found = 0;
	int			end;

	for (int i = 0; i < n; i++)
		if (pending[i].fate == TRK_UNDECIDED)
			order[undecided++] = &pending[i];
	qsort(order, undecided, sizeof(TrkPending *), pending_cmp);
	for (int begin = 0; begin < undecided; begin = end)
	{
		for (end = begin + 1; end < undecided &&
			 same_lookup(order[begin], order[end], anywhere); end++)
			continue;
		if (anywhere)
			qsort(order + begin, end - begin, sizeof(TrkPending *), pending_key_cmp);
		lookup_run(store, order + begin, end - begin, anywhere);
	}
	for (int i = 0; i < undecided; i++)
		found += order[i]->fate != TRK_UNDECIDED;
	pfree(order);
	return found;
}

/* qsort() comparator: project, key, line. */
static int
pending_line_cmp(const void *a, const void *b)
{
	const TrkPending *pa = *(TrkPending *const *) a;
	const TrkPending *pb = *(TrkPending *const *) b;
	int			cmp = project_cmp(pa, pb);

	if (cmp == 0)
		cmp = memcmp(pa->identity.key, pb->identity.key, sizeof(pa->identity.key));
	return cmp != 0 ? cmp : pa->line_no < pb->line_no ? -1 : pa->line_no > pb->line_no;
}

/*
 * Find duplicates and conflicts among the undecided events of a batch.
 * Events of one key in different months go to different partitions, so no
 * unique index would tell them apart.  The first event of a key stays
 * undecided.
 */
void
trk_dedupe_among(TrkPending *pending, int n)
{
	TrkPending **order = palloc(sizeof(TrkPending *) * Max(n, 1));
	const TrkPending *first = NULL;
	int			undecided = 0;

	for (int i = 0; i < n; i++)
		if (pending[i].fate == TRK_UNDECIDED)
			order[undecided++] = &pending[i];
	qsort(order, undecided, sizeof(TrkPending *), pending_line_cmp);
	for (int i = 0; i < undecided; i++)
	{
		if (first == NULL || !same_lookup(first, order[i], true) ||
			memcmp(first->identity.key, order[i]->identity.key, 16) != 0)
			first = order[i];
		else
			order[i]->fate = memcmp(first->identity.content, order[i]->identity.content, 16) == 0 ?
				TRK_DUPLICATE : TRK_CONFLICT;
	}
	pfree(order);
}

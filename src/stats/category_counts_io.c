/*
 * category_counts_io.c
 *	  Text and binary forms of at_counts, at_cluster_counts, at_sided_counts
 *	  and at_sided_cluster_counts.
 *
 * The text is a JSON object: format, nulls by side, and for each key an array
 * of its parts and counts: {"v":1,"nulls":[0],"counts":[["buy",3],["sell",2]]}.
 */
#include "base/trk.h"

#include "stats/category_counts.h"

#include "json/encoding.h"
#include "json/json_document.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "stats/state_text.h"
#include "utils/builtins.h"

/* Append the counts by side, as elements. */
static void
put_counts(StringInfo out, const TrkCategoryCountsKind *kind, const int64 *counts)
{
	for (int side = 0; side < kind->sides; side++)
		trk_doc_count(out, NULL, counts[side]);
}

/* Return the position of the second part of a key. */
static const char *
second_part(const TrkCategoryCountsEntry *e)
{
	return (const char *) memchr(e->key, '\0', e->len) + 1;
}

/* Append the parts of a key, as elements. */
static void
put_key(StringInfo out, const TrkCategoryCountsKind *kind, const TrkCategoryCountsEntry *e)
{
	const char *last = e->key;

	if (kind->parts == 2)
	{
		last = second_part(e);
		trk_doc_text_len(out, NULL, e->key, last - e->key - 1);
	}
	trk_doc_text_len(out, NULL, last, e->key + e->len - last);
}

/* The output function of a kind. */
static Datum
counts_out(FunctionCallInfo fcinfo, const TrkCategoryCountsKind *kind)
{
	TrkCategoryCounts *state = trk_category_counts_argument(fcinfo, 0, kind);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	trk_doc_count(&out, "v", TRK_CATEGORY_COUNTS_FORMAT);
	trk_doc_open(&out, "nulls", '[');
	put_counts(&out, kind, state->nulls);
	appendStringInfoChar(&out, ']');
	trk_doc_open(&out, "counts", '[');
	for (int64 i = 0; i < state->n; i++)
	{
		trk_doc_open(&out, NULL, '[');
		put_key(&out, kind, &state->entries[i]);
		put_counts(&out, kind, state->entries[i].counts);
		appendStringInfoChar(&out, ']');
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* Read a key and its counts. */
static bool
read_entry(const TrkValue *entry, TrkCategoryCounts *counts)
{
	const TrkCategoryCountsKind *kind = counts->kind;
	StringInfoData key;
	int64		before = counts->n;

	if (entry->kind != TRK_ARRAY || entry->len != (uint32) (kind->parts + kind->sides))
		return false;
	initStringInfo(&key);
	for (int part = 0; part < kind->parts; part++)
	{
		TrkText		t;

		if (entry->u.items[part].kind != TRK_STRING)
			return false;
		t = trk_server_string(&entry->u.items[part]);
		if (part > 0)
			appendStringInfoChar(&key, '\0');
		appendBinaryStringInfo(&key, t.s, (int) t.len);
	}
	for (int side = 0; side < kind->sides; side++)
	{
		int64		count;

		if (!trk_state_count(&entry->u.items[kind->parts + side], &count))
			return false;
		trk_category_counts_add(counts, key.data, key.len, side, count);
	}
	pfree(key.data);
	return counts->n == before + 1;
}

/* Read the whole text. */
static bool
read_state(const char *s, TrkCategoryCounts *state)
{
	TrkValue	root;
	const TrkValue *nulls;
	const TrkValue *counts;

	if (!trk_state_read(s, 3, &root) || !trk_state_format(&root, TRK_CATEGORY_COUNTS_FORMAT) ||
		(nulls = trk_state_member(&root, "nulls", TRK_ARRAY)) == NULL ||
		nulls->len != (uint32) state->kind->sides ||
		(counts = trk_state_member(&root, "counts", TRK_ARRAY)) == NULL)
		return false;
	for (int side = 0; side < state->kind->sides; side++)
		if (!trk_state_count(&nulls->u.items[side], &state->nulls[side]))
			return false;
	for (uint32 i = 0; i < counts->len; i++)
		if (!read_entry(&counts->u.items[i], state))
			return false;
	return true;
}

/* The input function of a kind. */
static Datum
counts_in(FunctionCallInfo fcinfo, const TrkCategoryCountsKind *kind)
{
	TrkCategoryCounts *counts = trk_category_counts_new(kind);

	if (!read_state(PG_GETARG_CSTRING(0), counts))
		trk_state_bad_text(fcinfo, kind->agg.name);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

/* Send a part of a key: its length and its bytes as stored. */
static void
send_part(StringInfo buf, const char *s, int len)
{
	pq_sendint32(buf, len);
	pq_sendbytes(buf, s, len);
}

/*
 * The binary output function of a kind: format, nulls by side, number of keys;
 * for each key its parts and its counts.
 */
static Datum
counts_send(FunctionCallInfo fcinfo, const TrkCategoryCountsKind *kind)
{
	TrkCategoryCounts *state = trk_category_counts_argument(fcinfo, 0, kind);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, TRK_CATEGORY_COUNTS_FORMAT);
	for (int side = 0; side < kind->sides; side++)
		pq_sendint64(&buf, state->nulls[side]);
	pq_sendint64(&buf, state->n);
	for (int64 i = 0; i < state->n; i++)
	{
		const TrkCategoryCountsEntry *e = &state->entries[i];
		const char *last = kind->parts == 2 ? second_part(e) : e->key;

		if (kind->parts == 2)
			send_part(&buf, e->key, (int) (last - e->key - 1));
		send_part(&buf, last, (int) (e->key + e->len - last));
		for (int side = 0; side < kind->sides; side++)
			pq_sendint64(&buf, e->counts[side]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Read a count from a message. */
static int64
receive_count(StringInfo buf, const TrkCategoryCountsKind *kind)
{
	int64		n = pq_getmsgint64(buf);

	if (n < 0)
		trk_state_bad_binary(kind->agg.name);
	return n;
}

/* Read a key from a message. */
static void
receive_key(StringInfo buf, StringInfo key, const TrkCategoryCountsKind *kind)
{
	resetStringInfo(key);
	for (int part = 0; part < kind->parts; part++)
	{
		int			len = (int) pq_getmsgint(buf, 4);
		const char *bytes;

		if (len < 0 || len > buf->len - buf->cursor)
			trk_state_bad_binary(kind->agg.name);
		bytes = pq_getmsgbytes(buf, len);
		if (memchr(bytes, '\0', len) != NULL ||
			!pg_verify_mbstr(GetDatabaseEncoding(), bytes, len, true))
			trk_state_bad_binary(kind->agg.name);
		if (part > 0)
			appendStringInfoChar(key, '\0');
		appendBinaryStringInfo(key, bytes, len);
	}
}

/* The binary input function of a kind. */
static Datum
counts_recv(FunctionCallInfo fcinfo, const TrkCategoryCountsKind *kind)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TrkCategoryCounts *counts = trk_category_counts_new(kind);
	StringInfoData key;
	int64		n;

	if (pq_getmsgbyte(buf) != TRK_CATEGORY_COUNTS_FORMAT)
		trk_state_bad_binary(kind->agg.name);
	for (int side = 0; side < kind->sides; side++)
		counts->nulls[side] = receive_count(buf, kind);
	n = receive_count(buf, kind);
	initStringInfo(&key);
	for (int64 i = 0; i < n; i++)
	{
		receive_key(buf, &key, kind);
		for (int side = 0; side < kind->sides; side++)
			trk_category_counts_add(counts, key.data, key.len, side, receive_count(buf, kind));
	}
	if (counts->n != n)
		trk_state_bad_binary(kind->agg.name);
	PG_RETURN_DATUM(trk_agg_datum(counts));
}

/* The four I/O functions of a type. */
#define COUNTS_IO_FUNCTION(type, suffix) \
PG_FUNCTION_INFO_V1(at_##type##_##suffix); \
Datum \
at_##type##_##suffix(PG_FUNCTION_ARGS) \
{ \
	return counts_##suffix(fcinfo, &trk_##type##_kind); \
}
#define COUNTS_IO(type) \
	COUNTS_IO_FUNCTION(type, in) \
	COUNTS_IO_FUNCTION(type, out) \
	COUNTS_IO_FUNCTION(type, send) \
	COUNTS_IO_FUNCTION(type, recv)

COUNTS_IO(counts)
COUNTS_IO(cluster_counts)
COUNTS_IO(sided_counts)
COUNTS_IO(sided_cluster_counts)

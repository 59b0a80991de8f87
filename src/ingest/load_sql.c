/*
 * load_sql.c
 *	  The SQL function at_ingest_jsonl(), over text and over bytea.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "ingest/load.h"
#include "json/json_cause.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "utils/builtins.h"

/*
 * Raise the ERROR for a compressed stream that cannot be read to its end; then
 * nothing is stored.
 */
pg_noreturn static void
bad_stream(const TrkLineReader *reader)
{
	if (trk_line_stream_too_large(reader))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the decompressed text is larger than agent_tracker.max_decompressed_bytes (" INT64_FORMAT ")",
						(int64) trk_setting_max_decompressed_bytes),
				 errdetail("Nothing was stored."),
				 errhint("Load it in parts; with salvage => true what whole gzip members within the limit hold is kept.")));
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("%s", trk_line_stream_reason(reader)),
			 errdetail("Nothing was stored: what was read before the damage may be altered, too."),
			 errhint("With salvage => true what whole gzip members hold is kept.")));
}

/* Pass all lines of the reader to the load. */
static void
ingest_lines(TrkIngest *ingest, TrkLineReader *reader)
{
	TrkLineStatus status;
	TrkLine		line;

	while ((status = trk_line_next(reader, &line)) == TRK_LINE_OK)
		trk_ingest_line(ingest, &line);
	if (status == TRK_LINE_BAD_STREAM)
		bad_stream(reader);
}

/*
 * Find the part of a damaged stream that can be trusted: whole members, up to
 * the end of their last line, because the rest of a line that was cut would be
 * read as another line.  Returns what is wrong with the rest, or NULL.
 */
static const char *
find_verified(const char *data, Size *len)
{
	const char *reason;
	Size		verified = trk_line_verified(CurrentMemoryContext, data, *len,
											 trk_setting_max_decompressed_bytes, &reason);

	if (reason != NULL)
		*len = verified;
	return reason;
}

/* Return the result as a row of at_ingest_result. */
static Datum
ingest_result(FunctionCallInfo fcinfo, int64 batch_id, const TrkCounts *counts)
{
	TrkComposite row;

	trk_composite_begin(&row, fcinfo);
	trk_put_int(&row, batch_id);
	trk_put_int(&row, counts->lines);
	trk_put_int(&row, counts->accepted);
	trk_put_int(&row, counts->duplicates);
	trk_put_int(&row, counts->conflicts);
	trk_put_int(&row, counts->rejected);
	trk_put_int(&row, counts->bytes);
	return trk_composite_datum(&row);
}

/*
 * Add a row of at_reject and raise a WARNING for the part of a stream that is
 * left out.
 */
static void
leave_out(TrkIngest *ingest, const TrkLineReader *reader, const char *reason)
{
	trk_ingest_reject(ingest, trk_line_stream_number(reader), TRK_RULE_GZIP, reason);
	ereport(WARNING,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("%s", reason),
			 errdetail("What the whole gzip members before it hold was taken, the rest was left out.")));
}

/* Load a whole content. */
static Datum
ingest_content(FunctionCallInfo fcinfo, const char *data, Size len, bool salvage)
{
	char	   *source = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		packed = len >= 2 && (uint8) data[0] == 0x1f && (uint8) data[1] == 0x8b;
	const char *no_lines = packed ? NULL : trk_json_no_lines(data, len);
	const char *left_out = packed && salvage ? find_verified(data, &len) : NULL;
	TrkStore   *store = trk_store_open(fcinfo, true);
	TrkIngest  *ingest;
	TrkLineReader *reader;
	TrkIngestOptions options = {.keep_lines = packed};
	TrkCounts	counts;
	int64		batch_id;

	ingest = trk_ingest_begin(store, CurrentMemoryContext, source, &options);
	reader = trk_line_reader_make(CurrentMemoryContext, data, len,
								  trk_setting_max_line_bytes,
								  trk_setting_max_decompressed_bytes);
	if (left_out != NULL)
		trk_line_drop_rest(reader);
	if (no_lines != NULL)
		trk_ingest_reject(ingest, 1, TRK_RULE_JSON, no_lines);
	else
		ingest_lines(ingest, reader);
	if (left_out != NULL)
		leave_out(ingest, reader, left_out);
	batch_id = trk_ingest_end(ingest, no_lines != NULL ? len : trk_line_bytes(reader), &counts);
	trk_line_reader_free(reader);
	return ingest_result(fcinfo, batch_id, &counts);
}

TRK_HIDE_CONTEXT_FUNCTION(at_ingest_jsonl_bytea);
/* at_ingest_jsonl(content bytea, source text, salvage boolean) returns at_ingest_result */
static Datum
at_ingest_jsonl_bytea_body(PG_FUNCTION_ARGS)
{
	bytea	   *content;

	trk_refuse_null_args(fcinfo, 2, 1);
	trk_refuse_null_args(fcinfo, 0, 1);
	content = PG_GETARG_BYTEA_PP(0);
	return ingest_content(fcinfo, VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content),
						  PG_GETARG_BOOL(2));
}

TRK_HIDE_CONTEXT_FUNCTION(at_ingest_jsonl_text);
/* at_ingest_jsonl(content text, source text) returns at_ingest_result */
static Datum
at_ingest_jsonl_text_body(PG_FUNCTION_ARGS)
{
	text	   *content;
	TrkText		utf8;

	trk_refuse_null_args(fcinfo, 0, 1);
	content = PG_GETARG_TEXT_PP(0);
	utf8 = trk_to_utf8(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content));
	return ingest_content(fcinfo, utf8.s, utf8.len, false);
}

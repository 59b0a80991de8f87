/*
 * export.c
 *	  at_export_jsonl() and at_export_gzip(): canonical lines out of the store,
 *	  ordered by time.
 *
 * Rows come from a cursor, some hundred at a time, so that memory does not
 * grow with the export.
 */
#include "trk.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "event_out.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "quiet.h"
#include "store.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/timestamp.h"

#include <zlib.h>

/* Rows fetched at a time. */
#define TRK_FETCH_ROWS		256

/* An export under way. */
typedef struct TrkExport
{
	TrkStore   *store;
	char	   *portal;			/* name of the cursor */
	MemoryContext fetch_context;	/* of the lines at hand */
	TrkRowShape shape;
	bool		shape_known;
	text	  **lines;
	uint64		nlines;
	uint64		next;
} TrkExport;

/* Open the cursor; the arguments are project, since, until, each may be NULL. */
static TrkExport *
trk_export_open(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	TrkExport  *export = palloc0(sizeof(TrkExport));
	Datum		values[3];
	char		nulls[4] = "   ";
	Portal		portal;

	export->store = trk_store_open(fcinfo, false);
	export->fetch_context = AllocSetContextCreate(context, "agent_tracker export lines",
												  ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < 3; i++)
	{
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	portal = SPI_cursor_open(NULL, trk_store_plan(export->store, TRK_STMT_EXPORT),
							 values, nulls, true);
	export->portal = MemoryContextStrdup(context, portal->name);
	SPI_finish();
	MemoryContextSwitchTo(old);
	return export;
}

/* The canonical lines of the rows in SPI_tuptable. */
static void
trk_export_convert(TrkExport *export)
{
	TupleDesc	desc = SPI_tuptable->tupdesc;
	StringInfoData line;

	if (!export->shape_known)
		trk_row_shape(&export->shape, desc, export->store->nsp);
	export->shape_known = true;
	export->nlines = SPI_processed;
	export->lines = MemoryContextAlloc(export->fetch_context,
									   sizeof(text *) * Max(SPI_processed, 1));
	initStringInfo(&line);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		CHECK_FOR_INTERRUPTS();
		resetStringInfo(&line);
		trk_event_write(&line, &export->shape, SPI_tuptable->vals[i], desc);
		export->lines[i] = MemoryContextAlloc(export->fetch_context, VARHDRSZ + line.len);
		SET_VARSIZE(export->lines[i], VARHDRSZ + line.len);
		memcpy(VARDATA(export->lines[i]), line.data, line.len);
	}
}

/* Fetch the next rows as lines; false when there are none. */
static bool
trk_export_fetch(TrkExport *export)
{
	Portal		portal = SPI_cursor_find(export->portal);

	if (portal == NULL)
		elog(ERROR, "cursor of the export is gone");
	MemoryContextReset(export->fetch_context);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	SPI_cursor_fetch(portal, true, TRK_FETCH_ROWS);
	trk_export_convert(export);
	export->next = 0;
	if (export->nlines == 0)
		SPI_cursor_close(portal);
	SPI_finish();
	return export->nlines > 0;
}

/* The next line, or NULL after the last. */
static text *
trk_export_next(TrkExport *export)
{
	if (export->next == export->nlines && !trk_export_fetch(export))
		return NULL;
	return export->lines[export->next++];
}

/* The query ends before the last line: close the cursor. */
static void
trk_export_abandon(Datum arg)
{
	TrkExport  *export = (TrkExport *) DatumGetPointer(arg);
	Portal		portal = GetPortalByName(export->portal);

	if (PortalIsValid(portal))
		PortalDrop(portal, false);
}

PG_FUNCTION_INFO_V1(at_export_jsonl);
/* at_export_jsonl(project text, since timestamptz, until timestamptz) returns setof text */
Datum
at_export_jsonl(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TrkExport  *export;
	TrkQuiet	quiet;
	text	   *line;

	trk_quiet_begin(&quiet);
	if (SRF_IS_FIRSTCALL())
	{
		call = SRF_FIRSTCALL_INIT();
		call->user_fctx = trk_export_open(fcinfo, call->multi_call_memory_ctx);
		RegisterExprContextCallback(rsinfo->econtext, trk_export_abandon,
									PointerGetDatum(call->user_fctx));
	}
	call = SRF_PERCALL_SETUP();
	export = call->user_fctx;
	line = trk_export_next(export);
	trk_quiet_end(&quiet);
	if (line != NULL)
		SRF_RETURN_NEXT(call, PointerGetDatum(line));
	UnregisterExprContextCallback(rsinfo->econtext, trk_export_abandon,
								  PointerGetDatum(export));
	SRF_RETURN_DONE(call);
}

/* zlib's allocation, in the current memory context. */
static void *
trk_zalloc(void *opaque, unsigned int items, unsigned int size)
{
	return MemoryContextAlloc((MemoryContext) opaque, (Size) items * size);
}

/* zlib's freeing. */
static void
trk_zfree(void *opaque, void *address)
{
	pfree(address);
}

/* Compress what the stream has as input, or finish, onto out. */
static void
trk_deflate(z_stream *stream, int flush, StringInfo out)
{
	int			rc;

	do
	{
		CHECK_FOR_INTERRUPTS();
		enlargeStringInfo(out, 64 * 1024);
		stream->next_out = (Bytef *) out->data + out->len;
		stream->avail_out = 64 * 1024;
		rc = deflate(stream, flush);
		if (rc == Z_STREAM_ERROR)
			elog(ERROR, "zlib could not compress");
		out->len += 64 * 1024 - (int) stream->avail_out;
	} while (flush == Z_FINISH ? rc != Z_STREAM_END : stream->avail_out == 0);
}

PG_FUNCTION_INFO_V1(at_export_gzip);
/* at_export_gzip(project text, since timestamptz, until timestamptz) returns bytea */
Datum
at_export_gzip(PG_FUNCTION_ARGS)
{
	z_stream	stream = {.zalloc = trk_zalloc,.zfree = trk_zfree,
	.opaque = CurrentMemoryContext};
	TrkExport  *export;
	StringInfoData out;
	TrkQuiet	quiet;
	text	   *line;

	trk_quiet_begin(&quiet);
	export = trk_export_open(fcinfo, CurrentMemoryContext);
	initStringInfo(&out);
	out.len = VARHDRSZ;
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
					 Z_DEFAULT_STRATEGY) != Z_OK)
		elog(ERROR, "zlib could not begin to compress");
	while ((line = trk_export_next(export)) != NULL)
	{
		stream.next_in = (Bytef *) VARDATA(line);
		stream.avail_in = VARSIZE(line) - VARHDRSZ;
		trk_deflate(&stream, Z_NO_FLUSH, &out);
		stream.next_in = (Bytef *) "\n";
		stream.avail_in = 1;
		trk_deflate(&stream, Z_NO_FLUSH, &out);
	}
	trk_deflate(&stream, Z_FINISH, &out);
	deflateEnd(&stream);
	SET_VARSIZE(out.data, out.len);
	trk_quiet_end(&quiet);
	PG_RETURN_BYTEA_P(out.data);
}

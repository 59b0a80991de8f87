/*
 * export_jsonl.c
 *	  The SQL functions at_export_jsonl() and at_export_gzip(): canonical lines
 *	  of stored events, ordered by time.
 *
 * The query is run a few hundred rows at a time, so that memory does not grow
 * with the export.  It is run by the executor directly and not through a
 * cursor: a cursor would end with a subtransaction, and when a holdable cursor
 * over the export is filled.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "store/event_out.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "base/hide_context.h"
#include "store/store.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/snapmgr.h"

#include <zlib.h>

/* Parameters: project, since, until. */
static TrkStatement export_events_stmt = {
	"SELECT occurred_at, event_type, environment, project, agent_id, run_id, event_id,"
	" span_id, parent_span_id, idempotency_key, symbols, envelope, payload"
	" FROM %1$s.at_event"
	" WHERE ($1 IS NULL OR project OPERATOR(pg_catalog.=) $1)"
	" AND ($2 IS NULL OR occurred_at OPERATOR(pg_catalog.>=) $2)"
	" AND ($3 IS NULL OR occurred_at OPERATOR(pg_catalog.<) $3)"
	" ORDER BY occurred_at, ingested_at, batch_id, line_no, key_digest",
	3, {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, CURSOR_OPT_CUSTOM_PLAN
};

/* Rows fetched at a time. */
#define TRK_FETCH_ROWS		256

/* A running export.  The executor passes its rows to the receiver. */
typedef struct TrkExport
{
	DestReceiver receiver;		/* must be the first member */
	TrkStore   *store;
	QueryDesc  *query;			/* NULL after the last row */
	MemoryContext fetch_context;	/* holds the lines that were fetched */
	MemoryContext row_context;	/* reset for each row */
	TrkRowShape shape;
	bool		shape_known;
	text	   *lines[TRK_FETCH_ROWS];
	int			nlines;
	int			next;
} TrkExport;

/* DestReceiver callback for each row: store its canonical line. */
static bool
export_receive(TupleTableSlot *slot, DestReceiver *self)
{
	TrkExport  *export = (TrkExport *) self;
	MemoryContext old = MemoryContextSwitchTo(export->row_context);
	TupleDesc	desc = slot->tts_tupleDescriptor;
	StringInfoData line;
	HeapTuple	tuple;
	bool		should_free;
	text	   *kept;

	CHECK_FOR_INTERRUPTS();
	if (!export->shape_known)
		trk_row_shape(&export->shape, desc, export->store->nsp);
	export->shape_known = true;
	tuple = ExecFetchSlotHeapTuple(slot, false, &should_free);
	initStringInfo(&line);
	trk_event_write(&line, &export->shape, tuple, desc);
	kept = MemoryContextAlloc(export->fetch_context, VARHDRSZ + line.len);
	SET_VARSIZE(kept, VARHDRSZ + line.len);
	memcpy(VARDATA(kept), line.data, line.len);
	export->lines[export->nlines++] = kept;
	MemoryContextSwitchTo(old);
	MemoryContextReset(export->row_context);
	return true;
}

/* DestReceiver startup callback; there is nothing to do. */
static void
export_startup(DestReceiver *self, int operation, TupleDesc desc)
{
}

/* DestReceiver shutdown callback; there is nothing to do. */
static void
export_shutdown(DestReceiver *self)
{
}

/* Return the arguments project, since and until as parameters of the query. */
static ParamListInfo
export_params(FunctionCallInfo fcinfo)
{
	static const Oid types[] = {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	ParamListInfo params = makeParamList(lengthof(types));

	for (int i = 0; i < lengthof(types); i++)
	{
		params->params[i].value = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		params->params[i].isnull = PG_ARGISNULL(i);
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = types[i];
	}
	return copyParamList(params);
}

/* Plan the query of the export for these parameters. */
static PlannedStmt *
export_plan(TrkExport *export, ParamListInfo params)
{
	MemoryContext context = CurrentMemoryContext;
	PlannedStmt *stmt;
	CachedPlanSource *source;
	CachedPlan *plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	source = linitial(SPI_plan_get_plan_sources(trk_store_plan(export->store, &export_events_stmt)));
	plan = GetCachedPlan(source, params, CurrentResourceOwner, NULL);
	MemoryContextSwitchTo(context);
	stmt = copyObject(linitial_node(PlannedStmt, plan->stmt_list));
	ReleaseCachedPlan(plan, CurrentResourceOwner);
	SPI_finish();
	return stmt;
}

/* Begin an export that lives in the context. */
static TrkExport *
export_open(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	TrkExport  *export = palloc0(sizeof(TrkExport));
	ParamListInfo params = export_params(fcinfo);

	export->receiver.receiveSlot = export_receive;
	export->receiver.rStartup = export_startup;
	export->receiver.rShutdown = export_shutdown;
	export->receiver.rDestroy = export_shutdown;
	export->receiver.mydest = DestNone;
	export->store = trk_store_open(fcinfo, false);
	export->fetch_context = AllocSetContextCreate(context, "agent_tracker export lines",
												  ALLOCSET_DEFAULT_SIZES);
	export->row_context = AllocSetContextCreate(context, "agent_tracker export row",
												ALLOCSET_DEFAULT_SIZES);
	export->query = CreateQueryDesc(export_plan(export, params), "", GetActiveSnapshot(),
									InvalidSnapshot, &export->receiver, params, NULL, 0);
	ExecutorStart(export->query, 0);
	MemoryContextSwitchTo(old);
	return export;
}

/* End the query, after its last row or before. */
static void
export_close(TrkExport *export)
{
	QueryDesc  *query = export->query;

	export->query = NULL;
	if (query == NULL)
		return;
	ExecutorFinish(query);
	ExecutorEnd(query);
	FreeQueryDesc(query);
}

/*
 * Expression context callback: end the query of an export that was not read to
 * its end.
 */
static void
export_abandon(Datum arg)
{
	export_close((TrkExport *) DatumGetPointer(arg));
}

/* Fetch the next rows as lines; return false when there are none. */
static bool
export_fetch(TrkExport *export)
{
	MemoryContextReset(export->fetch_context);
	export->nlines = 0;
	export->next = 0;
	if (export->query == NULL)
		return false;
	PushActiveSnapshot(export->query->snapshot);
	trk_executor_run(export->query, TRK_FETCH_ROWS);
	PopActiveSnapshot();
	if (export->nlines < TRK_FETCH_ROWS)
		export_close(export);
	return export->nlines > 0;
}

/* Return the next line, or NULL after the last. */
static text *
export_next(TrkExport *export)
{
	if (export->next == export->nlines && !export_fetch(export))
		return NULL;
	return export->lines[export->next++];
}

TRK_HIDE_CONTEXT_FUNCTION(at_export_jsonl);
/* at_export_jsonl(project text, since timestamptz, until timestamptz) returns setof text */
static Datum
at_export_jsonl_body(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TrkExport  *export;
	text	   *line;

	if (SRF_IS_FIRSTCALL())
	{
		call = SRF_FIRSTCALL_INIT();
		call->user_fctx = export_open(fcinfo, call->multi_call_memory_ctx);
		RegisterExprContextCallback(rsinfo->econtext, export_abandon,
									PointerGetDatum(call->user_fctx));
	}
	call = SRF_PERCALL_SETUP();
	export = call->user_fctx;
	line = export_next(export);
	if (line != NULL)
		SRF_RETURN_NEXT(call, PointerGetDatum(line));
	UnregisterExprContextCallback(rsinfo->econtext, export_abandon,
								  PointerGetDatum(export));
	SRF_RETURN_DONE(call);
}

/* zlib's allocation callback: allocate in the current memory context. */
static void *
trk_zalloc(void *opaque, unsigned int items, unsigned int size)
{
	return MemoryContextAlloc((MemoryContext) opaque, (Size) items * size);
}

/* zlib's free callback. */
static void
trk_zfree(void *opaque, void *address)
{
	pfree(address);
}

/*
 * Compress the input of the stream, or finish it, and append the result to
 * out.
 */
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

TRK_HIDE_CONTEXT_FUNCTION(at_export_gzip);
/* at_export_gzip(project text, since timestamptz, until timestamptz) returns bytea */
static Datum
at_export_gzip_body(PG_FUNCTION_ARGS)
{
	z_stream	stream = {.zalloc = trk_zalloc, .zfree = trk_zfree,
	.opaque = CurrentMemoryContext};
	TrkExport  *export;
	StringInfoData out;
	text	   *line;

	export = export_open(fcinfo, CurrentMemoryContext);
	initStringInfo(&out);
	out.len = VARHDRSZ;
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
					 Z_DEFAULT_STRATEGY) != Z_OK)
		elog(ERROR, "zlib could not begin to compress");
	while ((line = export_next(export)) != NULL)
	{
		TrkText		utf8 = trk_text_arg(line);

		stream.next_in = (Bytef *) utf8.s;
		stream.avail_in = (uInt) utf8.len;
		trk_deflate(&stream, Z_NO_FLUSH, &out);
		stream.next_in = (Bytef *) "\n";
		stream.avail_in = 1;
		trk_deflate(&stream, Z_NO_FLUSH, &out);
		if (utf8.s != VARDATA(line))
			pfree(unconstify(char *, utf8.s));
	}
	trk_deflate(&stream, Z_FINISH, &out);
	deflateEnd(&stream);
	SET_VARSIZE(out.data, out.len);
	PG_RETURN_BYTEA_P(out.data);
}

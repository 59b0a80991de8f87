/*
 * inbox.c
 *	  The triggers of the view at_inbox(line): COPY and INSERT into it are a
 *	  bulk load.
 *
 * The statement triggers begin and end the load, the row trigger passes it a
 * line.  COPY adds its current line to the context of every error.  To keep
 * that out of the log, the triggers run with only our own error context
 * (hide_context.h), and for errors that COPY raises between two rows our
 * context replaces its own.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "ingest/inbox_copy.h"
#include "ingest/load.h"
#include "base/hide_context.h"
#include "base/sha256.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* A running statement that inserts into at_inbox; nested ones form a stack. */
typedef struct TrkInbox
{
	struct TrkInbox *outer;
	MemoryContext context;
	TrkIngest  *ingest;
	int64		line_no;
	int64		bytes;
	bool		copied;			/* the statement is a COPY */
	bool		checked;		/* it was checked that COPY leaves lines as they are, or there is
								 * no COPY */
	ErrorContextCallback *contexts; /* the error contexts around the statement */
} TrkInbox;

static TrkInbox *trk_inbox = NULL;

/*
 * Memory context callback: remove the statement from the stack when its memory
 * is freed, at its end or by an error.
 */
static void
inbox_gone(void *arg)
{
	TrkInbox   *gone = arg;

	if (trk_inbox == gone)
		trk_inbox = gone->outer;
}

/*
 * BEFORE STATEMENT trigger: begin a load. contexts are the error contexts
 * around the statement.
 */
static void
inbox_begin(FunctionCallInfo fcinfo, ErrorContextCallback *contexts)
{
	Oid			view = RelationGetRelid(((TriggerData *) fcinfo->context)->tg_relation);
	bool		checked = trk_inbox_check_statement(view);
	bool		copied = checked || trk_inbox_is_copy(CurrentMemoryContext);
	TrkStore   *store = trk_store_open(fcinfo, true);
	MemoryContext context = AllocSetContextCreate(CurTransactionContext,
												  "agent_tracker inbox",
												  ALLOCSET_SMALL_SIZES);
	TrkIngestOptions options = {.keep_lines = true};
	TrkInbox   *inbox = MemoryContextAllocZero(context, sizeof(TrkInbox));
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));

	inbox->context = context;
	inbox->outer = trk_inbox;
	inbox->contexts = contexts;
	inbox->copied = copied;
	inbox->checked = checked;
	inbox->ingest = trk_ingest_begin(store, context, "at_inbox", &options);
	callback->func = inbox_gone;
	callback->arg = inbox;
	MemoryContextRegisterResetCallback(context, callback);
	trk_inbox = inbox;
}

/* Return the load of the running statement. */
static TrkInbox *
inbox_current(void)
{
	if (trk_inbox == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("at_inbox has no load under way"),
				 errhint("Its three triggers belong together; do not disable one.")));
	return trk_inbox;
}

/* Return the line without the carriage return of a CRLF file. */
static TrkText
inbox_text(Datum value)
{
	TrkText		t = trk_text_arg(DatumGetTextPP(value));

	if (t.len > 0 && t.s[t.len - 1] == '\r')
		t.len--;
	return t;
}

/* Error context callback that replaces COPY's, which would show the line. */
static void
inbox_context(void *arg)
{
	const TrkInbox *inbox = arg;

	errcontext("COPY at_inbox, line " INT64_FORMAT, inbox->line_no + 1);
}

/*
 * Replace the error context of COPY around a row.  A COPY, and nothing else,
 * has one more context around a row than around the statement; its argument is
 * the COPY's state, by which its options are checked.  COPY removes its
 * context before the load ends.
 */
static void
inbox_hide_line(TrkInbox *inbox, ErrorContextCallback *contexts)
{
	if (contexts == inbox->contexts || contexts == NULL ||
		contexts->previous != inbox->contexts)
		return;
	if (!inbox->checked)
		trk_inbox_check_copy(contexts);
	inbox->checked = true;
	contexts->callback = inbox_context;
	contexts->arg = inbox;
}

/*
 * INSTEAD OF INSERT trigger for each row: load one line. contexts are the
 * error contexts around the row.
 */
static void
inbox_row(TriggerData *trigger, ErrorContextCallback *contexts)
{
	TrkInbox   *inbox = inbox_current();
	bool		isnull;
	Datum		value = heap_getattr(trigger->tg_trigtuple, 1,
									 RelationGetDescr(trigger->tg_relation), &isnull);
	TrkText		t;
	TrkLine		line;

	inbox_hide_line(inbox, contexts);
	inbox->line_no++;
	inbox->bytes++;				/* count the line's end too */
	if (isnull)
		return;					/* ignore an empty line */
	t = inbox_text(value);
	inbox->bytes += t.len;
	if (trk_line_is_blank(t.s, t.len))
		return;
	line.data = t.s;
	line.len = t.len;
	line.kept = Min(t.len, (Size) trk_setting_max_line_bytes);
	line.number = inbox->line_no;
	if (line.kept < line.len)
		trk_sha256(t.s, t.len, line.sha256);
	trk_ingest_line(inbox->ingest, &line);
}

/* AFTER STATEMENT trigger: end the load and report the counts. */
static void
inbox_end(TriggerData *trigger)
{
	TrkInbox   *inbox = inbox_current();
	TrkCounts	counts;
	int64		batch_id;

	if (inbox->line_no == 0 && inbox->copied && !inbox->checked)
		trk_inbox_check_nothing(RelationGetRelid(trigger->tg_relation));
	batch_id = trk_ingest_end(inbox->ingest, inbox->bytes, &counts);
	MemoryContextDelete(inbox->context);
	ereport(NOTICE,
			(errmsg("batch " INT64_FORMAT ": " INT64_FORMAT " lines, "
					INT64_FORMAT " accepted, " INT64_FORMAT " duplicates, "
					INT64_FORMAT " conflicts, " INT64_FORMAT " rejected",
					batch_id, counts.lines, counts.accepted, counts.duplicates,
					counts.conflicts, counts.rejected)));
}

/*
 * Return whether the trigger is called for an INSERT into a view with one text
 * column.
 */
static bool
inbox_fits(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	return CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_BY_INSERT(trigger->tg_event) &&
		trigger->tg_relation->rd_rel->relkind == RELKIND_VIEW &&
		TupleDescAttr(RelationGetDescr(trigger->tg_relation), 0)->atttypid == TEXTOID;
}

PG_FUNCTION_INFO_V1(at_inbox_trigger);
/*
 * _at_inbox_trigger() returns trigger: serves all three triggers of at_inbox
 */
Datum
at_inbox_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TrkHiddenContext hidden;

	if (!inbox_fits(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("_at_inbox_trigger belongs to the view at_inbox")));
	trk_hide_context_begin(&hidden);
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		inbox_row(trigger, hidden.outer);
	else if (TRIGGER_FIRED_BEFORE(trigger->tg_event))
		inbox_begin(fcinfo, hidden.outer);
	else
		inbox_end(trigger);
	trk_hide_context_end(&hidden);
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		return PointerGetDatum(trigger->tg_trigtuple);
	return PointerGetDatum(NULL);
}

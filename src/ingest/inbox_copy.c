/*
 * inbox_copy.c
 *	  Finds the options of the running COPY and checks them.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/namespace.h"
#include "commands/copy.h"
#include "commands/copyfrom_internal.h"
#include "commands/progress.h"
#include "ingest/inbox_copy.h"
#include "mb/pg_wchar.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"
#include "utils/backend_status.h"
#include "utils/memutils.h"
#include "utils/portal.h"

/* The one form of COPY that takes any line as it is. */
#define COPY_HINT \
	"Copy lines as they are: \\copy at_inbox from 'events.jsonl' with (format csv, quote e'\\x01', delimiter e'\\x02')"

/* Return whether no line of JSON can contain this byte. */
static bool
no_json(const char *byte)
{
	unsigned char c = (unsigned char) *byte;

	return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

/*
 * Return whether bytes in this encoding reach us unchanged.  Lines of JSON are
 * UTF-8, and the client declares its encoding; without conversion bytes are
 * unchanged if the database has one of these encodings.
 */
static bool
is_true_to_bytes(int encoding)
{
	if (encoding == PG_SQL_ASCII)
		return GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII;
	return encoding < 0 || encoding == PG_UTF8 || encoding == pg_get_client_encoding();
}

/*
 * Return what these options, and a WHERE condition, would do to lines, or NULL
 * when nothing.
 */
static const char *
what_is_altered(const CopyFormatOptions *options, bool condition)
{
	if (condition)
		return "A WHERE clause leaves lines out.";
	if (options->binary)
		return NULL;
	if (!options->csv_mode)
		return "The text format takes backslashes, which JSON needs, as escapes of its own.";
	if (options->header_line != COPY_HEADER_FALSE)
		return "HEADER skips the first line.";
	if (!no_json(options->quote))
		return "The quote is a character that lines of JSON contain.";
	if (!no_json(options->delim))
		return "The delimiter is a character that lines of JSON contain.";
	if (options->null_print_len > 0)
		return "Lines that equal the NULL string would be skipped.";
	if (trk_copy_has_default(options))
		return "Lines that equal the DEFAULT string would be replaced.";
	if (!is_true_to_bytes(options->file_encoding))
		return "ENCODING is neither UTF8, which JSON is written in, nor the client's encoding.";
	return NULL;
}

/* Raise an ERROR when lines would not arrive unchanged. */
static void
check_options(const CopyFormatOptions *options, bool condition)
{
	const char *detail = what_is_altered(options, condition);

	if (detail != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("COPY into at_inbox would not take lines as they are"),
				 errdetail("%s", detail),
				 errhint("%s", COPY_HINT)));
}

/*
 * The innermost running COPY FROM that began after this library was loaded, or
 * NULL.
 */
static const CopyStmt *current_copy = NULL;
static ProcessUtility_hook_type next_utility = NULL;

/* Run a utility statement by the next function in the hook's chain. */
static void
run_utility(PlannedStmt *planned, const char *query, bool read_only,
			ProcessUtilityContext context, ParamListInfo params,
			QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	if (next_utility != NULL)
		next_utility(planned, query, read_only, context, params, environment, receiver, completion);
	else
		standard_ProcessUtility(planned, query, read_only, context, params, environment, receiver,
								completion);
}

/*
 * ProcessUtility hook: remember a COPY FROM while it runs.  This includes one
 * within a function, which has no portal.
 */
static void
watch_utility(PlannedStmt *planned, const char *query, bool read_only,
			  ProcessUtilityContext context, ParamListInfo params,
			  QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	const CopyStmt *outer = current_copy;

	if (!IsA(planned->utilityStmt, CopyStmt) || !((CopyStmt *) planned->utilityStmt)->is_from)
	{
		run_utility(planned, query, read_only, context, params, environment, receiver, completion);
		return;
	}
	PG_TRY();
	{
		current_copy = (const CopyStmt *) planned->utilityStmt;
		run_utility(planned, query, read_only, context, params, environment, receiver, completion);
	}
	PG_FINALLY();
	{
		current_copy = outer;
	}
	PG_END_TRY();
}

/* Install the hook.  Called once, when the library is loaded. */
void
trk_inbox_copy_init(void)
{
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = watch_utility;
}

/*
 * Return the client's statement when it is a COPY FROM.  This finds the COPY
 * that caused the library to be loaded, which the hook has not seen.
 */
static const CopyStmt *
client_copy(void)
{
	const PlannedStmt *planned;
	const CopyStmt *copy;

	if (!PortalIsValid(ActivePortal) || list_length(ActivePortal->stmts) != 1)
		return NULL;
	planned = linitial_node(PlannedStmt, ActivePortal->stmts);
	if (planned->utilityStmt == NULL || !IsA(planned->utilityStmt, CopyStmt))
		return NULL;
	copy = (const CopyStmt *) planned->utilityStmt;
	return copy->is_from ? copy : NULL;
}

/* Check the running COPY, if it copies into this view. */
bool
trk_inbox_check_statement(Oid view)
{
	const CopyStmt *copy = current_copy != NULL ? current_copy : client_copy();
	CopyFormatOptions options = {0};

	if (copy == NULL || copy->relation == NULL ||
		RangeVarGetRelid(copy->relation, NoLock, true) != view)
		return false;
	ProcessCopyOptions(NULL, &options, true, copy->options);
	check_options(&options, copy->whereClause != NULL);
	return true;
}

/*
 * Return whether a COPY runs the statement whose triggers are called in this
 * memory context.  The executor's context is then a sibling of COPY's context;
 * a query has no such sibling.
 */
bool
trk_inbox_is_copy(MemoryContext context)
{
	while (context != NULL && strcmp(context->name, "ExecutorState") != 0)
		context = context->parent;
	if (context == NULL || context->parent == NULL)
		return false;
	for (context = context->parent->firstchild; context != NULL; context = context->nextchild)
		if (strcmp(context->name, "COPY") == 0)
			return true;
	return false;
}

/* Check the COPY whose error context is around a row, if it is one. */
void
trk_inbox_check_copy(const ErrorContextCallback *context)
{
	CopyFromState copy;

	if (context->callback != CopyFromErrorCallback)
		return;
	copy = (CopyFromState) context->arg;
	check_options(&copy->opts, copy->whereClause != NULL);
}

/*
 * Check, for a COPY that gave no line, that its input had none.  The server
 * counts the bytes it reads for its progress report; when reporting is off, it
 * is not known.
 */
void
trk_inbox_check_nothing(Oid view)
{
	const PgBackendStatus *me = MyBEEntry;

	if (me == NULL || !pgstat_track_activities)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("COPY into at_inbox took no line, and whether it left any out is not known"),
				 errdetail("agent_tracker was loaded by this COPY, and track_activities is off."),
				 errhint("Run it again.")));
	if (me->st_progress_command != PROGRESS_COMMAND_COPY ||
		me->st_progress_command_target != view ||
		me->st_progress_param[PROGRESS_COPY_BYTES_PROCESSED] == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("COPY into at_inbox took no line of what it read"),
			 errdetail("A header or a WHERE clause left all of it out."),
			 errhint("%s", COPY_HINT)));
}

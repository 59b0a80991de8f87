/*
 * journal_live.c
 *	  Reads the journal tables of a schema (see journal_live.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/null_args.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "import/journal_events.h"
#include "import/journal_live.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Add a warning to the report of the run. */
void
trk_run_warn(TrkJournalRun *run, const char *message)
{
	Size		len = strlen(message);

	if (run->nwarnings < TRK_READER_WARNINGS)
	{
		run->warnings[run->nwarnings].s = trk_arena_copy(&run->kept, message, len);
		run->warnings[run->nwarnings].len = len;
	}
	run->nwarnings++;
}

/* Add a warning of the rules about the current row (a TrkJournalWarnFn). */
static void
rule_warning(void *state, const char *message, bool of_value)
{
	TrkJournalRun *run = state;

	if (!run->silent)
		trk_run_warn(run, message);
}

/*
 * Warn that a table cannot be read, or only a part of it.  The message of the
 * error is never shown.
 */
static void
warn_unread(TrkJournalRun *run, int table, bool begun)
{
	const TrkReaderTable *t = &run->tables[table];

	trk_run_warn(run, psprintf("%s was not read%s: %s", trk_journal_table(table)->name,
							   begun ? " to its end" : "", t->readable ?
							   psprintf("it failed with SQLSTATE %s", unpack_sql_state(t->sqlstate)) :
							   t->refusal != NULL ? t->refusal : "permission denied"));
}

/*
 * Look for one journal table in the schema.  If it cannot be read, a warning
 * is added.  A table that was not looked for counts as not found.
 */
void
trk_run_find_table(TrkJournalRun *run, int table)
{
	const TrkJournalTable *rules = trk_journal_table(table);

	trk_reader_find(&run->tables[table], run->nsp, rules->name, rules->order_column,
					trk_journal_columns(table));
	if (OidIsValid(run->tables[table].relid) && !run->tables[table].readable)
		warn_unread(run, table, false);
}

/* Look for all journal tables in the schema. */
void
trk_run_find_tables(TrkJournalRun *run)
{
	for (int i = 0; i < TRK_JOURNAL_TABLES; i++)
		trk_run_find_table(run, i);
}

/*
 * Begin a run with the argument schema_name and, from the argument with the
 * number project on, project, agent_id and environment, which come from the
 * settings when they are NULL.
 */
void
trk_run_begin(TrkJournalRun *run, FunctionCallInfo fcinfo, int project)
{
	memset(run, 0, sizeof(*run));
	trk_refuse_null_args(fcinfo, 0, 1);
	run->nsp = LookupExplicitNamespace(NameStr(*PG_GETARG_NAME(0)), false);
	trk_journal_args(fcinfo, project, true, &run->export);
	trk_policy_of_settings(&run->policy);
	run->policy.max_event_bytes = TRK_MAX_ROW_EVENT_BYTES;
	run->export.redactor = &run->policy.redactor;
	run->range.limit = -1;
	run->clock = GetCurrentTransactionStartTimestamp();
	trk_arena_init(&run->kept, CurrentMemoryContext, 8 * 1024);
}

/*
 * Read an argument that limits the number of rows read from a table; NULL
 * means no limit.
 */
void
trk_run_limit(TrkJournalRun *run, FunctionCallInfo fcinfo, int arg)
{
	if (PG_ARGISNULL(arg))
		return;
	run->range.limit = PG_GETARG_INT32(arg);
	if (run->range.limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows_per_table must not be negative")));
}

/* Note the id of a row for the report, redacted. */
static void
keep_ref(TrkJournalRun *run, TrkText id)
{
	TrkJournalSurface *surface = &run->report.surface[run->table];

	if (surface->nrefs == TRK_JOURNAL_REFS)
		return;
	(void) trk_redact_identity(&run->policy.redactor, run->arena, TRK_IDENTITY, id.s, id.len,
							   &id.s, &id.len);
	surface->refs[surface->nrefs].s = trk_arena_copy(&run->kept, id.s, id.len);
	surface->refs[surface->nrefs++].len = id.len;
}

/* Return the end of the JSON string that begins here. */
static const char *
string_end(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		if (*s == '\\' && s + 1 < end)
			s++;
	return s < end ? s + 1 : end;
}

/*
 * Return the content of a string or a number, or nothing.  Escapes are
 * resolved, because they would hide secrets from redaction.
 */
static TrkText
scalar_value(TrkArena *arena, const char *s, Size len)
{
	TrkText		text = {"", 0};
	TrkValue	value;

	if (trk_json_read(arena, s, len, &value) == TRK_JSON_OK &&
		(value.kind == TRK_STRING || value.kind == TRK_NUMBER))
	{
		text.s = value.u.str;
		text.len = value.len;
	}
	return text;
}

/*
 * Return the id of a row that cannot be read: the member "id" in the text that
 * the server wrote, or nothing.
 */
static TrkText
row_id(TrkArena *arena, TrkText row)
{
	const char *end = row.s + row.len;
	TrkText		none = {"", 0};
	int			depth = 0;
	bool		is_id = false;

	for (const char *s = row.s; s < end;)
	{
		const char *start = s;
		bool		is_string = *s == '"';

		if (is_string)
			s = string_end(s, end);
		else if (strchr("{}[]:,", *s) != NULL)
		{
			depth += (*s == '{' || *s == '[') - (*s == '}' || *s == ']');
			is_id &= *s == ':';
			s++;
			continue;
		}
		else
			while (s < end && strchr("{}[]:,\"", *s) == NULL)
				s++;
		if (depth == 1 && is_id)
			return scalar_value(arena, start, s - start);
		is_id = is_string && s - start == 4 && memcmp(start, "\"id\"", 4) == 0;
	}
	return none;
}

/* Make the events of one row, in order. */
static void
run_row(void *state, TrkArena *arena, const TrkReaderRow *row)
{
	TrkJournalRun *run = state;
	TrkValue	tree;

	run->arena = arena;
	run->row = row;
	if (row->has_order && row->order <= run->clock &&
		(!run->has_newest || row->order > run->newest))
	{
		run->has_newest = true;
		run->newest = row->order;
	}
	if (trk_json_read(arena, row->json.s, row->json.len, &tree) != TRK_JSON_OK)
	{
		run->unreadable(run, row->json, row_id(arena, row->json));
		return;
	}
	keep_ref(run, trk_journal_row(arena, &run->export, run->table, &tree,
								  run->event, rule_warning, run));
}

/* Return whether this table can be read. */
bool
trk_run_opens(TrkJournalRun *run, int table)
{
	if (!OidIsValid(run->tables[table].relid) || !run->tables[table].readable)
		return false;
	if (trk_reader_opens(&run->tables[table]))
		return true;
	warn_unread(run, table, false);
	return false;
}

/*
 * Read the rows of a table within run->range; return their number.  When an
 * error ends the reading early, a warning is added and the table holds the
 * SQLSTATE.
 */
int64
trk_run_table(TrkJournalRun *run, int table)
{
	int64		rows;

	run->table = table;
	run->has_newest = false;
	rows = trk_reader_read(&run->tables[table], &run->range, run_row, run);
	run->report.surface[table].rows += rows;
	if (run->tables[table].sqlstate != 0)
		warn_unread(run, table, rows > 0);
	return rows;
}

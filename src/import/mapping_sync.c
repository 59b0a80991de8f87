/*
 * mapping_sync.c
 *	  Stores mappings, and loads the events of their sources.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "json/encoding.h"
#include "executor/executor.h"
#include "base/settings.h"
#include "redact/redaction_settings.h"
#include "store/identity_key.h"
#include "store/caller_rows.h"
#include "import/mapping_sync.h"
#include "import/readonly.h"
#include "import/load_rows.h"
#include "base/text.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* Parameters: name, owner, search_path, mapping. */
static TrkStatement insert_mapping_stmt = {
	"INSERT INTO %1$s.at_mapping (name, owner, search_path, mapping, created_at)"
	" VALUES ($1, $2, $3, $4, pg_catalog.now())"
	" ON CONFLICT DO NOTHING",
	4, {TEXTOID, TEXTOID, TEXTOID, JSONOID}
};

/* Parameters: name. */
static TrkStatement find_mapping_stmt = {
	"SELECT m.*, m.name FROM %1$s.at_mapping m WHERE m.name OPERATOR(pg_catalog.=) $1",
	1, {TEXTOID}
};

/*
 * Parameters: name, batch_id, and the sums of a sync.  Result: the row that is
 * stored, and what it shall have instead.
 */
static TrkStatement synced_mapping_stmt = {
	"SELECT m.*, m.name, pg_catalog.now() AS synced_at, $2 AS batch_id, $3 AS rows,"
	" $4 AS accepted, $5 AS duplicates, $6 AS conflicts, $7 AS rejected, $8 AS skipped"
	" FROM %1$s.at_mapping m WHERE m.name OPERATOR(pg_catalog.=) $1",
	8, {TEXTOID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT8OID}
};

/*
 * The least memory for the rows of a source, which is the minimum of a
 * tuplestore.
 */
#define TRK_MIN_SOURCE_KBYTES	64

/* A stored mapping. */
typedef struct TrkKept
{
	char	   *owner;
	char	   *search_path;
	text	   *document;
} TrkKept;

/* The state of a sync. */
typedef struct TrkMapRun
{
	TrkSync    *sync;
	TrkMapContext context;
	TrkRedactor redactor;
	TrkStoreKey store_key;		/* the key of pseudonyms */
	TrkArena	arena;			/* reset for each row */
	MemoryContext row_context;	/* reset for each row */
	const char *label;			/* of the source, in UTF-8 */
	TrkMapSkipped skipped;
} TrkMapRun;

/*
 * Return the role with this name.  Raises an ERROR when the caller may not
 * act as it.
 */
Oid
trk_mapping_owner(const char *name)
{
	Oid			role = get_role_oid(name, false);

	if (!trk_may_act_as(role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to act as the owner of the mapping"),
				 errdetail("Its sources are read as role \"%s\", to which you cannot SET ROLE.",
						   name)));
	return role;
}

/* Connect to SPI; the caller calls SPI_finish(). */
static void
connect(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

/* Return the current search_path, redacted like all texts that are stored. */
static Datum
kept_search_path(void)
{
	const char *path = GetConfigOption("search_path", false, false);
	TrkText		t = trk_checked_utf8(path, strlen(path));
	TrkRedactor redactor;
	TrkArena	arena;

	trk_setting_redactor(&redactor);
	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	(void) trk_pattern_redact(&arena, t.s, t.len, redactor.rules, &redactor.custom, &t.s, &t.len);
	return PointerGetDatum(trk_server_text_datum(t.s, t.len));
}

/* Store a mapping under a name.  Raises an ERROR when the name is in use. */
void
trk_mapping_keep(TrkStore *store, const char *name, const char *owner, text *document)
{
	static const char *const columns[] = {"name", "owner", "search_path", "mapping"};
	bool		nulls[lengthof(columns)] = {false};
	Datum		values[lengthof(columns)];
	TrkPendingRows row = {columns, lengthof(columns), 1, values, nulls};
	uint64		inserted;

	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(owner);
	values[2] = kept_search_path();
	values[3] = PointerGetDatum(document);
	trk_store_check(store, "at_mapping", &row);
	connect();
	trk_store_run(store, &insert_mapping_stmt, values, NULL, SPI_OK_INSERT);
	inserted = SPI_processed;
	SPI_finish();
	if (inserted == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("there is a mapping of this name"),
				 errhint("Drop it first with at_drop_mapping().")));
}

/* Return a column of the row that was found, in the given context. */
static text *
kept_column(MemoryContext context, const TrkReadRows *read, const char *column)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	bool		isnull;
	Datum		value = trk_caller_rows_value(read, 0, column, &isnull);
	text	   *copy = isnull ? cstring_to_text("") : DatumGetTextPCopy(value);

	MemoryContextSwitchTo(old);
	return copy;
}

/* Read a mapping that the caller sees, by its name; SPI must be connected. */
static void
mapping_look_up(TrkStore *store, const char *name, TrkReadRows *read)
{
	Datum		value = CStringGetTextDatum(name);

	/* the name follows once more, as the key by which the row is deleted */
	trk_caller_rows_read_owned(store, "at_mapping", &find_mapping_stmt, &value, NULL, 1, read);
}

/* Find a mapping by its name. */
static void
mapping_find(TrkStore *store, const char *name, TrkKept *kept)
{
	MemoryContext context = CurrentMemoryContext;
	TrkReadRows read;

	connect();
	mapping_look_up(store, name, &read);
	if (read.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no mapping of this name"),
				 errhint("at_mapping_status lists them.")));
	kept->document = kept_column(context, &read, "mapping");
	kept->owner = MemoryContextStrdup(context,
									  text_to_cstring(kept_column(context, &read, "owner")));
	kept->search_path = MemoryContextStrdup(context,
											text_to_cstring(kept_column(context, &read, "search_path")));
	SPI_finish();
}

/*
 * Delete a stored mapping; return false when there is none whose owner the
 * caller may act as.
 */
bool
trk_mapping_forget(TrkStore *store, const char *name)
{
	TrkReadRows read;
	bool		forgotten = false;

	connect();
	mapping_look_up(store, name, &read);
	if (read.count == 1)
	{
		bool		isnull;
		char	   *owner = TextDatumGetCString(trk_caller_rows_value(&read, 0, "owner", &isnull));
		Oid			role = get_role_oid(owner, true);

		if (OidIsValid(role) ? trk_may_act_as(role) : superuser())
			forgotten = trk_caller_rows_delete(store, "at_mapping", &read) == 1;
	}
	SPI_finish();
	return forgotten;
}

/* Make the event of a row for the load; return false when there is none. */
static bool
sync_row_event(TrkMapRun *run, const TrkMapSource *source, TrkText json,
			   TrkFindings *findings)
{
	TrkJsonStatus status;
	TrkValue	row;
	TrkText		row_id;
	TrkEvent	event;

	if (json.len > (Size) trk_setting_max_line_bytes)
	{
		trk_finding_add(findings, "", TRK_RULE_SIZE,
						"the row is longer than agent_tracker.max_line_bytes (%d)",
						trk_setting_max_line_bytes);
		return false;
	}
	status = trk_json_read(&run->arena, json.s, json.len, &row);
	if (status != TRK_JSON_OK)
	{
		trk_finding_add(findings, "", TRK_RULE_JSON, "%s", trk_json_reason(status));
		return false;
	}
	if (!trk_mapping_row(&run->context, source, &run->arena, &row, &event, &row_id, findings))
		return false;
	/* a key may be as long as a row; at_reject has the event id, too */
	if (row_id.len > TRK_MAX_ID_BYTES)
		row_id = trk_text_literal("(long key)");
	trk_sync_event(run->sync, &event, run->label, row_id);
	return true;
}

/* Load one row of a source. */
static void
sync_one_row(TrkMapRun *run, const TrkMapSource *source, TrkMapOutcome *outcome,
			 text *row)
{
	MemoryContext old = MemoryContextSwitchTo(run->row_context);
	TrkFindings findings;
	bool		stored;

	CHECK_FOR_INTERRUPTS();
	outcome->rows++;
	trk_arena_reset(&run->arena);
	trk_findings_init(&findings, &run->arena);
	stored = sync_row_event(run, source, trk_text_arg(row), &findings);
	MemoryContextSwitchTo(old);
	if (!stored)
	{
		outcome->skipped++;
		if (trk_map_skip(&run->skipped, source, outcome->rows, &findings))
			outcome->warnings = lappend(outcome->warnings, run->skipped.last);
	}
	MemoryContextReset(run->row_context);
}

/* Read all sources, each into a tuplestore; together these take work_mem. */
static void
read_sources(const TrkMapping *mapping, const TrkMapOwner *owner, TrkMapSync *sync)
{
	int			kbytes = Max(work_mem / (int) mapping->nsources, TRK_MIN_SOURCE_KBYTES);

	sync->nsources = mapping->nsources;
	sync->sources = palloc0(sizeof(TrkMapOutcome) * mapping->nsources);
	for (uint32 i = 0; i < mapping->nsources; i++)
	{
		TrkMapOutcome *outcome = &sync->sources[i];
		TrkText		name;
		TrkValue	value;

		trk_json_set_string(&value, mapping->sources[i].name.s, mapping->sources[i].name.len);
		name = trk_server_string(&value);
		outcome->source = pnstrdup(name.s, name.len);
		outcome->tuples = trk_mapping_rows(&mapping->sources[i], owner, kbytes, &outcome->desc);
	}
}

/* Store what the rows of a source make. */
static void
sync_source(TrkMapRun *run, const TrkMapSource *source, TrkMapOutcome *outcome)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(outcome->desc, &TTSOpsMinimalTuple);

	run->label = pnstrdup(source->name.s, source->name.len);
	while (tuplestore_gettupleslot(outcome->tuples, true, false, slot))
	{
		bool		isnull;
		Datum		row = slot_getattr(slot, 1, &isnull);

		sync_one_row(run, source, outcome, DatumGetTextPP(row));
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(outcome->tuples);
	trk_sync_counts(run->sync, &outcome->counts);
}

/* Write down how the sync went. */
static void
mapping_note(TrkStore *store, const char *name, const TrkMapSync *sync)
{
	int64		sums[6] = {0};
	Datum		values[8];
	char		nulls[] = "        ";
	TrkReadRows read;

	for (uint32 i = 0; i < sync->nsources; i++)
	{
		const TrkMapOutcome *outcome = &sync->sources[i];

		sums[0] += outcome->rows;
		sums[1] += outcome->counts.accepted;
		sums[2] += outcome->counts.duplicates;
		sums[3] += outcome->counts.conflicts;
		sums[4] += outcome->counts.rejected;
		sums[5] += outcome->skipped;
	}
	values[0] = CStringGetTextDatum(name);
	values[1] = Int64GetDatum(sync->batch_id);
	if (sync->batch_id == 0)
		nulls[1] = 'n';
	for (int i = 0; i < lengthof(sums); i++)
		values[i + 2] = Int64GetDatum(sums[i]);
	connect();
	/* the name and eight columns are given */
	trk_caller_rows_read_owned(store, "at_mapping", &synced_mapping_stmt, values, nulls, 9, &read);
	(void) trk_caller_rows_update(store, "at_mapping", 1, &read);
	SPI_finish();
}

/* Read the document of the stored mapping. */
static void
mapping_open(TrkArena *arena, const TrkKept *kept, TrkMapping *mapping)
{
	TrkFindings findings;
	TrkValue	document;

	trk_findings_init(&findings, arena);
	trk_mapping_parse(arena, kept->document, true, &document, mapping, &findings);
	trk_mapping_raise(&findings);
}

/* Read the sources of a stored mapping and load their events. */
void
trk_mapping_sync(TrkStore *store, const char *name, TrkMapSync *sync)
{
	TrkMapRun	run = {.sync = NULL};
	TrkMapping	mapping;
	TrkArena	arena;
	TrkKept		kept;
	TrkMapOwner owner;

	mapping_find(store, name, &kept);
	owner.role = trk_mapping_owner(kept.owner);
	owner.search_path = kept.search_path;
	trk_arena_init(&arena, CurrentMemoryContext, 16 * 1024);
	trk_arena_init(&run.arena, CurrentMemoryContext, 64 * 1024);
	run.row_context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker row",
											ALLOCSET_DEFAULT_SIZES);
	mapping_open(&arena, &kept, &mapping);
	trk_setting_redactor(&run.redactor);
	trk_identity_key_of_store(store, &run.store_key, &run.redactor);
	run.context = (TrkMapContext) {&mapping, &run.redactor, AGENT_TRACKER_VERSION};

	/*
	 * read before the lock of loads is taken, because code of users runs here and other loads must
	 * not wait for it
	 */
	read_sources(&mapping, &owner, sync);
	run.sync = trk_sync_begin(store, CurrentMemoryContext, psprintf("mapping %s", name), false);
	for (uint32 i = 0; i < mapping.nsources; i++)
		sync_source(&run, &mapping.sources[i], &sync->sources[i]);
	trk_map_skip_end(&run.skipped);
	sync->batch_id = trk_sync_end(run.sync);
	mapping_note(store, name, sync);
}

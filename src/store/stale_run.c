/*
 * stale_run.c
 *	  Collects the runs to which a transaction writes events, and stores them as
 *	  stale runs.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "datatype/timestamp.h"
#include "store/stale_run.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

/* Parameters: projects, runs, agents, days. */
static TrkStatement insert_stale_runs_stmt = {
	"INSERT INTO %1$s.at_stale_run (project, run_id, agent_id, day)"
	" SELECT m.project, m.run_id, m.agent_id, m.day FROM ROWS FROM (pg_catalog.unnest($1),"
	" pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) AS m(project, run_id, agent_id, day)",
	4, {TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, DATEARRAYOID}
};

/* Parameters: project, run, agent, day. */
static TrkStatement insert_stale_run_stmt = {
	"INSERT INTO %1$s.at_stale_run (project, run_id, agent_id, day) VALUES ($1, $2, $3, $4)",
	4, {TEXTOID, TEXTOID, TEXTOID, DATEOID}
};

/* Return the day that a time makes stale. */
DateADT
trk_stale_day_of(int64 occurred_at)
{
	int64		day = occurred_at / USECS_PER_DAY;

	return (DateADT) (occurred_at % USECS_PER_DAY < 0 ? day - 1 : day);
}

/* Return whether an entry is for this project, run, agent and day. */
static bool
entry_is(const TrkStaleRun *entry, TrkText project, TrkText run_id, TrkText agent_id, int64 day)
{
	return entry->day == day && entry->project_len == project.len && entry->run_len == run_id.len &&
		entry->agent_len == agent_id.len &&
		memcmp(entry->names + project.len, run_id.s, run_id.len) == 0 &&
		memcmp(entry->names + project.len + run_id.len, agent_id.s, agent_id.len) == 0 &&
		memcmp(entry->names, project.s, project.len) == 0;
}

/*
 * Return the slot of the entry for this project, run, agent and day, or the free slot
 * where it belongs.
 */
static uint16 *
find_slot(const TrkStaleRuns *runs, TrkText project, TrkText run_id, TrkText agent_id, int64 day)
{
	uint32		slot = hash_bytes((const unsigned char *) run_id.s, (int) run_id.len);

	slot = hash_combine(slot, hash_bytes((const unsigned char *) agent_id.s, (int) agent_id.len));
	slot = hash_combine(slot, hash_bytes((const unsigned char *) project.s, (int) project.len));
	slot = hash_combine(slot, murmurhash32((uint32) day));
	for (slot %= TRK_STALE_RUN_SLOTS; runs->slots[slot] != 0; slot = (slot + 1) % TRK_STALE_RUN_SLOTS)
		if (entry_is(&runs->entries[runs->slots[slot] - 1], project, run_id, agent_id, day))
			break;
	return &runs->slots[slot];
}

/*
 * Note the run, the agent and the day of an event that was stored.  The names are copied
 * into the context.  If the array is full, it is written first, for which SPI
 * must be connected.
 */
void
trk_stale_runs_add(TrkStaleRuns *runs, TrkStore *store, MemoryContext context,
				   TrkText project, TrkText run_id, TrkText agent_id, int64 occurred_at)
{
	int64		day = trk_stale_day_of(occurred_at);
	uint16	   *slot;
	TrkStaleRun *entry;

	if (runs->last < runs->count && entry_is(&runs->entries[runs->last], project, run_id, agent_id, day))
		return;
	if (runs->entries == NULL)
	{
		runs->entries = MemoryContextAlloc(context, sizeof(TrkStaleRun) * TRK_STALE_RUNS);
		runs->slots = MemoryContextAllocZero(context, sizeof(uint16) * TRK_STALE_RUN_SLOTS);
	}
	if (runs->count == TRK_STALE_RUNS)
		trk_stale_runs_write(runs, store);
	slot = find_slot(runs, project, run_id, agent_id, day);
	if (*slot == 0)
	{
		entry = &runs->entries[runs->count];
		entry->names = MemoryContextAlloc(context, project.len + run_id.len + agent_id.len);
		memcpy(entry->names, project.s, project.len);
		memcpy(entry->names + project.len, run_id.s, run_id.len);
		memcpy(entry->names + project.len + run_id.len, agent_id.s, agent_id.len);
		entry->project_len = (uint32) project.len;
		entry->run_len = (uint32) run_id.len;
		entry->agent_len = (uint32) agent_id.len;
		entry->day = day;
		*slot = (uint16) ++runs->count;
	}
	runs->last = *slot - 1;
}

/*
 * Write the collected runs to the store and forget them.  SPI must be
 * connected.
 */
void
trk_stale_runs_write(TrkStaleRuns *runs, TrkStore *store)
{
	Datum	   *columns[4];
	Datum		values[4];

	if (runs->count == 0)
		return;
	for (int c = 0; c < lengthof(columns); c++)
		columns[c] = palloc(sizeof(Datum) * runs->count);
	for (int i = 0; i < runs->count; i++)
	{
		TrkStaleRun *entry = &runs->entries[i];

		columns[0][i] = PointerGetDatum(cstring_to_text_with_len(entry->names, (int) entry->project_len));
		columns[1][i] = PointerGetDatum(cstring_to_text_with_len(entry->names + entry->project_len,
																 (int) entry->run_len));
		columns[2][i] = PointerGetDatum(cstring_to_text_with_len(entry->names + entry->project_len + entry->run_len,
																 (int) entry->agent_len));
		columns[3][i] = DateADTGetDatum((DateADT) entry->day);
		pfree(entry->names);
	}
	for (int c = 0; c < 3; c++)
		values[c] = PointerGetDatum(construct_array(columns[c], runs->count, TEXTOID, -1, false,
													TYPALIGN_INT));
	values[3] = PointerGetDatum(construct_array(columns[3], runs->count, DATEOID, sizeof(DateADT),
												true, TYPALIGN_INT));
	runs->count = 0;
	runs->last = 0;
	memset(runs->slots, 0, sizeof(uint16) * TRK_STALE_RUN_SLOTS);
	trk_store_run(store, &insert_stale_runs_stmt, values, NULL, SPI_OK_INSERT);
}

/* Write the stale run of one event at once.  SPI must be connected. */
void
trk_stale_runs_write_one(TrkStore *store, TrkText project, TrkText run_id, TrkText agent_id,
						 int64 occurred_at)
{
	Datum		values[4];

	values[0] = PointerGetDatum(cstring_to_text_with_len(project.s, (int) project.len));
	values[1] = PointerGetDatum(cstring_to_text_with_len(run_id.s, (int) run_id.len));
	values[2] = PointerGetDatum(cstring_to_text_with_len(agent_id.s, (int) agent_id.len));
	values[3] = DateADTGetDatum(trk_stale_day_of(occurred_at));
	trk_store_run_entered(store, &insert_stale_run_stmt, values, NULL, SPI_OK_INSERT);
}

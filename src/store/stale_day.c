/*
 * stale_day.c
 *	  Collects the days of projects to which a transaction writes events, and
 *	  stores them as stale days.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "datatype/timestamp.h"
#include "store/stale_day.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

/* Parameters: projects, days. */
static TrkStatement insert_stale_days_stmt = {
	"INSERT INTO %1$s.at_stale_day (project, day)"
	" SELECT * FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS m",
	2, {TEXTARRAYOID, DATEARRAYOID}
};

/* Parameters: project, day. */
static TrkStatement insert_stale_day_stmt = {
	"INSERT INTO %1$s.at_stale_day (project, day) VALUES ($1, $2)",
	2, {TEXTOID, DATEOID}
};

/* Return the day of a time. */
static int64
day_of(int64 occurred_at)
{
	int64		day = occurred_at / USECS_PER_DAY;

	return occurred_at % USECS_PER_DAY < 0 ? day - 1 : day;
}

/* Return whether an entry is for this project and day. */
static bool
mark_is(const TrkStaleDay *mark, TrkText project, int64 day)
{
	return mark->day == day && mark->project.len == project.len &&
		memcmp(mark->project.s, project.s, project.len) == 0;
}

/*
 * Return the slot of the entry for this project and day, or the free slot
 * where it belongs.
 */
static uint16 *
find_slot(const TrkStaleDays *marks, TrkText project, int64 day)
{
	uint32		hash = hash_bytes((const unsigned char *) project.s, (int) project.len);
	uint32		slot = hash_combine(hash, murmurhash32((uint32) day));

	for (slot %= TRK_STALE_DAY_SLOTS; marks->slots[slot] != 0; slot = (slot + 1) % TRK_STALE_DAY_SLOTS)
		if (mark_is(&marks->marks[marks->slots[slot] - 1], project, day))
			break;
	return &marks->slots[slot];
}

/*
 * Note the day of an event that was stored.  The project is copied into the
 * context.  If the array is full, it is written first, for which SPI must be
 * connected.
 */
void
trk_stale_days_add(TrkStaleDays *marks, TrkStore *store, MemoryContext context,
			  TrkText project, int64 occurred_at)
{
	int64		day = day_of(occurred_at);
	uint16	   *slot;
	char	   *copy;

	if (marks->last < marks->count && mark_is(&marks->marks[marks->last], project, day))
		return;
	if (marks->marks == NULL)
	{
		marks->marks = MemoryContextAlloc(context, sizeof(TrkStaleDay) * TRK_STALE_DAYS);
		marks->slots = MemoryContextAllocZero(context, sizeof(uint16) * TRK_STALE_DAY_SLOTS);
	}
	if (marks->count == TRK_STALE_DAYS)
		trk_stale_days_write(marks, store);
	slot = find_slot(marks, project, day);
	if (*slot == 0)
	{
		copy = MemoryContextAlloc(context, project.len + 1);
		memcpy(copy, project.s, project.len);
		copy[project.len] = '\0';
		marks->marks[marks->count].project.s = copy;
		marks->marks[marks->count].project.len = project.len;
		marks->marks[marks->count].day = day;
		*slot = (uint16) ++marks->count;
	}
	marks->last = *slot - 1;
}

/*
 * Write the collected days to the store and forget them.  SPI must be
 * connected.
 */
void
trk_stale_days_write(TrkStaleDays *marks, TrkStore *store)
{
	Datum	   *projects;
	Datum	   *days;
	Datum		values[2];

	if (marks->count == 0)
		return;
	projects = palloc(sizeof(Datum) * marks->count);
	days = palloc(sizeof(Datum) * marks->count);
	for (int i = 0; i < marks->count; i++)
	{
		TrkText		project = marks->marks[i].project;

		projects[i] = PointerGetDatum(cstring_to_text_with_len(project.s, (int) project.len));
		days[i] = DateADTGetDatum((DateADT) marks->marks[i].day);
		pfree(unconstify(char *, project.s));
	}
	values[0] = PointerGetDatum(construct_array(projects, marks->count, TEXTOID, -1,
												false, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(days, marks->count, DATEOID,
												sizeof(DateADT), true, TYPALIGN_INT));
	marks->count = 0;
	marks->last = 0;
	memset(marks->slots, 0, sizeof(uint16) * TRK_STALE_DAY_SLOTS);
	trk_store_run(store, &insert_stale_days_stmt, values, NULL, SPI_OK_INSERT);
}

/* Write the stale day of one event at once.  SPI must be connected. */
void
trk_stale_days_write_one(TrkStore *store, TrkText project, int64 occurred_at)
{
	Datum		values[2];

	values[0] = PointerGetDatum(cstring_to_text_with_len(project.s, (int) project.len));
	values[1] = DateADTGetDatum((DateADT) day_of(occurred_at));
	trk_store_run_entered(store, &insert_stale_day_stmt, values, NULL, SPI_OK_INSERT);
}

/*
 * marks.c
 *	  See marks.h.
 */
#include "trk.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "marks.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

/* The day of a time. */
static int64
day_of(int64 occurred_at)
{
	int64		day = occurred_at / USECS_PER_DAY;

	return occurred_at % USECS_PER_DAY < 0 ? day - 1 : day;
}

/* Is mark i for this project and day? */
static bool
mark_is(const TrkMarks *marks, int i, TrkText project, int64 day)
{
	return marks->marks[i].day == day && marks->marks[i].project.len == project.len &&
		memcmp(marks->marks[i].project.s, project.s, project.len) == 0;
}

/* See marks.h. */
void
trk_marks_add(TrkMarks *marks, TrkStore *store, MemoryContext context,
			  TrkText project, int64 occurred_at)
{
	int64		day = day_of(occurred_at);
	char	   *copy;

	if (marks->last < marks->count && mark_is(marks, marks->last, project, day))
		return;
	for (marks->last = 0; marks->last < marks->count; marks->last++)
		if (mark_is(marks, marks->last, project, day))
			return;
	if (marks->count == TRK_MARKS)
		trk_marks_write(marks, store);
	copy = MemoryContextAlloc(context, project.len + 1);
	memcpy(copy, project.s, project.len);
	copy[project.len] = '\0';
	marks->last = marks->count++;
	marks->marks[marks->last].project.s = copy;
	marks->marks[marks->last].project.len = project.len;
	marks->marks[marks->last].day = day;
}

/* See marks.h. */
void
trk_marks_write(TrkMarks *marks, TrkStore *store)
{
	Datum		projects[TRK_MARKS];
	Datum		days[TRK_MARKS];
	Datum		values[2];

	if (marks->count == 0)
		return;
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
	trk_store_run(store, TRK_STMT_MARK, values, NULL, SPI_OK_INSERT);
}

/* See marks.h. */
void
trk_marks_write_one(TrkStore *store, TrkText project, int64 occurred_at)
{
	Datum		values[2];

	values[0] = PointerGetDatum(cstring_to_text_with_len(project.s, (int) project.len));
	values[1] = DateADTGetDatum((DateADT) day_of(occurred_at));
	trk_store_run_entered(store, TRK_STMT_MARK_DAY, values, NULL, SPI_OK_INSERT);
}

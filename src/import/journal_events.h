/*
 * journal_events.h
 *	  What surrounds the mapping of the reference code's tables in the server:
 *	  arguments of an export, and what may be said of rows and events.
 *
 * Called by the SQL functions over json rows, and by what reads live tables.
 */
#ifndef TRK_JOURNAL_JUDGE_H
#define TRK_JOURNAL_JUDGE_H

#include "fmgr.h"
#include "ingest/pipeline.h"
#include "import/journal.h"

/*
 * The export that three text arguments from first on name: project, agent_id,
 * environment.  An error for what no event could have.  A NULL is an error, too,
 * or with settings stands for the setting of that name, the environment for
 * paper where there is none.  Texts are where the arguments are, or in the
 * current memory context.
 */
extern void trk_journal_args(FunctionCallInfo fcinfo, int first, bool settings,
							   TrkJournalExport *export);

/*
 * What pure functions judge by: the default rules, and the key of pseudonyms
 * that an argument gives.
 */
extern void trk_journal_pure(FunctionCallInfo fcinfo, int key, TrkPolicy *policy);

/*
 * A text out of a row (its id, the name of a table) as a report may show it:
 * without secret shapes, which become pseudonyms where there is a key, in
 * characters that the database can hold.
 */
extern TrkText trk_journal_shown(TrkArena *arena, const TrkRedactor *redactor, TrkText text);

/*
 * What is said of an event that was dropped: table, row id, event type, path
 * and rule of each finding.
 */
extern const char *trk_journal_dropped(TrkArena *arena, const TrkRedactor *redactor,
										 int table, TrkText row_id, const TrkEvent *event,
										 const TrkFindings *findings);

/* Warnings of a call: TRK_MAX_WARNINGS are raised, the others are counted. */
typedef struct TrkWarnings
{
	uint64		count;
} TrkWarnings;

/* Raise a message in UTF-8 as a warning, unless there were too many. */
extern void trk_raise_warning(TrkWarnings *warnings, const char *message);

/* Say how many were not raised. */
extern void trk_raise_rest(const TrkWarnings *warnings);

#endif							/* TRK_JOURNAL_JUDGE_H */

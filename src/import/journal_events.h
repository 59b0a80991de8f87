/*
 * journal_events.h
 *	  Arguments of a journal export, and warnings about its rows and events,
 *	  for the functions that run in the server.
 *
 * Called by the SQL functions over json rows, and by the files that read live
 * tables.
 */
#ifndef TRK_JOURNAL_JUDGE_H
#define TRK_JOURNAL_JUDGE_H

#include "fmgr.h"
#include "ingest/pipeline.h"
#include "import/journal.h"

/*
 * Read three text arguments from first on, which name an export: project,
 * agent_id, environment.  A value that no event may have is an ERROR.  NULL is
 * an ERROR too, unless settings is true: then it stands for the setting of
 * that name, or for the environment paper.  Texts point to the arguments or
 * into the current memory context.
 */
extern void trk_journal_args(FunctionCallInfo fcinfo, int first, bool settings,
							 TrkJournalExport *export);

/*
 * Set up the policy of pure functions: the default rules, and the key of
 * pseudonyms in an argument.
 */
extern void trk_journal_pure(FunctionCallInfo fcinfo, int key, TrkPolicy *policy);

/*
 * Prepare a text of a row (its id, the name of a table) for a report: secret
 * shapes are replaced, by pseudonyms where there is a key, and it can be
 * converted to the encoding of the database.
 */
extern TrkText trk_journal_shown(TrkArena *arena, const TrkRedactor *redactor, TrkText text);

/*
 * Make the message about an event that was dropped: table, row id, event type,
 * and path and rule of each finding.
 */
extern const char *trk_journal_dropped(TrkArena *arena, const TrkRedactor *redactor,
									   int table, TrkText row_id, const TrkEvent *event,
									   const TrkFindings *findings);

/*
 * The warnings of a call: TRK_MAX_WARNINGS are raised, the others are only
 * counted.
 */
typedef struct TrkWarnings
{
	uint64		count;
} TrkWarnings;

/* Raise a message in UTF-8 as a warning, unless there were too many. */
extern void trk_raise_warning(TrkWarnings *warnings, const char *message);

/* Raise a WARNING with the number of messages that were not raised. */
extern void trk_raise_rest(const TrkWarnings *warnings);

#endif							/* TRK_JOURNAL_JUDGE_H */

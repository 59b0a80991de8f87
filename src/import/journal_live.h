/*
 * journal_live.h
 *	  Reads the journal tables of a schema.  Shared by the functions over them:
 *	  journal_export.c and journal_sync.c.
 */
#ifndef TRK_JOURNAL_LIVE_H
#define TRK_JOURNAL_LIVE_H

#include "import/table_reader.h"
#include "ingest/pipeline.h"
#include "import/journal.h"
#include "fmgr.h"

/* The most warnings that are stored; all are counted. */
#define TRK_READER_WARNINGS	1000

typedef struct TrkJournalRun
{
	TrkJournalExport export;
	TrkPolicy	policy;			/* the policy of the settings */
	Oid			nsp;			/* the schema of the tables */
	TrkReaderTable tables[TRK_JOURNAL_TABLES];
	TrkReaderRange range;
	int			table;			/* the table that is being read */
	TrkArena   *arena;			/* of the current row */
	const TrkReaderRow *row;	/* the current row */
	TrkJournalEventFn event;	/* called with each event */
	TrkJournalReport report;	/* rows and their ids; events are counted elsewhere */
	TrkArena	kept;			/* holds ids and warnings */
	TrkText		warnings[TRK_READER_WARNINGS];
	int64		nwarnings;
	bool		silent;			/* there are no warnings about rows and events */
	TimestampTz clock;			/* an order later than this is in the future */
	bool		has_newest;		/* the newest order of the rows that were read, without those of
								 * the future */
	TimestampTz newest;
	void		(*unreadable) (struct TrkJournalRun *run, TrkText row, TrkText row_id);
} TrkJournalRun;

/*
 * Begin a run with the argument schema_name and, from the argument with the
 * number project on, project, agent_id and environment, which come from the
 * settings when they are NULL.
 */
extern void trk_run_begin(TrkJournalRun *run, FunctionCallInfo fcinfo, int project);

/*
 * Look for one journal table in the schema, or for all.  A warning says when
 * one cannot be read.  A table that was not looked for counts as not found.
 */
extern void trk_run_find_table(TrkJournalRun *run, int table);
extern void trk_run_find_tables(TrkJournalRun *run);

/* Read an argument that limits the rows of a table; NULL means no limit. */
extern void trk_run_limit(TrkJournalRun *run, FunctionCallInfo fcinfo, int arg);

/* Add a warning to the report. */
extern void trk_run_warn(TrkJournalRun *run, const char *message);

/* Return whether this table can be read. */
extern bool trk_run_opens(TrkJournalRun *run, int table);

/*
 * Read the table by run->range; returns the number of its rows.  When it cannot
 * be read to its end, a warning says so, and the table has the sqlstate.
 */
extern int64 trk_run_table(TrkJournalRun *run, int table);

#endif							/* TRK_JOURNAL_LIVE_H */

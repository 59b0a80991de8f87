/*
 * journal_live.h
 *	  The reference code's tables of a schema, read where they are.
 *
 * Shared by the functions over them: journal_export.c and journal_sync.c.
 */
#ifndef TRK_JOURNAL_LIVE_H
#define TRK_JOURNAL_LIVE_H

#include "import/table_reader.h"
#include "ingest/pipeline.h"
#include "import/journal.h"
#include "fmgr.h"

/* Warnings that are kept; all are counted. */
#define TRK_READER_WARNINGS	1000

typedef struct TrkJournalRun
{
	TrkJournalExport export;
	TrkPolicy	policy;			/* of the settings */
	Oid			nsp;			/* of the tables */
	TrkReaderTable tables[TRK_JOURNAL_TABLES];
	TrkReaderRange range;
	int			table;			/* that is read */
	TrkArena   *arena;			/* of the row at hand */
	const TrkReaderRow *row;		/* the row at hand */
	TrkJournalEventFn event;	/* what is done with an event */
	TrkJournalReport report;	/* rows and their ids; not the events */
	TrkArena	kept;			/* ids and warnings */
	TrkText		warnings[TRK_READER_WARNINGS];
	int64		nwarnings;
	bool		silent;			/* of rows and events there are no warnings */
	TimestampTz clock;			/* a later order is one of the future */
	bool		has_newest;		/* of the rows read of the table, but for these */
	TimestampTz newest;
	void		(*unreadable) (struct TrkJournalRun *run, TrkText row, TrkText row_id);
} TrkJournalRun;

/*
 * Begin with the arguments schema_name, project, agent_id and environment; the
 * last three from the settings where they are null.
 */
extern void trk_run_begin(TrkJournalRun *run, FunctionCallInfo fcinfo);

/*
 * Look for a table of the schema, or for all; a warning says when one cannot be
 * read.  What is not looked for is not there.
 */
extern void trk_run_find_table(TrkJournalRun *run, int table);
extern void trk_run_find_tables(TrkJournalRun *run);

/* An argument that limits the rows of a table, or is null. */
extern void trk_run_limit(TrkJournalRun *run, FunctionCallInfo fcinfo, int arg);

/* Keep a warning. */
extern void trk_run_warn(TrkJournalRun *run, const char *message);

/* Can this table be read? */
extern bool trk_run_opens(TrkJournalRun *run, int table);

/*
 * Read the table by run->range; returns the number of its rows.  When it cannot
 * be read to its end, a warning says so, and the table has the sqlstate.
 */
extern int64 trk_run_table(TrkJournalRun *run, int table);

#endif							/* TRK_JOURNAL_LIVE_H */

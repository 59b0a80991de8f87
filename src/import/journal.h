/*
 * journal.h
 *	  Converts a row of one of the reference code's well-known journal tables
 *	  to events.  The tables, the meaning of each column and the conditions
 *	  under which a row shows a mistake are rules in journal.def.
 *
 * Called by the SQL functions over json rows, and by the files that read live
 * tables.  Nothing is validated here and little is redacted: the pipeline does
 * both for each event.
 */
#ifndef TRK_JOURNAL_H
#define TRK_JOURNAL_H

#include "redact/redact.h"

/* The tables, in the order of the rules: TRK_JOURNAL_prompt_versions, ... */
typedef enum TrkJournalId
{
#define TRK_JOURNAL_TABLE(name, order, event, required) TRK_JOURNAL_##name,
#include "import/journal.def"
	TRK_JOURNAL_TABLES
} TrkJournalId;

typedef struct TrkJournalTable
{
	const char *name;
	const char *order_column;	/* the column by which a live table is read in order */
	int			event_type;		/* TrkEventType of the table's main event */
	bool		required;		/* the coverage report reports it as missing when it has no rows */
} TrkJournalTable;

extern const TrkJournalTable *trk_journal_table(int table);

/* Return the number of the table with this name, or -1. */
extern int	trk_journal_find(const char *name, Size len);

/*
 * Return the columns that the rules of a table read, "id" first, terminated by
 * NULL.  Other columns of a live table need not be read, except when a row has
 * no id: then its id is a hash of all its columns.
 */
extern const char *const *trk_journal_columns(int table);

/* What all events of an export have in common. */
typedef struct TrkJournalExport
{
	TrkText		project;
	TrkText		agent_id;
	TrkText		environment;
	TrkText		sdk_version;
	const TrkRedactor *redactor;	/* the redactor of the events; texts that lose their key or
									 * their case are redacted with it before */
} TrkJournalExport;

/*
 * Called with each event made of a row: event->root is an object that shares
 * nothing with others, so redaction may change it; trk_event_bind() fills the
 * rest. row_id is text(id) or row_<hash>, not redacted.
 */
typedef void (*TrkJournalEventFn) (void *state, TrkEvent *event, TrkText row_id);

/*
 * Called with each warning of the rules; warnings hold no values. of_value is
 * set when it is about a value that could not be read, for which the
 * contract's own client silently takes another value.
 */
typedef void (*TrkJournalWarnFn) (void *state, const char *message, bool of_value);

/*
 * Make the events of a row, an object, in order.  Returns the row's id.  All
 * memory is the arena's.
 */
extern TrkText trk_journal_row(TrkArena *arena, const TrkJournalExport *export,
							   int table, const TrkValue *row, TrkJournalEventFn event,
							   TrkJournalWarnFn warn, void *state);

/* Return the warning about a row of a table that is not a journal table. */
extern const char *trk_journal_unsupported(TrkArena *arena, const char *name, Size len);

/* The number of rows per table whose ids the coverage report has. */
#define TRK_JOURNAL_REFS	5

/* What was found in one table. */
typedef struct TrkJournalSurface
{
	uint64		rows;			/* rows read, including those that were skipped */
	uint64		events;			/* valid events that were made of them */
	uint32		nrefs;			/* number of ids of the first rows, which are redacted */
	TrkText		refs[TRK_JOURNAL_REFS];
} TrkJournalSurface;

/* The data of a coverage report. */
typedef struct TrkJournalReport
{
	TrkText		project;
	TrkText		generated_at;	/* in ISO 8601 */
	TrkJournalSurface surface[TRK_JOURNAL_TABLES];
	const TrkText *warnings;
	Size		nwarnings;
} TrkJournalReport;

/* Append the array of the warnings. */
extern void trk_journal_warnings_write(TrkBuf *buf, const TrkJournalReport *report);

/* Append the coverage report, a canonical JSON object. */
extern void trk_journal_report_write(TrkBuf *buf, const TrkJournalReport *report);

/* Append the object of the numbers of events by table, those above zero. */
extern void trk_journal_counts_write(TrkBuf *buf, const TrkJournalReport *report);

#endif							/* TRK_JOURNAL_H */

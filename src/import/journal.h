/*
 * journal.h
 *	  A row of one of the reference code's well-known journal tables as events.
 *	  Which tables there are, what each column becomes and when a row shows a
 *	  mistake is data, in journal.def.
 *
 * Called by the SQL functions over json rows, and by what reads live tables.
 * Nothing here validates, and little is redacted: the pipeline does that, with
 * each event.
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
	const char *order_column;	/* what a read of a live table sorts by */
	int			event_type;		/* TrkEventType, the table's main one */
	bool		required;		/* by the coverage report */
} TrkJournalTable;

extern const TrkJournalTable *trk_journal_table(int table);

/* The table of this name, or -1. */
extern int	trk_journal_find(const char *name, Size len);

/*
 * Every column a table's rules read, "id" first, NULL-terminated.  What reads a
 * live table need ask for no others, but of a row without an id: such a row's
 * id is a hash of all its columns.
 */
extern const char *const *trk_journal_columns(int table);

/* What all events of an export have in common. */
typedef struct TrkJournalExport
{
	TrkText		project;
	TrkText		agent_id;
	TrkText		environment;
	TrkText		sdk_version;
	const TrkRedactor *redactor;	/* that the events are for: what loses its
								 * keys or its case is redacted before */
} TrkJournalExport;

/*
 * Takes an event made of a row: event->root is an object of its own (redaction
 * may change it), everything else is for trk_event_bind() to fill.  row_id is
 * text(id) or row_<hash>, not redacted.
 */
typedef void (*TrkJournalEventFn) (void *state, TrkEvent *event, TrkText row_id);

/*
 * Takes one of the rules' warnings, which hold no values; of_value when it is
 * of a value that could not be read, which the contract's own client takes as
 * something else without a word.
 */
typedef void (*TrkJournalWarnFn) (void *state, const char *message, bool of_value);

/*
 * Make the events of a row, an object, in order.  Returns the row's id.  All
 * memory is the arena's.
 */
extern TrkText trk_journal_row(TrkArena *arena, const TrkJournalExport *export,
								 int table, const TrkValue *row, TrkJournalEventFn event,
								 TrkJournalWarnFn warn, void *state);

/* The id of a row, the same that trk_journal_row() returns. */
extern TrkText trk_journal_row_id(TrkArena *arena, const TrkRedactor *redactor,
									const TrkValue *row);

/* The warning for a row of a table that is none of these. */
extern const char *trk_journal_unsupported(TrkArena *arena, const char *name, Size len);

/* Rows whose ids a coverage report names. */
#define TRK_JOURNAL_REFS	5

/* What was found in one table. */
typedef struct TrkJournalSurface
{
	uint64		rows;			/* read, those that were skipped too */
	uint64		events;			/* valid ones that were made of them */
	uint32		nrefs;			/* ids of the first rows, redacted */
	TrkText		refs[TRK_JOURNAL_REFS];
} TrkJournalSurface;

/* What a coverage report is made of. */
typedef struct TrkJournalReport
{
	TrkText		project;
	TrkText		generated_at;	/* ISO 8601 */
	TrkJournalSurface surface[TRK_JOURNAL_TABLES];
	const TrkText *warnings;
	Size		nwarnings;
} TrkJournalReport;

/* "implemented", "missing" or "not_found". */
extern const char *trk_journal_coverage(int table, uint64 rows);

/* Append the array of the warnings. */
extern void trk_journal_warnings_write(TrkBuf *buf, const TrkJournalReport *report);

/* Append the coverage report, a canonical JSON object. */
extern void trk_journal_report_write(TrkBuf *buf, const TrkJournalReport *report);

/* Append the object of the numbers of events by table, those above zero. */
extern void trk_journal_counts_write(TrkBuf *buf, const TrkJournalReport *report);

#endif							/* TRK_JOURNAL_H */

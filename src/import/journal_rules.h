/*
 * journal_rules.h
 *	  The rules of journal.def as journal.c executes them: columns and fields
 *	  are numbers, and conditions say where execution continues.  Called by the
 *	  journal_*.c files only.
 */
#ifndef TRK_JOURNAL_RULES_H
#define TRK_JOURNAL_RULES_H

#include "import/journal.h"
#include "base/text.h"

/* The kind of a line; see journal.def. */
typedef enum TrkJournalOp
{
	TRK_JOURNAL_OP_TABLE,
	TRK_JOURNAL_OP_SHADOW,
	TRK_JOURNAL_OP_NEEDS,
	TRK_JOURNAL_OP_EVENT,
	TRK_JOURNAL_OP_RUN,
	TRK_JOURNAL_OP_PUT,
	TRK_JOURNAL_OP_SUBJECT,
	TRK_JOURNAL_OP_IF,
	TRK_JOURNAL_OP_ELSE,
	TRK_JOURNAL_OP_END,
	TRK_JOURNAL_OP_DROP,
	TRK_JOURNAL_OP_SAY
} TrkJournalOp;

/* How a field of the payload is computed. */
typedef enum TrkPutKind
{
	TRK_PUT_CONST,
	TRK_PUT_FLAG,
	TRK_PUT_ITEM,
	TRK_PUT_TEXT,
	TRK_PUT_TEXT_OR_NONE,
	TRK_PUT_LOWER_TEXT,
	TRK_PUT_DECIMAL,
	TRK_PUT_DISTANCE,
	TRK_PUT_COUNT,
	TRK_PUT_COUNT_OR_NONE,
	TRK_PUT_JSON,
	TRK_PUT_LIST,
	TRK_PUT_LENGTH,
	TRK_PUT_KEYS,
	TRK_PUT_TRUTH,
	TRK_PUT_SLUG,
	TRK_PUT_TEXT_HASH,
	TRK_PUT_JSON_HASH,
	TRK_PUT_ROW_ID,
	TRK_PUT_SUBJECT_SLUG
} TrkPutKind;

/* How the subject is computed. */
typedef enum TrkSubjectKind
{
	TRK_SUBJECT_TEXT,
	TRK_SUBJECT_ITEMS,
	TRK_SUBJECT_CANONICAL,
	TRK_SUBJECT_TEXT_AND_CANONICAL
} TrkSubjectKind;

/* What a condition tests. */
typedef enum TrkIfKind
{
	TRK_IF_IS,
	TRK_IF_IS_LOWER,
	TRK_IF_SET,
	TRK_IF_NAMED,
	TRK_IF_GIVEN,
	TRK_IF_TRUE,
	TRK_IF_LISTED,
	TRK_IF_COUNTED,
	TRK_IF_POSITIVE,
	TRK_IF_NEGATIVE,
	TRK_IF_NONZERO,
	TRK_IF_MENTIONS
} TrkIfKind;

/*
 * Limits: columns of all tables, columns of one table, columns and words of
 * one line.
 */
#define TRK_JOURNAL_COLUMNS			160
#define TRK_JOURNAL_TABLE_COLUMNS	32
#define TRK_JOURNAL_LINE_COLUMNS	3
#define TRK_JOURNAL_LINE_WORDS		8

/* Columns that every table has; their numbers are fixed. */
#define TRK_JOURNAL_COLUMN_ID		0
#define TRK_JOURNAL_COLUMN_SYMBOL	1

/* A column, or a member of an object in it. */
typedef struct TrkJournalColumn
{
	int			column;
	const char *member;			/* NULL: the column itself */
} TrkJournalColumn;

typedef struct TrkJournalLine
{
	/* as written in the list */
	uint8		op;				/* TrkJournalOp */
	uint8		kind;			/* TrkPutKind, TrkSubjectKind, TrkIfKind, TrkEventType */
	bool		flag;			/* a value; in a condition: it must not hold */
	bool		joined;			/* a condition that continues the one before, such as ELSE_IF */
	const char *field;
	const char *columns;
	const char *text;
	const char *words;

	/* computed at first use */
	int			slot;			/* slot of the field among those of the event */
	int			next;			/* where execution continues after an IF that does not hold, or at
								 * an ELSE */
	int			ncolumns;
	int			nwords;
	TrkJournalColumn column[TRK_JOURNAL_LINE_COLUMNS];
	TrkText		word[TRK_JOURNAL_LINE_WORDS];
	TrkValue	value;			/* the text as a string value */
	int			first_line;		/* TABLE, EVENT: the first line after it, and the first that does
								 * not belong to it */
	int			end_line;
	int			first_field;	/* EVENT: its fields, sorted, in trk_journal_fields */
	int			nfields;
	int			evidence_slot;
} TrkJournalLine;

extern TrkJournalLine trk_journal_lines[];
extern TrkMember trk_journal_fields[];

/* The line of each table. */
extern int	trk_journal_table_line[TRK_JOURNAL_TABLES];

/* Resolve the rules, if that has not been done in this backend. */
extern void trk_journal_prepare(void);

/* Return the number of a column, or -1. */
extern int	trk_journal_column(const char *name, Size len);

#endif							/* TRK_JOURNAL_RULES_H */

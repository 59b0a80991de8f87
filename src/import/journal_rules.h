/*
 * journal_rules.h
 *	  The lines of reference.def as reference.c follows them: columns and
 *	  fields are numbers, conditions know where to go on.
 *
 * Called by reference.c only.
 */
#ifndef TRK_REFERENCE_RULES_H
#define TRK_REFERENCE_RULES_H

#include "import/journal.h"
#include "base/text.h"

/* What a line is; see reference.def. */
typedef enum TrkRefOp
{
	TRK_REF_OP_TABLE,
	TRK_REF_OP_SHADOW,
	TRK_REF_OP_NEEDS,
	TRK_REF_OP_EVENT,
	TRK_REF_OP_RUN,
	TRK_REF_OP_PUT,
	TRK_REF_OP_SUBJECT,
	TRK_REF_OP_IF,
	TRK_REF_OP_ELSE,
	TRK_REF_OP_END,
	TRK_REF_OP_DROP,
	TRK_REF_OP_SAY
} TrkRefOp;

/* How a field of the payload is made. */
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

/* How the subject is made. */
typedef enum TrkSubjectKind
{
	TRK_SUBJECT_TEXT,
	TRK_SUBJECT_ITEMS,
	TRK_SUBJECT_CANONICAL,
	TRK_SUBJECT_TEXT_AND_CANONICAL
} TrkSubjectKind;

/* What a condition asks. */
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

/* Columns of all tables, those of one, columns and words of one line. */
#define TRK_REF_COLUMNS			160
#define TRK_REF_TABLE_COLUMNS	32
#define TRK_REF_LINE_COLUMNS	3
#define TRK_REF_LINE_WORDS		8

/* Every table has these; their numbers are fixed. */
#define TRK_REF_COLUMN_ID		0
#define TRK_REF_COLUMN_SYMBOL	1

/* A column, or a member of an object in it. */
typedef struct TrkRefColumn
{
	int			column;
	const char *member;			/* or NULL */
} TrkRefColumn;

typedef struct TrkRefLine
{
	/* as the list has it */
	uint8		op;				/* TrkRefOp */
	uint8		kind;			/* TrkPutKind, TrkSubjectKind, TrkIfKind, TrkEventType */
	bool		flag;			/* a value; of a condition, that it must not hold */
	bool		joined;			/* a condition that goes on with the one before */
	const char *field;
	const char *columns;
	const char *text;
	const char *words;

	/* worked out once */
	int			slot;			/* of the field among the event's */
	int			next;			/* where to go on: an IF that does not hold, an ELSE */
	int			ncolumns;
	int			nwords;
	TrkRefColumn column[TRK_REF_LINE_COLUMNS];
	TrkText		word[TRK_REF_LINE_WORDS];
	TrkValue	value;			/* text as a string */
	int			first_line;		/* TABLE, EVENT: the first after it, and the first
								 * that is no part of it */
	int			end_line;
	int			first_field;	/* EVENT: its fields, sorted, in trk_ref_fields */
	int			nfields;
	int			evidence_slot;
} TrkRefLine;

extern TrkRefLine trk_ref_lines[];
extern TrkMember trk_ref_fields[];

/* Line of each table. */
extern int	trk_ref_table_line[TRK_REFERENCE_TABLES];

/* Work the lines out, unless that has been done. */
extern void trk_reference_prepare(void);

/* Number of a column, or -1. */
extern int	trk_ref_column(const char *name, Size len);

#endif							/* TRK_REFERENCE_RULES_H */

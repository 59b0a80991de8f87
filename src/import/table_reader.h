/*
 * table_reader.h
 *	  Reads rows of a user's table as JSON, in place.
 *
 * Called by journal_live.c, and by mapping_live.c for the kind of a relation.
 * The caller's privileges decide what is read.  But it is read as the owner of
 * the relation, and so that it changes nothing (readonly.h): code that others
 * put into a view, a policy, a column or a type does not get the caller's
 * rights.
 */
#ifndef TRK_READER_H
#define TRK_READER_H

#include "base/arena.h"
#include "datatype/timestamp.h"

/*
 * Return whether the relation is a table, a view or another kind from which
 * rows can be read.
 */
extern bool trk_is_readable_kind(Oid relid);

/* A table, or the reason why it cannot be read. */
typedef struct TrkReaderTable
{
	char	   *name;			/* schema and table, quoted */
	Oid			relid;			/* InvalidOid when it does not exist */
	Oid			owner;			/* the role as which it is read */
	bool		readable;		/* the caller may read it */
	const char *refusal;		/* why not, when it is not for lack of privileges */
	int			sqlstate;		/* of the error that ended the reading, or 0 */
	bool		by_columns;		/* only the columns that are used are read */
	char	   *columns;		/* these columns, quoted, of the alias t */
	char	   *order;			/* the order column, quoted; NULL when there is none by which rows
								 * can be sorted */
	Oid			order_type;
	bool		order_is_time;	/* it is a timestamptz, timestamp or date */
	bool		order_not_null;
	bool		order_indexed;	/* a btree index begins with it */
} TrkReaderTable;

/* The rows that are to be read. */
typedef struct TrkReaderRange
{
	bool		has_since;		/* only rows with this order or a later one, and rows without;
								 * needs order_is_time */
	TimestampTz since;
	bool		newest_first;	/* in this order; otherwise in any order */
	int64		limit;			/* the most rows that are read; -1: all */
	bool		stable;			/* with the snapshot of the calling query */
} TrkReaderRange;

/* A row.  The arena and the text are reset before the next row. */
typedef struct TrkReaderRow
{
	TrkText		json;			/* an object, in UTF-8 */
	bool		has_order;
	TimestampTz order;			/* set only if order_is_time */
} TrkReaderRow;

typedef void (*TrkReaderRowFn) (void *state, TrkArena *arena, const TrkReaderRow *row);

/*
 * Look up a table of a schema. columns, terminated by NULL, are those that the
 * reader uses; other columns are left out if rows have an id that cannot be
 * NULL.  This runs no code of users.
 */
extern void trk_reader_find(TrkReaderTable *table, Oid nsp, const char *name,
							const char *order_column, const char *const *columns);

/*
 * Return whether the table can be opened.  If a privilege is missing for what
 * a view reads, or row security refuses, the table is marked as not readable;
 * on other errors as failed.
 */
extern bool trk_reader_opens(TrkReaderTable *table);

/*
 * Return whether the table has rows.  If that cannot be read, the table is
 * marked as not readable or failed.
 */
extern bool trk_reader_has_rows(TrkReaderTable *table);

/*
 * Read the rows; returns how many.  fn may connect to SPI, and write.  An error
 * of what a view computes, which may show values, ends the reading and is only
 * kept as the table's sqlstate.
 */
extern int64 trk_reader_read(TrkReaderTable *table, const TrkReaderRange *range, TrkReaderRowFn fn,
							 void *state);

/*
 * Return why this reader must not see what the relation shows to its owner, or
 * NULL if it may.  Reasons are row security that applies to one of them, and a
 * result that depends on who reads when the reader may not become the owner.
 */
extern const char *trk_reader_refusal(Oid relid, Oid reader, Oid owner);

#endif							/* TRK_READER_H */

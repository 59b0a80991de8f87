/*
 * table_reader.h
 *	  Rows of a table of the user's as JSON, read in place and never copied.
 *
 * Called by journal_live.c, and by mapping_live.c for the kind of a relation.
 * The caller's privileges decide what is read.  But it is read as the owner of
 * the relation, and so that it changes nothing (readonly.h): what others put
 * into a view, a policy, a column or a type gets none of the caller's rights.
 */
#ifndef TRK_READER_H
#define TRK_READER_H

#include "base/arena.h"
#include "datatype/timestamp.h"

/* Is it a table, a view or the like, so that rows can be read from it? */
extern bool trk_is_readable_kind(Oid relid);

/* A table, or what it lacks. */
typedef struct TrkReaderTable
{
	char	   *name;			/* schema and table, quoted */
	Oid			relid;			/* InvalidOid when it is not there */
	Oid			owner;			/* as whom it is read */
	bool		readable;		/* by the caller */
	const char *refusal;		/* why not, when it is no lack of privileges */
	int			sqlstate;		/* of the error that a read of it ended with, or 0 */
	bool		by_columns;		/* only the columns that are used are read */
	char	   *columns;		/* these, quoted, of t */
	char	   *order;			/* the order column, quoted; NULL when there is
								 * none that sorts */
	Oid			order_type;
	bool		order_is_time;	/* timestamptz, timestamp or date */
	bool		order_not_null;
	bool		order_indexed;	/* a btree index begins with it */
} TrkReaderTable;

/* Which of its rows. */
typedef struct TrkReaderRange
{
	bool		has_since;		/* those with this order or a later one, and
								 * those without; only where order_is_time */
	TimestampTz since;
	bool		newest_first;	/* in this order, else in any */
	int64		limit;			/* at most so many, the first; -1: all */
	bool		stable;			/* as of the calling query's snapshot */
} TrkReaderRange;

/* A row.  The arena is reset, and the text gone, when the next one comes. */
typedef struct TrkReaderRow
{
	TrkText		json;			/* an object, in UTF-8 */
	bool		has_order;
	TimestampTz order;			/* only where order_is_time */
} TrkReaderRow;

typedef void (*TrkReaderRowFn) (void *state, TrkArena *arena, const TrkReaderRow *row);

/*
 * Look at a table of a schema.  columns are those that the reader uses, ended
 * by NULL; the others are left out where a row is known by an id that cannot
 * be null.  Runs nothing of anybody's.
 */
extern void trk_reader_find(TrkReaderTable *table, Oid nsp, const char *name,
						  const char *order_column, const char *const *columns);

/*
 * Can the table be opened?  A privilege may be lacking for what a view reads,
 * or row security be refused: then it becomes not readable; or it fails.
 */
extern bool trk_reader_opens(TrkReaderTable *table);

/* Has it rows?  When that cannot be read, it is not readable or has failed. */
extern bool trk_reader_has_rows(TrkReaderTable *table);

/*
 * Read the rows; returns how many.  fn may connect to SPI, and write.  An error
 * of what a view computes, which may show values, ends the reading and is only
 * kept as the table's sqlstate.
 */
extern int64 trk_reader_read(TrkReaderTable *table, const TrkReaderRange *range, TrkReaderRowFn fn,
						   void *state);

/*
 * Why must this reader not see what the relation shows to its owner, or NULL?
 * Row security that applies to one of them; or what it shows depends on who
 * reads it, and the reader may not become the owner.
 */
extern const char *trk_reader_refusal(Oid relid, Oid reader, Oid owner);

#endif							/* TRK_READER_H */

/*
 * store.h
 *	  The store from the point of view of C code: its tables, the statements
 *	  that write them, the partitions that are known to exist.  Called by
 *	  ingest, import, drift, facts and export.  Everything that writes a table uses a
 *	  statement made here.
 */
#ifndef TRK_STORE_H
#define TRK_STORE_H

#include "base/arena.h"
#include "contract/contract.h"
#include "executor/spi.h"
#include "store/policy.h"

/*
 * The months from 2000-01 to 2099-12 have partitions of their own; one
 * partition is for all times before them, and one for all after.
 */
#define TRK_FIRST_YEAR		2000
#define TRK_LAST_YEAR		2099
#define TRK_MONTHS			((TRK_LAST_YEAR - TRK_FIRST_YEAR + 1) * 12)
#define TRK_MONTH_BEFORE	TRK_MONTHS
#define TRK_MONTH_AFTER		(TRK_MONTHS + 1)
#define TRK_MONTH_SLOTS		(TRK_MONTHS + 2)

/* The most parameters of a statement. */
#define TRK_MAX_PARAMS		22

/*
 * Types of the extension as parameters of statements; they are replaced by
 * oids when a statement is prepared.  No type of the server has such a low
 * oid.
 */
enum
{
	TRK_PARAM_EVENT_TYPE = 1,
	TRK_PARAM_ENVIRONMENT,
	TRK_PARAM_EVIDENCE,
	TRK_PARAM_ID,
	TRK_PARAM_KEY,
	TRK_PARAM_ENVELOPE,
	TRK_PARAM_DRIFT_LEVEL,
	TRK_PARAM_TESTS,
	TRK_PARAM_TYPES
};

/*
 * A statement.  It is a variable of the file that runs it, which fills in the
 * first members; the store prepares it at its first use.  Plans are generic,
 * with two exceptions: an export, for which the range of time decides which
 * partitions are read, and a search in all partitions, since a generic plan
 * made while they are empty would use sequential scans for ever.
 */
typedef struct TrkStatement
{
	const char *text;			/* %1$s is the quoted schema of the store */
	int			nargs;
	Oid			args[TRK_MAX_PARAMS];	/* types of the server, or TRK_PARAM_* */
	int			options;		/* of SPI_prepare_cursor(); 0: a generic plan */

	/* filled in by the store */
	SPIPlanPtr	plan;
	struct TrkStatement *next;	/* the statement that was prepared before it */
} TrkStatement;

typedef struct TrkStore
{
	Oid			nsp;			/* the extension's schema */
	Oid			event_relid;
	Oid			event_types[TRK_EVENT_TYPES];	/* enum oids by TrkEventType */
	Oid		   *environments;	/* enum oids by index */
	TrkStatement *prepared;		/* the statements that have a plan */
	bool		whole;			/* at_event is known to have all its columns */
	bool		months[TRK_MONTH_SLOTS];	/* the partition is known to exist */
} TrkStore;

extern void trk_store_init(void);

/*
 * Open the store in the schema of the calling function.  If it is missing and
 * for_write is set, it is made, with a NOTICE, when the caller owns the
 * extension; otherwise it is an ERROR with a hint.
 */
extern TrkStore *trk_store_open(FunctionCallInfo fcinfo, bool for_write);

/*
 * Return the oid of a type of the extension, or of the function with arguments of
 * these types; what is missing is an ERROR.
 */
extern Oid	trk_store_type(const TrkStore *store, const char *name);
extern Oid	trk_store_function(const TrkStore *store, const char *name, int nargs,
							   const Oid *types);

/* Return the value of at_environment that a text names; none is an ERROR. */
extern Datum trk_store_environment(const TrkStore *store, const text *name);

/*
 * Return the plan of a statement, which is prepared once per backend.  SPI
 * must be connected.
 */
extern SPIPlanPtr trk_store_plan(TrkStore *store, TrkStatement *stmt);

/*
 * Run a statement; expected is the SPI result that it must have.  All
 * statements except an export run as the store's owner: a caller who may store
 * events needs no privilege on the tables.  The caller's policies must have
 * been checked before, by trk_store_check().
 */
extern void trk_store_run(TrkStore *store, TrkStatement *stmt, Datum *values,
						  const char *nulls, int expected);

/*
 * From here to trk_store_leave(), or to an error, act as the store's owner,
 * with a search_path in which nobody else can create objects.
 */
typedef struct TrkStoreScope
{
	Oid			user;
	int			context;
	int			settings;		/* nesting level of the settings; 0: they are the caller's */
} TrkStoreScope;

/*
 * Run a statement within such a scope.  Several statements in one scope cost
 * less than several calls of trk_store_run().
 */
extern void trk_store_run_entered(TrkStore *store, TrkStatement *stmt, Datum *values,
								  const char *nulls, int expected);

/*
 * Begin such a scope.  With pinned = false the search_path stays the caller's, for
 * a statement that runs no code of others (see plain_tables.h).
 */
extern void trk_store_enter(const TrkStore *store, TrkStoreScope *scope);
extern void trk_store_enter_pinned(const TrkStore *store, TrkStoreScope *scope, bool pinned);
extern void trk_store_leave(const TrkStoreScope *scope);

/*
 * Check rows that will be stored in this table against the caller's row
 * security policies for INSERT; raise an ERROR when they refuse one.  This
 * must come before any key of the rows is looked up.
 */
extern void trk_store_check(TrkStore *store, const char *table, const TrkPendingRows *rows);

/* The month slot of a time, and the first moment of the month of a slot. */
extern int	trk_month_of(int64 occurred_at);
extern int64 trk_month_begin(int month);

/*
 * Make sure that rows with these times find a partition.  It must be called
 * before the INSERT starts; it takes a lock on at_event that keeps the
 * partitions from being dropped.
 */
extern void trk_store_ensure_partitions(TrkStore *store, const int64 *times, int n);

#endif							/* TRK_STORE_H */

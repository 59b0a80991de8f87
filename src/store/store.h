/*
 * store.h
 *	  The store from the point of view of C code: its tables, the statements
 *	  that write them, the partitions that are known to exist.  Called by
 *	  ingest, import, drift and export.  Everything that writes a table uses a
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

/* The statements, with their parameters; their texts are in store.c. */
typedef enum TrkStatement
{
	TRK_STMT_INSERT_EVENTS,		/* (handle of rows); it is an error when a key exists */
	TRK_STMT_INSERT_EVENTS_ONCE,	/* (handle of rows); skips keys that exist */
	TRK_STMT_INSERT_REJECTS,	/* (handle of rows) */
	TRK_STMT_INSERT_REJECTS_ONCE,	/* (handle of rows); skips those that exist */
	TRK_STMT_INSERT_EVENT,		/* (the columns of at_event); for a key that is known to be new */
	TRK_STMT_INSERT_EVENT_ONCE, /* (the columns of at_event); returns no row when the key exists */
	TRK_STMT_INSERT_BATCH,
	TRK_STMT_FIND_KEYS,			/* (project, key digests, from, to) */
	TRK_STMT_FIND_KEYS_ANYWHERE,	/* (project, key digests) */
	TRK_STMT_FIND_EVENTS,		/* (project, key digest) */
	TRK_STMT_MAKE_PARTITIONS,	/* (timestamptz[]) */
	TRK_STMT_STALE_RUNS,		/* (projects, runs, days) */
	TRK_STMT_STALE_RUN,			/* (project, run, day) */
	TRK_STMT_EXPORT,			/* (project, since, until) */
	TRK_STMT_FIND_WATERMARK,	/* (project, agent, environment, schema, table) */
	TRK_STMT_REPLACED_WATERMARK,	/* (the same, watermark, synced_at, rows): what is stored */
	TRK_STMT_SET_WATERMARK,		/* (the same) */
	TRK_STMT_INSERT_MAPPING,	/* (name, owner, search_path, mapping) */
	TRK_STMT_FIND_MAPPING,		/* (name) */
	TRK_STMT_SYNCED_MAPPING,	/* (name, batch_id, and the sums of a sync) */
	TRK_STMT_UPDATE_MAPPING,	/* (name, synced_at, batch_id, and the sums) */
	TRK_STMT_DELETE_MAPPING,	/* (name) */
	TRK_STMT_UPKEEP,			/* () */
	TRK_STMT_FORGET_ROLLUPS,	/* (first day, end day) */
	TRK_STMT_STORE_VERSION,		/* () */
	TRK_STMT_IDENTITY_KEY,		/* () */
	/*
	 * statements of caller_rows.h: for each table one that reads as the caller
	 * and one that stores the rows
	 */
	TRK_STMT_NEW_PROFILE,		/* (arguments of at_create_behavior_profile()) */
	TRK_STMT_INSERT_PROFILE,
	TRK_STMT_FIND_PROFILE,		/* (profile) */
	TRK_STMT_DELETE_PROFILE,
	TRK_STMT_NEW_BASELINE,		/* (arguments of at_create_baseline()) */
	TRK_STMT_INSERT_BASELINE,
	TRK_STMT_NEW_APPROVAL,		/* (baseline, approver) */
	TRK_STMT_NEW_ACTIVATION,	/* (baseline) */
	TRK_STMT_NEW_DEACTIVATION,	/* (baseline) */
	TRK_STMT_NEXT_STATUS,		/* (project, baseline): time and number of the next status */
	TRK_STMT_INSERT_STATUS,
	TRK_STMT_NEW_SCAN,			/* (arguments of at_record_drift()) */
	TRK_STMT_INSERT_SCAN,
	TRK_STMT_NEW_RESULTS,		/* (tests, project, scan) */
	TRK_STMT_INSERT_RESULT,
	TRK_STMT_CHANGED_FINDINGS,	/* (tests, project, baseline, build, until, events, look,
								 * looks) */
	TRK_STMT_UPDATE_FINDING,
	TRK_STMT_NEW_FINDINGS,		/* (tests, project, baseline, build, since, until, environment,
								 * agent) */
	TRK_STMT_INSERT_FINDING,
	TRK_STMT_FINDINGS_TO_TELL,	/* (project, baseline, build, until, alert, alert_after) */
	TRK_STMT_ALERT_DRIFT,		/* (finding, notify) */
	TRK_STMT_TOLD_FINDING,		/* (finding, event) */
	TRK_STMT_UPDATE_TOLD,
	TRK_STATEMENTS
} TrkStatement;

typedef struct TrkStore
{
	Oid			nsp;			/* the extension's schema */
	Oid			event_relid;
	Oid			event_types[TRK_EVENT_TYPES];	/* enum oids by TrkEventType */
	Oid		   *environments;	/* enum oids by index */
	SPIPlanPtr	plans[TRK_STATEMENTS];
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
 * Return the plan of a statement, which is prepared once per backend.  SPI
 * must be connected.
 */
extern SPIPlanPtr trk_store_plan(TrkStore *store, TrkStatement stmt);

/*
 * Run a statement; expected is the SPI result that it must have.  All
 * statements except an export run as the store's owner: a caller who may store
 * events needs no privilege on the tables.  The caller's policies must have
 * been checked before, by trk_store_check().
 */
extern void trk_store_run(TrkStore *store, TrkStatement stmt, Datum *values,
						  const char *nulls, int expected);

/*
 * From here to trk_store_leave(), or to an error, act as the store's owner,
 * with a search_path in which nobody else can create objects.
 */
typedef struct TrkStoreScope
{
	Oid			user;
	int			context;
	int			settings;		/* nesting level of the settings */
} TrkStoreScope;

/*
 * Run a statement within such a scope.  Several statements in one scope cost
 * less than several calls of trk_store_run().
 */
extern void trk_store_run_entered(TrkStore *store, TrkStatement stmt, Datum *values,
								  const char *nulls, int expected);

extern void trk_store_enter(const TrkStore *store, TrkStoreScope *scope);
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

/*
 * stale_run.h
 *	  The runs to which a transaction writes events, with the agents and days
 *	  of these events: what is derived of them is stale once the transaction commits.
 *	  Filled by load.c and record.c; read by at_refresh() and by every view that
 *	  adds to stored facts what came since.
 */
#ifndef TRK_STALE_RUN_H
#define TRK_STALE_RUN_H

#include "store/store.h"
#include "utils/date.h"

/*
 * The most entries that are collected before they are written.  A hash table
 * over project, agent, run and day, with twice as many slots, finds them.
 */
#define TRK_STALE_RUNS		4096
#define TRK_STALE_RUN_SLOTS	(2 * TRK_STALE_RUNS)

typedef struct TrkStaleRun
{
	char	   *names;			/* project, run and agent, one behind the other, in the server's
								 * encoding */
	uint32		project_len;
	uint32		run_len;
	uint32		agent_len;
	int64		day;			/* since 2000-01-01 UTC */
} TrkStaleRun;

typedef struct TrkStaleRuns
{
	int			count;
	int			last;			/* the entry that was used last */
	TrkStaleRun *entries;		/* NULL before the first one */
	uint16	   *slots;			/* number of an entry, from 1; 0: the slot is free */
} TrkStaleRuns;

/*
 * Note the run, the agent and the day of an event that was stored.  The entry is
 * allocated in the context.  When the array is full, it is written first, for
 * which SPI must be connected.
 */
extern void trk_stale_runs_add(TrkStaleRuns *runs, TrkStore *store, MemoryContext context,
							   TrkText project, TrkText run_id, TrkText agent_id,
							   int64 occurred_at);

/* Return the day that a time makes stale, as a date. */
extern DateADT trk_stale_day_of(int64 occurred_at);

/* Write the stale run of one event at once.  SPI must be connected. */
extern void trk_stale_runs_write_one(TrkStore *store, TrkText project, TrkText run_id,
									 TrkText agent_id, int64 occurred_at);

/* Write the collected runs and forget them.  SPI must be connected. */
extern void trk_stale_runs_write(TrkStaleRuns *runs, TrkStore *store);

#endif							/* TRK_STALE_RUN_H */

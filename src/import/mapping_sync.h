/*
 * mapping_sync.h
 *	  Stores mappings, and loads the events of their sources.  Called by
 *	  mapping_sql.c.
 */
#ifndef TRK_MAPPING_SYNC_H
#define TRK_MAPPING_SYNC_H

#include "ingest/load.h"
#include "import/mapping_live.h"
#include "import/mapping_report.h"

/* What happened to the rows of one source. */
typedef struct TrkMapOutcome
{
	char	   *source;
	Tuplestorestate *tuples;	/* its rows, until they are stored */
	TupleDesc	desc;			/* descriptor of these rows */
	int64		rows;
	int64		skipped;
	TrkCounts	counts;
	List	   *warnings;		/* list of C strings */
} TrkMapOutcome;

/* The result of a sync. */
typedef struct TrkMapSync
{
	int64		batch_id;		/* 0 when no source had an event */
	uint32		nsources;
	TrkMapOutcome *sources;
} TrkMapSync;

/*
 * Return the role with this name.  Raises an ERROR when the caller may not act
 * as it.
 */
extern Oid	trk_mapping_owner(const char *name);

/* Store a mapping under a name.  Raises an ERROR when the name is in use. */
extern void trk_mapping_keep(TrkStore *store, const char *name, const char *owner,
							 text *document);

/*
 * Delete a stored mapping; return false when there is none whose owner the
 * caller may act as.
 */
extern bool trk_mapping_forget(TrkStore *store, const char *name);

/* Read the sources of the kept mapping and load their events. */
extern void trk_mapping_sync(TrkStore *store, const char *name, TrkMapSync *sync);

#endif							/* TRK_MAPPING_SYNC_H */

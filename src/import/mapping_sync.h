/*
 * mapping_sync.h
 *	  Mappings that are kept, and loading what their sources have.
 *
 * Called by mapping_sql.c.
 */
#ifndef TRK_MAPPING_SYNC_H
#define TRK_MAPPING_SYNC_H

#include "ingest/load.h"
#include "import/mapping_live.h"
#include "import/mapping_report.h"

/* What became of the rows of one source. */
typedef struct TrkMapOutcome
{
	char	   *source;
	Tuplestorestate *tuples;	/* until they are stored */
	TupleDesc	desc;			/* of these */
	int64		rows;
	int64		skipped;
	TrkCounts	counts;
	List	   *warnings;		/* of C strings */
} TrkMapOutcome;

/* What became of a sync. */
typedef struct TrkMapSync
{
	int64		batch_id;		/* 0 when no source had an event */
	uint32		nsources;
	TrkMapOutcome *sources;
} TrkMapSync;

/* A role by its name; an error when the caller may not act as it. */
extern Oid trk_mapping_owner(const char *name);

/* Keep a mapping under a name; an error when the name is taken. */
extern void trk_mapping_keep(TrkStore *store, const char *name, const char *owner,
							 text *document);

/* Forget a mapping; false when there is none whose owner the caller can act as. */
extern bool trk_mapping_forget(TrkStore *store, const char *name);

/* Read the sources of the kept mapping and load their events. */
extern void trk_mapping_sync(TrkStore *store, const char *name, TrkMapSync *sync);

#endif							/* TRK_MAPPING_SYNC_H */

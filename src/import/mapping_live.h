/*
 * mapping_live.h
 *	  Checks and reads the sources of a mapping in this database.
 *	  mapping_live.c makes the one query of a source and runs it;
 *	  mapping_probe.c checks it without running it.
 *
 * Called by mapping_sync.c and mapping_sql.c.  All that a source names is
 * looked up, planned and run as the mapping's owner, by trk_read_only().
 */
#ifndef TRK_MAPPING_LIVE_H
#define TRK_MAPPING_LIVE_H

#include "executor/spi.h"
#include "import/mapping.h"
#include "utils/tuplestore.h"

/* The role and the search_path with which sources are read. */
typedef struct TrkMapOwner
{
	Oid			role;
	const char *search_path;	/* where names without a schema are looked up */
} TrkMapOwner;

/* Findings about the sources: what cannot be read, columns that are not there. */
extern void trk_mapping_probe(TrkArena *arena, const TrkMapping *mapping,
							  const TrkMapOwner *owner, TrkFindings *findings);

/*
 * Read the rows of a source as JSON texts, one in each tuple of *desc.  The
 * tuplestore is in the caller's context and uses at most kbytes of memory.
 * Raises an ERROR when the source cannot be read.
 */
extern Tuplestorestate *trk_mapping_rows(const TrkMapSource *source,
										 const TrkMapOwner *owner, int kbytes,
										 TupleDesc *desc);

/*
 * Prepare the query of a source, checked to be one that only reads.  *text is
 * the query.  For use within trk_read_only(), connected to SPI.
 */
extern SPIPlanPtr trk_mapping_prepare(const TrkMapSource *source, const char **text);

#endif							/* TRK_MAPPING_LIVE_H */

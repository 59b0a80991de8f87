/*
 * load_versions.h
 *	  Loads of events that were made of rows of tables.  Rows are read again
 *	  and may have been edited, so keys are looked up in all months, and an
 *	  edit becomes a version.
 */
#ifndef TRK_LOAD_VERSIONS_H
#define TRK_LOAD_VERSIONS_H

#include "ingest/load_batch.h"

/*
 * Decide which events of a batch that was made of rows of tables are known in
 * any month, before anything is stored, and build the rows of the others.
 */
extern void trk_ingest_decide_rows(TrkIngest *ingest);

#endif							/* TRK_LOAD_VERSIONS_H */

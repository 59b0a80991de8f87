/*
 * load_versions.h
 *	  Loads of what was made of rows of tables, which are read again and may have
 *	  been edited: keys are looked up in all months, edits become versions.
 */
#ifndef TRK_LOAD_VERSIONS_H
#define TRK_LOAD_VERSIONS_H

#include "ingest/load_batch.h"

/*
 * Decide which events of a batch that was made of rows of tables are known in any
 * month, before anything is stored, and build the rows of the rest.
 */
extern void trk_ingest_decide_rows(TrkIngest *ingest);

#endif							/* TRK_LOAD_VERSIONS_H */

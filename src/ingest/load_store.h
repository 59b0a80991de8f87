/*
 * load_store.h
 *	  Inserts the rows of a batch into at_event.
 */
#ifndef TRK_LOAD_STORE_H
#define TRK_LOAD_STORE_H

#include "ingest/load_batch.h"

/*
 * Insert the rows of the batch, and mark those that were stored as accepted.
 */
extern void trk_ingest_insert_rows(TrkIngest *ingest);

#endif							/* TRK_LOAD_STORE_H */

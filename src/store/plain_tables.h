/*
 * plain_tables.h
 *	  Tells whether a new event runs nothing but the extension's and the server's
 *	  own functions.  Called by ingest/record.c.
 */
#ifndef TRK_PLAIN_TABLES_H
#define TRK_PLAIN_TABLES_H

#include "store/store.h"

extern void trk_plain_tables_init(void);

/*
 * Return whether the tables to which an event of this time is written, its
 * partition of at_event and at_stale_run, are as the extension makes them: no
 * triggers, rules, checks, defaults, domains or forced policies, and no functions of
 * others in their indexes.  The caller has a lock on at_event, as of an INSERT; those on
 * the other tables are taken here.  So the answer holds until the transaction ends.
 */
extern bool trk_tables_are_plain(const TrkStore *store, int64 occurred_at);

#endif							/* TRK_PLAIN_TABLES_H */

/*
 * notify.h
 *	  Tells who listens on the channel agent_tracker what was stored, when
 *	  agent_tracker.notify is on.  Called by record.c and load.c.
 *
 * Any role may listen, so a message has nothing of an event but its type, its time
 * and an id that says nothing.
 */
#ifndef TRK_NOTIFY_H
#define TRK_NOTIFY_H

#include "contract/event.h"
#include "ingest/load.h"

/* Tell of one recorded event; or of a load. */
extern void trk_notify_event(const TrkEvent *event);
extern void trk_notify_load(int64 batch_id, const TrkCounts *counts);

#endif							/* TRK_NOTIFY_H */

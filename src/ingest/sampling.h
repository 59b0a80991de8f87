/*
 * sampling.h
 *	  Decides which recorded events are stored: sampling, and limits on how
 *	  many.
 *
 * Called by record_sql.c, for at_record() and its helpers only.  Events that a
 * reader cannot do without are always stored: errors, starts and ends of runs,
 * rejections (of trades, and by risk checks), failed and warning diagnostics,
 * fills, snapshots, capital flows, replays.
 *
 * The limits apply per backend and are approximate: events of a transaction
 * that is rolled back stay counted, and when there are many runs, the one that
 * was inactive for longest is forgotten.
 */
#ifndef TRK_SAMPLING_H
#define TRK_SAMPLING_H

#include "datatype/timestamp.h"
#include "contract/event.h"

/* Return whether this event must be stored whatever the settings are. */
extern bool trk_always_kept(const TrkEvent *event);

/*
 * Return whether an event belongs to a sample of this rate.  The SHA-256 of
 * its idempotency key decides, so all backends come to the same answer.
 */
extern bool trk_sample_has(const uint8 *key_sha256, double rate);

/* The budgets that may be exhausted. */
#define TRK_BUDGET_RUN	0x01
#define TRK_BUDGET_DAY	0x02

/*
 * Count an event that is recorded now.  Returns false when a budget is
 * exhausted and the event is not one that is always stored.  *announce is set
 * to the budgets whose exhaustion the caller must record now; if its
 * transaction fails, the next call asks for it again.
 */
extern bool trk_budget_has(const TrkEvent *event, TimestampTz now, int *announce);

#endif							/* TRK_SAMPLING_H */

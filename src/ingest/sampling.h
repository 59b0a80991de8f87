/*
 * sampling.h
 *	  Which recorded events are kept: sampling, and limits on how many.
 *
 * Called by record_sql.c, for at_record() and its helpers only.  Events that
 * a reader cannot do without are always kept: errors, starts and ends of runs,
 * rejections (of trades, and by risk checks), failed and warning diagnostics,
 * fills, snapshots, capital flows, replays.
 *
 * The limits hold for a backend and are approximate: what a transaction that
 * is rolled back recorded stays counted, and of many runs the one that was
 * quiet for longest is forgotten.
 */
#ifndef TRK_SAMPLING_H
#define TRK_SAMPLING_H

#include "datatype/timestamp.h"
#include "contract/event.h"

/* Is this event kept whatever the settings say? */
extern bool trk_always_kept(const TrkEvent *event);

/*
 * Does a sample of this rate have the event?  Decided by the SHA-256 of its
 * idempotency key, so every backend decides alike.
 */
extern bool trk_sample_has(const uint8 *key_sha256, double rate);

/* Budgets that may be exhausted. */
#define TRK_BUDGET_RUN	0x01
#define TRK_BUDGET_DAY	0x02

/*
 * Count an event, recorded now; false when a budget is exhausted and the event
 * is not one that is always kept.  *announce is the budgets whose exhaustion
 * the caller must record now; when its transaction fails, it is asked again.
 */
extern bool trk_budget_has(const TrkEvent *event, TimestampTz now, int *announce);

#endif							/* TRK_SAMPLING_H */

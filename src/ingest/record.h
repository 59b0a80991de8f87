/*
 * record.h
 *	  One event into the store, by itself: judged, counted once, returned by
 *	  its id.
 *
 * record.c judges and stores, record_draft.c makes an event out of what a
 * caller gave.  Called by the SQL functions in record_sql.c.
 */
#ifndef TRK_RECORD_H
#define TRK_RECORD_H

#include "store/identity_key.h"
#include "ingest/pipeline.h"
#include "store/event_row.h"

/* An event on its way into the store. */
typedef struct TrkRecord
{
	TrkStore   *store;
	TrkPolicy	policy;
	TrkStoreKey store_key;		/* of pseudonyms; the call's first record has it */
	TrkArena	arena;
	TrkFindings findings;
	TrkEvent	event;
	TrkIdentity identity;
	TimestampTz now;			/* when the call began */
	TrkText		line;			/* the event as it came; none when we made it */
	bool		clock_time;		/* occurred_at is now, nobody gave it */
	bool		chosen_key;		/* a caller chose the key, or the event id in
								 * it: it may be in the store */
} TrkRecord;

/*
 * Begin: open the store of the calling function, read the settings.  What is
 * made lives in the current memory context.
 */
extern void trk_record_begin(TrkRecord *record, FunctionCallInfo fcinfo);

/* Another event of the same call. */
extern void trk_record_follow(TrkRecord *record, const TrkRecord *first);

/* Raise an ERROR that lists the findings, if there are any. */
extern void trk_record_check(const TrkRecord *record);

/* Judge the tree in record->event, and compute the identity. */
extern void trk_record_judge(TrkRecord *record);

/* Store the judged event; returns the id of the stored one. */
extern text *trk_record_store(TrkRecord *record);

/*
 * What a caller says of an event: envelope fields by TrkEnvelopeField, and
 * payload fields by name, which go before those of the payload and win over
 * them.
 */
typedef struct TrkDraft
{
	bool		given[TRK_ENVELOPE_FIELDS];
	TrkValue	env[TRK_ENVELOPE_FIELDS];
	int			nfields;
	TrkMember  *fields;
} TrkDraft;

/*
 * A text of a caller as a string value; a finding when it is not valid UTF-8,
 * which only a database without an encoding can hold.
 */
extern void trk_draft_string(TrkRecord *record, const char *path, TrkText t,
							 TrkValue *value);

/*
 * Complete the draft from settings, generated ids, the clock and defaults,
 * into record->event.
 */
extern void trk_draft_complete(TrkRecord *record, TrkDraft *draft);

#endif							/* TRK_RECORD_H */

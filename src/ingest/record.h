/*
 * record.h
 *	  Stores a single event: it is validated, counted once and returned by its
 *	  id.
 *
 * record.c validates and stores, record_draft.c completes what a caller gave
 * to an event.  Called by the SQL functions in record_sql.c.
 */
#ifndef TRK_RECORD_H
#define TRK_RECORD_H

#include "store/identity_key.h"
#include "ingest/pipeline.h"
#include "store/event_row.h"

/* An event that is about to be stored. */
typedef struct TrkRecord
{
	TrkStore   *store;
	TrkPolicy	policy;
	TrkStoreKey store_key;		/* the key of pseudonyms; the call's first record has it */
	TrkArena	arena;
	TrkFindings findings;
	TrkEvent	event;
	TrkIdentity identity;
	TimestampTz now;			/* when the call began */
	TrkText		line;			/* the text of the event as it came; empty when it was made here */
	bool		clock_time;		/* occurred_at is the current time, because nobody gave one */
	bool		chosen_key;		/* the caller chose the key, or the event id in it, so it may be in
								 * the store */
} TrkRecord;

/*
 * Begin the recording of an event: open the store in the schema of the calling
 * function and read the settings.  Results live in the current memory context.
 */
extern void trk_record_begin(TrkRecord *record, FunctionCallInfo fcinfo);

/* Begin the recording of a further event in the same call. */
extern void trk_record_follow(TrkRecord *record, const TrkRecord *first);

/* Raise an ERROR that lists the findings, if there are any. */
extern void trk_record_check(const TrkRecord *record);

/* Redact and validate the tree in record->event, and compute its identity. */
extern void trk_record_judge(TrkRecord *record);

/* Store the validated event.  Returns the id of the stored event. */
extern text *trk_record_store(TrkRecord *record);

/*
 * What a caller gave for an event: envelope fields by TrkEnvelopeField, and
 * payload fields by name, which precede and override those of the payload.
 */
typedef struct TrkDraft
{
	bool		given[TRK_ENVELOPE_FIELDS];
	TrkValue	env[TRK_ENVELOPE_FIELDS];
	int			nfields;
	TrkMember  *fields;
} TrkDraft;

/*
 * Make a string value of a caller's text.  A text that is not valid UTF-8,
 * which only a database in SQL_ASCII can hold, becomes a finding.
 */
extern void trk_draft_string(TrkRecord *record, const char *path, TrkText t,
							 TrkValue *value);

/*
 * Complete the draft from settings, generated ids, the clock and defaults, and
 * build record->event.
 */
extern void trk_draft_complete(TrkRecord *record, TrkDraft *draft);

#endif							/* TRK_RECORD_H */

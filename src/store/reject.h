/*
 * reject.h
 *	  Makes rows of at_reject, which record what was refused and why, but never
 *	  the line itself.  Called by ingest and record.
 */
#ifndef TRK_REJECT_H
#define TRK_REJECT_H

#include "datatype/timestamp.h"
#include "contract/finding.h"
#include "store/store.h"

/* The number of columns of _at_pending_rejects. */
#define TRK_REJECT_COLUMNS	8
extern const char *const trk_reject_columns[TRK_REJECT_COLUMNS];

typedef struct TrkReject
{
	bool		in_load;		/* false: batch_id and line_no are NULL */
	int64		batch_id;
	int32		line_no;
	TimestampTz rejected_at;
	const TrkText *event_id;	/* in the server's encoding, or NULL */
	const TrkFindings *findings;
	const uint8 *sha256;		/* of the line, or NULL when there is none */
	int64		bytes;
	TrkText		origin;			/* the row of which it was made, in the server's encoding; empty
								 * for a line */
} TrkReject;

/* Statements that insert the rejects of a row set, and those that are new. */
extern TrkStatement trk_insert_rejects;
extern TrkStatement trk_insert_rejects_once;

/* Fill the columns.  The values point into the arena. */
extern void trk_reject_row(TrkArena *arena, const TrkReject *reject,
						   Datum *values, bool *nulls);

/*
 * Add the finding about an event whose key was used before for other content;
 * or its event id, where redaction removed the key.
 */
extern void trk_add_conflict(TrkFindings *findings, bool by_event_id);

#endif							/* TRK_REJECT_H */

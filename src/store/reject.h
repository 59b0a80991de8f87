/*
 * reject.h
 *	  Rows of at_reject: what was not stored, and why; never the line itself.
 *
 * Made by ingest and record.
 */
#ifndef TRK_REJECT_H
#define TRK_REJECT_H

#include "datatype/timestamp.h"
#include "contract/finding.h"

/* Columns of _at_pending_rejects. */
#define TRK_REJECT_COLUMNS	8
extern const char *const trk_reject_columns[TRK_REJECT_COLUMNS];

typedef struct TrkReject
{
	bool		in_load;		/* else batch_id and line_no are null */
	int64		batch_id;
	int32		line_no;
	TimestampTz rejected_at;
	const TrkText *event_id;	/* in the server's encoding, or NULL */
	const TrkFindings *findings;
	const uint8 *sha256;		/* of the line, or NULL when there is none */
	int64		bytes;
	TrkText		origin;			/* the row it was made of, in the server's
								 * encoding; empty for a line */
} TrkReject;

/* Fill values and nulls; what they point to is in the arena. */
extern void trk_reject_row(TrkArena *arena, const TrkReject *reject,
						   Datum *values, bool *nulls);

/*
 * The finding of an event whose key, or whose event id where the key is lost to
 * redaction, was used before for other content.
 */
extern void trk_add_conflict(TrkFindings *findings, bool by_event_id);

#endif							/* TRK_REJECT_H */

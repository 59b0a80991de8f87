/*
 * event_row.h
 *	  A redacted, valid event as column values of at_event, and the two hashes
 *	  that make it count once.
 *
 * Called by ingest and record.
 */
#ifndef TRK_ROW_H
#define TRK_ROW_H

#include "store/envelope.h"
#include "store/store.h"

/* Columns of at_event in the order of the insert statement. */
enum
{
	TRK_COL_OCCURRED_AT,
	TRK_COL_EVENT_TYPE,
	TRK_COL_ENVIRONMENT,
	TRK_COL_INGESTED_AT,
	TRK_COL_BATCH_ID,
	TRK_COL_LINE_NO,
	TRK_COL_KEY_DIGEST,
	TRK_COL_CONTENT_HASH,
	TRK_COL_EVIDENCE,
	TRK_COL_PROJECT,
	TRK_COL_AGENT_ID,
	TRK_COL_RUN_ID,
	TRK_COL_EVENT_ID,
	TRK_COL_SPAN_ID,
	TRK_COL_PARENT_SPAN_ID,
	TRK_COL_IDEMPOTENCY_KEY,
	TRK_COL_SYMBOLS,
	TRK_COL_ENVELOPE,
	TRK_COL_PAYLOAD,
	TRK_EVENT_COLUMNS
};

/* Their names. */
extern const char *const trk_event_columns[TRK_EVENT_COLUMNS];

/* What makes an event count once. */
typedef struct TrkIdentity
{
	uint8		key[16];		/* of the idempotency key */
	uint8		content[16];	/* of the content */
	bool		by_event_id;	/* the key is lost to redaction: key is of the
								 * event id */
} TrkIdentity;

/*
 * Compute the identity.  A key that is lost to redaction tells nothing apart:
 * the event id does then.  Content is the canonical event without event_id,
 * received_at, sdk, privacy and span ids that are null, with numbers and the
 * time normalised: the event must be valid.  Sorts the tree.
 */
extern void trk_row_identity(TrkArena *scratch, TrkEvent *event, TrkIdentity *identity);

/*
 * Fill values and nulls but for ingested_at, batch_id and line_no.  What they
 * point to is in the arena or palloc'd; event and identity must live as long.
 */
extern void trk_row_make(TrkStore *store, TrkArena *arena, TrkEvent *event,
						 const TrkIdentity *identity, Datum *values, bool *nulls);

#endif							/* TRK_ROW_H */

/*
 * event_row.h
 *	  Converts a redacted, valid event to the column values of at_event, and
 *	  computes the two hashes by which it counts once.  Called by ingest and
 *	  record.
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

/* The names of these columns. */
extern const char *const trk_event_columns[TRK_EVENT_COLUMNS];

/* The beginning of statements that insert rows with these columns. */
#define TRK_INSERT_INTO_EVENT \
	"INSERT INTO %1$s.at_event (occurred_at, event_type, environment, ingested_at," \
	" batch_id, line_no, key_digest, content_hash, evidence, project, agent_id, run_id," \
	" event_id, span_id, parent_span_id, idempotency_key, symbols, envelope, payload)"

/* The hashes by which an event counts once. */
typedef struct TrkIdentity
{
	uint8		key[16];		/* of the idempotency key */
	uint8		content[16];	/* of the content */
	bool		by_event_id;	/* redaction removed the key: key is the digest of the event id */
} TrkIdentity;

/*
 * Compute the identity of an event.  If redaction removed the key, the event
 * id is used instead, because all such keys are equal.  The content is the
 * canonical event without event_id, received_at, sdk, privacy and span ids
 * that are null, with normalized numbers and time; so the event must be valid,
 * and its tree sorted, as trk_judge() leaves it.
 */
extern void trk_row_identity(TrkArena *scratch, const TrkEvent *event, TrkIdentity *identity);

/*
 * Fill the columns except ingested_at, batch_id and line_no.  The values point
 * into the arena, into palloc'd memory, or into event and identity, which must
 * live as long.
 */
extern void trk_row_make(TrkStore *store, TrkArena *arena, const TrkEvent *event,
						 const TrkIdentity *identity, Datum *values, bool *nulls);

#endif							/* TRK_ROW_H */

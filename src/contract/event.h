/*
 * event.h
 *	  A parsed line as an event: which member is which field of the contract.
 *
 * Filled by trk_event_bind() (again after redaction, which may move members);
 * read by redact, validate, evidence, row.
 */
#ifndef TRK_EVENT_H
#define TRK_EVENT_H

#include "contract/contract.h"
#include "json/json.h"

/* The computed privacy object. */
typedef struct TrkPrivacy
{
	bool		full_io;
	bool		contains_prompt_text;
	bool		contains_output_text;
	bool		contains_broker_payload;
	bool		contains_account_identifier;
	bool		truncated;
} TrkPrivacy;

/* What redaction saw in fields that identify something. */
typedef struct TrkIdentityCounts
{
	uint32		pseudonyms;		/* became one, in whole or in part */
	uint32		lost;			/* came with a [REDACTED] that is none */
} TrkIdentityCounts;

typedef struct TrkEvent
{
	TrkValue	root;			/* always an object here */
	TrkPrivacy	privacy;		/* computed by redaction */
	TrkIdentityCounts identities;	/* likewise */

	/* filled by trk_event_bind */
	TrkValue   *env[TRK_ENVELOPE_FIELDS];	/* by TrkEnvelopeField; NULL when absent */
	TrkValue   *field[TRK_ALL_FIELDS];	/* top-level payload value by TrkField;
									 * NULL when absent */
	int			type;			/* TrkEventType, or -1 */
	int			environment;	/* index in the enumeration, or -1 */

	/* filled by trk_validate when the field is valid */
	int64		occurred_at;	/* microseconds since 2000-01-01 UTC */
} TrkEvent;

/*
 * Fill env, field, type and environment from root.  Also sets the key index
 * of every top-level and payload member.
 */
extern void trk_event_bind(TrkEvent *event);

#endif							/* TRK_EVENT_H */

/*
 * event.h
 *	  An event: a parsed line, and which of its members is which field of the
 *	  contract.
 *
 * Filled by trk_event_bind() (again after redaction, which may move members);
 * read by redact, validation, evidence and event_row.c.
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

/* What redaction found in fields that identify something. */
typedef struct TrkIdentityCounts
{
	uint32		pseudonyms;		/* identities that became pseudonyms, in whole or in part */
	uint32		lost;			/* identities that arrived with a [REDACTED]
								 * that is not a pseudonym */
} TrkIdentityCounts;

typedef struct TrkEvent
{
	TrkValue	root;			/* always an object here */
	TrkPrivacy	privacy;		/* computed by redaction */
	TrkIdentityCounts identities;	/* computed by redaction */

	/* filled by trk_event_bind() */
	TrkValue   *env[TRK_ENVELOPE_FIELDS];	/* by TrkEnvelopeField; NULL when absent */
	TrkValue   *field[TRK_ALL_FIELDS];	/* top-level payload values by TrkField; NULL when absent */
	int			type;			/* TrkEventType, or -1 */
	int			environment;	/* index in the enumeration, or -1 */

	/* filled by trk_validate() when the field is valid */
	int64		occurred_at;	/* microseconds since 2000-01-01 UTC */
} TrkEvent;

/*
 * Fill env, field, type and environment from root, and set the key index of
 * every top-level and payload member.
 */
extern void trk_event_bind(TrkEvent *event);

#endif							/* TRK_EVENT_H */

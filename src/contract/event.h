/*
 * event.h
 *	  An event: a parsed line, and which of its members is which field of the
 *	  contract.
 *
 * Filled by trk_event_bind(), or by trk_event_finish() after redaction; read by
 * validation, evidence and event_row.c.
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
	uint32		lost;			/* identities that arrived with a [REDACTED] that is not a
								 * pseudonym */
} TrkIdentityCounts;

typedef struct TrkEvent
{
	TrkValue	root;			/* always an object here */
	TrkPrivacy	privacy;		/* computed by redaction */
	TrkIdentityCounts identities;	/* computed by redaction */

	/* filled by trk_event_bind() and trk_event_finish() */
	TrkValue   *env[TRK_ENVELOPE_FIELDS];	/* by TrkEnvelopeField; NULL when absent */
	TrkValue   *field[TRK_ALL_FIELDS];	/* top-level payload values by TrkField; NULL when absent */
	int			type;			/* TrkEventType, or -1 */
	int			environment;	/* index in the enumeration, or -1 */
	const TrkMember *document;	/* members of the payload as the document has them, for findings in
								 * that order; NULL when it is no object */

	/* filled by trk_validate() when the field is valid */
	int64		occurred_at;	/* microseconds since 2000-01-01 UTC */
} TrkEvent;

/*
 * Fill env, field, type, environment and document from root, and set the key
 * index of every top-level and payload member.  The tree is not sorted.
 */
extern void trk_event_bind(TrkEvent *event);

/*
 * Sort a tree whose members are final, and bind the event.  This is done once
 * for an event, after redaction: what hashes and writes it afterwards finds
 * the members in canonical order and moves none.
 */
extern void trk_event_finish(TrkArena *arena, TrkEvent *event);

#endif							/* TRK_EVENT_H */

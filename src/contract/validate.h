/*
 * validate.h
 *	  Validates an event by the contract; every violation becomes a finding.
 *	  Called after redaction and trk_event_finish(), by ingest, record and the
 *	  functions over single events.
 */
#ifndef TRK_VALIDATE_H
#define TRK_VALIDATE_H

#include "contract/event.h"
#include "contract/finding.h"

/*
 * Add a finding for each violation of envelope, payload and size.  Sets
 * event->occurred_at when the timestamp is valid.
 */
extern void trk_validate(TrkEvent *event, Size max_event_bytes,
						 TrkFindings *findings);

/*
 * Return whether the value has the form of a project or an agent_id: a string
 * that is not empty and has no white space, "/" or "\".
 */
extern bool trk_is_name(const TrkValue *value);

#endif							/* TRK_VALIDATE_H */

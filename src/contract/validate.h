/*
 * validate.h
 *	  Event against contract: every violation as a finding.
 *
 * Called after redaction and trk_event_bind(), by ingest, record and the
 * single-event functions.
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
 * Has the value the form of a project or an agent_id: a string that is not
 * empty, without white space, "/" and "\\"?
 */
extern bool trk_is_name(const TrkValue *value);

#endif							/* TRK_VALIDATE_H */

/*
 * validate.h
 *	  Event against contract: every violation as a finding.
 *
 * Called after redaction and trk_event_bind(), by ingest, record and the
 * single-event functions.
 */
#ifndef TRK_VALIDATE_H
#define TRK_VALIDATE_H

#include "event.h"
#include "finding.h"

/*
 * Add a finding for each violation of envelope, payload and size.  Sets
 * event->occurred_at when the timestamp is valid.
 */
extern void trk_validate(TrkEvent *event, Size max_event_bytes,
						 TrkFindings *findings);

#endif							/* TRK_VALIDATE_H */

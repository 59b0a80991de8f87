/*
 * pipeline.h
 *	  Processes a line to an event: read, redact, sort, bind, validate.  This
 *	  order is here and nowhere else, so that nothing is validated, and no finding
 *	  written, before redaction.
 *
 * Called by ingest, record and the functions over a single event.
 */
#ifndef TRK_PIPELINE_H
#define TRK_PIPELINE_H

#include "redact/redact.h"
#include "contract/validate.h"

typedef struct TrkPolicy
{
	TrkRedactor redactor;
	Size		max_event_bytes;
} TrkPolicy;

/* Take the redaction rules and the size limit of events from the settings. */
extern void trk_policy_of_settings(TrkPolicy *policy);

/*
 * Read, redact, sort, bind and validate the event of one line.  Returns true
 * when the event could be read and is bound; it is then redacted, though perhaps
 * not valid.  Everything that is wrong is added to findings.
 */
extern bool trk_judge(const TrkPolicy *policy, TrkArena *arena, const char *s,
					  Size len, TrkEvent *event, TrkFindings *findings);

/*
 * Redact, sort, bind and validate an event whose tree is already built: event->root
 * is an object whose strings are valid UTF-8.
 */
extern void trk_judge_tree(const TrkPolicy *policy, TrkArena *arena, TrkEvent *event,
						   TrkFindings *findings);

/*
 * Return the event id if it is a string about which there is no finding, else
 * NULL.
 */
extern const TrkValue *trk_judged_event_id(const TrkEvent *event,
										   const TrkFindings *findings);

#endif							/* TRK_PIPELINE_H */

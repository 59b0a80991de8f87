/*
 * pipeline.h
 *	  Line to event: read, redact, bind, validate, in this order and in one
 *	  place.
 *
 * Called by ingest, record and the single-event functions.
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

/* The policy of the settings. */
extern void trk_policy_of_settings(TrkPolicy *policy);

/*
 * Judge one line.  Returns true when the event could be read and is bound
 * (redacted, though perhaps not valid); all that is wrong goes to findings.
 */
extern bool trk_judge(const TrkPolicy *policy, TrkArena *arena, const char *s,
					  Size len, TrkEvent *event, TrkFindings *findings);

/*
 * The same of an event that is a tree already: event->root is an object whose
 * strings are valid UTF-8.
 */
extern void trk_judge_tree(const TrkPolicy *policy, TrkArena *arena, TrkEvent *event,
						   TrkFindings *findings);

/* The event id, if it is a string that no finding speaks of; else NULL. */
extern const TrkValue *trk_judged_event_id(const TrkEvent *event,
										   const TrkFindings *findings);

#endif							/* TRK_PIPELINE_H */

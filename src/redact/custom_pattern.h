/*
 * custom_pattern.h
 *	  The administrator's own redaction patterns (agent_tracker.redact_patterns).
 *	  Called by settings.c.
 */
#ifndef TRK_CUSTOM_PATTERN_H
#define TRK_CUSTOM_PATTERN_H

#include "redact/pattern.h"

/*
 * Is this a JSON object of label to regular expression, or empty?  Sets the
 * GUC error detail when not.
 */
extern bool trk_custom_pattern_check(const char *value);

/* The matcher over these patterns; its function is NULL when value is empty. */
extern void trk_custom_pattern_match(const char *value, TrkCustomMatch *match);

#endif							/* TRK_CUSTOM_PATTERN_H */

/*
 * custom_pattern.h
 *	  The administrator's own redaction patterns (agent_tracker.redact_patterns).
 *	  Called by settings.c.
 */
#ifndef TRK_CUSTOM_PATTERN_H
#define TRK_CUSTOM_PATTERN_H

#include "redact/pattern.h"

/*
 * Check that a setting is empty or a JSON object that maps labels to regular
 * expressions.  If it is neither, set the GUC error detail and return false.
 */
extern bool trk_custom_pattern_check(const char *value);

/*
 * Set up a matcher for these patterns; its function is NULL when value is
 * empty.
 */
extern void trk_custom_pattern_match(const char *value, TrkCustomMatch *match);

#endif							/* TRK_CUSTOM_PATTERN_H */

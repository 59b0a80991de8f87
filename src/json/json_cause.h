/*
 * json_cause.h
 *	  Why a text is no line of JSON, in words for whoever wrote it.
 *
 * Called for what was refused already, so good lines pay nothing for it.  What
 * is said names a place and a cause, and holds nothing of the text.
 */
#ifndef TRK_JSON_CAUSE_H
#define TRK_JSON_CAUSE_H

#include "json/json.h"

/*
 * A message for a status other than TRK_JSON_OK: the reason, the column
 * (characters from 1 on) of the place that trk_json_read_to() told, and what
 * probably caused it.  In the arena.
 */
extern const char *trk_json_message(TrkArena *arena, TrkJsonStatus status,
									const char *s, Size len, Size place);

/*
 * What a whole content is that has no lines of text at all: a compressed file
 * other than gzip, or UTF-16 and UTF-32.  NULL when it may have some.
 */
extern const char *trk_json_no_lines(const char *s, Size len);

/*
 * What a tree is that can be read and is not meant to be one event: an array,
 * a document of OpenTelemetry, a batch.  NULL when it may be one.
 */
extern const char *trk_json_no_event(const TrkValue *root);

#endif							/* TRK_JSON_CAUSE_H */

/*
 * json_cause.h
 *	  Explains to its writer why a text is not a line of JSON.
 *
 * Called only for lines that were refused already, so that good lines pay
 * nothing for it.  A message names a position and a cause, and contains no
 * part of the text.
 */
#ifndef TRK_JSON_CAUSE_H
#define TRK_JSON_CAUSE_H

#include "json/json.h"

/*
 * Make the message for a status other than TRK_JSON_OK, in the arena: the
 * reason, the column (in characters, from 1) of the position that
 * trk_json_read_to() returned, and the probable cause.
 */
extern const char *trk_json_message(TrkArena *arena, TrkJsonStatus status,
									const char *s, Size len, Size place);

/*
 * Return the kind of a content that has no lines of text: a compressed file
 * other than gzip, or UTF-16 and UTF-32.  Returns NULL when it may have some.
 */
extern const char *trk_json_no_lines(const char *s, Size len);

/*
 * Return the kind of a tree that is valid JSON but not meant to be one event:
 * an array, a document of OpenTelemetry, a batch.  Returns NULL when it may be
 * one.
 */
extern const char *trk_json_no_event(const TrkValue *root);

#endif							/* TRK_JSON_CAUSE_H */

/*
 * payload.h
 *	  Members of stored payloads.  Called by the files of this module that read
 *	  events.
 */
#ifndef TRK_PAYLOAD_H
#define TRK_PAYLOAD_H

#include "base/text.h"
#include "utils/jsonb.h"

/*
 * Find a member of a payload; return false when it is absent or null.
 */
extern bool trk_payload_member(Jsonb *payload, const char *name, JsonbValue *value);

/*
 * Return the text of a member, or the text of a number; of anything else, and
 * of what redaction replaced, a text of length 0.  It points into the payload
 * or is allocated in the current context.
 */
extern TrkText trk_payload_text(Jsonb *payload, const char *name);

/* The same of an identity: of length 0, too, when redaction took a part of it. */
extern TrkText trk_payload_id(Jsonb *payload, const char *name);

/*
 * Return the number in a member, which may be spelled as a text, as a numeric
 * datum.
 */
extern Datum trk_payload_number(Jsonb *payload, const char *name, bool *isnull);

/* Return a whole number of at least 0 that fits, else -1. */
extern int64 trk_payload_count(Jsonb *payload, const char *name);

/* Return the value of a boolean member, or the other value when it is none. */
extern bool trk_payload_is(Jsonb *payload, const char *name, bool value);

#endif							/* TRK_PAYLOAD_H */

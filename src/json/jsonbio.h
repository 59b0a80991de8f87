/*
 * jsonbio.h
 *	  Converts a tree to jsonb in its binary form, and jsonb to canonical text.
 *	  Called by event_row.c (in) and event_out.c (out).
 */
#ifndef TRK_JSONBIO_H
#define TRK_JSONBIO_H

#include "json/json.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/*
 * Make a jsonb datum of a tree, in the arena.  The tree must be an array or an
 * object that trk_json_read() has read, so that every number fits numeric.
 * Strings are converted to the encoding of the database, which must be able to
 * hold them: the pipeline has checked that.
 */
extern Jsonb *trk_jsonb_make(TrkArena *arena, const TrkValue *value);

/* Append the canonical text of a jsonb container. */
extern void trk_jsonb_write(StringInfo out, JsonbContainer *container);

/* Append a JSON string literal in canonical form. */
extern void trk_write_literal(StringInfo out, const char *s, Size len);

#endif							/* TRK_JSONBIO_H */

/*
 * jsonbio.h
 *	  Between our JSON tree and the server's jsonb: straight into its binary
 *	  form, and from it to canonical text.
 *
 * Called by event_row.c (in) and event_out.c (out).
 */
#ifndef TRK_JSONBIO_H
#define TRK_JSONBIO_H

#include "json/json.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/*
 * A tree as a jsonb datum in the arena.  The tree is an array or an object,
 * was read by trk_json_read() (so every number fits numeric), and its strings
 * are in UTF-8; they are stored in the server's encoding, which can hold them
 * (event_row.c has made sure).
 */
extern Jsonb *trk_jsonb_make(TrkArena *arena, const TrkValue *value);

/* Append the canonical text of a jsonb container. */
extern void trk_jsonb_write(StringInfo out, JsonbContainer *container);

/* Append a JSON string literal in canonical form. */
extern void trk_write_literal(StringInfo out, const char *s, Size len);

#endif							/* TRK_JSONBIO_H */

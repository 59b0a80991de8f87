/*
 * state_text.h
 *	  Reads and prints the JSON texts of states.  Reading is strict and never
 *	  throws.  Called by the input functions of the types.
 */
#ifndef TRK_STATE_JSON_H
#define TRK_STATE_JSON_H

#include "base/trk.h"

#include "base/compat.h"
#include "json/json_document.h"

/*
 * Read a text that must be a JSON object with this many members; return false
 * if it is not.
 */
extern bool trk_state_read(const char *s, uint32 members, TrkValue *root);

/*
 * Return the value of a member, or NULL when it is missing or of another kind.
 */
extern const TrkValue *trk_state_member(const TrkValue *root, const char *name, TrkKind kind);

/* Read a whole number of zero or more. */
extern bool trk_state_count(const TrkValue *value, int64 *count);

/* Read a whole number between bounds. */
extern bool trk_state_whole(const TrkValue *value, int64 low, int64 high, int64 *n);

/* Read a number, or an infinity as the string "Infinity" or "-Infinity". */
extern bool trk_state_double(const TrkValue *value, double *x);

/* Return whether the member v, the version of the format, has this value. */
extern bool trk_state_format(const TrkValue *root, int format);

/* The errors of the input functions. */
#define trk_state_bad_text(fcinfo, type) \
	trk_soft_error(TRK_SOFT_CONTEXT(fcinfo), \
				   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), \
					errmsg("invalid input syntax for type %s", type)))
pg_noreturn extern void trk_state_bad_binary(const char *type);

#endif							/* TRK_STATE_JSON_H */

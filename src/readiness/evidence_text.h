/*
 * evidence_text.h
 *	  Reads and prints the parts of the JSON text form that the types
 *	  at_evidence and at_evidence_set share.  Called by evidence_sql.c and
 *	  evidence_set_sql.c.
 */
#ifndef TRK_EVIDENCE_TEXT_H
#define TRK_EVIDENCE_TEXT_H

#include "contract/evidence.h"
#include "lib/stringinfo.h"

/* Raise the errors of the input functions. */
#define trk_bad_text(fcinfo, type, newer) \
	trk_soft_error(TRK_SOFT_CONTEXT(fcinfo), \
				   (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), \
					errmsg("invalid input syntax for type %s", type), \
					(newer) ? errdetail(TRK_NEWER_RELEASE) : 0))
#define trk_bad_binary(type, newer) \
	ereport(ERROR, \
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), \
			 errmsg("invalid binary representation of type %s", type), \
			 (newer) ? errdetail(TRK_NEWER_RELEASE) : 0))
#define TRK_NEWER_RELEASE	"It is of a newer release of agent_tracker."

/* Append the names of the bits that are set, as an array. */
extern void trk_doc_bits(StringInfo doc, const uint64 *bits);

/* Read the text of a type into a tree that is an object. */
extern bool trk_read_object(TrkArena *arena, const char *s, TrkValue *root);

/* Return the value of a member if it has this name, else NULL. */
extern const TrkValue *trk_member_if(const TrkMember *member, const char *name);

/* Readers of values: false when it is not what it should be. */
extern bool trk_read_count(const TrkValue *value, int64 limit, int64 *count);
extern bool trk_read_format(const TrkValue *value, int format);
extern bool trk_read_known(const TrkValue *value, uint8 *known);
extern bool trk_read_bits(const TrkValue *value, uint64 *bits);
extern bool trk_read_enum(const TrkValue *value, TrkEnumId id, uint8 *index);

/*
 * Return whether a text that could not be read says that a newer release wrote
 * it.
 */
extern bool trk_text_is_newer(const TrkValue *root, int format);

#endif							/* TRK_EVIDENCE_TEXT_H */

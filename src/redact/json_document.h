/*
 * json_document.h
 *	  JSON documents under construction, in UTF-8.
 *
 * Called by the artifacts and by validation_profile_sql.c.  Members and elements get
 * their commas by what was written before them.
 */
#ifndef TRK_DOCUMENT_H
#define TRK_DOCUMENT_H

#include "json/json.h"
#include "lib/stringinfo.h"

/* Begin a member of an object, or an element of an array. */
extern void trk_doc_key(StringInfo doc, const char *key);
extern void trk_doc_element(StringInfo doc);

/* Whole members. */
extern void trk_doc_text(StringInfo doc, const char *key, const char *text);
extern void trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len);
extern void trk_doc_count(StringInfo doc, const char *key, int64 n);
extern void trk_doc_flag(StringInfo doc, const char *key, bool flag);

/*
 * A value of an event, or null when there is none, as a member and by itself.
 * Secret shapes in it are replaced, which leaves alone what was redacted before.
 */
extern void trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value);
extern void trk_doc_literal(StringInfo doc, TrkArena *arena, TrkValue *value);

/* The finished document. */
extern Datum trk_doc_jsonb(StringInfo doc);
extern Datum trk_doc_json(StringInfo doc);

#endif							/* TRK_DOCUMENT_H */

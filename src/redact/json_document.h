/*
 * json_document.h
 *	  Builds JSON documents in a StringInfo, in UTF-8.
 *
 * Called by the artifacts and by validation_profile_sql.c.  Commas are written
 * where they are needed, depending on the last character of the document.
 */
#ifndef TRK_DOCUMENT_H
#define TRK_DOCUMENT_H

#include "json/json.h"
#include "lib/stringinfo.h"

/*
 * Begin a member of an object, or an element of an array, with a comma if one
 * is needed.
 */
extern void trk_doc_key(StringInfo doc, const char *key);
extern void trk_doc_element(StringInfo doc);

/* Append a whole member: its name and its value. */
extern void trk_doc_text(StringInfo doc, const char *key, const char *text);
extern void trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len);
extern void trk_doc_count(StringInfo doc, const char *key, int64 n);
extern void trk_doc_flag(StringInfo doc, const char *key, bool flag);

/*
 * Append a value of an event, or null when value is NULL, with the name of a
 * member or without.  Secret shapes in it are replaced; what was redacted
 * before stays as it is.
 */
extern void trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value);
extern void trk_doc_literal(StringInfo doc, TrkArena *arena, TrkValue *value);

/* Return the finished document as a datum. */
extern Datum trk_doc_jsonb(StringInfo doc);
extern Datum trk_doc_json(StringInfo doc);

#endif							/* TRK_DOCUMENT_H */

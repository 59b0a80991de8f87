/*
 * json_document.h
 *	  Writes a JSON document piece by piece into a StringInfo.  Called by
 *	  everything that shows JSON and has no tree of it.
 *
 * A piece is a member of an object, or where the key is NULL an element of an
 * array.  Commas are written where they are needed, depending on the last
 * character of the document.
 */
#ifndef TRK_JSON_DOCUMENT_H
#define TRK_JSON_DOCUMENT_H

#include "json/json.h"
#include "lib/stringinfo.h"

/* Begin a piece; the caller appends its value. */
extern void trk_doc_key(StringInfo doc, const char *key);

/* Begin an object or an array; the caller appends what closes it. */
extern void trk_doc_open(StringInfo doc, const char *key, char bracket);

/* Append a whole piece. */
extern void trk_doc_text(StringInfo doc, const char *key, const char *text);
extern void trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len);
extern void trk_doc_count(StringInfo doc, const char *key, int64 n);
extern void trk_doc_flag(StringInfo doc, const char *key, bool flag);

/*
 * Append a number in the shortest form that reads back the same, or the name of
 * one that is not finite as a string.
 */
extern void trk_doc_float(StringInfo doc, const char *key, double x);

/* Return the finished document, which is in UTF-8, as a datum. */
extern Datum trk_doc_jsonb(StringInfo doc);
extern Datum trk_doc_json(StringInfo doc);

#endif							/* TRK_JSON_DOCUMENT_H */

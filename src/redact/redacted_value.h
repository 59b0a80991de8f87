/*
 * redacted_value.h
 *	  Writes values of events into JSON documents.  Secret shapes in them are
 *	  replaced; what was redacted before stays as it is.  Called by the
 *	  artifacts.
 */
#ifndef TRK_REDACTED_VALUE_H
#define TRK_REDACTED_VALUE_H

#include "json/json_document.h"

/* Append a value of an event, or null when value is NULL (see json_document.h). */
extern void trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value);

#endif							/* TRK_REDACTED_VALUE_H */

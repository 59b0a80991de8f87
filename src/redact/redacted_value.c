/*
 * redacted_value.c
 *	  Writes values of events into JSON documents (see redacted_value.h).
 */
#include "base/trk.h"

#include "redact/redact.h"
#include "redact/redacted_value.h"

/*
 * Append a value of an event, or null if value is NULL.  Secret shapes in it
 * are replaced.
 */
void
trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value)
{
	static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};
	TrkPrivacy	privacy = {0};
	TrkBuf		buf;

	trk_doc_key(doc, key);
	if (value == NULL)
	{
		appendStringInfoString(doc, "null");
		return;
	}
	trk_redact_value(&redactor, arena, value, &privacy);
	trk_buf_init(&buf, arena, 256);
	trk_json_write(&buf, value, TRK_NUMBERS_STORED);
	appendBinaryStringInfo(doc, buf.data, (int) buf.len);
}

/*
 * json_document.c
 *	  Builds JSON documents in a StringInfo, in UTF-8.  Commas depend on the
 *	  last character written, so callers need not track positions.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "redact/json_document.h"
#include "json/encoding.h"
#include "json/jsonbio.h"
#include "redact/redact.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* Begin an element of an array: write the comma if one is needed. */
void
trk_doc_element(StringInfo doc)
{
	char		last = doc->len > 0 ? doc->data[doc->len - 1] : '[';

	if (last != '[' && last != '{' && last != ':')
		appendStringInfoChar(doc, ',');
}

/*
 * Begin a member of an object: write the comma if one is needed, and the
 * name.
 */
void
trk_doc_key(StringInfo doc, const char *key)
{
	trk_doc_element(doc);
	trk_write_literal(doc, key, strlen(key));
	appendStringInfoChar(doc, ':');
}

/* Append a member whose value is a string of this length. */
void
trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len)
{
	trk_doc_key(doc, key);
	trk_write_literal(doc, s, len);
}

/* Append a member whose value is a NUL-terminated string. */
void
trk_doc_text(StringInfo doc, const char *key, const char *text)
{
	trk_doc_text_len(doc, key, text, strlen(text));
}

/* Append a member whose value is an integer. */
void
trk_doc_count(StringInfo doc, const char *key, int64 n)
{
	trk_doc_key(doc, key);
	appendStringInfo(doc, INT64_FORMAT, n);
}

/* Append a member whose value is true or false. */
void
trk_doc_flag(StringInfo doc, const char *key, bool flag)
{
	trk_doc_key(doc, key);
	appendStringInfoString(doc, flag ? "true" : "false");
}

/*
 * Append a value of an event, or null if value is NULL.  Secret shapes in it
 * are replaced; what was redacted before stays as it is.
 */
void
trk_doc_literal(StringInfo doc, TrkArena *arena, TrkValue *value)
{
	static const TrkRedactor redactor = {.rules = TRK_REDACT_DEFAULT};
	TrkPrivacy	privacy = {0};
	TrkBuf		buf;

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

/*
 * Append a member whose value is a value of an event, see trk_doc_literal().
 */
void
trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value)
{
	trk_doc_key(doc, key);
	trk_doc_literal(doc, arena, value);
}

/* Return the finished document as a json datum. */
Datum
trk_doc_json(StringInfo doc)
{
	return PointerGetDatum(trk_server_text_datum(doc->data, doc->len));
}

/* Return the finished document as a jsonb datum. */
Datum
trk_doc_jsonb(StringInfo doc)
{
	char	   *s = text_to_cstring(trk_server_text_datum(doc->data, doc->len));

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(s));
}

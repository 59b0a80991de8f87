/*
 * json_document.c
 *	  See document.h.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "redact/json_document.h"
#include "json/encoding.h"
#include "json/jsonbio.h"
#include "redact/redact.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* See document.h. */
void
trk_doc_element(StringInfo doc)
{
	char		last = doc->len > 0 ? doc->data[doc->len - 1] : '[';

	if (last != '[' && last != '{' && last != ':')
		appendStringInfoChar(doc, ',');
}

/* See document.h. */
void
trk_doc_key(StringInfo doc, const char *key)
{
	trk_doc_element(doc);
	trk_write_literal(doc, key, strlen(key));
	appendStringInfoChar(doc, ':');
}

/* See document.h. */
void
trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len)
{
	trk_doc_key(doc, key);
	trk_write_literal(doc, s, len);
}

/* See document.h. */
void
trk_doc_text(StringInfo doc, const char *key, const char *text)
{
	trk_doc_text_len(doc, key, text, strlen(text));
}

/* See document.h. */
void
trk_doc_count(StringInfo doc, const char *key, int64 n)
{
	trk_doc_key(doc, key);
	appendStringInfo(doc, INT64_FORMAT, n);
}

/* See document.h. */
void
trk_doc_flag(StringInfo doc, const char *key, bool flag)
{
	trk_doc_key(doc, key);
	appendStringInfoString(doc, flag ? "true" : "false");
}

/* See document.h. */
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

/* See document.h. */
void
trk_doc_value(StringInfo doc, const char *key, TrkArena *arena, TrkValue *value)
{
	trk_doc_key(doc, key);
	trk_doc_literal(doc, arena, value);
}

/* See document.h. */
Datum
trk_doc_json(StringInfo doc)
{
	return PointerGetDatum(trk_server_text_datum(doc->data, doc->len));
}

/* See document.h. */
Datum
trk_doc_jsonb(StringInfo doc)
{
	char	   *s = text_to_cstring(trk_server_text_datum(doc->data, doc->len));

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(s));
}

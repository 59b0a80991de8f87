/*
 * json_document.c
 *	  Writes a JSON document piece by piece (see json_document.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/compat.h"
#include "common/shortest_dec.h"
#include "json/encoding.h"
#include "json/json_document.h"
#include "json/jsonbio.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/*
 * Begin a piece: write the comma if one is needed, and the name of a member
 * unless it is NULL.
 */
void
trk_doc_key(StringInfo doc, const char *key)
{
	char		last = doc->len > 0 ? doc->data[doc->len - 1] : '[';

	if (last != '[' && last != '{' && last != ':')
		appendStringInfoCharMacro(doc, ',');
	if (key != NULL)
	{
		trk_write_literal(doc, key, strlen(key));
		appendStringInfoCharMacro(doc, ':');
	}
}

/* Begin an object or an array. */
void
trk_doc_open(StringInfo doc, const char *key, char bracket)
{
	trk_doc_key(doc, key);
	appendStringInfoCharMacro(doc, bracket);
}

/* Append a string of this length. */
void
trk_doc_text_len(StringInfo doc, const char *key, const char *s, Size len)
{
	trk_doc_key(doc, key);
	trk_write_literal(doc, s, len);
}

/* Append a NUL-terminated string. */
void
trk_doc_text(StringInfo doc, const char *key, const char *text)
{
	trk_doc_text_len(doc, key, text, strlen(text));
}

/* Append an integer. */
void
trk_doc_count(StringInfo doc, const char *key, int64 n)
{
	char		digits[MAXINT8LEN + 1];
	int			len = pg_lltoa(n, digits);

	trk_doc_key(doc, key);
	appendBinaryStringInfo(doc, digits, len);
}

/* Append a number, or the name of one that is not finite as a string. */
void
trk_doc_float(StringInfo doc, const char *key, double x)
{
	char		buf[DOUBLE_SHORTEST_DECIMAL_LEN];
	int			len = double_to_shortest_decimal_buf(x, buf);

	trk_doc_key(doc, key);
	if (!isfinite(x))
		appendStringInfoCharMacro(doc, '"');
	appendBinaryStringInfo(doc, buf, len);
	if (!isfinite(x))
		appendStringInfoCharMacro(doc, '"');
}

/* Append true or false. */
void
trk_doc_flag(StringInfo doc, const char *key, bool flag)
{
	trk_doc_key(doc, key);
	appendStringInfoString(doc, flag ? "true" : "false");
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

/*
 * encoding.c
 *	  Converts between UTF-8, which the whole extension uses inside, and the
 *	  encoding of the database.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/namespace.h"
#include "json/encoding.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/*
 * Convert a text of the database to UTF-8.  The result points to s where
 * nothing changes.  In an SQL_ASCII database the bytes are taken as they are;
 * the JSON reader checks them.
 */
TrkText
trk_to_utf8(const char *s, Size len)
{
	TrkText		t = {s, len};
	char	   *converted;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return t;
	converted = pg_server_to_any(s, (int) len, PG_UTF8);
	if (converted != s)
	{
		t.s = converted;
		t.len = strlen(converted);
	}
	return t;
}

/* Convert the content of a text datum to UTF-8, as trk_to_utf8() does. */
TrkText
trk_text_arg(text *t)
{
	return trk_to_utf8(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

/*
 * Convert a text to UTF-8 that no JSON reader will check.  Raises an ERROR
 * when the result is not valid UTF-8.
 */
TrkText
trk_checked_utf8(const char *s, Size len)
{
	if (GetDatabaseEncoding() == PG_SQL_ASCII &&
		!pg_verify_mbstr(PG_UTF8, s, (int) len, true))
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("text is not valid UTF-8")));
	return trk_to_utf8(s, len);
}

/* Convert the content of a text datum to UTF-8, as trk_checked_utf8() does. */
TrkText
trk_checked_text_arg(text *t)
{
	return trk_checked_utf8(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
}

/*
 * Convert a string value to the encoding of the database, which must be able
 * to hold it: see trk_server_can_hold().
 */
TrkText
trk_server_string(const TrkValue *value)
{
	TrkText		t = {value->u.str, value->len};
	char	   *converted;

	if ((value->flags & TRK_F_ASCII) || GetDatabaseEncoding() == PG_UTF8)
		return t;
	converted = pg_any_to_server(t.s, (int) t.len, PG_UTF8);
	if (converted != t.s)
	{
		t.s = converted;
		t.len = strlen(converted);
	}
	return t;
}

/* Make a palloc'd text in the encoding of the database. */
text *
trk_server_text_datum(const char *s, Size len)
{
	TrkValue	value;
	TrkText		t;

	trk_json_set_string(&value, s, len);
	t = trk_server_string(&value);
	return cstring_to_text_with_len(t.s, (int) t.len);
}

/*
 * Return whether the encoding of the database can represent all characters of
 * this text in UTF-8.  It always can where the encoding is UTF-8 or
 * SQL_ASCII.
 */
bool
trk_server_can_hold(const char *s, Size len)
{
	int			encoding = GetDatabaseEncoding();
	unsigned char *out;
	int			converted;
	Oid			proc;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
		return true;
	proc = FindDefaultConversionProc(PG_UTF8, encoding);
	if (!OidIsValid(proc) || len > MaxAllocSize / MAX_CONVERSION_GROWTH - 1)
		return false;
	out = palloc(len * MAX_CONVERSION_GROWTH + 1);
	converted = pg_do_encoding_conversion_buf(proc, PG_UTF8, encoding,
											  (unsigned char *) unconstify(char *, s), (int) len,
											  out, (int) (len * MAX_CONVERSION_GROWTH + 1), true);
	pfree(out);
	return converted == (int) len;
}

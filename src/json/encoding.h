/*
 * encoding.h
 *	  Converts between UTF-8, which the whole extension uses inside, and the
 *	  encoding of the database.  Called by everything that takes SQL text in or
 *	  returns it.
 */
#ifndef TRK_ENCODING_H
#define TRK_ENCODING_H

#include "base/compat.h"
#include "json/json.h"

/*
 * Convert a text of the database to UTF-8.  The result points to s where
 * nothing changes.  In an SQL_ASCII database the bytes are taken as they are;
 * the JSON reader checks them.
 */
extern TrkText trk_to_utf8(const char *s, Size len);

/* Convert the content of a text datum to UTF-8 in the same way. */
extern TrkText trk_text_arg(text *t);

/*
 * Convert a text, or the content of a text datum, to UTF-8 that no JSON reader
 * will check.  Raises an ERROR when the result is not valid UTF-8.
 */
extern TrkText trk_checked_utf8(const char *s, Size len);
extern TrkText trk_checked_text_arg(text *t);

/*
 * Return the content of a text datum as it is, in the encoding of the database.
 * For what is compared with other texts of the database, or with ASCII.
 */
static inline TrkText
trk_text_content(text *t)
{
	return (TrkText) {VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)};
}

/*
 * Convert a string value to the encoding of the database, which must be able
 * to hold it.
 */
extern TrkText trk_server_string(const TrkValue *value);
extern text *trk_server_text_datum(const char *s, Size len);

/*
 * Return whether the encoding of the database can represent all characters of
 * this text in UTF-8.  It always can where the encoding is UTF-8 or SQL_ASCII.
 */
extern bool trk_server_can_hold(const char *s, Size len);

#endif							/* TRK_ENCODING_H */

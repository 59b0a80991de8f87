/*
 * encoding.h
 *	  Between UTF-8, in which all of us works, and the database's encoding.
 *
 * Called by the modules that take SQL text in or give it out.
 */
#ifndef TRK_ENCODING_H
#define TRK_ENCODING_H

#include "json/json.h"

/*
 * A text of the database as UTF-8, by reference where nothing changes.  In an
 * SQL_ASCII database bytes are taken as they are: the reader judges them.
 */
extern TrkText trk_to_utf8(const char *s, Size len);

/* The same of a text datum's content. */
extern TrkText trk_text_arg(text *t);

/* The same for text that no reader judges: an error when it is not UTF-8. */
extern TrkText trk_checked_utf8(const char *s, Size len);

/* A string in the database's encoding, which must be able to hold it. */
extern TrkText trk_server_string(const TrkValue *value);
extern text *trk_server_text_datum(const char *s, Size len);

/*
 * Can the database's encoding hold all characters of this text in UTF-8?
 * Always true where the encoding is UTF-8 or SQL_ASCII.
 */
extern bool trk_server_can_hold(const char *s, Size len);

#endif							/* TRK_ENCODING_H */

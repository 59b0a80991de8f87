/*
 * text.h
 *	  Strips, converts to lower or upper case and searches texts in UTF-8, in
 *	  the same way as the client of the contract.  May be called by every
 *	  module.
 */
#ifndef TRK_TEXT_H
#define TRK_TEXT_H

#include "base/arena.h"

/*
 * Return the text without white space at its ends.  The result points into s.
 */
extern TrkText trk_text_strip(const char *s, Size len);

/*
 * Convert to lower case by the simple case mapping of Unicode, or to upper
 * case by the full one.
 */
extern TrkText trk_text_lower(TrkArena *arena, TrkText text);
extern TrkText trk_text_upper(TrkArena *arena, TrkText text);

/*
 * Return whether the text contains this part.  Every text contains the empty
 * part.
 */
extern bool trk_text_has(TrkText text, TrkText part);

/* Return whether both texts have the same bytes. */
static inline bool
trk_text_equal(TrkText a, TrkText b)
{
	return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

/* Compare two texts by their bytes; a prefix is the lesser. */
static inline int
trk_text_compare(TrkText a, TrkText b)
{
	int			order = memcmp(a.s, b.s, Min(a.len, b.len));

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Make a text of a C string, by reference. */
static inline TrkText
trk_text_literal(const char *s)
{
	TrkText		text = {s, strlen(s)};

	return text;
}

#endif							/* TRK_TEXT_H */

/*
 * text.h
 *	  Texts of UTF-8 as the contract's client treats them: without white space
 *	  around them, in lower or upper case, one within another.
 *
 * May be called by every module above.
 */
#ifndef TRK_TEXT_H
#define TRK_TEXT_H

#include "base/arena.h"

/* The text without white space at its ends, by reference. */
extern TrkText trk_text_strip(const char *s, Size len);

/* In lower case by the simple mapping, in upper case by the full one. */
extern TrkText trk_text_lower(TrkArena *arena, TrkText text);
extern TrkText trk_text_upper(TrkArena *arena, TrkText text);

/* Does the text have this part?  The empty part is in every text. */
extern bool trk_text_has(TrkText text, TrkText part);

/* The same bytes? */
static inline bool
trk_text_equal(TrkText a, TrkText b)
{
	return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

/* A C string by reference. */
static inline TrkText
trk_text_literal(const char *s)
{
	TrkText		text = {s, strlen(s)};

	return text;
}

#endif							/* TRK_TEXT_H */

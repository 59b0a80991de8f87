/*
 * format.h
 *	  Numbers, durations and names as people read them.  Called by what makes and
 *	  writes pages.
 */
#ifndef TRK_FORMAT_H
#define TRK_FORMAT_H

#include "base/arena.h"

/*
 * Write a decimal number, as numeric_out() does, with a comma between groups of
 * three digits of its whole part; plus: with a sign in front of numbers above zero.
 */
extern TrkText trk_format_decimal(TrkArena *arena, TrkText number, bool plus);
extern TrkText trk_format_count(TrkArena *arena, int64 count);

/*
 * Write a duration in the two largest units that matter: 310 ms, 1.5 s, 4 h 23 min;
 * nothing for one below zero.
 */
extern TrkText trk_format_ms(TrkArena *arena, double ms);

/*
 * Return whether a character changes the direction of what follows it: in a name it
 * would turn the text around it, too.
 */
extern bool trk_turns_text(uint32 c);

/*
 * Return the length of a prefix of a text in UTF-8 that has at most so many
 * characters.
 */
extern Size trk_prefix_of(TrkText text, Size characters);

#endif							/* TRK_FORMAT_H */

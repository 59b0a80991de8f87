/*
 * symbols.h
 *	  Symbols of instruments as an event lists them.
 *
 * Called by what makes events of arguments (record_draft.c) and of rows
 * (mapping_row.c).
 */
#ifndef TRK_SYMBOLS_H
#define TRK_SYMBOLS_H

#include "redact/redact.h"

/*
 * An array's strings without white space around them, in upper case, each
 * once; what is empty or no string goes.  Secret shapes become pseudonyms
 * before, because in upper case some are none any more; returns how many of
 * the strings had one.
 */
extern uint32 trk_symbols_tidy(const TrkRedactor *redactor, TrkArena *arena,
							   TrkValue *list);

#endif							/* TRK_SYMBOLS_H */

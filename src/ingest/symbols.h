/*
 * symbols.h
 *	  Normalizes the symbols of instruments in an event.
 *
 * Called by the files that make events of arguments (record_draft.c) and of
 * rows (mapping_row.c).
 */
#ifndef TRK_SYMBOLS_H
#define TRK_SYMBOLS_H

#include "redact/redact.h"

/*
 * Normalize an array of symbols: strip white space, convert to upper case,
 * remove duplicates, empty strings and values that are not strings.  Secret
 * shapes become pseudonyms before the conversion, because some cannot be
 * recognized in upper case.  Returns how many strings had one.
 */
extern uint32 trk_symbols_tidy(const TrkRedactor *redactor, TrkArena *arena,
							   TrkValue *list);

#endif							/* TRK_SYMBOLS_H */

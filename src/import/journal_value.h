/*
 * journal_value.h
 *	  Converts the values of journal columns to the types of event fields,
 *	  whatever type the column has.  Called by journal.c, journal_field.c and
 *	  journal_when.c.
 */
#ifndef TRK_JOURNAL_VALUE_H
#define TRK_JOURNAL_VALUE_H

#include "json/json.h"
#include "redact/redact.h"
#include "base/text.h"

/*
 * How deep a value may be nested in its row.  In the event it is two levels
 * deeper, and the event must be readable again with the same limit.
 */
#define TRK_JOURNAL_DEPTH	(TRK_MAX_DEPTH - 2)

/*
 * Convert a value to text without white space at its ends: numbers as they are
 * spelled, other values in the client's notation, nothing for null.  Arrays
 * and objects are redacted first, because the keys cannot be recognized in the
 * text.
 */
extern TrkText trk_journal_text(TrkArena *arena, const TrkRedactor *redactor,
								const TrkValue *value);

/*
 * Replace the secret shapes in a text whose case will be changed, because they
 * would not be recognized afterwards.
 */
extern TrkText trk_journal_scanned(TrkArena *arena, const TrkRedactor *redactor,
								   TrkText text);

/*
 * Convert a value to a decimal number in a string.  Returns false when the
 * value is null or "".  A value that is not a number becomes 0 and sets
 * *readable to false.
 */
extern bool trk_journal_decimal(TrkArena *arena, const TrkValue *value, TrkValue *out,
								bool *readable);

/* Return the sign of the value as a decimal, or 0 when it is not a number. */
extern int	trk_journal_sign(const TrkValue *value);

/*
 * Convert a value to a whole number of at least 0; null and "" become 0.
 * Returns false when the value is not such a number, and uses 0.
 */
extern bool trk_journal_count(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* Convert a value to true or false; null becomes otherwise. */
extern bool trk_journal_truth(const TrkValue *value, bool otherwise);

/*
 * Convert a value to a time as the contract spells it.  A value that is not a
 * time becomes the start of 1970 and sets *readable to false.
 */
extern TrkText trk_journal_time(TrkArena *arena, const TrkValue *value, bool *readable);

/*
 * Convert a value to JSON, as a tree that shares nothing with the row.
 * Returns false when it is nested deeper than an event may be.
 */
extern bool trk_journal_json(TrkArena *arena, const TrkValue *value, TrkValue *out);

/*
 * Convert a value to a JSON array in the same way; another value becomes [].
 */
extern bool trk_journal_list(TrkArena *arena, const TrkValue *value, TrkValue *out);

/*
 * Return the number of items or members of a value; null has 0, every other
 * value 1.
 */
extern uint32 trk_journal_length(TrkArena *arena, const TrkValue *value);

/*
 * Return the sorted member names of an object as an array; other values have
 * none.
 */
extern void trk_journal_keys(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* Return the canonical text of a value as JSON. */
extern TrkText trk_journal_canonical(TrkArena *arena, const TrkValue *value);

/* Return "sha256:" and the hash of a text. */
extern TrkText trk_journal_hash(TrkArena *arena, TrkText text);

/*
 * Convert a text to an identifier of at most 80 characters: letters and digits
 * in lower case, with single underscores in place of everything else between
 * them.  It is "rejected" when no letter or digit is left.
 */
extern TrkText trk_journal_slug(TrkArena *arena, const TrkRedactor *redactor,
								TrkText text);

#endif							/* TRK_JOURNAL_VALUE_H */

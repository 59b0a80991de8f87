/*
 * journal_value.h
 *	  What a column of the reference code's journal tables means as a text, a
 *	  decimal, a count, a truth, a time or a JSON value, whatever type it came
 *	  in.
 *
 * Called by journal.c.
 */
#ifndef TRK_JOURNAL_VALUE_H
#define TRK_JOURNAL_VALUE_H

#include "json/json.h"
#include "redact/redact.h"
#include "base/text.h"

/*
 * What a value can be nested deeper inside an event than in its row: events
 * are read again, by readers with the same bound.
 */
#define TRK_JOURNAL_DEPTH	(TRK_MAX_DEPTH - 2)

/*
 * As text, trimmed: numbers as they are spelled, other values in the client's
 * notation; empty for null.  What is in arrays and objects is redacted first:
 * in the text nothing would know the keys any more.
 */
extern TrkText trk_journal_text(TrkArena *arena, const TrkRedactor *redactor,
								  const TrkValue *value);

/*
 * A text whose secret shapes are replaced, for what changes case: afterwards
 * they would be none.
 */
extern TrkText trk_journal_scanned(TrkArena *arena, const TrkRedactor *redactor,
									 TrkText text);

/*
 * As a decimal in a string; false when the value is null or "".  What is none
 * is 0, and *readable is false.
 */
extern bool trk_journal_decimal(TrkArena *arena, const TrkValue *value, TrkValue *out,
								  bool *readable);

/* The sign of that decimal; 0 when there is none. */
extern int	trk_journal_sign(const TrkValue *value);

/*
 * As a whole number of at least 0, which is what null and "" are.  False when
 * the value is none, and 0 was taken.
 */
extern bool trk_journal_count(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* As true or false; otherwise for null. */
extern bool trk_journal_truth(const TrkValue *value, bool otherwise);

/* As a time of the contract, which is that of 1970 when it is none: then *readable is false. */
extern TrkText trk_journal_time(TrkArena *arena, const TrkValue *value, bool *readable);

/*
 * As JSON: a tree of its own.  False when it is nested deeper than an event
 * may be.
 */
extern bool trk_journal_json(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* The same as an array, [] where it is none. */
extern bool trk_journal_list(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* How many items or members it has; 1 for other values than null. */
extern uint32 trk_journal_length(TrkArena *arena, const TrkValue *value);

/* The names of the members of an object, sorted; [] of other values. */
extern void trk_journal_keys(TrkArena *arena, const TrkValue *value, TrkValue *out);

/* The canonical form of it as JSON. */
extern TrkText trk_journal_canonical(TrkArena *arena, const TrkValue *value);

/* "sha256:" and the hash of a text. */
extern TrkText trk_journal_hash(TrkArena *arena, TrkText text);

/*
 * A text as an identifier: letters and digits in lower case, everything else
 * as single '_' between them, at most 80 characters; "rejected" when none is
 * left.
 */
extern TrkText trk_journal_slug(TrkArena *arena, const TrkRedactor *redactor,
								  TrkText text);

#endif							/* TRK_JOURNAL_VALUE_H */

/*
 * number_rule.h
 *	  The contract's rule "number": a JSON number, or a string that spells a
 *	  finite decimal number.  Called by validation, evidence and import.
 */
#ifndef TRK_NUMBER_RULE_H
#define TRK_NUMBER_RULE_H

#include "json/number.h"

/* Parse the number in a value; return false when it has none. */
extern bool trk_number_of_value(const TrkValue *value, TrkNumber *number);

/* Compare with an integer, as decimals: negative, zero, positive. */
extern int	trk_number_compare(const TrkNumber *number, int bound);

#endif							/* TRK_NUMBER_RULE_H */

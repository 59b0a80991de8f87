/*
 * number_rule.h
 *	  The contract's rule "number": a JSON number, or a string that spells a
 *	  finite decimal number.
 *
 * Called by validate and evidence.
 */
#ifndef TRK_NUMBER_RULE_H
#define TRK_NUMBER_RULE_H

#include "json/number.h"

/* Take the number a value holds apart; false when it holds none. */
extern bool trk_number_of_value(const TrkValue *value, TrkNumber *number);

/* Compare with an integer, as decimals: negative, zero, positive. */
extern int	trk_number_compare(const TrkNumber *number, int bound);

#endif							/* TRK_NUMBER_RULE_H */

/*
 * jsonb_number.h
 *	  The number in a value of jsonb, after the contract's rule.  Called by
 *	  everything that reads numbers of stored payloads.
 */
#ifndef TRK_JSONB_NUMBER_H
#define TRK_JSONB_NUMBER_H

#include "base/trk.h"

#include "utils/jsonb.h"

/*
 * Return a JSON number, or a text that spells one, as a numeric datum in the
 * current context.  It is NULL for any other value, and for a number of more
 * digits than a canonical event may have.
 */
extern Datum trk_jsonb_number(const JsonbValue *value, bool *isnull);

#endif							/* TRK_JSONB_NUMBER_H */

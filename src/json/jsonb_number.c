/*
 * jsonb_number.c
 *	  Reads the number in a value of jsonb.
 */
#include "base/trk.h"

#include "json/encoding.h"
#include "json/jsonb_number.h"
#include "json/number_rule.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* Return the number that a text spells, or NULL. */
static Datum
number_of_text(const JsonbValue *text, bool *isnull)
{
	TrkText		utf8 = trk_checked_utf8(text->val.string.val, text->val.string.len);
	TrkValue	value = {.kind = TRK_STRING, .len = (uint32) utf8.len, .u.str = utf8.s};
	TrkNumber	number;
	char	   *spelling;

	*isnull = !trk_number_of_value(&value, &number) ||
		number.exponent >= TRK_EXPONENT_LIMIT || number.exponent <= -TRK_EXPONENT_LIMIT ||
		trk_number_integer_digits(&number) + trk_number_scale(&number) > TRK_MAX_NUMBER_DIGITS;
	if (*isnull)
		return (Datum) 0;
	spelling = psprintf("%s%.*s.%.*se%d", number.negative ? "-" : "",
						(int) number.integer_len, number.integer,
						(int) number.fraction_len, number.fraction, (int) number.exponent);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(spelling),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* Return a JSON number, or a text that spells one, as a numeric datum. */
Datum
trk_jsonb_number(const JsonbValue *value, bool *isnull)
{
	*isnull = value->type != jbvNumeric && value->type != jbvString;
	if (value->type == jbvNumeric)
		return datumCopy(NumericGetDatum(value->val.numeric), false, -1);
	return *isnull ? (Datum) 0 : number_of_text(value, isnull);
}

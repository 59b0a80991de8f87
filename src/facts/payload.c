/*
 * payload.c
 *	  Reads members of stored payloads.
 */
#include "base/trk.h"

#include "base/pseudonym.h"
#include "facts/payload.h"
#include "json/jsonb_number.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* Find a member of a payload; return false when it is absent or null. */
bool
trk_payload_member(Jsonb *payload, const char *name, JsonbValue *value)
{
	return payload != NULL && JB_ROOT_IS_OBJECT(payload) &&
		getKeyJsonValueFromContainer(&payload->root, name, (int) strlen(name), value) != NULL &&
		value->type != jbvNull;
}

/*
 * Return the text of a member, or the text of a number; of anything else, and
 * of what redaction replaced, a text of length 0.
 */
TrkText
trk_payload_text(Jsonb *payload, const char *name)
{
	static const TrkText none = {"", 0};
	JsonbValue	value;
	TrkText		text;

	if (!trk_payload_member(payload, name, &value))
		return none;
	if (value.type == jbvNumeric)
		return trk_text_literal(DatumGetCString(DirectFunctionCall1(numeric_out,
																	NumericGetDatum(value.val.numeric))));
	if (value.type != jbvString)
		return none;
	text.s = value.val.string.val;
	text.len = (Size) value.val.string.len;
	if (trk_text_equal(text, trk_text_literal(TRK_REPLACEMENT)))
		return none;
	return text;
}

/* Return the text of an identity, of length 0 when it is lost to redaction. */
TrkText
trk_payload_id(Jsonb *payload, const char *name)
{
	TrkText		id = trk_payload_text(payload, name);

	return trk_identity_lost(id.s, id.len) ? (TrkText) {"", 0} : id;
}

/* Return the number in a member, which may be spelled as a text. */
Datum
trk_payload_number(Jsonb *payload, const char *name, bool *isnull)
{
	JsonbValue	value;

	*isnull = !trk_payload_member(payload, name, &value);
	return *isnull ? (Datum) 0 : trk_jsonb_number(&value, isnull);
}

/* Return a whole number of at least 0 that fits, else -1. */
int64
trk_payload_count(Jsonb *payload, const char *name)
{
	bool		isnull;
	Datum		number = trk_payload_number(payload, name, &isnull);
	double		value;

	if (isnull)
		return -1;
	value = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));
	if (!(value >= 0 && value < 9e15))
		return -1;
	return (int64) (value + 0.5);
}

/* Return the value of a boolean member, or the other value when it is none. */
bool
trk_payload_is(Jsonb *payload, const char *name, bool value)
{
	JsonbValue	member;

	return trk_payload_member(payload, name, &member) && member.type == jbvBool &&
		member.val.boolean == value;
}

/*
 * evidence_text.c
 *	  See evidence_text.h.
 */
#include "base/trk.h"

#include "json/encoding.h"
#include "readiness/evidence_text.h"

/* See evidence_text.h. */
void
trk_put_bits(StringInfo out, const uint64 *bits)
{
	const char *separator = "";

	appendStringInfoString(out, ",\"proves\":[");
	for (int bit = 0; bit < TRK_BITS; bit++)
		if (trk_bit_is_set(bits, bit))
		{
			appendStringInfo(out, "%s\"%s\"", separator, trk_bit_info[bit].name);
			separator = ",";
		}
	appendStringInfoChar(out, ']');
}

/* See evidence_text.h. */
const TrkValue *
trk_member_if(const TrkMember *member, const char *name)
{
	return member->name_len == strlen(name) &&
		memcmp(member->name, name, member->name_len) == 0 ? &member->value : NULL;
}

/* See evidence_text.h. */
bool
trk_read_count(const TrkValue *value, int64 limit, int64 *count)
{
	int64		n = 0;

	if (value->kind != TRK_NUMBER || (value->flags & TRK_F_INTEGER) == 0 ||
		value->u.str[0] == '-')
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		int			digit = value->u.str[i] - '0';

		if (n > (PG_INT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*count = n;
	return n <= limit;
}

/* See evidence_text.h. */
bool
trk_read_format(const TrkValue *value, int format)
{
	int64		n;

	return trk_read_count(value, PG_UINT8_MAX, &n) && n == format;
}

/* See evidence_text.h. */
bool
trk_read_known(const TrkValue *value, uint8 *known)
{
	int64		n;

	if (!trk_read_count(value, TRK_BITS, &n))
		return false;
	*known = (uint8) n;
	return true;
}

/* See evidence_text.h. */
bool
trk_read_bits(const TrkValue *value, uint64 *bits)
{
	if (value->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkValue *name = &value->u.items[i];
		int			bit = name->kind == TRK_STRING ? trk_bit_lookup(name->u.str, name->len) : -1;

		if (bit < 0)
			return false;
		bits[bit / 64] |= UINT64CONST(1) << (bit % 64);
	}
	return true;
}

/* See evidence_text.h. */
bool
trk_read_enum(const TrkValue *value, TrkEnumId id, uint8 *index)
{
	int			i = value->kind == TRK_STRING ? trk_enum_lookup(id, value->u.str, value->len) : -1;

	*index = (uint8) i;
	return i >= 0;
}

/* See evidence_text.h. */
bool
trk_read_object(TrkArena *arena, const char *s, TrkValue *root)
{
	TrkText		t = trk_to_utf8(s, strlen(s));

	trk_arena_init(arena, CurrentMemoryContext, 1024);
	if (trk_json_read(arena, t.s, t.len, root) == TRK_JSON_OK && root->kind == TRK_OBJECT)
		return true;
	root->len = 0;
	return false;
}

/* See evidence_text.h. */
bool
trk_text_is_newer(const TrkValue *root, int format)
{
	for (uint32 i = 0; i < root->len; i++)
	{
		const TrkValue *value;
		int64		n;

		if (((value = trk_member_if(&root->u.members[i], "v")) != NULL &&
			 trk_read_count(value, PG_INT64_MAX, &n) && n > format) ||
			((value = trk_member_if(&root->u.members[i], "bits")) != NULL &&
			 trk_read_count(value, PG_INT64_MAX, &n) && n > TRK_BITS))
			return true;
	}
	return false;
}

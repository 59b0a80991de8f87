/*
 * evidence_text.c
 *	  Reads and prints the parts of the JSON text form that the types
 *	  at_evidence and at_evidence_set share.
 */
#include "base/trk.h"

#include "json/encoding.h"
#include "json/json_document.h"
#include "readiness/evidence_text.h"

/* Append the member "proves": the names of the bits that are set. */
void
trk_doc_bits(StringInfo doc, const uint64 *bits)
{
	trk_doc_open(doc, "proves", '[');
	for (int bit = 0; bit < TRK_BITS; bit++)
		if (trk_bit_is_set(bits, bit))
			trk_doc_text(doc, NULL, trk_bit_info[bit].name);
	appendStringInfoChar(doc, ']');
}

/* Return the value of a member if it has this name, else NULL. */
const TrkValue *
trk_member_if(const TrkMember *member, const char *name)
{
	return member->name_len == strlen(name) &&
		memcmp(member->name, name, member->name_len) == 0 ? &member->value : NULL;
}

/* Read a whole number from 0 to limit; return false if it is none. */
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

/* Return whether the value is this version of the format. */
bool
trk_read_format(const TrkValue *value, int format)
{
	int64		n;

	return trk_read_count(value, PG_UINT8_MAX, &n) && n == format;
}

/*
 * Read the number of bits that the writer of the text knew; return false if
 * it is not valid.
 */
bool
trk_read_known(const TrkValue *value, uint8 *known)
{
	int64		n;

	if (!trk_read_count(value, TRK_BITS, &n))
		return false;
	*known = (uint8) n;
	return true;
}

/* Read the list of names of bits; return false if it is not valid. */
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

/* Read a label of an enum of the contract; return false if it is none. */
bool
trk_read_enum(const TrkValue *value, TrkEnumId id, uint8 *index)
{
	int			i = value->kind == TRK_STRING ? trk_enum_lookup(id, value->u.str, value->len) : -1;

	*index = (uint8) i;
	return i >= 0;
}

/* Read the text of a type into a tree; return false if it is not an object. */
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

/*
 * Return whether a text that could not be read says that a newer release
 * wrote it.
 */
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

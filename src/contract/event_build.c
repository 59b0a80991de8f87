/*
 * event_build.c
 *	  The parts of which events are made (see event_build.h).
 */
#include "base/trk.h"

#include "base/sha256.h"
#include "contract/event_build.h"

/*
 * the set A-Za-z0-9_- as bits, because branches on random ids cannot be
 * predicted
 */
static const uint64 id_bytes[4] = {
	UINT64_C(0x03FF200000000000), UINT64_C(0x07FFFFFE87FFFFFE), 0, 0
};

/* Set a member of any name. */
void
trk_set_member(TrkMember *member, TrkText name, TrkValue value)
{
	TrkValue	text = trk_string_value(name);

	member->name = name.s;
	member->name_len = (uint32) name.len;
	member->name_flags = text.flags & (TRK_F_ASCII | TRK_F_PLAIN);
	member->key = TRK_KEY_UNSEEN;
	member->value = value;
}

/* Return an object of members in the order of the document. */
TrkValue
trk_object_value(TrkMember *members, uint32 n)
{
	return (TrkValue) {.kind = TRK_OBJECT, .len = n, .u.members = members};
}

/* Return an object of members in canonical order. */
TrkValue
trk_sorted_object(TrkMember *members, uint32 n)
{
	return (TrkValue) {.kind = TRK_OBJECT, .flags = TRK_F_SORTED, .len = n, .u.members = members};
}

/* Return the member sdk, which names this extension as the client. */
TrkValue
trk_sdk_value(TrkArena *arena, TrkText version)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, 3);

	trk_set_plain_member(&members[0], "language", trk_literal_value("c"));
	trk_set_plain_member(&members[1], "name", trk_literal_value("agent_tracker"));
	trk_set_plain_member(&members[2], "version", trk_string_value(version));
	return trk_sorted_object(members, 3);
}

/* Return an id of a prefix and 16 bytes in hex digits. */
TrkText
trk_hex_id(TrkArena *arena, const char *prefix, const uint8 bytes[16])
{
	Size		len = strlen(prefix);
	char	   *s = trk_alloc(arena, len + 32);

	memcpy(s, prefix, len);
	trk_hex(bytes, 16, s + len);
	return (TrkText) {s, len + 32};
}

/* Return an id of a prefix and the first 16 bytes of a SHA-256. */
TrkText
trk_digest_id(TrkArena *arena, const char *prefix, const char *s, Size len)
{
	uint8		digest[32];

	trk_sha256(s, len, digest);
	return trk_hex_id(arena, prefix, digest);
}

/*
 * Return whether a text is the prefix followed by one or more of
 * A-Za-z0-9_-.
 */
bool
trk_is_prefixed_id(const char *s, Size len, const char *prefix)
{
	Size		i = strlen(prefix);
	uint64		all = 1;

	if (len <= i || memcmp(s, prefix, i) != 0)
		return false;
	for (; i < len; i++)
	{
		unsigned char c = (unsigned char) s[i];

		all &= id_bytes[c >> 6] >> (c & 63);
	}
	return all != 0;
}

/*
 * event_build.h
 *	  The parts of which events are made: members, the object sdk, ids.
 *
 * Called by redact, and by what makes events of arguments and of rows (ingest,
 * import).  Texts are UTF-8 and are not copied unless it says so, so they must
 * live as long as the tree.
 */
#ifndef TRK_EVENT_BUILD_H
#define TRK_EVENT_BUILD_H

#include "json/json.h"

/* The prefixes of the ids of events, runs and spans. */
#define TRK_EVENT_ID_PREFIX	"evt_"
#define TRK_RUN_ID_PREFIX	"run_"
#define TRK_SPAN_ID_PREFIX	"span_"

/* Return a string value of a text. */
static inline TrkValue
trk_string_value(TrkText text)
{
	TrkValue	value;

	trk_json_set_string(&value, text.s, text.len);
	return value;
}

/* Return a string value of a C string. */
static inline TrkValue
trk_literal_value(const char *s)
{
	TrkValue	value;

	trk_json_set_string(&value, s, strlen(s));
	return value;
}

/* Set the name of a member to ASCII that needs no escapes, such as a name of the contract. */
static inline void
trk_set_plain_name(TrkMember *member, const char *name, Size len)
{
	member->name = name;
	member->name_len = (uint32) len;
	member->name_flags = TRK_F_ASCII | TRK_F_PLAIN;
	member->key = TRK_KEY_UNSEEN;
}

/* Set a member of such a name. */
static inline void
trk_set_plain_member(TrkMember *member, const char *name, TrkValue value)
{
	trk_set_plain_name(member, name, strlen(name));
	member->value = value;
}

/* Set a member of any name. */
extern void trk_set_member(TrkMember *member, TrkText name, TrkValue value);

/*
 * Return an object of members that are in canonical order, or one whose order
 * is that of the document.
 */
extern TrkValue trk_sorted_object(TrkMember *members, uint32 n);
extern TrkValue trk_object_value(TrkMember *members, uint32 n);

/* Return the member sdk of events that this extension makes. */
extern TrkValue trk_sdk_value(TrkArena *arena, TrkText version);

/* Return an id in the arena: a prefix and 16 bytes in hex digits. */
extern TrkText trk_hex_id(TrkArena *arena, const char *prefix, const uint8 bytes[16]);

/* Return an id whose bytes are the first half of the SHA-256 of a text. */
extern TrkText trk_digest_id(TrkArena *arena, const char *prefix, const char *s, Size len);

/*
 * Return whether a text is the prefix followed by one or more of A-Za-z0-9_-,
 * as the contract wants the ids of events and runs.
 */
extern bool trk_is_prefixed_id(const char *s, Size len, const char *prefix);

#endif							/* TRK_EVENT_BUILD_H */

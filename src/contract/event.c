/*
 * event.c
 *	  Finds which member of a parsed line is which field of the contract.
 */
#include "base/trk.h"

#include "contract/event.h"

/* Members that are looked up between two checks for interrupts. */
#define TRK_MEMBERS_PER_CHECK	4096

/*
 * Return what the contract knows about a member's name; it is looked up only
 * once.
 */
static inline const TrkKey *
bind_member(TrkMember *member)
{
	if (member->key == TRK_KEY_UNSEEN)
		member->key = (int16) trk_key_lookup(member->name, member->name_len);
	return member->key >= 0 ? trk_key(member->key) : NULL;
}

/* Find the envelope's fields among the members of the root. */
static void
bind_envelope(TrkEvent *event)
{
	uint32		i;

	for (i = 0; i < event->root.len; i++)
	{
		TrkMember  *member = &event->root.u.members[i];
		const TrkKey *key = bind_member(member);

		if (i % TRK_MEMBERS_PER_CHECK == TRK_MEMBERS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (key != NULL && key->envelope >= 0)
			event->env[key->envelope] = &member->value;
	}
}

/* Find the contract's fields among the members of the payload. */
static void
bind_payload(TrkEvent *event, TrkValue *payload)
{
	uint32		i;

	for (i = 0; i < payload->len; i++)
	{
		TrkMember  *member = &payload->u.members[i];
		const TrkKey *key = bind_member(member);

		if (i % TRK_MEMBERS_PER_CHECK == TRK_MEMBERS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (key != NULL && key->field >= 0)
			event->field[key->field] = &member->value;
	}
}

/* Return the index of a string value in an enumeration, or -1. */
static int
enum_index(TrkEnumId id, const TrkValue *value)
{
	if (value == NULL || value->kind != TRK_STRING)
		return -1;
	return trk_enum_lookup(id, value->u.str, value->len);
}

/* Fill env, field, type, environment and document from root. */
void
trk_event_bind(TrkEvent *event)
{
	TrkValue   *payload;

	Assert(event->root.kind == TRK_OBJECT);
	memset(event->env, 0, sizeof(event->env));
	memset(event->field, 0, sizeof(event->field));
	event->document = NULL;
	bind_envelope(event);
	payload = event->env[TRK_ENV_payload];
	if (payload != NULL && payload->kind == TRK_OBJECT)
	{
		bind_payload(event, payload);
		event->document = payload->u.members;
	}
	event->type = enum_index(TRK_ENUM_event_type, event->env[TRK_ENV_event_type]);
	event->environment = enum_index(TRK_ENUM_environment, event->env[TRK_ENV_environment]);
}

/*
 * Sort the tree and bind the event.  Sorting leaves the old array of members
 * as it was, so that the order of the document is still known.
 */
void
trk_event_finish(TrkArena *arena, TrkEvent *event)
{
	const TrkMember *payload = trk_json_member(&event->root, "payload");
	const TrkMember *document = payload == NULL ? NULL : payload->value.u.members;

	trk_json_sort(arena, &event->root);
	trk_event_bind(event);
	if (event->document != NULL)
		event->document = document;
}

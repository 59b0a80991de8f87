/*
 * redact.c
 *	  The walk over an event that takes out what must not be stored, and the
 *	  privacy object that says so.
 */
#include "trk.h"

#include "redact.h"
#include "unicode.h"

/* What a walk carries along. */
typedef struct TrkWalk
{
	const TrkRedactor *redactor;
	TrkArena   *arena;
	TrkPrivacy *privacy;		/* flags raised on the way */
	TrkIdentityCounts *identities;	/* counted on the way */
	bool		full_io;		/* prompts and outputs stay */
} TrkWalk;

static void redact_any(TrkWalk *walk, TrkValue *value);

/* Replace the secret shapes in a text that identifies something. */
bool
trk_redact_identity(const TrkRedactor *redactor, TrkArena *arena, TrkIdentityForm form,
					const char *s, Size len, const char **out, Size *out_len)
{
	TrkReplacer replacer = {form, NULL};

	/* most have none, and then the key is not asked for */
	if (likely(!trk_pattern_matches(s, len, redactor->rules, &redactor->custom)))
		return false;
	if ((redactor->rules & TRK_RULES_CLIENT) == 0 && redactor->identity_key.fn != NULL)
		replacer.key = redactor->identity_key.fn(redactor->identity_key.arg);
	return trk_pattern_replace(arena, s, len, redactor->rules, &redactor->custom, &replacer,
							   out, out_len);
}

/* Set a member to a name of ASCII that needs no escapes. */
static void
set_name(TrkMember *member, const char *name)
{
	member->name = name;
	member->name_len = strlen(name);
	member->name_flags = TRK_F_ASCII | TRK_F_PLAIN;
	member->key = TRK_KEY_UNSEEN;
}

/* Set a value to a string that is plain ASCII. */
static void
set_plain_string(TrkValue *value, const char *s, Size len)
{
	value->kind = TRK_STRING;
	value->flags = TRK_F_ASCII | TRK_F_PLAIN;
	value->len = len;
	value->u.str = s;
}

/* Set a value to an object of members that are in canonical order. */
static void
set_sorted_object(TrkValue *value, TrkMember *members, uint32 n, uint8 flags)
{
	value->kind = TRK_OBJECT;
	value->flags = TRK_F_SORTED | flags;
	value->len = n;
	value->u.members = members;
}

/* Set a value to a boolean. */
static void
set_boolean(TrkValue *value, bool on)
{
	value->kind = on ? TRK_TRUE : TRK_FALSE;
	value->flags = 0;
	value->len = 0;
}

/* Replace a value by a digest object of its text. */
static void
replace_by_digest(TrkWalk *walk, TrkValue *value)
{
	TrkMember  *members = trk_alloc_array(walk->arena, TrkMember, 3);
	TrkBuf		text;
	TrkBuf		digest;
	char		chars[24];
	int			n;

	if (value->kind == TRK_STRING)
	{
		/* its own text; no need to copy it */
		text.data = (char *) value->u.str;
		text.len = value->len;
	}
	else
	{
		trk_buf_init(&text, walk->arena, 64);
		trk_digest_text(&text, value);
	}
	trk_buf_init(&digest, walk->arena, 71);
	trk_digest_append(&digest, text.data, text.len);
	n = snprintf(chars, sizeof(chars), UINT64_FORMAT,
				 (uint64) trk_utf8_length(text.data, text.len));
	set_name(&members[0], "chars");
	members[0].value.kind = TRK_NUMBER;
	members[0].value.flags = TRK_F_INTEGER;
	members[0].value.len = n;
	members[0].value.u.str = trk_arena_copy(walk->arena, chars, n);
	set_name(&members[1], "redacted");
	set_boolean(&members[1].value, true);
	set_name(&members[2], "sha256");
	set_plain_string(&members[2].value, digest.data, digest.len);
	set_sorted_object(value, members, 3, TRK_F_DIGEST);
}

/* Replace the secret shapes in a string. */
static void
redact_string(TrkWalk *walk, TrkValue *value)
{
	const char *s;
	Size		len;

	if (trk_pattern_redact(walk->arena, value->u.str, value->len, walk->redactor->rules,
						   &walk->redactor->custom, &s, &len))
		trk_json_set_string(value, s, len);
}

/*
 * Redact an identity: a string, or the strings of an array.  Other values are
 * redacted by what they are.
 */
static void
redact_identity(TrkWalk *walk, TrkValue *value, TrkIdentityForm form)
{
	const char *s;
	Size		len;
	uint32		i;

	if (value->kind == TRK_ARRAY)
	{
		for (i = 0; i < value->len; i++)
		{
			TRK_CHECK_INTERRUPTS();
			redact_identity(walk, &value->u.items[i], form);
		}
		return;
	}
	if (value->kind != TRK_STRING)
	{
		redact_any(walk, value);
		return;
	}
	if (unlikely(trk_redact_identity(walk->redactor, walk->arena, form, value->u.str,
									 value->len, &s, &len)))
	{
		trk_json_set_string(value, s, len);
		walk->identities->pseudonyms += !trk_identity_lost(s, len);
	}
	walk->identities->lost += trk_identity_lost(value->u.str, value->len);
}

/* A prompt or an output: kept when that is allowed, else a digest. */
static void
redact_io(TrkWalk *walk, TrkValue *value, bool *flag)
{
	if (trk_is_digest(value))
		return;
	if (walk->full_io)
	{
		*flag = true;
		redact_any(walk, value);
	}
	else
		replace_by_digest(walk, value);
}

/* Redact the value of a key of this class. */
static void
redact_by_class(TrkWalk *walk, TrkValue *value, TrkKeyClass key_class)
{
	switch (key_class)
	{
		case TRK_KEY_SECRET:
			set_plain_string(value, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
			break;
		case TRK_KEY_SECRET_TEXT:
			if (value->kind == TRK_STRING)
				set_plain_string(value, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
			else
				redact_any(walk, value);
			break;
		case TRK_KEY_ACCOUNT:
			walk->privacy->contains_account_identifier = true;
			if (!trk_is_digest(value))
				replace_by_digest(walk, value);
			break;
		case TRK_KEY_BROKER:
			walk->privacy->contains_broker_payload = true;
			if (!trk_is_digest(value))
				replace_by_digest(walk, value);
			break;
		case TRK_KEY_PROMPT:
			redact_io(walk, value, &walk->privacy->contains_prompt_text);
			break;
		case TRK_KEY_OUTPUT:
			redact_io(walk, value, &walk->privacy->contains_output_text);
			break;
		case TRK_KEY_IDENTITY:
			redact_identity(walk, value, TRK_IDENTITY);
			break;
		case TRK_KEY_PLAIN_IDENTITY:
			redact_identity(walk, value, TRK_PLAIN_IDENTITY);
			break;
		case TRK_KEY_ORDINARY:
			redact_any(walk, value);
			break;
	}
}

/* Does the name itself hold a secret shape?  The contract's names never do. */
static inline bool
name_matches(const TrkWalk *walk, const TrkMember *member)
{
	return member->key < 0 &&
		trk_pattern_matches(member->name, member->name_len, walk->redactor->rules,
							&walk->redactor->custom);
}

/*
 * What the rules say of a member's name, which is looked up here.  The class
 * of the contract's own names is in the table.
 */
static inline TrkKeyClass
class_of(const TrkWalk *walk, TrkMember *member)
{
	member->key = (int16) trk_key_lookup(member->name, member->name_len);
	return trk_key_class(member->name, member->name_len, walk->redactor->rules);
}

/*
 * The number of a name that replaces others: 1 for [REDACTED], 2 for
 * [REDACTED]_2 and so on; 0 for all other names and for numbers above max.
 */
static uint32
replacement_number(const TrkMember *member, uint32 max)
{
	const char *s = member->name + TRK_REPLACEMENT_LEN;
	const char *end = member->name + member->name_len;
	uint64		number = 0;

	if (member->name_len < TRK_REPLACEMENT_LEN ||
		memcmp(member->name, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) != 0)
		return 0;
	if (s == end)
		return 1;
	if (end - s < 2 || s[0] != '_' || s[1] == '0')
		return 0;
	for (s++; s < end; s++)
	{
		if (*s < '0' || *s > '9')
			return 0;
		number = number * 10 + (*s - '0');
		if (number > max)
			return 0;
	}
	return number == 1 ? 0 : (uint32) number;
}

/* Replace the names of an object that hold a secret shape; none becomes double. */
static void
redact_names(TrkWalk *walk, TrkValue *object)
{
	uint32		max = object->len * 2 + 1;	/* those there and those to come */
	bool	   *taken = trk_alloc(walk->arena, (Size) max + 1);
	uint32		next = 1;
	uint32		i;

	memset(taken, 0, (Size) max + 1);
	for (i = 0; i < object->len; i++)
		taken[replacement_number(&object->u.members[i], max)] = true;
	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];
		char		name[32];

		TRK_CHECK_INTERRUPTS();
		if (!name_matches(walk, member))
			continue;
		while (taken[next])
			next++;
		taken[next] = true;
		if (next == 1)
			snprintf(name, sizeof(name), "%s", TRK_REPLACEMENT);
		else
			snprintf(name, sizeof(name), "%s_%u", TRK_REPLACEMENT, next);
		set_name(member, trk_arena_copy(walk->arena, name, strlen(name)));
	}
	object->flags &= ~TRK_F_SORTED;
}

/* Redact the members of an object; the envelope's project identifies too. */
static void
redact_object(TrkWalk *walk, TrkValue *object, bool envelope)
{
	bool		names = false;
	uint32		i;

	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];
		TrkKeyClass key_class = class_of(walk, member);

		TRK_CHECK_INTERRUPTS();
		if (envelope && member->key >= 0 &&
			trk_key(member->key)->envelope == TRK_ENV_project)
			key_class = TRK_KEY_IDENTITY;
		redact_by_class(walk, &member->value, key_class);
		names |= name_matches(walk, member);
	}
	if (unlikely(names))
		redact_names(walk, object);
}

/*
 * Redact a value by what it is.  The recursion is as deep as the value, which
 * the reader bounds by TRK_MAX_DEPTH.
 */
static void
redact_any(TrkWalk *walk, TrkValue *value)
{
	uint32		i;

	switch (value->kind)
	{
		case TRK_STRING:
			redact_string(walk, value);
			break;
		case TRK_ARRAY:
			for (i = 0; i < value->len; i++)
			{
				TRK_CHECK_INTERRUPTS();
				redact_any(walk, &value->u.items[i]);
			}
			break;
		case TRK_OBJECT:
			redact_object(walk, value, false);
			break;
		default:
			break;
	}
}

/* Take over what the incoming privacy object has to say. */
static void
read_privacy(const TrkRedactor *redactor, const TrkMember *incoming, TrkPrivacy *privacy)
{
	TrkMember  *member;

	privacy->full_io = redactor->allow_full_io && !redactor->event_decides;
	if (incoming == NULL || incoming->value.kind != TRK_OBJECT)
		return;
	member = trk_json_member(&incoming->value, "truncated");
	privacy->truncated = member != NULL && trk_json_truthy(&member->value);
	member = trk_json_member(&incoming->value, "full_io");
	if (member != NULL && member->value.kind == TRK_TRUE)
		privacy->full_io = redactor->allow_full_io;
}

/* Make the computed privacy object. */
static void
write_privacy(TrkArena *arena, const TrkPrivacy *privacy, TrkValue *value)
{
	const struct
	{
		const char *name;
		bool		on;
	}			flags[] = {
		{"contains_account_identifier", privacy->contains_account_identifier},
		{"contains_broker_payload", privacy->contains_broker_payload},
		{"contains_output_text", privacy->contains_output_text},
		{"contains_prompt_text", privacy->contains_prompt_text},
		{"full_io", privacy->full_io},
		{"redaction_version", false},
		{"truncated", privacy->truncated}
	};
	TrkMember  *members = trk_alloc_array(arena, TrkMember, lengthof(flags));
	int			i;

	for (i = 0; i < lengthof(flags); i++)
	{
		set_name(&members[i], flags[i].name);
		set_boolean(&members[i].value, flags[i].on);
	}
	set_plain_string(&members[5].value, TRK_REDACTION_VERSION,
					 sizeof(TRK_REDACTION_VERSION) - 1);
	set_sorted_object(value, members, lengthof(flags), 0);
}

/* Add a member at the end of an object; its value is not set. */
static TrkMember *
add_member(TrkArena *arena, TrkValue *object, const char *name)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, (Size) object->len + 1);

	if (object->len > 0)
		memcpy(members, object->u.members, sizeof(TrkMember) * object->len);
	object->u.members = members;
	object->flags &= ~TRK_F_SORTED;
	set_name(&members[object->len], name);
	return &members[object->len++];
}

/* Redact an event in place. */
void
trk_redact(const TrkRedactor *redactor, TrkArena *arena, TrkEvent *event)
{
	TrkMember  *incoming = trk_json_member(&event->root, "privacy");
	TrkWalk		walk;

	memset(&event->privacy, 0, sizeof(event->privacy));
	read_privacy(redactor, incoming, &event->privacy);
	walk.redactor = redactor;
	walk.arena = arena;
	walk.privacy = &event->privacy;
	walk.full_io = event->privacy.full_io;
	walk.identities = &event->identities;
	memset(walk.identities, 0, sizeof(TrkIdentityCounts));
	redact_object(&walk, &event->root, true);
	if (incoming == NULL)
		incoming = add_member(arena, &event->root, "privacy");
	write_privacy(arena, &event->privacy, &incoming->value);
}

/* Redact a value that is no event. */
void
trk_redact_value(const TrkRedactor *redactor, TrkArena *arena, TrkValue *value,
				 TrkPrivacy *privacy)
{
	TrkIdentityCounts identities = {0};
	TrkWalk		walk;

	walk.redactor = redactor;
	walk.arena = arena;
	walk.privacy = privacy;
	walk.identities = &identities;
	walk.full_io = redactor->allow_full_io && !redactor->event_decides;
	redact_any(&walk, value);
}

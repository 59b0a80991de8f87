/*
 * redact.c
 *	  Walks over an event and replaces what must not be stored, and computes
 *	  the privacy object that reports what was replaced.
 */
#include "base/trk.h"

#include "base/bytes.h"
#include "contract/event_build.h"
#include "redact/redact.h"
#include "redact/secret_value.h"
#include "base/unicode.h"

/*
 * The most members of an object that is taken as a pair of a name and a value.
 */
#define MAX_PAIR_MEMBERS	8

#define LITERAL(text)		"" text, sizeof(text) - 1

/* State of a walk over an event. */
typedef struct TrkWalk
{
	const TrkRedactor *redactor;
	TrkArena   *arena;
	TrkPrivacy *privacy;		/* flags that the walk has set */
	TrkIdentityCounts *identities;	/* counts of what the walk replaced */
	bool		full_io;		/* prompts and outputs are kept */
} TrkWalk;

/*
 * The place of an object: it can say more about members than their names do.
 */
typedef enum TrkPlace
{
	TRK_ANYWHERE,
	TRK_IN_SECRET,				/* below the name of a secret */
	TRK_IN_CONTENT				/* below the name of free text */
} TrkPlace;

static void redact_any(TrkWalk *walk, TrkValue *value);
static void redact_object(TrkWalk *walk, TrkValue *object, TrkPlace place);

/*
 * Replace the secret shapes in a text that identifies something, such as a run
 * id.
 */
bool
trk_redact_identity(const TrkRedactor *redactor, TrkArena *arena, TrkIdentityForm form,
					const char *s, Size len, const char **out, Size *out_len)
{
	TrkReplacer replacer = {form, NULL};

	/* most texts have no shape; then the key of pseudonyms is not fetched */
	if (likely(!trk_pattern_matches(s, len, redactor->rules, &redactor->custom)))
		return false;
	if ((redactor->rules & TRK_REDACT_CLIENT) == 0 && redactor->identity_key.fn != NULL)
		replacer.key = redactor->identity_key.fn(redactor->identity_key.arg);
	return trk_pattern_replace(arena, s, len, redactor->rules, &redactor->custom, &replacer,
							   out, out_len);
}

/* Set a value to an ASCII string that needs no escapes. */
static void
set_plain_string(TrkValue *value, const char *s, Size len)
{
	value->kind = TRK_STRING;
	value->flags = TRK_F_ASCII | TRK_F_PLAIN;
	value->len = len;
	value->u.str = s;
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
		/* the string's own bytes; there is no need to copy them */
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
	trk_set_plain_name(&members[0], LITERAL("chars"));
	members[0].value.kind = TRK_NUMBER;
	members[0].value.flags = TRK_F_INTEGER;
	members[0].value.len = n;
	members[0].value.u.str = trk_arena_copy(walk->arena, chars, n);
	trk_set_plain_name(&members[1], LITERAL("redacted"));
	set_boolean(&members[1].value, true);
	trk_set_plain_name(&members[2], LITERAL("sha256"));
	set_plain_string(&members[2].value, digest.data, digest.len);
	*value = trk_sorted_object(members, 3);
	value->flags |= TRK_F_DIGEST;
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
 * Redact an identity: a string, or the strings of an array.  Values of other
 * kinds are redacted like any other value.
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

/*
 * Return whether the rules are those of the contract's client, which never
 * look at the value itself.
 */
static inline bool
as_client(const TrkWalk *walk)
{
	return (walk->redactor->rules & TRK_REDACT_CLIENT) != 0;
}

/*
 * Return whether the value is null, true or false, which cannot hold anybody's
 * text.
 */
static inline bool
says_nothing(const TrkValue *value)
{
	return value->kind == TRK_NULL || value->kind == TRK_FALSE || value->kind == TRK_TRUE;
}

/*
 * Redact a prompt or an output: keep it if that is allowed, otherwise replace
 * it by a digest.
 */
static void
redact_io(TrkWalk *walk, TrkValue *value, bool *flag)
{
	if (trk_is_digest(value))
		return;
	if (!as_client(walk) && (says_nothing(value) || value->kind == TRK_NUMBER))
		return;					/* a number is a count and not a text */
	if (walk->full_io)
	{
		*flag = true;
		redact_any(walk, value);
	}
	else
		replace_by_digest(walk, value);
}

/* Replace a value by [REDACTED]. */
static void
replace_value(TrkValue *value)
{
	set_plain_string(value, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
}

/*
 * Redact a value that may be a secret: replace the strings, also in arrays,
 * for which looks_secret returns true.  Members of objects are redacted by
 * their own names; those whose names have no rule are replaced when they look
 * random.
 */
static void
redact_judged(TrkWalk *walk, TrkValue *value, bool (*looks_secret) (const char *, Size))
{
	uint32		i;

	switch (value->kind)
	{
		case TRK_STRING:
			if (looks_secret(value->u.str, value->len))
				replace_value(value);
			else
				redact_string(walk, value);
			break;
		case TRK_ARRAY:
			for (i = 0; i < value->len; i++)
			{
				TRK_CHECK_INTERRUPTS();
				redact_judged(walk, &value->u.items[i], looks_secret);
			}
			break;
		case TRK_OBJECT:
			if (!trk_is_digest(value))
				redact_object(walk, value, TRK_IN_SECRET);
			break;
		default:
			break;
	}
}

/*
 * Redact free text.  A string becomes a digest.  In arrays and objects only
 * strings of more than one word, and strings below names of free text, become
 * digests.
 */
static void
redact_content(TrkWalk *walk, TrkValue *value)
{
	uint32		i;

	switch (value->kind)
	{
		case TRK_STRING:
			replace_by_digest(walk, value);
			break;
		case TRK_ARRAY:
			for (i = 0; i < value->len; i++)
			{
				TRK_CHECK_INTERRUPTS();
				redact_content(walk, &value->u.items[i]);
			}
			break;
		case TRK_OBJECT:
			if (!trk_is_digest(value))
				redact_object(walk, value, TRK_IN_CONTENT);
			break;
		default:
			break;
	}
}

/* Replace an account, or what a broker sent, by a digest. */
static void
redact_account(TrkWalk *walk, TrkValue *value, bool *flag)
{
	if (says_nothing(value) && !as_client(walk))
		return;
	*flag = true;
	if (!trk_is_digest(value))
		replace_by_digest(walk, value);
}

/* Redact the value of a key of this class. */
static void
redact_by_class(TrkWalk *walk, TrkValue *value, TrkKeyClass key_class)
{
	switch (key_class)
	{
		case TRK_KEY_SECRET:
			if (as_client(walk) || !says_nothing(value))
				replace_value(value);
			break;
		case TRK_KEY_TOKEN:
			redact_judged(walk, value, trk_looks_like_token);
			break;
		case TRK_KEY_UNSURE:
			redact_judged(walk, value, trk_looks_random);
			break;
		case TRK_KEY_ACCOUNT:
			redact_account(walk, value, &walk->privacy->contains_account_identifier);
			break;
		case TRK_KEY_BROKER:
			redact_account(walk, value, &walk->privacy->contains_broker_payload);
			break;
		case TRK_KEY_PROMPT:
			redact_io(walk, value, &walk->privacy->contains_prompt_text);
			break;
		case TRK_KEY_OUTPUT:
			redact_io(walk, value, &walk->privacy->contains_output_text);
			break;
		case TRK_KEY_CONTENT:
			redact_content(walk, value);
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

/*
 * Cache of what the rules say about names that the contract does not know, and
 * of whether a name contains a secret shape.  Events of one kind have the same
 * names.  Each slot holds the last name with that hash.
 */
#define NAME_CACHE_SLOTS	256
#define NAME_CACHE_BYTES	42

typedef struct TrkNameEntry
{
	char		name[NAME_CACHE_BYTES];
	uint8		len;			/* 0: the slot is empty */
	uint8		rules;
	uint8		key_class;
	bool		has_shape;
} TrkNameEntry;

StaticAssertDecl(TRK_REDACT_ALL <= PG_UINT8_MAX, "the rules of an entry are a byte");

/* Look up a name in the rules and search it for secret shapes. */
static void
judge_name(const TrkMember *member, uint32 rules, TrkNameEntry *entry)
{
	entry->key_class = (uint8) trk_key_class(member->name, member->name_len, rules);
	entry->has_shape = trk_pattern_matches(member->name, member->name_len,
										   rules | TRK_SCAN_NAME, NULL);
}

/* Combine the two ends of a name and its length into a number, for hashing. */
static inline uint64
ends_of(const char *name, Size len)
{
	uint32		first = 0;
	uint32		last = 0;

	if (likely(len >= 8))
		return (trk_load8(name) ^ trk_load8(name + len - 8) << 1) + len;
	memcpy(&first, name, Min(len, 4));
	if (len > 4)
		memcpy(&last, name + 4, len - 4);
	return ((uint64) first << 32 | last) + len;
}

/*
 * Return what the rules say about a name, from the cache if possible.  The
 * result is valid until the next call.
 */
static const TrkNameEntry *
look_at_name(const TrkMember *member, uint32 rules)
{
	static TrkNameEntry cache[NAME_CACHE_SLOTS];
	static TrkNameEntry uncached;
	Size		len = member->name_len;
	TrkNameEntry *entry;
	uint64		hash;

	if (len > NAME_CACHE_BYTES)
	{
		judge_name(member, rules, &uncached);
		return &uncached;
	}
	hash = ends_of(member->name, len) * UINT64CONST(0x9e3779b97f4a7c15);
	entry = &cache[hash >> 56];
	if (entry->len != len || entry->rules != rules || !trk_same_bytes(entry->name, member->name, len))
	{
		judge_name(member, rules, entry);
		memcpy(entry->name, member->name, len);
		entry->len = (uint8) len;
		entry->rules = (uint8) rules;
	}
	return entry;
}

/*
 * Return what the rules say about the name of a member, and whether the name
 * itself holds a secret shape, which the contract's own names never do.
 */
static inline TrkKeyClass
class_of(const TrkWalk *walk, TrkMember *member, bool *has_shape)
{
	const TrkNameEntry *entry;

	member->key = (int16) trk_key_lookup(member->name, member->name_len);
	*has_shape = false;
	if (likely(member->key >= 0))
		return trk_known_key_class(member->key, walk->redactor->rules);
	if (member->name_len == 0)
		return TRK_KEY_ORDINARY;
	entry = look_at_name(member, walk->redactor->rules);
	*has_shape = entry->has_shape ||
		(walk->redactor->custom.fn != NULL &&
		 trk_pattern_matches(member->name, member->name_len, 0, &walk->redactor->custom));
	return (TrkKeyClass) entry->key_class;
}

/*
 * Return the number of a name that has replaced another: 1 for [REDACTED], 2
 * for [REDACTED]_2 and so on; 0 for all other names and for numbers above max.
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

/*
 * Replace the names in an object that contain a secret shape, so that all
 * names stay different.
 */
static void
redact_names(TrkWalk *walk, TrkValue *object)
{
	uint32		max = object->len * 2 + 1;	/* existing and new replacements have numbers up to
											 * this */
	bool	   *taken = trk_alloc(walk->arena, (Size) max + 1);
	uint32		next = 1;
	uint32		i;

	memset(taken, 0, (Size) max + 1);
	for (i = 0; i < object->len; i++)
		taken[replacement_number(&object->u.members[i], max)] = true;
	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];
		bool		has_shape;
		char		name[32];

		TRK_CHECK_INTERRUPTS();
		(void) class_of(walk, member, &has_shape);
		if (!has_shape)
			continue;
		while (taken[next])
			next++;
		taken[next] = true;
		if (next == 1)
			snprintf(name, sizeof(name), "%s", TRK_REPLACEMENT);
		else
			snprintf(name, sizeof(name), "%s_%u", TRK_REPLACEMENT, next);
		trk_set_plain_name(member, trk_arena_copy(walk->arena, name, strlen(name)), strlen(name));
	}
	object->flags &= ~TRK_F_SORTED;
}

/*
 * Return how a member whose name has no rule is redacted, which depends on its
 * place.
 */
static TrkKeyClass
class_by_place(const TrkValue *value, TrkPlace place)
{
	switch (place)
	{
		case TRK_IN_SECRET:

			/*
			 * for objects and arrays too: {"token": {"value": {"secret part": ...}}}
			 */
			return TRK_KEY_UNSURE;
		case TRK_IN_CONTENT:
			if (value->kind != TRK_STRING || memchr(value->u.str, ' ', value->len) != NULL)
				return TRK_KEY_CONTENT;
			break;
		case TRK_ANYWHERE:
			break;
	}
	return TRK_KEY_ORDINARY;
}

/*
 * Return whether this is a member such as "name" or "key", whose value is a
 * name.
 */
static bool
holds_name(const TrkMember *member)
{
	const char *name = member->name;

	switch (member->name_len)
	{
		case 3:
			return memcmp(name, "key", 3) == 0;
		case 4:
			return memcmp(name, "name", 4) == 0;
		case 5:
			return memcmp(name, "field", 5) == 0;
		case 6:
			return memcmp(name, "header", 6) == 0;
		case 8:
			return memcmp(name, "variable", 8) == 0;
		default:
			return false;
	}
}

static bool
holds_value(const TrkMember *member)
{
	const char *name = member->name;

	switch (member->name_len)
	{
		case 3:
			return memcmp(name, "val", 3) == 0;
		case 5:
			return memcmp(name, "value", 5) == 0;
		case 6:
			return memcmp(name, "values", 6) == 0;
		case 7:
			return memcmp(name, "content", 7) == 0;
		case 11:
			return memcmp(name, "stringValue", 11) == 0;
		default:
			return false;
	}
}

/* Return whether the rules say that this text names a secret. */
static bool
names_secret(const TrkWalk *walk, const TrkValue *name, TrkKeyClass *key_class)
{
	*key_class = trk_key_class(name->u.str, name->len, walk->redactor->rules);
	return *key_class == TRK_KEY_SECRET || *key_class == TRK_KEY_TOKEN ||
		*key_class == TRK_KEY_UNSURE || *key_class == TRK_KEY_ACCOUNT;
}

/*
 * Redact a name and its value that are two members of an object, {"name":
 * "Authorization", "value": ...}, as headers and variables are often written.
 */
static void
redact_pair(TrkWalk *walk, const TrkValue *object)
{
	const TrkValue *name = NULL;
	TrkValue   *value = NULL;
	TrkKeyClass key_class;
	uint32		i;

	if (object->len < 2 || object->len > MAX_PAIR_MEMBERS)
		return;
	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];

		if (name == NULL && member->value.kind == TRK_STRING && holds_name(member))
			name = &member->value;
		else if (value == NULL && holds_value(member))
			value = &member->value;
	}
	if (name != NULL && value != NULL && names_secret(walk, name, &key_class))
		redact_by_class(walk, value, key_class);
}

/*
 * Return whether the text can be a secret, and not one more name in a list of
 * names.
 */
static bool
looks_like_secret(const char *s, Size len)
{
	return trk_looks_like_secret(s, len, false);
}

/*
 * Redact a name and its value that are an array of two texts: ["x-api-key",
 * "..."].
 */
static void
redact_tuple(TrkWalk *walk, const TrkValue *array)
{
	TrkKeyClass key_class;

	if (array->len != 2 || array->u.items[0].kind != TRK_STRING ||
		array->u.items[1].kind != TRK_STRING ||
		!names_secret(walk, &array->u.items[0], &key_class))
		return;
	if (key_class == TRK_KEY_SECRET)
		redact_judged(walk, &array->u.items[1], looks_like_secret);
	else if (key_class != TRK_KEY_ACCOUNT)
		redact_by_class(walk, &array->u.items[1], key_class);
}

/* Redact the members of an object. */
static void
redact_object(TrkWalk *walk, TrkValue *object, TrkPlace place)
{
	bool		names = false;
	uint32		i;

	if (walk->redactor->rules & TRK_REDACT_SECRETS)
		redact_pair(walk, object);
	for (i = 0; i < object->len; i++)
	{
		TrkMember  *member = &object->u.members[i];
		bool		has_shape;
		TrkKeyClass key_class = class_of(walk, member, &has_shape);

		TRK_CHECK_INTERRUPTS();
		if (key_class == TRK_KEY_ORDINARY)
			key_class = class_by_place(&member->value, place);
		redact_by_class(walk, &member->value, key_class);
		names |= has_shape;
	}
	if (unlikely(names))
		redact_names(walk, object);
}

/*
 * Redact a value according to its kind.  The recursion is as deep as the
 * value, which the reader limits to TRK_MAX_DEPTH.
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
			if (walk->redactor->rules & TRK_REDACT_SECRETS)
				redact_tuple(walk, value);
			for (i = 0; i < value->len; i++)
			{
				TRK_CHECK_INTERRUPTS();
				redact_any(walk, &value->u.items[i]);
			}
			break;
		case TRK_OBJECT:
			redact_object(walk, value, TRK_ANYWHERE);
			break;
		default:
			break;
	}
}

/* Take over what the privacy object of the incoming event says. */
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

/* Build the computed privacy object. */
static void
write_privacy(TrkArena *arena, const TrkPrivacy *privacy, TrkValue *value)
{
	const struct
	{
		const char *name;
		Size		len;
		bool		on;
	}			flags[] = {
		{LITERAL("contains_account_identifier"), privacy->contains_account_identifier},
		{LITERAL("contains_broker_payload"), privacy->contains_broker_payload},
		{LITERAL("contains_output_text"), privacy->contains_output_text},
		{LITERAL("contains_prompt_text"), privacy->contains_prompt_text},
		{LITERAL("full_io"), privacy->full_io},
		{LITERAL("redaction_version"), false},
		{LITERAL("truncated"), privacy->truncated}
	};
	TrkMember  *members = trk_alloc_array(arena, TrkMember, lengthof(flags));
	int			i;

	for (i = 0; i < lengthof(flags); i++)
	{
		trk_set_plain_name(&members[i], flags[i].name, flags[i].len);
		set_boolean(&members[i].value, flags[i].on);
	}
	set_plain_string(&members[5].value, TRK_REDACTION_VERSION,
					 sizeof(TRK_REDACTION_VERSION) - 1);
	*value = trk_sorted_object(members, lengthof(flags));
}

/* Add a member at the end of an object; the caller sets its value. */
static TrkMember *
add_member(TrkArena *arena, TrkValue *object, const char *name)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, (Size) object->len + 1);

	if (object->len > 0)
		memcpy(members, object->u.members, sizeof(TrkMember) * object->len);
	object->u.members = members;
	object->flags &= ~TRK_F_SORTED;
	trk_set_plain_name(&members[object->len], name, strlen(name));
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
	redact_object(&walk, &event->root, TRK_ANYWHERE);
	if (incoming == NULL)
		incoming = add_member(arena, &event->root, "privacy");
	write_privacy(arena, &event->privacy, &incoming->value);
}

/* Redact a value that is not an event. */
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

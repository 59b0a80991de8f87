/*
 * contract.c
 *	  The contract's lists as tables, and hash tables of their names.
 *
 * The hash tables are in static memory and are filled once, by
 * trk_contract_init(); nothing changes afterwards.
 */
#include "base/trk.h"

#include "base/bytes.h"
#include "contract/contract.h"

/* Slots of a hash table: a power of two, of which at most a third is used. */
#define TRK_SLOTS	1024

/*
 * A slot of a hash table: index is the number of the entry plus one; 0: free.
 */
typedef struct TrkSlot
{
	uint16		tag;			/* the upper bits of the hash */
	uint16		index;
} TrkSlot;

/* A value of an enumeration, or with the id TRK_ENUMS a mistake family. */
typedef struct TrkName
{
	const char *text;
	uint16		len;
	uint16		id;
} TrkName;

#define TRK_MISTAKES	TRK_ENUMS

/* The event types, indexed by TrkEventType. */
static const struct
{
	const char *name;
	const char *group;
	const char *description;
}			events[] =
{
#define TRK_EVENT(ident, name, group, description) {name, #group, description},
#include "contract/events.def"
};

/* The rules of all event types; those of one type are adjacent. */
static const TrkEventRule rules[] =
{
#define TRK_EVENT_RULE(ident, field, need, kind, ...) \
	{TRK_EVENT_##ident, TRK_NEED_##need, TRK_FIELD_##field, \
		{TRK_KIND_##kind, __VA_ARGS__}},
#include "contract/events.def"
};

/* The enumerations, indexed by TrkEnumId. */
static const struct
{
	const char *name;
	const char *description;
}			enums[] =
{
#define TRK_ENUM(ident, description) {#ident, description},
#include "contract/enums.def"
};

/*
 * The values of all enumerations, those of one are adjacent, followed by the
 * mistake families.
 */
static const TrkName names[] =
{
#define TRK_ENUM_VALUE(ident, value) {value, sizeof(value) - 1, TRK_ENUM_##ident},
#include "contract/enums.def"
#define TRK_MISTAKE_FAMILY(group, name) \
	{#group "." #name, sizeof(#group "." #name) - 1, TRK_MISTAKES},
#include "contract/mistakes.def"
};

#define TRK_PAYLOAD_PREFIX	"payload."

const TrkFieldInfo trk_fields[TRK_ALL_FIELDS] =
{
#define TRK_FIELD(name, kind, ...) \
	{TRK_PAYLOAD_PREFIX #name, {TRK_KIND_##kind, __VA_ARGS__}},
#include "contract/fields.def"
#define TRK_OBSERVED(name) {TRK_PAYLOAD_PREFIX #name, {TRK_KIND_ANY}},
#include "contract/observed.def"
};

/* The envelope fields, indexed by TrkEnvelopeField. */
static const char *const envelope_names[TRK_ENVELOPE_FIELDS] =
{
	"schema_version", "event_id", "idempotency_key", "project", "agent_id",
	"run_id", "span_id", "parent_span_id", "event_type", "occurred_at",
	"received_at", "environment", "symbols", "payload", "privacy", "sdk"
};

/* The keys for which redaction has rules. */
static const struct
{
	const char *name;
	uint8		key_class;
}			redact_keys[] =
{
#define TRK_REDACT_KEY(class, name) {name, TRK_KEY_##class},
#include "contract/redactions.def"
};

#define TRK_MAX_KEYS	(TRK_ENVELOPE_FIELDS + TRK_ALL_FIELDS + lengthof(redact_keys))

StaticAssertDecl(TRK_MAX_KEYS <= TRK_SLOTS / 3, "the hash table of keys is too small");
StaticAssertDecl(TRK_MAX_KEYS <= TRK_KNOWN_KEYS, "more keys than others keep tables for");
StaticAssertDecl(lengthof(names) <= TRK_SLOTS / 3, "the hash table of names is too small");

TrkKey		trk_keys[TRK_MAX_KEYS];
static int	n_keys;
static TrkSlot key_slots[TRK_SLOTS];
static TrkSlot name_slots[TRK_SLOTS];

/* Where the rules of an event type, and the names of an enumeration, begin. */
static int	first_rule[TRK_EVENT_TYPES + 1];
static int	first_name[TRK_ENUMS + 2];

/*
 * Hash a name by its length, its first, middle and last bytes, and a seed.
 * These are all bytes of most names, and distinguish the long ones.
 */
static inline uint32
hash_name(const char *s, Size len, uint64 seed)
{
	uint64		h = seed + len;

	if (len >= 8)
		h ^= trk_load8(s) + trk_load8(s + len - 8) * UINT64CONST(0x9e3779b97f4a7c15) +
			trk_load8(s + (len - 8) / 2) * UINT64CONST(0xc2b2ae3d27d4eb4f);
	else if (len >= 4)
		h ^= trk_load4(s) | (uint64) trk_load4(s + len - 4) << 32;
	else if (len > 0)
		h ^= (uint64) (unsigned char) s[0] << 8 |
			(uint64) (unsigned char) s[len / 2] << 16 |
			(uint64) (unsigned char) s[len - 1] << 24;
	h *= UINT64CONST(0xff51afd7ed558ccd);
	return (uint32) (h >> 32);
}

/* Return the upper half of a hash; the lower bits select the slot. */
static inline uint16
hash_tag(uint32 hash)
{
	return (uint16) (hash >> 16);
}

/* Put an entry into the next free slot of its hash. */
static void
add_slot(TrkSlot *slots, uint32 hash, int index)
{
	TrkSlot    *slot = &slots[hash % TRK_SLOTS];

	while (slot->index != 0)
	{
		if (++slot == slots + TRK_SLOTS)
			slot = slots;
	}
	slot->tag = hash_tag(hash);
	slot->index = (uint16) (index + 1);
}

/* Return the index in the key table for this exact spelling, or -1. */
int
trk_key_lookup(const char *name, Size len)
{
	uint32		hash = hash_name(name, len, 0);
	uint32		i;

	for (i = hash % TRK_SLOTS; key_slots[i].index != 0; i = (i + 1) % TRK_SLOTS)
	{
		const TrkKey *key = &trk_keys[key_slots[i].index - 1];

		if (key_slots[i].tag == hash_tag(hash) && key->len == len &&
			trk_same_bytes(key->name, name, len))
			return key_slots[i].index - 1;
	}
	return -1;
}

/* Return the index of a name among those with the same id, or -1. */
static int
name_lookup(int id, const char *s, Size len)
{
	uint32		hash = hash_name(s, len, (uint64) id << 32);
	uint32		i;

	for (i = hash % TRK_SLOTS; name_slots[i].index != 0; i = (i + 1) % TRK_SLOTS)
	{
		const TrkName *name = &names[name_slots[i].index - 1];

		if (name_slots[i].tag == hash_tag(hash) && name->id == id &&
			name->len == len && trk_same_bytes(name->text, s, len))
			return name_slots[i].index - 1 - first_name[id];
	}
	return -1;
}

/* Return the key with this name, which is added to the table if it is new. */
static TrkKey *
add_key(const char *name)
{
	Size		len = strlen(name);
	int			index = trk_key_lookup(name, len);

	if (index < 0)
	{
		index = n_keys++;
		trk_keys[index].name = name;
		trk_keys[index].len = (uint8) len;
		trk_keys[index].key_class = TRK_KEY_ORDINARY;
		trk_keys[index].envelope = -1;
		trk_keys[index].field = -1;
		add_slot(key_slots, hash_name(name, len, 0), index);
	}
	return &trk_keys[index];
}

/* Fill the key table from envelope, fields and redaction rules. */
static void
init_keys(void)
{
	int			i;

	for (i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		add_key(envelope_names[i])->envelope = (int8) i;
	for (i = 0; i < TRK_ALL_FIELDS; i++)
		add_key(trk_field_name(i))->field = (int16) i;
	for (i = 0; i < (int) lengthof(redact_keys); i++)
		add_key(redact_keys[i].name)->key_class = redact_keys[i].key_class;
}

/* Find where the rules of each event type and the names of each id begin. */
static void
init_ranges(void)
{
	int			i;
	int			owner = 0;

	for (i = 0; i < (int) lengthof(rules); i++)
	{
		Assert(rules[i].event >= owner - 1);
		while (owner <= rules[i].event)
			first_rule[owner++] = i;
	}
	while (owner <= TRK_EVENT_TYPES)
		first_rule[owner++] = lengthof(rules);

	owner = 0;
	for (i = 0; i < (int) lengthof(names); i++)
	{
		Assert(names[i].id >= owner - 1);
		while (owner <= names[i].id)
			first_name[owner++] = i;
	}
	while (owner <= TRK_MISTAKES + 1)
		first_name[owner++] = lengthof(names);
}

/* Fill the hash tables.  A second call does nothing. */
void
trk_contract_init(void)
{
	int			i;

	if (n_keys > 0)
		return;
	init_keys();
	init_ranges();
	for (i = 0; i < (int) lengthof(names); i++)
		add_slot(name_slots,
				 hash_name(names[i].text, names[i].len, (uint64) names[i].id << 32), i);
}

/* Return the number of keys in the key table. */
int
trk_key_count(void)
{
	return n_keys;
}

/* Return the event type with this name, or -1. */
int
trk_event_type_lookup(const char *s, Size len)
{
	return name_lookup(TRK_ENUM_event_type, s, len);
}

/* Return the index of a value in an enumeration, or -1. */
int
trk_enum_lookup(TrkEnumId id, const char *s, Size len)
{
	return name_lookup(id, s, len);
}

/* Return the index of a mistake family of the contract, or -1. */
int
trk_mistake_family_lookup(const char *s, Size len)
{
	return name_lookup(TRK_MISTAKES, s, len);
}

/* Return the name of an envelope field. */
const char *
trk_envelope_name(TrkEnvelopeField field)
{
	return envelope_names[field];
}

/* Return the name of an event type. */
const char *
trk_event_type_name(int type)
{
	Assert(type >= 0 && type < TRK_EVENT_TYPES);
	return events[type].name;
}

/* Return the group of an event type: core, reporting, diagnostic. */
const char *
trk_event_type_group(int type)
{
	Assert(type >= 0 && type < TRK_EVENT_TYPES);
	return events[type].group;
}

/* Return the description of an event type. */
const char *
trk_event_type_description(int type)
{
	Assert(type >= 0 && type < TRK_EVENT_TYPES);
	return events[type].description;
}

/* Return the name of an enumeration. */
const char *
trk_enum_name(TrkEnumId id)
{
	return enums[id].name;
}

/* Return the description of an enumeration. */
const char *
trk_enum_description(TrkEnumId id)
{
	return enums[id].description;
}

/* Return the number of values of an enumeration. */
int
trk_enum_count(TrkEnumId id)
{
	return first_name[id + 1] - first_name[id];
}

/* Return one value of an enumeration. */
const char *
trk_enum_value(TrkEnumId id, int index)
{
	Assert(index >= 0 && index < trk_enum_count(id));
	return names[first_name[id] + index].text;
}

/* Return the name of a payload field, which is the end of its path. */
const char *
trk_field_name(int field)
{
	Assert(field >= 0 && field < TRK_ALL_FIELDS);
	return trk_fields[field].path + sizeof(TRK_PAYLOAD_PREFIX) - 1;
}

/* Return the number of mistake families of the contract. */
int
trk_mistake_family_count(void)
{
	return first_name[TRK_MISTAKES + 1] - first_name[TRK_MISTAKES];
}

/* Return one mistake family of the contract. */
const char *
trk_mistake_family(int index)
{
	Assert(index >= 0 && index < trk_mistake_family_count());
	return names[first_name[TRK_MISTAKES] + index].text;
}

/* Return the regular expression that all other mistake families must match. */
const char *
trk_mistake_family_pattern(void)
{
#define TRK_CUSTOM_MISTAKE_FAMILY(regex) return regex;
#include "contract/mistakes.def"
}

/* Return the rules of an event type, in contract order. */
const TrkEventRule *
trk_event_rules(int type, int *n)
{
	Assert(type >= 0 && type < TRK_EVENT_TYPES);
	*n = first_rule[type + 1] - first_rule[type];
	return &rules[first_rule[type]];
}

/* Return the name of a kind as the lists have it, in lower case. */
const char *
trk_kind_name(TrkCheckKind kind)
{
	static const char *const kind_names[TRK_KINDS] =
	{
		"any", "nonempty", "number", "integer", "boolean", "string_list",
		"date", "enum", "mistake_family", "reference", "sha256", "event_ids",
		"substance"
	};

	return kind_names[kind];
}

/*
 * contract.h
 *	  Lookups in the contract's lists (events.def, fields.def, enums.def,
 *	  mistakes.def, redactions.def).  The lists are the only place where an
 *	  event type, a field, a bound, an enumeration value, a mistake family or a
 *	  redaction rule is written.
 *
 * May be called by every module above. trk_contract_init() must have run (when
 * the library is loaded, or a stand-alone program starts).
 */
#ifndef TRK_CONTRACT_H
#define TRK_CONTRACT_H

#include "base/trk.h"

/* The envelope fields: TRK_ENV_schema_version, ..., TRK_ENVELOPE_FIELDS */
typedef enum TrkEnvelopeField
{
	TRK_ENV_schema_version,
	TRK_ENV_event_id,
	TRK_ENV_idempotency_key,
	TRK_ENV_project,
	TRK_ENV_agent_id,
	TRK_ENV_run_id,
	TRK_ENV_span_id,
	TRK_ENV_parent_span_id,
	TRK_ENV_event_type,
	TRK_ENV_occurred_at,
	TRK_ENV_received_at,
	TRK_ENV_environment,
	TRK_ENV_symbols,
	TRK_ENV_payload,
	TRK_ENV_privacy,
	TRK_ENV_sdk,
	TRK_ENVELOPE_FIELDS
} TrkEnvelopeField;

/*
 * The event types in the order of the contract, which is the code point order
 * of their names.
 */
typedef enum TrkEventType
{
#define TRK_EVENT(ident, name, group, description) TRK_EVENT_##ident,
#include "contract/events.def"
	TRK_EVENT_TYPES
} TrkEventType;

/* The enumerations. */
typedef enum TrkEnumId
{
#define TRK_ENUM(ident, description) TRK_ENUM_##ident,
#include "contract/enums.def"
	TRK_ENUMS
} TrkEnumId;

/*
 * The payload fields that the contract names: those checked on any event type
 * and those that only some event types require: TRK_FIELD_approved, ... After
 * them come those that only evidence reads.
 */
typedef enum TrkField
{
#define TRK_FIELD(name, kind, ...) TRK_FIELD_##name,
#include "contract/fields.def"
	TRK_FIELDS,

	/* fields that are read as evidence only come after the others */
	TRK_LAST_CONTRACT_FIELD = TRK_FIELDS - 1,
#define TRK_OBSERVED(name) TRK_FIELD_##name,
#include "contract/observed.def"
	TRK_ALL_FIELDS
} TrkField;

/* What a payload value is checked for; see fields.def. */
typedef enum TrkCheckKind
{
	TRK_KIND_ANY,
	TRK_KIND_NONEMPTY,
	TRK_KIND_NUMBER,
	TRK_KIND_INTEGER,
	TRK_KIND_BOOLEAN,
	TRK_KIND_STRING_LIST,
	TRK_KIND_DATE,
	TRK_KIND_ENUM,
	TRK_KIND_MISTAKE_FAMILY,
	TRK_KIND_REFERENCE,
	TRK_KIND_SHA256,
	TRK_KIND_EVENT_IDS,
	TRK_KIND_SUBSTANCE,
	TRK_KINDS
} TrkCheckKind;

/* A check with its settings. */
typedef struct TrkCheck
{
	uint8		kind;			/* TrkCheckKind */
	bool		nullable;		/* null is accepted */
	bool		taxonomy;		/* a value that is no string, or empty, is a finding of NONEMPTY
								 * and not of ENUM */
	bool		nonempty;		/* the value must pass NONEMPTY as well */
	bool		has_minimum;
	bool		has_maximum;
	int16		minimum;
	int16		maximum;
	uint8		values;			/* TrkEnumId, for TRK_KIND_ENUM */
} TrkCheck;

#define TRK_MINIMUM(n)	.has_minimum = true, .minimum = (n)
#define TRK_MAXIMUM(n)	.has_maximum = true, .maximum = (n)

/* When a rule of an event type applies; see events.def. */
typedef enum TrkNeed
{
	TRK_NEED_REQUIRED,
	TRK_NEED_OPTIONAL,
	TRK_NEED_PRESENT,
	TRK_NEED_UNLESS_APPROVED
} TrkNeed;

/* A rule of one event type. */
typedef struct TrkEventRule
{
	uint8		event;			/* TrkEventType */
	uint8		need;			/* TrkNeed */
	int16		field;			/* TrkField */
	TrkCheck	check;
} TrkEventRule;

/* A payload field, and its check on every event type. */
typedef struct TrkFieldInfo
{
	const char *path;			/* "payload.name" */
	TrkCheck	check;
} TrkFieldInfo;

/* How redaction treats the value of a key. */
typedef enum TrkKeyClass
{
	TRK_KEY_ORDINARY,
	TRK_KEY_SECRET,				/* it is replaced by [REDACTED] */
	TRK_KEY_ACCOUNT,			/* it becomes a digest; sets the flag contains_account_identifier */
	TRK_KEY_BROKER,				/* it becomes a digest; sets the flag contains_broker_payload */
	TRK_KEY_PROMPT,				/* it becomes a digest unless full input and output is stored */
	TRK_KEY_OUTPUT,
	TRK_KEY_TOKEN,				/* a string that is not a word is replaced */
	TRK_KEY_UNSURE,				/* a string that looks random is replaced */
	TRK_KEY_CONTENT,			/* free text: strings become digests */
	TRK_KEY_IDENTITY,			/* secret shapes in its strings become pseudonyms */
	TRK_KEY_PLAIN_IDENTITY		/* the same, in the form of ids, which has no brackets */
} TrkKeyClass;

/* The most keys of the key table. */
#define TRK_KNOWN_KEYS	1024

/* A key that the contract knows, with its exact spelling. */
typedef struct TrkKey
{
	const char *name;
	uint8		len;
	uint8		key_class;		/* the TrkKeyClass that the contract's client gives it */
	int8		envelope;		/* TrkEnvelopeField or -1 */
	int16		field;			/* TrkField or -1 */
} TrkKey;

extern void trk_contract_init(void);

/*
 * Return the index in the key table for this exact spelling, or -1, in
 * constant time.
 */
extern int	trk_key_lookup(const char *name, Size len);

/* The key table, which has trk_key_count() entries. */
extern TrkKey trk_keys[];
extern int	trk_key_count(void);

static inline const TrkKey *
trk_key(int index)
{
	return &trk_keys[index];
}

/* Lookups in constant time; they return -1 when there is no such name. */
extern int	trk_event_type_lookup(const char *s, Size len);
extern int	trk_enum_lookup(TrkEnumId id, const char *s, Size len);
extern int	trk_mistake_family_lookup(const char *s, Size len);

extern const char *trk_envelope_name(TrkEnvelopeField field);
extern const char *trk_event_type_name(int type);
extern const char *trk_event_type_group(int type);
extern const char *trk_event_type_description(int type);
extern const char *trk_enum_name(TrkEnumId id);
extern const char *trk_enum_description(TrkEnumId id);
extern int	trk_enum_count(TrkEnumId id);
extern const char *trk_enum_value(TrkEnumId id, int index);
extern const char *trk_field_name(int field);
extern int	trk_mistake_family_count(void);
extern const char *trk_mistake_family(int index);
extern const char *trk_mistake_family_pattern(void);

/*
 * The fields, indexed by TrkField, and the rules of an event type in contract
 * order.
 */
extern const TrkFieldInfo trk_fields[TRK_ALL_FIELDS];
extern const TrkEventRule *trk_event_rules(int type, int *n);

/* Return the name of a kind as the lists have it, in lower case. */
extern const char *trk_kind_name(TrkCheckKind kind);

#endif							/* TRK_CONTRACT_H */

/*
 * contract.h
 *	  Lookups over the contract's lists (events.def, fields.def, enums.def,
 *	  redactions.def).  The lists are the only place where an event type, a
 *	  field, a bound, an enumeration value, a mistake family or a redaction
 *	  rule is written.
 *
 * May be called by every room above.  trk_contract_init() must have run
 * (module load, or the start of a stand-alone program).
 */
#ifndef TRK_CONTRACT_H
#define TRK_CONTRACT_H

#include "trk.h"

/* Envelope fields: TRK_ENV_schema_version, ... , TRK_ENVELOPE_FIELDS */
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

/* Event types in the order of the contract (code point order of the names). */
typedef enum TrkEventType
{
#define TRK_EVENT(ident, name, group, description) TRK_EVENT_##ident,
#include "events.def"
#undef TRK_EVENT
	TRK_EVENT_TYPES
} TrkEventType;

/* Enumerations. */
typedef enum TrkEnumId
{
#define TRK_ENUM(ident, description) TRK_ENUM_##ident,
#define TRK_ENUM_VALUE(ident, value)
#include "enums.def"
#undef TRK_ENUM_VALUE
#undef TRK_ENUM
	TRK_ENUMS
} TrkEnumId;

/*
 * Payload fields the contract names, those checked on any event type and those
 * only some event types require alike: TRK_FIELD_approved, ...
 */
typedef enum TrkField
{
#define TRK_FIELD(name, kind, ...) TRK_FIELD_##name,
#include "fields.def"
#undef TRK_FIELD
	TRK_FIELDS
} TrkField;

/* What redaction does with the value of a key (compared in lower case). */
typedef enum TrkKeyClass
{
	TRK_KEY_ORDINARY,
	TRK_KEY_SECRET,				/* replaced by [REDACTED] */
	TRK_KEY_ACCOUNT,			/* digest, flag contains_account_identifier */
	TRK_KEY_BROKER,				/* digest, flag contains_broker_payload */
	TRK_KEY_PROMPT,				/* digest unless full input/output is stored */
	TRK_KEY_OUTPUT
} TrkKeyClass;

/* A key the contract knows, under its exact spelling. */
typedef struct TrkKey
{
	const char *name;
	uint8		len;
	uint8		key_class;		/* TrkKeyClass of exactly this spelling (which is
								 * lower case); ordinary for all others */
	int8		envelope;		/* TrkEnvelopeField or -1 */
	int16		field;			/* TrkField or -1 */
} TrkKey;

extern void trk_contract_init(void);

/* Index into the key table for this exact spelling, or -1.  O(1). */
extern int	trk_key_lookup(const char *name, Size len);
extern const TrkKey *trk_key(int index);

/* O(1) lookups; -1 when there is none. */
extern int	trk_event_type_lookup(const char *s, Size len);
extern int	trk_enum_lookup(TrkEnumId id, const char *s, Size len);

extern const char *trk_event_type_name(int type);
extern const char *trk_event_type_group(int type);
extern const char *trk_enum_name(TrkEnumId id);
extern int	trk_enum_count(TrkEnumId id);
extern const char *trk_enum_value(TrkEnumId id, int index);
extern const char *trk_field_name(int field);

#endif							/* TRK_CONTRACT_H */

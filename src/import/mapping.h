/*
 * mapping.h
 *	  A mapping: how rows of any table become events.  mapping_read.c reads a
 *	  mapping document, mapping_check.c judges its constants by the contract,
 *	  mapping_value.c converts a value of a row, mapping_row.c makes the event.
 *
 * Called by the SQL functions over json rows and by what reads live tables.
 * Nothing here needs a server; what a source reads is looked at by
 * mapping_live.c.
 *
 * A document is
 *
 *	{"project", "agent_id", "environment": text | {"field": path} | {"value": constant},
 *	 "sources": [
 *		{"name": text, "relation": text | "query": text,
 *		 "event_type": event type | {"field": path},
 *		 "project", "agent_id", "environment", "run_id", "occurred_at", "event_id",
 *		 "idempotency_key", "symbols", "span_id", "parent_span_id": path | {"field": path} | {"value": constant},
 *		 "key": path | [path, ...],
 *		 "payload_defaults": {name: constant},
 *		 "fields": {name: path |
 *					{"path": path, "type": type, "default": constant,
 *					 "required": boolean}}}]}
 *
 * What a source says of project, agent_id and environment goes before what the
 * document says for all of them.
 *
 * A path is a text, with dots between the steps into nested JSON, or an array
 * of steps, for names that have dots.
 */
#ifndef TRK_MAPPING_H
#define TRK_MAPPING_H

#include "contract/event.h"
#include "contract/finding.h"
#include "redact/redact.h"

/*
 * The largest mapping document; nobody writes more by hand, and it keeps every
 * walk over a document short.
 */
#define TRK_MAX_MAPPING_BYTES		262144
#define TRK_MAX_MAPPING_SOURCES		64
#define TRK_MAX_MAPPING_FIELDS		256
#define TRK_MAX_MAPPING_FINDINGS	100

/*
 * Nested JSON that the conversion of one row may read and copy: much more than
 * an event can hold, but few enough megabytes for the trees in memory.
 */
#define TRK_MAX_ROW_NESTED			(32 * TRK_MAX_ROW_EVENT_BYTES)

/* The type to which a field's value is converted. */
typedef enum TrkMapType
{
	TRK_MAP_GUESS,				/* no type is named: as the contract requires, else unchanged */
	TRK_MAP_TEXT,
	TRK_MAP_BOOL,
	TRK_MAP_INT,
	TRK_MAP_FLOAT,
	TRK_MAP_LIST,
	TRK_MAP_JSON,
	TRK_MAP_NUMBER_STRING,
	TRK_MAP_TYPES
} TrkMapType;

/* Where a value is in a row. */
typedef struct TrkMapPath
{
	uint32		nsteps;
	const TrkText *steps;
} TrkMapPath;

/*
 * The source of an envelope field: nothing, a field of the row, or a constant.
 */
typedef struct TrkMapPart
{
	bool		given;
	bool		is_constant;
	const char *at;				/* its path in the document */
	TrkMapPath	path;
	TrkValue	constant;
} TrkMapPart;

/* The source of a payload field. */
typedef struct TrkMapField
{
	TrkText		name;
	const char *label;			/* "payload.name", for findings about rows */
	const char *at;				/* its path in the document */
	int			field;			/* TrkField or -1 */
	TrkMapPath	path;
	uint8		type;			/* TrkMapType */
	bool		required;
	bool		has_default;
	TrkValue	default_value;
} TrkMapField;

typedef struct TrkMapSource
{
	const char *at;				/* "sources[0]" */
	TrkText		name;
	TrkText		relation;		/* empty when there is none */
	TrkText		query;			/* empty when there is none */
	TrkMapPart	parts[TRK_ENVELOPE_FIELDS]; /* indexed by TrkEnvelopeField */
	int			event_type;		/* the event type, if it is a constant; -1: a field of the row */
	uint32		nkeys;
	const TrkMapPath *keys;
	TrkValue	payload_defaults;	/* always an object */
	uint32		nfields;
	const TrkMapField *fields;
} TrkMapSource;

/* The envelope fields that a document can give for all its sources. */
#define TRK_MAP_COMMON	3
extern const TrkEnvelopeField trk_map_common[TRK_MAP_COMMON];

typedef struct TrkMapping
{
	TrkMapPart	common[TRK_MAP_COMMON]; /* these are in the parts of each source too */
	uint32		nsources;
	const TrkMapSource *sources;
} TrkMapping;

/* The names of the types; that of TRK_MAP_GUESS is NULL. */
extern const char *const trk_map_type_names[TRK_MAP_TYPES];

/*
 * Read a document.  Every mistake that shows without a database becomes a
 * finding; without any, the mapping can be used.  live says that each source
 * must have a relation or a query.  The mapping points into the document.
 */
extern void trk_mapping_read(TrkArena *arena, const TrkValue *document, bool live,
							 TrkMapping *mapping, TrkFindings *findings);

/*
 * Findings about the constants of a mapping, by the contract and for what the
 * redactor would take out.
 */
extern void trk_mapping_check(TrkArena *arena, const TrkRedactor *redactor,
							  const TrkMapping *mapping, const TrkValue *document,
							  TrkFindings *findings);

/* Return the path of a member, as findings may show it. */
extern const char *trk_map_place(TrkArena *arena, const char *base, const char *name,
								 Size len, uint32 number);
extern const char *trk_map_item(TrkArena *arena, const char *base, uint32 number);

/* A text that was parsed as an array or an object. */
typedef struct TrkMapNested
{
	struct TrkMapNested *next;
	const char *text;
	Size		len;
	bool		good;
	TrkValue	value;
} TrkMapNested;

/* State that the conversions of one row share. */
typedef struct TrkMapWork
{
	TrkArena   *arena;
	TrkFindings *findings;
	TrkMapNested *nested;		/* cache: each text is parsed once, however many fields are in it */
	Size		nested_bytes;	/* bytes parsed and copied so far */
	uint32		pseudonyms;		/* number of symbols that were replaced by pseudonyms */
} TrkMapWork;

/* The result of a conversion. */
typedef enum TrkMapResult
{
	TRK_MAP_ABSENT,				/* null or blank */
	TRK_MAP_PRESENT,
	TRK_MAP_BAD					/* a finding was added */
} TrkMapResult;

/* Return the value at a path of a row; a missing one is absent. */
extern TrkMapResult trk_map_find(TrkMapWork *work, const TrkValue *row,
								 const TrkMapPath *path, TrkValue *out);

/* Convert a value to a type of mappings. label names the value in findings. */
extern TrkMapResult trk_map_convert(TrkMapWork *work, TrkMapType type, const TrkValue *in,
									const char *label, TrkValue *out);

/*
 * Return the default type of a field on events of this type; -1 stands for any
 * type.
 */
extern TrkMapType trk_map_guess(int event_type, int field);

/*
 * Copy a value, so that the copy can be changed without changing the original.
 */
extern TrkValue trk_map_copy(TrkArena *arena, const TrkValue *value);

/*
 * Convert a text to a time in UTC with "Z"; return false when it is not a
 * time.
 */
extern bool trk_map_time(TrkArena *arena, TrkText text, TrkValue *out);

/*
 * Convert a list to symbols, see trk_symbols_tidy().  Numbers are accepted
 * too.
 */
extern TrkMapResult trk_map_symbols(TrkMapWork *work, const TrkRedactor *redactor,
									TrkValue *list);

/* What all events of a mapping have in common. */
typedef struct TrkMapContext
{
	const TrkMapping *mapping;
	const TrkRedactor *redactor;
	const char *sdk_version;
} TrkMapContext;

/*
 * Make the event of a row: event->root, for trk_judge_tree().  row_id says
 * which row it is; it is a value of the row and not redacted.  What is wrong
 * with the row is in findings, then there is no event; nothing is shared with
 * the row or the mapping but the bytes of texts.
 */
extern bool trk_mapping_row(const TrkMapContext *context, const TrkMapSource *source,
							TrkArena *arena, const TrkValue *row, TrkEvent *event,
							TrkText *row_id, TrkFindings *findings);

/* Make event->root of the envelope fields that are given; sdk is ours. */
extern void trk_map_root(TrkArena *arena, const TrkValue *env, const bool *given,
						 const char *sdk_version, TrkEvent *event);

#endif							/* TRK_MAPPING_H */

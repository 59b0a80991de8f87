/*
 * json.h
 *	  The strict JSON reader into an arena, which never throws, and the
 *	  canonical writer.
 *
 * The reader is called by everything that takes lines or events (ingest,
 * record, the functions over single events, fuzz targets), the tree is used by
 * every module above this one.  Strings and numbers that need no decoding
 * point into the input, which must stay valid as long as the tree.  All text
 * is UTF-8.
 */
#ifndef TRK_JSON_H
#define TRK_JSON_H

#include "base/arena.h"

typedef enum TrkKind
{
	TRK_NULL,
	TRK_FALSE,
	TRK_TRUE,
	TRK_NUMBER,					/* str, len: the spelling in the input */
	TRK_STRING,					/* str, len: decoded bytes, not terminated */
	TRK_ARRAY,					/* items, len */
	TRK_OBJECT					/* members, len, in document order */
} TrkKind;

/* Flags of a TrkValue. */
#define TRK_F_ASCII		0x01	/* string: no byte above 0x7f */
#define TRK_F_PLAIN		0x02	/* string: nothing to escape when written */
#define TRK_F_INTEGER	0x04	/* number: no point and no exponent */
#define TRK_F_SORTED	0x08	/* object: members are in canonical order */
#define TRK_F_DIGEST	0x10	/* object: made by redaction as a digest */

typedef struct TrkValue
{
	uint8		kind;			/* TrkKind */
	uint8		flags;
	uint32		len;			/* number of bytes, or of children */
	union
	{
		const char *str;
		struct TrkValue *items;
		struct TrkMember *members;
	}			u;
} TrkValue;

/*
 * The key of a name that has not been looked up.  Redaction or event.c looks
 * it up, once.
 */
#define TRK_KEY_UNSEEN	(-2)

/*
 * A member of an object.  Of duplicate names the reader keeps the last value,
 * at the position of the first one.
 */
typedef struct TrkMember
{
	const char *name;
	uint32		name_len;
	uint8		name_flags;		/* TRK_F_ASCII, TRK_F_PLAIN */
	int16		key;			/* index in the contract's key table, -1 when it is not there, or
								 * TRK_KEY_UNSEEN */
	TrkValue	value;
} TrkMember;

typedef enum TrkJsonStatus
{
	TRK_JSON_OK,
	TRK_JSON_SYNTAX,			/* it is not JSON by the grammar */
	TRK_JSON_ENCODING,			/* it is not valid UTF-8 */
	TRK_JSON_DEPTH,				/* it is nested deeper than TRK_MAX_DEPTH */
	TRK_JSON_NUL,				/* it has an escape for NUL */
	TRK_JSON_SURROGATE,			/* it has an escape for a single surrogate */
	TRK_JSON_DIGITS				/* it has a number of more than TRK_MAX_NUMBER_DIGITS digits */
} TrkJsonStatus;

/*
 * Read one JSON value that fills all of s[0..len) (white space of JSON around
 * it is allowed).  On success *out is the tree; on failure its content is
 * undefined and everything else is as if nothing had happened.
 */
extern TrkJsonStatus trk_json_read(TrkArena *arena, const char *s, Size len,
								   TrkValue *out);

/*
 * Read a JSON text in the same way; on failure *place is set to the byte from
 * which on s is not JSON.
 */
extern TrkJsonStatus trk_json_read_to(TrkArena *arena, const char *s, Size len,
									  TrkValue *out, Size *place);

/*
 * Return a short English reason for a status, without any part of the input.
 */
extern const char *trk_json_reason(TrkJsonStatus status);

/*
 * Sort the members of all objects in the tree by code point of their names.  A
 * new order is a new array: pointers to members and values stay valid, but
 * point to what the tree was before.
 */
extern void trk_json_sort(TrkArena *arena, TrkValue *value);

/* How the canonical writer writes numbers. */
typedef enum TrkNumberStyle
{
	TRK_NUMBERS_AS_SPELLED,		/* as in the input */
	TRK_NUMBERS_STORED,			/* as numeric prints them: no exponent, no -0 */
	TRK_NUMBERS_NORMAL			/* for hashing, equal decimals have equal bytes: [-]digits without
								 * leading and trailing zeros, 'e', decimal exponent; zero is "0" */
} TrkNumberStyle;

/*
 * Append the canonical form (README of the contract: sorted keys, no blanks,
 * short escapes).  The tree stays as it is.  Members that are not in canonical
 * order are sorted for this call alone, so a tree that is written more than
 * once is better sorted before, by trk_json_sort().
 */
extern void trk_json_write(TrkBuf *buf, const TrkValue *value, TrkNumberStyle style);

/* Return how many bytes trk_json_write(TRK_NUMBERS_STORED) would append. */
extern Size trk_json_size(const TrkValue *value);

/* Append a string as a JSON string literal, quotes included. */
extern void trk_json_write_string(TrkBuf *buf, const char *s, Size len);

/* Append a number's spelling in the given style; the spelling is valid JSON. */
extern void trk_json_write_number(TrkBuf *buf, const char *s, Size len,
								  TrkNumberStyle style);

/*
 * Return the member with this name, or NULL.  The search is linear, so it is
 * for small objects and rare calls only.
 */
extern TrkMember *trk_json_member(const TrkValue *object, const char *name);

/*
 * Return whether a value counts as true, by Python's rule: everything does
 * except absent, null, false, zero, "", [] and {}.
 */
extern bool trk_json_truthy(const TrkValue *value);

/*
 * Return whether s[0..len) is valid UTF-8 (without surrogates and overlong
 * forms).
 */
extern bool trk_utf8_valid(const char *s, Size len);

/* Set a value to a string; flags are computed. */
extern void trk_json_set_string(TrkValue *value, const char *s, Size len);

#endif							/* TRK_JSON_H */

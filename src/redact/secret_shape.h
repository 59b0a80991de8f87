/*
 * secret_shape.h
 *	  One matcher per pattern of redactions.def: does the text match at this
 *	  place, and how far?  Each answers exactly what its regular expression
 *	  would.
 *
 * Called by pattern.c only.  secret_shape.c has the contract's shapes and what
 * is shared, token_shape.c the credentials that are known by their form,
 * named_shape.c those that a name before them tells, pii_shape.c the
 * personal data.
 */
#ifndef TRK_PATTERN_SHAPE_H
#define TRK_PATTERN_SHAPE_H

#include "base/unicode.h"

typedef enum TrkShape
{
#define TRK_PATTERN(ident, category, regex, sample, counter) TRK_SHAPE_##ident,
#include "contract/redactions.def"
	TRK_SHAPES
} TrkShape;

/* What a credential consists of after its prefix. */
typedef enum TrkTokenCharacters
{
	TRK_TOKEN_ALNUM,
	TRK_TOKEN_HEX,
	TRK_TOKEN_WORD,
	TRK_TOKEN_DOTTED,
	TRK_TOKEN_PATH,
	TRK_TOKEN_BASE64,
	TRK_TOKEN_KINDS
} TrkTokenCharacters;

/* A stretch of text whose end is known to whatever begins within it. */
typedef struct TrkStretch
{
	Size		begin;
	Size		end;
	Size		trimmed;		/* the end without punctuation */
} TrkStretch;

/*
 * A text being scanned.  Marks and stretches keep the search linear: a matcher
 * that has walked a long way in vain leaves behind how far every later start
 * would fail as well, or come to the same end.  They hold for one pass over the
 * text.
 */
typedef struct TrkShapeScan
{
	const char *s;				/* valid UTF-8 */
	Size		len;
	bool		chained;		/* let an assignment be the value of another */
	bool		name;			/* the text is the name of a member */
	bool		marked;			/* what follows is set: not before the first anchor */
	Size		jwt_mark;		/* no token begins before this */
	Size		assignment_mark;	/* no chain of assignments begins before this */
	Size		sk_mark;		/* no key begins before this */
	Size		sk_loose_mark;
	Size		slack_mark;
	Size		token_marks[TRK_TOKEN_KINDS];	/* no credential of these characters */
	TrkStretch	assigned;		/* the last value of an assignment */
	TrkStretch	bare;			/* the last value without quotes */
	TrkStretch	line;			/* the last line of a header */
} TrkShapeScan;

/* Where a shape matched. */
typedef struct TrkSpan
{
	Size		start;
	Size		end;
} TrkSpan;

/*
 * Match at the anchor: the first character of the match, but for what is found
 * by a sign in it ('@' of email, '~' of azure_secret, ':' of windows_path and
 * telegram) or behind it (the separator after the name of a value).
 */
typedef bool (*TrkShapeFn) (TrkShapeScan *scan, Size at, TrkSpan *span);

#define TRK_PATTERN(ident, category, regex, sample, counter) \
	extern bool trk_shape_##ident(TrkShapeScan *scan, Size at, TrkSpan *span);
#include "contract/redactions.def"

/* Classes of ASCII characters; no other byte has any. */
#define TRK_C_WORD		0x01	/* [A-Za-z0-9_] */
#define TRK_C_ALNUM		0x02	/* [A-Za-z0-9] */
#define TRK_C_DASH		0x04	/* - */
#define TRK_C_DIGIT		0x08	/* [0-9] */
#define TRK_C_UPPER		0x10	/* [A-Z] */
#define TRK_C_HEX		0x20	/* [0-9A-Fa-f] */
#define TRK_C_BEARER	0x40	/* [A-Za-z0-9._~+/=-] */
#define TRK_C_MAIL		0x80	/* [A-Za-z0-9._%+-] */

extern const uint8 trk_char_class[256];

/* Is there a character of these classes at i? */
static inline bool
trk_class_at(const TrkShapeScan *scan, Size i, int classes)
{
	return i < scan->len && (trk_char_class[(unsigned char) scan->s[i]] & classes) != 0;
}

/* Is there this character at i? */
static inline bool
trk_char_at(const TrkShapeScan *scan, Size i, char c)
{
	return i < scan->len && scan->s[i] == c;
}

/* Is there this text at i? */
static inline bool
trk_text_at(const TrkShapeScan *scan, Size i, const char *text, Size n)
{
	return i <= scan->len && n <= scan->len - i && memcmp(scan->s + i, text, n) == 0;
}
#define trk_literal_at(scan, i, literal) \
	trk_text_at((scan), (i), "" literal, sizeof(literal) - 1)

/* No ASCII word character just before i? */
static inline bool
trk_ascii_edge(const TrkShapeScan *scan, Size i)
{
	return i == 0 || (trk_char_class[(unsigned char) scan->s[i - 1]] & TRK_C_WORD) == 0;
}

/*
 * No letter or digit just before i, or one that is the end of a line break or
 * tab written out, as in the text of a JSON string?
 */
static inline bool
trk_loose_edge(const TrkShapeScan *scan, Size i)
{
	if (i == 0 || (trk_char_class[(unsigned char) scan->s[i - 1]] & TRK_C_ALNUM) == 0)
		return true;
	return i >= 2 && scan->s[i - 2] == '\\' && memchr("nrt", scan->s[i - 1], 3) != NULL;
}

/* End of the longest run of these classes that begins at i. */
extern Size trk_class_run(const TrkShapeScan *scan, Size i, int classes);

/* What trk_folded_at() does where the first letter may be there. */
extern Size trk_folded_word(const TrkShapeScan *scan, Size i, const char *word);

/*
 * End of the lower-case word at i without regard to case, 0 when it is not
 * there.  Most often another ASCII character is there, which is seen here.
 */
static inline Size
trk_folded_at(const TrkShapeScan *scan, Size i, const char *word)
{
	if (i >= scan->len ||
		((scan->s[i] | 0x20) != word[0] && (unsigned char) scan->s[i] < 0x80))
		return 0;
	return trk_folded_word(scan, i, word);
}

/* End of the white space that begins at i. */
extern Size trk_space_run(const TrkShapeScan *scan, Size i);

/* Is there a digit between? */
extern bool trk_has_digit(const TrkShapeScan *scan, Size begin, Size end);

/* The prefixes of credentials, for the anchors of the shape token. */
typedef struct TrkToken
{
	const char *prefix;
	uint8		prefix_len;
	uint8		characters;		/* TrkTokenCharacters */
	uint8		least;
	uint8		most;			/* 0: any number */
} TrkToken;

extern const TrkToken trk_tokens[];
extern int	trk_token_count(void);

#endif							/* TRK_PATTERN_SHAPE_H */

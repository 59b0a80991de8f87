/*
 * secret_shape.h
 *	  One matcher per pattern of redactions.def.  It decides whether the text
 *	  matches at an anchor and where the match ends, exactly as its regular
 *	  expression would.
 *
 * Called by pattern.c only. secret_shape.c has the shapes of the contract and
 * the helpers of all, token_shape.c the credentials that are recognized by
 * their form, named_shape.c those that are recognized by a name before them,
 * pii_shape.c the personal data.
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

/* The characters of a credential after its prefix. */
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

/*
 * A range of text whose end has been computed and holds for everything that
 * begins within it.
 */
typedef struct TrkStretch
{
	Size		begin;
	Size		end;
	Size		trimmed;		/* the end without trailing punctuation */
} TrkStretch;

/*
 * A text that is being scanned.  Marks and stretches keep the scan linear: a
 * matcher that has read far without success records up to where every later
 * start would fail too, or would come to the same end.  They are valid for one
 * pass over the text.
 */
typedef struct TrkShapeScan
{
	const char *s;				/* the text, in valid UTF-8 */
	Size		len;
	bool		chained;		/* an assignment may be the value of another */
	bool		name;			/* the text is the name of a member */
	bool		marked;			/* the members below are initialized, which is deferred to the
								 * first anchor */
	Size		jwt_mark;		/* no web token (JWT) begins before this */
	Size		assignment_mark;	/* no chain of assignments begins before this */
	Size		sk_mark;		/* no key begins before this */
	Size		sk_loose_mark;
	Size		slack_mark;
	Size		token_marks[TRK_TOKEN_KINDS];	/* no credential of these characters begins before
												 * this */
	TrkStretch	assigned;		/* the last value of an assignment that was read */
	TrkStretch	bare;			/* the last value without quotation marks that was read */
	TrkStretch	line;			/* the last line of a header that was read */
} TrkShapeScan;

/* Where a shape matched. */
typedef struct TrkSpan
{
	Size		start;
	Size		end;
} TrkSpan;

/*
 * Match a shape at an anchor.  The anchor is the first character of the match,
 * except for shapes that are found by a sign within it ('@' of email, '~' of
 * azure_secret, ':' of windows_path and telegram) or by the separator that
 * follows the name of a value.
 */
typedef bool (*TrkShapeFn) (TrkShapeScan *scan, Size at, TrkSpan *span);

#define TRK_PATTERN(ident, category, regex, sample, counter) \
	extern bool trk_shape_##ident(TrkShapeScan *scan, Size at, TrkSpan *span);
#include "contract/redactions.def"

/* Classes of ASCII characters.  Bytes outside ASCII are in no class. */
#define TRK_C_WORD		0x01	/* [A-Za-z0-9_] */
#define TRK_C_ALNUM		0x02	/* [A-Za-z0-9] */
#define TRK_C_DASH		0x04	/* - */
#define TRK_C_DIGIT		0x08	/* [0-9] */
#define TRK_C_UPPER		0x10	/* [A-Z] */
#define TRK_C_HEX		0x20	/* [0-9A-Fa-f] */
#define TRK_C_BEARER	0x40	/* [A-Za-z0-9._~+/=-] */
#define TRK_C_MAIL		0x80	/* [A-Za-z0-9._%+-] */

extern const uint8 trk_char_class[256];

/* Return whether there is a character of these classes at i. */
static inline bool
trk_class_at(const TrkShapeScan *scan, Size i, int classes)
{
	return i < scan->len && (trk_char_class[(unsigned char) scan->s[i]] & classes) != 0;
}

/* Return whether there is this character at i. */
static inline bool
trk_char_at(const TrkShapeScan *scan, Size i, char c)
{
	return i < scan->len && scan->s[i] == c;
}

/* Return whether there is this text at i. */
static inline bool
trk_text_at(const TrkShapeScan *scan, Size i, const char *text, Size n)
{
	return i <= scan->len && n <= scan->len - i && memcmp(scan->s + i, text, n) == 0;
}
#define trk_literal_at(scan, i, literal) \
	trk_text_at((scan), (i), "" literal, sizeof(literal) - 1)

/* Return whether there is no ASCII word character just before i. */
static inline bool
trk_ascii_edge(const TrkShapeScan *scan, Size i)
{
	return i == 0 || (trk_char_class[(unsigned char) scan->s[i - 1]] & TRK_C_WORD) == 0;
}

/*
 * Return whether there is no letter or digit just before i; a letter that ends
 * an escaped line break or tab (
 * , \t), as in the text of a JSON string, does not count.
 */
static inline bool
trk_loose_edge(const TrkShapeScan *scan, Size i)
{
	if (i == 0 || (trk_char_class[(unsigned char) scan->s[i - 1]] & TRK_C_ALNUM) == 0)
		return true;
	return i >= 2 && scan->s[i - 2] == '\\' && memchr("nrt", scan->s[i - 1], 3) != NULL;
}

/* Return the end of the longest run of these classes that begins at i. */
extern Size trk_class_run(const TrkShapeScan *scan, Size i, int classes);

/* The rest of trk_folded_at(), called when the first letter may be there. */
extern Size trk_folded_word(const TrkShapeScan *scan, Size i, const char *word);

/*
 * Return the end of the lower-case word at i, compared without regard to case,
 * or 0 when it is not there.  Most often another ASCII character is at i; this
 * is decided inline.
 */
static inline Size
trk_folded_at(const TrkShapeScan *scan, Size i, const char *word)
{
	if (i >= scan->len ||
		((scan->s[i] | 0x20) != word[0] && (unsigned char) scan->s[i] < 0x80))
		return 0;
	return trk_folded_word(scan, i, word);
}

/* Return the end of the white space that begins at i. */
extern Size trk_space_run(const TrkShapeScan *scan, Size i);

/* Return whether there is a digit between begin and end. */
extern bool trk_has_digit(const TrkShapeScan *scan, Size begin, Size end);

/* The prefixes of credentials, which are the anchors of the shape token. */
typedef struct TrkToken
{
	const char *prefix;
	uint8		prefix_len;
	uint8		characters;		/* TrkTokenCharacters */
	uint8		least;
	uint8		most;			/* the most characters after the prefix; 0: any number */
} TrkToken;

extern const TrkToken trk_tokens[];
extern int	trk_token_count(void);

#endif							/* TRK_PATTERN_SHAPE_H */

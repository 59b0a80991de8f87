/*
 * pattern.c
 *	  Finding and replacing secret shapes.
 *
 * Nearly all texts contain no secret.  One pass decides that first: it looks
 * at the first three bytes of words and at a few other places, and calls the
 * matchers of secret_shape.h only at an anchor, where these bytes can begin a
 * shape.  The matchers are exact: when none of them matches anywhere, no
 * pattern does.  Otherwise the patterns that match are applied one after the
 * other.
 */
#include "base/trk.h"

#include "redact/pattern.h"
#include "redact/pattern_anchor.h"

/*
 * Limits of repeated replacement.  Every match of a built-in pattern removes
 * at least one character of the original text, but with patterns of the
 * administrator the text may grow, or shrink too slowly.  A text that still
 * matches after this many rounds, or has grown by more than this factor, is
 * replaced as a whole.  Built-in patterns alone need a handful of rounds.
 */
#define MAX_ROUNDS			16
#define MAX_GROWTH			16

#define SHAPE_BIT(shape)	((uint64) 1 << (shape))

typedef struct TrkShapeEntry
{
	TrkShapeFn	match;
	uint32		category;		/* TRK_RULES_* */
} TrkShapeEntry;

static const TrkShapeEntry shapes[TRK_SHAPES] = {
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	{trk_shape_##ident, TRK_REDACT_##category},
#include "contract/redactions.def"
};

StaticAssertDecl(TRK_SHAPES <= 64, "a set of shapes is a uint64");

/*
 * The first three bytes of a shape from its anchor on: any character of each
 * text, or any byte at all for NULL.  A letter at the first place stands for
 * both cases.  Of the other two bytes only the low five bits are compared,
 * which are the same for both cases.  The anchors of the shape token are the
 * prefixes of its credentials.
 */
typedef struct TrkAnchor
{
	uint8		shape;
	const char *bytes[TRK_MIN_SHAPE];
} TrkAnchor;

#define ANY_DIGIT	"0123456789"
#define ANY_LETTER	"abcdefghijklmnopqrstuvwxyz"
#define SEPARATOR	":="

static const TrkAnchor anchors[] = {
	{TRK_SHAPE_private_key, {"-", "-", "-"}},
	{TRK_SHAPE_url_password, {":", "/", "/"}},
	{TRK_SHAPE_telegram, {":", "A", "A"}},
	{TRK_SHAPE_named_value, {SEPARATOR ">", NULL, NULL}},
	{TRK_SHAPE_named_word, {"i", "s", " "}},
	{TRK_SHAPE_named_plain, {"a", "p", "i"}},
	{TRK_SHAPE_named_plain, {"i", "d", "e"}},
	{TRK_SHAPE_named_plain, {"k", "e", "y"}},
	{TRK_SHAPE_named_plain, {"m", "n", "e"}},
	{TRK_SHAPE_named_plain, {"p", "ah", "sr"}},
	{TRK_SHAPE_named_plain, {"s", "e", "c"}},
	{TRK_SHAPE_named_option, {"-", "-", ANY_LETTER}},
	{TRK_SHAPE_named_element, {">", NULL, NULL}},
	{TRK_SHAPE_curl_user, {"c", "u", "r"}},
	{TRK_SHAPE_basic, {"b", "a\xc4", "s"}},
	{TRK_SHAPE_bearer_loose, {"b", "e", "a"}},
	{TRK_SHAPE_account_number, {"a", "c", "c"}},
	{TRK_SHAPE_ibkr_account, {"u", ANY_DIGIT, ANY_DIGIT}},
	{TRK_SHAPE_ibkr_account, {"d", "uf", ANY_DIGIT}},
	{TRK_SHAPE_jwt, {"e", "y", "j"}},
	{TRK_SHAPE_slack_loose, {"x", "o", "x"}},
	{TRK_SHAPE_discord_token, {"m", "Tjz", NULL}},	/* a number whose digits are in base64 */
	{TRK_SHAPE_discord_token, {"n", "DTjz", NULL}},
	{TRK_SHAPE_discord_token, {"o", "DT", NULL}},
	{TRK_SHAPE_azure_secret, {"~", NULL, NULL}},
	{TRK_SHAPE_wallet_key, {"5KL", ANY_LETTER ANY_DIGIT, ANY_LETTER ANY_DIGIT}},
	{TRK_SHAPE_sk_loose, {"s", "k", "-_"}},
	{TRK_SHAPE_ellzaf_key, {"e", "l", "l"}},
	{TRK_SHAPE_client_bearer, {"b", "e", "a"}},
	{TRK_SHAPE_client_assignment, {"a", "p", "i\xc4"}}, /* U+0130 and U+0131 are forms of i */
	{TRK_SHAPE_client_assignment, {"s", "e", "c"}},
	{TRK_SHAPE_client_assignment, {"\xc5", "\xbf", "e"}},	/* U+017F is a form of s */
	{TRK_SHAPE_client_assignment, {"p", "a", "s\xc5"}},
	{TRK_SHAPE_client_assignment, {"t", "o", "k\xe2"}}, /* U+212A is a form of k */
	{TRK_SHAPE_client_sk_dash, {"s", "k", "-"}},
	{TRK_SHAPE_client_sk_underscore, {"s", "k", "_"}},
	{TRK_SHAPE_github_classic, {"g", "h", "p"}},
	{TRK_SHAPE_slack, {"x", "o", "x"}},
	{TRK_SHAPE_client_account, {"a", "c", "c"}},
	{TRK_SHAPE_client_account, {"b", "r", "o"}},
	{TRK_SHAPE_client_order, {"o", "r", "d"}},
	{TRK_SHAPE_client_unix_path, {"/", "u", "s"}},
	{TRK_SHAPE_client_unix_path, {"/", "h", "o"}},
	{TRK_SHAPE_client_unix_path, {"/", "v", "a"}},
	{TRK_SHAPE_client_windows_path, {":", "\\", NULL}},
	{TRK_SHAPE_bearer, {"b", "e", "a"}},
	{TRK_SHAPE_assignment, {"a", "p", "i\xc4"}},
	{TRK_SHAPE_assignment, {"s", "e", "c"}},
	{TRK_SHAPE_assignment, {"\xc5", "\xbf", "e"}},
	{TRK_SHAPE_assignment, {"p", "a", "s\xc5"}},
	{TRK_SHAPE_assignment, {"t", "o", "k\xe2"}},
	{TRK_SHAPE_sk_dash, {"s", "k", "-"}},
	{TRK_SHAPE_sk_underscore, {"s", "k", "_"}},
	{TRK_SHAPE_account, {"a", "c", "c"}},
	{TRK_SHAPE_account, {"b", "r", "o"}},
	{TRK_SHAPE_order, {"o", "r", "d"}},
	{TRK_SHAPE_unix_path, {"/", "u", "s"}},
	{TRK_SHAPE_unix_path, {"/", "h", "o"}},
	{TRK_SHAPE_unix_path, {"/", "v", "a"}},
	{TRK_SHAPE_windows_path, {":", "\\", NULL}},
	{TRK_SHAPE_email, {"@", NULL, NULL}},
	{TRK_SHAPE_us_ssn, {ANY_DIGIT, ANY_DIGIT, ANY_DIGIT}},
	{TRK_SHAPE_iban, {ANY_LETTER, ANY_LETTER, ANY_DIGIT}},
	{TRK_SHAPE_card, {ANY_DIGIT, ANY_DIGIT, ANY_DIGIT}},
	{TRK_SHAPE_phone, {ANY_DIGIT, NULL, NULL}},
	{TRK_SHAPE_ipv4, {ANY_DIGIT, NULL, NULL}},
	{TRK_SHAPE_ipv6, {ANY_DIGIT "abcdef:", NULL, NULL}}
};

/*
 * Which bytes can follow a first byte: the pairs of the low five bits of the
 * second and of the third byte.  The table is built from the anchors at first
 * use.  Far fewer bytes can follow without the personal patterns.  Most first
 * bytes begin no shape and share row 0.
 */
#define MAX_ROWS	96

typedef struct TrkFollowers
{
	uint32		pairs[32];		/* index: second byte; bits: third byte */
} TrkFollowers;

static bool tables_ready = false;
static uint8 row_of_byte[256];
static TrkFollowers credential_followers[MAX_ROWS];
static TrkFollowers all_followers[MAX_ROWS];
static TrkFollowers shape_followers[TRK_SHAPES];	/* what can follow any first byte of the shape */
static uint64 shapes_by_byte[256];
static uint64 shapes_by_second[32]; /* index: low five bits of the second byte */
static uint64 shapes_by_third[32];
static uint64 shapes_by_rules[TRK_REDACT_ALL + 1];

/* Shapes whose matches the broader shapes of SECRETS cover as well. */
static const uint64 contained_shapes = SHAPE_BIT(TRK_SHAPE_bearer) |
SHAPE_BIT(TRK_SHAPE_sk_dash) | SHAPE_BIT(TRK_SHAPE_sk_underscore);

/*
 * A wallet's key has so many bytes.  Words that begin like one, as the number 5.0,
 * are in every other text, and most of these are shorter.
 */
#define LONG_SHAPE			51
static const uint64 long_shapes = SHAPE_BIT(TRK_SHAPE_wallet_key);

/* A search for anchors, one block of bytes after another. */
typedef struct TrkSearch
{
	const char *s;
	Size		len;
	Size		block;			/* where the current block begins */
	uint32		possible;		/* places in it that are still to be examined */
	const TrkFollowers *followers;
} TrkSearch;

/*
 * A text while it is being redacted, and the two buffers between which it
 * alternates.
 */
typedef struct TextDraft
{
	const char *s;
	Size		len;
	TrkBuf		buf[2];
	int			next;			/* the buffer that does not hold s */
	const TrkReplacer *replacer;
} TextDraft;

/* Return the set of the low five bits of these bytes. */
static uint32
low_bits(const char *bytes)
{
	uint32		set = 0;

	if (bytes == NULL)
		return ~(uint32) 0;
	for (; *bytes; bytes++)
		set |= (uint32) 1 << ((unsigned char) *bytes & 31);
	return set;
}

/* Allow pairs of a second and a third byte. */
static void
add_pairs(TrkFollowers *followers, uint32 second, uint32 third)
{
	int			i;

	for (i = 0; i < 32; i++)
	{
		if (second >> i & 1)
			followers->pairs[i] |= third;
	}
}

/* Add one shape under one first byte, with the bytes that may follow it. */
static void
add_anchor(int shape, unsigned char first, uint32 second, uint32 third)
{
	static int	rows = 1;
	int			i;

	if (row_of_byte[first] == 0)
	{
		Assert(rows < MAX_ROWS);
		row_of_byte[first] = (uint8) rows++;
	}
	for (i = 0; i < 32; i++)
	{
		if (second >> i & 1)
			shapes_by_second[i] |= SHAPE_BIT(shape);
		if (third >> i & 1)
			shapes_by_third[i] |= SHAPE_BIT(shape);
	}
	add_pairs(&shape_followers[shape], second, third);
	add_pairs(&all_followers[row_of_byte[first]], second, third);
	if (shapes[shape].category != TRK_REDACT_PII)
		add_pairs(&credential_followers[row_of_byte[first]], second, third);
	shapes_by_byte[first] |= SHAPE_BIT(shape);
}

/* Add the anchors of the list and the prefixes of credentials. */
static void
add_anchors(void)
{
	int			i;
	const char *p;

	for (i = 0; i < (int) lengthof(anchors); i++)
	{
		uint32		second = low_bits(anchors[i].bytes[1]);
		uint32		third = low_bits(anchors[i].bytes[2]);

		for (p = anchors[i].bytes[0]; *p; p++)
		{
			add_anchor(anchors[i].shape, *p, second, third);
			if (*p >= 'a' && *p <= 'z')
				add_anchor(anchors[i].shape, *p - 'a' + 'A', second, third);
		}
	}
	for (i = 0; i < trk_token_count(); i++)
	{
		const char *prefix = trk_tokens[i].prefix;
		uint32		third = trk_tokens[i].prefix_len > 2 ?
		(uint32) 1 << (prefix[2] & 31) : ~(uint32) 0;

		add_anchor(TRK_SHAPE_token, prefix[0], (uint32) 1 << (prefix[1] & 31), third);
	}
}

/* Build the tables. */
static void
make_tables(void)
{
	uint32		rules;
	int			i;

	add_anchors();
	for (rules = 0; rules <= TRK_REDACT_ALL; rules++)
	{
		for (i = 0; i < TRK_SHAPES; i++)
		{
			if (shapes[i].category & rules)
				shapes_by_rules[rules] |= SHAPE_BIT(i);
		}
		if (rules & TRK_REDACT_SECRETS)
			shapes_by_rules[rules] &= ~contained_shapes;
	}
	tables_ready = true;
}

/* Return the set of shapes that belong to these categories. */
static inline uint64
wanted_shapes(uint32 rules)
{
	if (unlikely(!tables_ready))
		make_tables();
	return shapes_by_rules[rules & TRK_REDACT_ALL];
}

/* Begin a pass over a text. */
static inline void
start_scan(TrkShapeScan *scan, const char *s, Size len)
{
	scan->s = s;
	scan->len = len;
	scan->chained = false;
	scan->name = false;
	scan->marked = false;
}

/*
 * Initialize the marks of a scan.  This is deferred because most texts never
 * need them.
 */
static inline void
need_marks(TrkShapeScan *scan)
{
	if (!scan->marked)
		memset((char *) scan + offsetof(TrkShapeScan, jwt_mark), 0,
			   sizeof(*scan) - offsetof(TrkShapeScan, jwt_mark));
	scan->marked = true;
}

/* Begin to search the anchors of these shapes at from. */
static inline void
start_search(TrkSearch *search, const TrkShapeScan *scan, Size from, bool personal)
{
	search->s = scan->s;
	search->len = scan->len;
	search->block = from;
	search->followers = personal ? all_followers : credential_followers;
	search->possible = scan->len - from < TRK_MIN_SHAPE ? 0 :
		trk_block_anchors(scan->s, scan->len, from);
}

/* Return whether the bytes after this one can continue a shape. */
static inline bool
can_follow(const TrkFollowers *followers, const unsigned char *p)
{
	return followers->pairs[p[1] & 31] >> (p[2] & 31) & 1;
}

/*
 * Return whether a colon has a digit on both sides.  It is then part of a time
 * of day, which is frequent in texts, and not a separator between a name and a
 * value; nor is it the colon of a Telegram token, which an A follows.
 */
static inline bool
is_time(const unsigned char *colon)
{
	return (trk_char_class[colon[-1]] & TRK_C_DIGIT) != 0 &&
		(trk_char_class[colon[1]] & TRK_C_DIGIT) != 0;
}

/*
 * Find the next place where a shape can begin; return false when there is
 * none.
 */
static inline bool
next_anchor(TrkSearch *search, Size *at)
{
	const unsigned char *p = (const unsigned char *) search->s;

	for (;;)
	{
		while (search->possible != 0)
		{
			Size		i = search->block + trk_lowest_bit(search->possible);
			const TrkFollowers *followers = &search->followers[row_of_byte[p[i]]];

			search->possible &= search->possible - 1;
			if (unlikely(can_follow(followers, p + i)) &&
				!(p[i] == ':' && i > 0 && is_time(p + i)))
			{
				*at = i;
				return true;
			}
		}
		search->block += TRK_BLOCK;
		if (search->block + TRK_MIN_SHAPE > search->len)
			return false;
		if (search->block % (TRK_BLOCK << 14) == 0)
			TRK_CHECK_INTERRUPTS();
		search->possible = trk_block_anchors(search->s, search->len, search->block);
	}
}

/* Return which of the wanted shapes match at this anchor. */
static uint64
match_anchor(TrkShapeScan *scan, Size at, uint64 wanted)
{
	const unsigned char *p = (const unsigned char *) scan->s + at;
	uint64		possible = wanted & shapes_by_byte[*p] &
	shapes_by_second[p[1] & 31] & shapes_by_third[p[2] & 31];
	uint64		found = 0;

	if (scan->len - at < LONG_SHAPE)
		possible &= ~long_shapes;
	if (possible == 0)
		return 0;
	TRK_CHECK_INTERRUPTS();
	need_marks(scan);
	for (; possible != 0; possible &= possible - 1)
	{
		int			shape = trk_lowest_bit(possible);
		TrkSpan		span;

		if (can_follow(&shape_followers[shape], p) && shapes[shape].match(scan, at, &span))
			found |= SHAPE_BIT(shape);
	}
	return found;
}

/*
 * Return which of the wanted shapes match anywhere.  If any is true, the scan
 * stops at the first match.
 */
static uint64
scan_text(const char *s, Size len, uint64 wanted, bool name, bool any)
{
	uint64		found = 0;
	TrkShapeScan scan;
	TrkSearch	search;
	Size		at;

	start_scan(&scan, s, len);
	scan.name = name;
	start_search(&search, &scan, 0, (wanted & shapes_by_rules[TRK_REDACT_PII]) != 0);
	while (next_anchor(&search, &at))
	{
		found |= match_anchor(&scan, at, wanted & ~found);
		if (found != 0 && (any || found == wanted))
			break;
	}
	return found;
}

/* Return whether the anchor of this shape can begin with this byte. */
static bool
shape_begins(int shape, unsigned char first)
{
	return (shapes_by_byte[first] & SHAPE_BIT(shape)) != 0;
}

/* Find the next match of one shape that begins at or after from. */
static bool
find_shape(TrkShapeScan *scan, int shape, Size from, TrkSpan *span)
{
	TrkSearch	search;
	Size		at;

	need_marks(scan);
	start_search(&search, scan, from, shapes[shape].category == TRK_REDACT_PII);
	while (next_anchor(&search, &at))
	{
		if (!shape_begins(shape, scan->s[at]))
			continue;
		TRK_CHECK_INTERRUPTS();
		if (shapes[shape].match(scan, at, span) && span->start >= from)
			return true;
	}
	return false;
}

/*
 * Return the length of the replacement that begins at s, or 0 when there is
 * none.
 */
static Size
replacement_at(const char *s, Size len)
{
	Size		pseudonym = trk_pseudonym_at(s, len);

	if (pseudonym > 0)
		return pseudonym;
	return len >= TRK_REPLACEMENT_LEN && memcmp(s, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) == 0 ?
		TRK_REPLACEMENT_LEN : 0;
}

/* Return whether the range from start to end lies within one replacement. */
static bool
in_replacement(const char *s, Size len, Size start, Size end)
{
	Size		i = start < TRK_PSEUDONYM_MAX ? 0 : start - TRK_PSEUDONYM_MAX + 1;

	for (; i <= start; i++)
	{
		if ((s[i] == '[' || s[i] == 'r') && end <= i + replacement_at(s + i, len - i))
			return true;
	}
	return false;
}

/* Append the replacement of a match. */
static void
append_replacement(TextDraft *text, TrkBuf *out, const TrkSpan *span)
{
	const TrkReplacer *replacer = text->replacer;
	char		name[TRK_PSEUDONYM_MAX];
	Size		n;

	if (replacer == NULL)
	{
		trk_buf_append(out, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
		return;
	}
	n = trk_pseudonym(replacer->key, replacer->form, text->s + span->start,
					  span->end - span->start, name);
	trk_buf_append(out, name, n);
}

/*
 * Find the next match of the administrator's patterns at or after from.  A
 * match within a replacement is skipped, since replacing it again would hide
 * nothing more.
 */
static bool
find_custom(const TrkCustomMatch *custom, const char *s, Size len, Size from,
			TrkSpan *span)
{
	while (from < len &&
		   custom->fn(custom->arg, s, len, from, &span->start, &span->end) &&
		   span->end > span->start)
	{
		TRK_CHECK_INTERRUPTS();
		if (!in_replacement(s, len, span->start, span->end))
			return true;
		from = span->end;
	}
	return false;
}

/* Return whether one of the administrator's patterns matches. */
static bool
has_custom(const TrkCustomMatch *custom, const char *s, Size len)
{
	TrkSpan		span;

	return custom != NULL && custom->fn != NULL && find_custom(custom, s, len, 0, &span);
}

/*
 * Replace all matches of one shape, or of the administrator's patterns when
 * shape is negative.  Returns whether there was a match.
 */
static bool
replace_matches(TextDraft *text, int shape, bool chained, const TrkCustomMatch *custom)
{
	TrkBuf	   *out = &text->buf[text->next];
	TrkShapeScan scan;
	TrkSpan		span;
	Size		done = 0;

	start_scan(&scan, text->s, text->len);
	scan.chained = chained;
	out->len = 0;
	while (shape >= 0 ? find_shape(&scan, shape, done, &span) :
		   find_custom(custom, text->s, text->len, done, &span))
	{
		trk_buf_append(out, text->s + done, span.start - done);
		append_replacement(text, out, &span);
		done = span.end;
	}
	if (done == 0)
		return false;
	trk_buf_append(out, text->s + done, text->len - done);
	text->s = out->data;
	text->len = out->len;
	text->next = 1 - text->next;
	return true;
}

/*
 * Apply all patterns once, one after the other. found is the set of shapes
 * that are known to match.  Returns whether anything other than an assignment
 * was replaced.
 */
static bool
redact_round(TextDraft *text, uint64 wanted, uint64 found, bool chained,
			 const TrkCustomMatch *custom)
{
	bool		others = false;
	int			shape;

	for (shape = 0; shape < TRK_SHAPES && found != 0; shape++)
	{
		uint64		later = wanted & ~(SHAPE_BIT(shape) | (SHAPE_BIT(shape) - 1));

		if ((found & SHAPE_BIT(shape)) == 0)
			continue;
		if (replace_matches(text, shape, chained, NULL) && shape != TRK_SHAPE_client_assignment)
			others = true;
		found = scan_text(text->s, text->len, later, false, false);
	}
	if (custom != NULL && custom->fn != NULL && replace_matches(text, -1, false, custom))
		others = true;
	return others;
}

/* Return whether any rule of these categories matches anywhere in the text. */
bool
trk_pattern_matches(const char *s, Size len, uint32 rules, const TrkCustomMatch *custom)
{
	return scan_text(s, len, wanted_shapes(rules), (rules & TRK_SCAN_NAME) != 0, true) != 0 ||
		has_custom(custom, s, len);
}

/* Replace the whole text by "[REDACTED]". */
static void
replace_whole(TextDraft *text)
{
	TrkBuf	   *out = &text->buf[text->next];
	TrkSpan		all = {0, text->len};

	out->len = 0;
	append_replacement(text, out, &all);
	text->s = out->data;
	text->len = out->len;
}

/*
 * Replace every match, in rounds, until nothing matches. found is the set of
 * shapes known to match.  Once a round has replaced only assignments, no other
 * shape can match any more: what remains of an assignment has no word boundary
 * and no character of a shape that was not there before.  From then on a chain
 * of assignments is replaced at once, because otherwise each link would need a
 * round.
 */
static void
redact_draft(TextDraft *text, uint64 wanted, uint64 found, const TrkCustomMatch *custom)
{
	Size		most = (text->len + TRK_PSEUDONYM_MAX) * MAX_GROWTH;
	bool		others = true;
	int			round;

	for (round = 0; found != 0 || has_custom(custom, text->s, text->len); round++)
	{
		if (round == MAX_ROUNDS || text->len > most)
		{
			replace_whole(text);
			return;
		}
		others = redact_round(text, wanted, found, !others, custom);
		found = scan_text(text->s, text->len, wanted, false, false);
	}
}

/* Replace every match by the text that the replacer makes of it. */
bool
trk_pattern_replace(TrkArena *arena, const char *s, Size len, uint32 rules,
					const TrkCustomMatch *custom, const TrkReplacer *replacer,
					const char **out, Size *out_len)
{
	uint64		wanted = wanted_shapes(rules);
	uint64		found = scan_text(s, len, wanted, false, false);
	TextDraft	text;

	if (likely(found == 0 && !has_custom(custom, s, len)))
		return false;
	text.s = s;
	text.len = len;
	text.next = 0;
	text.replacer = replacer;
	trk_buf_init(&text.buf[0], arena, len + TRK_PSEUDONYM_MAX);
	trk_buf_init(&text.buf[1], arena, len + TRK_PSEUDONYM_MAX);
	redact_draft(&text, wanted, found, custom);
	*out = text.s;
	*out_len = text.len;
	return true;
}

/* Replace every match by "[REDACTED]". */
bool
trk_pattern_redact(TrkArena *arena, const char *s, Size len, uint32 rules,
				   const TrkCustomMatch *custom, const char **out, Size *out_len)
{
	return trk_pattern_replace(arena, s, len, rules, custom, NULL, out, out_len);
}

/* Return the number of patterns. */
int
trk_pattern_count(void)
{
	return TRK_SHAPES;
}

/* Find the next match of one pattern that begins at or after from. */
bool
trk_pattern_find(int pattern, const char *s, Size len, Size from, Size *start, Size *end)
{
	TrkShapeScan scan;
	TrkSpan		span;

	(void) wanted_shapes(0);
	start_scan(&scan, s, len);
	if (pattern < 0 || pattern >= TRK_SHAPES || !find_shape(&scan, pattern, from, &span))
		return false;
	*start = span.start;
	*end = span.end;
	return true;
}

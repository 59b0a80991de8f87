/*
 * pattern.c
 *	  Finding and replacing secret shapes.
 *
 * Nearly all text has no shape in it, so one pass decides that first: it looks
 * at pairs of bytes, and only where a pair can begin a shape (mostly at the
 * start of a word) are the matchers of pattern_shape.h tried.  They are exact, so when
 * none of them matches anywhere, no pattern does.  Otherwise the patterns that
 * match are applied one after the other.
 */
#include "trk.h"

#include "pattern.h"
#include "pattern_shape.h"

/*
 * Every match takes at least one character of the original text away, but
 * with patterns of the administrator's the text may grow, or shrink too
 * slowly.  Text that still matches after this many rounds, or has outgrown
 * this factor, is replaced as a whole.  The built-in patterns need a handful.
 */
#define MAX_ROUNDS			16
#define MAX_GROWTH			16

#define MAX_SHAPES_PER_BYTE	8
#define SHAPE_BIT(shape)	((uint32) 1 << (shape))

typedef struct TrkShapeEntry
{
	TrkShapeFn	match;
	uint32		category;		/* TRK_RULES_* */
} TrkShapeEntry;

static const TrkShapeEntry shapes[TRK_SHAPES] = {
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	{trk_shape_##ident, TRK_RULES_##category},
#include "redactions.def"
};

StaticAssertDecl(TRK_SHAPES <= 32, "a set of shapes is a uint32");

/*
 * Bytes a shape's anchor can begin with, and bytes that can follow (NULL: any).
 * Letters stand for both cases.
 */
typedef struct TrkAnchor
{
	uint8		shape;
	const char *first;
	const char *second;
} TrkAnchor;

#define ANY_DIGIT	"0123456789"
#define ANY_LETTER	"abcdefghijklmnopqrstuvwxyz"

static const TrkAnchor anchors[] = {
	{TRK_SHAPE_ellzaf_key, "e", "l"},
	{TRK_SHAPE_bearer, "b", "e"},
	{TRK_SHAPE_assignment, "a", "p"},
	{TRK_SHAPE_assignment, "s", "e"},
	{TRK_SHAPE_assignment, "\xc5", "\xbf"},	/* U+017F for s */
	{TRK_SHAPE_assignment, "p", "a"},
	{TRK_SHAPE_assignment, "t", "o"},
	{TRK_SHAPE_sk_dash, "s", "k"},
	{TRK_SHAPE_sk_underscore, "s", "k"},
	{TRK_SHAPE_github_classic, "g", "h"},
	{TRK_SHAPE_slack, "x", "o"},
	{TRK_SHAPE_account, "a", "c"},
	{TRK_SHAPE_account, "b", "r"},
	{TRK_SHAPE_order, "o", "r"},
	{TRK_SHAPE_unix_path, "/", "uhv"},
	{TRK_SHAPE_windows_path, ":", "\\"},
	{TRK_SHAPE_aws_key, "a", "ks"},
	{TRK_SHAPE_github_token, "g", "h"},
	{TRK_SHAPE_github_fine, "g", "i"},
	{TRK_SHAPE_anthropic, "s", "k"},
	{TRK_SHAPE_google, "a", "i"},
	{TRK_SHAPE_jwt, "e", "y"},
	{TRK_SHAPE_private_key, "-", "-"},
	{TRK_SHAPE_slack_app, "x", "a"},
	{TRK_SHAPE_email, "@", NULL},
	{TRK_SHAPE_us_ssn, ANY_DIGIT, ANY_DIGIT},
	{TRK_SHAPE_iban, ANY_LETTER, ANY_LETTER},
	{TRK_SHAPE_card, ANY_DIGIT, ANY_DIGIT},
	{TRK_SHAPE_ipv4, ANY_DIGIT, NULL},
	{TRK_SHAPE_ipv6, ANY_DIGIT "abcdef:", NULL}
};

/*
 * Made from the anchors at the first use.  A pair is possible when in the mask
 * of its first byte the bit of its second byte's low five bits is set; the
 * masks without the personal patterns are far sparser.
 */
static bool tables_ready = false;
static uint32 credential_pairs[256];
static uint32 all_pairs[256];
static uint8 shapes_by_byte[256][MAX_SHAPES_PER_BYTE];
static uint8 shape_count_by_byte[256];
static uint32 shapes_by_rules[TRK_RULES_CONTRACT + TRK_RULES_SECRETS + TRK_RULES_PII + 1];

/* A text on its way, and the two buffers it alternates between. */
typedef struct TrkDraft
{
	const char *s;
	Size		len;
	TrkBuf		buf[2];
	int			next;			/* buffer that s is not in */
} TrkDraft;

/* Enter one anchor under one first byte. */
static void
add_anchor(const TrkAnchor *anchor, unsigned char first)
{
	uint32		mask = anchor->second ? 0 : ~(uint32) 0;
	const char *p;
	int			n = shape_count_by_byte[first];

	for (p = anchor->second; p && *p; p++)
		mask |= SHAPE_BIT((unsigned char) *p & 31);
	all_pairs[first] |= mask;
	if (shapes[anchor->shape].category != TRK_RULES_PII)
		credential_pairs[first] |= mask;
	if (n > 0 && shapes_by_byte[first][n - 1] == anchor->shape)
		return;					/* one more pair of the same shape */
	Assert(n < MAX_SHAPES_PER_BYTE);
	shapes_by_byte[first][n] = anchor->shape;
	shape_count_by_byte[first]++;
}

/* Fill the tables. */
static void
make_tables(void)
{
	int			i;
	int			rules;
	const char *p;

	for (i = 0; i < lengthof(anchors); i++)
	{
		for (p = anchors[i].first; *p; p++)
		{
			add_anchor(&anchors[i], *p);
			if (*p >= 'a' && *p <= 'z')
				add_anchor(&anchors[i], *p - 'a' + 'A');
		}
	}
	for (rules = 0; rules < lengthof(shapes_by_rules); rules++)
	{
		for (i = 0; i < TRK_SHAPES; i++)
		{
			if (shapes[i].category & rules)
				shapes_by_rules[rules] |= SHAPE_BIT(i);
		}
	}
	tables_ready = true;
}

/* The set of shapes of these categories. */
static inline uint32
wanted_shapes(uint32 rules)
{
	if (unlikely(!tables_ready))
		make_tables();
	return shapes_by_rules[rules & (lengthof(shapes_by_rules) - 1)];
}

/* Begin a pass over a text. */
static inline void
start_scan(TrkScan *scan, const char *s, Size len)
{
	scan->s = s;
	scan->len = len;
	scan->jwt_mark = 0;
	scan->assignment_mark = 0;
	scan->chained = false;
}

/*
 * The next place at or after i where one of these pairs stands, not in the
 * middle of a word; len when there is none.
 */
static inline Size
next_anchor(const TrkScan *scan, Size i, const uint32 *pairs)
{
	const unsigned char *p = (const unsigned char *) scan->s;
	uint32		before = i > 0 ? trk_char_class[p[i - 1]] : 0;

	StaticAssertStmt(TRK_C_WORD == 1, "the word class is used as a bit of value 1");
	for (; i + 1 < scan->len; i++)
	{
		uint32		here = trk_char_class[p[i]];

		if (unlikely((pairs[p[i]] >> (p[i + 1] & 31)) & ~(before & here) & 1))
			return i;
		before = here;
	}
	return scan->len;
}

/* Which of the wanted shapes match at this anchor? */
static uint32
match_anchor(TrkScan *scan, Size at, uint32 wanted)
{
	unsigned char first = scan->s[at];
	uint32		found = 0;
	int			i;

	TRK_CHECK_INTERRUPTS();
	for (i = 0; i < shape_count_by_byte[first]; i++)
	{
		int			shape = shapes_by_byte[first][i];
		TrkSpan		span;

		if ((wanted & SHAPE_BIT(shape)) && shapes[shape].match(scan, at, &span))
			found |= SHAPE_BIT(shape);
	}
	return found;
}

/* Which of the wanted shapes match anywhere?  With any, one of them will do. */
static uint32
scan_text(const char *s, Size len, uint32 wanted, bool any)
{
	const uint32 *pairs = (wanted & shapes_by_rules[TRK_RULES_PII]) ? all_pairs : credential_pairs;
	uint32		found = 0;
	TrkScan		scan;
	Size		i;

	start_scan(&scan, s, len);
	for (i = next_anchor(&scan, 0, pairs); i < len; i = next_anchor(&scan, i + 1, pairs))
	{
		found |= match_anchor(&scan, i, wanted & ~found);
		if (found != 0 && (any || found == wanted))
			break;
	}
	return found;
}

/* Can this shape's anchor begin with this byte? */
static bool
shape_begins(int shape, unsigned char first)
{
	return memchr(shapes_by_byte[first], shape, shape_count_by_byte[first]) != NULL;
}

/* The next match of one shape that begins at or after from. */
static bool
find_shape(TrkScan *scan, int shape, Size from, TrkSpan *span)
{
	const uint32 *pairs = shapes[shape].category == TRK_RULES_PII ? all_pairs : credential_pairs;
	Size		i;

	for (i = next_anchor(scan, from, pairs); i < scan->len; i = next_anchor(scan, i + 1, pairs))
	{
		if (!shape_begins(shape, scan->s[i]))
			continue;
		TRK_CHECK_INTERRUPTS();
		if (shapes[shape].match(scan, i, span) && span->start >= from)
			return true;
	}
	return false;
}

/* Does this stretch lie within one replacement? */
static bool
in_replacement(const char *s, Size len, Size start, Size end)
{
	Size		i = start < TRK_REPLACEMENT_LEN ? 0 : start - TRK_REPLACEMENT_LEN + 1;

	for (; i <= start && i + TRK_REPLACEMENT_LEN <= len; i++)
	{
		if (end <= i + TRK_REPLACEMENT_LEN &&
			memcmp(s + i, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) == 0)
			return true;
	}
	return false;
}

/*
 * The administrator's next match at or after from.  What lies within a
 * replacement is none: nothing would be gained by replacing it.
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

/* Is there a match of the administrator's patterns? */
static bool
has_custom(const TrkCustomMatch *custom, const char *s, Size len)
{
	TrkSpan		span;

	return custom != NULL && custom->fn != NULL && find_custom(custom, s, len, 0, &span);
}

/*
 * Replace all matches of one shape, or of the administrator's patterns when
 * shape is negative.  Returns whether there was any.
 */
static bool
replace_matches(TrkDraft *text, int shape, bool chained, const TrkCustomMatch *custom)
{
	TrkBuf	   *out = &text->buf[text->next];
	TrkScan		scan;
	TrkSpan		span;
	Size		done = 0;

	start_scan(&scan, text->s, text->len);
	scan.chained = chained;
	out->len = 0;
	while (shape >= 0 ? find_shape(&scan, shape, done, &span) :
		   find_custom(custom, text->s, text->len, done, &span))
	{
		trk_buf_append(out, text->s + done, span.start - done);
		trk_buf_append(out, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN);
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
 * Apply the patterns once, one after the other; found are the shapes known to
 * match.  Returns whether anything but assignments was replaced.
 */
static bool
redact_round(TrkDraft *text, uint32 wanted, uint32 found, bool chained,
			 const TrkCustomMatch *custom)
{
	bool		others = false;
	int			shape;

	for (shape = 0; shape < TRK_SHAPES && found != 0; shape++)
	{
		uint32		later = wanted & ~(SHAPE_BIT(shape) | (SHAPE_BIT(shape) - 1));

		if ((found & SHAPE_BIT(shape)) == 0)
			continue;
		if (replace_matches(text, shape, chained, NULL) && shape != TRK_SHAPE_assignment)
			others = true;
		found = scan_text(text->s, text->len, later, false);
	}
	if (custom != NULL && custom->fn != NULL && replace_matches(text, -1, false, custom))
		others = true;
	return others;
}

/* Does any rule of these categories match anywhere in the text? */
bool
trk_pattern_matches(const char *s, Size len, uint32 rules, const TrkCustomMatch *custom)
{
	return scan_text(s, len, wanted_shapes(rules), true) != 0 || has_custom(custom, s, len);
}

/*
 * Replace every match, round by round until nothing matches.
 *
 * Once a round has replaced assignments only, nothing else can match any more
 * (what an assignment leaves behind has no word boundary, and no character of
 * a shape, that was not there before), so chains of them are taken at once:
 * else every link would cost a round.
 */
bool
trk_pattern_redact(TrkArena *arena, const char *s, Size len, uint32 rules,
				   const TrkCustomMatch *custom, const char **out, Size *out_len)
{
	uint32		wanted = wanted_shapes(rules);
	uint32		found = scan_text(s, len, wanted, false);
	bool		others = true;
	TrkDraft		text = {s, len};
	int			round;

	if (likely(found == 0 && !has_custom(custom, s, len)))
		return false;
	trk_buf_init(&text.buf[0], arena, len + TRK_REPLACEMENT_LEN);
	trk_buf_init(&text.buf[1], arena, len + TRK_REPLACEMENT_LEN);
	for (round = 0; found != 0 || has_custom(custom, text.s, text.len); round++)
	{
		if (round == MAX_ROUNDS || text.len / MAX_GROWTH > len)
		{
			text.s = TRK_REPLACEMENT;
			text.len = TRK_REPLACEMENT_LEN;
			break;
		}
		others = redact_round(&text, wanted, found, !others, custom);
		found = scan_text(text.s, text.len, wanted, false);
	}
	*out = text.s;
	*out_len = text.len;
	return true;
}

/* Number of patterns. */
int
trk_pattern_count(void)
{
	return TRK_SHAPES;
}

/* The next match of one pattern that begins at or after from. */
bool
trk_pattern_find(int pattern, const char *s, Size len, Size from, Size *start, Size *end)
{
	TrkScan		scan;
	TrkSpan		span;

	(void) wanted_shapes(0);
	start_scan(&scan, s, len);
	if (pattern < 0 || pattern >= TRK_SHAPES || !find_shape(&scan, pattern, from, &span))
		return false;
	*start = span.start;
	*end = span.end;
	return true;
}

/* The category of this name, 0 when there is none. */
static uint32
parse_category(const char *s, Size len)
{
	static const struct
	{
		const char *name;
		uint32		rules;
	}			categories[] = {
		{"contract", TRK_RULES_CONTRACT},
		{"secrets", TRK_RULES_SECRETS},
		{"pii", TRK_RULES_PII}
	};
	int			i;

	for (i = 0; i < lengthof(categories); i++)
	{
		if (strlen(categories[i].name) == len && memcmp(categories[i].name, s, len) == 0)
			return categories[i].rules;
	}
	return 0;
}

/* Parse a comma-separated list of categories; blanks around names are ignored. */
bool
trk_rules_parse(const char *s, uint32 *rules)
{
	uint32		result = 0;

	for (;; s++)
	{
		Size		len;
		uint32		category;

		s += strspn(s, " ");
		len = strcspn(s, " ,");
		category = parse_category(s, len);
		if (category == 0)
			return false;
		result |= category;
		s += len;
		s += strspn(s, " ");
		if (*s != ',')
			break;
	}
	*rules = result;
	return *s == '\0';
}

/*
 * pattern.c
 *	  Finding and replacing secret shapes.
 *
 * Nearly all text has no shape in it, so one pass decides that first: it looks
 * at the first three bytes of words, and of a few other things, and only where
 * these can begin a shape are the matchers of pattern_shape.h tried.  They are
 * exact, so when none of them matches anywhere, no pattern does.  Otherwise the
 * patterns that match are applied one after the other.
 */
#include "trk.h"

#include "pattern.h"
#include "pattern_anchor.h"

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
 * The first three bytes of a shape from its anchor on: any of each text, NULL
 * for all bytes.  A letter at the beginning stands for both cases; of the
 * other two bytes only the low five bits are compared, so they need not care.
 */
typedef struct TrkAnchor
{
	uint8		shape;
	const char *bytes[TRK_MIN_SHAPE];
} TrkAnchor;

#define ANY_DIGIT	"0123456789"
#define ANY_LETTER	"abcdefghijklmnopqrstuvwxyz"

static const TrkAnchor anchors[] = {
	{TRK_SHAPE_ellzaf_key, {"e", "l", "l"}},
	{TRK_SHAPE_bearer, {"b", "e", "a"}},
	{TRK_SHAPE_assignment, {"a", "p", "i\xc4"}},	/* U+0130, U+0131 for i */
	{TRK_SHAPE_assignment, {"s", "e", "c"}},
	{TRK_SHAPE_assignment, {"\xc5", "\xbf", "e"}},	/* U+017F for s */
	{TRK_SHAPE_assignment, {"p", "a", "s\xc5"}},
	{TRK_SHAPE_assignment, {"t", "o", "k\xe2"}},	/* U+212A for k */
	{TRK_SHAPE_sk_dash, {"s", "k", "-"}},
	{TRK_SHAPE_sk_underscore, {"s", "k", "_"}},
	{TRK_SHAPE_github_classic, {"g", "h", "p"}},
	{TRK_SHAPE_slack, {"x", "o", "x"}},
	{TRK_SHAPE_account, {"a", "c", "c"}},
	{TRK_SHAPE_account, {"b", "r", "o"}},
	{TRK_SHAPE_order, {"o", "r", "d"}},
	{TRK_SHAPE_unix_path, {"/", "u", "s"}},
	{TRK_SHAPE_unix_path, {"/", "h", "o"}},
	{TRK_SHAPE_unix_path, {"/", "v", "a"}},
	{TRK_SHAPE_windows_path, {":", "\\", NULL}},
	{TRK_SHAPE_aws_key, {"a", "ks", "i"}},
	{TRK_SHAPE_github_token, {"g", "h", "orsu"}},
	{TRK_SHAPE_github_fine, {"g", "i", "t"}},
	{TRK_SHAPE_anthropic, {"s", "k", "-"}},
	{TRK_SHAPE_google, {"a", "i", "z"}},
	{TRK_SHAPE_jwt, {"e", "y", "j"}},
	{TRK_SHAPE_private_key, {"-", "-", "-"}},
	{TRK_SHAPE_slack_app, {"x", "a", "p"}},
	{TRK_SHAPE_email, {"@", NULL, NULL}},
	{TRK_SHAPE_us_ssn, {ANY_DIGIT, ANY_DIGIT, ANY_DIGIT}},
	{TRK_SHAPE_iban, {ANY_LETTER, ANY_LETTER, ANY_DIGIT}},
	{TRK_SHAPE_card, {ANY_DIGIT, ANY_DIGIT, ANY_DIGIT}},
	{TRK_SHAPE_ipv4, {ANY_DIGIT, NULL, NULL}},
	{TRK_SHAPE_ipv6, {ANY_DIGIT "abcdef:", NULL, NULL}}
};

/*
 * What can follow a first byte, made from the anchors at the first use: bits of
 * the second and of the third byte's low five bits.  Without the personal
 * patterns far less can.
 */
typedef struct TrkFollowers
{
	uint32		second;
	uint32		third;
} TrkFollowers;

static bool tables_ready = false;
static TrkFollowers credential_followers[256];
static TrkFollowers all_followers[256];
static uint8 shapes_by_byte[256][MAX_SHAPES_PER_BYTE];
static uint8 shape_count_by_byte[256];
static uint32 shapes_by_rules[TRK_RULES_CONTRACT + TRK_RULES_SECRETS + TRK_RULES_PII + 1];

/* A search for anchors, block by block. */
typedef struct TrkSearch
{
	const char *s;
	Size		len;
	Size		block;			/* where the current block begins */
	uint32		possible;		/* places in it still to be looked at */
	const TrkFollowers *followers;
} TrkSearch;

/* A text on its way, and the two buffers it alternates between. */
typedef struct TrkDraft
{
	const char *s;
	Size		len;
	TrkBuf		buf[2];
	int			next;			/* buffer that s is not in */
	const TrkReplacer *replacer;
} TrkDraft;

/* The low five bits of bytes, as a set. */
static uint32
low_bits(const char *bytes)
{
	uint32		set = 0;

	if (bytes == NULL)
		return ~(uint32) 0;
	for (; *bytes; bytes++)
		set |= SHAPE_BIT((unsigned char) *bytes & 31);
	return set;
}

/* Enter one anchor under one first byte. */
static void
add_anchor(const TrkAnchor *anchor, unsigned char first)
{
	int			n = shape_count_by_byte[first];

	all_followers[first].second |= low_bits(anchor->bytes[1]);
	all_followers[first].third |= low_bits(anchor->bytes[2]);
	if (shapes[anchor->shape].category != TRK_RULES_PII)
	{
		credential_followers[first].second |= low_bits(anchor->bytes[1]);
		credential_followers[first].third |= low_bits(anchor->bytes[2]);
	}
	if (n > 0 && shapes_by_byte[first][n - 1] == anchor->shape)
		return;					/* one more beginning of the same shape */
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
		for (p = anchors[i].bytes[0]; *p; p++)
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

/* Begin a search for the anchors of shapes at from. */
static inline void
start_search(TrkSearch *search, const TrkScan *scan, Size from, bool personal)
{
	search->s = scan->s;
	search->len = scan->len;
	search->block = from;
	search->followers = personal ? all_followers : credential_followers;
	search->possible = scan->len - from < TRK_MIN_SHAPE ? 0 :
		trk_block_anchors(scan->s, scan->len, from);
}

/* The next place where a shape can begin; false when there is none. */
static inline bool
next_anchor(TrkSearch *search, Size *at)
{
	const unsigned char *p = (const unsigned char *) search->s;

	for (;;)
	{
		while (search->possible != 0)
		{
			Size		i = search->block + trk_lowest_bit(search->possible);
			const TrkFollowers *followers = &search->followers[p[i]];

			search->possible &= search->possible - 1;
			if (unlikely(followers->second >> (p[i + 1] & 31) &
						 followers->third >> (p[i + 2] & 31) & 1))
			{
				*at = i;
				return true;
			}
		}
		search->block += TRK_BLOCK;
		if (search->block + TRK_MIN_SHAPE > search->len)
			return false;
		search->possible = trk_block_anchors(search->s, search->len, search->block);
	}
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
	uint32		found = 0;
	TrkScan		scan;
	TrkSearch	search;
	Size		at;

	start_scan(&scan, s, len);
	start_search(&search, &scan, 0, (wanted & shapes_by_rules[TRK_RULES_PII]) != 0);
	while (next_anchor(&search, &at))
	{
		found |= match_anchor(&scan, at, wanted & ~found);
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
	TrkSearch	search;
	Size		at;

	start_search(&search, scan, from, shapes[shape].category == TRK_RULES_PII);
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

/* Length of the replacement that begins here, 0 when none does. */
static Size
replacement_at(const char *s, Size len)
{
	Size		pseudonym = trk_pseudonym_at(s, len);

	if (pseudonym > 0)
		return pseudonym;
	return len >= TRK_REPLACEMENT_LEN && memcmp(s, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) == 0 ?
		TRK_REPLACEMENT_LEN : 0;
}

/* Does this stretch lie within one replacement? */
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

/* Append what takes the place of a match. */
static void
append_replacement(TrkDraft *text, TrkBuf *out, const TrkSpan *span)
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

/* Replace the whole text. */
static void
replace_whole(TrkDraft *text)
{
	TrkBuf	   *out = &text->buf[text->next];
	TrkSpan		all = {0, text->len};

	out->len = 0;
	append_replacement(text, out, &all);
	text->s = out->data;
	text->len = out->len;
}

/*
 * Replace every match, round by round until nothing matches; found are the
 * shapes known to match.
 *
 * Once a round has replaced assignments only, nothing else can match any more
 * (what an assignment leaves behind has no word boundary, and no character of
 * a shape, that was not there before), so chains of them are taken at once:
 * else every link would cost a round.
 */
static void
redact_draft(TrkDraft *text, uint32 wanted, uint32 found, const TrkCustomMatch *custom)
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
		found = scan_text(text->s, text->len, wanted, false);
	}
}

/* Replace every match by what the replacer makes of it. */
bool
trk_pattern_replace(TrkArena *arena, const char *s, Size len, uint32 rules,
					const TrkCustomMatch *custom, const TrkReplacer *replacer,
					const char **out, Size *out_len)
{
	uint32		wanted = wanted_shapes(rules);
	uint32		found = scan_text(s, len, wanted, false);
	TrkDraft	text;

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

/* Replace every match. */
bool
trk_pattern_redact(TrkArena *arena, const char *s, Size len, uint32 rules,
				   const TrkCustomMatch *custom, const char **out, Size *out_len)
{
	return trk_pattern_replace(arena, s, len, rules, custom, NULL, out, out_len);
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
	if (*s != '\0')
		return false;
	*rules = result;
	return true;
}

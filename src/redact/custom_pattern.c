/*
 * custom_pattern.c
 *	  The administrator's own redaction patterns: a JSON object of label to
 *	  regular expression (PostgreSQL's advanced ones), compiled by the server's
 *	  library over code points.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "redact/custom_pattern.h"
#include "json/encoding.h"
#include "json/json.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* The largest number of patterns: each one costs a pass over every string. */
#define TRK_MAX_CUSTOM_PATTERNS		32

/*
 * The largest buffer of wide characters that is kept for the next call; a
 * larger one is freed after use.
 */
#define TRK_KEPT_WIDE	(64 * 1024)

/* The compiled patterns of the current value of the setting. */
typedef struct TrkCustomPattern
{
	char	   *value;			/* the setting from which they were compiled */
	int			count;
	regex_t		patterns[TRK_MAX_CUSTOM_PATTERNS];
} TrkCustomPattern;

/*
 * The text that is being searched.  A search goes forward from its beginning,
 * so each byte is decoded once and each pattern runs over it once.
 */
typedef struct TrkCustomText
{
	pg_wchar   *wide;
	int			capacity;
	int			len;			/* in characters */
	int			at;				/* a character that the search has reached, */
	Size		at_byte;		/* and the byte at which it begins */
	regmatch_t	next[TRK_MAX_CUSTOM_PATTERNS];	/* rm_so: TRK_UNKNOWN, TRK_NO_MATCH */
} TrkCustomText;

#define TRK_UNKNOWN		(-2)
#define TRK_NO_MATCH	(-1)

static TrkCustomPattern trk_custom_patterns;
static TrkCustomText custom_text;
static MemoryContext custom_context = NULL;

/*
 * Parse the setting as JSON.  Returns NULL, or the reason why it is not valid.
 */
static const char *
custom_read(TrkArena *arena, const char *value, TrkValue *root)
{
	TrkText		t = trk_to_utf8(value, strlen(value));

	if (trk_json_read(arena, t.s, t.len, root) != TRK_JSON_OK || root->kind != TRK_OBJECT)
		return "The value is a JSON object: label to regular expression.";
	if (root->len > TRK_MAX_CUSTOM_PATTERNS)
		return "There are more than 32 patterns.";
	for (uint32 i = 0; i < root->len; i++)
		if (root->u.members[i].value.kind != TRK_STRING ||
			root->u.members[i].value.len == 0)
			return "Every pattern is a string that is not empty.";
	return NULL;
}

/*
 * Compile a pattern over code points, whatever the server's encoding.  The C
 * collation keeps \w and the like to ASCII and needs no transaction.
 */
static bool
custom_compile(const TrkValue *pattern, regex_t * re)
{
	pg_wchar   *wide = palloc(sizeof(pg_wchar) * (pattern->len + 1));
	int			len = pg_encoding_mb2wchar_with_len(PG_UTF8, pattern->u.str, wide,
													(int) pattern->len);
	bool		ok = pg_regcomp(re, wide, len, REG_ADVANCED, C_COLLATION_OID) == REG_OKAY;

	pfree(wide);
	return ok;
}

/* Return whether the pattern compiles. */
static bool
custom_compiles(const TrkValue *pattern)
{
	regex_t		re;

	if (!custom_compile(pattern, &re))
		return false;
	pg_regfree(&re);
	return true;
}

/*
 * Check a setting: it must be empty or a JSON object that maps labels to
 * regular expressions.  Otherwise set the GUC error detail and return false.
 */
bool
trk_custom_pattern_check(const char *value)
{
	MemoryContext context;
	MemoryContext old;
	TrkArena	arena;
	TrkValue	root;
	const char *reason;

	if (*value == '\0')
		return true;
	if (!IsTransactionState() && GetDatabaseEncoding() != PG_UTF8)
		return true;			/* nothing is converted here; the setting is parsed again when it
								 * is used */
	context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker patterns",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	trk_arena_init(&arena, context, 4096);
	reason = custom_read(&arena, value, &root);
	for (uint32 i = 0; reason == NULL && i < root.len; i++)
		if (!custom_compiles(&root.u.members[i].value))
			reason = "A pattern is no valid regular expression.";
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (reason != NULL)
		GUC_check_errdetail("%s", reason);
	return reason == NULL;
}

/* Free the patterns of an earlier value of the setting. */
static void
custom_forget(void)
{
	for (int i = 0; i < trk_custom_patterns.count; i++)
		pg_regfree(&trk_custom_patterns.patterns[i]);
	memset(&trk_custom_patterns, 0, sizeof(trk_custom_patterns));
	memset(&custom_text, 0, sizeof(custom_text));
	if (custom_context == NULL)
		custom_context = AllocSetContextCreate(TopMemoryContext,
											   "agent_tracker patterns",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(custom_context);
}

/* Compile the patterns of a value of the setting. */
static void
custom_load(const char *value)
{
	MemoryContext old;
	TrkArena	arena;
	TrkValue	root;

	custom_forget();
	old = MemoryContextSwitchTo(custom_context);
	trk_arena_init(&arena, custom_context, 4096);
	if (custom_read(&arena, value, &root) != NULL)
		elog(ERROR, "agent_tracker.redact_patterns is invalid");
	for (uint32 i = 0; i < root.len; i++)
	{
		if (!custom_compile(&root.u.members[i].value, &trk_custom_patterns.patterns[i]))
			elog(ERROR, "agent_tracker.redact_patterns is invalid");
		trk_custom_patterns.count++;
	}
	trk_custom_patterns.value = pstrdup(value);
	MemoryContextSwitchTo(old);
}

/* Begin a search in a text: decode it to wide characters. */
static void
custom_begin(TrkCustomText *text, const char *s, Size len)
{
	int			needed = (int) len + 1;

	if (needed > text->capacity || text->capacity > TRK_KEPT_WIDE)
	{
		if (text->wide != NULL)
			pfree(text->wide);
		text->wide = NULL;
		text->capacity = 0;
		text->wide = MemoryContextAllocHuge(custom_context,
											sizeof(pg_wchar) * Max(needed, 1024));
		text->capacity = Max(needed, 1024);
	}
	text->len = pg_encoding_mb2wchar_with_len(PG_UTF8, s, text->wide, (int) len);
	text->at = 0;
	text->at_byte = 0;
	for (int i = 0; i < trk_custom_patterns.count; i++)
		text->next[i].rm_so = TRK_UNKNOWN;
}

/* Return the number of bytes that n wide characters take in UTF-8. */
static Size
wide_bytes(const pg_wchar *wide, int n)
{
	Size		bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += wide[i] < 0x80 ? 1 : wide[i] < 0x800 ? 2 : wide[i] < 0x10000 ? 3 : 4;
	return bytes;
}

/* Move the position forward to the character that begins at this byte. */
static void
custom_go_to(TrkCustomText *text, Size byte)
{
	while (text->at < text->len && text->at_byte < byte)
		text->at_byte += wide_bytes(&text->wide[text->at++], 1);
}

/*
 * Find the first match of one pattern at or after a character.  An empty match
 * does not count, though a longer one after it does.
 */
static void
custom_exec(TrkCustomText *text, int pattern, int from)
{
	regmatch_t *match = &text->next[pattern];
	int			rc;

	for (;; from = match->rm_so + 1)
	{
		CHECK_FOR_INTERRUPTS();
		rc = from > text->len ? REG_NOMATCH :
			pg_regexec(&trk_custom_patterns.patterns[pattern], text->wide, text->len, from,
					   NULL, 1, match, 0);
		if (rc != REG_OKAY || match->rm_eo > match->rm_so)
			break;
	}
	CHECK_FOR_INTERRUPTS();		/* a canceled search fails, so check for the interrupt first */
	if (rc == REG_NOMATCH)
		match->rm_so = TRK_NO_MATCH;
	else if (rc != REG_OKAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_REGULAR_EXPRESSION),
				 errmsg("a pattern of agent_tracker.redact_patterns failed")));
}

/*
 * Find the leftmost match of any pattern in UTF-8 text, at or after from (a
 * TrkCustomMatchFn).  A call with from = 0 begins a search; calls with a
 * larger from continue it.
 */
static bool
custom_next(void *arg, const char *s, Size len, Size from, Size *start, Size *end)
{
	TrkCustomText *text = &custom_text;
	const		regmatch_t *best = NULL;

	if (from == 0)
		custom_begin(text, s, len);
	custom_go_to(text, from);
	for (int i = 0; i < trk_custom_patterns.count; i++)
	{
		regmatch_t *match = &text->next[i];

		if (match->rm_so == TRK_UNKNOWN ||
			(match->rm_so != TRK_NO_MATCH && match->rm_so < text->at))
			custom_exec(text, i, text->at);
		if (match->rm_so != TRK_NO_MATCH &&
			(best == NULL || match->rm_so < best->rm_so))
			best = match;
	}
	if (best == NULL)
		return false;
	*start = text->at_byte + wide_bytes(text->wide + text->at, best->rm_so - text->at);
	*end = *start + wide_bytes(text->wide + best->rm_so, best->rm_eo - best->rm_so);
	return true;
}

/*
 * Set up a matcher for these patterns.  Its function is NULL when value is
 * empty.
 */
void
trk_custom_pattern_match(const char *value, TrkCustomMatch *match)
{
	match->fn = NULL;
	match->arg = NULL;
	if (value == NULL || *value == '\0')
		return;
	if (trk_custom_patterns.value == NULL || strcmp(trk_custom_patterns.value, value) != 0)
		custom_load(value);
	if (trk_custom_patterns.count > 0)
		match->fn = custom_next;
}

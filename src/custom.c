/*
 * custom.c
 *	  The administrator's own redaction patterns: a JSON object of label to
 *	  regular expression (PostgreSQL's advanced ones), compiled by the server.
 */
#include "trk.h"

#include "compat.h"
#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "custom.h"
#include "encoding.h"
#include "json.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

/* Most patterns: each costs a pass over every string. */
#define TRK_MAX_CUSTOM		32

/* The patterns of the setting's present value. */
typedef struct TrkCustom
{
	char	   *value;			/* the setting they were made of */
	int			count;
	text	   *patterns[TRK_MAX_CUSTOM];	/* in the server's encoding */
} TrkCustom;

static TrkCustom trk_custom;
static MemoryContext trk_custom_context = NULL;

/* Read the setting; NULL, or the reason why it is wrong. */
static const char *
trk_custom_read(TrkArena *arena, const char *value, TrkValue *root)
{
	TrkText		t = trk_to_utf8(value, strlen(value));

	if (trk_json_read(arena, t.s, t.len, root) != TRK_JSON_OK || root->kind != TRK_OBJECT)
		return "The value is a JSON object: label to regular expression.";
	if (root->len > TRK_MAX_CUSTOM)
		return "There are more than 32 patterns.";
	for (uint32 i = 0; i < root->len; i++)
		if (root->u.members[i].value.kind != TRK_STRING ||
			root->u.members[i].value.len == 0)
			return "Every pattern is a string that is not empty.";
	return NULL;
}

/* Does this regular expression compile?  Needs no transaction. */
static bool
trk_custom_compiles(const TrkValue *pattern)
{
	TrkText		t = trk_server_string(pattern);
	pg_wchar   *wide = palloc(sizeof(pg_wchar) * (t.len + 1));
	int			len = pg_mb2wchar_with_len(t.s, wide, (int) t.len);
	regex_t		re;
	bool		ok;

	ok = pg_regcomp(&re, wide, len, REG_ADVANCED, C_COLLATION_OID) == REG_OKAY;
	if (ok)
		pg_regfree(&re);
	pfree(wide);
	return ok;
}

/* See custom.h. */
bool
trk_custom_check(const char *value)
{
	MemoryContext context;
	MemoryContext old;
	TrkArena	arena;
	TrkValue	root;
	const char *reason;

	if (*value == '\0')
		return true;
	context = AllocSetContextCreate(CurrentMemoryContext, "agent_tracker patterns",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	trk_arena_init(&arena, context, 4096);
	reason = trk_custom_read(&arena, value, &root);
	for (uint32 i = 0; reason == NULL && i < root.len; i++)
		if (!trk_custom_compiles(&root.u.members[i].value))
			reason = "A pattern is no valid regular expression.";
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (reason != NULL)
		GUC_check_errdetail("%s", reason);
	return reason == NULL;
}

/* Make the patterns of a value that has passed the check. */
static void
trk_custom_load(const char *value)
{
	MemoryContext old;
	TrkArena	arena;
	TrkValue	root;

	if (trk_custom_context == NULL)
		trk_custom_context = AllocSetContextCreate(TopMemoryContext,
												   "agent_tracker patterns",
												   ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(trk_custom_context);
	memset(&trk_custom, 0, sizeof(trk_custom));
	old = MemoryContextSwitchTo(trk_custom_context);
	trk_arena_init(&arena, trk_custom_context, 4096);
	if (trk_custom_read(&arena, value, &root) != NULL)
		elog(ERROR, "agent_tracker.redact_patterns is invalid");
	for (uint32 i = 0; i < root.len; i++)
	{
		const TrkValue *pattern = &root.u.members[i].value;

		trk_custom.patterns[i] = trk_server_text_datum(pattern->u.str, pattern->len);
	}
	trk_custom.count = root.len;
	trk_custom.value = pstrdup(value);
	MemoryContextSwitchTo(old);
}

/* Bytes that some wide characters take in UTF-8. */
static Size
trk_wide_bytes(const pg_wchar *wide, int n)
{
	Size		bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += wide[i] < 0x80 ? 1 : wide[i] < 0x800 ? 2 : wide[i] < 0x10000 ? 3 : 4;
	return bytes;
}

/* The first match of one pattern, in wide characters; false when none. */
static bool
trk_custom_exec(text *pattern, const pg_wchar *wide, int len, int from,
				regmatch_t *match)
{
	regex_t    *re = RE_compile_and_cache(pattern, REG_ADVANCED, C_COLLATION_OID);
	int			rc = pg_regexec(re, wide, len, from, NULL, 1, match, 0);

	if (rc == REG_NOMATCH)
		return false;
	if (rc != REG_OKAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_REGULAR_EXPRESSION),
				 errmsg("a pattern of agent_tracker.redact_patterns failed")));
	return match->rm_eo > match->rm_so;
}

/*
 * TrkCustomMatchFn: the leftmost match of any pattern in UTF-8 text, at or
 * after from.
 */
static bool
trk_custom_next(void *arg, const char *s, Size len, Size from, Size *start, Size *end)
{
	pg_wchar   *wide = palloc_extended(sizeof(pg_wchar) * (len + 1), MCXT_ALLOC_HUGE);
	int			wlen = pg_encoding_mb2wchar_with_len(PG_UTF8, s, wide, (int) len);
	int			wfrom = 0;
	regmatch_t	best = {-1, -1};

	for (Size at = 0; at < from; wfrom++)
		at += pg_utf_mblen((const unsigned char *) s + at);
	for (int i = 0; i < trk_custom.count; i++)
	{
		regmatch_t	match;

		CHECK_FOR_INTERRUPTS();
		if (trk_custom_exec(trk_custom.patterns[i], wide, wlen, wfrom, &match) &&
			(best.rm_so < 0 || match.rm_so < best.rm_so))
			best = match;
	}
	if (best.rm_so >= 0)
	{
		*start = trk_wide_bytes(wide, best.rm_so);
		*end = *start + trk_wide_bytes(wide + best.rm_so, best.rm_eo - best.rm_so);
	}
	pfree(wide);
	return best.rm_so >= 0;
}

/* See custom.h. */
void
trk_custom_match(const char *value, TrkCustomMatch *match)
{
	match->fn = NULL;
	match->arg = NULL;
	if (value == NULL || *value == '\0')
		return;
	if (trk_custom.value == NULL || strcmp(trk_custom.value, value) != 0)
		trk_custom_load(value);
	if (trk_custom.count > 0)
		match->fn = trk_custom_next;
}

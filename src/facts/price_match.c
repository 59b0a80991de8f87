/*
 * price_match.c
 *	  Matches patterns of at_price (see price_match.h).
 */
#include "base/trk.h"

#include "catalog/pg_collation.h"
#include "facts/price_match.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"
#include "utils/builtins.h"

/* Return a name as a text. */
static TrkText
text_of(const TrkModelName *name)
{
	TrkText		text = {name->s, name->len};

	return text;
}

/*
 * Put the names of a call into one form.  A provider in front of the model
 * ("openai/gpt-4o") is the call's when it does not say another.
 */
void
trk_call_names_set(TrkCallNames *names, TrkText provider, TrkText model)
{
	int			len;

	trk_provider_name_set(&names->provider, provider);
	trk_model_name_set(&names->model, model);
	names->bare_model = text_of(&names->model);
	len = trk_model_provider_len(names->bare_model);
	if (len > 0 && names->provider.len == 0)
	{
		TrkText		prefix = {names->model.s, len - 1};

		trk_provider_name_set(&names->provider, prefix);
	}
	names->bare_model.s += len;
	names->bare_model.len -= len;
}

/* Match a regular expression, ignoring case.  What cannot be compiled is an ERROR. */
static bool
match_regex(TrkText pattern, TrkText model)
{
	text	   *regex = cstring_to_text_with_len(pattern.s, (int) pattern.len);
	bool		matches = RE_compile_and_execute(regex, (char *) model.s, (int) model.len,
												 REG_ADVANCED | REG_ICASE, C_COLLATION_OID, 0, NULL);

	pfree(regex);
	return matches;
}

/* Return whether a name means the latest version of a model. */
static bool
is_latest(TrkText model)
{
	return model.len > 7 && memcmp(model.s + model.len - 7, "-latest", 7) == 0;
}

/*
 * Match an exact pattern with a name, of which one may have a date that the other
 * has not.  Names with different dates are different models.
 */
static TrkPriceMatch
match_exact(TrkText pattern, Size pattern_stem, TrkText model)
{
	Size		stem = trk_model_stem(model);

	if (trk_text_equal(pattern, model))
		return TRK_MATCH_EXACT;
	if (stem != pattern_stem || memcmp(pattern.s, model.s, stem) != 0)
		return TRK_MATCH_NONE;
	if (stem == model.len || stem == pattern.len || is_latest(model) || is_latest(pattern))
		return TRK_MATCH_DATED;
	return TRK_MATCH_NONE;
}

/* Match a pattern with a name. */
static TrkPriceMatch
match_model(const TrkPriceGroup *group, TrkText model)
{
	TrkText		pattern = group->model;

	if (model.len == 0)
		return TRK_MATCH_NONE;
	switch (group->kind)
	{
		case TRK_PATTERN_EXACT:
			return match_exact(pattern, group->stem, model);
		case TRK_PATTERN_PREFIX:
			return model.len >= pattern.len && memcmp(model.s, pattern.s, pattern.len) == 0 ?
				TRK_MATCH_PREFIX : TRK_MATCH_NONE;
		case TRK_PATTERN_REGEX:
			return match_regex(pattern, model) ? TRK_MATCH_REGEX : TRK_MATCH_NONE;
	}
	return TRK_MATCH_NONE;
}

/* Match a pattern. */
bool
trk_price_match(const TrkPriceGroup *group, const TrkCallNames *names, TrkPriceCandidate *candidate)
{
	TrkText		provider = text_of(&names->provider);
	TrkText		model = text_of(&names->model);

	candidate->group = group;
	if (group->provider.len == 0)
		candidate->provider_rank = TRK_PROVIDER_OTHER + 1;
	else if (provider.len == 0)
		candidate->provider_rank = trk_provider_find(group->provider);
	else if (trk_text_equal(group->provider, provider))
		candidate->provider_rank = 0;
	else
		return false;
	candidate->match = match_model(group, model);
	if (candidate->match != TRK_MATCH_EXACT && names->bare_model.len < model.len)
	{
		TrkPriceMatch bare = match_model(group, names->bare_model);

		candidate->match = Min(candidate->match, bare);
	}
	return candidate->match != TRK_MATCH_NONE;
}

/* Compare numbers for a sort. */
static int
compare(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/*
 * Compare two candidates: a higher priority comes first, then the better match,
 * the provider, of dated names the one without a date and then the newest, else
 * the longer pattern, and at last the order of bytes, so that it is always the
 * same.
 */
int
trk_price_candidate_compare(const void *a, const void *b)
{
	const TrkPriceCandidate *x = a;
	const TrkPriceCandidate *y = b;
	const TrkPriceGroup *g = x->group;
	const TrkPriceGroup *h = y->group;
	int			order = compare(h->priority, g->priority);

	if (order == 0)
		order = compare(x->match, y->match);
	if (order == 0)
		order = compare(x->provider_rank, y->provider_rank);
	if (order == 0 && x->match == TRK_MATCH_DATED)
		order = compare((Size) g->stem < g->model.len, (Size) h->stem < h->model.len);
	if (order == 0 && x->match != TRK_MATCH_DATED)
		order = compare(h->model.len, g->model.len);
	if (order == 0)
		order = memcmp(h->model.s, g->model.s, Min(g->model.len, h->model.len));
	if (order == 0)
		order = trk_text_compare(g->provider, h->provider);
	return order != 0 ? order : compare(g->kind, h->kind);
}

/*
 * Return the product of the upper bounds of all repetitions that are counted, as
 * {2} or {1,9}: about how many times the longest expression is copied.
 */
static int64
count_copies(const char *pattern, Size len)
{
	int64		copies = 1;

	for (Size i = 0; i < len; i++)
	{
		int64		bound = 0;

		if (pattern[i] != '{')
			continue;
		for (i++; i < len && ((pattern[i] >= '0' && pattern[i] <= '9') || pattern[i] == ','); i++)
			bound = pattern[i] == ',' ? bound : Min(bound * 10 + (pattern[i] - '0'), TRK_MAX_REGEX_COPIES);
		copies = Min(copies * Max(bound, 1), TRK_MAX_REGEX_COPIES);
	}
	return copies;
}

/* Return whether the server can compile a regular expression. */
static bool
is_valid_regex(const char *pattern, Size len)
{
	pg_wchar   *wide = palloc((len + 1) * sizeof(pg_wchar));
	int			n = pg_mb2wchar_with_len(pattern, wide, (int) len);
	regex_t		regex;
	bool		is_valid;

	is_valid = pg_regcomp(&regex, wide, n, REG_ADVANCED | REG_ICASE | REG_NOSUB, C_COLLATION_OID) == REG_OKAY;
	if (is_valid)
		pg_regfree(&regex);
	pfree(wide);
	return is_valid;
}

/* Return whether a regular expression may stand in at_price. */
bool
trk_may_be_price_regex(const char *pattern, Size len)
{
	if (len == 0 || len > TRK_MAX_PRICE_REGEX || count_copies(pattern, len) >= TRK_MAX_REGEX_COPIES)
		return false;
	for (Size i = 0; i + 1 < len; i++)
	{
		if (pattern[i] != '\\')
			continue;
		i++;
		if (pattern[i] >= '1' && pattern[i] <= '9')
			return false;
	}
	return is_valid_regex(pattern, len);
}

/*
 * price_match.c
 *	  Matches patterns of at_price (see price_match.h).
 */
#include "base/trk.h"

#include "catalog/pg_collation.h"
#include "facts/price_match.h"
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

/*
 * Match a pattern with a name.  Two names with different dates are different
 * models; without a date the name means some version of it.
 */
static TrkPriceMatch
match_model(const TrkPriceGroup *group, TrkText model)
{
	TrkText		pattern = group->model;

	if (model.len == 0)
		return TRK_MATCH_NONE;
	switch (group->kind)
	{
		case TRK_PATTERN_EXACT:
			if (trk_text_equal(pattern, model))
				return TRK_MATCH_EXACT;
			if ((Size) group->stem == model.len && memcmp(pattern.s, model.s, model.len) == 0)
				return TRK_MATCH_DATED;
			if (pattern.len < model.len && memcmp(pattern.s, model.s, pattern.len) == 0 &&
				(Size) trk_model_stem(model) == pattern.len)
				return TRK_MATCH_DATED;
			return TRK_MATCH_NONE;
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
	return order != 0 ? order : compare(g->first, h->first);
}

/* Return whether a regular expression may stand in at_price. */
bool
trk_may_be_price_regex(const char *pattern, Size len)
{
	TrkText		text = {pattern, len};

	if (len == 0 || len > TRK_MAX_PRICE_REGEX)
		return false;
	for (Size i = 0; i + 1 < len; i++)
	{
		if (pattern[i] != '\\')
			continue;
		i++;
		if (pattern[i] >= '1' && pattern[i] <= '9')
			return false;
	}
	(void) match_regex(text, trk_text_literal("m"));
	return true;
}

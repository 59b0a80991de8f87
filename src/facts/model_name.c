/*
 * model_name.c
 *	  Names of providers and models in one form (see model_name.h).
 */
#include "base/trk.h"

#include "facts/model_name.h"

/* Names and aliases of the listed providers. */
static const struct
{
	TrkText		name;
	TrkProvider provider;
}			names[] = {
#define TRK_PROVIDER(name, text)			{{text, sizeof(text) - 1}, TRK_PROVIDER_##name},
#define TRK_PROVIDER_ALIAS(alias, name)		{{alias, sizeof(alias) - 1}, TRK_PROVIDER_##name},
#include "facts/provider.def"
#undef TRK_PROVIDER
#undef TRK_PROVIDER_ALIAS
};

/* Return the name of a listed provider. */
const char *
trk_provider_name(TrkProvider provider)
{
	static const char *const provider_names[] = {
#define TRK_PROVIDER(name, text)	text,
#define TRK_PROVIDER_ALIAS(alias, name)
#include "facts/provider.def"
#undef TRK_PROVIDER
#undef TRK_PROVIDER_ALIAS
	};

	return provider_names[provider];
}

/*
 * Return which provider a name or an alias in lower case means.  The AI SDK adds
 * the interface that was used ("openai.chat").
 */
TrkProvider
trk_provider_find(TrkText name)
{
	const char *dot;

	for (int i = 0; i < (int) lengthof(names); i++)
		if (trk_text_equal(names[i].name, name))
			return names[i].provider;
	dot = memchr(name.s, '.', name.len);
	if (dot != NULL)
	{
		TrkText		head = {name.s, dot - name.s};

		return trk_provider_find(head);
	}
	return TRK_PROVIDER_OTHER;
}

/* Put a stripped name in lower case into the buffer. */
void
trk_model_name_set(TrkModelName *name, TrkText text)
{
	/* not trk_text_strip(): names may be in another encoding than UTF-8 */
	while (text.len > 0 && (unsigned char) text.s[0] <= ' ')
	{
		text.s++;
		text.len--;
	}
	while (text.len > 0 && (unsigned char) text.s[text.len - 1] <= ' ')
		text.len--;
	name->len = text.len <= TRK_MAX_MODEL_NAME ? (int) text.len : 0;
	for (int i = 0; i < name->len; i++)
	{
		char		c = text.s[i];

		name->s[i] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	}
	name->s[name->len] = '\0';
}

/* Put a provider's name into the buffer, the listed one if there is one. */
void
trk_provider_name_set(TrkModelName *name, TrkText text)
{
	TrkText		lower;
	TrkProvider provider;

	trk_model_name_set(name, text);
	lower.s = name->s;
	lower.len = name->len;
	provider = trk_provider_find(lower);
	if (provider != TRK_PROVIDER_OTHER)
		trk_model_name_set(name, trk_text_literal(trk_provider_name(provider)));
	else if (trk_text_equal(lower, trk_text_literal("unknown")) || trk_text_equal(lower, trk_text_literal("none")))
		trk_model_name_set(name, trk_text_literal(""));
}

/*
 * Return whether the text ends with this pattern, in which # stands for a digit
 * and any other character for itself.
 */
static bool
ends_with(TrkText text, const char *pattern)
{
	Size		len = strlen(pattern);

	if (text.len <= len)
		return false;
	for (Size i = 0; i < len; i++)
	{
		char		c = text.s[text.len - len + i];

		if (pattern[i] == '#' ? c < '0' || c > '9' : c != pattern[i])
			return false;
	}
	return true;
}

/* Return the length of a model's name without what dates it. */
int
trk_model_stem(TrkText model)
{
	static const char *const dates[] = {
		"-####-##-##", "-########", "@########", "-####", "-###", "-latest"
	};

	for (int i = 0; i < (int) lengthof(dates); i++)
		if (ends_with(model, dates[i]))
			return (int) (model.len - strlen(dates[i]));
	return (int) model.len;
}

/* Return the length of a listed provider in front of a model's name. */
int
trk_model_provider_len(TrkText model)
{
	const char *slash = memchr(model.s, '/', model.len);
	TrkText		provider = {model.s, slash == NULL ? 0 : (Size) (slash - model.s)};

	if (slash == NULL || trk_provider_find(provider) == TRK_PROVIDER_OTHER)
		return 0;
	return (int) provider.len + 1;
}

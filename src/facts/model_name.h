/*
 * model_name.h
 *	  Names of providers and models in one form.  Called by usage.c and price.c.
 */
#ifndef TRK_MODEL_NAME_H
#define TRK_MODEL_NAME_H

#include "base/text.h"

/*
 * A longer name is no name of a provider or a model: the longest published one
 * has about 60 bytes, those of fine-tuned models about 100.
 */
#define TRK_MAX_MODEL_NAME	255

typedef enum TrkProvider
{
#define TRK_PROVIDER(name, text)	TRK_PROVIDER_##name,
#define TRK_PROVIDER_ALIAS(alias, name)
#include "facts/provider.def"
#undef TRK_PROVIDER
#undef TRK_PROVIDER_ALIAS
	TRK_PROVIDER_OTHER
} TrkProvider;

/* A name in lower case in a buffer of its own; names of other lengths are empty. */
typedef struct TrkModelName
{
	int			len;
	char		s[TRK_MAX_MODEL_NAME + 1];
} TrkModelName;

/*
 * Put a name without the white space of ASCII around it and in lower case (of
 * ASCII, too) into the buffer.  A name that is too long becomes the empty one.
 */
extern void trk_model_name_set(TrkModelName *name, TrkText text);

/*
 * The same for a provider, whose aliases become its name; "unknown" and "none"
 * become the empty name.
 */
extern void trk_provider_name_set(TrkModelName *name, TrkText text);

/* Return which provider a name or an alias in lower case means. */
extern TrkProvider trk_provider_find(TrkText name);

/* Return the name of a listed provider. */
extern const char *trk_provider_name(TrkProvider provider);

/*
 * Return the length of a model's name without the date, the version or the word
 * "latest" at its end: gpt-4o-2024-08-06, claude-sonnet-4@20250514, gpt-4-0613,
 * gemini-2.0-flash-001, grok-4-latest.
 */
extern int	trk_model_stem(TrkText model);

/*
 * Return the length of a provider in front of a model's name, with the slash
 * behind it ("openai/gpt-4o"), or 0.  Only providers of the list count: some names
 * of models have slashes of their own.
 */
extern int	trk_model_provider_len(TrkText model);

#endif							/* TRK_MODEL_NAME_H */

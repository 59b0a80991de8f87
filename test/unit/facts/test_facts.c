/*
 * test_facts.c
 *	  Names of models and providers, and the lists of members that count tokens.
 */
#include "base/trk.h"

#include "facts/model_name.h"
#include "facts/usage_path.h"
#include "tap.h"

/* Return a text whose bytes end where its memory does, for a sanitizer. */
static TrkText
exact_text(const char *s)
{
	static char *copy = NULL;
	TrkText		text = {NULL, strlen(s)};

	free(copy);
	copy = malloc(text.len > 0 ? text.len : 1);
	memcpy(copy, s, text.len);
	text.s = copy;
	return text;
}

/* The names of models without what dates them. */
static void
test_stems(void)
{
	static const struct
	{
		const char *model;
		const char *stem;
	}			cases[] = {
		{"gpt-4o-2024-08-06", "gpt-4o"},
		{"claude-opus-4-5-20251101", "claude-opus-4-5"},
		{"claude-sonnet-4@20250514", "claude-sonnet-4"},
		{"gpt-4-0613", "gpt-4"},
		{"gemini-2.0-flash-001", "gemini-2.0-flash"},
		{"grok-4-latest", "grok-4"},
		{"gpt-4o", "gpt-4o"},
		{"claude-opus-4-5", "claude-opus-4-5"},
		{"claude-opus-4-51", "claude-opus-4-51"},
		{"o1", "o1"},
		{"-latest", "-latest"},
		{"-0613", "-0613"},
		{"gpt-4-061a", "gpt-4-061a"},
		{"gpt-2024-08-06-x", "gpt-2024-08-06-x"},
		{"", ""}
	};

	for (int i = 0; i < (int) lengthof(cases); i++)
		ok(trk_model_stem(exact_text(cases[i].model)) == (int) strlen(cases[i].stem),
		   "stem of %s is %s", cases[i].model, cases[i].stem);
}

/* Providers by their names, aliases and as prefixes of models. */
static void
test_providers(void)
{
	static const struct
	{
		const char *given;
		const char *name;
	}			cases[] = {
		{"openai", "openai"}, {" OpenAI\n", "openai"}, {"Google", "gcp.gemini"}, {"vertex_ai", "gcp.vertex_ai"},
		{"AWS.Bedrock", "aws.bedrock"}, {"xai", "x_ai"}, {"OpenRouter", "openrouter"}, {"unknown", ""}, {"openai.chat", "openai"}, {"google.vertex.chat", "gcp.vertex_ai"}, {"acme.chat", "acme.chat"}, {".", "."}, {"None", ""}, {"", ""}
	};
	static const struct
	{
		const char *model;
		int			len;
	}			prefixes[] = {
		{"openai/gpt-4o", 7}, {"models/gemini-2.5-pro", 7}, {"qwen/qwen3-32b", 0}, {"gpt-4o", 0}, {"/gpt-4o", 0}, {"openai/", 7}, {"", 0}
	};
	TrkModelName name;
	char		longest[TRK_MAX_MODEL_NAME + 2];

	for (int i = 0; i < (int) lengthof(cases); i++)
	{
		trk_provider_name_set(&name, exact_text(cases[i].given));
		ok(strcmp(name.s, cases[i].name) == 0 && name.len == (int) strlen(name.s), "provider %s", cases[i].given);
	}
	for (int i = 0; i < (int) lengthof(prefixes); i++)
		ok(trk_model_provider_len(exact_text(prefixes[i].model)) == prefixes[i].len, "provider before %s", prefixes[i].model);

	memset(longest, 'M', sizeof(longest));
	longest[TRK_MAX_MODEL_NAME] = '\0';
	trk_model_name_set(&name, exact_text(longest));
	ok(name.len == TRK_MAX_MODEL_NAME && name.s[name.len - 1] == 'm' && name.s[name.len] == '\0', "the longest name");
	longest[TRK_MAX_MODEL_NAME] = 'M';
	longest[TRK_MAX_MODEL_NAME + 1] = '\0';
	trk_model_name_set(&name, exact_text(longest));
	ok(name.len == 0, "a longer name is none");
}

/* The fields are sorted, found, and short enough for the walk over a payload. */
static void
test_fields(void)
{
	bool		sorted = true;
	bool		found = true;
	bool		is_short = true;

	for (int i = 0; i < trk_n_usage_fields; i++)
	{
		TrkText		path = trk_usage_fields[i].path;

		sorted &= i == 0 || strcmp(trk_usage_fields[i - 1].path.s, path.s) < 0;
		found &= trk_usage_field_find(exact_text(path.s)) == &trk_usage_fields[i];
		is_short &= path.len < TRK_MAX_USAGE_PATH;
	}
	ok(sorted, "fields are sorted, and none is twice");
	ok(found, "each field is found");
	ok(is_short, "each path fits");
	ok(trk_usage_field_find(exact_text("a")) == NULL && trk_usage_field_find(exact_text("zzz")) == NULL &&
	   trk_usage_field_find(exact_text("")) == NULL && trk_usage_field_find(exact_text("input_token")) == NULL &&
	   trk_usage_field_find(exact_text("input_tokensx")) == NULL, "other paths are not found");
}

/* Objects are found by their paths, and groups by those of objects below. */
static void
test_objects(void)
{
	bool		found = true;

	for (int i = 0; i < TRK_USAGE_OBJECTS; i++)
		found &= trk_usage_object_find(exact_text(trk_usage_objects[i].path.s)) == i;
	ok(found, "each object is found, and none is twice");
	ok(trk_usage_object_find(exact_text("usages")) == -1, "others are not");
	ok(trk_usage_object_find(exact_text("anthropic.usage")) == trk_usage_object_find(exact_text("gen_ai.usage")),
	   "a part is its object");
	ok(trk_usage_object_is_below(exact_text("gen_ai")) && trk_usage_object_is_below(exact_text("anthropic")) &&
	   trk_usage_object_is_below(exact_text("mlflow.chat")), "groups");
	ok(!trk_usage_object_is_below(exact_text("gen_ai.usage")) && !trk_usage_object_is_below(exact_text("gen")) &&
	   !trk_usage_object_is_below(exact_text("usage")), "no groups");
}

int
main(void)
{
	test_stems();
	test_providers();
	test_fields();
	test_objects();
	return done_testing();
}

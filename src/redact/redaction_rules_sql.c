/*
 * redaction_rules_sql.c
 *	  The SQL function that shows the rules of redaction as rows.
 */
#include "base/trk.h"

#include "base/text_rows.h"
#include "redact/redact.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

/* Return what redaction does to the value of a key of this class. */
static const char *
key_effect(TrkKeyClass key_class)
{
	switch (key_class)
	{
		case TRK_KEY_SECRET:
			return "replaced by " TRK_REPLACEMENT;
		case TRK_KEY_TOKEN:
			return "a string that is no word or number is replaced by " TRK_REPLACEMENT;
		case TRK_KEY_UNSURE:
			return "a string that looks random is replaced by " TRK_REPLACEMENT;
		case TRK_KEY_CONTENT:
			return "a string becomes a digest";
		case TRK_KEY_IDENTITY:
			return "what matches a pattern becomes a pseudonym";
		case TRK_KEY_PLAIN_IDENTITY:
			return "what matches a pattern becomes a pseudonym without brackets";
		case TRK_KEY_ACCOUNT:
			return "digest, sets contains_account_identifier";
		case TRK_KEY_BROKER:
			return "digest, sets contains_broker_payload";
		case TRK_KEY_PROMPT:
			return "digest, unless full input/output is stored: then sets contains_prompt_text";
		case TRK_KEY_OUTPUT:
			return "digest, unless full input/output is stored: then sets contains_output_text";
		case TRK_KEY_ORDINARY:
			return "redacted by what it is";
	}
	return "";
}

/* Add the row of one redaction rule. */
static void
add_redaction_row(TrkTextRows *rows, const char *name, const char *category, const char *kind,
				  const char *expression, const char *effect, const char *sample,
				  const char *counter_sample)
{
	const char *values[] = {
		name, asc_tolower(category, strlen(category)), kind, expression, effect,
		sample, counter_sample
	};

	trk_text_rows_add(rows, values);
}

/*
 * Add the rows of a key of the client.  An account key has two, since it also
 * applies as an ending.
 */
static void
add_client_rows(TrkTextRows *rows, const char *name, TrkKeyClass key_class)
{
	add_redaction_row(rows, name, "client", "key", name, key_effect(key_class), name, NULL);
	if (key_class == TRK_KEY_ACCOUNT)
		add_redaction_row(rows, psprintf("_%s", name), "client", "key_suffix",
						  psprintf("_%s", name), key_effect(key_class),
						  psprintf("example_%s", name), NULL);
}

/* Add the row of a rule for a name. */
static void
add_name_row(TrkTextRows *rows, const char *category, const char *match, const char *name,
			 TrkKeyClass key_class)
{
	bool		end = strcmp(match, "END") == 0;
	bool		begin = strcmp(match, "BEGIN") == 0;

	add_redaction_row(rows, name, category, end ? "key_suffix" : begin ? "key_prefix" : "key",
					  name, key_effect(key_class),
					  end ? psprintf("example_%s", name) : begin ? psprintf("%s.0.example", name) :
					  name, NULL);
}

/* Add the row of a credential that is recognized by its prefix. */
static void
add_token_row(TrkTextRows *rows, const char *prefix, const char *characters, int least, int most,
			  const char *sample, const char *counter_sample)
{
	char	   *lower = asc_tolower(characters, strlen(characters));

	add_redaction_row(rows, prefix, "secrets", "prefix",
					  most > 0 ? psprintf("%s, then %d to %d of %s", prefix, least, most, lower) :
					  psprintf("%s, then %d or more of %s", prefix, least, lower),
					  "each match is replaced by " TRK_REPLACEMENT, sample, counter_sample);
}

/* Return the categories of a pattern as the column shows them. */
static const char *
pattern_category(const char *category)
{
	return strcmp(category, "BASE") == 0 ? "client,contract" : category;
}

PG_FUNCTION_INFO_V1(at_redaction_rules);
/* at_redaction_rules() returns setof (name, category, kind, expression, ...) */
Datum
at_redaction_rules(PG_FUNCTION_ARGS)
{
	TrkTextRows rows;

	trk_text_rows_begin(&rows, fcinfo);
#define TRK_REDACT_KEY(class, name) add_client_rows(&rows, name, TRK_KEY_##class);
#define TRK_NAME(category, class, match, name) \
	add_name_row(&rows, #category, #match, name, TRK_KEY_##class);
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	add_token_row(&rows, prefix, #characters, least, most, sample, counter);
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	add_redaction_row(&rows, #ident, pattern_category(#category), "pattern", regex, \
					  "each match is replaced by " TRK_REPLACEMENT, sample, counter);
#include "contract/redactions.def"
	PG_RETURN_NULL();
}

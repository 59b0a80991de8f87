/*
 * status_words.c
 *	  Looks up what the status of a run, call or step means.
 */
#include "base/trk.h"

#include "contract/status_words.h"

/* A status that is longer than this is none of the words. */
#define MOST_STATUS_BYTES	32

static const struct
{
	const char *word;
	TrkOutcome	outcome;
}			words[] = {
#define TRK_STATUS_WORD(word, outcome) {word, TRK_OUTCOME_##outcome},
#include "contract/status_words.def"
#undef TRK_STATUS_WORD
};

/* Return the number that a status of HTTP is: one of three digits. */
int
trk_http_status(TrkText status)
{
	int			number = 0;

	if (status.len != 3)
		return -1;
	for (int i = 0; i < 3; i++)
	{
		if (status.s[i] < '0' || status.s[i] > '9')
			return -1;
		number = number * 10 + (status.s[i] - '0');
	}
	return number;
}

/*
 * Return what a status means.  An unknown word is undecided, and so is a
 * status that is not there.
 */
TrkOutcome
trk_status_outcome(TrkText status)
{
	char		word[MOST_STATUS_BYTES + 1];
	int			http = trk_http_status(status);

	if (http >= 0)
		return http >= 200 && http < 400 ? TRK_OUTCOME_SUCCEEDED :
			http >= 400 && http < 600 ? TRK_OUTCOME_FAILED : TRK_OUTCOME_UNDECIDED;
	if (status.len == 0 || status.len > MOST_STATUS_BYTES)
		return TRK_OUTCOME_UNDECIDED;
	for (Size i = 0; i < status.len; i++)
	{
		char		c = status.s[i];

		word[i] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '-' || c == ' ' ? '_' : c;
	}
	word[status.len] = '\0';
	for (int i = 0; i < (int) lengthof(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].outcome;
	return TRK_OUTCOME_UNDECIDED;
}

/* Return the number of words. */
int
trk_status_word_count(void)
{
	return lengthof(words);
}

/* Return a word of the list. */
const char *
trk_status_word(int i)
{
	return words[i].word;
}

/* Return what a word of the list means. */
TrkOutcome
trk_status_word_outcome(int i)
{
	return words[i].outcome;
}

/* Return the name of an outcome. */
const char *
trk_outcome_name(TrkOutcome outcome)
{
	static const char *const names[] = {
		[TRK_OUTCOME_UNDECIDED] = "undecided",
		[TRK_OUTCOME_SUCCEEDED] = "succeeded",
		[TRK_OUTCOME_FAILED] = "failed"
	};

	return names[outcome];
}

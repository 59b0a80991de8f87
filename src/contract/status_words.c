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

/* Return what a status of HTTP means, if the word is one. */
static bool
http_outcome(const char *word, TrkOutcome *outcome)
{
	if (strlen(word) != 3 || strspn(word, "0123456789") != 3)
		return false;
	*outcome = word[0] == '2' || word[0] == '3' ? TRK_OUTCOME_SUCCEEDED :
		word[0] == '4' || word[0] == '5' ? TRK_OUTCOME_FAILED : TRK_OUTCOME_UNDECIDED;
	return true;
}

/*
 * Return what a status means.  An unknown word is undecided, and so is a
 * status that is not there.
 */
TrkOutcome
trk_status_outcome(TrkText status)
{
	char		word[MOST_STATUS_BYTES + 1];
	TrkOutcome	outcome;

	if (status.len == 0 || status.len > MOST_STATUS_BYTES)
		return TRK_OUTCOME_UNDECIDED;
	for (Size i = 0; i < status.len; i++)
	{
		char		c = status.s[i];

		word[i] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '-' || c == ' ' ? '_' : c;
	}
	word[status.len] = '\0';
	if (http_outcome(word, &outcome))
		return outcome;
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

/*
 * test_status_words.c
 *	  The words of statuses: those by which evidence knows that something failed or
 *	  passed are in the list, and a status is read however it is spelled.
 */
#include "tap.h"

#include "contract/status_words.h"

/* What evidence tests, as texts. */
static const char *const tests[] = {
#define TRK_EVIDENCE(ident, report, test, meaning) #test,
#include "contract/evidence.def"
#undef TRK_EVIDENCE
};

/* Return what a status means. */
static TrkOutcome
outcome_of(const char *status)
{
	TrkText		text = {status, strlen(status)};

	return trk_status_outcome(text);
}

/* Test each word that a test of evidence compares the status with; returns how many. */
static int
words_of_test(const char *test, const char *compare)
{
	int			n = 0;

	for (const char *s = strstr(test, compare); s != NULL; s = strstr(s, compare))
	{
		char		word[40];
		const char *end;

		s += strlen(compare);
		end = strchr(s, '"');
		snprintf(word, sizeof(word), "%.*s", (int) (end - s), s);
		ok(outcome_of(word) == (strcmp(word, "passed") == 0 ? TRK_OUTCOME_SUCCEEDED :
								strcmp(word, "warning") == 0 ? TRK_OUTCOME_UNDECIDED : TRK_OUTCOME_FAILED),
		   "\"%s\" of evidence is in the list", word);
		n++;
	}
	return n;
}

int
main(void)
{
	int			n = 0;

	for (int i = 0; i < (int) lengthof(tests); i++)
		n += words_of_test(tests[i], "IS(status, \"") + words_of_test(tests[i], "ISANYCASE(status, \"");
	ok(n >= 18, "evidence compares the status in %d places", n);
	ok(outcome_of("Timed Out") == TRK_OUTCOME_FAILED && outcome_of("timed-out") == TRK_OUTCOME_FAILED,
	   "case, blanks and hyphens do not matter");
	ok(outcome_of("204") == TRK_OUTCOME_SUCCEEDED && outcome_of("503") == TRK_OUTCOME_FAILED &&
	   outcome_of("100") == TRK_OUTCOME_UNDECIDED, "statuses of HTTP");
	ok(outcome_of("") == TRK_OUTCOME_UNDECIDED && outcome_of("whatever") == TRK_OUTCOME_UNDECIDED,
	   "what is not in the list is undecided");
	return done_testing();
}

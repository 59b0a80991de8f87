/*
 * status_words.h
 *	  What the status of a run, call or step means.  May be called by every module
 *	  above the contract.
 */
#ifndef TRK_STATUS_WORDS_H
#define TRK_STATUS_WORDS_H

#include "base/arena.h"

typedef enum TrkOutcome
{
	TRK_OUTCOME_UNDECIDED,
	TRK_OUTCOME_SUCCEEDED,
	TRK_OUTCOME_FAILED
} TrkOutcome;

/* Return what a status means; an unknown word, and no word, is undecided. */
extern TrkOutcome trk_status_outcome(TrkText status);

/* Return the number that a status of HTTP is, or -1 for another text. */
extern int	trk_http_status(TrkText status);

/* The list of words, for those who show it. */
extern int	trk_status_word_count(void);
extern const char *trk_status_word(int i);
extern TrkOutcome trk_status_word_outcome(int i);
extern const char *trk_outcome_name(TrkOutcome outcome);

#endif							/* TRK_STATUS_WORDS_H */

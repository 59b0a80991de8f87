/*
 * readiness_rules.h
 *	  What the files that compute the readiness reports share.
 *
 * The scores are those of the contract's reference client, which gives no reason
 * for its numbers; a report has to say what that client says of the same events.
 * docs/readiness.md shows them in examples.
 */
#ifndef TRK_READINESS_RULES_H
#define TRK_READINESS_RULES_H

#include "readiness/evidence_set.h"
#include "readiness/name_list.h"

/* The score of a set without gaps, and how much each gap reduces it. */
#define TRK_SCORE_FULL			100
#define TRK_SCORE_OF_GAP		12

/* The privacy score of events that contain raw prompts or outputs. */
#define TRK_SCORE_RAW_TEXT		60

/*
 * The score of a check of decision_flow that warns, and of one without
 * evidence.
 */
#define TRK_SCORE_WARNING		72
#define TRK_SCORE_NO_EVIDENCE	40

/*
 * How much each warning reduces the score of behavior, and the most that all
 * of them do.
 */
#define TRK_SCORE_OF_WARNING	5
#define TRK_SCORE_OF_WARNINGS	20

/* Return whether the set has this bit, or events of this type. */
#define HAS(bit)	trk_set_has(set, TRK_BIT_##bit)
#define TYPE(ident)	trk_set_has_type(set, TRK_EVENT_##ident)

/* Compute the score of a number of gaps. */
static inline int
trk_score(int gaps)
{
	return Max(0, TRK_SCORE_FULL - TRK_SCORE_OF_GAP * gaps);
}

/* Add a name unless the flag holds. */
static inline void
trk_names_add_unless(TrkNames *names, bool flag, const char *name)
{
	if (!flag)
		trk_names_add(names, name);
}

#endif							/* TRK_READINESS_RULES_H */

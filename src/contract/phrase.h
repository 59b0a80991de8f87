/*
 * phrase.h
 *	  Finds the few phrases that readiness looks for in the texts of a payload.
 *	  Called by evidence.c.
 */
#ifndef TRK_PHRASE_H
#define TRK_PHRASE_H

#include "json/json.h"

/* The phrases that a text contains, as bits. */
#define TRK_SAYS_PROMPT_INJECTION	0x01
#define TRK_SAYS_GUARANTEES			0x02

/*
 * Return the phrases in the top-level strings of a payload, and in the strings
 * of its top-level arrays.
 */
extern uint32 trk_phrases_in_payload(const TrkValue *payload);

#endif							/* TRK_PHRASE_H */

/*
 * sample_messy_call.h
 *	  Calls of models and tools that are hard to pair, to count and to price.
 */
#ifndef TRK_SAMPLE_MESSY_CALL_H
#define TRK_SAMPLE_MESSY_CALL_H

#include "sample/sample_state.h"

/* Write the runs with such calls, one after the other. */
extern void trk_sample_write_messy_calls(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Write versions of prompts as a journal has them, each in a run of its own. */
extern void trk_sample_write_prompt_versions(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_MESSY_CALL_H */

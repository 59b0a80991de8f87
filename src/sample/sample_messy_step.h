/*
 * sample_messy_step.h
 *	  Tools with statuses of every spelling, spans without an order, signals of
 *	  quality, and work that one agent hands to another.
 */
#ifndef TRK_SAMPLE_MESSY_STEP_H
#define TRK_SAMPLE_MESSY_STEP_H

#include "sample/sample_state.h"

/* Write the runs with such steps, one after the other. */
extern void trk_sample_write_messy_steps(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Write a run that hands its work to another agent, and the run of that one. */
extern void trk_sample_write_handoff(TrkSampleDesk *sample, TrkSampleAgent *from,
									 TrkSampleAgent *to);

#endif							/* TRK_SAMPLE_MESSY_STEP_H */

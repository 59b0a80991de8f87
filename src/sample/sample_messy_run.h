/*
 * sample_messy_run.h
 *	  Runs whose start, end or time is not as it should be.
 */
#ifndef TRK_SAMPLE_MESSY_RUN_H
#define TRK_SAMPLE_MESSY_RUN_H

#include "sample/sample_state.h"

/* Write runs of an agent with a start or an end too few or too many. */
extern void trk_sample_write_messy_runs(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Write a run that two agents share. */
extern void trk_sample_write_shared_run(TrkSampleDesk *sample, TrkSampleAgent *first,
										TrkSampleAgent *second);

/* Write runs of which the lines come late, or whose clock is ahead. */
extern void trk_sample_write_wrong_times(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* On the last trading day of a month, write a run that ends in the next one. */
extern void trk_sample_write_month_end(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_MESSY_RUN_H */

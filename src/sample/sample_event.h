/*
 * sample_event.h
 *	  The events of a run that move no money.  Called by what makes runs of
 *	  them.
 */
#ifndef TRK_SAMPLE_EVENT_H
#define TRK_SAMPLE_EVENT_H

#include "sample/sample_state.h"

/* Give the agent a new run, of which nothing is written yet. */
extern void trk_sample_new_run(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Start a run under a new id. */
extern void trk_sample_start_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type);

/* Complete the run that started at this time. */
extern void trk_sample_complete_run(TrkSampleDesk *sample, TrkSampleAgent *agent,
									const char *run_type, int64 started);

/* The same with a status of one's own. */
extern void trk_sample_end_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type,
							   int64 started, const char *status);

/* Write a whole run: its start, the events that the body writes, its completion. */
typedef void (*TrkSampleBody) (TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_write_run(TrkSampleDesk *sample, TrkSampleAgent *agent,
								 const char *run_type, TrkSampleBody body);

/*
 * One event, or the events that belong together: a model call is its start,
 * its completion and its cost.  The symbol may be NULL.
 */
extern void trk_sample_read_memory(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol);
extern void trk_sample_see_price(TrkSampleDesk *sample, TrkSampleAgent *agent, TrkSampleSymbol *s);
extern void trk_sample_claim_source(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol);
extern void trk_sample_call_tool(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol);
extern void trk_sample_call_model(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol);
extern void trk_sample_review_board(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_profile_setup(TrkSampleDesk *sample, TrkSampleAgent *agent,
									 const TrkSampleSymbol *s);
extern void trk_sample_set_strategy(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_record_error(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_run_check(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_record_flow(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_record_performance(TrkSampleDesk *sample, TrkSampleAgent *agent);
extern void trk_sample_run_replay(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_EVENT_H */

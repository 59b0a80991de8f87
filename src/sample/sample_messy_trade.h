/*
 * sample_messy_trade.h
 *	  Trading that is hard to follow: through the night, in two currencies,
 *	  with fills in parts and in later runs, and with decisions that lead to
 *	  nothing.
 */
#ifndef TRK_SAMPLE_MESSY_TRADE_H
#define TRK_SAMPLE_MESSY_TRADE_H

#include "sample/sample_state.h"

/* Write the session of one book of an agent: decisions, the book, its result. */
extern void trk_sample_write_session(TrkSampleDesk *sample, TrkSampleAgent *agent,
									 const char *run_type);

/* Write a session from the evening until after midnight. */
extern void trk_sample_write_night(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Write orders that are filled in part, or in a later run. */
extern void trk_sample_write_messy_orders(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* Write decisions that are rejected for every kind of reason, or have no id. */
extern void trk_sample_write_messy_decisions(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_MESSY_TRADE_H */

/*
 * sample_trade.h
 *	  Decisions and what follows from them.  Called by what makes runs of them.
 */
#ifndef TRK_SAMPLE_TRADE_H
#define TRK_SAMPLE_TRADE_H

#include "sample/sample_book.h"

/* Decide about one symbol, with all that follows from it. */
extern void trk_sample_decide(TrkSampleDesk *sample, TrkSampleAgent *agent);

/* The steps of it, one event each; a refused check is two events more. */
extern void trk_sample_propose(TrkSampleDesk *sample, TrkSampleAgent *agent,
							   const TrkSampleTrade *trade, bool act, const char *decision);
extern bool trk_sample_check_risk(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol,
								  const char *decision, int64 notional, bool possible);
extern void trk_sample_record_intent(TrkSampleDesk *sample, TrkSampleAgent *agent,
									 const TrkSampleTrade *trade, const char *decision,
									 const char *intent);
extern void trk_sample_record_fill(TrkSampleDesk *sample, TrkSampleAgent *agent,
								   const TrkSampleTrade *trade, const char *decision,
								   const char *intent);
extern void trk_sample_record_outcome(TrkSampleDesk *sample, TrkSampleAgent *agent,
									  const char *symbol, const char *decision,
									  const char *kind);
extern void trk_sample_record_position(TrkSampleDesk *sample, TrkSampleAgent *agent, int index);
extern void trk_sample_record_portfolio(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_TRADE_H */

/*
 * sample_line.h
 *	  Lines: an event's envelope around its payload, and the lines that come
 *	  with it.
 *
 * An event begins with trk_sample_begin_event(); members of its payload follow
 * (sample_json.h); trk_sample_end_event() writes the line.
 */
#ifndef TRK_SAMPLE_LINE_H
#define TRK_SAMPLE_LINE_H

#include "sample/sample_state.h"

/* Return whether as many lines have been written as were asked for. */
extern bool trk_sample_is_enough(const TrkSampleDesk *sample);

/* Return whether days since 1970 are a Saturday or a Sunday. */
extern bool trk_sample_is_weekend(int64 day);

/* Append days since 1970 as YYYY-MM-DD. */
extern void trk_sample_put_date(TrkBuf *buf, int64 day);

/* Write a prefix and so many random hex digits, 16 or 32. */
extern void trk_sample_make_id(TrkSampleDesk *sample, char out[TRK_SAMPLE_ID_SIZE],
							   const char *prefix, int digits);

/* Begin an event of the agent's run, a moment after the last one. */
extern void trk_sample_begin_event(TrkSampleDesk *sample, TrkSampleAgent *agent,
								   const char *type, const char *symbol);

/*
 * Finish the event and write its line, with private material, bad lines and
 * repeated ones as the options want them.
 */
extern void trk_sample_end_event(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_LINE_H */

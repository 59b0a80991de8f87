/*
 * sample_messy.h
 *	  The messy part of a day: what telemetry has that is not as it should be,
 *	  or that is hard to read.  The README lists it.
 */
#ifndef TRK_SAMPLE_MESSY_H
#define TRK_SAMPLE_MESSY_H

#include "sample/sample_state.h"

/* Open the books of the messy part's agents. */
extern void trk_sample_open_messy(TrkSampleDesk *sample, TrkArena *arena);

/* Let the prices of a day open, and write what happens before the desk begins. */
extern void trk_sample_write_messy_morning(TrkSampleDesk *sample);

/* Write what happens while the desk trades. */
extern void trk_sample_write_messy_session(TrkSampleDesk *sample);

/* Write what happens after the desk is done, and what arrives too late. */
extern void trk_sample_write_messy_night(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_MESSY_H */

/*
 * sample_private.h
 *	  Material that redaction must take out.  Called when an event is finished.
 */
#ifndef TRK_SAMPLE_PRIVATE_H
#define TRK_SAMPLE_PRIVATE_H

#include "sample/sample_state.h"

/* Return a sentence such as an agent writes. */
extern const char *trk_sample_pick_phrase(TrkSampleDesk *sample);

/* Add private material that fits the event being written to its payload. */
extern void trk_sample_add_private(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_PRIVATE_H */

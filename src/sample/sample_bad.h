/*
 * sample_bad.h
 *	  Lines that must be rejected.  Called after a line was written.
 */
#ifndef TRK_SAMPLE_BAD_H
#define TRK_SAMPLE_BAD_H

#include "sample/sample_state.h"

/* Make sample->bad of sample->line, which is left as it is. */
extern void trk_sample_make_bad_line(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_BAD_H */

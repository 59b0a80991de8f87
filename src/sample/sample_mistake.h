/*
 * sample_mistake.h
 *	  Mistakes that a sample plants.
 */
#ifndef TRK_SAMPLE_MISTAKE_H
#define TRK_SAMPLE_MISTAKE_H

#include "sample/sample_state.h"

/* Write one mistake of each kind, on the first day of the sample and before it. */
extern void trk_sample_write_mistakes(TrkSampleDesk *sample);

#endif							/* TRK_SAMPLE_MISTAKE_H */

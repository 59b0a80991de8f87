/*
 * sample_messy_error.h
 *	  Errors of every kind, and runs that fail.
 */
#ifndef TRK_SAMPLE_MESSY_ERROR_H
#define TRK_SAMPLE_MESSY_ERROR_H

#include "sample/sample_state.h"

/* Write the run with errors of every kind, and a run for each way to fail. */
extern void trk_sample_write_messy_errors(TrkSampleDesk *sample, TrkSampleAgent *agent);

#endif							/* TRK_SAMPLE_MESSY_ERROR_H */

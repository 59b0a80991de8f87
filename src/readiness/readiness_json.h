/*
 * readiness_json.h
 *	  Writes readiness reports as JSON.
 */
#ifndef TRK_READINESS_JSON_H
#define TRK_READINESS_JSON_H

#include "readiness/readiness.h"

/* Append a report as a JSON object. */
extern void trk_report_write(StringInfo out, const TrkReadiness *result);

#endif							/* TRK_READINESS_JSON_H */

/*
 * readiness_parts.h
 *	  What the files of the readiness reports share.  For report*.c alone.
 */
#ifndef TRK_REPORT_PARTS_H
#define TRK_REPORT_PARTS_H

#include "readiness/readiness.h"

extern void trk_names_add_text(TrkNames *names, TrkText text);
extern void trk_names_add_all(TrkNames *names, const TrkNames *more);
extern void trk_put_flag(StringInfo out, const char *key, bool value);
extern void trk_put_count(StringInfo out, const char *key, int64 value);
extern void trk_put_names(StringInfo out, const char *key, TrkNames *names);
extern int	trk_score(int gaps);
extern bool trk_set_has_type(const TrkEvidenceSet *set, TrkEventType type);
extern void trk_write_decision_flow(StringInfo out, const TrkEvidenceSet *set,
									TrkReportParts *parts);
extern void trk_write_behavior(StringInfo out, const TrkEvidenceSet *set,
							   TrkReportParts *parts);

#endif							/* TRK_REPORT_PARTS_H */

/*
 * readiness.h
 *	  The seven readiness reports: pure functions of an evidence set.
 *
 * Called by report_sql.c (as JSON) and by the artifacts (as structs).
 */
#ifndef TRK_REPORT_H
#define TRK_REPORT_H

#include "readiness/evidence_set.h"
#include "lib/stringinfo.h"

/* A list of names for a report: sorted by code point, distinct when printed. */
typedef struct TrkNames
{
	TrkText    *items;
	int			count;
	int			room;
} TrkNames;

typedef enum TrkReport
{
	TRK_REPORT_REPORTING,
	TRK_REPORT_TIER,
	TRK_REPORT_DECISION_FLOW,
	TRK_REPORT_AGENTIC_SECURITY,
	TRK_REPORT_PROOF,
	TRK_REPORT_ARENA,
	TRK_REPORT_BEHAVIOR,
	TRK_REPORTS
} TrkReport;

extern const char *const trk_report_names[TRK_REPORTS];

/* The checks of decision_flow, in table order. */
typedef enum TrkFlowCheck
{
	TRK_FLOW_NUMERIC_DOMAIN,
	TRK_FLOW_MARKET_DATA_QUALITY,
	TRK_FLOW_SETUP_PROFILE_PERSISTENCE,
	TRK_FLOW_OPPORTUNITY_COVERAGE,
	TRK_FLOW_FRESH_RUN_PROOF,
	TRK_FLOW_CHECKS
} TrkFlowCheck;

typedef enum TrkFlowStatus
{
	TRK_FLOW_PASSED,
	TRK_FLOW_WARNING,
	TRK_FLOW_FAILED
} TrkFlowStatus;

typedef struct TrkFlowResult
{
	bool		surface;
	bool		fails;			/* the payload condition alone */
	bool		warns;			/* the same */
	TrkFlowStatus status;
	int			score;
} TrkFlowResult;

/* A report taken apart, for people and for the artifacts. */
typedef struct TrkReportParts
{
	bool		ready;
	int			score;
	TrkNames	missing;		/* gaps, missing fields, failed checks */
	TrkNames	warnings;
} TrkReportParts;

extern void trk_names_add(TrkNames *names, const char *name);
extern void trk_names_sort(TrkNames *names);
extern void trk_names_write(StringInfo out, TrkNames *names);

extern void trk_flow_check(const TrkEvidenceSet *set, TrkFlowCheck check,
						   TrkFlowResult *result);

/* Append the report as a JSON object; fill parts when it is not NULL. */
extern void trk_report_write(StringInfo out, TrkReport report,
							 const TrkEvidenceSet *set, TrkReportParts *parts);

/* Gaps of the tiers, as the repair findings need them. */
extern void trk_tier_gaps(const TrkEvidenceSet *set, TrkNames *free_gaps,
						  TrkNames *basic_gaps, TrkNames *pro_gaps);

#endif							/* TRK_REPORT_H */

/*
 * decision_flow.h
 *	  The checks of the readiness report decision_flow.  Called by readiness.c,
 *	  and by export for diagnostics.
 */
#ifndef TRK_DECISION_FLOW_H
#define TRK_DECISION_FLOW_H

#include "readiness/evidence_set.h"
#include "readiness/name_list.h"

/* The checks, in the order of the contract's table. */
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
	bool		surface;		/* there is evidence, so the check can be made */
	bool		fails;			/* it fails by payloads alone, without diagnostics */
	bool		warns;			/* it warns by payloads alone */
	TrkFlowStatus status;
	int			score;
} TrkFlowResult;

/*
 * The results of all checks, and the sorted lists of gaps and failed checks.
 */
typedef struct TrkDecisionFlow
{
	int64		diagnostics;
	int64		failed_diagnostics;
	int64		warning_diagnostics;
	TrkFlowResult checks[TRK_FLOW_CHECKS];
	TrkNames	gaps;
	TrkNames	failed_checks;
} TrkDecisionFlow;

/* Make a check. */
extern void trk_flow_check(const TrkEvidenceSet *set, TrkFlowCheck check, TrkFlowResult *result);

/*
 * Make all checks.  Missing gets the gaps in the order of the checks, then the
 * failed checks in the order in which they were found.
 */
extern void trk_decision_flow_compute(const TrkEvidenceSet *set, TrkDecisionFlow *flow,
									  TrkNames *missing, TrkNames *warnings);

/* Return the score of all checks: the mean of theirs, rounded down. */
extern int	trk_decision_flow_score(const TrkDecisionFlow *flow);

#endif							/* TRK_DECISION_FLOW_H */

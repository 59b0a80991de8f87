/*
 * readiness.h
 *	  The seven readiness reports, computed from an evidence set.
 *
 * A report is a struct; readiness_json.h writes it as a JSON object.
 */
#ifndef TRK_READINESS_H
#define TRK_READINESS_H

#include "readiness/decision_flow.h"
#include "readiness/evidence_set.h"
#include "readiness/name_list.h"

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

/* A condition of a report, and whether the set fulfills it. */
typedef struct TrkCoverage
{
	const char *name;
	bool		present;
} TrkCoverage;

/* The report reporting: which events can be reported. */
typedef struct TrkReporting
{
	bool		closed_trades;
	bool		net_pnl;
	bool		flow_adjusted;
	bool		strategy;
	bool		prompt_drift;
	bool		shadow;
	bool		opportunity;
	bool		setup_regimes;
	bool		action_outcomes;
	bool		epochs;
	bool		repair;
	bool		arena;
	bool		proof;
} TrkReporting;

/* The report tier: which tiers are reached, and the sorted gaps of each. */
typedef struct TrkTier
{
	bool		free_ready;
	bool		basic_ready;
	bool		pro_ready;
	int			privacy_score;
	int			stat_coverage_score;
	int			repair_prompt_score;
	TrkNames	free_gaps;
	TrkNames	basic_gaps;
	TrkNames	pro_gaps;
} TrkTier;

/*
 * The report agentic_security: injection, private data, tools, memory and
 * budgets.
 */
#define TRK_SECURITY_COVERAGES	5

/* The report arena: what is needed to score agents. */
#define TRK_ARENA_COVERAGES		11

/* The report proof: what makes a set a proof; the environments are sorted. */
typedef struct TrkProof
{
	TrkNames	environments;
	bool		risk_gates;
	bool		replay_tests;
	bool		source_quality;
	bool		versions;
	bool		private_content;
	bool		guarantee_language;
} TrkProof;

/*
 * The report behavior: what explains behavior, and how many events of each
 * kind there are.
 */
typedef struct TrkBehaviorReport
{
	int64		symbol_states;
	int64		holding_states;
	int64		pairwise_reviews;
	int64		threshold_replays;
	int64		activation_gates;
	bool		entry_regimes;
	bool		cut_loss;
	bool		pairwise_rotation;
	bool		thresholds;
	bool		leakage_guards;
} TrkBehaviorReport;

/* Any of the reports. */
typedef struct TrkReadiness
{
	TrkReport	report;
	int64		events;
	bool		ready;
	int			score;
	TrkNames	missing;		/* gaps, missing fields, failed checks; those of tier and
								 * decision_flow are not sorted */
	TrkNames	warnings;		/* sorted */
	union
	{
		TrkReporting reporting;
		TrkTier		tier;
		TrkDecisionFlow decision_flow;
		TrkCoverage security[TRK_SECURITY_COVERAGES];
		TrkProof	proof;
		TrkCoverage arena[TRK_ARENA_COVERAGES];
		TrkBehaviorReport behavior;
	}			of;
} TrkReadiness;

/* Compute a report.  Names of failed checks are the set's own memory. */
extern void trk_report_compute(TrkReport report, const TrkEvidenceSet *set, TrkReadiness *result);

#endif							/* TRK_READINESS_H */

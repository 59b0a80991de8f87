/*
 * decision_flow.c
 *	  Computes the checks of the readiness report decision_flow.
 */
#include "base/trk.h"

#include "readiness/decision_flow.h"
#include "readiness/readiness_rules.h"

/*
 * A check: its names in the lists of the report, and the bits of its
 * diagnostics.
 */
typedef struct FlowCheck
{
	const char *check_id;
	const char *gap;
	const char *warning;
	TrkBit		diagnostic;
	TrkBit		failed;
	TrkBit		warned;
	TrkBit		passed;
} FlowCheck;

#define DIAGNOSTIC_BITS(check) \
	TRK_BIT_##check##_diagnostic, TRK_BIT_##check##_diagnostic_failed, \
	TRK_BIT_##check##_diagnostic_warning, TRK_BIT_##check##_diagnostic_passed

static const FlowCheck checks[TRK_FLOW_CHECKS] = {
	{"decision_flow.numeric_domain", "numeric_domain_evidence", "numeric_domain_contract_warning",
	DIAGNOSTIC_BITS(numeric)},
	{"decision_flow.market_data_quality", "market_data_quality_evidence",
	"market_data_contract_warning", DIAGNOSTIC_BITS(market)},
	{"decision_flow.setup_profile_persistence", "setup_profile_persistence_evidence",
	"setup_profile_persistence_warning", DIAGNOSTIC_BITS(setup)},
	{"decision_flow.opportunity_coverage", "opportunity_coverage_evidence",
	"opportunity_coverage_warning", DIAGNOSTIC_BITS(opportunity)},
	{"decision_flow.fresh_run_proof", "fresh_run_proof_evidence", "fresh_run_proof_warning",
	DIAGNOSTIC_BITS(fresh_run)},
};

/* Find out what payloads and event types alone say of a check. */
static void
flow_conditions(const TrkEvidenceSet *set, TrkFlowCheck check, TrkFlowResult *r)
{
	bool		builds = TYPE(AGENT_BUILD_RECORDED);
	bool		replays = TYPE(REPLAY_RESULT_RECORDED);

	r->surface = trk_set_has(set, checks[check].diagnostic);
	switch (check)
	{
		case TRK_FLOW_NUMERIC_DOMAIN:
			r->surface = r->surface || HAS(numeric_surface);
			r->fails = HAS(numeric_fails);
			r->warns = HAS(numeric_warns) || (!r->surface && set->events > 0);
			break;
		case TRK_FLOW_MARKET_DATA_QUALITY:
			r->surface = r->surface || TYPE(MARKET_SNAPSHOT_RECORDED) || HAS(market_surface);
			r->fails = HAS(market_fails);
			r->warns = HAS(market_warns);
			break;
		case TRK_FLOW_SETUP_PROFILE_PERSISTENCE:
			r->surface = r->surface || TYPE(SETUP_PROFILE_RECORDED) || HAS(setup_surface);
			r->fails = HAS(setup_fails);
			r->warns = HAS(setup_warns);
			break;
		case TRK_FLOW_OPPORTUNITY_COVERAGE:
			r->surface = r->surface || (TYPE(OPPORTUNITY_BOARD_RECORDED) &&
										TYPE(OPPORTUNITY_CANDIDATE_REVIEWED));
			r->fails = HAS(opportunity_fails);
			r->warns = HAS(opportunity_warns);
			break;
		default:
			r->surface = r->surface || (builds && replays);
			r->fails = HAS(fresh_run_fails);
			r->warns = builds && !replays;
	}
}

/* Make a check. */
void
trk_flow_check(const TrkEvidenceSet *set, TrkFlowCheck check, TrkFlowResult *r)
{
	const FlowCheck *c = &checks[check];

	flow_conditions(set, check, r);
	if (r->fails || trk_set_has(set, c->failed))
		r->status = TRK_FLOW_FAILED;
	else if (r->warns || trk_set_has(set, c->warned))
		r->status = TRK_FLOW_WARNING;
	else if (r->surface || trk_set_has(set, c->passed))
		r->status = TRK_FLOW_PASSED;
	else
		r->status = TRK_FLOW_WARNING;
	r->score = r->status == TRK_FLOW_PASSED ? TRK_SCORE_FULL :
		r->status == TRK_FLOW_FAILED ? 0 :
		r->surface ? TRK_SCORE_WARNING : TRK_SCORE_NO_EVIDENCE;
}

/* Add the check ids of diagnostics that failed, or of those that warned. */
static void
add_seen_checks(const TrkEvidenceSet *set, uint8 seen, TrkNames *names)
{
	uint32		at = 0;
	TrkCheckId	id;

	while (trk_evidence_set_next(set, &at, &id))
		if (id.seen & seen)
			trk_names_add_text(names, (TrkText) {id.text, id.len});
}

/* Make all checks, and add what they find to the lists. */
static void
make_checks(const TrkEvidenceSet *set, TrkDecisionFlow *flow, TrkNames *warnings)
{
	for (int i = 0; i < TRK_FLOW_CHECKS; i++)
	{
		TrkFlowResult *r = &flow->checks[i];

		trk_flow_check(set, i, r);
		trk_names_add_unless(&flow->gaps, r->surface, checks[i].gap);
		if (r->status == TRK_FLOW_FAILED)
			trk_names_add(&flow->failed_checks, checks[i].check_id);
		if (r->status == TRK_FLOW_WARNING)
			trk_names_add(warnings, checks[i].warning);
	}
}

/*
 * Make all checks.  Missing gets the gaps in the order of the checks, then the
 * failed checks in the order in which they were found.
 */
void
trk_decision_flow_compute(const TrkEvidenceSet *set, TrkDecisionFlow *flow, TrkNames *missing,
						  TrkNames *warnings)
{
	memset(flow, 0, sizeof(TrkDecisionFlow));
	flow->diagnostics = set->by_type[TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED];
	flow->failed_diagnostics = set->counts[TRK_COUNT_FAILED_CHECK];
	flow->warning_diagnostics = set->counts[TRK_COUNT_WARNING_CHECK];
	add_seen_checks(set, TRK_CHECK_FAILED, &flow->failed_checks);
	add_seen_checks(set, TRK_CHECK_WARNING, warnings);
	make_checks(set, flow, warnings);
	if (set->events > 0 && flow->diagnostics == 0)
		trk_names_add(warnings, "diagnostic_checks_not_emitted");
	trk_names_add_all(missing, &flow->gaps);
	trk_names_add_all(missing, &flow->failed_checks);
	trk_names_sort(&flow->gaps);
	trk_names_sort(&flow->failed_checks);
}

/* Return the score of all checks: the mean of theirs, rounded down. */
int
trk_decision_flow_score(const TrkDecisionFlow *flow)
{
	int			sum = 0;

	for (int i = 0; i < TRK_FLOW_CHECKS; i++)
		sum += flow->checks[i].score;
	return sum / TRK_FLOW_CHECKS;
}

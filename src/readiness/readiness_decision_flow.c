/*
 * readiness_decision_flow.c
 *	  The readiness report decision_flow, and its five checks.
 */
#include "base/trk.h"

#include "readiness/readiness.h"
#include "readiness/readiness_parts.h"

/* A check: its names in the report, and the bits of its diagnostics. */
typedef struct FlowCheck
{
	const char *check_id;
	const char *can_check;
	const char *score;
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
	{"decision_flow.numeric_domain", "can_check_numeric_domains", "numeric_domain_score",
	"numeric_domain_evidence", "numeric_domain_contract_warning", DIAGNOSTIC_BITS(numeric)},
	{"decision_flow.market_data_quality", "can_check_market_data_quality",
		"market_data_contract_score", "market_data_quality_evidence",
	"market_data_contract_warning", DIAGNOSTIC_BITS(market)},
	{"decision_flow.setup_profile_persistence", "can_check_setup_profile_persistence",
		"setup_profile_persistence_score", "setup_profile_persistence_evidence",
	"setup_profile_persistence_warning", DIAGNOSTIC_BITS(setup)},
	{"decision_flow.opportunity_coverage", "can_check_opportunity_coverage",
		"opportunity_coverage_score", "opportunity_coverage_evidence",
	"opportunity_coverage_warning", DIAGNOSTIC_BITS(opportunity)},
	{"decision_flow.fresh_run_proof", "can_check_fresh_run_proof", "fresh_run_proof_score",
	"fresh_run_proof_evidence", "fresh_run_proof_warning", DIAGNOSTIC_BITS(fresh_run)},
};

#define HAS(bit)	trk_set_has(set, TRK_BIT_##bit)
#define TYPE(ident)	trk_set_has_type(set, TRK_EVENT_##ident)

/* What payloads and event types alone say of a check. */
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

/* See report.h. */
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
	r->score = r->status == TRK_FLOW_PASSED ? 100 :
		r->status == TRK_FLOW_FAILED ? 0 : r->surface ? 72 : 40;
}

/* The check ids of failed diagnostics, or of those with a warning. */
static void
add_seen_checks(const TrkEvidenceSet *set, uint8 seen, TrkNames *names)
{
	uint32		at = 0;
	TrkCheckId	id;

	while (trk_evidence_set_next(set, &at, &id))
		if (id.seen & seen)
			trk_names_add_text(names, (TrkText) {id.text, id.len});
}

/* The lists and the scores of all checks. */
static int
write_checks(StringInfo out, const TrkEvidenceSet *set, TrkNames *gaps,
			 TrkNames *failed, TrkNames *warnings)
{
	int			sum = 0;

	for (int i = 0; i < TRK_FLOW_CHECKS; i++)
	{
		TrkFlowResult r;

		trk_flow_check(set, i, &r);
		trk_put_flag(out, checks[i].can_check, r.surface);
		trk_put_count(out, checks[i].score, r.score);
		if (!r.surface)
			trk_names_add(gaps, checks[i].gap);
		if (r.status == TRK_FLOW_FAILED)
			trk_names_add(failed, checks[i].check_id);
		if (r.status == TRK_FLOW_WARNING)
			trk_names_add(warnings, checks[i].warning);
		sum += r.score;
	}
	return sum / TRK_FLOW_CHECKS;
}

/* decision_flow */
void
trk_write_decision_flow(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	TrkNames	gaps = {0};
	TrkNames	failed = {0};
	int64		diagnostics = set->by_type[TRK_EVENT_DIAGNOSTIC_CHECK_COMPLETED];

	trk_put_count(out, "diagnostic_event_count", diagnostics);
	trk_put_count(out, "failed_diagnostic_count", set->counts[TRK_COUNT_FAILED_CHECK]);
	trk_put_count(out, "warning_diagnostic_count", set->counts[TRK_COUNT_WARNING_CHECK]);
	add_seen_checks(set, TRK_CHECK_FAILED, &failed);
	add_seen_checks(set, TRK_CHECK_WARNING, &parts->warnings);
	parts->score = write_checks(out, set, &gaps, &failed, &parts->warnings);
	if (set->events > 0 && diagnostics == 0)
		trk_names_add(&parts->warnings, "diagnostic_checks_not_emitted");
	parts->ready = gaps.count == 0 && failed.count == 0;
	trk_names_add_all(&parts->missing, &gaps);
	trk_names_add_all(&parts->missing, &failed);

	trk_put_count(out, "decision_flow_readiness_score", parts->score);
	trk_put_names(out, "gaps", &gaps);
	trk_put_names(out, "failed_checks", &failed);
	trk_put_names(out, "warnings", &parts->warnings);
	trk_put_flag(out, "ready", parts->ready);
}

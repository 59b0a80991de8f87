/*
 * readiness.c
 *	  Computes the readiness reports from an evidence set.
 */
#include "base/trk.h"

#include "readiness/readiness.h"
#include "readiness/readiness_rules.h"

const char *const trk_report_names[TRK_REPORTS] = {
	"reporting", "tier", "decision_flow", "agentic_security", "proof", "arena", "behavior"
};

/* Find out what can be reported. */
static void
reporting_flags(const TrkEvidenceSet *set, TrkReporting *r)
{
	r->closed_trades = HAS(closed_trade_fill);
	r->net_pnl = HAS(net_pnl);
	r->flow_adjusted = TYPE(CAPITAL_FLOW_RECORDED) && HAS(flow_adjusted_performance);
	r->strategy = HAS(strategy_tag);
	r->prompt_drift = HAS(prompt_version) && HAS(prompt_replay);
	r->shadow = HAS(shadow_agent) && HAS(shadow_measure);
	r->opportunity = TYPE(OPPORTUNITY_BOARD_RECORDED) && HAS(candidate_review);
	r->setup_regimes = HAS(entry_regime);
	r->action_outcomes = HAS(action_outcome);
	r->epochs = TYPE(EVALUATION_EPOCH_STARTED) && HAS(epoch_member);
	r->repair = HAS(repair_label) && (TYPE(RISK_CHECK_COMPLETED) || TYPE(ERROR_RECORDED));
	r->arena = r->flow_adjusted && HAS(arena_measure);
	r->proof = TYPE(AGENT_BUILD_RECORDED) && TYPE(RISK_CHECK_COMPLETED) &&
		TYPE(REPLAY_RESULT_RECORDED);
}

/* Add the event types of the group reporting that the set lacks. */
static void
add_missing_types(const TrkEvidenceSet *set, TrkNames *missing)
{
	for (int type = 0; type < TRK_EVENT_TYPES; type++)
		if (strcmp(trk_event_type_group(type), "reporting") == 0 &&
			!trk_set_has_type(set, type))
			trk_names_add(missing, psprintf("event_type:%s", trk_event_type_name(type)));
}

/* Compute the report reporting. */
static void
compute_reporting(const TrkEvidenceSet *set, TrkReadiness *result)
{
	TrkReporting *r = &result->of.reporting;
	TrkNames   *missing = &result->missing;
	TrkNames   *warnings = &result->warnings;

	reporting_flags(set, r);
	add_missing_types(set, missing);
	trk_names_add_unless(missing, r->closed_trades, "closed_trade_lifecycle");
	trk_names_add_unless(missing, r->net_pnl, "net_pnl_with_fees");
	trk_names_add_unless(missing, r->flow_adjusted, "flow_adjusted_pnl");
	trk_names_add_unless(missing, r->strategy, "strategy_or_setup");
	trk_names_add_unless(missing, r->prompt_drift, "prompt_hash_and_replay");
	trk_names_add_unless(missing, r->repair, "repair_prompt_evidence");
	trk_names_add_unless(warnings, r->shadow, "shadow_comparison_metadata");
	trk_names_add_unless(warnings, r->opportunity, "opportunity_review_metadata");
	trk_names_add_unless(warnings, r->setup_regimes, "setup_regime_metadata");
	trk_names_add_unless(warnings, r->action_outcomes, "action_outcome_metadata");
	trk_names_add_unless(warnings, r->epochs, "evaluation_epoch_metadata");
	trk_names_add_unless(warnings, r->arena, "arena_scoring_metadata");
	trk_names_add_unless(warnings, r->proof, "proof_page_metadata");
	result->ready = missing->count == 0;
	result->score = trk_score(missing->count);
}

/* Collect the gaps of the three tiers. */
static void
add_tier_gaps(const TrkEvidenceSet *set, TrkTier *tier)
{
	TrkReporting r;

	reporting_flags(set, &r);
	trk_names_add_unless(&tier->free_gaps, set->events > 0, "no_events");
	trk_names_add_unless(&tier->free_gaps,
						 TYPE(AGENT_RUN_STARTED) && TYPE(AGENT_RUN_COMPLETED), "run_timeline");
	trk_names_add_unless(&tier->free_gaps, !HAS(contains_prompt_text), "raw_prompt_text_present");
	trk_names_add_unless(&tier->free_gaps, !HAS(contains_output_text), "raw_output_text_present");
	trk_names_add_unless(&tier->basic_gaps, TYPE(DECISION_PROPOSED), "decisions");
	trk_names_add_unless(&tier->basic_gaps, TYPE(RISK_CHECK_COMPLETED), "risk_checks");
	trk_names_add_unless(&tier->basic_gaps, TYPE(PAPER_FILL_RECORDED), "paper_fills");
	trk_names_add_unless(&tier->basic_gaps, TYPE(POSITION_SNAPSHOT_RECORDED), "positions");
	trk_names_add_unless(&tier->basic_gaps, TYPE(PERFORMANCE_SNAPSHOT_RECORDED), "performance");
	trk_names_add_unless(&tier->basic_gaps, TYPE(CAPITAL_FLOW_RECORDED), "capital_flows");
	trk_names_add_unless(&tier->basic_gaps, r.closed_trades, "closed_trade_stats");
	trk_names_add_unless(&tier->basic_gaps, r.net_pnl, "net_pnl");
	trk_names_add_unless(&tier->basic_gaps, r.flow_adjusted, "flow_adjusted_pnl");
	trk_names_add_unless(&tier->basic_gaps, r.strategy, "strategy_stats");
	trk_names_add_unless(&tier->pro_gaps, TYPE(AGENT_BUILD_RECORDED), "agent_build");
	trk_names_add_unless(&tier->pro_gaps, TYPE(REPLAY_RESULT_RECORDED), "replay_results");
	trk_names_add_unless(&tier->pro_gaps, TYPE(LLM_CALL_STARTED), "prompt_versions");
	trk_names_add_unless(&tier->pro_gaps, TYPE(DECISION_OUTCOME_RECORDED), "decision_outcomes");
	trk_names_add_unless(&tier->pro_gaps, r.repair, "repair_prompt_evidence");
	trk_names_add_unless(&tier->pro_gaps, r.prompt_drift, "prompt_drift");
	trk_names_add_unless(&tier->pro_gaps, HAS(mistake_family), "mistake_taxonomy");
}

/* Compute the report tier; a tier needs all tiers below it. */
static void
compute_tier(const TrkEvidenceSet *set, TrkReadiness *result)
{
	TrkTier    *tier = &result->of.tier;
	bool		raw = HAS(contains_prompt_text) || HAS(contains_output_text);

	add_tier_gaps(set, tier);
	trk_names_add_all(&result->missing, &tier->free_gaps);
	trk_names_add_all(&result->missing, &tier->basic_gaps);
	trk_names_add_all(&result->missing, &tier->pro_gaps);
	tier->free_ready = tier->free_gaps.count == 0;
	tier->basic_ready = tier->free_ready && tier->basic_gaps.count == 0;
	tier->pro_ready = tier->basic_ready && tier->pro_gaps.count == 0;
	tier->privacy_score = raw ? TRK_SCORE_RAW_TEXT : TRK_SCORE_FULL;
	tier->stat_coverage_score = trk_score(tier->basic_gaps.count);
	tier->repair_prompt_score = trk_score(tier->pro_gaps.count);
	result->ready = tier->pro_ready;
	result->score = trk_score(result->missing.count);
	trk_names_sort(&tier->free_gaps);
	trk_names_sort(&tier->basic_gaps);
	trk_names_sort(&tier->pro_gaps);
}

/* Compute the report decision_flow. */
static void
compute_decision_flow(const TrkEvidenceSet *set, TrkReadiness *result)
{
	TrkDecisionFlow *flow = &result->of.decision_flow;

	trk_decision_flow_compute(set, flow, &result->missing, &result->warnings);
	result->ready = result->missing.count == 0;
	result->score = trk_decision_flow_score(flow);
}

/* Copy what a report asks for, and add what of it is not present to the missing. */
static void
take_coverage(TrkReadiness *result, TrkCoverage *to, const TrkCoverage *from, int n)
{
	memcpy(to, from, sizeof(TrkCoverage) * n);
	for (int i = 0; i < n; i++)
		trk_names_add_unless(&result->missing, from[i].present, from[i].name);
	result->score = trk_score(result->missing.count);
}

/* Compute the report agentic_security. */
static void
compute_agentic_security(const TrkEvidenceSet *set, TrkReadiness *result)
{
	const TrkCoverage coverage[TRK_SECURITY_COVERAGES] = {
		{"prompt_injection_coverage", HAS(prompt_injection)},
		{"sensitive_information_coverage", HAS(sensitive_information)},
		{"tool_policy_coverage", HAS(tool_policy)},
		{"memory_provenance_coverage", HAS(memory_provenance)},
		{"cost_budget_coverage", HAS(cost_budget) || TYPE(COST_USAGE_RECORDED)},
	};

	take_coverage(result, result->of.security, coverage, TRK_SECURITY_COVERAGES);
	if (HAS(unapproved))
		trk_names_add(&result->warnings, "approval_required_without_observed_approval");
	result->ready = result->missing.count == 0 && result->warnings.count == 0;
}

/* Return whether the set has this environment. */
static bool
set_has_environment(const TrkEvidenceSet *set, const char *name)
{
	int			i = trk_enum_lookup(TRK_ENUM_environment, name, strlen(name));

	return i >= 0 && (set->environments >> i & 1) != 0;
}

/* Compute the report proof. */
static void
compute_proof(const TrkEvidenceSet *set, TrkReadiness *result)
{
	TrkProof   *proof = &result->of.proof;
	TrkNames   *gaps = &result->missing;

	for (int i = 0; i < trk_enum_count(TRK_ENUM_environment); i++)
		if (set->environments >> i & 1)
			trk_names_add(&proof->environments, trk_enum_value(TRK_ENUM_environment, i));
	proof->risk_gates = TYPE(RISK_CHECK_COMPLETED);
	proof->replay_tests = TYPE(REPLAY_RESULT_RECORDED);
	proof->source_quality = TYPE(SOURCE_CLAIM_RECORDED) || HAS(source_quality);
	proof->versions = TYPE(AGENT_BUILD_RECORDED) || HAS(version_tag);
	proof->private_content = HAS(private_content);
	proof->guarantee_language = HAS(guarantee_language);
	trk_names_add_unless(gaps, set->events > 0, "no_events");
	trk_names_add_unless(gaps, proof->environments.count > 0, "environment_clarity");
	trk_names_add_unless(gaps, !set_has_environment(set, "development"), "non_proof_environment");
	trk_names_add_unless(gaps, proof->risk_gates, "risk_gates");
	trk_names_add_unless(gaps, proof->replay_tests, "replay_tests");
	trk_names_add_unless(gaps, proof->source_quality, "source_quality");
	trk_names_add_unless(gaps, proof->versions, "prompt_or_build_versions");
	trk_names_add_unless(gaps, !proof->private_content, "privacy_safe");
	trk_names_add_unless(gaps, !proof->guarantee_language, "guarantee_language");
	if (set_has_environment(set, "live_observe"))
		trk_names_add(&result->warnings, "live_observe_requires_clear_no_execution_claim");
	result->ready = gaps->count == 0;
	result->score = trk_score(gaps->count);
	trk_names_sort(&proof->environments);
}

/* Compute the report arena. */
static void
compute_arena(const TrkEvidenceSet *set, TrkReadiness *result)
{
	const TrkCoverage coverage[TRK_ARENA_COVERAGES] = {
		{"scenario_tags", HAS(scenario_tags)},
		{"market_regime", HAS(market_regime)},
		{"session_dates", HAS(session_date)},
		{"drawdown_metrics", HAS(drawdown)},
		{"survival_metrics", HAS(survival)},
		{"replay_results", TYPE(REPLAY_RESULT_RECORDED)},
		{"evaluation_epochs", TYPE(EVALUATION_EPOCH_STARTED)},
		{"evaluation_member_coverage", TYPE(EVALUATION_EPOCH_MEMBER_COMPLETED)},
		{"strategy_tags", HAS(strategy_tag)},
		{"position_state", TYPE(POSITION_SNAPSHOT_RECORDED)},
		{"portfolio_state", TYPE(PORTFOLIO_SNAPSHOT_RECORDED)},
	};

	take_coverage(result, result->of.arena, coverage, TRK_ARENA_COVERAGES);
	if (set->events > 0 && !set_has_environment(set, "replay"))
		trk_names_add(&result->warnings, "no_replay_environment_events");
	result->ready = result->missing.count == 0;
}

/* Add the warnings of behavior. */
static void
add_behavior_warnings(const TrkEvidenceSet *set, TrkNames *warnings)
{
	if (HAS(symbol_state) && !HAS(symbol_state_sourced))
		trk_names_add(warnings, "symbol_behavior_source_refs_missing");
	if (HAS(pairwise_review) && !HAS(pairwise_review_reasoned))
		trk_names_add(warnings, "pairwise_reasons_missing");
	if (HAS(threshold_replay) && !HAS(activation_gate))
		trk_names_add(warnings, "activation_gate_not_recorded");
	if (HAS(acting_authority))
		trk_names_add(warnings, "non_observe_authority_requires_release_controls");
}

/* Compute the report behavior. */
static void
compute_behavior(const TrkEvidenceSet *set, TrkReadiness *result)
{
	TrkBehaviorReport *behavior = &result->of.behavior;
	TrkNames   *gaps = &result->missing;

	behavior->symbol_states = set->counts[TRK_COUNT_SYMBOL_STATE];
	behavior->holding_states = set->counts[TRK_COUNT_HOLDING_STATE];
	behavior->pairwise_reviews = set->counts[TRK_COUNT_PAIRWISE_REVIEW];
	behavior->threshold_replays = set->counts[TRK_COUNT_THRESHOLD_REPLAY];
	behavior->activation_gates = set->counts[TRK_COUNT_ACTIVATION_GATE];
	behavior->entry_regimes = HAS(symbol_state_explains);
	behavior->cut_loss = HAS(holding_state_explains);
	behavior->pairwise_rotation = HAS(pairwise_review_explains);
	behavior->thresholds = HAS(threshold_replay_calibrates);
	behavior->leakage_guards = HAS(leakage_guard) && !HAS(leakage_guard_failed);
	trk_names_add_unless(gaps, behavior->entry_regimes, "symbol_behavior_state");
	trk_names_add_unless(gaps, behavior->cut_loss, "holding_exit_state");
	trk_names_add_unless(gaps, behavior->pairwise_rotation, "pairwise_rotation_review");
	trk_names_add_unless(gaps, behavior->thresholds, "threshold_replay");
	trk_names_add_unless(gaps, behavior->leakage_guards,
						 HAS(leakage_guard) ? "leakage_guard_failed" : "leakage_guard_evidence");
	add_behavior_warnings(set, &result->warnings);
	result->ready = gaps->count == 0;
	result->score = Max(0, trk_score(gaps->count) -
						Min(TRK_SCORE_OF_WARNINGS, TRK_SCORE_OF_WARNING * result->warnings.count));
}

/* Compute a report.  Names of failed checks are the set's own memory. */
void
trk_report_compute(TrkReport report, const TrkEvidenceSet *set, TrkReadiness *result)
{
	static void (*const compute[TRK_REPORTS]) (const TrkEvidenceSet *, TrkReadiness *) = {
		compute_reporting, compute_tier, compute_decision_flow, compute_agentic_security,
		compute_proof, compute_arena, compute_behavior
	};

	memset(result, 0, sizeof(TrkReadiness));
	result->report = report;
	result->events = set->events;
	compute[report] (set, result);
	if (report != TRK_REPORT_TIER && report != TRK_REPORT_DECISION_FLOW)
		trk_names_sort(&result->missing);
	trk_names_sort(&result->warnings);
}

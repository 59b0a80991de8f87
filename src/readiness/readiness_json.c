/*
 * readiness_json.c
 *	  Writes readiness reports as JSON.
 */
#include "base/trk.h"

#include "readiness/readiness_json.h"
#include "json/json_document.h"

/* Append the members of the report reporting. */
static void
write_reporting(StringInfo out, const TrkReadiness *result)
{
	const TrkReporting *r = &result->of.reporting;

	trk_doc_flag(out, "can_compute_closed_trade_stats", r->closed_trades);
	trk_doc_flag(out, "can_compute_net_pnl", r->net_pnl);
	trk_doc_flag(out, "can_compute_flow_adjusted_pnl", r->flow_adjusted);
	trk_doc_flag(out, "can_compute_strategy_stats", r->strategy);
	trk_doc_flag(out, "can_compute_prompt_drift_stats", r->prompt_drift);
	trk_doc_flag(out, "can_compare_shadow_agents", r->shadow);
	trk_doc_flag(out, "can_diagnose_opportunity_coverage", r->opportunity);
	trk_doc_flag(out, "can_diagnose_setup_regimes", r->setup_regimes);
	trk_doc_flag(out, "can_diagnose_action_outcomes", r->action_outcomes);
	trk_doc_flag(out, "can_compare_evaluation_epochs", r->epochs);
	trk_doc_flag(out, "can_generate_repair_prompts", r->repair);
	trk_doc_flag(out, "can_score_arena", r->arena);
	trk_doc_flag(out, "can_publish_proof", r->proof);
	trk_names_write(out, "missing_fields", &result->missing);
	trk_names_write(out, "warnings", &result->warnings);
	trk_doc_flag(out, "strict_reporting_ready", result->ready);
}

/* Append the members of the report tier. */
static void
write_tier(StringInfo out, const TrkReadiness *result)
{
	const TrkTier *tier = &result->of.tier;

	trk_doc_flag(out, "free_ready", tier->free_ready);
	trk_doc_flag(out, "basic_ready", tier->basic_ready);
	trk_doc_flag(out, "pro_ready", tier->pro_ready);
	trk_doc_count(out, "data_quality_score", result->score);
	trk_doc_count(out, "privacy_score", tier->privacy_score);
	trk_doc_count(out, "stat_coverage_score", tier->stat_coverage_score);
	trk_doc_count(out, "repair_prompt_score", tier->repair_prompt_score);
	trk_names_write(out, "free_gaps", &tier->free_gaps);
	trk_names_write(out, "basic_gaps", &tier->basic_gaps);
	trk_names_write(out, "pro_gaps", &tier->pro_gaps);
}

/* Append the members of the report decision_flow. */
static void
write_decision_flow(StringInfo out, const TrkReadiness *result)
{
	static const struct
	{
		const char *can_check;
		const char *score;
	}			keys[TRK_FLOW_CHECKS] = {
		{"can_check_numeric_domains", "numeric_domain_score"},
		{"can_check_market_data_quality", "market_data_contract_score"},
		{"can_check_setup_profile_persistence", "setup_profile_persistence_score"},
		{"can_check_opportunity_coverage", "opportunity_coverage_score"},
		{"can_check_fresh_run_proof", "fresh_run_proof_score"},
	};
	const TrkDecisionFlow *flow = &result->of.decision_flow;

	trk_doc_count(out, "diagnostic_event_count", flow->diagnostics);
	trk_doc_count(out, "failed_diagnostic_count", flow->failed_diagnostics);
	trk_doc_count(out, "warning_diagnostic_count", flow->warning_diagnostics);
	for (int i = 0; i < TRK_FLOW_CHECKS; i++)
	{
		trk_doc_flag(out, keys[i].can_check, flow->checks[i].surface);
		trk_doc_count(out, keys[i].score, flow->checks[i].score);
	}
	trk_doc_count(out, "decision_flow_readiness_score", result->score);
	trk_names_write(out, "gaps", &flow->gaps);
	trk_names_write(out, "failed_checks", &flow->failed_checks);
	trk_names_write(out, "warnings", &result->warnings);
	trk_doc_flag(out, "ready", result->ready);
}

/* Append the members of the report agentic_security. */
static void
write_agentic_security(StringInfo out, const TrkReadiness *result)
{
	for (int i = 0; i < TRK_SECURITY_COVERAGES; i++)
		trk_doc_flag(out, result->of.security[i].name, result->of.security[i].present);
	trk_names_write(out, "gaps", &result->missing);
	trk_names_write(out, "excessive_agency_warnings", &result->warnings);
	trk_doc_flag(out, "ready", result->ready);
}

/* Append the members of the report proof. */
static void
write_proof(StringInfo out, const TrkReadiness *result)
{
	const TrkProof *proof = &result->of.proof;

	trk_names_write(out, "environment_modes", &proof->environments);
	trk_doc_flag(out, "risk_gates_present", proof->risk_gates);
	trk_doc_flag(out, "replay_tests_present", proof->replay_tests);
	trk_doc_flag(out, "source_quality_present", proof->source_quality);
	trk_doc_flag(out, "prompt_or_build_versions_present", proof->versions);
	trk_doc_flag(out, "privacy_safe", !proof->private_content);
	trk_doc_flag(out, "guarantee_language_present", proof->guarantee_language);
	trk_names_write(out, "gaps", &result->missing);
	trk_names_write(out, "warnings", &result->warnings);
	trk_doc_flag(out, "ready", result->ready);
}

/* Append the members of the report arena. */
static void
write_arena(StringInfo out, const TrkReadiness *result)
{
	for (int i = 0; i < TRK_ARENA_COVERAGES; i++)
		trk_doc_flag(out, psprintf("%s_present", result->of.arena[i].name),
					 result->of.arena[i].present);
	trk_names_write(out, "gaps", &result->missing);
	trk_names_write(out, "warnings", &result->warnings);
	trk_doc_flag(out, "ready", result->ready);
}

/* Append the members of the report behavior. */
static void
write_behavior(StringInfo out, const TrkReadiness *result)
{
	const TrkBehaviorReport *behavior = &result->of.behavior;

	trk_doc_count(out, "symbol_behavior_state_count", behavior->symbol_states);
	trk_doc_count(out, "holding_exit_state_count", behavior->holding_states);
	trk_doc_count(out, "pairwise_rotation_review_count", behavior->pairwise_reviews);
	trk_doc_count(out, "threshold_replay_count", behavior->threshold_replays);
	trk_doc_count(out, "activation_gate_count", behavior->activation_gates);
	trk_doc_flag(out, "can_explain_entry_regimes", behavior->entry_regimes);
	trk_doc_flag(out, "can_explain_cut_loss", behavior->cut_loss);
	trk_doc_flag(out, "can_explain_pairwise_rotation", behavior->pairwise_rotation);
	trk_doc_flag(out, "can_calibrate_thresholds", behavior->thresholds);
	trk_doc_flag(out, "can_check_leakage_guards", behavior->leakage_guards);
	trk_doc_count(out, "behavior_readiness_score", result->score);
	trk_names_write(out, "gaps", &result->missing);
	trk_names_write(out, "warnings", &result->warnings);
	trk_doc_flag(out, "ready", result->ready);
}

/* Append a report as a JSON object. */
void
trk_report_write(StringInfo out, const TrkReadiness *result)
{
	static void (*const writers[TRK_REPORTS]) (StringInfo, const TrkReadiness *) = {
		write_reporting, write_tier, write_decision_flow, write_agentic_security,
		write_proof, write_arena, write_behavior
	};

	appendStringInfoChar(out, '{');
	trk_doc_count(out, "event_count", result->events);
	writers[result->report] (out, result);
	appendStringInfoChar(out, '}');
}

/*
 * readiness_behavior.c
 *	  The readiness report behavior.
 */
#include "base/trk.h"

#include "readiness/readiness.h"
#include "readiness/readiness_parts.h"

#define HAS(bit)	trk_set_has(set, TRK_BIT_##bit)

/* Put a flag, and its gap when it is false. */
static void
put_capability(StringInfo out, TrkNames *gaps, const char *key, bool can, const char *gap)
{
	trk_put_flag(out, key, can);
	if (!can)
		trk_names_add(gaps, gap);
}

/* The warnings. */
static void
add_warnings(const TrkEvidenceSet *set, TrkNames *warnings)
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

/* behavior */
void
trk_write_behavior(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	TrkNames   *gaps = &parts->missing;
	bool		guarded = HAS(leakage_guard) && !HAS(leakage_guard_failed);

	trk_put_count(out, "symbol_behavior_state_count", set->counts[TRK_COUNT_SYMBOL_STATE]);
	trk_put_count(out, "holding_exit_state_count", set->counts[TRK_COUNT_HOLDING_STATE]);
	trk_put_count(out, "pairwise_rotation_review_count", set->counts[TRK_COUNT_PAIRWISE_REVIEW]);
	trk_put_count(out, "threshold_replay_count", set->counts[TRK_COUNT_THRESHOLD_REPLAY]);
	trk_put_count(out, "activation_gate_count", set->counts[TRK_COUNT_ACTIVATION_GATE]);
	put_capability(out, gaps, "can_explain_entry_regimes", HAS(symbol_state_explains),
				   "symbol_behavior_state");
	put_capability(out, gaps, "can_explain_cut_loss", HAS(holding_state_explains),
				   "holding_exit_state");
	put_capability(out, gaps, "can_explain_pairwise_rotation", HAS(pairwise_review_explains),
				   "pairwise_rotation_review");
	put_capability(out, gaps, "can_calibrate_thresholds", HAS(threshold_replay_calibrates),
				   "threshold_replay");
	put_capability(out, gaps, "can_check_leakage_guards", guarded,
				   HAS(leakage_guard) ? "leakage_guard_failed" : "leakage_guard_evidence");
	add_warnings(set, &parts->warnings);
	parts->ready = gaps->count == 0;
	parts->score = Max(0, trk_score(gaps->count) - Min(20, 5 * parts->warnings.count));

	trk_put_count(out, "behavior_readiness_score", parts->score);
	trk_put_names(out, "gaps", gaps);
	trk_put_names(out, "warnings", &parts->warnings);
	trk_put_flag(out, "ready", parts->ready);
}

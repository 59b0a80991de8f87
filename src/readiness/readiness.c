/*
 * readiness.c
 *	  Five of the readiness reports, and what all of them share (see report.h;
 *	  report_flow.c has decision_flow, report_behavior.c behavior).
 */
#include "base/trk.h"

#include "json/jsonbio.h"
#include "readiness/readiness.h"
#include "readiness/readiness_parts.h"

const char *const trk_report_names[TRK_REPORTS] = {
	"reporting", "tier", "decision_flow", "agentic_security", "proof", "arena", "behavior"
};

/* Add a text to a list of names. */
void
trk_names_add_text(TrkNames *names, TrkText text)
{
	if (names->count == names->room)
	{
		names->room = Max(names->room * 2, 16);
		names->items = names->items == NULL ? palloc(sizeof(TrkText) * names->room) :
			repalloc(names->items, sizeof(TrkText) * names->room);
	}
	names->items[names->count++] = text;
}

/* Add a name that lives as long as the list. */
void
trk_names_add(TrkNames *names, const char *name)
{
	TrkText		text = {name, strlen(name)};

	trk_names_add_text(names, text);
}

/* Add the names of one list to another. */
void
trk_names_add_all(TrkNames *names, const TrkNames *more)
{
	for (int i = 0; i < more->count; i++)
		trk_names_add_text(names, more->items[i]);
}

/* Order by bytes. */
static int
name_cmp(const void *a, const void *b)
{
	const TrkText *ta = a;
	const TrkText *tb = b;
	int			cmp = memcmp(ta->s, tb->s, Min(ta->len, tb->len));

	if (cmp != 0)
		return cmp;
	return ta->len < tb->len ? -1 : ta->len > tb->len;
}

/* Sort and drop repetitions. */
void
trk_names_sort(TrkNames *names)
{
	int			kept = 0;

	if (names->count > 1)
		qsort(names->items, names->count, sizeof(TrkText), name_cmp);
	for (int i = 0; i < names->count; i++)
		if (kept == 0 || name_cmp(&names->items[kept - 1], &names->items[i]) != 0)
			names->items[kept++] = names->items[i];
	names->count = kept;
}

/* Append the names as a JSON array, sorted and distinct. */
void
trk_names_write(StringInfo out, TrkNames *names)
{
	trk_names_sort(names);
	appendStringInfoChar(out, '[');
	for (int i = 0; i < names->count; i++)
	{
		if (i > 0)
			appendStringInfoChar(out, ',');
		trk_write_literal(out, names->items[i].s, names->items[i].len);
	}
	appendStringInfoChar(out, ']');
}

/* Begin a member of a report. */
static void
put_key(StringInfo out, const char *key)
{
	if (out->data[out->len - 1] != '{')
		appendStringInfoChar(out, ',');
	appendStringInfo(out, "\"%s\":", key);
}

/* A flag, a number, a list of a report. */
void
trk_put_flag(StringInfo out, const char *key, bool value)
{
	put_key(out, key);
	appendStringInfoString(out, value ? "true" : "false");
}

void
trk_put_count(StringInfo out, const char *key, int64 value)
{
	put_key(out, key);
	appendStringInfo(out, INT64_FORMAT, value);
}

void
trk_put_names(StringInfo out, const char *key, TrkNames *names)
{
	put_key(out, key);
	trk_names_write(out, names);
}

/* The score of a number of gaps. */
int
trk_score(int gaps)
{
	return Max(0, 100 - 12 * gaps);
}

/* Is an event of this type in the set? */
bool
trk_set_has_type(const TrkEvidenceSet *set, TrkEventType type)
{
	return set->by_type[type] > 0;
}

#define HAS(bit)	trk_set_has(set, TRK_BIT_##bit)
#define TYPE(ident)	trk_set_has_type(set, TRK_EVENT_##ident)

/* The flags of the reporting report. */
typedef struct Reporting
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
} Reporting;

/* Compute them. */
static void
reporting_flags(const TrkEvidenceSet *set, Reporting *r)
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

/* "event_type:" and each type of the group reporting that the set lacks. */
static void
add_missing_types(const TrkEvidenceSet *set, TrkNames *missing)
{
	for (int type = 0; type < TRK_EVENT_TYPES; type++)
		if (strcmp(trk_event_type_group(type), "reporting") == 0 &&
			!trk_set_has_type(set, type))
			trk_names_add(missing, psprintf("event_type:%s", trk_event_type_name(type)));
}

/* Add a name unless the flag holds. */
static inline void
add_unless(TrkNames *names, bool flag, const char *name)
{
	if (!flag)
		trk_names_add(names, name);
}

/* reporting */
static void
write_reporting(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	Reporting	r;
	TrkNames   *missing = &parts->missing;
	TrkNames   *warnings = &parts->warnings;

	reporting_flags(set, &r);
	add_missing_types(set, missing);
	add_unless(missing, r.closed_trades, "closed_trade_lifecycle");
	add_unless(missing, r.net_pnl, "net_pnl_with_fees");
	add_unless(missing, r.flow_adjusted, "flow_adjusted_pnl");
	add_unless(missing, r.strategy, "strategy_or_setup");
	add_unless(missing, r.prompt_drift, "prompt_hash_and_replay");
	add_unless(missing, r.repair, "repair_prompt_evidence");
	add_unless(warnings, r.shadow, "shadow_comparison_metadata");
	add_unless(warnings, r.opportunity, "opportunity_review_metadata");
	add_unless(warnings, r.setup_regimes, "setup_regime_metadata");
	add_unless(warnings, r.action_outcomes, "action_outcome_metadata");
	add_unless(warnings, r.epochs, "evaluation_epoch_metadata");
	add_unless(warnings, r.arena, "arena_scoring_metadata");
	add_unless(warnings, r.proof, "proof_page_metadata");
	parts->ready = missing->count == 0;
	parts->score = trk_score(missing->count);

	trk_put_flag(out, "can_compute_closed_trade_stats", r.closed_trades);
	trk_put_flag(out, "can_compute_net_pnl", r.net_pnl);
	trk_put_flag(out, "can_compute_flow_adjusted_pnl", r.flow_adjusted);
	trk_put_flag(out, "can_compute_strategy_stats", r.strategy);
	trk_put_flag(out, "can_compute_prompt_drift_stats", r.prompt_drift);
	trk_put_flag(out, "can_compare_shadow_agents", r.shadow);
	trk_put_flag(out, "can_diagnose_opportunity_coverage", r.opportunity);
	trk_put_flag(out, "can_diagnose_setup_regimes", r.setup_regimes);
	trk_put_flag(out, "can_diagnose_action_outcomes", r.action_outcomes);
	trk_put_flag(out, "can_compare_evaluation_epochs", r.epochs);
	trk_put_flag(out, "can_generate_repair_prompts", r.repair);
	trk_put_flag(out, "can_score_arena", r.arena);
	trk_put_flag(out, "can_publish_proof", r.proof);
	trk_put_names(out, "missing_fields", missing);
	trk_put_names(out, "warnings", warnings);
	trk_put_flag(out, "strict_reporting_ready", parts->ready);
}

/* See report.h. */
void
trk_tier_gaps(const TrkEvidenceSet *set, TrkNames *free_gaps, TrkNames *basic_gaps,
			  TrkNames *pro_gaps)
{
	Reporting	r;

	reporting_flags(set, &r);
	add_unless(free_gaps, set->events > 0, "no_events");
	add_unless(free_gaps, TYPE(AGENT_RUN_STARTED) && TYPE(AGENT_RUN_COMPLETED), "run_timeline");
	add_unless(free_gaps, !HAS(contains_prompt_text), "raw_prompt_text_present");
	add_unless(free_gaps, !HAS(contains_output_text), "raw_output_text_present");
	add_unless(basic_gaps, TYPE(DECISION_PROPOSED), "decisions");
	add_unless(basic_gaps, TYPE(RISK_CHECK_COMPLETED), "risk_checks");
	add_unless(basic_gaps, TYPE(PAPER_FILL_RECORDED), "paper_fills");
	add_unless(basic_gaps, TYPE(POSITION_SNAPSHOT_RECORDED), "positions");
	add_unless(basic_gaps, TYPE(PERFORMANCE_SNAPSHOT_RECORDED), "performance");
	add_unless(basic_gaps, TYPE(CAPITAL_FLOW_RECORDED), "capital_flows");
	add_unless(basic_gaps, r.closed_trades, "closed_trade_stats");
	add_unless(basic_gaps, r.net_pnl, "net_pnl");
	add_unless(basic_gaps, r.flow_adjusted, "flow_adjusted_pnl");
	add_unless(basic_gaps, r.strategy, "strategy_stats");
	add_unless(pro_gaps, TYPE(AGENT_BUILD_RECORDED), "agent_build");
	add_unless(pro_gaps, TYPE(REPLAY_RESULT_RECORDED), "replay_results");
	add_unless(pro_gaps, TYPE(LLM_CALL_STARTED), "prompt_versions");
	add_unless(pro_gaps, TYPE(DECISION_OUTCOME_RECORDED), "decision_outcomes");
	add_unless(pro_gaps, r.repair, "repair_prompt_evidence");
	add_unless(pro_gaps, r.prompt_drift, "prompt_drift");
	add_unless(pro_gaps, HAS(mistake_family), "mistake_taxonomy");
}

/* tier */
static void
write_tier(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	TrkNames	gaps[3] = {{0}};
	bool		raw = HAS(contains_prompt_text) || HAS(contains_output_text);
	bool		ready;

	trk_tier_gaps(set, &gaps[0], &gaps[1], &gaps[2]);
	for (int i = 0; i < 3; i++)
		trk_names_add_all(&parts->missing, &gaps[i]);
	parts->score = trk_score(parts->missing.count);

	trk_put_flag(out, "free_ready", ready = gaps[0].count == 0);
	trk_put_flag(out, "basic_ready", ready = ready && gaps[1].count == 0);
	trk_put_flag(out, "pro_ready", ready = ready && gaps[2].count == 0);
	parts->ready = ready;
	trk_put_count(out, "data_quality_score", parts->score);
	trk_put_count(out, "privacy_score", raw ? 60 : 100);
	trk_put_count(out, "stat_coverage_score", trk_score(gaps[1].count));
	trk_put_count(out, "repair_prompt_score", trk_score(gaps[2].count));
	trk_put_names(out, "free_gaps", &gaps[0]);
	trk_put_names(out, "basic_gaps", &gaps[1]);
	trk_put_names(out, "pro_gaps", &gaps[2]);
}

/* agentic_security */
static void
write_agentic_security(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	const struct
	{
		const char *name;
		bool		covered;
	}			coverage[] = {
		{"prompt_injection_coverage", HAS(prompt_injection)},
		{"sensitive_information_coverage", HAS(sensitive_information)},
		{"tool_policy_coverage", HAS(tool_policy)},
		{"memory_provenance_coverage", HAS(memory_provenance)},
		{"cost_budget_coverage", HAS(cost_budget) || TYPE(COST_USAGE_RECORDED)},
	};

	for (int i = 0; i < lengthof(coverage); i++)
	{
		trk_put_flag(out, coverage[i].name, coverage[i].covered);
		add_unless(&parts->missing, coverage[i].covered, coverage[i].name);
	}
	if (HAS(unapproved))
		trk_names_add(&parts->warnings, "approval_required_without_observed_approval");
	parts->score = trk_score(parts->missing.count);
	parts->ready = parts->missing.count == 0 && parts->warnings.count == 0;
	trk_put_names(out, "gaps", &parts->missing);
	trk_put_names(out, "excessive_agency_warnings", &parts->warnings);
	trk_put_flag(out, "ready", parts->ready);
}

/* Is this environment among the set's? */
static bool
set_has_environment(const TrkEvidenceSet *set, const char *name)
{
	int			i = trk_enum_lookup(TRK_ENUM_environment, name, strlen(name));

	return i >= 0 && (set->environments >> i & 1) != 0;
}

/* proof */
static void
write_proof(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	TrkNames	environments = {0};
	bool		gates = TYPE(RISK_CHECK_COMPLETED);
	bool		replays = TYPE(REPLAY_RESULT_RECORDED);
	bool		sources = TYPE(SOURCE_CLAIM_RECORDED) || HAS(source_quality);
	bool		versions = TYPE(AGENT_BUILD_RECORDED) || HAS(version_tag);
	TrkNames   *gaps = &parts->missing;

	for (int i = 0; i < trk_enum_count(TRK_ENUM_environment); i++)
		if (set->environments >> i & 1)
			trk_names_add(&environments, trk_enum_value(TRK_ENUM_environment, i));
	add_unless(gaps, set->events > 0, "no_events");
	add_unless(gaps, environments.count > 0, "environment_clarity");
	add_unless(gaps, !set_has_environment(set, "development"), "non_proof_environment");
	add_unless(gaps, gates, "risk_gates");
	add_unless(gaps, replays, "replay_tests");
	add_unless(gaps, sources, "source_quality");
	add_unless(gaps, versions, "prompt_or_build_versions");
	add_unless(gaps, !HAS(private_content), "privacy_safe");
	add_unless(gaps, !HAS(guarantee_language), "guarantee_language");
	if (set_has_environment(set, "live_observe"))
		trk_names_add(&parts->warnings, "live_observe_requires_clear_no_execution_claim");
	parts->ready = gaps->count == 0;
	parts->score = trk_score(gaps->count);

	trk_put_names(out, "environment_modes", &environments);
	trk_put_flag(out, "risk_gates_present", gates);
	trk_put_flag(out, "replay_tests_present", replays);
	trk_put_flag(out, "source_quality_present", sources);
	trk_put_flag(out, "prompt_or_build_versions_present", versions);
	trk_put_flag(out, "privacy_safe", !HAS(private_content));
	trk_put_flag(out, "guarantee_language_present", HAS(guarantee_language));
	trk_put_names(out, "gaps", gaps);
	trk_put_names(out, "warnings", &parts->warnings);
	trk_put_flag(out, "ready", parts->ready);
}

/* arena */
static void
write_arena(StringInfo out, const TrkEvidenceSet *set, TrkReportParts *parts)
{
	const struct
	{
		const char *name;
		bool		present;
	}			items[] = {
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

	for (int i = 0; i < lengthof(items); i++)
	{
		trk_put_flag(out, psprintf("%s_present", items[i].name), items[i].present);
		add_unless(&parts->missing, items[i].present, items[i].name);
	}
	if (set->events > 0 && !set_has_environment(set, "replay"))
		trk_names_add(&parts->warnings, "no_replay_environment_events");
	parts->ready = parts->missing.count == 0;
	parts->score = trk_score(parts->missing.count);
	trk_put_names(out, "gaps", &parts->missing);
	trk_put_names(out, "warnings", &parts->warnings);
	trk_put_flag(out, "ready", parts->ready);
}

/* See report.h. */
void
trk_report_write(StringInfo out, TrkReport report, const TrkEvidenceSet *set,
				 TrkReportParts *parts)
{
	static void (*const writers[TRK_REPORTS]) (StringInfo, const TrkEvidenceSet *,
											   TrkReportParts *) = {
		write_reporting, write_tier, trk_write_decision_flow, write_agentic_security,
		write_proof, write_arena, trk_write_behavior
	};
	TrkReportParts own = {0};

	appendStringInfoChar(out, '{');
	trk_put_count(out, "event_count", set->events);
	writers[report] (out, set, parts != NULL ? parts : &own);
	appendStringInfoChar(out, '}');
}

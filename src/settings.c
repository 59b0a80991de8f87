/*
 * settings.c
 *	  Defines the settings and checks their values.
 */
#include "base/trk.h"

#include <limits.h>

#include "base/compat.h"
#include "base/settings.h"
#include "base/settings_refused.h"
#include "contract/contract.h"
#include "redact/custom_pattern.h"
#include "redact/redact.h"
#include "settings.h"
#include "utils/guc.h"

/*
 * Check hook of agent_tracker.redact: a list of categories with exactly one
 * base among them.
 */
static bool
check_redact(char **newval, void **extra, GucSource source)
{
	uint32		rules;

	if (!trk_rules_parse(*newval, &rules))
	{
		GUC_check_errdetail("The value is a comma-separated list of \"contract\" or \"client\", and of \"secrets\", \"pii\" and \"content\".");
		return false;
	}
	if ((rules & TRK_REDACT_BASE) == 0)
	{
		GUC_check_errdetail("The contract's redaction cannot be switched off: the list must name \"contract\", or \"client\".");
		return false;
	}
	return true;
}

/*
 * Check hook of agent_tracker.environment: empty, or an environment of the
 * contract.
 */
static bool
check_environment(char **newval, void **extra, GucSource source)
{
	if (**newval == '\0' ||
		trk_enum_lookup(TRK_ENUM_environment, *newval, strlen(*newval)) >= 0)
		return true;
	GUC_check_errdetail("The environment is one of those that at_enums() lists.");
	return false;
}

/* Check hook of agent_tracker.redact_patterns; see custom_pattern.c. */
static bool
check_patterns(char **newval, void **extra, GucSource source)
{
	return trk_custom_pattern_check(*newval);
}

/* Define the settings that anyone may change: who records, and how much. */
static void
define_recording(void)
{
	DefineCustomStringVariable("agent_tracker.project",
							   "Project of events recorded by at_record and its helpers.",
							   NULL, &trk_setting_project, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.agent_id",
							   "Agent of events recorded by at_record and its helpers.",
							   NULL, &trk_setting_agent_id, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.environment",
							   "Environment of events recorded by at_record and its helpers.",
							   NULL, &trk_setting_environment, "", PGC_USERSET, 0,
							   check_environment, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.run_id",
							   "Run of events recorded by at_record and its helpers.",
							   "When it is empty, each event without a run_id is a run of its own.",
							   &trk_setting_run_id, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.parent_span_id",
							   "Span around events recorded by at_record and its helpers.",
							   NULL, &trk_setting_parent_span_id, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
	DefineCustomBoolVariable("agent_tracker.enabled",
							 "Records events.",
							 "When it is off, at_record and its helpers store nothing and return null.",
							 &trk_setting_enabled, true, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomBoolVariable("agent_tracker.notify",
							 "Sends a notification of each recorded event and each load.",
							 "On the channel agent_tracker, without data of the event.",
							 &trk_setting_notify, false, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomBoolVariable("agent_tracker.parallel_ingest",
							 "Lets bulk loads run beside each other.",
							 "For loaders of disjoint files only: overlapping ones may deadlock.",
							 &trk_setting_parallel_ingest, false, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomRealVariable("agent_tracker.sample_rate",
							 "Share of recorded events to keep.",
							 "Errors, rejections, fills, snapshots and the like are always kept.",
							 &trk_setting_sample_rate, 1.0, 0.0, 1.0, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_events_per_run",
							"Most events a backend records for one run; -1 means no limit.",
							NULL, &trk_setting_max_events_per_run, -1, -1, INT_MAX,
							PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_events_per_day",
							"Most events a backend records in one day (UTC); -1 means no limit.",
							NULL, &trk_setting_max_events_per_day, -1, -1, INT_MAX,
							PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_sample_values",
							"Most distinct values of an at_sample.",
							"Each takes 8 to 16 bytes.",
							&trk_setting_max_sample_values, 50000000, 1, 60000000,
							PGC_USERSET, 0, NULL, NULL, NULL);
}

/* agent_tracker.flow_timing: from when on a cash flow counts as invested */
static const struct config_enum_entry flow_timings[] = {
	{"end", 0, false},
	{"start", 1, false},
	{"time", 2, false},
	{"whole", 3, false},
	{NULL, 0, false}
};

/*
 * agent_tracker.count_trades: what the views of performance count as a trade
 */
static const struct config_enum_entry trade_counts[] = {
	{"round_trips", 0, false},
	{"lots", 1, false},
	{NULL, 0, false}
};

/*
 * Define the settings that anyone may change: how the views of performance
 * count.
 */
static void
define_figures(void)
{
	DefineCustomEnumVariable("agent_tracker.flow_timing",
							 "When a deposit or withdrawal counts as invested in returns out of equity.",
							 "end of the interval between two snapshots, as the contract has it; start; time: from its own time on; whole: what comes in from the start, what goes out until the end.",
							 &trk_setting_flow_timing, 0, flow_timings, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomRealVariable("agent_tracker.periods_per_year",
							 "Periods of a year in views of performance; 0 finds them from the data.",
							 NULL, &trk_setting_periods_per_year, 0.0, 0.0, 1e7, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomEnumVariable("agent_tracker.count_trades",
							 "What views of performance count as a trade.",
							 "round_trips: from flat to flat; lots: each part of a lot that a fill closed.",
							 &trk_setting_count_trades, 0, trade_counts, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.min_periods",
							"Least number of periods of which views of performance show a volatility, Sharpe ratio or quantile.",
							NULL, &trk_setting_min_periods, 20, 0, INT_MAX, PGC_USERSET, 0,
							NULL, NULL, NULL);
}

/* Define the settings of privacy and of limits. */
static void
define_protection(void)
{
	DefineCustomBoolVariable("agent_tracker.store_full_io",
							 "Allows prompts and model outputs to be stored in full.",
							 "An event's own privacy.full_io must be true as well.",
							 &trk_setting_store_full_io, false, PGC_SUSET, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.redact",
							   "Categories of redaction rules that apply to what is stored.",
							   "A comma-separated list: contract or client, and secrets, pii, content.",
							   &trk_setting_redact, "contract,secrets", PGC_SUSET, 0,
							   check_redact, NULL, NULL);
	DefineCustomStringVariable("agent_tracker.redact_patterns",
							   "Further patterns to redact: a JSON object, label to regular expression.",
							   NULL, &trk_setting_redact_patterns, "", PGC_SUSET, 0,
							   check_patterns, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_event_bytes",
							"Largest canonical form of an event that is accepted.",
							NULL, &trk_setting_max_event_bytes, TRK_MAX_EVENT_BYTES,
							1024, TRK_LIMIT_CEILING, PGC_SUSET, GUC_UNIT_BYTE,
							NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_line_bytes",
							"Longest input line that is read.",
							NULL, &trk_setting_max_line_bytes, TRK_MAX_LINE_BYTES,
							1024, TRK_LIMIT_CEILING, PGC_SUSET, GUC_UNIT_BYTE,
							NULL, NULL, NULL);
	DefineCustomIntVariable("agent_tracker.max_decompressed_bytes",
							"Most bytes that one call inflates from gzip.",
							NULL, &trk_setting_max_decompressed_bytes,
							TRK_MAX_DECOMPRESSED_BYTES,
							1024, INT_MAX, PGC_SUSET, GUC_UNIT_BYTE,
							NULL, NULL, NULL);
}

/* Define all settings.  Called once, when the library is loaded. */
void
trk_setting_define(void)
{
	static const char *const owners[] = {
		"agent_tracker.store_full_io", "agent_tracker.redact", "agent_tracker.redact_patterns",
		"agent_tracker.max_event_bytes", "agent_tracker.max_line_bytes",
		"agent_tracker.max_decompressed_bytes"
	};
	int			i;

	for (i = 0; i < lengthof(owners); i++)
		trk_settings_refused_expect(owners[i]);
	define_recording();
	define_figures();
	define_protection();
	MarkGUCPrefixReserved("agent_tracker");
	trk_settings_refused_settle();
}

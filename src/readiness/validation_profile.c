/*
 * validation_profile.c
 *	  Validates a set of events against a validation profile (see
 *	  validation_profile.h).
 */
#include "base/trk.h"

#include "readiness/validation_profile.h"

static const TrkProfile profiles[] = {
#define TRK_REPORT_NONE TRK_NO_REPORT
#define TRK_PROFILE(name, core, report, capability, warning, meaning) \
	{name, core, TRK_REPORT_##report, capability, warning, meaning},
#include "readiness/validation_profiles.def"
#undef TRK_REPORT_NONE
};

/* The checks to which a decision_flow report gives names of its own. */
static const char *const own_checks[] = {
#define TRK_DIAGNOSTIC(ident, check_id, ...) check_id,
#include "readiness/diagnostics.def"
};

/* Labels that each require a mistake family. */
static const int mistake_labels[] = {
	TRK_FIELD_component, TRK_FIELD_severity, TRK_FIELD_money_impact,
	TRK_FIELD_blocking_status, TRK_FIELD_resolution_status, TRK_FIELD_next_safe_action
};

/* Return the names of all profiles, for a hint. */
static const char *
profile_names(void)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < lengthof(profiles); i++)
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", profiles[i].name);
	return names.data;
}

/*
 * Return the validation profile with this name.  Raises an ERROR when there
 * is none.
 */
const TrkProfile *
trk_profile_lookup(const char *name)
{
	for (int i = 0; i < lengthof(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown validation profile"),
			 errhint("Profiles are %s.", profile_names())));
	return NULL;
}

/*
 * Begin a validation.  The caller has filled in the members before "policy".
 */
void
trk_profile_begin(TrkProfileRun *run)
{
	run->context = CurrentMemoryContext;
	run->policy.redactor = (TrkRedactor)
	{
		.rules = TRK_REDACT_DEFAULT, .allow_full_io = run->allow_full_io, .event_decides = true
	};
	run->policy.max_event_bytes = TRK_MAX_EVENT_BYTES;
	run->set = trk_evidence_set_empty(run->context);
	run->events = 0;
	run->violations = 0;
}

/* Pass one violation to the caller's callback. */
static void
report_violation(TrkProfileRun *run, TrkText event_id, int64 line, const char *path,
				 TrkRule rule, const char *message)
{
	TrkViolation violation = {event_id, line, path, trk_rule_name(rule), message};

	run->violations++;
	run->report(run->state, &violation);
}

/* Report a violation of the set as a whole. */
static void
report_of_set(TrkProfileRun *run, const char *path, TrkRule rule, const char *message)
{
	report_violation(run, (TrkText) {NULL, 0}, 0, path, rule, message);
}

/* Return whether the event must name a mistake family and does not. */
static bool
lacks_mistake_family(const TrkEvent *event)
{
	if (event->field[TRK_FIELD_mistake_family] != NULL)
		return false;
	for (int i = 0; i < lengthof(mistake_labels); i++)
		if (event->field[mistake_labels[i]] != NULL)
			return true;
	return event->type == TRK_EVENT_ERROR_RECORDED;
}

/* Check an event without redacting it. */
static void
check_as_it_is(TrkProfileRun *run, TrkArena *arena, TrkText text, TrkFindings *findings)
{
	TrkEvent	event;

	if (trk_json_read(arena, text.s, text.len, &event.root) != TRK_JSON_OK ||
		event.root.kind != TRK_OBJECT)
		return;
	run->events++;
	trk_event_bind(&event);
	trk_profile_scan(&event, run->allow_full_io, findings);
	if (run->strict_mistakes && lacks_mistake_family(&event))
		trk_finding_add(findings, "payload.mistake_family", TRK_RULE_MISTAKE,
						"an error, or an event with a repair label, must name a mistake family");
}

/* Return the event's id when it is valid and not a secret. */
static TrkText
sound_event_id(const TrkEvent *event, const TrkFindings *findings)
{
	const TrkValue *id = trk_judged_event_id(event, findings);

	if (id == NULL)
		return (TrkText) {NULL, 0};
	return (TrkText) {id->u.str, id->len};
}

/* Report all findings of a list. */
static void
report_findings(TrkProfileRun *run, TrkText event_id, int64 line, const TrkFindings *findings)
{
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
		report_violation(run, event_id, line, f->path, f->rule, f->message);
}

/*
 * Validate one event, given as text in UTF-8. line is its line number, or 0
 * when it does not come from lines.
 */
void
trk_profile_event(TrkProfileRun *run, TrkArena *arena, TrkText text, int64 line)
{
	TrkText		event_id = {NULL, 0};
	TrkFindings judged;
	TrkFindings scanned;
	TrkEvent	event;

	trk_findings_init(&judged, arena);
	trk_findings_init(&scanned, arena);
	if (trk_judge(&run->policy, arena, text.s, text.len, &event, &judged))
		event_id = sound_event_id(&event, &judged);
	if (judged.count == 0)
	{
		TrkEvidence evidence;

		trk_evidence_compute(&event, &evidence);
		run->set = trk_evidence_set_add(run->set, &evidence, run->context);
	}
	check_as_it_is(run, arena, text, &scanned);
	report_findings(run, event_id, line, &judged);
	report_findings(run, event_id, line, &scanned);
}

/* Report a line that could not be read as a line. */
void
trk_profile_bad_line(TrkProfileRun *run, int64 line, TrkRule rule, const char *reason)
{
	report_violation(run, (TrkText) {NULL, 0}, line, "", rule, reason);
}

/* Check that every event type of the group core occurs. */
static void
check_core_types(TrkProfileRun *run)
{
	for (int type = 0; type < TRK_EVENT_TYPES; type++)
		if (strcmp(trk_event_type_group(type), "core") == 0 && run->set->by_type[type] == 0)
			report_of_set(run, "event_type", TRK_RULE_COVERAGE,
						  psprintf("no valid event of type %s", trk_event_type_name(type)));
}

/* Return whether the text equals this literal. */
static inline bool
is_text(const TrkText *text, const char *s)
{
	return text->len == strlen(s) && memcmp(text->s, s, text->len) == 0;
}

/*
 * Return whether a name in a report is a fixed one, and not the check id of an
 * event.
 */
static bool
is_own_name(const TrkProfile *profile, const TrkEvidenceSet *set, const TrkText *name)
{
	TrkCheckId	id;
	uint32		at = 0;

	if (profile->report != TRK_REPORT_DECISION_FLOW)
		return true;
	for (int i = 0; i < lengthof(own_checks); i++)
		if (is_text(name, own_checks[i]))
			return true;
	while (trk_evidence_set_next(set, &at, &id))
		if (id.len == name->len && memcmp(id.text, name->s, id.len) == 0)
			return false;
	return true;
}

/* Check that the profile's report lacks nothing, and has what the profile needs. */
static void
check_report(TrkProfileRun *run)
{
	const TrkProfile *profile = run->profile;
	const char *path = trk_report_names[profile->report];
	TrkReadiness result;
	bool		foreign = false;

	trk_report_compute(profile->report, run->set, &result);
	for (int i = 0; i < result.missing.count; i++)
	{
		const TrkText *name = &result.missing.items[i];

		if (is_own_name(profile, run->set, name))
			report_of_set(run, path, TRK_RULE_READINESS,
						  psprintf("not ready: %.*s", (int) name->len, name->s));
		else
			foreign = true;
	}
	if (foreign)
		report_of_set(run, path, TRK_RULE_READINESS, "not ready: a diagnostic of the set failed");
	for (int i = 0; profile->warning != NULL && i < result.warnings.count; i++)
		if (is_text(&result.warnings.items[i], profile->warning))
			report_of_set(run, path, TRK_RULE_READINESS,
						  psprintf("not ready: %s", profile->capability));
}

/* Check the conditions on the set as a whole, after the last event. */
void
trk_profile_end(TrkProfileRun *run)
{
	if (run->events == 0)
		report_of_set(run, "", TRK_RULE_EVENTS, "the set has no event");
	if (run->profile->core)
		check_core_types(run);
	if (run->profile->report != TRK_NO_REPORT)
		check_report(run);
}

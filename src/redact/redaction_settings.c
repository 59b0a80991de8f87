/*
 * redaction_settings.c
 *	  Sets up redaction from the settings.
 */
#include "base/trk.h"

#include "base/settings.h"
#include "base/settings_refused.h"
#include "redact/custom_pattern.h"
#include "redact/redaction_settings.h"

/*
 * Set up the redaction that ingest and record apply, from the settings.  The
 * key of pseudonyms is not a setting: the caller sets it.
 */
void
trk_setting_redactor(TrkRedactor *redactor)
{
	trk_settings_refused_check();
	if (!trk_rules_parse(trk_setting_redact, &redactor->rules))
		elog(ERROR, "agent_tracker.redact has an unknown category");
	redactor->allow_full_io = trk_setting_store_full_io;
	redactor->event_decides = true;
	trk_custom_pattern_match(trk_setting_redact_patterns, &redactor->custom);
	redactor->identity_key = (TrkIdentityKey) {NULL, NULL};
}

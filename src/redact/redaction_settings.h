/*
 * redaction_settings.h
 *	  Sets up redaction from the settings.  Called by everything that stores
 *	  events, or shows how they would be stored.
 */
#ifndef TRK_REDACTION_SETTINGS_H
#define TRK_REDACTION_SETTINGS_H

#include "redact/redact.h"

/*
 * Set up the redaction that ingest and record apply, from the settings.  The
 * key of pseudonyms is not a setting: the caller sets it.
 */
extern void trk_setting_redactor(TrkRedactor *redactor);

#endif							/* TRK_REDACTION_SETTINGS_H */

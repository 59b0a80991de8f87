/*
 * redaction_settings.h
 *	  Redaction by the settings.
 *
 * Called by what stores, or redacts what will be stored.
 */
#ifndef TRK_REDACTION_SETTINGS_H
#define TRK_REDACTION_SETTINGS_H

#include "redact/redact.h"

/*
 * The redaction that ingest and record apply, by the settings; the key of
 * pseudonyms is not among them.
 */
extern void trk_setting_redactor(TrkRedactor *redactor);

#endif							/* TRK_REDACTION_SETTINGS_H */

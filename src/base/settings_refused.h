/*
 * settings_refused.h
 *	  Settings of the administrator's that a connection tried to take away.
 *
 * Before the library is loaded the server keeps any value for a setting that
 * it does not know, and of several the one with the nearest source: an option
 * of the connection hides what ALTER DATABASE, ALTER ROLE or postgresql.conf
 * say.  When the library is loaded, the option is refused (the role may not
 * set it), and the setting is left with its built-in default, which may protect
 * less than the administrator chose.  What he chose cannot be asked for any
 * more; so nothing is stored in such a session.
 *
 * Called by src/settings.c, and redaction_settings before anything is stored.
 */
#ifndef TRK_SETTINGS_REFUSED_H
#define TRK_SETTINGS_REFUSED_H

#include "base/trk.h"

/* Before a setting is defined: does a value wait for it? */
extern void trk_settings_refused_expect(const char *name);

/* After all are defined: which of these values were not taken over? */
extern void trk_settings_refused_settle(void);

/*
 * An error when a value that waited for a setting was refused and nobody who
 * may has set it since.
 */
extern void trk_settings_refused_check(void);

#endif							/* TRK_SETTINGS_REFUSED_H */

/*
 * settings_refused.h
 *	  Finds settings of the administrator that a connection has overridden
 *	  without permission.
 *
 * Until the library is loaded, the server accepts any value for a setting that
 * it does not know, as a placeholder, and of several values keeps the one with
 * the highest priority: an option of the connection hides what ALTER DATABASE,
 * ALTER ROLE or postgresql.conf say.  When the library is loaded, the option
 * is refused (the role may not set it), and the setting gets its built-in
 * default, which may protect less than the value of the administrator.  That
 * value is not known any more, so nothing is stored in such a session.
 *
 * Called by src/settings.c, and by redaction_settings.c before anything is
 * stored.
 */
#ifndef TRK_SETTINGS_REFUSED_H
#define TRK_SETTINGS_REFUSED_H

#include "base/trk.h"

/*
 * Before a setting is defined: note whether a placeholder with a value exists
 * for it.
 */
extern void trk_settings_refused_expect(const char *name);

/*
 * After all settings are defined: find those whose placeholder value was
 * refused.
 */
extern void trk_settings_refused_settle(void);

/*
 * Raise an ERROR when the value of a placeholder was refused and nobody with
 * permission has set the setting since.
 */
extern void trk_settings_refused_check(void);

#endif							/* TRK_SETTINGS_REFUSED_H */

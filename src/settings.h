/*
 * settings.h
 *	  Definition of the settings agent_tracker.*.
 *
 * Called by agent_tracker.c, when the library is loaded.
 */
#ifndef TRK_DEFINE_SETTINGS_H
#define TRK_DEFINE_SETTINGS_H

/* Define the settings, with their checks. */
extern void trk_setting_define(void);

#endif							/* TRK_DEFINE_SETTINGS_H */

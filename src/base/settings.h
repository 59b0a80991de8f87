/*
 * settings.h
 *	  The values of the settings agent_tracker.*, which src/settings.c defines.
 *	  Read by the functions that SQL calls; pure code gets limits and rules as
 *	  arguments.
 */
#ifndef TRK_SETTINGS_H
#define TRK_SETTINGS_H

#include "base/trk.h"

/* settings that anyone may change */
extern char *trk_setting_project;
extern char *trk_setting_agent_id;
extern char *trk_setting_environment;
extern char *trk_setting_run_id;
extern char *trk_setting_parent_span_id;
extern bool trk_setting_enabled;
extern bool trk_setting_notify;
extern bool trk_setting_parallel_ingest;
extern double trk_setting_sample_rate;
extern int	trk_setting_max_events_per_run;
extern int	trk_setting_max_events_per_day;
extern int	trk_setting_max_sample_values;
extern int	trk_setting_flow_timing;	/* this one and the next three are read only by views */
extern double trk_setting_periods_per_year;
extern int	trk_setting_count_trades;
extern int	trk_setting_min_periods;

/* settings that only superusers, and roles granted SET on them, may change */
extern bool trk_setting_store_full_io;
extern int	trk_setting_max_event_bytes;
extern int	trk_setting_max_line_bytes;
extern int	trk_setting_max_decompressed_bytes;
extern char *trk_setting_redact;
extern char *trk_setting_redact_patterns;

#endif							/* TRK_SETTINGS_H */

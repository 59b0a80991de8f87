/*
 * settings.c
 *	  The variables of the settings.
 */
#include "base/trk.h"

#include "base/settings.h"

char	   *trk_setting_project;
char	   *trk_setting_agent_id;
char	   *trk_setting_environment;
char	   *trk_setting_run_id;
char	   *trk_setting_parent_span_id;
bool		trk_setting_enabled;
bool		trk_setting_notify;
bool		trk_setting_parallel_ingest;
double		trk_setting_sample_rate;
int			trk_setting_max_events_per_run;
int			trk_setting_max_events_per_day;
int			trk_setting_max_sample_values;
int			trk_setting_flow_timing;
double		trk_setting_periods_per_year;
int			trk_setting_count_trades;
int			trk_setting_min_periods;
bool		trk_setting_store_full_io;
int			trk_setting_max_event_bytes;
int			trk_setting_max_line_bytes;
int			trk_setting_max_decompressed_bytes;
char	   *trk_setting_redact;
char	   *trk_setting_redact_patterns;

/*
 * settings.c
 *	  The values of the settings.
 */
#include "base/trk.h"

#include "base/settings.h"

char	   *trk_guc_project;
char	   *trk_guc_agent_id;
char	   *trk_guc_environment;
bool		trk_guc_parallel_ingest;
double		trk_guc_sample_rate;
int			trk_guc_max_events_per_run;
int			trk_guc_max_events_per_day;
int			trk_guc_max_sample_values;
int			trk_guc_flow_timing;
double		trk_guc_periods_per_year;
int			trk_guc_count_trades;
bool		trk_guc_store_full_io;
int			trk_guc_max_event_bytes;
int			trk_guc_max_line_bytes;
int			trk_guc_max_decompressed_bytes;
char	   *trk_guc_redact;
char	   *trk_guc_redact_patterns;

/*
 * mapping_report.h
 *	  Errors and warnings about mappings and their rows.  They show paths and
 *	  rules, never values.  Called by mapping_sync.c and mapping_sql.c.
 */
#ifndef TRK_MAPPING_REPORT_H
#define TRK_MAPPING_REPORT_H

#include "import/mapping.h"

/* The rows of a call that were skipped. */
typedef struct TrkMapSkipped
{
	int64		rows;
	int64		warnings;		/* number of warnings so far */
	char	   *last;			/* the text of the last warning, or NULL */
} TrkMapSkipped;

/* Read a mapping that came as json; what cannot be read is a finding. */
extern void trk_mapping_parse(TrkArena *arena, text *document, bool live,
							  TrkValue *tree, TrkMapping *mapping, TrkFindings *findings);

/* Raise an ERROR that lists the findings, if there are any. */
extern void trk_mapping_raise(const TrkFindings *findings);

/*
 * Make the warning about a row that is skipped, unless there were too many
 * before.
 */
extern bool trk_map_skip(TrkMapSkipped *skipped, const TrkMapSource *source,
						 int64 number, const TrkFindings *findings);

/*
 * At the end, make the warning with the number of rows that were not reported.
 */
extern void trk_map_skip_end(TrkMapSkipped *skipped);

#endif							/* TRK_MAPPING_REPORT_H */

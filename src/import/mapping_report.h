/*
 * mapping_report.h
 *	  What callers are told of mappings and rows that are not as they should
 *	  be: paths and rules, never values.
 *
 * Called by mapping_sync.c and mapping_sql.c.
 */
#ifndef TRK_MAPPING_REPORT_H
#define TRK_MAPPING_REPORT_H

#include "import/mapping.h"

/* The rows of a call that were skipped. */
typedef struct TrkMapSkipped
{
	int64		rows;
	int64		warnings;		/* given so far */
	char	   *last;			/* the text of the last one, or NULL */
} TrkMapSkipped;

/* Read a mapping that came as json; what cannot be read is a finding. */
extern void trk_mapping_parse(TrkArena *arena, text *document, bool live,
							  TrkValue *tree, TrkMapping *mapping, TrkFindings *findings);

/* Raise an ERROR that lists the findings, if there are any. */
extern void trk_mapping_raise(const TrkFindings *findings);

/* A row is skipped: say so, unless that was said of many rows before. */
extern bool trk_map_skip(TrkMapSkipped *skipped, const TrkMapSource *source,
						 int64 number, const TrkFindings *findings);

/* At the end: of how many more rows nothing was said. */
extern void trk_map_skip_end(TrkMapSkipped *skipped);

#endif							/* TRK_MAPPING_REPORT_H */

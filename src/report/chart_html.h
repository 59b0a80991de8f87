/*
 * chart_html.h
 *	  Writes a chart as HTML.  Called by page_html.c.
 */
#ifndef TRK_CHART_HTML_H
#define TRK_CHART_HTML_H

#include "report/page.h"

/* Append a chart as a card. */
extern void trk_html_chart(const TrkPageChart *chart, TrkBuf *out, TrkArena *arena);

#endif							/* TRK_CHART_HTML_H */

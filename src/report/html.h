/*
 * html.h
 *	  Texts as HTML.  Called by what writes pages.
 *
 * What is written is ASCII, so that a page reads the same whatever the encoding of
 * the database, of psql or of the disk: other characters become numbers.
 */
#ifndef TRK_HTML_H
#define TRK_HTML_H

#include "base/arena.h"

/* Append markup as it is. */
extern void trk_html_put(TrkBuf *out, const char *markup);

/* Append a share of the width, from 0 to 1, in percent. */
extern void trk_html_share(TrkBuf *out, double share);

/* Append a text, which can neither become markup nor end an attribute. */
extern void trk_html_text(TrkBuf *out, TrkText text);

#endif							/* TRK_HTML_H */

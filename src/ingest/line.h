/*
 * line.h
 *	  Input bytes to lines: plain text, or gzip of any number of members with
 *	  a bound on what comes out.
 *
 * Called by ingest and the fuzz targets.
 */
#ifndef TRK_LINE_H
#define TRK_LINE_H

#include "contract/finding.h"

/* One line, without its line end (\n or \r\n; a lone \r is content). */
typedef struct TrkLine
{
	const char *data;			/* valid until the next call */
	Size		len;			/* of the whole line */
	Size		kept;			/* bytes at data: len, or less when len is over
								 * the limit; then data is only its beginning */
	int64		number;			/* from 1; blank lines count */
	uint8		sha256[32];		/* of the whole line, only when kept < len */
} TrkLine;

typedef enum TrkLineStatus
{
	TRK_LINE_OK,
	TRK_LINE_END,				/* no more lines */
	TRK_LINE_BAD_STREAM			/* gzip stream ended badly; reason in the
								 * reader; no more lines after it */
} TrkLineStatus;

typedef struct TrkLineReader TrkLineReader;

/*
 * Read lines of data[0..len), which must stay alive.  When it begins with
 * gzip's magic bytes (0x1f 0x8b) it is inflated piecewise, all members, into a
 * bounded buffer: memory does not grow with the input.  max_out bounds all
 * that is inflated.  Everything is allocated in the context.
 */
extern TrkLineReader *trk_line_reader_make(MemoryContext context, const char *data,
										   Size len, Size max_line, int64 max_out);

/*
 * Next line that is not blank (a blank line has only white space: blank, tab,
 * CR, FF, VT).  Before TRK_LINE_BAD_STREAM, whole lines that were inflated
 * are returned; a last line without its end belongs to the damage and is not.
 */
extern TrkLineStatus trk_line_next(TrkLineReader *reader, TrkLine *line);

/*
 * How many bytes of a gzip stream are whole members whose sums are right: what
 * can be trusted of a stream that is damaged further on.  At most max_out bytes
 * are inflated; *reason says what is wrong after them, NULL when nothing is.
 */
extern Size trk_line_verified(MemoryContext context, const char *data, Size len,
							  int64 max_out, const char **reason);

/*
 * After TRK_LINE_BAD_STREAM: the reason, whether it is max_out and no damage,
 * and the number of the damaged line.
 */
extern const char *trk_line_stream_reason(const TrkLineReader *reader);
extern bool trk_line_stream_too_large(const TrkLineReader *reader);
extern int64 trk_line_stream_number(const TrkLineReader *reader);

/* Leave out a last line that has no end: it was cut. */
extern void trk_line_drop_rest(TrkLineReader *reader);

/*
 * Is a line white space only?  Such lines are skipped on every way in.  Bytes
 * that are no UTF-8 are no white space.
 */
extern bool trk_line_is_blank(const char *s, Size len);

/* Bytes of text that were read, after inflation. */
extern int64 trk_line_bytes(const TrkLineReader *reader);

extern void trk_line_reader_free(TrkLineReader *reader);

#endif							/* TRK_LINE_H */

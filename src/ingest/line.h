/*
 * line.h
 *	  Splits input bytes into lines.  The input is plain text, or gzip of any
 *	  number of members whose inflated size is limited.  Called by ingest and
 *	  the fuzz targets.
 */
#ifndef TRK_LINE_H
#define TRK_LINE_H

#include "contract/finding.h"

/*
 * One line without its line end (
 *  or \r
 * ; a \r alone is content).
 */
typedef struct TrkLine
{
	const char *data;			/* valid until the next call */
	Size		len;			/* length of the whole line */
	Size		kept;			/* bytes at data: len, or less for a line over the limit, of which
								 * data has only the beginning */
	int64		number;			/* line number from 1; blank lines count too */
	uint8		sha256[32];		/* hash of the whole line, set only when kept < len */
} TrkLine;

typedef enum TrkLineStatus
{
	TRK_LINE_OK,
	TRK_LINE_END,				/* there are no more lines */
	TRK_LINE_BAD_STREAM			/* the gzip stream ended badly; the reader has the reason, and no
								 * more lines follow */
} TrkLineStatus;

typedef struct TrkLineReader TrkLineReader;

/*
 * Make a reader of data[0..len), which must stay valid.  Data that begins with
 * gzip's magic bytes (0x1f 0x8b) is inflated piece by piece, all members, into
 * a bounded buffer, so memory does not grow with the input. max_out limits the
 * inflated size.  All memory is allocated in the context.
 */
extern TrkLineReader *trk_line_reader_make(MemoryContext context, const char *data,
										   Size len, Size max_line, int64 max_out);

/*
 * Return the next line that is not blank (a blank line has only blanks, tabs,
 * CR, FF, VT).  Whole lines that were inflated are returned before
 * TRK_LINE_BAD_STREAM; a last line without a line end counts as damaged then
 * and is not returned.
 */
extern TrkLineStatus trk_line_next(TrkLineReader *reader, TrkLine *line);

/*
 * Return how many bytes of a gzip stream are whole members with correct
 * checksums, which can be trusted even if the stream is damaged later.  At
 * most max_out bytes are inflated.  *reason says what is wrong after these
 * members, or is NULL.
 */
extern Size trk_line_verified(MemoryContext context, const char *data, Size len,
							  int64 max_out, const char **reason);

/*
 * After TRK_LINE_BAD_STREAM: the reason, whether it is the limit max_out and
 * not damage, and the number of the damaged line.
 */
extern const char *trk_line_stream_reason(const TrkLineReader *reader);
extern bool trk_line_stream_too_large(const TrkLineReader *reader);
extern int64 trk_line_stream_number(const TrkLineReader *reader);

/* Do not return a last line without a line end, because it was cut off. */
extern void trk_line_drop_rest(TrkLineReader *reader);

/*
 * Return whether a line is only white space.  Such lines are skipped by every
 * kind of load.  Bytes that are not valid UTF-8 are not white space.
 */
extern bool trk_line_is_blank(const char *s, Size len);

/* Return how many bytes of text were read, after inflation. */
extern int64 trk_line_bytes(const TrkLineReader *reader);

extern void trk_line_reader_free(TrkLineReader *reader);

#endif							/* TRK_LINE_H */

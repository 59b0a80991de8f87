/*
 * line.c
 *	  The line reader over plain bytes and over gzip.
 *
 * Both kinds are one buffer that is searched for line ends.  Plain input is
 * the buffer, all of it from the start.  Inflated text comes into a window
 * that is refilled as lines are taken out of it; it grows up to the longest
 * line that is kept whole, and of a longer line the beginning stays while the
 * rest passes through and is only hashed.
 */
#include "base/trk.h"

#include <zlib.h>

#ifndef TRK_STANDALONE
#include "utils/memutils.h"
#endif

#include "json/json_scan.h"
#include "ingest/line.h"
#include "base/sha256.h"
#include "base/unicode.h"

/* The window's first size, and the room it has beyond the longest line. */
#define WINDOW_BYTES	((Size) 64 * 1024)

/* Compressed bytes given to zlib at once, so that interrupts are seen. */
#define INPUT_BYTES		((Size) 64 * 1024)

/* Bytes hashed or looked at between two looks for an interrupt. */
#define PIECE_BYTES		((Size) 1024 * 1024)

/* What inflateInit2 calls "expect a gzip header, any window size". */
#define GZIP_WINDOW_BITS	(16 + MAX_WBITS)

struct TrkLineReader
{
	MemoryContext context;
	Size		max_line;
	int64		max_out;

	/* text that was not taken yet */
	const char *next;
	const char *end;
	Size		searched;		/* bytes from next on without a line end */
	bool		at_end;			/* nothing comes after it */
	int64		lines;			/* passed so far */

	const char *input;			/* all of it, or what zlib has not been given */
	const char *input_end;

	/* compressed input only */
	bool		gzip;
	z_stream	stream;
	char	   *window;
	Size		window_size;
	int64		inflated;		/* bytes that came out */
	Size		verified;		/* bytes of the input that are whole members */
	const char *begin;			/* of the input */
	const char *reason;			/* of a bad stream */
	bool		too_large;		/* which is the limit, nothing else */
	bool		reported;		/* it was */
	bool		drop_rest;		/* a last line without an end is none */
};

/* A line longer than the window, while it passes through. */
typedef struct TrkLongLine
{
	TrkSha256	sha;
	Size		len;
	bool		blank;			/* so far */
	char		cut[4];			/* the beginning of a character at its end */
	int			cut_len;
	bool		held_cr;		/* a CR was last: content or part of the end? */
} TrkLongLine;

/* Memory for zlib, from the reader's context. */
static void *
line_zalloc(void *context, uInt items, uInt size)
{
	if (size > 0 && items > MaxAllocSize / size)
		return NULL;
	return MemoryContextAlloc(context, (Size) items * size);
}

/* And back. */
static void
line_zfree(void *context, void *p)
{
	pfree(p);
}

/* Does the input begin with gzip's magic bytes? */
static bool
is_gzip(const char *p, const char *end)
{
	return end - p >= 2 && (unsigned char) p[0] == 0x1f && (unsigned char) p[1] == 0x8b;
}

/* The stream is bad: nothing more comes out of it. */
static void
end_badly(TrkLineReader *reader, const char *reason)
{
	reader->reason = reason;
	reader->at_end = true;
}

/* Get ready to inflate. */
static void
begin_gzip(TrkLineReader *reader)
{
	reader->gzip = true;
	reader->window_size = WINDOW_BYTES;
	reader->window = MemoryContextAllocHuge(reader->context, reader->window_size);
	reader->next = reader->end = reader->window;
	reader->stream.zalloc = line_zalloc;
	reader->stream.zfree = line_zfree;
	reader->stream.opaque = reader->context;
	if (inflateInit2(&reader->stream, GZIP_WINDOW_BITS) != Z_OK)
		end_badly(reader, "the compressed stream cannot be read");
}

/* Make a reader of data[0..len). */
TrkLineReader *
trk_line_reader_make(MemoryContext context, const char *data, Size len,
					 Size max_line, int64 max_out)
{
	TrkLineReader *reader = MemoryContextAlloc(context, sizeof(TrkLineReader));

	memset(reader, 0, sizeof(*reader));
	reader->context = context;
	reader->max_line = Min(max_line, MaxAllocHugeSize / 4);
	reader->max_out = Max(max_out, 0);
	reader->input = reader->begin = data;
	reader->input_end = data + len;
	if (is_gzip(data, data + len))
		begin_gzip(reader);
	else
	{
		reader->next = data;
		reader->end = data + len;
		reader->at_end = true;
	}
	return reader;
}

/* Give all memory back. */
void
trk_line_reader_free(TrkLineReader *reader)
{
	if (reader->gzip)
	{
		inflateEnd(&reader->stream);
		pfree(reader->window);
	}
	pfree(reader);
}

/* Are all bytes zeros or line ends? */
static bool
is_padding(const char *p, const char *end)
{
	for (; p < end && (*p == '\0' || *p == '\n' || *p == '\r'); p++)
		if ((end - p) % PIECE_BYTES == 0)
			TRK_CHECK_INTERRUPTS();
	return p == end;
}

/*
 * A member has ended: go on with the next one, or end.  Zeros may fill up the
 * last block of a tape, and tools that handle files as text add a line end.
 */
static void
end_member(TrkLineReader *reader)
{
	const char *rest = reader->input - reader->stream.avail_in;

	reader->stream.avail_in = 0;
	reader->input = rest;
	reader->verified = rest - reader->begin;
	if (is_gzip(rest, reader->input_end))
		(void) inflateReset(&reader->stream);
	else if (is_padding(rest, reader->input_end))
		reader->at_end = true;
	else
		end_badly(reader, "the compressed stream is followed by other bytes");
}

/* Give zlib its next piece of input, if it has used up the one before. */
static void
feed(TrkLineReader *reader)
{
	Size		n;

	if (reader->stream.avail_in > 0)
		return;
	n = Min((Size) (reader->input_end - reader->input), INPUT_BYTES);
	reader->stream.next_in = (Bytef *) reader->input;
	reader->stream.avail_in = n;
	reader->input += n;
}

/*
 * Inflate some text to the end of the window, at most room bytes.  Returns
 * after every piece of input, with or without new text.
 */
static void
inflate_some(TrkLineReader *reader, Size room)
{
	z_stream   *stream = &reader->stream;
	int64		allowed = reader->max_out - reader->inflated;
	int			result;

	TRK_CHECK_INTERRUPTS();
	feed(reader);

	/* one byte more than allowed tells an end at the limit from going on */
	if (room > allowed)
		room = allowed + 1;
	room = Min(room, PIECE_BYTES);
	stream->next_out = (Bytef *) reader->end;
	stream->avail_out = room;
	result = inflate(stream, Z_NO_FLUSH);
	room -= stream->avail_out;
	reader->end += room;
	reader->inflated += room;
	if (reader->inflated > reader->max_out)
	{
		reader->end--;
		reader->inflated--;
		reader->too_large = true;
		end_badly(reader, "the decompressed text is larger than the limit");
	}
	else if (result == Z_STREAM_END)
		end_member(reader);
	else if (result == Z_BUF_ERROR && room == 0 && reader->input == reader->input_end)
		end_badly(reader, "the compressed stream is cut off");
	else if (result != Z_OK && result != Z_BUF_ERROR)
		end_badly(reader, "the compressed stream is corrupt");
}

/* Is all of it white space?  Bytes that are no UTF-8 are none. */
bool
trk_line_is_blank(const char *p, Size len)
{
	const char *end = p + len;

	while (p < end)
	{
		int			n = 1;
		uint32		cp = (unsigned char) *p;

		if (cp >= 0x80)
		{
			n = trk_utf8_sequence(p, end);
			if (n > 0)
				(void) trk_utf8_decode(p, &cp);
		}
		if (n == 0 || !trk_is_space(cp))
			return false;
		if ((end - p) % PIECE_BYTES == 0)
			TRK_CHECK_INTERRUPTS();
		p += n;
	}
	return true;
}

/* Hash bytes of any number. */
static void
hash_bytes(TrkSha256 *sha, const char *p, Size len)
{
	while (len > 0)
	{
		Size		n = Min(len, PIECE_BYTES);

		TRK_CHECK_INTERRUPTS();
		trk_sha256_update(sha, p, n);
		p += n;
		len -= n;
	}
}

/*
 * Take the line of len bytes that lies at data, all of it; false when it is
 * blank.
 */
static bool
take_line(TrkLineReader *reader, const char *data, Size len, TrkLine *line)
{
	reader->lines++;
	reader->searched = 0;
	if (trk_line_is_blank(data, len))
		return false;
	line->data = data;
	line->len = len;
	line->kept = Min(len, reader->max_line);
	line->number = reader->lines;
	if (line->kept < len)
	{
		TrkSha256	sha;

		trk_sha256_init(&sha);
		hash_bytes(&sha, data, len);
		trk_sha256_final(&sha, line->sha256);
	}
	return true;
}

/* Count the CR that was held back as content. */
static void
add_held_cr(TrkLongLine *longline)
{
	if (!longline->held_cr)
		return;
	trk_sha256_update(&longline->sha, "\r", 1);
	longline->len++;
	longline->held_cr = false;
}

/* How many bytes has the character that begins so, by its first byte? */
static int
character_bytes(char first)
{
	unsigned char c = first;

	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* How many bytes at the end are the beginning of a character that goes on? */
static int
cut_at_end(const char *p, Size len)
{
	for (int n = 1; n <= 3 && n <= len; n++)
	{
		char		c = p[len - n];

		if ((c & 0xc0) != 0x80)
			return character_bytes(c) > n ? n : 0;
	}
	return 0;
}

/* Is a long line still blank with this piece?  Its ends may cut characters. */
static bool
still_blank(TrkLongLine *longline, const char *p, Size len)
{
	if (longline->cut_len > 0)
	{
		int			missing = character_bytes(longline->cut[0]) - longline->cut_len;
		int			n = Min(missing, len);

		memcpy(longline->cut + longline->cut_len, p, n);
		longline->cut_len += n;
		if (n < missing)
			return true;
		if (!trk_line_is_blank(longline->cut, longline->cut_len))
			return false;
		p += n;
		len -= n;
	}
	longline->cut_len = cut_at_end(p, len);
	len -= longline->cut_len;
	memcpy(longline->cut, p + len, longline->cut_len);
	return trk_line_is_blank(p, len);
}

/* Add a piece of a long line; a CR at its end waits for what follows. */
static void
add_piece(TrkLongLine *longline, const char *p, Size len)
{
	if (len == 0)
		return;
	add_held_cr(longline);
	longline->blank = longline->blank && still_blank(longline, p, len);
	longline->held_cr = p[len - 1] == '\r';
	if (longline->held_cr)
		len--;
	hash_bytes(&longline->sha, p, len);
	longline->len += len;
}

/*
 * Let the line that fills the window pass through it, up to its end or the
 * end of the text; true when its end was found.
 */
static bool
pass_long_line(TrkLineReader *reader, TrkLongLine *longline)
{
	char	   *kept_end = reader->window + reader->max_line;
	const char *piece = reader->window;

	for (;;)
	{
		Size		len = reader->end - piece;
		const char *line_end = memchr(piece, '\n', len);

		if (line_end != NULL)
		{
			add_piece(longline, piece, line_end - piece);
			reader->next = line_end + 1;
			return true;
		}
		add_piece(longline, piece, len);
		if (reader->at_end)
		{
			reader->next = reader->end;
			return false;
		}
		piece = reader->end = kept_end;
		inflate_some(reader, WINDOW_BYTES);
	}
}

/*
 * Take the line that is longer than the window; false when it is blank or
 * belongs to the damage.
 */
static bool
take_long_line(TrkLineReader *reader, TrkLine *line)
{
	TrkLongLine longline;
	bool		ended;

	trk_sha256_init(&longline.sha);
	longline.len = 0;
	longline.blank = true;
	longline.cut_len = 0;
	longline.held_cr = false;
	ended = pass_long_line(reader, &longline);
	reader->searched = 0;
	if (!ended && (reader->reason != NULL || reader->drop_rest))
		return false;
	if (!ended)
		add_held_cr(&longline);
	reader->lines++;
	if (longline.blank && longline.cut_len == 0)
		return false;
	line->data = reader->window;
	line->len = longline.len;
	line->kept = reader->max_line;
	line->number = reader->lines;
	trk_sha256_final(&longline.sha, line->sha256);
	return true;
}

/* Make the full window larger; false when it is as large as it may get. */
static bool
grow_window(TrkLineReader *reader)
{
	Size		largest = reader->max_line + WINDOW_BYTES;
	Size		size = Min(reader->window_size * 2, largest);
	Size		pending = reader->end - reader->next;
	char	   *window;

	if (reader->window_size >= largest)
		return false;
	window = MemoryContextAllocHuge(reader->context, size);
	memcpy(window, reader->next, pending);
	pfree(reader->window);
	reader->window = window;
	reader->window_size = size;
	reader->next = window;
	reader->end = window + pending;
	return true;
}

/*
 * Get more text behind what was not taken yet; false when there is no space
 * for it.
 */
static bool
refill(TrkLineReader *reader)
{
	Size		pending = reader->end - reader->next;

	if (pending == reader->window_size && !grow_window(reader))
		return false;
	if (reader->next > reader->window)
		memmove(reader->window, reader->next, pending);
	reader->next = reader->window;
	reader->end = reader->window + pending;
	inflate_some(reader, reader->window_size - pending);
	return true;
}

/* The next line end, or NULL when none is there yet. */
static const char *
find_line_end(TrkLineReader *reader)
{
	const char *from = reader->next + reader->searched;
	const char *line_end = memchr(from, '\n', reader->end - from);

	if (line_end == NULL)
		reader->searched = reader->end - reader->next;
	return line_end;
}

/* Take the line that ends at line_end; false when it is blank. */
static bool
take_ended_line(TrkLineReader *reader, const char *line_end, TrkLine *line)
{
	const char *data = reader->next;
	Size		len = line_end - data;

	if (len > 0 && data[len - 1] == '\r')
		len--;
	reader->next = line_end + 1;
	return take_line(reader, data, len, line);
}

/* After the last line end: a last line without one, the end, or damage. */
static TrkLineStatus
take_rest(TrkLineReader *reader, TrkLine *line)
{
	const char *data = reader->next;
	Size		len = reader->end - data;

	if (reader->reason != NULL && !reader->reported)
	{
		reader->reported = true;
		return TRK_LINE_BAD_STREAM;
	}
	if (reader->reason != NULL || reader->drop_rest || len == 0)
		return TRK_LINE_END;
	reader->next = reader->end;
	return take_line(reader, data, len, line) ? TRK_LINE_OK : TRK_LINE_END;
}

/* Next line that is not blank. */
TrkLineStatus
trk_line_next(TrkLineReader *reader, TrkLine *line)
{
	for (;;)
	{
		const char *line_end = find_line_end(reader);

		TRK_CHECK_INTERRUPTS();
		if (line_end != NULL)
		{
			if (take_ended_line(reader, line_end, line))
				return TRK_LINE_OK;
		}
		else if (reader->at_end)
			return take_rest(reader, line);
		else if (!refill(reader))
		{
			if (take_long_line(reader, line))
				return TRK_LINE_OK;
		}
	}
}

/* How many bytes of a gzip stream are whole members whose sums are right. */
Size
trk_line_verified(MemoryContext context, const char *data, Size len, int64 max_out,
				  const char **reason)
{
	TrkLineReader *reader = trk_line_reader_make(context, data, len, 0, max_out);
	Size		verified;

	Assert(reader->gzip);
	while (!reader->at_end)
	{
		reader->end = reader->window;	/* nobody takes the text */
		inflate_some(reader, reader->window_size);
	}
	verified = reader->verified;
	*reason = reader->reason;
	trk_line_reader_free(reader);
	return verified;
}

/* Leave out a last line that has no end. */
void
trk_line_drop_rest(TrkLineReader *reader)
{
	reader->drop_rest = true;
}

/* Why the stream is bad. */
const char *
trk_line_stream_reason(const TrkLineReader *reader)
{
	return reader->reason;
}

/* Is the stream only larger than allowed? */
bool
trk_line_stream_too_large(const TrkLineReader *reader)
{
	return reader->too_large;
}

/* The number of the line in which the damage is. */
int64
trk_line_stream_number(const TrkLineReader *reader)
{
	return reader->lines + 1;
}

/* Bytes of text that were read. */
int64
trk_line_bytes(const TrkLineReader *reader)
{
	if (reader->gzip)
		return reader->inflated - (reader->end - reader->next);
	return reader->next - reader->input;
}

/*
 * line.c
 *	  The line reader over plain bytes and over gzip.
 *
 * Both are one buffer that is searched for line ends.  Plain input is the
 * buffer itself.  Inflated text goes into a window that is refilled as lines
 * are taken out.  The window grows up to the longest line that is kept whole;
 * of a longer line only the beginning is kept, and the rest is hashed as it
 * passes through.
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

/*
 * The initial size of the window, and the space that it has beyond the longest
 * line.
 */
#define WINDOW_BYTES	((Size) 64 * 1024)

/*
 * Compressed bytes that zlib gets at once; between two pieces interrupts are
 * checked.
 */
#define INPUT_BYTES		((Size) 64 * 1024)

/* Bytes that are hashed or searched between two checks for interrupts. */
#define PIECE_BYTES		((Size) 1024 * 1024)

/*
 * The window bits by which inflateInit2() expects a gzip header and any window
 * size.
 */
#define GZIP_WINDOW_BITS	(16 + MAX_WBITS)

struct TrkLineReader
{
	MemoryContext context;
	Size		max_line;
	int64		max_out;

	/* text that was not returned yet */
	const char *next;
	const char *end;
	Size		searched;		/* bytes from next on that are known to have no line end */
	bool		at_end;			/* there is no more text after it */
	int64		lines;			/* lines that were passed so far */

	const char *input;			/* all of the input, or what zlib has not got yet */
	const char *input_end;

	/* compressed input only */
	bool		gzip;
	z_stream	stream;
	char	   *window;
	Size		window_size;
	int64		inflated;		/* bytes that zlib has produced */
	Size		verified;		/* bytes of the input that are whole members with correct checksums */
	const char *begin;			/* the beginning of the input */
	const char *reason;			/* why the stream is bad */
	bool		too_large;		/* the limit was exceeded, and nothing else is wrong */
	bool		reported;		/* TRK_LINE_BAD_STREAM was returned */
	bool		drop_rest;		/* a last line without a line end is not returned */
};

/* A line that is longer than the window, while it passes through. */
typedef struct TrkLongLine
{
	TrkSha256	sha;
	Size		len;
	bool		blank;			/* it has only white space so far */
	char		cut[4];			/* the beginning of a character at the end of the last piece */
	int			cut_len;
	bool		held_cr;		/* the last piece ended with a CR, which may be content or part of
								 * the line end */
} TrkLongLine;

/* zlib's allocation callback: allocate in the reader's context. */
static void *
line_zalloc(void *context, uInt items, uInt size)
{
	if (size > 0 && items > MaxAllocSize / size)
		return NULL;
	return MemoryContextAlloc(context, (Size) items * size);
}

/* zlib's free callback. */
static void
line_zfree(void *context, void *p)
{
	pfree(p);
}

/* Return whether the input begins with gzip's magic bytes. */
static bool
is_gzip(const char *p, const char *end)
{
	return end - p >= 2 && (unsigned char) p[0] == 0x1f && (unsigned char) p[1] == 0x8b;
}

/* End a bad stream: it gives no more text. */
static void
end_badly(TrkLineReader *reader, const char *reason)
{
	reader->reason = reason;
	reader->at_end = true;
}

/* Initialize zlib. */
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

/* Free all memory of the reader. */
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

/* Return whether all bytes are zeros or line ends. */
static bool
is_padding(const char *p, const char *end)
{
	for (; p < end && (*p == '\0' || *p == '\n' || *p == '\r'); p++)
		if ((end - p) % PIECE_BYTES == 0)
			TRK_CHECK_INTERRUPTS();
	return p == end;
}

/*
 * A member has ended: go on with the next one, or end the stream.  Zeros,
 * which fill up the last block of a tape, and line ends, which tools that
 * treat files as text add, are accepted after the last member.
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

/* Give zlib the next piece of input when it has used up the one before. */
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

	/*
	 * ask for one byte more than is allowed, to tell an end at the limit from going on
	 */
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

/*
 * Return whether the line is only white space.  Bytes that are not valid UTF-8
 * are not white space.
 */
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

/* Hash any number of bytes, with checks for interrupts. */
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
 * Return the line of len bytes that is completely at data; false when it is
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

/* Treat the CR that was held back as content. */
static void
add_held_cr(TrkLongLine *longline)
{
	if (!longline->held_cr)
		return;
	trk_sha256_update(&longline->sha, "\r", 1);
	longline->len++;
	longline->held_cr = false;
}

/* Return how many bytes the character has that begins with this byte. */
static int
character_bytes(char first)
{
	unsigned char c = first;

	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/*
 * Return how many bytes at the end are the beginning of an incomplete
 * character.
 */
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

/*
 * Return whether a long line is still blank with this piece.  A character may
 * be split between two pieces.
 */
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

/*
 * Add a piece of a long line.  A CR at its end is held back until the next
 * piece shows what it is.
 */
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
 * Pass the line that fills the window through it, up to its end or the end of
 * the text.  Returns true when the end of the line was found.
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
 * Return a line that is longer than the window; false when it is blank or is
 * the damaged end of the stream.
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

/* Enlarge the full window; return false when it has its largest size. */
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
 * Read more text behind what is in the window; return false when there is no
 * space.
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

/* Return the next line end, or NULL when the window has none yet. */
static const char *
find_line_end(TrkLineReader *reader)
{
	const char *from = reader->next + reader->searched;
	const char *line_end = memchr(from, '\n', reader->end - from);

	if (line_end == NULL)
		reader->searched = reader->end - reader->next;
	return line_end;
}

/* Return the line that ends at line_end; false when it is blank. */
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

/*
 * After the last line end: return a last line without a line end, the end, or
 * the damage.
 */
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

/* Return the next line that is not blank. */
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

/*
 * Return how many bytes of a gzip stream are whole members with correct
 * checksums.
 */
Size
trk_line_verified(MemoryContext context, const char *data, Size len, int64 max_out,
				  const char **reason)
{
	TrkLineReader *reader = trk_line_reader_make(context, data, len, 0, max_out);
	Size		verified;

	Assert(reader->gzip);
	while (!reader->at_end)
	{
		reader->end = reader->window;	/* nobody reads the text, so discard it */
		inflate_some(reader, reader->window_size);
	}
	verified = reader->verified;
	*reason = reader->reason;
	trk_line_reader_free(reader);
	return verified;
}

/* Do not return a last line without a line end. */
void
trk_line_drop_rest(TrkLineReader *reader)
{
	reader->drop_rest = true;
}

/* Return why the stream is bad. */
const char *
trk_line_stream_reason(const TrkLineReader *reader)
{
	return reader->reason;
}

/* Return whether the stream is only larger than allowed. */
bool
trk_line_stream_too_large(const TrkLineReader *reader)
{
	return reader->too_large;
}

/* Return the number of the line in which the damage is. */
int64
trk_line_stream_number(const TrkLineReader *reader)
{
	return reader->lines + 1;
}

/* Return how many bytes of text were read. */
int64
trk_line_bytes(const TrkLineReader *reader)
{
	if (reader->gzip)
		return reader->inflated - (reader->end - reader->next);
	return reader->next - reader->input;
}

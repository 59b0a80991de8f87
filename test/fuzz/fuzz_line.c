/*
 * fuzz_line.c
 *	  The line reader, over any bytes, plain and compressed.
 *
 * Plain text must come out as a simple model of it says.  The same text,
 * compressed by us into two members, must come out the same, or up to the
 * bound on inflation.  Bytes that pretend to be gzip must end somehow.
 */
#include "base/trk.h"

#include <zlib.h>

#include "fuzz.h"
#include "json/json.h"
#include "ingest/line.h"
#include "base/sha256.h"
#include "base/unicode.h"

#define MAX_TEXT		(160 * 1024)
#define MAX_TIMES		2000

static const Size max_lines[] = {1, 7, 100, 5000, 70000, 1048576};

/* The model: where the text is, and the next line's number. */
typedef struct Model
{
	const char *next;
	const char *end;
	int64		number;
} Model;

/* Is it white space only? */
static bool
model_blank(const char *s, Size len)
{
	return trk_utf8_valid(s, len) && trk_is_blank(s, len);
}

/* The next line that is not blank; false at the end. */
static bool
model_next(Model *model, TrkText *line)
{
	while (model->next < model->end)
	{
		const char *newline = memchr(model->next, '\n', model->end - model->next);

		line->s = model->next;
		line->len = (newline ? newline : model->end) - line->s;
		if (newline && line->len > 0 && newline[-1] == '\r')
			line->len--;
		model->next = newline ? newline + 1 : model->end;
		model->number++;
		if (!model_blank(line->s, line->len))
			return true;
	}
	return false;
}

/* Is the reader's line the model's? */
static void
check_line(const TrkLine *line, const TrkText *expected, int64 number, Size max_line)
{
	uint8		digest[32];

	REQUIRE(line->number == number);
	REQUIRE(line->len == expected->len);
	REQUIRE(line->kept == Min(line->len, max_line));
	REQUIRE(memcmp(line->data, expected->s, line->kept) == 0);
	if (line->kept < line->len)
	{
		trk_sha256(expected->s, expected->len, digest);
		REQUIRE(memcmp(digest, line->sha256, sizeof(digest)) == 0);
	}
}

/*
 * Hold what the reader gives of the input against the model of the text.  When
 * the text is cut off, its lines come up to the damage.
 */
static void
check_against_model(const char *input, Size input_len, const char *text, Size len,
					Size max_line, int64 max_out, bool cut)
{
	TrkLineReader *reader = trk_line_reader_make(NULL, input, input_len, max_line, max_out);
	Model		model = {text, text + len, 0};
	TrkLineStatus status;
	TrkText		expected;
	TrkLine		line;

	while ((status = trk_line_next(reader, &line)) == TRK_LINE_OK)
	{
		REQUIRE(model_next(&model, &expected));
		check_line(&line, &expected, model.number, max_line);
	}
	REQUIRE(status == (cut ? TRK_LINE_BAD_STREAM : TRK_LINE_END));
	if (cut)
	{
		REQUIRE(trk_line_stream_reason(reader) != NULL);
		REQUIRE(trk_line_stream_number(reader) > model.number);
		REQUIRE(trk_line_next(reader, &line) == TRK_LINE_END);
		REQUIRE(trk_line_bytes(reader) <= max_out);
	}
	else
	{
		REQUIRE(!model_next(&model, &expected));
		REQUIRE(trk_line_bytes(reader) == len);
	}
	trk_line_reader_free(reader);
}

/* Compress a text as one member at out; returns its length. */
static Size
compress_member(const char *text, Size len, char *out, Size room)
{
	z_stream	stream;

	memset(&stream, 0, sizeof(stream));
	REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	stream.next_in = (Bytef *) text;
	stream.avail_in = len;
	stream.next_out = (Bytef *) out;
	stream.avail_out = room;
	REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&stream);
	return room - stream.avail_out;
}

/* The text as gzip of two members, with and without room for all of it. */
static void
check_compressed(const char *text, Size len, Size max_line)
{
	Size		room = len + len / 100 + 1000;
	char	   *packed = malloc(room);
	Size		n = compress_member(text, len / 3, packed, room);

	n += compress_member(text + len / 3, len - len / 3, packed + n, room - n);
	check_against_model(packed, n, text, len, max_line, len, false);
	if (len > 0)
		check_against_model(packed, n, text, len, max_line, len - 1, true);
	if (n > 0)
		check_against_model(packed, n - 1, text, len, max_line, (int64) len * 2, true);
	free(packed);
}

/* Whatever the stream is, the reader ends, and keeps to its bounds. */
static void
check_stream(const char *data, Size size, Size max_line, int64 max_out)
{
	TrkLineReader *reader = trk_line_reader_make(NULL, data, size, max_line, max_out);
	TrkLineStatus status;
	TrkLine		line;
	int64		number = 0;
	int64		total = 0;
	uint8		sum = 0;
	Size		i;

	while ((status = trk_line_next(reader, &line)) == TRK_LINE_OK)
	{
		REQUIRE(line.number > number);
		REQUIRE(line.kept == Min(line.len, max_line));
		for (i = 0; i < line.kept; i++)
			sum ^= line.data[i];
		number = line.number;
		total += line.len;
		REQUIRE(total <= max_out);
	}
	REQUIRE((status == TRK_LINE_BAD_STREAM) == (trk_line_stream_reason(reader) != NULL));
	REQUIRE(trk_line_bytes(reader) <= max_out);
	trk_line_reader_free(reader);
	if (sum == 1)
		return;					/* so that the bytes are looked at */
}

/*
 * Options: how long a line may be, and whether the text is repeated, which
 * makes lines longer than the reader's window.
 */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	Size		len = size;
	unsigned int options = fuzz_options(&s, &len);
	Size		max_line = max_lines[options % lengthof(max_lines)];
	Size		times = options >= 30 && len > 0 ? Min(MAX_TEXT / len, MAX_TIMES) : 1;
	char	   *text;
	Size		i;

	if (len >= 2 && (uint8) s[0] == 0x1f && (uint8) s[1] == 0x8b)
	{
		check_stream(s, len, max_line, options >= 30 ? MAX_TEXT : 3000);
		return 0;
	}
	text = malloc(len * times + 1);
	for (i = 0; i < times; i++)
		memcpy(text + i * len, s, len);
	text = realloc(text, Max(len * times, 1));
	check_against_model(text, len * times, text, len * times, max_line, 0, false);
	check_compressed(text, len * times, max_line);
	free(text);
	return 0;
}

/*
 * sample_json.h
 *	  Random numbers and JSON text.
 *
 * Everything is integer arithmetic, so that a seed gives the same bytes on
 * every machine.  Functions named trk_sample_put_ append to a buffer, those
 * named trk_sample_add_ a member to the payload of the event that is being
 * written.
 */
#ifndef TRK_SAMPLE_JSON_H
#define TRK_SAMPLE_JSON_H

#include "sample/sample_state.h"

/* Return 64 random bits (SplitMix64; Steele, Lea and Flood 2014). */
static inline uint64
trk_sample_random(TrkSampleDesk *sample)
{
	uint64		z = (sample->stream.random += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Return a number from 0 to n - 1. */
static inline int64
trk_sample_below(TrkSampleDesk *sample, int64 n)
{
	return (int64) (trk_sample_random(sample) % (uint64) n);
}

/* Return true in this share of the calls. */
static inline bool
trk_sample_chance(TrkSampleDesk *sample, int64 share)
{
	return trk_sample_below(sample, TRK_SAMPLE_SHARE) < share;
}

/* Return a symmetric, roughly bell-shaped number within +-4 * spread. */
static inline int64
trk_sample_around_zero(TrkSampleDesk *sample, int64 spread)
{
	int64		sum = 0;

	for (int i = 0; i < 4; i++)
		sum += trk_sample_below(sample, 2 * spread + 1) - spread;
	return sum;
}

/* One element of an array. */
#define trk_sample_pick(sample, array) \
	((array)[trk_sample_below(sample, (int64) lengthof(array))])

/* Append a text as it is. */
static inline void
trk_sample_put(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append an integer with at least width digits. */
static inline void
trk_sample_put_padded(TrkBuf *buf, int64 value, int width)
{
	char		digits[24];
	int			n = sizeof(digits);
	uint64		rest = value < 0 ? -(uint64) value : (uint64) value;

	if (value < 0)
		trk_buf_putc(buf, '-');
	do
	{
		digits[--n] = '0' + rest % 10;
		rest /= 10;
	} while (rest > 0 || (int) sizeof(digits) - n < width);
	trk_buf_append(buf, digits + n, sizeof(digits) - n);
}

/* Append value / 10^places as a decimal number. */
static inline void
trk_sample_put_decimal(TrkBuf *buf, int64 value, int places)
{
	int64		unit = 1;
	int64		size = value < 0 ? -value : value;

	for (int i = 0; i < places; i++)
		unit *= 10;
	if (value < 0)
		trk_buf_putc(buf, '-');
	trk_sample_put_padded(buf, size / unit, 1);
	trk_buf_putc(buf, '.');
	trk_sample_put_padded(buf, size % unit, places);
}

/* Append n random hex digits; n is a multiple of 16. */
static inline void
trk_sample_put_hex(TrkSampleDesk *sample, TrkBuf *buf, int n)
{
	for (; n > 0; n -= 16)
	{
		uint64		bits = trk_sample_random(sample);
		char		digits[16];

		for (int i = 0; i < 16; i++, bits >>= 4)
			digits[i] = "0123456789abcdef"[bits & 15];
		trk_buf_append(buf, digits, 16);
	}
}

/* Append a JSON string; only quotes, backslashes and line ends need escapes here. */
static inline void
trk_sample_put_string(TrkBuf *buf, const char *s)
{
	trk_buf_putc(buf, '"');
	for (; *s; s++)
	{
		if (*s == '"' || *s == '\\')
			trk_buf_putc(buf, '\\');
		if (*s == '\n')
			trk_sample_put(buf, "\\n");
		else
			trk_buf_putc(buf, *s);
	}
	trk_buf_putc(buf, '"');
}

/* Append the name of a member, and a comma before it unless it is the first. */
static inline void
trk_sample_put_name(TrkBuf *buf, const char *name)
{
	if (buf->data[buf->len - 1] != '{')
		trk_buf_putc(buf, ',');
	trk_buf_putc(buf, '"');
	trk_sample_put(buf, name);
	trk_sample_put(buf, "\":");
}

/* Append a member whose value is a text. */
static inline void
trk_sample_put_text(TrkBuf *buf, const char *name, const char *value)
{
	trk_sample_put_name(buf, name);
	trk_sample_put_string(buf, value);
}

/* Append a member whose value is a number. */
static inline void
trk_sample_put_int(TrkBuf *buf, const char *name, int64 value)
{
	trk_sample_put_name(buf, name);
	trk_sample_put_padded(buf, value, 1);
}

/* Add the name of a member, whose value follows. */
static inline void
trk_sample_add_name(TrkSampleDesk *sample, const char *name)
{
	trk_sample_put_name(&sample->payload, name);
}

/* Add a text. */
static inline void
trk_sample_add_text(TrkSampleDesk *sample, const char *name, const char *value)
{
	trk_sample_put_text(&sample->payload, name, value);
}

/* Add a member whose value is this JSON text. */
static inline void
trk_sample_add_json(TrkSampleDesk *sample, const char *name, const char *json)
{
	trk_sample_add_name(sample, name);
	trk_sample_put(&sample->payload, json);
}

/* Add a text of a prefix and so many random hex digits. */
static inline void
trk_sample_add_id(TrkSampleDesk *sample, const char *name, const char *prefix, int digits)
{
	trk_sample_add_name(sample, name);
	trk_buf_putc(&sample->payload, '"');
	trk_sample_put(&sample->payload, prefix);
	trk_sample_put_hex(sample, &sample->payload, digits);
	trk_buf_putc(&sample->payload, '"');
}

/* Add a number. */
static inline void
trk_sample_add_int(TrkSampleDesk *sample, const char *name, int64 value)
{
	trk_sample_put_int(&sample->payload, name, value);
}

/* Add true or false. */
static inline void
trk_sample_add_bool(TrkSampleDesk *sample, const char *name, bool value)
{
	trk_sample_add_name(sample, name);
	trk_sample_put(&sample->payload, value ? "true" : "false");
}

/* Add value / 10^places as a number. */
static inline void
trk_sample_add_number(TrkSampleDesk *sample, const char *name, int64 value, int places)
{
	trk_sample_add_name(sample, name);
	trk_sample_put_decimal(&sample->payload, value, places);
}

/*
 * Add value / 10^places in a string: the way of money, prices, weights and
 * percentages.
 */
static inline void
trk_sample_add_decimal(TrkSampleDesk *sample, const char *name, int64 value, int places)
{
	trk_sample_add_name(sample, name);
	trk_buf_putc(&sample->payload, '"');
	trk_sample_put_decimal(&sample->payload, value, places);
	trk_buf_putc(&sample->payload, '"');
}

/* Add cents as a decimal in a string. */
static inline void
trk_sample_add_money(TrkSampleDesk *sample, const char *name, int64 cents)
{
	trk_sample_add_decimal(sample, name, cents, 2);
}

/* Add an array of one text. */
static inline void
trk_sample_add_list(TrkSampleDesk *sample, const char *name, const char *value)
{
	trk_sample_add_name(sample, name);
	trk_buf_putc(&sample->payload, '[');
	trk_sample_put_string(&sample->payload, value);
	trk_buf_putc(&sample->payload, ']');
}

#endif							/* TRK_SAMPLE_JSON_H */

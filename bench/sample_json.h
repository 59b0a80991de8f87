/*
 * sample_json.h
 *	  Random numbers and JSON text for the sample generator.
 *
 * Everything is integer arithmetic, so that a seed gives the same bytes on
 * every machine.  Included by sample_day.c only.
 */
#ifndef SAMPLE_JSON_H
#define SAMPLE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A growable text. */
typedef struct Text
{
	char	   *data;
	size_t		len;
	size_t		cap;
} Text;

static uint64_t rng_state;

/* 64 random bits (SplitMix64). */
static inline uint64_t
rng(void)
{
	uint64_t	z = (rng_state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* A number of 0 .. n - 1. */
static inline int64_t
below(int64_t n)
{
	return (int64_t) (rng() % (uint64_t) n);
}

/* True in so many of a hundred thousand cases. */
static inline bool
chance(int64_t per_100000)
{
	return below(100000) < per_100000;
}

/* A symmetric, roughly bell-shaped number within +-4 * spread. */
static inline int64_t
around_zero(int64_t spread)
{
	int64_t		sum = 0;

	for (int i = 0; i < 4; i++)
		sum += below(2 * spread + 1) - spread;
	return sum;
}

/* One of several texts. */
#define pick(list) ((list)[below((int64_t) (sizeof(list) / sizeof((list)[0])))])

/* Make room for n more bytes. */
static inline void
reserve(Text *t, size_t n)
{
	if (t->len + n <= t->cap)
		return;
	t->cap = (t->len + n) * 2;
	t->data = realloc(t->data, t->cap);
	if (t->data == NULL)
	{
		fputs("sample_day: out of memory\n", stderr);
		exit(1);
	}
}

static inline void
put_bytes(Text *t, const char *s, size_t n)
{
	reserve(t, n);
	memcpy(t->data + t->len, s, n);
	t->len += n;
}

static inline void
put(Text *t, const char *s)
{
	put_bytes(t, s, strlen(s));
}

/* An integer with at least width digits. */
static inline void
put_padded(Text *t, int64_t value, int width)
{
	char		digits[24];
	int			n = sizeof(digits);
	uint64_t	rest = value < 0 ? -(uint64_t) value : (uint64_t) value;

	if (value < 0)
		put(t, "-");
	do
	{
		digits[--n] = '0' + rest % 10;
		rest /= 10;
	} while (rest > 0 || (int) sizeof(digits) - n < width);
	put_bytes(t, digits + n, sizeof(digits) - n);
}

static inline void
put_int(Text *t, int64_t value)
{
	put_padded(t, value, 1);
}

/* value / 10^places as a decimal number. */
static inline void
put_decimal(Text *t, int64_t value, int places)
{
	int64_t		unit = 1;
	int64_t		size = value < 0 ? -value : value;

	for (int i = 0; i < places; i++)
		unit *= 10;
	if (value < 0)
		put(t, "-");
	put_int(t, size / unit);
	put(t, ".");
	put_padded(t, size % unit, places);
}

/* n random hex digits (a multiple of 16). */
static inline void
put_hex(Text *t, int n)
{
	for (; n > 0; n -= 16)
	{
		uint64_t	bits = rng();
		char		digits[16];

		for (int i = 0; i < 16; i++, bits >>= 4)
			digits[i] = "0123456789abcdef"[bits & 15];
		put_bytes(t, digits, 16);
	}
}

/* A JSON string; only quotes, backslashes and line ends need escapes here. */
static inline void
put_string(Text *t, const char *s)
{
	put(t, "\"");
	for (; *s; s++)
	{
		if (*s == '"' || *s == '\\')
			put(t, "\\");
		if (*s == '\n')
			put(t, "\\n");
		else
			put_bytes(t, s, 1);
	}
	put(t, "\"");
}

/*
 * Members of the object under construction: each puts its own comma, so an
 * object starts with a member that is written by hand, or ends in object_end.
 */
static inline void
f_name(Text *t, const char *name)
{
	if (t->data[t->len - 1] != '{')
		put(t, ",");
	put(t, "\"");
	put(t, name);
	put(t, "\":");
}

static inline void
f_text(Text *t, const char *name, const char *value)
{
	f_name(t, name);
	put_string(t, value);
}

static inline void
f_int(Text *t, const char *name, int64_t value)
{
	f_name(t, name);
	put_int(t, value);
}

static inline void
f_bool(Text *t, const char *name, bool value)
{
	f_name(t, name);
	put(t, value ? "true" : "false");
}

/* A plain decimal number. */
static inline void
f_number(Text *t, const char *name, int64_t value, int places)
{
	f_name(t, name);
	put_decimal(t, value, places);
}

/* A decimal in a string: the way of money, prices, weights and percentages. */
static inline void
f_decimal(Text *t, const char *name, int64_t value, int places)
{
	f_name(t, name);
	put(t, "\"");
	put_decimal(t, value, places);
	put(t, "\"");
}

/* Cents as a decimal string. */
static inline void
f_money(Text *t, const char *name, int64_t cents)
{
	f_decimal(t, name, cents, 2);
}

/* An array of one string. */
static inline void
f_list1(Text *t, const char *name, const char *value)
{
	f_name(t, name);
	put(t, "[");
	put_string(t, value);
	put(t, "]");
}

#endif							/* SAMPLE_JSON_H */

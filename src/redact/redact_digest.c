/*
 * redact_digest.c
 *	  Digests: the text of a value in the client's notation, and its SHA-256.
 */
#include "base/trk.h"

#include <float.h>
#include <math.h>

#include "redact/redact.h"
#include "base/sha256.h"
#include "base/unicode.h"

/*
 * Significant digits that distinguish any two doubles (C11, DBL_DECIMAL_DIG).
 */
#define MAX_DOUBLE_DIGITS	17

/*
 * Numbers written in at most this many bytes are converted without an
 * allocation.
 */
#define SHORT_NUMBER		64

/* A positive double: 0.d1d2d3... times a power of ten. */
typedef struct DecimalText
{
	char		digits[MAX_DOUBLE_DIGITS + 1];
	int			n;
	int			point;			/* digits before the decimal point; may be negative */
} DecimalText;

/*
 * Return the double nearest to a number in text form, or infinity beyond the
 * largest.  Like the server's own number code, this relies on LC_NUMERIC being
 * C.
 */
static double
nearest_double(TrkArena *arena, const char *s, Size len)
{
	char		short_copy[SHORT_NUMBER + 1];
	char	   *copy = short_copy;

	if (len > SHORT_NUMBER)
		copy = trk_arena_copy(arena, s, len);
	else
	{
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return strtod(copy, NULL);
}

/* Round a positive double to this many digits, by printf's %e. */
static void
round_double(double value, int digits, DecimalText *decimal)
{
	char		text[40];
	const char *p;

	snprintf(text, sizeof(text), "%.*e", digits - 1, value);
	decimal->n = 0;
	for (p = text; *p != 'e'; p++)
	{
		if (*p >= '0' && *p <= '9' && decimal->n < MAX_DOUBLE_DIGITS)
			decimal->digits[decimal->n++] = *p;
	}
	decimal->point = atoi(p + 1) + 1;
}

/* Move to the next larger decimal of the same number of digits. */
static void
increment_decimal(DecimalText *decimal)
{
	int			i = decimal->n - 1;

	while (i > 0 && decimal->digits[i] == '9')
		decimal->digits[i--] = '0';
	if (decimal->digits[i] == '9')
	{
		decimal->digits[i] = '1';
		decimal->point++;
	}
	else
		decimal->digits[i]++;
}

/* Return whether the double is the one nearest to the decimal. */
static bool
reads_back(const DecimalText *decimal, double value)
{
	char		text[40];

	snprintf(text, sizeof(text), "0.%.*se%d", decimal->n, decimal->digits, decimal->point);
	return strtod(text, NULL) == value;
}

/*
 * Find the shortest decimal that reads back as the same positive double, and
 * of several the nearest, as Python's repr() does.  This is the double rounded
 * to the fewest digits that read back, with one exception: above a power of
 * two the doubles are twice as far apart as below it, so the decimal next
 * above may read back when the nearest, which is below, does not.  The
 * server's own shortest form differs, since it never uses a decimal that lies
 * exactly between two doubles.
 */
static void
shortest_decimal(double value, DecimalText *decimal)
{
	int			digits = value < DBL_MIN ? 1 : DBL_DIG;

	for (; digits < MAX_DOUBLE_DIGITS; digits++)
	{
		round_double(value, digits, decimal);
		if (reads_back(decimal, value))
			break;
		increment_decimal(decimal);
		if (reads_back(decimal, value))
			break;
	}
	if (digits == MAX_DOUBLE_DIGITS)
		round_double(value, digits, decimal);
	while (decimal->n > 1 && decimal->digits[decimal->n - 1] == '0')
		decimal->n--;
}

/* Append n times the digit zero. */
static void
append_zeros(TrkBuf *buf, int n)
{
	while (n-- > 0)
		trk_buf_putc(buf, '0');
}

/* Append a number as d.ddde+XX. */
static void
append_scientific(TrkBuf *buf, const DecimalText *decimal)
{
	char		exponent[16];

	trk_buf_putc(buf, decimal->digits[0]);
	if (decimal->n > 1)
	{
		trk_buf_putc(buf, '.');
		trk_buf_append(buf, decimal->digits + 1, decimal->n - 1);
	}
	snprintf(exponent, sizeof(exponent), "e%+03d", decimal->point - 1);
	trk_buf_append(buf, exponent, strlen(exponent));
}

/*
 * Append a number without an exponent, with at least one digit on both sides
 * of the decimal point.
 */
static void
append_plain(TrkBuf *buf, const DecimalText *decimal)
{
	int			before = Max(Min(decimal->point, decimal->n), 0);

	trk_buf_append(buf, decimal->digits, before);
	append_zeros(buf, decimal->point > 0 ? decimal->point - before : 1);
	trk_buf_putc(buf, '.');
	append_zeros(buf, decimal->point < 0 ? -decimal->point : 0);
	if (decimal->n > before)
		trk_buf_append(buf, decimal->digits + before, decimal->n - before);
	else
		trk_buf_putc(buf, '0');
}

/* Append a number that is not an integer, as the nearest double. */
static void
append_double(TrkBuf *buf, const char *s, Size len)
{
	double		value = nearest_double(buf->arena, s, len);
	DecimalText decimal;

	if (signbit(value))
	{
		trk_buf_putc(buf, '-');
		value = -value;
	}
	if (isinf(value))
	{
		trk_buf_append(buf, "inf", 3);
		return;
	}
	if (value == 0)
	{
		trk_buf_append(buf, "0.0", 3);
		return;
	}
	shortest_decimal(value, &decimal);
	if (decimal.point > -4 && decimal.point <= 16)
		append_plain(buf, &decimal);
	else
		append_scientific(buf, &decimal);
}

/* Append a number. */
static void
append_number(TrkBuf *buf, const TrkValue *value)
{
	if ((value->flags & TRK_F_INTEGER) == 0)
		append_double(buf, value->u.str, value->len);
	else if (value->len == 2 && memcmp(value->u.str, "-0", 2) == 0)
		trk_buf_putc(buf, '0');
	else
		trk_buf_append(buf, value->u.str, value->len);
}

/* Append the escape of a character that is not printed as itself. */
static void
append_escape(TrkBuf *buf, uint32 cp)
{
	char		escape[12];

	switch (cp)
	{
		case '\n':
			trk_buf_append(buf, "\\n", 2);
			return;
		case '\r':
			trk_buf_append(buf, "\\r", 2);
			return;
		case '\t':
			trk_buf_append(buf, "\\t", 2);
			return;
	}
	if (cp < 0x80 && trk_is_printable(cp))	/* it is a quote or a backslash */
		snprintf(escape, sizeof(escape), "\\%c", (char) cp);
	else if (cp <= 0xff)
		snprintf(escape, sizeof(escape), "\\x%02x", cp);
	else if (cp <= 0xffff)
		snprintf(escape, sizeof(escape), "\\u%04x", cp);
	else
		snprintf(escape, sizeof(escape), "\\U%08x", cp);
	trk_buf_append(buf, escape, strlen(escape));
}

/* Append a string in quotes. */
static void
append_quoted(TrkBuf *buf, const char *s, Size len)
{
	char		quote = '\'';
	Size		i = 0;
	Size		done = 0;

	if (memchr(s, '\'', len) != NULL && memchr(s, '"', len) == NULL)
		quote = '"';
	trk_buf_putc(buf, quote);
	while (i < len)
	{
		uint32		cp;
		int			n = trk_utf8_decode(s + i, &cp);

		if (cp == '\\' || cp == (uint32) quote || !trk_is_printable(cp))
		{
			trk_buf_append(buf, s + done, i - done);
			append_escape(buf, cp);
			done = i + n;
			TRK_CHECK_INTERRUPTS();
		}
		i += n;
	}
	trk_buf_append(buf, s + done, len - done);
	trk_buf_putc(buf, quote);
}

static void append_value(TrkBuf *buf, const TrkValue *value);

/* Append the elements of an array or the members of an object. */
static void
append_children(TrkBuf *buf, const TrkValue *value)
{
	bool		object = value->kind == TRK_OBJECT;
	uint32		i;

	trk_buf_putc(buf, object ? '{' : '[');
	for (i = 0; i < value->len; i++)
	{
		TRK_CHECK_INTERRUPTS();
		if (i > 0)
			trk_buf_append(buf, ", ", 2);
		if (object)
		{
			append_quoted(buf, value->u.members[i].name, value->u.members[i].name_len);
			trk_buf_append(buf, ": ", 2);
			append_value(buf, &value->u.members[i].value);
		}
		else
			append_value(buf, &value->u.items[i]);
	}
	trk_buf_putc(buf, object ? '}' : ']');
}

/*
 * Append a value in the client's notation.  The recursion is as deep as the
 * value, which the reader limits to TRK_MAX_DEPTH.
 */
static void
append_value(TrkBuf *buf, const TrkValue *value)
{
	switch ((TrkKind) value->kind)
	{
		case TRK_NULL:
			trk_buf_append(buf, "None", 4);
			break;
		case TRK_FALSE:
			trk_buf_append(buf, "False", 5);
			break;
		case TRK_TRUE:
			trk_buf_append(buf, "True", 4);
			break;
		case TRK_NUMBER:
			append_number(buf, value);
			break;
		case TRK_STRING:
			append_quoted(buf, value->u.str, value->len);
			break;
		case TRK_ARRAY:
		case TRK_OBJECT:
			append_children(buf, value);
			break;
	}
}

/* Append the text over which the digest of a value is computed. */
void
trk_digest_text(TrkBuf *buf, const TrkValue *value)
{
	if (value->kind == TRK_STRING)
		trk_buf_append(buf, value->u.str, value->len);
	else
		append_value(buf, value);
}

/* Append "sha256:" and 64 hex digits of the bytes. */
void
trk_digest_append(TrkBuf *buf, const char *s, Size len)
{
	uint8		digest[32];

	trk_sha256(s, len, digest);
	trk_buf_append(buf, "sha256:", 7);
	trk_buf_reserve(buf, 64);
	trk_hex(digest, 32, buf->data + buf->len);
	buf->len += 64;
}

/* Return whether the value is "sha256:" and 64 lower-case hex digits. */
static bool
is_digest_string(const TrkValue *value)
{
	uint32		i;

	if (value->kind != TRK_STRING || value->len != 71 ||
		memcmp(value->u.str, "sha256:", 7) != 0)
		return false;
	for (i = 7; i < 71; i++)
	{
		char		c = value->u.str[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* Return whether the value is exactly a digest object. */
bool
trk_is_digest(const TrkValue *value)
{
	TrkMember  *redacted;
	TrkMember  *digest;
	TrkMember  *chars;

	if (value->kind != TRK_OBJECT)
		return false;
	if (value->flags & TRK_F_DIGEST)
		return true;
	if (value->len != 3)
		return false;
	redacted = trk_json_member(value, "redacted");
	digest = trk_json_member(value, "sha256");
	chars = trk_json_member(value, "chars");
	return redacted != NULL && redacted->value.kind == TRK_TRUE &&
		digest != NULL && is_digest_string(&digest->value) &&
		chars != NULL && chars->value.kind == TRK_NUMBER &&
		(chars->value.flags & TRK_F_INTEGER) != 0;
}

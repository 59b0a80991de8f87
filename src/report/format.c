/*
 * format.c
 *	  Numbers, durations and names as people read them (see format.h).
 */
#include "base/trk.h"

#include <math.h>

#include "base/text.h"
#include "report/format.h"

/* Return whether a number has a digit that is not zero. */
static bool
is_not_zero(TrkText number)
{
	for (Size i = 0; i < number.len; i++)
		if (number.s[i] >= '1' && number.s[i] <= '9')
			return true;
	return false;
}

/* Write a decimal number with groups of three digits. */
TrkText
trk_format_decimal(TrkArena *arena, TrkText number, bool plus)
{
	TrkBuf		buf;
	bool		is_negative = number.len > 0 && number.s[0] == '-';
	Size		first = is_negative ? 1 : 0;
	Size		digits = 0;

	while (first + digits < number.len && number.s[first + digits] >= '0' && number.s[first + digits] <= '9')
		digits++;
	trk_buf_init(&buf, arena, number.len + digits / 3 + 1);
	if (is_negative)
		trk_buf_putc(&buf, '-');
	else if (plus && digits > 0 && is_not_zero(number))
		trk_buf_putc(&buf, '+');
	for (Size i = 0; i < digits; i++)
	{
		if (i > 0 && (digits - i) % 3 == 0)
			trk_buf_putc(&buf, ',');
		trk_buf_putc(&buf, number.s[first + i]);
	}
	trk_buf_append(&buf, number.s + first + digits, number.len - first - digits);
	return (TrkText) {buf.data, buf.len};
}

/* Write a whole number. */
TrkText
trk_format_count(TrkArena *arena, int64 count)
{
	char		digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long) count);
	return trk_format_decimal(arena, trk_text_literal(digits), false);
}

/* Write a whole number of a unit, and the rest in the unit below it. */
static void
write_units(char *out, Size size, double value, double per, const char *unit, const char *below)
{
	double		whole = floor(value / per);
	double		rest = floor(value - whole * per);

	if (rest > 0)
		snprintf(out, size, "%.0f %s %.0f %s", whole, unit, rest, below);
	else
		snprintf(out, size, "%.0f %s", whole, unit);
}

/* Write a duration of at least zero. */
TrkText
trk_format_ms(TrkArena *arena, double ms)
{
	char		out[64];
	double		seconds = rint(ms / 1000);

	if (!(ms >= 0) || isinf(ms))
		return (TrkText) {"", 0};
	if (ms > 0 && ms < 0.95)
		snprintf(out, sizeof(out), "%.2g ms", ms);
	else if (ms < 999.5)
		snprintf(out, sizeof(out), "%.0f ms", ms);
	else if (ms < 59950)
		snprintf(out, sizeof(out), "%.1f s", ms / 1000);
	else if (seconds < 3600)
		write_units(out, sizeof(out), seconds, 60, "min", "s");
	else if (seconds < 86400)
		write_units(out, sizeof(out), seconds / 60, 60, "h", "min");
	else
		write_units(out, sizeof(out), seconds / 3600, 24, "d", "h");
	return trk_text_copy(arena, trk_text_literal(out));
}

/* Return whether a character changes the direction of what follows it. */
bool
trk_turns_text(uint32 c)
{
	return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
		(c >= 0x2066 && c <= 0x2069);
}

/* Return the length of a prefix of so many characters. */
Size
trk_prefix_of(TrkText text, Size characters)
{
	Size		i = 0;

	while (i < text.len && characters > 0)
	{
		i++;
		while (i < text.len && ((unsigned char) text.s[i] & 0xC0) == 0x80)
			i++;
		characters--;
	}
	return i;
}

/*
 * number.c
 *	  The spellings of JSON numbers: how many digits they need, and the same
 *	  number in other styles.  All arithmetic is on positions of digits; no
 *	  value is ever computed.
 */
#include "base/trk.h"

#include "json/number.h"

/* Return the end of a run of digits. */
static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Parse the exponent after its e, limited to TRK_EXPONENT_LIMIT. */
static int64
parse_exponent(const char *p, const char *end)
{
	bool		negative = *p == '-';
	int64		exponent = 0;

	if (*p == '-' || *p == '+')
		p++;
	for (; p < end && exponent < TRK_EXPONENT_LIMIT; p++)
		exponent = exponent * 10 + (*p - '0');
	exponent = Min(exponent, TRK_EXPONENT_LIMIT);
	return negative ? -exponent : exponent;
}

/* Return the digit at a position; it is zero outside the spelled digits. */
static char
digit_at(const TrkNumber *number, int64 position)
{
	if (position < 0 || position >= number->integer_len + number->fraction_len)
		return '0';
	if (position < number->integer_len)
		return number->integer[position];
	return number->fraction[position - number->integer_len];
}

/* Parse a valid spelling. */
void
trk_number_parse(TrkNumber *number, const char *s, Size len)
{
	const char *p = s;
	const char *end = s + len;
	int64		digits;

	if (*p == '-')
		p++;
	number->integer = p;
	p = skip_digits(p, end);
	number->integer_len = p - number->integer;
	number->fraction = p;
	if (p < end && *p == '.')
	{
		number->fraction = ++p;
		p = skip_digits(p, end);
	}
	number->fraction_len = p - number->fraction;
	number->exponent = p < end ? parse_exponent(p + 1, end) : 0;
	digits = number->integer_len + number->fraction_len;
	number->first = 0;
	while (number->first < digits && digit_at(number, number->first) == '0')
		number->first++;
	number->negative = *s == '-' && number->first < digits;
	number->plain = p == end && number->negative == (*s == '-');
}

/* Return whether the number is zero. */
static bool
is_zero(const TrkNumber *number)
{
	return number->first == number->integer_len + number->fraction_len;
}

/* Return the number of digits before the decimal point; it is at least 1. */
int64
trk_number_integer_digits(const TrkNumber *number)
{
	if (is_zero(number))
		return 1;
	return Max(1, number->integer_len + number->exponent - number->first);
}

/*
 * Return the number of digits after the decimal point: those spelled, shifted
 * by the exponent.
 */
int64
trk_number_scale(const TrkNumber *number)
{
	return Max(0, number->fraction_len - number->exponent);
}

/* Return whether a number with this spelling may be stored. */
bool
trk_number_fits(const char *s, Size len)
{
	TrkNumber	number;

	trk_number_parse(&number, s, len);
	return number.exponent < TRK_EXPONENT_LIMIT &&
		number.exponent > -TRK_EXPONENT_LIMIT &&
		trk_number_integer_digits(&number) + trk_number_scale(&number) <= TRK_MAX_NUMBER_DIGITS;
}

/* Return the size of the spelling in the style TRK_NUMBERS_STORED. */
Size
trk_number_size(const char *s, Size len)
{
	TrkNumber	number;
	int64		scale;

	trk_number_parse(&number, s, len);
	scale = trk_number_scale(&number);
	return (number.negative ? 1 : 0) + trk_number_integer_digits(&number) +
		(scale > 0 ? 1 + scale : 0);
}

/* Append n digits from a position on. */
static void
write_digits(TrkBuf *buf, const TrkNumber *number, int64 position, int64 n)
{
	int64		i;

	for (i = 0; i < n; i++)
		trk_buf_putc(buf, digit_at(number, position + i));
}

/*
 * Append the digits before the decimal point, without leading zeros and sign.
 */
void
trk_number_write_integer(TrkBuf *buf, const TrkNumber *number)
{
	int64		point = number->integer_len + number->exponent;
	int64		n = trk_number_integer_digits(number);

	write_digits(buf, number, point - n, n);
}

/* Append the number as numeric prints it. */
static void
write_stored(TrkBuf *buf, const TrkNumber *number)
{
	int64		point = number->integer_len + number->exponent;
	int64		integer_digits = trk_number_integer_digits(number);
	int64		scale = trk_number_scale(number);

	if (number->negative)
		trk_buf_putc(buf, '-');
	if (is_zero(number))
		trk_buf_putc(buf, '0');
	else
		write_digits(buf, number, point - integer_digits, integer_digits);
	if (scale > 0)
	{
		trk_buf_putc(buf, '.');
		write_digits(buf, number, point, scale);
	}
}

/* Append a small integer in decimal. */
static void
write_integer(TrkBuf *buf, int64 n)
{
	char		digits[24];
	char	   *p = digits + sizeof(digits);
	uint64		rest = n < 0 ? -(uint64) n : (uint64) n;

	do
		*--p = (char) ('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--p = '-';
	trk_buf_append(buf, p, digits + sizeof(digits) - p);
}

/* Append the spelling that all equal decimals share. */
static void
write_normal(TrkBuf *buf, const TrkNumber *number)
{
	int64		last = number->integer_len + number->fraction_len - 1;

	if (is_zero(number))
	{
		trk_buf_putc(buf, '0');
		return;
	}
	while (digit_at(number, last) == '0')
		last--;
	if (number->negative)
		trk_buf_putc(buf, '-');
	write_digits(buf, number, number->first, last + 1 - number->first);
	trk_buf_putc(buf, 'e');
	write_integer(buf, number->integer_len + number->exponent - last - 1);
}

/* Append a number's spelling in the given style. */
void
trk_json_write_number(TrkBuf *buf, const char *s, Size len, TrkNumberStyle style)
{
	TrkNumber	number;

	if (style != TRK_NUMBERS_AS_SPELLED)
		trk_number_parse(&number, s, len);
	if (style == TRK_NUMBERS_AS_SPELLED || (style == TRK_NUMBERS_STORED && number.plain))
		trk_buf_append(buf, s, len);
	else if (style == TRK_NUMBERS_STORED)
		write_stored(buf, &number);
	else
		write_normal(buf, &number);
}

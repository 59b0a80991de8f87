/*
 * number_rule.c
 *	  Numbers in values, and their exact comparison with a bound.
 */
#include "base/trk.h"

#include "json/number_rule.h"
#include "base/text.h"

/* Return the length of the run of ASCII digits at s. */
static Size
digit_run(const char *s, Size len)
{
	Size		n = 0;

	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

/*
 * Return whether the whole text is digits with an optional decimal point and
 * an optional exponent.
 */
static bool
is_unsigned_decimal(const char *s, Size len)
{
	Size		before = digit_run(s, len);
	Size		after = 0;
	Size		i = before;

	if (i < len && s[i] == '.')
	{
		after = digit_run(s + i + 1, len - i - 1);
		i += 1 + after;
	}
	if (before + after == 0)
		return false;
	if (i == len)
		return true;
	if (s[i] != 'e' && s[i] != 'E')
		return false;
	i++;
	if (i < len && (s[i] == '+' || s[i] == '-'))
		i++;
	return i < len && digit_run(s + i, len - i) == len - i;
}

/* Parse the number that a text spells. */
static bool
number_of_text(const char *s, Size len, TrkNumber *number)
{
	TrkText		text = trk_text_strip(s, len);
	Size		sign;

	s = text.s;
	len = text.len;
	sign = len > 0 && (*s == '+' || *s == '-') ? 1 : 0;
	if (!is_unsigned_decimal(s + sign, len - sign))
		return false;
	if (sign > 0 && *s == '+')
		trk_number_parse(number, s + 1, len - 1);
	else
		trk_number_parse(number, s, len);
	return true;
}

/* Parse the number in a value; return false when it has none. */
bool
trk_number_of_value(const TrkValue *value, TrkNumber *number)
{
	if (value->kind == TRK_STRING)
		return number_of_text(value->u.str, value->len, number);
	if (value->kind != TRK_NUMBER)
		return false;
	trk_number_parse(number, value->u.str, value->len);
	return true;
}

/*
 * Return the digit of a number at a position of its spelling; it is 0 outside
 * the digits.
 */
static int
digit_of(const TrkNumber *number, int64 position)
{
	if (position >= number->integer_len + number->fraction_len)
		return 0;
	if (position < number->integer_len)
		return number->integer[position] - '0';
	return number->fraction[position - number->integer_len] - '0';
}

/* Compare the magnitude of a number that is not zero with one that is not. */
static int
compare_magnitude(const TrkNumber *number, unsigned int bound)
{
	char		digits[16];
	int			n = snprintf(digits, sizeof(digits), "%u", bound);
	int64		places = number->integer_len + number->exponent - number->first;
	int64		position = number->first;
	int			i;

	if (places != n)
		return places > n ? 1 : -1;
	for (i = 0; i < n; i++, position++)
		if (digit_of(number, position) != digits[i] - '0')
			return digit_of(number, position) > digits[i] - '0' ? 1 : -1;
	for (; position < number->integer_len + number->fraction_len; position++)
		if (digit_of(number, position) != 0)
			return 1;
	return 0;
}

/* Compare with an integer, as decimals. */
int
trk_number_compare(const TrkNumber *number, int bound)
{
	bool		zero = number->first == number->integer_len + number->fraction_len;
	int			sign = zero ? 0 : number->negative ? -1 : 1;

	if (bound == 0 || sign == 0 || (sign < 0) != (bound < 0))
		return sign != 0 ? sign : bound > 0 ? -1 : bound < 0 ? 1 : 0;
	return sign * compare_magnitude(number, sign < 0 ? 0u - (unsigned int) bound : (unsigned int) bound);
}

/*
 * pattern_pii.c
 *	  Matchers for personal data.  The bounds on what they read come from the
 *	  formats: no number is longer than its longest standard form.
 */
#include "trk.h"

#include "pattern_shape.h"

#define CARD_MIN_DIGITS		13
#define CARD_MAX_DIGITS		19
#define IBAN_MIN_CHARS		15
#define IBAN_MAX_CHARS		34
#define IPV6_MAX_CHARS		39

/* An e-mail address; anchored at its '@' */
bool
trk_shape_email(TrkScan *scan, Size at, TrkSpan *span)
{
	Size		label = at + 1;
	int			labels = 0;

	if (!trk_char_at(scan, at, '@'))
		return false;
	span->start = at;
	while (span->start > 0 && trk_class_at(scan, span->start - 1, TRK_C_MAIL))
		span->start--;
	if (span->start == at)
		return false;
	span->end = 0;
	for (;; labels++)
	{
		Size		letters = label;
		Size		label_end = trk_class_run(scan, label, TRK_C_ALNUM | TRK_C_DASH);

		while (trk_class_at(scan, letters, TRK_C_ALNUM) &&
			   !trk_class_at(scan, letters, TRK_C_DIGIT))
			letters++;
		if (labels > 0 && letters - label >= 2 && !trk_class_at(scan, letters, TRK_C_WORD))
			span->end = letters;
		if (label_end == label || !trk_char_at(scan, label_end, '.'))
			break;
		label = label_end + 1;
	}
	return span->end > 0;
}

/* A social security number of the United States */
bool
trk_shape_us_ssn(TrkScan *scan, Size at, TrkSpan *span)
{
	const char *p = scan->s + at;
	int			i;

	if (scan->len - at < 11 || !trk_ascii_edge(scan, at))
		return false;
	for (i = 0; i < 11; i++)
	{
		if (!trk_class_at(scan, at + i, i == 3 || i == 6 ? TRK_C_DASH : TRK_C_DIGIT))
			return false;
	}
	if (p[0] == '9' || memcmp(p, "000", 3) == 0 || memcmp(p, "666", 3) == 0 ||
		memcmp(p + 4, "00", 2) == 0 || memcmp(p + 7, "0000", 4) == 0)
		return false;
	span->start = at;
	span->end = at + 11;
	return !trk_class_at(scan, span->end, TRK_C_WORD);
}

/* ISO 7064: characters as digits, letters as 10 to 35, the first four last. */
static bool
iban_checks(const TrkScan *scan, Size start, Size end)
{
	char		text[IBAN_MAX_CHARS];
	int			n = 0;
	int			rest = 0;
	int			i;

	for (; start < end; start++)
	{
		if (scan->s[start] == ' ')
			continue;
		if (n == IBAN_MAX_CHARS)
			return false;
		text[n++] = scan->s[start];
	}
	if (n < IBAN_MIN_CHARS)
		return false;
	for (i = 0; i < n; i++)
	{
		char		c = text[(i + 4) % n];

		if (c >= 'A')
			rest = (rest * 100 + c - 'A' + 10) % 97;
		else
			rest = (rest * 10 + c - '0') % 97;
	}
	return rest == 1;
}

/* An international bank account number, in one piece or in groups of four */
bool
trk_shape_iban(TrkScan *scan, Size at, TrkSpan *span)
{
	Size		ends[8];
	int			n = 0;
	int			groups;
	Size		i = at + 4;

	if (!trk_class_at(scan, at, TRK_C_UPPER) || !trk_class_at(scan, at + 1, TRK_C_UPPER) ||
		!trk_class_at(scan, at + 2, TRK_C_DIGIT) || !trk_class_at(scan, at + 3, TRK_C_DIGIT) ||
		!trk_ascii_edge(scan, at))
		return false;
	for (groups = 1; groups <= 8; groups++)
	{
		Size		begin = trk_char_at(scan, i, ' ') ? i + 1 : i;

		for (i = begin; i < begin + 4; i++)
		{
			if (!trk_class_at(scan, i, TRK_C_UPPER | TRK_C_DIGIT))
				break;
		}
		if (i > begin && !trk_class_at(scan, i, TRK_C_WORD))
			ends[n++] = i;
		if (i < begin + 4)
			break;
	}
	span->start = at;
	while (n-- > 0)
	{
		span->end = ends[n];
		if (iban_checks(scan, at, span->end))
			return true;
	}
	return false;
}

/* The Luhn test: from the right, every second digit doubled. */
static bool
card_checks(const TrkScan *scan, Size start, Size end)
{
	int			sum = 0;
	bool		twice = false;

	while (end-- > start)
	{
		int			digit = scan->s[end] - '0';

		if (!trk_class_at(scan, end, TRK_C_DIGIT))
			continue;
		if (twice)
			digit = digit * 2 - (digit > 4 ? 9 : 0);
		twice = !twice;
		sum += digit;
	}
	return sum % 10 == 0;
}

/* A payment card's number, in one piece or in groups */
bool
trk_shape_card(TrkScan *scan, Size at, TrkSpan *span)
{
	Size		ends[8];
	int			n = 0;
	int			digits = 0;
	Size		i = at;

	if (at >= scan->len || scan->s[at] < '2' || scan->s[at] > '6' ||
		!trk_ascii_edge(scan, at))
		return false;
	for (;;)
	{
		Size		begin = i;

		while (digits + (i - begin) <= CARD_MAX_DIGITS && trk_class_at(scan, i, TRK_C_DIGIT))
			i++;
		digits += i - begin;
		if (digits > CARD_MAX_DIGITS || i - begin < (begin == at ? 4 : 3))
			break;
		if (digits >= CARD_MIN_DIGITS && !trk_class_at(scan, i, TRK_C_WORD))
			ends[n++] = i;
		if (!trk_char_at(scan, i, ' ') && !trk_char_at(scan, i, '-'))
			break;
		i++;
	}
	span->start = at;
	while (n-- > 0)
	{
		span->end = ends[n];
		if (card_checks(scan, at, span->end))
			return true;
	}
	return false;
}

/* End of a decimal number of at most 255 without leading zeros at i, or 0. */
static Size
octet_at(const TrkScan *scan, Size i)
{
	Size		begin = i;
	int			value = 0;

	for (; i < begin + 4 && trk_class_at(scan, i, TRK_C_DIGIT); i++)
		value = value * 10 + scan->s[i] - '0';
	if (i == begin || value > 255 || (scan->s[begin] == '0' && i > begin + 1))
		return 0;
	return i;
}

/* An IPv4 address */
bool
trk_shape_ipv4(TrkScan *scan, Size at, TrkSpan *span)
{
	Size		i = at;
	int			octet;

	if (!trk_ascii_edge(scan, at) || (at > 0 && scan->s[at - 1] == '.'))
		return false;
	for (octet = 0; octet < 4; octet++)
	{
		if (octet > 0 && !trk_char_at(scan, i++, '.'))
			return false;
		i = octet_at(scan, i);
		if (i == 0)
			return false;
	}
	span->start = at;
	span->end = i;
	return !trk_class_at(scan, trk_char_at(scan, i, '.') ? i + 1 : i, TRK_C_WORD);
}

/* Are these characters, hex digits and colons only, an IPv6 address? */
static bool
ipv6_checks(const TrkScan *scan, Size i, Size end)
{
	int			groups = 0;
	bool		gap = false;

	if (end - i > IPV6_MAX_CHARS)
		return false;
	while (i < end)
	{
		Size		begin = i;

		while (i < end && scan->s[i] != ':')
			i++;
		if (i - begin > 4)
			return false;
		if (i > begin)
			groups++;
		if (i == end)
			break;
		if (i + 1 < end && scan->s[i + 1] == ':')
		{
			if (gap)
				return false;
			gap = true;
			i++;
		}
		else if (i == begin || i + 1 == end)
			return false;
		i++;
	}
	return gap ? groups >= 1 && groups <= 7 : groups == 8;
}

/* An IPv6 address without an IPv4 address in it */
bool
trk_shape_ipv6(TrkScan *scan, Size at, TrkSpan *span)
{
	Size		end = at;

	if (!trk_ascii_edge(scan, at) || (at > 0 && scan->s[at - 1] == ':'))
		return false;
	while (end - at <= IPV6_MAX_CHARS + 1 &&
		   (trk_class_at(scan, end, TRK_C_HEX) || trk_char_at(scan, end, ':')))
		end++;
	if (end - at < 3)
		return false;
	if (scan->s[end - 1] == ':' && (scan->s[end - 2] != ':' || scan->s[end - 3] == ':'))
		end--;					/* punctuation after the address */
	else if (trk_class_at(scan, end, TRK_C_WORD))
		return false;
	span->start = at;
	span->end = end;
	return ipv6_checks(scan, at, end);
}

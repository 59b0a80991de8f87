/*
 * pii_shape.c
 *	  Matchers for personal data.  How much they read is bounded by the
 *	  formats: no number is longer than its longest standard form.
 */
#include "base/trk.h"

#include "redact/secret_shape.h"

#define CARD_MIN_DIGITS		13
#define CARD_MAX_DIGITS		19
#define IBAN_MIN_CHARS		15
#define IBAN_MAX_CHARS		34
#define IPV6_MAX_CHARS		39
#define IPV6_MIN_GROUPS		3	/* with fewer groups it is a slice or a name in a program */
#define PHONE_MIN_DIGITS	8
#define PHONE_MAX_DIGITS	15
#define PHONE_MAX_CHARS		24

/*
 * Return whether there is no lower-case letter: then it is a symbol with its
 * exchange (AAPL@NASDAQ.NMS) and not an e-mail address.
 */
static bool
all_upper(const TrkShapeScan *scan, const TrkSpan *span)
{
	Size		i;

	for (i = span->start; i < span->end; i++)
	{
		if (scan->s[i] >= 'a' && scan->s[i] <= 'z')
			return false;
	}
	return true;
}

/* Match an e-mail address.  The anchor is its '@'. */
bool
trk_shape_email(TrkShapeScan *scan, Size at, TrkSpan *span)
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
	return span->end > 0 && !all_upper(scan, span);
}

/* Match a social security number of the United States. */
bool
trk_shape_us_ssn(TrkShapeScan *scan, Size at, TrkSpan *span)
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

/*
 * Verify the check digits of an IBAN by ISO 7064: letters count as 10 to 35,
 * and the first four characters are moved to the end.
 */
static bool
iban_checks(const TrkShapeScan *scan, Size start, Size end)
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
			rest = (rest * 100 + (c & ~0x20) - 'A' + 10) % 97;
		else
			rest = (rest * 10 + c - '0') % 97;
	}
	return rest == 1;
}

/* Return whether there is a letter at i. */
static inline bool
letter_at(const TrkShapeScan *scan, Size i)
{
	return trk_class_at(scan, i, TRK_C_ALNUM) && !trk_class_at(scan, i, TRK_C_DIGIT);
}

/*
 * Match an international bank account number (IBAN), in one piece or in groups
 * of four.
 */
bool
trk_shape_iban(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		ends[8];
	int			n = 0;
	int			groups;
	Size		i = at + 4;

	if (!letter_at(scan, at) || !letter_at(scan, at + 1) ||
		!trk_class_at(scan, at + 2, TRK_C_DIGIT) || !trk_class_at(scan, at + 3, TRK_C_DIGIT) ||
		!trk_ascii_edge(scan, at))
		return false;
	for (groups = 1; groups <= 8; groups++)
	{
		Size		begin = trk_char_at(scan, i, ' ') ? i + 1 : i;

		for (i = begin; i < begin + 4; i++)
		{
			if (!trk_class_at(scan, i, TRK_C_ALNUM))
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

/*
 * Verify the check digit of a card by the Luhn algorithm: from the right,
 * every second digit is doubled.
 */
static bool
card_checks(const TrkShapeScan *scan, Size start, Size end)
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

/*
 * The first digits of the numbers of an issuer of cards, and how many digits
 * its numbers have.
 */
typedef struct TrkIssuer
{
	uint16		first;			/* the first four digits */
	uint16		last;
	uint8		min_digits;
	uint8		max_digits;
} TrkIssuer;

/*
 * The ranges that are issued under ISO/IEC 7812: Visa, Mastercard, American
 * Express, Discover, JCB, Diners, UnionPay, Maestro.
 */
static const TrkIssuer issuers[] = {
	{4000, 4999, 13, 19}, {5100, 5599, 16, 16}, {2221, 2720, 16, 16}, {3400, 3499, 15, 15},
	{3700, 3799, 15, 15}, {6011, 6011, 16, 19}, {6440, 6599, 16, 19}, {3528, 3589, 16, 19},
	{3000, 3059, 14, 14}, {3095, 3095, 14, 14}, {3600, 3699, 14, 14}, {3800, 3999, 14, 14},
	{6200, 6299, 16, 19}, {5018, 5018, 13, 19}, {5020, 5020, 13, 19}, {5038, 5038, 13, 19},
	{6304, 6304, 13, 19}, {6759, 6763, 13, 19}
};

/*
 * Return whether an issuer has numbers of this many digits that begin like
 * this one.
 */
static bool
is_issued(const TrkShapeScan *scan, Size at, int digits)
{
	int			first = 0;
	Size		i;

	for (i = at; i < at + 4; i++)
		first = first * 10 + scan->s[i] - '0';
	for (i = 0; i < lengthof(issuers); i++)
	{
		if (first >= issuers[i].first && first <= issuers[i].last &&
			digits >= issuers[i].min_digits && digits <= issuers[i].max_digits)
			return true;
	}
	return false;
}

/* Return whether these are the groups in which card numbers are printed. */
static bool
is_grouping(const int *groups, int n)
{
	if (n == 1)
		return true;
	if (n == 3)
		return groups[0] == 4 && groups[1] == 6 && (groups[2] == 4 || groups[2] == 5);
	return (n == 4 || (n == 5 && groups[4] == 3)) &&
		groups[0] == 4 && groups[1] == 4 && groups[2] == 4 && groups[3] == 4;
}

/*
 * Return whether the number, or a list of numbers, continues after this end.
 */
static bool
goes_on(const TrkShapeScan *scan, Size i)
{
	if (trk_class_at(scan, i, TRK_C_WORD))
		return true;
	return i < scan->len && memchr(".,- ", scan->s[i], 4) != NULL &&
		trk_class_at(scan, i + 1, TRK_C_DIGIT);
}

/* Return whether the number, or a list of numbers, begins before at. */
static bool
comes_from(const TrkShapeScan *scan, Size at)
{
	if (at == 0)
		return false;
	if (trk_class_at(scan, at - 1, TRK_C_WORD))
		return true;
	return at > 1 && memchr(".,- ", scan->s[at - 1], 4) != NULL &&
		trk_class_at(scan, at - 2, TRK_C_DIGIT);
}

/*
 * Match the number of a payment card, in one piece or in its groups.  A part
 * of a list of numbers does not match.
 */
bool
trk_shape_card(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	int			groups[5];
	int			n = 0;
	int			digits = 0;
	Size		i = at;
	char		separator = '\0';

	if (!trk_class_at(scan, at, TRK_C_DIGIT) || comes_from(scan, at))
		return false;
	for (;;)
	{
		Size		begin = i;

		while (i - begin <= CARD_MAX_DIGITS && trk_class_at(scan, i, TRK_C_DIGIT))
			i++;
		groups[n++] = (int) (i - begin);
		digits += (int) (i - begin);
		if (n == 5 || digits >= CARD_MAX_DIGITS || i >= scan->len ||
			(scan->s[i] != ' ' && scan->s[i] != '-') ||
			(separator != '\0' && scan->s[i] != separator) ||
			!trk_class_at(scan, i + 1, TRK_C_DIGIT))
			break;
		separator = scan->s[i++];
	}
	span->start = at;
	span->end = i;
	return digits >= CARD_MIN_DIGITS && digits <= CARD_MAX_DIGITS && is_grouping(groups, n) &&
		!goes_on(scan, i) && is_issued(scan, at, digits) && card_checks(scan, at, i);
}

/*
 * Return the end of the digits of a telephone number in groups from i on, or 0
 * when there are too few or too many digits.
 */
static Size
phone_run(const TrkShapeScan *scan, Size i, int *groups)
{
	Size		begin = i;
	Size		end = i;
	int			digits = 0;

	*groups = 1;
	while (i < begin + PHONE_MAX_CHARS && i < scan->len)
	{
		if (trk_class_at(scan, i, TRK_C_DIGIT))
		{
			if (i > begin && !trk_class_at(scan, i - 1, TRK_C_DIGIT))
				(*groups)++;
			digits++;
			end = ++i;
		}
		else if (memchr(" .-()", scan->s[i], 5) != NULL && i < end + 2)
			i++;
		else
			break;
	}
	return digits >= PHONE_MIN_DIGITS && digits <= PHONE_MAX_DIGITS ? end : 0;
}

/*
 * Return whether there are three, three and four digits with the same sign
 * between them: a number of North America.
 */
static bool
is_local_phone(const TrkShapeScan *scan, Size at, char sign1, char sign2)
{
	Size		i;
	static const char *const form = "dddsdddtdddd";

	for (i = 0; i < 12; i++)
	{
		if (form[i] == 'd' ? !trk_class_at(scan, at + i, TRK_C_DIGIT) :
			!trk_char_at(scan, at + i, form[i] == 's' ? sign1 : sign2))
			return false;
	}
	return scan->s[at] >= '2' && scan->s[at + 4] >= '2';
}

/*
 * Match a telephone number with a country code, or one of North America.  The
 * anchor is its first digit.
 */
bool
trk_shape_phone(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	int			groups;

	if (!trk_class_at(scan, at, TRK_C_DIGIT) || !trk_ascii_edge(scan, at))
		return false;
	if (at > 0 && scan->s[at - 1] == '+' && scan->s[at] != '0' &&
		(at == 1 || !trk_class_at(scan, at - 2, TRK_C_WORD)))
	{
		span->start = at - 1;
		span->end = phone_run(scan, at, &groups);
		return span->end > 0 && (groups >= 3 || (groups == 1 && span->end - at >= 10)) &&
			!trk_class_at(scan, span->end, TRK_C_WORD) &&
			!(trk_char_at(scan, span->end, '.') && trk_class_at(scan, span->end + 1, TRK_C_DIGIT)) &&
			!trk_char_at(scan, span->end, '%');
	}
	if (at > 0 && scan->s[at - 1] == '(' && trk_char_at(scan, at + 3, ')'))
	{
		Size		rest = trk_char_at(scan, at + 4, ' ') ? at + 1 : at;

		/* (415) 555-0123 */
		span->start = at - 1;
		span->end = rest + 12;
		return trk_class_at(scan, at + 1, TRK_C_DIGIT) && trk_class_at(scan, at + 2, TRK_C_DIGIT) &&
			trk_class_at(scan, rest + 4, TRK_C_DIGIT) && trk_class_at(scan, rest + 5, TRK_C_DIGIT) &&
			trk_class_at(scan, rest + 6, TRK_C_DIGIT) && trk_char_at(scan, rest + 7, '-') &&
			trk_class_run(scan, rest + 8, TRK_C_DIGIT) == rest + 12 &&
			!trk_class_at(scan, rest + 12, TRK_C_WORD);
	}
	span->start = at;
	span->end = at + 12;
	return !(at > 0 && memchr("-.", scan->s[at - 1], 2) != NULL) &&
		(is_local_phone(scan, at, '-', '-') || is_local_phone(scan, at, '.', '.')) &&
		!trk_class_at(scan, span->end, TRK_C_WORD) && !trk_char_at(scan, span->end, '-') &&
		!(trk_char_at(scan, span->end, '.') && trk_class_at(scan, span->end + 1, TRK_C_DIGIT));
}

/*
 * Return the end of a decimal number of at most 255 without leading zeros at
 * i, or 0.
 */
static Size
octet_at(const TrkShapeScan *scan, Size i)
{
	Size		begin = i;
	int			value = 0;

	for (; i < begin + 4 && trk_class_at(scan, i, TRK_C_DIGIT); i++)
		value = value * 10 + scan->s[i] - '0';
	if (i == begin || value > 255 || (scan->s[begin] == '0' && i > begin + 1))
		return 0;
	return i;
}

/* Return whether the number here is a version: after "version " or "Name/". */
static bool
is_version(const TrkShapeScan *scan, Size at)
{
	Size		i = at;

	if (i > 1 && scan->s[i - 1] == '/' && trk_class_at(scan, i - 2, TRK_C_ALNUM) &&
		!trk_class_at(scan, i - 2, TRK_C_DIGIT))
		return true;
	while (i > 0 && memchr(" :=", scan->s[i - 1], 3) != NULL && at - i < 3)
		i--;
	if (i < at && i > 0 && (scan->s[i - 1] | 0x20) == 'v' && trk_ascii_edge(scan, i - 1))
		return true;
	return i >= 7 && trk_folded_at(scan, i - 7, "version") == i;
}

/* Match an IPv4 address. */
bool
trk_shape_ipv4(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i = at;
	int			octet;

	if (!trk_ascii_edge(scan, at) || (at > 0 && scan->s[at - 1] == '.') || is_version(scan, at))
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

/*
 * Return whether these characters, which are only hex digits and colons, are
 * an IPv6 address.
 */
static bool
ipv6_checks(const TrkShapeScan *scan, Size i, Size end)
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
	return gap ? groups >= IPV6_MIN_GROUPS && groups <= 7 : groups == 8;
}

/* Match an IPv6 address that does not contain an IPv4 address. */
bool
trk_shape_ipv6(TrkShapeScan *scan, Size at, TrkSpan *span)
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
		end--;					/* punctuation after the address is not part of it */
	else if (trk_class_at(scan, end, TRK_C_WORD))
		return false;
	span->start = at;
	span->end = end;
	return ipv6_checks(scan, at, end);
}

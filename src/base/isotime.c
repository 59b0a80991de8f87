/*
 * isotime.c
 *	  Dates and times of ISO 8601, and the day numbers of the calendar.
 */
#include "base/trk.h"

#include "base/isotime.h"

#define USECS_PER_SECOND	INT64CONST(1000000)
#define SECONDS_PER_DAY		86400

/* Days of 400 years, after which the Gregorian calendar repeats. */
#define DAYS_PER_ERA		146097

/* Days from 0000-03-01, where the arithmetic below begins, to 2000-01-01. */
#define DAYS_TO_2000		730425

/* The text that is left to read. */
typedef struct Cursor
{
	const char *p;
	const char *end;
} Cursor;

/* Read exactly n digits as a number. */
static bool
read_digits(Cursor *cursor, int n, int *number)
{
	if (cursor->end - cursor->p < n)
		return false;
	*number = 0;
	for (; n > 0; n--, cursor->p++)
	{
		if (*cursor->p < '0' || *cursor->p > '9')
			return false;
		*number = *number * 10 + (*cursor->p - '0');
	}
	return true;
}

/* Skip this character if it is the next one; return whether it was. */
static bool
skip_char(Cursor *cursor, char c)
{
	if (cursor->p == cursor->end || *cursor->p != c)
		return false;
	cursor->p++;
	return true;
}

/* Return whether the next character is a digit. */
static bool
at_digit(const Cursor *cursor)
{
	return cursor->p < cursor->end && *cursor->p >= '0' && *cursor->p <= '9';
}

/* Return the number of days of a month. */
static int
days_of_month(int year, int month)
{
	static const int8 days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Read a date, YYYY-MM-DD or (when allowed) YYYYMMDD, as a day number. */
static bool
read_date(Cursor *cursor, bool compact_too, int64 *days)
{
	int			year;
	int			month;
	int			day;
	bool		extended;

	if (!read_digits(cursor, 4, &year))
		return false;
	extended = skip_char(cursor, '-');
	if (!extended && !compact_too)
		return false;
	if (!read_digits(cursor, 2, &month) ||
		(extended && !skip_char(cursor, '-')) ||
		!read_digits(cursor, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
		return false;
	*days = trk_date_to_days(year, month, day);
	return true;
}

/* Read the digits of a fraction after its point, as microseconds. */
static bool
read_fraction(Cursor *cursor, int *usecs)
{
	int			unit = USECS_PER_SECOND / 10;

	if (!at_digit(cursor))
		return false;
	for (; at_digit(cursor); cursor->p++, unit /= 10)
		*usecs += (*cursor->p - '0') * unit;
	return true;
}

/*
 * Read a time of day, as microseconds: hours, then minutes, then seconds, all
 * with colons or all without.  A fraction counts as that of a second wherever
 * the rest ends.
 */
static bool
read_time(Cursor *cursor, int64 *usecs)
{
	static const int limits[3] = {24, 60, 60};
	int			parts[3] = {0, 0, 0};
	int			fraction = 0;
	bool		colons = false;
	int			i;

	for (i = 0; i < 3; i++)
	{
		if (!read_digits(cursor, 2, &parts[i]) || parts[i] >= limits[i])
			return false;
		if (i == 2)
			break;
		if (i == 0)
			colons = cursor->p < cursor->end && *cursor->p == ':';
		if (colons ? !skip_char(cursor, ':') : !at_digit(cursor))
			break;
	}
	if ((skip_char(cursor, '.') || skip_char(cursor, ',')) &&
		!read_fraction(cursor, &fraction))
		return false;
	*usecs = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * USECS_PER_SECOND + fraction;
	return true;
}

/* Skip any one character of UTF-8. */
static bool
skip_any_char(Cursor *cursor)
{
	if (cursor->p == cursor->end)
		return false;
	do
		cursor->p++;
	while (cursor->p < cursor->end && (*cursor->p & 0xc0) == 0x80);
	return true;
}

/* Return whether the rest is a time zone of offset zero. */
static bool
rest_is_utc(const Cursor *cursor)
{
	const char *p = cursor->p;
	Size		len = cursor->end - p;

	if (len == 1)
		return *p == 'Z';
	if (len < 3 || (*p != '+' && *p != '-'))
		return false;
	p++;
	len--;
	return (len == 2 && memcmp(p, "00", 2) == 0) ||
		(len == 4 && memcmp(p, "0000", 4) == 0) ||
		(len == 5 && memcmp(p, "00:00", 5) == 0);
}

/* Parse a date and time with a UTC offset of zero. */
bool
trk_isotime_parse(const char *s, Size len, int64 *usecs)
{
	Cursor		cursor = {s, s + len};
	int64		days;
	int64		time;

	if (!read_date(&cursor, true, &days) || !skip_any_char(&cursor) ||
		!read_time(&cursor, &time) || !rest_is_utc(&cursor))
		return false;
	*usecs = days * SECONDS_PER_DAY * USECS_PER_SECOND + time;
	return true;
}

/* Read an offset from UTC to the end; false when there is another rest. */
static bool
read_offset(Cursor *cursor, int64 *usecs)
{
	bool		west;

	*usecs = 0;
	(void) skip_char(cursor, ' ');
	if (cursor->p == cursor->end)
		return cursor->p[-1] != ' ';
	if (skip_char(cursor, 'Z'))
		return cursor->p == cursor->end;
	west = *cursor->p == '-';
	if (!skip_char(cursor, '+') && !skip_char(cursor, '-'))
		return false;
	if (!read_time(cursor, usecs) || cursor->p != cursor->end)
		return false;
	if (west)
		*usecs = -*usecs;
	return true;
}

/* Parse a date, and a time with any or no offset. */
bool
trk_isotime_read(const char *s, Size len, int64 *usecs)
{
	Cursor		cursor = {s, s + len};
	int64		days;
	int64		time = 0;
	int64		offset = 0;

	if (!read_date(&cursor, true, &days))
		return false;
	if (cursor.p != cursor.end &&
		(!skip_any_char(&cursor) || !read_time(&cursor, &time) ||
		 !read_offset(&cursor, &offset)))
		return false;
	*usecs = days * SECONDS_PER_DAY * USECS_PER_SECOND + time - offset;
	return true;
}

/* Parse a date and a time with an offset. */
bool
trk_isotime_in_utc(const char *s, Size len, int64 *usecs)
{
	Cursor		cursor = {s, s + len};
	int64		days;
	int64		time;
	int64		offset;

	if (!read_date(&cursor, true, &days) || !skip_any_char(&cursor) ||
		!read_time(&cursor, &time) || cursor.p == cursor.end || !read_offset(&cursor, &offset))
		return false;
	*usecs = days * SECONDS_PER_DAY * USECS_PER_SECOND + time - offset;
	return true;
}

/* Write a number with n digits; returns the place after. */
static char *
write_digits(char *p, int number, int n)
{
	int			i;

	for (i = n - 1; i >= 0; i--, number /= 10)
		p[i] = '0' + number % 10;
	return p + n;
}

/* Write a time in UTC. */
int
trk_isotime_write(int64 usecs, char out[TRK_ISOTIME_MAX])
{
	int64		day_usecs = SECONDS_PER_DAY * USECS_PER_SECOND;
	int64		days = usecs / day_usecs - (usecs % day_usecs < 0 ? 1 : 0);
	int64		time = usecs - days * day_usecs;
	int			seconds = (int) (time / USECS_PER_SECOND);
	int			fraction = (int) (time % USECS_PER_SECOND);
	int			year;
	int			month;
	int			day;
	char	   *p = out;

	trk_days_to_date(days, &year, &month, &day);
	if (year < 1 || year > 9999)
		return 0;
	p = write_digits(p, year, 4);
	*p++ = '-';
	p = write_digits(p, month, 2);
	*p++ = '-';
	p = write_digits(p, day, 2);
	*p++ = 'T';
	p = write_digits(p, seconds / 3600, 2);
	*p++ = ':';
	p = write_digits(p, seconds / 60 % 60, 2);
	*p++ = ':';
	p = write_digits(p, seconds % 60, 2);
	if (fraction > 0)
	{
		*p++ = '.';
		p = write_digits(p, fraction, 6);
	}
	*p++ = 'Z';
	return (int) (p - out);
}

/* Return whether the text is an existing date YYYY-MM-DD. */
bool
trk_isodate_valid(const char *s, Size len)
{
	Cursor		cursor = {s, s + len};
	int64		days;

	return read_date(&cursor, false, &days) && cursor.p == cursor.end;
}

/*
 * Return the day number of a date.  Years are taken from March to February, so
 * that the leap day is the last day of its year, and in eras of 400 years
 * (Howard Hinnant's days_from_civil).
 */
int64
trk_date_to_days(int year, int month, int day)
{
	int64		y = (int64) year - (month <= 2 ? 1 : 0);
	int64		era = (y >= 0 ? y : y - 399) / 400;
	int64		year_of_era = y - era * 400;
	int64		day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64		day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_2000;
}

/* Return the date of a day number, the reverse of trk_date_to_days(). */
void
trk_days_to_date(int64 days, int *year, int *month, int *day)
{
	int64		z = days + DAYS_TO_2000;
	int64		era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64		day_of_era = z - era * DAYS_PER_ERA;
	int64		year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
							   day_of_era / (DAYS_PER_ERA - 1)) / 365;
	int64		day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64		month_from_march = (5 * day_of_year + 2) / 153;

	*day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	*year = (int) (year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

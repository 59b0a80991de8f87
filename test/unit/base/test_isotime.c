/*
 * test_isotime.c
 *	  Dates and times: what is accepted, what it means, and the calendar both
 *	  ways.
 */
#include "base/isotime.h"
#include "tap.h"

#define SECOND	INT64CONST(1000000)
#define DAY		(86400 * SECOND)

/* A text is a time, and that one. */
static void
is_time(const char *s, int64 expected)
{
	int64		usecs = -1;

	ok(trk_isotime_parse(s, strlen(s), &usecs), "accepted: %s", s);
	ok(usecs == expected, "means the right moment: %s", s);
}

/* A text is no time. */
static void
is_no_time(const char *s)
{
	int64		usecs;

	ok(!trk_isotime_parse(s, strlen(s), &usecs), "refused: \"%s\"", s);
}

/* A text is a date, or not. */
static void
date_is(const char *s, bool expected)
{
	ok(trk_isodate_valid(s, strlen(s)) == expected, "%s: \"%s\"",
	   expected ? "a date" : "no date", s);
}

/* A text has an instant in UTC; NULL means that it has none for sure. */
static void
utc_is(const char *s, const char *expected)
{
	char		utc[TRK_ISOTIME_MAX];
	int64		usecs;
	int			len = trk_isotime_in_utc(s, strlen(s), &usecs) ? trk_isotime_write(usecs, utc) : 0;

	ok(expected == NULL ? len == 0 : len == strlen(expected) && memcmp(utc, expected, len) == 0,
	   "in UTC: \"%s\"", s);
}

/* Times with an offset, which must be there. */
static void
test_in_utc(void)
{
	utc_is("2026-01-05T08:00:00-05:00", "2026-01-05T13:00:00Z");
	utc_is("2026-01-01T00:30:00.5+0530", "2025-12-31T19:00:00.500000Z");
	utc_is("20260105T08-05", "2026-01-05T13:00:00Z");
	utc_is("2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z");
	utc_is("2026-01-05T08:00:00", NULL);
	utc_is("2026-01-05", NULL);
	utc_is("2026-01-05T08:00:00 ", NULL);
	utc_is("2026-01-05T08:00:00+05:00 ", NULL);
	utc_is("2026-01-05T08:00:00+25:00", NULL);
	utc_is("2026-02-30T08:00:00+05:00", NULL);
	utc_is("0001-01-01T00:00:00+01:00", NULL);
}

/* Forms of date, time and zone. */
static void
test_forms(void)
{
	is_time("2000-01-01T00:00:00Z", 0);
	is_time("2000-01-01T00:00:00+00:00", 0);
	is_time("2000-01-01T00:00:00-00:00", 0);
	is_time("2000-01-01T00:00:00+0000", 0);
	is_time("2000-01-01T00:00:00-00", 0);
	is_time("2000-01-01T00:00Z", 0);
	is_time("2000-01-01T00Z", 0);
	is_time("20000101T000000Z", 0);
	is_time("20000101T0000Z", 0);
	is_time("20000101T00Z", 0);
	is_time("20000101T01:02:03Z", 3723 * SECOND);
	is_time("2000-01-01T010203Z", 3723 * SECOND);
	is_time("2000-01-02 12:34:56.789Z", DAY + 45296789000);
	is_time("2026-06-07T23:59:59.999999Z", 9654 * DAY + DAY - 1);
	is_time("1999-12-31T23:59:59Z", -SECOND);
	is_time("0001-01-01T00:00:00Z", -730119 * DAY);
	is_time("9999-12-31T23:59:59.999999Z", 2921940 * DAY - 1);
	is_time("2024-02-29T00:00:00Z", 8825 * DAY);
}

/* Fractions. */
static void
test_fractions(void)
{
	is_time("2000-01-01T00:00:00.5Z", 500000);
	is_time("2000-01-01T00:00:00,5Z", 500000);
	is_time("2000-01-01T00:00:00.000001Z", 1);
	is_time("2000-01-01T00:00:00.0000019Z", 1);
	is_time("2000-01-01T00:00:00.99999999999999999999999999999Z", 999999);
	is_time("2000-01-01T00:01.5Z", 60 * SECOND + 500000);
	is_time("2000-01-01T01,25+00", 3600 * SECOND + 250000);
	is_time("20000101T000001.5Z", SECOND + 500000);
	is_no_time("2000-01-01T00:00:00.Z");
	is_no_time("2000-01-01T00:00:00.x5Z");
	is_no_time("2000-01-01T00:00:00.5.5Z");
	is_no_time("2000-01-01T000000123Z");
}

/* The one character between date and time. */
static void
test_separators(void)
{
	is_time("2000-01-01t00:00Z", 0);
	is_time("2000-01-01_00:00Z", 0);
	is_time("2000-01-01-00:00Z", 0);
	is_time("2000-01-01Z00:00Z", 0);
	is_time("2000-01-01500:00Z", 0);
	is_time("2000-01-01\xc3\xa9" "00:00Z", 0);
	is_time("2000-01-01\xe2\x80\xaf" "00:00Z", 0);
	is_time("20000101\xf0\x9f\x99\x82" "00Z", 0);
	is_no_time("2000-01-01T T00:00Z");
	is_no_time("2000-01-0100:00Z");
	is_no_time("2000-01-01\xc3\xa9\xc3\xa9" "00:00Z");
	is_no_time("2000-01-01\xc3");
}

/* What is no time in UTC. */
static void
test_refused(void)
{
	static const char *const texts[] = {
		"", "Z", "T00:00:00Z", "2000-01-01", "2000-01-01T", "2000-01-01TZ",
		"2000-01-01T00:00:00", "2000-01-01T00:00:00z", "2000-01-01T00:00:00 Z",
		" 2000-01-01T00:00:00Z", "2000-01-01T00:00:00Z ", "2000-01-01T00:00:00ZZ",
		"2000-01-01T00:00:00+", "2000-01-01T00:00:00+0", "2000-01-01T00:00:00+000",
		"2000-01-01T00:00:00+00:0", "2000-01-01T00:00:00+00:00:00",
		"2000-01-01T00:00:00+02:00", "2000-01-01T00:00:00-00:01",
		"2000-01-01T00:00:00+01", "2000-01-01T00:00:00Z+00:00",
		"2000-01-01T24:00:00Z", "2000-01-01T23:60:00Z", "2000-01-01T23:59:60Z",
		"2000-01-01T0:00:00Z", "2000-01-01T00:0Z", "2000-01-01T00:Z", "2000-01-01T00:00:Z",
		"2000-01-01T00:0000Z", "2000-01-01T0000:00Z", "2000-01-01T000Z",
		"2000-01-01T-1:00:00Z", "2000-01-01T00:00:0 Z",
		"0000-01-01T00:00:00Z", "2000-00-01T00:00:00Z", "2000-13-01T00:00:00Z",
		"2000-01-00T00:00:00Z", "2000-01-32T00:00:00Z", "2000-04-31T00:00:00Z",
		"2023-02-29T12:00:00Z", "1900-02-29T00:00:00Z", "2000-02-30T00:00:00Z",
		"2000-1-1T00:00:00Z", "200-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
		"2000-0101T00:00:00Z", "200001-01T00:00:00Z", "2000/01/01T00:00:00Z",
		"2000-W01-1T00:00:00Z", "2000W011T00:00:00Z", "2000-001T00:00:00Z",
		"\xd9\xa2" "000-01-01T00:00:00Z"
	};
	Size		i;

	for (i = 0; i < lengthof(texts); i++)
		is_no_time(texts[i]);
}

/* Every beginning of a valid time is refused without a look past its end. */
static void
test_truncated(void)
{
	const char *whole = "2000-01-01T00:00:00.5+00:00";
	Size		len;
	int			accepted = 0;

	for (len = 0; len < strlen(whole); len++)
	{
		char	   *part = malloc(len > 0 ? len : 1);
		int64		usecs;

		memcpy(part, whole, len);
		if (trk_isotime_parse(part, len, &usecs))
			accepted++;
		free(part);
	}
	/* "+00" and "+0000" are whole zones, of which only the first is a beginning */
	ok(accepted == 1, "beginnings of a time: one is a time");
}

/* Dates alone. */
static void
test_dates(void)
{
	date_is("2000-01-01", true);
	date_is("2024-02-29", true);
	date_is("0001-01-01", true);
	date_is("9999-12-31", true);
	date_is("", false);
	date_is("20000101", false);
	date_is("2026-6-7", false);
	date_is("2026-02-30", false);
	date_is("2025-02-29", false);
	date_is("0000-01-01", false);
	date_is("2026-06-07 ", false);
	date_is(" 2026-06-07", false);
	date_is("2026-06-07T00:00:00Z", false);
	date_is("2026-06-7", false);
	date_is("2026-W01-1", false);
	date_is("+2026-06-07", false);
}

/* The calendar, day by day over all years and some around them. */
static void
test_calendar(void)
{
	int			year;
	int			month;
	int			day;
	int64		days;
	int			wrong = 0;
	int64		previous = 0;

	for (days = -800000; days < 3000000; days++)
	{
		int64		number;

		trk_days_to_date(days, &year, &month, &day);
		number = ((int64) year * 12 + month) * 31 + day;
		if (trk_date_to_days(year, month, day) != days ||
			month < 1 || month > 12 || day < 1 || day > 31 ||
			(days > -800000 && number <= previous))
			wrong++;
		previous = number;
	}
	ok(wrong == 0, "day to date and back, in ascending order");
	trk_days_to_date(0, &year, &month, &day);
	ok(year == 2000 && month == 1 && day == 1, "day 0");
	ok(trk_date_to_days(1970, 1, 1) == -10957, "1970-01-01");
	ok(trk_date_to_days(2026, 6, 7) == 9654, "2026-06-07");
}

/* All of the above. */
int
main(void)
{
	test_forms();
	test_in_utc();
	test_fractions();
	test_separators();
	test_refused();
	test_truncated();
	test_dates();
	test_calendar();
	return done_testing();
}

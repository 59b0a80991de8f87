/*
 * mapping_time.c
 *	  A row's time as an event spells it (see mapping.h).
 */
#include "trk.h"

#include "isotime.h"
#include "mapping.h"

#define TRK_USECS_PER_MINUTE	INT64CONST(60000000)
#define TRK_USECS_PER_DAY		INT64CONST(86400000000)

/* Longest text that is looked at: any date, time and offset is shorter. */
#define TRK_MAX_TIME_TEXT		64

/* Bytes of YYYY-MM-DD, and of YYYYMMDD. */
#define TRK_DATE_LEN			10
#define TRK_COMPACT_DATE_LEN	8

/* Two digits at s as a number below limit, or -1. */
static int
trk_two_digits(const char *s, Size len, int limit)
{
	int			n;

	if (len < 2 || s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	n = (s[0] - '0') * 10 + (s[1] - '0');
	return n < limit ? n : -1;
}

/* An offset from UTC, +HH, +HH:MM or +HHMM, in microseconds. */
static bool
trk_read_offset(const char *s, Size len, int64 *offset)
{
	bool		negative = s[0] == '-';
	int			hours = trk_two_digits(s + 1, len - 1, 24);
	int			minutes = 0;
	Size		rest = 3;

	if (hours < 0)
		return false;
	if (rest < len)
	{
		rest += s[rest] == ':';
		minutes = trk_two_digits(s + rest, len - rest, 60);
		rest += 2;
	}
	if (minutes < 0 || rest != len)
		return false;
	*offset = (hours * 60 + minutes) * TRK_USECS_PER_MINUTE;
	if (negative)
		*offset = -*offset;
	return true;
}

/* Where the offset begins in a date and time, or len. */
static Size
trk_offset_begin(const char *s, Size len)
{
	Size		i = len > 4 && s[4] == '-' ? TRK_DATE_LEN : TRK_COMPACT_DATE_LEN;

	for (i++; i < len; i++)
		if (s[i] == '+' || s[i] == '-')
			return i;
	return len;
}

/* A date and time with any offset or none, which is UTC; or a date. */
static bool
trk_read_time(const char *s, Size len, int64 *usecs)
{
	char		utc[TRK_MAX_TIME_TEXT + 16];
	Size		begin = trk_offset_begin(s, len);
	int64		offset = 0;

	if (len > TRK_MAX_TIME_TEXT)
		return false;
	memcpy(utc, s, len);
	if (trk_isodate_valid(s, len))
	{
		memcpy(utc + len, "T00Z", 4);
		return trk_isotime_parse(utc, len + 4, usecs);
	}
	if (begin < len && !trk_read_offset(s + begin, len - begin, &offset))
		return false;
	while (begin > 0 && utc[begin - 1] == ' ')
		begin--;
	utc[begin] = 'Z';
	if (!trk_isotime_parse(utc, begin + 1, usecs))
		return false;
	*usecs -= offset;
	return true;
}

/* See mapping.h. */
bool
trk_map_time(TrkArena *arena, TrkText text, TrkValue *out)
{
	char		s[80];
	int			year,
				month,
				day,
				n;
	int64		usecs;
	int64		days;

	if (text.len > 0 && text.s[text.len - 1] == 'Z' &&
		trk_isotime_parse(text.s, text.len, &usecs))
	{
		trk_json_set_string(out, text.s, text.len);
		return true;
	}
	if (!trk_read_time(text.s, text.len, &usecs) ||
		usecs < trk_date_to_days(1, 1, 1) * TRK_USECS_PER_DAY ||
		usecs >= trk_date_to_days(10000, 1, 1) * TRK_USECS_PER_DAY)
		return false;
	days = usecs / TRK_USECS_PER_DAY;
	usecs -= days * TRK_USECS_PER_DAY;
	if (usecs < 0)
	{
		days--;
		usecs += TRK_USECS_PER_DAY;
	}
	trk_days_to_date(days, &year, &month, &day);
	n = snprintf(s, sizeof(s), "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
				 (int) (usecs / (60 * TRK_USECS_PER_MINUTE)),
				 (int) (usecs / TRK_USECS_PER_MINUTE % 60), (int) (usecs / 1000000 % 60));
	if (usecs % 1000000 != 0)
		n += snprintf(s + n, sizeof(s) - n, ".%06d", (int) (usecs % 1000000));
	s[n++] = 'Z';
	trk_json_set_string(out, trk_arena_copy(arena, s, n), n);
	return true;
}

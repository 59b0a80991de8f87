/*
 * isotime.h
 *	  Dates and times of ISO 8601 as the contract allows them.  Called by
 *	  validation, record, event_row.c and import.
 */
#ifndef TRK_ISOTIME_H
#define TRK_ISOTIME_H

#include "base/trk.h"

/*
 * Parse a date and time with a UTC offset of zero into microseconds since
 * 2000-01-01 00:00 UTC.  Digits of a fraction after the sixth are ignored.
 */
extern bool trk_isotime_parse(const char *s, Size len, int64 *usecs);

/*
 * Parse a date and time with any offset, written as 02, 0200 or 02:00; without
 * one it is UTC.  A date alone is its midnight.
 */
extern bool trk_isotime_read(const char *s, Size len, int64 *usecs);

/*
 * Parse a date, a time and an offset, none of which may be missing, so that
 * the instant is unambiguous.
 */
extern bool trk_isotime_in_utc(const char *s, Size len, int64 *usecs);

/*
 * Write microseconds since 2000-01-01 00:00 UTC as YYYY-MM-DDThh:mm:ss, a
 * fraction of six digits unless it is zero, and Z.  Returns the length, or 0
 * outside the years 1 to 9999.
 */
#define TRK_ISOTIME_MAX	27
extern int	trk_isotime_write(int64 usecs, char out[TRK_ISOTIME_MAX]);

/* Return whether the text is an existing date YYYY-MM-DD. */
extern bool trk_isodate_valid(const char *s, Size len);

/* Day numbers of the proleptic Gregorian calendar; day 0 is 2000-01-01. */
extern int64 trk_date_to_days(int year, int month, int day);
extern void trk_days_to_date(int64 days, int *year, int *month, int *day);

#endif							/* TRK_ISOTIME_H */

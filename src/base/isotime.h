/*
 * isotime.h
 *	  ISO 8601 dates and times as the contract allows them.
 *
 * Called by validate, record, row and reference.
 */
#ifndef TRK_ISOTIME_H
#define TRK_ISOTIME_H

#include "base/trk.h"

/*
 * Parse a date and time with a UTC offset of zero into microseconds since
 * 2000-01-01 00:00 UTC (digits of a fraction beyond the sixth are dropped).
 */
extern bool trk_isotime_parse(const char *s, Size len, int64 *usecs);

/*
 * The same with any offset, written as 02, 0200 or 02:00; none is UTC.  A date
 * alone is its midnight.
 */
extern bool trk_isotime_read(const char *s, Size len, int64 *usecs);

/*
 * The same with a time and an offset, neither of which may be missing: the
 * instant that was meant is beyond doubt.
 */
extern bool trk_isotime_in_utc(const char *s, Size len, int64 *usecs);

/*
 * Write microseconds since 2000-01-01 00:00 UTC as YYYY-MM-DDThh:mm:ss, a
 * fraction of six digits unless it is zero, and Z.  Returns the length, or 0
 * outside the years 1 to 9999.
 */
#define TRK_ISOTIME_MAX	27
extern int	trk_isotime_write(int64 usecs, char out[TRK_ISOTIME_MAX]);

/* A real calendar date YYYY-MM-DD? */
extern bool trk_isodate_valid(const char *s, Size len);

/* Proleptic Gregorian calendar; day 0 is 2000-01-01. */
extern int64 trk_date_to_days(int year, int month, int day);
extern void trk_days_to_date(int64 days, int *year, int *month, int *day);

#endif							/* TRK_ISOTIME_H */

/*
 * number.h
 *	  The spelling of a JSON number, taken apart.
 *
 * Called by json.c for the limit on digits and by json_write.c.
 */
#ifndef TRK_NUMBER_H
#define TRK_NUMBER_H

#include "base/arena.h"
#include "json/json.h"

/* From here on numeric refuses an exponent, whatever the digits. */
#define TRK_EXPONENT_LIMIT	(PG_INT32_MAX / 2)

/*
 * A number as a row of digits with a point somewhere in it, before it or after
 * it.  Positions count from the first digit of the spelling.
 */
typedef struct TrkNumber
{
	const char *integer;		/* digits before the point of the spelling */
	const char *fraction;		/* and after it */
	int64		integer_len;
	int64		fraction_len;
	int64		exponent;		/* saturates at TRK_EXPONENT_LIMIT */
	int64		first;			/* position of the first digit that is not zero,
								 * or the number of digits */
	bool		negative;		/* and not zero */
	bool		plain;			/* numeric prints it as it is spelled */
} TrkNumber;

/* Take a valid spelling apart. */
extern void trk_number_parse(TrkNumber *number, const char *s, Size len);

/*
 * Digits before and after the point when the number is written without an
 * exponent, as numeric prints it.
 */
extern int64 trk_number_integer_digits(const TrkNumber *number);
extern int64 trk_number_scale(const TrkNumber *number);

/* Append the digits before the point, without leading zeros and sign. */
extern void trk_number_write_integer(TrkBuf *buf, const TrkNumber *number);

/* May the spelling be stored?  See TRK_MAX_NUMBER_DIGITS. */
extern bool trk_number_fits(const char *s, Size len);

/* Bytes of the spelling in the style TRK_NUMBERS_STORED. */
extern Size trk_number_size(const char *s, Size len);

#endif							/* TRK_NUMBER_H */

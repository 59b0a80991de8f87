/*
 * number.h
 *	  A parsed spelling of a JSON number.  Called by json.c for the limit of
 *	  digits and by json_write.c.
 */
#ifndef TRK_NUMBER_H
#define TRK_NUMBER_H

#include "base/arena.h"
#include "json/json.h"

/* From this exponent on numeric refuses a number, whatever its digits are. */
#define TRK_EXPONENT_LIMIT	(PG_INT32_MAX / 2)

/*
 * A number as a row of digits with a decimal point in it, before it or after
 * it.  Positions count from the first digit of the spelling.
 */
typedef struct TrkNumber
{
	const char *integer;		/* the digits before the point */
	const char *fraction;		/* the digits after the point */
	int64		integer_len;
	int64		fraction_len;
	int64		exponent;		/* limited to TRK_EXPONENT_LIMIT */
	int64		first;			/* position of the first digit that is not zero, or the number of
								 * digits */
	bool		negative;		/* it has a minus sign and is not zero */
	bool		plain;			/* numeric prints it as it is spelled */
} TrkNumber;

/* Parse a valid spelling. */
extern void trk_number_parse(TrkNumber *number, const char *s, Size len);

/*
 * Return the number of digits before, or after, the decimal point when the
 * number is written without an exponent, as numeric prints it.
 */
extern int64 trk_number_integer_digits(const TrkNumber *number);
extern int64 trk_number_scale(const TrkNumber *number);

/* Append the digits before the point, without leading zeros and sign. */
extern void trk_number_write_integer(TrkBuf *buf, const TrkNumber *number);

/*
 * Return whether a number with this spelling may be stored, see
 * TRK_MAX_NUMBER_DIGITS.
 */
extern bool trk_number_fits(const char *s, Size len);

/* Return the size of the spelling in the style TRK_NUMBERS_STORED. */
extern Size trk_number_size(const char *s, Size len);

#endif							/* TRK_NUMBER_H */

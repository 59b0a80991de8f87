/*
 * decimal.h
 *	  Exact decimal numbers that are fast while they are short: a 128-bit
 *	  integer divided by a power of ten; longer ones are a numeric.  Called by
 *	  trade_book.c and the two forms of at_round_trips.
 *
 * The form in which a value is held is not visible in results: sums,
 * differences and products are exact in both forms, and a share has the same
 * value in both.
 */
#ifndef TRK_DECIMAL_H
#define TRK_DECIMAL_H

#include "fmgr.h"

typedef struct TrkDecimal
{
	int128		m;				/* the value multiplied by ten to the power of scale */
	int			scale;
	Datum		big;			/* a numeric if the short form cannot hold the value, else 0 */
} TrkDecimal;

/*
 * A share or an average whose decimal expansion is infinite is rounded to this
 * many decimal places, far below the smallest unit of any currency.  If the
 * whole itself has more decimal places, that many more than it has.  Others
 * are exact.
 */
#define TRK_SHARE_SCALE		30
#define TRK_SHARE_DIGITS	12

/* Bound of the short form: two such numbers can be added in 128 bits. */
#define TRK_MAX_MANTISSA	((int128) 1 << 125)

/* Read a numeric, which may be toasted; a big one is pointed to, not copied. */
extern void trk_decimal_read(TrkDecimal *d, Datum numeric);

/*
 * Make a numeric without trailing zeros, in the current memory context; or in
 * the caller's TRK_DECIMAL_BYTES at place if it fits.
 */
extern Datum trk_decimal_write(const TrkDecimal *d);
extern Datum trk_decimal_pack(const TrkDecimal *d, char *place);

#define TRK_DECIMAL_BYTES	32

/*
 * Return whether the number is NaN or an infinity.  The other functions do not
 * accept these.
 */
extern bool trk_decimal_is_special(const TrkDecimal *d);

/*
 * Results are in the current memory context, and may overwrite an operand.
 * Arguments are passed by pointer, because copying a struct of this size right
 * after it was written would stall on store forwarding.
 */
extern void trk_decimal_mul(TrkDecimal *product, const TrkDecimal *a, const TrkDecimal *b);

/*
 * Compute whole * part / all; more is the number of additional decimal places
 * when it must be rounded.
 */
extern void trk_decimal_share(TrkDecimal *share, const TrkDecimal *whole, const TrkDecimal *part,
							  const TrkDecimal *all, int more);

/*
 * Return a lower bound of the number of zeros between the decimal point and
 * the first digit that is not zero; 0 for numbers from 1 on.
 */
extern int	trk_decimal_leading_zeros(const TrkDecimal *d);

/* The general cases of the inline functions below. */
extern void trk_decimal_add_any(TrkDecimal *sum, const TrkDecimal *a, const TrkDecimal *b);
extern void trk_decimal_sub_any(TrkDecimal *difference, const TrkDecimal *a, const TrkDecimal *b);
extern int	trk_decimal_cmp_any(const TrkDecimal *a, const TrkDecimal *b);
extern int	trk_decimal_sign_any(const TrkDecimal *d);
extern void trk_decimal_keep_any(TrkDecimal *place, const TrkDecimal *value, MemoryContext context);

/* Return whether the number is within the bounds of the short form. */
static inline bool
trk_decimal_fits(int128 m)
{
	return m <= TRK_MAX_MANTISSA && m >= -TRK_MAX_MANTISSA;
}

/* Return whether both are short and have the same scale. */
static inline bool
trk_decimal_alike(const TrkDecimal *a, const TrkDecimal *b)
{
	return a->big == 0 && b->big == 0 && a->scale == b->scale;
}

/* Make it one of the short form. */
static inline void
trk_decimal_set(TrkDecimal *d, int128 m, int scale)
{
	d->m = m;
	d->scale = scale;
	d->big = 0;
}

static inline void
trk_decimal_add(TrkDecimal *sum, const TrkDecimal *a, const TrkDecimal *b)
{
	if (trk_decimal_alike(a, b) && trk_decimal_fits(a->m + b->m))
		trk_decimal_set(sum, a->m + b->m, a->scale);
	else
		trk_decimal_add_any(sum, a, b);
}

static inline void
trk_decimal_sub(TrkDecimal *difference, const TrkDecimal *a, const TrkDecimal *b)
{
	if (trk_decimal_alike(a, b) && trk_decimal_fits(a->m - b->m))
		trk_decimal_set(difference, a->m - b->m, a->scale);
	else
		trk_decimal_sub_any(difference, a, b);
}

static inline int
trk_decimal_cmp(const TrkDecimal *a, const TrkDecimal *b)
{
	return trk_decimal_alike(a, b) ? (a->m > b->m) - (a->m < b->m) : trk_decimal_cmp_any(a, b);
}

/* Return the sign: -1, 0 or 1. */
static inline int
trk_decimal_sign(const TrkDecimal *d)
{
	return d->big == 0 ? (d->m > 0) - (d->m < 0) : trk_decimal_sign_any(d);
}

/* Replace a number that lives in this context. */
static inline void
trk_decimal_keep(TrkDecimal *place, const TrkDecimal *value, MemoryContext context)
{
	if (place->big == 0 && value->big == 0)
		trk_decimal_set(place, value->m, value->scale);
	else
		trk_decimal_keep_any(place, value, context);
}

/* Free what such a number holds. */
static inline void
trk_decimal_free(TrkDecimal *place)
{
	if (place->big != 0)
		pfree(DatumGetPointer(place->big));
	place->big = 0;
}

#endif							/* TRK_DECIMAL_H */

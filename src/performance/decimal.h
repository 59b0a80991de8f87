/*
 * decimal.h
 *	  Exact decimals that are fast while they are short: a whole number of 128
 *	  bits over a power of ten, else a numeric.  Called by trade_book.c and the
 *	  two forms of at_round_trips.
 *
 * Which of the two holds a value is no part of the value: sums, differences and
 * products are exact in both, and a share comes out the same.
 */
#ifndef TRK_DECIMAL_H
#define TRK_DECIMAL_H

#include "fmgr.h"

typedef struct TrkDecimal
{
	int128		m;				/* the value times ten to the scale */
	int			scale;
	Datum		big;			/* a numeric when m and scale cannot hold it, else 0 */
} TrkDecimal;

/*
 * A share or an average that does not end is rounded to this many decimals, far
 * below the smallest unit of any currency; one of a whole that has more of them
 * itself, to so many more than it has.  One that ends is exact.
 */
#define TRK_SHARE_SCALE		30
#define TRK_SHARE_DIGITS	12

/* Bound of the short form: two of them can be added in 128 bits. */
#define TRK_MAX_MANTISSA	((int128) 1 << 125)

/* Read a numeric, which may be toasted; a big one is pointed to, not copied. */
extern void trk_decimal_read(TrkDecimal *d, Datum numeric);

/*
 * A numeric without trailing zeros, in the current memory context; or packed into
 * TRK_DECIMAL_BYTES of the caller's, where it fits.
 */
extern Datum trk_decimal_write(const TrkDecimal *d);
extern Datum trk_decimal_pack(const TrkDecimal *d, char *place);

#define TRK_DECIMAL_BYTES	32

/* Is it NaN or an infinity?  Nothing else may be done with these. */
extern bool trk_decimal_is_special(const TrkDecimal *d);

/*
 * Results are in the current memory context, and may take the place of what they
 * are made from.  Everything goes by pointers: a copy that is made just after its
 * parts were stored waits for them.
 */
extern void trk_decimal_mul(TrkDecimal *product, const TrkDecimal *a, const TrkDecimal *b);

/* whole * part / all, rounded to so many decimals more */
extern void trk_decimal_share(TrkDecimal *share, const TrkDecimal *whole, const TrkDecimal *part,
							  const TrkDecimal *all, int more);

/* Zeros between the point and the first digit, at least; none from 1 on. */
extern int	trk_decimal_leading_zeros(const TrkDecimal *d);

/* What the functions below do when it is not simple. */
extern void trk_decimal_add_any(TrkDecimal *sum, const TrkDecimal *a, const TrkDecimal *b);
extern void trk_decimal_sub_any(TrkDecimal *difference, const TrkDecimal *a, const TrkDecimal *b);
extern int	trk_decimal_cmp_any(const TrkDecimal *a, const TrkDecimal *b);
extern int	trk_decimal_sign_any(const TrkDecimal *d);
extern void trk_decimal_keep_any(TrkDecimal *place, const TrkDecimal *value, MemoryContext context);

/* Is it within the bounds of the short form? */
static inline bool
trk_decimal_fits(int128 m)
{
	return m <= TRK_MAX_MANTISSA && m >= -TRK_MAX_MANTISSA;
}

/* Are both of the short form, over the same power of ten? */
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

/* -1, 0 or 1 */
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

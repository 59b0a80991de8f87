/*
 * decimal.c
 *	  Exact decimal numbers (see decimal.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "performance/decimal.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* The most decimal places of the short form. */
#define MAX_SCALE		36

/*
 * Products of two factors up to this are within the bounds of the short form.
 */
#define MAX_FACTOR		((int128) 1 << 62)

/*
 * The largest divisor of the long division: ten times a remainder still fits
 * in 64 bits.
 */
#define MAX_DIVISOR		((int128) 1 << 59)

/* Decimal places that one step of the long division computes. */
#define STEP_DECIMALS	18

/* Base-10000 digits of the longest number, plus one for each of its ends. */
#define MAX_DIGITS		12

/*
 * The on-disk form of numeric: a header of 16 bits, in the long form followed
 * by a weight of 16 bits, then digits in base 10000. pg_upgrade keeps it, so
 * it cannot change.
 */
#define DIGIT_BASE			10000
#define DIGIT_DECIMALS		4
#define FOUR_DIGITS			UINT64CONST(10000000000000000)
#define MAX_PADDED			((uint128) 1 << 118)	/* numbers up to this times 1000 fit in 128
													 * bits */
#define HEADER_KIND			0xC000
#define HEADER_SPECIAL		0xC000
#define HEADER_SHORT		0x8000
#define LONG_NEGATIVE		0x4000
#define SHORT_NEGATIVE		0x2000
#define SHORT_SCALE_SHIFT	7
#define SHORT_WEIGHT_SIGN	0x0040
#define SHORT_WEIGHT		0x003F

static const TrkDecimal zero;

/* Return ten to the power of n. */
static inline int128
power_of_ten(int n)
{
	static const int64 powers[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
		INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000),
		INT64CONST(10000000000000), INT64CONST(100000000000000),
		INT64CONST(1000000000000000), INT64CONST(10000000000000000),
		INT64CONST(100000000000000000), INT64CONST(1000000000000000000)
	};

	return n <= 18 ? (int128) powers[n] : (int128) powers[18] * powers[n - 18];
}

/* Return whether the number is small enough to be a factor. */
static inline bool
is_factor(int128 m)
{
	return m <= MAX_FACTOR && m >= -MAX_FACTOR;
}

/* Read the 16 bits at a place that need not be aligned. */
static inline uint16
word_at(const char *s)
{
	uint16		word;

	memcpy(&word, s, sizeof(word));
	return word;
}

/*
 * Convert base-10000 digits, the first of which has this weight.  Trailing
 * decimal zeros are removed.  Returns false when the number is too long for
 * the short form.
 */
static bool
collect(const char *digits, int n, int weight, bool negative, TrkDecimal *d)
{
	int			fraction = Max(n - 1 - weight, 0);
	int			last = n == 0 ? 0 : (int16) word_at(digits + (n - 1) * sizeof(int16));
	int			base = DIGIT_BASE;
	int			scale = fraction * DIGIT_DECIMALS;
	int128		m = 0;

	if (n > 9 || weight > 8 || fraction > MAX_SCALE / DIGIT_DECIMALS)
		return false;
	for (; scale > 0 && last % 10 == 0; scale--)
	{
		last /= 10;
		base /= 10;
	}
	for (int i = 0; i < n - 1; i++)
		m = m * DIGIT_BASE + (int16) word_at(digits + i * sizeof(int16));
	m = m * base + last;
	for (int i = n - 1; i < weight; i++)
	{
		if (m > TRK_MAX_MANTISSA / DIGIT_BASE)
			return false;
		m *= DIGIT_BASE;
	}
	d->m = negative ? -m : m;
	d->scale = scale;
	return true;
}

/*
 * Read a numeric, which may be toasted.  The digits of a large one are
 * pointed to and not copied.
 */
void
trk_decimal_read(TrkDecimal *d, Datum numeric)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(numeric);
	const char *s = VARDATA_ANY(packed);
	Size		len = VARSIZE_ANY_EXHDR(packed);
	uint16		header = word_at(s);
	bool		is_short = (header & HEADER_KIND) == HEADER_SHORT;
	int			start = is_short ? sizeof(uint16) : 2 * sizeof(uint16);

	d->big = 0;
	if ((header & HEADER_KIND) != HEADER_SPECIAL)
	{
		bool		negative = is_short ? (header & SHORT_NEGATIVE) != 0 :
		(header & HEADER_KIND) == LONG_NEGATIVE;
		int			weight = is_short ? header & SHORT_WEIGHT : (int16) word_at(s + sizeof(uint16));

		if (is_short && (header & SHORT_WEIGHT_SIGN) != 0)
			weight -= SHORT_WEIGHT + 1;
		if (collect(s + start, (int) ((len - start) / sizeof(int16)), weight, negative, d))
			return;
	}
	d->m = 0;
	d->scale = 0;
	d->big = NumericGetDatum(DatumGetNumeric(PointerGetDatum(packed)));
}

/*
 * Write the base-10000 digits of a non-negative number, from the last one
 * backwards, with the decimal point between two of them.  Returns where they
 * start.
 */
static int16 *
spread(uint128 m, int scale, int16 *end)
{
	int			part = (int) power_of_ten(scale % DIGIT_DECIMALS);
	int16	   *d = end;
	uint64		low;

	/* the last digit is incomplete when the scale is not a multiple of four */
	if (part != 1 && m <= MAX_PADDED)
		m *= DIGIT_BASE / part;
	else if (part != 1)
	{
		uint128		rest = m / part;

		*--d = (int16) ((int) (m - rest * part) * (DIGIT_BASE / part));
		m = rest;
	}
	/* four digits at a time, because dividing 128 bits is slow */
	while (m > PG_UINT64_MAX)
	{
		uint128		rest = m / FOUR_DIGITS;

		low = (uint64) (m - rest * FOUR_DIGITS);
		for (int i = 0; i < 4; i++, low /= DIGIT_BASE)
			*--d = (int16) (low % DIGIT_BASE);
		m = rest;
	}
	for (low = (uint64) m; low > 0; low /= DIGIT_BASE)
		*--d = (int16) (low % DIGIT_BASE);
	return d;
}

/*
 * Write a short number in the on-disk form of numeric, without the varlena
 * header.
 */
static Size
short_numeric(const TrkDecimal *d, char *place)
{
	int16		digits[MAX_DIGITS];
	int16	   *end = digits + MAX_DIGITS;
	int16	   *first = spread(d->m < 0 ? -(uint128) d->m : (uint128) d->m, d->scale, end);
	int			fraction = (d->scale + DIGIT_DECIMALS - 1) / DIGIT_DECIMALS;
	int			weight = (int) (end - first) - fraction - 1;
	uint16		header = HEADER_SHORT;

	while (first < end && *first == 0)
	{
		first++;
		weight--;
	}
	for (; first < end && end[-1] == 0; end--)
		fraction--;
	if (first < end)
	{
		int			scale = Max(fraction, 0) * DIGIT_DECIMALS;

		for (int last = end[-1]; scale > 0 && last % 10 == 0; last /= 10)
			scale--;
		header |= (d->m < 0 ? SHORT_NEGATIVE : 0) | scale << SHORT_SCALE_SHIFT |
			(weight < 0 ? SHORT_WEIGHT_SIGN : 0) | (weight & SHORT_WEIGHT);
	}
	memcpy(place, &header, sizeof(header));
	memcpy(place + sizeof(header), first, (end - first) * sizeof(int16));
	return sizeof(header) + (end - first) * sizeof(int16);
}

/* Make a numeric without trailing zeros in the current memory context. */
Datum
trk_decimal_write(const TrkDecimal *d)
{
	struct varlena *numeric;

	if (d->big != 0)
		return DirectFunctionCall1(numeric_trim_scale, d->big);
	numeric = palloc(VARHDRSZ + TRK_DECIMAL_BYTES);
	SET_VARSIZE(numeric, VARHDRSZ + short_numeric(d, VARDATA(numeric)));
	return PointerGetDatum(numeric);
}

/*
 * Make a numeric in the caller's TRK_DECIMAL_BYTES at place, or in the
 * current memory context when it does not fit.
 */
Datum
trk_decimal_pack(const TrkDecimal *d, char *place)
{
	StaticAssertStmt(VARHDRSZ_SHORT + sizeof(uint16) + MAX_DIGITS * sizeof(int16) <= TRK_DECIMAL_BYTES,
					 "a short number fits");

	if (d->big != 0)
		return DirectFunctionCall1(numeric_trim_scale, d->big);
	SET_VARSIZE_SHORT(place, VARHDRSZ_SHORT + short_numeric(d, VARDATA_SHORT(place)));
	return PointerGetDatum(place);
}

/*
 * Return whether the number is NaN or an infinity.  The other functions do
 * not accept these.
 */
bool
trk_decimal_is_special(const TrkDecimal *d)
{
	return d->big != 0 &&
		(numeric_is_nan(DatumGetNumeric(d->big)) || numeric_is_inf(DatumGetNumeric(d->big)));
}

/*
 * Return the largest short number that can be multiplied by ten to the power
 * of n.
 */
static int128
most_to_shift(int n)
{
	static int128 most[MAX_SCALE + 1];

	if (most[0] == 0)
	{
		most[0] = TRK_MAX_MANTISSA;
		for (int i = 1; i <= MAX_SCALE; i++)
			most[i] = most[i - 1] / 10;
	}
	return most[n];
}

/*
 * Multiply by ten to the power of n, from 0 to MAX_SCALE; return false when
 * the result is too long.
 */
static bool
shift(int128 * m, int n)
{
	int128		most = most_to_shift(n);

	if (*m > most || *m < -most)
		return false;
	*m *= power_of_ten(n);
	return true;
}

/*
 * Bring two short numbers to the same scale; return false when one becomes too
 * long.
 */
static bool
align(TrkDecimal *a, TrkDecimal *b)
{
	TrkDecimal *low = a->scale < b->scale ? a : b;
	int			up = abs(a->scale - b->scale);

	if (a->big != 0 || b->big != 0 || !shift(&low->m, up))
		return false;
	low->scale += up;
	return true;
}

/* Compute an operation by the server's functions over numeric. */
static void
by_numeric(PGFunction function, TrkDecimal *result, const TrkDecimal *a, const TrkDecimal *b)
{
	trk_decimal_read(result, DirectFunctionCall2(function, trk_decimal_write(a),
												 trk_decimal_write(b)));
}

/*
 * Add two decimals of any size; trk_decimal_add() handles the frequent small
 * ones inline.
 */
void
trk_decimal_add_any(TrkDecimal *sum, const TrkDecimal *a, const TrkDecimal *b)
{
	TrkDecimal	x = *a;
	TrkDecimal	y = *b;

	if (align(&x, &y) && trk_decimal_fits(x.m + y.m))
		trk_decimal_set(sum, x.m + y.m, x.scale);
	else
		by_numeric(numeric_add, sum, a, b);
}

/*
 * Subtract two decimals of any size; trk_decimal_sub() handles the frequent
 * small ones inline.
 */
void
trk_decimal_sub_any(TrkDecimal *difference, const TrkDecimal *a, const TrkDecimal *b)
{
	TrkDecimal	x = *a;
	TrkDecimal	y = *b;

	if (align(&x, &y) && trk_decimal_fits(x.m - y.m))
		trk_decimal_set(difference, x.m - y.m, x.scale);
	else
		by_numeric(numeric_sub, difference, a, b);
}

/* Multiply two decimals. */
void
trk_decimal_mul(TrkDecimal *product, const TrkDecimal *a, const TrkDecimal *b)
{
	if (a->big == 0 && b->big == 0 && is_factor(a->m) && is_factor(b->m) &&
		a->scale + b->scale <= MAX_SCALE)
		trk_decimal_set(product, a->m * b->m, a->scale + b->scale);
	else
		by_numeric(numeric_mul, product, a, b);
}

/* Return the decimal places of a number without trailing zeros. */
static int
decimals(const TrkDecimal *d)
{
	int			scale = d->scale;

	if (d->big != 0)
		return DatumGetInt32(DirectFunctionCall1(numeric_min_scale, d->big));
	for (int128 m = d->m; scale > 0 && m % 10 == 0; scale--)
		m /= 10;
	return scale;
}

/*
 * Return whether the decimal expansion of m / divisor is finite; rest is the
 * remainder.
 */
static bool
ends(int64 rest, int64 divisor)
{
	while (divisor % 2 == 0)
		divisor /= 2;
	while (divisor % 5 == 0)
		divisor /= 5;
	return rest % divisor == 0;
}

/*
 * Compute a share by long division; return false when the operands are too
 * long for it.
 */
static bool
short_share(TrkDecimal *share, const TrkDecimal *whole, const TrkDecimal *part,
			const TrkDecimal *all)
{
	int			scale = whole->scale + part->scale - all->scale;
	int64		divisor = (int64) all->m;
	int128		product;
	int128		m;
	int64		rest;

	if (whole->big != 0 || part->big != 0 || all->big != 0 || !is_factor(whole->m) ||
		!is_factor(part->m) || all->m > MAX_DIVISOR || all->m < 1 || scale > TRK_SHARE_SCALE ||
		scale < -MAX_SCALE || whole->scale > TRK_SHARE_SCALE)
		return false;
	product = whole->m * part->m;
	m = product / divisor;
	rest = (int64) (product - m * divisor);
	while ((rest != 0 && scale < TRK_SHARE_SCALE) || scale < 0)
	{
		int			step = Min(scale < 0 ? -scale : TRK_SHARE_SCALE - scale, STEP_DECIMALS);
		int128		next = rest * power_of_ten(step);
		int128		more = next / divisor;

		if (!shift(&m, step))
			return false;
		m += more;
		rest = (int64) (next - more * divisor);
		scale += step;
	}
	/* with more decimal places it would be exact */
	if (rest != 0 && ends(rest, divisor))
		return false;
	if (llabs(rest) >= divisor - llabs(rest))
		m += rest < 0 ? -1 : 1;
	trk_decimal_set(share, m, scale);
	return true;
}

/* Return zero with this many decimal places. */
static Datum
zero_of_scale(int scale)
{
	return DirectFunctionCall2(numeric_round, trk_decimal_write(&zero), Int32GetDatum(scale));
}

/* Divide numerics, with at least this many decimal places. */
static Datum
divide(Datum product, Datum all, int scale)
{
	product = DirectFunctionCall2(numeric_add, product, zero_of_scale(scale));
	return DirectFunctionCall2(numeric_div, product, all);
}

/*
 * Return the quotient if its decimal expansion is finite, else 0.  A finite
 * expansion has at most the decimal places of the product plus as many as the
 * divisor has binary digits.
 */
static Datum
exact_quotient(Datum product, Datum all)
{
	int			digits = (int) strlen(DatumGetCString(DirectFunctionCall1(numeric_out, all)));
	int			scale = DatumGetInt32(DirectFunctionCall1(numeric_scale, product)) + 4 * digits;
	Datum		quotient = divide(product, all, Min(scale, NUMERIC_MAX_DISPLAY_SCALE));

	return DatumGetBool(DirectFunctionCall2(numeric_eq, product,
											DirectFunctionCall2(numeric_mul, quotient, all))) ?
		quotient : (Datum) 0;
}

/*
 * Compute whole * part / all, without intermediate rounding.  A quotient that
 * has no finite decimal form is rounded to TRK_SHARE_SCALE decimal places or
 * more; the argument more asks for additional ones.
 */
void
trk_decimal_share(TrkDecimal *share, const TrkDecimal *whole, const TrkDecimal *part,
				  const TrkDecimal *all, int more)
{
	Datum		divisor;
	Datum		product;
	Datum		quotient;
	int			scale;

	if (more == 0 && short_share(share, whole, part, all))
		return;

	/*
	 * numeric division yields at least as many decimal places as the dividend has
	 */
	divisor = trk_decimal_write(all);
	product = DirectFunctionCall2(numeric_mul, trk_decimal_write(whole), trk_decimal_write(part));
	quotient = exact_quotient(product, divisor);
	if (quotient == 0)
	{
		scale = decimals(whole);
		scale = (scale <= TRK_SHARE_SCALE ? TRK_SHARE_SCALE : scale + TRK_SHARE_DIGITS) + more;
		quotient = DirectFunctionCall2(numeric_round, divide(product, divisor, scale + STEP_DECIMALS),
									   Int32GetDatum(scale));
	}
	trk_decimal_read(share, quotient);
}

/*
 * Return a lower bound of the number of zeros between the decimal point and
 * the first digit that is not zero; 0 for numbers from 1 on.
 */
int
trk_decimal_leading_zeros(const TrkDecimal *d)
{
	int			zeros = d->scale;

	if (d->big != 0)
		return DatumGetBool(DirectFunctionCall2(numeric_ge, DirectFunctionCall1(numeric_abs, d->big),
												DirectFunctionCall1(int4_numeric, Int32GetDatum(1)))) ?
			0 : decimals(d);
	for (int128 m = d->m; zeros > 0 && m != 0; zeros--)
		m /= 10;
	return zeros;
}

/* Return the sign of a decimal of any size: -1, 0 or 1. */
int
trk_decimal_sign_any(const TrkDecimal *d)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, d->big, trk_decimal_write(&zero)));
}

/*
 * Compare two decimals of any size: the result is negative, zero or positive.
 */
int
trk_decimal_cmp_any(const TrkDecimal *a, const TrkDecimal *b)
{
	TrkDecimal	x = *a;
	TrkDecimal	y = *b;

	if (align(&x, &y))
		return (x.m > y.m) - (x.m < y.m);
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, trk_decimal_write(a),
											 trk_decimal_write(b)));
}

/*
 * Copy a decimal of any size to a place whose digits live in the memory
 * context.
 */
void
trk_decimal_keep_any(TrkDecimal *place, const TrkDecimal *value, MemoryContext context)
{
	TrkDecimal	kept = *value;

	if (kept.big != 0)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		kept.big = datumCopy(kept.big, false, -1);
		MemoryContextSwitchTo(old);
	}
	trk_decimal_free(place);
	*place = kept;
}

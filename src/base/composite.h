/*
 * composite.h
 *	  Builds the rows that SQL functions return, of a composite type or of a
 *	  set.  Columns are set in order, and their number is checked at the end.
 *	  Called by the files of those functions.
 */
#ifndef TRK_COMPOSITE_H
#define TRK_COMPOSITE_H

#include "base/trk.h"

#include "base/arena.h"
#include "base/compat.h"
#include "funcapi.h"

/* The most columns of a row. */
#define TRK_COMPOSITE_COLUMNS	64

typedef struct TrkComposite
{
	TupleDesc	desc;
	ReturnSetInfo *set;			/* the set to which the row belongs, or NULL */
	int			n;				/* number of columns that are set */
	Datum		values[TRK_COMPOSITE_COLUMNS];
	bool		nulls[TRK_COMPOSITE_COLUMNS];
} TrkComposite;

/*
 * Begin a row: of the function's composite result type, the next one of the set
 * that it builds since InitMaterializedSRF(), or of a type.
 */
extern void trk_composite_begin(TrkComposite *row, FunctionCallInfo fcinfo);
extern void trk_composite_begin_set(TrkComposite *row, FunctionCallInfo fcinfo);
extern void trk_composite_begin_type(TrkComposite *row, TupleDesc desc);

/* Raise the ERROR for a row that has not the columns of its type. */
pg_noreturn extern void trk_composite_mismatch(const TrkComposite *row);

/*
 * Return the row type of a composite type of the extension, by its schema and
 * name; the copy is the caller's.
 */
extern TupleDesc trk_composite_type(Oid nsp, const char *type);

/* Return the type of the next column. */
static inline Oid
trk_composite_next_type(const TrkComposite *row)
{
	if (row->n >= row->desc->natts)
		trk_composite_mismatch(row);
	return TupleDescAttr(row->desc, row->n)->atttypid;
}

/* Set the next column to this datum, or to NULL. */
static inline void
trk_put_nullable(TrkComposite *row, Datum value, bool isnull)
{
	if (unlikely(row->n >= row->desc->natts))
		trk_composite_mismatch(row);
	row->values[row->n] = value;
	row->nulls[row->n++] = isnull;
}

static inline void
trk_put(TrkComposite *row, Datum value)
{
	trk_put_nullable(row, value, false);
}

static inline void
trk_put_null(TrkComposite *row)
{
	trk_put_nullable(row, (Datum) 0, true);
}

static inline void
trk_put_bool(TrkComposite *row, bool value)
{
	trk_put_nullable(row, BoolGetDatum(value), false);
}

/* Set the next column to a value that is passed by reference; 0 is NULL. */
static inline void
trk_put_reference(TrkComposite *row, Datum value)
{
	trk_put_nullable(row, value, value == (Datum) 0);
}

/*
 * Set the next column to a float8.  NaN is NULL; trk_put_nonnegative() makes a
 * value below zero NULL instead, for measures in which it means that nothing is
 * known.
 */
extern void trk_put_float(TrkComposite *row, double value);
extern void trk_put_nonnegative(TrkComposite *row, double value);

/* Set the next column to a bigint or an integer, whichever it is. */
extern void trk_put_int(TrkComposite *row, int64 value);

/* Set the next column to a value of its enumeration. */
extern void trk_put_enum(TrkComposite *row, const char *label);

/*
 * Set the next column to a text in the encoding of the database; that of a C
 * string is NULL when it is NULL, and trk_put_nonempty() makes a text of length
 * 0 NULL.
 */
extern void trk_put_text(TrkComposite *row, const char *value);
extern void trk_put_text_len(TrkComposite *row, const char *s, Size len);
extern void trk_put_nonempty(TrkComposite *row, TrkText text);

/*
 * Set the next column to an array of texts in the encoding of the database: of
 * these, or of the names of the bits that are set in flags.
 */
extern void trk_put_texts(TrkComposite *row, const TrkText *texts, int n);
extern void trk_put_flags(TrkComposite *row, uint32 flags, const char *const *names, int n_names);

/*
 * Finish a row, all of whose columns are set: return it as a tuple or a datum,
 * or add it to its set.
 */
extern HeapTuple trk_composite_tuple(TrkComposite *row);
extern Datum trk_composite_datum(TrkComposite *row);
extern void trk_composite_store(TrkComposite *row);

/* Add a row of one column to a set: a value by reference, which is freed. */
extern void trk_store_single(ReturnSetInfo *set, Datum value);

#endif							/* TRK_COMPOSITE_H */

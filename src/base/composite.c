/*
 * composite.c
 *	  Builds the rows that SQL functions return (see composite.h).
 */
#include "base/trk.h"

#include "base/composite.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* Raise the ERROR for a row that has not the columns of its type. */
void
trk_composite_mismatch(const TrkComposite *row)
{
	elog(ERROR, "row type has %d columns, which are not those of the function",
		 row->desc->natts);
}

/* Return the row type of a composite type of the extension. */
TupleDesc
trk_composite_type(Oid nsp, const char *type)
{
	Oid			oid = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(type),
									  ObjectIdGetDatum(nsp));

	if (!OidIsValid(oid))
		elog(ERROR, "type \"%s\" is missing: library and extension differ in version", type);
	return BlessTupleDesc(lookup_rowtype_tupdesc_copy(oid, -1));
}

/* Begin a row of a type. */
void
trk_composite_begin_type(TrkComposite *row, TupleDesc desc)
{
	row->desc = desc;
	row->set = NULL;
	row->n = 0;
	if (desc->natts > TRK_COMPOSITE_COLUMNS)
		trk_composite_mismatch(row);
}

/* Begin a row of the function's composite result type. */
void
trk_composite_begin(TrkComposite *row, FunctionCallInfo fcinfo)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	trk_composite_begin_type(row, BlessTupleDesc(desc));
}

/* Begin the next row of the set that a set-returning function builds. */
void
trk_composite_begin_set(TrkComposite *row, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	trk_composite_begin_type(row, set->setDesc);
	row->set = set;
}

/* Set the next column to a float8, or to NULL when the value is NaN. */
void
trk_put_float(TrkComposite *row, double value)
{
	trk_put_nullable(row, Float8GetDatum(value), isnan(value));
}

/* Set the next column to a float8, or to NULL when the value is below zero. */
void
trk_put_nonnegative(TrkComposite *row, double value)
{
	trk_put_nullable(row, Float8GetDatum(value), value < 0);
}

/* Set the next column to a bigint or an integer, whichever it is. */
void
trk_put_int(TrkComposite *row, int64 value)
{
	if (trk_composite_next_type(row) == INT4OID)
		trk_put(row, Int32GetDatum((int32) value));
	else
		trk_put(row, Int64GetDatum(value));
}

/* Set the next column to the value of its enumeration that has this label. */
void
trk_put_enum(TrkComposite *row, const char *label)
{
	trk_put(row, DirectFunctionCall2(enum_in, CStringGetDatum(label),
									 ObjectIdGetDatum(trk_composite_next_type(row))));
}

/* Set the next column to a text, or to NULL when the value is NULL. */
void
trk_put_text(TrkComposite *row, const char *value)
{
	if (value == NULL)
		trk_put_null(row);
	else
		trk_put(row, CStringGetTextDatum(value));
}

/* Set the next column to a text of this length. */
void
trk_put_text_len(TrkComposite *row, const char *s, Size len)
{
	trk_put(row, PointerGetDatum(cstring_to_text_with_len(s, (int) len)));
}

/* Set the next column to a text, or to NULL when its length is 0. */
void
trk_put_nonempty(TrkComposite *row, TrkText text)
{
	if (text.len == 0)
		trk_put_null(row);
	else
		trk_put_text_len(row, text.s, text.len);
}

/* Set the next column to an array of these texts. */
void
trk_put_texts(TrkComposite *row, const TrkText *texts, int n)
{
	Datum	   *items = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		items[i] = PointerGetDatum(cstring_to_text_with_len(texts[i].s, (int) texts[i].len));
	trk_put(row, PointerGetDatum(construct_array(items, n, TEXTOID, -1, false, TYPALIGN_INT)));
}

/* Set the next column to an array of the names of the bits that are set. */
void
trk_put_flags(TrkComposite *row, uint32 flags, const char *const *names, int n_names)
{
	TrkText		set[32];
	int			n = 0;

	Assert(n_names <= (int) lengthof(set));
	for (int i = 0; i < n_names; i++)
		if ((flags & ((uint32) 1 << i)) != 0)
			set[n++] = (TrkText) {names[i], strlen(names[i])};
	trk_put_texts(row, set, n);
}

/* Raise an ERROR unless all columns are set. */
static void
check_complete(const TrkComposite *row)
{
	if (row->n != row->desc->natts)
		trk_composite_mismatch(row);
}

/* Return the finished row as a tuple. */
HeapTuple
trk_composite_tuple(TrkComposite *row)
{
	check_complete(row);
	return heap_form_tuple(row->desc, row->values, row->nulls);
}

/* Return the finished row as a datum. */
Datum
trk_composite_datum(TrkComposite *row)
{
	return HeapTupleGetDatum(trk_composite_tuple(row));
}

/* Add the finished row to its set. */
void
trk_composite_store(TrkComposite *row)
{
	check_complete(row);
	tuplestore_putvalues(row->set->setResult, row->desc, row->values, row->nulls);
}

/* Add a row of one column to a set, and free its value. */
void
trk_store_single(ReturnSetInfo *set, Datum value)
{
	bool		isnull = false;

	tuplestore_putvalues(set->setResult, set->setDesc, &value, &isnull);
	pfree(DatumGetPointer(value));
}

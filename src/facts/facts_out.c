/*
 * facts_out.c
 *	  Makes the rows that functions of this module return.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "facts/facts_out.h"
#include "store/id.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* Begin a row of the running function, which returns a materialized set. */
void
trk_facts_row_begin(TrkFactsRow *row, FunctionCallInfo fcinfo)
{
	row->rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	row->n = 0;
}

/* Set the next column. */
void
trk_facts_datum(TrkFactsRow *row, Datum value)
{
	Assert(row->n < TRK_FACTS_COLUMNS);
	row->values[row->n] = value;
	row->nulls[row->n++] = false;
}

/* Set the next column to NULL. */
void
trk_facts_null(TrkFactsRow *row)
{
	Assert(row->n < TRK_FACTS_COLUMNS);
	row->values[row->n] = (Datum) 0;
	row->nulls[row->n++] = true;
}

/* Set the next column to a text; one of length 0 is NULL. */
void
trk_facts_text(TrkFactsRow *row, TrkText text)
{
	if (text.len == 0)
		trk_facts_null(row);
	else
		trk_facts_datum(row, PointerGetDatum(cstring_to_text_with_len(text.s, (int) text.len)));
}

/* Set the next column to a text; NULL stays NULL. */
void
trk_facts_cstring(TrkFactsRow *row, const char *text)
{
	TrkText		t = {text == NULL ? "" : text, text == NULL ? 0 : strlen(text)};

	trk_facts_text(row, t);
}

/* Set the next column to an identifier; one of length 0 is NULL. */
void
trk_facts_id(TrkFactsRow *row, TrkText text, TrkArena *arena)
{
	if (text.len == 0)
		trk_facts_null(row);
	else
		trk_facts_datum(row, PointerGetDatum(trk_id_make(text.s, text.len, arena)));
}

/* Set the next column to a number that is not below zero, else to NULL. */
void
trk_facts_float(TrkFactsRow *row, double value)
{
	if (value < 0)
		trk_facts_null(row);
	else
		trk_facts_datum(row, Float8GetDatum(value));
}

/* Set the next column to an array of texts. */
void
trk_facts_texts(TrkFactsRow *row, const TrkText *texts, int n)
{
	Datum	   *items = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		items[i] = PointerGetDatum(cstring_to_text_with_len(texts[i].s, (int) texts[i].len));
	trk_facts_datum(row, PointerGetDatum(construct_array(items, n, TEXTOID, -1, false, TYPALIGN_INT)));
}

/* Set the next column to the names of the bits that are set in flags. */
void
trk_facts_flags(TrkFactsRow *row, uint32 flags, const char *const *names, int n)
{
	TrkText		set[32];
	int			count = 0;

	for (int i = 0; i < n; i++)
		if ((flags & ((uint32) 1 << i)) != 0)
			set[count++] = (TrkText) {names[i], strlen(names[i])};
	trk_facts_texts(row, set, count);
}

/* Add the row to the result. */
void
trk_facts_row_store(TrkFactsRow *row)
{
	Assert(row->n == row->rsinfo->setDesc->natts);
	tuplestore_putvalues(row->rsinfo->setResult, row->rsinfo->setDesc, row->values, row->nulls);
}

/* Return the row type of a composite type of the extension. */
TupleDesc
trk_facts_tupdesc(Oid nsp, const char *type)
{
	Oid			oid = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(type),
									  ObjectIdGetDatum(nsp));

	if (!OidIsValid(oid))
		elog(ERROR, "type \"%s\" is missing: library and extension differ in version", type);
	return BlessTupleDesc(lookup_rowtype_tupdesc_copy(oid, -1));
}

/*
 * summary_sql.c
 *	  The SQL function at_summary().
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/hide_context.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "facts/summary.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* Where the columns are in rows of the type that was seen last. */
typedef struct RowColumns
{
	Oid			type;
	int32		typmod;
	AttrNumber	event_type;
	AttrNumber	payload;
} RowColumns;

/* Return the number of a column of a type, from 1; raise an ERROR without it. */
static AttrNumber
find_column(TupleDesc desc, const char *name, Oid type)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (!att->attisdropped && strcmp(NameStr(att->attname), name) == 0 &&
			att->atttypid == type)
			return i + 1;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("row has no column \"%s\" of the type that it has in at_event", name),
			 errhint("Pass a row of at_event.")));
	return 0;
}

/* Find the columns of a row's type, unless it is that of the row before. */
static const RowColumns *
columns_of(FunctionCallInfo fcinfo, Oid type, int32 typmod, TupleDesc desc)
{
	RowColumns *columns = fcinfo->flinfo->fn_extra;
	Oid			nsp;

	if (columns != NULL && columns->type == type && columns->typmod == typmod)
		return columns;
	if (columns == NULL)
		columns = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(RowColumns));
	nsp = get_func_namespace(fcinfo->flinfo->fn_oid);
	columns->event_type = find_column(desc, "event_type",
									  GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
													  CStringGetDatum("at_event_type"),
													  ObjectIdGetDatum(nsp)));
	columns->payload = find_column(desc, "payload", JSONBOID);
	columns->type = type;
	columns->typmod = typmod;
	fcinfo->flinfo->fn_extra = columns;
	return columns;
}

TRK_HIDE_CONTEXT_FUNCTION(at_summary);
/* at_summary(event) */
static Datum
at_summary_body(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);
	TupleDesc	desc = lookup_rowtype_tupdesc(type, typmod);
	const RowColumns *columns = columns_of(fcinfo, type, typmod, desc);
	StringInfoData out;
	bool		no_type;
	bool		no_payload;
	Datum		event_type = GetAttributeByNum(row, columns->event_type, &no_type);
	Datum		payload = GetAttributeByNum(row, columns->payload, &no_payload);
	char	   *name;

	ReleaseTupleDesc(desc);
	if (no_type || no_payload)
		PG_RETURN_NULL();
	name = DatumGetCString(DirectFunctionCall1(enum_out, event_type));
	initStringInfo(&out);
	trk_summary_write(&out, (TrkEventType) trk_event_type_lookup(name, strlen(name)), DatumGetJsonbP(payload));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/*
 * round_trips.c
 *	  at_round_trips(source, ...): fills from a query in order, legs as rows.
 */
#include "trk.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "fills.h"
#include "funcapi.h"
#include "round_trips.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

/* Columns of the result. */
#define LEG_COLUMNS		20

/* See round_trips.h. */
TrkMatching
trk_matching_of(text *method)
{
	const char *s = VARDATA_ANY(method);
	Size		len = VARSIZE_ANY_EXHDR(method);

	if (len == 4 && memcmp(s, "fifo", 4) == 0)
		return TRK_MATCH_FIFO;
	if (len != 7 || memcmp(s, "average", 7) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method of matching is \"fifo\" or \"average\"")));
	return TRK_MATCH_AVERAGE;
}

/* Does a text start with this word? */
static bool
starts_with(const char *s, const char *word)
{
	Size		len = strlen(word);

	return pg_strncasecmp(s, word, len) == 0 &&
		(s[len] == '\0' || strchr(" \t\r\n(", s[len]) != NULL);
}

/* A query or the name of a relation as an item of FROM. */
static char *
from_item(text *source)
{
	char	   *s = text_to_cstring(source);
	char	   *start = s + strspn(s, " \t\r\n(");
	RangeVar   *rv;

	if (starts_with(start, "select") || starts_with(start, "with") ||
		starts_with(start, "values") || starts_with(start, "table"))
		return psprintf("(%s\n)", s);	/* it may end in a comment */
	if (*start == '[')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("source of fills must be a query or the name of a relation"),
				 errhint("Cast an array of fills to jsonb.")));
	rv = makeRangeVarFromNameList(textToQualifiedNameList(source));
	(void) RangeVarGetRelid(rv, AccessShareLock, false);
	return rv->schemaname == NULL ? pstrdup(quote_identifier(rv->relname)) :
		quote_qualified_identifier(rv->schemaname, rv->relname);
}

/* The fills of the store in the function's schema. */
static char *
store_item(FunctionCallInfo fcinfo)
{
	Oid			nsp = get_func_namespace(fcinfo->flinfo->fn_oid);

	if (!OidIsValid(get_relname_relid("at_fill", nsp)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no store of events in the schema of agent_tracker"),
				 errhint("Call at_create_store(), or name a source of fills.")));
	return quote_qualified_identifier(get_namespace_name(nsp), "at_fill");
}

/* Where the result goes, and the texts that come in every row. */
typedef struct Output
{
	ReturnSetInfo *rsinfo;
	Datum		kinds[TRK_LEG_MISMATCH + 1];
	Datum		directions[2];
} Output;

/* An output of the function that is called. */
static Output
output_of(FunctionCallInfo fcinfo)
{
	Output		out = {.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo};

	out.kinds[TRK_LEG_CLOSED] = CStringGetTextDatum("closed");
	out.kinds[TRK_LEG_OPEN] = CStringGetTextDatum("open");
	out.kinds[TRK_LEG_SKIPPED] = CStringGetTextDatum("skipped");
	out.kinds[TRK_LEG_UNOPENED] = CStringGetTextDatum("unopened");
	out.kinds[TRK_LEG_MISMATCH] = CStringGetTextDatum("mismatch");
	out.directions[0] = CStringGetTextDatum("short");
	out.directions[1] = CStringGetTextDatum("long");
	return out;
}

/* A column of the result, or nothing. */
static void
put_column(Datum *values, bool *nulls, int column, Datum value, bool isnull)
{
	values[column] = value;
	nulls[column] = isnull;
}

/* A name as a column; NULL when it is empty. */
static void
put_name(Datum *values, bool *nulls, int column, TrkLabel name)
{
	put_column(values, nulls, column, name.len == 0 ? (Datum) 0 :
			   PointerGetDatum(cstring_to_text_with_len(name.s, (int) name.len)), name.len == 0);
}

/* A number as a column, in a place of its own, or nothing. */
static void
put_number(Datum *values, bool *nulls, int column, const TrkDecimal *number, bool is_there,
		   char (*places)[TRK_DECIMAL_BYTES])
{
	put_column(values, nulls, column,
			   is_there ? trk_decimal_pack(number, places[column]) : (Datum) 0, !is_there);
}

/* What the book tells, as a row. */
static void
put_leg(const TrkLeg *leg, void *arg)
{
	Output	   *out = arg;
	Datum		values[LEG_COLUMNS];
	bool		nulls[LEG_COLUMNS];
	char		places[LEG_COLUMNS][TRK_DECIMAL_BYTES];
	bool		closed = leg->kind == TRK_LEG_CLOSED;
	bool		matched = closed || leg->kind == TRK_LEG_OPEN;

	put_column(values, nulls, 0, out->kinds[leg->kind], false);
	put_name(values, nulls, 1, leg->key);
	put_column(values, nulls, 2, out->directions[leg->is_long], !matched);
	put_name(values, nulls, 3, leg->open_fill);
	put_name(values, nulls, 4, leg->close_fill);
	put_number(values, nulls, 5, &leg->quantity, leg->has_quantity, places);
	put_number(values, nulls, 6, &leg->entry_price, matched, places);
	put_number(values, nulls, 7, &leg->exit_price, leg->has_exit, places);
	put_number(values, nulls, 8, &leg->gross, closed, places);
	put_number(values, nulls, 9, &leg->fees, matched, places);
	put_number(values, nulls, 10, &leg->net, closed, places);
	put_column(values, nulls, 11, leg->open_t, !leg->has_lot);
	put_column(values, nulls, 12, leg->close_t, leg->kind == TRK_LEG_OPEN);
	put_column(values, nulls, 13, BoolGetDatum(leg->flat_after), !closed);
	put_column(values, nulls, 14, leg->reason == NULL ? (Datum) 0 :
			   CStringGetTextDatum(leg->reason), leg->reason == NULL);
	put_number(values, nulls, 15, &leg->entry_fees, matched, places);
	put_number(values, nulls, 16, &leg->lot_quantity, leg->has_lot, places);
	put_number(values, nulls, 17, &leg->lot_fees, leg->has_lot, places);
	put_column(values, nulls, 18, BoolGetDatum(leg->mismatch), !matched);
	put_column(values, nulls, 19, leg->has_tag ? PointerGetDatum(
					cstring_to_text_with_len(leg->tag.s, (int) leg->tag.len)) : (Datum) 0,
			   !leg->has_tag);
	tuplestore_putvalues(out->rsinfo->setResult, out->rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(at_round_trips);
/* at_round_trips(source text, method text, opening text, rest_opens boolean) */
Datum
at_round_trips(PG_FUNCTION_ARGS)
{
	TrkBook    *book;
	Output		out;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("method and rest_opens must not be null")));
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	out = output_of(fcinfo);
	book = trk_book_make(trk_matching_of(PG_GETARG_TEXT_PP(1)), PG_GETARG_BOOL(3), put_leg, &out);
	if (!PG_ARGISNULL(2))
		trk_fills_push(from_item(PG_GETARG_TEXT_PP(2)), true, book);
	trk_fills_push(PG_ARGISNULL(0) ? store_item(fcinfo) : from_item(PG_GETARG_TEXT_PP(0)),
				   false, book);
	trk_book_open(book);
	SPI_finish();
	return (Datum) 0;
}

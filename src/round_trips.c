/*
 * round_trips.c
 *	  at_round_trips(source, ...): fills from a query in order, legs as rows.
 *
 * The query sorts and finds repeated fills, so that what is kept here is what
 * is open.
 */
#include "trk.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "round_trips.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

/* Rows that are fetched at a time. */
#define FETCH_ROWS		1000

/* Columns of a fill and of the result. */
#define FILL_COLUMNS	8
#define LEG_COLUMNS		15

/*
 * What the source's rows become; the last column marks repeated fills (hashes
 * sort faster than texts).
 */
static const char fills_query[] =
"SELECT f.fill_id::text, f.t::timestamptz, f.key::text, f.side::text,"
" f.quantity::numeric, f.price::numeric, f.fees::numeric,"
" f.fill_id IS NOT NULL AND"
" pg_catalog.row_number() OVER (PARTITION BY pg_catalog.hashtextextended(f.fill_id::text, 0),"
" f.key, f.fill_id ORDER BY f.t) > 1"
" FROM %s AS f ORDER BY f.t, f.fill_id::text COLLATE \"C\"";

/* The fills of the store: a key is all that must not be mixed, as a JSON array. */
static const char store_query[] =
"(SELECT coalesce(e.payload->>'fill_id', e.event_id::text) AS fill_id, e.occurred_at AS t,"
" pg_catalog.jsonb_build_array(e.project, e.agent_id, e.environment,"
" coalesce(e.payload->>'portfolio_kind', ''), e.payload->>'currency',"
" coalesce(e.payload->>'position_id', e.payload->>'symbol'))::text AS key,"
" e.payload->>'side' AS side, coalesce(e.payload->>'quantity', e.payload->>'qty')::numeric AS quantity,"
" (e.payload->>'price')::numeric AS price, (e.payload->>'fees')::numeric AS fees"
" FROM %s.at_event e WHERE e.event_type = 'paper.fill.recorded')";

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

/* See round_trips.h. */
Datum
trk_decimal(Datum number)
{
	return DirectFunctionCall1(numeric_trim_scale, number);
}

/* See round_trips.h. */
char *
trk_decimal_text(Datum number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, trk_decimal(number)));
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
		return psprintf("(%s)", s);
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

	if (!OidIsValid(get_relname_relid("at_event", nsp)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no store of events in the schema of agent_tracker"),
				 errhint("Call at_create_store(), or name a source of fills.")));
	return psprintf(store_query, quote_identifier(get_namespace_name(nsp)));
}

/* A text or numeric column, or nothing. */
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

/* A number as a column; NULL when there is none. */
static void
put_number(Datum *values, bool *nulls, int column, Datum number)
{
	bool		none = DatumGetPointer(number) == NULL;

	put_column(values, nulls, column, none ? number : trk_decimal(number), none);
}

/* What the book tells, as a row. */
static void
put_leg(const TrkLeg *leg, void *arg)
{
	static const char *const kinds[] = {"closed", "open", "skipped", "unopened"};
	ReturnSetInfo *rsinfo = arg;
	Datum		values[LEG_COLUMNS];
	bool		nulls[LEG_COLUMNS] = {false};
	bool		matched = leg->kind == TRK_LEG_CLOSED || leg->kind == TRK_LEG_OPEN;

	values[0] = CStringGetTextDatum(kinds[leg->kind]);
	put_name(values, nulls, 1, leg->key);
	put_column(values, nulls, 2, CStringGetTextDatum(leg->is_long ? "long" : "short"), !matched);
	put_name(values, nulls, 3, leg->open_fill);
	put_name(values, nulls, 4, leg->close_fill);
	put_number(values, nulls, 5, leg->quantity);
	put_number(values, nulls, 6, leg->entry_price);
	put_number(values, nulls, 7, leg->exit_price);
	put_number(values, nulls, 8, leg->gross);
	put_number(values, nulls, 9, leg->fees);
	put_number(values, nulls, 10, leg->net);
	put_column(values, nulls, 11, leg->open_t, leg->open_fill.len == 0);
	put_column(values, nulls, 12, leg->close_t, leg->kind == TRK_LEG_OPEN);
	put_column(values, nulls, 13, BoolGetDatum(leg->flat_after), leg->kind != TRK_LEG_CLOSED);
	put_column(values, nulls, 14, leg->reason == NULL ? (Datum) 0 :
			   CStringGetTextDatum(leg->reason), leg->reason == NULL);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* The text in a column of a fetched row; empty when it is NULL. */
static TrkLabel
column_name(Datum value, bool isnull)
{
	TrkLabel		name = {"", 0};

	if (!isnull)
	{
		text	   *t = DatumGetTextPP(value);

		name.s = VARDATA_ANY(t);
		name.len = VARSIZE_ANY_EXHDR(t);
	}
	return name;
}

/* The number in a column of a fetched row, detoasted, or another one. */
static Datum
column_number(Datum value, bool isnull, Datum other)
{
	return isnull ? other : NumericGetDatum(DatumGetNumeric(value));
}

/* Push a fetched row; one without key or time is an error of the source. */
static void
push_row(TrkBook *book, HeapTuple tuple, TupleDesc desc, Datum zero)
{
	Datum		values[FILL_COLUMNS];
	bool		nulls[FILL_COLUMNS];
	TrkFill		fill = {0};
	TrkLabel		side;

	heap_deform_tuple(tuple, desc, values, nulls);
	if (nulls[1] || nulls[2])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("columns t and key of a fill must not be null")));
	fill.id = column_name(values[0], nulls[0]);
	fill.t = values[1];
	fill.key = column_name(values[2], false);
	side = column_name(values[3], nulls[3]);
	fill.side = trk_side_of(side.s, side.len);
	fill.has_quantity = !nulls[4];
	fill.quantity = column_number(values[4], nulls[4], zero);
	fill.has_price = !nulls[5];
	fill.price = column_number(values[5], nulls[5], zero);
	fill.fees = column_number(values[6], nulls[6], zero);
	fill.duplicate = DatumGetBool(values[7]);
	trk_book_push(book, &fill);
}

/* Push the fills of a source, in order. */
static void
push_source(TrkBook *book, const char *item, Datum zero)
{
	Portal		portal = SPI_cursor_parse_open(NULL, psprintf(fills_query, item),
											   &(SPIParseOpenOptions) {.read_only = true});

	for (;;)
	{
		SPITupleTable *rows;

		SPI_cursor_fetch(portal, true, FETCH_ROWS);
		if (SPI_processed == 0)
			break;
		rows = SPI_tuptable;
		for (uint64 i = 0; i < rows->numvals; i++)
			push_row(book, rows->vals[i], rows->tupdesc, zero);
		SPI_freetuptable(rows);
	}
	SPI_cursor_close(portal);
}

PG_FUNCTION_INFO_V1(at_round_trips);
/* at_round_trips(source text, method text, opening text, rest_opens boolean) */
Datum
at_round_trips(PG_FUNCTION_ARGS)
{
	TrkBook    *book;
	Datum		zero;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("method and rest_opens must not be null")));
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	book = trk_book_make(trk_matching_of(PG_GETARG_TEXT_PP(1)), PG_GETARG_BOOL(3), put_leg,
						 fcinfo->resultinfo);
	if (!PG_ARGISNULL(2))
		push_source(book, from_item(PG_GETARG_TEXT_PP(2)), zero);
	push_source(book, PG_ARGISNULL(0) ? store_item(fcinfo) : from_item(PG_GETARG_TEXT_PP(0)), zero);
	trk_book_open(book);
	SPI_finish();
	return (Datum) 0;
}

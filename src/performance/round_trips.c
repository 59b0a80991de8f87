/*
 * round_trips.c
 *	  The SQL function at_round_trips(source, ...): it reads fills from a query
 *	  in order and returns legs as rows.
 */
#include "base/trk.h"

#include "base/composite.h"
#include "catalog/namespace.h"
#include "executor/spi.h"
#include "performance/fills.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "performance/round_trips.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

/* The number of columns of the result. */
#define LEG_COLUMNS		24

/* Return the matching method that a text names; another text is an ERROR. */
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

/* Return whether a text starts with this word. */
static bool
starts_with(const char *s, const char *word)
{
	Size		len = strlen(word);

	return pg_strncasecmp(s, word, len) == 0 &&
		(s[len] == '\0' || strchr(" \t\r\n(", s[len]) != NULL);
}

/* Return a query, or the name of a relation, as an item of FROM. */
static char *
from_item(text *source)
{
	char	   *s = text_to_cstring(source);
	char	   *start = s + strspn(s, " \t\r\n(");
	RangeVar   *rv;

	if (starts_with(start, "select") || starts_with(start, "with") ||
		starts_with(start, "values") || starts_with(start, "table"))
		return psprintf("(%s\n)", s);	/* the query may end in a comment, so the bracket is on a
										 * new line */
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

/*
 * Return the item of FROM for the fills of the store in the function's schema.
 */
static char *
store_item(FunctionCallInfo fcinfo)
{
	Oid			nsp = get_func_namespace(fcinfo->flinfo->fn_oid);

	if (!OidIsValid(get_relname_relid("at_fill_and_split", nsp)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no store of events in the schema of agent_tracker"),
				 errhint("Call at_create_store(), or name a source of fills.")));
	return quote_qualified_identifier(get_namespace_name(nsp), "at_fill_and_split");
}

/* Where rows go, and the texts that are in every row. */
typedef struct Output
{
	FunctionCallInfo fcinfo;
	Datum		kinds[TRK_LEG_MISMATCH + 1];
	Datum		directions[2];
} Output;

/* Set up the output of the running function. */
static Output
output_of(FunctionCallInfo fcinfo)
{
	Output		out = {.fcinfo = fcinfo};

	out.kinds[TRK_LEG_CLOSED] = CStringGetTextDatum("closed");
	out.kinds[TRK_LEG_OPEN] = CStringGetTextDatum("open");
	out.kinds[TRK_LEG_SKIPPED] = CStringGetTextDatum("skipped");
	out.kinds[TRK_LEG_UNOPENED] = CStringGetTextDatum("unopened");
	out.kinds[TRK_LEG_MISMATCH] = CStringGetTextDatum("mismatch");
	out.directions[0] = CStringGetTextDatum("short");
	out.directions[1] = CStringGetTextDatum("long");
	return out;
}

/* A result row, with space for short texts and numbers. */
typedef struct Row
{
	TrkComposite columns;
	char		places[LEG_COLUMNS][VARATT_SHORT_MAX];
} Row;

/* Set the next column, or set it to NULL. */
static inline void
put_column(Row *row, Datum value, bool isnull)
{
	trk_put_nullable(&row->columns, value, isnull);
}

/* Set the next column to a text, or to NULL. */
static inline void
put_text(Row *row, TrkLabel t, bool is_there)
{
	char	   *place = row->places[row->columns.n];

	if (!is_there)
		trk_put_null(&row->columns);
	else if (t.len > VARATT_SHORT_MAX - VARHDRSZ_SHORT)
		trk_put_text_len(&row->columns, t.s, t.len);
	else
	{
		SET_VARSIZE_SHORT(place, VARHDRSZ_SHORT + t.len);
		memcpy(VARDATA_SHORT(place), t.s, t.len);
		trk_put(&row->columns, PointerGetDatum(place));
	}
}

/* Set the next column to a number, or to NULL. */
static inline void
put_number(Row *row, const TrkDecimal *number, bool is_there)
{
	StaticAssertStmt(TRK_DECIMAL_BYTES <= VARATT_SHORT_MAX, "a number fits");

	put_column(row, is_there ? trk_decimal_pack(number, row->places[row->columns.n]) : (Datum) 0,
			   !is_there);
}

/* Add what the book reports as a row (a TrkLegCallback). */
static void
put_leg(const TrkLeg *leg, void *arg)
{
	Output	   *out = arg;
	Row			row;
	static const TrkDecimal unit = {.m = 1};
	bool		closed = leg->kind == TRK_LEG_CLOSED;
	bool		matched = closed || leg->kind == TRK_LEG_OPEN;

	trk_composite_begin_set(&row.columns, out->fcinfo);
	put_column(&row, out->kinds[leg->kind], false);
	put_text(&row, leg->key, leg->key.len > 0);
	put_column(&row, out->directions[leg->is_long], !matched);
	put_text(&row, leg->open_fill, leg->open_fill.len > 0);
	put_text(&row, leg->close_fill, leg->close_fill.len > 0);
	put_number(&row, &leg->quantity, leg->has_quantity);
	put_number(&row, &leg->entry_price, matched);
	put_number(&row, &leg->exit_price, leg->has_exit);
	put_number(&row, &leg->gross, closed);
	put_number(&row, &leg->fees, matched);
	put_number(&row, &leg->net, closed);
	put_column(&row, leg->open_t, !leg->has_lot);
	put_column(&row, leg->close_t, leg->kind == TRK_LEG_OPEN);
	put_column(&row, BoolGetDatum(leg->flat_after), !closed);
	put_column(&row, leg->reason == NULL ? (Datum) 0 : CStringGetTextDatum(leg->reason),
			   leg->reason == NULL);
	put_number(&row, &leg->entry_fees, matched);
	put_number(&row, &leg->lot_quantity, leg->has_lot);
	put_number(&row, &leg->lot_fees, leg->has_lot);
	put_column(&row, BoolGetDatum(leg->mismatch), !matched);
	put_text(&row, leg->tag, leg->has_tag);
	put_text(&row, leg->close_tag, leg->has_close_tag);
	put_number(&row, leg->has_multiplier ? &leg->multiplier : &unit, matched);
	put_number(&row, &leg->entry_quantity, leg->has_lot);
	put_number(&row, &leg->lot_price, leg->has_lot);
	trk_composite_store(&row.columns);
}

TRK_HIDE_CONTEXT_FUNCTION(at_round_trips);
/* at_round_trips(source text, method text, opening text, rest_opens boolean) */
static Datum
at_round_trips_body(PG_FUNCTION_ARGS)
{
	TrkBook    *book;
	Output		out;

	trk_refuse_null_args(fcinfo, 1, 1);
	trk_refuse_null_args(fcinfo, 3, 1);
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

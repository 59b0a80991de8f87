/*
 * cost_sql.c
 *	  The SQL functions at_estimate_cost, _at_cost and _at_explain_cost.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "facts/price_cache.h"
#include "funcapi.h"
#include "stats/arrays.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

TRK_HIDE_CONTEXT_FUNCTION(at_estimate_cost);
TRK_HIDE_CONTEXT_FUNCTION(at_cost);
TRK_HIDE_CONTEXT_FUNCTION(at_explain_cost_of);

/* Arguments of at_estimate_cost(): the model, a count of each kind, then these. */
enum
{
	ARG_MODEL,
	ARG_COUNTS,
	ARG_PROVIDER = ARG_COUNTS + TRK_USAGE_KINDS,
	ARG_AT,
	ARG_TIER
};

/* The columns of _at_explain_cost(). */
enum
{
	COL_ITEM,
	COL_TOKENS,
	COL_PRICE,
	COL_USD,
	COL_ARITHMETIC,
	COL_PRICE_ID,
	COL_SOURCE,
	COL_NOTE,
	N_COLUMNS
};

/* A row that is being made. */
typedef struct Line
{
	Datum		values[N_COLUMNS];
	bool		nulls[N_COLUMNS];
} Line;

/* Return a text argument; the empty text for NULL. */
static TrkText
text_argument(FunctionCallInfo fcinfo, int arg)
{
	TrkText		result = {"", 0};

	if (!PG_ARGISNULL(arg))
	{
		text	   *value = PG_GETARG_TEXT_PP(arg);

		result.s = VARDATA_ANY(value);
		result.len = VARSIZE_ANY_EXHDR(value);
	}
	return result;
}

/* Return the tier of an argument; a name that is none is an ERROR. */
static TrkServiceTier
tier_argument(FunctionCallInfo fcinfo, int arg)
{
	TrkText		name = text_argument(fcinfo, arg);
	TrkServiceTier tier = trk_service_tier_find(name.s, name.len);

	if (tier == TRK_TIER_OTHER && !trk_text_equal(name, trk_text_literal("other")))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown service tier"),
				 errhint("Tiers are standard, priority, flex, batch, fast and other.")));
	return tier;
}

/* Raise an ERROR for an option of at_estimate_cost() that is NULL. */
static void
refuse_null_options(FunctionCallInfo fcinfo)
{
	trk_refuse_null_args(fcinfo, ARG_COUNTS, TRK_USAGE_KINDS);
	trk_refuse_null_args(fcinfo, ARG_AT, 2);
}

/*
 * at_estimate_cost(model, tokens of each kind, provider, at, service_tier): USD,
 * or NULL when the model or a kind has no price
 */
static Datum
at_estimate_cost_body(PG_FUNCTION_ARGS)
{
	TrkTokenUsage usage = {.known = (1 << TRK_USAGE_KINDS) - 1};
	TrkCost		cost;

	refuse_null_options(fcinfo);
	if (PG_ARGISNULL(ARG_MODEL))
		PG_RETURN_NULL();
	for (int kind = 0; kind < TRK_USAGE_KINDS; kind++)
	{
		usage.count[kind] = PG_GETARG_INT64(ARG_COUNTS + kind);
		trk_usage_check_count(usage.count[kind]);
	}
	usage.tier = tier_argument(fcinfo, ARG_TIER);
	if (!trk_price_book_cost(trk_price_book_of(fcinfo), text_argument(fcinfo, ARG_PROVIDER),
							 text_argument(fcinfo, ARG_MODEL), PG_GETARG_TIMESTAMPTZ(ARG_AT), &usage, &cost))
		PG_RETURN_NULL();
	return trk_cost_numeric(cost.amount);
}

/* Price the first arguments: usage, provider, model, at, service_tier. */
static void
price_arguments(FunctionCallInfo fcinfo, TrkCost *cost)
{
	TrkTokenUsage usage = {.object = -1};

	if (!PG_ARGISNULL(0))
		trk_usage_from_datum(PG_GETARG_HEAPTUPLEHEADER(0), &usage);
	usage.tier = tier_argument(fcinfo, 4);
	(void) trk_price_book_cost(trk_price_book_of(fcinfo), text_argument(fcinfo, 1),
							   text_argument(fcinfo, 2), PG_GETARG_TIMESTAMPTZ(3), &usage, cost);
}

/* Return the ids of the prices that were used. */
static Datum
price_ids(const TrkCost *cost)
{
	int64		ids[TRK_USAGE_KINDS];
	int			n = 0;

	for (int i = 0; i < cost->n_parts; i++)
		if (cost->parts[i].price != NULL)
			ids[n++] = cost->parts[i].price->id;
	return trk_int64_array(ids, n);
}

/* _at_cost(usage, provider, model, at, service_tier): the cost and how it came about */
static Datum
at_cost_body(PG_FUNCTION_ARGS)
{
	TrkCost		cost;
	TupleDesc	desc;
	Datum		values[6];
	bool		nulls[6] = {false};

	trk_refuse_null_args(fcinfo, 3, 2);
	price_arguments(fcinfo, &cost);
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	nulls[0] = cost.status != TRK_COST_PRICED;
	if (!nulls[0])
		values[0] = trk_cost_numeric(cost.amount);
	values[1] = PointerGetDatum(cstring_to_text(trk_cost_status_name(cost.status)));
	nulls[2] = nulls[3] = cost.match == TRK_MATCH_NONE;
	if (!nulls[2])
	{
		values[2] = PointerGetDatum(cstring_to_text(trk_price_match_name(cost.match)));
		values[3] = PointerGetDatum(cstring_to_text_with_len(cost.model.s, (int) cost.model.len));
	}
	values[4] = price_ids(&cost);
	values[5] = trk_usage_kind_names(cost.unpriced);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* Begin a row, all of whose columns are null but the first. */
static void
begin_line(Line *line, const char *item)
{
	memset(line->nulls, true, sizeof(line->nulls));
	line->values[COL_ITEM] = PointerGetDatum(cstring_to_text(item));
	line->nulls[COL_ITEM] = false;
}

/* Set a column of a row. */
static void
set_column(Line *line, int column, Datum value)
{
	line->values[column] = value;
	line->nulls[column] = false;
}

/* Add a row to the result. */
static void
put_line(FunctionCallInfo fcinfo, Line *line)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	tuplestore_putvalues(result->setResult, result->setDesc, line->values, line->nulls);
}

/* Return a numeric as a string. */
static char *
numeric_string(Datum numeric)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, numeric));
}

/* Return what is to be said of a price beside the number, or NULL. */
static char *
note_of(const TrkCostPart *part, TrkServiceTier tier)
{
	StringInfoData note;

	initStringInfo(&note);
	if (part->price->kind != part->kind)
		appendStringInfo(&note, "at the price of %s", trk_usage_kind_name(part->price->kind));
	if (part->price->tier != TRK_TIER_STANDARD || tier != TRK_TIER_STANDARD)
		appendStringInfo(&note, "%stier %s", note.len > 0 ? ", " : "", trk_service_tier_name(part->price->tier));
	if (part->price->above_input > 0)
		appendStringInfo(&note, "%sabove %lld input tokens", note.len > 0 ? ", " : "",
						 (long long) part->price->above_input);
	return note.len > 0 ? note.data : NULL;
}

/* Add the row of one kind of tokens. */
static void
put_part(FunctionCallInfo fcinfo, const TrkCostPart *part, TrkServiceTier tier)
{
	Line		line;
	Datum		usd = trk_cost_numeric(part->amount);
	Datum		price;
	char	   *note;

	begin_line(&line, trk_usage_kind_name(part->kind));
	set_column(&line, COL_TOKENS, Int64GetDatum(part->tokens));
	if (part->price == NULL)
	{
		set_column(&line, COL_NOTE, PointerGetDatum(cstring_to_text("no price")));
		put_line(fcinfo, &line);
		return;
	}
	price = trk_price_numeric(part->price->amount);
	set_column(&line, COL_PRICE, price);
	set_column(&line, COL_USD, usd);
	set_column(&line, COL_ARITHMETIC,
			   PointerGetDatum(cstring_to_text(psprintf("%lld * %s / 1000000 = %s", (long long) part->tokens,
														numeric_string(price), numeric_string(usd)))));
	set_column(&line, COL_PRICE_ID, Int64GetDatum(part->price->id));
	set_column(&line, COL_SOURCE, PointerGetDatum(cstring_to_text(part->price->source)));
	note = note_of(part, tier);
	if (note != NULL)
		set_column(&line, COL_NOTE, PointerGetDatum(cstring_to_text(note)));
	put_line(fcinfo, &line);
}

/* Add the row of the sum: how the model matched, or why there is no cost. */
static void
put_sum(FunctionCallInfo fcinfo, const TrkCost *cost)
{
	Line		line;
	StringInfoData sum;

	begin_line(&line, "computed");
	initStringInfo(&sum);
	for (int i = 0; i < cost->n_parts; i++)
		appendStringInfo(&sum, "%s%s", i > 0 ? " + " : "", numeric_string(trk_cost_numeric(cost->parts[i].amount)));
	if (cost->status == TRK_COST_PRICED)
	{
		Datum		usd = trk_cost_numeric(cost->amount);

		set_column(&line, COL_USD, usd);
		if (cost->n_parts > 0)
		{
			appendStringInfo(&sum, " = %s", numeric_string(usd));
			set_column(&line, COL_ARITHMETIC, PointerGetDatum(cstring_to_text(sum.data)));
		}
		set_column(&line, COL_NOTE,
				   PointerGetDatum(cstring_to_text(psprintf("model matched %s: %s%s%s", trk_price_match_name(cost->match),
															cost->provider.s, cost->provider.len > 0 ? " " : "",
															cost->model.s))));
	}
	else
		set_column(&line, COL_NOTE, PointerGetDatum(cstring_to_text(trk_cost_status_name(cost->status))));
	put_line(fcinfo, &line);
}

/* Add the row of the cost that counts: what was reported, else what was computed. */
static void
put_cost(FunctionCallInfo fcinfo, const TrkCost *cost)
{
	Line		line;

	begin_line(&line, "cost");
	if (!PG_ARGISNULL(5))
	{
		set_column(&line, COL_USD, PG_GETARG_DATUM(5));
		set_column(&line, COL_NOTE, PG_GETARG_DATUM(6));
	}
	else if (cost->status == TRK_COST_PRICED)
	{
		set_column(&line, COL_USD, trk_cost_numeric(cost->amount));
		set_column(&line, COL_NOTE, PointerGetDatum(cstring_to_text("computed")));
	}
	else
		set_column(&line, COL_NOTE, PointerGetDatum(cstring_to_text("unpriced")));
	put_line(fcinfo, &line);
}

/*
 * _at_explain_cost(usage, provider, model, at, service_tier, reported_cost,
 * cost_source, unreadable): the arithmetic, a row per kind of tokens, then the sum
 * and the cost that counts
 */
static Datum
at_explain_cost_of_body(PG_FUNCTION_ARGS)
{
	TrkCost		cost;

	trk_refuse_null_args(fcinfo, 3, 2);
	trk_refuse_null_args(fcinfo, 6, 2);
	price_arguments(fcinfo, &cost);
	if (PG_GETARG_BOOL(7))
	{
		/* as price.c says of a call whose counts cannot all be read */
		cost.status = TRK_COST_UNREADABLE;
		cost.n_parts = 0;
	}
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < cost.n_parts; i++)
		put_part(fcinfo, &cost.parts[i], tier_argument(fcinfo, 4));
	put_sum(fcinfo, &cost);
	put_cost(fcinfo, &cost);
	return (Datum) 0;
}

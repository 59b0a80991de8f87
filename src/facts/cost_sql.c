/*
 * cost_sql.c
 *	  The SQL functions at_estimate_cost, _at_cost and _at_explain_cost.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "facts/price_cache.h"
#include "funcapi.h"
#include "json/encoding.h"
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

/* A row of _at_explain_cost(); members that say nothing are 0, and NULL in the row. */
typedef struct Line
{
	const char *item;
	const TrkCostPart *part;	/* of a kind of tokens */
	Datum		usd;			/* numeric; 0 for none */
	const char *arithmetic;
	const char *note;
} Line;

/* Return a text argument; the empty text for NULL. */
static TrkText
text_argument(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? (TrkText) {"", 0} : trk_text_content(PG_GETARG_TEXT_PP(arg));
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
	TrkComposite row;
	bool		is_priced;
	bool		is_matched;

	trk_refuse_null_args(fcinfo, 3, 2);
	price_arguments(fcinfo, &cost);
	is_priced = cost.status == TRK_COST_PRICED;
	is_matched = cost.match != TRK_MATCH_NONE;
	trk_composite_begin(&row, fcinfo);
	trk_put_reference(&row, is_priced ? trk_cost_numeric(cost.amount) : (Datum) 0);
	trk_put_text(&row, trk_cost_status_name(cost.status));
	trk_put_text(&row, is_matched ? trk_price_match_name(cost.match) : NULL);
	if (is_matched)
		trk_put_text_len(&row, cost.model.s, cost.model.len);
	else
		trk_put_null(&row);
	trk_put(&row, price_ids(&cost));
	trk_put(&row, trk_usage_kind_names(cost.unpriced));
	return trk_composite_datum(&row);
}

/* Add a row to the result. */
static void
put_line(FunctionCallInfo fcinfo, const Line *line)
{
	const TrkPrice *price = line->part == NULL ? NULL : line->part->price;
	TrkComposite row;

	trk_composite_begin_set(&row, fcinfo);
	trk_put_text(&row, line->item);
	if (line->part != NULL)
		trk_put_int(&row, line->part->tokens);
	else
		trk_put_null(&row);
	trk_put_reference(&row, price == NULL ? (Datum) 0 : trk_price_numeric(price->amount));
	trk_put_reference(&row, line->usd);
	trk_put_text(&row, line->arithmetic);
	if (price != NULL)
		trk_put_int(&row, price->id);
	else
		trk_put_null(&row);
	trk_put_text(&row, price == NULL ? NULL : price->source);
	trk_put_text(&row, line->note);
	trk_composite_store(&row);
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
	Line		line = {.item = trk_usage_kind_name(part->kind), .part = part};

	if (part->price == NULL)
		line.note = "no price";
	else
	{
		line.usd = trk_cost_numeric(part->amount);
		line.arithmetic = psprintf("%lld * %s / 1000000 = %s", (long long) part->tokens,
								   numeric_string(trk_price_numeric(part->price->amount)),
								   numeric_string(line.usd));
		line.note = note_of(part, tier);
	}
	put_line(fcinfo, &line);
}

/* Add the row of the sum: how the model matched, or why there is no cost. */
static void
put_sum(FunctionCallInfo fcinfo, const TrkCost *cost)
{
	Line		line = {.item = "computed"};
	StringInfoData sum;

	initStringInfo(&sum);
	for (int i = 0; i < cost->n_parts; i++)
		appendStringInfo(&sum, "%s%s", i > 0 ? " + " : "", numeric_string(trk_cost_numeric(cost->parts[i].amount)));
	if (cost->status == TRK_COST_PRICED)
	{
		line.usd = trk_cost_numeric(cost->amount);
		if (cost->n_parts > 0)
		{
			appendStringInfo(&sum, " = %s", numeric_string(line.usd));
			line.arithmetic = sum.data;
		}
		line.note = psprintf("model matched %s: %s%s%s", trk_price_match_name(cost->match),
							 cost->provider.s, cost->provider.len > 0 ? " " : "", cost->model.s);
	}
	else
		line.note = trk_cost_status_name(cost->status);
	put_line(fcinfo, &line);
}

/* Add the row of the cost that counts: what was reported, else what was computed. */
static void
put_cost(FunctionCallInfo fcinfo, const TrkCost *cost)
{
	Line		line = {.item = "cost"};

	if (!PG_ARGISNULL(5))
	{
		line.usd = PG_GETARG_DATUM(5);
		line.note = text_to_cstring(PG_GETARG_TEXT_PP(6));
	}
	else if (cost->status == TRK_COST_PRICED)
	{
		line.usd = trk_cost_numeric(cost->amount);
		line.note = "computed";
	}
	else
		line.note = "unpriced";
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

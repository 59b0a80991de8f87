/*
 * price_sql.c
 *	  SQL functions over prices as data: the shipped list, names in one form, what
 *	  may be a pattern, and writing prices as the store's owner.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "catalog/pg_type.h"
#include "facts/price_list.h"
#include "facts/price_match.h"
#include "funcapi.h"
#include "json/encoding.h"
#include "store/lock.h"
#include "store/store.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

TRK_HIDE_CONTEXT_FUNCTION(at_shipped_prices);
TRK_HIDE_CONTEXT_FUNCTION(at_provider_name);
TRK_HIDE_CONTEXT_FUNCTION(at_bare_model);
TRK_HIDE_CONTEXT_FUNCTION(at_model_stem);
TRK_HIDE_CONTEXT_FUNCTION(at_may_be_price_pattern);
TRK_HIDE_CONTEXT_FUNCTION(at_import_prices);
TRK_HIDE_CONTEXT_FUNCTION(at_refresh_shipped_prices);

/* Make a text datum. */
static Datum
text_datum(const char *s)
{
	return PointerGetDatum(cstring_to_text(s));
}

/* _at_shipped_prices(): the shipped list as rows of at_price */
static Datum
at_shipped_prices_body(PG_FUNCTION_ARGS)
{
	const TrkListedPrice *model = NULL;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < trk_price_list_len; i++)
	{
		const TrkListedPrice *price = &trk_price_list[i];
		TrkComposite row;

		if (price->model != NULL)
		{
			model = price;
			continue;
		}
		trk_composite_begin_set(&row, fcinfo);
		trk_put_text(&row, trk_provider_name(model->provider));
		trk_put_text(&row, model->model);
		trk_put_text(&row, model->match);
		trk_put_text(&row, trk_usage_kind_name(price->kind));
		trk_put_text(&row, trk_service_tier_name(price->tier));
		trk_put_int(&row, price->above_input);
		trk_put(&row, DirectFunctionCall3(numeric_in, CStringGetDatum(price->price),
										  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
		trk_put_text(&row, trk_price_list_source);
		trk_composite_store(&row);
	}
	return (Datum) 0;
}

/* _at_provider_name(provider): the name of a provider in one form */
static Datum
at_provider_name_body(PG_FUNCTION_ARGS)
{
	TrkModelName name;

	trk_provider_name_set(&name, trk_text_content(PG_GETARG_TEXT_PP(0)));
	return text_datum(name.s);
}

/* _at_bare_model(model): the name of a model in one form, without a provider in front */
static Datum
at_bare_model_body(PG_FUNCTION_ARGS)
{
	TrkModelName name;
	TrkText		model;

	trk_model_name_set(&name, trk_text_content(PG_GETARG_TEXT_PP(0)));
	model.s = name.s;
	model.len = name.len;
	return text_datum(name.s + trk_model_provider_len(model));
}

/* _at_model_stem(model): a name in lower case without its date */
static Datum
at_model_stem_body(PG_FUNCTION_ARGS)
{
	TrkModelName name;
	TrkText		model;

	trk_model_name_set(&name, trk_text_content(PG_GETARG_TEXT_PP(0)));
	model.s = name.s;
	model.len = name.len;
	return PointerGetDatum(cstring_to_text_with_len(name.s, trk_model_stem(model)));
}

/* _at_may_be_price_pattern(model, match): whether at_price takes a pattern */
static Datum
at_may_be_price_pattern_body(PG_FUNCTION_ARGS)
{
	TrkText		model = trk_text_content(PG_GETARG_TEXT_PP(0));
	TrkText		match = trk_text_content(PG_GETARG_TEXT_PP(1));

	if (trk_text_equal(match, trk_text_literal("regex")))
		PG_RETURN_BOOL(trk_may_be_price_regex(model.s, model.len));
	PG_RETURN_BOOL(model.len > 0 && model.len <= TRK_MAX_MODEL_NAME);
}

/*
 * at_import_prices(prices, source): what _at_write_prices() does, as the store's
 * owner, so that triggers that others put on at_price run with his rights; imports
 * take turns
 */
static Datum
at_import_prices_body(PG_FUNCTION_ARGS)
{
	static const Oid types[] = {JSONBOID, TEXTOID};
	TrkStore   *store = trk_store_open(fcinfo, false);
	TrkStoreScope scope;
	Datum		result;

	trk_refuse_null_args(fcinfo, 0, 2);
	trk_store_enter(store, &scope);
	trk_lock(TRK_LOCK_STORE, 0);
	result = OidFunctionCall2(trk_store_function(store, "_at_write_prices", 2, types), PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
	trk_store_leave(&scope);
	return result;
}

/* _at_refresh_shipped_prices(): what _at_write_shipped_prices() does, as the store's owner */
static Datum
at_refresh_shipped_prices_body(PG_FUNCTION_ARGS)
{
	TrkStore   *store = trk_store_open(fcinfo, false);
	TrkStoreScope scope;

	trk_store_enter(store, &scope);
	(void) OidFunctionCall0(trk_store_function(store, "_at_write_shipped_prices", 0, NULL));
	trk_store_leave(&scope);
	PG_RETURN_VOID();
}

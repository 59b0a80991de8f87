/*
 * usage_sql.c
 *	  The SQL functions at_usage, at_explain_usage and _at_usage_kind.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "base/composite.h"
#include "base/hide_context.h"
#include "facts/usage.h"
#include "facts/usage_path.h"
#include "funcapi.h"
#include "json/encoding.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

TRK_HIDE_CONTEXT_FUNCTION(at_usage);
TRK_HIDE_CONTEXT_FUNCTION(at_explain_usage);
TRK_HIDE_CONTEXT_FUNCTION(at_usage_kind);

/* at_usage(payload): the tokens of a call, NULL when no count can be read */
static Datum
at_usage_body(PG_FUNCTION_ARGS)
{
	TrkTokenUsage usage;
	TupleDesc	desc;

	if (!trk_usage_read(PG_GETARG_JSONB_P(0), &usage))
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return trk_usage_datum(&usage, BlessTupleDesc(desc));
}

/* at_explain_usage(payload): the same with where and how it was read */
static Datum
at_explain_usage_body(PG_FUNCTION_ARGS)
{
	TrkTokenUsage usage;
	TrkComposite row;
	bool		is_known = trk_usage_read(PG_GETARG_JSONB_P(0), &usage);

	trk_composite_begin(&row, fcinfo);
	if (is_known)
		trk_put(&row, trk_usage_datum(&usage, lookup_rowtype_tupdesc_copy(trk_composite_next_type(&row), -1)));
	else
		trk_put_null(&row);
	trk_put_text(&row, usage.object < 0 ? NULL : trk_usage_objects[usage.object].path.s);
	trk_put_text(&row, trk_service_tier_name(usage.tier));
	trk_put_bool(&row, usage.conflict);
	trk_put(&row, trk_usage_kind_names(usage.unreadable));
	return trk_composite_datum(&row);
}

/*
 * _at_usage_kind(member): the kind that a member of an object of usage counts when
 * kinds are priced one by one; total for a price of all tokens
 */
static Datum
at_usage_kind_body(PG_FUNCTION_ARGS)
{
	static const TrkUsageKind kinds[TRK_USAGE_QUANTITIES] = {
		[TRK_QUANTITY_INPUT] = TRK_USAGE_INPUT_UNCACHED,
		[TRK_QUANTITY_UNCACHED] = TRK_USAGE_INPUT_UNCACHED,
		[TRK_QUANTITY_TOOL_INPUT] = TRK_USAGE_INPUT_UNCACHED,
		[TRK_QUANTITY_CACHE_READ] = TRK_USAGE_CACHE_READ,
		[TRK_QUANTITY_CACHE_WRITE] = TRK_USAGE_CACHE_WRITE_5M,
		[TRK_QUANTITY_CACHE_WRITE_5M] = TRK_USAGE_CACHE_WRITE_5M,
		[TRK_QUANTITY_CACHE_WRITE_1H] = TRK_USAGE_CACHE_WRITE_1H,
		[TRK_QUANTITY_OUTPUT] = TRK_USAGE_OUTPUT,
		[TRK_QUANTITY_REASONING] = TRK_USAGE_REASONING,
		[TRK_QUANTITY_INPUT_AUDIO] = TRK_USAGE_INPUT_AUDIO,
		[TRK_QUANTITY_OUTPUT_AUDIO] = TRK_USAGE_OUTPUT_AUDIO,
		[TRK_QUANTITY_IMAGE] = TRK_USAGE_IMAGE
	};
	const TrkUsageField *field = trk_usage_field_find(trk_text_content(PG_GETARG_TEXT_PP(0)));

	if (field == NULL || field->quantity >= TRK_USAGE_QUANTITIES)
		PG_RETURN_NULL();
	if (field->quantity == TRK_QUANTITY_TOTAL)
		PG_RETURN_TEXT_P(cstring_to_text("total"));
	PG_RETURN_TEXT_P(cstring_to_text(trk_usage_kind_name(kinds[field->quantity])));
}

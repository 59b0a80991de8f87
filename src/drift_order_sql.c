/*
 * drift_order_sql.c
 *	  SQL functions at_p_adjust, at_page_hinkley and at_cusum over arrays.
 */
#include "trk.h"

#include "arrays.h"
#include "composite.h"
#include "drift_order.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* A method by name. */
static TrkAdjust
method_argument(text *name)
{
	static const char *const names[] = {"bh", "by", "holm", "bonferroni"};
	char	   *s = text_to_cstring(name);

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(s, names[i]) == 0)
			return (TrkAdjust) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method of adjustment"),
			 errhint("Methods are bh, by, holm and bonferroni.")));
}

PG_FUNCTION_INFO_V1(at_p_adjust);
/* at_p_adjust(p float8[], method text) returns float8[]: nulls stay where they are */
Datum
at_p_adjust(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	TrkAdjust	method = method_argument(PG_GETARG_TEXT_PP(1));
	int64		nulls;
	int64		n;
	double	   *p = trk_floats_argument(fcinfo, 0, &n, &nulls);
	ArrayType  *result;
	double	   *out;

	for (int64 i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("probabilities must be from 0 to 1")));
	trk_p_adjust(p, n, method, palloc_extended(sizeof(int64) * Max(n, 1), MCXT_ALLOC_HUGE));
	result = palloc(VARSIZE(array));
	memcpy(result, array, VARSIZE(array));
	out = (double *) ARR_DATA_PTR(result);
	for (int64 i = 0; i < n; i++)
		out[i] = p[i];
	PG_RETURN_ARRAYTYPE_P(result);
}

/* Append an alarm to the list of them. */
static void
put_alarm(StringInfo alarms, int64 index, int side)
{
	appendStringInfo(alarms, "%s[" INT64_FORMAT ",\"%s\"]", alarms->len > 1 ? "," : "",
					 index, side > 0 ? "up" : "down");
}

/* The result of a detector. */
static Datum
detector_row(FunctionCallInfo fcinfo, StringInfo alarms, double up, double down, int64 skipped)
{
	TrkComposite row;

	appendStringInfoChar(alarms, ']');
	trk_composite_begin(&row, fcinfo);
	trk_put(&row, DirectFunctionCall1(jsonb_in, CStringGetDatum(alarms->data)));
	trk_put_float(&row, up);
	trk_put_float(&row, down);
	trk_put_int(&row, skipped);
	return trk_composite_datum(&row);
}

/* Complain of a detector's parameters. */
pg_noreturn static void
bad_parameters(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a parameter of the detector is out of range")));
}

PG_FUNCTION_INFO_V1(at_page_hinkley);
/*
 * at_page_hinkley(values float8[], min_instances int, delta float8,
 * threshold float8, alpha float8) returns at_detector_result
 */
Datum
at_page_hinkley(PG_FUNCTION_ARGS)
{
	TrkPageHinkley d = {PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
	PG_GETARG_FLOAT8(4)};
	int64		skipped;
	int64		n;
	double	   *values = trk_floats_argument(fcinfo, 0, &n, &skipped);
	StringInfoData alarms;

	if (d.min_instances < 1 || !(d.delta >= 0 && d.threshold > 0 && d.alpha > 0 && d.alpha <= 1))
		bad_parameters();
	initStringInfo(&alarms);
	appendStringInfoChar(&alarms, '[');
	for (int64 i = 0; i < n; i++)
	{
		int			side = 0;

		if (isfinite(values[i]))
			side = trk_page_hinkley(&d, values[i]);
		else
			skipped++;
		if (side != 0)
			put_alarm(&alarms, i, side);
	}
	return detector_row(fcinfo, &alarms, d.up, d.down, skipped);
}

PG_FUNCTION_INFO_V1(at_cusum);
/*
 * at_cusum(values float8[], warmup int, slack float8, threshold float8)
 * returns at_detector_result
 */
Datum
at_cusum(PG_FUNCTION_ARGS)
{
	TrkCusum	d = {PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3)};
	int64		skipped;
	int64		n;
	double	   *values = trk_floats_argument(fcinfo, 0, &n, &skipped);
	StringInfoData alarms;

	if (d.warmup < 2 || !(d.slack >= 0 && d.threshold > 0))
		bad_parameters();
	initStringInfo(&alarms);
	appendStringInfoChar(&alarms, '[');
	for (int64 i = 0; i < n; i++)
	{
		int			side = 0;

		if (isfinite(values[i]))
			side = trk_cusum(&d, values[i]);
		else
			skipped++;
		if (side != 0)
			put_alarm(&alarms, i, side);
	}
	return detector_row(fcinfo, &alarms, d.up, d.down, skipped);
}

/*
 * trade_stats_sql.c
 *	  SQL functions over closed trades, and over money with cash flows.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/jsonb_number.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "performance/return_states.h"
#include "performance/trade_stats.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* Return a row of at_trade_figures. */
static Datum
trade_datum(FunctionCallInfo fcinfo, const double *pnl, const double *risks, int64 n, int64 special)
{
	TrkComposite row;
	TrkTradeStats t;

	trk_trade_stats(pnl, risks, n, &t);
	trk_composite_begin(&row, fcinfo);
	trk_put_int(&row, t.n);
	trk_put_int(&row, t.wins);
	trk_put_int(&row, t.losses);
	trk_put_int(&row, t.breakeven);
	trk_put_figure(&row, t.gross_profit);
	trk_put_figure(&row, t.gross_loss);
	trk_put_figure(&row, t.net);
	trk_put_figure(&row, t.win_rate);
	trk_put_figure(&row, t.win_rate_decisive);
	trk_put_figure(&row, t.avg_win);
	trk_put_figure(&row, t.avg_loss);
	trk_put_figure(&row, t.payoff);
	trk_put_figure(&row, t.profit_factor);
	trk_put_figure(&row, t.expectancy);
	trk_put_figure(&row, t.expectancy_r);
	trk_put_figure(&row, t.sd);
	trk_put_figure(&row, t.sqn);
	trk_put_figure(&row, t.sqn_capped);
	trk_put_figure(&row, t.kelly);
	trk_put_figure(&row, t.largest_win);
	trk_put_figure(&row, t.largest_loss);
	trk_put_int(&row, t.max_win_streak);
	trk_put_int(&row, t.max_loss_streak);
	trk_put_int(&row, t.current_streak);
	trk_put_int(&row, t.risk_n);
	trk_put_figure(&row, t.expectancy_risk);
	trk_put_figure(&row, t.sqn_risk);
	trk_put_figure(&row, t.sqn_risk_capped);
	trk_put_int(&row, special);
	return trk_composite_datum(&row);
}

PG_FUNCTION_INFO_V1(at_trade_summary_of);
/* at_trade_summary(float8[]) returns at_trade_figures */
Datum
at_trade_summary_of(PG_FUNCTION_ARGS)
{
	int64		all;
	int64		n = 0;
	double	   *pnl = trk_float8s(PG_GETARG_ARRAYTYPE_P(0), &all);

	for (int64 i = 0; i < all; i++)
		if (isfinite(pnl[i]))
			pnl[n++] = pnl[i];
	return trade_datum(fcinfo, pnl, NULL, n, all - n);
}

PG_FUNCTION_INFO_V1(at_trade_summary);
/* at_trade_summary(at_series) returns at_trade_figures; final */
Datum
at_trade_summary(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_settle(&at_series_type, trk_state_own(fcinfo, &at_series_type));
	const TrkWord *row = trk_state_rows(&at_series_type, state);
	Size		size = (state->n_rows + 1) * sizeof(double);
	double	   *pnl = MemoryContextAllocHuge(CurrentMemoryContext, size);
	double	   *risks = MemoryContextAllocHuge(CurrentMemoryContext, size);
	int64		n = 0;

	for (int64 i = 0; i < state->n_rows; i++, row += state->width)
		if (isfinite(row[1].r))
		{
			pnl[n] = row[1].r;
			risks[n++] = state->width == 3 ? row[2].r : NAN;
		}
	return trade_datum(fcinfo, pnl, risks, n, state->n_rows - n);
}

/* Convert a numeric to float8; beyond its range it becomes an infinity. */
static double
real_of(Datum numeric)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
}

PG_FUNCTION_INFO_V1(at_float8);
/* _at_float8(numeric) returns float8 */
Datum
at_float8(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(real_of(PG_GETARG_DATUM(0)));
}

PG_FUNCTION_INFO_V1(at_series_add_flow);
/* _at_series_add_flow(at_series, date, numeric) returns at_series */
Datum
at_series_add_flow(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_own(fcinfo, &at_series_type);
	DateADT		day = PG_GETARG_DATEADT(1);
	TrkWord    *point;

	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date of a flow must be finite")));
	state = trk_series_room(fcinfo, state, 2, 1);
	point = trk_state_rows(&at_series_type, state) + state->n_rows++ * 2;
	point[0].i = (int64) day * USECS_PER_DAY;
	point[1].r = real_of(PG_GETARG_DATUM(2));
	PG_RETURN_DATUM(trk_state_datum(state));
}

PG_FUNCTION_INFO_V1(at_xirr);
/* at_xirr(at_series) returns float8; final */
Datum
at_xirr(PG_FUNCTION_ARGS)
{
	TrkState   *state = trk_state_settle(&at_series_type, trk_state_own(fcinfo, &at_series_type));
	const TrkWord *first = trk_state_rows(&at_series_type, state);
	const TrkWord *row = first;
	Size		size = (state->n_rows + 1) * sizeof(double);
	double	   *years = MemoryContextAllocHuge(CurrentMemoryContext, size);
	double	   *amounts = MemoryContextAllocHuge(CurrentMemoryContext, size);
	int64		n = 0;

	for (int64 i = 0; i < state->n_rows; i++, row += state->width)
	{
		if (i == 0 || row->i != row[-state->width].i)
		{
			years[n] = ((double) row->i - (double) first->i) / (365.0 * USECS_PER_DAY);
			amounts[n++] = 0;
		}
		amounts[n - 1] += row[1].r;
	}
	TRK_RETURN_FIGURE(trk_xirr(years, amounts, n));
}

PG_FUNCTION_INFO_V1(at_xirr_of);
/* at_xirr(days float8[], amounts float8[]) returns float8 */
Datum
at_xirr_of(PG_FUNCTION_ARGS)
{
	double	   *years;
	double	   *amounts;
	int64		n = trk_float8_pairs(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1),
									 &years, &amounts);

	for (int64 i = 0; i < n; i++)
		years[i] /= 365;
	TRK_RETURN_FIGURE(trk_xirr(years, amounts, n));
}

/*
 * Return the return of a period, or NaN when its base is not above zero.  The
 * quotient is computed in decimals, so that a finite one gives the nearest
 * float8.
 */
static double
period_return(Datum base, Datum end, Datum flow)
{
	Datum		zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	Datum		gain = DirectFunctionCall2(numeric_sub, DirectFunctionCall2(numeric_sub, end, flow),
										   base);

	if (!DatumGetBool(DirectFunctionCall2(numeric_gt, base, zero)))
		return NAN;
	/* at least this many decimal places, for small returns */
	zero = DirectFunctionCall2(numeric_round, zero, Int32GetDatum(40));
	gain = DirectFunctionCall2(numeric_add, gain, zero);
	return real_of(DirectFunctionCall2(numeric_div, gain, base));
}

/*
 * Return a cash flow; NULL is zero, because an outer join of flows yields it.
 */
static Datum
flow_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? DirectFunctionCall1(int4_numeric, Int32GetDatum(0)) :
		PG_GETARG_DATUM(argument);
}

PG_FUNCTION_INFO_V1(at_period_return);
/* at_period_return(start_equity, end_equity, external_flow, flow_at_start) returns float8 */
Datum
at_period_return(PG_FUNCTION_ARGS)
{
	Datum		base;
	Datum		flow = flow_argument(fcinfo, 2);

	trk_refuse_null_args(fcinfo, 3, 1);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	base = PG_GETARG_DATUM(0);
	if (PG_GETARG_BOOL(3))
	{
		base = DirectFunctionCall2(numeric_add, base, flow);
		flow = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	}
	TRK_RETURN_FIGURE(period_return(base, PG_GETARG_DATUM(1), flow));
}

extern Datum at_sample_add(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(at_sample_add_period);
/* _at_sample_add(at_sample, start_equity, end_equity, external_flow) returns at_sample */
Datum
at_sample_add_period(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(add, 2);
	double		r = NAN;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		r = period_return(PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), flow_argument(fcinfo, 3));

	/*
	 * call it within the same aggregate, so that the state is not copied for each row
	 */
	InitFunctionCallInfoData(*add, fcinfo->flinfo, 2, InvalidOid, fcinfo->context, NULL);
	add->args[0] = fcinfo->args[0];
	add->args[1].value = Float8GetDatum(isfinite(r) ? r : NAN);
	add->args[1].isnull = false;
	return at_sample_add(add);
}

TRK_HIDE_CONTEXT_FUNCTION(at_decimal);
/* at_decimal(jsonb) returns numeric */
static Datum
at_decimal_body(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	JsonbValue	value;
	Datum		number;
	bool		isnull;

	if (!JB_ROOT_IS_SCALAR(jsonb) || !JsonbExtractScalar(&jsonb->root, &value))
		PG_RETURN_NULL();
	number = trk_jsonb_number(&value, &isnull);
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(number);
}

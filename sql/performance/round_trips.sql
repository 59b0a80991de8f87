-- Statistics of closed trades, and returns of money that comes and goes.

CREATE TYPE at_trade_figures AS (
	n bigint,
	wins bigint,
	losses bigint,
	breakeven bigint,
	gross_profit float8,
	gross_loss float8,
	net float8,
	win_rate float8,
	win_rate_decisive float8,
	avg_win float8,
	avg_loss float8,
	payoff float8,
	profit_factor float8,
	expectancy float8,
	expectancy_r float8,
	sd float8,
	sqn float8,
	sqn_capped float8,
	kelly float8,
	largest_win float8,
	largest_loss float8,
	max_win_streak bigint,
	max_loss_streak bigint,
	current_streak bigint,
	risk_n bigint,
	expectancy_risk float8,
	sqn_risk float8,
	sqn_risk_capped float8,
	non_finite bigint
);
COMMENT ON TYPE at_trade_figures IS 'what at_trade_summary gives, in the unit of the results: win_rate is by all trades, win_rate_decisive by wins and losses; expectancy is the mean (breakevens count), expectancy_r the same in average losses, expectancy_risk in planned risks; sqn is sqrt(n) mean / sample sd (Tharp), capped at n = 100; kelly is W - (1 - W) / payoff with the decisive win rate; a breakeven ends streaks; current_streak is negative for losses';

CREATE FUNCTION _at_series_add(at_series, float8, float8, timestamptz) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add_risk' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add(at_series, float8, float8, timestamptz) IS 'the series with one more result, its planned risk, which may be null, and the time of closing; transition function';

CREATE FUNCTION at_trade_summary(pnl float8[]) RETURNS at_trade_figures
AS 'MODULE_PATHNAME', 'at_trade_summary_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_trade_summary(float8[]) IS 'statistics of the results of closed trades in the array''s order; nulls are left out';
CREATE FUNCTION at_trade_summary(series at_series) RETURNS at_trade_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_trade_summary(at_series) IS 'statistics of the results of closed trades in order of closing; final function';
CREATE AGGREGATE at_trade_summary(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = at_trade_summary,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_trade_summary(float8, timestamptz) IS 'statistics of the results of closed trades in order of closing; nulls are left out';
CREATE AGGREGATE at_trade_summary(float8, float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = at_trade_summary,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_trade_summary(float8, float8, timestamptz) IS 'statistics of the results of closed trades, their planned risks (null: none) and times of closing';

CREATE FUNCTION _at_series_add_flow(at_series, date, numeric) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add_flow(at_series, date, numeric) IS 'the series with one more flow of money; transition function; raises 22008 for a date that is not finite';
CREATE FUNCTION at_xirr(days float8[], amounts float8[]) RETURNS float8
AS 'MODULE_PATHNAME', 'at_xirr_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_xirr(float8[], float8[]) IS 'money-weighted return of a year: the effective rate, actual days by 365, at which the flows'' present value is zero, between -0.999999 and 1e12, the one whose ln(1 + rate) is nearest to zero; what the investor pays is negative; NULL without a change of sign or a root; raises 2202E';
CREATE FUNCTION at_xirr(series at_series) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_xirr(at_series) IS 'money-weighted return of a year of flows with their times; final function';
CREATE AGGREGATE at_xirr(date, numeric) (
	SFUNC = _at_series_add_flow,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = at_xirr,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_xirr(date, numeric) IS 'money-weighted return of a year: the effective rate, actual days by 365, at which the flows'' present value is zero; what the investor pays is negative, what comes back and the final value positive; NULL without a change of sign or a root';

CREATE FUNCTION at_period_return(start_equity numeric, end_equity numeric, external_flow numeric DEFAULT 0,
	flow_at_start boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_period_return(numeric, numeric, numeric, boolean) IS 'return of a period of which the end equity has the external flow (deposits positive) in it: (E - F - V) / V, or with flow_at_start (E - F - V) / (V + F); a flow of NULL is none; NULL when the base is not above zero or an equity is NULL';

CREATE FUNCTION _at_sample_add(at_sample, numeric, numeric, numeric) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_add_period' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_add(at_sample, numeric, numeric, numeric) IS 'the sample with the return of one more period; one without a base or an equity counts as NaN, a flow of NULL is none; transition function';
CREATE AGGREGATE at_twr(numeric, numeric, numeric) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_total_return_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_twr(numeric, numeric, numeric) IS 'time-weighted return over periods given by start equity, end equity and external flow (deposits positive, in the end equity): the chain of (E - F - V) / V; a flow of NULL is none; periods without a base above zero, and those without an equity, are skipped';

-- A CASE guards neither a cast of a parameter, with whose value the server may
-- compute while it plans, nor the arguments of aggregates, which are computed
-- before it.
CREATE FUNCTION _at_float8(value numeric) RETURNS float8
AS 'MODULE_PATHNAME', 'at_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_float8(numeric) IS 'the nearest float8; beyond its range an infinity, too near to zero 0, where a cast raises an error';

CREATE FUNCTION at_modified_dietz(start_equity numeric, end_equity numeric, flows numeric[], weights float8[]) RETURNS float8
LANGUAGE at_plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	-- NaN compares as greater than all numbers
	RETURN (SELECT CASE WHEN greatest(abs(start_equity), abs(end_equity), sum(abs(f.amount))) < 1e300 AND
			coalesce(min(f.weight) >= 0 AND max(f.weight) <= 1, true) AND bool_and((f.amount IS NULL) = (f.weight IS NULL)) IS NOT false
		THEN @extschema@._at_float8(end_equity - start_equity - coalesce(sum(f.amount), 0))
			/ nullif(greatest(@extschema@._at_float8(start_equity) + coalesce((SELECT sum(@extschema@._at_float8(w.amount) * w.weight)
				FROM ROWS FROM (unnest(flows), unnest(weights)) AS w(amount, weight)), 0), 0), 0) END
	FROM ROWS FROM (unnest(flows), unnest(weights)) AS f(amount, weight));
END
$at$;
COMMENT ON FUNCTION at_modified_dietz(numeric, numeric, numeric[], float8[]) IS 'modified Dietz return (Dietz, 1966): (E - V - sum F) / (V + sum w F), w the share of the time that a flow was invested; NULL when the base is not above zero, when a flow has no weight or a weight no flow, when a weight is not from 0 to 1, and when a number is NaN or beyond 1e300';

CREATE FUNCTION at_flow_returns(start_equity numeric, periods jsonb, days_per_period float8 DEFAULT 1,
	OUT period_returns_flow_at_end float8[], OUT twr_flow_at_end float8,
	OUT period_returns_flow_at_start float8[], OUT twr_flow_at_start float8,
	OUT net_gain numeric, OUT modified_dietz float8, OUT mwr_annual_xirr float8,
	OUT broken_periods_flow_at_end bigint, OUT broken_periods_flow_at_start bigint,
	OUT sign_changes bigint)
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{days_per_period}', days_per_period);
	IF start_equity IS NULL OR periods IS NULL THEN
		RETURN;
	END IF;
	IF jsonb_typeof(periods) <> 'array' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'periods must be an array';
	END IF;
	IF EXISTS (SELECT FROM jsonb_array_elements(periods) e(period), unnest(ARRAY['end_equity', 'external_flow']) m
			WHERE e.period ->> m IS NOT NULL AND @extschema@.at_decimal(e.period -> m) IS NULL) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'end_equity and external_flow must be finite numbers';
	END IF;
	WITH period AS (
		SELECT e.number AS i, count(*) OVER () AS n, @extschema@.at_decimal(e.period -> 'end_equity'::text) AS v1,
			coalesce(@extschema@.at_decimal(e.period -> 'external_flow'::text), 0) AS f,
			CASE e.number WHEN 1 THEN start_equity
				ELSE lag(@extschema@.at_decimal(e.period -> 'end_equity'::text)) OVER (ORDER BY e.number) END AS v0
		FROM jsonb_array_elements(periods) WITH ORDINALITY AS e(period, number)
	), returns AS (
		SELECT p.*, @extschema@.at_period_return(p.v0, p.v1, p.f, false) AS at_end,
			@extschema@.at_period_return(p.v0, p.v1, p.f, true) AS at_start
		FROM period p
	), total AS (
		SELECT array_agg(r.at_end ORDER BY r.i) AS at_end, @extschema@.at_total_return(r.at_end) AS twr_end,
			array_agg(r.at_start ORDER BY r.i) AS at_start, @extschema@.at_total_return(r.at_start) AS twr_start,
			(array_agg(r.v1 ORDER BY r.i DESC))[1] AS v1,
			array_agg(r.f ORDER BY r.i) AS flows,
			array_agg((r.n - r.i)::float8 / r.n ORDER BY r.i) AS weights,
			array_agg(r.i * days_per_period ORDER BY r.i) AS days,
			max(r.n) AS n, sum(r.f) AS flow, max(abs(r.f)) AS most,
			count(*) FILTER (WHERE r.at_end IS NULL) AS broken_end,
			count(*) FILTER (WHERE r.at_start IS NULL) AS broken_start
		FROM returns r
	)
	SELECT t.at_end, t.twr_end, t.at_start, t.twr_start, t.v1 - start_equity - t.flow,
		@extschema@.at_modified_dietz(start_equity, t.v1, t.flows, t.weights),
		CASE WHEN greatest(abs(start_equity), abs(t.v1), t.most) < 1e300 THEN
			@extschema@.at_xirr(0::float8 || t.days || t.n * days_per_period,
				@extschema@._at_float8(-start_equity) || (SELECT array_agg(-@extschema@._at_float8(x.f) ORDER BY x.i)
					FROM pg_catalog.unnest(t.flows) WITH ORDINALITY AS x(f, i)) || @extschema@._at_float8(t.v1)) END,
		t.broken_end, t.broken_start,
		(SELECT count(*) FILTER (WHERE (y.flow > 0) <> (y.earlier > 0))
			FROM (SELECT x.flow, lag(x.flow) OVER (ORDER BY x.i) AS earlier
				FROM (SELECT 0 AS i, -start_equity AS flow
					UNION ALL SELECT f.i, CASE WHEN f.i = t.n THEN t.v1 ELSE 0 END - f.f
					FROM pg_catalog.unnest(t.flows) WITH ORDINALITY AS f(f, i)) x
				WHERE x.flow <> 0) y)
	INTO period_returns_flow_at_end, twr_flow_at_end, period_returns_flow_at_start, twr_flow_at_start, net_gain,
		modified_dietz, mwr_annual_xirr, broken_periods_flow_at_end, broken_periods_flow_at_start, sign_changes
	FROM total t;
END
$at$;
COMMENT ON FUNCTION at_flow_returns(numeric, jsonb, float8) IS 'returns of an account that money comes into and goes out of; periods are objects of end_equity and external_flow (deposits positive, in the end equity): returns by period and chained with the flow at the end (E - F - V) / V and at the start (E - F - V) / (V + F), where a period without a base above zero is null and counted as broken; gain net of flows; modified Dietz; money-weighted return of a year, and how often the investor''s flows change their sign: after more than one change there may be other rates that fit as well; NULLs without a period; raises 22023 for what is no array, and for members that are no finite numbers';

CREATE FUNCTION at_round_trips(fills jsonb, method text DEFAULT 'fifo') RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_round_trips_json' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_round_trips(jsonb, text) IS 'round trips of an array of fills (fill_id, ts, symbol, position_id, side, quantity, price, fees, multiplier or contract_multiplier: money of one unit at a price of one; one of side split makes quantity units of price old ones of what is open), matched in order of ts (all numbers, or all dates and times by ISO 8601 with an offset, or all without one; by the instant, to the last digit) and fill_id (by its bytes) under position_id, else symbol, in exact decimals: fifo (legs, open_lots) or average (exits, open_positions) cost, totals of the legs, skipped fills with reasons; fees are split by quantity, the last share takes the rest; raises 22023';

CREATE FUNCTION at_decimal(value jsonb) RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_decimal(jsonb) IS 'the number that a value of a payload holds: a JSON number, or text that spells a finite decimal number, as the contract reads it; NULL for anything else';

CREATE FUNCTION at_round_trips(source text DEFAULT NULL, method text DEFAULT 'fifo', opening text DEFAULT NULL,
	rest_opens boolean DEFAULT true, OUT kind text, OUT key text, OUT direction text, OUT open_fill text,
	OUT close_fill text, OUT quantity numeric, OUT entry_price numeric, OUT exit_price numeric,
	OUT gross_pnl numeric, OUT fees numeric, OUT net_pnl numeric, OUT open_t timestamptz,
	OUT close_t timestamptz, OUT flat_after boolean, OUT reason text, OUT entry_fees numeric,
	OUT lot_quantity numeric, OUT lot_fees numeric, OUT effect_mismatch boolean, OUT tag text, OUT close_tag text,
	OUT multiplier numeric, OUT entry_quantity numeric, OUT lot_price numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 10000;
COMMENT ON FUNCTION at_round_trips(text, text, text, boolean) IS 'round trips of the fills that a query or relation gives (fill_id, t, key, side, quantity, price, fees, and perhaps open_close_effect, position_id, arrived_at, line_no, tag, multiplier (money of one unit at a price of one, null: 1); a row of side split makes quantity units of price old ones (null: 1) of what is open; null: those of view at_fill_and_split, of which the key is a JSON array of project, agent, environment, portfolio kind, currency and position or symbol), in exact decimals, in order of t, fill_id, arrived_at and line_no: kind closed (a part of a lot at fifo, of a position at average cost), open (what is left), skipped (reason says why), mismatch (a fill that opened or closed against its open_close_effect), unopened (what a sell or a cover does not find open, when the effect closes, or the fill names its position and the effect does not open, or neither and rest_opens is false; else it opens the other side); opening gives fills that come first, such as the open lots of an earlier run, which lot_quantity and lot_fees (as opened) continue exactly; tag is that of the opening fill, close_tag of the closing one; quantity and prices are in units of the time of the row, entry_quantity, lot_quantity and lot_price in those of the opening fill, before splits; memory is that of the open lots; raises 22004, 22023, 42P01';

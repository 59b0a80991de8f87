-- How the stored agents did: period returns out of events, and the views that
-- show them.  Numbers are read by the contract's rule; environments,
-- portfolios and currencies are never mixed, and an unknown currency (NULL) is
-- a group of its own.

CREATE FUNCTION _at_profit_factor(gains numeric, losses numeric, digits integer DEFAULT 6) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.round(coalesce(gains, 0::numeric) / -losses, digits);
COMMENT ON FUNCTION _at_profit_factor(numeric, numeric, integer) IS 'internal: sum of the results above zero (null: none) by that of those below: zero without gains, null without losses';

CREATE FUNCTION _at_period_kind(period_kind text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE lower(btrim(period_kind))
	WHEN 'day'::text THEN 'daily'::text WHEN 'week'::text THEN 'weekly'::text WHEN 'month'::text THEN 'monthly'::text WHEN 'quarter'::text THEN 'quarterly'::text
	WHEN 'year'::text THEN 'yearly'::text WHEN 'annual'::text THEN 'yearly'::text WHEN 'hour'::text THEN 'hourly'::text
	ELSE lower(btrim(period_kind))
END;
COMMENT ON FUNCTION _at_period_kind(text) IS 'one name for a kind of period, however it is written: in lower case, without blanks around it, daily for day, and so on';

CREATE FUNCTION _at_periods_per_year(period_kind text) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE @extschema@._at_period_kind(period_kind)
	WHEN 'daily'::text THEN 252 WHEN 'session'::text THEN 252 WHEN 'weekly'::text THEN 52
	WHEN 'monthly'::text THEN 12 WHEN 'quarterly'::text THEN 4 WHEN 'yearly'::text THEN 1
END;
COMMENT ON FUNCTION _at_periods_per_year(text) IS 'periods of a year by the name of their kind: daily or session 252, weekly 52, monthly 12, quarterly 4, yearly 1; NULL for other names';

-- In float8, in which nothing of it fails: an error of SQL shows its statement.
CREATE FUNCTION _at_periods_per_year(period_kind text, periods bigint, saturdays bigint, sundays bigint,
	first_session date, last_session date) RETURNS float8
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(pg_catalog.current_setting('agent_tracker.periods_per_year'::text, true)::float8, 0::float8),
	CASE WHEN @extschema@._at_period_kind(period_kind) IN ('daily'::text, 'session'::text)
			AND 14::float8 * least(saturdays, sundays)::float8 >= periods::float8 AND periods > 0::bigint THEN 365::float8
		ELSE coalesce(@extschema@._at_periods_per_year(period_kind), nullif(greatest(1::float8,
			(periods::float8 - 1::float8) / nullif((pg_catalog.date_part('epoch'::text, last_session::timestamp)
				- pg_catalog.date_part('epoch'::text, first_session::timestamp)) / 31557600::float8, 0::float8)), 'NaN'::float8)) END);
COMMENT ON FUNCTION _at_periods_per_year(text, bigint, bigint, bigint, date, date) IS 'periods of a year of a series: agent_tracker.periods_per_year where it is not 0; of daily periods 365 where Saturdays and Sundays are among them (each at least one in fourteen), else 252; of other kinds as _at_periods_per_year(text); of kinds that it does not know as many as come in a year of this series, at least 1';

CREATE FUNCTION _at_flow_amount(flow_kind text, amount numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN flow_kind IN ('deposit', 'transfer_in', 'dividend', 'interest') THEN abs(amount)
	WHEN flow_kind IN ('withdrawal', 'transfer_out', 'fee', 'tax') THEN -abs(amount)
	ELSE amount
END;
COMMENT ON FUNCTION _at_flow_amount(text, numeric) IS 'a flow of money as it changes the account: what comes in is positive whether it was given with a sign or without; the kinds conversion and adjustment keep theirs';

CREATE FUNCTION _at_multiplier(payload jsonb) RETURNS numeric
-- not STRICT, so that it becomes a part of the query
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(greatest(coalesce(@extschema@.at_decimal(payload -> 'multiplier'::text),
	@extschema@.at_decimal(payload -> 'contract_multiplier'::text)), 0::numeric), 0::numeric);
COMMENT ON FUNCTION _at_multiplier(jsonb) IS 'money of one unit at a price of one, as a payload says it (multiplier, else contract_multiplier); NULL where it says none above zero';

CREATE FUNCTION _at_flow_timing() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(pg_catalog.current_setting('agent_tracker.flow_timing'::text, true), 'end'::text);
COMMENT ON FUNCTION _at_flow_timing() IS 'agent_tracker.flow_timing: from when on a flow counts as invested in returns out of equity, within the interval between two snapshots: end (as the contract has it), start, time (from its own time on, as Dietz) or whole (what comes in from the start, what goes out until the end)';

CREATE FUNCTION _at_count_trades() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(pg_catalog.current_setting('agent_tracker.count_trades'::text, true), 'round_trips'::text);
COMMENT ON FUNCTION _at_count_trades() IS 'agent_tracker.count_trades: what views of performance count as a trade, round_trips or lots';

CREATE FUNCTION _at_min_periods() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(pg_catalog.current_setting('agent_tracker.min_periods'::text, true), '20'::text)::bigint;
COMMENT ON FUNCTION _at_min_periods() IS 'agent_tracker.min_periods: the least number of periods of which views of performance show a volatility, Sharpe ratio or quantile';

CREATE FUNCTION _at_performance_settings() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN pg_catalog.concat_ws(' '::text, @extschema@._at_flow_timing(), @extschema@._at_count_trades(),
	coalesce(pg_catalog.current_setting('agent_tracker.periods_per_year'::text, true), '0'::text));
COMMENT ON FUNCTION _at_performance_settings() IS 'internal: the settings on which at_current_performance depends, as one text';

CREATE TYPE _at_current_fact AS (
	project text,
	agent_id text,
	environment at_environment,
	currency text,
	unnamed boolean,
	as_of timestamptz,
	session_date date,
	portfolio_kind text,
	equity numeric,
	cash numeric,
	last_pnl numeric,
	last_ret float8,
	total_return float8,
	drawdown float8,
	max_drawdown float8,
	high_at date,
	sharpe float8,
	ann_volatility float8,
	var_05 float8,
	var_05_amount numeric,
	worst_ret float8,
	best_ret float8,
	periods bigint,
	period_kind text,
	periods_per_year float8,
	sources text,
	positions bigint,
	gross_exposure numeric,
	net_exposure numeric,
	leverage numeric,
	largest_position text,
	largest_weight numeric,
	unrealized_pnl numeric,
	trades bigint,
	net_pnl numeric,
	fees numeric,
	win_rate float8,
	profit_factor numeric,
	streak bigint,
	last_exit timestamptz,
	issues bigint,
	other_fees boolean
);
COMMENT ON TYPE _at_current_fact IS 'the columns of at_current_performance, where they are explained';

CREATE FUNCTION _at_fresh_current(project text, agent_id text) RETURNS SETOF _at_current_fact
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 2
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
BEGIN
	RETURN QUERY SELECT r.* FROM @extschema@.at_current_row r
	WHERE r.project = wanted_project AND r.agent_id = wanted_agent;
END
$at$;
COMMENT ON FUNCTION _at_fresh_current(text, text) IS 'internal: rows of at_current_performance of an agent, computed from the facts of performance and the trade book';

CREATE FUNCTION _at_write_current() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
DECLARE
	agent record;
BEGIN
	FOR agent IN SELECT a.project, a.agent_id FROM @extschema@.at_performance_agent a WHERE NOT a.is_current LOOP
		DELETE FROM @extschema@.at_current_fact f WHERE f.project = agent.project AND f.agent_id = agent.agent_id;
		INSERT INTO @extschema@.at_current_fact
		SELECT * FROM @extschema@._at_fresh_current(agent.project, agent.agent_id);
	END LOOP;
	UPDATE @extschema@.at_performance_agent SET is_current = true WHERE NOT is_current;
END
$at$;
COMMENT ON FUNCTION _at_write_current() IS 'internal: stores the rows of at_current_performance of the agents whose facts at_refresh() computed again, as the store''s owner; after their stale runs were forgotten, so that nothing is computed from events';

CREATE FUNCTION _at_member_returns(project text, agent_id text, environment at_environment,
	OUT starts date[], OUT ends date[], OUT rets float8[]) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE STRICT PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, pg_temp
SET jit = off SET plan_cache_mode = force_generic_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
BEGIN
	RETURN QUERY
	SELECT array_agg(r.period_start ORDER BY r.period_end, r.period_start), array_agg(r.period_end ORDER BY r.period_end, r.period_start),
		array_agg(r.ret ORDER BY r.period_end, r.period_start)
	FROM (SELECT q.*, rank() OVER (ORDER BY q.origin DESC, q.portfolio_kind, q.currency) AS nr,
			rank() OVER (ORDER BY q.origin DESC, q.portfolio_kind DESC, q.currency DESC) AS nr_from_end
		FROM @extschema@.at_period q
		WHERE q.project = wanted_project AND q.agent_id = wanted_agent AND q.environment = wanted_environment
			AND q.chained AND q.ret IS NOT NULL) r
	WHERE r.nr = 1 AND r.nr_from_end = 1
	HAVING count(*) > 0;
END
$at$;
COMMENT ON FUNCTION _at_member_returns(text, text, at_environment) IS 'internal: period returns of an agent in an environment, in order; no row where there are none, or of several portfolios, of which it is not known which is meant';

CREATE FUNCTION _at_create_store_performance() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	item record;
BEGIN
	CREATE OR REPLACE VIEW @extschema@.at_capital_flow WITH (security_invoker = on) AS
		SELECT a.project, a.agent_id, f.environment, f.portfolio_kind, f.currency, f.session_date, f.capital_flow_id, f.flow_kind,
			f.amount, f.external, f.occurred_at, f.event_id, f.events
		FROM @extschema@.at_any_agent a, LATERAL @extschema@._at_flows_of(a.project, a.agent_id) f;
	COMMENT ON VIEW @extschema@.at_capital_flow IS 'agent_tracker: money that came and went, one row for each capital_flow_id (the last event of it counts, events says how many there are; one that is lost to redaction is a flow of its own): amount as it changes the account, external when it is no part of the trading result';

	CREATE OR REPLACE VIEW @extschema@.at_portfolio_snapshot WITH (security_invoker = on) AS
		SELECT e.project, e.agent_id, e.environment, coalesce(e.payload ->> 'portfolio_kind', '') AS portfolio_kind,
			e.payload ->> 'currency' AS currency,
			coalesce((e.payload ->> 'session_date')::date, (e.occurred_at AT TIME ZONE 'UTC')::date) AS session_date,
			e.occurred_at, e.ingested_at, e.batch_id, e.line_no,
			@extschema@.at_decimal(e.payload -> 'equity') AS equity,
			@extschema@.at_decimal(e.payload -> 'cash') AS cash,
			@extschema@.at_decimal(e.payload -> 'trading_pnl_amount') AS trading_pnl_amount,
			@extschema@.at_decimal(e.payload -> 'external_capital_flow') AS external_capital_flow,
			coalesce(jsonb_typeof(e.payload -> 'equity'), 'null') <> 'null'
				AND @extschema@.at_decimal(e.payload -> 'equity') IS NULL AS equity_rejected,
			e.event_id::text AS event_id
		FROM @extschema@.at_event e
		WHERE e.event_type = 'portfolio.snapshot.recorded';
	COMMENT ON VIEW @extschema@.at_portfolio_snapshot IS 'agent_tracker: snapshots of portfolios with their numbers; equity_rejected says that equity holds something that is no number; the session is the UTC day where the event names none';

	CREATE OR REPLACE VIEW @extschema@.at_equity_interval WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.session_date, r.occurred_at,
			r.ingested_at, r.batch_id, r.line_no, r.equity, r.cash, r.event_id, r.snapshots, r.equities_rejected,
			r.opens, r.close, r.at, r.base, r.base_session, r.external_flow, r.previous, r.interval_flow,
			r.interval_in, r.has_flow, r.unknown_currency, r.invested
		FROM @extschema@.at_equity_row r
		WHERE r.equity IS NOT NULL;
	COMMENT ON VIEW @extschema@.at_equity_interval IS 'agent_tracker: equity from one snapshot of a portfolio to the next, with the external flows that came between their times: base is the equity at the close of the session before, or at the very first snapshot; invested is the part of the flows that is taken as invested from the start of the interval (agent_tracker.flow_timing); at_equity_curve is made of it';

	CREATE OR REPLACE VIEW @extschema@.at_equity_curve WITH (security_invoker = on) AS
		SELECT r.occurred_at AS "time", r.session_date, r.project, r.agent_id, r.environment::text AS environment,
			r.portfolio_kind, r.currency, r.equity, r.cash,
			CASE WHEN r.source NOT IN ('first', 'currencies') THEN r.external_flow END AS external_flow, r.ret, r.growth,
			@extschema@._at_drawdown_of(r.growth, r.high) AS drawdown, r.close, r.source,
			CASE WHEN r.source <> 'first' THEN r.base END AS base, r.base_session, r.snapshots, r.equities_rejected, r.event_id
		FROM @extschema@.at_equity_row r
		WHERE r.equity IS NOT NULL;
	COMMENT ON VIEW @extschema@.at_equity_curve IS 'agent_tracker: equity at every snapshot of a portfolio, and with deposits and withdrawals taken out: return since the last close (base; in the first session since the first snapshot of all), growth (1 at that first snapshot) and drawdown below its high; a flow counts between the two snapshots whose times are around its own; close marks the last snapshot of a session; for Grafana, column time';

	CREATE OR REPLACE VIEW @extschema@.at_performance_snapshot WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.period_kind, r.period_start, r.period_end,
			r.flow_adjusted_equity_change, r.trading_pnl_amount, r.pnl, r.return_base, r.trading_pnl_pct, r.raw_equity_change,
			r.net_pnl_amount, r.fees, r.fees_included, r.benchmark_return_pct, r.compounded_return_pct, r.drawdown_pct,
			r.max_drawdown_pct, r.ret, r.source, r.snapshots, r.rejected, r.occurred_at, r.event_id
		FROM @extschema@.at_performance_row r;
	COMMENT ON VIEW @extschema@.at_performance_snapshot IS 'agent_tracker: the last performance snapshot of each period (project, agent, environment, portfolio_kind, currency, period_kind, period_start, period_end) with its numbers; snapshots counts them all, rejected names fields that hold something that is no number';

	CREATE OR REPLACE VIEW @extschema@.at_period_row WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, 'performance' AS origin,
			r.period_kind, r.period_start, r.period_end, r.ret, r.source, r.pnl, r.return_base AS base,
			r.raw_equity_change - r.flow_adjusted_equity_change AS external_flow, NULL::numeric AS equity,
			@extschema@.at_period_return(1, 1 + 0.01 * r.benchmark_return_pct) AS benchmark_ret, r.fees, r.growth,
			@extschema@._at_drawdown_of(r.growth, r.high) AS drawdown, r.snapshots, r.rejected, r.occurred_at, r.event_id
		FROM @extschema@.at_performance_row r
		UNION ALL
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, 'equity', 'session',
			coalesce(r.base_session + 1, r.session_date), r.session_date, r.ret, r.source,
			CASE WHEN r.source NOT IN ('first', 'currencies') THEN r.equity - r.base - r.external_flow END,
			CASE WHEN r.source <> 'first' THEN r.base END,
			CASE WHEN r.source NOT IN ('first', 'currencies') THEN r.external_flow END, r.equity, NULL, NULL, r.growth,
			@extschema@._at_drawdown_of(r.growth, r.close_high), r.snapshots,
			CASE WHEN r.equities_rejected > 0 THEN '{equity}'::text[] ELSE '{}' END, r.occurred_at, r.event_id
		FROM @extschema@.at_equity_end_row r
		WHERE r.close;
	COMMENT ON VIEW @extschema@.at_period_row IS 'agent_tracker: returns of periods as at_period shows them, without what needs all periods of an agent';

	CREATE OR REPLACE VIEW @extschema@.at_period WITH (security_invoker = on) AS
		SELECT k.project, k.agent_id, k.environment, k.portfolio_kind, k.currency, k.origin, k.period_kind,
			k.period_start, k.period_end, k.ret, k.source, k.pnl, k.base, k.external_flow, k.equity,
			k.benchmark_ret, k.fees, k.growth, k.drawdown, k.overlapping,
			first_value(k.origin || k.period_kind) OVER (PARTITION BY k.project, k.agent_id, k.environment,
				k.portfolio_kind, k.currency ORDER BY k.usable = 0, k.origin DESC, k.period_kind <> 'daily',
				k.usable DESC, k.period_kind) = k.origin || k.period_kind AS chained,
			k.snapshots, k.rejected, k.occurred_at, k.event_id,
			-- computed once for each kind
			max(CASE WHEN k.place = 1 THEN @extschema@._at_periods_per_year(k.period_kind, k.usable, k.saturdays, k.sundays,
				k.first_session, k.last_session) END) OVER kind AS periods_per_year
		FROM (SELECT q.*, q.period_start <= lag(q.period_end) OVER chain AS overlapping, row_number() OVER chain AS place,
				count(q.ret) OVER kind AS usable,
				count(q.ret) FILTER (WHERE extract(isodow FROM q.period_end) = 6) OVER kind AS saturdays,
				count(q.ret) FILTER (WHERE extract(isodow FROM q.period_end) = 7) OVER kind AS sundays,
				min(q.period_end) FILTER (WHERE q.ret IS NOT NULL) OVER kind AS first_session,
				max(q.period_end) FILTER (WHERE q.ret IS NOT NULL) OVER kind AS last_session
			FROM @extschema@.at_period_row q
			WINDOW chain AS (PARTITION BY q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency,
				q.origin, q.period_kind ORDER BY q.period_end, q.period_start),
				kind AS (PARTITION BY q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency, q.origin, q.period_kind)) k
		WINDOW kind AS (PARTITION BY k.project, k.agent_id, k.environment, k.portfolio_kind, k.currency, k.origin, k.period_kind);
	COMMENT ON VIEW @extschema@.at_period IS 'agent_tracker: returns of periods, from performance snapshots (origin performance) and from equity between sessions and external flows (origin equity); source says which numbers gave the return; growth and drawdown run along the periods of one kind; chained marks the kind to take';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_leg WITH (security_invoker = on) AS
		SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, nullif(r.currency, '') AS currency, r.symbol, r.strategy_id,
			r.setup, r.exit_session AS session_date, r.exit_at, r.gross_pnl, r.fees, r.net_pnl,
			-- the setting is read once, and not for each row
			CASE WHEN (SELECT @extschema@._at_count_trades()) = 'lots' THEN r.net_pnl WHEN r.flat_after THEN r.trip_net END AS result,
			coalesce(r.entry_other_fees OR r.exit_other_fees, false) AS other_fees, r.kind <> 'closed' AS is_issue,
			-- what the result is counted to
			CASE WHEN (SELECT @extschema@._at_count_trades()) = 'lots' THEN r.symbol ELSE r.trip_symbol END AS result_symbol,
			CASE WHEN (SELECT @extschema@._at_count_trades()) = 'lots' THEN r.strategy_id ELSE r.trip_strategy_id END AS result_strategy_id,
			CASE WHEN (SELECT @extschema@._at_count_trades()) = 'lots' THEN r.setup ELSE r.trip_setup END AS result_setup
		FROM @extschema@.at_trade_row r
		WHERE r.kind <> 'open';
	COMMENT ON VIEW @extschema@.at_pnl_leg IS 'agent_tracker: P&L of each closed part of a lot, and the result that counts as a trade and comes with it: of the part, or of the round trip that it ends (agent_tracker.count_trades); and the fills that could not be matched (is_issue)';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_part WITH (security_invoker = on) AS
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, p.symbol, p.strategy_id, p.setup, t.session_date,
			t.exit_at, p.gross_pnl, p.fees, p.net_pnl, p.result, p.is_leg AND t.other_fees AS other_fees, t.is_issue
		FROM @extschema@.at_pnl_leg t,
			LATERAL (VALUES (true, t.symbol, t.strategy_id, t.setup, t.gross_pnl, t.fees, t.net_pnl, NULL),
				(false, t.result_symbol, t.result_strategy_id, t.result_setup, NULL, NULL, NULL, t.result))
				AS p(is_leg, symbol, strategy_id, setup, gross_pnl, fees, net_pnl, result)
		WHERE p.is_leg OR p.result IS NOT NULL;
	COMMENT ON VIEW @extschema@.at_pnl_part IS 'agent_tracker: what views of trades add up: P&L of each closed part of a lot, and beside it the results that count as trades: of round trips, or of lots (agent_tracker.count_trades); and the fills that could not be matched (is_issue)';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_by_symbol WITH (security_invoker = on) AS
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.symbol,
			count(t.result) AS trades, count(*) FILTER (WHERE t.result > 0) AS wins,
			count(*) FILTER (WHERE t.result < 0) AS losses, trim_scale(round(sum(t.gross_pnl), 8)) AS gross_pnl,
			trim_scale(round(sum(t.fees), 8)) AS fees, trim_scale(round(sum(t.net_pnl), 8)) AS net_pnl,
			count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0) AS win_rate,
			@extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0), sum(t.result) FILTER (WHERE t.result < 0)) AS profit_factor,
			trim_scale(round(avg(t.result), 8)) AS expectancy, trim_scale(round(max(t.result), 8)) AS best,
			trim_scale(round(min(t.result), 8)) AS worst,
			count(t.net_pnl) AS lots
		FROM @extschema@.at_pnl_part t
		WHERE NOT t.is_issue
		GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.symbol;
	COMMENT ON VIEW @extschema@.at_pnl_by_symbol IS 'agent_tracker: closed trades of an agent''s portfolio in a currency, by symbol: P&L of all that was closed, before and after fees; of finished round trips (or of lots, agent_tracker.count_trades) their number, share of winners, profit factor and expectancy (NULL where not defined)';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_by_setup WITH (security_invoker = on) AS
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.strategy_id, t.setup,
			count(t.result) AS trades, count(*) FILTER (WHERE t.result > 0) AS wins,
			count(*) FILTER (WHERE t.result < 0) AS losses, trim_scale(round(sum(t.gross_pnl), 8)) AS gross_pnl,
			trim_scale(round(sum(t.fees), 8)) AS fees, trim_scale(round(sum(t.net_pnl), 8)) AS net_pnl,
			count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0) AS win_rate,
			@extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0), sum(t.result) FILTER (WHERE t.result < 0)) AS profit_factor,
			trim_scale(round(avg(t.result), 8)) AS expectancy, trim_scale(round(max(t.result), 8)) AS best,
			trim_scale(round(min(t.result), 8)) AS worst,
			count(t.net_pnl) AS lots
		FROM @extschema@.at_pnl_part t
		WHERE NOT t.is_issue
		GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.strategy_id, t.setup;
	COMMENT ON VIEW @extschema@.at_pnl_by_setup IS 'agent_tracker: closed trades of an agent''s portfolio in a currency, by strategy and setup, as the opening fill named them: P&L of all that was closed, before and after fees; of finished round trips (or of lots, agent_tracker.count_trades) their number, share of winners, profit factor and expectancy (NULL where not defined)';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_by_weekday WITH (security_invoker = on) AS
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, extract(isodow FROM t.session_date)::integer AS iso_weekday, to_char(min(t.session_date), 'Dy') AS weekday,
			count(t.result) AS trades, count(*) FILTER (WHERE t.result > 0) AS wins,
			count(*) FILTER (WHERE t.result < 0) AS losses, trim_scale(round(sum(t.gross_pnl), 8)) AS gross_pnl,
			trim_scale(round(sum(t.fees), 8)) AS fees, trim_scale(round(sum(t.net_pnl), 8)) AS net_pnl,
			count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0) AS win_rate,
			@extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0), sum(t.result) FILTER (WHERE t.result < 0)) AS profit_factor,
			trim_scale(round(avg(t.result), 8)) AS expectancy, trim_scale(round(max(t.result), 8)) AS best,
			trim_scale(round(min(t.result), 8)) AS worst,
			count(t.net_pnl) AS lots
		FROM @extschema@.at_pnl_leg t
		WHERE NOT t.is_issue
		GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, extract(isodow FROM t.session_date);
	COMMENT ON VIEW @extschema@.at_pnl_by_weekday IS 'agent_tracker: closed trades of an agent''s portfolio in a currency, by the day of the week of the exit''s session (1 is Monday): P&L of all that was closed, before and after fees; of finished round trips (or of lots, agent_tracker.count_trades) their number, share of winners, profit factor and expectancy (NULL where not defined)';

	CREATE OR REPLACE VIEW @extschema@.at_pnl_by_month WITH (security_invoker = on) AS
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, date_trunc('month', t.session_date::timestamp) AT TIME ZONE 'UTC' AS "time",
			count(t.result) AS trades, count(*) FILTER (WHERE t.result > 0) AS wins,
			count(*) FILTER (WHERE t.result < 0) AS losses, trim_scale(round(sum(t.gross_pnl), 8)) AS gross_pnl,
			trim_scale(round(sum(t.fees), 8)) AS fees, trim_scale(round(sum(t.net_pnl), 8)) AS net_pnl,
			count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0) AS win_rate,
			@extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0), sum(t.result) FILTER (WHERE t.result < 0)) AS profit_factor,
			trim_scale(round(avg(t.result), 8)) AS expectancy, trim_scale(round(max(t.result), 8)) AS best,
			trim_scale(round(min(t.result), 8)) AS worst,
			count(t.net_pnl) AS lots
		FROM @extschema@.at_pnl_leg t
		WHERE NOT t.is_issue
		GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, date_trunc('month', t.session_date::timestamp);
	COMMENT ON VIEW @extschema@.at_pnl_by_month IS 'agent_tracker: closed trades of an agent''s portfolio in a currency, by the month of the exit''s session, for Grafana, column time: P&L of all that was closed, before and after fees; of finished round trips (or of lots, agent_tracker.count_trades) their number, share of winners, profit factor and expectancy (NULL where not defined)';

	CREATE OR REPLACE VIEW @extschema@.at_daily_performance WITH (security_invoker = on) AS
		SELECT d.session_date::timestamp AT TIME ZONE 'UTC' AS "time", d.session_date, d.project, d.agent_id,
			d.environment::text AS environment, d.portfolio_kind, d.currency,
			max(d.equity) AS equity, sum(d.external_flow) AS external_flow, sum(d.other_flow) AS other_flow,
			sum(d.trades)::bigint AS trades, trim_scale(round(sum(d.gross_pnl), 8)) AS gross_pnl, trim_scale(round(sum(d.fees), 8)) AS fees,
			trim_scale(round(sum(d.net_pnl), 8)) AS net_pnl,
			coalesce(max(d.pnl) FILTER (WHERE d.origin = 'performance'), max(d.pnl)) AS trading_pnl,
			coalesce(max(d.ret) FILTER (WHERE d.origin = 'performance'), max(d.ret)) AS ret,
			coalesce(max(d.source) FILTER (WHERE d.origin = 'performance' AND d.ret IS NOT NULL), max(d.source)) AS source,
			coalesce(max(d.growth) FILTER (WHERE d.origin = 'performance'), max(d.growth)) AS growth,
			coalesce(max(d.drawdown) FILTER (WHERE d.origin = 'performance'), max(d.drawdown)) AS drawdown,
			max(d.benchmark_ret) AS benchmark_ret
		FROM (
			SELECT r.period_end AS session_date, r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency,
				r.origin, r.equity, CASE WHEN r.origin = 'equity' THEN nullif(r.external_flow, 0) END AS external_flow,
				NULL::numeric AS other_flow, NULL::bigint AS trades,
				NULL::numeric AS gross_pnl, NULL::numeric AS fees, NULL::numeric AS net_pnl, r.pnl, r.ret, r.source,
				r.growth, r.drawdown, r.benchmark_ret
			FROM @extschema@.at_period_row r
			WHERE r.origin = 'equity' OR r.period_kind = 'daily'
			UNION ALL
			-- external flows between snapshots are those of the periods above; others, and what is
			-- part of the result, are shown on their own day, and when they name no portfolio with
			-- the only one that has this currency
			SELECT f.session_date, f.project, f.agent_id, f.environment, CASE WHEN f.portfolio_kind = '' AND f.first_kind = f.last_kind
					THEN f.first_kind ELSE f.portfolio_kind END, f.currency, NULL, NULL,
				CASE WHEN f.external THEN f.amount END, CASE WHEN NOT f.external THEN f.amount END,
				NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
			FROM (SELECT v.*, min(v.kind) OVER money AS first_kind, max(v.kind) OVER money AS last_kind,
					CASE WHEN v.portfolio_kind = '' THEN min(v.snapshot_at) OVER money ELSE min(v.snapshot_at) OVER account END AS first_at,
					CASE WHEN v.portfolio_kind = '' THEN max(v.last_snapshot_at) OVER money ELSE max(v.last_snapshot_at) OVER account END AS last_at
				FROM (SELECT a.project, a.agent_id, a.environment, a.portfolio_kind, a.currency, a.session_date, a.external, a.amount,
						a.occurred_at, NULL::timestamptz AS snapshot_at, NULL::timestamptz AS last_snapshot_at, NULL AS kind, true AS is_flow
					FROM @extschema@.at_capital_flow a
					UNION ALL
					-- the first and the last of all are such of their sessions
					SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, NULL, NULL, NULL, NULL, min(s.occurred_at),
						max(s.occurred_at), s.portfolio_kind, false
					FROM @extschema@.at_equity_end_row s
					GROUP BY s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency) v
				WINDOW money AS (PARTITION BY v.project, v.agent_id, v.environment, v.currency),
					account AS (PARTITION BY v.project, v.agent_id, v.environment, v.currency, v.portfolio_kind)) f
			WHERE f.is_flow AND (NOT f.external OR f.first_at IS NULL OR f.occurred_at <= f.first_at OR f.occurred_at > f.last_at)
			UNION ALL
			SELECT t.session_date, t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, NULL, NULL, NULL, NULL,
				CASE WHEN t.result IS NOT NULL THEN 1 END, t.gross_pnl, t.fees, t.net_pnl, NULL, NULL, NULL, NULL, NULL, NULL
			FROM @extschema@.at_pnl_leg t
			WHERE NOT t.is_issue
		) d
		GROUP BY d.session_date, d.project, d.agent_id, d.environment, d.portfolio_kind, d.currency;
	COMMENT ON VIEW @extschema@.at_daily_performance IS 'agent_tracker: one row for each day of an agent''s portfolio in a currency: equity at the close, flows, closed trades (by the session of the exit) with P&L before and after fees, trading result and return as reported, else out of equity, drawdown below the high; for Grafana, column time';

	CREATE OR REPLACE VIEW @extschema@.at_rolling_sharpe WITH (security_invoker = on) AS
		SELECT r.period_end::timestamp AT TIME ZONE 'UTC' AS "time", r.project, r.agent_id,
			r.environment::text AS environment, r.portfolio_kind, r.currency, r.period_kind, r.periods_per_year,
			CASE WHEN count(r.ret) OVER month = 21 THEN @extschema@.at_sharpe(r.ret, r.periods_per_year) OVER month END AS sharpe_21,
			CASE WHEN count(r.ret) OVER quarter = 63 THEN @extschema@.at_sharpe(r.ret, r.periods_per_year) OVER quarter END AS sharpe_63,
			CASE WHEN count(r.ret) OVER whole >= @extschema@._at_min_periods()
				THEN @extschema@.at_sharpe(r.ret, r.periods_per_year) OVER whole END AS sharpe,
			count(r.ret) OVER whole AS periods
		FROM @extschema@.at_period r
		WHERE r.chained AND r.ret IS NOT NULL
		WINDOW whole AS (PARTITION BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency
				ORDER BY r.period_end, r.period_start),
			month AS (whole ROWS 20 PRECEDING), quarter AS (whole ROWS 62 PRECEDING);
	COMMENT ON VIEW @extschema@.at_rolling_sharpe IS 'agent_tracker: Sharpe ratio of a year over the last 21 and 63 periods (NULL until there are as many) and over all so far (NULL until there are agent_tracker.min_periods), at a risk-free rate of zero; periods_per_year are those of agent_tracker.periods_per_year, or found from the data; for Grafana, column time';

	CREATE OR REPLACE VIEW @extschema@.at_current_position WITH (security_invoker = on) AS
		SELECT p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency,
			p.position_id, p.symbol, CASE WHEN c.units IS NULL THEN p.quantity ELSE trim_scale(round(round(p.quantity * c.units, 30) / c.per, 30)) END AS quantity,
			CASE WHEN c.units IS NULL THEN p.average_price
				ELSE trim_scale(round(round(p.average_price * c.per, 30) / c.units, 30)) END AS average_price,
			CASE WHEN c.units IS NULL THEN p.market_price
				ELSE trim_scale(round(round(p.market_price * c.per, 30) / c.units, 30)) END AS market_price,
			p.value AS market_value, p.unrealized_pnl, p.realized_pnl,
			round(abs(p.value) / nullif(sum(abs(p.value)) OVER (PARTITION BY p.project, p.agent_id,
				p.environment, p.portfolio_kind, p.currency), 0), 6) AS share,
			p.occurred_at AS as_of, coalesce(p.symbol IS NOT NULL AND p.last_fill > p.occurred_at, false) AS traded_since, p.event_id,
			p.unit AS multiplier
		FROM (SELECT q.*, coalesce(q.market_value, q.quantity * q.market_price * coalesce(q.multiplier, q.last_multiplier, 1)) AS value,
				coalesce(q.multiplier, q.last_multiplier, 1) AS unit
			FROM (SELECT v.*, max(v.fill_multiplier) OVER symbol AS last_multiplier,
					-- a fill that names no portfolio may be of any
					greatest(max(v.fill_at) OVER symbol_of_portfolio, max(v.fill_at) FILTER (WHERE v.portfolio_kind = '') OVER symbol) AS last_fill,
					min(v.place_of_any) FILTER (WHERE v.currency IS NULL) OVER (PARTITION BY v.project, v.agent_id, v.environment,
						v.portfolio_kind, v.position_id, v.position_symbol) AS place_of_unnamed
				FROM (SELECT w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.position_id, w.symbol, w.position_symbol,
						w.occurred_at, w.quantity, w.average_price, w.market_price, w.market_value, w.unrealized_pnl, w.realized_pnl,
						w.multiplier, w.event_id, NULL::timestamptz AS fill_at, NULL::numeric AS fill_multiplier,
						row_number() OVER (position_in_currency ORDER BY w.occurred_at DESC, w.ingested_at DESC, w.batch_id DESC, w.line_no DESC) AS place,
						row_number() OVER (position ORDER BY w.occurred_at DESC, w.ingested_at DESC, w.batch_id DESC, w.line_no DESC) AS place_of_any
					-- a position is its symbol where its id is lost
					FROM (SELECT r.*, CASE WHEN r.position_id IS NULL THEN r.symbol END AS position_symbol
						FROM @extschema@.at_last_position_row r) w
					WINDOW position AS (PARTITION BY w.project, w.agent_id, w.environment, w.portfolio_kind, w.position_id, w.position_symbol),
						position_in_currency AS (PARTITION BY w.project, w.agent_id, w.environment, w.portfolio_kind, w.position_id, w.position_symbol,
							w.currency)
					UNION ALL
					SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, NULL, NULL, f.symbol, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
						NULL, NULL, NULL, f.t, f.multiplier, 0, NULL
					FROM (SELECT x.project, x.agent_id, x.environment, x.portfolio_kind, x.symbol, max(x.t) AS t,
							max(nullif(x.multiplier, 'NaN')) AS multiplier
						FROM @extschema@.at_any_fill x
						GROUP BY x.project, x.agent_id, x.environment, x.portfolio_kind, x.symbol) f) v
				WHERE v.place <= 1
				WINDOW symbol AS (PARTITION BY v.project, v.agent_id, v.environment, v.symbol),
					symbol_of_portfolio AS (PARTITION BY v.project, v.agent_id, v.environment, v.symbol, v.portfolio_kind)) q
			-- the last of each currency; one that names none is of any, so that what is earlier or later goes before it
			WHERE q.place = 1 AND q.quantity <> 0
				AND (q.place_of_any = 1 OR q.currency IS NOT NULL AND q.place_of_any < coalesce(q.place_of_unnamed, q.place_of_any + 1))) p
			LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN p.symbol END,
				p.occurred_at, now()) c ON true;
	COMMENT ON VIEW @extschema@.at_current_position IS 'agent_tracker: open positions by the last snapshot of each, in units of now where the symbol was split since; a position is one of its portfolio and currency, but a snapshot that names no currency takes the place of an earlier one of any, and is replaced by a later one of any; share is of the portfolio''s gross market value in that currency; traded_since says that a fill of the symbol came after the snapshot, in that portfolio or without one, so that it is out of date';

	CREATE OR REPLACE VIEW @extschema@.at_time_in_market WITH (security_invoker = on) AS
		SELECT d.project, d.agent_id, d.environment, count(*) AS sessions,
			count(*) FILTER (WHERE d.held) AS sessions_in_market,
			count(*) FILTER (WHERE d.held)::float8 / count(*) AS share,
			min(d.session_date) AS first_session, max(d.session_date) AS last_session
		FROM (SELECT v.project, v.agent_id, v.environment, v.session_date, bool_or(v.held) OR max(v.open) > 0 AS held
			FROM (
				-- lots that are open on a day: they come with their entry and go
				-- the day after their exit
				SELECT s.*, sum(s.lots) OVER (PARTITION BY s.project, s.agent_id, s.environment ORDER BY s.session_date) AS open
				FROM (
					SELECT f.project, f.agent_id, f.environment, true AS is_session, 0 AS lots, f.session_date, true AS held
					FROM @extschema@.at_any_fill f
					UNION ALL
					SELECT p.project, p.agent_id, p.environment, true, 0, p.session_date, p.held FROM @extschema@.at_position_row p
					UNION ALL
					SELECT q.project, q.agent_id, q.environment, true, 0, q.session_date, false FROM @extschema@.at_equity_row q
					UNION ALL
					SELECT e.project, e.agent_id, e.environment, true, 0, @extschema@._at_session_of(e.payload, e.occurred_at), false
					FROM @extschema@.at_event e
					WHERE e.event_type = 'performance.snapshot.recorded'
					UNION ALL
					SELECT t.project, t.agent_id, t.environment, false, 1, t.entry_session, false FROM @extschema@.at_trade t
					UNION ALL
					-- one whose exit names a session before that of its entry is open on none
					SELECT t.project, t.agent_id, t.environment, false, -1, greatest(t.session_date + 1, t.entry_session), false FROM @extschema@.at_trade t
					UNION ALL
					SELECT l.project, l.agent_id, l.environment, false, 1, l.entry_session, false FROM @extschema@.at_open_lot l
				) s) v
			WHERE v.is_session
			GROUP BY v.project, v.agent_id, v.environment, v.session_date) d
		GROUP BY d.project, d.agent_id, d.environment;
	COMMENT ON VIEW @extschema@.at_time_in_market IS 'agent_tracker: share of an agent''s sessions with a position: a lot that is open by the fills, or a snapshot of a position that is not flat; a session is a day with a fill or a snapshot of a position, a portfolio or performance';

	CREATE OR REPLACE VIEW @extschema@.at_current_row WITH (security_invoker = on) AS
		SELECT n.project, n.agent_id, n.environment, n.currency, n.unnamed,
			(n.last ->> 'as_of')::timestamptz AS as_of, (n.last ->> 'session_date')::date AS session_date,
			n.portfolio_kind, (n.last ->> 'equity')::numeric AS equity,
			(n.last ->> 'cash')::numeric AS cash,
			(n.chain ->> 'pnl')::numeric AS last_pnl, (n.chain ->> 'ret')::float8 AS last_ret,
			(n.chain ->> 'total_return')::float8 AS total_return, (n.chain ->> 'drawdown')::float8 AS drawdown,
			(n.chain ->> 'max_drawdown')::float8 AS max_drawdown, (n.chain ->> 'high_at')::date AS high_at,
			(n.chain ->> 'sharpe')::float8 AS sharpe, (n.chain ->> 'ann_volatility')::float8 AS ann_volatility,
			(n.chain ->> 'var_hist_05')::float8 AS var_05,
			trim_scale(round((n.last ->> 'equity')::numeric * (n.chain ->> 'var_hist_05')::numeric, 2)) AS var_05_amount,
			(n.chain ->> 'worst')::float8 AS worst_ret, (n.chain ->> 'best')::float8 AS best_ret,
			(n.chain ->> 'periods')::bigint AS periods, n.chain ->> 'period_kind' AS period_kind,
			(n.chain ->> 'periods_per_year')::float8 AS periods_per_year, n.chain ->> 'sources' AS sources,
			(n.held ->> 'positions')::bigint AS positions, (n.held ->> 'gross')::numeric AS gross_exposure,
			(n.held ->> 'net')::numeric AS net_exposure,
			round((n.held ->> 'gross')::numeric / nullif(greatest((n.last ->> 'equity')::numeric, 0), 0), 4) AS leverage,
			n.held ->> 'largest' AS largest_position,
			round((n.held ->> 'largest_value')::numeric / nullif(greatest((n.last ->> 'equity')::numeric, 0), 0), 4) AS largest_weight,
			(n.held ->> 'unrealized')::numeric AS unrealized_pnl,
			(n.traded ->> 'trades')::bigint AS trades, (n.traded ->> 'net')::numeric AS net_pnl, (n.traded ->> 'fees')::numeric AS fees,
			(n.traded ->> 'win_rate')::float8 AS win_rate, (n.traded ->> 'profit_factor')::numeric AS profit_factor,
			(n.traded ->> 'streak')::bigint AS streak, (n.traded ->> 'last_exit')::timestamptz AS last_exit,
			coalesce((n.traded ->> 'issues')::bigint, 0) AS issues, coalesce((n.traded ->> 'other_fees')::boolean, false) AS other_fees
		FROM (SELECT g.project, g.agent_id, g.environment, g.account ->> 0 AS portfolio_kind, g.account ->> 1 AS currency,
				bool_or(g.currency IS NULL AND g.account ->> 1 IS NOT NULL) AS unnamed,
				(array_agg(g.facts) FILTER (WHERE g.subject = 'last'))[1] AS last,
				coalesce((array_agg(g.facts) FILTER (WHERE g.subject = 'performance'))[1],
					(array_agg(g.facts) FILTER (WHERE g.subject = 'equity'))[1]) AS chain,
				(array_agg(g.facts) FILTER (WHERE g.subject = 'held'))[1] AS held,
				(array_agg(g.facts) FILTER (WHERE g.subject = 'traded'))[1] AS traded
			FROM (
				-- two of one subject are not made one
				SELECT u.*, CASE WHEN u.only_account IS NULL OR count(*) OVER (PARTITION BY u.project, u.agent_id, u.environment,
						u.subject, u.only_account) > 1 THEN jsonb_build_array(u.portfolio_kind, u.currency) ELSE u.only_account END AS account
				FROM (
					SELECT k.*, (
							-- the only account of which this may be: it names as much or more, and nothing else
							SELECT CASE WHEN count(*) = 1 THEN min(c.account::text)::jsonb END
							FROM (SELECT DISTINCT jsonb_build_array(a.kind, a.currency) AS account
								FROM ROWS FROM (unnest(k.kinds), unnest(k.currencies)) AS a(kind, currency)
								WHERE k.portfolio_kind IN ('', a.kind) AND (k.currency IS NULL OR a.currency = k.currency)
									AND NOT EXISTS (SELECT FROM ROWS FROM (unnest(k.kinds), unnest(k.currencies)) AS b(kind, currency)
										WHERE a.kind IN ('', b.kind) AND (a.currency IS NULL OR b.currency = a.currency)
											AND (a.kind <> b.kind OR a.currency IS DISTINCT FROM b.currency))) c) AS only_account
					FROM (SELECT f.*, array_agg(f.portfolio_kind) OVER agent AS kinds, array_agg(f.currency) OVER agent AS currencies
						FROM (
							SELECT s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency, 'last' AS subject,
								jsonb_build_object('as_of', s.occurred_at, 'session_date', s.session_date,
									'equity', s.equity, 'cash', s.cash) AS facts
							FROM (SELECT p.*, row_number() OVER (PARTITION BY p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency
										ORDER BY p.occurred_at DESC, p.ingested_at DESC, p.batch_id DESC, p.line_no DESC) AS place
									-- the last snapshot of all is the last of its session
									FROM @extschema@.at_equity_end_row p WHERE p.close) s
							WHERE s.place = 1
							UNION ALL
							SELECT c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency, c.origin,
								to_jsonb(c.figures) || jsonb_build_object('pnl', c.pnl, 'ret', c.ret, 'drawdown', c.drawdown,
									'high_at', c.high_at, 'periods', (c.figures).n, 'period_kind', c.period_kind, 'sources', c.sources,
									'periods_per_year', c.periods_per_year)
							FROM (SELECT r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.origin, r.period_kind,
										(array_agg(r.pnl ORDER BY r.period_end DESC, r.period_start DESC))[1] AS pnl,
										(array_agg(r.ret ORDER BY r.period_end DESC, r.period_start DESC))[1] AS ret,
										(array_agg(r.drawdown ORDER BY r.period_end DESC, r.period_start DESC))[1] AS drawdown,
										max(r.period_end) FILTER (WHERE r.drawdown = 0) AS high_at,
										@extschema@.at_performance(@extschema@.at_collect_series(r.ret, r.period_end::timestamp AT TIME ZONE 'UTC'),
											coalesce(max(r.periods_per_year), 1)) AS figures,
										max(r.periods_per_year) AS periods_per_year,
										string_agg(DISTINCT r.source, ', ') AS sources
									FROM @extschema@.at_period r WHERE r.chained
									GROUP BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.origin, r.period_kind) c
							UNION ALL
							SELECT p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency, 'held',
								jsonb_build_object('positions', count(*), 'gross', sum(abs(p.market_value)), 'net', sum(p.market_value),
									'largest', (array_agg(p.symbol ORDER BY abs(p.market_value) DESC NULLS LAST))[1],
									'largest_value', max(abs(p.market_value)), 'unrealized', sum(p.unrealized_pnl))
							FROM @extschema@.at_current_position p
							GROUP BY p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency
							UNION ALL
							SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, 'traded',
								jsonb_build_object('trades', count(t.result), 'net', trim_scale(round(sum(t.net_pnl), 6)),
									'fees', trim_scale(round(sum(t.fees), 6)),
									'win_rate', count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0),
									'profit_factor', @extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0),
										sum(t.result) FILTER (WHERE t.result < 0), 4),
									'streak', (@extschema@.at_trade_summary(sign(t.result)::float8, t.exit_at)).current_streak,
									'last_exit', max(t.exit_at) FILTER (WHERE NOT t.is_issue), 'other_fees', bool_or(t.other_fees),
									'issues', count(*) FILTER (WHERE t.is_issue))
							FROM @extschema@.at_pnl_leg t
							GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency
						) f
						WINDOW agent AS (PARTITION BY f.project, f.agent_id, f.environment)) k
				) u
			) g
			GROUP BY g.project, g.agent_id, g.environment, g.account) n;
	COMMENT ON VIEW @extschema@.at_current_row IS 'agent_tracker: what at_current_performance shows, computed from the facts of performance and the trade book';

	IF to_regclass('@extschema@.at_current_fact') IS NULL THEN
		CREATE TABLE @extschema@.at_current_fact (LIKE @extschema@._at_current_fact);
		COMMENT ON TABLE @extschema@.at_current_fact IS 'agent_tracker: rows of at_current_performance, brought up to date by at_refresh()';
		CREATE INDEX at_current_fact_agent ON @extschema@.at_current_fact (project, agent_id);
	END IF;

	CREATE OR REPLACE VIEW @extschema@.at_current_performance WITH (security_invoker = on) AS
		WITH live AS NOT MATERIALIZED (
			SELECT m.project, m.agent_id FROM @extschema@.at_stale_run m WHERE m.agent_id IS NOT NULL
			UNION
			-- what was stored under other settings, or before a split, does not hold
			SELECT a.project, a.agent_id FROM @extschema@.at_performance_agent a
			WHERE a.settings <> @extschema@._at_performance_settings()
				OR EXISTS (SELECT FROM @extschema@.at_stale_run m WHERE m.project = a.project AND m.agent_id IS NULL)
				OR EXISTS (SELECT FROM @extschema@.at_split s WHERE s.effective_at > a.refreshed_at AND s.effective_at <= now())
		)
		SELECT f.project, f.agent_id, f.environment, f.currency, f.unnamed, f.as_of, f.session_date,
			f.portfolio_kind, f.equity, f.cash, f.last_pnl, f.last_ret, f.total_return, f.drawdown, f.max_drawdown,
			f.high_at, CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.sharpe END AS sharpe,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.ann_volatility END AS ann_volatility,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.var_05 END AS var_05,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.var_05_amount END AS var_05_amount, f.worst_ret, f.best_ret, f.periods,
			f.period_kind, f.periods_per_year, f.sources, f.positions, f.gross_exposure, f.net_exposure,
			f.leverage, f.largest_position, f.largest_weight, f.unrealized_pnl, f.trades, f.net_pnl, f.fees,
			f.win_rate, f.profit_factor, f.streak, f.last_exit, f.issues, f.other_fees
		FROM @extschema@.at_current_fact f LEFT JOIN live l ON l.project = f.project AND l.agent_id = f.agent_id
		WHERE l.agent_id IS NULL
		UNION ALL
		SELECT l.project, l.agent_id, f.environment, f.currency, f.unnamed, f.as_of, f.session_date,
			f.portfolio_kind, f.equity, f.cash, f.last_pnl, f.last_ret, f.total_return, f.drawdown, f.max_drawdown,
			f.high_at, CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.sharpe END AS sharpe,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.ann_volatility END AS ann_volatility,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.var_05 END AS var_05,
			CASE WHEN f.periods >= @extschema@._at_min_periods() THEN f.var_05_amount END AS var_05_amount, f.worst_ret, f.best_ret, f.periods,
			f.period_kind, f.periods_per_year, f.sources, f.positions, f.gross_exposure, f.net_exposure,
			f.leverage, f.largest_position, f.largest_weight, f.unrealized_pnl, f.trades, f.net_pnl, f.fees,
			f.win_rate, f.profit_factor, f.streak, f.last_exit, f.issues, f.other_fees
		FROM live l, LATERAL @extschema@._at_fresh_current(l.project, l.agent_id) f;
	COMMENT ON VIEW @extschema@.at_current_performance IS 'agent_tracker: one row for each portfolio of an agent in an environment and currency: where it stands, what the last period brought, how deep it is below its high and since when, what is at risk, what it holds, how its closed trades went; what names no portfolio or no currency is counted to the only one of which it may be, when there is just one, and unnamed says that something named no currency; sharpe, ann_volatility and var_05 are NULL of fewer periods than agent_tracker.min_periods';

	CREATE OR REPLACE VIEW @extschema@.at_epoch_leaderboard WITH (security_invoker = on) AS
		SELECT b.project, b.environment, b.epoch_id, b.epoch_kind, b.started_at, b.expected_members, b.fair_members,
			round(b.fair_members / nullif(b.expected_members, 0), 4) AS coverage,
			CASE WHEN b.fair THEN rank() OVER (PARTITION BY b.project, b.environment, b.epoch_id, b.fair
				ORDER BY b.return_pct - b.coverage_penalty DESC) END AS place,
			b.member_id, CASE WHEN b.fair THEN b.return_pct - b.coverage_penalty END AS score,
			b.return_pct, b.return_source, b.coverage_penalty, b.max_drawdown_pct, b.state, b.unfair, b.completed_at, b.event_id,
			coalesce((b.test).n, 0) AS periods, (b.test).sharpe_period, (b.test).standard_error AS sharpe_error, b.trials,
			CASE WHEN b.scored AND (b.test).n > 1 THEN (@extschema@.at_sharpe_test(b.moments, trials => b.trials, trials_variance => b.variance)).deflated_sharpe
				END AS deflated_sharpe
		FROM (SELECT m.*, m.unfair = '{}' AS fair,
				nullif(count(*) FILTER (WHERE m.scored) OVER (PARTITION BY m.project, m.environment, m.epoch_id), 0) AS trials,
				var_samp((m.test).sharpe_period) FILTER (WHERE m.scored) OVER (PARTITION BY m.project, m.environment, m.epoch_id) AS variance,
				count(*) FILTER (WHERE m.unfair = '{}') OVER (PARTITION BY m.project, m.environment, m.epoch_id)::numeric AS fair_members
			FROM (SELECT c.project, c.environment, c.epoch_id, s.epoch_kind, s.started_at, s.expected_members,
					c.member_id, c.state, c.scored, c.coverage_penalty, c.completed_at, c.event_id, o.moments,
					CASE WHEN r.rets IS NOT NULL THEN @extschema@.at_sharpe_test(o.moments) END AS test,
					coalesce(c.compounded_return_pct, c.trading_pnl_pct, 100 * o.total_return::numeric) AS return_pct,
					CASE WHEN c.compounded_return_pct IS NOT NULL THEN 'compounded_return_pct'
						WHEN c.trading_pnl_pct IS NOT NULL THEN 'trading_pnl_pct'
						WHEN o.total_return IS NOT NULL THEN 'period returns' END AS return_source,
					coalesce(c.max_drawdown_pct, -100 * o.max_drawdown::numeric) AS max_drawdown_pct,
					array_remove(ARRAY[
						CASE WHEN s.started_at IS NULL THEN 'epoch not recorded' END,
						CASE WHEN NOT c.expected THEN 'not expected' END,
						CASE WHEN c.state <> 'completed' THEN c.state END,
						CASE WHEN NOT c.scored THEN 'not scored' END,
						CASE WHEN c.context_hash <> s.context_hash THEN 'other context' END,
						c.mistake_family,
						CASE WHEN coalesce(c.compounded_return_pct, c.trading_pnl_pct, o.total_return::numeric) IS NULL THEN 'no return' END], NULL) AS unfair
				-- the last event of a member counts, one whose id is lost is none of the others; a condition on the epoch reaches both
				FROM (SELECT DISTINCT ON (m.project, m.environment, m.epoch_id, m.member_id, m.lost_key) m.*
					FROM (SELECT e.project, e.environment, @extschema@.at_known_id(e.payload ->> 'epoch_id') AS epoch_id,
							@extschema@.at_known_id(e.payload ->> 'member_id') AS member_id,
							CASE WHEN @extschema@.at_known_id(e.payload ->> 'member_id') IS NULL THEN e.key_digest END AS lost_key,
							e.payload ->> 'state' AS state, (e.payload ->> 'expected')::boolean AS expected,
							coalesce((e.payload ->> 'scored')::boolean, true) AS scored,
							coalesce(@extschema@.at_decimal(e.payload -> 'coverage_penalty'), 0) AS coverage_penalty,
							@extschema@.at_decimal(e.payload -> 'compounded_return_pct') AS compounded_return_pct,
							@extschema@.at_decimal(e.payload -> 'trading_pnl_pct') AS trading_pnl_pct,
							@extschema@.at_decimal(e.payload -> 'max_drawdown_pct') AS max_drawdown_pct,
							e.payload ->> 'context_hash' AS context_hash, e.payload ->> 'mistake_family' AS mistake_family,
							e.occurred_at AS completed_at, e.event_id::text AS event_id, e.ingested_at, e.batch_id, e.line_no
						FROM @extschema@.at_event e
						WHERE e.event_type = 'evaluation.epoch.member.completed') m
					WHERE m.epoch_id IS NOT NULL
					ORDER BY m.project, m.environment, m.epoch_id, m.member_id, m.lost_key,
						m.completed_at DESC, m.ingested_at DESC, m.batch_id DESC, m.line_no DESC) c
					LEFT JOIN (SELECT DISTINCT ON (t.project, t.environment, t.epoch_id) t.*
						FROM (SELECT e.project, e.environment, @extschema@.at_known_id(e.payload ->> 'epoch_id') AS epoch_id,
								e.occurred_at AS started_at, e.payload ->> 'epoch_kind' AS epoch_kind, e.payload ->> 'context_hash' AS context_hash,
								@extschema@.at_decimal(e.payload -> 'expected_member_count') AS expected_members,
								e.ingested_at, e.batch_id, e.line_no
							FROM @extschema@.at_event e
							WHERE e.event_type = 'evaluation.epoch.started') t
						ORDER BY t.project, t.environment, t.epoch_id, t.started_at DESC, t.ingested_at DESC, t.batch_id DESC, t.line_no DESC) s
						ON s.project = c.project AND s.environment = c.environment AND s.epoch_id = c.epoch_id
					-- the returns of the agent that a member may be
					LEFT JOIN LATERAL @extschema@._at_member_returns(c.project, CASE WHEN (c.project, c.member_id) IN (
						SELECT a.project, a.agent_id FROM @extschema@.at_any_agent a) THEN c.member_id END, c.environment) r ON true
					-- over the epoch
					LEFT JOIN LATERAL (SELECT (q.p).total_return, (q.p).max_drawdown, q.moments
						FROM (SELECT @extschema@.at_performance(u.ret, u.period_end::timestamp AT TIME ZONE 'UTC')
									FILTER (WHERE coalesce(c.compounded_return_pct, c.trading_pnl_pct) IS NULL) AS p,
								@extschema@.at_collect_moments(u.ret) AS moments
							FROM ROWS FROM (unnest(r.starts), unnest(r.ends), unnest(r.rets)) AS u(period_start, period_end, ret)
							WHERE u.period_start >= (s.started_at AT TIME ZONE 'UTC')::date
								AND u.period_end <= (c.completed_at AT TIME ZONE 'UTC')::date
							HAVING r.rets IS NOT NULL) q) o ON true) m) b;
	COMMENT ON VIEW @extschema@.at_epoch_leaderboard IS 'agent_tracker: members of an evaluation epoch side by side: score is the return in percent less coverage_penalty (points); only fair members have a place: expected, completed, scored, of the epoch''s context, without a mistake family and with a return; where the event has none, the return is that of the agent of the member''s name over the epoch, if that has one portfolio; unfair says what was missing; sharpe_period, its error, and the probability that it is no luck of the best of the scored members (deflated_sharpe, Bailey and Lopez de Prado, 2014) are of that agent''s returns over the epoch, and NULL without any';

	-- a name means the same in all of them
	FOR item IN SELECT c.relname, a.attname, m.meaning
		FROM (VALUES
			('project', 'project'),
			('agent_id', 'agent'),
			('environment', 'environment'),
			('portfolio_kind', 'kind of portfolio, empty when the events name none'),
			('currency', 'currency, null when it is not known'),
			('session_date', 'day of trading, as the event names it, else its UTC day'),
			('capital_flow_id', 'id of the flow'),
			('flow_kind', 'kind of flow'),
			('amount', 'amount as it changes the account: what goes out is negative'),
			('external', 'no part of the trading result: deposits, withdrawals and transfers, and what says that it is not included'),
			('occurred_at', 'when it happened'),
			('event_id', 'id of the event'),
			('events', 'events with this id'),
			('ingested_at', 'when the load of the event began'),
			('batch_id', 'load of the event'),
			('line_no', 'line in the load'),
			('equity', 'equity, at the last of several snapshots'),
			('cash', 'cash'),
			('trading_pnl_amount', 'trading result that the event says'),
			('external_capital_flow', 'external flow that the snapshot itself says'),
			('equity_rejected', 'equity is something that is no number'),
			('time', 'time, for Grafana'),
			('external_flow', 'deposits, withdrawals and transfers, what goes out negative'),
			('ret', 'return, 0.01 is one percent; null where it is not defined'),
			('growth', 'what one has become; null after a loss of more than everything'),
			('drawdown', 'below the high, zero or a negative fraction'),
			('close', 'the last snapshot of its session'),
			('source', 'which numbers gave the return: of the first session (first_session) those since the first snapshot of all; first, base or currencies where there is none: the first snapshot, nothing invested before, flows in several currencies'),
			('base', 'equity at the last close, in the first session at the first snapshot; as reported: return_base'),
			('base_session', 'session of the last close; null in the first session'),
			('opens', 'the first snapshot of its session'),
			('at', 'time up to which flows are in it: its own, for a close that is reported again after a later session began that of the one before'),
			('previous', 'equity at the snapshot before'),
			('interval_flow', 'external flow since the snapshot before'),
			('interval_in', 'what came in since the snapshot before'),
			('has_flow', 'money came or went since the snapshot before'),
			('unknown_currency', 'it did, in several currencies, and the account names none'),
			('invested', 'part of the flow that is taken as invested from the start of the interval'),
			('snapshots', 'snapshots of this period, of which the last counts'),
			('equities_rejected', 'snapshots of this session whose equity is no number'),
			('period_kind', 'kind of period'),
			('period_start', 'first day'),
			('period_end', 'last day'),
			('flow_adjusted_equity_change', 'as reported'),
			('pnl', 'trading result: flow_adjusted_equity_change, else trading_pnl_amount, or out of equity and flows'),
			('return_base', 'as reported'),
			('trading_pnl_pct', 'as reported, in percent'),
			('raw_equity_change', 'as reported'),
			('net_pnl_amount', 'as reported'),
			('fees', 'fees'),
			('fees_included', 'whether the result is after fees, as reported'),
			('benchmark_return_pct', 'as reported, in percent'),
			('compounded_return_pct', 'as reported, in percent'),
			('drawdown_pct', 'as reported, in percent and positive'),
			('max_drawdown_pct', 'as reported, in percent and positive'),
			('rejected', 'fields that hold something that is no number'),
			('origin', 'performance: from performance snapshots; equity: from equity and external flows'),
			('benchmark_ret', 'return of the benchmark, as reported'),
			('overlapping', 'begins before the period before it ends'),
			('chained', 'of the kind of period to take: daily, else the one with most returns; performance before equity'),
			('other_flow', 'dividends, interest, fees and the like that are part of the trading result'),
			('trades', 'finished round trips, or closed lots (agent_tracker.count_trades)'),
			('gross_pnl', 'P&L of all that was closed, before fees'),
			('net_pnl', 'P&L of all that was closed, after fees'),
			('trading_pnl', 'trading result, realised or not'),
			('periods_per_year', 'periods of a year'),
			('sharpe_21', 'over the last 21 periods'),
			('sharpe_63', 'over the last 63 periods'),
			('sharpe', 'Sharpe ratio of a year over all periods so far'),
			('periods', 'periods with a return'),
			('flow_timing', 'agent_tracker.flow_timing when they were stored'),
			('settings', 'settings when they were stored, as _at_performance_settings() has them'),
			('refreshed_at', 'when they were stored'),
			('is_current', 'at_current_fact has what follows from them'),
			('kept_until', 'of sessions up to this one retention dropped events: their facts stay as they are'),
			('high', 'highest growth so far, at least 1; of periods null until there is a return'),
			('close_high', 'the same of closes of sessions'),
			('first_at', 'time of the first event that this is made of'),
			('held', 'a snapshot in the session was not flat'),
			('last_until', 'what is known of sessions up to this one has a later snapshot of the position in this currency; null: none is later'),
			('next_session', 'the next session with a snapshot of the position in this currency; null: there is none'),
			('position_id', 'position'),
			('symbol', 'symbol'),
			('quantity', 'quantity, of a short negative'),
			('average_price', 'as reported'),
			('traded_since', 'a fill of the symbol, in this portfolio or without one, came after the snapshot'),
			('market_price', 'as reported'),
			('market_value', 'as reported, else quantity times market price times multiplier'),
			('multiplier', 'money of one unit at a price of one: of the snapshot, else of the fills of its symbol'),
			('result', 'result that counts as a trade'),
			('result_symbol', 'symbol that the result is counted to'),
			('result_strategy_id', 'strategy that the result is counted to'),
			('result_setup', 'setup that the result is counted to'),
			('lots', 'parts of lots that were closed'),
			('exit_at', 'time of the exit'),
			('unrealized_pnl', 'as reported'),
			('realized_pnl', 'as reported'),
			('share', 'share of the whole'),
			('as_of', 'time of the snapshot'),
			('sessions', 'sessions of the agent'),
			('sessions_in_market', 'sessions with a position'),
			('first_session', 'first session'),
			('last_session', 'last session'),
			('wins', 'trades with a gain after fees'),
			('losses', 'trades with a loss after fees'),
			('win_rate', 'wins by all trades'),
			('profit_factor', 'gains by losses; null without losses'),
			('expectancy', 'mean P&L of a trade after fees'),
			('best', 'best trade'),
			('worst', 'worst trade'),
			('strategy_id', 'strategy'),
			('setup', 'setup'),
			('iso_weekday', 'day of the week of the exit, Monday is 1'),
			('weekday', 'its name'),
			('unnamed', 'something named no currency and is counted to the only portfolio of which it may be'),
			('last_pnl', 'trading result of the last period'),
			('last_ret', 'return of the last period'),
			('total_return', 'growth over all periods, less one'),
			('max_drawdown', 'deepest drawdown'),
			('high_at', 'last period at a high; null when there was none since the start'),
			('ann_volatility', 'volatility of a year'),
			('var_05', 'return of a bad period: the 5 % quantile'),
			('var_05_amount', 'the same of the equity'),
			('worst_ret', 'worst return'),
			('best_ret', 'best return'),
			('sources', 'which numbers gave the returns'),
			('positions', 'open positions'),
			('gross_exposure', 'market value of all positions without sign'),
			('net_exposure', 'market value of all positions'),
			('leverage', 'gross exposure by equity'),
			('largest_position', 'symbol of the largest position'),
			('largest_weight', 'the largest position by equity'),
			('streak', 'wins in a row at the end, losses negative'),
			('last_exit', 'when the last trade closed'),
			('issues', 'fills that could not be matched: rows of at_trade_issue but for fees'),
			('other_fees', 'a closed trade has fees in another currency, which are in no result'),
			('is_issue', 'a fill that could not be matched'),
			('epoch_id', 'epoch'),
			('epoch_kind', 'kind of epoch'),
			('started_at', 'when it started'),
			('expected_members', 'members that were expected'),
			('fair_members', 'members that can be compared'),
			('coverage', 'fair members by expected ones'),
			('place', 'place among the fair members'),
			('member_id', 'member'),
			('score', 'return in percent less the coverage penalty'),
			('return_pct', 'return in percent'),
			('return_source', 'where it is from: the event, or the period returns of the agent that the member is'),
			('coverage_penalty', 'points of percent that the event takes off'),
			('state', 'state of the member'),
			('unfair', 'why it has no place; empty for fair members'),
			('completed_at', 'when the member completed'),
			('sharpe_period', 'Sharpe ratio per period of the agent of the member''s name over the epoch, not annualised'),
			('sharpe_error', 'its standard error'),
			('trials', 'scored members of the epoch'),
			('deflated_sharpe', 'probability that the true ratio is above the best to expect of so many trials without skill, whose ratios vary as those of the scored members; null where fewer than two of several have one')
		) m(name, meaning)
			JOIN pg_attribute a ON a.attname = m.name AND a.attnum > 0
			JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = '@extschema@'::regnamespace::oid
		WHERE c.relname = ANY (ARRAY['at_capital_flow', 'at_portfolio_snapshot', 'at_equity_interval', 'at_equity_curve', 'at_performance_snapshot', 'at_period_row', 'at_period', 'at_performance_agent', 'at_equity_fact', 'at_equity_row', 'at_equity_end_row', 'at_any_agent', 'at_performance_fact', 'at_performance_row', 'at_position_fact', 'at_position_row', 'at_last_position_row', 'at_stale_agent', 'at_current_row', 'at_current_fact', 'at_daily_performance', 'at_rolling_sharpe', 'at_current_position', 'at_time_in_market', 'at_pnl_leg', 'at_pnl_part', 'at_pnl_by_symbol', 'at_pnl_by_setup', 'at_pnl_by_weekday', 'at_pnl_by_month', 'at_current_performance', 'at_epoch_leaderboard']) LOOP
		EXECUTE format('COMMENT ON COLUMN @extschema@.%I.%I IS %L', item.relname, item.attname, item.meaning);
	END LOOP;
END
$at$;
COMMENT ON FUNCTION _at_create_store_performance() IS 'makes the part of the store that shows performance; called by at_create_store()';

-- The figures of a tear sheet that depend on the calendar, on money, or on several agents: all of an
-- agent's portfolio in one row, drawdowns, returns of months and years, rolling windows, correlations.
--
-- They are made of the rows of at_period_returns(), so that a return has one definition.  Money that
-- is lost or made is the trading result of the periods, from which flows are out.

CREATE TYPE at_agent_drawdown AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	started date,
	trough date,
	recovered date,
	depth float8,
	amount numeric,
	sessions bigint,
	days integer
);
COMMENT ON TYPE at_agent_drawdown IS 'a drawdown of an agent''s portfolio, a row of at_drawdowns(): session of the high (the day before the first period where growth begins), of the lowest close and of the first close at the high again (null while it is open); depth, a negative fraction; trading result from the high to the trough, in the currency (null when a period with a return on the way names none); periods that closed below the high; calendar days from the high to the recovery, or to the last session';

CREATE TYPE _at_drawdown_days AS (
	started date,
	trough date,
	recovered date,
	depth float8,
	amount numeric,
	sessions bigint,
	days integer
);
COMMENT ON TYPE _at_drawdown_days IS 'internal: the columns of at_agent_drawdown without those that say whose it is';

CREATE FUNCTION _at_drawdown_days_of(returns float8[], ends date[], results numeric[], unknown bigint[], before date)
RETURNS SETOF _at_drawdown_days
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY
	SELECT coalesce(ends[e.peak_index], before), ends[e.trough_index], ends[e.recovery_index], e.depth,
		CASE WHEN unknown[e.trough_index] = coalesce(unknown[e.peak_index], 0)
			THEN results[e.trough_index] - coalesce(results[e.peak_index], 0) END, e.underwater_periods, coalesce(ends[e.recovery_index], ends[cardinality(ends)]) - coalesce(ends[e.peak_index], before)
	FROM unnest(@extschema@.at_drawdown_episodes(returns)) e;
END
$at$;
COMMENT ON FUNCTION _at_drawdown_days_of(float8[], date[], numeric[], bigint[], date) IS 'internal: drawdowns along returns of periods that end on these days, with their money: results are the trading result up to each, unknown the number of periods up to each that name none, before is the day at which growth begins';

CREATE FUNCTION at_drawdowns(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL) RETURNS SETOF at_agent_drawdown
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 100 -- as at_period_returns()
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	RETURN QUERY
	SELECT c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency, d.started, d.trough, d.recovered, d.depth, d.amount,
		d.sessions, d.days
	FROM (SELECT r.project, r.agent_id, r.environment::@extschema@.at_environment AS environment, r.portfolio_kind, r.currency,
			array_agg(r.ret ORDER BY r.period_end, r.period_start) AS returns,
			array_agg(r.period_end ORDER BY r.period_end, r.period_start) AS ends,
			array_agg(r.result ORDER BY r.period_end, r.period_start) AS results,
			array_agg(r.unknown ORDER BY r.period_end, r.period_start) AS unknown, min(r.period_start) - 1 AS before
		-- a period without a return may have a result
		FROM (SELECT q.*, coalesce(sum(q.pnl) OVER chain, 0) AS result,
				count(*) FILTER (WHERE q.ret IS NOT NULL AND q.pnl IS NULL) OVER chain AS unknown
			FROM @extschema@.at_period_returns($1, $2, $3, $4, $5) q
			WINDOW chain AS (PARTITION BY q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency
				ORDER BY q.period_end, q.period_start)) r
		WHERE r.ret IS NOT NULL
		GROUP BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency) c,
		LATERAL @extschema@._at_drawdown_days_of(c.returns, c.ends, c.results, c.unknown, c.before) d
	ORDER BY 1, 2, 3, 4, 5, 6, 7;
END
$at$;
COMMENT ON FUNCTION at_drawdowns(text, text, text, date, date) IS 'drawdowns of the portfolios of one project, agent and environment or all (null), along the periods of at_period_returns() whose last session is since_session <= session < until_session, below highs at closes; the start counts as a high; raises 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_calendar_return AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	first_day date,
	periods bigint,
	ret float8,
	pnl numeric,
	benchmark_ret float8
);
COMMENT ON TYPE at_calendar_return IS 'return of a week, month, quarter or year of an agent''s portfolio, a row of at_calendar_returns(): its first day; periods with a return that end in it; their returns compounded (0.01 is one percent); trading result in the currency, of periods without a return too, null when one with a return names none; the benchmark''s return, null unless all of the periods have one';

CREATE FUNCTION at_calendar_returns(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, by text DEFAULT 'month') RETURNS SETOF at_calendar_return
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{by}', by);
	IF by NOT IN ('week', 'month', 'quarter', 'year') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'by must be ''week'', ''month'', ''quarter'' or ''year''';
	END IF;
	RETURN QUERY
	SELECT r.project, r.agent_id, r.environment::@extschema@.at_environment, r.portfolio_kind, r.currency,
		date_trunc($6, r.period_end::timestamp)::date, count(r.ret), @extschema@.at_total_return(r.ret),
		CASE WHEN count(*) FILTER (WHERE r.ret IS NOT NULL AND r.pnl IS NULL) = 0 THEN sum(r.pnl) END,
		CASE WHEN count(*) FILTER (WHERE r.ret IS NOT NULL AND r.benchmark_ret IS NULL) = 0
			THEN @extschema@.at_total_return(r.benchmark_ret) FILTER (WHERE r.ret IS NOT NULL) END
	FROM @extschema@.at_period_returns($1, $2, $3, $4, $5) r
	GROUP BY 1, 2, 3, 4, 5, 6
	-- the first snapshot of an equity has neither
	HAVING count(r.ret) > 0 OR count(r.pnl) > 0
	ORDER BY 1, 2, 3, 4, 5, 6;
END
$at$;
COMMENT ON FUNCTION at_calendar_returns(text, text, text, date, date, text) IS 'returns of weeks (from Monday), months, quarters or years (by), of the portfolios of one project, agent and environment or all (null): the periods of at_period_returns() whose last session is in it, compounded; what ends before since_session, or not before until_session, is left out; a week, month or year in which no period ends has no row; raises 22023 for another word, 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_rolling_figures AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	session_date date,
	total_return float8,
	ann_volatility float8,
	sharpe float8,
	sortino float8,
	beta float8
);
COMMENT ON TYPE at_rolling_figures IS 'figures of the last periods of an agent''s portfolio at a session, a row of at_rolling_performance(): return over them, volatility, Sharpe ratio and Sortino ratio of a year, at rates of zero, beta against the benchmark; null until there are as many periods, beta unless all of them have a return of the benchmark';

CREATE FUNCTION at_rolling_performance(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, sessions integer DEFAULT 63) RETURNS SETOF at_rolling_figures
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{sessions}', sessions);
	IF sessions < 2 OR sessions > 10000 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'sessions must be from 2 to 10000';
	END IF;
	RETURN QUERY
	SELECT w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.period_end,
		CASE WHEN w.n = $6 THEN w.total END, CASE WHEN w.n = $6 THEN w.volatility END, CASE WHEN w.n = $6 THEN w.sharpe END,
		CASE WHEN w.n = $6 THEN w.sortino END, CASE WHEN w.pairs = $6 THEN w.beta END
	FROM (SELECT r.project, r.agent_id, r.environment::@extschema@.at_environment AS environment, r.portfolio_kind, r.currency,
			r.period_end, r.period_start, count(*) OVER recent AS n, count(r.benchmark_ret) OVER recent AS pairs,
			@extschema@.at_total_return(r.ret) OVER recent AS total,
			@extschema@.at_volatility(r.ret, r.periods_per_year) OVER recent AS volatility,
			@extschema@.at_sharpe(r.ret, r.periods_per_year) OVER recent AS sharpe,
			@extschema@.at_sortino(r.ret, r.periods_per_year) OVER recent AS sortino,
			@extschema@.at_beta(r.ret, r.benchmark_ret) OVER recent AS beta
		FROM @extschema@.at_period_returns($1, $2, $3, NULL, $5) r
		WHERE r.ret IS NOT NULL
		WINDOW recent AS (PARTITION BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency
			ORDER BY r.period_end, r.period_start ROWS $6 - 1 PRECEDING)) w
	WHERE $4 IS NULL OR w.period_end >= $4
	ORDER BY w.project, w.agent_id, w.environment, w.portfolio_kind, w.currency, w.period_end, w.period_start;
END
$at$;
COMMENT ON FUNCTION at_rolling_performance(text, text, text, date, date, integer) IS 'figures over the last sessions periods with a return at each session of since_session <= session < until_session, of the portfolios of one project, agent and environment or all (null); periods before since_session count; formulas are those of at_total_return, at_volatility, at_sharpe, at_sortino and at_beta; raises 22004, 22023 for a number that is not from 2 to 10000, 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_agent_pair AS (
	project text,
	environment at_environment,
	agent_a text,
	portfolio_a text,
	currency_a text,
	agent_b text,
	portfolio_b text,
	currency_b text,
	n bigint,
	correlation float8
);
COMMENT ON TYPE at_agent_pair IS 'how the returns of two portfolios go together, a row of at_agent_correlation(): the portfolios, sessions in which both have a return, correlation of these returns (Pearson), null for fewer than three sessions and where one does not vary';

CREATE FUNCTION at_agent_correlation(project text DEFAULT NULL, environment text DEFAULT NULL, since_session date DEFAULT NULL,
	until_session date DEFAULT NULL) RETURNS SETOF at_agent_pair
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
BEGIN
	RETURN QUERY
	-- pairs are made within each session: a join of rows whose number is not known might compare all with all
	SELECT p.project, p.environment::@extschema@.at_environment, p.a ->> 0, p.a ->> 1, p.a ->> 2, p.b ->> 0, p.b ->> 1, p.b ->> 2,
		count(*), CASE WHEN count(*) > 2 THEN (@extschema@.at_benchmark(p.ret_a, p.ret_b)).correlation END
	FROM (SELECT s.project, s.environment, a.account AS a, b.account AS b, s.returns[a.place] AS ret_a, s.returns[b.place] AS ret_b
		FROM (SELECT r.project, r.environment, array_agg(r.account ORDER BY r.account) AS accounts,
				array_agg(r.ret ORDER BY r.account) AS returns
			FROM (SELECT q.project, q.environment, q.period_start, q.period_end, q.ret,
					jsonb_build_array(q.agent_id, q.portfolio_kind, q.currency) AS account
				FROM @extschema@.at_period_returns($1, NULL, $2, $3, $4) q
				WHERE q.ret IS NOT NULL) r
			GROUP BY r.project, r.environment, r.period_start, r.period_end) s,
			LATERAL unnest(s.accounts) WITH ORDINALITY a(account, place),
			LATERAL unnest(s.accounts) WITH ORDINALITY b(account, place)
		WHERE a.place < b.place) p
	GROUP BY p.project, p.environment, p.a, p.b
	ORDER BY p.project, p.environment::@extschema@.at_environment, p.a, p.b;
END
$at$;
COMMENT ON FUNCTION at_agent_correlation(text, text, date, date) IS 'correlation of the returns of each two portfolios of a project and environment (null: of each), over the periods of at_period_returns() that both have, from the same first to the same last session, in since_session <= session < until_session; each pair is one row; raises 22P02 for an unknown environment, 42P01 without a store';

CREATE FUNCTION _at_only_account(portfolio_kind text, currency text, kinds text[], currencies text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	-- it names as much or more, and nothing else
	SELECT CASE WHEN count(*) = 1 THEN min(c.account::text)::jsonb END
	FROM (SELECT DISTINCT jsonb_build_array(a.kind, a.currency) AS account
		FROM ROWS FROM (unnest($3), unnest($4)) AS a(kind, currency)
		WHERE $1 IN ('', a.kind) AND ($2 IS NULL OR a.currency = $2)
			AND NOT EXISTS (SELECT FROM ROWS FROM (unnest($3), unnest($4)) AS b(kind, currency)
				WHERE a.kind IN ('', b.kind) AND (a.currency IS NULL OR b.currency = a.currency)
					AND (a.kind <> b.kind OR a.currency IS DISTINCT FROM b.currency))) c
$at$;
COMMENT ON FUNCTION _at_only_account(text, text, text[], text[]) IS 'internal: of the portfolios and currencies of an agent (arrays of one length, repeated at will) the only one of which something with this portfolio and currency may be, where empty and null name none, as a JSON array; NULL when there is none or more than one';

CREATE TYPE _at_trade_part AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	symbol text,
	strategy_id text,
	setup text,
	direction text,
	session_date date,
	entry_at timestamptz,
	exit_at timestamptz,
	exit_decision_id text,
	gross_pnl numeric,
	fees numeric,
	net_pnl numeric,
	result numeric,
	position_key text,
	open_fill text,
	close_fill text,
	quantity numeric,
	entry_price numeric,
	exit_price numeric,
	multiplier numeric
);
COMMENT ON TYPE _at_trade_part IS 'internal: a part of a lot that was closed, with its P&L, fills and prices, or something that counts as a trade, with its result';

-- Functions that join what others give go without nested loops, as it is not known how many rows there
-- are; what they call must not be planned so, and has plans that it keeps.

CREATE FUNCTION _at_trade_parts(project text, agent_id text, environment text, since_session date, until_session date,
	trades boolean) RETURNS SETOF _at_trade_part
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
	lots boolean := @extschema@._at_count_trades() = 'lots';
BEGIN
	RETURN QUERY
	SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.symbol, t.strategy_id, t.setup, t.direction,
		t.session_date, t.entry_at, t.exit_at, t.exit_decision_id, t.gross_pnl, t.fees, t.net_pnl, CASE WHEN lots THEN t.net_pnl END,
		t.position_key, t.open_fill, t.close_fill, t.quantity, t.entry_price, t.exit_price, t.multiplier
	FROM @extschema@.at_trade t
	WHERE (wanted_project IS NULL OR t.project = wanted_project) AND (wanted_agent IS NULL OR t.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR t.environment = wanted_environment)
		AND ($4 IS NULL OR t.session_date >= $4) AND ($5 IS NULL OR t.session_date < $5);
	IF trades AND NOT lots THEN
		RETURN QUERY
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.symbol, t.strategy_id, t.setup, t.direction,
			t.session_date, t.entry_at, t.exit_at, t.exit_decision_id, NULL::numeric, NULL::numeric, NULL::numeric, t.net_pnl,
			NULL::text, NULL::text, NULL::text, NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric
		FROM @extschema@.at_round_trip t
		WHERE (wanted_project IS NULL OR t.project = wanted_project) AND (wanted_agent IS NULL OR t.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR t.environment = wanted_environment)
			AND ($4 IS NULL OR t.session_date >= $4) AND ($5 IS NULL OR t.session_date < $5);
	END IF;
END
$at$;
COMMENT ON FUNCTION _at_trade_parts(text, text, text, date, date, boolean) IS 'internal: what closed in sessions since_session <= session < until_session: the P&L of each closed part of a lot, and beside it (trades) the results that count as trades: of finished round trips, or of lots (agent_tracker.count_trades)';

CREATE TYPE _at_account_money AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	equity numeric,
	bought numeric,
	sold numeric
);
COMMENT ON TYPE _at_account_money IS 'internal: mean equity of a portfolio, or the money of its fills';

CREATE FUNCTION _at_money_of(project text, agent_id text, environment text, since_session date, until_session date)
RETURNS SETOF _at_account_money
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
BEGIN
	RETURN QUERY
	SELECT e.project, e.agent_id, e.environment, e.portfolio_kind, e.currency, avg(e.equity), NULL::numeric, NULL::numeric
	FROM @extschema@.at_equity_row e
	WHERE e.close AND e.equity IS NOT NULL AND ($4 IS NULL OR e.session_date >= $4) AND ($5 IS NULL OR e.session_date < $5)
		AND (wanted_project IS NULL OR e.project = wanted_project) AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR e.environment = wanted_environment)
	GROUP BY 1, 2, 3, 4, 5;
	RETURN QUERY
	SELECT f.project, f.agent_id, f.environment, f.portfolio_kind, nullif(f.currency, ''), NULL::numeric,
		coalesce(sum(abs(f.quantity * f.price * coalesce(f.multiplier, 1))) FILTER (WHERE lower(f.side) IN ('buy', 'cover')), 0),
		coalesce(sum(abs(f.quantity * f.price * coalesce(f.multiplier, 1))) FILTER (WHERE lower(f.side) IN ('sell', 'short')), 0)
	FROM @extschema@.at_fill_taken f
	WHERE ($4 IS NULL OR f.session_date >= $4) AND ($5 IS NULL OR f.session_date < $5)
		AND (wanted_project IS NULL OR f.project = wanted_project) AND (wanted_agent IS NULL OR f.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR f.environment = wanted_environment)
	GROUP BY 1, 2, 3, 4, 5;
END
$at$;
COMMENT ON FUNCTION _at_money_of(text, text, text, date, date) IS 'internal: of portfolios in sessions since_session <= session < until_session a row with the mean equity at the closes, and one with the money of buys and covers, and of sells and shorts';

CREATE TYPE _at_agent_cost AS (
	project text,
	agent_id text,
	environment at_environment,
	cost numeric,
	unpriced bigint
);
COMMENT ON TYPE _at_agent_cost IS 'internal: known cost of an agent''s calls of language models in US dollars, and calls without one';

CREATE FUNCTION _at_agent_costs(project text, agent_id text, environment text, since_session date, until_session date)
RETURNS SETOF _at_agent_cost
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
BEGIN
	RETURN QUERY
	SELECT l.project, l.agent_id, l.environment, sum(l.cost_usd), sum(l.unpriced_calls)::bigint
	FROM @extschema@.at_llm_daily l
	WHERE ($4 IS NULL OR l.day >= $4) AND ($5 IS NULL OR l.day < $5)
		AND (wanted_project IS NULL OR l.project = wanted_project) AND (wanted_agent IS NULL OR l.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR l.environment = wanted_environment)
	GROUP BY 1, 2, 3;
END
$at$;
COMMENT ON FUNCTION _at_agent_costs(text, text, text, date, date) IS 'internal: what calls of language models cost on days since_session <= day < until_session';

CREATE FUNCTION _at_periods(project text, agent_id text, environment text, since_session date, until_session date)
RETURNS SETOF at_period_figures
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on SET jit = off
AS $at$
BEGIN
	RETURN QUERY SELECT r.* FROM @extschema@.at_period_returns($1, $2, $3, $4, $5) r;
END
$at$;
COMMENT ON FUNCTION _at_periods(text, text, text, date, date) IS 'internal: at_period_returns() for functions that are planned without nested loops';

CREATE TYPE at_tear_sheet_figures AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	period_kind text,
	periods_per_year float8,
	periods bigint,
	first_session date,
	last_session date,
	total_return float8,
	ann_return float8,
	cagr float8,
	return_mtd float8,
	return_3m float8,
	return_6m float8,
	return_ytd float8,
	return_1y float8,
	best_ret float8,
	best_session date,
	worst_ret float8,
	worst_session date,
	best_month_ret float8,
	best_month date,
	worst_month_ret float8,
	worst_month date,
	ann_volatility float8,
	sharpe float8,
	sortino float8,
	calmar float8,
	sharpe_period float8,
	sharpe_error float8,
	psr float8,
	min_track_record float8,
	drawdown float8,
	max_drawdown float8,
	average_drawdown float8,
	drawdowns bigint,
	longest_drawdown_sessions bigint,
	average_drawdown_sessions float8,
	longest_drawdown_days integer,
	average_drawdown_days float8,
	trading_pnl numeric,
	max_drawdown_amount numeric,
	recovery_factor numeric,
	mean_equity numeric,
	bought numeric,
	sold numeric,
	turnover numeric,
	trades bigint,
	trades_per_session float8,
	win_rate float8,
	profit_factor numeric,
	holding_winners interval,
	holding_losers interval,
	long_pnl numeric,
	short_pnl numeric,
	model_cost_usd numeric,
	unpriced_calls bigint,
	model_cost_ratio numeric,
	pnl_after_model_cost numeric
);
COMMENT ON TYPE at_tear_sheet_figures IS 'what at_tear_sheet() gives: figures of an agent''s portfolio over a window of sessions; docs/tear_sheet.md has the definition of each';

CREATE FUNCTION at_tear_sheet(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL) RETURNS SETOF at_tear_sheet_figures
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE ROWS 20
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
AS $at$
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	WITH period AS MATERIALIZED (
		SELECT r.project, r.agent_id, r.environment::@extschema@.at_environment AS environment, r.portfolio_kind, r.currency,
			r.period_kind, r.periods_per_year, r.period_start, r.period_end, r.ret, r.pnl,
			min(r.period_start) FILTER (WHERE r.ret IS NOT NULL) OVER account AS first_day,
			max(r.period_end) FILTER (WHERE r.ret IS NOT NULL) OVER account AS last_session,
			-- a period without a return may have a result
			coalesce(sum(r.pnl) OVER chain, 0) AS result, count(*) FILTER (WHERE r.ret IS NOT NULL AND r.pnl IS NULL) OVER chain AS unknown
		FROM @extschema@._at_periods($1, $2, $3, $4, $5) r
		WINDOW account AS (PARTITION BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency),
			chain AS (account ORDER BY r.period_end, r.period_start)
	), month AS (
		SELECT m.project, m.agent_id, m.environment, m.portfolio_kind, m.currency, max(m.ret) AS best_ret, min(m.ret) AS worst_ret,
			(array_agg(m.month ORDER BY m.ret DESC NULLS LAST, m.month))[1] AS best,
			(array_agg(m.month ORDER BY m.ret, m.month))[1] AS worst
		FROM (SELECT p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency,
				date_trunc('month', p.period_end::timestamp)::date AS month, @extschema@.at_total_return(p.ret) AS ret
			FROM period p WHERE p.ret IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6) m
		GROUP BY 1, 2, 3, 4, 5
	), growth AS (
		-- at an end of a trailing window there is history when the first period begins right after it, or before
		SELECT p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency, max(p.period_kind) AS period_kind,
			max(p.periods_per_year) AS periods_per_year, min(p.first_day) AS first_day,
			min(p.period_end) FILTER (WHERE p.ret IS NOT NULL) AS first_session,
			max(p.last_session) AS last_session, @extschema@.at_collect_series(p.ret, p.period_end::timestamp AT TIME ZONE 'UTC') AS series,
			@extschema@.at_collect_moments(p.ret) AS moments,
			array_agg(p.ret ORDER BY p.period_end, p.period_start) FILTER (WHERE p.ret IS NOT NULL) AS returns,
			array_agg(p.period_end ORDER BY p.period_end, p.period_start) FILTER (WHERE p.ret IS NOT NULL) AS ends,
			array_agg(p.result ORDER BY p.period_end, p.period_start) FILTER (WHERE p.ret IS NOT NULL) AS results,
			array_agg(p.unknown ORDER BY p.period_end, p.period_start) FILTER (WHERE p.ret IS NOT NULL) AS unknown,
			(array_agg(p.period_end ORDER BY p.ret DESC, p.period_end) FILTER (WHERE p.ret IS NOT NULL))[1] AS best_session,
			(array_agg(p.period_end ORDER BY p.ret, p.period_end) FILTER (WHERE p.ret IS NOT NULL))[1] AS worst_session,
			CASE WHEN max(p.unknown) = 0 THEN sum(p.pnl) END AS pnl,
			CASE WHEN max(p.unknown) = 0 AND count(p.pnl) > 0 THEN max(p.high - p.result) END AS fall,
			CASE WHEN min(p.first_day) <= max(p.month_first) THEN @extschema@.at_total_return(p.ret) FILTER (WHERE p.period_end >= p.month_first) END AS mtd,
			CASE WHEN min(p.first_day) <= max(p.first_3m) THEN @extschema@.at_total_return(p.ret) FILTER (WHERE p.period_end >= p.first_3m) END AS ret_3m,
			CASE WHEN min(p.first_day) <= max(p.first_6m) THEN @extschema@.at_total_return(p.ret) FILTER (WHERE p.period_end >= p.first_6m) END AS ret_6m,
			CASE WHEN min(p.first_day) <= max(p.year_first) THEN @extschema@.at_total_return(p.ret) FILTER (WHERE p.period_end >= p.year_first) END AS ytd,
			CASE WHEN min(p.first_day) <= max(p.first_1y) THEN @extschema@.at_total_return(p.ret) FILTER (WHERE p.period_end >= p.first_1y) END AS ret_1y,
			min(p.first_day) <= max(p.first_1y) AS whole_year
		FROM (SELECT q.*, greatest(max(q.result) OVER chain, 0) AS high,
				date_trunc('month', q.last_session::timestamp)::date AS month_first,
				date_trunc('year', q.last_session::timestamp)::date AS year_first,
				(q.last_session - interval '3 months')::date + 1 AS first_3m, (q.last_session - interval '6 months')::date + 1 AS first_6m,
				(q.last_session - interval '1 year')::date + 1 AS first_1y
			FROM period q
			WINDOW chain AS (PARTITION BY q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency
				ORDER BY q.period_end, q.period_start)) p
		GROUP BY 1, 2, 3, 4, 5
	), chain AS MATERIALIZED (
		SELECT g.*, @extschema@.at_performance(g.series, g.periods_per_year) AS figures, @extschema@.at_drawdown_summary(g.series) AS below,
			@extschema@.at_sharpe_test(g.moments, g.periods_per_year) AS test, d.sessions AS mean_sessions, d.days AS mean_days,
			d.longest, m.best_ret AS best_month_ret, m.best AS best_month, m.worst_ret AS worst_month_ret, m.worst AS worst_month
		FROM growth g LEFT JOIN month m ON m.project = g.project AND m.agent_id = g.agent_id AND m.environment = g.environment
				AND m.portfolio_kind = g.portfolio_kind AND coalesce(m.currency, '') = coalesce(g.currency, ''),
			LATERAL (SELECT avg(x.sessions)::float8 AS sessions, avg(x.days)::float8 AS days, max(x.days) AS longest
				FROM @extschema@._at_drawdown_days_of(g.returns, g.ends, g.results, g.unknown, g.first_day - 1) x) d
	), money AS MATERIALIZED (
		SELECT m.* FROM @extschema@._at_money_of($1, $2, $3, $4, $5) m
	), equity AS (
		SELECT m.project, m.agent_id, m.environment, m.portfolio_kind, m.currency, m.equity FROM money m WHERE m.bought IS NULL
	), filled AS (
		SELECT m.project, m.agent_id, m.environment, m.portfolio_kind, m.currency, m.bought, m.sold FROM money m WHERE m.bought IS NOT NULL
	), traded AS MATERIALIZED (
		SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, count(t.result) AS trades,
			count(*) FILTER (WHERE t.result > 0)::float8 / nullif(count(t.result), 0) AS win_rate,
			@extschema@._at_profit_factor(sum(t.result) FILTER (WHERE t.result > 0), sum(t.result) FILTER (WHERE t.result < 0)) AS profit_factor,
			justify_hours(avg(t.exit_at - t.entry_at) FILTER (WHERE t.result > 0)) AS holding_winners,
			justify_hours(avg(t.exit_at - t.entry_at) FILTER (WHERE t.result < 0)) AS holding_losers,
			trim_scale(round(sum(t.net_pnl) FILTER (WHERE t.direction = 'long'), 8)) AS long_pnl,
			trim_scale(round(sum(t.net_pnl) FILTER (WHERE t.direction = 'short'), 8)) AS short_pnl
		FROM @extschema@._at_trade_parts($1, $2, $3, $4, $5, true) t
		GROUP BY 1, 2, 3, 4, 5
	), used AS (
		SELECT l.* FROM @extschema@._at_agent_costs($1, $2, $3, $4, $5) l
	), named AS (
		SELECT n.*, array_agg(n.portfolio_kind) OVER agent AS kinds, array_agg(n.currency) OVER agent AS currencies
		FROM (SELECT 'chain' AS subject, c.project, c.agent_id, c.environment, c.portfolio_kind, c.currency FROM chain c
			UNION ALL SELECT 'equity', e.project, e.agent_id, e.environment, e.portfolio_kind, e.currency FROM equity e
			UNION ALL SELECT 'filled', f.project, f.agent_id, f.environment, f.portfolio_kind, f.currency FROM filled f
			UNION ALL SELECT 'traded', t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency FROM traded t) n
		WINDOW agent AS (PARTITION BY n.project, n.agent_id, n.environment)
	), placed AS MATERIALIZED (
		-- as in at_current_performance: two of one subject are not made one
		SELECT u.*, CASE WHEN u.only_account IS NULL OR count(*) OVER (PARTITION BY u.project, u.agent_id, u.environment, u.subject,
				u.only_account) > 1 THEN jsonb_build_array(u.portfolio_kind, u.currency) ELSE u.only_account END AS account
		FROM (SELECT n.*, @extschema@._at_only_account(n.portfolio_kind, n.currency, n.kinds, n.currencies) AS only_account
			FROM named n) u
	), account AS (
		SELECT p.project, p.agent_id, p.environment, p.account, count(*) OVER (PARTITION BY p.project, p.agent_id, p.environment) AS accounts,
			max(p.portfolio_kind) FILTER (WHERE p.subject = 'chain') AS chain_kind, max(p.currency) FILTER (WHERE p.subject = 'chain') AS chain_currency,
			max(p.portfolio_kind) FILTER (WHERE p.subject = 'equity') AS equity_kind, max(p.currency) FILTER (WHERE p.subject = 'equity') AS equity_currency,
			max(p.portfolio_kind) FILTER (WHERE p.subject = 'filled') AS fill_kind, max(p.currency) FILTER (WHERE p.subject = 'filled') AS fill_currency,
			max(p.portfolio_kind) FILTER (WHERE p.subject = 'traded') AS trade_kind, max(p.currency) FILTER (WHERE p.subject = 'traded') AS trade_currency
		FROM placed p
		GROUP BY p.project, p.agent_id, p.environment, p.account
	)
	SELECT a.project, a.agent_id, a.environment, a.account ->> 0, a.account ->> 1, c.period_kind, c.periods_per_year,
		coalesce((c.figures).n, 0), c.first_session, c.last_session, (c.figures).total_return, (c.figures).ann_return,
		-- in float8, whose powers cannot fail here
		CASE WHEN c.whole_year THEN power(1 + (c.figures).total_return, 365::float8 / (c.last_session - c.first_day + 1)) - 1 END,
		c.mtd, c.ret_3m, c.ret_6m, c.ytd, c.ret_1y, (c.figures).best, c.best_session, (c.figures).worst, c.worst_session,
		c.best_month_ret, CASE WHEN c.best_month_ret IS NOT NULL THEN c.best_month END, c.worst_month_ret,
		CASE WHEN c.worst_month_ret IS NOT NULL THEN c.worst_month END,
		CASE WHEN (c.figures).n >= @extschema@._at_min_periods() THEN (c.figures).ann_volatility END,
		CASE WHEN (c.figures).n >= @extschema@._at_min_periods() THEN (c.figures).sharpe END,
		CASE WHEN (c.figures).n >= @extschema@._at_min_periods() THEN (c.figures).sortino END, (c.figures).calmar,
		(c.test).sharpe_period, (c.test).standard_error, (c.test).psr, (c.test).min_track_record,
		(c.below).current_drawdown, (c.below).max_drawdown, (c.below).average_depth,
		CASE WHEN (c.below).max_drawdown IS NOT NULL THEN (c.below).n_episodes END,
		CASE WHEN (c.below).max_drawdown IS NOT NULL THEN (c.below).longest_underwater_periods END, c.mean_sessions, c.longest, c.mean_days, c.pnl, c.fall,
		trim_scale(round(c.pnl / nullif(c.fall, 0), 8)), trim_scale(round(e.equity, 8)), f.bought, f.sold,
		trim_scale(round(least(f.bought, f.sold) / nullif(greatest(e.equity, 0), 0), 8)), coalesce(t.trades, 0),
		CASE WHEN c.period_kind IN ('daily', 'session') THEN coalesce(t.trades, 0)::float8 / nullif((c.figures).n, 0) END, t.win_rate, t.profit_factor,
		t.holding_winners, t.holding_losers, t.long_pnl, t.short_pnl, u.cost, u.unpriced,
		CASE WHEN a.accounts = 1 AND a.account ->> 1 = 'USD' THEN trim_scale(round(u.cost / nullif(c.pnl, 0), 8)) END,
		CASE WHEN a.accounts = 1 AND a.account ->> 1 = 'USD' THEN c.pnl - u.cost END
	FROM account a
		LEFT JOIN chain c ON c.project = a.project AND c.agent_id = a.agent_id AND c.environment = a.environment
			AND c.portfolio_kind = a.chain_kind AND coalesce(c.currency, '') = coalesce(a.chain_currency, '')
		LEFT JOIN equity e ON e.project = a.project AND e.agent_id = a.agent_id AND e.environment = a.environment
			AND e.portfolio_kind = a.equity_kind AND coalesce(e.currency, '') = coalesce(a.equity_currency, '')
		LEFT JOIN filled f ON f.project = a.project AND f.agent_id = a.agent_id AND f.environment = a.environment
			AND f.portfolio_kind = a.fill_kind AND coalesce(f.currency, '') = coalesce(a.fill_currency, '')
		LEFT JOIN traded t ON t.project = a.project AND t.agent_id = a.agent_id AND t.environment = a.environment
			AND t.portfolio_kind = a.trade_kind AND coalesce(t.currency, '') = coalesce(a.trade_currency, '')
		LEFT JOIN used u ON u.project = a.project AND u.agent_id = a.agent_id AND u.environment = a.environment
	ORDER BY 1, 2, 3, 4, 5;
END
$at$;
COMMENT ON FUNCTION at_tear_sheet(text, text, text, date, date) IS 'one row of figures for each portfolio of one project, agent and environment or all (null), of the sessions since_session <= session < until_session: growth and trailing returns that end at the last session, best and worst, Sharpe ratio with its error and the track record that it needs, drawdowns in sessions, days and money, turnover, closed trades, cost of models; never of two portfolios or currencies; what names no portfolio or no currency is counted as at_current_performance does it; docs/tear_sheet.md has the definitions; raises 22P02 for an unknown environment, 42P01 without a store';

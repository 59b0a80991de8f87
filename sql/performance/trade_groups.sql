-- Closed trades by what they have in common, and what they went through.

CREATE TYPE at_trade_group AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	name text,
	trades bigint,
	wins bigint,
	losses bigint,
	gross_pnl numeric,
	fees numeric,
	net_pnl numeric,
	pnl_share numeric,
	win_rate float8,
	profit_factor numeric,
	expectancy numeric,
	best numeric,
	worst numeric,
	lots bigint,
	holding interval,
	holding_winners interval,
	holding_losers interval
);
COMMENT ON TYPE at_trade_group IS 'closed trades of a portfolio with something in common, a row of at_trade_groups(): what it is (null: not known); finished round trips, or lots (agent_tracker.count_trades), and how many gained and lost; P&L of all that was closed before fees, fees, after fees; that by the sum of all groups'' amounts without sign; wins by trades; gains by losses (null without losses); mean, greatest and least result of a trade after fees; parts of lots that were closed; mean time from entry to exit of all trades, of winners, of losers';

CREATE FUNCTION at_trade_groups(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, by text DEFAULT 'symbol') RETURNS SETOF at_trade_group
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
SET plan_cache_mode = force_custom_plan
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{by}', by);
	IF by NOT IN ('symbol', 'setup', 'strategy', 'direction', 'exit_reason', 'session', 'month') THEN
		RAISE invalid_parameter_value
			USING MESSAGE = 'by must be ''symbol'', ''setup'', ''strategy'', ''direction'', ''exit_reason'', ''session'' or ''month''';
	END IF;
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	WITH part AS MATERIALIZED (
		SELECT p.* FROM @extschema@._at_trade_parts($1, $2, $3, $4, $5, true) p
	), reason AS (
		-- of a decision that was proposed again what was said last
		SELECT DISTINCT ON (e.payload ->> 'decision_id', e.agent_id, e.project) e.payload ->> 'decision_id' AS decision_id, e.agent_id,
			e.project, coalesce(e.payload ->> 'reason_code', e.payload ->> 'decision_kind') AS reason
		FROM @extschema@.at_event e
		WHERE $6 = 'exit_reason' AND e.event_type = 'decision.proposed'
			AND e.payload ->> 'decision_id' = ANY (ARRAY(SELECT p.exit_decision_id FROM part p WHERE p.exit_decision_id IS NOT NULL))
			AND ($1 IS NULL OR e.project = $1) AND ($2 IS NULL OR e.agent_id = $2)
		ORDER BY e.payload ->> 'decision_id', e.agent_id, e.project, e.occurred_at DESC, e.ingested_at DESC, e.batch_id DESC, e.line_no DESC
	)
	SELECT g.project, g.agent_id, g.environment, g.portfolio_kind, g.currency, g.name, g.trades, g.wins, g.losses,
		trim_scale(round(g.gross_pnl, 8)), trim_scale(round(g.fees, 8)), trim_scale(round(g.net_pnl, 8)),
		round(g.net_pnl / nullif(sum(abs(g.net_pnl)) OVER (PARTITION BY g.project, g.agent_id, g.environment, g.portfolio_kind,
			g.currency), 0), 6),
		g.wins::float8 / nullif(g.trades, 0), @extschema@._at_profit_factor(g.gains, g.shortfalls), trim_scale(round(g.expectancy, 8)),
		trim_scale(round(g.best, 8)), trim_scale(round(g.worst, 8)), g.lots, g.holding, g.holding_winners, g.holding_losers
	FROM (SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.name, count(t.result) AS trades,
			count(*) FILTER (WHERE t.result > 0) AS wins, count(*) FILTER (WHERE t.result < 0) AS losses,
			sum(t.gross_pnl) AS gross_pnl, sum(t.fees) AS fees, sum(t.net_pnl) AS net_pnl,
			sum(t.result) FILTER (WHERE t.result > 0) AS gains, sum(t.result) FILTER (WHERE t.result < 0) AS shortfalls,
			avg(t.result) AS expectancy, max(t.result) AS best, min(t.result) AS worst, count(t.net_pnl) AS lots,
			justify_hours(avg(t.held) FILTER (WHERE t.result IS NOT NULL)) AS holding,
			justify_hours(avg(t.held) FILTER (WHERE t.result > 0)) AS holding_winners, justify_hours(avg(t.held) FILTER (WHERE t.result < 0)) AS holding_losers
		FROM (SELECT p.*, p.exit_at - p.entry_at AS held, CASE $6 WHEN 'symbol' THEN p.symbol WHEN 'setup' THEN p.setup
					WHEN 'strategy' THEN p.strategy_id WHEN 'direction' THEN p.direction WHEN 'session' THEN p.session_date::text
					WHEN 'month' THEN to_char(p.session_date, 'YYYY-MM')
					WHEN 'exit_reason' THEN r.reason END AS name
			FROM part p LEFT JOIN reason r ON r.decision_id = p.exit_decision_id AND r.agent_id = p.agent_id AND r.project = p.project) t
		GROUP BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.name) g
	ORDER BY 1, 2, 3, 4, 5, 6;
END
$at$;
COMMENT ON FUNCTION at_trade_groups(text, text, text, date, date, text) IS 'closed trades of the portfolios of one project, agent and environment or all (null), of exits in sessions since_session <= session < until_session, grouped by symbol, setup (the entry''s tag), strategy, direction (long, short), exit_reason (reason_code, else decision_kind, of the decision that the closing fill names), session or month of the exit; raises 22023 for another word, 22004, 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_trade_excursion AS (
	project text,
	agent_id text,
	environment at_environment,
	portfolio_kind text,
	currency text,
	position_key text,
	symbol text,
	direction text,
	open_fill text,
	close_fill text,
	entry_at timestamptz,
	exit_at timestamptz,
	quantity numeric,
	entry_price numeric,
	exit_price numeric,
	net_pnl numeric,
	snapshots bigint,
	mae numeric,
	mfe numeric,
	mae_bps numeric,
	mfe_bps numeric
);
COMMENT ON TYPE at_trade_excursion IS 'how far a closed trade went against and for the agent, a row of at_trade_excursions(): a row of at_trade with the number of market snapshots between entry and exit, and by them the maximum adverse excursion (zero or negative) and the maximum favorable excursion (zero or positive) in the currency, before fees, and in basis points of the notional at entry; null without a snapshot';

CREATE FUNCTION at_trade_excursions(project text DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL) RETURNS SETOF at_trade_excursion
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
	splits boolean;
BEGIN
	PERFORM @extschema@._at_check_store();
	splits := EXISTS (SELECT FROM @extschema@.at_split);
	RETURN QUERY
	WITH trade AS MATERIALIZED (
		SELECT p.* FROM @extschema@._at_trade_parts($1, $2, $3, $4, $5, false) p
	), price AS MATERIALIZED ( -- so that no price is looked for in other events
		SELECT e.project, e.agent_id, e.environment, upper(e.payload ->> 'symbol') AS symbol, e.occurred_at AS at,
			@extschema@._at_snapshot_price(e.payload) AS price
		FROM @extschema@.at_event e
		WHERE e.event_type = 'market.snapshot.recorded' AND e.occurred_at >= (SELECT min(t.entry_at) FROM trade t)
			AND e.occurred_at <= (SELECT max(t.exit_at) FROM trade t)
			AND (wanted_project IS NULL OR e.project = wanted_project) AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR e.environment = wanted_environment)
	), prices AS MATERIALIZED (
		-- sorted once, and not for each array
		SELECT p.project, p.agent_id, p.environment, p.symbol, array_agg(p.at) AS times, array_agg(p.price) AS prices
		FROM (SELECT * FROM price x
			WHERE x.symbol IS NOT NULL AND x.price IS NOT NULL
			ORDER BY x.symbol, x.agent_id, x.project, x.environment, x.at) p
		GROUP BY p.symbol, p.agent_id, p.project, p.environment
	)
	SELECT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.position_key, t.symbol, t.direction, t.open_fill,
		t.close_fill, t.entry_at, t.exit_at, t.quantity, t.entry_price, t.exit_price, t.net_pnl, coalesce(x.n, 0),
		trim_scale(round(x.worst * t.quantity * t.multiplier, 8)), trim_scale(round(x.best * t.quantity * t.multiplier, 8)),
		round(10000 * x.worst / nullif(abs(t.entry_price), 0), 4), round(10000 * x.best / nullif(abs(t.entry_price), 0), 4)
	FROM trade t
		LEFT JOIN prices p ON p.project = t.project AND p.agent_id = t.agent_id AND p.environment = t.environment AND p.symbol = upper(t.symbol),
		LATERAL (SELECT count(*) AS n, CASE WHEN count(*) > 0 THEN least(min(m.move), 0) END AS worst,
				CASE WHEN count(*) > 0 THEN greatest(max(m.move), 0) END AS best
			-- in units of the exit, as the entry's price is
			FROM (SELECT CASE t.direction WHEN 'long' THEN 1 ELSE -1 END * (CASE WHEN NOT splits THEN s.price
					ELSE coalesce((SELECT round(round(s.price * c.per, 30) / c.units, 30)
						FROM @extschema@._at_splits_between(t.symbol, s.at, t.exit_at) c), s.price) END - t.entry_price) AS move
				-- times are found by bisection, those at the entry and at the exit are in it
				FROM ROWS FROM (
					unnest(p.times[width_bucket(t.entry_at - interval '1 microsecond', p.times) + 1 : width_bucket(t.exit_at, p.times)]),
					unnest(p.prices[width_bucket(t.entry_at - interval '1 microsecond', p.times) + 1 : width_bucket(t.exit_at, p.times)]))
						AS s(at, price)) m) x
	ORDER BY t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.exit_at, t.close_fill, t.entry_at, t.open_fill;
END
$at$;
COMMENT ON FUNCTION at_trade_excursions(text, text, text, date, date) IS 'maximum adverse and favorable excursion (Sweeney, 1997) of the rows of at_trade of one project, agent and environment or all (null) that closed in sessions since_session <= session < until_session: by the market snapshots of the symbol that the agent recorded in the environment from the entry to the exit, both included, in units of the exit where the symbol was split; snapshots says how many there are; reads the events of that time; raises 22P02 for an unknown environment, 42P01 without a store';

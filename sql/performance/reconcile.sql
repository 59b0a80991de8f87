-- Period returns of the store, and whether its numbers can be believed.
--
-- What agents report is compared with what follows from their events.  The
-- functions read the views of the store with the caller's rights.

CREATE TYPE at_period_figures AS (
	project text,
	agent_id text,
	environment text,
	portfolio_kind text,
	currency text,
	origin text,
	period_kind text,
	period_start date,
	period_end date,
	ret float8,
	source text,
	pnl numeric,
	base numeric,
	external_flow numeric,
	growth float8,
	drawdown float8,
	benchmark_ret float8,
	overlapping boolean,
	snapshots bigint,
	rejected text[],
	event_id text,
	periods_per_year float8
);
COMMENT ON TYPE at_period_figures IS 'what at_period_returns gives: the return of a period (0.01 is one percent) and where it is from';

CREATE TYPE at_reconciliation AS (
	"check" text,
	session_date date,
	expected numeric,
	reported numeric,
	difference numeric,
	event_ids text[],
	mistake_family text,
	agent_id text,
	environment text,
	portfolio_kind text,
	currency text,
	subject text,
	unit text
);
COMMENT ON TYPE at_reconciliation IS 'what at_reconcile gives: what follows from the events, what was reported and the difference, in money, percent or units (unit); the events that report it; the mistake family it suggests; subject is a position where there is one';

CREATE FUNCTION at_period_returns(project text DEFAULT NULL, agent_id text DEFAULT NULL,
	environment text DEFAULT NULL, since_session date DEFAULT NULL, until_session date DEFAULT NULL,
	period_kind text DEFAULT NULL, origin text DEFAULT NULL, flow_timing text DEFAULT NULL,
	periods_per_year float8 DEFAULT NULL) RETURNS SETOF at_period_figures
LANGUAGE at_plpgsql STABLE PARALLEL UNSAFE -- it sets what the views read, and sets it back
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_kind ALIAS FOR period_kind;
	wanted_origin ALIAS FOR origin;
	wanted_environment @extschema@.at_environment := @extschema@._at_environment_of(environment);
	own_timing text := @extschema@._at_flow_timing();
BEGIN
	PERFORM @extschema@._at_check_store();
	IF wanted_origin NOT IN ('performance', 'equity') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'origin must be ''performance'' or ''equity''';
	END IF;
	IF flow_timing NOT IN ('whole', 'time', 'start', 'end') THEN
		RAISE invalid_parameter_value USING MESSAGE = 'flow_timing must be ''end'', ''start'', ''time'' or ''whole''';
	END IF;
	IF periods_per_year <= 0 OR periods_per_year >= 'Infinity' THEN
		RAISE invalid_parameter_value USING MESSAGE = 'periods_per_year must be above zero and finite';
	END IF;
	IF flow_timing <> own_timing THEN
		PERFORM set_config('agent_tracker.flow_timing', flow_timing, true);
	END IF;
	RETURN QUERY
	SELECT r.project, r.agent_id, r.environment::text, r.portfolio_kind, r.currency, r.origin, r.period_kind,
		r.period_start, r.period_end, r.ret, r.source, r.pnl, r.base, r.external_flow, r.growth, r.drawdown,
		r.benchmark_ret, r.overlapping, r.snapshots, r.rejected, r.event_id,
		coalesce(at_period_returns.periods_per_year, r.periods_per_year)
	FROM (SELECT p.*,
				-- a portfolio's own, or those that name no portfolio or currency and can be of no other
				bool_or(p.origin = 'performance' AND p.ret IS NOT NULL) OVER account
					OR min(p.portfolio_kind) FILTER (WHERE p.origin = 'equity') OVER agent = max(p.portfolio_kind) FILTER (WHERE p.origin = 'equity') OVER agent
						AND min(coalesce(p.currency, '')) FILTER (WHERE p.origin = 'equity') OVER agent
							= max(coalesce(p.currency, '')) FILTER (WHERE p.origin = 'equity') OVER agent
						AND (bool_or(p.origin = 'performance' AND p.ret IS NOT NULL AND p.portfolio_kind = '' AND p.currency IS NULL) OVER agent
							OR bool_or(p.origin = 'performance' AND p.ret IS NOT NULL AND p.portfolio_kind = '') OVER money
							OR bool_or(p.origin = 'performance' AND p.ret IS NOT NULL AND p.currency IS NULL) OVER portfolio) AS reported
			FROM @extschema@.at_period p
			WHERE (wanted_project IS NULL OR p.project = wanted_project) AND (wanted_agent IS NULL OR p.agent_id = wanted_agent)
				AND (wanted_environment IS NULL OR p.environment = wanted_environment)
			WINDOW agent AS (PARTITION BY p.project, p.agent_id, p.environment),
				portfolio AS (PARTITION BY p.project, p.agent_id, p.environment, p.portfolio_kind),
				money AS (PARTITION BY p.project, p.agent_id, p.environment, p.currency),
				account AS (PARTITION BY p.project, p.agent_id, p.environment, p.portfolio_kind, p.currency)) r
	WHERE (since_session IS NULL OR r.period_end >= since_session) AND (until_session IS NULL OR r.period_end < until_session)
		AND CASE WHEN wanted_kind IS NOT NULL THEN r.period_kind = @extschema@._at_period_kind(wanted_kind)
			WHEN wanted_origin IS NOT NULL THEN r.origin = wanted_origin AND (r.chained OR wanted_origin = 'equity')
			ELSE r.chained AND (r.origin = 'performance') = r.reported END
		AND (wanted_origin IS NULL OR r.origin = wanted_origin)
	ORDER BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency, r.origin, r.period_end, r.period_start;
	IF flow_timing <> own_timing THEN
		PERFORM set_config('agent_tracker.flow_timing', own_timing, true);
	END IF;
END
$at$;
COMMENT ON FUNCTION at_period_returns(text, text, text, date, date, text, text, text, float8) IS 'returns of an agent''s periods whose last session is since_session <= session < until_session, in order, a chain for each portfolio and currency of one kind of period (daily, else the kind with most periods): from performance snapshots, where a portfolio has any that give a return (or, being the agent''s only one, there are some that name no portfolio or currency), else from equity and external flows; source says for each period which numbers it is from (flow_adjusted_equity_change or trading_pnl_amount by return_base, trading_pnl_pct as the last resort, equity, first_session; first, base or currencies where there is none); period_kind and origin (performance, equity) ask for others; flow_timing says when a flow counts as invested (end, start, time, whole; null: agent_tracker.flow_timing), periods_per_year what the column of this name shows (null: as _at_periods_per_year() finds); raises 22P02, 22023, 42P01';

CREATE FUNCTION _at_reconcile_snapshots(project text, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, cent numeric DEFAULT 0.01,
	basis_point numeric DEFAULT 0.01) RETURNS SETOF at_reconciliation
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
	first_session date := coalesce(since_session, '-infinity');
	end_session date := coalesce(until_session, 'infinity');
BEGIN
	RETURN QUERY
	WITH snapshot AS (
		SELECT s.*, s.period_end = s.period_start AS is_session, row_number() OVER chain AS nr,
			sum(100 * s.ret) OVER chain AS added_pct, min(s.drawdown) OVER chain AS deepest,
			lag(s.trading_pnl_pct) OVER chain AS earlier_pct,
			lag(s.compounded_return_pct) OVER chain AS earlier_compounded,
			first_value(s.compounded_return_pct) OVER chain AS first_compounded,
			first_value(s.growth) OVER chain AS first_growth,
			first_value(100 * s.ret) OVER chain AS first_pct
		FROM (SELECT q.*, @extschema@._at_drawdown_of(q.growth, q.high) AS drawdown
			FROM @extschema@.at_performance_row q
			WHERE q.project = wanted_project AND (wanted_agent IS NULL OR q.agent_id = wanted_agent)
				AND (wanted_environment IS NULL OR q.environment = @extschema@._at_environment_of(wanted_environment))) s
		WINDOW chain AS (PARTITION BY s.project, s.agent_id, s.environment, s.portfolio_kind, s.currency,
			s.period_kind ORDER BY s.period_end, s.period_start)
	), book AS (
		SELECT r.*, lag(r.pnl) OVER chain AS earlier_pnl, lead(r.pnl) OVER chain AS later_pnl
		FROM (SELECT q.project, q.agent_id, q.environment, q.portfolio_kind, q.currency, q.session_date AS period_end, q.source,
				q.equity, q.event_id, q.trading_pnl_amount, CASE WHEN q.source <> 'first' THEN q.base END AS base,
				CASE WHEN q.source NOT IN ('first', 'currencies') THEN q.external_flow END AS external_flow,
				CASE WHEN q.source NOT IN ('first', 'currencies') THEN q.equity - q.base - q.external_flow END AS pnl
			FROM @extschema@.at_equity_end_row q
			WHERE q.close AND q.project = wanted_project AND (wanted_agent IS NULL OR q.agent_id = wanted_agent)
				AND (wanted_environment IS NULL OR q.environment = @extschema@._at_environment_of(wanted_environment))) r
		WINDOW chain AS (PARTITION BY r.project, r.agent_id, r.environment, r.portfolio_kind, r.currency ORDER BY r.period_end)
	), flow AS (
		SELECT f.agent_id, f.environment, f.session_date, f.currency, sum(f.amount) FILTER (WHERE f.external) AS amount,
			bool_or(f.flow_kind IN ('transfer_in', 'transfer_out')) AS transfer,
			count(*) OVER (PARTITION BY f.agent_id, f.environment, f.session_date) AS currencies
		FROM @extschema@.at_capital_flow f
		WHERE f.project = wanted_project AND (wanted_agent IS NULL OR f.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR f.environment = @extschema@._at_environment_of(wanted_environment))
		GROUP BY f.agent_id, f.environment, f.session_date, f.currency
	), paired AS (
		-- the portfolio that a snapshot is about: the one that it names, else
		-- the one that fits best
		SELECT DISTINCT ON (s.event_id, s.period_kind) s.*, b.equity, b.base AS earlier_equity, b.pnl AS book_pnl,
			b.external_flow, b.earlier_pnl, b.later_pnl, b.event_id AS book_event, coalesce(b.external_flow, f.amount) AS flow, coalesce(f.transfer, false) AS transfer
		FROM snapshot s
			LEFT JOIN book b ON s.is_session AND b.agent_id = s.agent_id AND b.environment = s.environment
				AND b.period_end = s.period_end AND b.source = 'equity' AND s.portfolio_kind IN ('', b.portfolio_kind)
				AND (s.currency IS NULL OR b.currency IS NULL OR b.currency = s.currency)
			LEFT JOIN flow f ON f.agent_id = s.agent_id AND f.environment = s.environment AND f.session_date = s.period_end
				AND (f.currency = coalesce(s.currency, b.currency)
					OR s.currency IS NULL AND b.currency IS NULL AND f.currencies = 1)
		WHERE s.period_end >= first_session AND s.period_end < end_session
		ORDER BY s.event_id, s.period_kind, abs(coalesce(s.pnl, 0) - b.pnl), b.portfolio_kind, f.currency
	), compared AS (
		SELECT p.*, c.*
		FROM paired p, LATERAL (VALUES
			('equity_change', p.book_pnl, p.pnl, 'money', CASE
				WHEN p.transfer AND abs(p.pnl - p.book_pnl) > cent AND abs(p.pnl - p.book_pnl - p.external_flow) > cent
					THEN 'pnl.transferred_asset_drift_as_trading'
				WHEN p.external_flow > 0 AND abs(p.pnl - p.book_pnl - p.external_flow) <= cent THEN 'pnl.deposit_as_profit'
				WHEN p.external_flow < 0 AND abs(p.pnl - p.book_pnl - p.external_flow) <= cent THEN 'pnl.withdrawal_as_loss'
				WHEN abs(p.pnl - p.earlier_pnl) <= cent OR abs(p.pnl - p.later_pnl) <= cent THEN 'pnl.wrong_session_date' END),
			('raw_equity_change', p.equity - p.earlier_equity, p.raw_equity_change, 'money', NULL),
			('return_base', p.earlier_equity, p.return_base, 'money', CASE
				WHEN p.external_flow <> 0 AND abs(p.return_base - p.earlier_equity - p.external_flow) <= cent
					THEN 'pnl.same_day_flow_denominator_wrong' END),
			('external_flow', p.flow, p.raw_equity_change - p.flow_adjusted_equity_change, 'money', CASE
				WHEN p.flow > 0 AND p.raw_equity_change = p.flow_adjusted_equity_change THEN 'pnl.deposit_as_profit'
				WHEN p.flow < 0 AND p.raw_equity_change = p.flow_adjusted_equity_change THEN 'pnl.withdrawal_as_loss' END),
			('net_pnl_amount', p.trading_pnl_amount - CASE WHEN p.fees_included THEN 0 ELSE p.fees END, p.net_pnl_amount, 'money', NULL),
			('trading_pnl_pct', CASE WHEN p.return_base > 0 THEN 100 * p.pnl / p.return_base END, p.trading_pnl_pct, 'percent', CASE
				WHEN p.raw_equity_change > p.pnl AND abs(p.trading_pnl_pct - 100 * p.raw_equity_change / nullif(p.return_base, 0)) <= basis_point
					THEN 'pnl.deposit_as_profit'
				WHEN p.raw_equity_change < p.pnl AND abs(p.trading_pnl_pct - 100 * p.raw_equity_change / nullif(p.return_base, 0)) <= basis_point
					THEN 'pnl.withdrawal_as_loss'
				WHEN abs(p.trading_pnl_pct - 100 * p.pnl / nullif(p.return_base + p.raw_equity_change - p.pnl, 0)) <= basis_point
					THEN 'pnl.same_day_flow_denominator_wrong'
				WHEN p.trading_pnl_pct = p.earlier_pct THEN 'pnl.current_period_fallback_wrong' END),
			-- an agent may have a history from before the store: the first
			-- period is compared as it is, and the rest grows from there
			('compounded_return_pct', CASE WHEN p.nr = 1
					OR abs(p.first_compounded - 100 * (p.first_growth::numeric - 1)) <= basis_point
				THEN 100 * (p.growth::numeric - 1)
				ELSE (100 + p.first_compounded) * p.growth::numeric / nullif(p.first_growth, 0)::numeric - 100 END,
				p.compounded_return_pct, 'percent', CASE
				WHEN p.nr > 1 AND abs(p.compounded_return_pct - p.first_compounded - (p.added_pct - p.first_pct)::numeric) <= basis_point
					THEN 'pnl.percent_added_not_compounded'
				WHEN p.compounded_return_pct = p.earlier_compounded THEN 'pnl.current_period_fallback_wrong' END),
			('drawdown_pct', CASE WHEN abs(coalesce(p.first_compounded, 100 * (p.first_growth::numeric - 1)) - 100 * (p.first_growth::numeric - 1)) <= basis_point
				THEN -100 * p.drawdown::numeric END, p.drawdown_pct, 'percent', NULL),
			('max_drawdown_pct', CASE WHEN abs(coalesce(p.first_compounded, 100 * (p.first_growth::numeric - 1)) - 100 * (p.first_growth::numeric - 1)) <= basis_point
				THEN -100 * p.deepest::numeric END, p.max_drawdown_pct, 'percent', NULL)
		) c(what, should, is_said, of_unit, family)
	)
	SELECT c.what, c.period_end, round(c.should, 6), c.is_said, round(c.is_said - c.should, 6),
		array_remove(ARRAY[c.event_id, CASE WHEN c.what IN ('equity_change', 'raw_equity_change', 'return_base') THEN c.book_event END], NULL),
		coalesce(c.family, 'pnl.broker_number_untrusted'), c.agent_id, c.environment::text, c.portfolio_kind, c.currency,
		NULL::text, c.of_unit
	FROM compared c
	WHERE c.should IS NOT NULL AND c.is_said IS NOT NULL
	UNION ALL
	-- portfolio snapshots that say their own result
	SELECT 'equity_change', b.period_end, b.pnl, b.trading_pnl_amount, b.trading_pnl_amount - b.pnl, ARRAY[b.event_id],
		CASE WHEN b.external_flow > 0 AND abs(b.trading_pnl_amount - b.pnl - b.external_flow) <= cent THEN 'pnl.deposit_as_profit'
			WHEN b.external_flow < 0 AND abs(b.trading_pnl_amount - b.pnl - b.external_flow) <= cent THEN 'pnl.withdrawal_as_loss'
			WHEN abs(b.trading_pnl_amount - b.earlier_pnl) <= cent OR abs(b.trading_pnl_amount - b.later_pnl) <= cent THEN 'pnl.wrong_session_date'
			ELSE 'pnl.broker_number_untrusted' END,
		b.agent_id, b.environment::text, b.portfolio_kind, b.currency, NULL, 'money'
	FROM book b
	WHERE b.source = 'equity' AND b.trading_pnl_amount IS NOT NULL
		AND b.period_end >= first_session AND b.period_end < end_session;
END
$at$;
COMMENT ON FUNCTION _at_reconcile_snapshots(text, text, text, date, date, numeric, numeric) IS 'performance snapshots against equity, flows and their own numbers: every comparison, whether it differs or not; for at_reconcile()';

CREATE FUNCTION _at_reconcile_positions(project text, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, cent numeric DEFAULT 0.01) RETURNS SETOF at_reconciliation
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
	first_session date := coalesce(since_session, '-infinity');
	end_session date := coalesce(until_session, 'infinity');
	-- fills of positions whose numbers are not those of first in first out; a split is one of each position
	-- that has its symbol
	fills text := '(WITH fill AS (SELECT f.fill_id, f.t, f.arrived_at, f.line_no, jsonb_build_array(f.agent_id, f.environment,'
		' f.position_key, f.symbol, f.portfolio_kind, nullif(f.currency, ''''))::text AS key, f.side,'
		' f.quantity + coalesce(f.fee_quantity, 0) AS quantity, f.price, f.fees, f.multiplier, f.symbol'
		' FROM @extschema@.at_fill_once f JOIN jsonb_to_recordset(%L) AS k(agent_id text, environment text, position_key text)'
		' ON k.agent_id = f.agent_id AND k.environment = f.environment::text AND k.position_key = f.position_key WHERE f.project = %L)'
		' SELECT f.* FROM fill f UNION ALL SELECT '''', s.effective_at, NULL, NULL, k.key, ''split'', s.ratio, s.per, NULL, NULL, NULL'
		' FROM @extschema@.at_split s JOIN (SELECT DISTINCT f.key, f.symbol FROM fill f) k USING (symbol))';
BEGIN
	RETURN QUERY
	WITH snapshot AS MATERIALIZED (
		-- a position is its symbol where its id is lost
		SELECT p.agent_id, p.environment, p.portfolio_kind, p.currency, coalesce(p.position_id, p.symbol, '') AS position_id, p.symbol,
			p.session_date, p.occurred_at, p.ingested_at, p.batch_id, p.line_no, p.realized_pnl AS realized, p.quantity,
			coalesce(p.average_price, p.market_price) AS price, p.event_id
		FROM @extschema@.at_position_row p
		WHERE p.project = wanted_project AND (wanted_agent IS NULL OR p.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR p.environment = @extschema@._at_environment_of(wanted_environment))
			AND p.session_date < end_session
			-- before the window the last session of each position, and whatever does not say which position it is of
			AND (coalesce(p.next_session, 'infinity') >= first_session
					AND greatest(coalesce(p.last_until, 'infinity'), coalesce(p.next_session, 'infinity')) >= first_session
				OR p.currency IS NULL)
	), earlier AS (
		-- the last session before the window in which a position has a snapshot
		SELECT k.agent_id, k.environment, k.portfolio_kind, k.position_id, coalesce(k.currency, '') AS currency, max(k.session_date) AS session_date
		FROM snapshot k WHERE k.session_date < first_session
		GROUP BY k.agent_id, k.environment, k.portfolio_kind, k.position_id, coalesce(k.currency, '')
	), said AS MATERIALIZED (
		SELECT w.* FROM (SELECT q.*, lag(q.realized) OVER position AS earlier_realized, lag(q.quantity) OVER position AS earlier_quantity,
				lag(q.occurred_at) OVER position AS earlier_at, lag(q.price) OVER position AS earlier_price
			FROM (SELECT DISTINCT ON (k.agent_id, k.environment, k.portfolio_kind, k.position_id, k.in_currency, k.session_date) k.*
				-- positions of one id in two currencies are two, if all their snapshots say which
				FROM (SELECT p.*, CASE WHEN u.agent_id IS NOT NULL THEN '' ELSE p.currency END AS in_currency
					FROM snapshot p
						LEFT JOIN (SELECT DISTINCT n.agent_id, n.environment, n.portfolio_kind, n.position_id
							FROM snapshot n WHERE n.currency IS NULL) u USING (agent_id, environment, portfolio_kind, position_id)
						LEFT JOIN earlier e ON e.agent_id = p.agent_id AND e.environment = p.environment
							AND e.portfolio_kind = p.portfolio_kind AND e.position_id = p.position_id AND e.currency = coalesce(p.currency, '')
					WHERE p.session_date >= first_session OR p.session_date = e.session_date) k
				ORDER BY k.agent_id, k.environment, k.portfolio_kind, k.position_id, k.in_currency, k.session_date,
					k.occurred_at DESC, k.ingested_at DESC, k.batch_id DESC, k.line_no DESC) q
			WINDOW position AS (PARTITION BY q.agent_id, q.environment, q.portfolio_kind, q.position_id, q.in_currency ORDER BY q.session_date)) w
		WHERE w.session_date >= first_session
	), filled AS MATERIALIZED (
		SELECT f.agent_id, f.environment, f.position_key, f.symbol, f.portfolio_kind, nullif(f.currency, '') AS currency, f.t AS occurred_at,
			CASE WHEN lower(f.side) IN ('sell', 'short') THEN -1 ELSE 1 END * (f.quantity + coalesce(f.fee_quantity, 0)) AS quantity
		-- both bounds of the time, which an index has, apart from what they do not bound
		FROM (SELECT g.* FROM @extschema@.at_fill_once g
				WHERE g.t > (SELECT min(s.earlier_at) FROM said s) AND g.t <= (SELECT max(s.occurred_at) FROM said s)
			UNION ALL
			-- of a position without an earlier snapshot any fill may be new
			SELECT g.* FROM @extschema@.at_fill_once g
			WHERE EXISTS (SELECT FROM said s WHERE s.earlier_at IS NULL)
				AND g.position_key IN (SELECT k FROM said s, unnest(ARRAY[s.position_id, s.symbol]) k WHERE s.earlier_at IS NULL)
				AND (g.t > (SELECT min(s.earlier_at) FROM said s)) IS NOT TRUE) f
		WHERE f.project = wanted_project AND (wanted_agent IS NULL OR f.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR f.environment = @extschema@._at_environment_of(wanted_environment))
	), closed AS MATERIALIZED (
		SELECT t.agent_id, t.environment, t.position_key, t.symbol, t.portfolio_kind, t.currency, t.exit_at, t.gross_pnl, t.net_pnl
		FROM (SELECT u.* FROM @extschema@.at_trade u
				WHERE u.exit_at > (SELECT min(s.earlier_at) FROM said s) AND u.exit_at <= (SELECT max(s.occurred_at) FROM said s)
			UNION ALL
			SELECT u.* FROM @extschema@.at_trade u
			WHERE EXISTS (SELECT FROM said s WHERE s.earlier_at IS NULL)
				AND u.position_key IN (SELECT k FROM said s, unnest(ARRAY[s.position_id, s.symbol]) k WHERE s.earlier_at IS NULL)
				AND (u.exit_at > (SELECT min(s.earlier_at) FROM said s)) IS NOT TRUE) t
		WHERE t.project = wanted_project AND (wanted_agent IS NULL OR t.agent_id = wanted_agent)
			AND (wanted_environment IS NULL OR t.environment = @extschema@._at_environment_of(wanted_environment))
	), fifo AS (
		-- since the position's snapshot before: before fees or after them
		SELECT s.agent_id, s.environment, s.portfolio_kind, s.position_id, s.in_currency, s.session_date, s.symbol, s.currency,
			s.occurred_at, s.earlier_at, s.realized - coalesce(s.earlier_realized, 0) AS reported,
			coalesce(sum(c.gross_pnl), 0) AS gross, coalesce(sum(c.net_pnl), 0) AS net
		FROM said s
			LEFT JOIN closed c ON c.agent_id = s.agent_id AND c.environment = s.environment AND c.symbol = s.symbol
				AND c.position_key IN (s.position_id, s.symbol) AND c.portfolio_kind IN ('', s.portfolio_kind)
				AND (c.currency IS NULL OR s.currency IS NULL OR c.currency = s.currency) AND c.exit_at <= s.occurred_at
				AND (s.earlier_at IS NULL OR c.exit_at > s.earlier_at)
		WHERE s.realized IS NOT NULL
		GROUP BY s.agent_id, s.environment, s.portfolio_kind, s.position_id, s.in_currency, s.session_date, s.symbol, s.currency,
			s.occurred_at, s.earlier_at, s.realized, s.earlier_realized
	), other AS MATERIALIZED (
		SELECT f.* FROM fifo f WHERE abs(f.reported - f.gross) > cent AND abs(f.reported - f.net) > cent
	), average AS MATERIALIZED (
		-- at average cost, where first in first out is not what was said
		SELECT x.key::jsonb ->> 0 AS agent_id, x.key::jsonb ->> 1 AS environment, x.key::jsonb ->> 2 AS position_key,
			x.key::jsonb ->> 3 AS symbol, x.key::jsonb ->> 4 AS portfolio_kind, x.key::jsonb ->> 5 AS currency, x.close_t,
			x.gross_pnl, x.net_pnl
		FROM (SELECT jsonb_agg(DISTINCT jsonb_build_object('agent_id', o.agent_id, 'environment', o.environment,
					'position_key', k)) AS keys
				FROM other o, unnest(ARRAY[o.position_id, o.symbol]) k) o,
			LATERAL @extschema@.at_round_trips(format(fills, o.keys, wanted_project), 'average') x
		WHERE o.keys IS NOT NULL AND x.kind = 'closed'
	), realised AS (
		SELECT f.agent_id, f.environment, f.portfolio_kind, f.position_id, f.in_currency, f.session_date, f.reported,
			f.gross AS gross_fifo, f.net AS net_fifo, a.gross AS gross_average, a.net AS net_average
		FROM fifo f
			LEFT JOIN (SELECT o.agent_id, o.environment, o.portfolio_kind, o.position_id, o.in_currency, o.session_date,
					coalesce(sum(c.gross_pnl), 0) AS gross, coalesce(sum(c.net_pnl), 0) AS net
				FROM other o
					LEFT JOIN average c ON c.agent_id = o.agent_id AND c.environment = o.environment::text AND c.symbol = o.symbol
						AND c.position_key IN (o.position_id, o.symbol) AND c.portfolio_kind IN ('', o.portfolio_kind)
						AND (c.currency IS NULL OR o.currency IS NULL OR c.currency = o.currency) AND c.close_t <= o.occurred_at
						AND (o.earlier_at IS NULL OR c.close_t > o.earlier_at)
				GROUP BY o.agent_id, o.environment, o.portfolio_kind, o.position_id, o.in_currency, o.session_date) a
				ON a.agent_id = f.agent_id AND a.environment = f.environment AND a.portfolio_kind = f.portfolio_kind
					AND a.position_id = f.position_id AND a.in_currency = f.in_currency AND a.session_date = f.session_date
	), bought AS (
		SELECT s.agent_id, s.environment, s.portfolio_kind, s.position_id, s.in_currency, s.session_date,
			-- in units of the snapshot
			sum(CASE WHEN p.units IS NULL THEN f.quantity ELSE round(f.quantity * p.units / p.per, 12) END) AS quantity,
			count(f.occurred_at) AS fills, count(*) FILTER (WHERE f.occurred_at IS NOT NULL AND f.quantity IS NULL) AS unknown
		FROM said s
			LEFT JOIN filled f ON f.agent_id = s.agent_id AND f.environment = s.environment AND f.symbol = s.symbol
				AND f.position_key IN (s.position_id, s.symbol) AND f.portfolio_kind IN ('', s.portfolio_kind)
				AND (f.currency IS NULL OR s.currency IS NULL OR f.currency = s.currency) AND f.occurred_at <= s.occurred_at
				AND (s.earlier_at IS NULL OR f.occurred_at > s.earlier_at)
			LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN f.symbol END, f.occurred_at, s.occurred_at) p ON true
		GROUP BY s.agent_id, s.environment, s.portfolio_kind, s.position_id, s.in_currency, s.session_date
	), counted AS (
		-- what was there before, in units of now; and by what it became more
		SELECT s.*, b.quantity AS bought, b.fills, e.earlier, s.quantity - e.earlier AS change,
			abs(s.quantity / nullif(e.earlier, 0)) AS ratio, abs(s.price / nullif(s.earlier_price, 0)) AS price_ratio
		FROM said s
			JOIN bought b USING (agent_id, environment, portfolio_kind, position_id, in_currency, session_date)
			LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN s.symbol END, s.earlier_at, s.occurred_at) p ON true,
			LATERAL (SELECT coalesce(CASE WHEN p.units IS NULL THEN s.earlier_quantity
				ELSE round(s.earlier_quantity * p.units / p.per, 12) END, 0) AS earlier) e
		WHERE s.quantity IS NOT NULL AND b.unknown = 0
	)
	SELECT 'realized_pnl', s.session_date, round(b.value, 6), r.reported, round(r.reported - b.value, 6), ARRAY[s.event_id],
		'pnl.broker_number_untrusted', s.agent_id, s.environment::text, s.portfolio_kind, s.currency, s.symbol, 'money'
	FROM said s
		JOIN realised r USING (agent_id, environment, portfolio_kind, position_id, in_currency, session_date),
		LATERAL (SELECT v.value FROM (VALUES (1, r.gross_fifo), (2, r.net_fifo), (3, r.gross_average), (4, r.net_average)) v(nr, value)
			WHERE v.value IS NOT NULL
			ORDER BY greatest(abs(r.reported - v.value), cent), v.nr LIMIT 1) b
	WHERE r.reported IS NOT NULL
	UNION ALL
	SELECT 'position_quantity', c.session_date, coalesce(c.bought, 0), c.change, c.change - coalesce(c.bought, 0), ARRAY[c.event_id],
		-- a split: no fill, and a ratio of small whole numbers that the price has the other way round; without
		-- prices one to two or more, or three to two
		CASE WHEN c.fills = 0 AND c.quantity * c.earlier > 0 AND c.ratio <> 1 AND CASE
				WHEN c.price_ratio > 0 THEN abs(ln(c.ratio * c.price_ratio)) < abs(ln(c.ratio)) / 2 AND EXISTS (SELECT
					FROM generate_series(1, 10) d(n) WHERE abs(c.ratio * d.n - round(c.ratio * d.n)) < 1e-9 OR abs(d.n / c.ratio - round(d.n / c.ratio)) < 1e-9)
				ELSE EXISTS (SELECT FROM (VALUES (c.ratio), (1 / c.ratio)) r(x)
					WHERE r.x >= 1.5 AND (abs(r.x - round(r.x)) < 1e-9 OR abs(r.x - 1.5) < 1e-9)) END
			THEN 'custom.suspected_split' ELSE 'portfolio.manual_fill_not_adopted' END,
		c.agent_id, c.environment::text, c.portfolio_kind, c.currency, c.symbol, 'units'
	FROM counted c;
END
$at$;
COMMENT ON FUNCTION _at_reconcile_positions(text, text, text, date, date, numeric) IS 'what position snapshots say against the fills, from one snapshot of a position to the next: quantity, after splits (one that at_split does not have is suspected where a quantity jumps by a round ratio without a fill), and realized_pnl against the trades, before or after fees, first in first out or at average cost, whichever is nearest; for at_reconcile()';

CREATE TYPE _at_filled_day AS (
	agent_id text,
	environment at_environment,
	symbol text,
	session_date date,
	quantity numeric,
	cash numeric,
	fees numeric,
	last_at timestamptz,
	known boolean,
	first_currency text,
	last_currency text,
	first_kind text,
	last_kind text
);
COMMENT ON TYPE _at_filled_day IS 'internal: what _at_filled_days() gives';

CREATE FUNCTION _at_filled_days(project text, agent_id text, environment text, first_day date, money_of text[])
RETURNS SETOF _at_filled_day
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
-- apart from a query that is planned without nested loops, whose cost hides that few groups are not worth sorting for
SET enable_nestloop = on SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
	any_split boolean := EXISTS (SELECT FROM @extschema@.at_split);
BEGIN
	RETURN QUERY
	SELECT g.agent_id, g.environment, g.symbol, CASE WHEN g.session_date >= first_day THEN g.session_date ELSE '-infinity' END,
		-- in units of after all splits; the sum of what is held, and of the money that it took
		sum(CASE WHEN lower(g.side) IN ('sell', 'short') THEN -q.quantity ELSE q.quantity END),
		sum(CASE WHEN NOT m.asked THEN NULL WHEN lower(g.side) IN ('sell', 'short') THEN g.quantity + coalesce(g.fee_quantity, 0)
			ELSE -(g.quantity + coalesce(g.fee_quantity, 0)) END * g.price * coalesce(g.multiplier, 1) - coalesce(g.fees, 0)),
		-- of fees in another currency nobody knows what they are in this one
		sum(CASE WHEN NOT m.asked THEN NULL WHEN g.other_fees IS NOT NULL THEN 'NaN' ELSE coalesce(g.fees, 0) END),
		max(g.t), bool_and(NOT m.asked OR g.quantity IS NOT NULL AND g.price IS NOT NULL
			AND coalesce(g.multiplier, 1) <> 'NaN' AND g.other_fees IS NULL),
		min(nullif(g.currency, '')), max(nullif(g.currency, '')), min(nullif(g.portfolio_kind, '')), max(nullif(g.portfolio_kind, ''))
	FROM @extschema@.at_fill_once g, LATERAL (SELECT g.session_date >= first_day OR g.agent_id = ANY (money_of) AS asked) m,
		LATERAL (SELECT CASE WHEN NOT any_split THEN g.quantity + coalesce(g.fee_quantity, 0)
			ELSE coalesce((SELECT round((g.quantity + coalesce(g.fee_quantity, 0)) * p.units / p.per, 12)
				FROM @extschema@._at_splits_between(g.symbol, g.t, 'infinity') p), g.quantity + coalesce(g.fee_quantity, 0)) END AS quantity) q
	WHERE g.project = wanted_project AND (wanted_agent IS NULL OR g.agent_id = wanted_agent)
		AND (wanted_environment IS NULL OR g.environment = @extschema@._at_environment_of(wanted_environment))
	GROUP BY 1, 2, 3, 4;
END
$at$;
COMMENT ON FUNCTION _at_filled_days(text, text, text, date, text[]) IS 'internal: what was filled of each symbol on each day from first_day on, and before it (-infinity): quantity, money and fees, when last, whether all is known, currencies and portfolios; before first_day money and fees only of the agents money_of; for _at_reconcile_trading()';

CREATE FUNCTION _at_reconcile_trading(project text, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, cent numeric DEFAULT 0.01) RETURNS SETOF at_reconciliation
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET jit = off -- it is not known how many rows there are
AS $at$
#variable_conflict use_column
DECLARE
	wanted_project ALIAS FOR project;
	wanted_agent ALIAS FOR agent_id;
	wanted_environment ALIAS FOR environment;
	first_session date := coalesce(since_session, '-infinity');
	end_session date := coalesce(until_session, 'infinity');
BEGIN
	RETURN QUERY
	WITH day AS MATERIALIZED (
		-- one result a day: what names no currency, or one that is everywhere; of those before the window two, and one
		-- behind it, as a result is compared with its neighbours
		SELECT d.agent_id, d.environment, d.session_date, d.portfolio_kind, d.currency, d.pnl, d.fees, d.event_ids, d.before
		FROM (SELECT r.*, count(*) FILTER (WHERE r.session_date < first_session) OVER agent AS before,
				row_number() OVER (PARTITION BY r.agent_id, r.environment ORDER BY r.session_date) AS nr,
				count(*) FILTER (WHERE r.session_date < end_session) OVER agent AS until
			FROM (SELECT s.agent_id, s.environment, s.period_end AS session_date, min(s.portfolio_kind) AS portfolio_kind,
					min(s.currency) AS currency, min(s.trading_pnl_amount) AS pnl, min(s.fees) AS fees, array_agg(s.event_id) AS event_ids
				FROM @extschema@.at_performance_row s
				WHERE s.project = wanted_project AND (wanted_agent IS NULL OR s.agent_id = wanted_agent)
					AND (wanted_environment IS NULL OR s.environment = @extschema@._at_environment_of(wanted_environment))
					AND s.period_start = s.period_end AND s.period_kind = 'daily'
				GROUP BY s.agent_id, s.environment, s.period_end HAVING count(*) = 1) r
			WINDOW agent AS (PARTITION BY r.agent_id, r.environment)) d
		WHERE d.nr >= d.before - 1 AND d.nr <= d.until + 1
	), filled AS MATERIALIZED (
		-- what was filled before the first of these days is of that day
		SELECT f.agent_id, f.environment, f.symbol, greatest(f.session_date, w.session_date) AS session_date, sum(f.quantity) AS quantity,
			sum(f.cash) AS cash, sum(f.fees) AS fees, max(f.last_at) AS last_at, bool_and(f.known) AS known,
			min(f.first_currency) AS first_currency, max(f.last_currency) AS last_currency, min(f.first_kind) AS first_kind,
			max(f.last_kind) AS last_kind
		FROM @extschema@._at_filled_days(wanted_project, wanted_agent, wanted_environment, (SELECT min(d.session_date) FROM day d),
				-- with two days before the window nothing is compared with the money of what was before them
				ARRAY(SELECT d.agent_id FROM day d WHERE d.before < 2)) f
			JOIN (SELECT d.agent_id, d.environment, min(d.session_date) AS session_date FROM day d GROUP BY d.agent_id, d.environment) w
				USING (agent_id, environment)
		GROUP BY f.agent_id, f.environment, f.symbol, greatest(f.session_date, w.session_date)
	), marked AS MATERIALIZED (
		SELECT m.agent_id, m.environment, m.symbol, m.session_date,
			sum(CASE WHEN p.units IS NULL THEN m.quantity ELSE round(m.quantity * p.units / p.per, 12) END) AS quantity,
			sum(CASE WHEN m.quantity = 0 THEN 0 ELSE m.market_value END) AS market_value,
			bool_and(m.quantity IS NOT NULL AND (m.quantity = 0 OR m.market_value IS NOT NULL)) AS known, min(m.occurred_at) AS at
		FROM (SELECT DISTINCT ON (e.agent_id, e.environment, e.portfolio_kind, coalesce(e.position_id, e.symbol, ''), e.session_date)
				e.agent_id, e.environment, e.symbol, e.occurred_at, e.session_date, e.quantity,
				coalesce(e.market_value, e.quantity * e.market_price * coalesce(e.multiplier, 1)) AS market_value
			FROM @extschema@.at_position_row e
			WHERE e.project = wanted_project AND (wanted_agent IS NULL OR e.agent_id = wanted_agent)
				AND (wanted_environment IS NULL OR e.environment = @extschema@._at_environment_of(wanted_environment))
				AND e.session_date >= (SELECT min(d.session_date) FROM day d) AND e.session_date <= (SELECT max(d.session_date) FROM day d)
			ORDER BY e.agent_id, e.environment, e.portfolio_kind, coalesce(e.position_id, e.symbol, ''), e.session_date,
				e.occurred_at DESC, e.ingested_at DESC, e.batch_id DESC, e.line_no DESC) m
			LEFT JOIN LATERAL @extschema@._at_splits_between(CASE WHEN EXISTS (SELECT FROM @extschema@.at_split) THEN m.symbol END, m.occurred_at, 'infinity') p ON true
		GROUP BY m.agent_id, m.environment, m.symbol, m.session_date
	), placed AS MATERIALIZED (
		-- the day of a result that a day of fills belongs to: the next one
		SELECT u.agent_id, u.environment, u.symbol, u.quantity, u.cash, u.fees, u.known, u.last_at,
			min(u.of_day) OVER (PARTITION BY u.agent_id, u.environment ORDER BY u.session_date
				RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS session_date
		FROM (SELECT f.agent_id, f.environment, f.symbol, f.session_date, f.quantity, f.cash, f.fees, f.known, f.last_at, NULL::date AS of_day
				FROM filled f
			UNION ALL
			SELECT d.agent_id, d.environment, NULL, d.session_date, NULL, NULL, NULL, NULL, NULL, d.session_date FROM day d) u
	), held AS (
		-- every symbol on every day: what the fills left of it, and its value
		SELECT g.agent_id, g.environment, g.session_date, g.symbol,
			sum(g.quantity) OVER symbol AS quantity, g.cash, g.fees, g.known_fills, g.last_at, m.quantity AS marked_quantity,
			m.market_value, m.known AS known_mark, m.at
		FROM (SELECT d.agent_id, d.environment, d.session_date, k.symbol, sum(f.quantity) AS quantity, sum(f.cash) AS cash,
				sum(f.fees) AS fees, coalesce(bool_and(f.known), true) AS known_fills, max(f.last_at) AS last_at
			FROM day d
				JOIN (SELECT a.agent_id, a.environment, a.symbol FROM filled a
						UNION SELECT b.agent_id, b.environment, b.symbol FROM marked b) k USING (agent_id, environment)
				LEFT JOIN placed f ON f.agent_id = d.agent_id AND f.environment = d.environment AND f.symbol = k.symbol
					AND f.session_date = d.session_date
			GROUP BY d.agent_id, d.environment, d.session_date, k.symbol) g
			LEFT JOIN marked m USING (agent_id, environment, session_date, symbol)
		WINDOW symbol AS (PARTITION BY g.agent_id, g.environment, g.symbol ORDER BY g.session_date)
	), valued AS (
		-- what is flat is worth nothing; what is held needs a snapshot of that
		-- day that agrees with the fills
		SELECT h.agent_id, h.environment, h.session_date, sum(h.cash) AS cash, sum(h.fees) AS fees,
			sum(CASE WHEN coalesce(h.quantity, 0) = 0 THEN 0 ELSE h.market_value END) AS market_value,
			bool_and(h.known_fills AND (coalesce(h.quantity, 0) = 0 AND coalesce(h.marked_quantity, 0) = 0
				OR coalesce(h.known_mark AND h.quantity = h.marked_quantity AND (h.last_at IS NULL OR h.at >= h.last_at), false))) AS known
		FROM held h
		GROUP BY h.agent_id, h.environment, h.session_date
	), result AS (
		SELECT d.agent_id, d.environment, d.session_date, d.portfolio_kind, d.currency, d.pnl, d.fees, d.event_ids,
			coalesce(v.fees, 0) AS fill_fees,
			v.market_value - lag(v.market_value, 1, 0::numeric) OVER agent + coalesce(v.cash, 0) AS expected,
			v.known AND lag(v.known, 1, true) OVER agent AS known
		FROM day d JOIN valued v USING (agent_id, environment, session_date)
			LEFT JOIN (SELECT f.agent_id, f.environment, min(f.first_currency) AS currency, max(f.last_currency) AS last_currency,
					min(f.first_kind) AS kind, max(f.last_kind) AS last_kind
				FROM filled f GROUP BY f.agent_id, f.environment) o USING (agent_id, environment)
		-- which of several portfolios the result is of is not known by the fills of all
		WHERE o.currency IS NOT DISTINCT FROM o.last_currency AND coalesce(o.currency = d.currency, true)
			AND o.kind IS NOT DISTINCT FROM o.last_kind
		WINDOW agent AS (PARTITION BY d.agent_id, d.environment ORDER BY d.session_date)
	), neighbours AS (
		SELECT r.agent_id, r.environment, r.session_date, r.portfolio_kind, r.currency, r.pnl, r.fees, r.event_ids,
			r.fill_fees, r.expected, r.known, lag(r.expected) OVER agent AS earlier, lead(r.expected) OVER agent AS later,
			o.amount AS flow
		FROM result r
			LEFT JOIN (SELECT f.agent_id, f.environment, f.session_date, CASE WHEN count(DISTINCT f.currency) = 1 THEN sum(f.amount) END AS amount
				FROM @extschema@.at_capital_flow f WHERE f.project = wanted_project AND f.external
				GROUP BY f.agent_id, f.environment, f.session_date) o USING (agent_id, environment, session_date)
		WINDOW agent AS (PARTITION BY r.agent_id, r.environment ORDER BY r.session_date)
	)
	SELECT 'trading_pnl_amount', n.session_date, round(n.expected, 6), n.pnl, round(n.pnl - n.expected, 6), n.event_ids,
		CASE WHEN n.flow > 0 AND abs(n.pnl - n.expected - n.flow) <= cent THEN 'pnl.deposit_as_profit'
			WHEN n.flow < 0 AND abs(n.pnl - n.expected - n.flow) <= cent THEN 'pnl.withdrawal_as_loss'
			WHEN abs(n.pnl - n.earlier) <= cent OR abs(n.pnl - n.later) <= cent THEN 'pnl.wrong_session_date'
			ELSE 'pnl.broker_number_untrusted' END,
		n.agent_id, n.environment::text, n.portfolio_kind, n.currency, NULL::text, 'money'
	FROM neighbours n
	WHERE n.known AND n.pnl IS NOT NULL AND n.expected IS NOT NULL
		AND n.session_date >= first_session AND n.session_date < end_session
	UNION ALL
	SELECT 'fees', n.session_date, n.fill_fees, n.fees, n.fees - n.fill_fees, n.event_ids, 'pnl.broker_number_untrusted',
		n.agent_id, n.environment::text, n.portfolio_kind, n.currency, NULL, 'money'
	FROM neighbours n
	WHERE n.fees IS NOT NULL AND n.fill_fees <> 'NaN' AND n.session_date >= first_session AND n.session_date < end_session;
END
$at$;
COMMENT ON FUNCTION _at_reconcile_trading(text, text, text, date, date, numeric) IS 'the trading result of a day against the fills: money from fills after fees and the change of the market value of what is held, which is the P&L of the trades on days that end flat; fees against those of the fills; only where every position is known, and in one portfolio and currency; for at_reconcile()';

CREATE FUNCTION at_reconcile(project text, agent_id text DEFAULT NULL, environment text DEFAULT NULL,
	since_session date DEFAULT NULL, until_session date DEFAULT NULL, cent numeric DEFAULT 0.01, basis_point numeric DEFAULT 0.01,
	everything boolean DEFAULT false) RETURNS SETOF at_reconciliation
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{cent,basis_point,everything,project}', cent, basis_point, everything, project);
	PERFORM @extschema@._at_check_store(), @extschema@._at_environment_of(environment);
	RETURN QUERY
	SELECT r.*
	FROM (SELECT * FROM @extschema@._at_reconcile_snapshots(project, agent_id, environment, since_session, until_session, cent, basis_point)
		UNION ALL SELECT * FROM @extschema@._at_reconcile_positions(project, agent_id, environment, since_session, until_session, cent)
		UNION ALL SELECT * FROM @extschema@._at_reconcile_trading(project, agent_id, environment, since_session, until_session, cent)) r
	WHERE (everything OR abs(r.difference) > CASE r.unit WHEN 'money' THEN cent WHEN 'percent' THEN basis_point ELSE 0 END)
	ORDER BY r.session_date, r.agent_id, r.environment, r."check", r.subject;
END
$at$;
COMMENT ON FUNCTION at_reconcile(text, text, text, date, date, numeric, numeric, boolean) IS 'can the numbers be believed: what was reported for sessions since_session <= session < until_session against what follows from fills, positions, equity and flows; rows where it differs by more than a cent (money), a basis point (0.01 of a percent) or at all (quantities), each with the mistake family it suggests; with everything all comparisons; raises 22004, 22P02, 42P01';
